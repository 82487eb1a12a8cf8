// Place: where on x the points of a series lie, for every x that a card may have.
// Gives    runfolio.place  ownAxis(metric), definedAxis(card), axisOf(card), called(axis), needsAll(axis, points), at(points, line, axis),
//          stretches(x)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, options, view } = runfolio;

  const PAUSE = 60; // s that nothing was logged, from which it may be a pause
  const UNUSUAL = 10; // and times the usual gap of the series

  /** What x is by itself for a metric: what it was defined with; for measurements of the machine, time. */
  const ownAxis = ({ x, name }) => x ?? (name.startsWith("system/") ? "time" : "step");

  /**
   * What the metrics of a card were defined with; those that were with nothing go along. null: they disagree, or ask
   * for one that stands on the card itself.
   */
  function definedAxis({ metrics }) {
    const all = metrics.map((metric) => data.page.metrics[metric]);
    const defined = all.filter(({ x }) => x !== null);
    const asked = [...new Set((defined.length ? defined : all).map(ownAxis))];
    return asked.length > 1 || (metrics.length > 1 && metrics.includes(asked[0])) ? null : (asked[0] ?? "step");
  }

  /** What x is on a card: the reader's choice, else what its metrics were defined with, else the step. */
  function axisOf(card) {
    const chosen = view.option("x", card);
    if (chosen.startsWith("metric:")) return data.metricNumber(chosen.slice(7));
    if (chosen !== "auto") return chosen;
    const axis = definedAxis(card) ?? "step";
    return axis === "time" ? "relative" : axis;
  }

  /** The name of an axis: "step", "wall time", or what the metric on it is called. */
  const called = (axis) =>
    typeof axis === "number" ? data.called(axis) : options.get("x").choices.find(([choice]) => choice === axis)[1];

  /** Whether all steps of points are one: then they lie in the order logged. */
  const still = ({ steps }) => steps.length > 1 && steps.every((step) => step === steps[0]);

  /** Whether a place can be told only with all points at hand: how many came before, or what gap is usual. */
  const needsAll = (axis, points) => axis === "order" || axis === "process" || (axis === "step" && still(points));

  /**
   * Seconds since the start without pauses. A pause is a gap between two points of more than ten times the
   * median gap of the series, and of more than a minute; what is taken out of it leaves the median gap.
   * Clocks that go back count as they are.
   */
  function withoutPauses(times, start) {
    const gaps = Array.from(times.slice(1), (time, row) => (time - times[row]) / 1000);
    const sorted = gaps.filter((gap) => gap >= 0).sort((one, other) => one - other);
    const usual = sorted[sorted.length >> 1] ?? 0;
    const least = Math.max(PAUSE, UNUSUAL * usual);
    let left = 0;
    return Float64Array.from(times, (time, row) => {
      const gap = row ? gaps[row - 1] : 0;
      if (gap > least) left += gap - usual;
      return (time - start) / 1000 - left;
    });
  }

  /** For each step the value of another series there or last before; NaN before its first. */
  function joinedOn(steps, other) {
    const order = Array.from(other.steps.keys()).sort((one, two) => other.steps[one] - other.steps[two]);
    const sorted = order.map((row) => other.steps[row]);
    return Float64Array.from(steps, (step) => {
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] <= step) low = middle + 1;
        else high = middle;
      }
      return low ? other.values[order[low - 1]] : NaN;
    });
  }

  const reordered = (points, order) => ({
    steps: Float64Array.from(order, (row) => points.steps[row]),
    times: Float64Array.from(order, (row) => points.times[row]),
    values: Float64Array.from(order, (row) => points.values[row]),
  });

  /** Points with their x: {x, y, steps, times}. A metric as x sorts the points by it. */
  async function at(points, line, axis) {
    const { steps, times, values } = points;
    const { started } = data.page.runs[line.run];
    if (axis === "time") return { x: times, y: values, steps, times };
    if (axis === "relative") {
      return { x: Float64Array.from(times, (time) => (time - started) / 1000), y: values, steps, times };
    }
    if (axis === "process") return { x: withoutPauses(times, started), y: values, steps, times };
    if (axis === "order") return { x: Float64Array.from(steps.keys()), y: values, steps, times };
    if (axis === "step") {
      const inOrder = still(points);
      return { x: inOrder ? Float64Array.from(steps.keys()) : steps, y: values, steps, times, still: inOrder };
    }
    if (!data.has(line.run, axis)) return { x: [], y: [], steps: [], times: [], lacks: true };
    const x = joinedOn(steps, await data.whole(line.run, axis));
    const order = Array.from(x.keys()).filter((row) => Number.isFinite(x[row]));
    order.sort((one, two) => x[one] - x[two] || one - two);
    const sorted = reordered(points, order);
    return { x: Float64Array.from(order, (row) => x[row]), y: sorted.values, ...sorted };
  }

  /** Stretches of rows in which x never goes back: [[first, end], …]. */
  function stretches(x) {
    const found = [];
    let first = 0;
    for (let row = 1; row <= x.length; row++) {
      if (row < x.length && !(x[row] < x[row - 1])) continue;
      found.push([first, row]);
      first = row;
    }
    return found;
  }

  runfolio.place = { ownAxis, definedAxis, axisOf, called, needsAll, at, stretches };
}
