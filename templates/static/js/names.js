// Names: the heads of axes, cut so that two of them say the same in the least of rooms only; chart.apart cuts names in one room.
// Gives    runfolio.names  apart(words, rooms)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { chart } = runfolio;

  /** How many signs two words begin with in common. */
  function common(one, other) {
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    return at;
  }

  /**
   * Words beside one another, shortened so that no two say the same: of those cut, what other words begin with goes first.
   *
   * rooms   px, one for each word
   */
  function apart(words, rooms) {
    const fits = (at, from) => from && chart.widest([`…${words[at].slice(from)}`]) <= rooms[at];
    const cut = (at, from) => {
      const rest = words[at].slice(from);
      return fits(at, from) ? `…${rest}` : chart.shortened(rest, Math.min(rooms[at], chart.widest([rest]) - 1)); // never as if it were whole
    };
    const shown = words.map((word, at) => {
      if (chart.widest([word]) <= rooms[at]) return word;
      const shared = Math.max(0, ...words.map((other) => (other === word ? 0 : common(word, other))));
      const parts = /^\W?\d/.test(word) ? [] : [...word.slice(0, shared).matchAll(/[./_ -]/g)].map(({ index }) => index + 1); // of a name
      return cut(at, parts.find((from) => fits(at, from)) ?? parts.at(-1) ?? 0);
    });
    return shown.map((text, at) => {
      const like = words.filter((word, other) => shown[other] === text && word !== words[at]);
      return like.length ? cut(at, Math.min(words[at].length - 1, ...like.map((word) => common(word, words[at])))) : text;
    });
  }

  runfolio.names = { apart };
}
