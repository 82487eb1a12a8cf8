// Bindings: what colour, stroke and panel of a line tell: its run, its metric, or the value of a param or tag.
// A value keeps its colour whichever runs are drawn: it stands among the values of all runs of the page.
// Gives    runfolio.bindings  colors(card, lines), by(word, card, lines), strokes(card, lines), panels(card, lines); numbers of colours
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { groups, view } = runfolio;

  const OWN = 10; // colours of runs: as many values can be told apart
  const CONTEXT = 10; // number of the grey of what is not told apart
  const UNSET = 11; // of what has no value
  const RAMP = 12; // of the first step of the ramp
  const STEPS = 32; // of the ramp
  const FEW = 6; // numbers up to which each gets a colour of its own
  const WIDE = 100; // largest over smallest value from which the ramp is logarithmic
  const STROKES = ["solid", "dashed", "dotted", "dashdot"];

  const NOTHING = -1; // place of a line whose runs have no value
  const SEVERAL = -2; // of a group whose runs have several

  /** What a word of an option tells: {title, values: [{key, word}], place(line)}; null: nothing on this page. */
  function telling(word, card, lines) {
    if (word === "metric") {
      const values = card.metrics.map((metric) => ({ key: metric, word: runfolio.lines.wordOf(card, metric) }));
      return { title: "metric", values, place: (line) => card.metrics.indexOf(line.metric) };
    }
    if (word === "run") {
      const names = new Map(lines.map((line) => [line.run, line.name]));
      const values = [...names].map(([key, name]) => ({ key, word: name }));
      const places = new Map(values.map(({ key }, at) => [key, at]));
      return { title: lines.some((line) => line.group) ? "group" : "run", values, place: (line) => places.get(line.run) };
    }
    const column = runfolio.columns?.field(word);
    if (!column) return null;
    const values = groups.values(column);
    const places = new Map(values.map(({ key }, at) => [key, at]));
    const place = (line) => {
      const found = new Set(line.runs.map((run) => groups.valueOf(column, run)));
      if (found.size > 1) return SEVERAL;
      const [only] = found;
      return only === null ? NOTHING : places.get(only);
    };
    return { title: column.label, values, place };
  }

  /** Load the columns that tell a card's groups, colours, strokes and panels; null when all are there. */
  function ready(card) {
    const { columns } = runfolio;
    if (!columns) return null;
    const told = ["color", "line", "panel"].map((name) => columns.field(view.option(name, card))).filter(Boolean);
    return columns.ready([...new Set([...told, ...groups.fields(view.option("group", card))])]);
  }

  /** The places that lines have, in order, those without a value last. */
  const placesOf = (told, lines) =>
    [...new Set(lines.map(told.place))].sort((one, other) => (one < 0) - (other < 0) || Math.abs(one) - Math.abs(other));

  const wordAt = ({ values }, place, whole) =>
    place === NOTHING ? "not set" : place === SEVERAL ? "several values" : ((whole && values[place].whole) ?? values[place].word);

  /** A value as the legend has it: a word, maybe cut, and the whole of it. */
  const said = (told, place) => ({ word: wordAt(told, place), whole: wordAt(told, place, true) });

  /** The ramp of colours for numbers: which one a number has, and where it begins and ends. */
  function ramp(numbers) {
    const [low, high] = [numbers[0], numbers[numbers.length - 1]];
    const log = low > 0 && high / low >= WIDE;
    const bend = log ? Math.log : (value) => value;
    const part = (value) => (bend(value) - bend(low)) / (bend(high) - bend(low));
    return { low, high, log, color: (value) => RAMP + Math.round(part(value) * (STEPS - 1)) };
  }

  /**
   * What colours of a card tell; null when they tell runs or, on the page of a run, metrics.
   *
   * {title, color(line), entries: [{color, word, whole}], ramp: {low, high, log, words: [first, middle, last]} or null}
   */
  function colors(card, lines) {
    const word = view.option("color", card);
    return ["auto", "run"].includes(word) ? null : by(word, card, lines);
  }

  /** The same for a word of the option. */
  function by(word, card, lines) {
    const told = telling(word, card, lines);
    if (!told) return null;
    const { title, values, place } = told;
    const numbers = values.map(({ key }) => key).filter(Number.isFinite);
    if (word !== "metric" && values.length > FEW && numbers.length === values.length) {
      const { color, ...ends } = ramp(numbers);
      const of = (line) => (place(line) < 0 ? UNSET : color(values[place(line)].key));
      const entries = placesOf(told, lines).flatMap((at) => (at < 0 ? [{ color: UNSET, ...said(told, at) }] : []));
      const words = [values[0], values[values.length - 1]].map((value) => value.word);
      return { title, color: of, entries, ramp: { ...ends, words } };
    }
    const of = (at) => (at < 0 ? UNSET : at < OWN ? at : CONTEXT);
    const places = placesOf(told, lines);
    const entries = places.filter((at) => at < OWN).map((at) => ({ color: of(at), ...said(told, at) }));
    const others = places.filter((at) => at >= OWN).length;
    const last = entries.findIndex(({ color }) => color === UNSET);
    if (others) {
      const entry = { color: CONTEXT, word: `${others} more ${others === 1 ? "value" : "values"}` };
      entries.splice(last < 0 ? entries.length : last, 0, entry);
    }
    return { title, color: (line) => of(place(line)), entries, ramp: null };
  }

  /**
   * What strokes of a card tell; null when they tell splits. Values beyond the last stroke share it.
   *
   * {title, stroke(line), entries: [{stroke, words: [{word, whole}, …]}]}
   */
  function strokes(card, lines) {
    const word = view.option("line", card);
    const told = word === "auto" ? null : telling(word, card, lines);
    if (!told) return null;
    const places = placesOf(told, lines);
    const order = word === "run" || word === "metric" ? places : [...told.values.keys(), NOTHING, SEVERAL];
    const of = (at) => STROKES[Math.min(order.indexOf(at), STROKES.length - 1)];
    const entries = new Map();
    for (const at of places) {
      if (!entries.has(of(at))) entries.set(of(at), []);
      entries.get(of(at)).push(said(told, at));
    }
    return {
      title: told.title,
      stroke: (line) => of(told.place(line)),
      entries: [...entries].map(([stroke, words]) => ({ stroke, words })),
    };
  }

  /** The lines of each panel of a card, in order of the values: [{title, lines}]; null: all in one. */
  function panels(card, lines) {
    const word = view.option("panel", card);
    const told = word === "none" ? null : telling(word, card, lines);
    if (!told) return null;
    const named = !["run", "metric"].includes(word);
    return placesOf(told, lines).map((at) => ({
      title: named ? `${told.title} ${wordAt(told, at, true)}` : wordAt(told, at),
      lines: lines.filter((line) => told.place(line) === at),
    }));
  }

  runfolio.bindings = { ready, colors, by, strokes, panels, OWN, CONTEXT, UNSET, RAMP, STEPS };
}
