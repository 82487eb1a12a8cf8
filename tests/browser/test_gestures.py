"""Zooming, panning and walking: by hand and by keyboard, on one card and on all that are linked."""

from __future__ import annotations

import re

import numpy as np
from boards import Board, curve, points
from playwright.sync_api import Page, expect
from test_drawing import ask, drawn, figure


def words(page: Page) -> str:
    return page.url.partition("#")[2]


def option(page: Page, name: str, number: int = 0) -> list[float] | None:
    return page.evaluate(
        "([name, number]) => runfolio.view.option(name, runfolio.view.state.cards[number])", [name, number]
    )


def domain(page: Page, number: int = 0) -> list[float]:
    return page.evaluate("(n) => [...runfolio.board.cards.values()][n].drawn.x.domain", number)


def turned(page: Page, number: int = 0):
    """Calls to await that a card is drawn anew."""
    before = figure(page, number).get_attribute("data-turn")
    return lambda: expect(figure(page, number)).not_to_have_attribute("data-turn", before)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], key: str = "", number: int = 0):
    """From one place to another, parts of the plot from its left and top."""
    box = page.evaluate("(n) => [...runfolio.board.cards.values()][n].drawn.box", number)
    plot = figure(page, number).locator(".chart-card__plot").bounding_box()
    (x0, y0), (x1, y1) = (
        (plot["x"] + box["left"] + x * box["width"], plot["y"] + box["top"] + y * box["height"])
        for x, y in (start, end)
    )
    if key:
        page.keyboard.down(key)
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=3)
    page.mouse.move(x1, y1, steps=3)
    page.mouse.up()
    if key:
        page.keyboard.up(key)


def near(found: list[float], wanted: list[float], within: float) -> bool:
    return bool(np.allclose(found, wanted, atol=within, rtol=0))


def test_box_limits_both_axes_of_its_card_and_a_double_click_takes_both_out(shown):
    page = shown(
        Board({("one", name): points(np.linspace(0, 1, 101)) for name in ("auc", "loss")}), "#zoom:loss=1..9"
    )
    drawn(page)
    wait = turned(page)

    drag(page, (0.2, 0.25), (0.6, 0.75), "Shift")
    wait()

    assert near(domain(page), [20, 60], 1)
    assert near(option(page, "ylim"), [0.25, 0.75], 0.03)
    assert near(ask(page, "drawn.y.domain"), option(page, "ylim"), 1e-9)
    assert re.fullmatch(r"zoom:auc=[\d.]+&ylim:auc=[\d.]+&zoom:loss=1..9", words(page))
    figure(page).locator(".chart-over").dblclick(position={"x": 150, "y": 90})

    expect(figure(page).get_by_role("button", name="zoom out")).to_be_hidden()
    assert words(page) == "zoom:loss=1..9"


def test_alt_drag_moves_along_x_up_to_the_ends_and_is_one_step_back(shown):
    page = shown(Board({("one", "auc"): points(np.linspace(0, 1, 101))}))
    drawn(page)
    wait = turned(page)
    drag(page, (0.4, 0.5), (0.6, 0.5))
    wait()
    before = domain(page)

    drag(page, (0.8, 0.5), (0.3, 0.5), "Alt")

    low = "runfolio.view.option('zoom', runfolio.view.state.cards[0])[0]"
    page.wait_for_function(f"(least) => {low} > least", arg=before[0] + 5)
    low_now, high_now = option(page, "zoom")
    assert near([high_now - low_now], [before[1] - before[0]], 0.01)
    page.evaluate("history.back()")
    page.wait_for_function(f"(before) => Math.abs({low} - before) < 0.01", arg=before[0])

    for _ in range(5):
        drag(page, (0.99, 0.5), (0.01, 0.5), "Alt")

    assert option(page, "zoom")[1] <= 100


def test_wheel_zooms_about_the_pointer_with_alt_too(shown):
    page = shown(Board({("one", "auc"): points(curve(101))}))
    drawn(page)
    box, plot = ask(page, "drawn.box"), figure(page).locator(".chart-card__plot").bounding_box()
    page.mouse.move(plot["x"] + box["left"] + box["width"] / 4, plot["y"] + 80)
    page.keyboard.down("Alt")
    wait = turned(page)

    page.mouse.wheel(0, -200)
    wait()

    low, high = domain(page)
    assert near([(25 - low) / (high - low)], [0.25], 0.02)
    assert high - low < 90


