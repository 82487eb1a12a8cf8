"""A page that `sitegen serve` sends shows what is new, and keeps its view."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import START, RunPlan, make_run, make_store
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from logger import start_run
from sitegen.config import SiteConfig
from sitegen.kinds import EVERYTHING
from sitegen.serve import LiveSite, start

CURVE = {"train/auc": [0.5, 0.7, 0.9], "test/auc": [0.5, 0.6, 0.65]}


class Served:
    """A store, the site of it, and where it is served."""

    def __init__(self, folder: Path) -> None:
        plans = [RunPlan(CURVE, "fake box", name=f"first-{n}") for n in range(40)]
        self.store = make_store(folder, [*plans, RunPlan(CURVE, "other")])
        self.live = LiveSite([self.store], SiteConfig(publish=EVERYTHING, scan="off"))
        self.live.refresh()
        self.server = start(self.live, 0)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        self.home = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def experiment(self, slug: str = "fake-box") -> str:
        return self.home + next(path for path in self.live.snapshot.files if path.startswith(f"e/{slug}"))

    def log(self, name: str, number: int) -> None:
        make_run(self.store, RunPlan(CURVE, "fake box", name=name), START + number * 10**11, number)
        self.live.refresh()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def is_fault(message: ConsoleMessage) -> bool:
    return message.type == "error" and "news.js" not in message.location.get("url", "")


def eventually(value: Callable[[], float], page: Page, wanted: float) -> float:
    """The value, once it is what is wanted or ten seconds have gone by."""
    for _ in range(100):
        if value() == wanted:
            break
        page.wait_for_timeout(100)
    return value()


@pytest.fixture
def served(tmp_path) -> Iterator[Served]:
    site = Served(tmp_path)
    yield site
    site.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1000, "height": 500})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    yield page
    context.close()
    assert faults == []


def test_new_run_appears_on_an_open_page_which_keeps_its_address_and_its_place(served, page):
    page.goto(f"{served.experiment()}#x=relative")
    expect(page.get_by_role("link", name="first-3", exact=True).first).to_be_visible()
    page.evaluate("scrollTo(0, 200)")

    served.log("brand-new", 50)

    expect(page.get_by_role("link", name="brand-new").first).to_be_attached(timeout=30_000)
    expect(page).to_have_url(f"{served.experiment()}#x=relative")
    assert eventually(lambda: page.evaluate("scrollY"), page, 200) == 200


def test_page_that_did_not_change_is_not_loaded_again(served, page):
    page.goto(served.experiment("other"))
    page.evaluate("window.stayed = true")

    with page.expect_response(lambda answer: "/news.js" in answer.url):
        served.log("brand-new", 50)
    with page.expect_response(lambda answer: "/news.js" in answer.url, timeout=30_000):
        pass

    assert page.evaluate("window.stayed") is True


def test_reader_who_is_typing_is_not_interrupted(served, page):
    page.goto(served.experiment())
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), {id: 'typed'}))")
    page.locator("#typed").fill("half a word")

    served.log("brand-new", 50)
    with page.expect_response(lambda answer: "/news.js" in answer.url, timeout=30_000):
        pass
    kept = page.locator("#typed").input_value()
    page.evaluate("document.activeElement.blur()")

    assert kept == "half a word"
    expect(page.get_by_role("link", name="brand-new").first).to_be_attached(timeout=30_000)


def test_run_in_progress_stands_beside_the_one_before_it_and_grows(tmp_path, page, monkeypatch):
    store = tmp_path / "growing"
    monkeypatch.setenv("LOGGER_TRACKING_URI", str(store))
    for name, height in (("good", 0.9), ("earlier", 0.5), ("before", 0.4)):
        with start_run(experiment="e", run_name=name) as run:
            for step in range(5):
                run.log_metric("auc", height, step=step)
    live = LiveSite([store], SiteConfig(publish=EVERYTHING, scan="off", drawn_runs=3))
    with start_run(experiment="e", run_name="now") as run:
        run.log_metric("auc", 0.1, step=0)
        live.refresh()
        server = start(live, 0)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            place = next(path for path in live.snapshot.files if path.startswith("e/"))
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/{place}#zoom:auc=1..3")
            rows = page.locator("[data-runs-table] tbody tr")
            expect(rows.locator("th a")).to_have_text(["now", "before", "good", "earlier"])
            expect(rows.get_by_role("checkbox", checked=True)).to_have_count(3)
            expect(
                page.locator("[data-runs-table] tr", has_text="earlier").get_by_role("checkbox")
            ).not_to_be_checked()

            run.log_metrics({"auc": 0.25}, step=1)
            live.refresh()
            last = rows.first.locator("td").filter(has_text="0.25").first
            expect(last).to_be_visible(timeout=30_000)
            expect(page).to_have_url(re.compile(r"#zoom:auc=1\.\.3$"))

            expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
            expect(rows.first.get_by_role("checkbox")).to_be_visible()  # rows come after the first chart
            rows.first.locator("a").press("p")
            expect(rows.locator("th a")).to_have_text(["before", "good", "earlier", "now"])
            page.keyboard.press("p")
            expect(rows.locator("th a").first).to_have_text("before")
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def test_open_panel_and_pinned_table_outlast_news(served, page):
    page.goto(served.experiment())
    plot = page.locator("[data-card]").first.locator(".chart-card__plot")
    expect(page.locator("[data-card]").first).to_have_attribute("data-drawn", "true")
    plot.focus()
    plot.press("ArrowRight")
    plot.press("Enter")
    expect(page.locator(".chart-tip[data-pinned]")).to_be_visible()

    served.log("brand-new", 50)
    for _ in range(2):
        with page.expect_response(lambda answer: "/news.js" in answer.url, timeout=30_000):
            pass
    expect(page.locator(".chart-tip[data-pinned]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="brand-new").first).to_be_attached(timeout=30_000)

    page.get_by_role("button", name="Export").click()
    served.log("newer-still", 60)
    for _ in range(2):
        with page.expect_response(lambda answer: "/news.js" in answer.url, timeout=30_000):
            pass
    expect(page.get_by_role("button", name="Copy as LaTeX")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="newer-still").first).to_be_attached(timeout=30_000)


def test_page_outlives_its_server(served, page):
    page.route("**/news.js*", lambda route: route.abort())

    with page.expect_event("requestfailed", timeout=30_000):
        page.goto(served.home)

    expect(page.get_by_text("fake box").first).to_be_visible()
