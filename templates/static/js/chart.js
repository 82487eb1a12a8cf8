// Chart: draws lines with Vega, from a spec that the build compiled out of Altair's.
// Reads    runfolio.specs  (specs.<hash>.js), window.vega, runfolio.encode
// Gives    runfolio.chart  draw(plot, lines, options) → what was drawn, and where
// Here are set: size, types and domains of x and y, ticks and their words, colours out of CSS.
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, bindings, grouped, heights, marks, thin } = runfolio;

  const BUDGET = 8000; // marks of a card: what Vega redraws within a fifth of a second
  const FEWEST = 60; // points of a series, however many there are
  const MOST = 1600; // and however few
  const DENSE = 4; // times as many in a card that fills the window
  const LIT = 300; // points of a series that is in a band, for when it is lit
  const LEVELS = 9; // colours from the lowest to the highest of a number, in tokens.css
  const FONT = 11; // px of the words at ticks
  const APART = 6; // px between two words below an axis

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /** A colour at a part (0 to 1) of the way over some. */
  function between(colors, part) {
    const at = Math.min(Math.floor(part * (colors.length - 1)), colors.length - 2);
    const rgb = (hex) => [1, 3, 5].map((sign) => parseInt(hex.slice(sign, sign + 2), 16));
    const [from, to] = [rgb(colors[at]), rgb(colors[at + 1])];
    const mixed = from.map((value, channel) => value + (to[channel] - value) * (part * (colors.length - 1) - at));
    return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
  }

  /** The colours of the page's theme; of lines by number, as runfolio.bindings counts them. */
  function palette() {
    const levels = Array.from({ length: LEVELS }, (_, number) => style(`--level-${number}`));
    return {
      runs: [
        ...Array.from({ length: bindings.OWN }, (_, number) => style(`--run-${number}`)),
        style("--line-context"),
        style("--control"),
        ...Array.from({ length: bindings.STEPS }, (_, step) => between(levels, step / (bindings.STEPS - 1))),
      ],
      levels,
      paper: style("--paper"),
      text: style("--text-muted"),
      grid: style("--hairline"),
      font: getComputedStyle(document.body).fontFamily,
    };
  }

  const measure = document.createElement("canvas").getContext("2d");

  /** Width of the longest of some words as they stand at ticks and at the ends of lines, px. */
  function widest(words, font = getComputedStyle(document.body).fontFamily) {
    measure.font = `${FONT}px ${font}`;
    return Math.max(0, ...words.map((word) => measure.measureText(word).width));
  }

  /** Ticks of x, at most so many, whose words have room: none touches the one before it or leaves the picture at the right. */
  function roomy(ticksOf, count, x, width, right) {
    let free = -Infinity; // px
    let touching = false;
    const clear = ticksOf(count).filter(({ value, word }) => {
      const [at, half] = [x.to(value) * width, widest([word]) / 2];
      const touches = at - half < free;
      const fits = !touches && at + half < width + right;
      touching ||= touches;
      if (fits) free = at + half + APART;
      return fits;
    });
    return touching && x.type === "linear" && count > 2 ? roomy(ticksOf, count - 1, x, width, right) : clear; // without one of many, they would be uneven
  }

  /** The rows of a line in view, and those beside them, so that the line runs on to the edge. */
  function rowsInView(line, [low, high]) {
    const rows = [];
    for (const [first, end] of line.stretches) {
      let from = first;
      while (from < end && line.x[from] < low) from++;
      let to = end - 1;
      while (to >= from && line.x[to] > high) to--;
      if (to < from && (from === first || from === end)) continue; // nothing of it lies in view
      for (let row = Math.max(first, from - 1); row <= Math.min(end - 1, to + 1); row++) rows.push(row);
    }
    return rows;
  }

  function xDomain(lines, zoom) {
    const ends = lines.flatMap(({ x, stretches }) => stretches.flatMap(([first, end]) => [x[first], x[end - 1]]));
    const found = heights.reach((see) => ends.forEach(see)) ?? [0, 1];
    const [low, high] = [zoom?.[0] ?? found[0], zoom?.[1] ?? found[1]];
    return low < high ? [low, high] : [low - 1, high + 1];
  }

  /** The scale of x, and what is to be said of it. Moments lie too close together for a log scale to bend them. */
  function xScale(lines, { axis: kind, xscale = "linear", zoom }) {
    const domain = xDomain(lines, zoom);
    if (xscale === "linear" || kind === "time") {
      return { x: axis.scale("linear", domain), xNotes: xscale === "linear" ? [] : ["wall time has no log scale"] };
    }
    if (xscale === "log" && domain[0] > 0) return { x: axis.scale("log", domain), xNotes: [] };
    let least = Infinity;
    for (const line of lines) for (const value of line.x) if (value && Math.abs(value) < least) least = Math.abs(value);
    const constant = Number.isFinite(least) ? 10 ** Math.floor(Math.log10(least)) : 1; // straight below the first
    const xNotes = xscale === "log" ? ["x at or below 0: symmetric log scale"] : [];
    return { x: axis.scale("symlog", domain, constant), xNotes };
  }

  /** A compiled spec with everything set that depends on data, place and theme. */
  function filled(name, sets, { width, height, padding, x, y, xTicks, yTicks, colors }) {
    const spec = structuredClone(runfolio.specs[name]);
    Object.assign(spec, { width, height, padding });
    for (const data of spec.data) if (data.name in sets) data.values = sets[data.name];
    for (const scale of spec.scales) {
      const own = scale.name === "x" ? x : scale.name === "y" ? y : null;
      if (own) Object.assign(scale, { type: own.type, domain: own.domain });
      if (own?.type === "symlog") scale.constant = own.constant;
      if (own && own.type !== "linear") delete scale.zero;
      if (scale.name === "color") scale.range = [...colors.runs, ...colors.levels];
    }
    const words = (ticks) => Object.fromEntries((ticks ?? []).map(({ value, word }) => [String(value), word]));
    spec.signals = [
      ...(spec.signals ?? []),
      { name: "xWords", value: words(xTicks) },
      { name: "yWords", value: words(yTicks) },
    ];
    for (const each of spec.axes ?? []) {
      const ticks = each.scale === "x" ? xTicks : yTicks;
      if (!ticks) continue;
      each.values = ticks.map((tick) => tick.value);
      delete each.tickCount;
      if (each.labels !== false) {
        each.encode = { labels: { update: { text: { signal: `${each.scale}Words[datum.value]` } } } };
      }
    }
    recipes.set(spec, { name, sets, x, y, colors, width, height });
    for (const { type, encode } of spec.marks) {
      if (type === "text") encode.update.fill = { value: colors.text };
      if (type === "text" && encode.update.stroke) encode.update.stroke = { value: colors.paper };
      if (type === "rule") encode.update.stroke = { value: colors.text };
    }
    Object.assign(spec.config.axis, {
      labelColor: colors.text,
      labelFont: colors.font,
      labelFontSize: FONT,
      gridColor: colors.grid,
      domainColor: colors.grid,
      tickColor: colors.grid,
    });
    spec.config.text = { fill: colors.text, font: colors.font, fontSize: FONT };
    return pruned(spec, sets);
  }

  const recipes = new WeakMap(); // spec → what it was made from
  const holders = new WeakMap(); // element in a plot → {view, recipe}

  /** The charts that a plot shows: {holder: its element, view, recipe: {name of the kind, sets, x, y, colors, …}}. */
  const shown = (plot) => [...plot.querySelectorAll("div")].flatMap((holder) => (holders.has(holder) ? [{ holder, ...holders.get(holder) }] : []));

  /** A spec without the marks that have no data, and without the data that are made for those only. */
  function pruned(spec, sets) {
    const without = new Set(Object.keys(sets).filter((name) => !sets[name].length));
    const lacks = (name) => without.has(name) || without.has(spec.data.find((data) => data.name === name)?.source);
    spec.marks = spec.marks.filter((mark) => !lacks(mark.from?.facet?.data ?? mark.from?.data));
    spec.data = spec.data.filter((data) => !data.source || !without.has(data.source));
    return spec;
  }

  /** Run a spec in an element that takes the place of what the plot showed before. */
  async function show(plot, spec) {
    const { vega } = window;
    const holder = document.createElement("div");
    holder.className = "chart-card__canvas";
    const view = new vega.View(vega.parse(spec, null, { ast: true }), {
      expr: runfolio.encode(),
      renderer: "canvas",
      hover: false,
      logLevel: 1, // errors
    });
    view.tooltip(() => {});
    await view.initialize(holder).runAsync();
    const before = [...plot.childNodes].filter((node) => node.dataset?.overlay === undefined);
    before.forEach((node) => node.remove());
    plot.prepend(holder);
    holders.set(holder, { view, recipe: recipes.get(spec) });
    return view;
  }

  /** What of some lines is in view on x, and which of their points are drawn: the budget is for all together. */
  function framed(lines, options) {
    const { x, xNotes } = xScale(lines, options);
    const more = options.dense ? DENSE : 1;
    const each = marks.banded(lines) ? LIT : Math.floor((BUDGET * more) / Math.max(1, lines.length));
    const budget = Math.min(Math.max(each, FEWEST), MOST * more);
    for (const line of lines) {
      line.rows = rowsInView(line, x.domain);
      const own = line.smoothed ? budget / 2 : budget;
      line.kept = line.group ? grouped.kept(line, own) : thin(line.drawn, line.rows, new Set(line.broken), own);
    }
    return { x, xNotes };
  }

  /**
   * Draw the lines of a card.
   *
   * plot      the element to draw in; its size counts
   * lines     from runfolio.lines.load
   * options   {axis; zoom: [low, high] (null: open) or null; room: px kept free at the right end; dense: whether there
   *           is room for more points; and the options xscale, y, ylim, outliers, normal of the card; frame, among: of
   *           several charts that share x, and the lines whose y they share}
   *
   * What was drawn: {view, box: {left, top, width, height}, x, y, lines, points, total, notes}.
   */
  async function draw(plot, lines, options) {
    const { axis: kind, room = 0, frame = framed(lines, options), among = lines } = options;
    const colors = palette();
    const { x, xNotes } = frame;
    const { domain } = x;
    const { scale: reached, notes, empty } = heights.scaleOf(among, domain, options);
    const size = plot.getBoundingClientRect();
    const [above, below] = [8, 22];
    const height = Math.max(40, Math.floor(size.height) - above - below);
    const y = heights.shelved(reached, heights.shelves(among, domain, reached, options), height);
    const yTicks = empty ? [] : heights.ticks(reached, Math.max(2, Math.floor(size.height / 40)), options);
    const gutter = Math.max(34, Math.ceil(widest(yTicks.map((tick) => tick.word), colors.font)) + 9);
    const padding = { left: gutter, right: 12 + room, top: above, bottom: below };
    const width = Math.max(40, Math.floor(size.width) - padding.left - padding.right);
    const xKind = typeof kind === "number" ? "value" : kind;
    const wide = xKind !== "time" ? 60 : domain[1] - domain[0] < 8000 ? 100 : 80; // px of a word
    const xTicks = roomy((count) => axis.ticks(xKind, x, count), Math.max(2, Math.floor(width / wide)), x, width, padding.right);
    const sets = marks.datasets(lines, x, y, width);
    const view = await show(plot, filled("curves", sets, { width, height, padding, x, y, xTicks, yTicks, colors }));
    return {
      view,
      lines,
      x,
      y,
      axis: kind,
      kind: xKind,
      over: xKind === "value" ? `${runfolio.data.called(kind)} ` : "",
      colors,
      box: { left: padding.left, top: padding.top, width, height },
      points: marks.banded(lines)
        ? sets.series.filter((row) => row.y !== null).length
        : lines.reduce((sum, line) => sum + line.kept.length, 0),
      banded: marks.banded(lines),
      notes: [...xNotes, ...notes, sets.note].filter(Boolean),
    };
  }

  runfolio.chart = { draw, framed, show, shown, filled, palette, style, widest, roomy };
}
