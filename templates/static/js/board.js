// Board: the cards of a page. Fills each with its chart, chips, legend and footer, when it comes into view
// and whenever the view, the theme or its size changes; and the toolbar above them.
// Reads    [data-board] with figures [data-card], [data-toolbar]
// Writes   data-series, data-points, data-drawn on each figure: what was given to Vega, counted; data-theme; data-turn: times it was drawn anew
// Listens  "view:change", "theme:change" on document
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { bars, chart, data, hover, legend, lines, notes, options, picker, place, settings, smoother, view, zoom } = runfolio;
  const { made } = hover;

  const AHEAD = "300px"; // cards this near to the window are drawn, too
  const UNSEEN = 200; // ms after which the next card is drawn though nothing was painted

  const boardElement = document.querySelector("[data-board]");
  const cards = new Map(); // key → Card
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
      this.asTable = button(tools, "table", () => this.turnTable());
      this.asTable.setAttribute("aria-pressed", "false");
      this.unzoom = button(tools, "zoom out", () => zoom.reset(this.key));
      this.remove = button(tools, "remove", () => view.removeCard(this.key));
      this.settings = button(tools, "settings", () => settings.open(this.settings, this.key));
      this.settings.setAttribute("aria-expanded", "false");
      this.unzoom.hidden = !zoom.isZoomed(this.state);
      this.remove.hidden = this.state.base !== null;
      this.legend = made(null, "div", "chart-card__legend");
      this.plot.after(this.legend);
      this.table = made(null, "div", "chart-card__table");
      this.table.hidden = true;
      this.legend.before(this.table);
      this.over = hover.attach(this.plot, {
        zoomed: (x, y, how) => this.zoomed(x, y, how),
        reset: () => zoom.reset(this.key),
      });
      this.plot.setAttribute("role", "img");
    }

    get state() {
      return view.card(this.key);
    }

    turnTable() {
      this.tabular = !this.tabular;
      this.asTable.setAttribute("aria-pressed", String(this.tabular));
      this.table.hidden = !this.tabular;
      this.plot.hidden = this.tabular;
      this.fillTable();
      if (!this.tabular) this.refresh();
    }

    /** The numbers as a table, made only where it is read: with hundreds of series it takes longer than the chart. */
    fillTable() {
      this.table.replaceChildren(...(this.tabular && this.loaded ? [notes.table(this.loaded)] : []));
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
      const words = JSON.stringify([[...view.state.runs].sort(), chosen, metrics, [...hidden].sort(), theme]);
      if (words === this.followed) return;
      this.followed = words;
      this.refresh();
    }

    /** Cards are drawn and painted one after the other, so that the first is there as soon as can be. */
    draw() {
      const turn = ++this.turn;
      this.stale = false;
      queue = queue.then(() => this.drawNow(() => turn !== this.turn)).then(painted);
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
      const now = view.state;
      const words = this.heading(card, now);
      const loaded = await lines.load(now, card, this.best?.run ?? null);
      if (late()) return;
      const best = lines.bestOf(loaded);
      if (best?.run !== this.best?.run && words.crowded) {
        this.best = best;
        return this.redraw(late); // the best run has its colour among many
      }
      this.best = best;
      const limits = zoom.of(card);
      const asBars = bars.fits(loaded);
      this.figure.dataset.kind = asBars ? "bars" : "curves";
      this.figure.dataset.empty = String(!loaded.length);
      this.plot.style.height = asBars ? `${bars.height(loaded)}px` : "";
      if (!loaded.length) this.empty(card, words);
      else {
        const room = asBars ? 0 : this.over.room(loaded);
        const how = { axis: place.axisOf(card), zoom: limits, room };
        for (const name of ["xscale", "y", "ylim", "outliers", "normal"]) how[name] = view.option(name, card);
        const drawn = asBars ? await bars.draw(this.plot, loaded) : await chart.draw(this.plot, loaded, how);
        if (late()) return drawn.view.finalize();
        this.drawn?.view.finalize();
        this.drawn = drawn;
        if (!limits && !asBars) this.extent = drawn.x.domain;
        this.over.update(drawn, room);
      }
      const drawn = loaded.length ? this.drawn : null;
      this.footer.textContent = notes.footer(loaded, words.all, drawn, card);
      this.plot.setAttribute("aria-label", notes.summary(this.title.textContent, loaded, best));
      this.loaded = loaded;
      this.fillTable();
      this.figure.dataset.series = loaded.length;
      this.figure.dataset.points = drawn?.points ?? 0;
      this.figure.dataset.theme = getComputedStyle(document.documentElement).colorScheme;
      this.figure.dataset.turn = this.turn;
      this.figure.dataset.drawn = "true";
    }

    /** Title, chips, legend, tools: all that needs no points. */
    heading(card, now) {
      const styled = lines.styled(now, card, this.best?.run ?? null);
      if (card.base === null) {
        this.title.textContent = card.metrics.map((metric) => data.page.metrics[metric].name).join(" + ") || "New card";
      }
      legend.chips(this.chips, card, styled);
      legend.runs(this.legend, card, styled);
      this.unzoom.hidden = !zoom.isZoomed(card);
      this.remove.hidden = card.base !== null;
      const runs = new Set(styled.map((line) => line.run)).size;
      return { all: styled.length, crowded: runs > lines.TOO_MANY };
    }

    empty(card, words) {
      this.drawn?.view.finalize();
      this.drawn = null;
      this.over.update(null);
      const text = !card.metrics.length
        ? "No metric on this card yet: add one."
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

  function button(parent, text, press) {
    const element = made(parent, "button", "chart-tool", text);
    element.type = "button";
    element.addEventListener("click", press);
    return element;
  }

  const eyes = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const card = [...cards.values()].find((other) => other.figure === target);
        if (!card) continue;
        card.seen = isIntersecting;
        if (isIntersecting && card.stale) card.draw();
      }
    },
    { rootMargin: AHEAD },
  );

  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const card = [...cards.values()].find((other) => other.plot === target);
      const width = Math.round(target.clientWidth);
      if (card?.width && width && width !== card.width) card.refresh();
      if (card && width) card.width = width;
    }
  });

  function enter(key, figure) {
    const card = new Card(key, figure);
    cards.set(key, card);
    eyes.observe(figure);
    sizes.observe(card.plot);
    return card;
  }

  /** A figure as the page prints them, for a card that the reader made. */
  function newFigure(key) {
    const figure = made(null, "figure", "chart-card");
    figure.dataset.card = key;
    made(figure, "figcaption", "chart-card__title");
    made(figure, "div", "chart-card__plot");
    made(figure, "p", "chart-card__footer");
    return figure;
  }

  /** Make the figures agree with the cards of the view: the reader's own stand before the others. */
  function sync() {
    const wanted = view.state.cards.filter((card) => card.base === null).map((card) => card.key);
    for (const [key, card] of cards) {
      if (key[0] !== "+" || wanted.includes(key)) continue;
      eyes.unobserve(card.figure);
      sizes.unobserve(card.plot);
      card.drawn?.view.finalize();
      card.figure.remove();
      cards.delete(key);
    }
    wanted.toReversed().forEach((key) => {
      if (!cards.has(key)) enter(key, newFigure(key));
      boardElement.prepend(cards.get(key).figure);
    });
  }

  function start() {
    const figures = [...boardElement.querySelectorAll("[data-card]")];
    view.state.cards
      .filter((card) => card.base !== null)
      .forEach((card) => {
        const figure = figures.find((other) => other.dataset.card === String(card.base));
        if (figure) enter(card.key, figure);
      });
    sync();
    const first = cards.get(view.state.cards[0]?.key);
    if (first) {
      lines.load(view.state, first.state, null).catch(() => {}); // its shards come while the page is laid out
    }
    toolbar();
    notice();
    if (first && first.figure.getBoundingClientRect().top < innerHeight) {
      first.seen = true; // the observer tells only after a frame
      first.draw();
    }
  }

  function refreshAll() {
    sync();
    notice();
    for (const card of cards.values()) card.follow();
  }

  /** Says what the address names and this page lacks. */
  function notice() {
    const { runs, metrics } = view.state.missing;
    const parts = [];
    if (runs.length) parts.push(`${runs.length === 1 ? "a run" : `${runs.length} runs`} (${runs.join(", ")})`);
    if (metrics.length) parts.push(`${metrics.length === 1 ? "a metric" : `${metrics.length} metrics`} (${metrics.join(", ")})`);
    let element = document.querySelector("[data-view-notice]");
    if (!parts.length) return element?.remove();
    if (!element) {
      element = made(null, "p", "chart-notice");
      element.dataset.viewNotice = "";
      element.setAttribute("role", "status");
      boardElement.before(element);
    }
    element.textContent = `The link names ${parts.join(" and ")} that this page does not have. All else is shown.`;
  }

  function toolbar() {
    const bar = document.querySelector("[data-toolbar]");
    if (!bar) return;
    const x = made(field(bar, "x axis"), "select", "chart-toolbar__x");
    for (const [value, word] of options.get("x").choices) made(x, "option", "", word).value = value;
    const group = made(x, "optgroup");
    group.label = "a metric";
    data.page.metrics.forEach((metric) => (made(group, "option", "", metric.name).value = `metric:${metric.name}`));
    if (!data.page.metrics.some((metric) => metric.x !== null && metric.x !== "step")) x.options[0].remove();
    x.addEventListener("change", () => {
      const plain = x.value === "step" && !x.querySelector("[value=auto]");
      view.choose("x", plain ? "auto" : x.value);
    });

    smoother.slider(field(bar, "smoothing"));

    const logarithm = made(field(bar, "log y", true), "input");
    logarithm.type = "checkbox";
    logarithm.parentElement.prepend(logarithm);
    logarithm.addEventListener("change", () => view.choose("y", logarithm.checked ? "log" : "linear"));

    const link = made(field(bar, "link zoom", true), "input");
    link.type = "checkbox";
    link.parentElement.prepend(link);
    link.addEventListener("change", () => zoom.link(link.checked));

    const all = button(made(bar, "span", "chart-toolbar__new"), "settings", () => settings.open(all, null));
    all.setAttribute("aria-expanded", "false");
    const add = button(made(bar, "span", "chart-toolbar__new"), "new card…", () =>
      picker.open(add, {
        taken: new Set(),
        choose: (metric) => {
          const key = view.addCard([metric]);
          cards.get(key)?.figure.scrollIntoView({ block: "nearest" });
        },
      }),
    );
    add.setAttribute("aria-expanded", "false");
    const copy = button(bar, "copy link", async () => {
      copy.textContent = (await copied(view.link())) ? "copied" : "copy it from the address bar";
      setTimeout(() => (copy.textContent = "copy link"), 2000);
    });
    copy.dataset.copyLink = "";
    const reset = button(bar, "reset view", () => view.reset());

    function follow() {
      const value = view.option("x");
      x.value = value === "auto" && !x.querySelector("[value=auto]") ? "step" : value;
      logarithm.checked = ["log", "clip"].includes(view.option("y"));
      link.checked = zoom.linked();
      reset.hidden = view.isReset();
    }
    document.addEventListener("view:change", follow);
    follow();
  }

  function field(parent, word, after = false) {
    const label = made(parent, "label", "chart-toolbar__field");
    const text = made(label, "span", "", word);
    if (after) label.append(text);
    return label;
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = made(document.body, "textarea", "unseen", text); // pages from disk have no clipboard
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }

  if (boardElement && data.page) {
    if (document.readyState === "complete" || window.vega) start();
    else addEventListener("DOMContentLoaded", start);
    document.addEventListener("view:change", refreshAll);
    document.addEventListener("theme:change", refreshAll);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refreshAll);
  }

  runfolio.board = { cards };
}
