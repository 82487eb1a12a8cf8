// Parallel: axes side by side, a line a run; dragging along an axis limits it, and with it the runs table.
// Each axis reaches from 0 to 1: its numbers above, what is no number (None, nothing) at ticks of its own below.
// Gives    runfolio.parallel   the kind of picture "parallel": see pictures.js
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, brush, chart, data, fields, groups, hover, names, numbers, tints, view } = runfolio;

  const MOST = 1000; // lines of a picture
  const FIRST = 6; // params that stand on the axes until somebody chooses
  const STEP = 0.09; // of an axis, between ticks of what is no number
  const TICKS = 14; // px between two ticks
  const NEAR = 12; // px from a line within which it is meant
  const SIDE = 120; // px beside the first and the last axis
  const [ABOVE, BELOW] = [8, 10]; // px

  /** Where values lie on an axis, 0 to 1: {...axisOf, unit(run), from(unit), ticks}. */
  function upright(field, runs) {
    const along = fields.axisOf(field, runs);
    const { numeric, others, scale } = along;
    if (!numeric) {
      const last = others.length - 1;
      const unitAt = (place) => (last > 0 ? 1 - place / last : 0.5);
      return {
        ...along,
        base: 1,
        places: new Map(others.map(({ id }, place) => [id, unitAt(place)])),
        unit: (run) => unitAt(along.place(run)),
        marks: () => others.map(({ id, text }, place) => ({ unit: unitAt(place), word: text || "“”", id })),
      };
    }
    const base = Math.min(0.5, others.length * STEP);
    const places = new Map(others.map(({ id }, place) => [id, base - (place + 1) * STEP]));
    const unitOf = (value) => base + scale.to(value) * (1 - base);
    return {
      ...along,
      base,
      places,
      unitOf,
      from: (unit) => scale.from((unit - base) / (1 - base)),
      unit: (run) => (field.number(run) === null ? places.get(field.other(run).id) : unitOf(field.number(run))),
      marks: (count) => [
        ...along.ticks(count).map(({ value, word }) => ({ unit: unitOf(value), word, value })),
        ...others.map(({ id, text }) => ({ unit: places.get(id), word: text || "“”", id })),
      ],
    };
  }

  function given(card, { axes: chosen, colorField, found, drawnSet }) {
    if (chosen.length < 2) return { empty: "Choose two axes or more in the settings." };
    if (!found.length) return { empty: "No run matches the filter." };
    const axes = chosen.map((field) => upright(field, found));
    const tint = tints.of(colorField ?? chosen.at(-1), card, found);
    const order = [...found].sort((one, two) => Number(drawnSet.has(two)) - Number(drawnSet.has(one)));
    const runs = order.slice(0, MOST);
    const within = new Set(brush.matching(found));
    return { empty: "", card, axes, tint, runs, all: found, within, drawnSet, series: runs.length };
  }

  /** A number in fewer signs, if it is the same one then. */
  const briefly = (mark) =>
    /\d$/.test(mark.word) && numbers.same(Number(mark.value.toPrecision(3)), mark.value) ? { ...mark, word: numbers.power(mark.value) } : mark;

  /**
   * Ticks that do not lie upon each other, as words that fit beside their axis. A number never loses digits that tell
   * it from others: where they have no room, only the ends are said, or none.
   *
   * room   px as far as the next axis
   */
  function ticksOf({ marks }, height, room) {
    const most = Math.max(24, room - 6);
    const fits = ({ word }) => chart.widest([word]) <= most;
    const all = marks(Math.max(2, Math.floor(height / 40)))
      .filter(({ unit }) => unit > -0.001 && unit < 1.001)
      .sort((one, two) => one.unit - two.unit);
    const values = all.filter(({ id }) => id === undefined);
    const brief = values.map((mark) => (fits(mark) ? mark : briefly(mark))).filter(fits);
    const said = brief.length > 1 || values.length < 2 ? brief : [values[0], values.at(-1)].filter(fits);
    const kept = [];
    for (const mark of [...all.filter(({ id }) => id !== undefined), ...said]) {
      if (kept.every(({ unit }) => Math.abs(mark.unit - unit) * height >= TICKS)) kept.push(mark);
    }
    const texts = kept.filter(({ id }) => id !== undefined && id !== "~"); // "(none)" is said whole
    const words = names.apart(texts.map(({ word }) => word), most);
    return kept.map((mark) => ({ ...mark, word: words[texts.indexOf(mark)] ?? mark.word }));
  }

  async function draw({ plot }, what) {
    const { axes, runs, tint, within } = what;
    const colors = chart.palette();
    const size = plot.getBoundingClientRect();
    const height = Math.max(40, Math.floor(size.height) - ABOVE - BELOW);
    const last = axes.length - 1;
    const sides = [0, last].map((number) => ticksOf(axes[number], height, SIDE));
    const [left, right] = sides.map((marks) => Math.ceil(chart.widest(marks.map(({ word }) => word), colors.font)) + 10);
    const padding = { left, right, top: ABOVE, bottom: BELOW };
    const width = Math.max(40, Math.floor(size.width) - padding.left - padding.right);
    const ticks = [sides[0], ...axes.slice(1, last).map((each) => ticksOf(each, height, width / last)), sides[1]];
    const box = { left, top: ABOVE, width, height };
    const x = axis.scale("linear", [0, last]);
    const y = axis.scale("linear", [0, 1]);
    const rows = runs.map((run) => ({
      run,
      color: tint.color(run),
      within: within.has(run),
      units: axes.map((each) => each.unit(run)),
    }));
    // what matters lies on top: first what the brushes leave out, then the others from the worst to the best
    rows.sort((one, two) => Number(one.within) - Number(two.within) || (one.color < two.color ? -1 : 1));
    const labels = (marks, number) => marks.map(({ unit, word }) => ({ x: number, y: unit, label: word }));
    const weight = (row) => (row.within ? (runs.length > 60 ? "thin" : "line") : "dimmed");
    const sets = {
      rules: axes.map((_, number) => ({ x: number, low: 0, high: 1 })),
      lines: rows.flatMap((row, s) =>
        row.units.map((unit, number) => ({ x: number, y: unit, s: String(s), run: row.color, weight: weight(row) })),
      ),
      ticks: ticks.slice(0, last).flatMap(labels),
      ends: labels(ticks[last], last),
    };
    const spec = chart.filled("parallel", sets, { width, height, padding, x, y, colors });
    const drawn = await chart.show(plot, spec);
    const centers = axes.map((_, number) => box.left + x.to(number) * width);
    return { view: drawn, box, x, y: null, rows, centers, points: sets.lines.length, model: modelOf(rows, centers, box, axes) };
  }

  function modelOf(rows, centers, box, axes) {
    const topOf = (unit) => box.top + (1 - unit) * box.height;
    const named = axes.map(({ field }) => field);
    const told = ({ run }) => ({ run, name: data.page.runs[run].label, rows: runfolio.pictures.rowsOf(named, run) });
    const last = ({ units }) => units[units.length - 1];
    const order = () => rows.filter((row) => row.within).sort((one, two) => last(two) - last(one));
    return {
      box,
      stops: () => order().map((row) => ({ x: centers[centers.length - 1], y: topOf(last(row)), near: () => told(row) })),
      nearest(px, py) {
        const step = centers[1] - centers[0];
        const at = Math.min(Math.max((px - centers[0]) / step, 0), centers.length - 1);
        const from = Math.min(Math.floor(at), centers.length - 2);
        let best = null;
        let least = NEAR;
        for (const row of rows) {
          if (!row.within) continue;
          const unit = row.units[from] + (at - from) * (row.units[from + 1] - row.units[from]);
          const away = Math.abs(topOf(unit) - py);
          if (away <= least) [best, least] = [row, away];
        }
        return best && told(best);
      },
      paint(pen, runs, colors) {
        for (const row of rows) {
          if (!runs.includes(row.run)) continue;
          pen.lineJoin = "round";
          for (const [style, width] of [[colors.paper, 6], [colors.text, 2.5]]) {
            pen.strokeStyle = style;
            pen.lineWidth = width;
            pen.beginPath();
            row.units.forEach((unit, number) => pen.lineTo(centers[number], topOf(unit)));
            pen.stroke();
          }
        }
      },
    };
  }

  const goalOf = ({ axes }) => axes[axes.length - 1].field;

  const title = (what) =>
    what.axes ? `${goalOf(what).label} by ${what.axes.slice(0, -1).map(({ field }) => field.label).join(", ")}` : "Parallel axes";

  function footer({ axes, all, runs, within }) {
    const count = axis.countWord;
    const parts = [
      runs.length < all.length ? `${count(runs.length)} of ${count(all.length)} runs` : `${count(runs.length)} runs`,
    ];
    const params = groups.fields(["seeds"]); // those that differ
    const drawn = params.filter((column) => axes.some(({ field }) => column.field === field.word)).length;
    if (drawn >= FIRST && drawn < params.length) {
      parts.push(`${drawn} of ${count(params.length)} params that differ: choose others in the settings`);
    }
    if (brush.any()) parts.push(`${count(within.size)} within the limits`);
    const lacking = axes.filter(({ others }) => others.some(({ id }) => id === "~"));
    if (lacking.length) parts.push(`some lack ${lacking.map(({ field }) => field.label).join(", ")}: at "(none)"`);
    return [...parts, ...axes.map(({ note }) => note).filter(Boolean)].join(" · ");
  }

  function summary(name, what) {
    const { axes, runs, within } = what;
    const parts = [`${name}: ${runs.length} runs as lines over the axes ${axes.map(({ field }) => field.label).join(", ")}`];
    if (brush.any()) parts.push(`${within.size} within the limits: ${brush.words().join(", ")}`);
    return parts.join("; ");
  }

  const table = ({ axes, all, within }) =>
    runfolio.pictures.tableOf(all.filter((run) => within.has(run)), axes.map(({ field }) => field), null);

  function legend(parent, { tint }) {
    const { made } = hover;
    made(parent, "span", "picture-legend__label", tint.field.label);
    runfolio.pictures.colorLegend(parent, tint);
    if (!brush.any()) return;
    made(parent, "span", "picture-legend__limits", brush.words().join(" · "));
    const clear = runfolio.button(parent, "clear limits", () => brush.clear());
    clear.dataset.clearBrush = "";
  }

  /** Change the order of the axes of a card, or take one away. */
  const reorder = ({ card, axes }, edit) => {
    const words = axes.map(({ field }) => field.word);
    edit(words);
    view.choose("axes", words, card.key);
  };

  const heads = (host, what, drawn) => runfolio.heads.show(host, what, drawn, (edit) => reorder(what, edit));

  runfolio.parallel = {
    kind: { name: "parallel", given, draw, footer, summary, table, title, legend, heads, height: () => 300 },
  };
}
