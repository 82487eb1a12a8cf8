// Gestures: what a pointer does to a chart besides pointing at it.
//     drag            limits of x                    Ctrl, ⌘ or Alt + wheel    limits of x, about the pointer
//     Shift + drag    a box: limits of x and y       double click              no limits
//     Alt + drag      along x, where it has limits   press                     pins the table under the pointer
// A plain wheel scrolls the page.
// Gives    runfolio.gestures  attach(root, {drawn(), brush, ignores(target), started(), pressed(px, py), zoomed(x, y, how), reset()})
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const DRAG = 5; // px from which a press is a drag
  const NOTCH = 0.25; // of the wheel: how far it zooms, as a power of e

  const ascending = (ends) => ends.sort((one, other) => one - other);

  function attach(root, { drawn, brush, ignores, started, pressed, zoomed, reset }) {
    let press = null; // {from: [px, py], kind, moved, x: the scale as it was}
    let frame = 0;

    const inside = (event) => {
      const outer = root.getBoundingClientRect();
      return [event.clientX - outer.left, event.clientY - outer.top];
    };
    const within = (value, from, size) => Math.min(Math.max(value, from), from + size);

    /** The box between where the press began and the pointer, px; as high as the plot unless y counts. */
    function boxTo([px, py]) {
      const { left, top, width, height } = drawn().box;
      const [x0, x1] = ascending([press.from[0], px].map((at) => within(at, left, width)));
      const [y0, y1] = ascending([press.from[1], py].map((at) => within(at, top, height)));
      return press.kind === "box" ? { x0, x1, y0, y1 } : { x0, x1, y0: top, y1: top + height };
    }

    function showBox({ x0, x1, y0, y1 }) {
      brush.hidden = false;
      brush.dataset.box = String(press.kind === "box");
      Object.assign(brush.style, { left: `${x0}px`, top: `${y0}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px` });
    }

    /** Move what is in view along with the pointer, once a frame; the whole press is one step for Back. */
    function pan(px) {
      if (frame) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        if (!press) return;
        const part = (press.from[0] - px) / drawn().box.width;
        zoomed([press.x.from(part), press.x.from(1 + part)], undefined, { of: press, whole: true });
      });
    }

    root.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !drawn()?.y || ignores(event.target)) return;
      press = { from: inside(event), kind: event.shiftKey ? "box" : event.altKey ? "pan" : "x", moved: false, x: drawn().x };
      root.setPointerCapture(event.pointerId);
    });
    root.addEventListener("pointermove", (event) => {
      if (!press || !drawn()?.y) return;
      const at = inside(event);
      const far = Math.max(Math.abs(at[0] - press.from[0]), press.kind === "box" ? Math.abs(at[1] - press.from[1]) : 0);
      if (!press.moved && far <= DRAG) return;
      press.moved = true;
      started();
      if (press.kind === "pan") pan(at[0]);
      else showBox(boxTo(at));
    });
    root.addEventListener("pointerup", (event) => {
      if (!press || !drawn()?.y) return;
      const at = inside(event);
      const { moved, kind } = press;
      const { x0, x1, y0, y1 } = boxTo(at);
      press = null;
      brush.hidden = true;
      if (!moved) return pressed(...at);
      if (kind === "pan" || x1 - x0 <= DRAG) return;
      const { box, x, y } = drawn();
      const limits = [x0, x1].map((px) => x.from((px - box.left) / box.width));
      const heights = [y1, y0].map((px) => y.from(1 - (px - box.top) / box.height));
      zoomed(limits, kind === "box" && y1 - y0 > DRAG ? heights : undefined, {});
    });
    root.addEventListener("pointercancel", () => {
      press = null;
      brush.hidden = true;
    });
    root.addEventListener("dblclick", reset);
    root.addEventListener(
      "wheel",
      (event) => {
        if (!(event.ctrlKey || event.metaKey || event.altKey) || !drawn()?.y) return;
        event.preventDefault();
        const { box, x } = drawn();
        const middle = (within(inside(event)[0], box.left, box.width) - box.left) / box.width;
        zoomed(about(x, middle, Math.exp(Math.sign(event.deltaY) * NOTCH)), undefined, { of: root });
      },
      { passive: false },
    );
    return { pressing: () => press !== null };
  }

  /** The limits that a scale has when it shows `factor` times as much about a part of it, 0 to 1. */
  const about = (scale, middle, factor) => [0, 1].map((end) => scale.from(middle + (end - middle) * factor));

  runfolio.gestures = { attach, about };
}
