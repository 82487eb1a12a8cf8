// Group by: the control above the cards for which runs count as one: all but seeds, or alike in a param or tag.
// Reads    runfolio.columns, runfolio.groups
// Gives    runfolio.groupby  attach(label, more): the label around the control; `more` opens the settings at the groups
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { groups, hover, view } = runfolio;
  const { made } = hover;

  const MOST = 20; // params and tags listed; the others are in the settings
  const SEEDS = "seeds";
  const SEVERAL = "*";
  const MORE = "…";

  /** What can be chosen: [[word, label], …]. */
  function choices() {
    const { columns } = runfolio;
    const told = ([word]) => !columns.field(word).ready || groups.differs(columns.field(word)); // what is not here may
    const differing = (columns?.fields(["param:", "tag:"]) ?? []).filter(told);
    const seeds = differing.some(([word, label]) => word.startsWith("param:") && groups.isSeed(label));
    return [...(seeds ? [[SEEDS, "all but seeds"]] : []), ...differing];
  }

  /** Fill the label with the control; without anything to choose it goes away. */
  function attach(label, more) {
    const all = choices();
    if (!all.length) return label.remove();
    const select = made(label, "select", "chart-toolbar__group");
    made(select, "option", "", "none").value = "";
    for (const [word, text] of all.slice(0, MOST)) made(select, "option", "", text).value = word;
    const several = made(select, "option", "", "");
    several.value = SEVERAL;
    made(select, "option", "", "more…").value = MORE;

    function follow() {
      const words = view.option("group");
      const listed = all.slice(0, MOST).some(([word]) => word === words[0]);
      const one = words.length === 1 && listed;
      const none = !words.length || words.includes("none");
      several.hidden = none || one;
      several.textContent = words.map((word) => (word === SEEDS ? "all but seeds" : word.slice(word.indexOf(":") + 1))).join(", ");
      select.value = none ? "" : one ? words[0] : SEVERAL;
    }

    select.addEventListener("change", () => {
      if (select.value === MORE) {
        follow();
        more();
      } else if (select.value !== SEVERAL) view.choose("group", select.value ? [select.value] : null);
    });
    document.addEventListener("view:change", follow);
    follow();
  }

  runfolio.groupby = { attach };
}
