// Visits: marks the runs that came since the reader's last visit to this site.
// Reads    [data-starts] rows of experiments, [data-start] rows of runs: when runs started, ms
// Writes   "2 new" into [data-new-count], data-new on rows of runs, words into [data-visit]
// Keeps    the newest start ever shown in localStorage; what was new at first stays marked for the session
"use strict";
{
  const table = document.querySelector("[data-experiments]");
  const SEEN = `runfolio:seen:${location.pathname}`;
  const SINCE = `runfolio:since:${location.pathname}`;

  /** A number kept by the browser; null where it keeps none. */
  function kept(storage, key) {
    const text = storage.getItem(key);
    return text !== null && /^\d+$/.test(text) ? Number(text) : null;
  }

  /** The newest start that was shown on an earlier visit; null on the first one. */
  function lastSeen(newest) {
    try {
      const since = kept(sessionStorage, SINCE) ?? kept(localStorage, SEEN);
      if (since !== null) sessionStorage.setItem(SINCE, since);
      localStorage.setItem(SEEN, Math.max(newest, kept(localStorage, SEEN) ?? 0));
      return since;
    } catch {
      return null; // a browser that keeps nothing marks nothing
    }
  }

  function mark(rows, since) {
    let all = 0;
    for (const row of rows) {
      const fresh = row.dataset.starts.split(" ").filter((start) => Number(start) > since).length;
      all += fresh;
      if (fresh) row.querySelector("[data-new-count]").textContent = `${fresh} new`;
    }
    for (const row of document.querySelectorAll("[data-latest] [data-start]")) {
      row.toggleAttribute("data-new", Number(row.dataset.start) > since);
    }
    const words = document.querySelector("[data-visit]");
    if (all && words) words.textContent = `${all} since your last visit`;
  }

  function look() {
    const rows = [...table.querySelectorAll("[data-starts]")];
    const since = lastSeen(Math.max(0, ...rows.map((row) => Number(row.dataset.starts.split(" ")[0]))));
    if (since !== null) mark(rows, since);
  }

  if (table) {
    look();
    document.addEventListener("page:printed", look);
  }
}
