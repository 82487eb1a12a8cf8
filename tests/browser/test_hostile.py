"""Hostile texts at every place a user can put one: shown as they are, and nothing of them runs."""

from __future__ import annotations

from pathlib import Path

import hostile
import pytest
from builders import RunPlan
from playwright.sync_api import expect
from sites import built_site

TEXTS = [*hostile.NAMES, "run\u202egnp.exe", "x" * 1000, "a\u0300" * 500, "\x1b[2J", "two\nlines"]
NAMES = hostile.NAMES


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A site whose every word is hostile: an experiment of its own for each group of texts."""
    runs = []
    for number, name in enumerate(NAMES):
        text = TEXTS[number % len(TEXTS)]
        runs.append(
            RunPlan(
                {name: [0.1, 0.2, 0.3], f"auc of {name}": [0.4]} if number % 10 == 0 else {"auc": [0.1, 0.2]},
                experiment=NAMES[number // 20],
                name=name,
                params={name: text, "same": text} if number % 5 == 0 else {"odd": text, "number": number},
                tags={name: text},
                provenance={"user": name, "script": text, "git_commit": text},
                status="failed",
                reason=text,
                facts=[("note", "", text), ("artifact", f"{number}.txt", {"size": 1, "sha256": "00"})],
            )
        )
    return built_site(tmp_path_factory.mktemp("hostile"), runs)


WATCH = """
for (const name of ['alert', 'confirm', 'prompt', 'open']) window[name] = () => console.error('ran: ' + name);
"""


def test_no_text_runs_on_any_page_and_none_is_lost(site, opened):
    page = opened(site / "index.html")
    page.add_init_script(WATCH)
    for path in sorted(site.glob("e/*/index.html")):
        page.goto(path.as_uri())
        foot = page.locator("[data-runs-foot]")
        expect(foot).to_contain_text("runs drawn")
        page.get_by_role("checkbox", name="draw all runs listed").click()
        for figure in page.locator("figure[data-card]").all()[:12]:
            figure.scroll_into_view_if_needed()
            expect(figure).to_have_attribute("data-drawn", "true")
        rows = page.locator("[data-runs-table] tbody tr")
        for index in range(0, rows.count(), 3):
            rows.nth(index).hover()


def test_names_of_runs_are_shown_literally(site, opened):
    page = opened(site / "index.html")
    page.add_init_script(WATCH)
    seen = set()
    for path in sorted(site.glob("e/*/index.html")):
        page.goto(path.as_uri())
        expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")
        expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
        seen.update(page.locator("[data-runs-table] tbody th").all_text_contents())

    assert {name.strip() for name in seen} == set(NAMES)


def test_pages_of_runs_stay_pages(site, opened):
    page = opened(site / "index.html")
    page.add_init_script(WATCH)
    for path in sorted(site.glob("r/*/index.html"))[::9]:
        page.goto(path.as_uri())
        for figure in page.locator("figure[data-card]").all():
            figure.scroll_into_view_if_needed()
            expect(figure).to_have_attribute("data-drawn", "true")

        assert page.locator("h1").count() == 1
        assert page.locator("img, iframe, object, base, [onerror], [onload]").count() == 0


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "__proto__", "(a+)+$", "'; alert(1); '"])
def test_hostile_words_in_the_address_and_the_filter_stay_words(site, opened, text):
    path = sorted(site.glob("e/*/index.html"))[0]
    page = opened(path, f"#sort={text}&find={text}&{text}={text}")
    page.add_init_script(WATCH)

    page.get_by_role("searchbox", name="Filter runs").fill(text)
    page.get_by_role("searchbox", name="find cards").fill(text)

    expect(page.locator(".board__found")).not_to_have_text("")
    expect(page.locator("[data-runs-foot]")).to_contain_text("drawn")
    expect(page.locator("main img")).to_have_count(0)
