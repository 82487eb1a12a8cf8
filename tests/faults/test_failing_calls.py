"""Every call to the operating system fails in turn, once and for good: nothing written before is lost."""

from __future__ import annotations

import errno
import warnings
from pathlib import Path

import pytest
from failing import Failing
from harness import Writing, facts_in, points_of, values_of

from logger.errors import WriteFailed

EVERYTHING = {
    "loss": [float(row) for row in range(150)],
    "auc/train": [0.5, 0.6],
    "auc/test": [0.4, 0.5],
    "late": [1.0],
}


def log_everything(writing: Writing) -> None:
    """Two frames and a bit, several names at once, a param, a durable flush, one more name."""
    for value in EVERYTHING["loss"][:100]:
        writing.log("loss", value)
    writing.log_many([("auc/train", 0.5), ("auc/test", 0.4)])
    writing.facts.write("param", "depth", 6)
    try:
        writing.points.flush(durable=True)
        writing.facts.flush(durable=True)
    except WriteFailed:
        pass
    for value in EVERYTHING["loss"][100:]:
        writing.log("loss", value)
    writing.log_many([("auc/train", 0.6), ("auc/test", 0.5)])
    writing.log("late", 1.0)


def log_rows(writing: Writing, rows: int, names: int = 0) -> None:
    for row in range(rows):
        writing.log("loss", float(row))
        if names:
            writing.log(f"new {row % names}", float(row))


def values_by_metric(folder: Path) -> dict[str, list[float]]:
    return {name: [value for _, value in points] for name, points in points_of(folder).items()}


def calls_of_a_whole_run(folder: Path) -> int:
    """How many calls to the operating system there are to fail."""
    with pytest.MonkeyPatch.context() as patch:
        failing = Failing(patch, first=0, last=-1)
        folder.mkdir()
        writing = Writing(folder)
        log_everything(writing)
        writing.close()
    assert values_by_metric(folder) == EVERYTHING
    return failing.count


@pytest.mark.parametrize(
    "number", [errno.EIO, errno.ENOSPC, None], ids=["I/O error", "no space", "short write"]
)
def test_one_failing_call_loses_nothing_wherever_it_is(tmp_path: Path, number: int | None) -> None:
    calls = calls_of_a_whole_run(tmp_path / "whole")
    assert calls > 150

    for call in range(calls):
        folder = tmp_path / str(call)
        folder.mkdir()
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            failing = Failing(patch, first=call, last=call, number=number)
            try:
                writing = Writing(folder)
            except OSError:
                assert list(folder.iterdir()) == [], "a writer that cannot begin leaves nothing"
                continue
            log_everything(writing)
            writing.close()

        assert values_by_metric(folder) == EVERYTHING, (call, failing.failed)
        assert len(told) <= 1, (call, failing.failed)
        facts = [fact for path in folder.glob("facts-*") for fact in facts_in(path)]
        assert [fact.value for fact in facts if fact.kind == "param"] == [6]


def test_a_disk_that_fails_for_good_keeps_what_it_had_and_says_what_is_missing(tmp_path: Path) -> None:
    calls = calls_of_a_whole_run(tmp_path / "whole")

    for call in range(0, calls, 2):
        folder = tmp_path / str(call)
        folder.mkdir()
        told_missing = ""
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            Failing(patch, first=call, last=None, only=("open", "write", "pwrite", "fsync", "link", "rename"))
            try:
                writing = Writing(folder)
            except OSError:
                continue
            log_everything(writing)
            try:
                writing.points.close()
            except WriteFailed as error:
                told_missing = str(error)
            try:
                writing.facts.close()
            except WriteFailed as error:
                told_missing += str(error)

        found = values_by_metric(folder)
        missing = sum(map(len, EVERYTHING.values())) - sum(map(len, found.values()))
        assert all(values == EVERYTHING[name][: len(values)] for name, values in found.items())
        assert not missing or f"{missing} of 155 points never reached the disk" in told_missing
        assert bool(told) == bool(told_missing)
        assert len(told) <= 1


def test_points_of_a_full_disk_follow_when_there_is_room_again(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        failing = Failing(patch, first=10, last=None, number=errno.ENOSPC, only=("write", "pwrite"))
        writing = Writing(tmp_path)
        with pytest.warns(RuntimeWarning, match="No space left on device") as told:
            log_rows(writing, 10_000, names=50)
        before = values_of(tmp_path, "loss")
        failing.stop()
        writing.log("loss", 10_000.0)

    assert before == [float(row) for row in range(len(before))]
    assert len(before) < 10
    assert values_of(tmp_path, "loss") == [float(row) for row in range(10_001)]
    assert len(points_of(tmp_path)) == 51
    assert len(told) == 1
    writing.close()


def test_memory_is_bounded_while_the_disk_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("logger.frames.MOST_WAITING", 10)
    with pytest.MonkeyPatch.context() as patch:
        failing = Failing(patch, first=5, last=None, only=("pwrite",))
        writing = Writing(tmp_path)
        with pytest.warns(RuntimeWarning, match="Input/output error"):
            log_rows(writing, 2_000)
        failing.stop()
        writing.log("loss", -1.0)

    kept = 11 * 64
    assert values_of(tmp_path, "loss") == [*(float(row) for row in range(kept)), -1.0]
    with pytest.raises(WriteFailed, match=f"{2_000 - kept:,} of 2,001 points never reached the disk"):
        writing.points.close()
    writing.facts.close()


def test_a_failed_sync_is_never_taken_back(tmp_path: Path) -> None:
    writing = Writing(tmp_path)
    writing.log("loss", 1.0)
    with pytest.MonkeyPatch.context() as patch:
        Failing(patch, first=0, last=0, only=("fsync",))
        with pytest.raises(WriteFailed, match="could not be made durable"):
            writing.points.flush(durable=True)

    with pytest.raises(WriteFailed):
        writing.points.flush(durable=True)
    writing.close()
    assert values_of(tmp_path, "loss") == [1.0]
