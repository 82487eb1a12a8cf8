"""The output folder: replaced as a whole or not at all, and only when a build made it."""

from __future__ import annotations

import errno
import os
import signal
import stat
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from logger import system
from sitegen.errors import OutputBusy, OutputFailed, OutputRefused
from sitegen.site import Disk, FolderSite, MemorySite
from sitegen.target import MARKER, read_marker

OLD = {"index.html": b"old", "r/a/index.html": b"same", "assets/app.1.js": b"old script"}
NEW = {"index.html": b"new", "r/a/index.html": b"same", "e/b/index.html": b"more", "shards/c.js": b"add()"}
CALLS = [name for name in vars(Disk) if not name.startswith("_")]


class StoppingDisk(Disk):
    """Counts its calls and does something instead of, or after, the one with a given number."""

    def __init__(self, at: int = -1, stop: Callable[[], None] = lambda: None, after: bool = False) -> None:
        self.at, self.stop, self.after, self.count = at, stop, after, 0

    def _call(self, name: str, *args: object) -> object:
        number, self.count = self.count, self.count + 1
        if number == self.at and not self.after:
            self.stop()
        if number == self.at and name == "write":
            Path(args[0]).write_bytes(args[1][: len(args[1]) // 2])  # cut off in the middle
            self.stop()
        answer = getattr(Disk, name)(self, *args)
        if number == self.at:
            self.stop()
        return answer


for _name in CALLS:
    setattr(StoppingDisk, _name, lambda self, *args, _name=_name: self._call(_name, *args))


def build(target: Path, files: dict[str, bytes], disk: Disk | None = None) -> FolderSite:
    with FolderSite(target, disk=disk) as site:
        for path, content in files.items():
            site.add(path, content)
        site.commit()
    return site


def content_of(target: Path) -> dict[str, bytes]:
    found = {path.relative_to(target).as_posix(): path for path in target.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != MARKER}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def in_child(work: Callable[[], object]) -> int:
    """Run in a forked process; returns its exit status as `os.waitpid` gives it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the test runner do not matter here
        child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1]


def kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def calls_of_a_build(target: Path) -> int:
    build(target, OLD)
    disk = StoppingDisk()
    build(target, NEW, disk)
    return disk.count


def test_site_is_made_and_then_replaced_as_a_whole(tmp_path):
    build(tmp_path / "public", OLD)
    build(tmp_path / "public", NEW)

    assert content_of(tmp_path / "public") == NEW
    assert names_in(tmp_path) == ["public"]


def test_unchanged_file_is_the_same_file_and_a_changed_one_is_not(tmp_path):
    target = tmp_path / "public"
    build(target, OLD)
    same, changed = ((target / name).stat().st_ino for name in ("r/a/index.html", "index.html"))

    site = build(target, NEW)

    assert (target / "r/a/index.html").stat().st_ino == same
    assert (target / "index.html").stat().st_ino != changed
    assert site.kept == 1


def test_unchanged_file_is_copied_where_there_are_no_hard_links(tmp_path, monkeypatch):
    monkeypatch.setattr(Disk, "link", lambda self, old, new: False)
    build(tmp_path / "public", OLD)

    build(tmp_path / "public", NEW)

    assert content_of(tmp_path / "public") == NEW


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_build_killed_at_any_call_leaves_a_whole_site_and_the_next_build_cleans_up(tmp_path, after):
    for at in range(calls_of_a_build(tmp_path / "count" / "public")):
        target = tmp_path / str(at) / "public"
        build(target, OLD)

        status = in_child(
            lambda at=at, target=target: build(target, NEW, StoppingDisk(at, kill_myself, after))
        )

        assert os.WTERMSIG(status) == signal.SIGKILL
        assert content_of(target) in (OLD, NEW)
        build(target, NEW)
        assert content_of(target) == NEW
        assert names_in(target.parent) == ["public"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_disk_that_fails_at_any_call_leaves_a_whole_site(tmp_path, after):
    for at in range(calls_of_a_build(tmp_path / "count" / "public")):
        target = tmp_path / str(at) / "public"
        build(target, OLD)
        failure = ""

        try:
            build(target, NEW, StoppingDisk(at, fill_disk, after))
        except OutputFailed as error:
            failure = str(error)

        assert "No space left on device" in failure or not failure
        assert content_of(target) == OLD if failure and not after else content_of(target) in (OLD, NEW)
        build(target, NEW)
        assert content_of(target) == NEW
        assert names_in(target.parent) == ["public"]


def test_first_build_killed_at_any_call_leaves_nothing_that_stops_the_next(tmp_path):
    disk = StoppingDisk()
    build(tmp_path / "count" / "public", NEW, disk)
    for at in range(disk.count):
        target = tmp_path / str(at) / "public"
        target.parent.mkdir()

        in_child(lambda at=at, target=target: build(target, NEW, StoppingDisk(at, kill_myself)))

        assert not target.exists() or content_of(target) == NEW
        build(target, NEW)
        assert names_in(target.parent) == ["public"]


@pytest.mark.parametrize("at", [0, 1, 2], ids=["first", "second", "third"])
def test_swap_by_renames_is_repaired_by_the_next_start(tmp_path, monkeypatch, at):
    target = tmp_path / "public"
    build(target, OLD)
    monkeypatch.setattr(system, "HAS_RENAMEAT2", False)
    rename, count = Path.rename, iter(range(9))

    def stop_at_one(path: Path, other: Path) -> Path:
        if next(count) == at:
            kill_myself()
        return rename(path, other)

    def killed() -> None:
        monkeypatch.setattr(Path, "rename", stop_at_one)
        build(target, NEW)

    status = in_child(killed)
    with FolderSite(target):
        pass  # a build that gives up: it only repaired

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert content_of(target) == (NEW if at == 2 else OLD)
    assert names_in(tmp_path) == ["public"]


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("stop", "error"),
    [(fill_disk, OutputFailed), (interrupt, KeyboardInterrupt)],
    ids=["fails", "is interrupted"],
)
@pytest.mark.parametrize("at", [0, 1], ids=["first", "second"])
def test_swap_by_renames_that_stops_leaves_the_old_site(tmp_path, monkeypatch, at, stop, error):
    target = tmp_path / "public"
    build(target, OLD)
    monkeypatch.setattr(system, "HAS_RENAMEAT2", False)
    rename, count = Path.rename, iter(range(9))

    def fail_at_one(path: Path, other: Path) -> Path:
        if next(count) == at:
            stop()
        return rename(path, other)

    monkeypatch.setattr(Path, "rename", fail_at_one)
    with pytest.raises(error):
        build(target, NEW)

    assert content_of(target) == OLD
    assert names_in(tmp_path) == ["public"]


def test_build_that_raises_or_is_interrupted_leaves_the_old_site(tmp_path):
    target = tmp_path / "public"
    build(target, OLD)

    def interrupted() -> None:
        with FolderSite(target) as site:
            site.add("index.html", b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert content_of(target) == OLD
    assert names_in(tmp_path) == ["public"]


def test_second_build_into_the_same_folder_fails_clearly_and_the_first_goes_on(tmp_path):
    target = tmp_path / "public"
    with FolderSite(target) as site:
        site.add("index.html", b"first")

        with pytest.raises(OutputBusy, match="another build is writing"), FolderSite(target):
            pass

        site.commit()
    assert content_of(target) == {"index.html": b"first"}


def test_builds_into_two_folders_side_by_side_do_not_meet(tmp_path):
    with FolderSite(tmp_path / "a") as one, FolderSite(tmp_path / "b") as other:
        one.add("index.html", b"a")
        other.add("index.html", b"b")
        one.commit()
        other.commit()

    assert content_of(tmp_path / "a") != content_of(tmp_path / "b")


def test_marker_says_what_lies_at_the_top_and_is_no_hidden_file(tmp_path):
    build(tmp_path / "public", NEW)

    assert read_marker(tmp_path / "public") == {MARKER, "index.html", "r", "e", "shards"}
    assert not MARKER.startswith(".")


def test_folder_that_somebody_filled_is_refused_and_stays(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")

    with pytest.raises(OutputRefused, match="no build made") as error:
        FolderSite(tmp_path / "thesis")

    assert "chapter1.tex" in str(error.value)
    assert "Allowed: " in str(error.value)
    assert (tmp_path / "thesis" / "chapter1.tex").read_text() == "years of work"


def test_site_that_somebody_added_a_file_to_is_refused(tmp_path):
    build(tmp_path / "public", OLD)
    (tmp_path / "public" / "CNAME").write_text("example.org")

    with pytest.raises(OutputRefused, match="somebody added CNAME"):
        build(tmp_path / "public", NEW)


def test_file_added_while_a_build_was_at_work_stops_the_swap(tmp_path):
    target = tmp_path / "public"
    build(target, OLD)

    with FolderSite(target) as site:
        (target / "CNAME").write_text("example.org")
        with pytest.raises(OutputRefused):
            site.commit()

    assert content_of(target) == {**OLD, "CNAME": b"example.org"}


def test_what_looking_at_a_folder_leaves_in_it_does_not_matter(tmp_path):
    target = tmp_path / "public"
    target.mkdir()
    (target / ".DS_Store").write_text("")
    build(target, OLD)
    (target / "Thumbs.db").write_text("")

    build(target, NEW)

    assert content_of(target) == NEW
    assert names_in(tmp_path) == ["public"]


@pytest.mark.parametrize("marker", ["", "{}", "[]", "null", '{"runfolio site": 1}', "{" * 5000])
def test_marker_that_is_not_ours_makes_no_site(tmp_path, marker):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / MARKER).write_text(marker)

    with pytest.raises(OutputRefused):
        FolderSite(tmp_path / "public")


def test_output_that_would_hurt_is_refused(tmp_path, monkeypatch):
    home, here, store = (tmp_path / name for name in ("home/ann", "work/here", "store"))
    for folder in (home, here, store):
        folder.mkdir(parents=True)
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "free")
    (tmp_path / "way").symlink_to(store)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    refused = {
        Path("/"): "root of the file system",
        home: "home folder",
        tmp_path / "home": "home folder",
        Path(): "the folder you are in",
        Path(".."): "the folder you are in",
        tmp_path / "file": "is a file",
        tmp_path / "link": "symbolic link",
        store: "is the store itself",
        store / "public": "inside the store",
        tmp_path / "way" / "public": "inside the store",
        tmp_path: "contains",
    }

    for target, reason in refused.items():
        with pytest.raises(OutputRefused, match=reason):
            FolderSite(target, [store])

    assert FolderSite(tmp_path / "free", [store]).target == tmp_path / "free"


def test_store_inside_the_output_is_refused(tmp_path):
    build(tmp_path / "public", OLD)
    store = tmp_path / "public" / "r" / "tracking"
    store.mkdir()

    with pytest.raises(OutputRefused, match="contains the store"):
        FolderSite(tmp_path / "public", [store])


def test_foreign_folder_in_the_place_of_a_leftover_is_not_removed(tmp_path):
    foreign = tmp_path / ".public.sitegen-new"
    foreign.mkdir()
    (foreign / "precious").write_text("")

    with pytest.raises(OutputRefused, match="not left by a build"):
        build(tmp_path / "public", OLD)

    assert (foreign / "precious").exists()


def test_link_inside_an_old_site_is_neither_followed_nor_kept(tmp_path):
    target, outside = tmp_path / "public", tmp_path / "outside"
    build(target, OLD)
    outside.mkdir()
    (outside / "index.html").write_bytes(b"same")
    (target / "r" / "a" / "index.html").unlink()
    (target / "r" / "a" / "index.html").symlink_to(outside / "index.html")
    (target / "r" / "more").symlink_to(outside)

    build(target, NEW)

    assert content_of(target) == NEW
    assert not (target / "r" / "a" / "index.html").is_symlink()
    assert (outside / "index.html").read_bytes() == b"same"


@pytest.mark.parametrize(
    ("mask", "modes"), [(0o022, (0o644, 0o755)), (0o077, (0o600, 0o700))], ids=["022", "077"]
)
def test_modes_of_files_and_folders_follow_the_umask(tmp_path, mask, modes):
    before = os.umask(mask)
    try:
        build(tmp_path / "public", OLD)
    finally:
        os.umask(before)

    found = [tmp_path / "public" / name for name in ("index.html", "r")]
    assert tuple(stat.S_IMODE(path.stat().st_mode) for path in found) == modes


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", ".nojekyll", "_private/x", "a\\b", "a\n", "é.html", MARKER],
)
def test_path_that_no_page_of_ours_has_is_a_bug(tmp_path, path):
    for site in (MemorySite(), FolderSite(tmp_path / "public")):
        with pytest.raises(ValueError, match="no file of a site"):
            site.add(path, b"")


def test_two_files_of_one_path_are_a_bug_even_if_they_differ_only_in_case(tmp_path):
    with FolderSite(tmp_path / "public") as site:
        site.add("r/a", b"")
        for path in ("r/a", "R/A", "r/a/b"):
            with pytest.raises((ValueError, OutputFailed)):
                site.add(path, b"")


def test_memory_twin_keeps_what_the_folder_would_hold(tmp_path):
    twin = MemorySite()
    for path, content in NEW.items():
        twin.add(path, content)

    site = build(tmp_path / "public", NEW)

    assert twin.files == content_of(tmp_path / "public")
    assert (twin.count, twin.size) == (site.count, site.size)
