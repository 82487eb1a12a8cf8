// Full: one card over the whole window; and the card alone in a frame, where the address has `?embed`.
// Reads, writes  `full` in the view: Back closes, a link opens
// Gives    runfolio.full  start(cards), follow(), standing(figure): what holds the figure's place on the board
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { button, hover, keys, layout, view } = runfolio;
  const { made } = hover;

  const EMBEDDED = document.documentElement.dataset.embed !== undefined;

  let cards = new Map(); // of the board
  let opened = null; // {key, figure, dialog, place, count}

  const standing = (figure) => (figure && opened?.figure === figure ? opened.place : figure);

  const step = (by) => {
    const next = layout.neighbour(view.state.full, by);
    if (next !== null) view.fill(next);
  };

  function makeDialog() {
    const dialog = made(document.body, "dialog", "full");
    const bar = made(dialog, "div", "full__bar");
    button(bar, "‹ previous", () => step(-1));
    const count = made(bar, "span", "full__count");
    button(bar, "next ›", () => step(1));
    button(bar, "close", () => view.fill(null)).dataset.close = "";
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      view.fill(null);
    });
    return { dialog, count };
  }

  /** Take the figure of a card into the dialog; something as high stands for it on the board meanwhile. */
  function take(key) {
    const { figure } = cards.get(key);
    const place = made(null, "div", "full__place");
    place.style.height = `${figure.offsetHeight}px`;
    figure.before(place);
    figure.hidden = false;
    const { dialog, count } = opened ?? makeDialog();
    opened = { key, figure, dialog, place, count };
    dialog.append(figure);
    const name = figure.querySelector(".chart-card__title").textContent;
    dialog.setAttribute("aria-label", name);
  }

  function putBack() {
    if (cards.has(opened.key)) opened.place.replaceWith(opened.figure);
    else opened.place.remove();
  }

  function follow() {
    if (EMBEDDED) return;
    const { full } = view.state;
    if (full !== (opened?.key ?? null)) {
      const focused = document.activeElement;
      const figureOf = (element) => element.closest("[data-card]");
      if (opened) putBack();
      if (full !== null && cards.has(full)) {
        take(full);
        const { dialog } = opened;
        if (!dialog.open) {
          dialog.showModal();
          dialog.querySelector("[data-close]").focus();
        } else if (!dialog.contains(focused) || figureOf(focused)) opened.figure.focus();
      } else if (opened) {
        const { figure, dialog } = opened;
        opened = null;
        dialog.remove();
        figure.focus({ preventScroll: true });
        figure.scrollIntoView({ block: "nearest" });
      }
    }
    if (!opened) return;
    const all = layout.shown();
    opened.count.textContent = `${all.findIndex((card) => card.key === full) + 1} of ${all.length}`;
  }

  /** Nothing but one card in the frame. */
  function embed() {
    const lost = !cards.size || (view.state.full === null && view.state.missing.cards.length > 0);
    const card = lost ? undefined : cards.get(view.state.full ?? layout.shown()[0]?.key);
    const words = cards.size ? "This page has no such chart any more." : "This page has no chart to show.";
    for (const [key, other] of cards) if (other !== card) cards.delete(key);
    if (card) card.figure.hidden = false;
    document.body.replaceChildren(...(card ? [card.figure] : [made(null, "p", "dim", words)]));
  }

  function start(all) {
    cards = all;
    if (EMBEDDED) embed();
    else follow();
  }

  keys.add("card", [
    ["f", "over the whole window, and back", () => {
      const key = keys.card();
      if (key !== null) view.fill(view.state.full === null ? key : null);
    }],
  ], keys.BOARD); // prettier-ignore
  keys.add("whole window", [
    ["ArrowLeft", "the card before", () => view.state.full !== null && step(-1), "←"],
    ["ArrowRight", "the card behind", () => view.state.full !== null && step(1), "→"],
    ["Escape", "back to the board", null, "Esc"],
  ], keys.BOARD); // prettier-ignore

  runfolio.full = { EMBEDDED, start, follow, standing };
}
