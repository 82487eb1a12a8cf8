// Compare with: the page of a run lets its reader choose the run that it is to be put beside.
// Reads    [data-compare-with]  the address of the script that says which runs there are, with data-run, the id of this one; in
//          it a link for readers without scripts, and a button, which is hidden without us; [data-compare] of the body
// Loads    that script, once the button is pressed: it calls runfolio.comparable(index)
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { hover, popover, runPicker } = runfolio;

  const load = (src) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      runfolio.comparable = resolve;
      script.src = src;
      script.onerror = () => reject(new Error(`${src} could not be loaded`));
      script.onload = () => script.remove();
      document.head.append(script);
    });

  async function choose(place, button) {
    const { compareWith, run } = place.dataset;
    try {
      const index = await load(compareWith);
      runPicker.open(button, index, [run], (other) => {
        location.href = `${document.body.dataset.compare}#compare=${runPicker.words(index, [other, run])}`;
      });
    } catch (error) {
      const words = `${error.message}. Press again to try once more.`;
      popover.open(button, { name: "notice", label: "could not be loaded" }, (panel) => hover.made(panel, "p", "notice__words", words));
    }
  }

  for (const place of document.querySelectorAll("[data-compare-with]")) {
    const [link, button] = place.children;
    [link.hidden, button.hidden] = [true, false];
    button.addEventListener("click", () => choose(place, button));
  }
}
