// Smooth: the debiased exponential mean of TensorBoard, so that its numbers can be compared with ours.
// Gives    runfolio.smooth(values, weight)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  /**
   * Values smoothed by `weight` (0 to below 1), in the order logged.
   * Only finite values count; NaN and infinities stay what they are. A series that never changes comes back
   * unchanged. Always run over all points that were logged, never over what thinning left of them.
   */
  runfolio.smooth = (values, weight) => {
    if (!(weight > 0) || values.length === 0 || values.every((value) => value === values[0])) return values;
    const out = new Float64Array(values.length);
    let last = 0;
    let bias = 1;
    values.forEach((value, row) => {
      if (!Number.isFinite(value)) {
        out[row] = value;
        return;
      }
      last = weight * last + (1 - weight) * value;
      bias *= weight;
      out[row] = last / (1 - bias);
    });
    return out;
  };
}
