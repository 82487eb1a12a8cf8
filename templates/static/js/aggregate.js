// Aggregate: several curves as one: at each x their mean or median, how far they lie apart, and how many they are.
// Pure: numbers in, numbers out.
// Gives    runfolio.aggregate  of(curves, {center, band, most}), settled(x, y), quantileT(part, freedom)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const WORK = 4_000_000; // values read between points, per group: about 30 ms
  const FEWEST = 2_000; // x values, however many curves there are
  const TINY = 1e-290; // sums of squares below have lost digits

  function ascends(x) {
    for (let row = 1; row < x.length; row++) if (!(x[row] > x[row - 1])) return false;
    return true;
  }

  const same = (one, other) => one.length === other.length && one.every((value, row) => value === other[row]);

  /** One value at each x, x ascending: where a run went back or logged an x again, what it logged last counts. */
  function settled(x, y) {
    if (ascends(x)) return { x, y };
    const rows = [];
    let least = Infinity;
    for (let row = x.length - 1; row >= 0; row--) {
      if (!(x[row] < least)) continue;
      least = x[row];
      rows.push(row);
    }
    rows.reverse();
    return { x: Float64Array.from(rows, (row) => x[row]), y: Float64Array.from(rows, (row) => y[row]) };
  }

  /** Each x of all curves once, ascending; of more than `most` an even choice, with both ends of every curve. */
  function union(curves, most) {
    const [first] = curves;
    if (first && first.x.length <= most && curves.every(({ x }) => same(x, first.x))) return { x: first.x, given: first.x.length };
    const all = new Float64Array(curves.reduce((sum, { x }) => sum + x.length, 0));
    let at = 0;
    for (const { x } of curves) {
      all.set(x, at);
      at += x.length;
    }
    const each = all.sort().filter((value, row) => row === 0 || value !== all[row - 1]);
    if (each.length <= most) return { x: each, given: each.length };
    const ends = curves.flatMap(({ x }) => (x.length ? [x[0], x[x.length - 1]] : []));
    const chosen = Array.from({ length: most }, (_, part) => each[Math.round((part / (most - 1)) * (each.length - 1))]);
    return { x: Float64Array.from(new Set([...chosen, ...ends])).sort(), given: each.length };
  }

  /**
   * Calls visit(row, value) for each x at which a curve has a value: its own point, or between two of them that are
   * finite. Nothing before its first point or after its last one, and nothing beside a NaN or an infinity, which are
   * for `other`(row, value).
   */
  function read({ x, y }, grid, visit, other = null) {
    if (!x.length) return;
    let point = 0;
    for (let row = 0; row < grid.length && grid[row] <= x[x.length - 1]; row++) {
      const at = grid[row];
      if (at < x[0]) continue;
      while (x[point + 1] <= at) point++;
      const here = y[point];
      if (!Number.isFinite(here)) {
        if (x[point] === at) other?.(row, here);
      } else if (x[point] === at) visit(row, here);
      else if (Number.isFinite(y[point + 1])) {
        visit(row, here + (y[point + 1] - here) * ((at - x[point]) / (x[point + 1] - x[point])));
      }
    }
  }

  const INSIDE = { iqr: [0.25, 0.75], deciles: [0.1, 0.9] }; // quantiles at the edges of a band

  /** Of sorted values the one that lies at a part of their way, between two neighbours in proportion (as numpy). */
  function quantile(sorted, part) {
    const at = part * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
  }

  /** How likely Student's t lies between -t and t. Abramowitz and Stegun 1964, 26.7.3 and 26.7.4. */
  function within(t, freedom) {
    const angle = Math.atan(t / Math.sqrt(freedom));
    const cosine = Math.cos(angle) ** 2;
    const odd = freedom % 2;
    let term = odd ? Math.cos(angle) : 1;
    let sum = freedom === 1 ? 0 : term;
    for (let factor = odd ? 2 : 1; factor <= freedom - 3; factor += 2) {
      term *= (factor / (factor + 1)) * cosine;
      sum += term;
    }
    const whole = Math.sin(angle) * sum;
    return odd ? (2 / Math.PI) * (angle + whole) : whole;
  }

  const quantiles = new Map();

  /** Below which t a part (0.5 to below 1) of Student's distribution lies, for 1 degree of freedom or more. */
  function quantileT(part, freedom) {
    const key = `${part} ${freedom}`;
    if (!quantiles.has(key)) {
      let low = 0;
      let high = 1;
      while (within(high, freedom) < 2 * part - 1) high *= 2;
      for (let step = 0; step < 80; step++) {
        const middle = (low + high) / 2;
        if (within(middle, freedom) < 2 * part - 1) low = middle;
        else high = middle;
      }
      quantiles.set(key, (low + high) / 2);
    }
    return quantiles.get(key);
  }

  /** The band that "auto" stands for, when so many curves are there at most. */
  function bandOf(band, center, full) {
    if (band !== "auto") return band;
    if (full < 2) return "none";
    if (full === 2) return "minmax";
    return center === "median" ? "iqr" : "std";
  }

  /** Half of a band around the mean, from n values and the sum of their squared distances from it. */
  const HALF = {
    std: (n, squares) => Math.sqrt(squares / (n - 1)),
    stderr: (n, squares) => Math.sqrt(squares / (n - 1) / n),
    ci: (n, squares) => quantileT(0.975, n - 1) * Math.sqrt(squares / (n - 1) / n),
  };

  /**
   * Works the sums of squares that overflowed or vanished out anew, in a unit of their own.
   *
   * squares   as Welford gives them; those worked out anew are put there, in squares of their unit
   * span      [least, greatest] value at each row
   *
   * Gives a Map, row → unit; all other rows are in units of 1.
   */
  function rescued(curves, grid, squares, mean, [least, greatest]) {
    const units = new Map();
    squares.forEach((sum, row) => {
      const span = greatest[row] - least[row];
      if (!(span > 0) || (sum >= TINY && sum < Infinity)) return;
      units.set(row, span);
      squares[row] = 0;
    });
    if (units.size) {
      for (const curve of curves) {
        read(curve, grid, (row, value) => {
          if (units.has(row)) squares[row] += ((value - mean[row]) / units.get(row)) ** 2;
        });
      }
    }
    return units;
  }

  /**
   * Curves as one.
   *
   * curves   [{x, y}], in the order logged; y may hold NaN and infinities: where it does, the curve does not count
   * center   "mean" or "median"
   * band     "auto", "std" (with n - 1), "stderr", "ci" (95 %, Student's t), "minmax", "iqr", "deciles" (the middle
   *          80 %) or "none". "auto" is std, around a median iqr; minmax when there are never more than two curves. One
   *          kind holds along the whole line.
   * most     x values at which to work it out; by default as many as can be within a moment
   *
   * Gives {x, y, low, high, n, full, band, broken, given}: `low` and `high` are NaN where there is no band (below two
   * curves); `y` is, where no curve counts, what those that are there have together: an infinity, else NaN; `n` curves count at an x, `full` at most; the line is broken before the rows
   * of `broken`, because no curve leads there; `given` x values there were.
   */
  function of(curves, { center = "mean", band = "auto", most = null } = {}) {
    const all = curves.map(({ x, y }) => settled(x, y));
    const few = most ?? Math.max(FEWEST, Math.floor(WORK / Math.max(1, all.length)));
    const { x, given } = union(all, few);
    const size = x.length;
    const n = new Int32Array(size);
    const led = new Uint8Array(size); // whether a curve leads here from the x before
    const mean = new Float64Array(size);
    const squares = new Float64Array(size); // sum of squared distances from the mean: Welford 1962
    const least = new Float64Array(size).fill(Infinity);
    const greatest = new Float64Array(size).fill(-Infinity);
    const bad = new Float64Array(size); // sum of what is not finite: NaN where there is one, or infinities of both signs
    for (const curve of all) {
      let before = -2;
      read(curve, x, (row, value) => {
        if (row === before + 1) led[row] = 1;
        before = row;
        n[row]++;
        const apart = value - mean[row];
        mean[row] += apart / n[row];
        squares[row] += apart * (value - mean[row]);
        if (value < least[row]) least[row] = value;
        if (value > greatest[row]) greatest[row] = value;
      }, (row, value) => (bad[row] += value)); // prettier-ignore
    }
    const full = n.reduce((one, other) => Math.max(one, other), 0);
    const kind = bandOf(band, center, full);
    const y = mean;
    for (let row = 0; row < size; row++) if (!n[row]) y[row] = bad[row] || NaN;
    const units = HALF[kind] ? rescued(all, x, squares, mean, [least, greatest]) : null;
    const low = new Float64Array(size).fill(NaN);
    const high = new Float64Array(size).fill(NaN);
    for (let row = 0; row < size; row++) {
      if (n[row] < 2) continue;
      if (kind === "minmax") [low[row], high[row]] = [least[row], greatest[row]];
      else if (HALF[kind]) {
        const half = HALF[kind](n[row], squares[row]) * (units.get(row) ?? 1);
        if (Number.isFinite(half)) [low[row], high[row]] = [mean[row] - half, mean[row] + half];
      }
    }
    const broken = [];
    for (let row = 1; row < size; row++) if (!led[row] && n[row] && n[row - 1]) broken.push(row);
    const result = { x, y, low, high, n, full, band: kind, broken, given };
    return center === "median" || INSIDE[kind] ? ranked(result, all, center) : result;
  }

  /** The same with what needs the values of each x in order: the median, quantiles as edges. */
  function ranked(result, curves, center) {
    const { x, n, low, high, band } = result;
    const starts = new Int32Array(x.length + 1);
    for (let row = 0; row < x.length; row++) starts[row + 1] = starts[row] + n[row];
    const values = new Float64Array(starts[x.length]);
    const filled = starts.slice();
    for (const curve of curves) read(curve, x, (row, value) => (values[filled[row]++] = value));
    const { y } = result;
    for (let row = 0; row < x.length; row++) {
      if (!n[row]) continue;
      const sorted = values.subarray(starts[row], starts[row + 1]).sort();
      if (center === "median") y[row] = quantile(sorted, 0.5);
      if (INSIDE[band] && n[row] > 1) [low[row], high[row]] = INSIDE[band].map((part) => quantile(sorted, part));
    }
    return result;
  }

  runfolio.aggregate = { of, settled, quantileT };
}
