// Noise: whether two values differ by chance alone; the same rule as `chance` in sitegen/spreads.py.
// Gives    runfolio.noise(gap, one, other) → {isAll, said}, or null where nothing tells
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { numbers } = runfolio;

  /**
   * A value is {n, std, group}: the mean of n runs; their standard deviation or, of one run, that of its repetitions, NaN
   * where it has none: then the other's stands for both; `group`, which repetitions of each other they are, or null.
   */
  runfolio.noise = (gap, one, other) => {
    const stds = [one, other].map(({ std }) => std);
    if (!stds.some(Number.isFinite)) return null;
    const errors = [one, other].map(({ n, std }, at) => (Number.isFinite(std) ? std : stds[1 - at]) / Math.sqrt(n));
    const give = (error) => `± ${numbers.rough(error)}`;
    if (one.group !== null && one.group === other.group) return { isAll: true, said: `only their seeds differ, which alone give ${give(stds[0])}` };
    const together = errors[0] + errors[1];
    return { isAll: Math.abs(gap) < together, said: `chance alone gives ${errors.map(give).join(" and ")}, ${numbers.rough(together)} together` };
  };
}
