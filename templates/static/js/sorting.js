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

  /** Whole numbers from 0 in the order of the values, equal where these are; what is NaN comes last. And how many there are. */
  function ranked(values, falling) {
    const order = values.filter((value) => value === value).sort();
    const distinct = order.filter((value, place) => place === 0 || value !== order[place - 1]);
    const last = distinct.length - 1;
    const ranks = values.map((value) => {
      if (value !== value) return distinct.length;
      let low = 0;
      let high = last;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (distinct[middle] < value) low = middle + 1;
        else high = middle;
      }
      return falling ? last - low : low;
    });
    return { ranks, count: distinct.length + 1 };
  }

  /**
   * Items by [{column, falling}, …], the first deciding; those that lack a value stay last, whichever way round.
   * All that decides becomes one number an item: engines sort numbers ten times faster than they ask a function.
   *
   * keys   for a column and all items: a number each (Float64Array), NaN for nothing
   */
  function sorted(items, by, keys) {
    const all = items.length;
    let standing = new Float64Array(all);
    for (const { column, falling } of by) {
      const { ranks, count } = ranked(keys(column, items), falling);
      standing = ranked(standing.map((before, place) => before * count + ranks[place])).ranks;
    }
    const order = standing.map((rank, place) => rank * all + place).sort();
    return Array.from(order, (number) => items[number % all]);
  }

  runfolio.sorting = { from, text, falling, sorted, escaped };
}
