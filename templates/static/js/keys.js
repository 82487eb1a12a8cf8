// Keys: what single keys do on this page, in one list, and the sheet that shows it. None acts while somebody types.
// Gives    runfolio.keys  add(part, [[key, what, press(event), shown as], …], on), card(): key of the card that is meant
// A key is the `key` of its event; without `press` it is only listed. A part that is named twice is one in the sheet.
// Pages without an element `on`, a selector, neither list it nor heed it: asked when a key is pressed, as pages change.
// Gives    keys.BOARD  the `on` of what needs a board around the card, not the card alone in a frame
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { button, dialog, hover } = runfolio;
  const { made } = hover;

  const BOARD = ":root:not([data-embed]) [data-card]";
  const parts = new Map(); // name → [{key, what, press, shown}]

  function add(part, entries, on = "body") {
    const list = parts.get(part) ?? [];
    list.push(...entries.map(([key, what, press = null, shown = key]) => ({ key, what, press, shown, on })));
    parts.set(part, list);
  }

  const TICKED = ["checkbox", "radio", "button", "submit"]; // inputs that nobody types into

  /** Whether a key is the element's own: what is typed, what chooses in a list, and all in a panel. */
  function owned(element, key) {
    if (!(element instanceof HTMLElement)) return false;
    if (element.isContentEditable || element.matches("textarea") || element.closest(".popover")) return true;
    if (element.matches("select")) return key.length > 1 || /[\p{L}\p{N} ]/u.test(key);
    return element.matches("input") && !TICKED.includes(element.type);
  }

  /** The card with the focus, else the one under the pointer; null: none. */
  function card() {
    const figure =
      document.activeElement?.closest?.("[data-card]") ??
      document.querySelector("dialog.full [data-card]") ??
      document.querySelector("[data-card]:hover");
    return [...(runfolio.board?.cards ?? [])].find(([, other]) => other.figure === figure)?.[0] ?? null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (owned(event.target, event.key) || document.querySelector("dialog.sheet[open]")) return;
    for (const list of parts.values()) {
      for (const { key, press, on } of list) {
        if (key !== event.key || !press || !document.querySelector(on)) continue;
        if (press(event) !== false) event.preventDefault();
        return;
      }
    }
  });

  function help() {
    dialog.open({ name: "keys", title: "Keys" }, (sheet) => {
      for (const [part, all] of parts) {
        const list = all.filter(({ on }) => document.querySelector(on));
        if (!list.length) continue;
        const box = made(sheet, "section", "keys__part");
        made(box, "h3", "", part);
        const table = made(box, "dl", "keys__list");
        for (const { shown, what } of list) {
          const row = made(table, "div");
          const term = made(row, "dt");
          for (const word of shown.split(" ")) made(term, "kbd", "", word);
          made(row, "dd", "", what);
        }
      }
    });
  }

  function wire() {
    const foot = document.querySelector(".site-foot p");
    if (!foot) return;
    const last = made(foot, "span", "site-foot__keys", " · ");
    button(last, "keys: ?", help).dataset.keys = "";
  }

  add("everywhere", [
    ["?", "this list", help],
    ["Escape", "close what is open, let go of what is pinned", null, "Esc"],
  ]);
  wire(); // the page is read: scripts are deferred, or come later still

  runfolio.keys = { add, card, BOARD };
}
