// Menu: all that can be done with a card besides adding a metric and seeing its table.
// Gives    runfolio.menu  open(card)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { cardkeys, copied, hover, layout, options, popover, save, settings, view } = runfolio;
  const { made } = hover;
  const { moved, shown } = cardkeys;

  function item(parent, word, press, key = "") {
    const button = made(parent, "button", "menu__item");
    button.type = "button";
    made(button, "span", "", word);
    if (key) made(button, "kbd", "", key);
    button.addEventListener("click", press);
    return button;
  }

  /** A word, and small buttons behind it. */
  function row(parent, word, entries) {
    const line = made(parent, "div", "menu__row");
    line.setAttribute("role", "group");
    line.setAttribute("aria-label", word);
    made(line, "span", "menu__word", word);
    const choices = made(line, "span", "menu__choices");
    for (const [label, press, { pressed = null, disabled = false, name = label } = {}] of entries) {
      const button = made(choices, "button", "menu__choice", label);
      button.type = "button";
      button.disabled = disabled;
      button.setAttribute("aria-label", `${word}: ${name}`);
      if (pressed !== null) button.setAttribute("aria-pressed", String(pressed));
      button.addEventListener("click", press);
    }
  }

  function open(card) {
    const { key, more } = card;
    popover.open(more, { name: "menu", label: "more to do with this card" }, (panel, close) => {
      const { state } = card;
      const done = (act) => () => {
        close(true);
        act();
      };
      const full = view.state.full !== null;
      const first = item(panel, "settings…", done(() => settings.open(more, key)), "s");
      item(panel, full ? "back to the board" : "full screen", done(() => view.fill(full ? null : key)), "f");
      if (!full) {
        const pinned = view.option("pin", state) === "on";
        item(panel, pinned ? "unpin" : "pin: stand first", done(() => {
          view.choose("pin", pinned ? null : "on", key);
          shown(key);
        })); // prettier-ignore
        row(panel, "size", options.get("size").choices.map(([value, label]) => [
          value, done(() => view.choose("size", value === "normal" ? null : value, key)),
          { pressed: view.option("size", state) === value, name: label },
        ])); // prettier-ignore
        row(panel, "move", [[-1, "up"], [1, "down"]].map(([step, word]) => {
          const other = layout.beside(key, step);
          return [word, done(() => moved(card, step)), { disabled: !other }];
        })); // prettier-ignore
        item(panel, "duplicate", done(() => shown(view.duplicate(key))));
        if (state.metrics.length > 1) item(panel, "split: one card per metric", done(() => view.split(key)));
      }
      row(panel, "save", save.ways.filter(({ of }) => of?.(card) ?? true).map(({ word, name, write }) => [word, done(() => save.start(card, write)), { name, disabled: !card.drawn }]));
      const code = item(panel, "copy embed code", async () => {
        const there = await copied(embedCode(card));
        code.firstChild.textContent = there ? "copied" : "the browser does not let pages copy";
      });
      if (!full) {
        item(panel, state.base === null ? "remove" : "hide", done(() => {
          const next = layout.neighbour(key, 1);
          view.removeCard(key);
          if (next !== key) runfolio.board.cards.get(next)?.more.focus({ preventScroll: true });
        })); // prettier-ignore
      }
      panel.addEventListener("keydown", (event) => walk(panel, event));
      return first;
    });
  }

  /** Arrow keys go through the buttons of a menu. */
  function walk(panel, event) {
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...panel.querySelectorAll("button:not([disabled])")];
    const at = all.indexOf(document.activeElement);
    all.at((at + step) % all.length).focus();
    event.preventDefault();
  }

  const escaped = (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

  const embedCode = (card) =>
    `<iframe src="${escaped(view.embedLink(card.key))}" title="${escaped(card.title.textContent)}" ` +
    `width="720" height="360" loading="lazy" style="border:0"></iframe>`;

  runfolio.menu = { open };
}
