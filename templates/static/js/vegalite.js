// Vega-Lite: a chart as a spec that stands by itself, its data inside.
// Reads    runfolio.vegaLite  the kinds of charts as they were written
// Gives    runfolio.vegalite  json(card) → promise of text
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { bindings, chart, colorNames, data } = runfolio;

  /** Names of what has one key among lines, for a legend: "calm-otter", "run 1, run 11". */
  function labels(lines, keyOf, nameOf, rest = {}) {
    const names = new Map();
    for (const line of lines) {
      const key = keyOf(line);
      if (!names.has(key)) names.set(key, new Set());
      names.get(key).add(nameOf(line));
    }
    return new Map([...names].map(([key, all]) => [key, rest[key] ?? [...all].join(", ")]));
  }

  const AXES = { step: "step", relative: "seconds since the start", process: "seconds without pauses", time: "time", order: "order logged" };

  /** Every encoding of a spec and its layers. */
  function* encodings(spec) {
    if (spec.encoding) yield spec.encoding;
    for (const layer of spec.layer ?? []) yield* encodings(layer);
  }

  function setScale(channel, scale, temporal) {
    channel.scale = { ...channel.scale, type: temporal ? "time" : scale.type, domain: scale.domain };
    if (scale.type === "symlog") channel.scale.constant = scale.constant;
    if (scale.type !== "linear" || temporal) delete channel.scale.zero;
    if (temporal) channel.type = "temporal";
  }

  /** A legend that names keys: the rows say the names from now on, and so do the scales. */
  function rename(spec, sets, field, channelName, names, range, title = null) {
    const many = new Set(names.values()).size > 1;
    for (const rows of Object.values(sets)) {
      for (const row of rows) if (field in row) row[field] = names.get(row[field]) ?? row[field];
    }
    for (const encoding of encodings(spec)) {
      const channel = encoding[channelName];
      if (channel?.field !== field) continue;
      const before = channel.scale.domain;
      const shown = before.filter((key) => names.has(key));
      channel.scale = { ...channel.scale, domain: shown.map((key) => names.get(key)), range: shown.map((key) => range(key, before.indexOf(key), channel)) };
      channel.legend = many ? { title, ...(sets.ends ? { offset: 30 + Math.ceil(chart.widest(sets.ends.map(({ label }) => label))) } : {}), symbolOpacity: 1, symbolSize: channelName === "strokeDash" ? 500 : 100 } : null;
    }
  }

  /** The legend of a picture of whole runs. A front in grey is named where no run is grey. */
  function nameColors(spec, sets, card) {
    const { title, names } = colorNames(card);
    if (sets.front?.length && !names.has("context")) names.set("context", "front");
    rename(spec, sets, "run", "color", names, (_, at, channel) => channel.scale.range[at], title);
  }

  /** Names above parallel axes, as one more layer. */
  function nameAxes(spec, sets, axes) {
    const like = spec.layer.at(-1); // words at the last axis
    sets.heads = axes.map(({ label }, x) => ({ x, y: 1, label }));
    spec.layer.push({ ...structuredClone(like), data: { name: "heads" }, mark: { type: "text", aria: false, baseline: "bottom", dy: -10 } });
  }

  function filled(spec, { sets: given, x, y, colors, width, height }, card) {
    const { lines = [], kind } = card.drawn;
    const named = card.picture?.name === "scatter" ? card.picture.axes : []; // what its axes are
    const sets = structuredClone(Object.fromEntries(Object.entries(given).filter(([, rows]) => Array.isArray(rows))));
    const { text, grid, font, paper } = { ...colors, paper: chart.style("--paper") };
    const single = lines.every((line) => !line.byRun); // colours tell metrics
    const metricOf = (line) => data.page.metrics[line.metric].name;
    for (const { color } of encodings(spec)) {
      if (color?.scale?.domain) color.scale.range = [...colors.runs, ...colors.levels].slice(0, color.scale.domain.length);
    }
    const told = lines.length ? bindings.colors(card.state, lines) : null;
    const valueOf = (line) => told.entries.find(({ color }) => color === line.color)?.word ?? line.name;
    const nameOf = told ? valueOf : single ? metricOf : (line) => line.name;
    const runs = labels(lines, (line) => line.key, nameOf, { context: "other runs" });
    if (lines.length) rename(spec, sets, "run", "color", runs, (_, at) => colors.runs[at]);
    if (["scatter", "parallel"].includes(card.picture?.name)) nameColors(spec, sets, card);
    if (card.picture?.name === "parallel") nameAxes(spec, sets, card.picture.axes);
    const strokes = labels(lines, (line) => line.stroke, metricOf);
    if (lines.length && !single) rename(spec, sets, "split", "strokeDash", strokes, (_, at, channel) => channel.scale.range[at]);
    for (const encoding of encodings(spec)) {
      if (encoding.x?.scale && x?.domain) setScale(encoding.x, x, kind === "time" || named[0]?.kind === "time");
      if (encoding.x?.axis) encoding.x.axis.title = AXES[kind] ?? named[0]?.label ?? (card.drawn.over?.trim() || null);
      if (encoding.y?.axis && named[1]) encoding.y.axis.title = named[1].label;
      if (encoding.y?.scale && y?.domain && y.type !== "band") setScale(encoding.y, y, named[1]?.kind === "time");
      else if (encoding.y?.scale && y?.domain) encoding.y.scale.domain = y.domain;
    }
    const full = (spec.layer ?? []).filter((layer) => sets[(layer.data ?? spec.data).name]?.length); // no data, no legend
    const layers = spec.layer ? { layer: full.length ? full : spec.layer } : {};
    const axis = { labelColor: text, titleColor: text, labelFont: font, titleFont: font, gridColor: grid, domainColor: grid, tickColor: grid };
    const config = { ...spec.config, axis: { ...spec.config?.axis, ...axis }, text: { color: text, font } };
    const legendLook = { labelColor: text, labelFont: font, titleColor: text, titleFont: font };
    delete spec.autosize;
    return {
      ...spec,
      ...layers,
      title: { text: card.title.textContent, anchor: "start", color: text, font, ...(sets.heads ? { offset: 26 } : {}) },
      ...{ width, height, padding: 12, background: paper, datasets: sets },
      config: { ...config, legend: { ...config.legend, ...legendLook } },
    };
  }

  /** The panels of a card side by side: each has datasets of its own. */
  function sideBySide(specs, { title, panels }) {
    const [{ background, padding, config, $schema }] = specs;
    const datasets = {};
    const concat = specs.map((spec, number) => {
      const own = (name) => `${name}${number}`;
      for (const [name, rows] of Object.entries(spec.datasets)) datasets[own(name)] = rows;
      const layer = spec.layer.map((each) => ({ ...each, data: { name: own((each.data ?? spec.data).name) } }));
      return { title: panels.made[number].title.textContent, width: spec.width, height: spec.height, layer };
    });
    return { $schema, title: title.textContent, background, padding, config, columns: 3, concat, datasets };
  }

  async function json(card) {
    const all = runfolio.vegaLite;
    const made = chart.shown(card.plot).map(({ recipe }) => filled(structuredClone(all[recipe.name]), recipe, card));
    return `${JSON.stringify(made.length > 1 ? sideBySide(made, card) : made[0], null, 1)}\n`;
  }

  runfolio.vegalite = { json };
}
