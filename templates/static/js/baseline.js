// Baseline: the run that others are compared with, and what a metric's value is over it; and the runs that stay on top.
// Reads    runfolio.data.page.baseline, a run that the site chose, and pins, runs that it keeps on top; may be absent
// Writes   `baseline` and `pins` in the view: shortest starts of run ids; `none` for none
// Gives    runfolio.baseline  run(), choose(run), among(groups, words), members(), is(runs, run), column(field), of(columns),
//          pinned(), togglePin(run)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { address, columns: model, data, groups, noise, numbers, rowGroups, view } = runfolio;
  const NONE = "none";

  const site = () => data.page.baseline ?? null;

  function run() {
    const word = view.get("baseline");
    if (word === null) return site();
    const found = word === NONE ? -1 : address.runNumber(word);
    return found < 0 ? null : found;
  }

  const choose = (chosen) => view.set("baseline", chosen === site() ? null : chosen === null ? NONE : address.runWord(chosen));

  function pinned() {
    const words = view.get("pins");
    if (words === null) return data.page.pins ?? [];
    return [...new Set(words.split(",").map((word) => (word === NONE ? -1 : address.runNumber(word))))].filter((one) => one >= 0);
  }

  function togglePin(one) {
    const now = pinned();
    const next = now.includes(one) ? now.filter((other) => other !== one) : [...now, one];
    const asBuilt = String(next) === String(data.page.pins ?? []);
    view.set("pins", asBuilt ? null : next.map(address.runWord).join(",") || NONE);
  }

  let repeats = null; // run → the runs that differ from it in nothing but their seeds, and itself; one without a seed is alone

  function alike(one) {
    if (!repeats) {
      repeats = new Map();
      const seeds = groups.seeds();
      const { apart } = data.page; // runs with other numbers differ in what the site does not tell
      for (const group of groups.of([...data.page.runs.keys()], ["seeds"])) {
        const sets = new Map();
        for (const run of group.runs) {
          const seeded = seeds.some((column) => groups.valueOf(column, run) !== null);
          const key = seeded ? `${apart?.[run]}` : run;
          if (!sets.has(key)) sets.set(key, []);
          sets.get(key).push(run);
          repeats.set(run, sets.get(key));
        }
      }
    }
    return repeats.get(one);
  }

  let group = null; // while rows are grouped: the runs whose mean all rows are compared with

  /** Rows are these groups: all are compared with that of the baseline as it is shown, else with the whole of it. */
  function among(shown, words) {
    const base = run();
    group = null;
    if (base === null || !groups.active(words)) return;
    const [{ key }] = groups.of([base], words);
    const found = shown.find((one) => one.key === key) ?? groups.of([...data.page.runs.keys()], words).find((one) => one.key === key);
    group = found.runs;
  }

  /** The runs that others are compared with, by their mean. */
  const members = (base = run()) => group ?? (base === null ? [] : [base]);

  /** Whether some runs are just those. */
  const is = (runs, base) => runs.length === members(base).length && runs.every((one) => members(base).includes(one));

  /** A share in percent, to two digits that count; a huge one as numbers are. */
  function percent(share) {
    const size = Math.abs(share);
    return size > 9999 ? numbers.number(Number(share.toPrecision(4))) : numbers.distance(share, size >= 10 ? 0 : size >= 1 ? 1 : 2);
  }

  const signed = (value, word) => (value > 0 ? "+" : value < 0 ? "" : "±") + word(value);

  /** Better, worse or neither, by the goal; `open`: so far; `within`: chance alone does as much. */
  function verdict(delta, goal, within, open) {
    if (delta === 0) return ["= same", "same"];
    if (within) return ["≈ within noise", "noise"];
    const arrow = delta > 0 ? "▲" : "▼";
    if (!goal) return [arrow, "unknown"];
    const word = delta > 0 === (goal === "max") ? "better" : "worse";
    return open ? [`${arrow} ${word} so far`, "unknown"] : [`${arrow} ${word}`, word];
  }

  /** The mean of runs as `noise` takes it; that of one run is as uncertain as those of its repetitions. */
  function spread(runs, column) {
    const finite = runs.filter((run) => Number.isFinite(column.value(run)));
    const like = alike(finite[0]);
    const group = finite.every((run) => alike(run) === like) ? like : null;
    return { n: finite.length, std: rowGroups.mean(finite.length > 1 ? finite : like, column).std, group };
  }

  function deltaCell(value, base, column, chance, open) {
    const delta = numbers.same(value, base) ? 0 : value - base;
    const word = (number) => numbers.distance(number, column.decimals);
    const part = (100 * delta) / Math.abs(base);
    const share = Math.abs(part) < numbers.TELLING ? ` (${signed(part, percent)} %)` : "";
    const [said, sense] = verdict(delta, column.goal, chance?.isAll, open);
    const heard = chance ? `; ${chance.said}` : "";
    const goal = column.goal ? "" : "; no goal is known";
    const number = signed(delta, word) + share;
    return { text: `${number} ${said}`, parts: [number, said], kind: "delta", sense, title: `${delta} over ${base}${goal}${heard}` };
  }

  const goOn = (runs) => runs.some(model.goesOn);

  const nothing = (title) => ({ text: "–", kind: "missing", title });

  /** A column that says how much another one is over the baseline: the run, or while rows are grouped its group. */
  function deltaOf(column, base) {
    let over = { group: NaN }; // what is worked out for a group, or for the run alone: {group, center, ranks}
    const now = () => {
      if (over.group !== group) over = { group, center: group && rowGroups.mean(group, column).mean, ranks: null };
      return over;
    };
    const center = () => now().center ?? column.value(base);
    const known = (value) => Number.isFinite(value);
    const key = (one) => (known(column.value(one)) && known(center()) ? column.value(one) - center() : null);
    /** The cell of some runs, of which this is the value. */
    function cell(runs, value) {
      if (is(runs, base)) return { text: "baseline", kind: "word", title: "" };
      if (!known(center())) return nothing("the baseline has no finite value");
      if (!known(value)) return nothing("no finite value");
      const chance = noise(value - center(), spread(runs, column), spread(members(base), column));
      return deltaCell(value, center(), column, chance, goOn([...runs, ...members(base)]));
    }

    return {
      kind: "delta", group: column.group, label: column.label, sub: column.sub, goal: column.goal, of: column,
      field: `delta:${column.field}`, names: [], numeric: true, hidden: false, place: column.place, title: "", key,
      get ready() { return column.ready; },
      value: key,
      ranks: () => (now().ranks ??= Float64Array.from(data.page.runs, (_, one) => key(one) ?? NaN)),
      cell: (one) => cell([one], column.value(one)),
      groupRank: ({ runs }) => rowGroups.mean(runs, column).mean - center(),
      groupCell: ({ runs }) => cell(runs, rowGroups.mean(runs, column).mean),
    }; // prettier-ignore
  }

  let made = new Map(); // column → its delta
  let madeFor = null;

  function delta(column) {
    const base = run();
    if (base === null || column.kind !== "number") return null;
    if (base !== madeFor) [made, madeFor] = [new Map(), base];
    if (!made.has(column)) made.set(column, deltaOf(column, base));
    return made.get(column);
  }

  /** Columns, each metric followed by what it is over the baseline. */
  const of = (columns) => columns.flatMap((column) => [column, delta(column)].filter(Boolean));

  /** A column by its field, those of differences too. */
  function column(field) {
    if (!field.startsWith("delta:")) return model.field(field);
    const base = model.field(field.slice(6));
    return base && delta(base);
  }

  document.addEventListener("data:change", () => {
    repeats = madeFor = group = null;
  });

  runfolio.baseline = { run, choose, among, members, is, column, of, pinned, togglePin };
}
