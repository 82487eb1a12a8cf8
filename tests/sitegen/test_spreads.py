"""Spreads: the same differences are noise in Python and in the browser (browser/test_noise.py)."""

from __future__ import annotations

import math

import pytest
from noise_cases import CASES
from records import only, run

from sitegen.spreads import Chance, Spread, chance, seed_spreads


def spread(known: tuple[float, int] | None) -> Spread | None:
    return known and Spread(3, ("seed",), 0.9, *known)


@pytest.mark.parametrize(("gap", "one", "other", "is_all", "said"), CASES)
def test_differences_that_chance_alone_makes_are_noise(gap, one, other, is_all, said):
    assert chance(gap, spread(one), spread(other)) == Chance(is_all, said)


def test_where_nothing_was_repeated_nothing_is_known_of_chance():
    assert chance(0.1, None, None) is None


def test_without_a_goal_the_spread_is_that_of_the_last_values():
    runs = [run(n, params={"seed": n}, metrics={"speed": [9.0, float(n)]}) for n in (1, 2, 3)]
    experiment = only(*runs)

    spreads = seed_spreads(experiment, experiment.main_metric)

    assert spreads == dict.fromkeys(range(3), Spread(3, ("seed",), 2.0, 1.0, 0))


@pytest.mark.parametrize(
    ("values", "deviations"),
    [
        ((1.5e308, 1.7e308), [pytest.approx(2**0.5 * 1e307)] * 2),
        ((-1.7e308, 1.7e308), []),
        ((0.0, math.inf), []),
    ],
    ids=["sum is no float", "deviation is no float", "an infinity"],
)
def test_spread_of_values_at_the_end_of_what_floats_are_is_known_or_left_out(values, deviations):
    runs = [run(n, params={"seed": n}, metrics={"huge": [value]}) for n, value in enumerate(values, 1)]
    experiment = only(*runs)

    spreads = seed_spreads(experiment, experiment.main_metric)

    assert [spread.deviation for spread in spreads.values()] == deviations
