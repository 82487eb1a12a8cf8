// Run picker: a list of all runs of a site under a button: those of the experiments at hand first, the newest first.
// Gives    runfolio.runPicker  open(button, index, taken, choose(id)), words(index, ids); index: as in #compare-index
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, picker } = runfolio;
  const { made } = runfolio.hover;
  const SHORT = 12; // letters of an id that name a run in an address, where they suffice
  const ID = /^[0-9a-f]{4,}$/; // the start of one; fewer letters are found in too many

  /** Runs in an address: as short as tells them from all runs of the site. */
  function words({ runs }, ids) {
    const starts = data.prefixes(new Set([...runs.map(([id]) => id), ...ids]), SHORT);
    return ids.map((id) => starts.get(id)).join(",");
  }

  /** The runs that are not taken yet: of the experiments of those that are, then of the others as the site lists them. */
  function ordered({ runs, experiments }, taken) {
    const own = new Set(runs.flatMap(([id, script]) => (taken.includes(id) ? [experiments[script]] : [])));
    const ranks = experiments.map((name) => (own.has(name) ? -1 : experiments.indexOf(name)));
    return runs
      .map((run, place) => ({ run, place, rank: ranks[run[1]] }))
      .sort((one, other) => one.rank - other.rank || other.place - one.place)
      .flatMap(({ run }) => (taken.includes(run[0]) ? [] : [run]));
  }

  function open(button, index, taken, choose) {
    const others = ordered(index, taken).map(([id, script, name]) => {
      const experiment = index.experiments[script];
      return { id, name, experiment, called: name.toLocaleLowerCase(), text: `${name} ${experiment}`.toLocaleLowerCase() };
    });
    data.label(others);

    /** Those that have all words in their names; first what is called so, then what begins so. */
    function find(words) {
      const asked = words.join(" ");
      const rank = ({ called }) => (called === asked ? 0 : called.startsWith(asked) ? 1 : 2);
      const has = ({ id, text }, word) => text.includes(word) || (ID.test(word) && id.startsWith(word));
      return others.filter((other) => words.every((word) => has(other, word))).sort((one, other) => rank(one) - rank(other));
    }

    picker.list(button, {
      label: "choose a run",
      hint: "run or experiment…",
      asks: "search runs",
      none: others.length ? "no other run has this in its name" : "there is no other run",
      find,
      show(pick, { name, label, experiment }) {
        made(pick, "bdi", "", name);
        made(pick, "small", "dim", `${label.slice(name.length)} ${experiment}`);
      },
      choose: ({ id }) => choose(id),
    });
  }

  runfolio.runPicker = { open, words };
}
