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

  /** Whether a card shows something: metrics, or runs. */
  const isFilled = (card) => card.metrics.length > 0 || isPicture(card);

  /** The options of a card; a picture names its axes, those that it chose by itself, too. */
  function optionsOf(card) {
    if (!isPicture(card) || card.options.has("axes")) return card.options;
    return new Map([...card.options, ["axes", fields.defaults(view.option("kind", card), card)]]);
  }

  /** Whether a board shows other cards than the page does by itself. */
  function rearranged(cards) {
    const words = (card) => JSON.stringify([card.key, card.metrics, inline(card.options, card)]);
    const built = builtCards().filter(isFilled);
    return cards.length !== built.length || cards.some((card, at) => words(card) !== words(built[at]));
  }

  function titleOf(card) {
    if (card.base === null && isPicture(card)) return runfolio.board.cards.get(card.key)?.title.textContent ?? "";
    return titles.of(card);
  }

  /** Names of the metrics that a reader took from the board with their cards, and those that it did not show before. */
  function hidden(listed) {
    const there = new Set(listed.flatMap((card) => card.metrics));
    const off = view.state.cards.filter((card) => card.off).flatMap((card) => card.metrics);
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
    if (!board && !listed.length) return "";
    const lines = [`[[${table}]]`];
    if (data.page.experiment) lines.push(`experiment = ${quoted(data.page.experiment)}`);
    if (board) lines.push(board);
    const names = (all) => `[${all.map(quoted).join(", ")}]`;
    const hide = hidden(listed);
    if (hide.length) lines.push(`hide = ${names(hide)}`);
    if (listed.length && alone()) lines.push('rest = "none"');
    for (const card of listed) {
      const title = titleOf(card);
      lines.push(`[[${table}.cards]]`);
      if (title && title.length <= LONGEST) lines.push(`title = ${quoted(title)}`); // else it is made from the metrics
      if (card.section) lines.push(`section = ${quoted(card.section)}`);
      if (card.metrics.length) lines.push(`metrics = ${names(card.metrics.map((metric) => data.page.metrics[metric].name))}`);
      const own = inline(optionsOf(card), card);
      if (own) lines.push(own);
    }
    return `${lines.join("\n")}\n`;
  }

  const FILES = [["pyproject.toml", "tool.sitegen.boards"], ["sitegen.toml", "boards"]]; // prettier-ignore

  function open() {
    dialog.open({ name: "defaults", title: "Save as board" }, (sheet) => {
      if (!toml(FILES[0][1])) {
        made(sheet, "p", "", "This board is as the page makes it by itself: there is nothing to save. Add metrics, move or size cards, choose a scale, then come back.");
        return null;
      }
      made(sheet, "p", "", "These lines make what you see the board of this experiment for everybody, from the next build on. Which runs are drawn and whether zoom is linked is not part of it.");
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
