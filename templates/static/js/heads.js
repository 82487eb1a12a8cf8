// Heads: the names of parallel axes as buttons, each with a panel to limit, move or remove its axis; a drag moves it,
// too. And dragging along an axis, which limits it.
// Gives    runfolio.heads  show(host, what, drawn, reorder(edit))
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { brush, hover, names, popover } = runfolio;
  const { made } = hover;

  const ZONE = 26; // px around an axis that take a drag; what a finger moves there does not scroll
  const WIDEST = 56; // px of it for a mouse, where axes lie apart: near is as good as on the axis
  const DRAG = 4; // px from which a press is a drag
  const THIN = 0.018; // of an axis, around what is no number
  const GAP = 4; // px between two names
  const PADDING = 9; // px of a name's button, both sides
  const RIM = 8; // px beyond the ends of an axis that take a drag, too

  /** The limits that a span of an axis means; null when nothing lies in it. */
  function limitsOf({ numeric, base, places, from, unitOf, ends }, low, high) {
    const ids = new Set([...places].filter(([, unit]) => low <= unit + THIN && unit - THIN <= high).map(([id]) => id));
    let range = null;
    const reached = numeric && high >= unitOf(ends[0]) && low <= unitOf(ends[1]);
    if (reached) {
      range = [from(Math.max(low, base)), from(Math.min(high, 1))].map((end) => Number(end.toPrecision(6)));
      if (low <= base) range[0] = -Infinity;
      if (high >= 1) range[1] = Infinity;
    }
    return range || ids.size ? { range, ids } : null;
  }

  /** The spans of an axis that its limits take: [[low, high], …], 0 to 1. */
  function spansOf({ field, numeric, base, places, unitOf }) {
    const limits = brush.get(field.word);
    if (!limits) return [];
    const spans = [...limits.ids].flatMap((id) => (places.has(id) ? [[places.get(id) - THIN, places.get(id) + THIN]] : []));
    if (limits.range && numeric) {
      const [low, high] = limits.range.map((end) => (Number.isFinite(end) ? unitOf(end) : end === Infinity ? 1 : base));
      const inside = (unit) => Math.min(Math.max(unit, base), 1); // a log axis has no place for what is 0 or less
      spans.push([inside(Number.isNaN(low) ? base : low), inside(Number.isNaN(high) ? base : high)]);
    }
    return spans;
  }

  /** Strips along the axes that take a drag, and the limits that there are. */
  function zones(host, { axes }, { box, centers }) {
    host.zones?.remove();
    host.zones = made(null, "div", "picture-zones");
    host.pointer.root.prepend(host.zones);
    const { clientWidth: wide, clientHeight: high } = host.plot;
    const tall = box.height + 2 * RIM;
    const fine = matchMedia("(pointer: fine)").matches;
    const reach = fine ? Math.min(Math.max(ZONE, (centers[1] - centers[0]) / 2), WIDEST) : ZONE;
    const place = (element, sides) => {
      // in parts of the whole: on paper a picture has another size than it was drawn in
      for (const [name, px, whole] of sides) element.style[name] = `${(px / whole) * 100}%`;
    };
    axes.forEach((each, number) => {
      const zone = made(host.zones, "div", "picture-zone");
      place(zone, [["left", centers[number] - reach / 2, wide], ["top", box.top - RIM, high], ["width", reach, wide], ["height", tall, high]]);
      const put = (element, [low, top]) =>
        place(element, [["top", RIM + (1 - top) * box.height, tall], ["height", Math.max(2, (top - low) * box.height), tall]]);
      for (const span of spansOf(each)) put(made(zone, "div", "picture-zone__limits"), span);
      let press = null;
      const unitAt = (event) => {
        const { top } = zone.getBoundingClientRect();
        return Math.min(Math.max(1 - (event.clientY - top - RIM) / box.height, -0.02), 1.02);
      };
      zone.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        press = { from: unitAt(event), y: event.clientY, mark: null };
        zone.setPointerCapture(event.pointerId);
      });
      zone.addEventListener("pointermove", (event) => {
        if (!press || (!press.mark && Math.abs(event.clientY - press.y) < DRAG)) return;
        press.mark ??= made(zone, "div", "picture-zone__limits");
        put(press.mark, [press.from, unitAt(event)].sort((one, two) => one - two));
      });
      zone.addEventListener("pointerup", (event) => {
        if (!press) return;
        const [low, high] = [press.from, unitAt(event)].sort((one, two) => one - two);
        const moved = press.mark !== null;
        press = null;
        if (moved) brush.set(each.field.word, limitsOf(each, low, high));
        else if (brush.get(each.field.word)) brush.set(each.field.word, null);
      });
      zone.addEventListener("pointercancel", () => {
        press?.mark?.remove();
        press = null;
      });
      zone.addEventListener("click", (event) => event.stopPropagation());
    });
  }

  /** Two numbers, and a tick for each thing that is none. */
  function limitFields(panel, { field, numeric, others }) {
    const now = () => brush.get(field.word) ?? { range: null, ids: new Set() };
    const inputs = [];
    if (numeric) {
      const row = made(panel, "div", "settings__row");
      made(row, "span", "settings__label", "limits");
      const wrong = made(null, "p", "settings__row settings__none", "not taken: “from” must not lie above “to”");
      wrong.setAttribute("role", "alert");
      ["from", "to"].forEach((word, at) => {
        const input = made(row, "input", "field");
        const end = now().range?.[at];
        Object.assign(input, { type: "number", step: "any", placeholder: word, value: Number.isFinite(end) ? end : "" });
        input.setAttribute("aria-label", `${field.label}, ${word}`);
        inputs.push(input);
        input.addEventListener("change", () => {
          const [low, high] = inputs.map(({ value }, end) => (value === "" ? [-Infinity, Infinity][end] : Number(value)));
          for (const each of inputs.slice(0, 2)) each.setAttribute("aria-invalid", low > high);
          if (low > high) return row.after(wrong);
          wrong.remove();
          const open = low === -Infinity && high === Infinity;
          brush.set(field.word, { range: open ? null : [low, high], ids: now().ids });
        });
      });
    }
    for (const { id, text } of others) {
      const label = made(panel, "label", "settings__tick");
      const input = made(label, "input");
      input.type = "checkbox";
      input.checked = now().ids.has(id);
      made(label, "bdi", "", text || "“”");
      inputs.push(input);
      input.addEventListener("change", () => {
        const { range, ids } = now();
        const next = new Set(ids);
        if (input.checked) next.add(id);
        else next.delete(id);
        brush.set(field.word, { range, ids: next });
      });
    }
    return inputs[0];
  }

  function panelOf(panel, close, each, number, count, reorder) {
    const { field } = each;
    const first = limitFields(panel, each);
    const tools = made(panel, "div", "picture-panel__tools");
    const tool = (word, press, off = false) => {
      const element = runfolio.button(tools, word, () => {
        close(true);
        press();
      });
      element.disabled = off;
    };
    const move = (by) => () =>
      reorder((words) => words.splice(number + by, 0, ...words.splice(number, 1)));
    tool("clear", () => brush.set(field.word, null));
    tool("← move", move(-1), number === 0);
    tool("move →", move(1), number === count - 1);
    tool("remove", () => reorder((words) => words.splice(number, 1)), count < 3);
    return first;
  }

  /** Let a name be dragged to where its axis shall stand. */
  function draggable(host, head, number) {
    let press = null;
    let dragged = false; // the press that ended last
    const target = ({ clientX }) => {
      const left = clientX - host.heads.getBoundingClientRect().left;
      const away = host.drawn.centers.map((center) => Math.abs(center - left));
      return away.indexOf(Math.min(...away));
    };
    const mark = (at) => [...host.heads.children].forEach((other, place) => other.toggleAttribute("data-target", place === at && at !== number));
    const end = () => {
      head.style.translate = "";
      head.removeAttribute("data-dragged");
      mark(null);
      press = null;
    };
    head.addEventListener("pointerdown", (event) => {
      dragged = false;
      if (event.button === 0 && !event.target.closest(".popover")) press = { x: event.clientX, moved: false };
    });
    head.addEventListener("pointermove", (event) => {
      if (!press || (!press.moved && Math.abs(event.clientX - press.x) < DRAG)) return;
      if (!press.moved) head.setPointerCapture(event.pointerId);
      press.moved = true;
      popover.close();
      head.setAttribute("data-dragged", "");
      head.style.translate = `${event.clientX - press.x}px`;
      mark(target(event));
    });
    head.addEventListener("pointerup", (event) => {
      const moved = press?.moved;
      end();
      if (!moved) return;
      dragged = true;
      const to = target(event);
      if (to !== number) host.reorder((words) => words.splice(to, 0, ...words.splice(number, 1)));
    });
    head.addEventListener("pointercancel", end);
    head.addEventListener("click", (event) => dragged && event.stopPropagation(), true); // no panel opens
  }

  /** Buttons above the axes. They are made anew only when the axes are others: a panel may be open under one. */
  function show(host, what, drawn, reorder) {
    const { axes } = what;
    zones(host, what, drawn);
    const words = JSON.stringify(axes.map(({ field, others }) => [field.word, others.map(({ id }) => id)]));
    if (host.heads.dataset.axes !== words) {
      const focused = [...host.heads.children].findIndex((head) => head.contains(document.activeElement));
      host.heads.dataset.axes = words;
      host.heads.replaceChildren(
        ...axes.map((each, number) => {
          const head = made(null, "span", "picture-head");
          const open = runfolio.button(head, "", () =>
            popover.open(open, { name: "picture-panel", label: `axis ${each.field.label}` }, (panel, close) =>
              panelOf(panel, close, each, number, axes.length, host.reorder),
            ),
          );
          made(open, "bdi");
          open.setAttribute("aria-label", each.field.label);
          open.title = `${each.field.label}: limit, move or remove this axis; drag to move it`;
          open.setAttribute("aria-expanded", "false");
          draggable(host, head, number);
          return head;
        }),
      );
      host.heads.children[focused]?.querySelector("button").focus();
    }
    host.reorder = reorder;
    const wide = host.plot.clientWidth;
    const half = drawn.box.width / (axes.length - 1) / 2 - GAP / 2; // each as far as the middle between two
    const ends = drawn.centers.map((center, number) => [
      number ? center - half : 0,
      number < axes.length - 1 ? center + half : wide,
    ]);
    const shown = names.apart(axes.map(({ field }) => field.label), ends.map(([left, right]) => right - left - PADDING));
    [...host.heads.children].forEach((head, number) => {
      const [left, right] = ends[number];
      head.querySelector("bdi").textContent = shown[number];
      head.style.left = `${(left / wide) * 100}%`; // on paper a picture may have another width than it was drawn in
      head.style.width = `${((right - left) / wide) * 100}%`;
      head.dataset.side = number === 0 ? "first" : number === axes.length - 1 ? "last" : "";
      head.toggleAttribute("data-limited", Boolean(brush.get(axes[number].field.word)));
    });
  }

  runfolio.heads = { show };
}
