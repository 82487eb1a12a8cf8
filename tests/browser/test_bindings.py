"""Colours, strokes and panels that tell a param: each value has its own, and the card says which."""

from __future__ import annotations

import re

import numpy as np
from boards import Board, curve, points
from playwright.sync_api import Page, expect


def figure(page: Page, number: int = 0):
    return page.locator("figure.chart-card").nth(number)


def drawn(page: Page, number: int = 0):
    expect(figure(page, number)).to_have_attribute("data-drawn", "true")
    return figure(page, number)


def ask(page: Page, expression: str) -> object:
    """Something about what the first card has drawn."""
    return page.evaluate(f"(([{{ drawn }}]) => {expression})([...runfolio.board.cards.values()])")


def swept(values, name="lr", metrics=("auc",), **options) -> Board:
    """A run for each value of a param; None: it is not set there."""
    runs = [f"run {number}" for number in range(len(values))]
    series = {
        (run, metric): points(curve(20, number)) for number, run in enumerate(runs) for metric in metrics
    }
    params = {run: {} if value is None else {name: value} for run, value in zip(runs, values, strict=True)}
    return Board(series, drawn=runs, params=params, **options)


def legend(page: Page):
    return figure(page).locator(".chart-card__legend")


def test_few_values_have_a_colour_each_and_what_is_not_set_is_grey(shown):
    page = shown(swept(["b", "a", None, "b"], "kind"), "#color=param:kind")
    drawn(page)

    assert ask(page, "drawn.lines.map((line) => line.color)") == [1, 0, 11, 1]
    greys = page.evaluate("[runfolio.chart.style('--control'), runfolio.chart.palette().runs[11]]")
    assert greys[0] == greys[1]
    expect(legend(page).locator(".chart-legend__title")).to_have_text("kind")
    expect(legend(page).locator(".chart-legend__value")).to_have_text(["a", "b", "not set"])
    names = legend(page).get_by_role("button")
    assert len({name.bounding_box()["y"] for name in names.all()}) == 1
    key = legend(page).locator(".chart-legend__key").bounding_box()
    assert names.first.bounding_box()["y"] >= key["y"] + key["height"]
    page.evaluate("runfolio.view.toggleRun(1)")

    expect(legend(page).locator(".chart-legend__value")).to_have_text(["b", "not set"])
    assert ask(page, "drawn.lines[0].color") == 1  # whichever others are drawn


def test_bars_have_their_names_beside_them_and_none_below(shown):
    series = {(f"run {run}", "auc"): points([0.8 + run / 100]) for run in range(4)}
    params = {f"run {run}": {"kind": "tree" if run % 2 else "net"} for run in range(4)}
    page = shown(Board(series, params=params))
    expect(drawn(page)).to_have_attribute("data-kind", "bars")

    expect(legend(page)).to_be_hidden()
    page.evaluate("runfolio.view.choose('color', 'param:kind')")
    expect(legend(page).locator(".chart-legend__value")).to_have_text(["net", "tree"])
    expect(legend(page).locator(".chart-legend__entry")).to_have_count(0)
    page.evaluate("runfolio.view.change((now) => { now.cards[0].hidden.add('r1'); })")
    button = legend(page).get_by_role("button", name="run 1")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    expect(button).to_have_count(0)


def test_many_numbers_lie_on_a_ramp_in_either_theme(shown):
    rates = [10.0**-power for power in range(12)]
    page = shown(swept([*rates, None]), "#color=param:lr")
    drawn(page)

    steps = ask(page, "drawn.lines.map((line) => line.color)")
    assert steps[12] == 11
    assert steps[0] == 43
    assert steps[11] == 12
    assert np.ptp(np.diff(steps[:12])) <= 1  # even steps: the ramp is logarithmic
    expect(legend(page)).to_contain_text("1e\N{MINUS SIGN}11")
    expect(legend(page)).to_contain_text("1 (log)")
    expect(legend(page)).to_contain_text("not set")
    ramp = "runfolio.chart.palette().runs.slice(12)"
    colors = f"[{ramp}, runfolio.chart.style('--level-0'), runfolio.chart.style('--level-8')]"
    light, *ends = page.evaluate(colors)
    assert [light[0], light[-1]] == ends
    assert ask(page, "drawn.view.scale('color')('12')") == ends[0]
    page.emulate_media(color_scheme="dark")
    expect(figure(page)).to_have_attribute("data-theme", "dark")
    assert ask(page, "drawn.view.scale('color')('43')") == page.evaluate(colors)[2] != ends[1]


