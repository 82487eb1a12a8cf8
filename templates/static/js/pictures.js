// Pictures: cards that draw whole runs in place of curves. Each kind is a file of one shape:
//     given(card, {axes, colorField, found, listed, drawn, drawnSet}) → what is drawn, or {empty: why nothing is}
//     draw(host, what) → {view, points, model}    title(what), height(what), footer(what, drawn), summary(title, what)
//     table(what) → an element                    legend(parent, what), heads(host, what, drawn): where a kind has them
// Gives    runfolio.pictures
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { brush, data, fields, hover, kinds, later, legend, parallel, pointing, scatter, view } = runfolio;
  const { made } = hover;

  const ROWS = 300; // of a table
  const LEVELS = 9; // colours of a scale
  const SHORT = 26; // letters of a value that is not cut

  const drawers = new Map([scatter.kind, parallel.kind].map((kind) => [kind.name, kind]));

  /** The data of the columns that a picture and its tooltips show; large pages load them when they are asked for. */
  function loaded(card, kind) {
    const { columns, groups } = runfolio;
    const words = view.option("axes", card);
    const fieldWords = [...(words.length ? words : fields.defaults(kind.name, card)), view.option("color", card), ...brush.fields()];
    const grouped = groups.fields(view.option("group", card));
    const params = columns.columns.filter(({ group, hidden }) => group === "param" && !hidden);
    return columns.ready([...new Set([...fieldWords.map(columns.field).filter(Boolean), ...params, ...grouped])]);
  }

  /** Put a picture into a card, or say why there is none. */
  async function draw(host, late) {
    const card = host.state;
    const kind = drawers.get(kinds.of(card)) ?? (await later("bars")).bars.kind;
    await loaded(card, kind);
    if (late()) return;
    furnish(host, card, kind);
    const runs = kinds.found();
    const drawnSet = view.state.runs;
    const words = view.option("axes", card);
    const chosen = words.length ? words : fields.defaults(kind.name, card);
    const axes = chosen.map(fields.of);
    const color = view.option("color", card);
    const what = axes.includes(null)
      ? { empty: `This page has no runs with ${chosen.filter((_, at) => axes[at] === null).join(", ")}.` }
      : kind.given(card, {
          axes,
          colorField: color.includes(":") ? fields.of(color) : null,
          found: runs,
          listed: brush.matching(runs),
          drawn: runfolio.columns.order.filter((run) => drawnSet.has(run)),
          drawnSet,
        });
    const { figure, plot, title, footer } = host;
    if (card.base === null) title.textContent = what.empty ? (title.textContent || "New card") : kind.title(what);
    figure.dataset.kind = kind.name;
    figure.dataset.empty = String(Boolean(what.empty));
    plot.style.height = what.empty ? "" : `${kind.height(what)}px`;
    host.over.update(null);
    const drawn = what.empty ? null : await kind.draw(host, what);
    if (late()) return drawn?.view.finalize();
    host.drawn?.view.finalize();
    host.drawn = drawn;
    host.picture = { name: kind.name, axes, what }; // for files of it
    host.pointer.update(drawn?.model ?? null);
    host.renew(() => {
      host.legend.replaceChildren();
      if (drawn) kind.legend?.(host.legend, what);
      host.legend.hidden = !host.legend.childNodes.length;
    });
    if (drawn) {
      kind.heads?.(host, what, drawn);
      host.tableOf = () => kind.table(what);
      host.fillTable();
    } else empty(host, what.empty);
    host.heads.hidden = !drawn || !kind.heads;
    footer.title = "";
    footer.textContent = drawn ? kind.footer(what, drawn) : "";
    host.describe(drawn ? kind.summary(title.textContent, what) : `${title.textContent}: nothing drawn`);
    figure.dataset.series = drawn ? what.series : 0;
    figure.dataset.points = drawn ? drawn.points : 0;
    figure.dataset.theme = getComputedStyle(document.documentElement).colorScheme;
    figure.dataset.turn = host.turn;
    figure.dataset.drawn = "true";
  }

  /** The parts of a card that only pictures have; those that only curves have are put away. */
  function furnish(host, card, kind) {
    if (!host.heads) {
      host.heads = made(null, "div", "picture-heads");
      host.plot.before(host.heads);
      host.pointer = pointing.attach(host.plot);
    }
    if (host.heads.dataset.kind !== kind.name) {
      host.heads.replaceChildren();
      host.under.textContent = host.under.title = "";
      host.zones?.remove();
      delete host.heads.dataset.axes;
      host.heads.dataset.kind = kind.name;
    }
    host.bars?.update(null);
    host.chips.hidden = true;
    host.add.hidden = true;
    host.unzoom.hidden = true;
  }

  /** A card that was a picture is one of curves again. */
  function leave(host) {
    if (!host.heads) return;
    for (const element of [host.heads, host.pointer]) element.remove();
    host.heads = host.pointer = host.picture = null;
    host.add.hidden = false;
    host.plot.style.height = "";
  }

  function empty(host, text) {
    [...host.plot.childNodes].filter((node) => node.dataset?.overlay === undefined).forEach((node) => node.remove());
    host.plot.prepend(made(null, "p", "chart-card__empty", text));
    host.heads.replaceChildren();
    host.under.replaceChildren();
    delete host.heads.dataset.axes;
    host.tableOf = null;
    host.fillTable();
  }

  /** What a run is, in rows for a tooltip: some fields first, then the params in which runs differ; long values told from other runs'. */
  function rowsOf(first, run) {
    const { columns, groups } = runfolio;
    const shown = new Set(first.map(({ word }) => word));
    const params = columns.columns.flatMap(({ field, group, hidden }) => {
      const param = group === "param" && !hidden && !shown.has(field) ? fields.of(field) : null;
      return param ? [param] : [];
    });
    return [...new Map(first.map((field) => [field.word, field])).values(), ...params].map((field) => {
      const text = field.text(run);
      return [field.label, text.length > SHORT ? groups.brief(columns.field(field.word), run) : text];
    });
  }

  /** Runs and their fields as a table; `more` is a last column {word, text(run)}, or null. */
  function tableOf(runs, columns, more) {
    const element = made(null, "table");
    const head = made(made(element, "thead"), "tr");
    const words = ["run", ...columns.map(({ label }) => label), ...(more ? [more.word] : [])];
    for (const word of words) made(head, "th", "", word).scope = "col";
    const body = made(element, "tbody");
    for (const run of runs.slice(0, ROWS)) {
      const row = made(body, "tr");
      const name = made(row, "th");
      name.scope = "row";
      const link = made(name, "a", "", data.page.runs[run].label);
      link.href = data.page.runs[run].href;
      for (const field of columns) made(row, "td", "", field.text(run));
      if (more) made(row, "td", "", more.text(run));
    }
    if (runs.length > ROWS) made(made(body, "tr"), "td", "", `${runs.length - ROWS} more in the runs table`).colSpan = words.length;
    return element;
  }

  /** Which colour says what: a scale between two numbers, and a swatch for each of what has a colour of its own. */
  function colorLegend(parent, { field: { goal }, entries, ramp }) {
    if (ramp) {
      made(parent, "span", "", ramp.words[0]);
      const strip = made(parent, "span", "picture-legend__strip");
      strip.setAttribute("aria-hidden", "true");
      for (let step = 0; step < LEVELS; step++) made(strip, "span").dataset.level = goal === "min" ? LEVELS - 1 - step : step;
      made(parent, "span", "", ramp.words[1]);
      const best = goal && (goal === "min" ? "lower is better" : "higher is better");
      const words = [best, ramp.log ? "log" : ""].filter(Boolean).join(", ");
      if (words) made(parent, "span", "picture-legend__note", words);
    }
    for (const { color, word, whole = word } of entries) {
      const entry = made(parent, "span", "picture-legend__entry");
      entry.append(legend.swatch(color));
      made(entry, "bdi", "", word || "“”").title = whole;
    }
  }

  runfolio.pictures = { draw, leave, rowsOf, tableOf, colorLegend };
}
