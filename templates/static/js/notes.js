// Notes: what is said in words about a card: its footer, its summary for those who do not see it.
// Gives    runfolio.notes  footer, summary; their parts, for bars.js; lastOf(line), bestValue(line): in the unit of the metric
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, data, grouped, hover, place: places, smooth, view, zoom } = runfolio;
  const { nameOf } = hover;

  const FEW = 2; // series whose faults are named one by one, and in the title of a footer
  const MORE = 20;
  const BAD = [
    ["NaN", Number.isNaN],
    ["+∞", (value) => value === Infinity],
    ["\u2212∞", (value) => value === -Infinity],
  ];
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

  /** The rows of a line that are no finite number, by what they are: [[word, rows], …]; within limits of x where there are any. */
  const badRows = (line, [low, high]) =>
    BAD.flatMap(([word, is]) => {
      const rows = line.bad.filter((row) => is(line.y[row]) && line.x[row] >= (low ?? -Infinity) && line.x[row] <= (high ?? Infinity));
      return rows.length ? [[word, rows]] : [];
    });

  const isWhole = (line) => line.loaded >= line.total;

  /** "3 NaN at 70,500–70,599" */
  const badWords = (line, limits) =>
    badRows(line, limits).map(([word, rows]) => {
      const [first, last] = [place(line, rows[0]), place(line, rows.at(-1))];
      return `${isWhole(line) ? `${count(rows.length)} ` : ""}${word} at ${first === last ? first : `${first}–${last}`}`;
    });

  const goesBack = (line) => line.broken.length > 0 && ["step", "relative", "time"].includes(line.axis);
  const backVerb = (line) => `${line.axis === "step" ? "step" : "time"} goes backwards`;

  function backWords(line) {
    if (!goesBack(line)) return [];
    if (line.broken.length > 1) return [`${backVerb(line)} ${count(line.broken.length)} times`];
    return [`${backVerb(line)} at ${place(line, line.broken[0])}: a resumed run`];
  }

  /** "19 points have no finite loss", or "19 points of 3 series have …" */
  function unplacedWords(lines, called) {
    const lacking = lines.filter((line) => line.unplaced && !line.lacks);
    if (!lacking.length) return [];
    const points = lacking.reduce((sum, line) => sum + line.unplaced, 0);
    const number = lacking.every(isWhole) ? plural(points, "point") : "some points";
    const of = lines.length > 1 ? ` of ${count(lacking.length)} series` : "";
    return [`${number}${of} ${points === 1 ? "has" : "have"} no finite ${called(data.called(lines[0].axis))}`];
  }

  /** Faults of many series: "48 NaN and 24 +∞ in 24 series" */
  function summed(all, limits, placed, called) {
    const bad = all.map((line) => ({ line, kinds: new Map(badRows(line, limits)) })).filter(({ kinds }) => kinds.size);
    const sure = bad.every(({ line }) => isWhole(line));
    const words = BAD.flatMap(([word]) => {
      const number = bad.reduce((sum, { kinds }) => sum + (kinds.get(word)?.length ?? 0), 0);
      return number ? [sure ? `${count(number)} ${word}` : word] : [];
    });
    const back = all.filter(goesBack);
    return [
      ...(words.length ? [`${words.join(", ").replace(/, (?=\S+( \S+)?$)/, " and ")} in ${count(bad.length)} series`] : []),
      ...(back.length ? [`${backVerb(back[0])} in ${count(back.length)} series`] : []),
      ...(placed ? unplacedWords(all, called) : []),
    ];
  }

  /** Faults of lines, under the names of those that have them where there are several lines: once what all lines of a run share. */
  function named(all, limits, placed, called) {
    const under = (groups, key, item) => groups.set(key, [...(groups.get(key) ?? []), item]);
    const found = new Map(); // run and fault → lines
    for (const line of all) {
      const own = [...badWords(line, limits), ...backWords(line), ...(placed ? unplacedWords([line], called) : [])];
      for (const words of own) under(found, JSON.stringify([line.run, words]), line);
    }
    const together = new Map(); // lines, by number → their faults
    for (const [key, having] of found) under(together, having.map((line) => all.indexOf(line)).join(), JSON.parse(key)[1]);
    return [...together].map(([numbers, words]) => {
      if (all.length === 1) return words.join(" · ");
      const having = numbers.split(",").map((number) => all[number]);
      const [{ run }] = having;
      const whole = having.length > 1 && all.filter((line) => line.run === run).length === having.length;
      const names = whole ? [data.page.runs[run].label] : having.map((line) => nameOf(line, all));
      return `${names.map(called).join(", ")}: ${words.join(", ")}`;
    });
  }

  /** What is wrong with lines: of few each, of many in sum, or, in the title of a footer, the first ones. */
  function faults(lines, limits, placed, called) {
    const all = lines.flatMap((line) => line.parts ?? [line]);
    const each = named(all, limits, placed, called);
    if (each.length <= FEW) return each;
    const more = each.length - MORE;
    if (called === clipped) return summed(all, limits, placed, called);
    return more > 0 ? [...each.slice(0, MORE), `${count(more)} more like this`] : each;
  }

  /** "6 groups of 24 runs" */
  function groupWords(lines) {
    const groups = new Set(lines.map((line) => line.run)).size;
    const runs = new Set(lines.flatMap((line) => line.runs)).size;
    return `${plural(groups, "group")} of ${plural(runs, "run")}`;
  }

  /** What options of the card ask for and is not there: colours of so many series, params and tags that this page lacks. */
  function optionWords(lines, card, called) {
    const color = view.option("color", card);
    const bound = !["auto", "run"].includes(color) && lines.some(({ context }) => context);
    const lacks = [...view.option("group", card), color, ...["line", "panel"].map((name) => view.option(name, card))].flatMap((word) =>
      /^(?:param|tag):/.test(word) && !runfolio.columns?.field(word)
        ? [runfolio.columns ? `no ${called(word.replace(":", " "))} on this page` : "params and tags count on the page of an experiment"]
        : [],
    );
    return [...(bound ? ["too many series for colours"] : []), ...new Set(lacks)];
  }

  /** What stands below a card, with names clipped as by `called`. */
  function footer(lines, all, drawn, card, called) {
    if (!lines.length) return all ? `0 of ${plural(all, "series").replace(/ss$/, "s")}` : "";
    const total = lines.reduce((sum, line) => sum + line.total, 0);
    const inView = lines.reduce((sum, line) => sum + (line.rows?.length ?? 1), 0);
    const limits = zoom.of(card) ?? [null, null];
    const whole = lines.every((line) => line.loaded === line.total);
    const points = drawn.banded
      ? plural(total, "point")
      : drawn.points < inView || !whole
          ? `${count(drawn.points)} of ${count(whole && inView < total ? inView : total)} points, min and max kept`
          : lines.some((line) => line.unplaced)
            ? `${count(drawn.points)} of ${count(total)} points`
            : "all points";
    const series = `${count(lines.length)} of ${count(all)} series`;
    const parts = lines[0].group
      ? [groupWords(lines), ...(lines.length < all ? [series] : []), ...grouped.words(lines), plural(total, "point")]
      : [series, points];
    const amount = view.option("smooth", card);
    if (amount) parts.push(`smoothed ${smooth.words(view.option("smoother", card), amount)}`);
    if (view.option("x", card) === "auto" && places.definedAxis(card) === null) parts.push("by step: its metrics are defined with different x");
    if (lines.some((line) => line.still)) parts.push("all steps are equal: in the order logged");
    if (lines.some((line) => line.lacks)) parts.push("some runs lack the metric of the x axis");
    return [...parts, ...drawn.notes, ...optionWords(lines, card, called), ...faults(lines, limits, true, called)].join(" · ");
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

  const bestWords = ({ metric, value, name }) => `best ${data.called(metric)} ${axis.valueWord(value)} by ${name}`;

  /** For those who hear the page: what it is, how many runs, the best and the last values. */
  function summary(title, lines, best) {
    if (!lines.length) return `${title}: nothing drawn`;
    const runs = new Set(lines.map((line) => line.run)).size;
    const whole = lines[0].group ? groupWords(lines) : plural(runs, "run");
    const parts = [`${title}: ${plural(lines.length, "line")} of ${whole}`, ...grouped.words(lines)];
    if (best) parts.push(bestWords(best));
    const lasts = lines.slice(0, 3).map((line) => {
      const value = lastOf(line);
      return `${nameOf(line, lines)} ends at ${value === undefined ? "nothing" : axis.valueWord(value)}`;
    });
    if (lines.length > 3) lasts.push(`${lines.length - 3} more in the table`);
    return [...parts, ...lasts].join("; ");
  }

  runfolio.notes = { clipped, faults, optionWords, groupWords, bestWords, footer, summary, lastOf, bestValue };
}
