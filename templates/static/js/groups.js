// Groups: runs that count as one: those alike in some params or tags, or in everything but their seeds.
// Gives    runfolio.groups  of(runs, words) → [{key, label, words, number, runs, size}], names(groups) → Map: key → name,
//          active(words),
//          fields(words), seeds(), values(column), valueOf(column, run), brief(column, run), differs(column), isSeed(label)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  // The last part of a param's name, in small letters with "_" between words. A "state" alone is no seed, nor is a
  // count of seeds, nor the rank of a matrix.
  const SEEDS = /(?:^|_)seeds?$|^(?:random|rng)_state$|^(?:cv_|outer_|inner_|test_|val_)?fold(?:_(?:id|index|idx|no|number))?$|^(?:global_|local_|node_|process_|worker_)?rank$|^repeat$|^repetition$|^replica(?:te)?$/;
  const ROOM = 220; // px of a value in a name
  const FEW = 3; // groups of which one that differs from the others is no exception
  const COUNTS = /^(?:n|no|num|number|number_of|count|max|min)_/;

  /** Whether a param only tells repetitions of the same thing apart: the last part of its name says so. */
  function isSeed(label) {
    const last = label.slice(Math.max(label.lastIndexOf("."), label.lastIndexOf("/")) + 1);
    const word = last.replace(/([a-z\d])(?=[A-Z])/g, "$1_").replace(/[-\s]+/g, "_").toLowerCase();
    return SEEDS.test(word) && !COUNTS.test(word);
  }

  const params = (seeds) => runfolio.columns.columns.filter(({ group, label, hidden }) => group === "param" && !hidden && isSeed(label) === seeds);

  /** The columns that tell groups apart, for words of the option `group`: "param:depth", "tag:stage", "seeds". */
  function fields(words) {
    const { columns } = runfolio;
    if (!columns || words.includes("none")) return [];
    const named = words.includes("seeds") ? params(false) : [];
    const chosen = words.map((word) => columns.field(word)).filter(Boolean);
    return [...new Set([...named, ...chosen])];
  }

  /** The columns of params that tell repetitions apart. */
  const seeds = () => params(true);

  /** Whether these words make groups: all but seeds, or a field that this page has. */
  const active = (words) =>
    Boolean(runfolio.columns) && !words.includes("none") && (words.includes("seeds") || fields(words).length > 0);

  const known = new Map(); // words → what holds for all runs of the page

  /** The key of every run, the number of every key (the oldest run's first), and the columns that differ. */
  function whole(words) {
    const text = JSON.stringify(words);
    if (!known.has(text)) {
      const shared = fields(words);
      const keys = runfolio.data.page.runs.map((_, run) => JSON.stringify(shared.map((column) => valueOf(column, run))));
      const numbers = new Map();
      const sizes = new Map();
      for (const key of keys) {
        if (!numbers.has(key)) numbers.set(key, numbers.size);
        sizes.set(key, (sizes.get(key) ?? 0) + 1);
      }
      const all = { keys, numbers, sizes, telling: shared.filter(differs) };
      if (!shared.every(({ ready }) => ready)) return all; // for now: columns are still to come
      known.set(text, all);
    }
    return known.get(text);
  }

  /**
   * The groups of some runs, in the order in which their first runs stand.
   *
   * key      tells groups apart: which runs are in it never changes it
   * number   of the group among those of all runs of the page: later runs never change it
   * size     how many runs of the page are in it, these and others
   * words    what its runs share and others do not: ["depth 6", "lr 0.1"], long values cut; `label` is all of them, whole
   */
  function of(runs, words) {
    const { keys, numbers, sizes, telling } = whole(words);
    const groups = new Map();
    for (const run of runs) {
      const key = keys[run];
      if (!groups.has(key)) {
        const label = wordsOf(telling, run, wordOf).join(", ") || "all runs";
        groups.set(key, {
          ...{ key, number: numbers.get(key), size: sizes.get(key), label, runs: [] },
          get words() {
            return wordsOf(telling, run, brief); // when asked: scripts that measure words come later than first groups
          },
        });
      }
      groups.get(key).runs.push(run);
    }
    return [...groups.values()];
  }

  /** What a run has in a column; null: nothing. A param that is NaN has no key to sort by, but is a value. */
  function valueOf(column, run) {
    const key = column.key(run) ?? null;
    if (key !== null) return key;
    const { kind, text } = column.cell(run);
    return kind === "missing" ? null : text;
  }

  function wordOf(column, run) {
    if (valueOf(column, run) === null) return "not set";
    const { kind, text, title } = column.cell(run);
    return (kind === "text" || kind === "word") && title.trim() ? title : text.trim();
  }

  /** The same, cut so that it is told from the column's other values. */
  function brief(column, run) {
    const value = valueOf(column, run);
    if (value === null) return wordOf(column, run);
    return values(column).find(({ key }) => key === value)?.word ?? wordOf(column, run);
  }

  /** Names of columns: the last part where no other column ends in it. */
  function briefs(columns) {
    const last = ({ label }) => label.slice(label.lastIndexOf(".") + 1) || label;
    const lasts = columns.map(last);
    return columns.map((column, at) => (lasts.filter((other) => other === lasts[at]).length > 1 ? column.label : lasts[at]));
  }

  function wordsOf(columns, run, word) {
    const names = briefs(columns);
    return columns.map((column, at) => `${names[at]} ${word(column, run)}`);
  }

  /**
   * What groups are called beside each other: what tells them apart; what all but one have in common is said of that
   * one. A run that is alone in its group keeps its name.
   */
  function names(some) {
    const all = [...new Map(some.map((group) => [group.key, group])).values()];
    const beside = all.filter(({ size }) => size > 1);
    const common = beside.length - (beside.length > FEW ? 1 : 0);
    const counts = (beside[0]?.words ?? []).map((_, at) => {
      const found = new Map();
      for (const { words } of beside) found.set(words[at], (found.get(words[at]) ?? 0) + 1);
      return found;
    });
    const shared = ({ words, label }) => words.filter((word, at) => counts[at].get(word) < common).join(", ") || label;
    const nameOf = (group) => (group.size > 1 ? shared(group) : runfolio.data.page.runs[group.runs[0]].label);
    return new Map(all.map((group) => [group.key, nameOf(group)]));
  }

  const found = new Map(); // column → its values

  /** The values of a column over all runs of the page, in order: [{key, whole, word: cut}, …]; "not set" is no value. */
  function values(column) {
    if (!found.has(column)) {
      const words = new Map();
      runfolio.data.page.runs.forEach((_, run) => {
        const key = valueOf(column, run);
        if (key !== null && !words.has(key)) words.set(key, wordOf(column, run));
      });
      const sorted = [...words.keys()].sort(column.compare);
      const whole = sorted.map((key) => words.get(key));
      const cut = runfolio.names.apart(whole, ROOM);
      const all = sorted.map((key, at) => ({ key, whole: whole[at], word: cut[at] }));
      if (!column.ready) return all;
      found.set(column, all);
    }
    return found.get(column);
  }

  /** Whether some runs of the page have another value here than others, or none. */
  function differs(column) {
    const [first, ...others] = runfolio.data.page.runs.keys();
    return first !== undefined && others.some((run) => valueOf(column, run) !== valueOf(column, first));
  }

  document.addEventListener("data:change", () => [known, found].forEach((map) => map.clear()));

  runfolio.groups = { of, names, active, fields, seeds, values, valueOf, brief, differs, isSeed };
}
