// Row groups: what the rows of a group have together: the mean and standard deviation of numbers, what they share of the rest.
// Gives    runfolio.rowGroups  of(runs, words), cell(group, column), mean(runs, column), spread(values), rank(group, column)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { groups, numbers } = runfolio;
  const LISTED = 12; // different values that a title names

  /** The groups of runs with room for what is worked out of them; an empty list when rows are not grouped. */
  function of(runs, words) {
    if (!groups.active(words)) return [];
    return groups.of(runs, words).map((group) => Object.assign(group, { cells: new Map() }));
  }

  /** Of finite values: {n, mean, std (n − 1)}; NaN where there are too few. */
  function spreadOf(values) {
    const n = values.length;
    const even = values.every((value) => value === values[0]); // sums would be off by their rounding
    const center = n ? (even ? values[0] : values.reduce((sum, value) => sum + value / n, 0)) : NaN;
    const far = values.reduce((most, value) => Math.max(most, Math.abs(value - center)), 0) || 1; // their unit: squares of huge ones overflow, of tiny ones vanish
    const squares = values.reduce((sum, value) => sum + ((value - center) / far) ** 2, 0);
    return { n, mean: center, std: n > 1 ? far * Math.sqrt(squares / (n - 1)) : NaN };
  }

  const mean = (runs, column) => spreadOf(runs.map((run) => column.value(run)).filter(Number.isFinite));

  const word = (value, { kind, decimals }) => (kind === "duration" ? numbers.duration(value) : numbers.inColumn(value, decimals));

  /** A deviation, which is never worded as 0 unless it is 0. */
  function spread(std, { kind, decimals }) {
    if (kind !== "duration") return numbers.distance(std, decimals);
    return std > 0 && std < 0.0005 ? "< 1 ms" : numbers.duration(std);
  }

  function numberCell(group, column) {
    const { n, mean: center, std } = mean(group.runs, column);
    if (!n) return { text: "–", kind: "missing", title: "no run of the group has a finite value" };
    const text = n > 1 ? `${word(center, column)} ± ${spread(std, column)}` : word(center, column);
    const of = n < group.runs.length ? `${n} of ${group.runs.length} runs have a finite value` : `${n} runs`;
    return { text, kind: "number", title: `mean ${center}${n > 1 ? ` ± standard deviation ${std}` : ""} (${of})` };
  }

  function sharedCell(group, column) {
    const cells = [...new Map(group.runs.map((run) => column.cell(run)).map((cell) => [cell.title || cell.text, cell])).values()];
    if (cells.length === 1) return cells[0];
    const texts = cells.map(({ text }) => text);
    const title = texts.slice(0, LISTED).join(", ") + (texts.length > LISTED ? ", …" : "");
    return { text: `${cells.length} values`, kind: "word", title };
  }

  /** The state of all; else how many are in another one than finished: n, beside the name, says of how many. */
  function statusCell(group, column) {
    const counts = new Map();
    for (const run of group.runs) counts.set(column.key(run), (counts.get(column.key(run)) ?? 0) + 1);
    if (counts.size === 1) return { text: [...counts.keys()][0], kind: "status", title: "" };
    const words = (states) => states.map(([state, n]) => `${n} ${state}`).join(", ");
    return { text: words([...counts].filter(([state]) => state !== "finished")), kind: "status", title: words([...counts]) };
  }

  function timeCell(group, column) {
    const first = group.runs.filter((run) => column.key(run) !== null).sort((one, other) => column.key(one) - column.key(other))[0];
    if (first === undefined) return column.cell(group.runs[0]);
    return { ...column.cell(first), title: "of the first run of the group", ms: column.key(first) };
  }

  const CELLS = { number: numberCell, duration: numberCell, status: statusCell, time: timeCell, delta: (group, column) => column.groupCell(group) };

  function cell(group, column) {
    if (!group.cells.has(column)) group.cells.set(column, (CELLS[column.kind] ?? sharedCell)(group, column));
    return group.cells.get(column);
  }

  /** What sorts groups: the mean of what sorts their runs. */
  function rank(group, column) {
    if (column.kind === "delta") return column.groupRank(group);
    const ranks = column.ranks();
    const found = group.runs.map((run) => ranks[run]).filter((value) => value === value);
    return found.reduce((sum, value) => sum + value / found.length, found.length ? 0 : NaN);
  }

  runfolio.rowGroups = { of, cell, mean, spread: spreadOf, rank };
}
