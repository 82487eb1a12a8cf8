// Copy: buttons that put a text of the page on the clipboard, also on pages from disk, which have none.
// Reads    [data-copied]  holds the text, [data-copy-text], and its button, [data-copy], which is hidden without us
// Gives    runfolio.copy(text)   a promise of whether it worked
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const SAID = 1500; // ms that a button says what happened

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement("textarea");
      area.className = "unseen";
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }

  function wire(place) {
    const button = place.querySelector("[data-copy]");
    const source = place.querySelector("[data-copy-text]");
    const label = button.textContent;
    let late;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const done = await copy(source.textContent);
      button.textContent = done ? "Copied" : "Select and copy by hand";
      button.focus();
      clearTimeout(late);
      late = setTimeout(() => (button.textContent = label), SAID);
    });
  }

  for (const place of document.querySelectorAll("[data-copied]")) wire(place);
  runfolio.copy = copy;
}
