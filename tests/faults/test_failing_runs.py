"""A whole run, from `start_run` to its seal, on a disk that fails at every call in turn."""

from __future__ import annotations

import errno
import warnings
from pathlib import Path

import pytest
from failing import Failing

from logger import defaults, start_run
from logger.errors import StoreError, WriteFailed
from logger.run import Run
from logger.store import RunRecord, Store

CALLS = ("open", "write", "pwrite", "fsync", "link", "rename", "replace", "mkdir", "unlink")
VALUES = [float(row) for row in range(70)]


@pytest.fixture(autouse=True)
def _store_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "_store", None)
    monkeypatch.setattr(defaults, "_experiment", None)


def train(run: Run) -> None:
    run.log_param("depth", 6)
    for value in VALUES:
        run.log_metric("loss", value)
    run.log_metrics({"auc/train": 0.9, "auc/test": 0.8})
    run.set_tag("team", "a")


def whole_run(store: Path, monkeypatch: pytest.MonkeyPatch, first: int, last: int | None) -> tuple[str, int]:
    """What became of the run ("whole", "refused", "incomplete"), and how many calls there were."""
    monkeypatch.setattr(defaults, "_store", store)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        failing = Failing(patch, first, last, errno.EIO, only=CALLS)
        try:
            run = start_run(experiment="fake box")
        except StoreError:
            return "refused", failing.count
        train(run)
        try:
            run.end()
        except WriteFailed:
            return "incomplete", failing.count
        return "whole", failing.count


def found_in(store: Path) -> tuple[RunRecord, list[float]]:
    reader = Store(store)
    folders = reader.run_folders()
    assert len(folders) == 1
    record = reader.read_run(folders[0])
    points = reader.read_points(folders[0])
    return record, points.series["loss"]["value"].to_pylist() if "loss" in points.series else []


def test_one_failure_anywhere_costs_no_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_run(tmp_path / "first", monkeypatch, 0, -1)  # what is imported late, is imported now
    outcome, calls = whole_run(tmp_path / "counted", monkeypatch, 0, -1)
    assert (outcome, calls > 90) == ("whole", True)

    outcomes = []
    for call in range(calls):
        store = tmp_path / str(call)
        outcome, _ = whole_run(store, monkeypatch, call, call)
        outcomes.append(outcome)
        if outcome != "refused":
            record, values = found_in(store)
            assert values == VALUES, call
            assert record.params == {"depth": 6}, call
            assert record.tags == {"team": "a"}, call
            assert record.status == "finished", call
            assert record.problems == (), call

    assert outcomes.count("refused") < 20
    assert outcomes.count("whole") > 70


def test_failing_for_good_from_any_call_on_costs_nothing_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_run(tmp_path / "first", monkeypatch, 0, -1)
    _, calls = whole_run(tmp_path / "counted", monkeypatch, 0, -1)

    for call in range(0, calls, 3):
        store = tmp_path / str(call)
        outcome, _ = whole_run(store, monkeypatch, call, None)
        if outcome == "refused":
            continue
        record, values = found_in(store)
        assert values == VALUES[: len(values)], call
        assert outcome == "incomplete" or values == VALUES, call
        assert record.problems == (), call
