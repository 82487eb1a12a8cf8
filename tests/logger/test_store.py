"""`logger.store`: what a store says, and what it says of what it cannot read."""

from __future__ import annotations

import math

import pytest
from builders import (
    START,
    RunPlan,
    make_store,
)

from logger.store import Artifact, MetricDefinition, Store

AUC = {"auc": [0.5, 0.9, 0.8]}


def test_run_comes_back_with_all_that_was_said_of_it(tmp_path):
    plan = RunPlan(
        metrics=AUC,
        experiment="Fake box",
        name="first try",
        params={"depth": 6, "rate": 0.1, "kind": "tree", "deep": True, "none": None},
        tags={"stage": "draft"},
        provenance={"script": "train.py", "user": "ada"},
        facts=[
            ("note", "", "It *works*."),
            ("define", "auc", {"goal": "max", "unit": "%", "x": "step"}),
            ("artifact", "models/a.bin", {"size": 3, "sha256": "00ff"}),
        ],
    )
    store = Store(make_store(tmp_path, [plan]))

    run = store.runs()[0]

    assert (run.experiment, run.name, run.status, run.alive) == ("Fake box", "first try", "finished", False)
    assert run.params == plan.params
    assert type(run.params["deep"]) is bool
    assert (run.tags, run.provenance) == (plan.tags, plan.provenance)
    assert run.note == "It *works*."
    assert run.definitions == {"auc": MetricDefinition("max", "%", "step")}
    assert run.artifacts == (Artifact("models/a.bin", 3, "00ff"),)
    assert (run.started, run.ended) == (START, START + 60_000_000)
    assert run.problems == ()


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "live"])
def test_summary_of_a_metric_is_the_same_from_live_and_sealed_points(tmp_path, sealed):
    store = Store(make_store(tmp_path, [RunPlan(metrics=AUC, sealed=sealed)]))

    summary = store.runs()[0].metrics["auc"]

    assert (summary.count, summary.bad) == (3, 0)
    assert (summary.first, summary.last, summary.last_step) == (0.5, 0.8, 2)
    assert (summary.min, summary.min_step, summary.max, summary.max_step) == (0.5, 0, 0.9, 1)


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "live"])
def test_points_come_back_in_the_order_logged(tmp_path, sealed):
    plan = RunPlan(metrics={"loss": [3.0, 2.0], "auc": [math.nan, math.inf]}, sealed=sealed)
    store = Store(make_store(tmp_path, [plan]))

    points = store.read_points(store.run_folders()[0])

    assert list(points.series) == ["loss", "auc"]
    assert points.series["loss"]["value"].to_pylist() == [3.0, 2.0]
    assert points.series["loss"]["step"].to_pylist() == [0, 1]
    assert math.isnan(points.series["auc"]["value"][0].as_py())
    assert points.problems == ()


def test_only_the_wanted_metrics_are_read(tmp_path):
    store = Store(make_store(tmp_path, [RunPlan(metrics={"a": [1], "b": [2]})]))

    assert list(store.read_points(store.run_folders()[0], ["b", "c"]).series) == ["b"]
