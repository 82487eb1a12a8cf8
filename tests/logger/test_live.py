"""Live points: what one process logs is in the file when the call returns."""

from __future__ import annotations

import math
import os
import struct
import sys
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from logger import frames, schema, system
from logger.errors import InvalidName, InvalidType, InvalidValue, RunError
from logger.layout import WriterId
from logger.live import LivePoints
from logger.turn import Turn

WRITER = WriterId("0199f3c2a7d8aabbccddeeff")


class Logged:
    """A writer of points, the names it told, and what its file holds."""

    def __init__(self, folder: Path, steps: dict[str, int] | None = None) -> None:
        self.told: list[list[tuple[str, int]]] = []
        self.rows_when_told: list[int] = []
        self.answers: list[bool] = []  # whether names are on disk; True when there is none left
        self.backward: list[tuple[str, int, int]] = []
        self.path = folder / f"points-{WRITER}.arrows"
        self.points = LivePoints(
            folder,
            WRITER,
            self._name,
            new_writer=lambda forked: WRITER,
            turn=Turn(),
            steps=steps,
            on_backward_step=lambda *told: self.backward.append(told),
        )
        self.log = self.points.log

    def _name(self, names: list[tuple[str, int]]) -> bool:
        self.told.append(list(names))
        self.rows_when_told.append(len(self.rows()))
        return self.answers.pop(0) if self.answers else True

    def rows(self) -> list[tuple[int, int, int, float]]:
        """All rows of the file as Arrow reads it: series, step, time in microseconds, value."""
        if not self.path.exists():
            return []
        table = pa.ipc.open_stream(self.path.read_bytes()).read_all()
        table.validate(full=True)
        assert table.schema == schema.LIVE
        columns = [
            table["time"].cast(pa.int64()) if name == "time" else table[name] for name in table.schema.names
        ]
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        return [row for row in rows if row[0] != schema.NO_SERIES]

    def values(self) -> list[float]:
        return [row[3] for row in self.rows()]


@pytest.fixture
def logged(tmp_path: Path) -> Logged:
    return Logged(tmp_path)


def test_every_point_is_in_the_file_when_its_call_returns(logged: Logged) -> None:
    for row in range(200):
        logged.log("loss", row / 2)

        assert len(logged.rows()) == row + 1

    assert [row[:2] for row in logged.rows()] == [(1, row) for row in range(200)]
    assert logged.values() == [row / 2 for row in range(200)]
    assert logged.points.rows == 200


def test_no_file_is_made_before_the_first_point(logged: Logged) -> None:
    logged.points.flush(durable=True)
    logged.points.close()

    assert not logged.path.exists()


def test_several_points_share_one_time_and_one_telling_of_their_names(logged: Logged) -> None:
    logged.points.log_many([("a", 1), ("b", 2.5), ("c", True)], step=7)

    assert [(series, step, value) for series, step, _, value in logged.rows()] == [
        (1, 7, 1.0),
        (2, 7, 2.5),
        (3, 7, 1.0),
    ]
    assert len({row[2] for row in logged.rows()}) == 1
    assert logged.told == [[("a", 1), ("b", 2), ("c", 3)]]
    assert logged.points.names == {1: "a", 2: "b", 3: "c"}


