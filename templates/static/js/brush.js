// Brush: limits on fields of runs, drawn on axes: which runs lie within all of them. Kept in the page's address:
//     brush=param:lr=0.01..0.1;param:kind=tree|linear|~
// For each field a range of numbers, either end may be open, and what is no number: texts, !None, ~ for nothing.
// Gives    runfolio.brush   get(word), set(word, limits), clear(), any(), matching(runs), words()
// Emits    "brush:change" on document after every change
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { fields, view } = runfolio;
  const { plain } = runfolio.coding;

  const escaped = (text) =>
    text.replace(/[%;=|]|\.\./g, (signs) => [...signs].map((sign) => `%${sign.codePointAt(0).toString(16)}`).join(""));

  /** {range: [low, high] or null, ids: Set} out of "0.01..0.1|~"; null when it says nothing. */
  function limitsOf(text) {
    const limits = { range: null, ids: new Set() };
    for (const part of text.split("|")) {
      const ends = part.split("..");
      if (ends.length !== 2) limits.ids.add(plain(part));
      else {
        const [low, high] = ends.map((end, at) => (end === "" ? [-Infinity, Infinity][at] : Number(end)));
        if (low <= high) limits.range = [low, high];
      }
    }
    return limits.range || limits.ids.size ? limits : null;
  }

  const endWord = (end) => (Number.isFinite(end) ? String(Number(end.toPrecision(12))) : "");

  function formatted({ range, ids }) {
    const parts = [...ids].map(escaped);
    if (range) parts.unshift(range.map(endWord).join(".."));
    return parts.join("|");
  }

  function parsed(text) {
    const found = new Map();
    for (const part of text.split(";").filter(Boolean)) {
      const equals = part.indexOf("=");
      const limits = equals < 0 ? null : limitsOf(part.slice(equals + 1));
      if (limits) found.set(plain(part.slice(0, equals)), limits);
    }
    return found;
  }

  let text = null;
  let limits = new Map(); // word of a field → its limits

  function now() {
    const words = view.get("brush") ?? "";
    if (words !== text) {
      text = words;
      limits = parsed(words);
    }
    return limits;
  }

  function write(next) {
    view.set("brush", [...next].map(([word, each]) => `${escaped(word)}=${formatted(each)}`).join(";"));
  }

  function within(field, { range, ids }, run) {
    const value = field.number(run);
    return value === null ? ids.has(field.other(run).id) : range !== null && range[0] <= value && value <= range[1];
  }

  /** The limits that this page has fields for. */
  const known = () =>
    [...now()].flatMap(([word, each]) => {
      const field = fields.of(word);
      return field ? [{ field, limits: each }] : [];
    });

  function rangeWords(field, [low, high]) {
    const [from, to] = [low, high].map((end) => fields.wordOf(field, Number.isFinite(end) ? Number(end.toPrecision(4)) : 0));
    if (low === -Infinity) return `up to ${to}`;
    return high === Infinity ? `from ${from}` : `${from} to ${to}`;
  }

  const nothing = { range: null, ids: new Set() };

  runfolio.brush = {
    /** {range: [low, high] or null, ids: Set}; null where a field has no limits. */
    get: (word) => now().get(word) ?? null,

    /** Set the limits of one field; null, or limits that hold nothing: none. */
    set(word, next) {
      const all = new Map(now());
      const { range, ids } = next ?? nothing;
      if (range || ids.size) all.set(word, { range, ids });
      else all.delete(word);
      write(all);
    },
    clear: () => write(new Map()),
    any: () => known().length > 0,

    /** The words of the fields that have limits. */
    fields: () => known().map(({ field }) => field.word),

    /** The runs that lie within all limits, in the order given. */
    matching(runs) {
      const all = known();
      return all.length ? runs.filter((run) => all.every(({ field, limits: each }) => within(field, each, run))) : runs;
    },

    /** The limits in words: ["lr 0.01 to 0.1", "kind: tree, linear"]. */
    words: () =>
      known().map(({ field, limits: { range, ids } }) => {
        const others = [...ids].map((id) => (id === "~" ? "(none)" : id.replace(/^['!#]/, ""))).join(", ");
        const parts = [range ? rangeWords(field, range) : "", others].filter(Boolean);
        return `${field.label} ${parts.join(" or ")}`;
      }),
  };

  let told = view.get("brush") ?? "";
  document.addEventListener("view:change", () => {
    const words = view.get("brush") ?? "";
    if (words === told) return;
    told = words;
    document.dispatchEvent(new CustomEvent("brush:change"));
  });
}