def test_lines_bound_to_a_param_are_no_context_however_many_they_are(shown):
    page = shown(swept([number % 3 for number in range(160)], "depth"), "#color=param:depth")
    drawn(page)

    expect(figure(page)).to_have_attribute("data-series", "160")
    assert ask(page, "new Set(drawn.lines.map((line) => line.key)).size") == 3
    assert ask(page, "drawn.banded") is False
    expect(legend(page)).to_contain_text("160 runs: point at a line")


def test_colours_that_are_too_many_to_be_seen_are_given_up_and_that_is_said(shown):
    runs = [f"run {number}" for number in range(401)]
    series = {(run, "auc"): points([0.1, number / 401]) for number, run in enumerate(runs)}
    params = {run: {"depth": number % 3} for number, run in enumerate(runs)}
    page = shown(Board(series, params=params, drawn=runs, options={"color": "param:depth"}))

    drawn(page)

    expect(figure(page).locator(".chart-card__footer")).to_contain_text("too many series for colours")
    expect(figure(page).locator(".chart-legend__value")).to_have_count(0)


def test_values_beyond_ten_are_said_to_share_the_grey(shown):
    page = shown(swept([f"v{number:02}" for number in range(13)], "kind"), "#color=param:kind")
    drawn(page)

    expect(legend(page).locator(".chart-legend__value").last).to_have_text("3 more values")
    assert ask(page, "drawn.lines.map((line) => line.color).slice(9)") == [9, 10, 10, 10]
    drawn_as = ask(page, "drawn.lines.map((line) => drawn.view.scale('color')(line.key)).slice(9)")
    palette = page.evaluate("runfolio.chart.palette().runs")
    assert drawn_as == [palette[9], *[palette[10]] * 3]


def test_four_strokes_tell_values_and_the_rest_share_the_last(shown):
    page = shown(swept(["a", "b", "c", "d", "e", "f"], "kind"), "#line=param:kind&color=metric")
    drawn(page)

    strokes = ask(page, "drawn.lines.map((line) => line.stroke)")
    assert strokes == ["solid", "dashed", "dotted", "dashdot", "dashdot", "dashdot"]
    expect(legend(page).locator(".chart-legend__value")).to_have_text(["a", "b", "c", "d, e, f"])
    assert ask(page, "new Set(drawn.lines.map((line) => line.color)).size") == 1


def test_color_tells_metrics_of_several_runs_when_asked_to(shown):
    board = swept([1, 2], metrics=("auc", "loss"), cards=[("both", ["auc", "loss"])])
    page = shown(board, "#color=metric&line=run")
    drawn(page)

    lines = ask(page, "drawn.lines.map((line) => [line.color, line.stroke])")
    assert lines == [[0, "solid"], [0, "dashed"], [1, "solid"], [1, "dashed"]]
    expect(figure(page).locator(".chart-chip .chart-sample")).to_have_count(2)


def test_group_whose_runs_have_several_values_is_grey(shown):
    board = swept([1, 2, 3], "seed")
    page = shown(board, "#group=seeds&color=param:seed")
    drawn(page)

    assert ask(page, "drawn.lines.map((line) => line.color)") == [11]
    expect(legend(page)).to_contain_text("several values")


# ---- panels


def test_card_has_a_panel_a_value_and_they_share_their_scales(shown):
    page = shown(swept([1, 2, 2, None], "depth"), "#panel=param:depth")
    drawn(page)

    titles = figure(page).locator(".chart-panel__title")
    expect(titles).to_have_text(["depth 1", "depth 2", "depth not set"])
    assert ask(page, "drawn.panels.map((panel) => panel.lines.length)") == [1, 2, 1]
    domains = ask(page, "drawn.panels.map((panel) => JSON.stringify([panel.x.domain, panel.y.domain]))")
    assert len(set(domains)) == 1
    expect(figure(page)).to_have_attribute("data-series", "4")
    box = ask(page, "drawn.panels[0].box")
    figure(page).locator(".chart-panel .chart-over").first.hover(position={"x": box["left"] + 40, "y": 40})
    expect(figure(page).locator(".chart-over__rule:visible")).to_have_count(1)
    expect(figure(page).locator(".chart-over__mate:visible")).to_have_count(2)
    expect(figure(page).locator(".chart-tip:visible")).to_have_count(1)
    page.mouse.move(1, 1)
    expect(figure(page).locator(".chart-over__rule:visible, .chart-over__mate:visible")).to_have_count(0)

    page.evaluate("runfolio.view.choose('panel', 'none')")
    expect(figure(page).locator(".chart-panel")).to_have_count(0)
    expect(figure(page).locator(".chart-card__canvas canvas")).to_have_count(1)


