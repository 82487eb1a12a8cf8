// Picture: a card as one SVG that stands by itself: title, chart, names of axes, legend and footer; and that as a PNG.
// Users' words are text nodes here, so the serializer escapes them.
// Gives    runfolio.picture  svg(card) → {text, width, height}, png(card) → promise of a blob
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { chart, colorNames, names, place } = runfolio;

  const SPACE = "http://www.w3.org/2000/svg";
  const EDGE = 12; // px around all
  const LINE = 18; // px of a line of the legend
  const SCALE = 2; // pixels of a PNG for one of the page
  const STEP = 10; // px of a colour of a scale
  const BOLDER = 1.12; // times as wide as words in plain type, at most
  const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g; // in XML

  function add(parent, name, values, text) {
    const element = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text.toWellFormed().replace(FORBIDDEN, "\ufffd");
    parent.append(element);
    return element;
  }

  /** What stands among the chips and in the lines of the legend, as the page has it: of each [{text, color, dash, off}]. */
  function entries(card) {
    const read = (button, words) => {
      const sample = button.querySelector(".chart-sample line");
      const swatch = button.querySelector(".swatch");
      const look = getComputedStyle(sample?.parentElement ?? swatch ?? button);
      return {
        text: (button.querySelector(words) ?? button).textContent,
        color: sample ? look.stroke : swatch ? look.borderTopColor : null,
        dash: sample ? (sample.getAttribute("stroke-dasharray") ?? "") : null,
        bare: !sample && !swatch,
        off: button.getAttribute("aria-pressed") === "false",
      };
    };
    const chips = card.chips.hidden ? [] : [...card.chips.querySelectorAll(".chart-legend__entry")].map((each) => read(each, ".chart-chip__word"));
    if (card.picture && card.picture.name !== "bars") return [[], ofPicture(card)];
    const within = (parent, words) => [...parent.querySelectorAll(words)].map((each) => read(each, ".chart-legend__name"));
    const keys = [...card.legend.querySelectorAll(".chart-legend__key")].map((key) => [
      { text: key.firstChild.textContent, color: null, dash: null, bare: true },
      ...within(key, ".chart-legend__value"),
    ]);
    const below = card.legend.hidden ? [] : [...keys, within(card.legend, ".chart-legend__entry")];
    return [chips, ...below].map((all) => all.filter(({ off }) => !off));
  }

  /** The legend of dots or lines of whole runs; where the page has none, for its table is one, the runs in colour. */
  function ofPicture({ legend: shown, picture, drawn }) {
    if (!drawn) return [];
    if (!picture.what.tint) {
      const { runs } = chart.palette();
      const { names } = colorNames({ picture, drawn });
      return [...names].map(([key, text]) => ({ text, color: runs[key === "context" ? 10 : Number(key)], dash: null }));
    }
    const colorOf = (element) => getComputedStyle(element).backgroundColor;
    return [...shown.children].filter((element) => element.localName !== "button").map((element) => {
      const swatch = element.querySelector(".swatch");
      const strip = element.matches(".picture-legend__strip") ? [...element.children].map(colorOf) : null;
      return { text: element.textContent, color: swatch && getComputedStyle(swatch).borderTopColor, dash: null, strip, bare: !swatch };
    }); // prettier-ignore
  }

  /** Lines of entries, side by side as far as they fit; the y below them. */
  function legend(svg, all, { top, width, font, color }) {
    let left = EDGE;
    let y = top;
    for (const { text: whole, color: own, dash, strip, bare } of all) {
      const before = strip ? strip.length * STEP : bare ? 0 : dash === null ? 13 : 25; // px
      const text = names.shortened(whole, width - 2 * EDGE - before);
      const room = before + 1 + Math.ceil(chart.widest([text], font)) + 14;
      if (left > EDGE && left + room > width - EDGE) {
        left = EDGE;
        y += LINE;
      }
      strip?.forEach((fill, at) => add(svg, "rect", { x: left + at * STEP, y: y + 4, width: STEP, height: 8, fill }));
      if (dash !== null) {
        const line = add(svg, "line", { x1: left, x2: left + 20, y1: y + 8, y2: y + 8, stroke: own, "stroke-width": dash ? 1.5 : 2 });
        if (dash) line.setAttribute("stroke-dasharray", dash);
      } else if (!bare) add(svg, "circle", { cx: left + 4, cy: y + 8, r: 4, fill: own ?? color });
      add(svg, "text", { x: left + before, y: y + 12, fill: color, "font-size": 11, "font-family": font }, text);
      left += room;
    }
    return all.length ? y + LINE : y;
  }

  /** A text in as many lines as it takes; the y below it. */
  function paragraph(svg, text, { top, width, size, weight = 400, font, color }) {
    const lines = [];
    const room = ((width - 2 * EDGE) * 11) / size / (weight > 400 ? BOLDER : 1); // in the size that is measured
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
      if (lines.length && chart.widest([longer], font) <= room) lines[lines.length - 1] = longer;
      else lines.push(names.shortened(word, room));
    }
    lines.forEach((line, at) =>
      add(svg, "text", { x: EDGE, y: top + size + at * size * 1.45, fill: color, "font-size": size, "font-weight": weight, "font-family": font }, line),
    );
    return top + lines.length * size * 1.45;
  }

  /** The charts in a plot, and where they stand in it; a plot that its table hides is shown for the measuring. */
  function measured(plot) {
    const { hidden } = plot;
    plot.hidden = false;
    const { left, top, width, height } = plot.getBoundingClientRect();
    const charts = chart.shown(plot).map(({ holder, view }) => {
      const at = holder.getBoundingClientRect();
      return { view, left: at.left - left, top: at.top - top };
    });
    plot.hidden = hidden;
    return { width, height, charts };
  }

  /** Vega's own pictures of charts, where they stand. */
  async function addCharts(svg, charts, top) {
    for (const each of charts) {
      const inner = new DOMParser().parseFromString(await each.view.toSVG(), "image/svg+xml").documentElement;
      inner.setAttribute("x", EDGE + each.left);
      inner.setAttribute("y", top + each.top);
      svg.append(document.importNode(inner, true));
    }
  }

  /** What stands above the axes of a picture of whole runs: y of a scatter, each of parallel ones; the y below it. */
  function heads(svg, { picture, drawn }, { top, width, font, color }) {
    const look = { y: top + 12, fill: color, "font-size": 11, "font-family": font };
    const named = (word, x, anchor) => add(svg, "text", { ...look, x, "text-anchor": anchor }, word);
    if (picture?.name === "scatter") named(names.shortened(picture.axes[1].label, width - 2 * EDGE), EDGE, "start");
    else if (picture?.name === "parallel") {
      const half = drawn.box.width / (picture.axes.length - 1) / 2;
      const last = picture.axes.length - 1;
      const rooms = drawn.centers.map((center, at) => (at === 0 ? center + half - 4 : at < last ? 2 * half - 8 : width - 2 * EDGE - center + half - 4));
      names.apart(picture.axes.map(({ label }) => label), rooms).forEach((word, at) => {
        if (at === 0) named(word, EDGE, "start");
        else if (at === last) named(word, width - EDGE, "end");
        else named(word, EDGE + drawn.centers[at], "middle");
      });
    } else return top;
    return top + LINE;
  }

  /** What x is, below its right end: of curves, always; the y below it. */
  function axisName(svg, { drawn, under }, { top, width, font, color }) {
    const name = drawn?.axis === undefined ? under.textContent : place.called(drawn.axis);
    if (!name) return top;
    const look = { "text-anchor": "end", fill: color, "font-size": 11, "font-family": font };
    add(svg, "text", { x: width - EDGE, y: top + 8, ...look }, names.shortened(name, width - 2 * EDGE));
    return top + 12;
  }

  async function svg(card) {
    const { plot } = card;
    const { width: across, height: down, charts } = measured(plot);
    const width = Math.ceil(across) + 2 * EDGE;
    const font = getComputedStyle(document.body).fontFamily;
    const soft = chart.style("--text-muted");
    const strong = chart.style("--text");
    const root = document.createElementNS(SPACE, "svg");
    const ground = add(root, "rect", { width: "100%", height: "100%", fill: chart.style("--paper") });
    const title = card.title.textContent;
    add(root, "title", {}, title);
    let y = paragraph(root, title, { top: EDGE, width, size: 15, weight: 600, font, color: strong }) + 4;
    const [chips, ...below] = entries(card);
    y = legend(root, chips, { top: y, width, font, color: soft }) + 4;
    const top = heads(root, card, { top: y, width, font, color: soft });
    await addCharts(root, charts, top);
    for (const end of plot.querySelectorAll(".chart-over__end")) {
      const place = { x: EDGE + Number.parseFloat(end.style.left), y: top + Number.parseFloat(end.style.top) + 4 };
      const [name, ...n] = [...end.children].map((part) => part.textContent);
      const room = Number.parseFloat(end.style.maxWidth) - chart.widest(n.map((word) => ` ${word}`), font);
      add(root, "text", { ...place, fill: end.style.color, "font-size": 11, "font-family": font }, [names.shortened(name, room), ...n].join(" "));
    }
    for (const title of plot.querySelectorAll(".chart-panel__title")) {
      const [at, all] = [title, plot].map((element) => element.getBoundingClientRect());
      const place = { x: EDGE + at.left - all.left, y: top + at.top - all.top + 12 };
      add(root, "text", { ...place, fill: soft, "font-size": 11, "font-family": font }, names.shortened(title.textContent, at.width));
    }
    y = axisName(root, card, { top: top + Math.ceil(down), width, font, color: soft });
    y += 4;
    for (const line of below) y = legend(root, line, { top: y, width, font, color: soft });
    y = paragraph(root, card.footer.textContent, { top: y + 2, width, size: 11, font, color: soft });
    const height = Math.ceil(y) + EDGE;
    for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) root.setAttribute(key, value);
    root.prepend(ground);
    return { text: new XMLSerializer().serializeToString(root), width, height };
  }

  /** Drawn by the browser from the SVG; a data address, for the policy of the pages lets images be no other. */
  async function png(card) {
    const { text, width, height } = await svg(card);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: width * SCALE, height: height * SCALE });
    const context = canvas.getContext("2d");
    context.scale(SCALE, SCALE);
    context.drawImage(image, 0, 0, width, height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  runfolio.picture = { svg, png };
}
