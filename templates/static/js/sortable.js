// Sortable: small tables whose rows go by the column that was pressed. The runs table has its own ways: table.js.
// Reads    table[data-sortable]; columns of numbers carry data-kind="number" on their heading
"use strict";
{
  const words = new Intl.Collator(undefined, { numeric: true });
  const SPECIAL = new Map([
    ["NaN", NaN],
    ["∞", Infinity],
    ["−∞", -Infinity],
  ]);

  /** The number of a cell: its title has all digits; NaN where there is none. */
  function numberOf(cell) {
    const shown = cell.querySelector("bdi") ?? cell;
    const text = shown.textContent.trim();
    if (SPECIAL.has(text)) return SPECIAL.get(text);
    const said = /^[−-]?[\d.,]/u.test(shown.title) ? shown.title : text;
    return parseFloat(said.replace("−", "-").replaceAll(",", ""));
  }

  /** Rows in order; those without a value last, whichever way. */
  function sorted(rows, column, numeric, down) {
    const sign = down ? -1 : 1;
    const keyed = rows.map((row) => {
      const cell = row.cells[column];
      return { row, key: numeric ? numberOf(cell) : cell.textContent.trim() };
    });
    keyed.sort((one, other) => {
      if (!numeric) return sign * words.compare(one.key, other.key);
      if (Number.isNaN(one.key) || Number.isNaN(other.key)) return Number.isNaN(one.key) - Number.isNaN(other.key);
      return one.key === other.key ? 0 : sign * (one.key < other.key ? -1 : 1);
    });
    return keyed.map(({ row }) => row);
  }

  function wire(table) {
    const body = table.tBodies[0];
    if (body.rows.length < 2 || table.querySelector(".sort")) return;
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      if (heading.querySelector(".unseen")) return; // a column of pictures
      const numeric = heading.dataset.kind === "number";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const before = heading.getAttribute("aria-sort");
        const down = before ? before === "ascending" : numeric; // numbers: the largest first
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        body.append(...sorted([...body.rows], column, numeric, down));
      });
    });
  }

  const wireAll = () => document.querySelectorAll("table[data-sortable]").forEach(wire);
  wireAll();
  document.addEventListener("page:printed", wireAll);
}
