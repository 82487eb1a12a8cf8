// Kinds: which cards draw whole runs in place of curves, and what these follow. `pictures` draws them.
// Listens  "runs:found" on document: the runs that the filter of the table finds
// Gives    runfolio.kinds   SLOTS, of(card), follows(card), scales(card), found(), choices(parent, choose)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { button, data, fields, hover, options, view } = runfolio;
  const { made } = hover;

  const SLOTS = { scatter: ["x", "y", "colour"] }; // kinds that have just these axes

  let found = null; // runs that the filter finds; null: nobody filters
  let version = 0; // of `found`
  let renewals = 0; // of the page's data

  document.addEventListener("runs:found", ({ detail }) => {
    const before = found ?? runfolio.columns.order;
    found = detail;
    if (before.length === found.length && before.every((run, at) => run === found[at])) return;
    version++;
    runfolio.board?.cards.forEach((card) => card.follow());
  });

  document.addEventListener("data:change", () => {
    found = null; // the table tells again
    renewals++;
  });

  /** The kind of picture of a card; null for curves, and where the page has no table of runs. */
  function of(card) {
    const kind = view.option("kind", card);
    return runfolio.columns && kind !== "curves" ? kind : null;
  }

  /** The scales that a card itself chose for x and y; of the board's, made for curves, pictures have none. */
  const scales = ({ options: own }) => [own.get("xscale"), own.get("y")?.replace("clip", "log")];

  /** What a card's picture follows besides the view's runs and options. */
  const follows = (card) =>
    of(card) && [renewals, ...scales(card), ...(view.option("kind", card) === "bars" ? [] : [version, view.get("brush")])];

  /** Buttons for new cards of each kind of picture. */
  function choices(parent, choose) {
    if (!runfolio.columns || data.page.runs.length < 2) return;
    const row = made(parent, "div", "picture-choices");
    for (const [name, word] of options.get("kind").choices) {
      if (name === "curves") continue;
      const axes = fields.defaults(name);
      if (!axes.length || (name === "parallel" && axes.length < 2)) continue;
      button(row, word, () => choose(new Map([["kind", name], ["axes", axes]])));
    }
    made(parent, "p", "picture-choices__or", "or curves of");
  }

  runfolio.kinds = { SLOTS, of, follows, scales, found: () => found ?? runfolio.columns.order, choices };
}
