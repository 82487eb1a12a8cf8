// Drawn first: the runs that are drawn until the reader chooses some: those that the page says or, where it groups
// runs, all runs of the first groups in the order of the table: a mean is that of its whole group.
// Gives    runfolio.drawnFirst  of(words) → list of runs, groups(words) → how many these are, ready(words) → promise,
//          or null when all is there that tells; until then it is as without groups
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { columns: model, data, groups, rowGroups, sorting } = runfolio;

  const GROUPS = 10; // as many as colours tell apart
  const RUNS = 1000; // of all of them: more would take seconds to draw

  const known = new Map(); // words → groups

  const best = () => model.columns[data.page.table.sort];

  const ready = (words) => (groups.active(words) ? model.ready([...groups.fields(words), best()].filter(Boolean)) : null);

  /** The first groups of the table, as many of them as may be drawn whole; null: nothing is grouped. */
  function firstGroups(words) {
    if (!groups.active(words) || ready(words)) return null;
    const text = JSON.stringify(words);
    if (!known.has(text)) {
      const all = rowGroups.of(model.order, words);
      const alone = ({ runs }) => runs.length === 1;
      const by = best() ? [{ column: best(), falling: sorting.falling(best()) }] : [];
      const ranks = (column, some) => Float64Array.from(some, (group) => rowGroups.rank(group, column));
      const first = sorting.sorted([...all.filter((group) => !alone(group)), ...all.filter(alone)], by, ranks).slice(0, GROUPS);
      let sum = 0;
      const end = first.findIndex(({ runs }) => (sum += runs.length) > RUNS);
      known.set(text, end < 0 ? first : first.slice(0, end));
    }
    return known.get(text);
  }

  function of(words) {
    const first = firstGroups(words);
    if (first?.length) return first.flatMap(({ runs }) => runs);
    return (data.page?.runs ?? []).flatMap(({ drawn }, run) => (drawn ? [run] : []));
  }

  document.addEventListener("data:change", () => known.clear());

  runfolio.drawnFirst = { of, groups: (words) => firstGroups(words)?.length ?? 0, ready };
}
