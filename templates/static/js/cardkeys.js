// Card keys: from card to card, and what is done with the one that has the focus.
// Gives    runfolio.cardkeys  shown(key): bring a card into view, with the focus; moved(card, step)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { keys, later, layout, view } = runfolio;

  function shown(key) {
    const card = runfolio.board.cards.get(key);
    card?.figure.scrollIntoView({ block: "nearest" });
    card?.more.focus({ preventScroll: true });
  }

  function moved(card, step) {
    const other = layout.beside(card.key, step);
    if (!other) return;
    view.place(card.key, other.key, step > 0);
    shown(card.key);
  }

  const meant = (act) => () => {
    const card = runfolio.board.cards.get(keys.card());
    if (!card) return false;
    act(card);
  };

  /** Put the focus on the card so many places on. */
  function walked(step) {
    const key = keys.card();
    const next = key === null ? layout.shown().at(step > 0 ? 0 : -1)?.key : layout.neighbour(key, step);
    if (view.state.full !== null || next === undefined) return false;
    const { figure } = runfolio.board.cards.get(next);
    figure.focus();
    figure.scrollIntoView({ block: "nearest" });
  }

  keys.add("card", [
    ["]", "the next card", () => walked(1)],
    ["[", "the card before", () => walked(-1)],
    ["s", "settings", meant(({ more, key }) => later.press(more, ({ settings }) => settings.open(more, key)))],
  ], keys.BOARD);
  keys.add("card", [["t", "table of its values, and back", meant((card) => card.turnTable())]], "[data-card]");
  keys.add("card", [
    ["{", "move it up", meant((card) => moved(card, -1))],
    ["}", "move it down", meant((card) => moved(card, 1))],
  ], `${keys.BOARD} ~ [data-card]`);

  runfolio.cardkeys = { moved, shown };
}
