// Table head: the headers of the runs table: a click sorts, a choice shows another value of the metric, the edge resizes.
// Gives    runfolio.tableHead  fill(row, entries, {sort, tick}), twin(row, element), mark(row, by), partedInto(place, name)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { columns: model, data, hover, names, tableLayout } = runfolio;
  const { made } = hover;
  const SUBS = ["best", "last", "min", "max"];
  const STEP = 16; // px that a key makes a column wider

  /** What else of its metric could stand in the place of a column: [["last", column], …]. */
  function others(column) {
    if (column.kind !== "number") return [];
    const found = new Map();
    for (const sub of SUBS) {
      const other = model.field(`${sub}:${column.metric}`);
      if (other && ![...found.values()].includes(other)) found.set(other === column ? column.sub || sub : sub, other);
    }
    return [...found];
  }

  function subInto(cell, column) {
    const choices = others(column);
    if (choices.length < 2 || !column.sub) {
      if (column.sub) made(cell, "small", "", column.sub);
      return;
    }
    const select = made(cell, "select", "runs-table__sub");
    select.setAttribute("aria-label", `which value of ${column.label}`);
    choices.forEach(([sub], place) => (made(select, "option", "", sub).value = place));
    select.value = choices.findIndex(([, other]) => other === column);
    select.addEventListener("change", () => tableLayout.swap(column, choices[select.value][1]));
  }

  /** The edge between two columns: dragged, or moved by the arrow keys with Shift on its header. */
  function edgeInto(cell, column, resized) {
    const edge = made(cell, "span", "runs-table__edge");
    edge.title = "drag to resize; double click: as it was";
    const set = (px) => {
      tableLayout.resize(column, px);
      resized();
    };
    edge.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      edge.setPointerCapture(event.pointerId);
      const [from, before] = [event.clientX, cell.getBoundingClientRect().width];
      const move = ({ clientX }) => set(before + clientX - from);
      edge.addEventListener("pointermove", move);
      edge.addEventListener("lostpointercapture", () => edge.removeEventListener("pointermove", move), { once: true });
    });
    edge.addEventListener("dblclick", () => set(null));
    cell.addEventListener("keydown", (event) => {
      if (!event.shiftKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
      event.preventDefault();
      set(cell.getBoundingClientRect().width + (event.key === "ArrowLeft" ? -STEP : STEP));
    });
  }

  const PARTS = /[^/_.:…-]*[/_.:…-]+|[^/_.:…-]+/g;
  const [SHORT, LONG, MOST] = [10, 24, 32]; // letters that stand in one line, that a cut name has, and that are not cut

  /** A name that may break behind its separators, as the printed page has it. */
  function partedInto(place, name) {
    const parts = name.length > SHORT ? name.match(PARTS) ?? [] : [name];
    made(place, "bdi").append(...parts.flatMap((part, at) => (at ? [document.createElement("wbr"), part] : [part])));
  }

  function header({ column, pinned }, name, { sort, resized }) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.dataset.field = column.field;
    cell.dataset.kind = column.kind;
    cell.dataset.group = column.group;
    if (column.numeric) cell.dataset.numeric = "";
    cell.title = [column.label.length > LONG && column.label, column.title].filter(Boolean).join(": ");
    if (pinned !== false && pinned !== undefined) tableLayout.stick(cell, pinned);
    const button = made(cell, "button", "runs-table__sort");
    button.type = "button";
    const label = made(button, "span", "runs-table__label");
    partedInto(label, column.kind === "delta" ? `Δ ${name}` : name);
    const unit = column.group === "goal" || column.group === "metric" ? data.page.metrics[data.metricNumber(column.metric)]?.unit : "";
    if (unit) {
      label.append(" ");
      made(made(label, "small"), "bdi", "", unit);
    }
    button.addEventListener("click", (event) => sort(column, event.shiftKey));
    if (column.kind === "delta") made(cell, "small", "", `${column.sub ?? ""} over baseline`.trim());
    else subInto(cell, column);
    edgeInto(cell, column, resized);
    return cell;
  }

  /** Headers for the name and for entries, behind the cell of the ticks. */
  function fill(row, name, entries, does) {
    const all = [{ column: name }, ...entries];
    const labels = all.map(({ column }) => column.label);
    const short = names.cut(labels, LONG);
    const cells = all.map((entry, at) => header(entry, labels[at].length > MOST ? short[at] : labels[at], does));
    row.replaceChildren(row.cells[0], ...cells);
  }

  /** What is in a new head where an element was in the one before. */
  const twin = (row, element) =>
    [...row.cells].find(({ dataset }) => dataset.field === element.closest("[data-field]").dataset.field)?.querySelector(element.localName);

  function mark(row, by) {
    for (const cell of row.querySelectorAll("[data-field]")) {
      const at = by.findIndex(({ column }) => column.field === cell.dataset.field);
      if (at < 0) cell.removeAttribute("aria-sort");
      else cell.setAttribute("aria-sort", by[at].falling ? "descending" : "ascending");
      cell.toggleAttribute("data-further", at > 0);
    }
  }

  runfolio.tableHead = { fill, twin, mark, others, partedInto };
}
