// Order: how a list was rearranged, in as few words as say it. Pure.
// Gives    runfolio.order  moves(now, before), moved(before, moves)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  /** The most items of a list of numbers that already ascend. */
  function ascending(numbers) {
    const ends = []; // place of the least last item of each length
    const back = []; // place → place of the item before it
    numbers.forEach((number, at) => {
      let low = 0;
      let high = ends.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[ends[middle]] < number) low = middle + 1;
        else high = middle;
      }
      back[at] = low ? ends[low - 1] : -1;
      ends[low] = at;
    });
    const kept = new Set();
    for (let at = ends.at(-1) ?? -1; at >= 0; at = back[at]) kept.add(numbers[at]);
    return kept;
  }

  /** What must be moved to make `before` into `now`, lists of the same items: [[item, the one before it or null], …]. */
  function moves(now, before) {
    const rank = new Map(before.map((item, at) => [item, at]));
    const numbers = now.map((item) => rank.get(item));
    const kept = ascending(numbers);
    return now.flatMap((item, at) => (kept.has(numbers[at]) ? [] : [[item, now[at - 1] ?? null]]));
  }

  /** The list after these moves; one that leans on what is not there goes to the front. */
  function moved(before, all) {
    const taken = new Set(all.map(([item]) => item));
    const list = before.filter((item) => !taken.has(item));
    for (const [item, after] of new Map(all)) list.splice(after === null ? 0 : list.indexOf(after) + 1, 0, item);
    return list;
  }

  runfolio.order = { moves, moved };
}
