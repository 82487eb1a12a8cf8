// Colour names: what the colours of a picture of whole runs say, for the legends of its files.
// Gives    runfolio.colorNames(card) → {title: the field that they tell, or null for runs, names: key of a colour → words}
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, fields, groupColors, groups } = runfolio;

  const MOST = 3; // names beside one colour

  /** The numbers that the colours of a scale stand for, from the lowest to the highest. */
  function levels({ field, ramp: { keys, valueAt } }) {
    const values = keys.map((_, step) => valueAt(step / (keys.length - 1)));
    const digits = [4, 8, 17].find((count) => new Set(values.map((value) => value.toPrecision(count))).size === keys.length) ?? 4;
    return values.map((value, step) => [keys[step], fields.wordOf(field, Number(value.toPrecision(digits)))]);
  }

  /** The runs, or the groups, that have a colour of their own. */
  function ofRuns(rows, words) {
    const colored = rows.filter(({ color }) => color !== "context");
    if (!groups.active(words)) return colored.map(({ run, color }) => [color, data.page.runs[run].label]);
    const found = groups.of(colored.map(({ run }) => run), words);
    const names = groups.names(found);
    return found.map(({ key }) => [String(groupColors.of({ key }, words)), names.get(key)]);
  }

  runfolio.colorNames = ({ picture: { what }, drawn: { rows } }) => {
    const { tint, group } = what;
    const used = new Set(rows.map(({ color }) => color));
    const pairs = !tint
      ? ofRuns(rows, group)
      : [
          ...(tint.ramp ? levels(tint).filter(([key]) => used.has(key) || key.startsWith("level")) : []),
          ...tint.entries.map(({ key, word, whole = word }) => [key, whole || "“”"]),
        ];
    const all = new Map();
    for (const [key, name] of pairs) all.set(key, [...(all.get(key) ?? []), name]);
    const more = ({ length }) => (length > MOST ? ` and ${length - MOST} more` : "");
    const names = new Map([...all].map(([key, found]) => [key, found.slice(0, MOST).join(", ") + more(found)]));
    if (used.has("context") && !names.has("context")) names.set("context", tint ? "no number" : "other runs");
    return { title: tint?.field.label ?? null, names };
  };
}
