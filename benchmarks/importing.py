"""Promise: 1,000 runs × 5 metrics × 1,000 steps of MLflow's are a site in 30 s, cold, from an `mlruns` folder
as from a SQLite database; a second build reads only what changed.

Both are laid out as MLflow does it: a line or a row a point. Each build is a process of its own; *cold* has
no cache of an import. The same is read by MLflow's own client (`--peers`, where the tests have installed it)
run by run: the histories of all metrics, which is what the charts need.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mlflow_made import fill_database, fill_files
from table import Options, Row, main

Fill = Callable[[Path, int, int, int], None]  # source, first run, runs, steps

LONGEST = 300  # seconds that MLflow is given
PEERS = Path(__file__).resolve().parent.parent / ".runfolio-env" / "peers"
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
    """For each kind of source: a cold build, one after a change, an import for good, MLflow's own reading."""
    runs, steps = (4, 50) if options.quick else (1000, 1000)
    python = _python_with_mlflow() if options.peers else None
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        folder = Path(scratch)
        fill_files(folder / "small", 0, 1, 2)
        _sitegen(
            folder, "build", folder / "small", "-o", folder / "warm-up"
        )  # Vega's bundle, once per machine
        rows = []
        for name, fill in (("mlruns", fill_files), ("mlflow.db", fill_database)):
            rows += _measured(folder, folder / name, fill, runs, steps, python)
    return rows


def _measured(
    folder: Path, source: Path, fill: Fill, runs: int, steps: int, python: Path | None
) -> Iterator[Row]:
    kind = f"{source.name}: "
    site, store = folder / f"site of {source.name}", folder / f"store of {source.name}"
    fill(source, 0, runs, steps)
    cold = _sitegen(folder, "build", source, "-o", site)
    yield Row(f"{kind}build, cold", cold, "s", most=30.0, details=f"{runs:,} runs × 5 × {steps:,}")
    fill(source, runs, 1, steps)
    yield Row(f"{kind}build again, one run was added", _sitegen(folder, "build", source, "-o", site), "s")
    importing = ("import", "mlflow", source, "--store", store)
    yield Row(f"{kind}import into a store", _sitegen(folder, *importing), "s")
    yield Row(f"{kind}import again, nothing changed", _sitegen(folder, *importing), "s")
    if python is not None:
        taken = _mlflow(python, source, points=(runs + 1) * 5 * steps)
        what = f"{kind}all histories, by MLflow's client"
        if taken is None:
            yield Row(what, LONGEST, "s", details="stopped then, and was not done")
        else:
            yield Row(what, taken, "s")


def _sitegen(folder: Path, *arguments: object) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "sitegen", *map(str, arguments)],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"XDG_CACHE_HOME": str(folder / "cache")},
    )
    return time.perf_counter() - started


def _python_with_mlflow() -> Path | None:
    """The newest that the tests have made an environment for, else this one if MLflow is in it."""
    made = sorted(PEERS.glob("mlflow-3*/bin/python"))
    if made:
        return made[-1]
    return Path(sys.executable) if importlib.util.find_spec("mlflow") is not None else None


def _mlflow(python: Path, source: Path, points: int) -> float | None:
    """Seconds that MLflow takes; None when it is not done after `LONGEST`."""
    uri = str(source) if source.is_dir() else f"sqlite:///{source}"
    started = time.perf_counter()
    try:
        answer = subprocess.run(
            [python, "-c", READ, uri],
            check=True,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            env=os.environ | {"MLFLOW_ALLOW_FILE_STORE": "true", "MLFLOW_DISABLE_TELEMETRY": "true"},
        )
    except subprocess.TimeoutExpired:
        return None
    taken = time.perf_counter() - started
    assert int(answer.stdout.split()[-1]) == points
    return taken


if __name__ == "__main__":
    main(measure, __doc__)
