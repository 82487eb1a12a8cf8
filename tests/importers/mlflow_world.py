"""Run by a real MLflow, of whatever version: fills a tracking store, then says what its own API reads there.

    python mlflow_world.py URI JUDGE.json     with mlflow installed; knows nothing of this project

Everything goes through `MlflowClient`, as a user's program would do it. What a version does not have
(datasets before 2.4) is left out, and the judgement lacks it as well.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.update(MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_DISABLE_TELEMETRY="true", GIT_PYTHON_REFRESH="quiet")
from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

NOW = 1_700_000_000_000  # ms
PARAMS = {
    "lr": "0.001", "epochs": "100", "shuffle": "True", "seed": "None", "small": "1e-05", "not python": "1e5",
    "zip": "00501", "version": "3.10", "layers": "[64, 32]", "nan": "nan", "inf": "-inf", "huge": "9" * 25,
    "optimizer/name": "adam", "größe": "groß", "text": "x: y # no comment", "zero": "-0.0", "quoted": "'a'",
}  # fmt: skip
TAGS = {"team": "vision", "deep/er": "x", "leer": "", "mlflow.source.name": "/home/ann/train box.py",
        "mlflow.user": "ann", "mlflow.source.git.commit": "0" * 40, "mlflow.source.type": "LOCAL",
        "mlflow.note.content": "# Title\n\nÜber *this* run", "lines": "one\ntwo: three\n"}  # fmt: skip


def metrics() -> list[Metric]:
    """Value, time, step of every kind of point there is."""
    points = [("loss", 1 / (step + 1), NOW + step * 10, step) for step in range(50)]
    points += [("auc/train", 0.5 + step / 100, NOW + step, step) for step in range(20)]
    points += [("auc/test/fold 1", 0.5, NOW, 7)]
    points += [("equal steps", float(number), NOW + number, 3) for number in range(4)]
    points += [("equal points", 1.0, NOW, 1)] * 2
    points += [("backwards", float(step), NOW + 100 - step, step) for step in (5, 1, 3, -2, -9_000_000_000)]
    odd = (float("nan"), float("inf"), float("-inf"), 1e308, -5e-324, 0.1 + 0.2, -0.0)
    points += [("odd", value, NOW + number, number) for number, value in enumerate(odd)]
    points += [("größe 学習率", 1.5, NOW, 0), (" ", 2.0, NOW, 0), ("at zero", 1.0, 0, 0)]
    return [Metric(*point) for point in points]


def fill(client: MlflowClient) -> None:
    box = client.create_experiment("fake box")
    odd = client.create_experiment("/Users/ann/odd name: #1 – größe " + "long " * 30 + ".")
    if hasattr(client, "set_experiment_tag"):
        client.set_experiment_tag(box, "team", "vision")
        client.set_experiment_tag(box, "mlflow.note.content", "about the *boxes*")
    whole = client.create_run(box, start_time=NOW, tags={**TAGS, "mlflow.runName": "one: 'whole' # run"})
    client.log_batch(whole.info.run_id, metrics()[:70], [Param(*item) for item in PARAMS.items()], [])
    for metric in metrics()[70:]:
        client.log_metric(whole.info.run_id, metric.key, metric.value, metric.timestamp, metric.step)
    add_datasets(client, whole.info.run_id)
    add_models(client, box, whole.info.run_id)
    with tempfile.TemporaryDirectory() as folder:
        for path in ("a.txt", "plots/roc.png"):
            Path(folder, path).parent.mkdir(exist_ok=True)
            Path(folder, path).write_bytes(path.encode() * 100)
        client.log_artifacts(whole.info.run_id, folder)
    client.set_terminated(whole.info.run_id, "FINISHED", NOW + 5_000)
    for number, status in enumerate(("FAILED", "KILLED", "RUNNING", "SCHEDULED")):
        tags = {"mlflow.parentRunId": whole.info.run_id, "mlflow.runName": status.lower()}
        run = client.create_run(odd if number % 2 else box, start_time=NOW + number, tags=tags)
        client.log_batch(run.info.run_id, [Metric("loss", number, NOW, 1)], [], [RunTag("n", str(number))])
        if status in ("FAILED", "KILLED"):
            client.set_terminated(run.info.run_id, status, NOW + 9_000)
    gone = client.create_run(box, start_time=NOW, tags={"mlflow.runName": "deleted run"})
    client.log_metric(gone.info.run_id, "loss", 1.0)
    client.delete_run(gone.info.run_id)
    trash = client.create_experiment("deleted experiment")
    lost = client.create_run(trash, start_time=NOW, tags={"mlflow.runName": "run of a deleted experiment"})
    client.log_metric(lost.info.run_id, "loss", 2.0)
    client.delete_experiment(trash)


def add_datasets(client: MlflowClient, run_id: str) -> None:
    try:
        from mlflow.entities import Dataset, DatasetInput, InputTag
    except ImportError:
        return
    boxes = Dataset(
        "boxes", "1f2e3d", "http", '{"url": "https://example.org/a.csv"}', '{"columns": []}', "{}"
    )
    both = [DatasetInput(boxes, [InputTag("mlflow.data.context", "training")])]
    both.append(DatasetInput(Dataset("other", "abc", "local", "{}"), []))
    client.log_inputs(run_id, both)


def add_models(client: MlflowClient, experiment: str, run_id: str) -> None:
    if not hasattr(client, "create_logged_model"):
        return
    from mlflow.entities import LoggedModelInput, LoggedModelOutput

    for name in ("net", "tree"):
        model = client.create_logged_model(experiment, name=name, source_run_id=run_id)
        client.log_metric(run_id, "of a model", 0.5, NOW, 1, model_id=model.model_id)
        client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=1)])
        client.log_inputs(run_id, models=[LoggedModelInput(model.model_id)])


def judge(client: MlflowClient) -> dict[str, object]:
    """All that the API gives."""
    if hasattr(client, "search_experiments"):
        experiments = client.search_experiments(view_type=3)
    else:
        experiments = client.list_experiments(view_type=3)
    said = {"experiments": [], "runs": []}
    for experiment in experiments:
        said["experiments"].append(
            {
                "id": experiment.experiment_id,
                "name": experiment.name,
                "stage": experiment.lifecycle_stage,
                "tags": dict(experiment.tags),
                "created": getattr(experiment, "creation_time", None),
            }
        )
        for run in client.search_runs([experiment.experiment_id], run_view_type=3, max_results=1000):
            said["runs"].append(described(client, run, experiment))
    return said


def described(client: MlflowClient, run, experiment) -> dict[str, object]:  # type: ignore[no-untyped-def]
    key = run.info.run_id
    inputs = getattr(getattr(run, "inputs", None), "dataset_inputs", [])
    return {
        "id": key,
        "experiment": experiment.experiment_id,
        "experiment_name": experiment.name,
        "name": getattr(run.info, "run_name", None) or run.data.tags.get("mlflow.runName"),
        "status": run.info.status,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "stage": "deleted" if experiment.lifecycle_stage == "deleted" else run.info.lifecycle_stage,
        "params": dict(run.data.params),
        "tags": dict(run.data.tags),
        "metrics": {
            name: [[m.timestamp, m.step, m.value] for m in client.get_metric_history(key, name)]
            for name in run.data.metrics
        },
        "artifacts": sorted(files(client, key, "")),
        "datasets": [[item.dataset.name, item.dataset.digest] for item in inputs],
    }


def files(client: MlflowClient, key: str, path: str):  # type: ignore[no-untyped-def]
    for found in client.list_artifacts(key, path or None):
        if found.is_dir:
            yield from files(client, key, found.path)
        else:
            yield [found.path, found.file_size]


if __name__ == "__main__":
    client = MlflowClient(sys.argv[1])
    fill(client)
    Path(sys.argv[2]).write_text(json.dumps(judge(client)), encoding="utf-8")
