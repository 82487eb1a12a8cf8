// Renewal: brings what a page has printed in line with a newer print of it, where it stands. Elements that did not
// change stay the same ones, with what scripts made of them: focus, scroll positions, opened details, half-typed text.
// Only on pages that `sitegen serve` sends: put before the page's own scripts, so that it sees the page as printed.
// Gives    runfolio.renewal  alike(next), take(next)   next: the newer page, a document
// Reads    [data-key]  in what is printed anew elsewhere: its text tells this from its like
// Emits    "page:printed" on document, detail = list of elements that are new: for the scripts that wire them
"use strict";
{
  // What scripts fill themselves: their own attributes follow the print, what is in them does not.
  const FILLED = "[data-toolbar], [data-card], [data-section], [data-runs-tools], [data-runs-frame], [data-runs-foot], [data-visit], [data-new-count], script";
  const WORDED = "time, [data-status]"; // scripts say these otherwise: taken as a whole
  const PARTS = ["[data-board]", "[data-runs-table]", "[data-toolbar]", "#page-data"]; // what scripts start by
  const KEYED = new Set(["tr", "figure"]); // never go on as another one

  let printed = null; // the page as last printed: a body that nothing touches
  let assets = ""; // scripts and styles that it was sent with
  const live = new WeakMap(); // node of it → node of the page

  function pair(copy, node) {
    live.set(copy, node);
    const children = [...node.childNodes];
    [...copy.childNodes].forEach((child, at) => pair(child, children[at]));
  }

  document.addEventListener("readystatechange", () => {
    if (document.readyState !== "interactive") return; // before any deferred script
    assets = assetsOf(document);
    printed = document.body.cloneNode(true);
    pair(printed, document.body);
  });

  const assetsOf = (page) => Array.from(page.querySelectorAll("head [src], head [rel=stylesheet]"), (one) => one.src || one.getAttribute("href")).join(" ");

  /** Whether scripts can go on with the newer page: it has the same ones, and the parts that they start by. */
  function alike(next) {
    const has = (body, part) => body.querySelector(part) !== null;
    return assetsOf(next) === assets && PARTS.every((part) => has(printed, part) === has(next.body, part));
  }

  /** What tells a child from its siblings wherever it stands: its name, its first link, or what it calls itself. */
  function keyOf(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return `${node.nodeName} ${node.previousSibling ? keyOf(node.previousSibling) : ""}`; // a space stays behind what it follows
    const said = node.id || node.querySelector("[data-key]")?.textContent || node.querySelector("a[href]")?.getAttribute("href");
    return `${node.localName} ${said ?? node.querySelector("th, summary, figcaption, h2, h3")?.textContent ?? ""}`;
  }

  /** For each child of the newer print the older one that goes on as it; null: there is none. */
  function matched(before, after) {
    const keys = new Map([...before, ...after].map((node) => [node, keyOf(node)]));
    const same = (one, other) => keys.get(one) === keys.get(other);
    const like = (one, other) => one.nodeName === other.nodeName && (!KEYED.has(one.localName) || same(one, other));
    if (before.length === after.length && before.every((one, at) => like(one, after[at]))) return before;
    const left = new Set(before);
    const taken = (child, fits) => {
      const found = [...left].find((one) => fits(one, child)) ?? null;
      left.delete(found);
      return found;
    };
    const first = after.map((child) => taken(child, same));
    return first.map((found, at) => found ?? taken(after[at], like));
  }

  function attributes(old, next, node) {
    for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) node.removeAttribute(name);
    for (const { name, value } of [...next.attributes]) if (old.getAttribute(name) !== value) node.setAttribute(name, value);
  }

  /** A copy of a node of the newer print, for the page. */
  function entered(next, fresh) {
    const node = document.importNode(next, true);
    pair(next, node);
    if (node.nodeType === Node.ELEMENT_NODE) fresh.push(node);
    return node;
  }

  function children(old, next, node, fresh) {
    const [before, after] = [[...old.childNodes], [...next.childNodes]];
    const from = matched(before, after);
    for (const child of before) if (!from.includes(child)) live.get(child)?.remove();
    let last = null;
    after.forEach((child, at) => {
      const standing = from[at] ? renewed(from[at], child, fresh) : entered(child, fresh);
      const early = from !== before && last?.parentNode === node && standing.parentNode === node && last.compareDocumentPosition(standing) & Node.DOCUMENT_POSITION_PRECEDING;
      if (!from[at] || early) last?.parentNode ? last.after(standing) : node.prepend(standing);
      last = standing;
    });
  }

  /** Bring the node of the page that goes with `old` in line with `next`; the node that then goes with it. */
  function renewed(old, next, fresh) {
    const node = live.get(old);
    live.set(next, node);
    if (old.isEqualNode(next)) {
      pairOn(old, next);
      return node;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (node.data !== next.data) node.data = next.data;
      return node;
    }
    if (old.matches(WORDED) || old.namespaceURI !== document.body.namespaceURI) {
      const standing = entered(next, fresh);
      node.replaceWith(standing);
      return standing;
    }
    attributes(old, next, node);
    if (old.matches(FILLED)) pairOn(old, next);
    else children(old, next, node, fresh);
    return node;
  }

  /** What goes with the nodes of the older print goes with those of the newer: they are alike. */
  function pairOn(old, next) {
    if (live.has(old)) live.set(next, live.get(old));
    const after = [...next.childNodes];
    [...old.childNodes].forEach((child, at) => after[at] && pairOn(child, after[at]));
  }

  /** Take over what a newer page says. */
  function take(next) {
    const fresh = [];
    const body = next.body.cloneNode(true);
    const focused = document.activeElement;
    renewed(printed, body, fresh);
    if (focused.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true }); // it was moved
    printed = body;
    document.title = next.title;
    window.runfolio.time?.word();
    document.dispatchEvent(new CustomEvent("page:printed", { detail: fresh }));
  }

  (window.runfolio ??= {}).renewal = { alike, take };
}
