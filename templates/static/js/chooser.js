// Chooser: the panel in which a reader chooses columns of the runs table: search, tick, put in order, keep at the left.
// Gives    runfolio.chooser  fill(panel): for popover.open
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { columns: model, hover, tableLayout } = runfolio;
  const { made } = hover;

  const SECTIONS = [["run", "Run"], ["goal", "Metrics with a goal"], ["param", "Params"], ["metric", "Other metrics"], ["tag", "Tags"]]; // prettier-ignore

  const title = ({ label, sub }) => (sub ? `${label} ${sub}` : label);
  const matches = (column, words) => words.every((word) => `${title(column)} ${column.metric}`.toLocaleLowerCase().includes(word));

  function press(parent, text, label, does, disabled = false) {
    const button = made(parent, "button", "chooser__press", text);
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.disabled = disabled;
    button.addEventListener("click", does);
    return button;
  }

  function tickInto(parent, column, on) {
    const label = made(parent, "label", "chooser__tick");
    const box = made(label, "input");
    box.type = "checkbox";
    box.checked = on;
    box.addEventListener("change", () => {
      const entries = tableLayout.shown();
      tableLayout.set(box.checked ? [...entries, { column, pinned: false }] : entries.filter((entry) => entry.column !== column));
    });
    made(label, "bdi", "", column.label);
    if (column.sub) made(label, "small", "", column.sub);
    return box;
  }

  /** Put the entry at one place to another. */
  function move(from, to) {
    const entries = tableLayout.shown();
    if (to < 0 || to >= entries.length || from === to) return;
    const [entry] = entries.splice(from, 1);
    entries.splice(to, 0, entry);
    tableLayout.set(entries);
  }

  /** A line of a column that is shown: it can be dragged, moved by buttons and by Alt with arrow keys, and pinned. */
  function shownLine(list, { column, pinned }, place, all, refocus) {
    const line = made(list, "li", "chooser__line");
    line.draggable = true;
    line.addEventListener("dragstart", (event) => {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", String(place));
    });
    line.addEventListener("dragover", (event) => event.preventDefault());
    line.addEventListener("drop", (event) => {
      event.preventDefault();
      const from = Number(event.dataTransfer.getData("text/plain"));
      if (Number.isInteger(from) && all[from]) move(from, place);
    });
    const box = tickInto(line, column, true);
    const pin = press(line, "⇤", pinned ? `let ${title(column)} scroll` : `keep ${title(column)} at the left`, () =>
      tableLayout.set(tableLayout.shown().map((entry) => (entry.column === column ? { column, pinned: !pinned } : entry))),
    );
    pin.setAttribute("aria-pressed", pinned);
    const same = (other) => other && other.pinned === pinned; // pinned ones stay before the others
    press(line, "↑", `${title(column)} further to the left`, () => refocus(column, "up", () => move(place, place - 1)), !same(all[place - 1])).dataset.way = "up";
    press(line, "↓", `${title(column)} further to the right`, () => refocus(column, "down", () => move(place, place + 1)), !same(all[place + 1])).dataset.way = "down";
    line.dataset.field = column.field;
    return box;
  }

  function fill(panel) {
    const search = made(panel, "input", "field chooser__search");
    search.type = "search";
    search.placeholder = "column…";
    search.setAttribute("aria-label", "search columns");
    const lists = made(panel, "div", "chooser__lists");
    const foot = made(panel, "div", "chooser__foot");
    for (const [text, note, entries] of [["as at first", "the columns the page was built with", tableLayout.initial], ["none", "only the runs' names", () => []]]) {
      const button = made(foot, "button", "button", text);
      button.type = "button";
      button.title = note;
      button.addEventListener("click", () => tableLayout.set(entries()));
    }

    /** After a move the same button of the same column keeps the focus. */
    function refocus(column, way, work) {
      work();
      const line = [...lists.querySelectorAll("li")].find((other) => other.dataset.field === column.field);
      const button = line?.querySelector(`[data-way=${way}]`);
      (button?.disabled ? line.querySelector("input") : button)?.focus();
    }

    function draw() {
      const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      const held = document.activeElement?.closest?.("[data-field]")?.dataset.field;
      const entries = tableLayout.shown();
      const taken = new Set(entries.map(({ column }) => column));
      const top = lists.scrollTop;
      lists.replaceChildren();
      const shown = entries.filter(({ column }) => matches(column, words));
      if (shown.length) {
        made(lists, "h2", "chooser__title", "Shown");
        const list = made(lists, "ul", "chooser__list");
        for (const entry of shown) shownLine(list, entry, entries.indexOf(entry), entries, refocus);
      }
      for (const [group, name] of SECTIONS) {
        const rest = model.columns.filter((column) => column.group === group && column.kind !== "name" && !taken.has(column) && matches(column, words));
        if (!rest.length) continue;
        made(lists, "h2", "chooser__title", name);
        const list = made(lists, "ul", "chooser__list");
        for (const column of rest) {
          const line = made(list, "li", "chooser__line");
          line.dataset.field = column.field;
          tickInto(line, column, false);
        }
      }
      if (!lists.childNodes.length) made(lists, "p", "chooser__none", "no column has this in its name");
      lists.scrollTop = top;
      if (held) [...lists.querySelectorAll("li")].find((line) => line.dataset.field === held)?.querySelector("input").focus({ preventScroll: true });
    }

    const follow = () => (panel.isConnected ? draw() : document.removeEventListener("view:change", follow));
    document.addEventListener("view:change", follow);
    search.addEventListener("input", draw);
    draw();
    return search;
  }

  if (tableLayout) runfolio.chooser = { fill };
}
