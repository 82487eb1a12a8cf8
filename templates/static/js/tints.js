// Tints: what the colours of a picture of whole runs tell. A param or tag has those that it has on curves (bindings.js), so
// that a value has one colour on the whole board; other numbers have nine levels, of which the best or the highest
// stands out most, other words a colour each.
// Gives    runfolio.tints  of(field, card, runs) → {field, color(run): key of a colour, entries: [{key, color, word, whole}],
//          ramp: {words: [first, last], log, keys, valueAt(part)} or null, note}
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { bindings, fields, names } = runfolio;

  const LEVELS = 9;
  const WORDS = 10; // categories in a legend
  const LONGEST = 220; // px of one

  const keyOf = (color) => (color === bindings.CONTEXT ? "context" : String(color));

  const keyed = (entries) => entries.map((entry) => ({ ...entry, key: keyOf(entry.color) }));

  /** As lines are coloured by the same param or tag. */
  function bound(field, card, runs) {
    const lineOf = (run) => ({ runs: [run] });
    const { color, entries, ramp } = bindings.by(field.word, card, runs.map(lineOf));
    const keys = Array.from({ length: bindings.STEPS }, (_, step) => String(bindings.RAMP + step));
    const [to, from] = ramp?.log ? [Math.log, Math.exp] : [Number, Number];
    const valueAt = (part) => from(to(ramp.low) + (to(ramp.high) - to(ramp.low)) * part);
    return { field, color: (run) => keyOf(color(lineOf(run))), entries: keyed(entries), ramp: ramp && { ...ramp, keys, valueAt }, note: "" };
  }

  function levelled(along) {
    const { field, ends, scale, note } = along;
    const [low, high] = ends.map(scale.to);
    const color = (run) => {
      const value = along.place(run);
      if (value === null) return "context";
      const part = high > low ? (scale.to(value) - low) / (high - low) : 1;
      return `level${Math.round((field.goal === "min" ? 1 - part : part) * (LEVELS - 1))}`;
    };
    const keys = Array.from({ length: LEVELS }, (_, step) => `level${field.goal === "min" ? LEVELS - 1 - step : step}`);
    const words = ends.map((value) => fields.wordOf(field, Number(value.toPrecision(4))));
    const valueAt = (part) => scale.from(low + (high - low) * part);
    return { field, color, entries: [], ramp: { words, log: scale.type === "log", keys, valueAt }, note };
  }

  function of(field, card, runs) {
    if (/^(?:param|tag):/.test(field.word)) return bound(field, card, runs);
    const along = fields.axisOf(field, runs);
    if (along.numeric) return levelled(along);
    const { others, place, note } = along;
    const colorAt = (at) => (at < bindings.OWN ? at : bindings.CONTEXT);
    const words = names.apart(others.map(({ text }) => text), LONGEST);
    const entries = others.slice(0, WORDS).map(({ text }, at) => ({ color: at, word: words[at], whole: text }));
    if (others.length > WORDS) entries.push({ color: bindings.CONTEXT, word: `${others.length - WORDS} more` });
    return { field, color: (run) => keyOf(colorAt(place(run))), entries: keyed(entries), ramp: null, note };
  }

  runfolio.tints = { of };
}
