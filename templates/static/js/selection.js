// Selection: the rows for which a filter holds; what it means is said in logger/selection.py and docs/search.md.
// Gives    runfolio.selection  selected(tree, rows, read) → rows, fieldOf(field), words(columns, runs) → (rows, text) → rows
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { readNumber } = runfolio.filter;

  const ATTRIBUTES = new Map([
    ["run_id", "run id"], ["start_time", "started"], ["end_time", "ended"], ["git_commit", "commit"], ["git_branch", "branch"],
  ]); // prettier-ignore
  const KINDS = new Map([["metrics", "last"], ["params", "param"], ["tags", "tag"], ["attributes", "run"]]); // prettier-ignore

  /** The name of a field's column: metrics.loss is "last:loss", start_time "run:started". */
  const fieldOf = ({ kind, name }) =>
    `${KINDS.get(kind) ?? kind}:${kind === "attributes" ? (ATTRIBUTES.get(name) ?? name) : name}`;

  /** A LIKE pattern as a regular expression: % is any text, _ any character, \ takes the next as it is. */
  function like(pattern, flags) {
    const body = pattern.replace(/\\([^])|%|_|[\\^$.*+?()[\]{}|/]/gu, (sign, escaped) => {
      if (escaped !== undefined) return escaped.replace(/[\\^$.*+?()[\]{}|/]/u, "\\$&");
      return sign === "%" ? "[^]*" : sign === "_" ? "[^]" : `\\${sign}`;
    });
    return new RegExp(`^${body}$`, flags);
  }

  const truth = (value) =>
    typeof value === "string" ? ({ true: true, false: false }[value.toLowerCase()] ?? null) : typeof value === "boolean" ? value : null;
  const number = (value) => (typeof value === "string" ? readNumber(value) : value);

  /** Both as one type; null when they are of kinds that do not compare. */
  function pair(value, literal) {
    if (typeof value === "boolean" || typeof literal === "boolean") {
      const both = [truth(value), truth(literal)];
      return both.includes(null) ? null : both;
    }
    if (typeof value === typeof literal) return [value, literal];
    const both = [number(value), number(literal)];
    return both.includes(null) ? null : both;
  }

  /** Texts by code point, numbers as numbers: below, above or neither (0 for equal, NaN for no order). */
  function order(one, other) {
    if (typeof one !== "string") return one < other ? -1 : one > other ? 1 : one == other ? 0 : NaN; // a BigInt beside a number, too
    if (one === other) return 0;
    const [left, right] = [[...one], [...other]];
    for (let at = 0; at < Math.min(left.length, right.length); at++)
      if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
    return left.length - right.length;
  }

  function equal(value, literal) {
    const both = pair(value, literal);
    return both !== null && (order(...both) === 0 || (both[0] !== both[0] && both[1] !== both[1]));
  }

  function inOrder(value, holds, literal) {
    const both = pair(value, literal);
    return both !== null && typeof both[0] !== "boolean" && holds(order(...both));
  }

  const ORDERS = new Map([
    ["<", (sign) => sign < 0], ["<=", (sign) => sign <= 0], [">", (sign) => sign > 0], [">=", (sign) => sign >= 0],
  ]); // prettier-ignore

  /** What a comparison says of a value that is there. */
  function tested({ operator, values }) {
    if (operator === "=") return (value) => values.some((literal) => equal(value, literal));
    if (ORDERS.has(operator)) return (value) => inOrder(value, ORDERS.get(operator), values[0]);
    const pattern = operator === "~" ? values[0] : like(values[0], operator === "ILIKE" ? "iu" : "u");
    return (value) => typeof value === "string" && pattern.test(value);
  }

  /** A tree as a function of rows; `read(field)` gives what a row has for a field, null for nothing. */
  function holding(tree, read) {
    if (tree.field) {
      const value = read(tree.field);
      if (tree.operator === "NULL") return (row) => (value(row) === null) !== tree.negated;
      const test = tested(tree);
      return (row) => {
        const found = value(row);
        return found !== null && test(found) !== tree.negated;
      };
    }
    if (tree.not) {
      const part = holding(tree.not, read);
      return (row) => !part(row);
    }
    const parts = (tree.every ?? tree.some).map((part) => holding(part, read));
    return tree.every ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
  }

  const selected = (tree, rows, read) => rows.filter(holding(tree, read));

  /** What can be found of a run by plain words: its name and state as they are, params and tags as `name=value`. */
  function haystacks(columns, runs) {
    const found = runs.map(({ name, id, damaged }) => `${name}\n${id}${damaged ? "\ndamaged" : ""}`);
    for (const column of columns) {
      const before = column.group === "param" || column.group === "tag" ? `\n${column.label}=` : "\n";
      for (let row = 0; row < runs.length; row++) {
        const value = column.key(row);
        if (value !== null) found[row] += before + value;
      }
    }
    return found.map((text) => text.toLowerCase());
  }

  /** Whether plain words look into a column. */
  const worded = ({ kind, group, hidden }) =>
    group === "tag" || (!hidden && (kind === "param" || kind === "text" || kind === "status"));

  /** A search for plain words, each of which must be found. */
  function words(columns, runs) {
    let texts = null;
    return (rows, text) => {
      const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
      if (!wanted.length) return rows;
      texts ??= haystacks(columns, runs);
      return rows.filter((row) => wanted.every((word) => texts[row].includes(word)));
    };
  }

  runfolio.selection = { selected, fieldOf, words, worded };
}
