// Hover: the rule, dots and table under the pointer; our own search over the points.
// An overlay of elements above the canvas: Vega draws nothing anew while the pointer moves.
// Gives    runfolio.hover  attach(plot, {zoomed(x, y, how), reset()}) → {room(lines), update(drawn, room), leave()}
// Emits    "run:hover" on document, detail = list of runs, those of a line together, or null; listens to it, too
//          "x:hover" on document, detail = {plot, axis, x} or null: charts with the same x show where it is
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, data, gestures, grouped, groups, lines, walk } = runfolio;

  const ROWS = 8; // of the table
  const NEAR = 28; // px from a line within which it is meant
  const ENDS = 6; // runs that are named at the ends of their lines
  const ROOM = 110; // px for a name there
  const REACH = 10; // px from the right edge up to which a line counts as reaching it
  const WIDE = 460; // px of a plot that has room for them
  const RIM = 4; // px around the plot that dots at its edge reach into
  const DASHES = { solid: [], dashed: [7, 4], dotted: [2, 3], dashdot: [8, 3, 2, 3] };

  function made(parent, tag, name, text) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    parent?.append(element);
    return element;
  }

  /** The row of a line whose x is nearest; -1 when there is none. */
  function nearestRow(line, x) {
    let best = -1;
    for (const [first, end] of line.stretches) {
      let low = first;
      let high = end;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (line.x[middle] < x) low = middle + 1;
        else high = middle;
      }
      for (const row of [low - 1, low]) {
        if (row < first || row >= end) continue;
        if (best < 0 || Math.abs(line.x[row] - x) < Math.abs(line.x[best] - x)) best = row;
      }
    }
    return best;
  }

  /** What lies at an x: one entry a line that reaches there, nearest to the pointer first. */
  function found(drawn, px, py) {
    const { box, x, y } = drawn;
    const wanted = x.from((px - box.left) / box.width);
    const near = drawn.lines.map((line) => ({ line, row: nearestRow(line, wanted) })).filter((entry) => entry.row >= 0);
    if (!near.length) return null;
    const at = near.map(({ line, row }) => line.x[row]).reduce((one, other) =>
      Math.abs(other - wanted) < Math.abs(one - wanted) ? other : one,
    );
    const pixel = (value) => box.left + x.to(value) * box.width;
    if (pixel(at) < box.left - 1 || pixel(at) > box.left + box.width + 1) return null;
    const entries = near.flatMap(({ line }) => {
      const row = nearestRow(line, at);
      const inside = line.stretches.some(([first, end]) => line.x[first] <= at && at <= line.x[end - 1]);
      if (!inside && Math.abs(pixel(line.x[row]) - pixel(at)) > 12) return [];
      const value = line.drawn[row];
      const part = y.to(value);
      const height = Number.isFinite(part) ? box.top + (1 - part) * box.height : Infinity;
      return [{ line, row, value: lines.truth(line, value), left: pixel(line.x[row]), top: height, away: Math.abs(height - py) }];
    });
    entries.sort((one, other) => (one.away === other.away ? 0 : one.away - other.away));
    return { at, left: pixel(at), entries };
  }

  /** The best entry of each metric, where the metric has a goal and more than one run. */
  function bests(entries) {
    const best = new Map();
    for (const entry of entries) {
      const { goal } = data.page.metrics[entry.line.metric];
      if (!goal || !Number.isFinite(entry.value)) continue;
      const before = best.get(entry.line.metric);
      const better = !before || (goal === "max" ? entry.value > before.value : entry.value < before.value);
      if (better) best.set(entry.line.metric, entry);
    }
    const runs = new Set(entries.map((entry) => entry.line.run));
    return runs.size > 1 ? new Set(best.values()) : new Set();
  }

  function nameOf(line, all) {
    const several = (key) => all.some((other) => other[key] !== all[0][key]);
    const run = line.group ? groups.names(all.map((other) => other.group)).get(line.group.key) : line.name;
    const metric = data.called(line.metric);
    if (!several("run")) return metric;
    return several("metric") ? `${run} · ${line.word}` : run;
  }

  const colorOf = (drawn, line) => drawn.colors.runs[line.color];

  /** What a group's line says beside its value: its band and how many runs count there. */
  function addSpread(row, { line, row: at }, band) {
    made(row, "td", "chart-tip__raw chart-tip__band", band);
    made(row, "td", "chart-tip__raw", `n ${line.n[at]}`);
  }

  function fillTable(table, drawn, at) {
    const shown = at.entries.slice(0, ROWS);
    const best = bests(at.entries);
    const apart = shown.some((entry) => entry.line.unscaled); // each has a unit of its own
    const words = apart ? (all) => all.map((value) => axis.valueWord(value, 4)) : axis.alignedWords;
    const values = words(shown.map((entry) => entry.value));
    const raws = words(shown.map((entry) => lines.truth(entry.line, entry.line.y[entry.row])));
    const edges = ({ line, row }) => (line.group ? [line.low, line.high].map((edge) => lines.truth(line, edge[row])) : [NaN, NaN]);
    const bands = grouped.bandWords(shown.map(edges), words);
    const rows = shown.map((entry, number) => {
      const row = document.createElement("tr");
      const sample = made(made(row, "td"), "span", "swatch");
      sample.style.backgroundColor = colorOf(drawn, entry.line);
      const name = nameOf(entry.line, drawn.lines);
      const head = made(row, "th", "chart-tip__name");
      head.scope = "row";
      made(head, "span", entry.line.group ? "chart-tip__group" : "", name);
      const value = made(row, "td", "chart-tip__value", values[number]);
      if (entry.line.smoothed) made(row, "td", "chart-tip__raw", raws[number]);
      if (entry.line.group) addSpread(row, entry, bands[number]);
      if (best.has(entry)) value.dataset.best = "true";
      return row;
    });
    const more = at.entries.length - shown.length;
    if (more > 0) {
      const row = document.createElement("tr");
      made(row, "td");
      made(row, "td", "chart-tip__more", `and ${more} more`).colSpan = 2;
      rows.push(row);
    }
    table.replaceChildren(...rows);
  }

  function overlay(plot) {
    const root = made(null, "div", "chart-over");
    root.dataset.overlay = "";
    const parts = {
      root,
      lit: made(root, "canvas", "chart-over__lit"),
      brush: made(root, "div", "chart-over__brush"),
      rule: made(root, "div", "chart-over__rule"),
      mate: made(root, "div", "chart-over__mate"),
      dots: made(root, "div"),
      ends: made(root, "div", "chart-over__ends"),
      tip: made(root, "div", "chart-tip"),
    };
    parts.head = made(parts.tip, "p", "chart-tip__head");
    parts.table = made(made(parts.tip, "table"), "tbody");
    for (const part of [parts.lit, parts.brush, parts.rule, parts.mate, parts.tip]) part.hidden = true;
    plot.append(root);
    return parts;
  }

  /** Put an element at left/top, px of the plot. */
  function put(element, left, top) {
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
  }

  function attach(plot, { zoomed, reset }) {
    const parts = overlay(plot);
    let drawn = null;
    let pinned = false;
    let lit = null;
    let frame = 0;
    let told = null; // x that the others show

    function clear() {
      pinned = false;
      for (const part of [parts.rule, parts.tip, parts.brush]) part.hidden = true;
      parts.dots.replaceChildren();
      delete parts.tip.dataset.pinned;
      tell(null);
    }

    /** Tell the other charts where on x the pointer is. */
    function tell(x) {
      if (x === told) return;
      told = x;
      const detail = x === null ? null : { plot, axis: drawn.axis, x };
      document.dispatchEvent(new CustomEvent("x:hover", { detail }));
    }

    /** The rule of a chart beside this one. */
    function follow(there) {
      const part = there && there.plot !== plot && drawn?.y && there.axis === drawn.axis ? drawn.x.to(there.x) : NaN;
      parts.mate.hidden = !(part >= 0 && part <= 1);
      if (parts.mate.hidden) return;
      const { box } = drawn;
      put(parts.mate, box.left + part * box.width, box.top);
      parts.mate.style.height = `${box.height}px`;
    }

    function showAt(px, py) {
      const at = drawn?.y ? found(drawn, px, py) : null;
      if (!at || !at.entries.length) return clear();
      const { box } = drawn;
      parts.rule.hidden = false;
      put(parts.rule, at.left, box.top);
      parts.rule.style.height = `${box.height}px`;
      parts.dots.replaceChildren(
        ...at.entries.slice(0, ROWS).filter((entry) => entry.top >= box.top - 1 && entry.top <= box.top + box.height + 1).map((entry) => {
          const dot = made(null, "span", "chart-over__dot");
          dot.style.backgroundColor = colorOf(drawn, entry.line);
          put(dot, entry.left, entry.top);
          return dot;
        }),
      );
      parts.head.textContent = drawn.over + axis.xWord(drawn.kind, at.at);
      fillTable(parts.table, drawn, at);
      parts.tip.hidden = false;
      place(at.left, py);
      keys.follow(at.entries[0]);
      tell(at.at);
      light(at.entries[0].away <= NEAR ? at.entries[0].line.runs : null);
    }

    /** The table beside the rule, on the side where there is room; never over the pointer. */
    function place(left, py) {
      const outer = plot.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height } = parts.tip;
      const right = outer.left + left + 14 + width <= document.documentElement.clientWidth - 4;
      const wanted = right ? left + 14 : left - 14 - width;
      const lowest = document.documentElement.clientHeight - 4 - outer.top - height;
      put(parts.tip, Math.max(wanted, 4 - outer.left), Math.max(Math.min(py + 12, lowest), 4 - outer.top));
    }

    function light(runs) {
      const several = drawn && drawn.lines.some((line) => line.run !== drawn.lines[0].run);
      const next = several ? runs : null;
      if (String(next) === String(lit)) return;
      document.dispatchEvent(new CustomEvent("run:hover", { detail: next }));
    }

    /** The lines of some runs in full colour over all others. */
    function paint(runs) {
      const lines = drawn?.y && runs !== null ? drawn.lines.filter((line) => line.runs.some((run) => runs.includes(run))) : [];
      const others = drawn?.lines.length !== lines.length;
      parts.lit.hidden = !lines.length || !others;
      if (parts.lit.hidden) return;
      const { box, x, y } = drawn;
      const ratio = devicePixelRatio || 1;
      const { lit: canvas } = parts;
      const [width, height] = [box.width + 2 * RIM, box.height + 2 * RIM];
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      put(canvas, box.left - RIM, box.top - RIM);
      const pen = canvas.getContext("2d");
      pen.scale(ratio, ratio);
      pen.globalAlpha = 0.72;
      pen.fillStyle = runfolio.chart.style("--paper");
      pen.fillRect(0, 0, width, height);
      pen.translate(RIM, RIM);
      pen.beginPath();
      pen.rect(-RIM, -RIM, width, height);
      pen.clip();
      pen.globalAlpha = 1;
      pen.lineJoin = "round";
      for (const line of lines) {
        pen.strokeStyle = colorOf(drawn, line);
        pen.lineWidth = line.stroke === "solid" ? 2 : 1.5;
        pen.setLineDash(DASHES[line.stroke]);
        pen.beginPath();
        const broken = new Set(line.broken);
        let down = false;
        for (const row of line.kept) {
          const [left, top] = [x.to(line.x[row]) * box.width, (1 - y.to(line.drawn[row])) * box.height];
          if (!Number.isFinite(top)) {
            down = false;
            continue;
          }
          if (down && !broken.has(row)) pen.lineTo(left, top);
          else pen.moveTo(left, top);
          down = true;
        }
        pen.stroke();
      }
    }

    const inside = (event) => {
      const outer = plot.getBoundingClientRect();
      return [event.clientX - outer.left, event.clientY - outer.top];
    };
    function pin(px, py) {
      pinned = !pinned;
      if (!pinned) return clear();
      showAt(px, py);
      if (!parts.tip.hidden) parts.tip.dataset.pinned = "true";
    }

    const hands = gestures.attach(parts.root, {
      drawn: () => drawn,
      brush: parts.brush,
      ignores: (target) => parts.tip.contains(target),
      started: clear,
      pressed: pin,
      zoomed,
      reset() {
        clear();
        reset();
      },
    });
    const keys = walk.attach(plot, { drawn: () => drawn, showAt, pin, shut, left, zoomed, reset });

    /** Close the table; false when it is not open: then Escape is for others. */
    function shut() {
      if (parts.tip.hidden) return false;
      leave();
    }

    /** Nothing is shown or lit from here any more. */
    function leave() {
      cancelAnimationFrame(frame);
      frame = 0;
      clear();
      light(null);
    }

    /** Neither pointer nor focus are here any more. */
    function left() {
      if (!pinned && !hands.pressing()) leave();
    }

    parts.root.addEventListener("pointermove", (event) => {
      if (!drawn?.y || pinned || frame || hands.pressing()) return;
      const [px, py] = inside(event);
      frame = requestAnimationFrame(() => {
        frame = 0;
        if (!pinned && !hands.pressing()) showAt(px, py);
      });
    });
    parts.root.addEventListener("pointerleave", () => {
      cancelAnimationFrame(frame);
      frame = 0;
      left();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && pinned) leave();
    });
    document.addEventListener("x:hover", (event) => follow(event.detail));
    document.addEventListener("run:hover", (event) => {
      lit = event.detail;
      paint(lit);
    });

    /** Names at the ends of lines, where there is room for them; spread so that none covers another. */
    function label(room) {
      parts.ends.replaceChildren();
      if (!room || !drawn?.y) return;
      const { box, x, y } = drawn;
      const seen = new Set();
      const labels = [];
      for (const line of drawn.lines) {
        const row = [...line.kept].reverse().find((at) => Number.isFinite(y.to(line.drawn[at])));
        if (row === undefined || seen.has(line.run)) continue;
        if ((1 - x.to(line.x[row])) * box.width > REACH) continue; // its name would float far from its end
        if (y.to(line.drawn[row]) < 0 || y.to(line.drawn[row]) > 1) continue;
        seen.add(line.run);
        const top = box.top + (1 - y.to(line.drawn[row])) * box.height;
        const word = nameOf(line, drawn.lines.filter((other) => other.metric === line.metric));
        labels.push({ line, top, word: drawn.lines.length > 1 || !line.group ? word : "", n: line.group ? `n ${line.n[row]}` : "" });
      }
      labels.sort((one, other) => one.top - other.top);
      const gap = 14;
      for (let at = 1; at < labels.length; at++) labels[at].top = Math.max(labels[at].top, labels[at - 1].top + gap);
      let lowest = box.top + box.height;
      for (let at = labels.length - 1; at >= 0; at--) {
        labels[at].top = Math.min(labels[at].top, lowest);
        lowest = labels[at].top - gap;
      }
      const names = runfolio.names.apart(labels.map(({ word }) => word), room - (labels[0]?.n ? 34 : 0)); // prettier-ignore
      for (const [at, each] of labels.entries()) {
        const element = made(parts.ends, "span", "chart-over__end");
        made(element, "span", "chart-over__name", names[at]);
        if (each.n) made(element, "span", "chart-over__n", each.n);
        element.style.color = colorOf(drawn, each.line);
        element.style.maxWidth = `${room}px`;
        put(element, box.left + box.width + 6, each.top);
      }
    }

    return {
      /** How many px names at the ends of these lines want; 0 when there are too many, or too little room. */
      room(all) {
        const runs = new Set(all.map((line) => line.run));
        const grouped = all.some((line) => line.group);
        if ((runs.size < 2 && !grouped) || runs.size > ENDS || plot.clientWidth < WIDE) return 0;
        const ends = all.filter((line) => line.x.length).map((line) => line.x[line.x.length - 1]);
        const near = Math.max(...ends) - 0.02 * (Math.max(...ends) - Math.min(...all.map((line) => line.x[0] ?? Infinity)));
        const reaching = new Set(all.filter((line) => line.x[line.x.length - 1] >= near).map((line) => line.run));
        const named = all.filter((line) => reaching.has(line.run) && (all.length > 1 || !grouped));
        const words = named.map((line) => nameOf(line, all.filter(({ metric }) => metric === line.metric)));
        return Math.min(ROOM, Math.ceil(runfolio.chart.widest(words))) + (grouped ? 34 : 8);
      },
      update(next, room = 0) {
        drawn = next;
        plot.tabIndex = drawn?.y ? 0 : -1; // what has no curves has nothing to walk along
        if (!pinned) clear();
        label(room);
        paint(lit);
      },
      leave,
    };
  }

  runfolio.hover = { attach, nameOf, made };
}
