// Toolbar: how all curves are drawn, new cards, and the link to what is shown.
// Reads    [data-toolbar]
// Gives    runfolio.toolbar  start(cards): cards is the map of the board's, by their keys
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { button, copied, data, groupby, hover, keys, kinds, later, options, picker, place } = runfolio;
  const { smoother, view, zoom } = runfolio;
  const { made } = hover;

  function toolbar(cards) {
    const bar = document.querySelector("[data-toolbar]");
    if (!bar) return;
    const fold = button(bar, "Charts ⋯", () => fold.setAttribute("aria-expanded", String(bar.toggleAttribute("data-open"))));
    fold.classList.add("chart-toolbar__fold");
    fold.setAttribute("aria-expanded", "false");
    const x = made(field(bar, "x axis"), "select", "chart-toolbar__x");
    for (const [value, word] of options.get("x").choices) made(x, "option", "", word).value = value;
    const group = made(x, "optgroup");
    group.label = "a metric";
    const offer = () => group.replaceChildren(...data.page.metrics.map(({ name }, number) => Object.assign(made(null, "option", "", data.called(number)), { value: `metric:${name}` })));
    offer();
    document.addEventListener("data:change", offer);
    if (data.page.metrics.every((metric) => place.ownAxis(metric) === "step")) x.options[0].remove();
    x.addEventListener("change", () => {
      const plain = x.value === "step" && !x.querySelector("[value=auto]");
      view.choose("x", plain ? "auto" : x.value);
    });

    smoother.slider(field(bar, "smoothing"));

    const logarithm = made(field(bar, "log y", true), "input");
    logarithm.type = "checkbox";
    logarithm.parentElement.prepend(logarithm);
    logarithm.addEventListener("change", () => view.choose("y", logarithm.checked ? "log" : "linear"));

    const link = made(field(bar, "link zoom", true), "input");
    link.type = "checkbox";
    link.parentElement.prepend(link);
    link.addEventListener("change", () => zoom.link(link.checked));

    const grouping = field(bar, "group by");
    const more = (option) => later.press(all, ({ settings }) => settings.open(all, null, option));
    const all = button(made(bar, "span", "chart-toolbar__new"), "settings", () => more(null));
    groupby.attach(grouping, () => more("group"));
    all.setAttribute("aria-expanded", "false");
    const add = button(made(bar, "span", "chart-toolbar__new"), "new card…", () =>
      picker.open(add, {
        taken: new Set(),
        first: (panel, close) =>
          kinds.choices(panel, (chosen) => {
            close(true);
            const key = view.addCard([], chosen);
            cards.get(key)?.figure.scrollIntoView({ block: "nearest" });
          }),
        choose: (metric) => {
          const key = view.addCard([metric]);
          cards.get(key)?.figure.scrollIntoView({ block: "nearest" });
        },
      }),
    );
    add.setAttribute("aria-expanded", "false");
    const copy = button(bar, "copy link", async () => {
      copy.textContent = (await copied(view.link())) ? "copied" : "copy it from the address bar";
      setTimeout(() => (copy.textContent = "copy link"), 2000);
    });
    copy.dataset.copyLink = "";
    if (data.page.experiment) {
      const keep = button(bar, "save as board…", () => later.press(keep, ({ defaults }) => defaults.open()));
    }
    const reset = button(bar, "reset view", () => view.reset());

    let lit = null; // runs
    document.addEventListener("run:hover", ({ detail }) => (lit = detail));
    const RUNS = "[data-runs-tools] input[type=search]:not([hidden])";
    const CARDS = "[data-find-cards]:not([hidden])";
    const find = () => (document.querySelector(keys.card() === null ? RUNS : CARDS) ?? document.querySelector(`${RUNS}, ${CARDS}`)).focus();
    const table = document.querySelector("[data-runs-table]");
    keys.add("board", [["/", "find runs in the table", find]], RUNS);
    keys.add("board", [["/", `find cards${table ? " when the focus is on one" : ""}`, find]], CARDS);
    keys.add("board", [
      ["h", `draw no longer what is lit: ${table ? "the run of the row with the focus, " : ""}the line under the pointer`, () => {
        const kept = [...view.state.runs].filter((run) => !lit?.includes(run));
        if (kept.length === view.state.runs.size) return false;
        view.setRuns(kept);
      }],
      ["n", "new card", () => add.click()],
      ["l", "copy the link to what is shown", () => copy.click()],
    ], "[data-toolbar]:not([hidden])"); // prettier-ignore

    const ofCurves = [x, logarithm, link, ...bar.querySelectorAll("input[type=range]")];

    /** What bars and pictures of runs do not follow cannot be chosen where no card has a series of two points. */
    function ask() {
      const curves = view.state.cards.filter((card) => !card.off && !kinds.of(card));
      const one = ({ metrics }) => metrics.every((metric) => [...view.state.runs].every((run) => data.total(run, metric) < 2));
      const idle = view.state.runs.size > 0 && curves.length > 0 && curves.every(one);
      for (const control of ofCurves) {
        control.disabled = idle;
        control.parentElement.title = idle ? "for curves: each run has one point" : "";
      }
    }

    function follow() {
      ask();
      const value = view.option("x");
      x.value = value === "auto" && !x.querySelector("[value=auto]") ? "step" : value;
      logarithm.checked = ["log", "clip"].includes(view.option("y"));
      link.checked = zoom.linked();
      reset.hidden = view.isReset();
    }
    document.addEventListener("view:change", follow);
    follow();
  }

  function field(parent, word, after = false) {
    const label = made(parent, "label", "chart-toolbar__field");
    const text = made(label, "span", "", word);
    if (after) label.append(text);
    return label;
  }

  runfolio.toolbar = { start: toolbar };
}
