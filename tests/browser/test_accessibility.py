"""Accessibility: axe finds nothing on any page, either theme, panels open or not; keys reach everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import RunPlan, make_runs
from files import artifact_facts, png, write_artifacts
from playwright.sync_api import Page, expect
from sites import curve, story

from sitegen.build import build


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A site with a little of everything, pictures of two runs and a damaged file included."""
    folder = tmp_path_factory.mktemp("story")
    files = {"roc.png": png(50, size=300), "notes.txt": b"line\n", "scores.csv": b"name,score\nann,0.5\n"}
    with_files = [
        RunPlan(
            {"test/auc": curve(number)},
            experiment="pictures",
            name=f"with-files-{number}",
            facts=artifact_facts(files),
        )
        for number in range(2)
    ]
    damaged = RunPlan({"test/auc": [0.4, 0.5]}, experiment="pictures", name="damaged")
    first, second, broken, *_ = make_runs(folder / "tracking", [*with_files, damaged, *story()])
    for run in (first, second):
        write_artifacts(run.path, files)
    (points,) = broken.path.glob("points-*")
    points.write_bytes(points.read_bytes()[:-40])
    build([folder / "tracking"], folder / "public")
    return folder / "public"


def ids(site: Path) -> list[str]:
    return sorted(path.parent.name for path in site.glob("r/*/index.html"))


def settled(page: Page) -> None:
    """Wait until every chart is drawn."""
    for figure in page.locator("figure[data-card]").locator("visible=true").all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-drawn", "true")


def assert_accessible(page: Page, where: str, within: str | None = None) -> None:
    """axe finds nothing but what it calls minor; `within` a part, where that covers others."""
    options = {"preload": False, "rules": {"target-size": {"enabled": True}}}
    found = Axe().run(page, within, options)
    faults = [fault for fault in found.response["violations"] if fault["impact"] != "minor"]
    assert not faults, f"{where}: " + "\n".join(
        f"{fault['id']}: {node['html'][:200]}" for fault in faults for node in fault["nodes"]
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(site, opened, theme):
    page = opened(site / "index.html", color_scheme=theme)
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri())
        if path.name != "404.html":  # which loads no script
            expect(page.locator("[data-theme-switch]")).to_be_visible()
        settled(page)

        assert_accessible(page, path.relative_to(site).as_posix())


def test_axe_finds_nothing_where_charts_are_not_drawn_yet(site, opened):
    page = opened(next(site.glob("e/story-*/index.html")), viewport={"width": 1280, "height": 200})
    expect(page.locator("figure[data-card]").first.locator(".chart-tool").first).to_be_attached()
    assert page.locator("figure[data-card]:not([data-drawn])").count()

    assert_accessible(page, "not scrolled")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_runs_are_compared(site, opened, theme):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}", color_scheme=theme)
    expect(page.locator(".comparison__pictures img")).to_have_count(2)
    settled(page)

    assert_accessible(page, "compare")
    page.get_by_role("button", name=re.compile("^take .* out$")).last.click()  # now there is one to add
    page.get_by_role("button", name="add a run…").click()
    expect(page.locator(".chart-picker__list button")).to_have_count(1)
    assert_accessible(page, "compare, choosing", ".popover")


def test_pictures_of_runs_that_a_phone_scrolls_can_be_reached_by_keys(site, opened):
    viewport = {"width": 390, "height": 844}
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}", viewport=viewport)
    row = page.get_by_role("group", name="roc.png of the runs")
    expect(row.locator("img").last).to_have_js_property("complete", True)
    settled(page)
    assert row.evaluate("(row) => row.scrollWidth > row.clientWidth")

    assert_accessible(page, "compare on a phone")
    row.focus()

    expect(row).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_panels_sheets_and_a_full_screen(site, opened, theme):
    page = opened(next(site.glob("e/story-*/index.html")), color_scheme=theme)
    settled(page)
    card = page.locator("figure[data-card]").first

    for name, button in {
        "settings of the board": page.get_by_role("button", name="settings", exact=True),
        "a new card": page.get_by_role("button", name="new card…"),
        "a metric to add": card.get_by_role("button", name="add metric…"),
        "menu of a card": card.get_by_role("button", name="more to do with this card"),
        "columns": page.get_by_role("button", name="Columns"),
        "export": page.get_by_role("button", name="Export"),
        "menu of a run": page.locator(".runs-table__more").first,
    }.items():
        button.click()
        expect(page.locator(".popover")).to_be_visible()
        assert_accessible(page, name, ".popover")
        page.keyboard.press("Escape")
        expect(page.locator(".popover")).to_have_count(0)

    for name, key, part in (("settings of a card", "s", ".popover"), ("the table of a card", "t", "main")):
        card.hover()
        page.keyboard.press(key)
        assert_accessible(page, name, part)
        page.keyboard.press("Escape")

    page.get_by_role("button", name="save as board…").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert_accessible(page, "the lines that save a board", "dialog")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    assert_accessible(page, "keys", "dialog")
    page.keyboard.press("Escape")
    card.hover()
    page.keyboard.press("f")
    expect(page.locator("dialog.full")).to_be_visible()
    assert_accessible(page, "full screen", "dialog")


def test_a_keyboard_skips_to_the_content_and_ticks_a_run(site, opened):
    (path,) = site.glob("e/story-*/index.html")
    page = opened(path)
    expect(page.locator("[data-runs-foot]")).to_contain_text("drawn")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    box = page.get_by_role("checkbox", name="draw calm-otter")
    box.focus()
    page.keyboard.press("Space")

    expect(box).not_to_be_checked()
    expect(box).to_be_focused()


def test_a_keyboard_sorts_the_table(site, opened):
    (path,) = site.glob("e/story-*/index.html")
    page = opened(path)

    page.locator("[data-runs-table] thead").get_by_role("button", name="run", exact=True).press("Enter")

    expect(page.locator("[data-runs-table] thead th[aria-sort]")).to_have_text("run")
