"""Associations: rank correlations as the books have them, and none where there is nothing to say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import only, run

from sitegen.associations import associations, spearman

NUMBERS = st.integers(-5, 5) | st.floats(-1e6, 1e6)


def test_spearman_is_that_of_the_textbook():
    iq = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]  # of TV a week: the example of many lectures, -29/165

    assert spearman(iq, hours) == pytest.approx(-29 / 165)


def test_equal_values_share_their_rank():
    # ranks 1, 2.5, 2.5, 4 beside 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5)
    assert spearman([1, 2, 2, 3], [10, 20, 30, 40]) == pytest.approx(4.5 / math.sqrt(22.5))


@pytest.mark.parametrize(
    ("xs", "ys"), [([], []), ([1], [2]), ([3, 3, 3], [1, 2, 3])], ids=["no", "one", "constant"]
)
def test_without_two_different_values_there_is_no_correlation(xs, ys):
    assert spearman(xs, ys) is None


def test_sides_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="3 values beside 2"):
        spearman([1, 2, 3], [1, 2])


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=30))
def test_only_order_counts_and_turning_one_side_turns_the_sign(pairs):
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    rho = spearman(xs, ys)
    if rho is None:
        return

    assert -1 <= rho <= 1
    assert spearman(ys, xs) == pytest.approx(rho)
    assert spearman([-x for x in xs], ys) == pytest.approx(-rho)
    order = {x: place for place, x in enumerate(sorted(set(xs)))}
    assert spearman([order[x] ** 3 for x in xs], ys) == pytest.approx(rho)


def sweep(count: int, **more):
    """Runs whose loss falls with lr, without one in which anything else is ordered."""
    return [
        run(
            n,
            params={"lr": 10.0**n, "kind": "ab"[n % 2], "seed": n, **more},
            metrics={"loss": [9, 5.0 - n / 10]},
        )
        for n in range(count)
    ]


def test_numeric_params_that_differ_are_ranked_by_how_closely_they_go_with_the_goal():
    runs = sweep(6)
    odd = run(7, params={"lr": True, "noise": 1.0, "seed": 0}, metrics={"loss": [1.0]})
    noise = [
        run(10 + n, params={"noise": float(value)}, metrics={"loss": [n / 10]})
        for n, value in enumerate([3, 1, 4, 1.5, 9])
    ]

    found = associations(only(*runs, odd, *noise))

    assert [(each.param, each.n) for each in found] == [("lr", 6), ("noise", 6)]
    assert found[0].rho == pytest.approx(-1)
    assert not found[0].by_chance
    assert found[1].by_chance


def test_fewer_than_five_runs_say_nothing():
    assert associations(only(*sweep(4))) == ()
    assert len(associations(only(*sweep(5)))) == 1


def test_values_that_are_no_finite_numbers_are_left_out():
    runs = sweep(6)
    bad = [
        run(20, params={"lr": math.nan}, metrics={"loss": [1]}),
        run(21, params={"lr": 1}, metrics={"loss": [math.nan]}),
    ]
    huge = run(22, params={"lr": 10**400}, metrics={"loss": [0]})

    (found,) = associations(only(*runs, *bad, huge))

    assert found.n == 7


def test_without_a_goal_nothing_is_associated():
    runs = [run(n, params={"lr": n}, metrics={"speed": [n]}) for n in range(8)]

    assert associations(only(*runs)) == ()
