"""Columns of the runs table: which are printed, which are hidden, and which are one."""

from __future__ import annotations

import math

from records import only, run

from logger.records import MetricDefinition
from sitegen.pages.columns import columns_of


def labels(columns):
    return [f"{column.label} {column.sub}".strip() for column in columns]


def hidden(*runs):
    return columns_of(only(*runs))[1]


def test_what_is_the_same_in_all_runs_is_a_hidden_column():
    runs = [
        run(number, params={"lr": number, "batch": 32}, provenance={"user": "ann", "git_commit": "a1b2"})
        for number in range(3)
    ]

    assert labels(hidden(*runs)) == ["batch", "user", "commit", "ended", "run id"]


def test_tags_notes_parents_and_reasons_are_hidden_columns_where_there_are_any():
    found = {
        column.label: column.values
        for column in hidden(
            run(1, tags={"stage": "try"}, note="why"),
            run(2, tags={"stage": ""}, parent="1" * 32, status="failed", reason="ValueError"),
        )
    }

    assert found["stage"] == ("try", "")
    assert found["note"] == ("why", None)
    assert found["parent"] == (None, "1" * 32)
    assert found["reason"] == (None, "ValueError")


def test_a_metric_has_a_column_for_each_of_its_values_that_differs_from_the_others():
    goal = {"auc": MetricDefinition("max", None, None)}
    runs = [
        run(1, metrics={"auc": [0.5, 0.9, 0.7], "steps": [1.0, 2.0, 3.0]}, definitions=goal),
        run(2, metrics={"auc": [0.4, 0.6, 0.5], "steps": [1.0, 2.0, 4.0]}, definitions=goal),
    ]

    printed, rest = columns_of(only(*runs))

    found = [
        (column.label, column.sub, column.also) for column in (*printed, *rest) if column.kind == "number"
    ]
    assert found == [
        ("auc", "best", ("max",)),
        ("auc", "last", ()),
        ("steps", "last", ("max",)),
        ("auc", "min", ()),
        ("steps", "min", ()),
    ]


def test_a_metric_of_one_point_is_one_column():
    runs = [run(number, metrics={"auc": [number / 10]}) for number in range(3)]

    printed, rest = columns_of(only(*runs))

    (column,) = (one for one in (*printed, *rest) if one.kind == "number")
    assert column.sub == ""
    assert set(column.also) == {"best", "last", "max", "min"}


def test_a_run_without_finite_values_is_told_from_one_that_did_not_log():
    runs = [run(1, metrics={"auc": [0.5, 0.7, 0.6]}), run(2, metrics={"auc": [math.nan]}), run(3)]

    (lowest,) = (column for column in hidden(*runs) if column.sub == "min")

    assert lowest.values == (0.5, None, None)
    assert lowest.unbounded == (1,)


def test_long_texts_are_clipped():
    (note,) = (column for column in hidden(run(1, note="x" * 5000)) if column.label == "note")

    assert len(note.values[0]) == 2000
    assert note.values[0].endswith("…")
