// Sorting: the order of rows by several columns, and its words in the address: "-best:test/auc,param:depth".
// Gives    runfolio.sorting  from(text, find) → [{column, falling}], text(by), falling(column), sorted(items, by, keys)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const escaped = (word) => word.replace(/[%,]|^-/g, (sign) => `%${sign.codePointAt(0).toString(16)}`);

  /** The columns that the words name; `find` gives one by its field. */
  function from(text, find) {
    return (text ?? "").split(",").flatMap((part) => {
      const falling = part.startsWith("-");
      const column = find(runfolio.coding.plain(falling ? part.slice(1) : part));
      return column ? [{ column, falling }] : [];
    });
  }

  const text = (by) => by.map(({ column, falling }) => (falling ? "-" : "") + escaped(column.field)).join(",");

  /** Which way round a column is sorted at first: what is good or new on top. */
  function falling({ kind, goal }) {
    return kind === "time" || kind === "duration" || (kind === "number" && goal !== "min") || (kind === "delta" && goal === "max");
  }

  /**
   * Items by [{column, falling}, …], the first deciding; those that lack a value stay last, whichever way round.
   *
   * keys   for a column and all items: a number each, NaN for nothing
   */
  function sorted(items, by, keys) {
    const orders = by.map(({ column, falling: down }) => ({ sign: down ? -1 : 1, values: keys(column, items) }));
    const places = Uint32Array.from(items, (_, place) => place);
    places.sort((one, other) => {
      for (const { sign, values } of orders) {
        const left = values[one];
        const right = values[other];
        if (left === right) continue;
        if (left !== left || right !== right) {
          if (left !== left && right !== right) continue;
          return left !== left ? 1 : -1;
        }
        return left < right ? -sign : sign;
      }
      return one - other;
    });
    return Array.from(places, (place) => items[place]);
  }

  runfolio.sorting = { from, text, falling, sorted, escaped };
}
