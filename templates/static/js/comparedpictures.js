// Compared pictures: those that compared runs have, side by side at one step: any of the sliders moves all of them.
// Writes   `step` in the view; none is the last one
// Gives    runfolio.comparedPictures(parent, page)  fills it, gives a function that follows the view
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { view } = runfolio;
  const { made } = runfolio.hover;
  const SMALL = 64; // px of a picture that is shown larger than it is, as on the page of its run
  const NAMED = 3; // runs that lack it

  /** The pictures of runs by name: per run [[step, address], …]. */
  function seriesOf(page) {
    const series = new Map();
    page.details.forEach((details, run) => {
      for (const [name, all] of details.pictures ?? []) {
        if (!series.has(name)) series.set(name, page.runs.map(() => []));
        series.get(name)[run] = all;
      }
    });
    return series;
  }

  /** One figure; gives a function that shows it at a step. */
  function figure(parent, page, name, runs) {
    const element = made(parent, "figure", "comparison__pictures");
    const caption = made(element, "figcaption");
    made(caption, "bdi", "", name);
    const row = made(element, "div", "comparison__row");
    row.tabIndex = 0; // it may scroll
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", `${name} of the runs`);
    const shown = runs.flatMap((all, run) => {
      if (!all.length) return [];
      const place = made(row, "div", "comparison__picture");
      const image = made(place, "img");
      image.loading = "lazy";
      image.addEventListener("load", () => place.toggleAttribute("data-small", image.naturalWidth <= SMALL));
      const words = made(place, "p", "dim");
      const { name: called, label } = page.runs[run];
      place.toggleAttribute("data-alike", label !== called);
      made(words, "bdi", "", called).title = label;
      return [{ all, label, image, step: made(words, "span"), apart: label.slice(called.length) }];
    });
    const lacking = page.runs.filter((_, run) => !runs[run].length);
    if (lacking.length) {
      const words = made(element, "p", "comparison__lacking", "Not in ");
      const named = lacking.length > NAMED + 1 ? lacking.slice(0, NAMED) : lacking;
      named.forEach(({ label }, at) => words.append(at ? ", " : "", made(null, "bdi", "", label)));
      if (named.length < lacking.length) words.append(` and ${lacking.length - named.length} more runs`);
    }
    const steps = [...new Set(shown.flatMap(({ all }) => all.map(([step]) => step)))].sort((one, other) => one - other);
    const slid = steps.length > 1 ? slider(caption, steps) : () => {};
    return (step) => {
      for (const { all, label, image, step: words, apart } of shown) {
        const [own, address] = all.findLast(([each]) => each <= step) ?? all[0]; // the last one until then
        if (image.getAttribute("src") !== address) image.src = address;
        image.alt = `${name} of ${label}${own === null ? "" : ` at step ${own}`}`;
        words.textContent = `${apart}${own === null ? "" : ` · step ${own}`}`;
      }
      slid(step);
    };
  }

  function slider(caption, steps) {
    const label = made(caption, "label", "chart-toolbar__field");
    made(label, "span", "", "step");
    const input = made(label, "input");
    Object.assign(input, { type: "range", min: 0, max: steps.length - 1, step: 1 });
    const words = made(label, "output");
    input.addEventListener("input", () => view.set("step", input.value === input.max ? null : steps[input.value], { of: "step" }));
    return (step) => {
      input.value = Math.max(steps.findLastIndex((each) => each <= step), 0);
      words.textContent = steps[input.value];
    };
  }

  runfolio.comparedPictures = (parent, page) => {
    const figures = [...seriesOf(page)].map(([name, runs]) => figure(parent, page, name, runs));
    return () => {
      const step = Number.parseFloat(view.get("step"));
      for (const show of figures) show(Number.isNaN(step) ? Infinity : step);
    };
  };
}
