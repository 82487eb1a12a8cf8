// Bars: a card whose metrics have one point in every run: a bar a series, the longest way to say a number.
// Gives    runfolio.bars  fits(lines), height(lines), draw(plot, lines)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, chart, data } = runfolio; // and hover, which comes later

  const ROW = 24; // px
  const LEFT = 128; // px for names
  const RIGHT = 64; // px for numbers
  const MOST = 40; // bars of a card

  const lastOf = (line) => line.y[line.y.length - 1];

  /** Whether no line would be a line: one point in every run. */
  const fits = (lines) => lines.length > 0 && lines.every((line) => (line.parts ?? [line]).every((part) => part.total === 1));

  /** The bars drawn, the best first when the metric has a goal. */
  function shownOf(lines) {
    const { goal } = data.page.metrics[lines[0].metric];
    const sign = goal === "min" ? 1 : -1;
    const sorted = goal ? [...lines].sort((one, other) => sign * (lastOf(one) - lastOf(other)) || 0) : lines;
    return sorted.slice(0, MOST);
  }

  const height = (lines) => shownOf(lines).length * ROW + 30;

  /** Draw; the same kind of answer as runfolio.chart.draw, without a place to hover on. */
  async function draw(plot, lines) {
    const colors = chart.palette();
    const shown = shownOf(lines);
    const size = plot.getBoundingClientRect();
    const values = shown.map(lastOf);
    const finite = values.filter(Number.isFinite);
    const low = Math.min(0, ...finite);
    const high = Math.max(0, ...finite);
    const words = axis.alignedWords(values);
    const padding = { left: LEFT, right: RIGHT, top: 4, bottom: 22 };
    const width = Math.max(40, Math.floor(size.width) - LEFT - RIGHT);
    const box = { left: LEFT, top: padding.top, width, height: shown.length * ROW };
    const x = axis.scale("linear", low < high ? [low, high] : [0, 1]);
    const rows = shown.map((line, s) => ({
      s,
      y: Number.isFinite(values[s]) ? values[s] : 0,
      run: String(line.color),
      label: runfolio.hover.nameOf(line, lines),
      text: words[s],
    }));
    const spec = chart.filled(
      "bars",
      { bars: rows },
      {
        width,
        height: box.height,
        padding,
        x,
        y: { type: "band", domain: rows.map((row) => row.s) },
        xTicks: axis.ticks("value", x, Math.max(2, Math.floor(width / 80))),
        colors,
      },
    );
    const view = await chart.show(plot, spec);
    const notes = shown.length < lines.length ? [`${MOST} of ${lines.length} bars`] : [];
    return { view, lines: shown, x, y: null, box, points: shown.length, banded: false, notes, colors };
  }

  runfolio.bars = { fits, height, draw };
}
