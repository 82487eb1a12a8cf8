// Bars: a field of runs, or of groups of runs, as bars from zero, the longest way to say a number. Also what a card
// draws by itself when its metrics have one point in every run.
// Gives    runfolio.bars  height(lines), draw(plot, lines, best), footer, summary: of series, as those of notes
//          and the kind of picture "bars": see pictures.js
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, bindings, chart, data, fields, grouped, groupColors, groups, hover, legend, lines, notes, numbers, view } = runfolio;
  const { made } = hover;

  const ROW = 24; // px
  const TALL = 64; // px at most, where there is room for more
  const NAMES = 0.4; // of a card, at most
  const NUMBERS = 0.33; // of a card; where they take more they are said without their spreads
  const GAPS = [16, 12]; // px around names, and around numbers
  const EDGES = 30; // px above and below all rows
  const MOST = 40; // bars of a card
  const FAINT = 0.6; // of all but the best

  const lastOf = ({ logged: { values } }) => values[values.length - 1];

  /** "80 bars", or, of more than are drawn, which ones are: "40 of 80 bars: the best". */
  const amount = (shown, { bars, first }, word = "bar") => {
    const cut = shown < bars.length;
    return `${cut ? `${shown} of ` : ""}${axis.plural(bars.length, word)}${cut ? `: the ${first}` : ""}`;
  };

  /** Bars in the order of the first goal, else the largest first; what those are that stand first, where goals may differ; the best one's number, or -1. */
  function sorted(bars, [goal, ...others], isBest) {
    const rank = ({ value }) => (Number.isFinite(value) ? (goal === "min" ? value : -value) : Infinity);
    const order = [...bars].sort((one, other) => rank(one) - rank(other) || 0);
    const first = goal && others.every((other) => other === goal) ? "best" : goal === "min" ? "lowest" : "highest";
    return { bars: order, first, best: goal && order.length > 1 ? order.findIndex(isBest) : -1 };
  }

  /** What a group's bar says beside its value: its band, and how many runs it is of. */
  function bandOf(line) {
    if (!line.group) return {};
    const [low, high, n] = [line.logged.low, line.logged.high, line.logged.n].map((values) => values[values.length - 1]);
    return { low, high, n, deviation: line.band === "std" ? high - lastOf(line) : 0 };
  }

  /** `best` is the run that is, by the metric that the card goes by: lines.bestOf. */
  function ofLines(lines, best) {
    const goals = lines.map(({ metric }) => data.page.metrics[metric].goal);
    const isBest = ({ line }) => line.run === best?.run && line.metric === best.metric;
    return sorted(
      lines.map((line) => ({
        run: line.group ? null : line.run,
        runs: line.runs,
        color: line.key,
        what: data.called(line.metric),
        label: hover.nameOf(line, lines),
        value: lastOf(line),
        line,
        ...bandOf(line),
      })),
      goals,
      isBest,
    );
  }

  /** What stands below bars of series, with names clipped as by `called`. */
  function footerOf(some, all, drawn, card, called) {
    const parts = [amount(drawn.bars.length, drawn.what)];
    if (some[0].group) parts.unshift(notes.groupWords(some), grouped.told(some, "bar", "whisker"));
    if (some.length < all) parts.push(`${all - some.length} switched off`);
    return [...parts, ...notes.optionWords(some, card, called), ...notes.faults(some, [null, null], false, called)].join(" · ");
  }

  /** For those who hear the page: how many bars of what, the best one, and the first as they stand. */
  function summaryOf(title, some, best, { bars, words, what }) {
    const whole = some[0].group ? notes.groupWords(some) : axis.plural(new Set(some.map(({ run }) => run)).size, "run");
    const parts = [`${title}: ${axis.plural(some.length, "bar")} of ${whole}`];
    if (some[0].group) parts.push(grouped.told(some, "bar", "whisker"));
    if (best) parts.push(notes.bestWords(best));
    const more = what.bars.length - 3;
    return [...parts, ...bars.slice(0, 3).map(({ label }, at) => `${label} ${words[at]}`), ...(more > 0 ? [`${more} more in the table`] : [])].join("; ");
  }

  const heightOf = (count) => Math.min(count, MOST) * ROW + EDGES;

  /** How many bars a card has room for; one alone in a frame is as high as that, and no more. */
  function roomOf(plot, { height }) {
    const isAlone = document.documentElement.dataset.embed !== undefined && plot.offsetParent;
    return isAlone ? Math.min(MOST, Math.max(1, Math.floor((height - EDGES) / ROW))) : MOST;
  }

  /** Draw bars {run, color, label, value, low, high, deviation, n}: what was drawn, as chart.draw says it. */
  async function drawBars(plot, what, field = null) {
    const { bars } = what;
    const colors = chart.palette();
    const size = plot.getBoundingClientRect();
    const shown = bars.slice(0, roomOf(plot, size));
    const best = what.best < shown.length ? what.best : -1;
    const values = shown.map(({ value }) => value);
    const spreads = shown.flatMap(({ low, high }, s) => (low < high ? [{ s, low, high }] : []));
    const finite = [...values, ...spreads.flatMap(({ low, high }) => [low, high])].filter(Number.isFinite);
    const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
    const [words, brief] = [false, true].map((how) => wordsOf(bars, field, how).slice(0, shown.length));
    const names = runfolio.names.apart(shown.map(({ label }) => label), size.width * NAMES);
    const isWide = chart.widest(words, colors.font) > size.width * NUMBERS;
    const said = isWide ? brief : words; // whole where the pointer is, and in the table
    const [left, right] = [names, said].map((all, side) => Math.ceil(chart.widest(all, colors.font)) + GAPS[side]);
    const padding = { left, right, top: 4, bottom: 22 };
    const width = Math.max(40, Math.floor(size.width) - left - right);
    const each = Math.max(ROW, Math.min(TALL, Math.floor((size.height - EDGES) / shown.length)));
    const box = { left, top: padding.top, width, height: shown.length * each };
    const x = axis.scale("linear", low < high ? [low, high] : [0, 1]);
    const rows = shown.map(({ color, value, low, high }, s) => {
      const y = Number.isFinite(value) ? value : 0;
      const edge = Math.max(0, y, low < high ? high : y); // numbers of bars below zero stand at its right, outside of them
      return { s, y, run: String(color), opacity: best < 0 || s === best ? 0.9 : FAINT, label: names[s], text: said[s], edge };
    });
    const spec = chart.filled(
      "bars",
      { bars: rows, spreads },
      {
        width,
        height: box.height,
        padding,
        x,
        y: { type: "band", domain: rows.map((row) => row.s) },
        xTicks: axis.ticks(field?.kind === "duration" ? "relative" : "value", x, Math.max(2, Math.floor(width / 80))),
        colors,
      },
    );
    const drawn = await chart.show(plot, spec);
    const lines = shown.map(({ line }) => line).filter(Boolean);
    const model = modelOf(shown, words, box, x);
    return { view: drawn, what, lines, bars: shown, words, x, y: null, box, points: shown.length, banded: false, notes: [], colors, model };
  }

  /** What lies under the pointer: pointing.js. */
  function modelOf(bars, words, box, x) {
    const each = box.height / bars.length;
    const ends = ({ value }) => [0, Number.isFinite(value) ? value : 0].map((end) => box.left + x.to(end) * box.width);
    const told = ({ run, runs, label, what }, at) => ({ run, runs, name: label, rows: [[what, words[at]]] });
    return {
      box,
      nearest(px, py) {
        const at = Math.floor((py - box.top) / each);
        return at < 0 || at >= bars.length ? null : told(bars[at], at);
      },
      stops: () => bars.map((bar, at) => ({ x: Math.max(...ends(bar)), y: box.top + (at + 0.5) * each, near: () => told(bar, at) })),
      paint(pen, lit, colors) {
        bars.forEach((bar, at) => {
          if (!bar.runs.some((run) => lit.includes(run))) return;
          pen.strokeStyle = colors.text;
          const [from, to] = ends(bar);
          pen.strokeRect(Math.min(from, to), box.top + at * each + 3, Math.abs(to - from), each - 6);
        });
      },
    };
  }

  /**
   * Values of bars; of groups also n and, unless `brief`, how far their runs lie apart, in the decimals that the value has or,
   * where these are its own, in as many of them as give four digits.
   */
  function wordsOf(bars, field, brief = false) {
    const isTime = field?.kind === "duration";
    const values = bars.flatMap(({ value, deviation }) => (deviation > 0 ? [value, deviation] : [value]));
    const words = new Map((isTime ? values.map(axis.durationWord) : axis.alignedWords(values)).map((word, at) => [values[at], word]));
    const decimals = (word) => (/^−?\d+(\.\d+)?$/.test(word) ? (word.split(".")[1]?.length ?? 0) : undefined);
    const shared = Math.min(...[...words.values()].flatMap((word) => decimals(word) ?? []));
    const near = (word, value) => {
      if (isTime) return axis.durationWord(value);
      const own = decimals(word);
      const digits = 3 - Math.floor(Math.log10(Math.abs(value)));
      return numbers.distance(value, own === undefined ? own : Math.max(shared, Math.min(own, digits)));
    };
    return bars.map(({ value, deviation, low, high, n }) => {
      const word = words.get(value);
      if (n === undefined) return word;
      const edges = () => (low < high ? ` [${near(word, low)} – ${near(word, high)}]` : "");
      return `${word}${brief ? "" : deviation > 0 ? ` ± ${near(word, deviation)}` : edges()} (${n})`;
    });
  }

  // ---- bars of a chosen field

  function spreadOf(values) {
    const { n, mean, std } = runfolio.rowGroups.spread(values);
    const deviation = n > 1 ? std : 0;
    return { value: mean, low: mean - deviation, high: mean + deviation, deviation, n };
  }

  /** Runs drawn, or their groups, as bars of each field. */
  function given(card, { axes, drawn }) {
    const chosen = axes.filter((field) => field.numeric && field.kind !== "time");
    const group = view.option("group", card);
    const isGrouped = groups.active(group);
    const several = chosen.length > 1;
    const bars = [];
    let missing = 0;
    const unitsOf = (runs) => (isGrouped ? groups.of(runs, group) : runs.map((run) => ({ runs: [run] })));
    const units = unitsOf(drawn).map((unit) => ({ ...unit, run: unit.runs[0] }));
    const colors = view.option("color", card).includes(":") ? bindings.colors(card, units) : null;
    const tinted = (color, unit) =>
      colors ? String(colors.color(unit)) : units.length > lines.TOO_MANY ? "context" : String(color()); // as the curves of so many
    for (const field of chosen) {
      const own = (name) => (several ? `${name} · ${field.label}` : name);
      const having = drawn.filter((run) => field.number(run) !== null);
      missing += drawn.length - having.length;
      if (!isGrouped) {
        for (const run of having) {
          const { label, color } = data.page.runs[run];
          bars.push({ run, runs: [run], color: tinted(() => color, { runs: [run] }), label: own(label), field, what: field.label, value: field.number(run) });
        }
      } else {
        const found = unitsOf(having);
        const names = groups.names(found);
        for (const { key, runs, label } of found) {
          const color = tinted(() => groupColors.of({ key }, group), { runs });
          bars.push({ run: null, runs, color, label: own(names.get(key)), whole: own(label), field, what: field.label, ...spreadOf(runs.map(field.number)) });
        }
      }
    }
    const empty = !chosen.length
      ? "Choose a number for the bars in the settings."
      : !drawn.length
        ? "No run is drawn: tick some in the table."
        : bars.length
          ? ""
          : "None of the runs drawn has a value here.";
    const order = sorted(bars, chosen.map(({ goal }) => goal), ({ field }) => field === chosen[0]);
    return { empty, ...order, keys: colors ? legend.keys(card, units, true) : [], fields: chosen, grouped: isGrouped, missing, series: bars.length };
  }

  const draw = (host, what) => drawBars(host.plot, what, what.fields[0]);

  const labelOf = ({ fields: chosen }) => chosen.map((field) => field.label).join(", ");

  function footer(what, drawn) {
    const parts = [amount(drawn.bars.length, what, what.grouped && what.fields.length === 1 ? "group" : "bar")];
    if (what.grouped) parts.push("mean ± standard deviation (runs)");
    if (what.missing) parts.push(`${what.missing} drawn ${what.missing === 1 ? "run has" : "runs have"} no value`);
    return parts.join(" · ");
  }

  function summary(title, what) {
    const words = wordsOf(what.bars, what.fields[0]);
    const named = what.bars.slice(0, 3).map(({ label }, at) => `${label} ${words[at]}`);
    return [`${title}: bars of ${labelOf(what)}`, ...named].join("; ");
  }

  function table(what) {
    const words = wordsOf(what.bars, what.fields[0]);
    const element = made(null, "table");
    const head = made(made(element, "thead"), "tr");
    for (const word of [what.grouped ? "group" : "run", labelOf(what)]) made(head, "th", "", word).scope = "col";
    const body = made(element, "tbody");
    what.bars.forEach(({ label }, at) => {
      const row = made(body, "tr");
      made(row, "th", "", label).scope = "row";
      made(row, "td", "", words[at]);
    });
    return element;
  }

  runfolio.bars = {
    height: (lines) => heightOf(lines.length),
    draw: (plot, lines, best) => drawBars(plot, ofLines(lines, best)),
    footer: footerOf,
    summary: summaryOf,
    kind: { name: "bars", given, draw, footer, summary, table, title: labelOf, legend: (parent, { keys }) => parent.append(...keys), height: ({ bars }) => heightOf(bars.length) },
  };
}
