"""Noise: tables of Student's distribution, and what chance does to the means of few seeds."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from sitegen.noise import noise, sample, stderr_of_difference
from sitegen.student import normal_tail, student_quantile, student_tail


@pytest.mark.parametrize(
    ("tail", "freedom", "quantile"),
    [(0.05, 1, 6.314), (0.025, 2, 4.303), (0.05, 5, 2.015), (0.01, 10, 2.764), (0.05, 30, 1.697)],
)
def test_quantiles_are_those_of_the_printed_tables(tail, freedom, quantile):
    assert student_quantile(tail, freedom) == pytest.approx(quantile, abs=5e-4)


@given(st.floats(-50, 50), st.floats(0.5, 500))
@example(3.7e-9, 2.0)
def test_tail_is_that_of_another_library(t, freedom):
    assert student_tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=1e-9, abs=1e-15)


@given(st.floats(0.01, 6), st.floats(1, 500))
def test_quantile_is_where_the_tail_begins(stderrs, freedom):
    tail = normal_tail(stderrs)

    assert student_tail(student_quantile(tail, freedom), freedom) == pytest.approx(tail, rel=1e-6)


def test_many_runs_are_two_standard_errors_and_few_runs_are_more():
    chance = random.Random(7)
    many = [sample(tuple(chance.gauss(0, 1) for _ in range(5_000))) for _ in range(2)]
    few = [sample((0.0, 1.0, 2.0)), sample((0.0, 1.0, 2.0))]

    for (one, other), times in ((many, 2.0), (few, 2.8693)):  # the latter: Student's t, 4 degrees of freedom
        error, _ = stderr_of_difference(one, other)
        assert noise(one, other) == pytest.approx(times * error, rel=1e-3)


values = st.lists(st.integers(-1000, 1000), min_size=2, max_size=8, unique=True).map(
    lambda numbers: tuple(float(number) for number in numbers)
)


@given(values, values)
def test_standard_error_and_freedom_are_those_of_welch_by_another_library(one, other):
    first, second = sample(one), sample(other)
    error, freedom = stderr_of_difference(first, second)

    expected = stats.ttest_ind(one, other, equal_var=False)

    assert freedom == pytest.approx(expected.df, rel=1e-6)
    assert (first.mean - second.mean) / error == pytest.approx(expected.statistic, rel=1e-6, abs=1e-9)


@given(st.floats(-1e9, 1e9), st.integers(2, 9), st.integers(2, 9))
def test_equal_values_have_their_own_mean_and_no_noise(value, one, other):
    first, second = sample((value,) * one), sample((value,) * other)

    assert first.mean == second.mean == value
    assert noise(first, second) == 0.0


def test_single_runs_tell_nothing_of_noise():
    assert noise(sample((1.0,)), sample((1.0, 2.0))) is None
    assert noise(sample((1.0, 2.0)), sample((1.0,))) is None


def test_tiny_spreads_do_not_vanish():
    one, other = sample((1e-200, 3e-200)), sample((1e-200, 3e-200))

    error, freedom = stderr_of_difference(one, other)

    assert error == pytest.approx(math.sqrt(2) * 1e-200)
    assert freedom == pytest.approx(2.0)
