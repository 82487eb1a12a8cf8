// Scatter: a dot a run, at two of its fields; where both have a goal, the front of the runs that none is better than.
// Gives    runfolio.scatter   the kind of picture "scatter": see pictures.js; front(dots, goals), spreadOut(dots, …)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, chart, data, fields, groupColors, hover, kinds, names, view } = runfolio;
  const { made } = hover;

  const MOST = 5000; // dots of a picture
  const DOT = 40; // px² of a dot
  const DRAWN = 72; // and of a run that is drawn
  const WIDTH = 9; // px of a dot, where they stand side by side
  const NEAR = 18; // px from a dot within which it is meant
  const LONGEST = 110; // px of a category's name beside the plot
  const [ABOVE, BELOW] = [10, 22]; // px of the plot's edges

  /** The dots that no other is better than in both; from the worst x to the best, equals together. */
  function front(dots, [xGoal, yGoal]) {
    const [xSign, ySign] = [xGoal, yGoal].map((goal) => (goal === "max" ? 1 : -1));
    const order = [...dots].sort((one, two) => xSign * (two.x - one.x) || ySign * (two.y - one.y));
    const found = [];
    for (const dot of order) {
      const last = found[found.length - 1];
      const better = !last || ySign * dot.y > ySign * last.y;
      if (better || (dot.x === last.x && dot.y === last.y)) found.push(dot);
    }
    return found.reverse();
  }

  /**
   * Dots of one band side by side: each as near to the middle as no other dot is in its way.
   *
   * dots   [{along, across}, …] in px; `across` is set to how far from the middle each stands
   * room   px on either side of the middle
   */
  function spreadOut(dots, room) {
    const order = [...dots].sort((one, two) => one.along - two.along);
    const steps = [0];
    for (let far = WIDTH; far <= room; far += WIDTH) steps.push(far, -far);
    let first = 0;
    order.forEach((dot, at) => {
      while (order[first].along < dot.along - WIDTH) first++;
      const near = order.slice(first, at);
      const free = (across) =>
        near.every((other) => Math.hypot(other.across - across, other.along - dot.along) >= WIDTH - 0.01);
      dot.across = steps.find(free) ?? 0;
    });
  }

  function given(card, { axes: [xField, yField, third], colorField, found, listed, drawnSet }) {
    if (!xField || !yField) return { empty: "Choose what x and y are in the settings." };
    const color = third ?? colorField;
    const asked = kinds.scales(card);
    const [x, y, tint] = [xField, yField, color].map((field, at) => field && fields.axisOf(field, found, asked[at])); // limits move no axis
    const all = listed.flatMap((run) => {
      const [left, top] = [x.place(run), y.place(run)];
      return left === null || top === null ? [] : [{ run, x: left, y: top }];
    });
    const dots = all.slice(0, MOST);
    const goals = [xField.goal, yField.goal];
    const best = goals.every(Boolean) && xField.word !== yField.word ? front(all, goals) : [];
    const empty = !listed.length
      ? "No run matches the filter and the limits."
      : dots.length
        ? ""
        : `No run has both ${xField.label} and ${yField.label}.`;
    return { empty, x, y, tint, dots, all, best, found, listed, drawnSet, group: view.option("group", card), series: dots.length };
  }

  /** Where each dot stands; those of one category side by side. */
  function placed({ dots, x, y }, box) {
    const at = dots.map((dot) => ({ ...dot }));
    const band = x.numeric ? (y.numeric ? null : y) : x;
    if (!band) return at;
    const onX = band === x;
    const length = onX ? box.width : box.height;
    const across = onX ? "x" : "y";
    const size = length / band.others.length; // px of a band
    const groups = new Map();
    for (const dot of at) {
      if (!groups.has(dot[across])) groups.set(dot[across], []);
      const along = onX ? y.scale.to(dot.y) * box.height : x.scale.to(dot.x) * box.width;
      const entry = { dot, along, across: 0 };
      groups.get(dot[across]).push(entry);
    }
    for (const entries of groups.values()) {
      spreadOut(entries, size * 0.42);
      for (const entry of entries) entry.dot[across] += entry.across / size;
    }
    return at;
  }

  async function draw({ plot }, what) {
    const { x, y, tint, best, drawnSet, group } = what;
    const colors = chart.palette();
    const size = plot.getBoundingClientRect();
    const height = Math.max(40, Math.floor(size.height) - ABOVE - BELOW);
    const fitted = (ticks, room) => {
      const words = names.apart(ticks.map(({ word }) => word), room);
      return ticks.map(({ value }, at) => ({ value, word: words[at] }));
    };
    const yTicks = fitted(y.ticks(Math.max(2, Math.floor(height / 40))), LONGEST);
    const padding = {
      left: Math.max(34, Math.ceil(chart.widest(yTicks.map((tick) => tick.word), colors.font)) + 9),
      right: 14,
      top: ABOVE,
      bottom: BELOW,
    };
    const width = Math.max(40, Math.floor(size.width) - padding.left - padding.right);
    const room = x.numeric ? Infinity : width / x.others.length - 6;
    const wide = x.field.kind === "time" ? 120 : 60; // px of a word
    const xTicks = chart.roomy((count) => fitted(x.ticks(count), room), Math.max(2, Math.floor(width / wide)), x.scale, width, padding.right);
    const box = { left: padding.left, top: padding.top, width, height };
    const ahead = new Set(best.map(({ run }) => run));
    const colorOf = (run) =>
      tint ? fields.levelOf(tint, run) : drawnSet.has(run) ? String(groupColors.ofRun(run, group)) : "context";
    const rows = placed(what, box).map((dot) => ({
      ...dot,
      color: colorOf(dot.run),
      size: drawnSet.has(dot.run) ? DRAWN : DOT,
      opacity: ahead.size && !ahead.has(dot.run) ? 0.35 : tint || drawnSet.has(dot.run) ? 0.95 : 0.75,
    }));
    rows.sort((one, two) => Number(drawnSet.has(one.run)) - Number(drawnSet.has(two.run)));
    const sets = {
      dots: rows.map((row) => ({ x: row.x, y: row.y, run: row.color, size: row.size, opacity: row.opacity })),
      front: best.length > 1 ? best.map((dot) => ({ x: dot.x, y: dot.y, run: "context" })) : [],
    };
    const spec = chart.filled("scatter", sets, { width, height, padding, x: x.scale, y: y.scale, xTicks, yTicks, colors });
    const shown = await chart.show(plot, spec);
    const pixels = rows.map((row) => ({
      ...row,
      left: box.left + x.scale.to(row.x) * width,
      top: box.top + (1 - y.scale.to(row.y)) * height,
    }));
    return { view: shown, box, x: x.scale, y: null, rows, points: sets.dots.length + sets.front.length, model: modelOf(pixels, box, what) };
  }

  function modelOf(pixels, box, what) {
    const named = [what.x, what.y, what.tint].filter(Boolean).map((each) => each.field);
    const told = ({ run }) => ({ run, name: data.page.runs[run].label, rows: runfolio.pictures.rowsOf(named, run) });
    const order = () => [...pixels].sort((one, two) => one.left - two.left || one.top - two.top);
    return {
      box,
      stops: () => order().map((dot) => ({ x: dot.left, y: dot.top, near: () => told(dot) })),
      nearest(px, py) {
        let best = null;
        let least = NEAR;
        for (const dot of pixels) {
          const away = Math.hypot(dot.left - px, dot.top - py);
          if (away <= least) [best, least] = [dot, away];
        }
        return best && told(best);
      },
      paint(pen, runs, colors) {
        for (const dot of pixels) {
          if (!runs.includes(dot.run)) continue;
          pen.beginPath();
          pen.arc(dot.left, dot.top, Math.sqrt(dot.size / Math.PI) + 3, 0, 7);
          pen.strokeStyle = colors.text;
          pen.lineWidth = 1.5;
          pen.stroke();
        }
      },
    };
  }

  const title = ({ x, y }) => (x && y ? `${y.field.label} by ${x.field.label}` : "Scatter");

  function footer({ x, y, tint, all, dots, best, found, listed }) {
    const lacking = listed.length - all.length;
    const outside = found.length - listed.length;
    const parts = [
      `${dots.length < all.length ? "the first " : ""}${axis.countWord(dots.length)} of ${axis.countWord(found.length)} runs`,
    ];
    if (outside) parts.push(`${axis.countWord(outside)} outside of the limits`);
    if (lacking) parts.push(`${axis.countWord(lacking)} without ${x.field.label} or ${y.field.label}`);
    if (best.length) parts.push(`front: ${axis.countWord(best.length)} that no run is better than in both`);
    return [...parts, ...[x, y, tint].map((each) => each?.note).filter(Boolean)].join(" · ");
  }

  function summary(name, { x, y, tint, dots, best }) {
    const parts = [`${name}: ${dots.length} runs as dots, ${x.field.label} to the right, ${y.field.label} upwards`];
    if (tint) parts.push(`colour by ${tint.field.label}`);
    const { goal } = y.field;
    if (goal && y.numeric && dots.length) {
      const top = dots.reduce((one, two) => ((goal === "max") === two.y > one.y && two.y !== one.y ? two : one));
      const words = `${y.field.label} ${y.field.text(top.run)} at ${x.field.label} ${x.field.text(top.run)}`;
      parts.push(`best: ${data.page.runs[top.run].label}, ${words}`);
    }
    if (best.length) parts.push(`front: ${best.slice(0, 5).map(({ run }) => data.page.runs[run].label).join(", ")}`);
    return parts.join("; ");
  }

  function table({ x, y, tint, all, best }) {
    const columns = [x, y, tint].filter(Boolean).map((each) => each.field);
    const ahead = new Set(best.map(({ run }) => run));
    const marks = best.length ? { word: "front", text: (run) => (ahead.has(run) ? "yes" : "") } : null;
    return runfolio.pictures.tableOf(all.map(({ run }) => run), columns, marks);
  }

  function legend(parent, { tint }) {
    if (!tint) return;
    made(parent, "span", "picture-legend__label", tint.field.label);
    runfolio.pictures.colorLegend(parent, tint);
  }

  /** Titles of both axes, above the plot and below its right end. */
  function heads(host, { x, y }) {
    host.heads.replaceChildren(made(null, "bdi", "picture-heads__y", y.field.label));
    host.under.textContent = host.under.title = x.field.label;
  }

  runfolio.scatter = {
    kind: { name: "scatter", given, draw, footer, summary, table, title, legend, heads, height: () => 260 },
    front,
    spreadOut,
  };
}
