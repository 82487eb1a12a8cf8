// Legend: chips for the metrics of a card, buttons for its runs; all of it HTML, to be reached by keyboard.
// What colours and strokes tell, when they are bound to a param or tag, stands in lines before the runs.
// Gives    runfolio.legend  chips(parent, card, styled, asBars), runs(parent, card, styled, asBars), keys(card, styled, asBars) → elements,
//          sample(stroke, color), swatch(color)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { bindings, chart, data, groups, hover, lines, titles, view } = runfolio;
  const { made } = hover;

  const LONGEST = 325; // px of a name
  const DASHES = { solid: "", dashed: "7 4", dotted: "2 3", dashdot: "8 3 2 3" };

  /** Give an element the colour with this number. */
  function tint(element, color) {
    element.dataset.color = color;
    if (color >= bindings.OWN) element.style.setProperty("--own", chart.palette().runs[color]);
  }

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
    if (color !== null) tint(svg, color);
    svg.append(line);
    return svg;
  }

  /** Switch one entry of a card's legend on or off; all others off with `alone`. An entry is the words of its runs. */
  function toggled(key, entry, entries, alone) {
    view.change(() => {
      const { hidden } = view.card(key);
      const off = (words) => words.every((word) => hidden.has(word));
      const turn = (words, on) => words.forEach((word) => (on ? hidden.delete(word) : hidden.add(word)));
      if (alone) {
        const only = !off(entry) && entries.every((other) => other === entry || off(other));
        for (const other of entries) turn(other, only || other === entry);
      } else turn(entry, off(entry));
    });
  }

  /** A button that a click toggles and a double click leaves alone; the first click waits for the second. */
  function toggle(key, entry, entries, on, label) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chart-legend__entry";
    button.setAttribute("aria-pressed", String(on));
    button.title = `${label}: click hides or shows, double click shows it alone`;
    button.dataset.entry = entry.join(" ");
    let waiting = 0;
    button.addEventListener("click", (event) => {
      clearTimeout(waiting);
      if (event.detail === 0) toggled(key, entry, entries, false); // by keyboard
      else if (event.detail === 1) waiting = setTimeout(() => toggled(key, entry, entries, false), 250);
      else toggled(key, entry, entries, true);
    });
    return button;
  }

  /** `asBars`: whether the card draws bars, which have colours, no strokes, and their names beside them. */
  function chips(parent, card, styled, asBars) {
    const entries = card.metrics.map((metric) => [`m${metric}`]);
    const colored = { auto: styled.every((line) => !line.byRun), metric: true }[view.option("color", card)];
    const stroked = !asBars && ["auto", "metric"].includes(view.option("line", card));
    const one = card.metrics.length === 1;
    const told = titles.built(card)?.metrics ?? card.metrics;
    parent.hidden = one && told.length === 1 && told[0] === card.metrics[0] && !card.hidden.size && !titles.lone(card); // the title says it
    parent.replaceChildren(
      ...card.metrics.map((metric, number) => {
        const chip = document.createElement("span");
        chip.className = "chart-chip";
        const line = styled.find((other) => other.metric === metric);
        const word = lines.wordOf(card, metric);
        const button = toggle(card.key, entries[number], entries, !card.hidden.has(`m${metric}`), word);
        if (line && !one && (colored || stroked)) {
          button.append(asBars ? swatch(line.color) : sample(stroked ? line.stroke : "solid", colored ? line.color : null));
        }
        const label = document.createElement("span");
        label.className = "chart-chip__word";
        label.textContent = word;
        button.append(label);
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "chart-chip__remove";
        remove.textContent = "×";
        remove.dataset.entry = `× m${metric}`;
        remove.setAttribute("aria-label", `remove ${data.called(metric)} from this card`);
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

  /**
   * What colours tell: a swatch for each value, or the ramp with its ends; among lines that are too many for colours, which
   * one is the best: bars have their names beside them. What strokes tell: a sample for each.
   */
  function keys(card, styled, asBars) {
    const crowded = styled.some(({ context }) => context);
    const colors = crowded ? null : bindings.colors(card, styled);
    const strokes = asBars ? null : bindings.strokes(card, styled);
    const found = [];
    const key = (title) => {
      const element = made(null, "span", "chart-legend__key");
      made(element, "bdi", "chart-legend__title", title);
      found.push(element);
      return element;
    };
    const entry = (parent, sign, word, whole = word) => {
      const element = made(parent, "span", "chart-legend__value");
      element.append(sign);
      made(element, "bdi", "chart-legend__name", word).title = whole;
    };
    if (colors && colors.title !== "metric") {
      const element = key(colors.title);
      if (colors.ramp) {
        const ramp = made(element, "span", "chart-legend__value");
        made(ramp, "span", "", `${colors.ramp.words[0]} `);
        made(ramp, "span", "chart-legend__ramp").setAttribute("aria-hidden", "true");
        made(ramp, "span", "", ` ${colors.ramp.words[1]}${colors.ramp.log ? " (log)" : ""}`);
      }
      for (const { color, word, whole } of colors.entries) entry(element, swatch(color), word, whole);
    }
    const best = crowded && !asBars && styled.find(({ context }) => !context);
    if (best) {
      const element = key("coloured: the best");
      element.classList.add("chart-legend__best");
      const [name] = best.group ? groups.names([best.group]).values() : [best.name];
      entry(element, swatch(best.color), ...runfolio.names.apart([name], LONGEST), name);
    }
    if (strokes && strokes.title !== "metric") {
      const element = key(strokes.title);
      for (const { stroke, words } of strokes.entries) {
        const few = words.slice(0, words.length > 3 ? 2 : 3);
        const more = words.length > few.length ? [`${words.length - few.length} more share this line`] : [];
        const [shown, whole] = ["word", "whole"].map((how) => [...few.map((each) => each[how]), ...more].join(", "));
        entry(element, sample(stroke, null), shown, whole);
      }
    }
    return found;
  }

  function swatch(color) {
    const element = made(null, "span", "swatch");
    tint(element, color);
    return element;
  }

  /** Names of runs; of bars they are here only while one is switched off. */
  function runs(parent, card, styled, asBars) {
    const units = [...new Map(styled.map((line) => [line.run, line])).values()];
    const grouped = units.some((line) => line.group);
    const content = keys(card, styled, asBars);
    const few = units.length <= lines.TOO_MANY;
    if (asBars && ![...card.hidden].some((word) => word[0] === "r")) {
      // what colours tell is all that is left to say
    } else if (!few) {
      const what = grouped ? "groups" : "runs";
      const also = [["[data-runs-table]", " or a row"], ["[data-comparison]", " or the head of a column"]];
      const place = also.find(([page]) => document.querySelector(page))?.[1] ?? "";
      const many = made(null, "span", "chart-legend__many", `${units.length} ${what}`);
      made(many, "span", "chart-legend__hint", `: point at a ${asBars ? "bar" : "line"}${place} to see which is which`);
      content.push(many);
    } else if (styled.some((line) => line.byRun) || grouped) content.push(...unitButtons(card, units, styled, asBars));
    parent.hidden = !content.length;
    parent.replaceChildren(...content);
  }

  /** A button for each run or group. */
  function unitButtons(card, units, styled, asBars) {
    const told = view.option("color", card) !== "metric";
    const stroked = !asBars && view.option("line", card) === "run";
    const entries = units.map((line) => (line.group?.runs ?? [line.run]).map((run) => `r${run}`));
    const names = groups.names(units.flatMap(({ group }) => group ?? []));
    const whole = units.map(({ group, name }) => (group ? names.get(group.key) : name));
    const shown = runfolio.names.apart(whole, LONGEST);
    return units.map((line, number) => {
      const { run } = line;
      const name = line.group?.label ?? whole[number];
      const on = styled.some((other) => other.run === run && other.runs.length);
      const button = toggle(card.key, entries[number], entries, on, name);
      if (told) button.append(swatch(line.color));
      if (stroked) button.append(sample(line.stroke, null));
      made(button, "span", "chart-legend__name", shown[number]);
      const most = Math.max(...styled.filter((other) => other.run === run).map((other) => other.runs.length));
      if (line.group) made(button, "span", "chart-legend__n", `n ${most}${most < line.group.size ? ` of ${line.group.size}` : ""}`);
      const hover = (detail) => document.dispatchEvent(new CustomEvent("run:hover", { detail }));
      button.addEventListener("pointerenter", () => hover(line.group?.runs ?? [run]));
      button.addEventListener("pointerleave", () => hover(null));
      button.addEventListener("focus", () => hover(line.group?.runs ?? [run]));
      button.addEventListener("blur", () => hover(null));
      return button;
    });
  }

  runfolio.legend = { chips, runs, keys, sample, swatch };
}
