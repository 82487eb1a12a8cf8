// Grouped: the lines of a card that stand for several runs: their middle, their band, and how many runs count where.
// Gives    runfolio.grouped  joined(line, parts, card), kept(line, budget), addBand(sets, line, how), bandWords(edges),
//          told(lines, line, band), words(lines)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { aggregate, axis, thin, view } = runfolio;

  const BANDS = {
    std: "± standard deviation", stderr: "± standard error", ci: "95 % interval of the mean (t)",
    minmax: "min to max", iqr: "middle half",
  }; // prettier-ignore

  /** One line of a group out of its runs' lines, each smoothed over all its points before. */
  function joined(line, parts, card) {
    const [center, band] = [view.option("center", card), view.option("band", card)];
    const once = parts.every((part) => part.total <= 1); // that has no curve: its place on x does not matter
    const curves = (xOf, yOf) => {
      const lone = once && parts.map(xOf).find((x) => x.length);
      return parts.map((part) => ({ x: lone && xOf(part).length ? lone : xOf(part), y: yOf(part) }));
    };
    const place = (part) => part.x;
    const smoothed = parts.some((part) => part.smoothed);
    const result = aggregate.of(curves(place, (part) => part.drawn), { center, band });
    const raw = smoothed ? aggregate.of(curves(place, (part) => part.y), { center, band: "none" }).y : result.y;
    const byMetric = typeof parts[0].axis === "number"; // its end is not the end of the runs
    const { y: values, low, high, n } = byMetric
      ? aggregate.of(curves((part) => part.logged.steps, (part) => part.logged.values), { center, band })
      : { ...result, y: raw };
    const sum = (count) => parts.reduce((all, part) => all + count(part), 0);
    return {
      ...line,
      ...result,
      y: raw,
      drawn: result.y,
      logged: { values, low, high, n },
      center,
      smoothed,
      parts,
      axis: parts[0].axis,
      stretches: [0, ...result.broken].map((first, at) => [first, result.broken[at] ?? result.x.length]),
      bad: [],
      still: parts.every((part) => part.still),
      lacks: parts.some((part) => part.lacks),
      unplaced: sum((part) => part.unplaced),
      total: sum((part) => part.total),
      loaded: sum((part) => part.loaded),
    };
  }

  /** Few rows that show the whole: the extremes of the line and of both edges of its band. */
  function kept(line, budget) {
    const breaks = new Set(line.broken);
    const all = [line.drawn, line.low, line.high].map((values) => thin(values, line.rows, breaks, budget / 3));
    const rows = new Set(all.flat());
    return line.rows.filter((row) => rows.has(row));
  }

  /** Rows of the band of a line, fainter where fewer runs count than at most; never below `floor`. */
  function addBand(sets, line, { s, run, floor }) {
    const broken = new Set(line.broken);
    let piece = 0;
    let before = null; // row of the same stretch of the band, or null
    let weight = "";
    const add = (row) =>
      sets.band.push({ x: line.x[row], low: Math.max(line.low[row], floor), high: line.high[row], s: `${s}.${piece}`, run, weight });
    for (const row of line.kept) {
      if (Number.isNaN(line.low[row]) || line.high[row] < floor) {
        before = null;
        continue;
      }
      const next = line.n[row] < line.full ? "part" : "band";
      if (broken.has(row)) before = null;
      if (before === null || next !== weight) {
        piece++;
        weight = next;
        if (before !== null) add(before); // no gap between a full and a faint stretch
      }
      add(row);
      before = row;
    }
  }

  /** The edges of bands, [[low, high], …], in words that share their decimals; nothing where there is no band. */
  function bandWords(edges, words = axis.alignedWords) {
    const all = words(edges.flat());
    return edges.map(([low], at) => (Number.isFinite(low) ? `${all[2 * at]} – ${all[2 * at + 1]}` : ""));
  }

  /** What lines of groups are, and their bands: "line: mean, band: min to max". */
  function told(lines, line, band) {
    const kinds = [...new Set(lines.map((each) => each.band))].filter((kind) => BANDS[kind]);
    const several = (kind) => (kinds.length > 1 && kind === "minmax" ? " of two runs" : "");
    const edges = kinds.length ? `, ${band}: ${kinds.map((kind) => BANDS[kind] + several(kind)).join(", ")}` : "";
    return `${line}: ${lines[0].center}${edges}`;
  }

  /** What lines and bands of groups are, in words. */
  function words(all) {
    const lines = all.filter((line) => line.group);
    if (!lines.length) return [];
    const parts = [told(lines, "line", "band")];
    if (lines.some((line) => BANDS[line.band] && line.n.some((n) => n < line.full))) parts.push("fainter where fewer runs count");
    const cut = lines.find((line) => line.x.length < line.given);
    if (cut) parts.push(`worked out at ${axis.countWord(cut.x.length)} of ${axis.countWord(cut.given)} places`);
    return parts;
  }

  runfolio.grouped = { joined, kept, addBand, bandWords, told, words };
}
