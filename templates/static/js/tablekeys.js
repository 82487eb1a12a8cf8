// Table keys: rows by j and k or the arrows, and what is done to the row that has the focus.
// Listens  keydown on document
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { baseline, table } = runfolio;

  const KEYS = [
    ["j, k", "next, previous row of the table; ↓ and ↑ inside of it"],
    ["x", "draw the run of the row, or not"],
    ["Enter", "open the run; show or hide the runs of a group"],
    ["b", "compare the others with the run, or no longer"],
    ["p", "keep the run on top, or no longer"],
    ["Shift + ← →", "on a header: narrower, wider column"],
  ];

  const writes = (element) => element?.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

  const STEPS = new Map([["j", 1], ["k", -1], ["ArrowDown", 1], ["ArrowUp", -1]]); // prettier-ignore

  /** What a key does to the item with the focus; whether it does anything. */
  function act(key, item) {
    if (key === "x") table.tick(item);
    else if (item < 0) return false;
    else if (key === "b") baseline.choose(baseline.run() === item ? null : item);
    else if (key === "p") baseline.togglePin(item);
    else return false;
    return true;
  }

  function pressed(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || writes(target) || document.querySelector("dialog[open]")) return;
    if (target.closest?.("[role=dialog]")) return;
    const item = table.itemAt(target);
    const place = item === null ? -1 : table.listed().items.indexOf(item);
    if (STEPS.has(key) && (item !== null || key === "j")) table.focusAt(item === null ? 0 : place + STEPS.get(key));
    else if (item === null || !act(key, item)) return;
    else table.focusAt(table.listed().items.indexOf(item));
    event.preventDefault();
  }

  if (table) {
    document.addEventListener("keydown", pressed);
    document.addEventListener("DOMContentLoaded", () => runfolio.keys?.add("Runs table", KEYS));
  }
}
