// Titles: what a card of curves is called: as the page was built with it, while that holds, else by its metrics.
// Gives    runfolio.titles  of(card, section), built(card), unit(card), split(metric), base(metric), shared(metrics),
//          lone(card)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data } = runfolio;

  const MOST = 3; // metrics that are named

  /** The card of the page whose title says what a card has: its own one, or one with all of its metrics; or undefined. */
  function built(card) {
    const { cards } = data.page;
    const own = card.base === null ? undefined : cards[card.base];
    if (own?.named || !card.metrics.length) return own;
    const having = [own, ...cards].filter((other) => other && card.metrics.every((metric) => other.metrics.includes(metric)));
    const same = having.find(({ metrics }) => metrics.length === card.metrics.length);
    return same ?? (card.metrics.length > 1 ? having.find(({ named }) => !named) : undefined); // that is what they share
  }

  /** train, test, val …, or ""; and what a metric's name says besides. */
  const split = (metric) => data.page.metrics[metric].split ?? "";
  const base = (metric) => data.page.metrics[metric].base ?? data.page.metrics[metric].name;

  /** What several metrics share that differ in their split only, else "". */
  const shared = ([first, ...others]) => (others.length && others.every((other) => base(other) === base(first)) ? base(first) : "");

  /** Whether a title says what the only metric of a card measures, and not on which part of the data. */
  function lone(card) {
    const own = built(card);
    const [metric, ...others] = card.metrics;
    return own && !others.length && split(metric) && [own.section, own.title].filter(Boolean).join("/") === base(metric);
  }

  /** The title of a card that stands in a section. */
  function of(card, section = card.section) {
    const known = built(card);
    if (known) return known.section && known.section !== section ? `${known.section}/${known.title}` : known.title;
    const common = shared(card.metrics);
    if (common) return common;
    const names = card.metrics.map(data.called);
    const more = names.length - MOST;
    return names.slice(0, MOST).join(" + ") + (more > 0 ? ` and ${more} more` : "") || "New card";
  }

  /** The unit of all metrics of a card; "" where that is not one. */
  function unit({ metrics }) {
    const units = new Set(metrics.map((metric) => data.page.metrics[metric].unit));
    return (units.size === 1 && [...units][0]) || "";
  }

  runfolio.titles = { of, built, unit, split, base, shared, lone };
}
