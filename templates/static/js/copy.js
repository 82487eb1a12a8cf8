// Copy: buttons that put a text of the page on the clipboard: clipboard.js.
// Reads    [data-copied]  holds the text, [data-copy-text], and its button, [data-copy], which is hidden without us
"use strict";
{
  const { copied } = window.runfolio;
  const SAID = 1500; // ms that a button says what happened

  function wire(place) {
    const button = place.querySelector("[data-copy]");
    const source = place.querySelector("[data-copy-text]");
    const label = button.textContent;
    let late;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const done = await copied(source.textContent);
      button.textContent = done ? "Copied" : "Select and copy by hand";
      button.focus();
      clearTimeout(late);
      late = setTimeout(() => (button.textContent = label), SAID);
    });
  }

  for (const place of document.querySelectorAll("[data-copied]")) wire(place);
}
