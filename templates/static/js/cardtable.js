// Card table: the numbers of a card of curves: its series, a row each; below them their values, a row a step.
// Gives    runfolio.cardTable(lines, limits)  an element; limits: [low, high] of x in view, or null
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, data, hover, notes, numbers } = runfolio;
  const { truth } = runfolio.lines;
  const { made, nameOf } = hover;

  const MOST_COLUMNS = 10; // series whose values are listed
  const MOST_ROWS = 100;
  const AXES = { step: "step", relative: "since the start", process: "without pauses", time: "time", order: "point" };

  const count = axis.countWord;
  const lastOf = (line) => notes.lastOf(line) ?? NaN;

  /** What a group's row has besides: how many runs, how many of them at the end, and the band there. */
  function spreadCells(row, { runs, logged: { n } }, band) {
    made(row, "td", "", band);
    made(row, "td", "", `${n[n.length - 1] ?? 0} of ${runs.length}`);
  }

  function headed(box, words) {
    const element = made(box, "table");
    const head = made(made(element, "thead"), "tr");
    for (const word of words) made(head, "th", "", word).scope = "col";
    return made(element, "tbody");
  }

  /** Last and best values, points; of groups also the band and n at the end. */
  function series(box, lines) {
    const spread = lines[0]?.group ? ["band there", "runs there"] : [];
    const ends = ({ logged: { low, high } }) => [low, high].map((edge) => edge?.[edge.length - 1] ?? NaN);
    const body = headed(box, ["series", "last", ...spread, "best", "points"]);
    for (const line of lines) {
      const row = made(body, "tr");
      const best = notes.bestValue(line);
      const [last, bestWord, ...band] = numbers.inRow([lastOf(line), best ?? NaN, ...ends(line)]);
      made(row, "th", "", nameOf(line, lines)).scope = "row";
      made(row, "td", "", last);
      if (line.group) spreadCells(row, line, Number.isFinite(ends(line)[0]) ? band.join(" – ") : "–");
      made(row, "td", "", best === null ? "–" : bestWord);
      made(row, "td", "", count(line.total));
    }
  }

  /** Values by x, of two at one x the later, and the x of the lowest and the highest of them. */
  function valuesOf(line, [low, high]) {
    const values = new Map();
    line.x.forEach((x, at) => x >= low && x <= high && values.set(x, truth(line, line.y[at])));
    let [lowest, highest] = [null, null];
    for (const [x, value] of values) {
      if (!Number.isFinite(value)) continue;
      if (lowest === null || value < values.get(lowest)) lowest = x;
      if (highest === null || value > values.get(highest)) highest = x;
    }
    return { values, ends: lowest === null ? [] : [lowest, highest] };
  }

  /** As many of ascending x as a table holds: the first, the last, those kept, and of the others some, evenly. */
  function chosen(all, kept) {
    if (all.length <= MOST_ROWS) return all;
    const picked = new Set([all[0], all[all.length - 1], ...kept]);
    const free = MOST_ROWS - picked.size;
    for (let part = 1; part <= free; part++) picked.add(all[Math.round((part * (all.length - 1)) / (free + 1))]);
    return [...picked].sort((one, other) => one - other);
  }

  function values(box, lines, limits) {
    if (lines.length > MOST_COLUMNS) {
      made(box, "p", "remark", `Values are listed of up to ${MOST_COLUMNS} series; CSV has all (⋯, save).`);
      return;
    }
    const [low, high] = limits ?? [];
    const columns = lines.map((line) => valuesOf(line, [low ?? -Infinity, high ?? Infinity]));
    const all = [...new Set(columns.flatMap((column) => [...column.values.keys()]))].sort((one, other) => one - other);
    const rows = chosen(all, columns.flatMap(({ ends }) => ends));
    const kind = lines[0].axis;
    const counted = kind === "step" || kind === "order";
    const body = headed(box, [AXES[kind] ?? data.called(kind), ...lines.map((line) => nameOf(line, lines))]);
    const words = columns.map((column) => numbers.inRow(rows.map((x) => column.values.get(x) ?? NaN)));
    rows.forEach((x, at) => {
      const row = made(body, "tr");
      made(row, "th", "", counted ? count(x) : axis.xWord(kind, x)).scope = "row";
      columns.forEach((column, number) => made(row, "td", "", column.values.has(x) ? words[number][at] : "–"));
    });
    const whole = lines.every((line) => line.group || limits || line.loaded === line.total);
    const there = whole ? all.length : Math.max(all.length, ...lines.map((line) => line.total));
    if (rows.length < there) {
      const places = kind === "step" ? "steps" : "places";
      made(box, "p", "remark", `${count(rows.length)} of ${count(there)} ${places}; CSV has all (⋯, save).`);
    }
  }

  runfolio.cardTable = (lines, limits) => {
    const box = made(null, "div");
    series(box, lines);
    if (lines.some((line) => line.x?.length > 1)) values(box, lines, limits);
    return box;
  };
}
