// Find: which cards a question is about, by the names that stand on them; and the line above the cards that asks.
// Reads, writes  `cards` in the view
// Gives    runfolio.find  asked(question) → {matches(names), fault}, bar(board, sections)
"use strict";
{
  const runfolio = (window.runfolio ??= {});

  const { hover, view } = runfolio;
  const { made } = hover;

  const FEW = 4; // cards that need no box to find them

  const folded = (text) => text.toLocaleLowerCase();

  /**
   * A question matches a name that holds it as text, or that it matches as a regular expression; letter case is
   * the same. What is no regular expression has a `fault` in words.
   */
  function asked(question) {
    if (!question) return { matches: () => true, fault: "" };
    let pattern = null;
    let fault = "";
    try {
      pattern = new RegExp(question, "iu");
    } catch (error) {
      fault = error.message.slice(error.message.lastIndexOf(": ") + 1).trim(); // the last part says what is wrong
    }
    const text = folded(question);
    const matches = (names) => names.some((name) => folded(name).includes(text) || pattern?.test(name));
    return { matches, fault };
  }

  let parts = null;

  /** The box to find cards, how many of how many match, and how many are hidden. */
  function bar(board, all) {
    if (!parts) {
      const printed = board.querySelector("[data-board-bar]");
      const root = printed ?? made(null, "div", "board__bar");
      const box = made(root, "input", "field board__find");
      Object.assign(box, { type: "search", placeholder: "find cards…" });
      box.dataset.findCards = "";
      box.setAttribute("aria-label", "find cards by name or regular expression");
      let waiting = 0;
      box.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => {
          waiting = 0;
          view.set("cards", box.value, { of: "cards" });
        }, 120);
      });
      const count = made(root, "span", "board__found");
      count.setAttribute("role", "status");
      const clear = made(root, "button", "button", "Show all");
      clear.type = "button";
      clear.addEventListener("click", () => {
        view.set("cards", null);
        box.focus();
      });
      const back = made(root, "button", "chart-tool");
      back.type = "button";
      back.addEventListener("click", () => view.showAll());
      const title = board.querySelector(":scope > h2");
      if (!printed && title) title.after(root);
      else if (!printed) board.prepend(root);
      parts = { root, box, count, clear, back };
      document.addEventListener("view:change", () => {
        if (!waiting) box.value = view.get("cards") ?? "";
      });
      box.value = view.get("cards") ?? "";
    }
    const question = view.get("cards") ?? "";
    parts.root.hidden = !question && !all.hidden && all.all <= FEW;
    parts.box.hidden = !question && all.all <= FEW;
    parts.box.setAttribute("aria-invalid", String(Boolean(all.fault)));
    parts.count.textContent = all.fault
      ? `not a regular expression (${all.fault}): all ${all.all} cards are shown`
      : question
        ? `${all.found} of ${all.all} cards${all.found ? "" : ": none has such a metric"}`
        : "";
    parts.clear.hidden = !question || all.found > 0;
    parts.back.hidden = !all.hidden;
    parts.back.textContent = `${all.hidden} hidden: show ${all.hidden === 1 ? "it" : "them"}`;
    return parts.root;
  }

  runfolio.find = { asked, bar };
}
