"""The stores that are measured on: runs × 5 metrics × steps with a csv twin, and a wide one of many runs."""

from __future__ import annotations

import math
import random
from pathlib import Path

import logger
from plain_csv import PlainCsv

METRICS = ("train/loss", "test/loss", "train/auc", "test/auc", "learning_rate")


def fill(store: Path, runs: int, steps: int) -> None:
    """Log as a training would, through the public functions."""
    logger.set_tracking_uri(str(store))
    for number in range(runs):
        with logger.start_run(experiment="bench", run_name=f"run {number:03d}") as run:
            run.log_params({"learning_rate": 0.1 / (1 + number % 7), "depth": number % 5, "seed": number})
            for step in range(steps):
                run.log_metrics(point(number, step), step=step)


def fill_csv(folder: Path, runs: int, steps: int) -> None:
    """The same points, a csv file a run."""
    folder.mkdir()
    for number in range(runs):
        plain = PlainCsv(folder / f"run-{number:03d}.csv")
        for step in range(steps):
            plain.log_metrics(point(number, step), step)
        plain.close()


def point(run: int, step: int) -> dict[str, float]:
    """Five values of one step: curves that learn, with a wobble that no codec can guess."""
    wobble = math.sin(step * 12.9898 + run * 78.233) * 43758.5453 % 1.0 - 0.5
    done = 1 - math.exp(-step / (60 + 5 * (run % 40)))
    values = (1.2 - done + 0.04 * wobble, 1.3 - 0.9 * done + 0.08 * wobble)
    return dict(
        zip(
            METRICS,
            (*values, 0.5 + 0.49 * done, 0.5 + 0.43 * done + 0.01 * wobble, 0.1 * 0.999**step),
            strict=True,
        )
    )


def fill_wide(store: Path, runs: int) -> None:
    """Many short runs of a random search: 60 columns that differ, of 36 params, 12 metrics and 4 users."""
    logger.set_tracking_uri(str(store))
    chance = random.Random(0)
    for number in range(runs):
        with logger.start_run(experiment="wide", run_name=f"run {number}", user=f"user {number % 4}") as run:
            rates = {f"rate {place}": chance.uniform(0, 1) for place in range(12)}
            sizes = {f"size {place}": chance.randrange(2, 9) for place in range(12)}
            kinds = {f"kind {place}": chance.choice(("linear", "tree", "net")) for place in range(12)}
            run.log_params({**rates, **sizes, **kinds, "dataset": "fake box", "folds": 5})
            run.set_tags({"stage": ("try", "keep")[number % 2], "team": "box", "host": f"node {number % 50}"})
            for step in range(3):
                goals = {f"test/auc {place}": chance.uniform(0.5, 1) for place in range(6)}
                others = {f"norm {place}": chance.gauss(0, 1) for place in range(6)}
                run.log_metrics({**goals, **others}, step=step)
