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
import math, sys
from logger import set_tracking_uri, start_run
set_tracking_uri(sys.argv[1])
run = start_run(experiment="busy")
print("ready", flush=True)
step = 0
while True:
    run.log_metrics({"sin": math.sin(step), "cos": math.cos(step)}, step=step)
    step += 1
"""


@pytest.fixture
def busy_store(tmp_path):
    """A store into which a process logs as fast as it can."""
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(tmp_path / "tracking")], stdout=subprocess.PIPE, cwd=tmp_path
    )
    assert process.stdout.readline() == b"ready\n"
    yield tmp_path / "tracking"
    process.kill()
    process.wait()
    process.stdout.close()


def check(store):
    """Each metric's points are a prefix of what was logged; how many there are."""
    run = store.runs()[0]
    points = store.read_points(run.folder)
    assert (run.problems, points.problems) == ((), ())
    for name, function in (("sin", math.sin), ("cos", math.cos)):
        found = live_rows(points.series[name]) if name in points.series else []
        assert [(step, value) for step, _, value in found] == [(at, function(at)) for at in range(len(found))]
    return sum(table.num_rows for table in points.series.values())


def test_copies_of_a_busy_store_hold_a_growing_prefix(busy_store, tmp_path):
    counts = []

    for number in range(8):
        shutil.copytree(busy_store, tmp_path / f"copy-{number}")
        counts.append(check(Store(tmp_path / f"copy-{number}")))

    assert counts == sorted(counts)
    assert counts[-1] > 0


def test_busy_store_is_read_in_place(busy_store):
    counts = [check(Store(busy_store)) for _ in range(8)]

    assert counts == sorted(counts)


def test_copy_tells_nothing_of_life_or_death(busy_store, tmp_path):
    shutil.copytree(busy_store, tmp_path / "copy")

    assert Store(busy_store).runs()[0].alive is True
    assert Store(tmp_path / "copy").runs()[0].alive is None
