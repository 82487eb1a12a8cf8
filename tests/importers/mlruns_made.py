"""An mlruns folder as MLflow 3 writes it, made here in a moment: for tests that damage it, and import it."""

from __future__ import annotations

from pathlib import Path

from logger.importers.writing import Report
from logger.records import RunRecord
from logger.store import Store
from sitegen.sources import import_store

NOW = 1_700_000_000_000  # ms

EXPERIMENT = """artifact_location: {root}/{key}
creation_time: {now}
experiment_id: '{key}'
last_update_time: {now}
lifecycle_stage: active
name: {name}
"""
RUN = """artifact_uri: {uri}
end_time: {end}
entry_point_name: ''
experiment_id: '{experiment}'
lifecycle_stage: {stage}
run_id: {run}
run_name: {name}
source_name: ''
source_type: 4
source_version: ''
start_time: {start}
status: 3
tags: []
user_id: ann
"""


def run_id(number: int) -> str:
    return f"{number:032x}"


def make_mlruns(root: Path, runs: int = 2, name: str = "fake box", key: str = "123456789012345678") -> Path:
    """One experiment with so many runs, each with a param, a tag, an artifact and three points of `loss`."""
    folder = root / key
    folder.mkdir(parents=True)
    folder.joinpath("meta.yaml").write_text(
        EXPERIMENT.format(root=root, key=key, now=NOW, name=name), "utf-8"
    )
    for number in range(runs):
        make_run(folder, number)
    return root


def make_run(experiment: Path, number: int, stage: str = "active", uri: str | None = None) -> Path:
    run = experiment / run_id(number)
    for kind in ("metrics", "params", "tags", "artifacts"):
        (run / kind).mkdir(parents=True)
    uri = uri or f"{run}/artifacts"
    said = {"uri": uri, "end": NOW + 9, "experiment": experiment.name, "stage": stage, "run": run.name}
    text = RUN.format(**said, name=f"run {number}", start=NOW + number)
    (run / "meta.yaml").write_text(text, "utf-8")
    (run / "metrics" / "loss").write_text(
        "".join(f"{NOW + step} {1 / (step + 1)} {step}\n" for step in range(3))
    )
    (run / "params" / "lr").write_text("0.1")
    (run / "tags" / "team").write_text("vision")
    (run / "tags" / "mlflow.runName").write_text(f"run {number}")
    (run / "artifacts" / "a.txt").write_text("hello")
    return run


def first(mlruns: Path) -> Path:
    """The folder of its first run."""
    return mlruns / "123456789012345678" / run_id(0)


def imported(source: Path, store: Path, deleted: bool = False) -> tuple[Report, dict[str, RunRecord]]:
    """Import for good: the report, and all runs of the store by their ids."""
    report = import_store("mlflow", source, store, deleted, quiet)
    return report, {run.run_id: run for run in Store(store).runs()}


def quiet(step: str, done: int, total: int) -> None:
    """No progress."""
