"""Promise: the page of 10,000 runs × 60 columns shows its first rows within 1 s of the navigation; sorting
and filtering them takes 150 ms.

The page is opened from disk in Chromium with a fresh profile. *First rows* are those that the page prints: a
frame with them has been painted. *Alive* is when its scripts have all columns and rows can be sorted. An
action is timed in the page from the call that a click makes until the frame that shows it has been painted;
of each, the median of several. Main-thread CPU is beside it: on a busy machine it says more than the clock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from stores import fill_wide
from table import Options, Row, main, median

STOPWATCH = """document.addEventListener("table:list", () => (window.alive ??= performance.now()));
new PerformanceObserver((list) => (window.painted ??= list.getEntries()[0].startTime))
  .observe({ type: "paint", buffered: true });"""

TIMED = """([key, text]) => new Promise((resolve) => {
  const from = performance.now();
  document.addEventListener("table:list", () =>
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from))), { once: true });
  runfolio.view.set(key, text);
})"""

ACTIONS = (
    ("sort by a number", "sort", ("-param:rate 3", "param:rate 3")),
    ("sort by a text", "sort", ("param:kind 2", "-param:kind 2")),
    ("sort by two columns", "sort", ("param:kind 2,-param:rate 4", "-param:kind 3,param:rate 5")),
    ("filter, as a search", "find", ("params.`rate 3` < 0.5", "params.`kind 1` = 'tree'")),
    ("filter, plain words", "find", ("tree user", "net user")),
)


def measure(options: Options) -> list[Row]:
    """The page, and what is done to its table."""
    runs = 200 if options.quick else 10_000
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        store, site = Path(scratch) / "tracking", Path(scratch) / "public"
        fill_wide(store, runs)
        started = time.perf_counter()
        command = [sys.executable, "-m", "sitegen", "build", store, "-o", site]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        return [
            Row(f"build, {runs:,} runs × 60 columns", seconds, "s"),
            *page_rows(next(site.glob("e/*/index.html")), options.repeats),
        ]


def page_rows(path: Path, repeats: int) -> list[Row]:
    """What the page at a path costs."""
    painted, alive, cpu = [], [], []
    with sync_playwright() as playwright:
        for _ in range(repeats):
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
                timeout=120_000,
            )
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            clock = page.context.new_cdp_session(page)
            clock.send("Performance.enable", {"timeDomain": "threadTicks"})
            page.add_init_script(STOPWATCH)
            before = _busy(clock)
            page.goto(path.as_uri(), wait_until="commit")
            page.wait_for_function("() => window.alive && window.painted", timeout=300_000)
            cpu.append(_busy(clock) - before)
            painted.append(page.evaluate("window.painted") / 1e3)
            alive.append(page.evaluate("window.alive") / 1e3)
            if len(painted) == repeats:
                page.wait_for_timeout(1000)  # charts go on for a while
                done = [_action(page, clock, what, key, texts) for what, key, texts in ACTIONS]
            browser.close()
    return [
        Row("page, in the page's own bytes", path.stat().st_size / 1e6, "MB"),
        Row("first rows painted", median(painted), "s", most=1.0),
        Row("table alive", median(alive), "s", details=f"main thread busy {median(cpu):.1f} s"),
        *done,
    ]


def _action(page: Page, clock: CDPSession, what: str, key: str, texts: tuple[str, ...]) -> Row:
    walls, busy = [], []
    page.evaluate(TIMED, [key, texts[-1]])  # the first of a kind also loads and ranks what it needs
    for text in texts * 3:
        page.wait_for_timeout(300)
        before = _busy(clock)
        walls.append(page.evaluate(TIMED, [key, text]))
        busy.append(1e3 * (_busy(clock) - before))
    page.evaluate(TIMED, [key, ""])
    return Row(what, median(walls), "ms", most=150, details=f"main thread busy {median(busy):.0f} ms")


def _busy(clock: CDPSession) -> float:
    """Seconds that the main thread has worked."""
    metrics = clock.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


if __name__ == "__main__":
    main(measure, __doc__)
