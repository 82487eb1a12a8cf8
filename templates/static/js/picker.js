// Picker: a searchable list of all metrics that opens under a button.
// Gives    runfolio.picker  open(button, {taken, choose(metric), first(panel, close)}): `first` may put something above it
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, popover } = runfolio;

  const MOST = 60; // metrics listed at a time

  /** Metrics whose names hold all words of a question, in the page's order. */
  function matching(question, taken) {
    const words = question.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return data.page.metrics.flatMap((metric, number) => {
      const name = `${data.called(number)} ${metric.name}`.toLocaleLowerCase();
      return !taken.has(number) && words.every((word) => name.includes(word)) ? [number] : [];
    });
  }

  function open(button, { taken, choose, first }) {
    popover.open(button, { name: "chart-picker", label: "add a metric" }, (panel, close) => {
      first?.(panel, close);
      const search = document.createElement("input");
      search.type = "search";
      search.placeholder = "metric…";
      search.setAttribute("aria-label", "search metrics");
      const list = document.createElement("ul");
      list.className = "chart-picker__list";
      panel.append(search, list);

      function fill() {
        const found = matching(search.value, taken);
        const items = found.slice(0, MOST).map((metric) => {
          const item = document.createElement("li");
          const pick = document.createElement("button");
          pick.type = "button";
          pick.textContent = data.called(metric);
          pick.title = data.page.metrics[metric].name;
          pick.addEventListener("click", () => {
            close(true);
            choose(metric);
          });
          item.append(pick);
          return item;
        });
        const rest = found.length - items.length;
        if (rest > 0 || !found.length) {
          const item = document.createElement("li");
          item.className = "chart-picker__rest";
          item.textContent = rest > 0 ? `${rest} more: go on typing` : "no other metric has this in its name";
          items.push(item);
        }
        list.replaceChildren(...items);
      }

      panel.addEventListener("keydown", (event) => {
        const picks = [...list.querySelectorAll("button")];
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

  runfolio.picker = { open };
}
