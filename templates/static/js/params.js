// Params: the tree of a run's params folds, and can be searched when it is long.
// Reads    table[data-params]; its rows carry data-depth, and data-name where the name in full is another than shown
"use strict";
{
  const LONG = 30; // rows from which on there is a field to search in

  function start(table) {
    const rows = [...table.tBodies[0].rows];
    const depths = rows.map((row) => Number(row.dataset.depth));
    const names = rows.map((row) => row.dataset.name ?? row.cells[0].textContent.trim());
    const folded = new Set(); // numbers of rows
    let sought = "";

    /** Show what is not folded away; while something is sought, what has it in its name or value, and its headings. */
    function show() {
      let foldedAt = Infinity; // depth of the heading whose rows are folded away
      rows.forEach((row, place) => {
        if (depths[place] <= foldedAt) foldedAt = folded.has(place) ? depths[place] : Infinity;
        row.hidden = sought ? !matches(row, place) : foldedAt < depths[place];
      });
      if (!sought) return;
      let wanted = -1; // depth of a row below, whose headings are shown
      for (let place = rows.length - 1; place >= 0; place--) {
        if (!rows[place].hidden) wanted = depths[place];
        else if (depths[place] < wanted) {
          rows[place].hidden = false;
          wanted = depths[place];
        }
      }
    }

    const matches = (row, place) =>
      `${names[place]} ${row.cells[1].textContent}`.toLowerCase().includes(sought);

    function foldable(row, place) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "params__fold";
      button.setAttribute("aria-expanded", "true");
      button.setAttribute("aria-label", `params below ${names[place]}`);
      button.addEventListener("click", () => {
        const fold = !folded.delete(place);
        if (fold) folded.add(place);
        button.setAttribute("aria-expanded", String(!fold));
        show();
      });
      row.cells[0].prepend(button);
    }

    rows.forEach((row, place) => {
      if (!(depths[place + 1] > depths[place])) return;
      foldable(row, place);
      table.dataset.folds = "";
    });
    if (rows.length <= LONG) return;
    const field = document.createElement("input");
    field.type = "search";
    field.className = "field params__search";
    field.placeholder = "find a param";
    field.setAttribute("aria-label", "Find a param by its name or value");
    field.addEventListener("input", () => {
      sought = field.value.trim().toLowerCase();
      show();
    });
    table.parentElement.before(field);
  }

  for (const table of document.querySelectorAll("table[data-params]")) start(table);
}
