// Walk: a chart by keyboard, once its plot has the focus.
//     ← →    from point to point of a line, with the table beside it     + − 0   zoom in, zoom out, no limits
//     Home End   its first and last point in view                        Enter   pins the table, Escape lets it go
// Gives    runfolio.walk  attach(plot, {drawn(), showAt(px, py), pin(px, py), shut(), left(), zoomed(x, y, how), reset()}) → {follow(entry)}
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { axis, gestures } = runfolio; // and hover, which comes later

  const CLOSER = 0.6; // of what is in view stays in view

  function attach(plot, { drawn, showAt, pin, shut, left, zoomed, reset }) {
    let at = null; // {run, metric, x}: where the reader is
    const heard = document.createElement("p"); // what a screen reader says of each point
    heard.className = "unseen";
    heard.setAttribute("aria-live", "polite");
    plot.after(heard);

    /** The line that is walked, its rows in view that have a height, and which of them is the reader's. */
    function place() {
      const { lines, x, y } = drawn();
      const line = lines.find(({ run, metric }) => run === at?.run && metric === at?.metric) ?? lines[0];
      const rows = [...(line?.rows ?? [])].filter((row) => {
        const part = x.to(line.x[row]);
        return part >= 0 && part <= 1 && Number.isFinite(y.to(line.drawn[row]));
      });
      const known = line && at && at.x !== null && line.run === at.run && line.metric === at.metric;
      const away = (row) => Math.abs(line.x[row] - at.x);
      const here = known ? rows.reduce((best, row, number) => (away(row) < away(rows[best]) ? number : best), 0) : -1;
      return { line, rows, here };
    }

    const pixels = ({ line, row }) => {
      const { box, x, y } = drawn();
      return [box.left + x.to(line.x[row]) * box.width, box.top + (1 - y.to(line.drawn[row])) * box.height];
    };

    function go(choose) {
      const { line, rows, here } = place();
      if (!rows.length) return;
      const row = rows[Math.min(Math.max(choose(here, rows.length), 0), rows.length - 1)];
      at = { run: line.run, metric: line.metric, x: line.x[row] };
      showAt(...pixels({ line, row }));
      at = { run: line.run, metric: line.metric, x: line.x[row] }; // showAt told of what is nearest
      const value = axis.valueWord(runfolio.lines.truth(line, line.drawn[row]));
      heard.textContent = `${runfolio.hover.nameOf(line, drawn().lines)}: ${value} at ${drawn().over}${axis.xWord(drawn().kind, line.x[row])}`;
    }

    function zoom(factor) {
      const { x } = drawn();
      const part = at?.x == null ? 0.5 : Math.min(Math.max(x.to(at.x), 0), 1);
      zoomed(gestures.about(x, part, factor), undefined, {});
    }

    function pinned() {
      const { line, rows, here } = place();
      if (here >= 0) pin(...pixels({ line, row: rows[here] }));
    }

    const keys = new Map([
      ["ArrowRight", () => go((here) => here + 1)],
      ["ArrowLeft", () => go((here, count) => (here < 0 ? count : here) - 1)],
      ["Home", () => go(() => 0)],
      ["End", () => go((_, count) => count - 1)],
      ["+", () => zoom(CLOSER)],
      ["=", () => zoom(CLOSER)],
      ["-", () => zoom(1 / CLOSER)],
      ["0", reset],
      ["Enter", pinned],
      ["Escape", shut],
    ]);

    plot.addEventListener("keydown", (event) => {
      const act = keys.get(event.key);
      if (!act || event.target !== plot || event.ctrlKey || event.metaKey || event.altKey || !drawn()?.y) return;
      if (act() !== false) event.preventDefault();
    });
    plot.addEventListener("blur", left);

    return {
      /** The pointer is at another point: the keys go on from there. */
      follow: ({ line, row }) => (at = { run: line.run, metric: line.metric, x: line.x[row] }),
    };
  }

  runfolio.walk = { attach };
}
