// Table layout: which columns the runs table shows, in which order, which of them stay at its left; how wide they are.
// Writes   `cols` in the view: fields in their order, "*" before those that stay at the left: "*param:lr,best:test/auc"
//          widths in localStorage, which may be absent: taste, by the address of the page
// Gives    runfolio.tableLayout  initial(), shown(), set(entries), swap(from, to), width(column), resize(column, px), stick(cell, pinned)
//          an entry is {column, pinned}; the name of a run stands before them all, always
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { coding, columns: model, sorting, view } = runfolio;
  const KEY = `runfolio.widths:${location.pathname}`;
  const NONE = "none";
  const [LEAST, LEAST_TEXT, MOST] = [36, 72, 800]; // px that a reader may give to a column

  /** The columns at first: those printed, as they stand there. */
  const initial = () =>
    model.columns.filter(({ hidden, kind }) => !hidden && kind !== "name").map((column) => ({ column, pinned: false }));

  const words = (entries) =>
    entries.map(({ column, pinned }) => (pinned ? "*" : "") + sorting.escaped(column.field)).join(",") || NONE;

  /** The entries that an address names; each column once, what is unknown left out. */
  function parsed(text) {
    const seen = new Set(["run:name"]);
    return text.split(",").flatMap((part) => {
      const pinned = part.startsWith("*");
      const column = model.field(coding.plain(pinned ? part.slice(1) : part));
      if (!column || seen.has(column.field)) return [];
      seen.add(column.field);
      return [{ column, pinned }];
    });
  }

  function shown() {
    const text = view.get("cols");
    const entries = text === null ? initial() : parsed(text);
    return ordered(entries);
  }

  /** Those that stay at the left before the others. */
  const ordered = (entries) => [...entries.filter(({ pinned }) => pinned), ...entries.filter(({ pinned }) => !pinned)];

  function set(entries) {
    const text = words(ordered(entries));
    view.set("cols", text === words(initial()) ? null : text);
  }

  /** Show another value of a metric in the place of this one. */
  const swap = (from, to) =>
    set(
      shown()
        .filter(({ column }) => column !== to)
        .map((entry) => (entry.column === from ? { ...entry, column: to } : entry)),
    );

  let widths = null; // field → px

  function kept() {
    try {
      return new Map(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
    } catch {
      return new Map(); // forbidden, or not ours
    }
  }

  const width = ({ field }) => (widths ??= kept()).get(field) ?? null;

  function resize({ field, numeric }, px) {
    widths ??= kept();
    if (px === null) widths.delete(field);
    else widths.set(field, Math.round(Math.min(Math.max(px, numeric ? LEAST : LEAST_TEXT), MOST)));
    try {
      if (widths.size) localStorage.setItem(KEY, JSON.stringify([...widths]));
      else localStorage.removeItem(KEY);
    } catch {
      // then it holds for this page only
    }
  }

  /** Let a cell stay at the left, as one of so many columns: table.js says where, and which is the last that there is room for. */
  function stick(cell, pinned) {
    cell.dataset.pinned = "";
    cell.style.left = `var(--pin-${pinned})`;
    for (const name of ["--pin-edge", "--pin-layer"]) cell.style.setProperty(name, `var(${name}-${pinned})`);
  }

  if (model) runfolio.tableLayout = { initial, shown, set, swap, width, resize, stick };
}
