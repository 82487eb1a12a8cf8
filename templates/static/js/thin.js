// Thin: few rows of a series that show the whole, by the rule of sitegen/series.py.
// Gives    runfolio.thin(values, rows, breaks, budget)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  /**
   * At most about `budget` of the given rows, ascending: of each bucket of neighbours the smallest and the
   * largest finite value and the first NaN, +inf and -inf; always the first and last row and both sides of a break.
   *
   * values   of the whole series
   * rows     numbers of the rows to choose from, ascending
   * breaks   set of rows before which the line is broken
   */
  runfolio.thin = (values, rows, breaks, budget) => {
    if (rows.length <= budget) return rows;
    const kept = [];
    const size = Math.ceil(rows.length / Math.max(1, Math.floor(budget / 2)));
    let broken = 0;
    for (let start = 0; start < rows.length; start += size) {
      const end = Math.min(start + size, rows.length);
      const picked = new Set();
      let low = -1;
      let high = -1;
      const bad = [-1, -1, -1];
      for (let at = start; at < end; at++) {
        const row = rows[at];
        const value = values[row];
        if (Number.isFinite(value)) {
          if (low < 0 || value < values[low]) low = row;
          if (high < 0 || value > values[high]) high = row;
        } else {
          const kind = value > 0 ? 0 : value < 0 ? 1 : 2;
          if (bad[kind] < 0) bad[kind] = row;
        }
        if (breaks.size && breaks.has(row) && broken < budget / 4) {
          broken++;
          if (at > 0) picked.add(rows[at - 1]);
          picked.add(row);
        }
      }
      for (const row of [low, high, ...bad]) if (row >= 0) picked.add(row);
      if (start === 0) picked.add(rows[0]);
      if (end === rows.length) picked.add(rows[rows.length - 1]);
      kept.push(...[...picked].sort((first, second) => first - second));
    }
    return kept.filter((row, at) => at === 0 || row > kept[at - 1]);
  };
}
