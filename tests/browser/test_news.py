"""A page that `sitegen serve` sends shows what is new, and keeps its view."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from builders import START, RunPlan, make_run, make_store
from files import png
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from logger import Run, start_run
from sitegen.config import SiteConfig
from sitegen.kinds import EVERYTHING
from sitegen.serve import LiveSite, start

CURVE = {"train/auc": [0.5, 0.7, 0.9], "test/auc": [0.5, 0.6, 0.65]}


class Served:
    """A store, the site of it, and where it is served."""

    def __init__(self, folder: Path, plans: Sequence[RunPlan]) -> None:
        self.store = make_store(folder, plans) if plans else folder
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
    plans = [RunPlan(CURVE, "fake box", name=f"first-{n}") for n in range(40)]
    site = Served(tmp_path, [*plans, RunPlan(CURVE, "other")])
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


def test_focus_stays_on_a_long_name_when_a_run_comes(tmp_path, page):
    names = [f"a-sweep-of-many-things-seed{n}-with-label-smoothing" for n in range(3)]
    served = Served(tmp_path, [RunPlan(CURVE, "fake box", name=name) for name in names])
    page.goto(served.experiment())
    link = page.locator("[data-runs-table] tbody th a", has_text="seed1-with")
    expect(link.locator(".name__start")).to_be_attached()
    link.evaluate("(link) => { link.focus(); window.focused = link; }")

    served.log("a-sweep-of-many-things-seed4-with-label-smoothing", 50)

    expect(page.locator("[data-runs-table] tbody th a", has_text="seed4-with")).to_be_attached(timeout=30_000)
    assert page.evaluate("document.activeElement === focused && focused.isConnected")
    served.close()


@pytest.mark.parametrize("count", [100, 200])
def test_rows_in_sight_stay_where_they_are_when_runs_come_above_them(tmp_path, page, count):
    served = Served(tmp_path, [RunPlan(CURVE, "fake box", name=f"first-{n}") for n in range(count)])
    page.goto(f"{served.experiment()}#sort=-run:started")
    frame = page.locator("[data-runs-frame]")
    expect(page.locator("[data-runs-table] tbody input").first).to_be_attached()
    frame.evaluate("(frame) => (frame.scrollTop = 1200)")
    row = page.locator("[data-runs-table] tbody tr").filter(
        has=page.get_by_role("link", name=f"first-{count - 50}")
    )
    before = row.bounding_box()["y"]

    served.log("brand-new", count + 1)

    expect(page.locator("[data-runs-foot]")).to_contain_text(f"{count + 1} runs", timeout=30_000)
    assert eventually(lambda: frame.evaluate("(frame) => frame.scrollTop > 1210"), page, True)
    assert abs(row.bounding_box()["y"] - before) < 2
    served.close()


def test_page_says_that_its_server_has_stopped_and_takes_it_back_when_it_answers_again(served, page):
    page.clock.install()
    page.goto(served.home)
    said = page.get_by_role("status")
    page.route("**/news.js*", lambda route: route.abort("connectionrefused"))
    for _ in range(3):
        expect(said).to_have_text("")
        with page.expect_event("requestfailed"):
            page.clock.run_for(10_000)
    expect(said).to_have_text("No longer updated: the server has stopped.")

    page.unroute_all()
    with page.expect_event("requestfinished"):
        page.clock.run_for(20_000)

    expect(said).to_have_text("")


@pytest.fixture
def growing(tmp_path, monkeypatch) -> Iterator[tuple[Served, Run]]:
    """A served store of a run in progress beside seeds of two depths, and the run."""
    monkeypatch.setenv("LOGGER_TRACKING_URI", str(tmp_path / "growing"))
    for number in range(30):
        with start_run(experiment="e", run_name=f"old-{number}") as run:
            run.log_params({"depth": number % 2, "seed": number // 2, "kind": "tree"})
            run.log_metric("auc", number / 100, step=0)
            run.log_metric("auc", number / 200, step=1)
    with start_run(experiment="e", run_name="now") as run:
        run.log_params({"depth": 7, "seed": 0, "kind": "tree"})
        run.log_metrics({"auc": 0.1}, step=0)
        site = Served(tmp_path / "growing", [])
        yield site, run
        site.close()


def test_growth_is_shown_in_place_and_all_else_stays_as_it_was(growing, page):
    served, run = growing
    page.goto(f"{served.experiment('e')}#group=param:depth&pins=none&sort=param:depth")
    rows = page.locator("[data-runs-table] tbody tr")
    expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
    group = page.locator(".runs-table__open", has_text="depth 0")
    group.click()
    expect(rows).to_have_count(1 + 1 + 15 + 1)  # the run in progress, two groups, and the runs of one
    page.locator(".runs__constants summary").click()
    frame = page.locator("[data-runs-frame]")
    frame.evaluate("(frame) => frame.scrollTo(40, 120)")
    find = page.locator("[data-runs-find]")
    find.focus()
    page.evaluate("scrollTo(0, 90)")
    page.evaluate("window.stayed = document.activeElement")
    where = "(frame) => [frame.scrollLeft, frame.scrollTop, scrollY]"
    before = frame.evaluate(where)

    run.log_metrics({"auc": 0.25}, step=1)
    run.log_metrics({"auc": 0.05}, step=2)
    served.live.refresh()

    grown = rows.filter(has_text="now").locator("td", has_text="0.25")
    expect(grown).to_be_attached(timeout=30_000)
    expect(page.locator("figure[data-card]").first).to_contain_text("63 points")
    assert page.evaluate("document.activeElement === window.stayed")
    assert frame.evaluate(where) == before
    assert before[1:] == [120, 90]
    expect(group).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".runs__constants dl")).to_be_visible()


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


def test_new_metric_and_new_run_join_an_open_page_without_a_reload(growing, page):
    served, run = growing
    page.goto(f"{served.experiment('e')}#zoom:auc=0..1&pins=none")
    expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
    page.evaluate("window.stayed = true")
    head = page.locator("[data-runs-table] thead [data-field='best:auc'] .runs-table__sort")
    expect(head).to_be_visible()
    head.focus()

    run.log_metric("loss", 1.5, step=0)
    make_run(served.store, RunPlan({"auc": [0.3, 0.4]}, "e", name="another"), START, 1)
    served.live.refresh()

    cards = page.locator("figure[data-card]")
    expect(cards.locator("figcaption")).to_have_text(["auc", "loss", "auc by depth"], timeout=30_000)
    expect(cards.nth(1)).to_have_attribute("data-series", "1")
    expect(page.locator("[data-runs-table] a", has_text="another")).to_be_attached()
    expect(page.locator("[data-runs-foot]")).to_contain_text("10 of 32 runs drawn")
    expect(page.locator(".page-head__meta")).to_contain_text("32 runs")
    expect(page.locator("[data-toolbar] select option[value='metric:loss']")).to_be_attached()
    expect(page.locator("[data-runs-table] thead [data-field='best:auc'] .runs-table__sort")).to_be_focused()
    expect(page).to_have_url(re.compile(r"#zoom:auc=0\.\.1&pins=none$"))
    assert page.evaluate("window.stayed") is True


def test_page_of_a_run_grows_in_place(growing, page):
    served, run = growing
    page.goto(f"{served.home}r/{run.run_id}/")
    expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
    page.evaluate("window.stayed = document.querySelector('.metrics tbody tr')")

    run.log_metrics({"auc": 0.25, "loss": 3}, step=1)
    run.log_artifact(_file(served.store.parent / "table.csv"))
    served.live.refresh()

    metrics = page.locator(".metrics tbody tr")
    expect(metrics.first.locator("[data-label=last]")).to_have_text("0.2500", timeout=30_000)
    expect(metrics.locator("th")).to_have_text(["auc", "loss"])
    expect(page.locator("figure[data-card]").first).to_contain_text("all points")
    expect(page.locator("figure[data-card]")).to_have_count(2)
    expect(page.get_by_text("table.csv")).to_be_visible()
    assert page.evaluate("window.stayed.isConnected") is True


def _file(path: Path) -> Path:
    path.write_text("a,b\n1,2\n")
    return path


def test_focus_stays_among_artifacts_while_more_of_them_come(growing, page, tmp_path):
    served, run = growing

    def log(step: int) -> None:
        picture = tmp_path / f"sample_{step}.png"
        picture.write_bytes(png(step))
        run.log_artifact(picture, "img")
        run.log_text(f"up to {step}", "log.txt")
        served.live.refresh()

    run.log_text("first", "a.txt")
    run.log_text("last", "z.txt")
    for step in (1, 2):
        log(step)
    page.goto(f"{served.home}r/{run.run_id}/")
    slider = page.get_by_role("slider", name="step of img/sample")
    slider.focus()
    slider.press("Home")

    log(3)
    expect(slider).to_have_attribute("max", "2", timeout=30_000)
    expect(slider).to_be_focused()
    assert slider.input_value() == "0"
    for step, file in ((4, "a.txt"), (5, "log.txt"), (6, "z.txt")):
        summary = page.locator(".file summary", has_text=file)
        summary.focus()
        log(step)
        expect(slider).to_have_attribute("max", str(step - 1), timeout=30_000)
        expect(summary).to_be_focused()

    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator(".gallery").get_by_text("step 2", exact=True)).to_be_visible()
    slider.press("End")
    log(7)
    expect(page.locator(".gallery").get_by_text("step 7", exact=True)).to_be_visible(timeout=30_000)
    expect(page.locator(".gallery [data-step]:not([hidden])")).to_have_count(1)


def test_param_logged_while_the_page_is_open_folds_and_is_found_as_the_others(growing, page):
    served, run = growing
    page.goto(f"{served.home}r/{run.run_id}/")
    rows = page.locator("[data-params] tbody tr:not([hidden])")
    expect(rows).to_have_count(3)

    run.log_params({"model.width": 64, "model.head": "relu"} | {f"extra {n}": n for n in range(30)})
    served.live.refresh()
    expect(rows).to_have_count(36, timeout=30_000)
    page.get_by_role("button", name="params below model").click()
    folded = rows.count()
    page.get_by_label("Find a param").fill("width")

    assert folded == 34
    expect(rows.locator("th")).to_have_text(["model", "width"])


@pytest.mark.parametrize("kind", ["home", "run"])
def test_duration_of_a_run_that_logs_nothing_goes_on(growing, page, kind):
    served, run = growing
    page.goto(served.home if kind == "home" else f"{served.home}r/{run.run_id}/")
    lasted = page.locator("[data-since]")

    seen = [lasted.inner_text()]
    for _ in range(2):
        expect(lasted).not_to_have_text(seen[-1], timeout=30_000)
        seen.append(lasted.inner_text())

    expect(lasted).to_have_text(re.compile(r"^\d+(?:\.\d)? s so far$"))
    units = {"ms": 1e-3, "s": 1.0}  # as printed a run may have lasted less than a second
    words = [duration.split()[:2] for duration in seen]
    printed, first, second = (float(number) * units[unit] for number, unit in words)
    assert printed < first < second


def test_duration_of_a_run_that_ends_is_what_it_took(growing, page):
    served, run = growing
    page.goto(f"{served.home}r/{run.run_id}/")
    head = page.locator(".page-head__meta")
    expect(page.locator("[data-since]")).not_to_have_text(
        page.locator("[data-since]").inner_text(), timeout=30_000
    )

    run.end()
    served.live.refresh()
    expect(head).to_contain_text("finished", timeout=30_000)
    seen = head.inner_text()
    page.reload()

    assert "so far" not in seen
    assert head.inner_text() == seen


def test_first_metric_of_a_page_brings_its_charts(tmp_path, page, monkeypatch):
    monkeypatch.setenv("LOGGER_TRACKING_URI", str(tmp_path / "store"))
    with start_run(experiment="e", run_name="now") as run:
        run.log_param("depth", 1)
        served = Served(tmp_path / "store", [])
        try:
            page.goto(served.experiment("e"))
            expect(page.get_by_role("link", name="now", exact=True)).to_be_visible()

            run.log_metric("auc", 0.5, step=0)
            served.live.refresh()

            expect(page.locator("figure[data-card]")).to_have_attribute("data-drawn", "true", timeout=30_000)
        finally:
            served.close()


def test_experiments_on_the_home_page_change_places_with_their_rows(served, page):
    page.goto(served.home)
    rows = page.locator("[data-experiments] tbody tr")
    expect(rows.locator("th")).to_have_text(["other", "fake box"])
    page.evaluate("window.box = [...document.querySelectorAll('[data-experiments] tr')].at(-1)")
    link = rows.first.get_by_role("link").first
    link.evaluate("(link) => { link.focus(); window.focused = link; }")

    served.log("late", 99)

    expect(rows.locator("th")).to_have_text(["fake box", "other"], timeout=30_000)
    expect(page.locator("[data-latest] tbody tr").first.locator("th")).to_have_text("late")
    assert page.evaluate("window.box === document.querySelector('[data-experiments] tbody tr')")
    assert page.evaluate("document.activeElement === window.focused")


def test_comparison_with_a_run_in_progress_grows_in_place(growing, page):
    served, run = growing
    others = [path.split("/")[1] for path in served.live.snapshot.files if path.startswith("r/")]
    page.goto(f"{served.home}compare/#compare={run.run_id},{min(others)}&same=show")
    expect(page.locator("figure[data-card]")).to_have_attribute("data-points", "3")
    page.evaluate("window.stayed = true")

    run.log_metrics({"auc": 0.25, "loss": 3}, step=1)
    served.live.refresh()

    expect(page.locator(".comparison__metric").first).to_contain_text("0.25", timeout=30_000)
    expect(page.locator("figure[data-card]").first).to_have_attribute("data-points", "4")
    expect(page.locator("figure[data-card] figcaption")).to_have_text(["auc", "loss"])
    assert page.evaluate("window.stayed") is True


def test_options_that_change_are_taken_up_by_open_pages(served, page):
    good = SiteConfig(publish=EVERYTHING, scan="off")
    now = good
    served.live = LiveSite([served.store], good, options=lambda: now)
    served.live.refresh()
    served.server.live = served.live
    page.goto(served.experiment())
    cards = page.locator("figure[data-card]")
    expect(cards.first).to_have_attribute("data-drawn", "true")
    expect(cards.locator("figcaption")).to_have_text(["auc"])
    page.evaluate("window.stayed = true")

    board = {"cards": [{"title": "Only the test", "metrics": ["test/auc"]}], "options": {"y": "log"}}
    said = {"title": "Boxes", "boards": [board], "goals": {"test/auc": {"goal": "min", "label": "the area"}}}
    now = SiteConfig.model_validate(good.model_dump(exclude_unset=True) | said)
    served.live.refresh()

    expect(page).to_have_title("fake box · Boxes", timeout=30_000)
    expect(page.locator(".crumbs")).to_have_text("Boxes")
    expect(cards.locator("figcaption")).to_have_text(["Only the test", "auc"])
    page.evaluate("scrollTo(0, 0)")
    expect(cards.first).to_have_attribute("data-drawn", "true")
    expect(page.locator("[data-runs-table] thead")).to_contain_text("the area")
    expect(page.locator("[data-toolbar]").get_by_label("log y")).to_be_checked()
    assert page.evaluate("window.stayed") is True
