"""Threads, signal handlers and destructors that log while a log call is under way."""

from __future__ import annotations

import json
import threading
from fractions import Fraction
from pathlib import Path

from harness import Writing, points_of, run_script, values_of

# A timer fires after 0.3 ms, again and again; its handler logs, while the program logs one and many
# points and new names. The timer may interrupt the handler, too, but not without end.
HANDLER_LOGS = """
import itertools, json, signal, sys, time
from pathlib import Path
from harness import Writing

writing = Writing(Path(sys.argv[1]))
numbers, handled, depth = itertools.count(), [], 0

def set_timer():
    signal.setitimer(signal.ITIMER_REAL, 0.0003)

def handler(number, frame):
    global depth
    depth += 1
    if depth < 4:
        set_timer()
    this = next(numbers)
    handled.append(this)
    writing.log("handler", float(this))
    if this % 10 == 0:
        writing.log(f"handler {this}", 1.0)
        writing.facts.write("tag", "handled", str(this))
    depth -= 1
    set_timer()

signal.signal(signal.SIGALRM, handler)
set_timer()
end = time.monotonic() + 2
rows = 0
while time.monotonic() < end:
    writing.log("loop", float(rows))
    writing.log_many([("loop a", float(rows)), ("loop b", float(rows))])
    if rows % 7 == 0:
        writing.log(f"loop {rows}", 1.0)
        writing.facts.write("tag", "looped", str(rows))
    rows += 1
signal.signal(signal.SIGALRM, signal.SIG_IGN)
print(json.dumps({"rows": rows, "handled": len(handled)}))
"""

# The handler raises, as Ctrl-C does, wherever the program is.
HANDLER_RAISES = """
import json, signal, sys, time
from pathlib import Path
from harness import Writing, values_of

class Interruption(BaseException):
    pass

def handler(number, frame):
    raise Interruption

writing = Writing(Path(sys.argv[1]))
signal.signal(signal.SIGALRM, handler)
returned, interrupted, row = [], 0, 0
end = time.monotonic() + 2
while time.monotonic() < end:
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0003)
        while True:
            row += 1
            if row % 3:
                writing.log("one", float(row))
            else:
                writing.log_many([("one", float(row)), ("two", float(row))])
            if row % 50 == 0:
                writing.log(f"new {row}", float(row))
                writing.facts.write("tag", "row", str(row))
            returned += [row]
    except Interruption:
        interrupted += 1
signal.setitimer(signal.ITIMER_REAL, 0)
writing.close()
print(json.dumps({"returned": returned, "interrupted": interrupted}))
"""

HANDLER_ENDS = """
import os, signal, sys
from pathlib import Path
from harness import Writing

writing = Writing(Path(sys.argv[1]))

def die():
    writing.facts.write("status", "", "killed")
    writing.close()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGALRM)

pid = os.fork()
if pid:
    status = os.waitpid(pid, 0)[1]
    assert status == signal.SIGALRM, status
    os._exit(0)
writing = Writing(Path(sys.argv[1]))
signal.signal(signal.SIGALRM, lambda number, frame: writing.turn.when_free(die))
row = 0.0
while True:
    writing.log("loss", row)
    row += 1
    if row == 100:
        signal.setitimer(signal.ITIMER_REAL, 0.003)
"""


def test_points_logged_by_a_signal_handler_overwrite_nothing_and_are_all_there(tmp_path: Path) -> None:
    told = json.loads(run_script(HANDLER_LOGS, tmp_path))

    points = points_of(tmp_path)
    rows = [float(row) for row in range(told["rows"])]
    assert told["handled"] > 100
    for name in ("loop", "loop a", "loop b"):
        assert points[name] == list(enumerate(rows))
    assert [step for step, _ in points["handler"]] == list(range(told["handled"]))
    assert sorted(value for _, value in points["handler"]) == list(range(told["handled"]))
    assert len(points) == 4 + -(-told["rows"] // 7) + -(-told["handled"] // 10)


def test_interrupted_calls_leave_the_frame_whole(tmp_path: Path) -> None:
    told = json.loads(run_script(HANDLER_RAISES, tmp_path))

    found = values_of(tmp_path, "one")
    assert told["interrupted"] > 100
    assert set(told["returned"]) <= set(found)
    assert found == sorted(set(found)), "each row once, in the order logged"


def test_signal_handler_may_end_the_run_and_the_process(tmp_path: Path) -> None:
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        run_script(HANDLER_ENDS, folder)

        values = values_of(folder, "loss")
        assert values == [float(row) for row in range(len(values))]
        assert len(values) >= 100
        assert sum(b'"killed"' in path.read_bytes() for path in folder.glob("facts-*")) == 1


def test_thirty_two_threads_lose_no_point_and_keep_their_order(tmp_path: Path) -> None:
    writing = Writing(tmp_path)
    start = threading.Barrier(32)

    def be_busy(number: int) -> None:
        start.wait()
        for row in range(300):
            writing.log(f"thread {number}", float(row))
            writing.log_many([("all", float(number)), (f"thread {number}", float(row))])

    threads = [threading.Thread(target=be_busy, args=[number]) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    points = points_of(tmp_path)
    for number in range(32):
        values = [value for _, value in points[f"thread {number}"]]
        assert values == [float(row) for row in range(300) for _ in range(2)]
    assert [step for step, _ in points["all"]] == list(range(32 * 300))
    writing.close()


def test_value_that_logs_when_it_is_asked_for_its_number(tmp_path: Path) -> None:
    class Telling:
        def __float__(self) -> float:
            writing.log("inner", 1.0)
            return 2.0

    writing = Writing(tmp_path)
    writing.log("outer", Telling())
    writing.log_many([("outer", Telling()), ("other", Telling())])

    assert values_of(tmp_path, "inner") == [1.0] * 3
    assert values_of(tmp_path, "outer") == [2.0] * 2
    writing.close()


def test_name_that_logs_when_it_is_looked_up(tmp_path: Path) -> None:
    class Loud(str):
        def __hash__(self) -> int:
            writing.log("inner", 1.0)
            return super().__hash__()

    writing = Writing(tmp_path)
    writing.log("outer", 1.0)
    writing.log(Loud("outer"), 2.0)

    assert values_of(tmp_path, "outer") == [1.0, 2.0]
    assert set(values_of(tmp_path, "inner")) == {1.0}
    writing.close()


def test_several_points_logged_within_a_call_are_taken_down_as_numbers(tmp_path: Path) -> None:
    class Loud(str):
        def __hash__(self) -> int:
            writing.log_many([("inner", Fraction(1, 2)), ("other", Fraction(1, 4))])
            return super().__hash__()

    writing = Writing(tmp_path)
    writing.log_many([("inner", 0.5), ("other", 0.25), ("outer", 0.0)])
    writing.log(Loud("outer"), 1.0)

    assert set(values_of(tmp_path, "inner")) == {0.5}
    assert set(values_of(tmp_path, "other")) == {0.25}
    writing.close()
