"""A store copied while somebody logs into it: rows may be missing, none is wrong."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys

import pytest
from builders import live_rows

from logger.store import Store

BUSY = """
import math, sys, time
from logger import set_tracking_uri, start_run
set_tracking_uri(sys.argv[1])
run = start_run(experiment="busy")
print("ready", flush=True)
for step in range(30_000):
    run.log_metrics({"sin": math.sin(step), "cos": math.cos(step)}, step=step)
time.sleep(600)  # alive until it is killed
"""


@pytest.fixture
def busy_store(tmp_path):
    """A store into which a process logs as fast as it can, for a while."""
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(tmp_path / "tracking")], stdout=subprocess.PIPE, cwd=tmp_path
    )
    assert process.stdout.readline() == b"ready\n"
    yield tmp_path / "tracking"
    process.kill()
    process.wait()
    process.stdout.close()


def logged_in(store):
    """The points of each metric, every one of them checked, and how many there are."""
    run = store.runs()[0]
    points = store.read_points(run.folder)
    assert (run.problems, points.problems) == ((), ())
    steps = {}
    for name, table in points.series.items():
        function = math.sin if name == "sin" else math.cos
        found = live_rows(table)
        steps[name] = [step for step, _, _ in found]
        assert [value for _, _, value in found] == [function(step) for step in steps[name]]
        assert steps[name] == sorted(set(steps[name]))
    return steps


def test_copies_of_a_busy_store_hold_no_wrong_point(busy_store, tmp_path):
    counts = []

    for number in range(8):
        shutil.copytree(busy_store, tmp_path / f"copy-{number}")
        counts.append(sum(map(len, logged_in(Store(tmp_path / f"copy-{number}")).values())))

    assert counts[-1] > 0


def test_busy_store_read_in_place_gives_all_points_up_to_one(busy_store):
    store = Store(busy_store)
    last = 0

    for _ in range(15):
        steps = logged_in(store)
        for found in steps.values():
            assert found == list(range(len(found)))
        assert sum(map(len, steps.values())) >= last
        last = sum(map(len, steps.values()))


def test_copy_tells_nothing_of_life_or_death(busy_store, tmp_path):
    shutil.copytree(busy_store, tmp_path / "copy")

    assert Store(busy_store).runs()[0].alive is True
    assert Store(tmp_path / "copy").runs()[0].alive is None
