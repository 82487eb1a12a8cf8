// Lexer: the text of a filter as tokens, and the error that points into it; the same rules as logger/lexer.py.
// Gives    runfolio.lexer  tokens(text) → [{kind, text, at, end, quote}, …, the end], FilterError, named(token), close(word, known)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const TOKEN = /(\s+)|('(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`)|(<=|>=|<>|!=|!~|==|[=<>~(),])|([^\s=!<>~(),'"`]+)/uy;
  const KINDS = ["space", "text", "sign", "word"];

  /** What is wrong with a filter: `column` counts characters from 0, `allowed` and `hint` may be empty. */
  class FilterError extends Error {
    constructor(problem, text, at, allowed = "", hint = "") {
      super(problem);
      this.name = "FilterError";
      this.column = [...text.slice(0, at)].length;
      this.allowed = allowed;
      this.hint = hint;
    }
  }

  function tokens(text) {
    const found = [];
    let at = 0;
    while (at < text.length) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(text);
      if (!match && text[at] === "!") throw new FilterError("'!' means nothing alone", text, at, "!= !~ NOT", "NOT");
      if (!match) throw new FilterError("this quote is never closed", text, at, "", `another ${text[at]}`);
      const kind = KINDS[match.slice(1).findIndex((part) => part !== undefined)];
      const end = at + match[0].length;
      const quote = kind === "text" ? match[0][0] : "";
      const inner = quote ? match[0].slice(1, -1).replaceAll(quote + quote, quote) : match[0];
      if (kind !== "space") found.push({ kind, text: inner, at, end, quote });
      at = end;
    }
    found.push({ kind: "end", text: "", at: text.length, end: text.length, quote: "" });
    return found;
  }

  const clipped = (text) => (text.length <= 40 ? text : `${text.slice(0, 39)}…`);

  /** A token as messages call it. */
  function named({ kind, text, quote }) {
    if (kind === "end") return "the end";
    return kind === "text" ? `the text ${quote}${clipped(text)}${quote}` : clipped(text);
  }

  /** How many letters must change, come or go between two words. */
  function distance(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++)
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] !== other[j - 1]));
      row = next;
    }
    return row[other.length];
  }

  /** The known word that `word` was most likely meant to be, or nothing. */
  function close(word, known) {
    if (word.length > 40) return "";
    const [best] = known.map((other) => [distance(word, other), other]).sort(([one], [other]) => one - other);
    return best && best[0] <= Math.max(1, Math.floor(word.length / 3)) ? best[1] : "";
  }

  runfolio.lexer = { tokens, named, close, FilterError };
}
