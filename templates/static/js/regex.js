// Regex: a regular expression in the syntax of RE2, as search_runs takes it, for the browser's engine.
// What the two mean alike is passed on; what RE2 lacks (looking around, references back) is refused, and so is what
// only RE2 has and the browser cannot say: `\C`, and flags that change within a pattern on older browsers.
// The browser's engine may take long for patterns such as (a+)+$; the texts it searches have at most 2,000 characters.
// Gives    runfolio.regex(text) → RegExp. Throws Error: it is none, and why
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const CLASSES = new Map([
    ["alnum", "0-9A-Za-z"], ["alpha", "A-Za-z"], ["ascii", "\\x00-\\x7F"], ["blank", "\\t "], ["cntrl", "\\x00-\\x1F\\x7F"],
    ["digit", "0-9"], ["graph", "!-~"], ["lower", "a-z"], ["print", " -~"], ["punct", "!-\\/:-@\\[-\\x60\\{-~"],
    ["space", "\\t\\n\\v\\f\\r "], ["upper", "A-Z"], ["word", "0-9A-Za-z_"], ["xdigit", "0-9A-Fa-f"],
  ]); // prettier-ignore
  const SYNTAX = "^$\\.*+?()[]{}|/-";
  const literal = (sign) => (SYNTAX.includes(sign) ? `\\${sign}` : sign);

  /** One escape, from its backslash on: [how many characters it takes, what stands for it]. */
  function escape(text, at, inClass) {
    const sign = text[at + 1];
    if (sign === undefined) throw new Error("nothing follows the last \\");
    if (sign === "Q") {
      const end = text.indexOf("\\E", at + 2);
      const quoted = text.slice(at + 2, end < 0 ? undefined : end);
      return [quoted.length + (end < 0 ? 2 : 4), [...quoted].map(literal).join("")];
    }
    if (/[1-9]/.test(sign)) throw new Error("references back are not supported");
    if (sign === "0") return [2, "\\x00"];
    if (sign === "C") throw new Error("\\C is not supported on pages");
    if (sign === "A") return [2, "(?<![^])"];
    if (sign === "z") return [2, "(?![^])"];
    if (sign === "a") return [2, "\\x07"];
    if (sign === "s") return [2, inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]"];
    if (sign === "S" && !inClass) return [2, "[^\\t\\n\\f\\r ]"];
    const wide = /^\\x\{([0-9A-Fa-f]+)\}/.exec(text.slice(at));
    if (wide) return [wide[0].length, `\\u{${wide[1]}}`];
    const property = /^\\([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(text.slice(at));
    if (property) {
      const [whole, p, not, name, letter] = property;
      const sense = not ? (p === "p" ? "P" : "p") : p;
      const word = name ?? letter;
      return [whole.length, `\\${sense}{${/^[A-Z][a-z]?$/.test(word) ? word : `Script=${word}`}}`];
    }
    if (/[A-Za-z0-9]/.test(sign)) return [2, `\\${sign}`];
    return [1 + [...text.slice(at + 1)][0].length, literal([...text.slice(at + 1)][0])];
  }

  /** A class from its bracket on: [how many characters it takes, what stands for it]. */
  function characters(text, at) {
    let place = at + 1;
    let out = "[";
    if (text[place] === "^") {
      out += "^";
      place++;
    }
    const first = place;
    while (text[place] !== "]" || place === first) {
      if (place >= text.length) throw new Error("missing ]");
      const posix = /^\[:(\^?)(\w+):\]/.exec(text.slice(place));
      if (posix) {
        if (!CLASSES.has(posix[2]) || posix[1]) throw new Error(`${posix[0]} is not supported on pages`);
        out += CLASSES.get(posix[2]);
        place += posix[0].length;
      } else if (text[place] === "\\") {
        const [taken, written] = escape(text, place, true);
        out += written;
        place += taken;
      } else {
        const sign = [...text.slice(place, place + 2)][0];
        out += "[]()|/{}".includes(sign) ? `\\${sign}` : sign;
        place += sign.length;
      }
    }
    return [place + 1 - at, `${out}]`];
  }

  function regex(text) {
    let flags = "u";
    let place = 0;
    const global = /^\(\?([ims]+)\)/.exec(text);
    if (global) {
      flags += [...new Set(global[1])].join("");
      place = global[0].length;
    }
    const dot = flags.includes("s") ? "[^]" : "[^\\n]";
    let out = "";
    while (place < text.length) {
      const rest = text.slice(place);
      if (/^\(\?<?[=!]/.test(rest)) throw new Error("looking around is not supported");
      const named = /^\(\?P?</.exec(rest);
      if (named) {
        out += "(?<";
        place += named[0].length;
      } else if (text[place] === "\\") {
        const [taken, written] = escape(text, place, false);
        out += written;
        place += taken;
      } else if (text[place] === "[") {
        const [taken, written] = characters(text, place);
        out += written;
        place += taken;
      } else if (text[place] === ".") {
        out += dot;
        place++;
      } else if (/^\{(?!\d+(?:,\d*)?\})/.test(rest)) {
        out += "\\{"; // a brace that counts nothing is a brace
        place++;
      } else if (text[place] === "}" && !/\{\d+(?:,\d*)?$/.test(text.slice(0, place))) {
        out += "\\}";
        place++;
      } else if (text[place] === "]") {
        out += "\\]";
        place++;
      } else out += text[place++];
    }
    try {
      return new RegExp(out, flags);
    } catch (error) {
      throw new Error(error.message.replace(/^Invalid regular expression: .*: /, ""));
    }
  }

  runfolio.regex = regex;
}
