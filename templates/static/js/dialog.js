// Dialog: a sheet over the page, one at a time; Escape closes it, and the focus goes back to where it was.
// Gives    runfolio.dialog.open({name, title}, fill(sheet, close))
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { button, hover } = runfolio;
  const { made } = hover;

  /** name: a class of the sheet; what `fill` returns gets the focus, else the button that closes. */
  function open({ name, title }, fill) {
    if (document.querySelector("dialog.sheet[open]")) return;
    const before = document.activeElement;
    const dialog = made(document.body, "dialog", `sheet ${name}`);
    const head = made(dialog, "div", "sheet__head");
    const heading = made(head, "h2", "", title);
    heading.id = "sheet-title";
    dialog.setAttribute("aria-labelledby", heading.id);
    const close = () => dialog.close();
    const closing = button(head, "close", close);
    const first = fill(made(dialog, "div", "sheet__body"), close) ?? closing;
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
    });
    dialog.addEventListener("pointerdown", (event) => {
      if (event.target === dialog) close(); // beside the sheet
    });
    dialog.showModal();
    first.focus();
  }

  runfolio.dialog = { open };
}
