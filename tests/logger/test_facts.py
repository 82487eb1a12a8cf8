"""The file of a writer's facts: whole lines, in order, whatever the disk does."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from logger import factlines, facts, system
from logger.errors import RunError, WriteFailed
from logger.facts import FactsFile
from logger.layout import WriterId

WRITER = WriterId("0199f3c2a7d8aabbccddeeff")


def read(file: FactsFile) -> list[tuple[str, str, object]]:
    lines = file.path.read_bytes().splitlines(keepends=True)
    return [(fact.kind, fact.key, fact.value) for fact in map(factlines.decode, lines)]


def test_start_fact_is_the_first_line_and_holds_the_inode(tmp_path: Path) -> None:
    file = FactsFile(tmp_path, WRITER, {"role": "create"})
    file.write("param", "depth", 6)

    inode = file.path.stat().st_ino
    assert read(file) == [("start", "", {"role": "create", "inode": inode}), ("param", "depth", 6)]
    assert file.inode == inode
    file.close()


def test_facts_of_an_experiment_need_no_start(tmp_path: Path) -> None:
    file = FactsFile(tmp_path, WRITER)
    file.write_many([("note", "", "a\nb"), ("tag", "team", None)])

    assert read(file) == [("note", "", "a\nb"), ("tag", "team", None)]
    file.close()


def test_times_in_a_file_ascend_though_the_clock_stands_or_goes_back(tmp_path: Path) -> None:
    ticks = iter([100, 100, 50, 200])
    file = FactsFile(tmp_path, WRITER, clock=lambda: next(ticks))
    file.write_many([("tag", "a", "1"), ("tag", "a", "2"), ("tag", "a", "3")])
    file.write("tag", "a", "4")

    times = [factlines.decode(line).time for line in file.path.read_bytes().splitlines()]
    assert times == [100, 101, 102, 200]
    file.close()


def test_several_facts_are_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = FactsFile(tmp_path, WRITER)
    writes: list[bytes] = []
    real_write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: writes.append(data) or real_write(fd, data))

    file.write_many([("param", f"p{number}", number) for number in range(100)])

    assert len(writes) == 1
    assert len(read(file)) == 100
    file.close()


def test_second_writer_of_the_same_name_is_refused(tmp_path: Path) -> None:
    file = FactsFile(tmp_path, WRITER)

    with pytest.raises(FileExistsError):
        FactsFile(tmp_path, WRITER)
    file.close()


@pytest.mark.parametrize("taken", range(0, 60, 7))
def test_line_cut_short_is_continued_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    file = FactsFile(tmp_path, WRITER)
    file.write("param", "before", 1)
    real_write = os.write

    def write_part(fd: int, data: bytes) -> int:
        monkeypatch.setattr(os, "write", refuse)
        return real_write(fd, data[:taken]) if taken else refuse(fd, data)

    def refuse(fd: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", write_part)
    with pytest.warns(RuntimeWarning, match="No space left on device") as told:
        file.write("param", "torn", 2)
    file.write("param", "waiting", 3)
    monkeypatch.setattr(os, "write", real_write)
    file.write("param", "after", 4)

    assert [key for _, key, _ in read(file)] == ["before", "torn", "waiting", "after"]
    assert len(told) == 1
    file.close()


def test_bytes_that_came_through_before_an_error_are_not_written_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = FactsFile(tmp_path, WRITER)
    real_write = os.write

    def write_and_fail(fd: int, data: bytes) -> int:
        real_write(fd, data[:20])
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "write", write_and_fail)
    with pytest.warns(RuntimeWarning, match="Input/output error"):
        file.write("param", "depth", 6)
    monkeypatch.setattr(os, "write", real_write)
    file.flush()

    assert read(file) == [("param", "depth", 6)]
    file.close()


def test_facts_beyond_the_bound_are_counted_and_named_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "MOST_WAITING", 1_000)
    file = FactsFile(tmp_path, WRITER)

    def refuse(fd: int, data: bytes) -> int:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(os, "write", refuse)
    with pytest.warns(RuntimeWarning, match="quota"):
        file.write_many([("tag", f"t{number}", "x") for number in range(10)])
    for _ in range(100):
        file.write("tag", "more", "x")
    assert not file.name_series([("loss", 1)])

    with pytest.raises(WriteFailed, match=r"^111 facts .* never reached the disk"):
        file.close()


def test_durable_flush_raises_while_facts_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = FactsFile(tmp_path, WRITER)
    file.turn.warned = True

    def refuse(fd: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", refuse)
        file.write("param", "depth", 6)
        file.flush()
        with pytest.raises(WriteFailed, match="1 facts"):
            file.flush(durable=True)

    file.flush(durable=True)
    assert read(file) == [("param", "depth", 6)]
    file.close()


def test_lock_is_held_until_the_file_is_closed(tmp_path: Path) -> None:
    file = FactsFile(tmp_path, WRITER, {"role": "create"})

    assert system.is_locked(file.path)
    file.close()
    assert system.is_locked(file.path) is False


def test_closed_file_takes_no_fact(tmp_path: Path) -> None:
    file = FactsFile(tmp_path, WRITER)
    file.close()
    file.close()

    with pytest.raises(RunError, match="is closed"):
        file.write("param", "depth", 6)
