// Axes list: the setting of what a picture is made of: x, y and colour of a scatter; as many axes as one likes, else.
// Gives    runfolio.axeslist(card, choose) → elements of the settings panel
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const { fields, hover, kinds, view } = runfolio;
  const { made } = hover;

  function select(label, now, none) {
    const element = made(null, "select");
    element.setAttribute("aria-label", label);
    if (none) made(element, "option", "", none).value = "";
    const known = fields.all();
    if (now && !known.some(([word]) => word === now)) known.push([now, fields.of(now)?.label ?? now]);
    for (const [word, name] of known) made(element, "option", "", name).value = word;
    element.value = now ?? "";
    return element;
  }

  runfolio.axeslist = (card, choose) => {
    const box = made(null, "span", "axes-list");
    if (!fields.all().length) {
      box.textContent = "this page has no table of runs";
      return [box];
    }
    const slots = () => kinds.SLOTS[view.option("kind", card)];
    const chosen = [...view.option("axes", card)];
    const words = chosen.length ? chosen : fields.defaults(view.option("kind", card), card);

    function write() {
      choose(words.length ? [...words] : null);
      fill();
    }

    function fill() {
      const named = slots();
      const rows = words.map((word, at) => {
        const row = made(null, "span", "axes-list__row");
        if (named) made(row, "span", "axes-list__slot", named[at] ?? "");
        const element = select(named?.[at] ?? `axis ${at + 1}`, word);
        row.append(element);
        element.addEventListener("change", () => {
          words[at] = element.value;
          write();
        });
        if (!named || at > 1) {
          const remove = runfolio.button(row, "×", () => {
            words.splice(at, 1);
            write();
          });
          remove.setAttribute("aria-label", `remove axis ${at + 1}`);
        }
        return row;
      });
      if (!named || words.length < named.length) {
        const row = made(null, "span", "axes-list__row");
        const what = named?.[words.length] ?? "axis";
        if (named) made(row, "span", "axes-list__slot", what);
        const element = select(`add ${what}`, "", named ? "none" : "add…");
        element.addEventListener("change", () => {
          words.push(element.value);
          write();
        });
        row.append(element);
        rows.push(row);
      }
      box.replaceChildren(...rows);
    }

    fill();
    return [box];
  };
}
