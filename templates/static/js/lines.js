// Lines: what a card draws — which series, on which x, in which colour and stroke, broken where, how bad.
// Pure but for the loading of points; the drawing is in chart.js.
// Gives    runfolio.lines
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { bindings, data, grouped, groups, smooth, view } = runfolio;

  const TOO_MANY = 10; // runs that ten colours can tell apart
  const COLORED = 400; // series up to which each has the colour of what it is bound to
  const STROKES = { solid: ["solid", "dotted", "dashdot"], dashed: ["dashed", "dashdot"] };

  const splits = new Map(
    (data.page?.cards ?? []).flatMap((card) => card.metrics.map(([metric, split]) => [metric, split])),
  );

  /** train, test, val …, or "". */
  const splitOf = (metric) => splits.get(metric) ?? "";

  /** Metrics of training: those named so, and the bare ones beside a held-out one: Keras' `loss` and `val_loss`. */
  const training = new Set(
    (data.page?.cards ?? []).flatMap(({ metrics }) => {
      const heldOut = metrics.some(([, split]) => split && split !== "train");
      return metrics.flatMap(([metric, split]) => (split === "train" || (!split && heldOut) ? [metric] : []));
    }),
  );

  /** What tells a metric from the others of its card: its split where the card says the rest, else its name. */
  function wordOf(card, metric) {
    const split = splitOf(metric);
    const alike = card.metrics.filter((other) => splitOf(other) === split).length > 1;
    const own = card.base !== null && data.page.cards[card.base].metrics.some(([number]) => number === metric);
    return split && own && !alike ? split : data.page.metrics[metric].name;
  }

  /** What x is on a card: the reader's choice, else what the card's metrics ask for. */
  function axisOf(card) {
    const chosen = view.option("x", card);
    if (chosen.startsWith("metric:")) return data.metricNumber(chosen.slice(7));
    if (chosen !== "auto") return chosen;
    const asked = new Set(card.metrics.map((metric) => data.page.metrics[metric].x ?? "step"));
    if (asked.size !== 1) return "step";
    const [axis] = asked;
    return axis === "time" ? "relative" : axis;
  }

  /** Stroke of each metric of a card: training is dashed; metrics that no split tells apart get dots. */
  function strokes(metrics) {
    const used = { solid: 0, dashed: 0 };
    return new Map(
      metrics.map((metric) => {
        const first = training.has(metric) ? "dashed" : "solid";
        const choices = STROKES[first];
        return [metric, choices[Math.min(used[first]++, choices.length - 1)]];
      }),
    );
  }

  /**
   * The series that a card would draw with nothing switched off, metrics in the card's order.
   * `runs` are those of a group, or the one; `run` is the first of them, by which a line is known.
   */
  function series(state, card) {
    const words = view.option("group", card);
    const drawn = [...state.runs].sort((one, other) => one - other);
    const units = groups.active(words)
      ? groups.of(drawn, words).map((group) => ({ run: group.runs[0], runs: group.runs, name: group.label, group }))
      : drawn.map((run) => ({ run, runs: [run], name: data.page.runs[run].name, group: null }));
    return card.metrics.flatMap((metric) =>
      units.flatMap((unit) => {
        const runs = unit.runs.filter((run) => data.has(run, metric));
        return runs.length ? [{ ...unit, runs, metric, split: splitOf(metric) }] : [];
      }),
    );
  }

  /** Series of a card with colour and stroke; `shown` is false for what the legend has switched off. */
  function styled(state, card, best) {
    const all = series(state, card);
    const units = new Set(all.map((line) => line.run));
    const byRun = view.option("color", card) === "run" || units.size > 1;
    const colors = bindings.colors(card, all);
    const crowded = colors ? all.length > COLORED : units.size > TOO_MANY;
    const stroke = strokes(card.metrics);
    const bound = bindings.strokes(card, all);
    return all.map((line) => {
      const own = line.group ? line.group.number % 10 : data.page.runs[line.run].color;
      const color = colors ? colors.color(line) : byRun ? own : card.metrics.indexOf(line.metric) % 10;
      const context = crowded && line.run !== best;
      const plain = units.size > 1 || training.has(line.metric) ? stroke.get(line.metric) : "solid";
      return {
        ...line,
        runs: line.runs.filter((run) => !card.hidden.has(`r${run}`)),
        word: wordOf(card, line.metric),
        color,
        key: context ? "context" : String(color),
        context,
        stroke: bound ? bound.stroke(line) : plain,
        shown: line.runs.some((run) => !card.hidden.has(`r${run}`)) && !card.hidden.has(`m${line.metric}`),
      };
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
  async function placed(points, line, axis) {
    const { steps, times, values } = points;
    if (axis === "time") return { x: times, y: values, steps, times };
    if (axis === "relative") {
      const start = data.page.runs[line.run].started;
      return { x: Float64Array.from(times, (time) => (time - start) / 1000), y: values, steps, times };
    }
    if (axis === "step") {
      const still = steps.length > 1 && steps.every((step) => step === steps[0]);
      return { x: still ? steps.map((_, row) => row) : steps, y: values, steps, times, still };
    }
    if (!data.has(line.run, axis)) return { x: [], y: [], steps: [], times: [], lacks: true };
    const x = joinedOn(steps, await data.whole(line.run, axis));
    const order = Array.from(x.keys()).filter((row) => Number.isFinite(x[row]));
    order.sort((one, two) => x[one] - x[two] || one - two);
    const sorted = reordered(points, order);
    return { x: Float64Array.from(order, (row) => x[row]), y: sorted.values, ...sorted };
  }

  /** Rows whose x lies before the row above: the line is broken there. */
  function breaks(x) {
    const rows = [];
    for (let row = 1; row < x.length; row++) if (x[row] < x[row - 1]) rows.push(row);
    return rows;
  }

  /** Stretches of rows in which x never goes back: [[first, end], …]. */
  const stretches = (x, broken) => [0, ...broken].map((first, at) => [first, broken[at] ?? x.length]);

  function badRows(y) {
    const rows = [];
    for (let row = 0; row < y.length; row++) if (!Number.isFinite(y[row])) rows.push(row);
    return rows;
  }

  /**
   * The lines of a card with their points: x, y as logged, `drawn` as smoothed, and what is broken or bad.
   * A zoom loads the stretches in view of long series; smoothing needs all their points.
   */
  async function load(state, card, best) {
    const axis = axisOf(card);
    const weight = view.option("smooth", card);
    const zoom = view.option("zoom", card);
    const [low, high] = [zoom?.[0] ?? -Infinity, zoom?.[1] ?? Infinity];
    const wanted = styled(state, card, best).filter((line) => line.shown);
    const detailed = zoom && ["step", "relative", "time"].includes(axis);
    const one = async (line) => {
      let points;
      if ((weight || line.group) && data.thinned(line.run, line.metric)) {
        points = await data.whole(line.run, line.metric);
      } else if (detailed && data.thinned(line.run, line.metric)) {
        const start = axis === "relative" ? data.page.runs[line.run].started : 0;
        const ends = axis === "relative" ? [start + low * 1000, start + high * 1000] : [low, high];
        points = await data.whole(line.run, line.metric, axis === "step" ? "steps" : "times", ...ends);
      } else points = await data.overview(line.run, line.metric);
      const at = await placed(points, line, axis);
      const broken = breaks(at.x);
      return {
        ...line,
        ...at,
        axis,
        drawn: smooth(at.y, weight),
        smoothed: weight > 0,
        broken,
        stretches: stretches(at.x, broken),
        bad: badRows(at.y),
        total: data.total(line.run, line.metric),
        loaded: points.values.length,
      };
    };
    const runOf = (line, run) => ({ ...line, run, runs: [run], name: data.page.runs[run].name });
    return Promise.all(
      wanted.map(async (line) =>
        line.group ? grouped.joined(line, await Promise.all(line.runs.map((run) => one(runOf(line, run)))), card) : one(line),
      ),
    );
  }

  /** The value a run is judged by on a card, and the run that is best; null when no goal is known. */
  function bestOf(lines) {
    let best = null;
    for (const line of lines) {
      const { goal } = data.page.metrics[line.metric];
      if (!goal || (best && best.metric !== line.metric)) continue;
      for (const value of line.y) {
        if (!Number.isFinite(value)) continue;
        if (!best || (goal === "max" ? value > best.value : value < best.value)) {
          best = { run: line.run, name: line.name, metric: line.metric, value };
        }
      }
    }
    return best;
  }

  runfolio.lines = { wordOf, axisOf, styled, load, bestOf, TOO_MANY };
}
