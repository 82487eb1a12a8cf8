// Refocus: the focus stays where it is while buttons are made anew under it.
// Gives    runfolio.refocus(parts, renew, last)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const isShown = (element) => element.getClientRects().length > 0;
  const buttonsIn = (part) => (part.matches("button") ? [part] : [...part.querySelectorAll("button")]).filter(isShown);

  /**
   * Renew some parts. Where one of their buttons had the focus, that with the same data-entry has it afterwards, else
   * the one in its place or before it, else the first of `last` that is shown.
   */
  function refocus(parts, renew, last) {
    const focused = document.activeElement;
    const part = parts.find((one) => one.contains(focused));
    const at = part ? buttonsIn(part).indexOf(focused) : -1;
    renew();
    if (at < 0 || (focused.isConnected && isShown(focused))) return;
    const now = buttonsIn(part);
    const same = now.find(({ dataset }) => dataset.entry && dataset.entry === focused.dataset.entry);
    (same ?? now[at] ?? now.at(-1) ?? last.find(isShown))?.focus({ preventScroll: true });
  }

  runfolio.refocus = refocus;
}
