// Notes: what is said in words about a card: its footer, its summary for those who do not see it.
// Gives    runfolio.notes  footer, summary; lastOf(line), bestValue(line): in the unit of the metric
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, data, grouped, hover, place: places, smooth, view, zoom } = runfolio;
  const { nameOf } = hover;

  const FEW = 2; // series whose faults are named one by one
  const LONG = 40; // letters of a name in a footer
  const END = 14; // of them behind the gap: what comes last may be all that tells two names apart

  const count = axis.countWord;
  const { plural } = axis;

  function clipped(name) {
    const letters = name.length > LONG ? [...name] : [];
    return letters.length > LONG ? `${letters.slice(0, LONG - END - 1).join("")}…${letters.slice(-END).join("")}` : name;
  }

  const place = (line, row) =>
    line.axis === "step" || line.axis === "order" ? count(line.x[row]) : axis.xWord(line.axis, line.x[row]);

  /** "3 NaN at 70,500–70,599", of what lies within limits of x where there are any. */
  function badWords(line, [low, high]) {
    const kinds = [
      ["NaN", (value) => Number.isNaN(value)],
      ["+∞", (value) => value === Infinity],
      ["\u2212∞", (value) => value === -Infinity],
    ];
    return kinds.flatMap(([word, is]) => {
      const rows = line.bad.filter((row) => is(line.y[row]) && line.x[row] >= (low ?? -Infinity) && line.x[row] <= (high ?? Infinity));
      if (!rows.length) return [];
      const [first, last] = [place(line, rows[0]), place(line, rows[rows.length - 1])];
      const number = line.loaded < line.total ? `NaN` === word ? "NaN" : word : `${count(rows.length)} ${word}`;
      return [`${number} at ${first === last ? first : `${first}–${last}`}`];
    });
  }

  function backWords(line) {
    if (!line.broken.length || !["step", "relative", "time"].includes(line.axis)) return [];
    const what = line.axis === "step" ? "step goes" : "time goes";
    if (line.broken.length > 1) return [`${what} backwards ${count(line.broken.length)} times`];
    return [`${what} backwards at ${place(line, line.broken[0])}: a resumed run`];
  }

  /** "19 points have no finite loss" */
  function unplacedWords(line, called) {
    if (!line.unplaced || line.lacks) return [];
    const number = line.loaded < line.total ? "some points" : plural(line.unplaced, "point");
    return [`${number} ${line.unplaced === 1 ? "has" : "have"} no finite ${called(data.called(line.axis))}`];
  }

  /** Faults of lines, each under its name when there are several lines; what all lines of a run share, once. */
  function faults(lines, limits, placed, called) {
    const all = lines.flatMap((line) => line.parts ?? [line]);
    const found = new Map();
    for (const line of all) {
      for (const words of [...badWords(line, limits), ...backWords(line), ...(placed ? unplacedWords(line, called) : [])]) {
        const key = `${line.run} ${words}`;
        if (!found.has(key)) found.set(key, { words, having: [] });
        found.get(key).having.push(line);
      }
    }
    const named = [...found.values()].slice(0, FEW).map(({ words, having }) => {
      if (all.length === 1) return words;
      const [{ run }] = having;
      const whole = having.length > 1 && all.filter((line) => line.run === run).length === having.length;
      const names = whole ? [data.page.runs[run].label] : having.map((line) => nameOf(line, all));
      return `${names.map(called).join(", ")}: ${words}`;
    });
    const more = found.size - named.length;
    return more > 0 ? [...named, `${count(more)} more like this`] : named;
  }

  /** "6 groups of 24 runs" */
  function groupWords(lines) {
    const groups = new Set(lines.map((line) => line.run)).size;
    const runs = new Set(lines.flatMap((line) => line.runs)).size;
    return `${plural(groups, "group")} of ${plural(runs, "run")}`;
  }

  /** What options of the card name and this page lacks. */
  const lackWords = (card, called) =>
    [...view.option("group", card), ...["color", "line", "panel"].map((name) => view.option(name, card))].flatMap((word) =>
      /^(?:param|tag):/.test(word) && !runfolio.columns?.field(word) ? [`no ${called(word.replace(":", " "))} on this page`] : [],
    );

  /** What stands below a card, with names clipped as by `called`. */
  function footer(lines, all, drawn, card, called = clipped) {
    if (!lines.length) return all ? `0 of ${plural(all, "series").replace(/ss$/, "s")}` : "";
    const total = lines.reduce((sum, line) => sum + line.total, 0);
    const inView = lines.reduce((sum, line) => sum + (line.rows?.length ?? 1), 0);
    const placed = !drawn.bars; // bars have no x
    const limits = (placed ? zoom.of(card) : null) ?? [null, null];
    const whole = lines.every((line) => line.loaded === line.total);
    const points = drawn.banded
      ? plural(total, "point")
      : drawn.points < inView || !whole
          ? `${count(drawn.points)} of ${count(whole && inView < total ? inView : total)} points, min and max kept`
          : placed && lines.some((line) => line.unplaced)
            ? `${count(drawn.points)} of ${count(total)} points`
            : "all points";
    const series = `${count(lines.length)} of ${count(all)} series`;
    const parts = lines[0].group
      ? [groupWords(lines), ...(lines.length < all ? [series] : []), ...grouped.words(lines), plural(total, "point")]
      : [series, points];
    const bound = !["auto", "run"].includes(view.option("color", card));
    if (bound && lines.some(({ context }) => context)) parts.push("too many series for colours");
    const amount = view.option("smooth", card);
    if (amount && placed) parts.push(`smoothed ${smooth.words(view.option("smoother", card), amount)}`);
    if (placed && view.option("x", card) === "auto" && places.definedAxis(card) === null) parts.push("by step: its metrics are defined with different x");
    if (lines.some((line) => line.still)) parts.push("all steps are equal: in the order logged");
    if (lines.some((line) => line.lacks)) parts.push("some runs lack the metric of the x axis");
    return [...parts, ...drawn.notes, ...new Set(lackWords(card, called)), ...faults(lines, limits, placed, called)].join(" · ");
  }

  /** The last value logged, wherever it lies on x; undefined when there is none. */
  const lastOf = ({ logged: { values } }) => values[values.length - 1];

  function bestValue(line) {
    const { goal } = data.page.metrics[line.metric];
    if (!goal) return null;
    let best = null;
    for (const value of line.logged.values) {
      if (Number.isFinite(value) && (best === null || (goal === "max") === value > best)) best = value;
    }
    return best;
  }

  /** For those who hear the page: what it is, how many runs, the best and the last values. */
  function summary(title, lines, best) {
    if (!lines.length) return `${title}: nothing drawn`;
    const runs = new Set(lines.map((line) => line.run)).size;
    const whole = lines[0].group ? groupWords(lines) : plural(runs, "run");
    const parts = [`${title}: ${plural(lines.length, "line")} of ${whole}`, ...grouped.words(lines)];
    if (best) {
      parts.push(`best ${data.called(best.metric)} ${axis.valueWord(best.value)} by ${best.name}`);
    }
    const lasts = lines.slice(0, 3).map((line) => {
      const value = lastOf(line);
      return `${nameOf(line, lines)} ends at ${value === undefined ? "nothing" : axis.valueWord(value)}`;
    });
    if (lines.length > 3) lasts.push(`${lines.length - 3} more in the table`);
    return [...parts, ...lasts].join("; ");
  }

  runfolio.notes = { clipped, footer, summary, lastOf, bestValue };
}
