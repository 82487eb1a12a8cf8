"""The operating system's calls, on this system and as on one that lacks them."""

from __future__ import annotations

import errno
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from logger import system

LOCK_AND_WAIT = """
import os, sys
from logger import system
fd = os.open(sys.argv[1], os.O_RDWR)
print(system.lock_file(fd), flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=[True, False], ids=["with pwrite", "without"])
def _pwrite(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "HAS_PWRITE", request.param)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    return path


@pytest.mark.usefixtures("_pwrite")
def test_positioned_write_changes_just_its_place(file: Path) -> None:
    fd = os.open(file, os.O_RDWR)
    assert system.pwrite(fd, b"ab", 3) == 2
    assert system.pwrite(fd, memoryview(b"xyz"), 12) == 3
    os.close(fd)

    assert file.read_bytes() == b"012ab56789\0\0xyz"


def test_new_file_is_new(tmp_path: Path) -> None:
    fd = system.open_new(tmp_path / "new", append=True)
    assert not os.get_inheritable(fd)
    os.write(fd, b"a")
    os.close(fd)

    with pytest.raises(FileExistsError):
        system.open_new(tmp_path / "new")
    with pytest.raises(FileExistsError):
        system.open_empty(tmp_path / "new")


def test_file_and_its_replacement_are_told_apart(file: Path, tmp_path: Path) -> None:
    identity = system.identity(file)
    assert identity is not None
    assert system.leads_to(file, identity)

    (tmp_path / "other").write_bytes(file.read_bytes())
    (tmp_path / "other").rename(file)
    assert not system.leads_to(file, identity)

    file.unlink()
    assert not system.leads_to(file, identity)
    assert not system.leads_to(file / "below", identity)
    assert system.identity(file) is None


def test_mount_that_does_not_answer_is_no_replacement(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = system.identity(file)
    assert identity is not None

    def refuse(*arguments: object, **options: object) -> os.stat_result:
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr(os, "stat", refuse)
    told = system.leads_to(file, identity), system.identity(file)
    monkeypatch.undo()

    assert told == (True, None)


def test_folder_is_synced_where_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)

    system.sync_folder(tmp_path)
    monkeypatch.setattr(system, "IS_WINDOWS", True)
    system.sync_folder(tmp_path)

    assert len(synced) == 1


@pytest.fixture(params=["link", "no link", "link refused", "rename"])
def _publishing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way to publish a file; os.rename is made to behave as on Windows."""
    if request.param == "no link":
        monkeypatch.setattr(system, "HAS_LINK", False)
    if request.param == "link refused":

        def refuse(*arguments: object) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
    if request.param == "rename":

        def rename(path: Path, target: Path) -> None:
            os.link(path, target)  # raises when there is one
            path.unlink()

        monkeypatch.setattr(system, "IS_WINDOWS", True)
        monkeypatch.setattr(Path, "rename", rename)


@pytest.mark.usefixtures("_publishing")
def test_first_to_publish_a_file_wins(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).write_text(name)

    won = [system.link_or_rename(tmp_path / name, tmp_path / "final") for name in ("first", "second")]

    assert won == [True, False]
    assert (tmp_path / "final").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["final"]


def test_file_that_cannot_be_published_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "temporary").write_text("x")

    with pytest.raises(FileNotFoundError):
        system.link_or_rename(tmp_path / "temporary", tmp_path / "no folder" / "final")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(params=[True, False], ids=["at once", "by renames"])
def _exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "HAS_RENAMEAT2", request.param)


@pytest.mark.usefixtures("_exchange")
def test_folders_change_places(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)

    system.exchange(tmp_path / "new", tmp_path / "old")

    assert (tmp_path / "old" / "index.html").read_text() == "new"
    assert (tmp_path / "new" / "index.html").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2
    assert not system.repair_exchange(tmp_path / "old")


