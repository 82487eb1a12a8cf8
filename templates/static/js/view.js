// View: what is shown on this page — runs, cards, axes: how it changes, step by step, with its words in the address (address.js).
// Gives    runfolio.view
// Emits    "view:change" on document after every change, the reader's Back included
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { address, drawnFirst, options } = runfolio;

  const sameValue = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const groupsOf = (now) => now.options.get("group") ?? options.get("group").initial;
  const drawnNow = (now) => new Set(drawnFirst.of(groupsOf(now)));

  let awaited = null; // columns that tell groups

  /** The state with the runs that are drawn as long as the reader has not chosen some. */
  function atFirst(now) {
    if (now.picked) return now;
    now.runs = drawnNow(now);
    awaited ??= drawnFirst.ready(groupsOf(now))?.then(() => {
      awaited = null;
      atFirst(state);
      announce();
    });
    return now;
  }

  let state = atFirst(address.parse(location.hash));
  let written = location.hash.replace(/^#/, "");

  function announce() {
    view.state = state;
    document.dispatchEvent(new CustomEvent("view:change"));
  }

  let going = null; // what the last step belongs to, where it may go on

  /** Put the state into the address: as a step that Back undoes, or in place of the last one. */
  function write(step, of) {
    const words = address.format(state);
    if (words === written) return;
    written = words;
    going = of;
    const where = `${location.pathname}${location.search}${words ? `#${words}` : ""}`;
    if (step) history.pushState(null, "", where);
    else history.replaceState(null, "", where);
  }

  /**
   * Change the state by a function, write it, tell everybody.
   *
   * of       what changes on and on (typing, a slider): its changes are one step until something else is changed
   * step     false: part of the last step, whatever that was
   * missing  what the link named and the page lacks, where that is still to be said
   */
  function change(edit, { of = null, step = of === null || of !== going, missing = address.nothing() } = {}) {
    edit(state);
    atFirst(state);
    state.missing = missing;
    write(step, of);
    announce();
  }

  /** What the page is about, however it is viewed: the runs that a compare page has. */
  const subject = () => new Map([...state.others].filter(([name]) => name === "compare"));

  const unchanged = () => atFirst({ ...address.initial(), others: subject() });

  /** A new card in a state: the first of all, or like a model and right behind it. */
  function entered(now, metrics, model = null, chosenOptions = new Map()) {
    const taken = new Set(now.cards.map((card) => card.key));
    let number = now.cards.filter((card) => card.base === null).length + 1;
    while (taken.has(`+${number}`)) number++;
    const card = { ...address.newCard(number), metrics: [...metrics], options: chosenOptions };
    if (model) {
      const hidden = [...model.hidden].filter((word) => word[0] === "r" || metrics.includes(Number(word.slice(1))));
      Object.assign(card, { section: model.section, options: new Map(model.options), hidden: new Set(hidden) });
    }
    now.cards.splice(model ? now.cards.indexOf(model) + 1 : 0, 0, card);
    return card;
  }

  function follow() {
    going = null;
    const words = location.hash.replace(/^#/, "");
    if (words === written) return;
    written = words;
    state = atFirst(address.parse(words));
    announce();
  }

  const view = {
    state,
    change,

    setRuns: (runs) =>
      change((now) => {
        now.runs = new Set(runs);
        const first = drawnNow(now);
        now.picked = first.size !== now.runs.size || [...first].some((run) => !now.runs.has(run));
      }),
    toggleRun: (run) => view.setRuns(state.runs.has(run) ? [...state.runs].filter((other) => other !== run) : [...state.runs, run]),

    /** How a card, or the board, is drawn: the card's own choice, else the board's, else what holds by itself. */
    option: (name, card = null) => card?.options.get(name) ?? state.options.get(name) ?? options.get(name).initial,

    /** Choose for the card with this key, or for the board; null: as the board, or as it is by itself. */
    choose(name, value, key = null, how = {}) {
      change((now) => {
        const values = key === null ? now.options : view.card(key).options;
        const axes = () => (name === "x" ? now.cards.map(runfolio.place.axisOf) : []);
        const before = axes();
        if (value === null || (key === null && sameValue(value, options.get(name).initial) && !address.built.options.has(name))) values.delete(name);
        else values.set(name, value);
        const after = axes();
        const turned = now.cards.filter((card, at) => after[at] !== before[at]); // limits are of the x they were chosen for
        for (const { options: own } of key === null && turned.length ? [now, ...turned] : turned) own.delete("zoom");
      }, how);
    },

    /** A key of another script: any text; null takes it away. */
    set(key, value, how) {
      change((now) => {
        if (value === null || value === "") now.others.delete(key);
        else now.others.set(key, String(value));
      }, how);
    },
    get: (key) => state.others.get(key) ?? null,

    /** The card with this key, in the present state. */
    card: (key) => state.cards.find((card) => card.key === key),

    /** A new card before the others: its metrics, or, by its options, another picture. */
    addCard(metrics, chosenOptions = new Map()) {
      let key;
      change((now) => (key = entered(now, metrics, null, chosenOptions).key));
      return key;
    },

    /** Take a card away; one of the page is hidden, until showAll. */
    removeCard: (key) =>
      change((now) => {
        const card = view.card(key);
        if (now.full === key) now.full = null;
        if (card.base === null) now.cards = now.cards.filter((other) => other !== card);
        else card.off = true;
      }),
    showAll: () => change((now) => now.cards.forEach((card) => (card.off = false))),

    /** The same card once more, behind it. */
    duplicate(key) {
      const { metrics } = view.card(key);
      let copy;
      change((now) => (copy = entered(now, metrics, view.card(key)).key));
      return copy;
    },

    /** A card for each metric of a card: it keeps its first one, the others stand behind it. */
    split: (key) =>
      change((now) => {
        const card = view.card(key);
        const [first, ...others] = card.metrics;
        for (const metric of others.reverse()) entered(now, [metric], card);
        card.metrics = [first];
        for (const word of card.hidden) if (word[0] === "m" && word !== `m${first}`) card.hidden.delete(word);
      }),

    /** Put a card right before or behind another. */
    place: (key, other, behind) =>
      change((now) => {
        const card = view.card(key);
        const rest = now.cards.filter((each) => each !== card);
        rest.splice(rest.findIndex((each) => each.key === other) + Number(behind), 0, card);
        now.cards = rest;
      }),

    fold: (section) => change(({ folded }) => (folded.has(section) ? folded.delete(section) : folded.add(section))),

    /** Let a card fill the window, one after the other as one step; null: none. */
    fill: (key) => change((now) => (now.full = key), { of: key && "full" }),

    /** Whether a card has the whole window, and with it room for all its points; a frame is no window. */
    fills: (key) => state.full === key && document.documentElement.dataset.embed === undefined,

    /** The address of one card for a frame: `?embed` shows it alone. */
    embedLink(key) {
      const cards = [view.card(key)].map((card) => ({ ...card, off: false }));
      const words = address.format({ ...state, cards, full: key, folded: address.built.folded, others: subject() });
      return `${location.href.replace(/[?#].*$/s, "")}?embed#${words}`;
    },

    reset: () => change(() => (state = unchanged())),
    isReset: () => address.format(state) === address.format(unchanged()),
    link: () => {
      const words = address.format(state);
      return location.href.replace(/#.*$/s, "") + (words ? `#${words}` : "");
    },
  };

  runfolio.view = view;
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
  document.addEventListener("data:change", () => {
    view.state = state = atFirst(address.parse(written)); // by names: numbers of runs, metrics and cards may be others
  });
}
