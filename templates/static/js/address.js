// Address: the words of a view — runs, cards, axes — in the page's address, and the view that such words speak of.
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
// Names are percent-encoded; mail and chat may encode more: `card%3A%2B1` is read as `card:+1`. Keys of other scripts are
// kept, unknown ones too.
// Gives    runfolio.address  built: the view of the page as built, initial() → another one, newCard(number),
//          nothing() → what nothing is missing of, format(view) → words, parse(words) → view, runWord(run), runNumber(word)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { options, order, smooth } = runfolio;
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
  const OWN = /^\+[1-9]\d{0,3}$/; // name of a card that the reader made
  const SYSTEM = "system"; // the section of what the machine did: folded until asked for

  function builtCard(number) {
    const card = page.cards[number];
    return {
      ...{ key: keys[number], base: number, title: card.title, section: card.section ?? "", off: false },
      ...{ metrics: [...card.metrics], hidden: new Set(), options: chosen(card.options) },
    };
  }

  const newCard = (number) => ({
    key: `+${number}`, base: null, title: "", section: "", off: false, metrics: [], hidden: new Set(), options: new Map(),
  }); // prettier-ignore

  /** Options as the page has them, words as in addresses: [["y", "log"], …]. */
  const chosen = (pairs = []) => new Map(pairs.flatMap(([name, text]) => (options.has(name) ? [[name, options.get(name).parse(text)]] : [])));

  /** The page as built. */
  const initial = () => ({
    runs: null, // Set of those that the reader chose
    picked: false, // whether the reader said which
    options: chosen(page.options),
    cards: page.cards.map((_, number) => builtCard(number)),
    folded: new Set(page.cards.some(({ section }) => section === SYSTEM) ? [SYSTEM] : []), // names of sections
    full: null, // key of the card that fills the window
    others: new Map(), // keys of other scripts
    missing: nothing(), // what the address names and this page lacks
  });

  /** Words of other scripts: lists and fields stay readable. */
  const readable = (text) => coded(text).replace(/%(?:2C|3A|40)/g, decodeURIComponent);

  const addressName = (card) => (card.base === null ? card.key : coded(card.key.slice(1)));

  const sameSet = (one, other) => one.size === other.size && [...one].every((item) => other.has(item));
  const sameList = (one, other) => one.length === other.length && one.every((item, at) => item === other[at]);

  /** The words of a state, without the leading "#". */
  function format(state) {
    const { built } = address;
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
    const list = (value, between = ",") => value.split(between).filter(Boolean);
    const ids = (value) => list(value, /,|%2C/i); // mail and chat may encode what stands between
    const named = new Map(state.cards.map((card) => [addressName(card), card]));
    const filled = new Set(); // names of cards that the address gives metrics
    /** The name of a card as it is written here, however much of it is encoded; a card of the page may be called "+1", too. */
    const written = (word) => {
      const [name, whole] = [plain(word), coded(plain(word))];
      return OWN.test(word) || (OWN.test(name) && !named.has(whole)) ? name : whole;
    };
    const cardNamed = (name) => {
      if (!named.has(name)) {
        // one that the reader made, or that a later build no longer has: it stands before the others
        const made = state.cards.filter((card) => card.base === null);
        const taken = new Set(made.map((card) => card.key));
        let number = OWN.test(name) ? Number(name) : 1;
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
      const [, option = key, of] = /^(.*?)(?::|%3A)(.*)$/is.exec(key) ?? [];
      const name = of && written(of);
      const about = of === undefined ? null : option; // what is said of one card
      const unread = () => {
        missing.settings.push(plain(part));
        return [];
      };
      if (key === "runs") {
        const words = ids(value);
        const asked = new Set(value === "all" ? page.runs.keys() : runsNamed(words.map(plain)));
        if (asked.size || !words.length) Object.assign(state, { runs: asked, picked: true }); // else none of them is here: as at first
      } else if (options.has(option)) {
        const values = (about === null ? state : cardNamed(name)).options;
        const read = options.get(option).parse(value);
        const here = [read].flat().filter((word) => has(word));
        if (value === "") values.delete(option);
        else if (read === undefined) unread();
        else if (here.length || !["group", "x"].includes(option)) values.set(option, option === "group" ? here : read);
      } else if (about === "card") {
        cardNamed(name).metrics = [...new Set(known(list(value).map(plain)))];
        filled.add(name);
      } else if (about === "hide")
        cardNamed(name).hidden = new Set(
          list(value).flatMap((word) => {
            const numbers = word[0] === "r" ? runsNamed : word[0] === "m" ? known : unread;
            return numbers([plain(word.slice(1))]).map((number) => word[0] + number);
          }),
        );
      else if (about === "section") cardNamed(name).section = plain(value);
      else if (about === "after") placed.push([name, written(value)]);
      else if (key === "off") off.push(...list(value).map(written));
      else if (key === "fold") state.folded = new Set(list(value).map(plain));
      else if (key === "full") full = written(value);
      else {
        if (RUN_KEYS.has(key) && value !== "none") runsNamed(ids(value).map(plain));
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
      const own = (name) => card?.options.get(name);
      const amount = card ? own("smooth") : state.options.get("smooth");
      const { limit } = smooth.KINDS.get(own("smoother") ?? state.options.get("smoother") ?? options.get("smoother").initial);
      if (amount > limit) missing.settings.push(`smooth${card ? `:${plain(addressName(card))}` : ""}=${amount} (${limit} at most)`);
    }
    for (const name of state.folded) if (!page.cards.some(({ section }) => section === name)) missing.sections.push(name);
    return state;
  }

  const address = { built: initial(), initial, newCard, nothing, format, parse, runWord, runNumber };
  runfolio.address = address;

  document.addEventListener("data:change", () => {
    shorts = prefixes(page.runs.map((run) => run.id));
    keys = cardKeys();
    address.built = initial();
  });
}
