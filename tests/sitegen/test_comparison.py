"""Comparison: params that differ, metrics with their change, and when it is noise."""

from __future__ import annotations

import math

import pytest
from commits import A, B, knows, made
from records import catalog

from sitegen.comparison import Comparison, compare
from sitegen.comparison_words import comparison_document, comparison_json
from sitegen.documents import as_markdown, as_text
from sitegen.groups import find, group, the_side


def compared(*runs, value=None, **options) -> Comparison:
    """What differs between the latest of main and the latest of dev."""
    store = catalog(*runs, **options)
    sides = [the_side(f"latest {branch}") for branch in ("main", "dev")]
    base, head = (group(side, find(store, side, knows(None))) for side in sides)
    return compare(base, head, value)


def pair(metric: str, before: list[float], after: list[float], **options) -> Comparison:
    """Runs of main and of dev with these last values, one a seed."""
    runs = [
        made(first + seed, commit, branch, metrics={metric: [value]}, params={"seed": seed})
        for first, commit, branch, values in ((0, A, "main", before), (50, B, "dev", after))
        for seed, value in enumerate(values)
    ]
    return compared(*runs, **options)


@pytest.mark.parametrize(
    ("metric", "before", "after", "verdict"),
    [
        ("auc", [0.8], [0.9], "better"),
        ("auc", [0.9], [0.8], "worse"),
        ("loss", [0.8], [0.9], "worse"),
        ("loss", [0.9], [0.8], "better"),
        ("rows", [1.0], [2.0], "larger"),
        ("rows", [2.0], [1.0], "smaller"),
        ("auc", [0.9], [0.9], "same"),
        ("auc", [0.90, 0.91, 0.92], [0.89, 0.90, 0.92], "within noise"),
        ("auc", [0.90, 0.91, 0.92], [0.80, 0.81, 0.82], "worse"),
        ("auc", [0.9], [math.nan], "unknown"),
    ],
)
def test_change_is_judged_by_the_goal_and_by_what_seeds_do(metric, before, after, verdict):
    (change,) = pair(metric, before, after).metrics

    assert change.verdict == verdict


def test_goal_of_the_configuration_decides():
    (change,) = pair("rows", [1.0], [2.0], goals={"rows": "min"}).metrics

    assert change.verdict == "worse"


def test_mean_spread_and_count_stand_in_the_table():
    text = as_text(comparison_document(pair("auc", [0.90, 0.91, 0.92], [0.80, 0.81, 0.82])))

    assert "0.9100 ± 0.01 (3 runs)  0.8100 ± 0.01 (3 runs)  −0.1000  worse" in text


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        (0.900312, 0.848291, "0.9003 (1 run)  0.8483 (1 run)  −0.05202  worse"),
        (1.1, 0.1, "1.1000 (1 run)  0.1000 (1 run)      −1  worse"),
        (12.3456, 9.87654, "12.346 (1 run)  9.877 (1 run)  −2.469  worse"),
        (100, 120, "100 (1 run)  120 (1 run)     +20  better"),
    ],
)
def test_values_of_a_row_share_their_decimals_and_their_difference_has_four_digits(before, after, row):
    text = as_text(comparison_document(pair("auc", [before], [after])))

    assert row in text


def test_single_run_has_no_spread_and_the_lack_of_noise_is_said():
    text = as_text(comparison_document(pair("auc", [0.9], [0.8])))

    assert "0.9000 (1 run)  0.8000 (1 run)  −0.1000  worse" in text
    assert "A single run on a side tells nothing of noise." in text


def test_run_that_diverged_is_named_beside_those_that_did_not():
    comparison = pair("auc", [0.9, 0.91], [0.9, math.nan, 0.92])

    (change,) = comparison.metrics
    assert (change.head.bad, change.head.sample.count) == (1, 2)
    assert "1 run of head without a value" in as_text(comparison_document(comparison))


def test_params_that_differ_are_shown_with_all_their_values():
    runs = [made(seed, A, params={"seed": seed, "depth": 3, "same": 1.0}) for seed in range(2)]
    runs += [
        made(9 + seed, B, "dev", params={"seed": seed, "depth": 5, "same": 1, "new": "x"})
        for seed in range(3)
    ]

    comparison = compared(*runs)

    changes = {change.name: (change.base, change.head) for change in comparison.params}
    assert changes == {"seed": ((0, 1), (0, 1, 2)), "depth": ((3,), (5,)), "new": ((), ("x",))}
    assert "new    not set  x" in as_text(comparison_document(comparison))


def test_equal_params_are_said_to_be():
    assert "No param differs." in as_text(comparison_document(pair("auc", [0.9], [0.8])))


def test_main_metric_comes_first_and_what_the_machine_did_is_left_out():
    metrics = {"rows": [1.0], "test/auc": [0.9], "system/ram": [3.0]}

    comparison = compared(made(1, A, metrics=metrics), made(2, B, "dev", metrics=metrics))

    assert [change.info.name for change in comparison.metrics] == ["test/auc", "rows"]


def test_best_value_is_compared_unless_the_last_is_asked_for():
    runs = (made(1, A, metrics={"auc": [0.9, 0.5]}), made(2, B, "dev", metrics={"auc": [0.8, 0.7]}))

    assert [compared(*runs, value=value).metrics[0].verdict for value in (None, "best", "last")] == [
        "worse",
        "worse",
        "better",
    ]


def test_large_comparisons_fit_a_comment():
    many = {f"metric {number} | " + "`|" * 110: [1.0] for number in range(200)}
    params = {f"param {number} | " + "`|" * 110: "|" * 500 for number in range(200)}

    comparison = compared(made(1, A, metrics=many), made(2, B, "dev", metrics=many, params=params))

    told = as_markdown(comparison_document(comparison), "m")
    assert len(told) < 65_536
    assert "150 more metrics not shown." in told
    assert "150 more params not shown." in told
    assert len(comparison_json(comparison)["metrics"]) == 200
