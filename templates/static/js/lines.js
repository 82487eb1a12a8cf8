// Lines: what a card draws — which series, on which x, in which colour and stroke, broken where, how bad.
// Pure but for the loading of points; the drawing is in chart.js.
// Gives    runfolio.lines
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { bindings, data, grouped, groupColors, groups, place, smooth, titles, view, zoom } = runfolio;

  const TOO_MANY = 10; // runs that ten colours can tell apart
  const COLORED = 400; // series up to which each has the colour of what it is bound to
  const STROKES = { solid: ["solid", "dotted", "dashdot"], dashed: ["dashed", "dashdot"] };

  /** What tells a metric from the others of its card: its split where they share all else, else its name. */
  function wordOf(card, metric) {
    const split = titles.split(metric);
    const alike = card.metrics.filter((other) => titles.split(other) === split).length > 1;
    return split && (titles.shared(card.metrics) || titles.lone(card)) && !alike ? split : data.called(metric);
  }

  /**
   * Stroke of each metric of a card, in the card's order: a lone one is solid; beside others training is dashed, also a
   * bare `loss` beside its `val_loss`; metrics that no split tells apart get dots.
   */
  function strokes({ metrics }, byRun) {
    const heldOut = new Set(metrics.filter((metric) => !["", "train"].includes(titles.split(metric))).map(titles.base));
    const used = { solid: 0, dashed: 0 };
    return new Map(
      metrics.map((metric) => {
        const split = titles.split(metric);
        const trained = metrics.length > 1 && (split === "train" || (!split && heldOut.has(titles.base(metric))));
        const first = trained ? "dashed" : "solid";
        const choices = byRun || trained ? STROKES[first] : ["solid"];
        return [metric, choices[Math.min(used[first]++, choices.length - 1)]];
      }),
    );
  }

  /**
   * The runs drawn, or their groups: `runs` are those of a group, or the one; `run` is the first of them, by which
   * a line is known.
   */
  function unitsOf(state, card) {
    const words = view.option("group", card);
    const drawn = [...state.runs].sort((one, other) => one - other);
    return groups.active(words)
      ? groups.of(drawn, words).map((group) => ({ run: group.runs[0], runs: group.runs, name: group.label, group }))
      : drawn.map((run) => ({ run, runs: [run], name: data.page.runs[run].label, group: null }));
  }

  /** The series that a card would draw with nothing switched off, metrics in the card's order. */
  function series(units, card) {
    return card.metrics.flatMap((metric) =>
      units.flatMap((unit) => {
        const runs = unit.runs.filter((run) => data.has(run, metric));
        return runs.length ? [{ ...unit, runs, metric }] : [];
      }),
    );
  }

  /**
   * Series of a card with colour and stroke; `shown` is false for what the legend has switched off. On a page of
   * several runs colours tell runs, also where one of them alone is drawn or has the metric: `byRun`.
   */
  function styled(state, card, best) {
    const byRun = view.option("color", card) === "run" || data.page.runs.length > 1;
    const all = series(unitsOf(state, card), card);
    const units = new Set(all.map((line) => line.run));
    const colors = bindings.colors(card, all);
    const words = view.option("group", card);
    const crowded = colors ? all.length > COLORED : units.size > TOO_MANY;
    const stroke = strokes(card, byRun);
    const bound = bindings.strokes(card, all);
    return all.map((line) => {
      const own = line.group ? groupColors.of(line.group, words) : data.page.runs[line.run].color;
      const color = colors ? colors.color(line) : byRun ? own : card.metrics.indexOf(line.metric) % 10;
      const context = crowded && (line.run !== best || data.page.page === "compare"); // its heads cannot follow each card's best
      return {
        ...line,
        runs: line.runs.filter((run) => !card.hidden.has(`r${run}`)),
        word: wordOf(card, line.metric),
        color,
        byRun,
        key: context || color === bindings.CONTEXT ? "context" : String(color),
        context,
        stroke: bound ? bound.stroke(line) : stroke.get(line.metric),
        shown: line.runs.some((run) => !card.hidden.has(`r${run}`)) && !card.hidden.has(`m${line.metric}`),
      };
    });
  }

  function badRows(y) {
    const rows = [];
    for (let row = 0; row < y.length; row++) if (!Number.isFinite(y[row])) rows.push(row);
    return rows;
  }

  /**
   * The points of a series that a card needs. A zoom loads the stretches in view of a long series; some places
   * on x, and what is reckoned over a series, need all of its points.
   */
  async function pointsOf({ run, metric }, axis, limits, all) {
    if (!data.thinned(run, metric)) return data.overview(run, metric);
    if (all) return data.whole(run, metric);
    const overview = await data.overview(run, metric);
    if (place.needsAll(axis, overview)) return data.whole(run, metric);
    if (!limits) return overview;
    if (typeof axis === "number") return data.whole(run, metric);
    const [low, high] = [limits[0] ?? -Infinity, limits[1] ?? Infinity];
    if (axis !== "relative") return data.whole(run, metric, axis === "step" ? "steps" : "times", low, high);
    const start = data.page.runs[run].started;
    return data.whole(run, metric, "times", start + low * 1000, start + high * 1000);
  }

  /**
   * A line as drawn from 0 to 1 of the range of its whole series; `unscaled` makes of a value in it what was logged.
   * An overview holds the smallest and the largest value; a group's line is there as a whole.
   */
  async function normalised(line) {
    const values = line.group ? line.y : (await data.overview(line.run, line.metric)).values;
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const part = high - low === Infinity ? 0.5 : 1; // of values as far apart as numbers go
    const [foot, range] = [low * part, high * part - low * part];
    const scaled = (value) => (!Number.isFinite(value) ? value : range > 0 ? (value * part - foot) / range : 0.5);
    const unscaled = (value) => (!Number.isFinite(value) ? value : range > 0 ? (foot + value * range) / part : low);
    const names = line.group ? ["y", "drawn", "low", "high"] : ["y", "drawn"];
    return { ...line, ...Object.fromEntries(names.map((name) => [name, Float64Array.from(line[name], scaled)])), unscaled };
  }

  /** A value of a line as it was logged, or smoothed: in the unit of its metric, however it is drawn. */
  const truth = (line, value) => line.unscaled?.(value) ?? value;

  /**
   * The lines of a card with their points: x, y as logged, `drawn` as smoothed, and what is broken or bad. `logged` is
   * the whole series, its first and last point and its extremes at least, in the order logged, wherever these lie on x;
   * `unplaced` points have no x.
   */
  async function load(state, card, best) {
    const axis = place.axisOf(card);
    const amount = view.option("smooth", card);
    const smoother = view.option("smoother", card);
    const all = amount > 0 || view.option("outliers", card) === "hide" || view.fills(card.key);
    const normal = view.option("normal", card) === "on";
    const limits = zoom.of(card);
    const wanted = styled(state, card, best).filter((line) => line.shown);
    const one = async (line, whole) => {
      const points = await pointsOf(line, axis, limits, whole);
      const logged = whole || !data.thinned(line.run, line.metric) ? points : await data.overview(line.run, line.metric);
      const at = await place.at(points, line, axis);
      const stretches = place.stretches(at.x);
      return {
        ...line,
        ...at,
        logged,
        unplaced: points.values.length - at.x.length,
        axis,
        drawn: smooth.values(smoother, amount, { ...at, stretches }),
        smoothed: amount > 0,
        broken: stretches.slice(1).map(([first]) => first),
        stretches,
        bad: badRows(at.y),
        total: data.total(line.run, line.metric),
        loaded: points.values.length,
      };
    };
    const runOf = (line, run) => ({ ...line, run, runs: [run], name: data.page.runs[run].label, group: null });
    return Promise.all(
      wanted.map(async (line) => {
        const loaded = line.group
          ? grouped.joined(line, await Promise.all(line.runs.map((run) => one(runOf(line, run), true))), card)
          : await one(line, all);
        return normal ? normalised(loaded) : loaded;
      }),
    );
  }

  /** The value a run is judged by on a card, and the run that is best; null when no goal is known. */
  function bestOf(lines) {
    let best = null;
    for (const line of lines) {
      const { goal } = data.page.metrics[line.metric];
      if (!goal || (best && best.metric !== line.metric)) continue;
      for (const value of line.logged.values) {
        if (!Number.isFinite(value)) continue;
        if (!best || (goal === "max" ? value > best.value : value < best.value)) {
          best = { run: line.run, name: line.name, metric: line.metric, value };
        }
      }
    }
    return best;
  }

  /** Whether none of some series would be a line: one point in every run. */
  const single = (all) => all.length > 0 && all.every(({ runs, metric }) => runs.every((run) => data.total(run, metric) === 1));

  runfolio.lines = { wordOf, styled, load, truth, bestOf, single, TOO_MANY };
}
