// Table: the runs table comes alive: its rows and columns follow the view; ticking draws, hovering lights up the lines.
// Reads    [data-runs-table] as printed, runfolio.listing, tableLayout; [data-drawn-first], which runs are drawn at first
// Starts   when the first chart stands: the printed rows are there to read meanwhile
// Writes   rows of its own in place of the printed ones; only those in view when there are many
// Gives    runfolio.table  listed(), entries(), focusAt(place), itemAt(element), focused(), group(item), tick(item); only with a table
// Emits    "table:list" on document, detail = what listing.make gave: the rows are others
//          "runs:found", detail = runs that the filter finds, in order; brushes of pictures hide some of them
// Emits, listens  "run:hover" on document, detail = list of runs or null
// Listens  "view:change" on document
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { countWord: count, plural } = runfolio.axis;
  const { baseline, brush, columns: model, data, drawnFirst, groups, hover, tableLayout, listing, rows: make, tableHead, view } = runfolio;
  const { made } = hover;
  const element = document.querySelector("[data-runs-table]");
  const ALL = 150; // rows up to which all are in the document
  const NEAR = 2; // rows beyond each end of the frame that are made at once
  const AHEAD = 15; // and those that are made when the others have been painted
  const SOON = 60; // ms after which they are
  const KEPT = 600; // rows that are kept for when they come back
  const PATIENCE = 1000; // ms to wait for the first chart
  const HIDDEN = 200; // ms after which rows are made though nothing is painted: a page in the background

  if (model && element) start();

  /** Rows are made when the first chart has been painted, or soon when there is none in sight. */
  function afterFirstChart(work) {
    const board = document.querySelector("[data-board]");
    let waiting = true;
    const begin = () => {
      if (!waiting) return;
      waiting = false;
      charts.disconnect();
      clearTimeout(late);
      requestAnimationFrame(() => setTimeout(work));
      setTimeout(work, HIDDEN);
    };
    const charts = new MutationObserver(begin);
    const late = setTimeout(begin, board?.querySelector("[data-card]") ? PATIENCE : 0);
    if (board) charts.observe(board, { subtree: true, attributeFilter: ["data-drawn"] });
  }

  function start() {
    const frame = document.querySelector("[data-runs-frame]");
    const foot = document.querySelector("[data-runs-foot]");
    const body = element.tBodies[0];
    const head = element.tHead.rows[0];
    const widths = runfolio.tableWidths(element, frame);
    const rows = new Map(); // item → its row in the document, or kept for later
    let named = new Map(); // id of a run, key of a group → its row
    let older = null; // the same of the data before, while the rows of newer ones are made
    let listed = { items: [], groups: [], by: [], pins: [] };
    let entries = []; // {column, pinned}: which of the pinned columns it is, or false
    let seen = Infinity; // columns that rows have cells of: those not yet in view are made when they come to be
    let lit = null; // the runs that are pointed at
    let anchor = null; // the run ticked last, where a range starts

    const groupAt = (item) => listed.groups[listing.groupOf(item)];
    const wordOf = (item) => (item < 0 ? groupAt(item).key : data.page.runs[item].id);
    const runsOf = (item) => (item < 0 ? groupAt(item).runs : [item]);
    const isMany = () => listed.items.length > ALL;
    const nameColumn = () => model.columns.find(({ kind }) => kind === "name");

    // ---- rows

    function rowOf(item) {
      let row = rows.get(item);
      if (!row) {
        if (rows.size >= KEPT) for (const [other, kept] of rows) if (!kept.isConnected) rows.delete(other);
        const word = wordOf(item);
        const color = listing.colorOf(listed.groups, item);
        row = item < 0 ? make.ofGroup(groupAt(item), color, listing.isOpen(groupAt(item)), isMany()) : make.ofRun(item, color);
        extend(item, row);
        if (older?.has(word)) row = renewed(older.get(word), row);
        row.dataset.item = item;
        rows.set(item, row);
        named.set(word, row);
      } else extend(item, row);
      return row;
    }

    const extend = (item, row) => make.extend(row, item < 0 ? groupAt(item) : item, entries, seen);

    /** A row as it was, with those cells of a newer one that are others: what has the focus stays. */
    function renewed(old, row) {
      if (old.cells.length !== row.cells.length) return row;
      const cells = [...row.cells];
      make.untold(old);
      [...old.cells].forEach((cell, place) => cell.isEqualNode(cells[place]) || cell.replaceWith(cells[place]));
      Object.assign(old.dataset, row.dataset);
      return old;
    }

    function mark(item, row) {
      const box = row.querySelector("input");
      box.dataset.color = listing.colorOf(listed.groups, item);
      const drawn = runsOf(item).filter((run) => view.state.runs.has(run)).length;
      box.checked = drawn > 0 && drawn === runsOf(item).length;
      box.indeterminate = drawn > 0 && !box.checked;
      if (item < 0) box.title = `${drawn || "none"} of ${plural(runsOf(item).length, "run")} drawn`;
      light(item, row);
      row.toggleAttribute("data-baseline", base !== null && baseline.is(runsOf(item), base));
      row.toggleAttribute("data-new", item >= 0 && Boolean(runfolio.visits?.isNew(item)));
      row.toggleAttribute("data-on-top", listed.pins.includes(item));
    }

    /** A group is lit with any of its runs: its row is where they are. */
    function light(item, row) {
      row.toggleAttribute("data-lit", lit !== null && runsOf(item).some((run) => lit.includes(run)));
    }

    function pad(rowCount) {
      const row = document.createElement("tr");
      row.className = "runs-table__pad";
      row.setAttribute("aria-hidden", "true");
      const cell = made(row, "td");
      cell.colSpan = entries.length + 2;
      cell.style.height = `${rowCount * widths.height}px`;
      return row;
    }

    // ---- what is in the document

    let from = 0;
    let to = 0;
    let base = null;

    let later = 0;
    let away = null; // what has the focus, or had it when its row went out of sight: there keys go on

    function show(ahead = NEAR) {
      const { items } = listed;
      const many = isMany();
      seen = many ? widths.inSight() : Infinity;
      if (many) {
        const top = frame.scrollTop - element.tHead.offsetHeight;
        from = Math.max(0, Math.floor(top / widths.height) - ahead);
        to = Math.min(items.length, from + Math.ceil(frame.clientHeight / widths.height) + 2 * ahead);
        clearTimeout(later);
        element.dataset.many = "";
        if (ahead < AHEAD) later = setTimeout(() => show(AHEAD), SOON);
      } else {
        [from, to] = [0, items.length];
        delete element.dataset.many;
      }
      const content = items.slice(from, to).map((item, at) => {
        const row = rowOf(item);
        mark(item, row);
        if (many) row.setAttribute("aria-rowindex", from + at + 2);
        else row.removeAttribute("aria-rowindex");
        return row;
      });
      if (from) content.unshift(pad(from));
      if (to < items.length) content.push(pad(items.length - to));
      if (!items.length) content.push(nothing());
      if (document.activeElement !== document.body) away = body.contains(document.activeElement) ? document.activeElement : null;
      body.replaceChildren(...content);
      if (away?.isConnected) away.focus({ preventScroll: true });
      if (items.length) arrange(() => widths.settle(entries, many));
    }

    let cutting = 0;

    /** Set widths by what names would take, then cut the names that have less: of many rows after they are painted. */
    function arrange(settled) {
      make.tell(body);
      settled();
      clearTimeout(cutting);
      if (isMany()) requestAnimationFrame(() => (cutting = setTimeout(() => make.cut(body))));
      else make.cut(body);
    }

    function scrolled() {
      frame.toggleAttribute("data-scrolled", frame.scrollLeft > 0);
      frame.toggleAttribute("data-more", frame.scrollLeft + frame.clientWidth < frame.scrollWidth - 2);
      if (!isMany()) return;
      if (widths.inSight() > seen) show();
      const first = Math.floor((frame.scrollTop - element.tHead.offsetHeight) / widths.height);
      const rest = Math.ceil(frame.clientHeight / widths.height);
      if ((first < from + NEAR && from > 0) || (first + rest > to - NEAR && to < listed.items.length)) show();
    }

    function resized() {
      widths.thaw();
      seen = Infinity;
      listed.items.slice(from, to).forEach(rowOf);
      arrange(() => widths.settle(entries, isMany()));
      scrolled();
    }

    function nothing() {
      const row = document.createElement("tr");
      const cell = made(row, "td", "runs-table__nothing", `No run matches. ${listed.note} `);
      cell.colSpan = entries.length + 2;
      const clear = made(cell, "button", "button", "Show all");
      clear.type = "button";
      clear.addEventListener("click", () => {
        view.set("find", null);
        brush.clear();
        document.querySelector("[data-runs-find]")?.focus();
      });
      return row;
    }

    // ---- ticking

    /** Draw a row, or no longer; ranged: and all from the one ticked last, as that one is. */
    function tick(item, checked, ranged) {
      const runsNow = new Set(view.state.runs);
      let [chosen, on] = [[item], checked];
      if (ranged && anchor !== null && listed.items.includes(anchor)) {
        on = runsOf(anchor).every((run) => runsNow.has(run));
        const ends = [listed.items.indexOf(anchor), listed.items.indexOf(item)].sort((one, other) => one - other);
        chosen = listed.items.slice(ends[0], ends[1] + 1);
      }
      for (const run of chosen.flatMap(runsOf)) on ? runsNow.add(run) : runsNow.delete(run);
      anchor = item;
      view.setRuns(runsNow);
    }

    const itemAt = (target) => {
      const row = target.closest?.("tr[data-item]");
      return row ? Number(row.dataset.item) : null;
    };

    body.addEventListener("click", (event) => {
      const item = itemAt(event.target);
      if (item === null) return;
      const box = event.target.closest("input[type=checkbox]");
      if (box) tick(item, box.checked, event.shiftKey);
      else if (event.target.closest(".runs-table__open")) {
        listing.toggle(groupAt(item));
        follow({ anew: true });
        rows.get(item)?.querySelector(".runs-table__open").focus();
      }
    });
    body.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault(); // a range of runs, not of text
    });

    const every = made(made(head.cells[0], "label", "tick"), "input");
    every.type = "checkbox";
    every.dataset.color = "";
    let before = null; // the runs that were drawn before those listed alone
    const runsHere = () => new Set(listed.items.flatMap(runsOf));
    const isPart = (here) => here.size < data.page.runs.length;
    every.addEventListener("change", () => {
      const here = runsHere();
      if (!isPart(here)) return view.setRuns(every.checked ? here : []);
      if (!every.checked) return view.setRuns(before ?? drawnFirst.of(view.option("group")));
      before = [...view.state.runs];
      view.setRuns(here);
    });

    /** The box in the head: all runs are drawn or, while some are not listed, just those that are. */
    function markEvery(here) {
      const { runs } = view.state;
      const ticked = [...here].filter((run) => runs.has(run)).length;
      every.checked = ticked > 0 && ticked === here.size && ticked === runs.size;
      every.indeterminate = ticked > 0 && !every.checked;
      const again = every.checked ? "draw again what was drawn before" : "draw only the runs listed";
      every.title = isPart(here) ? again : "draw all runs listed here, or none";
      every.setAttribute("aria-label", isPart(here) ? again : "draw all runs listed");
    }

    // ---- hovering

    const hovering = (item) => {
      const pointed = item === null ? null : runsOf(item);
      if (String(pointed) !== String(lit)) document.dispatchEvent(new CustomEvent("run:hover", { detail: pointed }));
    };
    body.addEventListener("pointerover", (event) => hovering(itemAt(event.target)));
    body.addEventListener("pointerleave", () => hovering(null));
    body.addEventListener("focusin", (event) => hovering(itemAt(event.target)));
    body.addEventListener("focusout", () => hovering(null));
    document.addEventListener("run:hover", ({ detail }) => {
      lit = detail;
      for (const item of listed.items.slice(from, to)) light(item, rowOf(item));
    });

    // ---- all of it together

    let was = null; // what decides over rows and columns, as it was

    /** Each column, its difference to the baseline behind it; those that stay at the left counted. */
    function laidOut() {
      let pins = 0;
      return tableLayout.shown().flatMap(({ column, pinned }) => baseline.of([column]).map((one) => ({ column: one, pinned: pinned ? pins++ : false })));
    }

    /** Bring the table in line with the view; anew only what changed. */
    function follow({ anew = false } = {}) {
      base = baseline.run();
      const words = ["sort", "find", "pins", "brush"].map((key) => view.get(key) ?? "");
      const grouping = JSON.stringify(view.option("group"));
      const columns = JSON.stringify([view.get("cols"), base, groups.active(view.option("group"))]);
      const list = JSON.stringify([...words, grouping, columns]);
      if (!anew && list === was?.list) {
        for (const item of listed.items.slice(from, to)) mark(item, rowOf(item));
        return tally();
      }
      const made = listing.make();
      element.toggleAttribute("aria-busy", Boolean(made.wait));
      if (made.wait) return made.wait.then(() => follow());
      const over = String(baseline.members());
      if (was && grouping !== was.grouping) widths.thaw(); // names and values of groups are longer than those of runs
      if (columns !== was?.columns) {
        const [now, next] = [entries, laidOut()].map((all) => JSON.stringify(all.map(({ column, pinned }) => [column.field, column.numeric, pinned])));
        if (now !== next) widths.thaw();
        entries = laidOut();
        rows.clear();
        const focused = head.contains(document.activeElement) ? document.activeElement : null;
        tableHead.fill(head, nameColumn(), entries, { sort: listing.sortBy, resized });
        if (focused) (focused.isConnected ? focused : tableHead.twin(head, focused))?.focus({ preventScroll: true });
      } else if (over !== was.over) rows.clear();
      else if (made.groups.length || listed.groups.length) for (const item of rows.keys()) if (item < 0) rows.delete(item);
      if (was && list !== was.list && columns === was.columns) frame.scrollTop = 0;
      listed = made;
      was = { list, columns, grouping, over };
      tableHead.mark(head, made.by);
      element.setAttribute("aria-rowcount", made.items.length + 1);
      show();
      if (top) stay();
      scrolled();
      older = null;
      tally();
      document.dispatchEvent(new CustomEvent("table:list", { detail: made }));
      tell(made.matches);
    }

    let top = null; // {word, px}: the first row in sight of a table scrolled down, before the data changed

    const pxOf = (place) => (isMany() ? place * widths.height : rows.get(listed.items[place]).offsetTop);

    function atTop() {
      const place = listed.items.findIndex((_, at) => pxOf(at) >= frame.scrollTop);
      const row = rows.get(listed.items[place]);
      return frame.scrollTop > 0 && row ? { word: [...named].find(([, one]) => one === row)[0], px: pxOf(place) } : null;
    }

    /** Where rows came above those in sight, these stay where they are. */
    function stay() {
      const place = listed.items.findIndex((item) => wordOf(item) === top.word);
      if (place >= 0) frame.scrollTop += pxOf(place) - top.px;
      top = null;
      if (isMany()) show();
    }

    let telling = 0;

    /** Tell the pictures which runs are found: behind the rows, where these are many. */
    function tell(found) {
      clearTimeout(telling);
      telling = setTimeout(() => document.dispatchEvent(new CustomEvent("runs:found", { detail: found })), isMany() ? SOON : 0);
    }


    function tally() {
      const drawn = view.state.runs.size;
      const here = runsHere();
      markEvery(here);
      const { runs } = data.page;
      const words = view.option("group");
      const isGrouped = groups.active(words);
      const groupsOf = (some) => groups.of([...some], words).length; // a run that is alone in its group is one, too
      const all = isGrouped ? groupsOf(runs.keys()) : 0;
      const first = view.state.picked ? 0 : drawnFirst.groups(words);
      const asPrinted = runs.every((run, number) => view.state.runs.has(number) === run.drawn);
      const which = first && first < all ? `the ${data.page.table.sort === null ? "first" : "best"} ${plural(first, "group")}` : asPrinted && !isGrouped ? foot.dataset.drawnFirst : "";
      const parts = [`${count(drawn)} of ${plural(runs.length, "run")} drawn`];
      if (which) parts[0] += `: ${which}`;
      else if (isGrouped) parts[0] += ` in ${plural(groupsOf(view.state.runs), "group")}`;
      foot.title = which && !first ? foot.dataset.drawnTitle : "";
      if (here.size < runs.length) parts.push(`${count(here.size)} listed${isGrouped ? ` in ${plural(groupsOf(here), "group")}` : ""}`);
      else if (isGrouped && drawn < runs.length) parts.push(`${plural(all, "group")} in all`);
      foot.textContent = runs.length > 1 ? parts.join(" · ") : "";
    }

    /** Give the focus to the row at a place of the list, wherever it is. */
    function focusAt(place) {
      if (!listed.items.length) return;
      const item = listed.items[Math.min(Math.max(place, 0), listed.items.length - 1)];
      if (isMany() && !rows.get(item)?.isConnected) {
        frame.scrollTop = listed.items.indexOf(item) * widths.height - frame.clientHeight / 2;
        show();
      }
      rowOf(item).querySelector("a, .runs-table__open").focus();
      rowOf(item).scrollIntoView({ block: "nearest" });
    }

    function wake() {
      if (was) return;
      follow();
      frame.addEventListener("scroll", scrolled, { passive: true });
      new ResizeObserver(() => {
        if (widths.isOutdated(entries)) widths.isFrozen() ? resized() : arrange(widths.fit);
        scrolled();
      }).observe(frame);
      document.addEventListener("data:change", () => {
        top = atTop();
        [older, named, was, before] = [named, new Map(), {}, null];
      });
      document.addEventListener("view:change", () => follow());
    }

    runfolio.table = {
      listed: () => listed,
      entries: () => entries,
      focusAt,
      itemAt,
      focused: () => itemAt(document.activeElement === document.body ? (away ?? document.body) : document.activeElement),
      group: groupAt,
      tick: (item) => rows.get(item)?.querySelector("input").click(),
    };
    afterFirstChart(wake);
  }
}
