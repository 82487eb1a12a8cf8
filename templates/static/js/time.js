// Time: words the times of the page in the reader's zone, and finds the runs that are lost.
// Reads    time[data-time] with datetime: "ago" (2 h ago), "brief" (20:51 or Nov 22), "local" (to the minute), "full" (to the second)
//          [data-status="running"] with data-alive, data-last: alive unknown and silent for ten minutes is lost,
//          which [data-lost] in the same header then explains
// Gives    runfolio.time
"use strict";
{
  const runfolio = (window.runfolio ??= {});
  const MINUTE = 60_000;
  const SILENT = 10 * MINUTE;

  const two = (number) => String(number).padStart(2, "0");
  const day = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const minute = (date) => `${two(date.getHours())}:${two(date.getMinutes())}`;

  /** A time in the reader's zone, to the minute. */
  function local(ms) {
    const date = new Date(ms);
    return `${day(date)} ${minute(date)}`;
  }

  /** The same to the second. */
  const full = (ms) => `${local(ms)}:${two(new Date(ms).getSeconds())}`;

  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]; // prettier-ignore

  let onPaper = false; // where no day is today

  /** The same for a narrow column, as mail programs have it: "20:51" today, "Nov 22" this year, "2025-11-22". */
  function brief(ms, now = Date.now()) {
    const [date, today] = [new Date(ms), new Date(now)];
    if (onPaper) return local(ms);
    if (day(date) === day(today)) return minute(date);
    return date.getFullYear() === today.getFullYear() ? `${MONTHS[date.getMonth()]} ${date.getDate()}` : day(date);
  }

  /** A time as printed pages have it: "2026-11-22 20:51:07 UTC". */
  const utc = (ms) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;

  /** How long ago a time was, as a person says it; the date when it is more than a month. */
  function ago(ms, now = Date.now()) {
    const age = now - ms;
    if (age < -5 * MINUTE || age > 31 * 1440 * MINUTE) return day(new Date(ms));
    if (age < MINUTE) return "just now";
    if (age < 60 * MINUTE) return `${Math.floor(age / MINUTE)} min ago`;
    if (age < 1440 * MINUTE) return `${Math.floor(age / MINUTE / 60)} h ago`;
    return `${Math.floor(age / MINUTE / 1440)} d ago`;
  }

  /** Since when a run that never said how it ended is given up for lost: "20:51", "2026-11-22 20:51". */
  function since(ms, now = Date.now()) {
    return day(new Date(ms)) === day(new Date(now)) ? minute(new Date(ms)) : local(ms);
  }

  /** Whether a run is lost as far as a page can tell. */
  const silent = (alive, last, now = Date.now()) => alive !== true && now - last > SILENT;

  function wordTime(element) {
    const ms = Date.parse(element.dateTime);
    if (Number.isNaN(ms)) return;
    const how = element.dataset.time;
    const whole = full(ms);
    element.textContent = { ago: ago(ms), brief: brief(ms), local: local(ms) }[how] ?? whole;
    if (how === "brief") element.title = `${whole}, ${utc(ms)}`;
  }

  function wordStatus(element) {
    const last = Date.parse(element.dataset.last);
    if (Number.isNaN(last)) return;
    if (silent(element.dataset.alive === "yes", last)) {
      element.dataset.status = "lost";
      element.textContent = "brief" in element.dataset ? "lost" : `lost since ${since(last)}`;
      element.title = `No sign of life since ${local(last)}; it never said how it ended.`;
      element.closest("header")?.querySelector("[data-lost]")?.removeAttribute("hidden");
    } else element.title = `Last sign of life ${ago(last)}`;
  }

  /** Word all times and states below an element. */
  function word(root = document) {
    root.querySelectorAll("time[data-time]").forEach(wordTime);
    root.querySelectorAll('[data-status="running"][data-last]').forEach(wordStatus);
  }

  runfolio.time = { ago, full, local, utc, silent, word };
  word();
  setInterval(word, MINUTE);
  for (const [event, printing] of [["beforeprint", true], ["afterprint", false]]) // prettier-ignore
    addEventListener(event, () => {
      onPaper = printing;
      word();
    });
}
