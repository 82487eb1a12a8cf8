// Card: one figure and what it shows: its head, chart, legend, table, footer and tools.
// Writes   data-series, data-points, data-drawn on the figure: what was given to Vega, counted; data-theme;
//          data-turn: which of the drawings asked for it is
// Gives    runfolio.Card
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { bindings, button, chart, data, hover, keys, kinds, later, legend, lines, notes, options } = runfolio;
  const { panels, picker, place, pointing, refocus, resize, titles, view, zoom } = runfolio;
  const { made } = hover;

  const UNSEEN = 200; // ms after which the next card is drawn though nothing was painted

  let queue = Promise.resolve(); // of cards to draw

  /** One figure and what it shows. */
  class Card {
    constructor(key, figure) {
      this.key = key;
      this.figure = figure;
      this.plot = figure.querySelector(".chart-card__plot");
      this.footer = figure.querySelector(".chart-card__footer");
      this.seen = false;
      this.stale = true;
      this.turn = 0;
      this.drawn = null;
      this.tabular = false;
      this.furnish();
      this.follow();
    }

    furnish() {
      const caption = this.figure.querySelector("figcaption");
      const head = made(null, "div", "chart-card__head");
      caption.replaceWith(head);
      this.title = caption;
      head.append(caption);
      this.chips = made(head, "div", "chart-card__chips");
      const foot = made(null, "div", "chart-card__foot");
      this.footer.replaceWith(foot);
      foot.append(this.footer);
      const tools = made(foot, "div", "chart-card__tools");
      this.add = button(tools, "add metric…", () =>
        picker.open(this.add, {
          taken: new Set(this.state.metrics),
          choose: (metric) => view.change(() => view.card(this.key).metrics.push(metric)),
        }),
      );
      this.add.setAttribute("aria-expanded", "false");
      this.add.dataset.boardOnly = "";
      this.asTable = button(tools, "table", () => this.turnTable());
      this.asTable.setAttribute("aria-pressed", "false");
      this.unzoom = button(tools, "zoom out", () => zoom.reset(this.key));
      this.unzoom.hidden = !zoom.isZoomed(this.state);
      this.more = button(tools, "⋯", () => later.press(this.more, ({ menu }) => menu.open(this)));
      this.more.setAttribute("aria-label", "more to do with this card");
      this.more.setAttribute("aria-expanded", "false");
      this.more.dataset.boardOnly = "";
      resize.attach(this.figure, this.key);
      this.legend = made(null, "div", "chart-card__legend");
      this.under = made(null, "bdi", "chart-card__under"); // the name of x
      this.plot.after(this.under, this.legend);
      this.table = made(null, "div", "chart-card__table");
      this.table.hidden = true;
      Object.assign(this.table, { role: "group", ariaLabel: "numbers of this card", tabIndex: 0 }); // it scrolls
      this.legend.before(this.table);
      const hands = { zoomed: (x, y, how) => this.zoomed(x, y, how), reset: () => zoom.reset(this.key) };
      this.over = hover.attach(this.plot, hands);
      this.panels = new panels.Panels(this.plot, hands);
      this.figure.tabIndex = -1; // reached by keys: [ and ]
    }

    get state() {
      return view.card(this.key);
    }

    get isFull() {
      return view.fills(this.key);
    }

    /** The table in place of the chart, or back; the focus, where it was in either, goes along. */
    turnTable() {
      const [now, next] = this.tabular ? [this.table, this.plot] : [this.plot, this.table];
      const focused = now.contains(document.activeElement);
      this.tabular = !this.tabular;
      for (const pointed of [this.over, this.panels, this.bars, this.pointer]) pointed?.leave();
      this.asTable.setAttribute("aria-pressed", String(this.tabular));
      this.table.hidden = !this.tabular;
      this.plot.hidden = this.tabular;
      if (focused) (next.tabIndex < 0 ? this.figure : next).focus({ preventScroll: true });
      this.fillTable();
      if (!this.tabular) this.refresh();
    }

    /** The numbers as a table, made only where it is read: with hundreds of series it takes longer than the chart. */
    async fillTable() {
      const wanted = () => (this.tabular && this.tableOf) || null;
      const asked = wanted();
      let table = null;
      try {
        table = await asked?.();
      } catch (error) {
        table = made(null, "p", "chart-card__empty", error.message);
      }
      if (asked === wanted()) this.table.replaceChildren(...(table ? [table] : []));
    }

    /** Limits of x, kept within what there is, and of y where a box was drawn. */
    zoomed(x, y, how) {
      const whole = this.extent;
      let next = x;
      if (whole) {
        if (how.whole && (x[0] < whole[0] || x[1] > whole[1])) return; // moved up to the edge
        next = [Math.max(x[0], whole[0]), Math.min(x[1], whole[1])];
        if (next[0] >= next[1]) return;
        if (next[0] <= whole[0] && next[1] >= whole[1]) next = null;
      }
      zoom.choose(this.key, { x: next, y }, how);
    }

    /** Whether the plot has another size than when this was asked before. */
    resized() {
      const { clientWidth, clientHeight } = this.plot;
      const size = `${clientWidth} ${clientHeight}`;
      if (!clientWidth || size === this.size) return false;
      const before = this.size;
      this.size = size;
      return before !== undefined;
    }

    /** Draw now when in view, else when it comes into view. */
    refresh() {
      this.stale = true;
      if (this.seen) this.draw();
    }

    /** Draw anew when the view or the theme changed in what this card shows. */
    follow() {
      const { metrics, hidden } = this.state;
      const theme = getComputedStyle(document.documentElement).colorScheme;
      const chosen = [...options.keys()].map((name) => view.option(name, this.state));
      this.figure.dataset.size = view.option("size", this.state);
      if (!kinds.of(this.state)) this.name();
      const followed = [chosen, metrics, [...hidden].sort(), theme, this.isFull, kinds.follows(this.state)];
      const words = JSON.stringify([[...view.state.runs].sort(), this.points ?? this.count(), ...followed]);
      if (words === this.followed) return;
      this.followed = words;
      this.refresh();
    }

    /** The title, and what x is unless it is the step: before anything is drawn, so that nothing moves then. */
    name() {
      const title = titles.of(this.state);
      const unit = view.option("normal", this.state) === "on" ? "" : titles.unit(this.state); // from 0 to 1 nothing has one
      if (this.title.textContent !== (unit ? `${title} ${unit}` : title)) {
        this.title.replaceChildren(made(null, "bdi", "", title), unit && " ");
        if (unit) made(made(this.title, "small"), "bdi", "", unit);
      }
      const axis = place.axisOf(this.state);
      this.under.textContent = this.under.title = axis === "step" ? "" : place.called(axis);
    }

    /** How many points each of its series has: where they are more, the card is drawn anew. Series keep their points. */
    count() {
      const { metrics } = this.state;
      const series = [...view.state.runs].flatMap((run) => metrics.map((metric) => [data.page.runs[run].id, data.total(run, metric)]));
      return (this.points = JSON.stringify(series));
    }

    /** The page's data are others: draw anew where they are others here, or where drawing failed. */
    outdate() {
      this.points = null;
      if (this.figure.dataset.drawn === "failed") this.followed = null;
    }

    /** Cards are drawn and painted one after the other, so that the first is there as soon as can be; or at once. */
    draw(atOnce = false) {
      const turn = ++this.turn;
      const late = () => turn !== this.turn;
      this.stale = false;
      if (atOnce) this.drawNow(late);
      else queue = queue.then(() => this.drawNow(late)).then(painted);
    }

    async drawNow(late) {
      if (late()) return;
      try {
        await this.redraw(late);
      } catch (error) {
        if (late()) return;
        this.figure.dataset.drawn = "failed";
        this.footer.textContent = `This chart could not be drawn: ${error.message}`;
        console.error(error);
      }
    }

    async redraw(late) {
      const { state: card } = this;
      if (kinds.of(card)) {
        this.panels.enter(false);
        const { pictures } = await later("pictures");
        return pictures.draw(this, late);
      }
      runfolio.pictures?.leave(this);
      await bindings.ready(card);
      if (late()) return;
      const now = view.state;
      const words = this.heading(card, now);
      const all = await lines.load(now, card, this.best?.run ?? null);
      if (late()) return;
      const best = lines.bestOf(all);
      if (best?.run !== this.best?.run && words.crowded) {
        this.best = best;
        return this.redraw(late); // the best run has its colour among many
      }
      this.best = best;
      const limits = zoom.of(card);
      const asBars = lines.single(all);
      const { bars } = asBars ? await later("bars") : {};
      if (late()) return;
      const split = asBars ? null : panels.of(card, all);
      const loaded = split ? split.lines : all;
      this.panels.enter(Boolean(split));
      this.figure.dataset.kind = asBars ? "bars" : "curves";
      this.figure.dataset.empty = String(!loaded.length);
      this.plot.style.height = asBars ? `${bars.height(loaded)}px` : "";
      this.resized(); // what follows is drawn in this size
      if (!loaded.length) this.empty(card, words);
      else {
        const nameless = asBars || split || document.documentElement.hasAttribute("data-paper");
        const room = nameless ? 0 : this.over.room(loaded);
        const how = { axis: place.axisOf(card), zoom: limits, room, dense: this.isFull };
        for (const name of ["xscale", "y", "ylim", "outliers", "normal"]) how[name] = view.option(name, card);
        const drawn = asBars
          ? await bars.draw(this.plot, loaded, best)
          : split
            ? await this.panels.draw(split, how, late)
            : await chart.draw(this.plot, loaded, how);
        if (late()) return drawn.view.finalize();
        this.drawn?.view.finalize();
        this.drawn = drawn;
        if (!limits && !asBars) this.extent = drawn.x.domain;
        this.over.update(split ? null : drawn, room);
        if (drawn.model) this.bars ??= pointing.attach(this.plot);
        this.bars?.update(drawn.model ?? null);
      }
      const drawn = loaded.length ? this.drawn : null;
      const { footer, summary } = bars ?? notes;
      const [said, whole] = [notes.clipped, (name) => name].map((called) => footer(loaded, words.all, drawn, card, called));
      this.footer.textContent = said;
      this.footer.title = said === whole ? "" : whole;
      this.describe(summary(this.title.textContent, loaded, best, drawn));
      this.tableOf = () => later("tables").then(({ cardTable }) => cardTable(loaded, limits));
      this.fillTable();
      this.figure.dataset.series = loaded.length;
      this.figure.dataset.points = drawn?.points ?? 0;
      this.figure.dataset.theme = getComputedStyle(document.documentElement).colorScheme;
      this.figure.dataset.turn = this.turn;
      this.figure.dataset.drawn = "true";
    }

    /** Make chips, legend and tools anew; the focus stays there. */
    renew(fill) {
      refocus([this.chips, this.legend, this.unzoom], fill, [this.more, this.figure]);
    }

    /** Title, chips, legend, tools: all that needs no points. */
    heading(card, now) {
      const styled = lines.styled(now, card, this.best?.run ?? null);
      delete this.figure.dataset.legend; // which keeps the room of what comes now
      this.renew(() => {
        const asBars = lines.single(styled.filter((line) => line.shown));
        legend.chips(this.chips, card, styled, asBars);
        legend.runs(this.legend, card, styled, asBars);
        this.unzoom.hidden = !zoom.isZoomed(card);
      });
      return { all: styled.length, crowded: styled.some((line) => line.context) };
    }

    /** What the picture shows, for those who hear the page. Until then what the page printed there is read. */
    describe(words) {
      this.plot.setAttribute("role", "img");
      this.plot.setAttribute("aria-label", words);
    }

    empty(card, words) {
      this.drawn?.view.finalize();
      this.drawn = null;
      this.over.update(null);
      this.bars?.update(null);
      const text = !card.metrics.length
        ? view.option("kind", card) === "curves"
          ? "No metric on this card yet: add one."
          : "This picture compares runs: it is on the page of their experiment."
        : words.all
          ? "All series of this card are switched off."
          : view.state.runs.size
            ? "None of the runs drawn has points here."
            : "No run is drawn: tick some in the table.";
      const message = made(null, "p", "chart-card__empty", text);
      [...this.plot.childNodes].filter((node) => node.dataset?.overlay === undefined).forEach((node) => node.remove());
      this.plot.prepend(message);
    }
  }

  /** Waits until what was drawn is on the screen; on a page in the background nothing ever is. */
  const painted = () =>
    new Promise((resolve) => {
      if (document.hidden) return resolve();
      const late = setTimeout(resolve, UNSEEN);
      requestAnimationFrame(() => {
        clearTimeout(late);
        setTimeout(resolve);
      });
    });

  keys.add("chart with the focus", [
    ["ArrowRight", "from point to point, or from run to run", null, "← →"],
    ["Home", "the first and the last of them in view", null, "Home End"],
    ["+", "zoom in, zoom out, no limits", null, "+ − 0"],
    ["Enter", "pin the table; on a picture of runs, open the run", null],
  ], "[data-card]");

  runfolio.Card = Card;
}
