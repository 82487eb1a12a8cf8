// Rows: the elements of the runs table's rows, of runs as the page prints them and of groups of runs.
// Gives    runfolio.rows  ofRun(run, color), ofGroup(group, color, opened, low), extend(row, of, entries, count), tell(body), cut(body), untold(row)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { chart, data, hover, names, rowGroups, tableLayout, time } = runfolio;
  const { made } = hover;
  const ENDS = ["finished", "failed", "killed", "lost"];

  const HEAD = 2; // cells before those of columns: the tick and the name
  const SHORT = 26; // letters that are not cut
  const MOST = 200; // letters: no column is as wide
  const FEW = 12; // letters that may take less than a beginning keeps
  const SCALE = 11 / 13; // of the letters that names.js measures, to these

  /** A word; where it is long, `tell` says which end of it stays in sight. */
  function named(parent, word, long = [...word].length > SHORT) {
    const whole = made(parent, "bdi", "", word);
    if (long) [whole.className, whole.title] = ["name", word];
  }

  /** Some elements by the columns they are in. */
  function byColumn(places) {
    const columns = [];
    for (const place of places) (columns[place.closest("th, td").cellIndex] ??= []).push(place);
    return columns.filter(Boolean);
  }

  /** Tell the long words of each column from one another: those of the rows in the document. */
  function tell(body) {
    for (const places of byColumn(body.querySelectorAll(".name"))) {
      names.halves(places.map(({ title }) => title)).forEach((halves, at) => {
        const place = places[at];
        const words = halves.map((text) => text.slice(0, MOST).replace(/\s/g, " "));
        if (place.children.length && words.every((text, half) => place.children[half]?.textContent === text)) return;
        place.textContent = "";
        const start = made(place, "span", "name__start", words[0]);
        if (words[0].length < FEW) start.style.setProperty("--start", `${chart.widest([words[0]]) / SCALE}px`);
        made(place, "span", "", words[1]);
      });
    }
  }

  /** Where columns have their widths, names without room are told like long ones, and ends that read the same are cut by the rule. */
  function cut(body) {
    const lacks = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth;
    const plain = [...body.querySelectorAll("th a > bdi:not(.name)")].filter((place) => lacks(place.parentElement));
    for (const place of plain) [place.className, place.title] = ["name", place.textContent];
    if (plain.length) tell(body);
    const room = ({ clientWidth }) => clientWidth * SCALE - 1;
    for (const all of byColumn(body.querySelectorAll(".name > :last-child"))) {
      const letters = ({ textContent, clientWidth, scrollWidth }) => (textContent.length * clientWidth) / scrollWidth - 2;
      const seen = Math.min(...all.filter(lacks).map(letters));
      const read = all.map(({ textContent }) => textContent.slice(0, seen));
      const ends = all.filter((end, at) => lacks(end) && read.indexOf(read[at]) !== read.lastIndexOf(read[at]));
      names.apart(ends.map(({ textContent }) => textContent), ends.map(room)).forEach((word, at) => (ends[at].textContent = word)); // prettier-ignore
    }
  }

  /** A row as it was when made: to be compared with another one. */
  const untold = (row) => row.querySelectorAll(".name").forEach((place) => (place.textContent = place.title));

  function tickInto(row, label, color) {
    const box = made(made(made(row, "td", "runs-table__tick"), "label", "tick"), "input");
    box.type = "checkbox";
    box.dataset.color = color;
    box.setAttribute("aria-label", label);
  }

  function statusInto(place, { status, alive, last, damaged }) {
    const mark = made(place, "span", "status", status === "unknown" ? "end unknown" : status);
    mark.dataset.status = status;
    mark.dataset.brief = "";
    if (status === "running") {
      mark.dataset.alive = alive === true ? "yes" : "unknown";
      mark.dataset.last = new Date(last).toISOString();
    }
    if (!damaged) return;
    place.append(" ");
    made(place, "span", "flag", "damaged").title = "a file of this run could not be read whole";
  }

  function timeInto(place, ms) {
    const moment = made(place, "time");
    moment.dateTime = new Date(ms).toISOString();
    moment.dataset.time = "brief"; // worded with its row
  }

  function cellInto(place, { text, kind, title, parts, sense }, column) {
    place.dataset.kind = kind;
    if (column.numeric && (kind === "word" || kind === "missing")) place.dataset.numeric = "";
    if (kind === "text") return named(place, title.trim() ? title : text);
    const value = made(place, "bdi", "", parts ? parts[0] : text);
    if (title) value.title = title;
    if (!parts) return;
    place.append(" ");
    made(place, "span", "sense", parts[1]).dataset.sense = sense;
  }

  const ranges = new WeakMap(); // column → [lowest, highest]

  /** How far along the range of its column a value is, 0 to 1; null where that says nothing. */
  function along(column, value) {
    if (column.kind !== "number" || column.group !== "goal" || !Number.isFinite(value)) return null;
    if (!ranges.has(column)) {
      let [low, high] = [Infinity, -Infinity];
      for (const rank of column.ranks()) {
        if (!Number.isFinite(rank)) continue;
        low = Math.min(low, rank);
        high = Math.max(high, rank);
      }
      ranges.set(column, [low, high]);
    }
    const [low, high] = ranges.get(column);
    return high > low ? (value - low) / (high - low) : null;
  }

  function barInto(place, share) {
    if (share === null) return;
    place.dataset.bar = "";
    place.style.setProperty("--bar", share.toFixed(3));
  }

  function placeOf(row, { column, pinned }) {
    const place = made(row, "td");
    place.dataset.kind = column.kind;
    if (pinned !== false) tableLayout.stick(place, pinned);
    return place;
  }

  /** Its head alone: `extend` gives it cells. */
  function ofRun(run, color) {
    const told = data.page.runs[run];
    const row = document.createElement("tr");
    row.dataset.run = run;
    tickInto(row, `draw ${told.name}`, color);
    const head = made(row, "th");
    head.scope = "row";
    head.dataset.kind = "name";
    const link = made(head, "a");
    link.href = told.href;
    if (told.label === told.name) named(link, told.name);
    else named(link, told.label, true);
    const more = made(head, "button", "runs-table__more");
    more.type = "button";
    more.tabIndex = -1; // keys do what it offers
    more.setAttribute("aria-label", `more for ${told.name}`);
    more.setAttribute("aria-expanded", "false");
    return row;
  }

  function runInto(place, run, column) {
    if (column.kind === "status") return statusInto(place, data.page.runs[run]);
    if (column.kind === "time" && column.value(run) !== null) return timeInto(place, column.value(run));
    cellInto(place, column.cell(run), column);
    if (column.best === run) place.dataset.best = "";
    barInto(place, along(column, column.value(run)));
  }

  /** Its head alone; low: in one line, among rows of one height */
  function ofGroup(group, color, opened, low) {
    const row = document.createElement("tr");
    row.dataset.group = "";
    tickInto(row, `draw the ${group.runs.length} runs with ${group.label}`, color);
    const head = made(row, "th");
    head.scope = "row";
    head.dataset.kind = "name";
    const open = made(head, "button", "runs-table__open");
    open.type = "button";
    open.setAttribute("aria-expanded", opened);
    if (low) named(open, group.name);
    else made(open, "bdi", "", group.name);
    if (group.name !== group.label) open.title = group.label;
    open.style.setProperty("--digits", `${group.runs.length}`.length);
    made(head, "small", "", `n ${group.runs.length}`);
    return row;
  }

  function groupInto(place, group, column) {
    const cell = rowGroups.cell(group, column);
    if (cell.ms !== undefined) {
      timeInto(place, cell.ms);
      place.title = cell.title;
    } else if (cell.kind === "status" && ENDS.includes(cell.text)) statusInto(place, { status: cell.text });
    else cellInto(place, cell, column);
    if (column.kind === "number") barInto(place, along(column, rowGroups.mean(group.runs, column).mean));
  }

  /**
   * Give a row its cells up to so many columns, one empty cell in place of the others.
   *
   * of        a run, or a group
   * entries   {column, pinned} of all columns: which of the pinned ones it is, or false
   */
  function extend(row, of, entries, count) {
    const rest = row.querySelector(":scope > [data-rest]");
    const from = row.cells.length - HEAD - (rest ? 1 : 0);
    if (from >= Math.min(count, entries.length)) return;
    rest?.remove();
    for (const entry of entries.slice(from, count)) {
      const place = placeOf(row, entry);
      if (typeof of === "number") runInto(place, of, entry.column);
      else groupInto(place, of, entry.column);
    }
    time.word(row);
    if (count >= entries.length) return;
    const empty = made(row, "td");
    empty.dataset.rest = "";
    empty.colSpan = entries.length - count;
  }

  runfolio.rows = { ofRun, ofGroup, extend, tell, cut, untold };
}
