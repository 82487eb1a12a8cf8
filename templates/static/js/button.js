// Button: a button that looks like a word.
// Gives    runfolio.button(parent, text, press) → the button
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { made } = runfolio.hover;

  function button(parent, text, press) {
    const element = made(parent, "button", "chart-tool", text);
    element.type = "button";
    element.addEventListener("click", press);
    return element;
  }

  runfolio.button = button;
}
