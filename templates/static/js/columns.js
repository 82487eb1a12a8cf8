// Columns: the runs table as typed columns: the text of a cell, its value for filters, its place in an order.
// Reads    runfolio.data.page: runs, table; data of columns that are not in the page from its scripts
// Gives    runfolio.columns: null when the page has no runs table. A column whose data are not there yet
//          (`ready` is false) has nothing in any row: `await columns.ready([column, …])` before it is used
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, numbers, time } = runfolio;
  const STATES = ["running", "finished", "failed", "killed", "lost", "unknown"];

  const collator = new Intl.Collator("en", { numeric: true });
  const NOT_FINITE = new Map([["NaN", NaN], ["∞", Infinity], ["−∞", -Infinity]]); // prettier-ignore
  const WORDS = new Map([["None", null], ["True", true], ["False", false]]); // prettier-ignore

  /** A cell: {text, title, kind}, with kind as on the printed page. */
  const cell = (text, kind = "text", title = "") => ({ text, kind, title });
  const missing = (reason) => cell("–", "missing", reason);
  const unread = missing("not read: a file of the run is damaged");

  function numberCell(value, column) {
    const text = numbers.inColumn(value, column.decimals);
    return cell(text, "number", text === String(value) ? "" : String(value));
  }

  function paramCell(value, column) {
    if (typeof value === "string") return textCell(value);
    if (Array.isArray(value)) return wordCell(value[0].replace("-", "−"));
    const text = numbers.given(value);
    const whole = String(value);
    return cell(numbers.padded(text, column.decimals), "number", text === whole ? "" : whole);
  }

  const MOST = 24; // digits of a whole number

  const wordCell = (word) => (word.length > MOST ? cell(`${word.slice(0, MOST - 1)}…`, "word", word) : cell(word, "word"));

  function textCell(text) {
    const short = text.length > 40 ? `${text.slice(0, 39).trimEnd()}…` : text;
    return cell(short.trim() ? short : `“${short}”`, "text", short === text ? "" : text);
  }

  /** A run's state as its page words it: one that has been silent for long is lost. */
  const stateOf = (run) => (run.status === "running" && time.silent(run.alive, run.last) ? "lost" : run.status);

  const goesOn = (run) => stateOf(run) === "running";

  /** What a duration lasts until, where that is not the end of the run. */
  function lastedUntil(run) {
    return run.ended === null ? `${goesOn(run) ? "so far, " : ""}up to its last sign of life` : "";
  }

  /** What a run's own columns say, by kind; `rank` where that is no text. */
  const own = {
    name: { value: (run) => run.name },
    id: { value: (run) => run.id },
    status: { value: stateOf, rank: (run) => STATES.indexOf(run.status) },
    time: { value: (run) => run.started, cell: (run) => cell(time.local(run.started), "time") },
  };

  /** How options name what a column holds: "param:depth", "best:test/auc", "run:duration"; the first is its own name. */
  function namesOf({ kind, group, label, sub, also = [] }) {
    if (kind === "name") return ["run:name"];
    if (kind === "number") return [...new Set([sub || "best", ...also])].map((one) => `${one}:${label}`);
    return [group === "param" || group === "tag" ? `${group}:${label}` : `run:${label}`];
  }

  /** What a param that is neither number nor text is for a filter: a whole number that is too large for others is a BigInt. */
  function fromWord(word) {
    if (WORDS.has(word)) return WORDS.get(word);
    return word === "[]" || word === "{}" ? word : BigInt(word);
  }

  /** How a column is read: {key, value, cell} by row; key is what sorts and groups, null for nothing. */
  function readers(column, { values, texts, codes, bad: listed }, runs) {
    if (own[column.kind] && !values) {
      const { value, cell: worded = (run) => textCell(value(run)) } = own[column.kind];
      const read = (row) => value(runs[row]);
      return { key: read, value: read, cell: (row) => worded(runs[row]) };
    }
    if (texts) {
      const none = nothing(column, runs);
      const key = (row) => (codes[row] < 0 ? null : texts[codes[row]]);
      return { key, value: key, cell: (row) => (codes[row] < 0 ? none(row) : textCell(texts[codes[row]])) };
    }
    const bad = new Map(listed ?? []);
    const key = (row) => (Array.isArray(values[row]) ? values[row][0] : values[row]);
    const value = (row) =>
      bad.has(row) ? NOT_FINITE.get(bad.get(row)) : Array.isArray(values[row]) ? fromWord(values[row][0]) : values[row];
    const none = nothing(column, runs);
    const worded = {
      time: (row) => cell(time.local(values[row]), "time"),
      duration: (row) => cell(numbers.duration(values[row]), "number", lastedUntil(runs[row])),
      number: (row) => numberCell(values[row], column),
      param: (row) => paramCell(values[row], column),
    }[column.kind];
    const read = (row) => (values[row] !== null ? worded(row) : bad.has(row) ? cell(bad.get(row), "number") : none(row));
    return { key, value, cell: read };
  }

  /** The cells that hold nothing, with the reason. */
  function nothing(column, runs) {
    const none = missing({ number: "not logged", param: "not set in this run" }[column.kind] ?? "not recorded");
    const lost = { number: "metrics", param: "facts" }[column.kind];
    const odd = missing("no finite value was logged");
    const measured = new Set(column.unbounded ?? []);
    return (row) => (measured.has(row) ? odd : runs[row].damaged?.includes(lost) ? unread : none);
  }

  /** Numbers before texts, each among their own kind. */
  function byAnything(one, other) {
    if (typeof one === typeof other) return typeof one === "number" ? one - other : collator.compare(one, other);
    return typeof one === "number" ? -1 : 1;
  }

  /** What sorts the rows of a column: numbers themselves, else the place among all different values; NaN is nothing. */
  function ranked(column, runs) {
    if (own[column.kind]?.rank && !column.values) return Float64Array.from(runs, own[column.kind].rank);
    const rows = runs.map((_, row) => row);
    const keys = rows.map(column.key);
    if (keys.every((key) => key === null || typeof key === "number"))
      return Float64Array.from(rows, (row) => (typeof column.value(row) === "number" ? column.value(row) : NaN));
    const different = [...new Set(keys)].filter((key) => key !== null).sort(byAnything);
    const places = new Map(different.map((key, place) => [key, place]));
    return Float64Array.from(keys, (key) => places.get(key) ?? NaN);
  }

  /** Whether the values stand to the right: numbers, maybe beside None, True or nothing. */
  const isNumeric = (values) =>
    values.some((value) => typeof value === "number") && !values.some((value) => typeof value === "string");

  /** A column as the page's data have it, with how to read it. */
  function typed(printed, place, runs) {
    const names = namesOf(printed);
    const { label: metric, called: label = metric } = printed; // what a metric is named, and what the site calls it
    const described = { ...printed, label, metric };
    const column = { ...described, place, names, field: names[0], hidden: described.hidden ?? false, ready: false };
    const numeric = described.kind === "number" || described.kind === "duration";
    Object.assign(column, {
      numeric: described.numeric ?? numeric,
      compare: described.kind === "status" ? (one, other) => STATES.indexOf(one) - STATES.indexOf(other) : byAnything,
      key: () => null,
      value: () => null,
      cell: () => missing("not loaded yet"),
      ranks: () => new Float64Array(runs.length).fill(NaN),
    });
    column.fill = (content) => {
      let ranks = null;
      Object.assign(column, content);
      Object.assign(column, readers(column, content, runs), {
        ready: true,
        numeric: numeric || isNumeric(content.values ?? []),
        ranks: () => (ranks ??= ranked(column, runs)),
      });
    };
    const { packed } = described;
    if (!described.at) column.fill(packed ? { ...described, values: data.unpacked(packed) } : described);
    return column;
  }

  function table({ runs, table: { columns: described, order, scripts = [] } }) {
    const columns = described.map((column, place) => typed(column, place, runs));
    const byField = new Map(columns.flatMap((column) => column.names.map((name) => [name, column])));
    const loading = new Map(); // column → promise

    async function load(column) {
      const [script, slot] = column.at;
      try {
        column.fill(await data.json((await data.texts(scripts[script]))[slot]));
      } catch (error) {
        console.error(error);
        column.cell = () => missing("its data could not be loaded");
        column.ready = true; // with nothing in any row: whoever waits for it would else ask without end
      }
    }

    return {
      columns,
      order,

      /** Whether a run may still go on: then nothing of it is final. */
      goesOn: (row) => goesOn(runs[row]),

      /** The column that a word of an option names; undefined when there is none. */
      field: (word) => byField.get(word),

      /** What options may name: [["param:depth", "depth"], …] of the kinds given; no params that are always the same. */
      fields: (kinds) =>
        columns
          .filter(({ group, hidden }) => !(hidden && group === "param"))
          .flatMap(({ names, label }) =>
            names.filter((name) => kinds.some((kind) => name.startsWith(kind))).map((name) => [name, label]),
          ),

      /** Load the data of columns; null when all are there, else a promise. */
      ready(wanted) {
        const absent = wanted.filter((column) => !column.ready);
        if (!absent.length) return null;
        for (const column of absent) if (!loading.has(column)) loading.set(column, load(column));
        return Promise.all(absent.map((column) => loading.get(column)));
      },
    };
  }

  runfolio.columns = data?.page?.table ? table(data.page) : null;
  document.addEventListener("data:change", () => runfolio.columns && Object.assign(runfolio.columns, table(data.page)));
}
