// Columns: the runs table as typed columns: the text of a cell, the order of rows, which rows match some words.
// Reads    runfolio.data.page: runs, table
// Gives    runfolio.columns: null when the page has no runs table
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, numbers, time } = runfolio;
  const STATES = ["running", "finished", "failed", "killed", "lost", "unknown"];

  const collator = new Intl.Collator("en", { numeric: true });
  const byText = (one, other) => collator.compare(one, other);
  const byNumber = (one, other) => one - other;

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
    if (Array.isArray(value)) return cell(value[0], "word");
    const text = numbers.given(value);
    const whole = String(value);
    return cell(numbers.padded(text, column.decimals), "number", text === whole ? "" : whole);
  }

  function textCell(text) {
    const short = text.length > 40 ? `${text.slice(0, 39).trimEnd()}…` : text;
    return cell(short || "“”", "text", short === text ? "" : text);
  }

  /** What a run's own columns say, by kind. */
  const own = {
    name: { key: (run) => run.name, compare: byText },
    status: { key: (run) => STATES.indexOf(run.status), compare: byNumber },
    time: { key: (run) => run.started, compare: byNumber },
    id: { key: (run) => run.id, compare: byText },
  };

  /** How options name what a column holds: "param:depth", "best:test/auc", "run:duration"; the first is its own name. */
  function fieldsOf({ kind, group, label, sub, also = [] }) {
    if (kind === "number") return [...new Set([sub || "best", ...also])].map((one) => `${one}:${label}`);
    return [group === "param" || group === "tag" ? `${group}:${label}` : `run:${label}`];
  }

  /** A column as the page's data have it, with `cell(row)`, `key(row)` (null: nothing there) and `compare`. */
  function typed(column, place, runs) {
    const { values, texts, codes } = column;
    const bad = new Map(column.bad ?? []);
    const word = column.sub ? `${column.label}:${column.sub}` : column.label;
    const numeric = column.kind === "number" || column.kind === "duration" || isNumeric(values ?? []);
    const names = fieldsOf(column);
    const common = { ...column, place, word, numeric, field: names[0], names, hidden: column.hidden ?? false };
    if (own[column.kind] && !values) {
      const { key, compare } = own[column.kind];
      return { ...common, key: (row) => key(runs[row]), compare, cell: (row) => textCell(String(key(runs[row]))) };
    }
    if (column.kind === "time") {
      const none = missing("not recorded");
      const key = (row) => values[row];
      return { ...common, key, compare: byNumber, cell: (row) => (values[row] === null ? none : cell(time.local(values[row]), "time")) };
    }
    if (texts) {
      const none = missing(column.kind === "param" ? "not set in this run" : "not recorded");
      const missed = (row) => (column.kind === "param" && runs[row].damaged ? unread : none);
      return {
        ...common,
        key: (row) => texts[codes[row]] ?? null,
        compare: byText,
        cell: (row) => (codes[row] < 0 ? missed(row) : textCell(texts[codes[row]])),
      };
    }
    if (column.kind === "duration")
      return {
        ...common,
        key: (row) => values[row],
        compare: byNumber,
        cell: (row) => cell(numbers.duration(values[row]), "number"),
      };
    if (column.kind === "number") {
      const none = missing("not logged");
      const odd = missing("no finite value was logged");
      const measured = new Set(column.unbounded ?? []);
      return {
        ...common,
        key: (row) => values[row],
        compare: byNumber,
        cell: (row) =>
          values[row] !== null
            ? numberCell(values[row], column)
            : bad.has(row)
              ? cell(bad.get(row), "number")
              : measured.has(row)
                ? odd
                : runs[row].damaged
                  ? unread
                  : none,
      };
    }
    return {
      ...common,
      key: (row) => (Array.isArray(values[row]) ? values[row][0] : values[row]),
      compare: byAnything,
      cell: (row) =>
        values[row] !== null
          ? paramCell(values[row], column)
          : bad.has(row)
            ? cell(bad.get(row), "number")
            : runs[row].damaged
              ? unread
              : missing("not set in this run"),
    };
  }

  /** Whether the values stand to the right: numbers, maybe beside None, True or nothing. */
  const isNumeric = (values) =>
    values.some((value) => typeof value === "number") && !values.some((value) => typeof value === "string");

  /** Numbers before texts, each among their own kind. */
  function byAnything(one, other) {
    if (typeof one === typeof other) return typeof one === "number" ? one - other : byText(one, other);
    return typeof one === "number" ? -1 : 1;
  }

  /** Which way round a column is sorted at first: what is good or new on top. */
  function falling(column) {
    return column.kind === "time" || column.kind === "duration" || (column.kind === "number" && column.goal !== "min");
  }

  /** Rows sorted by [{column, falling}, …], the first deciding; rows that lack a value stay last. */
  function sorted(rows, by) {
    const keys = by.map(({ column, falling: down }) => ({
      sign: down ? -1 : 1,
      compare: column.compare,
      values: new Map(rows.map((row) => [row, column.key(row)])),
    }));
    return [...rows].sort((one, other) => {
      for (const { sign, compare, values } of keys) {
        const left = values.get(one);
        const right = values.get(other);
        if (left === null || right === null) {
          if (left !== right) return left === null ? 1 : -1;
          continue;
        }
        const order = compare(left, right);
        if (order) return sign * order;
      }
      return one - other;
    });
  }

  /** What can be found of a run: its name and states as they are, params as `name=value`. */
  function haystack(row, columns, runs) {
    const words = [runs[row].name, runs[row].status, runs[row].id, runs[row].damaged ? "damaged" : ""];
    for (const column of columns) {
      if (column.hidden || own[column.kind] || column.kind === "number" || column.kind === "duration") continue;
      const value = column.key(row);
      if (value === null) continue;
      words.push(column.kind === "param" ? `${column.label}=${value}` : String(value));
    }
    return words.join("\n").toLocaleLowerCase();
  }

  function table({ runs, table: { columns: printed, order } }) {
    const columns = printed.map((column, place) => typed(column, place, runs));
    let haystacks = null;
    const byField = new Map(columns.flatMap((column) => column.names.map((name) => [name, column])));
    return {
      columns,
      order,
      falling,

      /** The column that a word of an option names; undefined when there is none. */
      field: (word) => byField.get(word),

      /** What options may name: [["param:depth", "depth"], …] of the kinds given; no params that are always the same. */
      fields: (kinds) =>
        columns
          .filter(({ group, hidden }) => !(hidden && group === "param"))
          .flatMap(({ names, label }) =>
            names.filter((name) => kinds.some((kind) => name.startsWith(kind))).map((name) => [name, label]),
          ),
      sorted,

      /** The rows in which each of some words is found. */
      matching(rows, text) {
        const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
        if (!words.length) return rows;
        haystacks ??= runs.map((_, row) => haystack(row, columns, runs));
        return rows.filter((row) => words.every((word) => haystacks[row].includes(word)));
      },
    };
  }

  runfolio.columns = data?.page?.table ? table(data.page) : null;
}
