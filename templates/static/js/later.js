// Later: scripts that a page loads when they are needed: "filter" of the table, "pictures" of runs, "tools" (menus, saving).
// Reads    runfolio.laterFiles  {word: name of the file}  (the script of the specs)
// Gives    runfolio.later(word)  promise of runfolio with them; runfolio.later.press(button, act(runfolio)): tools
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const loading = new Map();

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
      script.onerror = () => reject(new Error(`${src} could not be loaded`));
      document.head.append(script);
    });

  /** Do what a press of a button asks for; where that cannot be loaded, the button says so. */
  later.press = async (button, act) => {
    try {
      act(await later("tools"));
    } catch (error) {
      button.title = error.message;
      button.disabled = true;
      console.error(error);
    }
  };

  runfolio.later = later;
}
