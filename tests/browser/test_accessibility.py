"""Accessibility: axe finds nothing serious on any page, in either theme; a keyboard reaches everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sites import built_site, story


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A site with a little of everything."""
    return built_site(tmp_path_factory.mktemp("story"), story())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(site, opened, theme):
    page = opened(site / "index.html", color_scheme=theme)
    runs = sorted(site.glob("r/*/index.html"))[:2]
    pages = [
        site / "index.html",
        site / "404.html",
        site / "problems/index.html",
        *site.glob("e/story-*/*.html"),
    ]
    for path in [*pages, *runs]:
        page.goto(path.as_uri())
        if path.name != "404.html":  # which loads no script
            expect(page.locator("[data-theme-switch]")).to_be_visible()
        for figure in page.locator("figure[data-card]").all():
            figure.scroll_into_view_if_needed()
            expect(figure).to_have_attribute("data-drawn", "true")

        found = Axe().run(page, options={"preload": False})

        serious = [
            fault for fault in found.response["violations"] if fault["impact"] in ("serious", "critical")
        ]
        assert not serious, f"{path.parent.parent.name}: " + "\n".join(
            f"{fault['id']}: {node['html'][:200]}" for fault in serious for node in fault["nodes"]
        )


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
