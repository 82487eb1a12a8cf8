// Table widths: how wide the columns of the runs table are, which of them stay at its left, and which are in sight.
// Gives    runfolio.tableWidths(element, frame) → {height of a row in px, fit(), settle(entries, many), thaw(), inSight(),
//          isFrozen(), isOutdated(entries)}; `entries` as in tableLayout, but `pinned` says which of the pinned columns it is, or false
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { columns: model, hover, tableLayout } = runfolio;
  const { made } = hover;
  const MOST_LEFT = 140; // px that a column may lack to be whole
  const [NAMES, PINS] = [0.6, 0.75]; // of the frame that names of a reader's own width take, and columns that stay at the left with them

  runfolio.tableWidths = (element, frame) => {
    const head = element.tHead.rows[0];
    const ownNames = () => tableLayout.width(model.columns.find(({ kind }) => kind === "name"));
    let edges = []; // px from the left of the table where its columns begin, once these have their widths
    let frozen = false;
    let fitted = 0; // px of the frame that the names were fitted to
    let settled = null; // the columns whose frozen widths the pins stand by: to measure is to lay out all cells

    /** How many of the columns begin left of the end of the frame, or soon after it. */
    function inSight() {
      const end = frame.scrollLeft + 1.5 * frame.clientWidth;
      return frozen ? edges.filter((left) => left < end).length : Infinity;
    }

    /** What is left beside the last column that is whole goes to the names, so that at first no header is cut. */
    function fit() {
      element.style.removeProperty("--names");
      let left = (fitted = frame.clientWidth);
      const each = [...head.cells].map((cell) => cell.getBoundingClientRect().width);
      const cut = each.find((width) => (left -= width) < 0);
      left = cut === undefined || left + cut >= MOST_LEFT ? 0 : left + cut;
      element.style.setProperty("--names", `${Math.floor(each[1] + left)}px`); // also where they are cut to take less
    }

    /** With rows coming and going, or widths of the reader's own, columns keep the width they had at first. */
    function settle(entries, many) {
      if (frozen && settled === entries) return;
      if (!frozen && frame.clientWidth !== fitted) fit();
      if (!frozen && (many || entries.some(({ column }) => tableLayout.width(column)) || ownNames())) freeze(entries);
      const cells = [...head.cells];
      const ends = [cells[0].offsetWidth + cells[1].offsetWidth];
      for (const cell of cells.slice(2, 2 + entries.filter(({ pinned }) => pinned !== false).length)) ends.push(ends.at(-1) + cell.offsetWidth);
      const sticking = ends.findLastIndex((end) => end <= PINS * frame.clientWidth); // the others scroll
      ends.slice(1).forEach((_, pinned) => {
        element.style.setProperty(`--pin-${pinned}`, pinned < sticking ? `${ends[pinned]}px` : "auto");
        element.style.setProperty(`--pin-layer-${pinned}`, pinned < sticking ? 1 : 0);
        element.style.setProperty(`--pin-edge-${pinned}`, pinned === sticking - 1 ? "1px" : "0px");
      });
      element.toggleAttribute("data-pins", sticking > 0);
      settled = entries;
    }

    function freeze(entries) {
      frozen = true;
      widths.height = element.tBodies[0].querySelector("tr[data-item]")?.getBoundingClientRect().height || widths.height;
      const names = ownNames();
      const own = [null, names && Math.min(names, NAMES * frame.clientWidth), ...entries.map(({ column }) => tableLayout.width(column))];
      const each = [...head.cells].map((cell, place) => own[place] ?? Math.ceil(cell.getBoundingClientRect().width));
      const group = document.createElement("colgroup");
      for (const width of each) made(group, "col").style.width = `${width}px`;
      element.prepend(group);
      element.style.tableLayout = "fixed";
      element.style.width = `${each.reduce((sum, width) => sum + width, 0)}px`;
      element.dataset.fixed = "";
      let left = 0;
      edges = each.map((width) => (left += width) - width).slice(2);
    }

    function thaw() {
      frozen = false;
      settled = null;
      fitted = 0;
      element.querySelector("colgroup")?.remove();
      element.style.tableLayout = element.style.width = "";
      delete element.dataset.fixed;
    }

    /** Whether the frame has another width than the columns were laid out for, and that matters. */
    const isOutdated = (entries) => frame.clientWidth !== fitted && (!frozen || ownNames() !== null || entries.some(({ pinned }) => pinned !== false));

    const widths = { height: 28, fit, settle, thaw, inSight, isFrozen: () => frozen, isOutdated };
    return widths;
  };
}
