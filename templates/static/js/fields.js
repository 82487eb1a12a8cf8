// Fields: what runs are compared by: params, tags, values of metrics, durations, moments; and how they lie on an axis.
// Reads    runfolio.columns  (the runs table), when asked
// Gives    runfolio.fields   of(word), all(), defaults(), axisOf(field, runs), levelOf(axis, run)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, data, heights, numbers } = runfolio;

  const DECADES = 3; // from this many on an axis is logarithmic
  const NAMED = 6; // different numbers of a param up to which each has a tick, and …
  const SHORT = 6; // … signs that each may have
  const LEVELS = 9; // colours of a number, from the lowest to the highest
  const ROOM = 0.05; // of an axis, beyond its first and last value
  const NONE = { id: "~", text: "(none)" };

  const KINDS = ["param:", "tag:", "best:", "last:", "min:", "max:", "run:"];
  const NUMERIC = ["number", "duration", "time"];

  /** Told apart from one another, whatever they say: texts, words as None and True, numbers among texts. */
  function idOf(text, kind) {
    if (kind === "word") return `!${text}`;
    if (kind === "number") return `#${text}`;
    return /^[!#~']/.test(text) ? `'${text}` : text;
  }

  /**
   * A field of runs; null when the page has none of this word.
   *
   * label         what it is: a user's word, maybe with "best" behind it
   * goal          "max", "min" or ""
   * number(run)   a finite number, or null; moments in ms, durations in s
   * other(run)    {id, text} of what is no number: a text, None, nothing (isMissing(run)); null for numbers
   * text(run)     in words
   */
  function of(word) {
    const column = runfolio.columns?.field(word);
    if (!column || column.kind === "name" || column.kind === "id") return null;
    const numeric = NUMERIC.includes(column.kind) || (column.kind !== "status" && column.numeric);
    const number = (run) => {
      const key = column.key(run);
      return numeric && typeof key === "number" && Number.isFinite(key) ? key : null;
    };
    const other = (run) => {
      if (number(run) !== null) return null;
      if (column.kind === "status") return { id: data.page.runs[run].status, text: data.page.runs[run].status };
      const { text, kind } = column.cell(run);
      const key = column.key(run);
      if (key === null) return kind === "missing" ? NONE : { id: `!${text}`, text };
      return { id: idOf(String(key), numeric ? "word" : kind), text: String(key) };
    };
    const text = (run) => {
      if (number(run) === null) return other(run).text;
      return column.kind === "time" ? runfolio.time.local(number(run)) : column.cell(run).text.trim();
    };
    const how = word.slice(0, word.indexOf(":"));
    const label = column.sub ? `${column.label} ${how}` : column.label; // nothing where best and last are the same
    const isMissing = (run) => other(run) === NONE;
    return { word, label, kind: column.kind, group: column.group, goal: column.goal ?? "", numeric, number, other, isMissing, text };
  }

  /** All that a picture may be made of: [[word, label], …], every column by its first name. */
  const all = () => {
    const { columns } = runfolio;
    const words = (columns?.fields(KINDS) ?? []).map(([word]) => word);
    return words.filter((word) => columns.field(word).field === word).flatMap((word) => {
      const field = of(word);
      return field ? [[word, field.label]] : [];
    });
  };

  /** What a new picture of a kind is made of: what is judged, and what differs. */
  function defaults(kind, card = null) {
    const { columns, groups } = runfolio;
    const fields = (columns?.columns ?? []).flatMap(({ field, hidden }) => (hidden ? [] : (of(field) ?? [])));
    const params = fields.filter(({ group, label }) => group === "param" && !groups.isSeed(label));
    const own = (card?.metrics ?? []).flatMap((metric) => {
      const { name } = data.page.metrics[metric];
      const field = of(`best:${name}`) ?? of(`last:${name}`);
      return field ? [field.word] : [];
    });
    const goal = own[0] ?? fields.find((field) => field.goal)?.word ?? fields.find((field) => field.kind === "number")?.word;
    if (!goal) return [];
    if (kind === "bars") return own.length ? own : [goal];
    if (kind === "parallel") return [...params.slice(0, 6).map(({ word }) => word), goal];
    return [params.find(({ numeric }) => numeric)?.word ?? params[0]?.word ?? "run:duration", goal];
  }

  /** Different things among what is no number: by name as the table sorts them, nothing at the end. */
  function othersOf(field, runs) {
    const found = new Map();
    for (const run of runs) {
      const other = field.other(run);
      if (other && !found.has(other.id)) found.set(other.id, other);
    }
    const collator = new Intl.Collator("en", { numeric: true });
    return [...found.values()].sort(
      (one, two) => Number(one === NONE) - Number(two === NONE) || collator.compare(one.text, two.text),
    );
  }

  const wordOf = (field, value) =>
    field.kind === "duration" ? axis.durationWord(value) : field.kind === "time" ? runfolio.time.local(value) : numbers.given(value);

  /**
   * How a field lies on an axis; `asked`: the scale that somebody chose for it, or null.
   *
   * numeric   whether it goes by numbers; else the places are 0, 1, … of `others`
   * scale     from runfolio.axis, with room at both ends
   * place(run)   the number on the scale; null for what has none
   * ticks(count) [{value, word}, …]
   * others    [{id, text}, …]: categories, or what stands among numbers without being one
   * note      what is to be said about it; ""
   */
  function axisOf(field, runs, asked = null) {
    const found = [];
    for (const run of runs) {
      const value = field.number(run);
      if (value !== null) found.push(value);
    }
    const others = othersOf(field, runs);
    if (!field.numeric || !found.length) {
      const places = new Map(others.map(({ id }, place) => [id, place]));
      return {
        field,
        numeric: false,
        others,
        scale: axis.scale("linear", [-0.5, Math.max(0, others.length - 1) + 0.5]),
        place: (run) => places.get(field.other(run)?.id) ?? null,
        ticks: () => others.map(({ text }, value) => ({ value, word: text || "“”" })),
        note: "",
      };
    }
    const low = found.reduce((one, two) => Math.min(one, two));
    const high = found.reduce((one, two) => Math.max(one, two));
    const moments = field.kind === "time";
    const wide = low > 0 && high / low >= 10 ** DECADES * (1 - 1e-9) && !moments;
    let type = moments ? "linear" : (asked ?? (wide ? "log" : "linear"));
    let note = !asked && wide ? `log scale, ${DECADES} decades or more` : "";
    if (moments && asked && asked !== "linear") note = "moments have no log scale";
    if (type === "log" && low <= 0) [type, note] = ["symlog", "values at or below 0: symmetric log scale"];
    if (type === "linear" && (high - low) * 1.2 === Infinity) [type, note] = ["symlog", "too far apart for a linear scale: symmetric log scale"];
    const constant = heights.bend(found);
    const spread = (Math.abs(high) * 0.1 || 1) * ROOM;
    const apart = low < high ? [low, high] : type === "log" ? [low / 1.1, high * 1.1] : [low - spread, high + spread];
    const near = axis.scale(type, apart, constant);
    const scale = axis.scale(type, [near.from(-ROOM), near.from(1 + ROOM)], constant);
    const distinct = [...new Set(found)];
    const few = field.kind === "param" && distinct.length <= NAMED;
    const words = few ? distinct.map((value) => wordOf(field, value)) : [];
    const isSaid = (word, at) => word.length <= SHORT && numbers.same(Number(word.replaceAll("−", "-")), distinct[at]);
    const short = few && words.every(isSaid) && new Set(words).size === words.length;
    const named = short && (type !== "linear" || !wide) ? distinct.sort((one, two) => one - two) : null;
    const whole = distinct.every(Number.isInteger);
    const kind = field.kind === "time" ? "time" : field.kind === "duration" ? "relative" : whole ? "step" : "value";
    return {
      field,
      numeric: true,
      others,
      scale,
      ends: [low, high],
      place: (run) => field.number(run),
      ticks: (count) =>
        named ? named.map((value) => ({ value, word: wordOf(field, value) })) : axis.ticks(kind, scale, count),
      note: note && `${field.label}: ${note}`,
    };
  }

  /** The colour of a run by an axis: the best or the highest stands out most; categories have colours of their own. */
  function levelOf({ field, numeric, scale, ends, place }, run) {
    const value = place(run);
    if (value === null) return "context";
    if (!numeric) return String(value % 10);
    const [low, high] = ends.map(scale.to);
    const part = high > low ? (scale.to(value) - low) / (high - low) : 1;
    return `level${Math.round((field.goal === "min" ? 1 - part : part) * (LEVELS - 1))}`;
  }

  runfolio.fields = { of, all, defaults, axisOf, levelOf, wordOf };
}
