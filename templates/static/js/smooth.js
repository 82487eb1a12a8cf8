// Smooth: what smoothing makes of a series. Always over all points that were logged, never over what thinning left.
// Gives    runfolio.smooth  KINDS, amount(kind, given), values(kind, given, {x, y, stretches}), words(kind, given), weighs(kind)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const MOST = 0.999; // weight of an exponential mean; 1 would never move
  const SCREEN = 1000; // W&B's scale: the weight holds for a thousandth of the range of x
  const TAILS = 4; // σ on either side that a Gaussian looks at, as scipy does

  /** A mean weighed by what lies before: each weight is for one step, or for the way that x went. */
  function exponential(y, weightAt, mean = (last, weight, value) => weight * last + (1 - weight) * value) {
    const out = new Float64Array(y.length);
    let last = 0;
    let all = 0; // of the weights so far
    y.forEach((value, row) => {
      if (!Number.isFinite(value)) {
        out[row] = value;
        return;
      }
      const weight = weightAt(row);
      last = mean(last, weight, value);
      all = mean(all, weight, 1);
      out[row] = last / all;
    });
    return out;
  }

  /** TensorBoard's: debiased, NaN and infinities passed on and not counted. */
  const ema = (weight, { y }) => exponential(y, () => weight);

  /**
   * W&B's time-weighted mean: the further x went, the less counts what lies before. As there, where x goes
   * back or stands still the plain mean is taken.
   */
  function twema(amount, series) {
    const { x, y, stretches } = series;
    const range = x[x.length - 1] - x[0];
    if (stretches.length > 1 || !(range > 0)) return ema(amount, series);
    const weight = Math.min(Math.sqrt(amount), MOST);
    let before = x[0];
    const along = (row) => {
      const part = weight ** (((x[row] - before) / range) * SCREEN);
      before = x[row];
      return part;
    };
    return exponential(y, along, (last, part, value) => last * part + value);
  }

  /** What `each(first, end)` makes of every stretch of finite values; all others stay what they are. */
  function gapless({ y, stretches }, each) {
    const out = Float64Array.from(y);
    for (const [start, stop] of stretches) {
      for (let first = start; first < stop; first++) {
        if (!Number.isFinite(y[first])) continue;
        let end = first + 1;
        while (end < stop && Number.isFinite(y[end])) end++;
        each(out, first, end);
        first = end;
      }
    }
    return out;
  }

  /** Rows beside a row that a window of `size` points reaches: as many on both sides. */
  const half = (size) => Math.floor(size / 2);

  /** A mean of each point and those beside it, by weights for how far away they are; at gaps of what there is. */
  const centred = (weights, series) =>
    gapless(series, (out, first, end) => {
      const { y } = series;
      const reach = weights.length - 1;
      for (let row = first; row < end; row++) {
        let [sum, all] = [0, 0];
        for (let at = Math.max(first, row - reach); at < Math.min(end, row + reach + 1); at++) {
          const weight = weights[Math.abs(at - row)];
          sum += weight * y[at];
          all += weight;
        }
        out[row] = sum / all;
      }
    });

  const mean = (size, series) => centred(new Float64Array(half(size) + 1).fill(1), series);

  function gauss(sigma, series) {
    const bell = (_, away) => Math.exp(-0.5 * (away / sigma) ** 2);
    return centred(Float64Array.from({ length: Math.ceil(TAILS * sigma) + 1 }, bell), series);
  }

  const median = (size, series) =>
    gapless(series, (out, first, end) => {
      const { y } = series;
      const sorted = []; // values of the window
      const place = (value) => {
        let [low, high] = [0, sorted.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (sorted[middle] < value) low = middle + 1;
          else high = middle;
        }
        return low;
      };
      const enter = (value) => sorted.splice(place(value), 0, value);
      for (let row = first; row < Math.min(end, first + half(size)); row++) enter(y[row]);
      for (let row = first; row < end; row++) {
        if (row + half(size) < end) enter(y[row + half(size)]);
        if (row - half(size) - 1 >= first) sorted.splice(place(y[row - half(size) - 1]), 1);
        const middle = sorted.length >> 1;
        out[row] = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      }
    });

  // kind → {most, step, usual: of its slider; limit: largest amount there is; unit; make, words}
  const weight = { most: 0.99, step: 0.01, usual: 0.6, limit: MOST, unit: "weight" };
  const points = { most: 101, step: 1, usual: 11, limit: 1001, unit: "points" };
  const KINDS = new Map([
    ["ema", { ...weight, make: ema, words: (amount) => `${amount} EMA` }],
    ["twema", { ...weight, make: twema, words: (amount) => `${amount} time-weighted EMA` }],
    ["mean", { ...points, make: mean, words: (amount) => `mean of ${2 * half(amount) + 1} points` }],
    ["gauss", { most: 30, step: 0.5, usual: 3, limit: 100, unit: "σ, points", make: gauss, words: (amount) => `Gaussian, σ ${amount} points` }],
    ["median", { ...points, make: median, words: (amount) => `median of ${2 * half(amount) + 1} points` }],
  ]); // prettier-ignore

  /** How much is smoothed: what was asked for, within what this kind can do. */
  const amount = (kind, given) => Math.min(given, KINDS.get(kind).limit);

  runfolio.smooth = {
    KINDS,
    amount,

    /** Whether the amount of a kind is a weight, 0 to below 1, and not a number of points. */
    weighs: (kind) => KINDS.get(kind).limit < 1,

    /**
     * The values of a series smoothed. NaN and infinities stay what they are, and a series that never changes
     * comes back unchanged.
     *
     * series   {x, y, stretches: [[first, end], …] in which x never goes back}
     */
    values(kind, given, series) {
      const { y } = series;
      if (!(given > 0) || y.length === 0 || y.every((value) => value === y[0])) return y;
      return KINDS.get(kind).make(amount(kind, given), series);
    },

    /** "0.6 EMA", "mean of 11 points" */
    words: (kind, given) => KINDS.get(kind).words(amount(kind, given)),
  };
}
