// News: pages that `sitegen serve` sends ask whether they changed, and take in what is new where they stand.
// Put before the page's own scripts by the server; sites on disk have none of it.
// Loads    /news.js?page=…&seen=… every few seconds, which calls runfolio.news({stamp, html}): html where the page changed
// Says     in a line at the foot of the window, that the server answers no more, until it does
// Reloads  where the newer page has other scripts or parts than this one, as when its first metric came. Scroll positions,
//          opened details and the focus are kept in sessionStorage meanwhile; all else that the page shows is in its address
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const EVERY_MS = 2500;
  const SLOWEST_MS = 30000; // between tries while the server does not answer
  const SLOWER = 1.6; // times as long between them, one after the other
  const SILENT = 3; // tries without an answer, in about ten seconds, after which the page says so
  const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
  const PLACE = `runfolio:place:${location.pathname}`;
  const FRAMES = ".table-frame"; // what scrolls by itself
  const FOCUSED = "a, button, input, select, summary, [tabindex]";

  let wait = EVERY_MS;
  let unanswered = 0;
  let notice = null; // made before there is anything to say, so that it is read out
  let seen = Math.floor(Date.parse(document.lastModified) / 1000); // the second in which the server last changed this page
  let newer = null; // the text of a newer page that is not shown yet
  let pressed = false; // a pointer is down: something is dragged

  /** Whether somebody is in the middle of something that news would disturb; with a reload, typing too. */
  function busy(reload) {
    const focus = document.activeElement;
    const typing = reload && focus !== null && focus.matches("input:not([type=checkbox]), textarea, select");
    const reading = document.querySelector("dialog.sheet[open], [role=dialog], [data-overlay] [data-pinned]") !== null;
    const whole = reload && document.querySelector("dialog[open]") !== null;
    return document.hidden || typing || pressed || reading || whole || getSelection()?.isCollapsed === false;
  }

  function show() {
    if (newer === null || busy(false)) return;
    const next = new DOMParser().parseFromString(newer, "text/html");
    if (!runfolio.renewal.alike(next)) return reload();
    newer = null;
    runfolio.renewal.take(next);
    const [data, index] = ["page-data", "compare-index"].map((id) => JSON.parse(next.getElementById(id)?.textContent ?? "null"));
    if (data) runfolio.data.renew(data);
    if (index) runfolio.compareAnew(index).then((found) => runfolio.data?.renew(found));
  }

  const all = (selector) => [...document.querySelectorAll(selector)];

  function reload() {
    if (busy(true)) return;
    const place = {
      scrolls: [[scrollX, scrollY], ...all(FRAMES).map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop])],
      opened: all("details").map(({ open }) => open),
      focus: all(FOCUSED).indexOf(document.activeElement),
    };
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(place));
    } catch {
      // storage may be forbidden: then the page starts at its top
    }
    location.reload();
  }

  /** After a reload, all as it was. */
  function restore() {
    try {
      const place = JSON.parse(sessionStorage.getItem(PLACE));
      sessionStorage.removeItem(PLACE);
      if (!place) return;
      all("details").forEach((element, at) => (element.open = place.opened[at] ?? element.open));
      all(FRAMES).forEach((frame, at) => frame.scrollTo(...(place.scrolls[at + 1] ?? [0, 0])));
      scrollTo(...place.scrolls[0]);
      all(FOCUSED)[place.focus]?.focus({ preventScroll: true });
    } catch {
      // nothing was kept
    }
  }

  /** A run that is known to go on takes until now, also while it logs nothing. The text stays the node that news renew. */
  function wordDurations() {
    for (const { dataset, firstElementChild: words } of all("[data-since]")) {
      words.firstChild.data = `${runfolio.numbers.duration((Date.now() - Date.parse(dataset.since)) / 1000)} so far`;
    }
  }

  function heard(answer) {
    unanswered = answer ? 0 : unanswered + 1;
    if (answer) wordDurations();
    notice.textContent = unanswered < SILENT ? "" : "No longer updated: the server has stopped.";
  }

  function ask() {
    if (document.hidden) {
      setTimeout(ask, wait);
      return;
    }
    const script = document.createElement("script");
    script.src = `/news.js?page=${encodeURIComponent(location.pathname)}&seen=${seen}&at=${Date.now()}`;
    const done = (answer) => {
      script.remove();
      heard(answer);
      wait = answer ? EVERY_MS : Math.min(SLOWER * wait, SLOWEST_MS);
      setTimeout(ask, wait);
    };
    script.onload = () => done(true);
    script.onerror = () => done(false);
    document.head.append(script);
  }

  runfolio.news = ({ stamp, html }) => {
    if (html !== undefined) [seen, newer] = [stamp, html];
    show();
  };

  if (location.protocol === "http:" && LOOPBACK.includes(location.hostname)) {
    addEventListener("load", () => {
      notice = document.createElement("p");
      notice.className = "news";
      notice.setAttribute("role", "status");
      document.body.append(notice);
      restore();
      ask();
    });
    document.addEventListener("visibilitychange", show);
    document.addEventListener("focusout", () => setTimeout(show, 0));
    addEventListener("pointerdown", () => (pressed = true), true);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (pressed = false), true);
  }
}
