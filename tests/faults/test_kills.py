"""SIGKILL at any instant loses no point whose call had returned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness import run_script

# A process without threads forks one busy writer after the other. Each counts the calls that returned in
# shared memory, which outlives it.
KILL_BUSY_WRITERS = """
import json, mmap, os, random, shutil, signal, struct, sys, time
from pathlib import Path
from harness import Writing, points_of

def be_busy(folder, returned):
    writing = Writing(folder)
    for call in range(1_000_000):
        if call % 3 == 2:
            writing.log_many([("one", float(call)), ("many", float(call))])
        elif call % 50 == 0:
            writing.log(f"new {call}", float(call))
        else:
            writing.log("one", float(call))
        struct.pack_into("q", returned, 0, call + 1)

def expected(calls):
    points = {}
    for call in range(calls):
        if call % 3 == 2:
            names = ["one", "many"]
        else:
            names = [f"new {call}"] if call % 50 == 0 else ["one"]
        for name in names:
            points.setdefault(name, []).append(float(call))
    return points

root, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
returned = mmap.mmap(-1, 8)
total = lost = 0
for kill in range(kills):
    folder = root / str(kill)
    folder.mkdir()
    struct.pack_into("q", returned, 0, 0)
    child = os.fork()
    if child == 0:
        try:
            be_busy(folder, returned)
        finally:
            os._exit(1)
    while struct.unpack_from("q", returned)[0] == 0:
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    calls = struct.unpack_from("q", returned)[0]
    found = {name: [value for _, value in points] for name, points in points_of(folder).items()}
    for name, values in expected(calls).items():
        total += len(values)
        lost += values != found.get(name, [])[: len(values)]
    shutil.rmtree(folder)
print(json.dumps({"points": total, "lost": lost}))
"""


@pytest.mark.parametrize("seed", [1, 2], ids=["first hundred", "second hundred"])
def test_a_hundred_kills_of_a_busy_writer_lose_no_acknowledged_point(tmp_path: Path, seed: int) -> None:
    told = json.loads(run_script(KILL_BUSY_WRITERS, tmp_path, 100, seed))

    assert told["lost"] == 0
    assert told["points"] > 10_000
