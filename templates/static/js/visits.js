// Visits: marks the runs that came since the reader's last visit: to the home page, to the page of an experiment, or,
// where that is the first one, to the home page.
// Reads    [data-starts] rows of experiments, [data-start] rows of runs: when runs started, ms; runfolio.data
// Gives    runfolio.visits  isNew(run): of the runs of an experiment's page
// Writes   "2 new" into [data-new-count], data-new on rows of runs, words into [data-visit]
// Keeps    the newest start ever shown in localStorage; what was new at first stays marked for the session
"use strict";
{
  const table = document.querySelector("[data-experiments]");
  const { data } = (window.runfolio ??= {});
  const place = (address) => new URL(address, location.href).pathname.replace(/index\.html$/, "");
  const HOME = place(document.body.dataset.root || ".");
  const [SEEN, SINCE] = ["seen", "since"].map((word) => (path) => `runfolio:${word}:${path}`);

  /** A number kept by the browser; null where it keeps none. */
  function kept(storage, key) {
    const text = storage.getItem(key);
    return text !== null && /^\d+$/.test(text) ? Number(text) : null;
  }

  /** The newest start that was shown on an earlier visit; null on the first one. */
  function lastSeen(newest) {
    try {
      const here = place("");
      const before = (path) => kept(sessionStorage, SINCE(path)) ?? kept(localStorage, SEEN(path));
      const since = before(here) ?? before(HOME);
      if (since !== null) sessionStorage.setItem(SINCE(here), since);
      localStorage.setItem(SEEN(here), Math.max(newest, kept(localStorage, SEEN(here)) ?? 0));
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
    const listed = document.querySelectorAll("[data-latest] [data-new]").length;
    const rest = listed < all ? `, ${listed} of them listed; tables of experiments mark all` : "";
    if (all && words) words.textContent = `${all} since your last visit${rest}`;
  }

  function look() {
    const rows = [...table.querySelectorAll("[data-starts]")];
    const since = lastSeen(Math.max(0, ...rows.map((row) => Number(row.dataset.starts.split(" ")[0]))));
    if (since !== null) mark(rows, since);
  }

  if (table) {
    look();
    document.addEventListener("page:printed", look);
  } else if (data?.page?.page === "experiment") {
    const since = lastSeen(Math.max(0, ...data.page.runs.map(({ started }) => started))) ?? Infinity;
    window.runfolio.visits = { isNew: (run) => data.page.runs[run].started > since };
  }
}
