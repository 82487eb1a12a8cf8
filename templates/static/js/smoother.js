// Smoother: the slider of the toolbar, whose range and words follow the kind of smoothing.
// Gives    runfolio.smoother  slider(field), choose(kind, key)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { hover, smooth, view } = runfolio;
  const { made } = hover;

  const PAUSE = 120; // ms after a move of the slider until the cards follow

  function slider(field) {
    const input = made(field, "input", "chart-toolbar__smooth");
    input.type = "range";
    const output = made(field, "output", "chart-toolbar__amount");
    const word = (kind, amount) =>
      !amount ? "off" : smooth.weighs(kind) ? amount.toFixed(2) : `${kind === "gauss" ? "σ " : ""}${amount}`;
    let waiting = 0;
    input.addEventListener("input", () => {
      output.textContent = word(view.option("smoother"), Number(input.value));
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        waiting = 0;
        view.choose("smooth", Number(input.value), null, { of: "smooth" });
      }, PAUSE);
    });

    function follow() {
      if (waiting) return;
      const kind = view.option("smoother");
      const amount = view.option("smooth");
      const { most, step } = smooth.KINDS.get(kind);
      Object.assign(input, { min: 0, max: most, step, value: amount });
      output.textContent = word(kind, amount && smooth.amount(kind, amount));
    }
    document.addEventListener("view:change", follow);
    follow();
  }

  /**
   * Choose the kind of smoothing of a card, or of the board. A weight is no number of points: where the amount was
   * of another sort, or smoothing was off, it becomes what is usual for the kind.
   */
  function choose(kind, key) {
    const card = key === null ? null : view.card(key);
    const before = view.option("smoother", card);
    const amount = view.option("smooth", card);
    const now = kind ?? view.option("smoother");
    const differs = smooth.weighs(before) !== smooth.weighs(now) || (now === "gauss") !== (before === "gauss");
    const other = amount > 0 ? differs : kind !== null;
    view.choose("smoother", kind, key);
    if (!other) return;
    const board = kind === null ? null : smooth.KINDS.get(now).usual; // as the board: its amount, too
    view.choose("smooth", board, key, { step: false });
  }

  runfolio.smoother = { slider, choose };
}
