// Legend: chips for the metrics of a card, buttons for its runs; all of it HTML, to be reached by keyboard.
// Gives    runfolio.legend  chips(parent, card, styled), runs(parent, card, styled)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, lines, view } = runfolio;

  const DASHES = { solid: "", dashed: "7 4", dotted: "2 3", dashdot: "8 3 2 3" };

  /** A short stroke as the lines of the card have it. */
  function sample(stroke, color) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const set = (element, values) => {
      for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    };
    set(svg, { width: 22, height: 8, viewBox: "0 0 22 8", "aria-hidden": "true", class: "chart-sample" });
    set(line, { x1: 0, x2: 22, y1: 4, y2: 4, "stroke-width": stroke === "solid" ? 2 : 1.5 });
    if (DASHES[stroke]) line.setAttribute("stroke-dasharray", DASHES[stroke]);
    if (color !== null) svg.dataset.color = color;
    svg.append(line);
    return svg;
  }

  /** Switch one entry of a card's legend on or off; all others off with `alone`. */
  function toggled(key, entry, entries, alone) {
    view.change(() => {
      const { hidden } = view.card(key);
      if (alone) {
        const only = !hidden.has(entry) && entries.every((other) => other === entry || hidden.has(other));
        for (const other of entries) {
          if (only || other === entry) hidden.delete(other);
          else hidden.add(other);
        }
      } else if (hidden.has(entry)) hidden.delete(entry);
      else hidden.add(entry);
    });
  }

  /** A button that a click toggles and a double click leaves alone; the first click waits for the second. */
  function toggle(key, entry, entries, on, label) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chart-legend__entry";
    button.setAttribute("aria-pressed", String(on));
    button.title = `${label}: click hides or shows, double click shows it alone`;
    button.dataset.entry = entry;
    let waiting = 0;
    button.addEventListener("click", (event) => {
      clearTimeout(waiting);
      if (event.detail === 0) toggled(key, entry, entries, false); // by keyboard
      else if (event.detail === 1) waiting = setTimeout(() => toggled(key, entry, entries, false), 250);
      else toggled(key, entry, entries, true);
    });
    return button;
  }

  function chips(parent, card, styled) {
    const entries = card.metrics.map((metric) => `m${metric}`);
    const single = new Set(styled.map((line) => line.run)).size <= 1;
    const one = card.metrics.length === 1;
    const built = card.base === null ? card.metrics : data.page.cards[card.base].metrics.map(([metric]) => metric);
    parent.hidden = one && built.length === 1 && built[0] === card.metrics[0] && !card.hidden.size; // the title says it
    parent.replaceChildren(
      ...card.metrics.map((metric) => {
        const chip = document.createElement("span");
        chip.className = "chart-chip";
        const line = styled.find((other) => other.metric === metric);
        const word = lines.wordOf(card, metric);
        const button = toggle(card.key, `m${metric}`, entries, !card.hidden.has(`m${metric}`), word);
        if (line && !one) button.append(sample(line.stroke, single ? line.color : null));
        const label = document.createElement("span");
        label.className = "chart-chip__word";
        label.textContent = word;
        button.append(label);
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "chart-chip__remove";
        remove.textContent = "×";
        remove.setAttribute("aria-label", `remove ${data.page.metrics[metric].name} from this card`);
        remove.addEventListener("click", () =>
          view.change(() => {
            const now = view.card(card.key);
            now.metrics = now.metrics.filter((other) => other !== metric);
            now.hidden.delete(`m${metric}`);
          }),
        );
        chip.append(button, remove);
        return chip;
      }),
    );
  }

  function runs(parent, card, styled) {
    const numbers = [...new Set(styled.map((line) => line.run))];
    parent.hidden = numbers.length < 2;
    if (numbers.length < 2) return parent.replaceChildren();
    if (numbers.length > lines.TOO_MANY) {
      const text = document.createElement("span");
      text.className = "chart-legend__many";
      text.textContent = `${numbers.length} runs: point at a line or a row to see which is which`;
      return parent.replaceChildren(text);
    }
    const entries = numbers.map((run) => `r${run}`);
    parent.replaceChildren(
      ...numbers.map((run) => {
        const { name, color } = data.page.runs[run];
        const button = toggle(card.key, `r${run}`, entries, !card.hidden.has(`r${run}`), name);
        const swatch = document.createElement("span");
        swatch.className = "swatch";
        swatch.dataset.color = color;
        const label = document.createElement("span");
        label.className = "chart-legend__name";
        label.textContent = name;
        button.append(swatch, label);
        const hover = (detail) => document.dispatchEvent(new CustomEvent("run:hover", { detail }));
        button.addEventListener("pointerenter", () => hover(run));
        button.addEventListener("pointerleave", () => hover(null));
        button.addEventListener("focus", () => hover(run));
        button.addEventListener("blur", () => hover(null));
        return button;
      }),
    );
  }

  runfolio.legend = { chips, runs };
}
