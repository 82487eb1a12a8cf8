"""Promise: an experiment page of 200 runs × 5 metrics × 1,000 steps shows its first chart within 1 s; a card
of 20 series is drawn anew within 200 ms, one of 200 within 500 ms; the pointer never waits.

Pages are opened in Chromium from disk, as by a double click, each in a fresh profile. *Drawn anew* is from
the change of the view (a run ticked, another smoothing) until the frame in which the first card shows it, and
all cards in the window, which is no promise. A *move* is what the page works for one move of the pointer.

Each promise is a function from a page that can be opened to rows; `PROMISES` lists them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from sitegen.build import build
from stores import fill
from table import Options, Row, main, median

FEW, MANY = 10, 100  # runs whose two metrics on the first card are 20 and 200 series
CHANGES = (  # what, there, back again
    ("a run ticked", "runfolio.view.toggleRun(1)", "runfolio.view.toggleRun(1)"),
    ("another smoothing", "runfolio.view.choose('smooth', 0.6)", "runfolio.view.choose('smooth', 0.9)"),
)
MAIN_THREAD = "work of the main thread"
PAINTED = """() => {
  window.firstChart = new Promise((resolve) => new MutationObserver((records) => {
    const drawn = records.some(({ target }) => target.dataset.drawn === "true");
    if (drawn) requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-drawn"] }));
}"""
ANEW = """async (change) => {
  const { board } = runfolio;
  const seen = [...board.cards.values()].filter(({ figure }) => {
    const { top, bottom } = figure.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  const turns = seen.map(({ figure }) => figure.dataset.turn);
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const started = performance.now();
  new Function(change)();
  let first = null;
  while (seen.some(({ figure }, at) => figure.dataset.turn === turns[at])) {
    await frame();
    if (first === null && seen[0].figure.dataset.turn !== turns[0]) first = performance.now() - started;
  }
  return [first, performance.now() - started];
}"""
MOVES = """(moves) => {
  const [{ plot, drawn: { box } }] = [...runfolio.board.cards.values()];
  const { left, top } = plot.getBoundingClientRect();
  const over = plot.querySelector(".chart-over");
  const move = (at) => new Promise((resolve) => {
    const part = 0.05 + 0.9 * ((at * 0.618) % 1);
    const place = { clientX: left + box.left + part * box.width, clientY: top + box.top + part * box.height };
    over.dispatchEvent(new PointerEvent("pointermove", { ...place, bubbles: true }));
    requestAnimationFrame(() => setTimeout(resolve));
  });
  let all = Promise.resolve();
  for (let at = 0; at < moves; at++) all = all.then(() => move(at));
  return all;
}"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page of a site to be opened, again and again."""

    browser: Browser
    page: Path
    repeats: int

    @contextmanager
    def at(self, fragment: str = "") -> Iterator[Page]:
        """The page at an address, in a fresh profile, once its first card is drawn."""
        context = self.browser.new_context(viewport={"width": 1400, "height": 900})
        page = context.new_page()
        page.add_init_script(f"({PAINTED})()")
        page.goto(self.page.as_uri() + fragment, wait_until="commit")
        page.wait_for_selector('figure[data-drawn="true"]', timeout=120_000)
        yield page
        context.close()


def first_chart(opened: Opened) -> list[Row]:
    times = []
    for _ in range(opened.repeats):
        with opened.at() as page:
            times.append(page.evaluate("window.firstChart"))
    return [Row("first chart", median(times), "ms", most=1000, details="ten runs drawn, cold")]


def drawn_anew(opened: Opened) -> list[Row]:
    rows = []
    for runs, most in ((FEW, 200), (MANY, 500)):
        with opened.at() as page:
            series = _draw(page, runs)
            work = _MainThread(page)
            for what, there, back in CHANGES:
                _times(page, there, back, 1)  # the first one compiles
                before = work.spent()
                times = _times(page, there, back, opened.repeats)
                spent = (work.spent() - before) / len(times)
                name = f"{what}, {series} series"
                rows += [
                    Row(name, median([first for first, _ in times]), "ms", most=most),
                    Row(name, median([last for _, last in times]), "ms", details="all cards in the window"),
                    Row(name, spent, "ms", details=f"all cards, {MAIN_THREAD}"),
                ]
    return rows


def pointer_moves(opened: Opened) -> list[Row]:
    rows = []
    for runs in (FEW, MANY):
        with opened.at() as page:
            series = _draw(page, runs)
            work, moves = _MainThread(page), 10 * opened.repeats
            page.evaluate(MOVES, moves)  # the first ones compile
            before = work.spent()
            page.evaluate(MOVES, moves)
            spent = (work.spent() - before) / moves
            rows.append(
                Row(f"a move of the pointer, {series} series", spent, "ms", most=16, details=MAIN_THREAD)
            )
    return rows


PROMISES: tuple[Callable[[Opened], list[Row]], ...] = (first_chart, drawn_anew, pointer_moves)


def measure(options: Options) -> list[Row]:
    """Rows of all promises on one site."""
    runs, steps = (4, 50) if options.quick else (200, 1000)
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        store, site = Path(scratch) / "tracking", Path(scratch) / "public"
        fill(store, runs, steps)
        build([store], site)
        (page,) = site.glob("e/*/index.html")
        return measured(page, options.repeats)


def measured(page: Path, repeats: int) -> list[Row]:
    """Rows of all promises on a page that is there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
            timeout=120_000,
        )
        try:
            return [row for promise in PROMISES for row in promise(Opened(browser, page, repeats))]
        finally:
            browser.close()


class _MainThread:
    """What the page's main thread has worked, by its processor's clock: a busy machine does not add to it."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent(self) -> float:
        """ms since the page was opened."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return 1e3 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def _draw(page: Page, runs: int) -> int:
    """Draw the first runs; how many series that are on the first card."""
    page.evaluate(
        "(runs) => runfolio.view.setRuns(runfolio.data.page.runs.map((_, run) => run).slice(0, runs))", runs
    )
    _settle(page)
    series: int = page.evaluate("Number([...runfolio.board.cards.values()][0].figure.dataset.series)")
    return series


def _times(page: Page, there: str, back: str, repeats: int) -> list[tuple[float, float]]:
    """For changes there and back again: ms until the first card shows it, and all in the window."""
    return [tuple(page.evaluate(ANEW, change)) for _ in range(repeats) for change in (there, back)]


def _settle(page: Page) -> None:
    """Wait until nothing has been drawn for a while."""
    turns = "[...document.querySelectorAll('figure[data-turn]')].map((figure) => figure.dataset.turn).join()"
    before = None
    while before != (now := page.evaluate(turns)):
        before = now
        page.wait_for_timeout(1_500)


if __name__ == "__main__":
    main(measure, __doc__)
