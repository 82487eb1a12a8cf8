"""What a page does when a script or data that it loads on demand come late, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sites import built_site, page_of, sweep

LOST = "could not be loaded"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site(tmp_path_factory.mktemp("later"), sweep(30))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may say on its console that something was not to be had, and no more."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def opened_without(page: Page, site: Path, scripts: str, fragment: str = "") -> None:
    page.route(f"**/{scripts}", lambda route: route.abort())
    page.goto(page_of(site).as_uri() + fragment)
    expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
    expect(page.locator("[data-runs-table] tbody tr[data-item]")).to_have_count(30)


@pytest.mark.parametrize("name", ["settings", "Columns", "Export"])
def test_button_says_that_its_script_is_missing_and_works_once_that_is_there(site, page, name):
    opened_without(page, site, "assets/tools.*.js")
    button = page.get_by_role("button", name=name, exact=True).first

    button.click()
    expect(page.get_by_role("alert")).to_contain_text(LOST)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Press again")
    page.unroute_all()
    button.click()

    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".settings, .chooser, .run-menu")).to_be_visible()


def test_button_pressed_twice_while_its_script_loads_opens_its_panel(site, page):
    held: list[Route] = []
    page.route("**/assets/tools.*.js", lambda route: held.append(route))
    page.goto(page_of(site).as_uri())
    expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
    button = page.get_by_role("button", name="settings", exact=True).first

    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()
    held[0].continue_()

    expect(page.locator(".settings")).to_be_visible()
    expect(button).not_to_have_attribute("aria-busy", "true")


def test_filter_whose_script_is_missing_says_so_beside_all_rows_and_can_be_tried_again(site, page):
    opened_without(page, site, "assets/filter.*.js", "#find=params.depth%20%3E%204")
    wrong = page.locator(".runs__wrong")

    expect(wrong).to_contain_text(LOST)
    expect(page.locator("[data-runs-table]")).not_to_have_attribute("aria-busy", "")
    page.unroute_all()
    page.locator("[data-runs-find]").fill("params.depth > 5")

    expect(wrong).to_be_empty()
    expect(page.locator("[data-runs-table] tbody tr[data-item]")).to_have_count(4)


def test_columns_whose_data_are_missing_say_so_and_are_asked_for_once(tmp_path, page):
    site = built_site(tmp_path, sweep(600))
    asked: list[str] = []
    page.goto(page_of(site).as_uri())
    scripts = page.evaluate("runfolio.data.page.table.scripts")
    column = page.evaluate("runfolio.columns.columns.find(({ at }) => at).field")
    for script in scripts:
        (page_of(site).parent / script).unlink()
    page.on("request", lambda request: asked.append(request.url))

    page.goto(page_of(site).as_uri() + f"?again#cols={column}")

    expect(page.locator('[data-runs-table] [title="its data could not be loaded"]').first).to_be_visible()
    page.wait_for_timeout(500)
    names = [script.rsplit("/")[-1] for script in scripts]
    assert [sum(url.endswith(name) for url in asked) for name in names] == [1] * len(names)
