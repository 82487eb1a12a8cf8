// Names: words beside one another that lack room, cut so that no two that differ read the same.
// Gives    runfolio.names  halves(words), cut(words, most), apart(words, rooms), shortened(word, room)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { chart } = runfolio;

  const LONG = 16; // letters of a part that is told letter by letter
  const MOST = 16; // letters at the end of a word that have room beside its beginning
  const REPEATED = /^(.)\1{16,}$/su; // one letter again and again
  const END = 10; // letters that stay at the end of a word that its beginning tells from others

  /** Up to the next separators; a number keeps its point. */
  const partsOf = (word) =>
    (word.match(/(?:[^-_/:,;. ]|\.(?=\d))+[-_/:,;. ]*|[-_/:,;. ]+/g) ?? []).flatMap((part) => (part.length > LONG ? [...part] : part));

  /** Each word as parts [text, own]: own is where it leaves others that begin as it does; these parts alone tell all words apart. */
  function told(words) {
    const all = new Map(words.map((word) => [word, partsOf(word).map((part) => [part, false])]));
    const groups = [[[...all.values()], 0]]; // words that are the same before a place
    while (groups.length) {
      const [alike, at] = groups.pop();
      const ways = new Map();
      for (const parts of alike) {
        const next = parts[at]?.[0];
        if (!ways.has(next)) ways.set(next, []);
        ways.get(next).push(parts);
      }
      for (const some of ways.values()) {
        if (ways.size > 1) for (const parts of some) if (parts[at]) parts[at][1] = true;
        if (some.length > 1) groups.push([some, at + 1]);
      }
    }
    return words.map((word) => all.get(word));
  }

  /** Parts of which own is the value alone, not what it is called: "4" of "depth=4". */
  const bare = (parts) =>
    parts.flatMap(([part, own]) => {
      const label = own ? /^(?:.*=(?=.)|\D+(?=\d))?/s.exec(part)[0] : "";
      return label ? [[label, false], [part.slice(label.length), true]] : [[part, own]]; // prettier-ignore
    });

  /** Without separators before "…". */
  const closed = (word) => word.replace(/[-_/:,;. ]*…+/g, "…");

  /** What tells a word from the others, "…" for all else. */
  const brief = (parts) => closed(parts.map(([part, own]) => (own ? part : "…")).join(""));

  const text = (parts) => parts.map(([part]) => part).join("");

  /** What tells texts of one letter alone from one another: how often it comes; "" for other words. */
  function counts(words) {
    const lone = new Set(words.filter((word) => REPEATED.test(word)));
    const letters = [...lone].map((word) => word.codePointAt(0));
    const beside = (letter) => letters.indexOf(letter) !== letters.lastIndexOf(letter);
    return words.map((word) => (lone.has(word) && beside(word.codePointAt(0)) ? ` ×${[...word].length}` : ""));
  }

  /** Words as [beginning, end]: where room is short the beginning gives way; the end is where a word leaves others that begin alike. */
  function halves(words) {
    const times = counts(words);
    return told(words).map((parts, which) => {
      if (times[which]) return [words[which], times[which]];
      for (const all of [parts, bare(parts)]) {
        const shared = all.findIndex(([, own]) => !own);
        const from = all.findIndex(([, own], at) => own && shared >= 0 && at > shared);
        if (from < 0) break;
        const rest = all.slice(from);
        const short = text(rest.slice(0, rest.findLastIndex(([, own]) => own) + 1)).length <= MOST;
        const end = short ? text(rest) : brief(rest);
        if (short || end.length <= MOST || all !== parts) return [text(all.slice(0, from)), end];
      }
      const letters = [...words[which]];
      return [letters.slice(0, -END).join(""), letters.slice(-END).join("")];
    });
  }

  /** The first of so many words that fits, where each is narrower than the one before; else the last. */
  function firstThatFits(count, wordOf, fits) {
    let [first, last] = [0, Math.max(0, count - 1)];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (fits(wordOf(middle))) last = middle;
      else first = middle + 1;
    }
    return wordOf(first);
  }

  const clipped = (text, most) => (text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`);

  /** Words in at most so many letters, such that they are told from one another where these allow it. */
  function cut(words, most) {
    const all = halves(words);
    return words.map((word, at) => {
      if (word.length <= most) return word;
      const end = clipped(all[at][1], Math.max(most / 2, most - all[at][0].length));
      return clipped(all[at][0], most - end.length) + end;
    });
  }

  /** A word that has so much room, px: where it has not enough, "…" stands for its middle; what comes last may tell it from others. */
  function shortened(word, room) {
    const fits = (shown) => chart.widest([shown]) <= room;
    if (fits(word)) return word;
    const letters = [...word];
    const without = (more) => {
      const kept = letters.length - 1 - more;
      const head = Math.ceil(kept / 2);
      return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - kept + head).join("")}`.replace(/…+/g, "…");
    };
    return firstThatFits(letters.length, without, fits);
  }

  /**
   * Words shortened so that no two that differ read the same. Of those that lack room goes first what others begin with, as few parts as
   * need be; where some still read the same, all but what tells them apart, then also what values are called; or they have numbers.
   *
   * rooms   px, of all words or one for each
   */
  function apart(words, rooms) {
    const room = (at) => rooms[at] ?? rooms;
    const fits = (word, at) => chart.widest([word]) <= room(at);
    if (words.every(fits)) return words;
    const all = told(words);
    const times = counts(words);
    const ended = (word, at, end) => shortened(word, room(at) - chart.widest([end])) + end;
    const ways = [
      (word, at) => {
        const parts = all[at];
        const last = Math.max(0, parts.findLastIndex(([, own]) => own));
        const isDate = /^\W?\d/.test(word); // of it what comes first says most
        const count = isDate ? parts.length - last : last + 1;
        const rest = isDate
          ? (less) => (less ? closed(`${text(parts.slice(0, -less))}…`) : word)
          : (from) => closed((from ? "…" : "") + text(parts.slice(from)));
        return shortened(firstThatFits(count, rest, (shown) => fits(shown, at)), room(at));
      },
      (_, at) => shortened(brief(all[at]), room(at)),
      (_, at) => shortened(brief(bare(all[at])), room(at)),
      (word, at) => ended(word, at, ` ${words.indexOf(word) + 1}`),
    ];
    let shown;
    for (const way of ways) {
      shown = words.map((word, at) => (fits(word, at) ? word : times[at] ? ended(word, at, times[at]) : way(word, at)));
      if (shown.every((word, at) => words[shown.indexOf(word)] === words[at])) break;
    }
    return shown;
  }

  runfolio.names = { halves, cut, apart, shortened };
}
