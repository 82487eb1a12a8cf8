"""Bars of runs: what they, their words and their files say is true, of series with one point and of a chosen field alike."""

from __future__ import annotations

import pytest
from boards import Board, points
from builders import RunPlan
from playwright.sync_api import Page, expect
from sites import built_site, page_of


def figure(page: Page, number: int = 0):
    found = page.locator("figure.chart-card").nth(number)
    expect(found).to_have_attribute("data-drawn", "true")
    expect(found).to_have_attribute("data-kind", "bars")
    return found


def footer(page: Page, number: int = 0):
    return figure(page, number).locator(".chart-card__footer")


def bars(page: Page, number: int = 0) -> list[dict[str, object]]:
    """The bars of a card as drawn, top down."""
    figure(page, number)
    return page.evaluate(f"[...runfolio.board.cards.values()][{number}].drawn.view.data('bars')")


def singles(count: int, goals: dict[str, str] | None = None, **more: object) -> Board:
    """Runs that each logged `auc` once: 0, 1, 2, …"""
    series = {(f"run {run}", "auc"): points([float(run)]) for run in range(count)}
    return Board(series, goals=goals or {}, drawn=[f"run {run}" for run in range(count)], **more)


def picture(count: int, **more: object) -> list[RunPlan]:
    """Runs with a curve, whose bars are those of a chosen field."""
    return [
        RunPlan(
            {"size": [0.0, float(run)]},
            name=f"run {run}",
            params={"seed": run, "kind": "ab"[run % 2]},
            **more,
        )
        for run in range(count)
    ]


@pytest.mark.parametrize(
    ("goals", "words"),
    [({"auc": "max"}, "40 of 45 bars: the best"), ({}, "40 of 45 bars: the first")],
    ids=["goal", "no goal"],
)
def test_footer_of_cut_bars_says_how_many_of_them_are_drawn_and_which(shown, goals, words):
    page = shown(singles(45, goals))

    expect(footer(page)).to_have_text(words)
    assert len(bars(page)) == 40
    page.evaluate(
        "runfolio.view.change((now) => [0, 1, 2, 3, 4, 5].forEach((run) => now.cards[0].hidden.add(`r${run}`)))"
    )
    expect(footer(page)).to_have_text("39 bars · 6 switched off")


def test_footer_of_grouped_bars_speaks_of_bars_and_whiskers(shown):
    params = {f"run {run}": {"depth": run % 2, "seed": run} for run in range(6)}
    page = shown(singles(6, params=params), "#group=param:depth")

    expect(footer(page)).to_have_text(
        "2 groups of 6 runs · bar: mean, whisker: ± standard deviation · 2 bars"
    )


def test_footer_of_cut_bars_of_a_field_says_the_same_and_one_bar_is_one(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, picture(45))), "#runs=all&kind:size=bars&axes:size=last:size")

    expect(footer(page)).to_have_text("40 of 45 bars: the first")
    page.evaluate("runfolio.view.setRuns([3])")
    expect(footer(page)).to_have_text("1 bar")


def test_bars_have_no_x_and_say_nothing_of_runs_without_its_metric(shown):
    series = {
        ("one", "epoch"): points([0.0, 1.0]),
        ("one", "auc"): points([0.5]),
        ("two", "auc"): points([0.6]),
    }
    page = shown(Board(series, cards=[("auc", ["auc"])]), "#x=metric:epoch")

    expect(footer(page)).to_have_text("2 bars")
