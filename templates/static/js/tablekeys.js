// Table keys: rows by j and k or the arrows, and what is done to the row that has the focus.
// Reads    runfolio.keys, runfolio.table
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { baseline, keys, table } = runfolio;

  /** Go on by a step; from outside of the table only where `enters`. */
  function step(by, enters) {
    const item = table.focused();
    if (item === null && !enters) return false;
    table.focusAt(item === null ? 0 : table.listed().items.indexOf(item) + by);
    return true;
  }

  /** Do something to the run of the row with the focus, which keeps it. */
  function to(work, groupsToo = false) {
    return (event) => {
      const item = table.focused();
      if (item === null || event.shiftKey || (item < 0 && !groupsToo)) return false;
      work(item);
      table.focusAt(table.listed().items.indexOf(item));
      return true;
    };
  }

  if (table) {
    keys.add("Runs table", [
      ["j", "next row", () => step(1, true)],
      ["k", "previous row", () => step(-1, false)],
      ["ArrowDown", "next row, inside of the table", () => step(1, false), "↓"],
      ["ArrowUp", "previous row", () => step(-1, false), "↑"],
      ["x", "draw the run, or not", to(table.tick, true)],
      ["Enter", "open the run; show or hide the runs of a group"],
      ["b", "use the run as baseline, or no longer", to((run) => baseline.choose(baseline.run() === run ? null : run))],
      ["p", "keep the run on top, or no longer", to(baseline.togglePin)],
      ["ArrowRight", "on a header: wider or, with ←, narrower", null, "Shift →"],
    ], "[data-runs-table]");
  }
}
