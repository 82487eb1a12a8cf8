"""Smoothing: each kind by its published formula, over all points, and its words."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from boards import Board, curve, points
from playwright.sync_api import expect
from test_axes import choose
from test_drawing import ask, drawn, footer

NAN = float("nan")
VALUES = [1.0, 2.0, 5.0, NAN, 4.0, 0.0, 100.0, 3.0, math.inf, 2.0, 2.5, 7.0]
XS = [0.0, 1.0, 2.0, 3.0, 10.0, 11.0, 12.0, 40.0, 41.0, 42.0, 90.0, 100.0]


def ema(values, weight):
    """TensorBoard, `smoothed` of its scalar charts."""
    last, count, out = 0.0, 0, []
    for value in values:
        if not math.isfinite(value):
            out.append(value)
            continue
        last, count = weight * last + (1 - weight) * value, count + 1
        out.append(last / (1 - weight**count))
    return out


def twema(values, xs, amount):
    """W&B, "Time weighted exponential moving average" of its documentation."""
    weight = min(math.sqrt(amount), 0.999)
    last, debias, before, out = 0.0, 0.0, xs[0], []
    for value, x in zip(values, xs, strict=True):
        if not math.isfinite(value):
            out.append(value)
            continue
        adjusted = weight ** ((x - before) / (xs[-1] - xs[0]) * 1000)
        last, debias, before = last * adjusted + value, debias * adjusted + 1, x
        out.append(last / debias)
    return out


def stretches(values):
    """Where values are finite, one after the other."""
    found, start = [], None
    for row, value in enumerate([*values, NAN]):
        if math.isfinite(value) and start is None:
            start = row
        elif not math.isfinite(value) and start is not None:
            found.append(slice(start, row))
            start = None
    return found


def windowed(values, size, middle):
    out = np.array(values)
    half = size // 2
    for part in stretches(values):
        inside = values[part]
        out[part] = [middle(inside[max(0, row - half) : row + half + 1]) for row in range(len(inside))]
    return out.tolist()


def gauss(values, sigma):
    out = np.array(values)
    for part in stretches(values):
        inside = np.array(values[part])
        rows = np.arange(len(inside))
        weights = np.exp(-0.5 * ((rows[:, None] - rows[None, :]) / sigma) ** 2)
        weights[np.abs(rows[:, None] - rows[None, :]) > math.ceil(4 * sigma)] = 0
        out[part] = weights @ inside / weights.sum(axis=1)
    return out.tolist()


WANTED = {
    ("ema", 0.6): ema(VALUES, 0.6),
    ("ema", 0.999): ema(VALUES, 0.999),
    ("twema", 0.6): twema(VALUES, XS, 0.6),
    ("twema", 0.999): twema(VALUES, XS, 0.999),
    ("mean", 3): windowed(VALUES, 3, np.mean),
    ("mean", 5): windowed(VALUES, 5, np.mean),
    ("median", 3): windowed(VALUES, 3, np.median),
    ("median", 11): windowed(VALUES, 11, np.median),
    ("gauss", 0.5): gauss(VALUES, 0.5),
    ("gauss", 2): gauss(VALUES, 2),
}


def plain(values):
    """NaN and infinities as text: None equals no number, and NaN not even itself."""
    return [value if math.isfinite(value) else str(value) for value in values]


@pytest.fixture
def smoothed(shown):
    """Smooths values in the page: smoothed(kind, amount, values, xs)."""
    page = shown(Board({("one", "auc"): points(curve(30))}))

    def smooth(kind, amount, values, xs):
        answer = page.evaluate(
            """([kind, amount, y, x]) => {
                const [ys, xs] = [y, x].map((column) => Float64Array.from(column, Number));
                const series = { x: xs, y: ys, stretches: runfolio.place.stretches(xs) };
                return Array.from(runfolio.smooth.values(kind, amount, series), String);
            }""",
            [kind, amount, [str(value).replace("inf", "Infinity") for value in values], xs],
        )
        return [float(value) for value in answer]

    return smooth


def test_each_kind_is_its_published_formula(smoothed):
    for (kind, amount), wanted in WANTED.items():
        found = smoothed(kind, amount, VALUES, XS)

        assert [
            value if isinstance(value, str) else pytest.approx(value) for value in plain(wanted)
        ] == plain(found), (kind, amount)


def test_gaps_and_steps_back_are_not_bridged_and_constants_stay(smoothed):
    kinds = [("ema", 0.9), ("twema", 0.9), ("mean", 9), ("gauss", 4), ("median", 9)]
    for kind, amount in kinds:
        assert smoothed(kind, amount, [0.25] * 9, list(range(9))) == [0.25] * 9, kind
        assert smoothed(kind, 0, [1.0, 2.0], [0.0, 1.0]) == [1.0, 2.0], kind
    for kind, amount in kinds[2:]:
        gap = smoothed(kind, amount, [1.0, 1.0, NAN, 9.0, 9.0], list(range(5)))
        assert plain(gap) == [1, 1, "nan", 9, 9], kind
        assert smoothed(kind, amount, [1.0, 1.0, 9.0, 9.0], [5.0, 6.0, 5.0, 6.0]) == [1, 1, 9, 9], kind
    back = [0.0, 1.0, 2.0, 1.0, 2.0]
    assert smoothed("twema", 0.6, [1.0, 2.0, 5.0, 4.0, 3.0], back) == pytest.approx(
        ema([1.0, 2.0, 5.0, 4.0, 3.0], 0.6)
    )  # as W&B: the plain mean where x is not ascending


def test_kind_and_amount_are_said_and_the_slider_goes_with_them(shown):
    page = shown(Board({("one", "auc"): points(curve(30))}), "#smoother=twema&smooth=0.6")
    drawn(page)
    slider = page.get_by_role("slider", name="smoothing")
    expect(footer(page)).to_contain_text("smoothed 0.6 time-weighted EMA")
    expect(slider).to_have_attribute("max", "0.99")

    choose(page, smoother="mean", smooth=11)

    expect(footer(page)).to_contain_text("smoothed mean of 11 points")
    expect(slider).to_have_attribute("max", "101")
    expect(slider).to_have_value("11")
    expect(page.locator(".chart-toolbar__amount")).to_have_text("11")
    weights = ask(page, "[...new Set(drawn.view.data('series').map((row) => row.weight))]")
    assert sorted(weights) == ["line", "raw"]


def test_weight_becomes_a_usual_window_when_the_kind_changes_by_hand(shown):
    page = shown(Board({("one", "auc"): points(curve(30))}), "#smooth=0.6")
    drawn(page)
    page.locator("[data-toolbar]").get_by_role("button", name="settings").click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_label("weight")).to_have_value("0.6")

    panel.get_by_label("smoothing").select_option("Gaussian")

    expect(panel.get_by_label("σ, points")).to_have_value("3")
    expect(footer(page)).to_contain_text("smoothed Gaussian, σ 3 points")
    assert page.url.endswith("#smoother=gauss&smooth=3")
    panel.get_by_label("smoothing").select_option("exponential mean")
    expect(footer(page)).to_contain_text("smoothed 0.6 EMA")


def test_kind_chosen_while_smoothing_is_off_smooths_by_its_usual_amount(shown):
    page = shown(Board({("one", "auc"): points(curve(30))}))
    drawn(page)
    page.locator("figure.chart-card").get_by_role("button", name="more to do").click()
    page.get_by_role("button", name="settings…").click()
    panel = page.get_by_role("dialog")

    panel.get_by_label("smoothing").select_option("moving mean")

    expect(panel.get_by_label("points")).to_have_value("11")
    expect(footer(page)).to_contain_text("smoothed mean of 11 points")
    assert page.url.endswith("#smoother:auc=mean&smooth:auc=11")
    panel.get_by_label("smoothing").select_option("as the board")
    expect(footer(page)).not_to_contain_text("smoothed")
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile("^[^#]*$"))


def test_amount_out_of_the_range_of_its_kind_is_its_largest(shown):
    page = shown(Board({("one", "auc"): points(curve(30))}), "#smooth=30")

    drawn(page)

    expect(footer(page)).to_contain_text("smoothed 0.999 EMA")
    assert ask(page, "Math.max(...drawn.lines[0].drawn)") < 1

    page.locator("[data-toolbar]").get_by_role("button", name="settings").click()
    field = page.get_by_role("dialog").get_by_label("weight")
    field.fill("5")
    field.press("Tab")

    expect(field).to_have_value("0.999")
    assert page.url.endswith("#smooth=0.999")
