"""Spreads: the same differences are noise in Python and in the browser (browser/test_noise.py)."""

from __future__ import annotations

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
