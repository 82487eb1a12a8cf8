// Resize: the corner of a card; dragged, or moved by arrow keys, it makes the card wide, tall or both.
// Gives    runfolio.resize  attach(figure, key)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { hover, view } = runfolio;
  const { made } = hover;

  const MORE = 60; // px from which a drag means the next size

  const NAMES = [["normal", "tall"], ["wide", "large"]]; // by wide, tall

  const parts = (size) => ({ wide: size === "wide" || size === "large", tall: size === "tall" || size === "large" });
  const named = ({ wide, tall }) => NAMES[Number(wide)][Number(tall)];

  function attach(figure, key) {
    const corner = made(figure, "button", "chart-card__corner");
    corner.type = "button";
    corner.title = "drag, or press arrow keys: size of this card";
    corner.setAttribute("aria-label", "size of this card: arrow keys change it");
    const now = () => parts(view.option("size", view.card(key)));
    const choose = (size) => {
      const word = named(size);
      if (word !== view.option("size", view.card(key))) view.choose("size", word === "normal" ? null : word, key);
    };

    corner.addEventListener("keydown", (event) => {
      const change = { ArrowRight: { wide: true }, ArrowLeft: { wide: false }, ArrowDown: { tall: true }, ArrowUp: { tall: false } }[event.key];
      if (!change) return;
      event.preventDefault();
      choose({ ...now(), ...change });
      corner.scrollIntoView({ block: "nearest" });
    });

    let press = null; // {x, y, size}
    const meant = (event) => {
      const turned = (was, by) => (by > MORE ? true : by < -MORE ? false : was);
      return { wide: turned(press.size.wide, event.clientX - press.x), tall: turned(press.size.tall, event.clientY - press.y) };
    };
    const stop = () => {
      press = null;
      delete figure.dataset.resizing;
    };
    corner.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      corner.setPointerCapture(event.pointerId);
      press = { x: event.clientX, y: event.clientY, size: now() };
      figure.dataset.resizing = named(press.size);
    });
    corner.addEventListener("pointermove", (event) => {
      if (press) figure.dataset.resizing = named(meant(event));
    });
    corner.addEventListener("pointerup", (event) => {
      if (!press) return;
      const size = meant(event);
      stop();
      choose(size);
    });
    corner.addEventListener("pointercancel", stop);
  }

  runfolio.resize = { attach };
}
