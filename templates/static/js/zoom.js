// Zoom: the limits of x of a card or of the whole board, and the limits of y that a box drawn by hand gives a card.
// Cards are linked when the address says `link=zoom`, or when the board itself has limits of x: then all cards with
// the same x go along.
// Gives    runfolio.zoom  of(card), isZoomed(card), linked(), link(on), choose(key, {x, y}, how), reset(key)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { place, view } = runfolio;

  /** The x that limits of the whole board are meant for: the board's own, else that of its first card. */
  function boardAxis() {
    const chosen = view.option("x");
    const first = view.state.cards.find((card) => card.metrics.length && !card.options.has("x"));
    return chosen === "auto" && first ? place.axisOf(first) : place.axisOf({ metrics: [], options: new Map() });
  }

  /** Limits of x of a card: its own, else the board's where they are of the same x; null for none. */
  function of(card) {
    if (card.options.has("zoom")) return card.options.get("zoom");
    const limits = view.option("zoom", null);
    return limits && place.axisOf(card) === boardAxis() ? limits : null;
  }

  const isZoomed = (card) => Boolean(of(card)) || card.options.has("ylim");

  const linked = () => view.get("link") === "zoom" || view.option("zoom", null) !== null;

  /** Cards that go along with one: those with the same x. */
  const mates = (card) => view.state.cards.filter((other) => place.axisOf(other) === place.axisOf(card));

  /** Limits of x for a card and those linked to it; null: none. */
  function limitX(now, card, limits) {
    const set = (options) => (limits ? options.set("zoom", limits) : options.delete("zoom"));
    if (!linked()) return set(card.options);
    const whole = place.axisOf(card) === boardAxis();
    for (const other of mates(card)) {
      if (whole) other.options.delete("zoom");
      else set(other.options);
    }
    if (whole) set(now.options);
  }

  /** Limits of x, and those of y where a box was drawn: {x: [low, high] or null, y: the same or undefined}. */
  function choose(key, { x, y }, how) {
    view.change((now) => {
      const card = view.card(key);
      limitX(now, card, x);
      if (y) card.options.set("ylim", y);
      else if (y === null) card.options.delete("ylim");
    }, how);
  }

  /** Link cards, or let each go its own way from where it is. */
  function link(on) {
    view.change((now) => {
      if (on) return now.others.set("link", "zoom");
      const each = now.cards.map((card) => [card, of(card)]);
      for (const [card, limits] of each) if (limits) card.options.set("zoom", limits);
      now.options.delete("zoom");
      now.others.delete("link");
    });
  }

  runfolio.zoom = {
    of,
    isZoomed,
    linked,
    link,
    choose,
    reset: (key) => choose(key, { x: null, y: null }),
  };
}
