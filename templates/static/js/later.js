// Later: scripts that a page loads when they are needed: "filter" of the table, "bars", "pictures" of runs, "tables" of cards, "tools" (menus, saving).
// Reads    runfolio.laterFiles  {word: name of the file}  (the script of the specs)
// Gives    runfolio.later(word)  promise of runfolio with them; runfolio.later.press(button, act(runfolio)): tools
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { hover, popover } = runfolio;
  const loading = new Map();
  const waiting = new Set(); // buttons that were pressed and have not acted yet
  let notice = null; // the panel that said last what could not be loaded

  function later(word) {
    if (!loading.has(word)) {
      const loaded = load(`${document.body.dataset.root}assets/${runfolio.laterFiles[word]}`);
      loaded.catch(() => loading.delete(word));
      loading.set(word, loaded);
    }
    return loading.get(word);
  }

  const load = (src) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = () => resolve(runfolio);
      script.onerror = () => {
        script.remove();
        reject(new Error(`${src} could not be loaded`));
      };
      document.head.append(script);
    });

  /** Do what a press of a button asks for; where that cannot be loaded, a panel under it says so. */
  later.press = async (button, act) => {
    if (waiting.has(button)) return; // pressed again: a second act would close what the first has opened
    if (notice?.isConnected) popover.close();
    waiting.add(button);
    button.setAttribute("aria-busy", "true");
    const found = await later("tools").catch((error) => said(button, error));
    waiting.delete(button);
    button.removeAttribute("aria-busy");
    if (found) act(found);
  };

  function said(button, error) {
    console.error(error);
    popover.open(button, { name: "notice", label: "could not be loaded" }, (panel) => {
      notice = panel;
      const words = `${error.message}. Press again to try once more.`;
      hover.made(panel, "p", "notice__words", words).setAttribute("role", "alert");
    });
  }

  runfolio.later = later;
}