def test_several_points_are_one_write_in_a_frame_and_two_across_its_end(
    logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    ten = [(f"metric {number}", float(number)) for number in range(10)]
    for _ in range(20):  # the mount has shown how fast it is
        logged.points.log_many(ten * 6 + ten[:4])
    writes: list[int] = []
    real = logged.points._frames.pwrite
    logged.points._frames.pwrite = lambda fd, data, at: writes.append(at) or real(fd, data, at)

    counts = []
    for _ in range(7):
        logged.points.log_many(ten)
        counts.append(len(writes))
        writes.clear()

    assert counts == [1, 1, 1, 1, 1, 1, 2]
    assert len(logged.rows()) == 20 * 64 + 70


def test_more_points_than_a_frame_holds_in_one_call(logged: Logged) -> None:
    logged.points.log_many([(f"metric {number}", number) for number in range(1_000)])

    assert logged.values() == [float(number) for number in range(1_000)]


def test_no_points_are_no_call(logged: Logged) -> None:
    logged.points.log_many([])

    assert logged.rows() == []


def test_name_is_told_before_its_first_row_is_written(logged: Logged) -> None:
    logged.log("a", 1.0)
    logged.log("b", 1.0)

    assert logged.rows_when_told == [0, 1]


def test_rows_wait_until_their_name_is_on_disk(logged: Logged) -> None:
    logged.answers = [False, False, True]

    logged.log("a", 1.0)
    before = logged.rows()
    logged.log("a", 2.0)

    assert before == []
    assert logged.values() == [1.0, 2.0]


def test_steps_count_up_for_each_metric_from_its_highest(tmp_path: Path) -> None:
    logged = Logged(tmp_path, steps={"resumed": 41})
    logged.log("a", 0.0)
    logged.log("a", 0.0, step=10)
    logged.log("a", 0.0, step=3)
    logged.log("a", 0.0)
    logged.log("resumed", 0.0)
    logged.points.log_many([("a", 0.0), ("resumed", 0.0), ("b", 0.0)])

    assert [row[1] for row in logged.rows()] == [0, 10, 3, 11, 42, 12, 43, 0]
    assert logged.points.steps == {"a": 12, "resumed": 43, "b": 0}


def test_step_below_the_highest_is_kept_and_told_once(logged: Logged) -> None:
    for step in (5, 6, 6, 4, 3):
        logged.log("a", 0.0, step=step)
    logged.points.log_many([("a", 0.0), ("b", 0.0)], step=2)
    logged.points.log_many([("b", 0.0)], step=1)

    assert [row[1] for row in logged.rows()] == [5, 6, 6, 4, 3, 2, 2, 1]
    assert logged.backward == [("a", 4, 6), ("b", 1, 2)]


def test_first_step_of_a_resumed_metric_may_go_backward(tmp_path: Path) -> None:
    logged = Logged(tmp_path, steps={"a": 10})
    logged.log("a", 0.0, step=0)

    assert logged.backward == [("a", 0, 10)]


@pytest.mark.parametrize("step", [2**63, -(2**63), -(2**64)], ids=["too high", "sentinel", "too low"])
@pytest.mark.parametrize("known", [False, True], ids=["new name", "known name"])
def test_step_without_a_cell_is_refused_and_nothing_taken(logged: Logged, step: int, known: bool) -> None:
    if known:
        logged.log("a", 1.0, step=5)
    for call in (lambda: logged.log("a", 2.0, step=step), lambda: logged.points.log_many([("a", 2.0)], step)):
        with pytest.raises(InvalidValue):
            call()

    logged.log("a", 3.0, step=6)
    assert logged.values() == ([1.0, 3.0] if known else [3.0])
    assert logged.points.steps == {"a": 6}


def test_counting_past_the_last_step_is_refused(logged: Logged) -> None:
    logged.log("a", 1.0, step=2**63 - 1)

    with pytest.raises(InvalidValue):
        logged.log("a", 2.0)
    with pytest.raises(InvalidValue):
        logged.points.log_many([("a", 2.0)])
    assert logged.values() == [1.0]


@pytest.mark.parametrize("key", [1, None, ["a"], "", " a", "a\n"], ids=repr)
def test_key_that_is_no_name_is_refused_and_nothing_taken(logged: Logged, key: str) -> None:
    for call in (lambda: logged.log(key, 1.0), lambda: logged.points.log_many([("a", 1.0), (key, 1.0)])):
        with pytest.raises(InvalidName):
            call()

    assert logged.rows() == []
    assert logged.told == []


def test_value_that_is_no_number_is_refused_and_nothing_taken(logged: Logged) -> None:
    with pytest.raises(InvalidType):
        logged.log("a", "0.5")
    with pytest.raises(InvalidType):
        logged.points.log_many([("a", 1.0), ("b", None)])

    assert logged.rows() == []


def test_all_spellings_of_a_name_are_one_series(logged: Logged) -> None:
    logged.log("caf\u00e9", 1.0)
    logged.log("cafe\u0301", 2.0)
    logged.points.log_many([("cafe\u0301", 3.0)])

    assert [row[:2] for row in logged.rows()] == [(1, 0), (1, 1), (1, 2)]


def test_nan_that_spells_an_empty_cell_is_a_plain_nan(logged: Logged) -> None:
    sentinel = struct.unpack("<d", schema.NO_VALUE_BYTES)[0]
    logged.log("a", sentinel)
    logged.log("a", sentinel)
    logged.points.log_many([("a", sentinel), ("a", math.inf), ("a", -0.0)])

    data = logged.path.read_bytes()
    values = data[-64 * 8 :][: 5 * 8]
    assert schema.NO_VALUE_BYTES not in [values[at : at + 8] for at in range(0, 40, 8)]
    assert [math.isnan(value) for value in logged.values()] == [True, True, True, False, False]
    assert logged.values()[3:] == [math.inf, 0.0]
    assert math.copysign(1, logged.values()[4]) == -1


def test_time_is_now_or_what_was_given(logged: Logged) -> None:
    before = time.time_ns() // 1000
    logged.log("a", 1.0)
    logged.log("a", 1.0, timestamp=1_700_000_000.5)
    logged.points.log_many([("a", 1.0)], timestamp=datetime(2026, 11, 22, tzinfo=UTC))

    times = [row[2] for row in logged.rows()]
    assert before <= times[0] <= time.time_ns() // 1000
    assert times[1:] == [1_700_000_000_500_000, 1_795_305_600_000_000]


def test_closed_writer_takes_no_point(logged: Logged) -> None:
    logged.log("a", 1.0)
    logged.points.close()
    logged.points.close()
    logged.points.flush(durable=True)

    with pytest.raises(RunError, match="has ended"):
        logged.log("a", 2.0)
    with pytest.raises(RunError, match="has ended"):
        logged.points.log_many([("a", 2.0), ("b", 2.0)])
    assert logged.values() == [1.0]
    assert logged.points.names == {1: "a"}


def test_clock_that_goes_back_stops_nothing(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    for row in range(300):
        hours_ago = row // 100 * 3_600_000_000_000
        monkeypatch.setattr(time, "time_ns", lambda: now - hours_ago)  # noqa: B023
        logged.log("a", float(row))

    assert logged.values() == [float(row) for row in range(300)]


class SlowMount:
    """A mount on which each write takes 5 ms by its own clock, and the wall clock stands unless told."""

    def __init__(self, logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cost = 5_000_000
        self.now = 1_795_000_000_000_000_000
        self.writes = 0
        self._spent = 0
        real = logged.points._frames.pwrite

        def pwrite(fd: int, data: bytes, at: int) -> int:
            self.writes += 1
            self._spent += self.cost
            return real(fd, data, at)

        logged.points._frames.pwrite = pwrite
        monkeypatch.setattr(time, "perf_counter_ns", lambda: self._spent)
        monkeypatch.setattr(time, "time_ns", lambda: self.now)


def test_slow_mount_gets_frames_ten_times_a_second_and_says_so_once(
    logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount = SlowMount(logged, monkeypatch)

    def log_rows(rows: int, pause: int) -> None:
        for row in range(rows):
            mount.now += pause
            logged.log("a", float(row))

    with pytest.warns(RuntimeWarning, match="more than 0.2 ms") as told:
        log_rows(16 * 64, pause=0)
    mount.writes = 0
    log_rows(10_000, pause=99_990)  # nanoseconds: a second in all

    assert 10 <= mount.writes <= 50  # several where full frames had gathered
    assert 1_024 + 9_000 <= len(logged.rows()) < 1_024 + 10_000
    logged.points.flush()
    assert logged.values()[1_024:] == [float(row) for row in range(10_000)]
    assert len(told) == 1

    mount.cost = 1_000
    for _ in range(2):
        log_rows(10_000, pause=99_990)
    assert len(logged.rows()) == 1_024 + 30_000, "a mount that is fast again gets every point at once"


def test_one_slow_write_makes_no_slow_mount(logged: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    mount = SlowMount(logged, monkeypatch)
    for row in range(64 * 40):
        mount.cost = 50_000_000 if row % 640 == 0 else 1_000
        logged.log("a", float(row))

        assert logged.points._frames.count == logged.points._frames.on_disk


def test_files_are_the_same_without_positioned_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "HAS_PWRITE", False)
    logged = Logged(tmp_path)
    for row in range(100):
        logged.points.log_many([("a", float(row)), ("b", -float(row))])

    assert logged.values()[::2] == [float(row) for row in range(100)]
    assert logged.values()[1::2] == [-float(row) for row in range(100)]


def test_warning_points_at_the_line_that_logged(logged: Logged) -> None:
    def refuse(fd: int, data: bytes, at: int) -> int:
        raise OSError(28, "No space left on device")

    logged.log("a", 1.0)
    logged.points._frames.pwrite = refuse
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        line = sys._getframe().f_lineno + 1
        logged.log("a", 2.0)

    assert [(warning.filename, warning.lineno) for warning in told] == [(__file__, line)]


def test_warning_that_is_an_error_costs_no_point(logged: Logged) -> None:
    def refuse(fd: int, data: bytes, at: int) -> int:
        raise OSError(28, "No space left on device")

    logged.log("a", 1.0)
    real, logged.points._frames.pwrite = logged.points._frames.pwrite, refuse
    with pytest.raises(RuntimeWarning):  # pytest makes errors of warnings
        logged.log("a", 2.0)
    logged.points._frames.pwrite = real
    logged.log("a", 3.0)

    assert logged.values() == [1.0, 2.0, 3.0]


def test_call_interrupted_while_the_file_was_made_is_no_obstacle(
    logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = os.open

    def open_and_be_interrupted(*arguments: object, **options: object) -> int:
        os.close(real_open(*arguments, **options))  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", open_and_be_interrupted)
        with pytest.raises(KeyboardInterrupt):
            logged.log("a", 1.0)
    logged.log("a", 2.0)

    assert logged.values() == [1.0, 2.0]


def test_frames_follow_the_layout_of_this_version_of_arrow(logged: Logged) -> None:
    empty = schema.empty_frame()

    assert frames.Frames().size == len(empty.message)
    assert pa.ipc.read_record_batch(pa.py_buffer(empty.message), schema.LIVE).num_rows == schema.ROWS
