"""Fork: a child writes its own files, the parent's are left alone, and no lock stays behind."""

from __future__ import annotations

from pathlib import Path

from harness import facts_in, points_of, run_script, values_of

CHILD_BESIDE_PARENT = """
import os, sys
from pathlib import Path
from harness import Writing

writing = Writing(Path(sys.argv[1]))
for row in range(100):
    writing.log("loss", float(row))
ready, go = os.pipe()
children = []
for child in range(4):
    pid = os.fork()
    if pid == 0:
        os.read(ready, 1)
        for row in range(100, 300):
            writing.log("loss", float(row))
            writing.log_many([(f"child {child}", float(row)), ("shared", float(child))])
        writing.close()
        os._exit(0)
    children.append(pid)
os.write(go, b"1234")
for row in range(100, 300):
    writing.log("loss", -float(row))
writing.close()
assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 4
"""

CHILD_OUTLIVES_PARENT = """
import os, sys, time
from pathlib import Path
from harness import Writing

folder = Path(sys.argv[1])
writing = Writing(folder)
writing.log("loss", 1.0)
if os.fork():
    writing.log("loss", 2.0)
    writing.close()
    os._exit(0)
while os.getppid() == int(sys.argv[2]) or not (folder / "go").exists():
    time.sleep(0.001)
for row in range(500):
    writing.log("loss", float(row))
os.rename(folder / "go", folder / "done")
os._exit(0)  # as a worker ends: nothing is closed
"""

SILENT_CHILD = """
import os, sys
from pathlib import Path
from harness import Writing

writing = Writing(Path(sys.argv[1]))
writing.log("loss", 1.0)
pid = os.fork()
if pid == 0:
    writing.points.flush(durable=True)
    writing.close()
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
writing.log("loss", 2.0)
writing.close()
"""

FORK_WHILE_THREADS_LOG = """
import os, sys, threading
from pathlib import Path
from harness import Writing

writing = Writing(Path(sys.argv[1]))
over = threading.Event()

def be_busy(number):
    while not over.is_set():
        writing.log(f"thread {number}", 1.0)

threads = [threading.Thread(target=be_busy, args=[number]) for number in range(4)]
for thread in threads:
    thread.start()
for child in range(30):
    pid = os.fork()
    if pid == 0:
        writing.log("from children", float(child))
        writing.facts.write("param", "child", child)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
over.set()
for thread in threads:
    thread.join()
writing.close()
"""


def test_children_and_parent_log_side_by_side(tmp_path: Path) -> None:
    run_script(CHILD_BESIDE_PARENT, tmp_path)

    points = points_of(tmp_path)
    from_children = [point for point in points["loss"] if point[0] >= 100 and point[1] > 0]
    assert [value for _, value in points["loss"][:100]] == [float(row) for row in range(100)]
    assert sorted(from_children) == sorted((row, float(row)) for row in range(100, 300) for _ in range(4))
    assert [value for _, value in points["loss"] if value < 0] == [-float(row) for row in range(100, 300)]
    for child in range(4):
        assert [value for _, value in points[f"child {child}"]] == [float(row) for row in range(100, 300)]
    assert len(points["shared"]) == 800
    roles = [facts_in(path)[0].value["role"] for path in sorted(tmp_path.glob("facts-*"))]
    assert sorted(roles) == ["child"] * 4 + ["create"]


def test_child_that_outlives_its_parent_logs_on(tmp_path: Path) -> None:
    import subprocess
    import sys
    import time

    from harness import PYTHONPATH

    parent = subprocess.Popen(
        [sys.executable, "-c", CHILD_OUTLIVES_PARENT, str(tmp_path), "0"], env={"PYTHONPATH": PYTHONPATH}
    )
    assert parent.wait(60) == 0
    (tmp_path / "go").touch()
    while not (tmp_path / "done").exists():
        time.sleep(0.001)

    assert values_of(tmp_path, "loss") == [1.0, 2.0, *(float(row) for row in range(500))]


def test_child_that_logs_nothing_leaves_nothing_and_frees_no_lock(tmp_path: Path) -> None:
    run_script(SILENT_CHILD, tmp_path)

    assert values_of(tmp_path, "loss") == [1.0, 2.0]
    assert len(list(tmp_path.iterdir())) == 2


def test_fork_while_other_threads_hold_the_lock_leaves_the_child_able_to_log(tmp_path: Path) -> None:
    run_script(FORK_WHILE_THREADS_LOG, tmp_path)

    assert sorted(values_of(tmp_path, "from children")) == [float(child) for child in range(30)]
    assert len(list(tmp_path.glob("facts-*"))) == 31
