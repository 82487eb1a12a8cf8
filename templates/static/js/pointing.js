// Pointing: what lies under the pointer on a picture of runs: a table beside it, the run lit in every card. The arrow
// keys go from run to run, Enter opens one.
// An overlay of elements above the canvas: Vega draws nothing anew while the pointer moves.
// Gives    runfolio.pointing  attach(plot) → {root, update(model or null), leave(), remove()}
// Emits    "run:hover" on document, detail = list of runs, those of a mark together, or null; listens to it, too
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, hover, names, view } = runfolio;
  const { made } = hover;

  const ROWS = 9; // of the table
  const NAME = 1500; // px of the name above it, which takes several lines
  const LABELS = [165, 0.36]; // px of a label in it, and part of the window, at most
  const GAP = 14; // px between the pointer and the table
  const EDGE = 32; // px from the ends of the window that are too near
  const DRAG = 5; // px from which a press is a drag

  /**
   * A model says what is drawn:
   *
   * box            {left, top, width, height} of the plot's inside, px
   * nearest(x, y)  {run, name, rows: [[label, text], …]} near a place, or null; `run` is null for a group, which says its `runs`
   * stops()        all of these in the order of the keys: [{x, y, near(): as nearest gives it}, …]
   * paint(pen, runs, colors)   draws these runs anew, lit; the pen's origin is the corner of the plot
   */
  function attach(plot) {
    const root = made(plot, "div", "picture-over");
    root.dataset.overlay = "";
    const lit = made(root, "canvas", "picture-over__lit");
    const tip = made(root, "div", "chart-tip");
    const head = made(tip, "p", "chart-tip__head picture-tip__name");
    const body = made(made(tip, "table"), "tbody");
    const foot = made(tip, "p", "chart-tip__head");
    lit.hidden = tip.hidden = true;
    let model = null;
    let near = null;
    let frame = 0;
    let told = null; // the runs that this card has lit
    let litRuns = null;
    let at = -1; // of the stops: where the keys are
    const heard = made(null, "p", "unseen"); // what a screen reader says of each
    heard.setAttribute("aria-live", "polite");
    plot.after(heard);

    const light = (runs) => {
      if (String(runs) === String(told)) return;
      told = runs;
      document.dispatchEvent(new CustomEvent("run:hover", { detail: runs }));
    };

    function paint() {
      lit.hidden = !model || litRuns === null;
      if (lit.hidden) return;
      const ratio = devicePixelRatio || 1;
      const [width, height] = [plot.clientWidth, plot.clientHeight];
      Object.assign(lit, { width: width * ratio, height: height * ratio });
      lit.style.width = `${width}px`;
      lit.style.height = `${height}px`;
      const pen = lit.getContext("2d");
      pen.scale(ratio, ratio);
      model.paint(pen, litRuns, runfolio.chart.palette());
    }

    function fill(x, y) {
      tip.hidden = !near;
      root.toggleAttribute("data-over-run", Boolean(near && near.run !== null));
      if (!near) return;
      const { clientWidth, clientHeight } = document.documentElement;
      head.textContent = names.shortened(near.name, NAME);
      const shown = near.rows.slice(0, ROWS);
      const labels = names.apart(shown.map(([label]) => label), Math.min(LABELS[0], clientWidth * LABELS[1]));
      body.replaceChildren(
        ...shown.map(([, text], at) => {
          const row = made(null, "tr");
          made(row, "th", "chart-tip__name", labels[at]).scope = "row";
          made(row, "td", "chart-tip__value", text);
          return row;
        }),
      );
      const more = near.rows.length - shown.length;
      foot.textContent = more > 0 ? `and ${more} more that differ` : "";
      const width = tip.offsetWidth;
      const right = x + GAP + width > plot.clientWidth ? x - GAP - width : x + GAP;
      tip.style.left = `${Math.max(-8, right)}px`;
      const { top } = plot.getBoundingClientRect();
      const lowest = clientHeight - 4 - top - tip.offsetHeight;
      tip.style.top = `${Math.max(Math.min(Math.max(0, y - tip.offsetHeight / 2), lowest), 4 - top)}px`;
    }

    function clear() {
      cancelAnimationFrame(frame);
      frame = 0;
      near = null;
      fill();
      light(null);
    }

    const inside = (event) => {
      const outer = plot.getBoundingClientRect();
      return [event.clientX - outer.left, event.clientY - outer.top];
    };

    function look(x, y) {
      at = -1;
      near = model?.nearest(x, y) ?? null;
      fill(x, y);
      light(near && (near.runs ?? [near.run]));
    }

    /** Go to another of the stops. */
    function go(next) {
      const stops = model.stops();
      if (!stops.length) return;
      at = Math.min(Math.max(next(at, stops.length), 0), stops.length - 1);
      near = stops[at].near();
      fill(stops[at].x, stops[at].y);
      light(near.runs ?? [near.run]);
      heard.textContent = [near.name, ...near.rows.slice(0, ROWS).map(([label, text]) => `${label} ${text}`)].join(", ");
    }

    /** A card of many bars is higher than the window: keys take it along. */
    function keepInSight() {
      const down = plot.getBoundingClientRect().top + model.stops()[at]?.y;
      if (down < EDGE || down > innerHeight - EDGE) scrollBy(0, down - innerHeight / 2);
    }

    const onward = () => go((here) => here + 1);
    const back = () => go((here, count) => (here < 0 ? count : here) - 1);
    const keys = new Map([
      ["ArrowRight", onward],
      ["ArrowDown", onward],
      ["ArrowLeft", back],
      ["ArrowUp", back],
      ["Home", () => go(() => 0)],
      ["End", () => go((_, count) => count - 1)],
      ["Enter", () => (near && near.run !== null ? location.assign(data.page.runs[near.run].href) : false)],
      ["x", () => (near && near.run !== null ? view.toggleRun(near.run) : false)],
      ["Escape", () => (near ? clear() : false)],
    ]);
    const pressed = (event) => {
      const act = model && keys.get(event.key);
      if (!act || event.target !== plot || event.ctrlKey || event.metaKey || event.altKey) return;
      if (act() === false) return;
      event.preventDefault();
      keepInSight();
    };
    plot.addEventListener("keydown", pressed);
    plot.addEventListener("blur", clear);

    let press = null; // where the last one began, px
    let dragged = false; // whether it was a drag, which opens nothing wherever it ends
    root.addEventListener("pointerdown", (event) => ([press, dragged] = [inside(event), false]));
    root.addEventListener("pointermove", (event) => {
      if (press && event.buttons) dragged ||= Math.hypot(...inside(event).map((at, axis) => at - press[axis])) > DRAG;
      if (!model || frame || event.buttons) return;
      const place = inside(event);
      frame = requestAnimationFrame(() => {
        frame = 0;
        look(...place);
      });
    });
    root.addEventListener("pointerleave", clear);
    root.addEventListener("click", (event) => {
      if (!model || dragged) return;
      const before = near;
      look(...inside(event));
      if (!near || near.run === null) return;
      if (event.shiftKey) return view.toggleRun(near.run);
      if (event.pointerType === "touch" && before?.run !== near.run) return; // a first touch only shows
      const { href } = data.page.runs[near.run];
      if (event.ctrlKey || event.metaKey) window.open(href, "_blank", "noopener");
      else location.assign(href);
    });
    document.addEventListener("run:hover", ({ detail }) => {
      litRuns = detail;
      paint();
    });

    return {
      root,
      update(next) {
        model = next;
        root.hidden = !next;
        if (next) plot.tabIndex = 0;
        if (!near) at = -1;
        else if (at < 0 || !next) clear();
        else go((here) => here);
        paint();
      },

      leave: clear,

      /** The plot is one of curves again. */
      remove() {
        plot.removeEventListener("keydown", pressed);
        plot.removeEventListener("blur", clear);
        root.remove();
        heard.remove();
        model = null;
      },
    };
  }

  runfolio.pointing = { attach };
}
