// Filter: the text of a filter as a tree; the grammar and the words of logger/filters.py and docs/search.md.
//     {every: [tree, …]} | {some: [tree, …]} | {not: tree}
//     {field, operator, values, negated}    field: {kind, name}; operator: "=", "<", …, "LIKE", "ILIKE", "~" or "NULL"
// Gives    runfolio.filter  parse(text) → tree (throws lexer.FilterError), begins(text), fields(tree)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { lexer, regex } = runfolio;
  const { FilterError, close, named, tokens } = lexer;

  const BACKTICK = "\x60";
  const DEEPEST = 100; // brackets within brackets
  const alike = (words, kind) => words.map((word) => [word, kind]);
  const PREFIXES = new Map([
    ...alike(["metrics", "metric"], "metrics"), ["best", "best"], ["min", "min"], ["max", "max"],
    ...alike(["params", "param", "parameters", "parameter"], "params"), ...alike(["tags", "tag"], "tags"),
    ...alike(["attributes", "attribute", "attr", "run"], "attributes"),
  ]); // prettier-ignore
  const ATTRIBUTES = new Map([
    ["run_id", "text"], ["experiment", "text"], ["name", "text"], ["status", "status"], ["start_time", "time"],
    ["end_time", "time"], ["duration", "duration"], ["user", "text"], ["source", "text"], ["parent", "text"],
    ["git_commit", "text"], ["git_branch", "text"], ["note", "text"], ["reason", "text"],
  ]); // prettier-ignore
  const ALIASES = new Map([
    ["run_name", "name"], ["experiment_name", "experiment"], ["user_id", "user"], ["created", "start_time"],
    ["parent_run_id", "parent"],
  ]); // prettier-ignore
  const STATUSES = ["running", "finished", "failed", "killed", "lost"];
  const VALUES = "a number, a text in quotes, true or false.";
  const ALLOWED = new Map([
    ["number", "a number."],
    ["time", "milliseconds since 1970, or a date like '2026-11-22' or '2026-11-22 10:30+01:00'."],
    ["duration", "seconds, or a text like '90 s', '15 min', '2 h'."],
    ["status", `${STATUSES.map((status) => `'${status}'`).join(", ")}.`],
    ["any", VALUES], ["text", VALUES],
  ]); // prettier-ignore
  const OPERATORS = "= != < <= > >= ~ !~ LIKE ILIKE IN IS, and NOT before LIKE, ILIKE and IN.";
  const JOINS = new Map([["&&", "AND"], ["&", "AND"], ["||", "OR"], ["|", "OR"]]); // prettier-ignore
  const KEYWORDS = ["LIKE", "ILIKE", "IN", "IS", "NOT"];
  const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
  const FLOATS = /^([+-]?)(inf|nan)$/i;
  const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?$/;
  const DURATION = /^([0-9]+(?:\.[0-9]+)?) ?(ms|s|min|h|d)$/;
  const SECONDS = new Map([["ms", 0.001], ["s", 1], ["min", 60], ["h", 3600], ["d", 86400]]); // prettier-ignore

  const isWord = (token, ...words) => token.kind === "word" && words.includes(token.text.toUpperCase());
  const isSign = (token, ...signs) => token.kind === "sign" && signs.includes(token.text);

  const WHOLE = /^[+-]?[0-9]+$/;

  /** The number that a text writes out in decimals, a huge whole one as a BigInt; null when it is something else. */
  function readNumber(text) {
    if (!NUMBER.test(text)) return null;
    const number = Number(text);
    return WHOLE.test(text) && !Number.isSafeInteger(number) ? BigInt(text.replace("+", "")) : number;
  }

  function anyNumber(text) {
    const float = FLOATS.exec(text);
    if (!float) return readNumber(text);
    return float[2].toLowerCase() === "nan" ? NaN : float[1] === "-" ? -Infinity : Infinity;
  }

  /** What a word without quotes means beside a field; null when nothing. */
  function readWord(word, kind) {
    const value = anyNumber(word);
    if (value !== null) return kind === "status" ? null : value;
    const truth = { true: true, false: false }[word.toLowerCase()] ?? null;
    return kind === "any" || kind === "text" ? truth : null;
  }

  /** What a text in quotes means beside a field; null when it means nothing there. */
  function readText(text, kind) {
    if (kind === "any") return text;
    if (kind === "text") return text.normalize("NFC"); // as names are
    if (kind === "status") return STATUSES.includes(text.toLowerCase()) ? text.toLowerCase() : null;
    if (kind === "time" && TIME.test(text)) return milliseconds(text);
    const span = kind === "duration" && DURATION.exec(text);
    return span ? Number(span[1]) * SECONDS.get(span[2]) : anyNumber(text);
  }

  /** The time of an ISO date, in milliseconds since the epoch; without a zone it is UTC. */
  function milliseconds(text) {
    const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = TIME.exec(text);
    const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
    const date = new Date(Date.UTC(2000, mo - 1, d, h, mi, s)); // years below 100 mean others to Date.UTC
    date.setUTCFullYear(y, mo - 1, d);
    const exists = date.getUTCMonth() === mo - 1 && date.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
    const apart = zone === "Z" ? 0 : (zone[0] === "-" ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
    if (!exists || y < 1 || Math.abs(apart) >= 1440) return null;
    return date.getTime() + Number(`0.${fraction || 0}`) * 1000 - apart * 60_000;
  }

  /** Reads one text from left to right; `next` is the token that is looked at. */
  class Parser {
    constructor(text) {
      this.text = text;
      this.tokens = tokens(text);
      this.place = 0;
    }

    get next() {
      return this.tokens[this.place];
    }

    take() {
      const token = this.next;
      this.place = Math.min(this.place + 1, this.tokens.length - 1);
      return token;
    }

    error(problem, token = this.next, allowed = "", hint = "") {
      return new FilterError(problem, this.text, token.at, allowed, hint);
    }

    expected(what, token = this.next, allowed = "", hint = "") {
      return this.error(`expected ${what}, found ${named(token)}`, token, allowed, hint);
    }

    filter() {
      if (this.next.kind === "end") return { every: [] };
      const tree = this.anyOf(0);
      if (isSign(this.next, ")")) throw this.error("this bracket was never opened");
      if (this.next.kind !== "end") throw this.expected("AND, OR or the end", this.next, "", JOINS.get(this.next.text));
      return tree;
    }

    anyOf(depth) {
      const parts = [this.allOf(depth)];
      while (isWord(this.next, "OR")) {
        this.take();
        parts.push(this.allOf(depth));
      }
      return parts.length === 1 ? parts[0] : { some: parts };
    }

    allOf(depth) {
      const parts = [this.negated(depth)];
      while (isWord(this.next, "AND")) {
        this.take();
        parts.push(this.negated(depth));
      }
      return parts.length === 1 ? parts[0] : { every: parts };
    }

    negated(depth) {
      let negated = false;
      while (isWord(this.next, "NOT")) {
        this.take();
        negated = !negated;
      }
      const part = isSign(this.next, "(") ? this.inBrackets(depth) : this.comparison();
      return negated ? { not: part } : part;
    }

    inBrackets(depth) {
      const opening = this.take();
      if (depth === DEEPEST) throw this.error(`more than ${DEEPEST} brackets within one another`, opening);
      const tree = this.anyOf(depth + 1);
      this.close(opening, "AND, OR or ')'", JOINS.get(this.next.text));
      return tree;
    }

    close(opening, what, hint) {
      if (this.next.kind === "end") throw this.error("this bracket is never closed", opening);
      if (!isSign(this.next, ")")) throw this.expected(what, this.next, "", hint);
      this.take();
    }

    comparison() {
      const field = this.field();
      const kind = kindOf(field);
      let token = this.take();
      if (isWord(token, "IS")) return this.isNull(field);
      let negated = isWord(token, "NOT");
      if (negated) {
        if (!isWord(this.next, "LIKE", "ILIKE", "IN")) throw this.expected("LIKE, ILIKE or IN");
        token = this.take();
      }
      if (isWord(token, "IN")) return { field, operator: "=", values: this.list(kind), negated };
      if (isWord(token, "LIKE", "ILIKE") || isSign(token, "~", "!~")) {
        negated ||= token.text === "!~";
        return { field, operator: token.text.toUpperCase().replace("!", ""), values: [this.pattern(kind, token)], negated };
      }
      if (isSign(token, "=", "==", "!=", "<>"))
        return { field, operator: "=", values: [this.value(kind)], negated: isSign(token, "!=", "<>") };
      if (isSign(token, "<", "<=", ">", ">=")) {
        const literal = this.next;
        const value = this.value(kind);
        if (typeof value === "boolean") throw this.error(`${named(literal)} has no order`, literal, "= != IN with true and false.");
        return { field, operator: token.text, values: [value], negated: false };
      }
      throw this.expected("an operator", token, OPERATORS, token.kind === "word" ? close(token.text.toUpperCase(), KEYWORDS) : "");
    }

    isNull(field) {
      const negated = isWord(this.next, "NOT");
      if (negated) this.take();
      if (!isWord(this.next, "NULL")) throw this.expected(negated ? "NULL" : "NULL or NOT NULL", this.next, "", "IS NULL");
      this.take();
      return { field, operator: "NULL", values: [], negated };
    }

    field() {
      const token = this.next;
      const like = "a field, like metrics.loss or status";
      if (token.kind === "text" && token.quote !== "'") return this.attribute(this.take());
      if (token.kind !== "word")
        throw this.expected(like, token, "", token.kind === "text" ? '"double quotes" or `backticks` around a name' : "");
      if (readNumber(token.text) !== null) throw this.expected(like, token, "", "the field first, then the number");
      const dot = token.text.indexOf(".");
      if (dot < 0) return this.attribute(this.take());
      const prefix = token.text.slice(0, dot);
      let name = token.text.slice(dot + 1);
      const kind = PREFIXES.get(prefix.toLowerCase());
      if (!kind) {
        const meant = close(prefix.toLowerCase(), [...PREFIXES.keys()]);
        const allowed = `${[...new Set(PREFIXES.values())].map((one) => `${one}.`).join(", ")} before a name.`;
        throw this.error(`'${prefix}.' is no prefix`, token, allowed, meant && `${meant}.${name}`);
      }
      this.take();
      if (!name) {
        const quoted = this.next;
        if (quoted.kind !== "text" || quoted.quote === "'" || quoted.at !== token.end)
          throw this.expected(`a name right after '${token.text}'`);
        name = this.take().text;
      }
      if (kind === "attributes") return this.attribute({ kind: "text", text: name, at: token.at + dot + 1, quote: '"' });
      return { kind, name: name.normalize("NFC") };
    }

    attribute(token) {
      const written = token.text.toLowerCase().replaceAll(" ", "_");
      const name = ALIASES.get(written) ?? written;
      if (ATTRIBUTES.has(name)) return { kind: "attributes", name };
      const hint =
        close(name, [...ATTRIBUTES.keys(), ...ALIASES.keys()]) || `metrics.${token.text}, params.${token.text} or tags.${token.text}`;
      throw this.error(`${named(token)} is no attribute of a run`, token, `${[...ATTRIBUTES.keys()].join(", ")}.`, hint);
    }

    list(kind) {
      if (!isSign(this.next, "(")) throw this.expected("'(' and the values");
      const opening = this.take();
      const values = [this.value(kind)];
      while (isSign(this.next, ",")) {
        this.take();
        values.push(this.value(kind));
      }
      this.close(opening, "',' or ')'");
      return values;
    }

    /** The text behind LIKE, ILIKE or a regex. */
    pattern(kind, operator) {
      const what = { number: "a number", time: "a time", duration: "a duration" }[kind];
      if (what) throw this.error(`${named(operator)} compares text, and this field is ${what}`, operator);
      const token = this.next;
      if (token.kind !== "text" || token.quote === BACKTICK)
        throw this.expected("a text in quotes", token, "", token.kind === "word" ? `'${token.text}'` : "");
      this.take();
      if (!isSign(operator, "~", "!~")) return token.text;
      try {
        return regex(token.text);
      } catch (error) {
        throw this.error(`this is no regular expression of RE2 that a page knows: ${error.message}`, token);
      }
    }

    value(kind) {
      const token = this.next;
      const allowed = ALLOWED.get(kind);
      let value;
      if (token.kind === "text" && token.quote !== BACKTICK) {
        value = readText(token.text, kind);
        const meant = kind === "status" ? close(token.text.toLowerCase(), STATUSES) : "";
        if (value === null) throw this.error(`${named(token)} is no value of this field`, token, allowed, meant && `'${meant}'`);
      } else if (token.kind === "word") {
        value = readWord(token.text, kind);
        if (value === null && readWord(token.text, "any") !== null)
          throw this.error(`${named(token)} is no value of this field`, token, allowed);
        if (value === null) throw this.expected("a value", token, allowed, insteadOf(token));
      } else throw this.expected("a value", token, allowed);
      this.take();
      return value;
    }
  }

  /** What to write for a word that stands where a value is expected. */
  function insteadOf(token) {
    if (isWord(token, "NULL", "NONE")) return "IS NULL or IS NOT NULL";
    if (isWord(token, "AND", "OR", ...KEYWORDS)) return "";
    const [prefix, name] = token.text.split(".", 2);
    if (name !== undefined && PREFIXES.has(prefix.toLowerCase())) return "a number or a text; two fields cannot be compared";
    return `'${token.text}'`;
  }

  /** What a field holds. */
  function kindOf({ kind, name }) {
    if (kind === "attributes") return ATTRIBUTES.get(name);
    return kind === "params" || kind === "tags" ? "any" : "number";
  }

  /**
   * Whether a text is meant as a filter: it begins with a field and an operator. Else it is plain words, among them
   * `depth=3`, without spaces, unless the name is that of a field.
   */
  function begins(text) {
    const rest = text.replace(/^(?:\s|\(|NOT\b)*/i, "");
    const [, prefix] = /^([a-z]+)\.\S/i.exec(rest) ?? [];
    if (prefix && PREFIXES.has(prefix.toLowerCase()) && /[=<>~]/.test(rest)) return true; // wrong as it may be
    const match = /^("(?:[^"]|"")*"|`(?:[^`]|``)*`|[^\s=!<>~(),'"\x60]+(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`)?)(\s*)(<=|>=|<>|!=|!~|==|[=<>~]|(?:LIKE|ILIKE|IN|IS|NOT)\b)/i.exec(rest);
    if (!match) return false;
    const [, name, gap, operator] = match;
    const written = name.replace(/^["`]|["`]$/g, "").toLowerCase().replaceAll(" ", "_");
    const dot = name.indexOf(".");
    const field = dot < 0 ? ATTRIBUTES.has(ALIASES.get(written) ?? written) : PREFIXES.has(name.slice(0, dot).toLowerCase());
    if (field || /^["\x60]/.test(name)) return true;
    return /^[a-z]/i.test(operator) ? false : gap !== "" || operator !== "=";
  }

  /** The fields that a tree asks for. */
  const fields = (tree) =>
    tree.field ? [tree.field] : tree.not ? fields(tree.not) : (tree.every ?? tree.some).flatMap(fields);

  runfolio.filter = { parse: (text) => new Parser(text).filter(), begins, fields, readNumber };
}
