// Listing: which rows the runs table has for a view, and in which order: filtered, sorted, grouped, some on top.
// Reads    the view: sort, find, pins, baseline, the limits of brush.js, and the option group
// Gives    runfolio.listing  make() → {items, groups, by, pins, matches, problem} or {wait}, sortBy, toggle, colorOf, isOpen, groupOf
//          an item is a run, or -1 - the place of a group; `matches` are the runs that the filter finds,
//          `problem` is its error, `note` why it may find nothing, `wait` a promise of columns or scripts that are not there yet
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { baseline, brush, columns: model, data, groupColors, later, rowGroups, sorting, tableLayout, view } = runfolio;

  const groupOf = (item) => -1 - item;
  const opened = new Set(); // keys of groups that show their runs
  let unread = null; // a text that could not be read, as no script for it could be loaded: {text, problem}

  const falling = (column) => sorting.falling(column);

  /** What the rows go by: as the address says, else as printed. */
  function standing() {
    const by = sorting.from(view.get("sort"), baseline.column);
    if (by.length) return by;
    const best = model.columns[data.page.table.sort];
    return best ? [{ column: best, falling: falling(best) }] : [];
  }

  /** Sort by a column, or by a further one; once more turns it round. */
  function sortBy(column, further) {
    const by = standing();
    const before = by.find((one) => one.column === column);
    const next = { column, falling: before ? !before.falling : falling(column) };
    const rest = further ? by.filter((one) => one.column !== column) : [];
    view.set("sort", sorting.text([...rest, next]));
  }

  let searched = null;

  /** What the text of the filter box asks for: {columns, rows(order)} or {problem}. */
  function question(text) {
    if (!text.trim()) return { rows: (order) => order };
    const { filter, selection } = runfolio;
    if (!filter.begins(text)) {
      const columns = model.columns.filter(selection.worded);
      searched ??= selection.words(columns, data.page.runs);
      const note = /[=<>~]|\b(?:AND|OR|NOT|I?LIKE|IN)\b/.test(text) ? "This was read as words; a filter begins with a field, as in metrics.loss < 0.5." : "";
      return { columns, note, rows: (order) => searched(order, text) };
    }
    try {
      const tree = filter.parse(text);
      const named = new Map(filter.fields(tree).map((field) => [field, model.field(selection.fieldOf(field))]));
      const title = data.page.experiment ?? null;
      const read = (field) => {
        if (field.kind === "attributes" && field.name === "experiment") return () => title;
        const column = named.get(field);
        return column ? column.value : () => null;
      };
      const columns = [...named.values()].filter(Boolean);
      const nowhere = [...named].filter(([{ kind }, column]) => !column && kind !== "attributes").map(([{ kind, name }]) => `${kind}.${name}`);
      const note = nowhere.length ? `No run has ${[...new Set(nowhere)].join(" or ")}.` : "";
      return { columns, note, rows: (order) => selection.selected(tree, order, read) };
    } catch (error) {
      if (error.name !== "FilterError") throw error;
      return { problem: error };
    }
  }

  const keys = (groups) => (column, items) => {
    const ranks = column.kind === "delta" && groups.length ? null : column.ranks();
    return Float64Array.from(items, (item) => (item < 0 ? rowGroups.rank(groups[groupOf(item)], column) : ranks ? ranks[item] : (column.key(item) ?? NaN)));
  };

  function make() {
    const by = standing();
    const text = view.get("find") ?? "";
    if (!text.trim() || runfolio.filter) unread = null;
    else if (unread?.text !== text) return { wait: later("filter").catch((problem) => (unread = { text, problem })) };
    const asked = unread ?? question(text);
    const words = view.option("group");
    const columns = [
      ...by.map(({ column }) => column.of ?? column),
      ...(asked.columns ?? []),
      ...tableLayout.shown().map(({ column }) => column),
      ...runfolio.groups.fields(words),
      ...(baseline.run() === null ? [] : [...runfolio.groups.fields(["seeds"]), ...runfolio.groups.seeds()]), // tell what is noise
      ...brush.fields().map((word) => model.field(word)),
    ];
    const wait = model.ready(columns);
    if (wait) return { wait };
    const matching = asked.rows ? asked.rows(model.order) : model.order; // one address, one table: beside an error all
    const rows = brush.matching(matching);
    const sorts = view.get("sort") ? by : [];
    const pins = baseline.pinned();
    const grouped = rowGroups.of(rows, words);
    baseline.among(grouped, words);
    const several = grouped.filter((group) => group.runs.length > 1);
    const names = runfolio.groups.names(several);
    const groups = several.map((group) => ({ ...group, name: names.get(group.key) }));
    const singles = grouped.length ? grouped.filter((group) => group.runs.length === 1).flatMap((group) => group.runs) : rows;
    const heads = [...groups.map((_, place) => -1 - place), ...singles];
    const order = groups.length ? sorting.sorted(heads, by, keys(groups)) : sorting.sorted(singles, sorts, keys([]));
    const items = order.flatMap((item) => {
      if (item >= 0) return [item];
      const { key, runs } = groups[groupOf(item)];
      return opened.has(key) ? [item, ...sorting.sorted(runs, sorts, keys([]))] : [item];
    });
    const onTop = new Set(pins);
    const matches = sorting.sorted(matching, sorts, keys([]));
    return { matches, items: [...pins, ...items.filter((item) => !onTop.has(item))], groups, by, pins, problem: asked.problem ?? null, note: asked.note ?? "" };
  }

  /** The colour of a row as the charts have it: where runs are grouped, that of its group, were it of one run only. */
  function colorOf(groups, item) {
    const words = view.option("group");
    return item < 0 ? groupColors.of(groups[groupOf(item)], words) : groupColors.ofRun(item, words);
  }

  /** Show or hide the runs of a group. */
  function toggle({ key }) {
    if (!opened.delete(key)) opened.add(key);
  }

  document.addEventListener("data:change", () => (searched = null));

  if (model) runfolio.listing = { make, sortBy, toggle, colorOf, isOpen: ({ key }) => opened.has(key), groupOf };
}
