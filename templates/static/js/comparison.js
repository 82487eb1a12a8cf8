// Comparison: the runs of the compare page side by side: what they were given, what they reached.
// Reads    runfolio.data.page.details, runfolio.compareIndex  (compare.js); [data-comparison], the address of the home page
// Writes   `compare` (which runs), `baseline`, `same` (show, too, what is the same) in the view
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { button, comparedPictures, data, lines, noise, numbers, runPicker, tableHead, time, view } = runfolio;
  const { made } = runfolio.hover;
  const place = document.querySelector("[data-comparison]");
  const NAMED = 3; // runs in the title of the window
  const CLIP = 60; // characters of their names there
  const LONGEST = 240; // px of a run's name, on up to three lines
  const ROOM = 480; // px of a long value, on two lines or more
  const BESIDE = 10; // runs that stand side by side on paper

  const wordsOf = (ids) => runPicker.words(runfolio.compareIndex, ids);

  if (place && data.page?.details) start(data.page);

  /** Other runs are other data: the page starts anew, with the focus on this control. */
  function compare(ids, focus) {
    view.set("compare", wordsOf(ids));
    const base = view.get("baseline");
    if (base && !ids.some((id) => id.startsWith(base))) view.set("baseline", null, { step: false }); // it was taken out
    history.replaceState({ focus }, "");
    location.reload();
  }

  function start(page) {
    const ids = page.runs.map((run) => run.id);
    const named = view.get("compare");
    if (named?.split(",").length === ids.length && named !== wordsOf(ids)) view.set("compare", wordsOf(ids), { step: false, missing: view.state.missing });

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

    /** Whether a run may still go on: then nothing of it is final. */
    const goesOn = (run) => page.runs[run].status === "running" && !time.silent(page.runs[run].alive, page.runs[run].last);

    const same = (cells) => cells.every((cell) => cell?.text === cells[0]?.text && cell?.title === cells[0]?.title);

    /** Whether the words of a cell are but the beginning of what its title says. */
    const isCut = (cell) => Boolean(cell?.title) && /…”?$/.test(cell.text);

    /** The words of the cells of a row: long ones such that no two that differ read the same. */
    function toldApart(cells) {
      if (!cells.some(isCut)) return cells.map((cell) => cell?.text ?? "–");
      const whole = cells.map((cell) => (isCut(cell) ? cell.title : (cell?.text ?? "–")));
      return runfolio.names.apart(whole, cells.map((cell) => (isCut(cell) ? ROOM : Infinity))); // prettier-ignore
    }

    const unfolded = new Set(); // names of rows and runs whose long values are shown whole

    /** A long value: its words unfold to the whole of it, up to 2,000 letters. */
    function foldedInto(field, words, whole, key) {
      const details = made(field, "details");
      const summary = made(details, "summary");
      summary.dataset.control = `whole ${key}`;
      made(summary, "bdi", "", words).title = whole;
      const all = made(details, "bdi", "whole", whole);
      all.setAttribute("role", "group");
      all.setAttribute("aria-label", "more of the value");
      all.tabIndex = 0;
      details.open = unfolded.has(key);
      details.addEventListener("toggle", () => (details.open ? unfolded.add(key) : unfolded.delete(key)));
    }

    const facts = () => [
      ["experiment", page.details.map(({ experiment }) => ({ text: page.experiments[experiment].name }))],
      ["status", page.runs.map(({ status }, run) => ({ text: status === "running" && !goesOn(run) ? "lost" : status }))],
      ["started", page.runs.map(startOf)],
      ["duration", page.details.map(durationOf)],
      ...(page.details.some(({ parent }) => parent) ? [["parent", page.details.map(parentOf)]] : []),
    ];

    /** To the second where another run started in the same minute. */
    function startOf({ started }, run) {
      const minute = time.local(started);
      const alike = page.runs.some((other, at) => at !== run && time.local(other.started) === minute);
      return { text: alike ? time.full(started) : minute, title: time.utc(started) };
    }

    function parentOf({ parent }) {
      if (!parent) return { text: "none" };
      const [id, name, href] = parent;
      const alike = page.details.some((other) => other.parent && other.parent[1] === name && other.parent[0] !== id);
      return { text: alike ? `${name} (${wordsOf([id])})` : name, title: id, href };
    }

    function durationOf({ duration }, run) {
      const title = page.runs[run].ended === null ? "up to its last sign of life" : "";
      return { text: goesOn(run) ? `${duration} so far` : duration, title };
    }

    /** Why a run has nothing in a row. */
    const nothing = (run, kind, reason) => (page.runs[run].damaged?.includes(kind) ? "not read: a file of the run is damaged" : reason);

    /** What tells runs of one name apart: when they started; their ids, where that is the same. "" for other runs. */
    function told(run) {
      const others = page.runs.filter(({ id, name }) => id !== run.id && name === run.name);
      const when = (one) => time.local(one.started);
      return !others.length ? "" : others.some((other) => when(other) === when(run)) ? wordsOf([run.id]) : when(run);
    }

    /** Which curves a damaged run lacks although it has the metrics. */
    function lostCurves(run) {
      const { metrics } = page.details[run];
      const drawn = new Set(page.series.filter(([of]) => of === run).map(([, metric]) => metric));
      const lost = metrics.filter(([metric]) => !drawn.has(metric)).length;
      return !lost ? "" : lost < metrics.length ? ": some curves lost" : metrics.length > 1 ? ": curves lost" : ": curve lost";
    }

    function head(table) {
      const colored = ids.length <= lines.TOO_MANY; // beyond, curves and bars are grey, but for what is pointed at
      const row = made(made(table, "thead"), "tr");
      made(row, "td", "comparison__name");
      const names = runfolio.names.apart(page.runs.map(({ name }) => name), LONGEST);
      page.runs.forEach((run, number) => {
        const cell = made(row, "th", "comparison__run");
        cell.scope = "col";
        const link = made(cell, "a", "comparison__title");
        link.href = run.href;
        link.title = run.name;
        const swatch = made(link, "span", "swatch");
        swatch.dataset.color = colored ? run.color : "";
        tableHead.partedInto(link, names[number]);
        if (told(run)) made(cell, "small", "dim", told(run));
        if (run.damaged) {
          const flag = made(made(cell, "div"), "small", "flag", `damaged${lostCurves(number)}`);
          flag.title = "a file of this run could not be read whole: its page says which";
        }
        const tools = made(cell, "div", "comparison__tools");
        const isBase = number === baseline();
        const base = button(tools, isBase ? "baseline" : "as baseline", () => view.set("baseline", number && !isBase ? wordsOf([run.id]) : null));
        base.setAttribute("aria-pressed", isBase);
        const next = Math.min(number, ids.length - 2); // its place among those that are left
        const remove = button(tools, "×", () => compare(ids.filter((id) => id !== run.id), next < 0 ? "add" : `out ${next}`));
        remove.setAttribute("aria-label", `take ${run.label} out`);
        link.dataset.control = `run ${number}`;
        base.dataset.control = `base ${number}`;
        remove.dataset.control = `out ${number}`;
        const hover = (detail) => {
          if (!colored) swatch.dataset.color = detail ? run.color : "";
          document.dispatchEvent(new CustomEvent("run:hover", { detail }));
        };
        cell.addEventListener("pointerenter", () => hover([number]));
        cell.addEventListener("pointerleave", () => hover(null));
      });
    }

    function section(body, title) {
      const heading = made(made(body, "tr", "comparison__group"), "th");
      heading.colSpan = ids.length + 1;
      heading.scope = "colgroup";
      made(heading, "span", "comparison__heading", title);
    }

    function group(body, title, rows, all, missing = "not set in this run") {
      const shown = rows.filter(([, cells]) => all || !same(cells));
      if (!shown.length) return 0;
      section(body, title);
      const base = baseline();
      for (const [name, cells] of shown) {
        const row = made(body, "tr");
        const label = made(row, "th", "comparison__name");
        label.scope = "row";
        tableHead.partedInto(label, name);
        const held = cells[base] ? base : cells.findIndex(Boolean); // where the baseline has none, against the first that has one
        const words = toldApart(cells);
        cells.forEach((cell, run) => {
          const field = made(row, "td");
          if (all && cell && words[run] !== words[held]) field.dataset.differs = "";
          if (isCut(cell) && words[run] !== cell.title) return foldedInto(field, words[run], cell.title, `${title} ${name} ${ids[run]}`);
          const value = made(cell?.href ? made(field, "a") : field, "bdi", cell ? "" : "dim", words[run]);
          if (cell?.href) value.parentElement.href = cell.href;
          const said = cell ? cell.title : nothing(run, "facts", missing);
          if (said && said !== words[run]) value.title = said;
        });
      }
      return shown.length;
    }

    /** The values of a row in words; a value may be missing, or words already. */
    function worded(values) {
      const words = numbers.inRow(values);
      return values.map((value, at) => (typeof value === "number" ? words[at] : (value ?? "–")));
    }

    /** What a run reached in a metric, as `noise` takes it. */
    function spread(cell, run) {
      const [std, first] = cell?.spread ?? [NaN];
      return { n: 1, std, group: first === undefined ? null : `${page.details[run].experiment} ${first}` };
    }

    /** How far a value is from the baseline's: {text, share, behind, title, verdict}. `one`, `other`: their spreads; `open`: one may change. */
    function delta(value, base, goal, one, other, open) {
      if (typeof value !== "number" || typeof base !== "number") return null;
      const gap = value - base;
      if (numbers.same(value, base)) return { text: "=", verdict: "", title: "the same as the baseline" };
      const sign = gap > 0 ? "+" : "−";
      const even = (number) => Number(Math.abs(number).toPrecision(12)); // 1.1 is 1 over 0.1
      const percent = even((100 * gap) / base);
      const share = percent < numbers.TELLING ? `(${sign}${numbers.number(percent)} %)` : "";
      const chance = noise(gap, one, other);
      const size = numbers.number(even(gap));
      const title = `${gap} over ${base}${chance ? `; ${chance.said}` : ""}`;
      if (chance?.isAll) return { text: `≈ ${sign}${size}`, share, behind: " within noise", verdict: "noise", title };
      const verdict = !goal ? "" : (goal === "max") === gap > 0 ? "better" : "worse";
      const behind = `${verdict && ` ${verdict}`}${open ? " so far" : ""}`;
      return { text: `${gap > 0 ? "↑" : "↓"} ${sign}${size}`, share, behind, verdict: open ? "open" : verdict, title };
    }

    /** Whether all runs have the same best and last value of a metric, but for rounding. */
    function level(cells) {
      const alike = (one, other) => one === other || (typeof one === "number" && typeof other === "number" && numbers.same(one, other));
      return ids.every((_, run) => cells[run] && alike(cells[run].best, cells[0].best) && alike(cells[run].last, cells[0].last));
    }

    function metrics(body, all) {
      const rows = new Map();
      page.details.forEach((details, run) => {
        for (const [metric, , last, , , best, spread] of details.metrics) {
          if (!rows.has(metric)) rows.set(metric, []);
          rows.get(metric)[run] = { best, last, spread };
        }
      });
      const shown = [...rows].filter(([, cells]) => all || !level(cells));
      if (!shown.length) return 0;
      section(body, "Metrics");
      const base = baseline();
      for (const [metric, cells] of shown) {
        const { name, goal, unit } = page.metrics[metric];
        const which = goal ? "best" : "last";
        const values = ids.map((_, run) => cells[run]?.[which] ?? null);
        const finite = values.filter((value) => typeof value === "number");
        const words = worded([...values, ...ids.map((_, run) => cells[run]?.last)]);
        const top = goal && finite.length > 1 ? (goal === "max" ? Math.max : Math.min)(...finite) : null;
        const row = made(body, "tr");
        const label = made(row, "th", "comparison__name");
        label.scope = "row";
        tableHead.partedInto(label, data.called(metric));
        label.title = name;
        made(label, "small", "dim", ` ${which}${unit ? `, ${unit}` : ""}`);
        values.forEach((value, run) => {
          const field = made(row, "td", "comparison__metric");
          const said = made(field, top !== null && value === top ? "strong" : "span", value === null ? "dim" : "", words[run]);
          if (value === null) said.title = cells[run] ? "no finite value was logged" : nothing(run, "metrics", "not logged");
          else said.title = `${value}${goesOn(run) ? ", so far" : ""}`;
          if (goal && cells[run] && cells[run].last !== cells[run].best) {
            made(field, "small", "dim", ` last ${words[ids.length + run]}`);
          }
          const spreads = [spread(cells[run], run), spread(cells[base], base)];
          const apart = run === base ? null : delta(value, values[base], goal, ...spreads, goesOn(run) || goesOn(base));
          if (!apart) return;
          const note = made(field, "div", "comparison__delta", apart.text);
          if (apart.share) {
            note.append(" ");
            made(note, "span", "comparison__share", apart.share);
          }
          note.append(apart.behind ?? "");
          note.dataset.verdict = apart.verdict;
          if (apart.title) note.title = apart.title;
        });
      }
      return shown.length;
    }

    let focused = history.state?.focus; // what had the focus before the page started anew

    /** Show other elements in the place of the old ones; what had the focus there has it again. */
    function put(...elements) {
      const control = focused ?? (place.contains(document.activeElement) ? document.activeElement.dataset.control : undefined);
      focused = undefined;
      place.replaceChildren(...elements);
      if (control === undefined) return;
      const same = [...place.querySelectorAll("[data-control]")].find((one) => one.dataset.control === control);
      (same ?? place.querySelector("[data-control]"))?.focus({ preventScroll: true });
    }

    function render() {
      const all = view.get("same") === "show";
      const tools = made(null, "div", "comparison__bar");
      if (runfolio.compareIndex.runs.length > ids.length && ids.length < page.most) {
        const add = button(tools, "add a run…", () =>
          runPicker.open(add, runfolio.compareIndex, ids, (id) => compare([...ids, id], "add")),
        );
        add.setAttribute("aria-expanded", "false");
        add.dataset.control = "add";
      }
      if (ids.length > 1) {
        const label = made(tools, "label", "chart-toolbar__field");
        const only = made(label, "input");
        only.type = "checkbox";
        only.checked = !all;
        only.dataset.control = "same";
        made(label, "span", "", "only differences");
        only.addEventListener("change", () => view.set("same", only.checked ? null : "show"));
      }
      if (!ids.length) {
        const empty = made(null, "div", "empty");
        const said = made(empty, "p", "", "No runs chosen yet: add some here, or tick rows on the page of an ");
        made(said, "a", "", "experiment").href = place.dataset.comparison;
        said.append(" and press Compare.");
        return put(tools, empty);
      }
      const frame = made(null, "div", "table-frame comparison__frame");
      frame.dataset.control = "frame";
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", "runs side by side");
      const table = made(frame, "table", "comparison__table");
      head(table);
      const body = made(table, "tbody");
      const show = all || ids.length === 1;
      const measured = metrics(body, show);
      const found =
        group(body, "Params", rowsOf("params"), show) +
        group(body, "Tags", rowsOf("tags"), show) +
        group(body, "Run", [...facts(), ...rowsOf("said")], show, "not recorded");
      if (!found) {
        made(made(body, "tr"), "td", "dim", measured ? "Nothing else differs." : "Nothing differs.").colSpan = ids.length + 1;
      }
      const { scrollLeft = 0, scrollTop = 0 } = place.querySelector(".table-frame") ?? {};
      put(tools, frame);
      frame.scrollTo(scrollLeft, scrollTop);
    }

    /** On paper a table of more runs than stand side by side goes on below itself. */
    function paper(on) {
      place.querySelectorAll("[data-part]").forEach((part) => part.remove());
      const frame = place.querySelector(".table-frame");
      if (!frame || ids.length <= BESIDE) return;
      frame.hidden = on;
      if (!on) return;
      const each = Math.ceil(ids.length / Math.ceil(ids.length / BESIDE));
      for (let first = 1; first <= ids.length; first += each) {
        const part = frame.cloneNode(true);
        part.hidden = false;
        part.dataset.part = "";
        for (const { cells } of part.querySelectorAll("tr")) {
          if (cells[0].colSpan > 1) cells[0].colSpan = each + 1;
          [...cells].forEach((cell, at) => at && (at < first || at >= first + each) && cell.remove());
        }
        frame.before(part);
      }
    }
    addEventListener("beforeprint", () => paper(true));
    addEventListener("afterprint", () => paper(false));

    /** The window is called by the first runs. */
    function entitle() {
      if (!ids.length) return;
      const names = page.runs.slice(0, NAMED).map(({ name }) => (name.length > CLIP ? `${name.slice(0, CLIP - 1)}…` : name));
      const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : "";
      document.title = `${names.join(" vs ")}${more}${site}`;
    }

    const site = document.title.slice(document.title.indexOf(" · "));
    entitle();
    const meta = document.querySelector("[data-compare-meta]");
    const { missing, left, most } = page;
    const counts = `${ids.length} run${ids.length === 1 ? "" : "s"} of ${page.experiments.length} experiment${page.experiments.length === 1 ? "" : "s"}`;
    if (ids.length) meta.textContent = counts;
    if (left) meta.textContent += ` · ${left} more ${left === 1 ? "is" : "are"} not shown: ${most} at most`;
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
    let pictured = () => {};
    function show() {
      if (having() === shown) return;
      shown = having();
      gallery.replaceChildren();
      pictured = comparedPictures(gallery, page);
      pictured();
      if (gallery.childNodes.length) document.querySelector("[data-board]").after(gallery);
    }
    show();
    document.addEventListener("view:change", () => pictured());
    document.addEventListener("data:change", () => {
      seen = null;
      entitle();
      show();
    });
  }
}
