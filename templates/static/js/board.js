// Board: the cards of a page. Has each drawn when it comes into view and whenever the view, the theme or its
// size changes; makes figures for the cards of the reader's own.
// Reads    [data-board] with figures [data-card]
// Listens  "view:change", "theme:change" on document
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { Card, data, full, hover, layout, lines, notes, view } = runfolio;
  const { made } = hover;

  const AHEAD = "300px"; // cards this near to the window are drawn, too

  const boardElement = document.querySelector("[data-board]");
  const cards = new Map(); // key → Card

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
      if (card?.resized()) card.refresh();
    }
  });

  /** The figure that the page printed for one of its cards; undefined when it printed none. */
  function printed(base) {
    const taken = new Set([...cards.values()].map(({ figure }) => figure));
    return [...boardElement.querySelectorAll("[data-card]")].find((figure) => figure.dataset.card === String(base) && !taken.has(figure));
  }

  function enter(key, figure) {
    const card = new Card(key, figure);
    cards.set(key, card);
    eyes.observe(figure);
    sizes.observe(card.plot);
    return card;
  }

  /** A figure as the page prints them, for a card that it did not print. */
  function newFigure({ key, title }) {
    const figure = made(null, "figure", "chart-card");
    figure.dataset.card = key;
    made(figure, "figcaption", "chart-card__title", title);
    made(figure, "div", "chart-card__plot");
    made(figure, "p", "chart-card__footer");
    return figure;
  }

  /** Make the figures agree with the cards of the view, and put them in their places. */
  function sync() {
    const wanted = new Set(view.state.cards.map((card) => card.key));
    for (const [key, card] of cards) {
      if (wanted.has(key)) continue;
      eyes.unobserve(card.figure);
      sizes.unobserve(card.plot);
      card.drawn?.view.finalize();
      card.figure.remove();
      cards.delete(key);
    }
    for (const card of view.state.cards) {
      if (!cards.has(card.key)) enter(card.key, (card.base === null ? null : printed(card.base)) ?? newFigure(card));
    }
    layout.arrange(boardElement, (key) => full.standing(cards.get(key)?.figure));
  }

  function start() {
    sync();
    full.start(cards);
    const first = full.EMBEDDED ? [...cards.values()][0] : cards.get(view.state.full ?? layout.shown()[0]?.key);
    if (first) {
      lines.load(view.state, first.state, null).catch(() => {}); // its shards come while the page is laid out
    }
    runfolio.toolbar.start(cards);
    notice();
    if (first && first.figure.getBoundingClientRect().top < innerHeight) {
      first.seen = true; // the observer tells only after a frame
      first.draw();
    }
  }

  function refreshAll() {
    if (!full.EMBEDDED) sync();
    notice();
    full.follow();
    for (const card of cards.values()) card.follow();
  }

  /** Cards have other sizes on paper, and the light theme: what is drawn is drawn anew before it is printed, at once, and after it. */
  function paper(on) {
    document.documentElement.toggleAttribute("data-paper", on);
    const { colorScheme } = getComputedStyle(document.documentElement);
    const changed = [...cards.values()].filter((card) => (card.resized() || card.figure.dataset.theme !== colorScheme) && card.drawn);
    for (const card of changed.sort((one, other) => other.seen - one.seen)) card.draw(on);
  }

  /** Says what the address names and this page lacks. */
  function notice() {
    const { settings, ...others } = view.state.missing;
    const named = (words) => [...new Set(words)].map(notes.clipped);
    const lacking = Object.entries(others).flatMap(([what, words]) => {
      const names = named(words);
      if (!names.length) return [];
      return [`${names.length === 1 ? `a ${what.slice(0, -1)}` : `${names.length} ${what}`} (${names.join(", ")})`];
    });
    const parts = lacking.length ? [`names ${lacking.join(" and ")} that this page does not have`] : [];
    if (settings.length) parts.push(`says what cannot be read: ${named(settings).join(", ")}`);
    let element = document.querySelector("[data-view-notice]");
    if (!parts.length) return element?.remove();
    if (!element && boardElement.isConnected) {
      element = made(null, "p", "chart-notice");
      element.dataset.viewNotice = "";
      element.setAttribute("role", "status");
      (document.querySelector("[data-toolbar]") ?? boardElement).before(element);
    }
    if (element) element.textContent = `The link ${parts.join(", and ")}. All else is shown.`;
  }

  if (boardElement && data.page) {
    if (document.readyState === "complete" || window.vega) start();
    else addEventListener("DOMContentLoaded", start);
    document.addEventListener("view:change", refreshAll);
    document.addEventListener("data:change", () => cards.forEach((card) => card.outdate()));
    document.addEventListener("theme:change", refreshAll);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refreshAll);
    addEventListener("beforeprint", () => paper(true));
    addEventListener("afterprint", () => paper(false));
  } else if (full.EMBEDDED) full.start(cards);

  runfolio.board = { cards };
}
