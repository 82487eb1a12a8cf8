"""A disk that is full, or a file that may not grow: training goes on and nothing written is lost."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from harness import run_script

# Fills the disk, logs on, makes room, logs on, and tells what is found at each point.
FILL_AND_CLEAR = """
import json, os, resource, sys, warnings
from pathlib import Path
from harness import Writing, points_of, values_of
from logger.errors import WriteFailed

folder, how, room = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "room"
ballast = folder / "ballast"
if how == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))
else:
    ballast.write_bytes(bytes(20_000))

def make_room():
    if how == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        ballast.unlink()

told = {}
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    writing = Writing(folder)
    for row in range(600):
        writing.log("loss", float(row))
    told["at first"] = len(values_of(folder, "loss"))
    for row in range(600, 1_300):
        writing.log("loss", float(row))
        if row % 100 == 0:
            writing.log(f"new {row}", 1.0)
    told["when full"] = len(values_of(folder, "loss"))
    if room:
        make_room()
        writing.log("loss", 1_300.0)
    try:
        writing.close()
    except WriteFailed as error:
        told["error"] = str(error).splitlines()[0]
    values = values_of(folder, "loss")
    told["in order"] = values == [float(row) for row in range(len(values))]
    told["at last"] = sum(map(len, points_of(folder).values()))
told["warnings"] = [str(warning.message) for warning in warned]
print(json.dumps(told))
"""

SMALL_DISK = ("sh", "-c", 'mount -t tmpfs -o size=65536 none "$0" && exec "$@"')


def small_disk(folder: Path) -> tuple[str, ...] | None:
    """The words before a command that give it a disk of 64 KiB at `folder`, gone when it ends."""
    for namespace in (("unshare", "-m"), ("unshare", "-rm")):
        prefix = (*namespace, *SMALL_DISK, str(folder))
        try:
            if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
                return prefix
        except FileNotFoundError:
            return None
    return None


@pytest.fixture(params=["disk", "limit"], ids=["small disk", "limited file size"])
def full(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[tuple[str, ...], str]:
    """How to run out of room; where a process may not mount a disk, the limit stands in for it."""
    prefix = small_disk(tmp_path) if request.param == "disk" else None
    return prefix or (), "disk" if prefix else "limit"


def test_points_wait_in_memory_and_follow_when_there_is_room(
    tmp_path: Path, full: tuple[tuple[str, ...], str]
) -> None:
    prefix, how = full

    told = json.loads(run_script(FILL_AND_CLEAR, tmp_path, how, "room", prefix=prefix))

    assert told["at first"] == 600
    assert 600 <= told["when full"] < 1_300
    assert told["in order"]
    assert told["at last"] == 1_301 + 7
    assert "error" not in told
    assert len(told["warnings"]) == 1


def test_a_disk_that_stays_full_costs_what_did_not_fit_and_says_how_much(
    tmp_path: Path, full: tuple[tuple[str, ...], str]
) -> None:
    prefix, how = full

    told = json.loads(run_script(FILL_AND_CLEAR, tmp_path, how, "none", prefix=prefix))

    missing = 1_300 + 7 - told["at last"]
    assert told["in order"]
    assert told["at last"] >= 600
    assert told["error"].startswith(f"{missing} of 1,307 points never reached the disk")
    assert len(told["warnings"]) == 1
