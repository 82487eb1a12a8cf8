// Heights: the scale of y, where its ends are, what lies beyond them, and the shelves for what has no height.
// Gives    runfolio.heights  reach(each), bend(values), scaleOf(lines, domain, options), shelves(…), shelved(…), ticks(…)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis } = runfolio; // and marks, which comes later

  const SHELF = 14; // px at the top or bottom of a plot for marks of what has no height
  const ROOM = 0.04; // of the plot left free above and below
  const USUAL = [0.05, 0.95]; // quantiles between which values are no outliers, as TensorBoard has it

  /** Smallest and largest finite number of what `each` is called with. */
  function reach(each) {
    let low = Infinity;
    let high = -Infinity;
    each((value) => {
      if (value < low && value !== -Infinity) low = value;
      if (value > high && value !== Infinity) high = value;
    });
    return low <= high ? [low, high] : null;
  }

  /** Call `visit` with every value that is to be seen. */
  function see(lines, visit) {
    for (const line of lines) {
      for (const row of line.rows) {
        visit(line.drawn[row]);
        if (line.smoothed) visit(line.y[row]);
      }
    }
  }

  function finiteValues(lines, wanted = Number.isFinite) {
    const values = [];
    see(lines, (value) => Number.isFinite(value) && wanted(value) && values.push(value));
    return Float64Array.from(values).sort();
  }

  /** Call `visit` with both edges of the bands of groups; on a log scale a band may be cut, values may not. */
  function seeBands(lines, log, visit) {
    for (const line of lines) {
      if (!line.group) continue;
      for (const row of line.rows) {
        visit(line.high[row]);
        if (!log || line.low[row] > 0) visit(line.low[row]);
      }
    }
  }

  /** The ends between which values lie, outliers left out when that was chosen. */
  function endsOf(lines, outliers, log) {
    if (outliers !== "hide") {
      return reach((visit) => {
        see(lines, visit);
        seeBands(lines, log, visit);
      });
    }
    const sorted = finiteValues(lines);
    const last = sorted.length - 1;
    if (last < 2) return last < 0 ? null : [sorted[0], sorted[last]];
    return [sorted[Math.ceil(last * USUAL[0])], sorted[Math.floor(last * USUAL[1])]];
  }

  /** From which size on a symmetric log scale bends: a hundredth of what is usual, of which all else is a finite part. */
  function bend(values) {
    const sizes = Float64Array.from(values, Math.abs).filter(Boolean).sort();
    return Math.max(10 ** (Math.floor(Math.log10(sizes[sizes.length >> 1] ?? 1)) - 2), (sizes.at(-1) ?? 1) / 1e300);
  }

  /** A scale over these ends, with room beyond those that nobody set. */
  function roomy(type, [low, high], limits, constant) {
    const near = axis.scale(type, [low, high], constant);
    return axis.scale(type, [limits[0] ?? near.from(-ROOM), limits[1] ?? near.from(1 + ROOM)], constant);
  }

  /** Ends that are apart. */
  function apart(type, [low, high], [least, most]) {
    if (low < high) return [low, high];
    if (least !== null || most !== null) return most === null ? [low, low + (Math.abs(low) || 1)] : [high - (Math.abs(high) || 1), high];
    if (type === "log") return [low / 2, high * 2];
    if (type === "symlog") return [low, high + 1];
    const near = Math.abs(high) * 0.004 || 0.04;
    return [low - near, high + near];
  }

  /** "3 points above range, 1 below": of those in view; a thinned line may hold more. */
  function beyond(lines, [left, right], [low, high]) {
    let [above, below] = [0, 0];
    for (const { x, rows, drawn } of lines) {
      for (const row of rows) {
        if (x[row] < left || x[row] > right || !Number.isFinite(drawn[row])) continue;
        if (drawn[row] > high) above++;
        else if (drawn[row] < low) below++;
      }
    }
    const least = lines.every((line) => line.loaded === line.total) ? "" : "at least ";
    const words = [[above, "above"], [below, "below"]].filter(([count]) => count);
    if (!words.length) return [];
    const counted = words.map(([count, where], at) => {
      const points = at ? "" : ` point${count === 1 ? "" : "s"}`;
      return `${axis.countWord(count)}${points} ${where}`;
    });
    return [`${least}${counted.join(", ")} range`];
  }

  /**
   * The scale of y for what is in view: {scale, notes, empty}. The notes say when it cannot be what was asked
   * for, and what lies beyond its ends.
   *
   * domain    of x
   * options   {y, ylim, outliers, normal} of the card
   */
  function scaleOf(lines, domain, { y: asked = "linear", ylim = null, outliers = "show", normal = "off" }) {
    const found = endsOf(lines, outliers, asked === "log" || asked === "clip");
    if (!found) return { scale: axis.scale("linear", [0, 1]), notes: [lines.some(({ y }) => y.some(Number.isFinite)) ? "nothing within the limits of x" : "no finite value"], empty: true };
    const limits = [...(ylim ?? [null, null])];
    const kind = normal === "on" ? "linear" : asked;
    const notes = normal === "on" ? ["each series from its lowest to its highest value"] : [];
    if (normal === "on" && asked !== "linear") notes.push("the log scale of y does not count then");
    const ends = [limits[0] ?? found[0], limits[1] ?? found[1]];
    let type = kind;
    let constant;
    if (kind === "clip") {
      const positive = finiteValues(lines, (value) => value > 0);
      if (ends[0] <= 0 && positive.length) [ends[0], limits[0]] = [positive[0], null];
      type = ends[0] > 0 && ends[1] > 0 ? "log" : "symlog";
    } else if (kind === "log" && ends[0] <= 0) type = "symlog";
    if (type === "symlog") {
      constant = bend(finiteValues(lines));
      if (kind !== "symlog") notes.push("values at or below 0: symmetric log scale");
    } else if (type === "log") {
      const low = finiteValues(lines, (value) => value <= 0).length;
      if (low) notes.push(`${axis.countWord(low)} at or below 0, marked at the edge`);
    }
    let scale = roomy(type, apart(type, ends, limits), limits, constant);
    if (type === "linear" && !Number.isFinite(scale.domain[1] - scale.domain[0])) {
      notes.push("too far apart for a linear scale: symmetric log scale");
      scale = roomy("symlog", ends, limits, bend(finiteValues(lines)));
    }
    if (ylim || outliers === "hide") notes.push(...beyond(lines, domain, scale.domain));
    return { scale, notes, empty: false };
  }

  /**
   * Room at the edges for marks of what has no height: +∞ and steps back stand at the top, all else at the bottom.
   * Where an end was chosen there is none: it would show what lies beyond.
   */
  function shelves(lines, [left, right], scale, { ylim = null, outliers = "show" }) {
    const found = { top: 0, bottom: 0 };
    for (const line of lines) {
      if (runfolio.marks.banded(lines) && line.context) continue; // part of a band
      const inView = (row) => line.x[row] >= left && line.x[row] <= right;
      if (!line.group && line.broken.some(inView)) found.top = SHELF;
      for (const row of line.kept) {
        const value = line.drawn[row];
        if (Number.isFinite(scale.to(value)) || !inView(row)) continue;
        found[value === Infinity ? "top" : "bottom"] = SHELF;
      }
    }
    if (outliers === "hide" || (ylim && ylim[0] !== null)) found.bottom = 0;
    if (outliers === "hide" || (ylim && ylim[1] !== null)) found.top = 0;
    return found;
  }

  /** A scale of y that leaves px free above and below what it reached over. */
  function shelved({ type, constant, from, domain }, { top, bottom }, height) {
    if (!top && !bottom) return axis.scale(type, domain, constant);
    const inner = height - top - bottom;
    return axis.scale(type, [from(-bottom / inner), from(1 + top / inner)], constant);
  }

  /** Ticks of y; for series of different units on one scale the ends of each. */
  function ticks(scale, count, { normal = "off" }) {
    if (normal !== "on") return axis.ticks("value", scale, count);
    const words = [[0, "lowest"], [0.5, "half"], [1, "highest"]]; // prettier-ignore
    return words.map(([value, word]) => ({ value, word })).filter(({ value }) => value >= scale.domain[0] && value <= scale.domain[1]);
  }

  runfolio.heights = { reach, bend, scaleOf, shelves, shelved, ticks };
}
