"""A store of made-up runs, for looking at pages with no, few or many of them, and for what is rare.

    python made_runs.py 30 FOLDER      30 runs in the store FOLDER; 0 makes a store with nothing in it

Some names are long, some runs fail or meet NaN, some metrics are huge or tiny. Seeds are fixed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from logger import Run, set_tracking_uri, start_run
from logger.folders import make_experiment

STEPS = 60
LONG = "the name that a sweep writes when it puts every knob of lr=0.001,depth=12,kind=boosted into it"


def make(runs: int, store: Path) -> None:
    """Make the store; beside an experiment of this many runs, one that is still waiting for its first."""
    if not runs:
        store.mkdir(parents=True)
        (store / "runfolio.json").write_text('{"format": 1}\n', encoding="utf-8")
        return
    make_experiment(store, "nothing yet")
    set_tracking_uri(store)
    for number in range(runs):
        name = {1: LONG, 2: "короткое 短い"}.get(number)
        user = ("ann", "bob", "eve")[number % 3]
        run = start_run(run_name=name, experiment="made up", user=user, tags={"stage": f"try {number // 10}"})
        try:
            with run:
                train(run, number)
        except RuntimeError:
            pass  # it ends as failed, which is to be seen


def train(run: Run, number: int) -> None:
    """Log what a model would that learns from a rate and a depth; every eleventh of them breaks off."""
    random = np.random.default_rng(number)
    rate, depth = float(10.0 ** random.integers(-4, 0)), int(random.integers(1, 9))
    kind = ("tree", "forest", "boosted")[number % 3]
    run.log_params({"lr": rate, "model": {"depth": depth, "kind": kind}, "seed": number % 5, "batch": 64})
    run.define_metric("test/auc", goal="max")
    top, speed = 0.75 + 0.02 * depth - 0.01 * np.log10(rate), 8 + depth
    for step in range(STEPS):
        learned = 1 - np.exp(-step / speed)
        noise = random.normal(0, 0.008, 3)
        loss = 2.5 * np.exp(-step / speed) + 0.1 + noise[0]
        run.log_metrics(
            {
                "train/auc": 0.5 + (top - 0.47) * learned + noise[0],
                "test/auc": 0.5 + (top - 0.5) * learned + noise[1],
                "loss": np.nan if number % 7 == 4 and step > 40 else loss,
                "grad/norm": 10 ** (6 - step / 5) * (1 + abs(noise[2])),
                "system/memory": 2.1e9 + 1e7 * step,
            },
            step=step,
        )
        if number % 11 == 2 and step == STEPS // 2:
            raise RuntimeError("the machine ran out of patience")
    run.log_text(f"# Run {number}\n\nAll went well.\n", "report.md")
    run.log_text("feature,importance\nage,0.4\nheight,0.3\n", "importances.csv")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=int)
    parser.add_argument("store", type=Path, metavar="FOLDER", help="new")
    options = parser.parse_args()
    make(options.runs, options.store)


if __name__ == "__main__":
    main()
