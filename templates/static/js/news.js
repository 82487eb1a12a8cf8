// News: pages that `sitegen serve` sends ask whether they changed, and show it without losing the view.
// Started  by a line that the server puts behind this script: runfolio.news(). Sites on disk never ask.
// Loads    /news.js?page=…&seen=… every few seconds, which calls runfolio.news({changed: true or false})
// Keeps    the scroll position in sessionStorage over a reload; what else the page shows is in location.hash
"use strict";
{
  const EVERY_MS = 2500;
  const SLOWEST_MS = 30000; // between tries while the server does not answer
  const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
  const PLACE = `runfolio:place:${location.pathname}`;
  const RELOADED = `runfolio:reloaded:${location.pathname}`;

  let wait = EVERY_MS;
  let changed = false;
  let pressed = false; // a pointer is down: something is dragged

  /** The second in which the server last changed this page, by the header that came with it. */
  function seen() {
    return String(Math.floor(Date.parse(document.lastModified) / 1000));
  }

  function stored(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden
    }
  }

  function store(key, value) {
    try {
      sessionStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  }

  /** Whether somebody is in the middle of something that a reload would take away. */
  function busy() {
    const focus = document.activeElement;
    const typing = focus !== null && focus.matches("input:not([type=checkbox]), textarea, select");
    const reading = document.querySelector("dialog[open], [role=dialog], [data-overlay] [data-pinned]") !== null;
    return document.hidden || typing || pressed || reading || getSelection()?.isCollapsed === false;
  }

  function show() {
    if (!changed || busy()) return;
    const now = seen();
    if (stored(RELOADED) === now) return; // it came back the same: once is enough
    store(PLACE, JSON.stringify([scrollX, scrollY]));
    if (store(RELOADED, now)) location.reload();
  }

  function ask() {
    if (document.hidden) {
      setTimeout(ask, wait);
      return;
    }
    const script = document.createElement("script");
    const page = encodeURIComponent(location.pathname);
    script.src = `/news.js?page=${page}&seen=${seen()}&at=${Date.now()}`;
    script.onload = () => {
      script.remove();
      wait = EVERY_MS;
      setTimeout(ask, wait);
    };
    script.onerror = () => {
      script.remove();
      wait = Math.min(2 * wait, SLOWEST_MS);
      setTimeout(ask, wait);
    };
    document.head.append(script);
  }

  function restorePlace() {
    try {
      const place = JSON.parse(stored(PLACE) ?? "null");
      sessionStorage.removeItem(PLACE);
      if (Array.isArray(place)) scrollTo(Number(place[0]) || 0, Number(place[1]) || 0);
    } catch {
      // nothing was kept
    }
  }

  (window.runfolio ??= {}).news = (answer) => {
    if (answer) {
      changed = answer.changed === true;
      show();
    } else if (location.protocol === "http:" && LOOPBACK.includes(location.hostname)) {
      restorePlace();
      document.addEventListener("visibilitychange", show);
      document.addEventListener("focusout", () => setTimeout(show, 0));
      addEventListener("pointerdown", () => (pressed = true), true);
      for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (pressed = false), true);
      ask();
    }
  };
}
