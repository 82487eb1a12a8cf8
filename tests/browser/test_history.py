"""Back and Forward: what is typed, slid or turned is one step of its own; controls follow."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from boards import Board, curve, points
from builders import RunPlan
from playwright.sync_api import Page, expect
from sites import built_site, page_of
from test_gestures import drag


def words(page: Page) -> str:
    return page.url.partition("#")[2]


def says(page: Page, fragment: str) -> None:
    """Waits for the address, and until the browser has it in its history: Back before is another step."""
    expect(page).to_have_url(re.compile(f"^[^#]*{'#' if fragment else ''}{fragment}$"))
    session = page.context.new_cdp_session(page)
    while True:
        found = session.send("Page.getNavigationHistory")
        if found["entries"][found["currentIndex"]]["url"] == page.url:
            break
        page.wait_for_timeout(20)
    session.detach()


def board(*metrics: str) -> Board:
    names = metrics or ("auc", "loss", "lr", "kl", "total")
    return Board({("one", name): points(curve(100)) for name in names})


def changed(page: Page, act: Callable[[], None]) -> str:
    """The words of the address after an act that changes it."""
    before = page.url
    act()
    expect(page).not_to_have_url(before)
    return words(page)


def slide(page: Page) -> None:
    page.get_by_role("slider").press("ArrowRight")


def find(page: Page) -> None:
    page.get_by_role("searchbox", name="find cards").press_sequentially("l")


def wheel(page: Page) -> None:
    page.locator(".chart-over").first.hover(position={"x": 200, "y": 80})
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")


@pytest.mark.parametrize("go_on", [slide, find, wheel])
def test_what_goes_on_and_on_is_one_step_that_takes_no_other_along(shown, go_on):
    page = shown(board())
    expect(page.locator("figure").first).to_have_attribute("data-drawn", "true")
    changed(page, lambda: go_on(page))
    ended = changed(page, lambda: go_on(page))

    page.go_back()
    says(page, "")
    page.go_forward()
    says(page, re.escape(ended))
    page.get_by_label("log y").check()
    before = words(page)
    for _ in range(2):
        changed(page, lambda: go_on(page))
    page.go_back()

    says(page, re.escape(before))
    changed(page, lambda: go_on(page))
    page.go_back()
    says(page, re.escape(before))
    page.go_back()
    says(page, re.escape(ended))


def test_two_drags_along_x_are_two_steps(shown):
    page = shown(Board({("one", "auc"): points(np.linspace(0, 1, 101))}), "#zoom:auc=40..60")
    expect(page.locator("figure")).to_have_attribute("data-drawn", "true")
    changed(page, lambda: drag(page, (0.6, 0.5), (0.3, 0.5), "Alt"))
    page.wait_for_timeout(100)  # a frame or two: the drag goes on
    before = words(page)
    changed(page, lambda: drag(page, (0.6, 0.5), (0.3, 0.5), "Alt"))

    page.go_back()
    says(page, re.escape(before))
    page.go_back()
    says(page, re.escape("zoom:auc=40..60"))


def test_cards_that_fill_the_window_one_after_the_other_are_one_step(shown):
    page = shown(board("auc", "loss", "lr"), "#y=log")
    page.locator("figure").nth(0).get_by_role("button", name="more to do").click()
    page.get_by_role("button", name="full screen").click()
    page.keyboard.press("ArrowRight")
    says(page, "y=log&full=loss")
    page.evaluate("runfolio.view.choose('y', 'linear')")
    page.keyboard.press("ArrowRight")
    says(page, "full=lr")

    page.go_back()
    says(page, "full=loss")
    page.go_back()
    says(page, "y=log&full=loss")
    page.go_back()

    says(page, "y=log")


def test_boxes_say_what_the_address_says_after_back_though_they_have_the_focus(tmp_path, opened):
    metrics = {name: [0.5, 0.6] for name in ("auc", "loss", "lr", "kl", "total")}
    runs = [RunPlan(metrics, params={"opt": opt}, name=opt) for opt in ("adam", "sgd")]
    page = opened(page_of(built_site(tmp_path, runs)))
    page.get_by_label("log y").check()
    rows = page.locator("[data-runs-table] tbody tr")
    for name, text, key in (("Filter runs", "sgd", "find"), ("find cards", "loss", "cards")):
        box = page.get_by_role("searchbox", name=name)
        box.press_sequentially(text)
        says(page, f"y=log.*&{key}={text}")
        page.go_back()
        expect(box).to_have_value("")
        expect(box).to_be_focused()
        page.go_forward()
        expect(box).to_have_value(text)
    expect(rows).to_have_count(1)

    page.go_back()
    page.go_back()

    says(page, "y=log")
    expect(rows).to_have_count(2)


def test_a_box_keeps_what_is_typed_when_something_else_changes_meanwhile(shown):
    page = shown(board())
    box = page.get_by_role("searchbox", name="find cards")

    page.evaluate(
        """() => {
          const box = document.querySelector("[data-find-cards]");
          const slider = document.querySelector("[data-toolbar] input[type=range]");
          box.value = "loss";
          slider.value = "0.5";
          for (const input of [box, slider]) input.dispatchEvent(new Event("input"));
          runfolio.view.choose("y", "log");
        }"""
    )

    says(page, "y=log&smooth=0.5&cards=loss")
    expect(box).to_have_value("loss")


def test_columns_are_a_step_each(tmp_path, opened):
    runs = [
        RunPlan({"auc": [0.5]}, params={"opt": opt, "lr": lr}, name=opt)
        for opt, lr in (("adam", 1), ("sgd", 2))
    ]
    page = opened(page_of(built_site(tmp_path, runs)))
    page.get_by_role("button", name="Columns").click()
    ticks = page.get_by_role("dialog", name="columns").get_by_role("checkbox", checked=True)
    first = changed(page, lambda: ticks.last.click())
    changed(page, lambda: ticks.last.click())

    page.go_back()
    says(page, re.escape(first))
    page.go_back()
    says(page, "")
    page.go_forward()
    says(page, re.escape(first))


def test_a_few_seconds_of_wall_time_are_the_same_after_back_and_forward(shown):
    page = shown(board("auc"), "#x=time")
    limits = [1_790_000_010_000, 1_790_000_012_500]
    changed(page, lambda: page.evaluate("(x) => runfolio.zoom.choose('=auc', { x }, {})", limits))
    page.go_back()
    says(page, "x=time")

    page.go_forward()

    says(page, re.escape("x=time&zoom:auc=1790000010000..1790000012500"))
    assert page.evaluate("runfolio.view.state.cards[0].options.get('zoom')") == limits


def test_back_closes_the_panel_whose_choice_it_undoes(shown):
    page = shown(board("auc"))
    expect(page.locator("figure").first).to_have_attribute("data-drawn", "true")
    page.get_by_role("button", name="settings", exact=True).first.click()
    panel = page.get_by_role("dialog")
    panel.locator("[data-option=y] select").select_option("log")
    says(page, "y=log")

    page.go_back()

    says(page, "")
    expect(panel).to_have_count(0)
