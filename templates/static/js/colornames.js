// Colour names: what the colours of a picture of whole runs say, for the legends of its files.
// Gives    runfolio.colorNames(card) → {title: the field that they tell, or null for runs, names: key of a colour → words}
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, fields, groupColors, groups } = runfolio;

  const LEVELS = 9;
  const MOST = 3; // names beside one colour

  /** The numbers that the colours of a scale stand for, from the lowest to the highest. */
  function levels({ field, ends, scale }) {
    const [low, high] = ends.map(scale.to);
    const values = Array.from({ length: LEVELS }, (_, step) => scale.from(low + ((high - low) * step) / (LEVELS - 1)));
    const digits = [4, 8, 17].find((count) => new Set(values.map((value) => value.toPrecision(count))).size === LEVELS) ?? 4;
    const keyOf = (step) => `level${field.goal === "min" ? LEVELS - 1 - step : step}`;
    return values.map((value, step) => [keyOf(step), fields.wordOf(field, Number(value.toPrecision(digits)))]);
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
    const pairs = !tint
      ? ofRuns(rows, group)
      : tint.numeric
        ? levels(tint)
        : tint.others.map(({ text }, place) => [String(place % 10), text || "“”"]);
    const all = new Map();
    for (const [key, name] of pairs) all.set(key, [...(all.get(key) ?? []), name]);
    const more = ({ length }) => (length > MOST ? ` and ${length - MOST} more` : "");
    const names = new Map([...all].map(([key, found]) => [key, found.slice(0, MOST).join(", ") + more(found)]));
    if (rows.some(({ color }) => color === "context")) names.set("context", tint ? "no number" : "other runs");
    return { title: tint?.field.label ?? null, names };
  };
}
