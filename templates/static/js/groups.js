// Groups: runs that count as one: those alike in some params or tags, or in everything but their seeds.
// Gives    runfolio.groups  of(runs, words) → [{key, label, runs}], fields(words), isSeed(label)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const SEEDS = /^(?:random_?|rng_?|global_?)?(?:seed|state)$|^(?:cv_?)?fold$|^(?:local_?|global_?)?rank$|^repeat$|^replica(?:te)?$/i;

  /** Whether a param only tells repetitions of the same thing apart: the last part of its name says so. */
  const isSeed = (label) => SEEDS.test(label.slice(label.lastIndexOf(".") + 1));

  /** The columns that tell groups apart, for words of the option `group`: "param:depth", "tag:stage", "seeds". */
  function fields(words) {
    const { columns } = runfolio;
    if (!columns || words.includes("none")) return [];
    const named = words.includes("seeds")
      ? columns.columns.filter(({ group, label, hidden }) => group === "param" && !hidden && !isSeed(label))
      : [];
    const chosen = words.map((word) => columns.field(word)).filter(Boolean);
    return [...new Set([...named, ...chosen])];
  }

  /**
   * The groups of some runs, in the order in which their first runs stand.
   *
   * key     tells groups apart: which runs are in it never changes it
   * label   what its runs share, in words: "depth 6, lr 0.1"
   */
  function of(runs, words) {
    const shared = fields(words);
    const groups = new Map();
    for (const run of runs) {
      const key = JSON.stringify(shared.map((column) => column.key(run)));
      if (!groups.has(key)) groups.set(key, { key, label: label(shared, run), runs: [] });
      groups.get(key).runs.push(run);
    }
    return [...groups.values()];
  }

  const label = (shared, run) =>
    shared.map((column) => `${column.label} ${column.cell(run).text}`).join(", ") || "all runs";

  runfolio.groups = { of, fields, isSeed };
}
