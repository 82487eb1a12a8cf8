"""Promise: an MLflow folder of 1,000 runs × 5 metrics × 1,000 steps is a site in 30 s, cold; a second build
reads only what changed.

The folder is laid out as MLflow's file store does it, a line a point. Each build is a process of its own;
*cold* has no cache of an import. The same folder is read by MLflow's own client (`--peers`, where the
tests have installed it) run by run: the histories of all metrics, which is what the charts need.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stores import METRICS, point
from table import Options, Row, main

PEERS = Path(__file__).resolve().parent.parent / ".runfolio-env" / "peers"
NOW = 1_700_000_000_000  # ms
EXPERIMENT = (
    "artifact_location: {folder}\ncreation_time: 1\nexperiment_id: '1'\n"
    "last_update_time: 1\nlifecycle_stage: active\nname: bench\n"
)
RUN = (
    "artifact_uri: {folder}/artifacts\nend_time: {end}\nentry_point_name: ''\nexperiment_id: '1'\n"
    "lifecycle_stage: active\nrun_id: '{run}'\nrun_name: run {number}\nsource_name: ''\nsource_type: 4\n"
    "source_version: ''\nstart_time: {start}\nstatus: 3\ntags: []\nuser_id: ann\n"
)
READ = """
import sys
from mlflow.tracking import MlflowClient
client = MlflowClient(sys.argv[1])
points, token = 0, None
while True:
    page = client.search_runs(["1"], max_results=1000, page_token=token)
    for run in page:
        for name in run.data.metrics:
            points += len(client.get_metric_history(run.info.run_id, name))
    token = page.token
    if not token:
        break
print(points)
"""


def measure(options: Options) -> list[Row]:
    """A cold build, one after a change, an import for good, MLflow's own reading."""
    runs, steps = (4, 50) if options.quick else (1000, 1000)
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        folder = Path(scratch)
        mlruns, cache = folder / "mlruns", folder / "cache"
        fill(mlruns, 0, runs, steps)
        _sitegen(cache, "build", mlruns, "-o", folder / "warm-up")  # the bundle of Vega, once per machine
        shutil.rmtree(cache / "runfolio" / "imports")
        cold = _sitegen(cache, "build", mlruns, "-o", folder / "public")
        fill(mlruns, runs, 1, steps)
        warm = _sitegen(cache, "build", mlruns, "-o", folder / "public")
        stored = _sitegen(cache, "import", "mlflow", mlruns, "--store", folder / "tracking")
        again = _sitegen(cache, "import", "mlflow", mlruns, "--store", folder / "tracking")
        size = f"{runs:,} runs × 5 × {steps:,}"
        rows = [
            Row("build of an mlruns folder, cold", cold, "s", most=30.0, details=size),
            Row("build again, one run was added", warm, "s"),
            Row("import into a store", stored, "s"),
            Row("import again, nothing changed", again, "s"),
        ]
        python = _python_with_mlflow() if options.peers else None
        if python is not None:
            rows.append(Row("mlflow: all histories, by its client", _mlflow(python, mlruns), "s"))
    return rows


def fill(mlruns: Path, first: int, runs: int, steps: int) -> None:
    """An experiment of MLflow's file store with so many runs more."""
    folder = mlruns / "1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "meta.yaml").write_text(EXPERIMENT.format(folder=folder))
    for number in range(first, first + runs):
        run = folder / f"{number:032x}"
        for kind in ("metrics", "params", "tags", "artifacts"):
            (run / kind).mkdir(parents=True)
        start = NOW + number * 1000
        (run / "meta.yaml").write_text(
            RUN.format(folder=run, end=start + steps, start=start, number=number, run=run.name)
        )
        for name, text in (("learning_rate", str(0.1 / (1 + number % 7))), ("depth", str(number % 5))):
            (run / "params" / name).write_text(text)
        for name, text in (("mlflow.runName", f"run {number}"), ("mlflow.user", "ann"), ("team", "a")):
            (run / "tags" / name).write_text(text)
        curves = [point(number, step) for step in range(steps)]
        for metric in METRICS:
            path = run / "metrics" / metric
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                "".join(f"{start + step} {curve[metric]} {step}\n" for step, curve in enumerate(curves))
            )


def _sitegen(cache: Path, *arguments: object) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "sitegen", *map(str, arguments)],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
    )
    return time.perf_counter() - started


def _python_with_mlflow() -> Path | None:
    """The newest that the tests have made an environment for, else this one if MLflow is in it."""
    made = sorted(PEERS.glob("mlflow-3*/bin/python"))
    if made:
        return made[-1]
    return Path(sys.executable) if importlib.util.find_spec("mlflow") is not None else None


def _mlflow(python: Path, mlruns: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [python, "-c", READ, str(mlruns)],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"MLFLOW_ALLOW_FILE_STORE": "true", "MLFLOW_DISABLE_TELEMETRY": "true"},
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main(measure, __doc__)
