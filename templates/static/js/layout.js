// Layout: where cards stand: pinned ones first, the others by section, those that are found only.
// Reads    [data-board] with headings [data-section], [data-associations]; `cards` in the view: what is looked for
// Gives    runfolio.layout  sections(state, question), arrange(board, elementOf), neighbour(key, step), beside(key, step), shown()
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, find, hover, view } = runfolio;
  const { made } = hover;

  const PINNED = "Pinned";
  const OTHERS = "Cards"; // without a section, where others stand before them

  /** What a card may be found by. */
  const namesOf = (card) => [
    ...(card.base === null ? [] : [card.title, `${card.section}/${card.title}`]),
    ...card.metrics.map((metric) => data.page.metrics[metric].name),
  ];

  const isPinned = (card) => view.option("pin", card) === "on";

  /**
   * The sections of a board in their order: {name, pinned, cards, folded}. Hidden cards, and those that are not
   * found, are in none; while something is looked for no section is folded.
   */
  function sections(state, question = view.get("cards") ?? "") {
    const { matches, fault } = find.asked(question);
    const all = state.cards.filter((card) => !card.off);
    const found = all.filter((card) => matches(namesOf(card)));
    const shown = fault && !found.length ? all : found;
    const built = data.page.cards.map(({ section }) => section ?? "");
    const names = new Set([...(built.includes("") ? [] : [""]), ...built, ...shown.map(({ section }) => section)]);
    const list = [{ name: PINNED, pinned: true, cards: shown.filter(isPinned), folded: false }];
    for (const name of names) {
      const cards = shown.filter((card) => card.section === name && !isPinned(card));
      list.push({ name, pinned: false, cards, folded: !question && name !== "" && state.folded.has(name) });
    }
    return Object.assign(list, { all: all.length, found: shown.length, hidden: state.cards.length - all.length, fault: shown === found ? "" : fault });
  }

  /** Cards in the order in which they stand, those in folded sections left out. */
  const shown = () => sections(view.state).flatMap(({ cards, folded }) => (folded ? [] : cards));

  /** The card so many places on; the last one stands before the first. */
  function neighbour(key, step) {
    const cards = shown();
    const at = cards.findIndex((card) => card.key === key);
    return cards.at((at + step) % cards.length)?.key ?? null;
  }

  /** The card right before (-1) or behind (1) a card in its section; undefined at its ends. */
  function beside(key, step) {
    const { cards } = sections(view.state).find((section) => section.cards.some((card) => card.key === key));
    return cards[cards.findIndex((card) => card.key === key) + step];
  }

  const headings = new Map(); // name of a section, or PINNED and a space → {element, button, count}

  /** The heading of a section: the printed one, with a button in it that folds; that of no section is only words. */
  function heading(board, { name, pinned }) {
    const key = pinned ? `${PINNED} ` : name;
    if (headings.has(key)) return headings.get(key);
    const folds = !pinned && name !== "";
    const printed = [...board.querySelectorAll("[data-section]")].find((other) => !pinned && other.textContent === (name || OTHERS) && !other.dataset.ready);
    const element = printed ?? made(null, "h3", "board__section");
    element.dataset.section = "";
    element.dataset.ready = "true";
    const button = folds ? made(null, "button", "board__fold") : made(null, "span");
    if (folds) {
      button.type = "button";
      button.addEventListener("click", () => view.fold(name));
    }
    made(button, "bdi", "", name || OTHERS);
    const count = made(button, "span", "board__count");
    element.replaceChildren(button);
    headings.set(key, { element, button, count });
    return headings.get(key);
  }

  /** Put headings and figures in their order, and hide what is not shown. */
  function arrange(board, elementOf) {
    const all = sections(view.state);
    const wanted = [];
    const visible = new Set();
    for (const [at, section] of all.entries()) {
      const named = section.name !== "" || all.slice(0, at).some(({ cards }) => cards.length);
      if (named || headings.has("")) {
        const { element, button, count } = heading(board, section);
        element.hidden = !named || !section.cards.length;
        if (section.name && !section.pinned) button.setAttribute("aria-expanded", String(!section.folded));
        count.textContent = section.folded ? ` ${section.cards.length} ${section.cards.length === 1 ? "card" : "cards"}` : "";
        wanted.push(element);
      }
      for (const { key } of section.cards) {
        const element = elementOf(key);
        if (!element) continue;
        if (!section.folded) visible.add(element);
        wanted.push(element);
      }
    }
    for (const { key } of view.state.cards) {
      const element = elementOf(key);
      if (element) element.hidden = !visible.has(element);
    }
    const told = board.querySelector("[data-associations]");
    if (told) told.hidden = !all.found; // it does not stand alone
    let last = find.bar(board, all);
    for (const element of wanted) {
      if (last.nextElementSibling !== element) last.after(element);
      last = element;
    }
  }

  runfolio.layout = { sections, arrange, neighbour, beside, shown };
}
