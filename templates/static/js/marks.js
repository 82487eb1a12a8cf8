// Marks: lines as rows of the spec's datasets; many lines as a band between their quantiles.
// The columns of each dataset are listed in sitegen/charts.py.
// Gives    runfolio.marks  datasets(lines, x, y, width)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { aggregate, grouped } = runfolio;

  const DOTTED = 59; // points of a series up to which each gets a dot
  const DOTS = 240; // and of all series together
  const DOT = 12; // px² of a dot on a line
  const LONE = 34; // px² of a point that stands alone
  const APART = 12; // px between marks of what has no height
  const BAND = 150; // series from which they are drawn as a band
  const PLACES = 240; // on x, where a band is worked out

  /** What a value is that has no height: on a log scale zero and below, too. */
  const kindOf = (value) =>
    Number.isNaN(value) ? "nan" : Number.isFinite(value) ? "low" : value > 0 ? "+inf" : "-inf";

  /** Add the rows of one line to the sets. */
  function addLine(sets, line, values, { s, weight, split, dotted, within, height }) {
    const broken = new Set(line.broken);
    const run = line.key;
    const raw = weight === "raw";
    const marked = {}; // kind of what has no height → px of its last mark
    let open = 0; // points since the last break
    let last = null;
    const dot = (x, y, size) => {
      const part = height(y);
      if (!raw && within(x) !== null && part >= 0 && part <= 1) sets.points.push({ x, y, run, size });
    };
    const mark = (x, edge, kind) => {
      const left = within(x);
      if (raw || left === null || left - marked[kind] < APART) return;
      marked[kind] = left;
      sets.marks.push({ x, run, edge, kind });
    };
    const cut = () => {
      if (open === 1) dot(last.x, last.y, LONE);
      if (open) sets.series.push({ x: last.x, y: null, s, run, split, weight });
      open = 0;
    };
    for (const row of line.kept) {
      const x = line.x[row];
      const y = values[row];
      if (broken.has(row)) {
        cut();
        if (!line.group) mark(x, "top", "back"); // a group's line is broken where no run leads
      }
      if (Number.isFinite(height(y))) {
        last = { x, y, s, run, split, weight };
        open++;
        sets.series.push(last);
        if (dotted) dot(x, y, DOT);
        continue;
      }
      cut();
      mark(x, y === Infinity ? "top" : "bottom", kindOf(y));
    }
    cut();
  }

  const picked = (values, rows) => Float64Array.from(rows, (row) => values[row]);

  /** The series of one metric as a band and its median, at each x in view or, of very many, an even choice. */
  function addBand(sets, lines, metric, { within, height, floor }) {
    const curves = lines.map(({ x, drawn, rows }) => ({ x: picked(x, rows), y: picked(drawn, rows) }));
    const all = aggregate.of(curves, { center: "median", band: "deciles", most: PLACES });
    const line = { ...all, drawn: all.y, full: 0, kept: [...all.x.keys()], key: "context", group: true };
    const s = `band${metric}`;
    grouped.addBand(sets, line, { s, run: "context", floor });
    addLine(sets, line, line.drawn, { s, weight: "line", split: lines[0].stroke, dotted: false, within, height });
  }

  /** Whether lines are too many, and too much alike, to be drawn one by one. */
  const banded = (lines) => lines.length > BAND && lines.some((line) => line.context);

  /** Rows for the datasets of the kind "curves"; a note when not every line is drawn as a line. */
  function datasets(lines, x, y, width) {
    const sets = { series: [], points: [], marks: [], band: [], note: "" };
    const within = (value) => {
      const part = x.to(value);
      return part >= 0 && part <= 1 ? part * width : null;
    };
    const height = y.to;
    const floor = y.type === "log" ? y.domain[0] : -Infinity; // a log scale has no place for the rest of a band
    let single = lines;
    if (banded(lines)) {
      for (const metric of new Set(lines.map((line) => line.metric))) {
        addBand(sets, lines.filter((line) => line.metric === metric), metric, { within, height, floor });
      }
      single = lines.filter((line) => !line.context);
      sets.note = "band: the middle 80 % of series, line: their median";
    }
    const few = lines.reduce((sum, line) => sum + line.kept.length, 0) <= DOTS;
    const dotted = few && lines.every((line) => line.kept.length <= DOTTED);
    single = [...single].sort((one, other) => Number(other.context) - Number(one.context));
    single.forEach((line, number) => {
      const weight = line.context ? "context" : line.stroke === "solid" ? "line" : "thin";
      if (line.group && !line.context) grouped.addBand(sets, line, { s: `g${number}`, run: line.key, floor });
      if (line.smoothed) {
        addLine(sets, line, line.y, { s: `${number}r`, weight: "raw", split: "solid", dotted: false, within, height });
      }
      addLine(sets, line, line.drawn, { s: String(number), weight, split: line.stroke, dotted, within, height });
    });
    return sets;
  }

  runfolio.marks = { datasets, banded };
}
