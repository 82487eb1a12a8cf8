// Picker: a list to search that opens under a button: of all metrics, or of what else there is to choose.
// Gives    runfolio.picker  open(button, {taken, choose(metric), first(panel, close)}): `first` may put something above it
//          list(button, {label, hint, asks, none, find(words), choose(found), show(pick, found), first}): of anything
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, popover } = runfolio;
  const { made } = runfolio.hover;

  const MOST = 60; // listed at a time

  /**
   * Open a list under a button. Enter takes the first that is found, arrows go along, Escape closes.
   *
   * label    what it is, for those who hear the page; `asks`: what its box is
   * hint     stands in the empty box
   * none     what stands there when nothing is found
   * find     what has all of these words, in small letters, in its name
   * show     puts into its button what one of them is
   */
  function list(button, { label, hint, asks, none, find, choose, show, first }) {
    popover.open(button, { name: "chart-picker", label }, (panel, close) => {
      first?.(panel, close);
      const search = made(panel, "input");
      Object.assign(search, { type: "search", placeholder: hint });
      search.setAttribute("aria-label", asks);
      const listed = made(panel, "ul", "chart-picker__list");

      function fill() {
        const found = find(search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean));
        const items = found.slice(0, MOST).map((one) => {
          const item = made(null, "li");
          const pick = made(item, "button");
          pick.type = "button";
          show(pick, one);
          pick.addEventListener("click", () => {
            close(true);
            choose(one);
          });
          return item;
        });
        const rest = found.length - items.length;
        if (rest > 0 || !found.length) items.push(made(null, "li", "chart-picker__rest", rest > 0 ? `${rest} more: go on typing` : none));
        listed.replaceChildren(...items);
      }

      panel.addEventListener("keydown", (event) => {
        const picks = [...listed.querySelectorAll("button")];
        const at = picks.indexOf(document.activeElement);
        if (event.key === "ArrowDown") picks[Math.min(at + 1, picks.length - 1)]?.focus();
        else if (event.key === "ArrowUp") (at <= 0 ? search : picks[at - 1]).focus();
        else if (event.key === "Enter" && document.activeElement === search) picks[0]?.click();
        else return;
        event.preventDefault();
      });
      search.addEventListener("input", fill);
      fill();
      return search;
    });
  }

  /** A list of the metrics of the page, in its order. */
  function open(button, { taken, choose, first }) {
    const namesOf = (metric) => `${data.called(metric)} ${data.page.metrics[metric].name}`.toLocaleLowerCase();
    const numbers = [...data.page.metrics.keys()].filter((metric) => !taken.has(metric));
    list(button, {
      label: "add a metric",
      hint: "metric…",
      asks: "search metrics",
      none: "no other metric has this in its name",
      find: (words) => numbers.filter((metric) => words.every((word) => namesOf(metric).includes(word))),
      show(pick, metric) {
        pick.textContent = data.called(metric);
        pick.title = data.page.metrics[metric].name;
      },
      choose,
      first,
    });
  }

  runfolio.picker = { open, list };
}