def test_linked_cards_of_the_same_x_are_zoomed_and_reset_together(shown):
    series = {("one", name): points(np.linspace(0, 1, 101)) for name in ("auc", "loss", "system/cpu")}
    page = shown(Board(series))
    drawn(page, 2)
    page.get_by_label("link zoom").check()
    assert words(page) == "link=zoom"
    wait = turned(page, 1)

    drag(page, (0.2, 0.5), (0.6, 0.5))
    wait()

    expect(figure(page, 1).get_by_role("button", name="zoom out")).to_be_visible()
    assert near(domain(page, 0), [20, 60], 1)
    assert domain(page, 1) == domain(page, 0)
    assert domain(page, 2) == [0, 100]  # relative time is another x
    assert re.fullmatch(r"zoom=[\d.]+&link=zoom", words(page))
    wait = turned(page, 2)
    drag(page, (0.5, 0.5), (0.75, 0.5), number=2)
    wait()
    assert near(domain(page, 2), [50, 75], 1)
    assert near(domain(page, 0), [20, 60], 1)
    page.get_by_label("link zoom").uncheck()
    assert re.fullmatch(r"zoom:auc=(\S+)&zoom:loss=\1&zoom:system/cpu=\S+", words(page))
    page.go_back()
    expect(page.get_by_label("link zoom")).to_be_checked()
    wait = turned(page, 1)
    figure(page, 1).locator(".chart-over").dblclick(position={"x": 150, "y": 90})
    wait()

    assert domain(page, 0) == domain(page, 1) == [0, 100]
    assert near(domain(page, 2), [50, 75], 1)


def test_pointer_on_one_card_shows_its_place_on_those_with_the_same_x(shown):
    series = {("one", name): points(np.linspace(0, 1, 11)) for name in ("auc", "loss", "system/cpu")}
    page = shown(Board(series))
    drawn(page, 2)
    box, plot = ask(page, "drawn.box"), figure(page).locator(".chart-card__plot").bounding_box()

    page.mouse.move(plot["x"] + box["left"] + box["width"] * 0.51, plot["y"] + 80)

    mates = page.locator(".chart-over__mate")
    expect(mates.nth(1)).to_be_visible()
    assert near(
        [mates.nth(1).evaluate("(rule) => parseFloat(rule.style.left)")],
        [
            page.evaluate(
                "(({ box }) => box.left + box.width / 2)([...runfolio.board.cards.values()][1].drawn)"
            )
        ],
        0.1,
    )
    expect(mates.nth(0)).to_be_hidden()
    expect(mates.nth(2)).to_be_hidden()
    page.mouse.move(2, 2)
    expect(mates.nth(1)).to_be_hidden()


def test_chart_is_read_and_zoomed_by_keyboard_alone(shown):
    series = {
        ("low", "auc"): points(np.linspace(0.1, 0.2, 11)),
        ("high", "auc"): points(np.linspace(0.7, 0.9, 11)),
    }
    page = shown(Board(series))
    drawn(page)
    plot = figure(page).locator(".chart-card__plot")
    head, said = figure(page).locator(".chart-tip__head"), figure(page).locator("[aria-live=polite]")
    plot.focus()

    page.keyboard.press("ArrowRight")
    expect(head).to_have_text("step 0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(head).to_have_text("step 2")
    expect(said).to_have_text("low: 0.12000 at step 2")
    page.keyboard.press("End")
    expect(said).to_have_text("low: 0.20000 at step 10")
    page.keyboard.press("ArrowLeft")
    expect(head).to_have_text("step 9")
    page.keyboard.press("Home")
    expect(said).to_have_text("low: 0.10000 at step 0")

    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(figure(page).locator(".chart-tip")).to_have_attribute("data-pinned", "true")
    page.keyboard.press("Escape")
    expect(figure(page).locator(".chart-tip")).to_be_hidden()
    page.keyboard.press("Shift++")
    expect(figure(page).get_by_role("button", name="zoom out")).to_be_visible()
    assert near(option(page, "zoom"), [4, 10], 1e-6)
    page.keyboard.press("-")
    expect(figure(page).get_by_role("button", name="zoom out")).to_be_hidden()
    page.keyboard.press("+")
    expect(figure(page).get_by_role("button", name="zoom out")).to_be_visible()
    page.keyboard.press("0")
    expect(figure(page).get_by_role("button", name="zoom out")).to_be_hidden()
    expect(plot).to_be_focused()


def test_zooming_in_ends_at_every_point_that_was_logged(shown):
    values = np.random.default_rng(1).normal(size=30_000)
    page = shown(Board({("one", "auc"): points(values)}))
    drawn(page)
    assert len(ask(page, "[...drawn.lines[0].kept]")) < 3_000

    for limits in ([5_000, 15_000], [9_000, 10_000]):
        wait = turned(page)
        page.evaluate("(limits) => runfolio.zoom.choose('=auc', { x: limits })", limits)
        wait()

    kept = ask(page, "drawn.lines[0].kept.map((row) => [drawn.lines[0].x[row], drawn.lines[0].y[row]])")
    assert [x for x, _ in kept] == list(range(8_999, 10_002))
    assert np.allclose([y for _, y in kept], values[8_999:10_002], rtol=1e-6)
    expect(figure(page).locator(".chart-card__footer")).to_have_text("1 of 1 series · all points")