@pytest.mark.usefixtures("_exchange")
def test_exchange_with_nothing_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()

    with pytest.raises(FileNotFoundError):
        system.exchange(tmp_path / "new", tmp_path / "old")

    assert [path.name for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("done", [1, 2], ids=["after the first rename", "after the second"])
def test_interrupted_exchange_is_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: int) -> None:
    monkeypatch.setattr(system, "HAS_RENAMEAT2", False)
    for name in ("old", "new"):
        (tmp_path / name).write_text(name)
    real_rename = Path.rename
    renames = []

    def rename(path: Path, target: Path) -> Path:
        if len(renames) == done:
            raise KeyboardInterrupt
        renames.append(target)
        return real_rename(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        system.exchange(tmp_path / "new", tmp_path / "old")
    monkeypatch.setattr(Path, "rename", real_rename)

    assert system.repair_exchange(tmp_path / "old")
    assert (tmp_path / "old").read_text() == ("old" if done == 1 else "new")


def test_lock_belongs_to_one_process_and_ends_with_it(file: Path) -> None:
    assert system.is_locked(file) is False
    other = subprocess.Popen(
        [sys.executable, "-c", LOCK_AND_WAIT, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert other.stdin is not None
    assert other.stdout is not None
    fd = os.open(file, os.O_RDWR)
    try:
        assert other.stdout.readline() == b"True\n"
        assert system.is_locked(file)
        assert not system.lock_file(fd)
    finally:
        other.kill()
        other.wait()
        other.stdin.close()
        other.stdout.close()

    assert system.is_locked(file) is False
    assert system.lock_file(fd)
    os.close(fd)


def test_no_lock_means_nobody_can_tell(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert system.is_locked(file.with_name("absent")) is None
    (file.parent / "link").symlink_to(file)
    assert system.is_locked(file.parent / "link") is None

    monkeypatch.setattr(system, "HAS_FLOCK", False)
    fd = os.open(file, os.O_RDWR)
    assert not system.lock_file(fd)
    assert system.is_locked(file) is None
    os.close(fd)


def test_processes_are_known_by_number_and_start(monkeypatch: pytest.MonkeyPatch) -> None:
    pid = os.getpid()
    start = system.process_start(pid)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert start is not None
    assert system.process_alive(pid, start)
    assert system.process_alive(pid, start + 1) is False
    assert system.process_alive(pid, None)
    assert system.process_alive(gone.pid, start) is False
    assert system.process_alive(gone.pid, None) is False
    assert system.process_alive(0, start) is None
    assert system.process_alive(1, None), "it belongs to somebody else, perhaps"

    monkeypatch.setattr(system, "HAS_PROC", False)
    assert system.process_start(pid) is None
    assert system.process_alive(pid, start)
    monkeypatch.setattr(system, "HAS_SIGNAL_0", False)
    assert system.process_alive(pid, start) is None


def test_name_of_a_process_may_hold_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "42").mkdir()
    fields = b" ".join(b"%d" % number for number in range(4, 53))
    (tmp_path / "42" / "stat").write_bytes(b"42 (a) b) 1 2 (c) S " + fields)
    monkeypatch.setattr(system, "_PROC", tmp_path)

    assert system.process_start(42) == 22
    assert system.process_start(43) is None


def test_boot_and_host_are_told_apart_without_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert system.boot_id() == system.boot_id() != ""
    assert len(system.host_hash()) == 16
    assert os.uname().nodename not in system.host_hash()
    before = system.host_hash()

    (tmp_path / "machine-id").write_text("another\n")
    monkeypatch.setattr(system, "_MACHINE_IDS", (tmp_path / "absent", tmp_path / "machine-id"))
    assert system.host_hash() != before

    monkeypatch.setattr(system, "HAS_PROC", False)
    assert system.boot_id() == ""


def test_fork_callbacks_live_as_long_as_their_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_fork_callbacks", {})

    class Told:
        def __init__(self) -> None:
            self.count = 0
            system.on_fork_in_child(self.tell)

        def tell(self) -> None:
            self.count += 1
            raise OSError("a descriptor that does not close")

    first, second = Told(), Told()
    system._run_fork_callbacks()
    del first
    gc.collect()

    assert second.count == 1
    assert len(system._fork_callbacks) == 1
    with pytest.raises(TypeError):
        system.on_fork_in_child(lambda: None)


def test_without_fork_nothing_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "HAS_FORK", False)
    held = len(system._fork_callbacks)

    system.on_fork_in_child(lambda: None)

    assert len(system._fork_callbacks) == held
