// Params: the tree of a run's params folds; it and the table of metrics can be searched when they are long.
// Reads    table[data-params], table[data-metrics]; rows carry data-name where the name in full is another than shown,
//          those of params data-depth
"use strict";
{
  const LONG = 30; // rows from which on there is a field to search in
  const wired = new WeakMap(); // table → what wires the rows that came since

  const depthOf = (row) => (row ? Number(row.dataset.depth ?? 0) : -1);
  const nameOf = (row) => row.dataset.name ?? row.cells[0].textContent.trim();
  const textOf = (row) => [row.dataset.name, row.cells[0].textContent, row.cells[1].textContent].join(" ").toLowerCase();

  function start(table) {
    const folded = new Set(); // rows
    let rows = [];
    let field = null;
    let none = null; // where it is said that nothing is found

    /** Show what is not folded away; while something is sought, what has it in its name or value, and its headings. */
    function show() {
      const sought = field?.value.trim().toLowerCase() ?? "";
      let foldedAt = Infinity; // depth of the heading whose rows are folded away
      for (const row of rows) {
        if (depthOf(row) <= foldedAt) foldedAt = folded.has(row) ? depthOf(row) : Infinity;
        row.hidden = sought ? !textOf(row).includes(sought) : foldedAt < depthOf(row);
      }
      if (none) none.textContent = sought && rows.every((row) => row.hidden) ? none.dataset.words : "";
      if (!sought) return;
      let wanted = -1; // depth of a row below, whose headings are shown
      for (const row of [...rows].reverse()) {
        if (row.hidden && depthOf(row) >= wanted) continue;
        row.hidden = false;
        wanted = depthOf(row);
      }
    }

    function foldable(row) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "params__fold";
      button.setAttribute("aria-expanded", "true");
      button.setAttribute("aria-label", `params below ${nameOf(row)}`);
      button.addEventListener("click", () => {
        const fold = !folded.delete(row);
        if (fold) folded.add(row);
        button.setAttribute("aria-expanded", String(!fold));
        show();
      });
      row.cells[0].prepend(button);
      table.dataset.folds = "";
    }

    function searchable() {
      const params = "params" in table.dataset;
      field = document.createElement("input");
      field.type = "search";
      field.className = "field params__search";
      field.setAttribute("aria-label", params ? "Find a param by its name or value" : "Find a metric by its name");
      field.addEventListener("input", show);
      none = document.createElement("p");
      none.className = "remark";
      none.setAttribute("role", "status");
      none.dataset.words = params ? "No param has this in its name or value." : "No metric has this in its name.";
      table.parentElement.before(field, none);
    }

    /** How many there are: more than the frame around them shows. */
    function counted() {
      if (!("params" in table.dataset)) return `${rows.length} metrics`;
      return `${rows.filter((row) => row.cells[1].textContent.trim()).length} params`;
    }

    function wire() {
      rows = [...table.tBodies[0].rows];
      rows.forEach((row, place) => {
        if (depthOf(rows[place + 1]) > depthOf(row) && !row.querySelector(".params__fold")) foldable(row);
      });
      if (rows.length > LONG && !field) searchable();
      if (field) field.placeholder = `find one of ${counted()}`;
      show();
    }

    wired.set(table, wire);
    wire();
  }

  function wireAll() {
    for (const table of document.querySelectorAll("table[data-params], table[data-metrics]")) wired.has(table) ? wired.get(table)() : start(table);
  }

  wireAll();
  document.addEventListener("page:printed", wireAll);
}
