// Table tools: the filter box, and the buttons beside it: columns, export, compare, wide; the menu of a row.
// Reads    [data-compare] of the body, the address of the compare page
// Writes   `find` in the view; runfolio.wide in localStorage, which may be absent
// Listens  "view:change", "table:list" on document
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { baseline, brush, columns: model, data, hover, keys, later, popover, refocus, table, view } = runfolio;
  const { made } = hover;
  const WIDE = "runfolio.wide";
  const SIDE_BY_SIDE = 40; // runs that the compare page takes
  const tools = document.querySelector("[data-runs-tools]");

  if (model && table && tools) start();

  function button(parent, text, title, press) {
    const element = made(parent, "button", "button", text);
    element.type = "button";
    element.title = title;
    element.addEventListener("click", () => press(element));
    return element;
  }

  /** A button with a panel under it; fill(panel, close, runfolio with what comes later). */
  function opener(parent, text, title, options, fill) {
    const box = made(parent, "span", "runs__tool");
    const element = button(box, text, title, () =>
      later.press(element, (all) => popover.open(element, options, (panel, close) => fill(panel, close, all))),
    );
    element.setAttribute("aria-expanded", "false");
    return element;
  }

  function item(panel, close, text, press, note) {
    const element = button(panel, text, "", async () => {
      const said = await press();
      if (!said) return close(true);
      element.textContent = said;
      setTimeout(() => close(true), 900);
    });
    element.className = "run-menu__item";
    if (note) made(element, "small", "", note);
    return element;
  }

  function finder() {
    const box = made(tools, "input", "field");
    box.type = "search";
    box.dataset.runsFind = "";
    box.placeholder = "words, or metrics.loss < 0.5";
    box.title = "words in names, states, params, tags and users; or a filter as search_runs takes it";
    box.setAttribute("aria-label", "Filter runs: words, or a filter such as metrics.loss < 0.5");
    const wrong = document.createElement("p");
    wrong.className = "runs__wrong";
    wrong.id = "runs-wrong";
    wrong.setAttribute("role", "status");
    tools.parentElement.after(wrong);
    box.setAttribute("aria-describedby", wrong.id);
    box.addEventListener("focus", () => later("filter").catch(console.error), { once: true });
    box.addEventListener("input", () => view.set("find", box.value.trim() || null, { of: "find" }));

    /** The fields here that a word without a prefix may have meant, where a filter has one instead of a field. */
    function fieldMeant(words, column) {
      const signs = [...words];
      if (!/(?:^|\(|\b(?:and|or|not))\s*$/i.test(signs.slice(0, column).join(""))) return "";
      const [word] = /^[^\s=!<>~(),'"\x60]*/.exec(signs.slice(column).join(""));
      const prefixes = [["params", "param"], ["metrics", "last"], ["tags", "tag"]]; // prettier-ignore
      return prefixes.flatMap(([prefix, kind]) => (model.field(`${kind}:${word}`) ? [`${prefix}.${word}`] : [])).join(" or ");
    }

    function follow(problem) {
      const words = view.get("find") ?? "";
      if (box.value.trim() !== words) box.value = words;
      box.hidden = data.page.runs.length < 2;
      box.setAttribute("aria-invalid", Boolean(problem));
      wrong.replaceChildren();
      if (!problem) return;
      if (problem.column === undefined) {
        made(wrong, "span", "", `${problem.message}. Change the text to try once more.`);
        return;
      }
      const signs = [...words];
      made(wrong, "span", "", `${problem.message}. `);
      const hint = fieldMeant(words, problem.column) || problem.hint;
      if (hint) {
        wrong.append("Try: ");
        made(wrong, "code", "", hint);
      } else if (problem.allowed) made(wrong, "span", "", `Allowed: ${problem.allowed}`);
      const line = made(wrong, "code", "runs__where", signs.slice(0, problem.column).join(""));
      made(line, "mark", "", signs.slice(problem.column).join("") || " ");
    }
    document.addEventListener("table:list", ({ detail }) => follow(detail.problem));
    follow(null);
  }

  /** A link to the compare page with the runs drawn, in the order printed; the baseline, where it is drawn, first. */
  function compareLink() {
    const link = made(tools, "a", "button", "Compare");
    link.dataset.compareDrawn = "";
    const base = document.body.dataset.compare;
    function follow() {
      const drawn = model.order.filter((run) => view.state.runs.has(run));
      const first = drawn.indexOf(baseline.run());
      if (first > 0) drawn.unshift(...drawn.splice(first, 1));
      const taken = drawn.slice(0, SIDE_BY_SIDE);
      link.hidden = !base || !taken.length;
      link.href = `${base}#compare=${taken.map((run) => data.page.runs[run].id).join(",")}`;
      const which = taken.length < drawn.length ? `the first ${taken.length} of the ${drawn.length} runs drawn` : `the ${taken.length} runs drawn`;
      link.title = `${taken.length === 1 ? "the run drawn, and others that you add," : which} side by side`;
    }
    document.addEventListener("view:change", follow);
    follow();
    keys.add("Runs table", [["c", "compare the runs drawn, on a page of their own", () => link.click()]], ":root:not(:has(dialog.full)) [data-compare-drawn]:not([hidden])");
  }

  function wideButton() {
    const bench = document.querySelector("[data-runs-table]").closest(".bench");
    const wide = button(tools, "Wide", "table above the charts, as wide as the page", () => spread(!bench.hasAttribute("data-wide")));
    wide.classList.add("runs__wide");

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

    try {
      spread(localStorage.getItem(WIDE) === "1");
    } catch {
      spread(false);
    }
  }

  /** A line above the rows about something that holds for them all, with what ends it; fill(line): false when nothing does. */
  function lineOn(name, fill) {
    const line = document.createElement("p");
    line.className = `runs__${name}`;
    tools.parentElement.after(line);
    function show() {
      line.replaceChildren();
      line.hidden = !fill(line);
    }
    const follow = () => refocus([line], show, [...tools.querySelectorAll("button")]);
    for (const event of ["view:change", "table:list"]) document.addEventListener(event, follow);
    follow();
  }

  /** Which run the others are compared with. */
  function compared(line) {
    const run = baseline.run();
    if (run === null) return false;
    const members = baseline.members();
    const alone = String(members) === String(run);
    line.append(alone ? "Δ over baseline " : "Δ over the group of ");
    made(line, "bdi", "", data.page.runs[run].label);
    line.append(alone ? " " : members.length > 1 ? `, mean of ${members.length} ` : ", 1 run listed ");
    button(line, "no baseline", "", () => baseline.choose(null)).className = "runs__end";
    return true;
  }

  /** The limits drawn on the axes of a picture. */
  function limited(line) {
    if (!brush.any()) return false;
    line.append("only runs with ");
    made(line, "bdi", "", brush.words().join(" and "));
    line.append(" ");
    button(line, "clear limits", "", () => brush.clear()).className = "runs__end";
    return true;
  }

  function rowMenu(opening, run) {
    popover.open(opening, { name: "run-menu", label: `more for ${data.page.runs[run].label}`, floating: true }, (panel, close) => {
      const isBase = baseline.run() === run;
      const onTop = baseline.pinned().includes(run);
      const first = item(panel, close, isBase ? "No longer baseline" : "Use as baseline", () => baseline.choose(isBase ? null : run), "b");
      item(panel, close, onTop ? "Take from the top" : "Keep on top", () => baseline.togglePin(run), "p");
      item(panel, close, "Draw only this", () => view.setRuns([run]));
      return first;
    });
  }

  function start() {
    finder();
    opener(tools, "Columns", "which columns, in which order", { name: "chooser", label: "columns" }, (panel, close, { chooser }) => chooser.fill(panel, close));
    opener(tools, "Export", "the rows listed and the columns shown", { name: "run-menu", label: "export" }, (panel, close, { exports: files }) => {
      const first = item(panel, close, "CSV file", () => files.download(), "all digits");
      item(panel, close, "Copy as Markdown", () => files.copy("markdown"));
      item(panel, close, "Copy as LaTeX", () => files.copy("latex"));
      return first;
    });
    compareLink();
    wideButton();
    lineOn("compared", compared);
    lineOn("limited", limited);
    document.querySelector("[data-runs-table]").addEventListener("click", ({ target }) => {
      const more = target.closest(".runs-table__more");
      if (more) rowMenu(more, table.itemAt(more));
    });
  }
}
