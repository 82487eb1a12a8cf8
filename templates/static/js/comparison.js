// Comparison: the runs of the compare page side by side: what they were given, what they reached.
// Reads    runfolio.data.page.details, runfolio.compareIndex  (compare.js); [data-comparison]
// Writes   `compare` (which runs), `baseline`, `same` (show, too, what is the same) in the view
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { button, data, numbers, popover, time, view } = runfolio;
  const { made } = runfolio.hover;
  const place = document.querySelector("[data-comparison]");
  const LISTED = 40; // runs of the list to choose from
  const SHORT = 12; // letters of an id that name a run in the address, where they suffice

  if (place && data.page?.details) start(data.page);

  /** The runs in the address: as short as tells them from all runs of the site. */
  function wordsOf(ids) {
    const all = runfolio.compareIndex.runs.map(([id]) => id);
    return ids
      .map((id) => {
        let length = SHORT;
        while (length < id.length && all.some((other) => other !== id && other.startsWith(id.slice(0, length)))) length++;
        return id.slice(0, length);
      })
      .join(",");
  }

  /** Other runs are other data: the page starts anew. */
  function compare(ids) {
    view.set("compare", wordsOf(ids));
    location.reload();
  }

  /** A list of all runs of the site under a button. */
  function choose(opener, taken) {
    const { runs, experiments } = runfolio.compareIndex;
    popover.open(opener, { name: "chart-picker", label: "add a run" }, (panel, close) => {
      const search = made(panel, "input");
      Object.assign(search, { type: "search", placeholder: "run or experiment…" });
      search.setAttribute("aria-label", "search runs");
      const list = made(panel, "ul", "chart-picker__list");
      const fill = () => {
        const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
        const found = runs.filter(([id, script, name]) => {
          const text = `${name} ${experiments[script]} ${id}`.toLocaleLowerCase();
          return !taken.includes(id) && words.every((word) => text.includes(word));
        });
        const items = found.toReversed().slice(0, LISTED).map(([id, script, name]) => {
          const item = made(null, "li");
          const pick = made(item, "button");
          pick.type = "button";
          made(pick, "bdi", "", name);
          made(pick, "small", "dim", ` ${experiments[script]}`);
          pick.addEventListener("click", () => {
            close();
            compare([...taken, id]);
          });
          return item;
        }); // prettier-ignore
        const rest = found.length - items.length;
        if (rest > 0 || !found.length) {
          const text = rest > 0 ? `${rest} more: go on typing` : "no other run has this in its name";
          items.push(made(null, "li", "chart-picker__rest", text));
        }
        list.replaceChildren(...items);
      };
      search.addEventListener("input", fill);
      fill();
      return search;
    });
  }

  function start(page) {
    const ids = page.runs.map((run) => run.id);

    function baseline() {
      const word = view.get("baseline");
      const found = word ? ids.findIndex((id) => id.startsWith(word)) : -1;
      return Math.max(found, 0);
    }

    /** Pairs of all runs as rows: [[name, [cell of each run or undefined]], …], in the order first met. */
    function rowsOf(kind) {
      const rows = new Map();
      page.details.forEach((details, run) => {
        for (const [name, text, title] of details[kind]) {
          if (!rows.has(name)) rows.set(name, ids.map(() => undefined)); // no holes: every() passes over them
          rows.get(name)[run] = { text, title: title ?? "" };
        }
      });
      return [...rows];
    }

    const same = (cells) => cells.every((cell) => cell?.text === cells[0]?.text && cell?.title === cells[0]?.title);

    const facts = () => [
      ["experiment", page.details.map(({ experiment }) => ({ text: page.experiments[experiment].name }))],
      ["status", page.runs.map(({ status }) => ({ text: status }))],
      ["started", page.runs.map(({ started }) => ({ text: time.local(started) }))],
      ["duration", page.details.map(({ duration }) => ({ text: duration }))],
    ];

    function head(table) {
      const row = made(made(table, "thead"), "tr");
      made(row, "td", "comparison__name");
      page.runs.forEach((run, number) => {
        const cell = made(row, "th", "comparison__run");
        cell.scope = "col";
        const swatch = made(cell, "span", "swatch");
        swatch.dataset.color = run.color;
        const link = made(cell, "a");
        link.href = run.href;
        made(link, "bdi", "", run.name);
        const tools = made(cell, "div", "comparison__tools");
        if (number === baseline()) made(tools, "span", "dim", "baseline");
        else button(tools, "as baseline", () => view.set("baseline", number ? wordsOf([run.id]) : null));
        const remove = button(tools, "×", () => compare(ids.filter((id) => id !== run.id)));
        remove.setAttribute("aria-label", `take ${run.name} out`);
        const hover = (detail) => document.dispatchEvent(new CustomEvent("run:hover", { detail }));
        cell.addEventListener("pointerenter", () => hover([number]));
        cell.addEventListener("pointerleave", () => hover(null));
      });
    }

    function group(body, title, rows, all) {
      const shown = rows.filter(([, cells]) => all || !same(cells));
      if (!shown.length) return 0;
      const line = made(body, "tr", "comparison__group");
      const heading = made(line, "th", "", title);
      heading.colSpan = ids.length + 1;
      heading.scope = "colgroup";
      const base = baseline();
      for (const [name, cells] of shown) {
        const row = made(body, "tr");
        const label = made(row, "th", "comparison__name");
        label.scope = "row";
        made(label, "bdi", "", name);
        for (const cell of cells) {
          const field = made(row, "td");
          const value = made(field, "bdi", cell ? "" : "dim", cell?.text ?? "–");
          if (cell?.title) value.title = cell.title;
          else if (!cell) value.title = "not set in this run";
          if (all && cell?.text !== cells[base]?.text) field.dataset.differs = "";
        }
      }
      return shown.length;
    }

    const number = (value) =>
      value === null || value === undefined ? "–" : typeof value === "string" ? value : numbers.number(value);

    /** How far two runs are apart beside what seeds alone do: words, where that is no more; "" else. */
    function noise(one, other) {
      if (!one || !other) return "";
      const [apart, errors] = [Math.abs(one[1] - other[1]), one[2] + other[2]];
      if (apart >= errors) return "";
      return `means ${numbers.number(apart)} apart, standard errors ${numbers.number(errors)} together, n ${one[0]} and ${other[0]}`;
    }

    /** How far a value is from the baseline's: {text, title, verdict}. `within` says why it is noise. */
    function delta(value, base, goal, within) {
      if (typeof value !== "number" || typeof base !== "number") return null;
      const gap = value - base;
      if (numbers.same(value, base)) return { text: "=", verdict: "", title: "the same as the baseline" };
      const sign = gap > 0 ? "+" : "−";
      const share = base ? ` (${sign}${numbers.number(Math.abs((100 * gap) / base))} %)` : "";
      if (within) return { text: `≈ ${sign}${numbers.number(Math.abs(gap))}${share} within noise`, verdict: "noise", title: within };
      const verdict = !goal ? "" : (goal === "max") === gap > 0 ? "better" : "worse";
      const arrow = gap > 0 ? "↑" : "↓";
      return { text: `${arrow} ${sign}${numbers.number(Math.abs(gap))}${share} ${verdict}`.trim(), verdict, title: "" };
    }

    function metrics(body) {
      const rows = new Map();
      page.details.forEach((details, run) => {
        for (const [metric, , last, , , best, spread] of details.metrics) {
          if (!rows.has(metric)) rows.set(metric, []);
          rows.get(metric)[run] = { best, last, spread };
        }
      });
      if (!rows.size) return;
      const line = made(body, "tr", "comparison__group");
      const heading = made(line, "th", "", "Metrics");
      heading.colSpan = ids.length + 1;
      heading.scope = "colgroup";
      const base = baseline();
      for (const [metric, cells] of rows) {
        const { name, goal, unit } = page.metrics[metric];
        const which = goal ? "best" : "last";
        const values = ids.map((_, run) => cells[run]?.[which] ?? null);
        const finite = values.filter((value) => typeof value === "number");
        const top = goal && finite.length > 1 ? (goal === "max" ? Math.max : Math.min)(...finite) : null;
        const row = made(body, "tr");
        const label = made(row, "th", "comparison__name");
        label.scope = "row";
        made(label, "bdi", "", data.called(metric)).title = name;
        made(label, "small", "dim", ` ${which}${unit ? `, ${unit}` : ""}`);
        values.forEach((value, run) => {
          const field = made(row, "td", "comparison__metric");
          const words = made(field, top !== null && value === top ? "strong" : "span", value === null ? "dim" : "", number(value));
          if (typeof value === "number") words.title = String(value);
          if (goal && cells[run] && cells[run].last !== cells[run].best) {
            made(field, "small", "dim", ` last ${number(cells[run].last)}`);
          }
          const apart = run === base ? null : delta(value, values[base], goal, noise(cells[run]?.spread, cells[base]?.spread));
          if (!apart) return;
          const note = made(field, "div", "comparison__delta", apart.text);
          note.dataset.verdict = apart.verdict;
          if (apart.title) note.title = apart.title;
        });
      }
    }

    /** Pictures that several runs may have, side by side at one step: a slider moves all of them. */
    function pictures(parent) {
      const series = new Map(); // name → per run: [[step, address], …]
      page.details.forEach((details, run) => {
        for (const [name, all] of details.pictures ?? []) {
          if (!series.has(name)) series.set(name, ids.map(() => []));
          series.get(name)[run] = all;
        }
      });
      for (const [name, runs] of series) {
        const figure = made(parent, "figure", "comparison__pictures");
        const caption = made(figure, "figcaption");
        made(caption, "bdi", "", name);
        const row = made(figure, "div", "comparison__row");
        const shown = runs.flatMap((all, run) => {
          if (!all.length) return [];
          const place = made(row, "div", "comparison__picture");
          const image = made(place, "img");
          image.loading = "lazy";
          const words = made(place, "p", "dim");
          return [{ all, run, image, words }];
        });
        const steps = [...new Set(shown.flatMap(({ all }) => all.map(([step]) => step)))].sort((one, other) => one - other);
        const show = (step) => {
          for (const { all, run, image, words } of shown) {
            const [own, address] = all.findLast(([each]) => each <= step) ?? all[0]; // the last one until then
            image.src = address;
            image.alt = `${name} of ${page.runs[run].name}${own === null ? "" : ` at step ${own}`}`;
            words.textContent = `${page.runs[run].name}${own === null ? "" : ` · step ${own}`}`;
          }
        };
        if (steps.length > 1) {
          const label = made(caption, "label", "chart-toolbar__field");
          made(label, "span", "", "step");
          const slider = made(label, "input");
          Object.assign(slider, { type: "range", min: 0, max: steps.length - 1, step: 1, value: steps.length - 1 });
          const words = made(label, "output", "", String(steps[steps.length - 1]));
          slider.addEventListener("input", () => {
            words.textContent = steps[slider.value];
            show(steps[slider.value]);
          });
        }
        show(steps[steps.length - 1]);
      }
    }

    function render() {
      const all = view.get("same") === "show";
      const tools = made(null, "div", "comparison__bar");
      const add = button(tools, "add a run…", () => choose(add, ids));
      add.setAttribute("aria-expanded", "false");
      if (ids.length > 1) {
        const label = made(tools, "label", "chart-toolbar__field");
        const only = made(label, "input");
        only.type = "checkbox";
        only.checked = !all;
        made(label, "span", "", "only differences");
        only.addEventListener("change", () => view.set("same", only.checked ? null : "show"));
      }
      if (!ids.length) {
        const empty = made(null, "div", "empty");
        made(empty, "p", "", "No runs chosen yet: add some here, or tick rows on the page of an experiment and press compare.");
        return place.replaceChildren(tools, empty);
      }
      const frame = made(null, "div", "table-frame");
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", "runs side by side");
      const table = made(frame, "table", "comparison__table");
      head(table);
      const body = made(table, "tbody");
      metrics(body);
      const show = all || ids.length === 1;
      const found =
        group(body, "Params", rowsOf("params"), show) +
        group(body, "Tags", rowsOf("tags"), show) +
        group(body, "Run", [...facts(), ...rowsOf("said")], show);
      if (!found) made(made(body, "tr"), "td", "dim", "Nothing else differs.").colSpan = ids.length + 1;
      const { scrollLeft } = place.querySelector(".table-frame") ?? {};
      place.replaceChildren(tools, frame);
      if (scrollLeft) frame.scrollLeft = scrollLeft;
    }

    const meta = document.querySelector("[data-compare-meta]");
    const { missing } = page;
    const counts = `${ids.length} run${ids.length === 1 ? "" : "s"} of ${page.experiments.length} experiment${page.experiments.length === 1 ? "" : "s"}`;
    if (ids.length) meta.textContent = counts;
    if (missing.length) meta.textContent += ` · this site has no run ${missing.join(", ")}`;
    document.querySelector("[data-toolbar]").hidden = !ids.length;
    let seen = null;
    const follow = () => {
      const now = JSON.stringify([view.get("baseline"), view.get("same")]);
      if (now === seen) return;
      seen = now;
      render();
    };
    document.addEventListener("view:change", follow);
    addEventListener("hashchange", () => {
      if (view.get("compare") !== started) location.reload(); // Back to other runs
    });
    const started = view.get("compare");
    follow();
    const gallery = made(null, "section", "comparison__gallery");
    gallery.setAttribute("aria-label", "Pictures side by side");
    const having = () => JSON.stringify(page.details.map((details) => details.pictures));
    let shown = null; // which pictures are
    function show() {
      if (having() === shown) return;
      shown = having();
      gallery.replaceChildren();
      pictures(gallery);
      if (gallery.childNodes.length) document.querySelector("[data-board]").after(gallery);
    }
    show();
    document.addEventListener("data:change", () => {
      seen = null;
      show();
    });
  }
}
