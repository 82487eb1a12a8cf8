// Settings: a panel with every option of a card, or of the board, that opens under a button.
// Gives    runfolio.settings  open(button, key, option): of the card with this key; null: of the board; option:
//          the name of the one that gets the focus, or null for the first; CARD_ONLY: names
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { data, fields: runFields, groups, hover, kinds, lines, options, place, popover, smooth, view } = runfolio;
  const { made } = hover;

  const GROUPS = [["x", "x axis"], ["y", "y axis"], ["smoothing", "Smoothing"], ["groups", "Groups"], ["look", "Colours and lines"], ["card", "Card"]]; // prettier-ignore
  const AS_BOARD = "as the board";
  const CARD_ONLY = ["kind", "axes", "size", "pin"];
  const OF_PICTURES = new Map([["bars", ["group", "color"]], ["scatter", ["xscale", "y", "group"]], ["parallel", ["color"]]]); // what else they follow

  const OF_CURVES = ["x", "y", "smoothing"]; // groups of options, and …
  const OF_LINES = ["line", "panel"]; // … options that bars of single values have no use for

  const isOfCurves = (name) => OF_CURVES.includes(options.get(name).group) || OF_LINES.includes(name);

  /** Whether a card draws bars by itself. */
  const isBars = (card) => !kinds.of(card) && lines.single(lines.styled(view.state, card, null).filter(({ shown }) => shown));

  const grouped = (card) => (groups.active(view.option("group", card)) ? "" : "when grouped");

  /** Why a scatter takes no scale; "" where it does. */
  function scaled(card, slot) {
    const words = view.option("axes", card);
    const field = runFields.of((words.length ? words : runFields.defaults("scatter", card))[slot] ?? "");
    return field?.numeric && field.kind !== "time" ? "" : "for numbers";
  }

  // options that may change nothing as things are → when they would; "" where they do
  const WHEN = new Map([
    ["center", grouped],
    ["band", grouped],
    ["xscale", (card) => (kinds.of(card) ? scaled(card, 0) : place.axisOf(card) === "time" ? "not for wall time" : "")],
    ["y", (card) => (kinds.of(card) ? scaled(card, 1) : view.option("normal", card) === "on" ? "when as logged" : "")],
  ]); // prettier-ignore

  /** Options that change nothing now cannot be chosen, and say when they can; those of the board, where that is so on all cards. */
  function idle(panel, key) {
    const cards = key === null ? view.state.cards.filter((card) => !card.off && !kinds.of(card)) : [view.card(key)];
    const curves = key === null ? cards.filter((card) => !isBars(card)) : cards;
    for (const row of panel.querySelectorAll("[data-option]")) {
      const name = row.dataset.option;
      const ofCurves = isOfCurves(name) && cards.length > 0 && !curves.length;
      if (!ofCurves && !WHEN.has(name)) continue;
      const found = ofCurves ? ["for curves"] : (isOfCurves(name) ? curves : cards).map(WHEN.get(name));
      const said = found.every(Boolean) ? found[0] : undefined;
      row.querySelector("small").textContent = said ? ` ${said}` : "";
      for (const control of row.querySelectorAll("select, input")) control.disabled = Boolean(said);
    }
  }

  /** Names of the options that do something: for a card, or for the board. */
  function namesFor(card) {
    if (!card) return [...options.keys()].filter((name) => !CARD_ONLY.includes(name));
    const kind = kinds.of(card);
    if (kind) return [...CARD_ONLY, ...OF_PICTURES.get(kind)];
    const bars = isBars(card);
    return [...options.keys()].filter((name) => name !== "axes" && !(bars && isOfCurves(name)) && (name !== "kind" || runfolio.columns));
  }

  /** What an option with named values may name: [["param:depth", "depth"], …]. */
  function fields(prefixes) {
    const metrics = prefixes.includes("metric:") ? data.page.metrics.map(({ name }, number) => [`metric:${name}`, data.called(number)]) : [];
    return [...metrics, ...(runfolio.columns?.fields(prefixes) ?? [])];
  }

  function select(option, choices, now, choose, none) {
    const element = made(null, "select");
    if (none) made(element, "option", "", none).value = "";
    for (const [word, label] of choices) made(element, "option", "", label).value = word;
    const named = option.kinds ? fields(option.kinds) : [];
    if (named.length) {
      const group = made(element, "optgroup");
      group.label = option.kinds.includes("metric:") ? "a metric" : "a param or tag";
      for (const [word, label] of named) made(group, "option", "", label).value = word;
    }
    element.value = now ?? "";
    element.addEventListener("change", () => choose(element.value === "" ? null : element.value));
    return [element];
  }

  function amount(now, choose, most) {
    const element = made(null, "input", "field");
    Object.assign(element, { type: "number", min: 0, max: most, step: "any", value: now ?? "" });
    element.addEventListener("change", () => {
      if (element.value !== "") element.value = Math.min(Math.max(element.value, 0), most); // what is drawn
      choose(element.value === "" ? null : Number(element.value));
    });
    return [element];
  }

  /** Two fields. Of a pair that is no range nothing is taken, and a line below says why. */
  function ends(label, now, choose) {
    const wrong = made(null, "p", "settings__row settings__none", "not taken: “from” must lie below “to”");
    wrong.setAttribute("role", "alert");
    const inputs = [0, 1].map((at) => {
      const element = made(null, "input", "field");
      Object.assign(element, { type: "number", step: "any", value: now?.[at] ?? "", placeholder: ["from", "to"][at] });
      element.setAttribute("aria-label", `${label}, ${["from", "to"][at]}`);
      return element;
    });
    const both = () => inputs.map(({ value }) => (value === "" ? null : Number(value)));
    for (const input of inputs) {
      input.addEventListener("change", () => {
        const [low, high] = both();
        const isWrong = low !== null && high !== null && low >= high;
        for (const each of inputs) each.setAttribute("aria-invalid", isWrong);
        if (isWrong) return input.parentElement.after(wrong); // what was taken before stays
        wrong.remove();
        choose(low === null && high === null ? null : [low, high], { of: wrong }); // both ends are one step
      });
    }
    return inputs;
  }

  function ticks(option, now, choose) {
    const box = made(null, "span", "settings__ticks");
    const entries = [...option.words.filter((word) => word !== "none").map((word) => [word, word === "seeds" ? "all but seeds" : word]), ...fields(option.kinds)];
    const taken = new Set(now);
    for (const [word, label] of entries) {
      const field = made(box, "label", "settings__tick");
      const input = made(field, "input");
      input.type = "checkbox";
      input.checked = taken.has(word);
      made(field, "bdi", "", label);
      input.addEventListener("change", () => {
        if (input.checked) taken.add(word);
        else taken.delete(word);
        choose(taken.size ? [...taken] : null);
      });
    }
    return entries.length ? [box] : [made(null, "span", "settings__none", "no param or tag differs")];
  }

  function row(parent, name, key) {
    const option = options.get(name);
    const card = key === null ? null : view.card(key);
    const only = CARD_ONLY.includes(name);
    const own = card && !only ? card.options.get(name) : view.option(name, card);
    const choose = (value, how) => {
      if (name === "kind") return turned(parent, key, value);
      if (name !== "smoother") {
        view.choose(name, value, key, how);
        return idle(parent, key);
      }
      runfolio.smoother.choose(value, key);
      parent.querySelector('[data-option="smooth"]').replaceWith(row(document.createDocumentFragment(), "smooth", key));
    };
    const line = made(parent, "div", "settings__row");
    line.dataset.option = name;
    const kind = smooth.KINDS.get(view.option("smoother", card)); // of smoothing: its unit
    const list = "words" in option;
    const picture = card && kinds.of(card); // its lines are runs, its scales its own
    const scale = picture && ["xscale", "y"].includes(name);
    const first = picture && name === "color" ? ["auto", picture === "bars" ? "runs, or groups" : "the last axis"] : name === "kind" && isBars(card) ? ["curves", "bars: one point in each run"] : null;
    const choices = scale ? options.get("xscale").choices : first ? [first, ...(picture ? [] : option.choices.slice(1))] : option.choices;
    const none = scale ? "as values ask" : only || !card ? "" : AS_BOARD;
    const label = made(line, list ? "span" : "label", "settings__label", name === "smooth" ? kind.unit : option.label);
    if (WHEN.has(name) || isOfCurves(name)) made(label, "small", "settings__none");
    const controls = option.choices
      ? select(option, choices, scale && own === "clip" ? "log" : own, choose, none)
      : list
        ? name === "axes"
          ? runfolio.axeslist(card, choose)
          : ticks(option, own ?? [], choose)
        : typeof option.initial === "number"
          ? amount(own, choose, kind.limit)
          : ends(option.label, own, choose);
    if (controls.length === 1 && !list) label.append(controls[0]);
    else line.append(...controls);
    return line;
  }

  /** All rows; those of a picture begin with what it is made of. */
  function fill(panel, key) {
    const card = key === null ? null : view.card(key);
    const names = namesFor(card);
    const groups = card && kinds.of(card) ? [GROUPS.at(-1), ...GROUPS.slice(0, -1)] : GROUPS;
    panel.replaceChildren();
    for (const [group, title] of groups) {
      const shown = names.filter((name) => options.get(name).group === group);
      if (shown.length) made(panel, "h2", "settings__title", title);
      for (const name of shown) row(panel, name, key);
    }
    idle(panel, key);
  }

  /** Another kind of picture has other options. */
  function turned(panel, key, kind) {
    view.choose("kind", kind, key);
    fill(panel, key);
    panel.querySelector('[data-option="kind"] select').focus();
  }

  function open(button, key, option = null) {
    const label = key === null ? "how cards are drawn" : "how this card is drawn";
    popover.open(button, { name: "settings", label }, (panel) => {
      fill(panel, key);
      return panel.querySelector(`${option ? `[data-option="${option}"] ` : ""}:is(select, input)`);
    });
  }

  runfolio.settings = { CARD_ONLY, open };
}
