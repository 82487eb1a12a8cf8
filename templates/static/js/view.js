// View: what is shown on this page — runs, cards, axes — and its words in the page's address.
// The address holds what differs from the page as built:
//     #runs=0199f3c2a7,0199f3c2b1&x=relative&y=log&smooth=0.6&card:auc=train/auc,test/auc,loss&card:+1=lr
//     runs             those that the reader chose: shortest prefixes of ids that are unique here; `all`, or empty for
//                      none. Without it those are drawn that drawnfirst.js says, and others when groups are others
//     card:<card>      metrics of a card; +1, +2 … are cards that the reader made
//     hide:<card>      what its legend has switched off: r<run> or m<metric>
//     after:<card>     the card before it, where it was moved; nothing: it stands first
//     section:<card>   of a card that the reader made: the section it stands in
//     off, fold        cards that are not shown, sections of which only the heading is
//     full             the card that fills the window, or the frame that it is embedded in
//     cards            which cards are shown: a text or a regular expression (find.js)
//     <option>         how all cards are drawn, and
//     <option>:<card>  how one is: options.js lists them; nothing behind the "=" takes back what the page was built with
//     sort, find       order of the runs table, what is searched in it; cols, pins, baseline: columns, runs on top,
//                      the run others are compared with (tablelayout.js, baseline.js)
//     link             "zoom": limits of x drawn by hand hold for all cards with the same x (zoom.js)
// Names are percent-encoded. Keys of other scripts are kept, unknown ones too.
// Gives    runfolio.view
// Emits    "view:change" on document after every change, the reader's Back included
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { drawnFirst, options, order, smooth } = runfolio;
  const { coded, plain } = runfolio.coding;
  const { prefixes } = runfolio.data;
  const page = runfolio.data.page ?? { runs: [], metrics: [], cards: [] };

  let shorts = prefixes(page.runs.map((run) => run.id));
  const runWord = (run) => shorts.get(page.runs[run].id);
  // A later run may have made a prefix ambiguous: the oldest run is the one that was meant.
  const runNumber = (word) => (word ? page.runs.findIndex((run) => run.id.startsWith(word)) : -1);

  /** Keys of cards: "=" and the name of one that the page was built with, "+" and a number of the reader's own. */
  function cardKeys() {
    const seen = new Map();
    return page.cards.map((card) => {
      const name = card.section ? `${card.section}/${card.title}` : card.title;
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return times === 1 ? `=${name}` : `=${name}~${times}`;
    });
  }

  /** Whether a part of the limits on an axis can be read: a range that is none cannot. */
  function isLimit(part) {
    const [low, high] = part.split("..");
    return high === undefined ? low !== "" : Number(low || -Infinity) <= Number(high || Infinity);
  }

  let keys = cardKeys();
  const nothing = () => ({ runs: [], metrics: [], columns: [], cards: [], sections: [], settings: [] });
  const FIELD = /^((?:param|tag|best|last|min|max|run):.*)$/s; // a word of an option that names a column of the runs table
  const COLUMN = /^[-*]?(?:delta:)?((?!none$).+)$/s; // a word that can name nothing else
  const RUN_KEYS = new Set(["baseline", "pins"]); // keys of other scripts that name runs
  const COLUMN_KEYS = new Set(["sort", "cols"]); // keys of other scripts that name columns
  const FEW = new Map([["link", /^zoom$/], ["same", /^show$/], ["step", /^-?\d/]]); // keys of other scripts that say only this
  const SYSTEM = "system"; // the section of what the machine did: folded until asked for

  function builtCard(number) {
    const card = page.cards[number];
    const metrics = card.metrics.map(([metric]) => metric);
    return {
      ...{ key: keys[number], base: number, title: card.title, section: card.section ?? "", off: false },
      ...{ metrics, hidden: new Set(), options: chosen(card.options) },
    };
  }

  const newCard = (number) => ({
    key: `+${number}`, base: null, title: "", section: "", off: false, metrics: [], hidden: new Set(), options: new Map(),
  }); // prettier-ignore

  /** Options as the page has them, words as in addresses: [["y", "log"], …]. */
  const chosen = (pairs = []) => new Map(pairs.flatMap(([name, text]) => (options.has(name) ? [[name, options.get(name).parse(text)]] : [])));

  /** The page as built. */
  function initial() {
    return atFirst({
      runs: null, // Set
      picked: false, // whether the reader said which
      options: chosen(page.options),
      cards: page.cards.map((_, number) => builtCard(number)),
      folded: new Set(page.cards.some(({ section }) => section === SYSTEM) ? [SYSTEM] : []), // names of sections
      full: null, // key of the card that fills the window
      others: new Map(), // keys of other scripts
      missing: nothing(), // what the address names and this page lacks
    });
  }

  let awaited = null; // columns that tell groups

  /** The state with the runs that are drawn as long as the reader has not chosen some. */
  function atFirst(now) {
    if (now.picked) return now;
    now.runs = new Set(drawnFirst.of(groupsOf(now)));
    awaited ??= drawnFirst.ready(groupsOf(now))?.then(() => {
      awaited = null;
      atFirst(state);
      announce();
    });
    return now;
  }

  const optionOf = (now, name, card) => card?.options.get(name) ?? now.options.get(name) ?? options.get(name).initial;

  const groupsOf = (now) => optionOf(now, "group", null);

  /** Words of other scripts: lists and fields stay readable. */
  const readable = (text) => coded(text).replace(/%(?:2C|3A|40)/g, decodeURIComponent);

  const addressName = (card) => (card.base === null ? card.key : coded(card.key.slice(1)));

  const sameSet = (one, other) => one.size === other.size && [...one].every((item) => other.has(item));
  const sameList = (one, other) => one.length === other.length && one.every((item, at) => item === other[at]);

  /** The words of a state, without the leading "#". */
  function format(state) {
    const parts = [];
    if (state.picked) {
      const all = state.runs.size === page.runs.length && page.runs.length > 1;
      parts.push(`runs=${all ? "all" : [...state.runs].sort((one, other) => one - other).map(runWord).join(",")}`);
    }
    parts.push(...optionWords(state.options, built.options, ""));
    for (const card of state.cards) {
      const before = card.base === null ? [] : built.cards[card.base].metrics;
      const name = addressName(card);
      const words = (metrics) => metrics.map((metric) => coded(page.metrics[metric].name)).join(",");
      if (card.base === null || !sameList(card.metrics, before)) parts.push(`card:${name}=${words(card.metrics)}`);
      if (card.base === null && card.section) parts.push(`section:${name}=${coded(card.section)}`);
      if (card.hidden.size) parts.push(`hide:${name}=${[...card.hidden].map(hiddenWord).join(",")}`);
      parts.push(...optionWords(card.options, card.base === null ? new Map() : built.cards[card.base].options, `:${name}`));
    }
    const inOrder = order.moves(state.cards, unmoved(state.cards));
    for (const [card, before] of inOrder) parts.push(`after:${addressName(card)}=${before ? addressName(before) : ""}`);
    const off = state.cards.filter((card) => card.off);
    if (off.length) parts.push(`off=${off.map(addressName).join(",")}`);
    if (!sameSet(state.folded, built.folded)) parts.push(`fold=${[...state.folded].map(coded).join(",")}`);
    if (state.full !== null) parts.push(`full=${addressName(state.cards.find((card) => card.key === state.full))}`);
    for (const [key, value] of state.others) parts.push(`${coded(key)}=${readable(value)}`);
    return parts.join("&");
  }

  /** Cards as they stand when none was moved: the reader's own, then those of the page. */
  const unmoved = (cards) => [
    ...cards.filter((card) => card.base === null),
    ...cards.filter((card) => card.base !== null).sort((one, other) => one.base - other.base),
  ];

  /** What differs between two sets of options: ["y:auc=log", …]. */
  function optionWords(now, built, suffix) {
    const word = (values, name) => (values.has(name) ? options.get(name).format(values.get(name)) : "");
    return [...options.keys()].flatMap((name) => {
      const words = word(now, name);
      return words === word(built, name) ? [] : [`${name}${suffix}=${words}`];
    });
  }

  const hiddenWord = (entry) =>
    entry[0] === "r" ? `r${runWord(Number(entry.slice(1)))}` : `m${coded(page.metrics[entry.slice(1)].name)}`;

  /** The state that an address speaks of; what it names and the page lacks is in `missing`. */
  function parse(text) {
    const state = initial();
    const { missing } = state;
    const list = (value) => value.split(",").filter(Boolean);
    const named = new Map(state.cards.map((card) => [addressName(card), card]));
    const filled = new Set(); // names of cards that the address gives metrics
    const cardNamed = (name) => {
      if (!named.has(name)) {
        // one that the reader made, or that a later build no longer has: it stands before the others
        const made = state.cards.filter((card) => card.base === null);
        const taken = new Set(made.map((card) => card.key));
        let number = /^\+[1-9]\d{0,3}$/.test(name) ? Number(name) : 1;
        while (taken.has(`+${number}`)) number++;
        named.set(name, newCard(number));
        state.cards.splice(made.length, 0, named.get(name));
      }
      return named.get(name);
    };
    const known = (names) =>
      names.flatMap((name) => {
        const number = runfolio.data.metricNumber(name);
        if (number !== undefined) return [number];
        missing.metrics.push(name);
        return [];
      });
    const runsNamed = (words) =>
      words.flatMap((word) => {
        const number = runNumber(word);
        if (number >= 0) return [number];
        missing.runs.push(word);
        return [];
      });
    const has = (word, pattern = FIELD) => {
      if (/^metric:/.test(word)) return known([word.slice(7)]).length;
      const [, field] = pattern.exec(word) ?? [];
      const here = field === undefined || !runfolio.columns || runfolio.columns.field(field);
      if (!here) missing.columns.push(field);
      return here;
    };
    const isCard = (name) => {
      if (!named.has(name)) missing.cards.push(plain(name));
      return named.has(name);
    };
    const placed = []; // words of cards that were moved: [name, name of the card before]
    const off = [];
    let full = null;
    for (const part of text.replace(/^#/, "").split("&").filter(Boolean)) {
      const equals = part.indexOf("=");
      const key = equals < 0 ? part : part.slice(0, equals);
      const value = equals < 0 ? "" : part.slice(equals + 1);
      const colon = key.indexOf(":");
      const name = colon < 0 ? "" : key.slice(colon + 1);
      const option = colon < 0 ? key : key.slice(0, colon);
      const unread = () => {
        missing.settings.push(plain(part));
        return [];
      };
      if (key === "runs") {
        const words = list(value);
        const asked = new Set(value === "all" ? page.runs.keys() : runsNamed(words.map(plain)));
        if (asked.size || !words.length) Object.assign(state, { runs: asked, picked: true }); // else none of them is here: as at first
      } else if (options.has(option)) {
        const values = (colon < 0 ? state : cardNamed(name)).options;
        const read = options.get(option).parse(value);
        const here = [read].flat().filter((word) => has(word));
        if (value === "") values.delete(option);
        else if (read === undefined) unread();
        else if (here.length || !["group", "x"].includes(option)) values.set(option, option === "group" ? here : read);
      } else if (key.startsWith("card:")) {
        cardNamed(name).metrics = [...new Set(known(list(value).map(plain)))];
        filled.add(name);
      } else if (key.startsWith("hide:"))
        cardNamed(name).hidden = new Set(
          list(value).flatMap((word) => {
            const numbers = word[0] === "r" ? runsNamed : word[0] === "m" ? known : unread;
            return numbers([plain(word.slice(1))]).map((number) => word[0] + number);
          }),
        );
      else if (key.startsWith("section:")) cardNamed(name).section = plain(value);
      else if (key.startsWith("after:")) placed.push([name, value]);
      else if (key === "off") off.push(...list(value));
      else if (key === "fold") state.folded = new Set(list(value).map(plain));
      else if (key === "full") full = value;
      else {
        if (RUN_KEYS.has(key) && value !== "none") runsNamed(list(value).map(plain));
        if (COLUMN_KEYS.has(key)) plain(value).split(",").map(plain).forEach((word) => has(word, COLUMN));
        if (value && FEW.get(key)?.test(value) === false) unread();
        if (key === "brush" && value)
          for (const limits of plain(value).split(";")) {
            const [word, ends] = limits.split("=");
            has(plain(word), COLUMN);
            if (!ends?.split("|").some(isLimit)) unread();
          }
        state.others.set(plain(key), plain(value));
      }
    }
    for (const [name, card] of named) {
      if (card.base !== null) continue;
      if (name[0] !== "+" || !filled.has(name)) missing.cards.push(plain(name));
      if (filled.has(name)) continue;
      named.delete(name); // of a card that is gone only options were given: there is nothing to show
      state.cards.splice(state.cards.indexOf(card), 1);
    }
    const moved = placed.filter(([name, before]) => isCard(name) && (before === "" || isCard(before)));
    state.cards = order.moved(state.cards, moved.map(([name, before]) => [named.get(name), named.get(before) ?? null]));
    for (const name of off) if (isCard(name)) named.get(name).off = named.get(name).base !== null;
    if (full !== null && isCard(full)) state.full = named.get(full).key;
    for (const card of [null, ...state.cards]) {
      const amount = (card ?? state).options.get("smooth");
      const { limit } = smooth.KINDS.get(optionOf(state, "smoother", card));
      if (amount > limit) missing.settings.push(`smooth${card ? `:${plain(addressName(card))}` : ""}=${amount} (${limit} at most)`);
    }
    for (const name of state.folded) if (!page.cards.some(({ section }) => section === name)) missing.sections.push(name);
    return atFirst(state);
  }

  const sameValue = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  let built = initial();
  let state = parse(location.hash);
  let written = location.hash.replace(/^#/, "");

  function announce() {
    view.state = state;
    document.dispatchEvent(new CustomEvent("view:change"));
  }

  let going = null; // what the last step belongs to, where it may go on

  /** Put the state into the address: as a step that Back undoes, or in place of the last one. */
  function write(step, of) {
    const words = format(state);
    if (words === written) return;
    written = words;
    going = of;
    const address = `${location.pathname}${location.search}${words ? `#${words}` : ""}`;
    if (step) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }

  /**
   * Change the state by a function, write it, tell everybody.
   *
   * of     what changes on and on (typing, a slider): its changes are one step until something else is changed
   * step   false: part of the last step, whatever that was
   */
  function change(edit, { of = null, step = of === null || of !== going } = {}) {
    edit(state);
    atFirst(state);
    state.missing = nothing();
    write(step, of);
    announce();
  }

  /** What the page is about, however it is viewed: the runs that a compare page has. */
  const subject = () => new Map([...state.others].filter(([name]) => name === "compare"));

  const unchanged = () => ({ ...initial(), others: subject() });

  /** A new card in a state: the first of all, or like a model and right behind it. */
  function entered(now, metrics, model = null, chosenOptions = new Map()) {
    const taken = new Set(now.cards.map((card) => card.key));
    let number = now.cards.filter((card) => card.base === null).length + 1;
    while (taken.has(`+${number}`)) number++;
    const card = { ...newCard(number), metrics: [...metrics], options: chosenOptions };
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
    state = parse(words);
    announce();
  }

  const view = {
    state,
    parse,
    format,
    change,

    setRuns: (runs) =>
      change((now) => {
        now.runs = new Set(runs);
        now.picked = !sameSet(now.runs, new Set(drawnFirst.of(groupsOf(now))));
      }),
    toggleRun: (run) => view.setRuns(state.runs.has(run) ? [...state.runs].filter((other) => other !== run) : [...state.runs, run]),

    /** How a card, or the board, is drawn: the card's own choice, else the board's, else what holds by itself. */
    option: (name, card = null) => optionOf(state, name, card),

    /** Choose for the card with this key, or for the board; null: as the board, or as it is by itself. */
    choose(name, value, key = null, how = {}) {
      change((now) => {
        const values = key === null ? now.options : view.card(key).options;
        const axes = () => (name === "x" ? now.cards.map(runfolio.place.axisOf) : []);
        const before = axes();
        if (value === null || (key === null && sameValue(value, options.get(name).initial) && !built.options.has(name))) values.delete(name);
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

    /** A run in an address, and back: -1 when the page has none that is meant. */
    runWord,
    runNumber,

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
      const words = format({ ...state, cards, full: key, folded: built.folded, others: subject() });
      return `${location.href.replace(/[?#].*$/s, "")}?embed#${words}`;
    },

    reset: () => change(() => (state = unchanged())),
    isReset: () => format(state) === format(unchanged()),
    link: () => {
      const words = format(state);
      return location.href.replace(/#.*$/s, "") + (words ? `#${words}` : "");
    },
  };

  runfolio.view = view;
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
  document.addEventListener("data:change", () => {
    shorts = prefixes(page.runs.map((run) => run.id));
    keys = cardKeys();
    built = initial();
    view.state = state = parse(written); // by names: numbers of runs, metrics and cards may be others
  });
}
