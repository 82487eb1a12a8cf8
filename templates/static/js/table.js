// Table: the runs table comes alive: tick to draw, sort, filter, hover together with the charts.
// Reads    [data-runs-table] as printed, runfolio.columns; [data-drawn-first], which runs are drawn at first
// Starts   when the first chart stands: the printed rows are there to read meanwhile
// Writes   rows of its own in place of the printed ones; only those in view when there are many
//          `sort` and `find` in the view (the page's address)
// Emits    "runs:found" on document, detail = runs that the filter finds, in order; brushes of pictures hide some of them
// Emits, listens  "run:hover" on document, detail = run index or null
// Listens  "view:change" on document
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { brush, columns: model, data, time, view } = runfolio;
  const element = document.querySelector("[data-runs-table]");
  const ALL = 150; // rows up to which all are in the document
  const AHEAD = 15; // rows beyond each end of the frame
  const KEPT = 600; // rows that are kept for when they come back
  const WIDE = "runfolio.wide";
  const PATIENCE = 1000; // ms to wait for the first chart
  const HIDDEN = 200; // ms after which rows are made though nothing is painted: a page in the background

  if (model && element) start(data.page.runs);

  function made(parent, tag, className, text) {
    const child = document.createElement(tag);
    if (className) child.className = className;
    if (text !== undefined) child.textContent = text;
    parent?.append(child);
    return child;
  }

  /** A name; where it is long its end stays in sight: names often differ there. */
  function nameInto(parent, name) {
    const letters = [...name];
    if (letters.length <= 26) return made(parent, "bdi", "", name);
    const whole = made(parent, "bdi", "name");
    whole.title = name;
    made(whole, "span", "name__start", letters.slice(0, -10).join(""));
    made(whole, "span", "", letters.slice(-10).join(""));
    return whole;
  }

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

  function start(runs) {
    const frame = document.querySelector("[data-runs-frame]");
    const foot = document.querySelector("[data-runs-foot]");
    const body = element.tBodies[0];
    const headers = [...element.tHead.rows[0].querySelectorAll("[data-column]")];
    const printed = model.columns.filter((column) => !column.hidden);
    const rows = new Map(); // run → its row in the document, or kept for later
    let order = model.order; // of all runs
    let listed = order; // those that match, in order
    let height = 28;
    let lit = null;
    let anchor = null; // the run ticked last, where a range starts

    // ---- rows

    function rowOf(run) {
      let row = rows.get(run);
      if (!row) {
        if (rows.size >= KEPT) forget();
        row = build(run);
        rows.set(run, row);
      }
      return row;
    }

    function forget() {
      for (const [run, row] of rows) if (!row.isConnected) rows.delete(run);
    }

    function build(run) {
      const { name, href, color, status, alive, last, started, damaged } = runs[run];
      const row = document.createElement("tr");
      row.dataset.run = run;
      const tick = made(made(row, "td", "runs-table__tick"), "label", "tick");
      const box = made(tick, "input");
      box.type = "checkbox";
      box.dataset.color = color;
      box.setAttribute("aria-label", `draw ${name}`);
      for (const column of printed) {
        if (column.kind === "name") {
          const head = made(row, "th");
          head.scope = "row";
          head.dataset.kind = "name";
          const link = made(head, "a");
          link.href = href;
          nameInto(link, name);
          continue;
        }
        const place = made(row, "td");
        place.dataset.kind = column.kind;
        if (column.kind === "status") {
          const mark = made(place, "span", "status", status === "unknown" ? "end unknown" : status);
          mark.dataset.status = status;
          mark.dataset.brief = "";
          if (status === "running") {
            mark.dataset.alive = alive === true ? "yes" : "unknown";
            mark.dataset.last = new Date(last).toISOString();
          }
          if (damaged) {
            place.append(" ");
            made(place, "span", "flag", "damaged").title = "a file of this run could not be read whole";
          }
        } else if (column.kind === "time") {
          const moment = made(place, "time", "", time.local(started));
          moment.dateTime = new Date(started).toISOString();
          moment.title = moment.dateTime.replace("T", " ").replace(/\.\d+Z$/, " UTC");
        } else {
          const { text, kind, title } = column.cell(run);
          place.dataset.kind = kind;
          if (column.numeric && (kind === "word" || kind === "missing")) place.dataset.numeric = "";
          if (column.best === run) place.dataset.best = "";
          const value = made(place, "bdi", "", text);
          if (title) value.title = title;
        }
      }
      time.word(row);
      return row;
    }

    function mark(run, row) {
      row.querySelector("input").checked = view.state.runs.has(run);
      row.toggleAttribute("data-lit", run === lit);
    }

    function pad(rowCount) {
      const row = document.createElement("tr");
      row.className = "runs-table__pad";
      row.setAttribute("aria-hidden", "true");
      const cell = made(row, "td");
      cell.colSpan = printed.length + 1;
      cell.style.height = `${rowCount * height}px`;
      return row;
    }

    // ---- what is in the document

    let from = 0;
    let to = 0;

    function show() {
      const many = listed.length > ALL;
      if (many) {
        const top = frame.scrollTop - element.tHead.offsetHeight;
        from = Math.max(0, Math.floor(top / height) - AHEAD);
        to = Math.min(listed.length, from + Math.ceil(frame.clientHeight / height) + 2 * AHEAD);
      } else [from, to] = [0, listed.length];
      const content = listed.slice(from, to).map((run, at) => {
        const row = rowOf(run);
        mark(run, row);
        if (many) row.setAttribute("aria-rowindex", from + at + 2);
        return row;
      });
      if (from) content.unshift(pad(from));
      if (to < listed.length) content.push(pad(listed.length - to));
      if (!listed.length) content.push(nothing());
      const focused = body.contains(document.activeElement) ? document.activeElement : null;
      body.replaceChildren(...content);
      if (focused?.isConnected) focused.focus({ preventScroll: true });
      if (many && content[1]) freeze(content[1]);
    }

    function scrolled() {
      frame.toggleAttribute("data-scrolled", frame.scrollLeft > 0);
      frame.toggleAttribute("data-more", frame.scrollLeft + frame.clientWidth < frame.scrollWidth - 2);
      if (listed.length <= ALL || sortWas === null) return;
      const first = Math.floor((frame.scrollTop - element.tHead.offsetHeight) / height);
      const rest = Math.ceil(frame.clientHeight / height);
      if ((first < from + 4 && from > 0) || (first + rest > to - 4 && to < listed.length)) show();
    }

    let frozen = false;

    /** With rows coming and going, columns keep the width they had at first. */
    function freeze(row) {
      if (frozen) return;
      frozen = true;
      height = row.getBoundingClientRect().height || height;
      const widths = [...element.tHead.rows[0].cells].map((cell) => cell.getBoundingClientRect().width);
      const group = document.createElement("colgroup");
      for (const width of widths) made(group, "col").style.width = `${Math.ceil(width)}px`;
      element.prepend(group);
      element.style.tableLayout = "fixed";
      element.style.width = `${widths.reduce((sum, width) => sum + Math.ceil(width), 0)}px`;
    }

    function nothing() {
      const row = document.createElement("tr");
      const cell = made(row, "td", "runs-table__nothing", "No run matches. ");
      cell.colSpan = printed.length + 1;
      const clear = made(cell, "button", "button", "Show all");
      clear.type = "button";
      clear.addEventListener("click", () => {
        view.set("find", null);
        brush.clear();
        find.focus();
      });
      return row;
    }

    // ---- sorting

    /** "-test/auc:best,depth" → [{column, falling}, …]. */
    function sortFrom(text) {
      return (text ?? "").split(",").flatMap((part) => {
        const falling = part.startsWith("-");
        const word = falling ? part.slice(1) : part;
        const column = model.columns.find((one) => escaped(one.word) === word);
        return word && column ? [{ column, falling }] : [];
      });
    }

    const escaped = (word) => word.replace(/[%,]|^-/g, (sign) => `%${sign.codePointAt(0).toString(16)}`);
    const sortText = (by) => by.map(({ column, falling }) => (falling ? "-" : "") + escaped(column.word)).join(",");

    function standing() {
      const by = sortFrom(view.get("sort"));
      if (by.length) return by;
      const best = model.columns[data.page.table.sort];
      return best ? [{ column: best, falling: model.falling(best) }] : [];
    }

    function sortBy(column, further) {
      const by = standing();
      const before = by.find((one) => one.column === column);
      const next = { column, falling: before ? !before.falling : model.falling(column) };
      const rest = further ? by.filter((one) => one.column !== column) : [];
      view.set("sort", sortText([...rest, next]));
    }

    for (const header of headers) {
      const column = model.columns[Number(header.dataset.column)];
      const button = document.createElement("button");
      button.type = "button";
      button.className = "runs-table__sort";
      button.append(...header.childNodes);
      button.addEventListener("click", (event) => sortBy(column, event.shiftKey));
      header.append(button);
    }

    function markHeaders(by) {
      for (const header of headers) {
        const at = by.findIndex(({ column }) => column.place === Number(header.dataset.column));
        if (at < 0) header.removeAttribute("aria-sort");
        else header.setAttribute("aria-sort", by[at].falling ? "descending" : "ascending");
        header.toggleAttribute("data-further", at > 0);
      }
    }

    // ---- ticking

    function tick(run, on, ranged) {
      const runsNow = new Set(view.state.runs);
      let group = [run];
      if (ranged && anchor !== null && listed.includes(anchor)) {
        const ends = [listed.indexOf(anchor), listed.indexOf(run)].sort((one, other) => one - other);
        group = listed.slice(ends[0], ends[1] + 1);
      }
      for (const one of group) on ? runsNow.add(one) : runsNow.delete(one);
      anchor = run;
      if (group.length === 1) view.toggleRun(run);
      else view.setRuns(runsNow);
    }

    body.addEventListener("click", (event) => {
      const box = event.target.closest?.("input[type=checkbox]");
      if (box) tick(Number(box.closest("tr").dataset.run), box.checked, event.shiftKey);
    });
    body.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault(); // a range of runs, not of text
    });

    const every = made(made(element.tHead.rows[0].cells[0], "label", "tick"), "input");
    every.type = "checkbox";
    every.dataset.color = "";
    every.title = "draw all runs listed here, or none";
    every.setAttribute("aria-label", "draw all runs listed");
    every.addEventListener("change", () => {
      const runsNow = new Set(view.state.runs);
      for (const run of listed) every.checked ? runsNow.add(run) : runsNow.delete(run);
      view.setRuns(runsNow);
    });

    // ---- hovering

    const runAt = (event) => {
      const row = event.target.closest?.("tr[data-run]");
      return row ? Number(row.dataset.run) : null;
    };
    const hover = (run) => {
      if (run !== lit) document.dispatchEvent(new CustomEvent("run:hover", { detail: run }));
    };
    body.addEventListener("pointerover", (event) => hover(runAt(event)));
    body.addEventListener("pointerleave", () => hover(null));
    body.addEventListener("focusin", (event) => hover(runAt(event)));
    body.addEventListener("focusout", () => hover(null));
    document.addEventListener("run:hover", ({ detail }) => {
      const run = detail ?? null;
      for (const one of [lit, run]) if (one !== null) rows.get(one)?.toggleAttribute("data-lit", one === run);
      lit = run;
    });

    // ---- tools

    const tools = document.querySelector("[data-runs-tools]");
    const find = made(tools, "input", "field");
    find.type = "search";
    find.placeholder = "filter runs";
    find.setAttribute("aria-label", "Filter runs by words in names, params, users, states");
    find.addEventListener("input", () => view.set("find", find.value.trim() || null, { step: false }));
    find.hidden = runs.length < 2;
    const wide = made(tools, "button", "button", "Wide");
    wide.type = "button";
    wide.title = "table above the charts, as wide as the page";
    wide.addEventListener("click", () => spread(!wideNow()));

    const bench = element.closest(".bench");
    const wideNow = () => bench.hasAttribute("data-wide");

    function spread(on) {
      bench.toggleAttribute("data-wide", on);
      wide.setAttribute("aria-pressed", on);
      try {
        if (on) localStorage.setItem(WIDE, "1");
        else localStorage.removeItem(WIDE);
      } catch {
        // then it holds for this page only
      }
    }

    function keptWide() {
      try {
        return localStorage.getItem(WIDE) === "1";
      } catch {
        return false;
      }
    }

    // ---- all of it together

    let sortWas = null;
    let findWas = null;
    let brushWas = null;

    /** Bring the table in line with the view; sort and filter only when they changed. */
    function follow() {
      const sort = view.get("sort") ?? "";
      const words = view.get("find") ?? "";
      if (sort !== sortWas) {
        const by = sortFrom(sort);
        order = by.length ? model.sorted(model.order, by) : model.order;
        markHeaders(standing());
      }
      const limits = view.get("brush") ?? "";
      if (sort !== sortWas || words !== findWas || limits !== brushWas) {
        const found = model.matching(order, words);
        listed = brush.matching(found);
        document.dispatchEvent(new CustomEvent("runs:found", { detail: found }));
        if (find.value.trim() !== words) find.value = words;
        if (sortWas !== null) frame.scrollTop = 0;
        element.setAttribute("aria-rowcount", listed.length + 1);
        show();
      } else for (const run of listed.slice(from, to)) mark(run, rowOf(run));
      [sortWas, findWas, brushWas] = [sort, words, limits];
      count();
    }

    const firstRuns = runs.flatMap((run, number) => (run.drawn ? [number] : []));
    const whichAtLength = foot.title;

    function count() {
      const drawn = view.state.runs.size;
      const here = listed.reduce((sum, run) => sum + view.state.runs.has(run), 0);
      every.checked = here > 0 && here === listed.length;
      every.indeterminate = here > 0 && here < listed.length;
      const first = drawn === firstRuns.length && firstRuns.every((run) => view.state.runs.has(run));
      const which = first ? foot.dataset.drawnFirst : "";
      const parts = [`${drawn.toLocaleString("en")} of ${runs.length.toLocaleString("en")} runs drawn`];
      if (which) parts[0] += `: ${which}`;
      foot.title = which ? whichAtLength : "";
      if (listed.length < runs.length) parts.push(`${listed.length.toLocaleString("en")} listed`);
      foot.textContent = runs.length > 1 ? parts.join(" · ") : "";
    }

    frame.addEventListener("scroll", scrolled, { passive: true });
    new ResizeObserver(scrolled).observe(frame);
    document.addEventListener("view:change", follow);
    spread(keptWide());
    afterFirstChart(() => sortWas ?? follow());
  }
}
