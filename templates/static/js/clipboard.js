// Clipboard: puts a text there, also on pages from disk.
// Gives    runfolio.copied(text) → promise of whether it is there
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { made } = runfolio.hover;

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = made(document.querySelector("dialog[open]") ?? document.body, "textarea", "unseen", text); // pages from disk have no clipboard
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }

  runfolio.copied = copied;
}
