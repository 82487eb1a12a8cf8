"""Other trackers' log calls, as far as they are installed here: `python benchmarks/log_calls.py --peers`.

They are no dependency of the project. Each gets its kindest settings: no telemetry, no console capture, no
system metrics, no server. The time is what the training loop waits for; the work a tracker does later on a
thread of its own, and the points that it would lose in a crash, are not in it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import tempfile
import time
from collections.abc import Callable, Iterator

from table import Options, Row, median

Log = Callable[[float, int], None]


@contextlib.contextmanager
def mlflow_files(folder: str) -> Iterator[Log]:
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow

    mlflow.set_tracking_uri(f"file:{folder}")
    with mlflow.start_run():
        yield lambda value, step: mlflow.log_metric("loss", value, step=step)


@contextlib.contextmanager
def tensorboardx(folder: str) -> Iterator[Log]:
    from tensorboardX import SummaryWriter

    with SummaryWriter(folder) as writer:
        yield lambda value, step: writer.add_scalar("loss", value, step)


@contextlib.contextmanager
def trackio(folder: str) -> Iterator[Log]:
    os.environ["TRACKIO_DIR"] = folder
    import trackio

    trackio.init(project="bench")
    yield lambda value, step: trackio.log({"loss": value}, step=step)
    trackio.finish()


@contextlib.contextmanager
def wandb_offline(folder: str) -> Iterator[Log]:
    import wandb

    settings = wandb.Settings(mode="offline", console="off", silent=True, x_disable_stats=True)
    run = wandb.init(dir=folder, project="bench", settings=settings)
    yield lambda value, step: run.log({"loss": value}, step=step)
    run.finish()


@contextlib.contextmanager
def dvclive(folder: str) -> Iterator[Log]:
    os.environ.setdefault("DVC_NO_ANALYTICS", "true")
    from dvclive import Live

    with Live(folder, save_dvc_exp=False, report=None, monitor_system=False) as live:
        yield lambda value, step: live.log_metric("loss", value)


PEERS = {
    "mlflow": mlflow_files,
    "tensorboardX": tensorboardx,
    "trackio": trackio,
    "wandb": wandb_offline,
    "dvclive": dvclive,
}


def log_calls(calls: int, options: Options) -> list[Row]:
    """One metric a call, for each peer that can be imported."""
    rows = []
    for name, peer in PEERS.items():
        if importlib.util.find_spec(name) is None:
            continue
        with (
            tempfile.TemporaryDirectory(dir=options.scratch, ignore_cleanup_errors=True) as folder,
            peer(folder) as log,
        ):
            log(0.5, 0)
            taken = []
            for repeat in range(options.repeats):
                count, started = min(calls, 2000), time.perf_counter()
                for step in range(count):
                    log(0.5, 1 + repeat * count + step)
                taken.append((time.perf_counter() - started) / count * 1e6)
        rows.append(Row(f"{name}: one metric, mean", median(taken), "µs"))
    return rows