def test_panels_of_unlike_metrics_have_heights_of_their_own(shown):
    series = {("one", "auc"): points(curve(9)), ("one", "loss"): points(curve(9) * 1000)}
    page = shown(Board(series, cards=[("auc", ["auc"])]), "#panel=metric&card:auc=auc,loss")
    drawn(page)

    highs = ask(page, "drawn.panels.map((panel) => panel.y.domain[1])")
    assert highs[0] < 2
    assert highs[1] > 500


def test_panels_are_few_enough_and_the_rest_is_said(shown):
    page = shown(swept(list(range(30)), "depth"), "#panel=run")
    drawn(page)

    expect(figure(page).locator(".chart-panel")).to_have_count(24)
    expect(figure(page).locator(".chart-card__footer")).to_contain_text("24 of 30 panels")
    expect(figure(page)).to_have_attribute("data-series", "24")


def test_panel_zooms_the_whole_card(shown):
    page = shown(swept([1, 2], "depth"), "#panel=run")
    drawn(page)
    over = figure(page).locator(".chart-panel .chart-over").first
    box = over.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 40, steps=3)
    page.mouse.up()

    expect(figure(page).get_by_role("button", name="zoom out")).to_be_visible()
    domains = ask(page, "drawn.panels.map((panel) => panel.x.domain)")
    assert domains[0] == domains[1]
    assert domains[0][1] - domains[0][0] < 15


# ---- long values

PATHS = [
    f"/a/very/long/path/to/some/data/set/on/a/cluster/{'of-all/' * 6}images-v{n}.parquet" for n in (1, 2)
]


def test_long_values_are_told_apart_by_the_legend_and_whole_in_its_titles(shown):
    page = shown(swept(PATHS, "data"), "#color=param:data&line=param:data")
    drawn(page)

    for key in legend(page).locator(".chart-legend__key").all():
        names = key.locator(".chart-legend__value .chart-legend__name")
        expect(names).to_have_text([re.compile("….*images-v1.parquet"), re.compile("….*images-v2.parquet")])
        assert [name.get_attribute("title") for name in names.all()] == PATHS
        assert all(name.evaluate("(name) => name.scrollWidth <= name.clientWidth") for name in names.all())
    assert legend(page).locator(".chart-legend__key").count() == 2


def test_titles_of_panels_never_lose_their_value(shown):
    name = f"model.{'encoder.' * 12}dropout"
    page = shown(swept([0.1, 0.2, 0.3], name), f"#panel=param:{name}")
    drawn(page)

    titles = figure(page).locator(".chart-panel__title")
    expect(titles).to_have_text([re.compile(rf"….*dropout 0\.{n}$") for n in (1, 2, 3)])
    assert [title.get_attribute("title") for title in titles.all()] == [f"{name} 0.{n}" for n in (1, 2, 3)]
    assert all(title.evaluate("(title) => title.scrollWidth <= title.clientWidth") for title in titles.all())


def test_groups_by_a_long_value_are_told_apart_and_whole_in_files(shown):
    board = swept([*PATHS, *PATHS], "data")
    page = shown(board, "#group=param:data")
    drawn(page)

    buttons = legend(page).get_by_role("button")
    expect(buttons).to_have_text([re.compile("….*images-v1.parquet"), re.compile("….*images-v2.parquet")])
    labels = [f"data {path}" for path in PATHS]
    assert [button.get_attribute("title").split(": click")[0] for button in buttons.all()] == labels
    text = page.evaluate(
        "runfolio.later('tools').then(() => runfolio.csv.drawn([...runfolio.board.cards.values()][0]))"
    )
    assert {row.split(",")[0] for row in text.splitlines()[1:]} == set(labels)
