// Panels: a card in several small charts, one for each run, metric or value of a param, that share x, and y where
// they measure the same.
// Gives    runfolio.panels  of(card, lines), Panels
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { bindings, chart, hover, titles, view } = runfolio;
  const { made } = hover;

  const MOST = 24; // panels of a card

  /** The panels of a card: {panels: [{title, lines}], lines, heights(lines), notes}; null when it is drawn as one. */
  function of(card, lines) {
    const all = bindings.panels(card, lines);
    if (!all?.length) return null;
    const panels = all.slice(0, MOST);
    const shown = panels.flatMap((panel) => panel.lines);
    const apart = view.option("panel", card) === "metric" && !titles.shared(card.metrics);
    return {
      panels,
      lines: shown,
      heights: (own) => (apart ? own : shown),
      notes: panels.length < all.length ? [`${MOST} of ${all.length} panels`] : [],
    };
  }

  /** The small charts inside of a plot; they are kept and used again. */
  class Panels {
    constructor(plot, hands) {
      this.plot = plot;
      this.hands = hands;
      this.element = made(null, "div", "chart-panels");
      this.made = [];
    }

    /** One more small chart. */
    grow() {
      const element = made(null, "div", "chart-panel");
      const title = made(element, "p", "chart-panel__title");
      const plot = made(element, "div", "chart-panel__plot");
      this.made.push({ element, title, plot, over: hover.attach(plot, this.hands) });
    }

    /** Draw; the same kind of answer as runfolio.chart.draw, without a place of its own to hover on. */
    async draw({ panels, lines, heights, notes }, how, late) {
      while (this.made.length < panels.length) this.grow();
      const used = this.made.slice(0, panels.length);
      this.element.replaceChildren(...used.map(({ element }) => element));
      if (!this.element.isConnected) {
        [...this.plot.childNodes].filter((node) => node.dataset?.overlay === undefined).forEach((node) => node.remove());
        this.plot.prepend(this.element);
      }
      const titles = panels.map(({ title }) => title);
      const shown = runfolio.names.apart(titles, used[0].title.clientWidth || Infinity); // a card that shows its table has no width
      used.forEach(({ title }, at) => ([title.textContent, title.title] = [shown[at], titles[at]]));
      const frame = chart.framed(lines, how);
      const drawn = [];
      for (const [at, { plot, over }] of used.entries()) {
        if (late()) break;
        const own = panels[at].lines;
        drawn.push(await chart.draw(plot, own, { ...how, frame, among: heights(own) }));
        over.update(drawn[at]);
      }
      this.made.slice(panels.length).forEach(({ over }) => over.update(null));
      return {
        ...drawn[0],
        view: { finalize: () => drawn.forEach((each) => each.view.finalize()) },
        panels: drawn,
        lines,
        y: null,
        points: drawn.reduce((sum, each) => sum + each.points, 0),
        banded: drawn.some((each) => each.banded),
        notes: [...new Set([...drawn.flatMap((each) => each.notes), ...notes])],
      };
    }

    /** Nothing is shown or lit from any of them. */
    leave() {
      this.made.forEach(({ over }) => over.leave());
    }

    /** Make room for small charts in the plot, or for one. */
    enter(several) {
      this.plot.toggleAttribute("data-panels", several);
      if (!several) this.made.forEach(({ over }) => over.update(null));
    }
  }

  runfolio.panels = { of, Panels };
}
