// CSV: the points of a card as text: run, metric, step, time, value, and the place on x where that is another; of groups
// what is drawn: group, metric, x, value, low and high of a band, n; of bars all, also where fewer are drawn; RFC 4180.
// Gives    runfolio.csv  drawn(card), all(card) → promise, row(cells)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data } = runfolio;
  const { truth } = runfolio.lines;

  const quoted = (text) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  const row = (cells) => `${cells.map((cell) => quoted(String(cell))).join(",")}\r\n`;

  /** A value in the fewest digits that say it; what came in 32 bits needs nine at most. */
  function number(value) {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
    for (let digits = 6; Math.fround(value) === value && digits < 10; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return String(short);
    }
    return String(value);
  }

  /** Names of runs, told apart by their ids where two have the same one. */
  function runNames(lines) {
    const runs = [...new Set(lines.map((line) => line.run))];
    const name = (run) => data.page.runs[run].name;
    return new Map(
      runs.map((run) => {
        const twin = runs.some((other) => other !== run && name(other) === name(run));
        return [run, twin ? `${name(run)} (${data.page.runs[run].id})` : name(run)];
      }),
    );
  }

  function table(lines, rowsOf, more = []) {
    const names = runNames(lines);
    const head = row(["run", "metric", "step", "time", "value", ...more]);
    return head + lines.map((line) => rowsOf(line).map(([step, time, ...values]) =>
      row([names.get(line.run), data.page.metrics[line.metric].name, step, new Date(time).toISOString(), ...values.map(number)]),
    ).join("")).join(""); // prettier-ignore
  }

  /** Of groups: at each place the line and the edges of its band, and how many runs count. `rowsOf(line)`: [{x, values, n}, …] */
  function groupTable(lines, rowsOf, placed) {
    const [{ center }] = lines;
    const edges = lines.some((line) => line.band !== "none") ? ["low", "high"] : [];
    const rows = lines.flatMap((line) => rowsOf(line).map(({ x, values, n }) => {
      const words = values.slice(0, 1 + edges.length).map(number);
      return row([line.name, data.page.metrics[line.metric].name, ...(placed ? [x] : []), ...words, n]);
    })); // prettier-ignore
    return row(["group", "metric", ...(placed ? ["x"] : []), center, ...edges, "n"]) + rows.join("");
  }

  /** Lines of groups as they are drawn, smoothed or not. */
  const pointsOf = (line) =>
    line.kept.map((at) => ({ x: line.x[at], values: ["drawn", "low", "high"].map((name) => truth(line, line[name][at])), n: line.n[at] }));

  /** Bars of groups, which have no place on x. */
  const barOf = ({ logged: { values, low, high, n } }) => [{ values: [values, low, high].map((all) => all.at(-1)), n: n.at(-1) }];

  /** A field of a run as data: a number whole, a moment in UTC, else its words. */
  function cell(field, run) {
    const value = field.number(run);
    if (value === null) return field.isMissing(run) ? "" : field.other(run).text;
    return field.kind === "time" ? new Date(value).toISOString() : Number.isFinite(value) ? String(value) : number(value);
  }

  /** What a picture of whole runs is made of: a row a run, or a row a group of runs. */
  function ofRuns({ name, axes, what }) {
    if (name === "bars" && what.grouped) {
      const head = row(["group", "mean", "standard deviation", "runs"]);
      return head + what.bars.map(({ whole, value, deviation, n }) => row([whole, number(value), number(deviation), n])).join("");
    }
    const runs = name === "scatter" ? what.dots.map(({ run }) => run) : name === "bars" ? what.bars.map(({ run }) => run) : what.runs;
    const names = runNames(runs.map((run) => ({ run })));
    const rows = [...new Set(runs)].map((run) => row([names.get(run), ...axes.map((field) => cell(field, run))]));
    return row(["run", ...axes.map(({ label }) => label)]) + rows.join("");
  }

  const linesOf = ({ bars }) => bars.map(({ line }) => line);

  /** What is drawn: points of curves, with smoothing what was logged and beside it what is drawn; or whole runs. */
  function drawn({ picture, drawn: { lines: shown, what: ofBars } }) {
    if (picture) return ofRuns(picture);
    const lines = ofBars ? linesOf(ofBars) : shown;
    if (lines[0]?.group) return groupTable(lines, ofBars ? barOf : pointsOf, !ofBars);
    const smoothed = !ofBars && lines.some((line) => line.smoothed); // bars never are
    const placed = !ofBars && lines.some((line) => !["step", "time"].includes(line.axis));
    const rows = (line) =>
      [...(line.kept ?? line.x.keys())].map((at) => [
        line.steps[at], line.times[at], truth(line, line.y[at]),
        ...(smoothed ? [truth(line, line.drawn[at])] : []), ...(placed ? [line.x[at]] : []),
      ]); // prettier-ignore
    return table(lines, rows, [...(smoothed ? ["smoothed"] : []), ...(placed ? ["x"] : [])]);
  }

  /** All points of the series of a card, of every run of a group, as they were logged. */
  async function all({ drawn: { lines: shown, what: ofBars } }) {
    const lines = (ofBars ? linesOf(ofBars) : shown).flatMap((line) => line.parts ?? [line]);
    const points = new Map();
    for (const line of lines) points.set(line, await data.whole(line.run, line.metric));
    const rows = (line) => {
      const { steps, times, values } = points.get(line);
      return [...steps.keys()].map((at) => [steps[at], times[at], values[at]]);
    };
    return table(lines, rows);
  }

  runfolio.csv = { drawn, all, row };
}
