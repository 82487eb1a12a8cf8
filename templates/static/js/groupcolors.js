// Group colours: which of the ten colours a group has, the same on every card and in the table.
// A group keeps the colour of its number; where others have that, too, those that are drawn come first, so that no two
// of up to ten groups drawn share one, and the one that is older keeps it.
// Gives    runfolio.groupColors  of(group, words), ofRun(run, words): that of its group or, without groups, its own
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, groups, view } = runfolio;

  const COLORS = 10;

  const known = new Map(); // words → colours by the keys of groups, for the runs that are drawn now

  function colors(words) {
    const all = groups.of(data.page.runs.map((_, run) => run), words);
    const given = new Map();
    const free = new Set(Array.from({ length: COLORS }, (_, color) => color));
    const give = ({ key }, color) => {
      free.delete(color);
      given.set(key, color);
    };
    const isDrawn = ({ runs }) => runs.some((run) => view.state.runs.has(run));
    for (const some of [all.filter(isDrawn), all.filter((group) => !isDrawn(group))]) {
      const own = ({ number }) => number % COLORS;
      for (const group of some) if (free.has(own(group))) give(group, own(group));
      for (const group of some) if (!given.has(group.key)) give(group, [...free][0] ?? own(group));
    }
    return given;
  }

  function of({ key }, words) {
    const text = JSON.stringify(words);
    if (!known.has(text)) known.set(text, colors(words));
    return known.get(text).get(key);
  }

  const ofRun = (run, words) => (groups.active(words) ? of(groups.of([run], words)[0], words) : data.page.runs[run].color);

  for (const event of ["data:change", "view:change"]) document.addEventListener(event, () => known.clear());

  runfolio.groupColors = { of, ofRun };
}
