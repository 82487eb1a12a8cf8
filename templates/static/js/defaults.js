// Defaults: this board as lines of TOML that make it the board of the experiment by default; the sheet that shows them.
// Gives    runfolio.defaults  toml(table): text, "" when nothing differs; open()
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { address, copied, data, dialog, fields, hover, layout, options, settings, smooth, titles, view } = runfolio;
  const { made } = hover;

  const SHORT = new Map([["\b", "\\b"], ["\t", "\\t"], ["\n", "\\n"], ["\f", "\\f"], ["\r", "\\r"], ['"', '\\"'], ["\\", "\\\\"]]); // prettier-ignore
  const LONGEST = 250; // letters of a title

  const code = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;

  /** A text as a TOML basic string. What no file can hold, half a surrogate pair, becomes a replacement character. */
  const quoted = (text) =>
    `"${text.toWellFormed().replace(/[\u0000-\u001f\u007f"\\]/g, (letter) => SHORT.get(letter) ?? code(letter))}"`;

  /** Options as an inline table, amounts of smoothing as they are drawn; "" for none. */
  function inline(values, card) {
    const words = [...values].map(([name, value]) => {
      const drawn = name === "smooth" ? smooth.amount(view.option("smoother", card), value) : value;
      return `${name} = ${quoted(options.get(name).format(drawn))}`;
    });
    return words.length ? `options = { ${words.join(", ")} }` : "";
  }

  const builtCards = () => address.initial().cards;

  const isPicture = (card) => view.option("kind", card) !== "curves";

  /** The metrics that a card shows; those that its legend has switched off are none of the saved card's. */
  const metricsOf = (card) => card.metrics.filter((metric) => isPicture(card) || !card.hidden.has(`m${metric}`));

  /** Whether a card shows something: metrics, or runs. */
  const isFilled = (card) => metricsOf(card).length > 0 || isPicture(card);

  /** The options of a card; a picture names its axes, those that it chose by itself, too. */
  function optionsOf(card) {
    if (!isPicture(card) || card.options.has("axes")) return card.options;
    return new Map([...card.options, ["axes", fields.defaults(view.option("kind", card), card)]]);
  }

  /** Whether a board shows other cards than the page does by itself. */
  function rearranged(cards) {
    const words = (card) => JSON.stringify([card.key, metricsOf(card), inline(card.options, card)]);
    const built = builtCards().filter(isFilled);
    return cards.length !== built.length || cards.some((card, at) => words(card) !== words(built[at]));
  }

  function titleOf(card) {
    if (card.base === null && isPicture(card)) return runfolio.board.cards.get(card.key)?.title.textContent ?? "";
    return titles.of(card);
  }

  /** Names of the metrics that a reader took from the board, with their cards or in a legend, and those that it did not show before. */
  function hidden(listed) {
    const there = new Set(listed.flatMap(metricsOf));
    const off = view.state.cards.flatMap((card) => (card.off ? card.metrics : card.metrics.filter((metric) => !metricsOf(card).includes(metric))));
    const names = off.filter((metric) => !there.has(metric)).map((metric) => data.page.metrics[metric].name);
    return [...new Set([...(data.page.hide ?? []), ...names])];
  }

  /** Whether nothing stands below the listed cards by itself: a picture of runs that is hidden would come back there. */
  const alone = () => data.page.rest === "none" || view.state.cards.some((card) => card.off && !card.metrics.length);

  /** The lines; `table` is "tool.sitegen.boards" in pyproject.toml, "boards" in sitegen.toml. */
  function toml(table) {
    const cards = layout.sections(view.state, "").flatMap((section) => section.cards).filter(isFilled);
    const board = inline([...view.state.options].filter(([name]) => !settings.CARD_ONLY.includes(name)));
    const listed = data.page.configured || rearranged(cards) ? cards : []; // these lines stand in the place of the configured ones
    const hide = hidden(listed);
    if (!board && !listed.length && !hide.length) return "";
    const lines = [`[[${table}]]`];
    if (data.page.experiment) lines.push(`experiment = ${quoted(data.page.experiment)}`);
    if (board) lines.push(board);
    const names = (all) => `[${all.map(quoted).join(", ")}]`;
    if (hide.length) lines.push(`hide = ${names(hide)}`);
    if (listed.length && alone()) lines.push('rest = "none"');
    for (const card of listed) {
      const title = titleOf(card);
      lines.push(`[[${table}.cards]]`);
      if (title && title.length <= LONGEST) lines.push(`title = ${quoted(title)}`); // else it is made from the metrics
      if (card.section) lines.push(`section = ${quoted(card.section)}`);
      const shown = metricsOf(card).map((metric) => data.page.metrics[metric].name);
      if (shown.length) lines.push(`metrics = ${names(shown)}`);
      const own = inline(optionsOf(card), card);
      if (own) lines.push(own);
    }
    return `${lines.join("\n")}\n`;
  }

  // keys of the view that are no part of a board, and what they hold
  const LEFT_OUT = new Map([
    ["find", "the filter of the table"], ["sort", "the order of rows"], ["cols", "the columns of the table"], ["pins", "runs kept on top"],
    ["baseline", "the baseline"], ["brush", "limits of runs by their values"], ["cards", "which cards are looked for"],
  ]); // prettier-ignore

  /** What this board shows and the lines cannot say; of what is not set only what anybody may expect there. */
  function leftOut() {
    const off = view.state.cards.some((card) => !card.off && [...card.hidden].some((word) => word[0] === "r"));
    const set = [...LEFT_OUT].flatMap(([key, what]) => (view.get(key) === null ? [] : [what]));
    return `Not part of it: ${["which runs are drawn", "whether zoom is linked", ...(off ? ["runs switched off in a legend"] : []), ...set].join(", ")}.`;
  }

  const FILES = [["pyproject.toml", "tool.sitegen.boards"], ["sitegen.toml", "boards"]]; // prettier-ignore

  function open() {
    dialog.open({ name: "defaults", title: "Save as board" }, (sheet) => {
      if (!toml(FILES[0][1])) {
        made(sheet, "p", "", "This board is as the page makes it by itself: there is nothing to save. Add metrics, move or size cards, choose a scale, then come back.");
        made(sheet, "p", "", leftOut());
        return null;
      }
      made(sheet, "p", "", "These lines make what you see the board of this experiment for everybody, from the next build on.");
      made(sheet, "p", "", leftOut());
      const field = made(sheet, "label", "defaults__file", "put them into ");
      const file = made(field, "select", "field");
      for (const [name, table] of FILES) made(file, "option", "", name).value = table;
      const code = made(sheet, "pre", "code");
      code.tabIndex = 0;
      const show = () => (code.textContent = toml(file.value));
      file.addEventListener("change", show);
      show();
      const copy = made(sheet, "button", "button", "copy");
      copy.type = "button";
      copy.addEventListener("click", async () => {
        copy.textContent = (await copied(code.textContent)) ? "copied" : "select the lines and copy them";
        setTimeout(() => (copy.textContent = "copy"), 2000);
      });
      return copy;
    });
  }

  runfolio.defaults = { toml, open };
}
