"""Site: puts files into the output folder, all of them or none.

A build writes into a folder beside the target, on the same file system; a file that is unchanged is a hard
link to the one in the old site. Then the folders change places (`logger.system.exchange`): in one step
where the system can, else by renames. What a build that died has left is put right by the next one:

    .public.sitegen-new     an unfinished site, or the old one after a swap: removed
    public.swapped-out      the old site, between two renames: put back when `public` is missing, else removed
    .public.sitegen-lock    held by the build at work; free when its process is gone

`MemorySite` is the twin that keeps everything in a dictionary. `sitegen.target` decides which folders may be
replaced; nothing else in the package writes into one.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol

from logger import system
from logger.errors import explain

from .errors import OutputBusy, OutputFailed, OutputRefused
from .target import JUNK, MARKER, check_target, marker

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # no dot or underscore in front: Pages drops such files


class Site(Protocol):
    """Where a build puts its files."""

    def add(self, path: str, content: bytes) -> None:
        """Put one file, at a path from the root of the site."""

    @property
    def count(self) -> int:
        """Files so far."""

    @property
    def size(self) -> int:
        """Bytes so far."""


class MemorySite:
    """A site in memory: for `serve`, and for tests."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.size = 0

    @property
    def count(self) -> int:
        """Files so far."""
        return len(self.files)

    def add(self, path: str, content: bytes) -> None:
        """Put one file, at a path from the root of the site."""
        check_path(path)
        if path in self.files:
            raise ValueError(f"two files of the site have the path {path}")
        self.files[path] = content
        self.size += len(content)


class Disk:
    """Every call to the file system that `FolderSite` makes; a test fails or stops them one by one."""

    def is_folder(self, path: Path) -> bool:
        """Whether a folder, and no link to one, lies there."""
        try:
            return stat.S_ISDIR(path.lstat().st_mode)
        except FileNotFoundError:
            return False

    def names(self, path: Path) -> list[str]:
        """What lies in a folder."""
        return sorted(entry.name for entry in path.iterdir())

    def holds(self, path: Path, content: bytes) -> bool:
        """Whether a plain file with this content lies there."""
        try:
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode) or found.st_size != len(content):
                return False
            return path.read_bytes() == content
        except OSError:
            return False

    def make_folder(self, path: Path) -> None:
        """Make a folder whose parent is there."""
        path.mkdir()

    def make_parents(self, path: Path) -> None:
        """Make the folders that lead to the target."""
        path.mkdir(parents=True, exist_ok=True)

    def write(self, path: Path, content: bytes) -> None:
        """Write a file; its mode is what the user's umask leaves of 0666."""
        path.write_bytes(content)

    def link(self, old: Path, new: Path) -> bool:
        """Let `new` be the same file as `old`; False where the file system cannot."""
        try:
            os.link(old, new, follow_symlinks=False)
        except (OSError, NotImplementedError):
            return False
        return True

    def exchange(self, new: Path, old: Path) -> None:
        """Let two folders change places."""
        system.exchange(new, old)

    def repair_exchange(self, path: Path) -> None:
        """Undo an exchange that was interrupted."""
        system.repair_exchange(path)

    def rename(self, old: Path, new: Path) -> None:
        """Give a folder another name beside the old one."""
        old.rename(new)

    def remove_file(self, path: Path) -> None:
        """Remove a file or a link."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()


class FolderSite:
    """A site on disk: a context manager that leaves the old site whole unless `commit` was reached."""

    def __init__(self, target: Path, stores: Sequence[Path] = (), disk: Disk | None = None) -> None:
        self.target = check_target(target, stores)
        self.size = 0
        self.kept = 0  # files that are the old site's own
        self._shown = os.fspath(target)
        self._disk = disk or Disk()
        self._new = self._beside("new")
        self._lock = _Lock(self._beside("lock"))
        self._paths: dict[str, str] = {}  # casefolded → as given
        self._folders: set[Path] = set()

    @property
    def count(self) -> int:
        """Files so far."""
        return len(self._paths)

    def __enter__(self) -> FolderSite:
        try:
            self._disk.make_parents(self.target.parent)
            if not self._lock.take():
                raise OutputBusy(
                    explain(
                        f"another build is writing {self._shown}.", hint="wait for it, or give another -o"
                    )
                )
            try:
                self._repair()
                self._disk.make_folder(self._new)
                self._disk.write(self._new / MARKER, marker(()))
            except BaseException:
                self._lock.free()
                raise
        except OSError as error:
            raise self._failed(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, OutputRefused):  # what stays behind, the next build removes
            self._remove(self._new)
        self._lock.free()

    def add(self, path: str, content: bytes) -> None:
        """Put one file, at a path from the root of the site.

        Raises: OutputFailed: the disk refused. ValueError: the path is not one of ours, or was given before.
        """
        check_path(path)
        if path.casefold() in self._paths or (self._new / path) in self._folders:
            raise ValueError(f"two files of the site have the path {path}")
        self._paths[path.casefold()] = path
        try:
            new, old = self._new / path, self.target / path
            self._make_way(new.parent)
            if self._disk.holds(old, content) and self._disk.link(old, new):
                self.kept += 1
            else:
                self._disk.write(new, content)
        except OSError as error:
            raise self._failed(error) from error
        self.size += len(content)

    def commit(self) -> None:
        """Let the new site take the place of the old.

        Raises: OutputFailed: the disk refused; the old site is in its place.
        """
        try:
            self._disk.write(self._new / MARKER, marker(path.split("/")[0] for path in self._paths.values()))
            check_target(self.target, ())  # it may have changed since
            if not self._disk.is_folder(self.target):
                self._disk.rename(self._new, self.target)
            else:
                self._exchange()
        except OSError as error:
            raise self._failed(error) from error

    def _exchange(self) -> None:
        try:
            self._disk.exchange(self._new, self.target)
        except BaseException:  # Ctrl-C between two renames, too
            with suppress(OSError):
                self._disk.repair_exchange(self.target)
            raise

    def _repair(self) -> None:
        """Put right what a build that died has left."""
        self._disk.repair_exchange(self.target)
        self._remove(self.target.with_name(self.target.name + ".swapped-out"))
        self._remove(self._new)

    def _remove(self, folder: Path) -> None:
        """Remove a folder of ours: an empty one, or one with a marker.

        The marker goes last, so that a folder whose removal was interrupted is still known as ours.
        """
        if not self._disk.is_folder(folder):
            return
        names = self._disk.names(folder)
        if MARKER not in names and not JUNK.issuperset(names):
            problem = f"{folder.name}, beside {self._shown}, was not left by a build."
            raise OutputRefused(explain(problem, hint="move it away, it is where a build would write"))
        for name in names:
            if name != MARKER:
                self._remove_all(folder / name)
        if MARKER in names:
            self._disk.remove_file(folder / MARKER)
        self._disk.remove_folder(folder)

    def _remove_all(self, path: Path) -> None:
        if self._disk.is_folder(path):
            for name in self._disk.names(path):
                self._remove_all(path / name)
            self._disk.remove_folder(path)
        else:
            self._disk.remove_file(path)

    def _make_way(self, folder: Path) -> None:
        if folder != self._new and folder not in self._folders:
            self._make_way(folder.parent)
            self._disk.make_folder(folder)
            self._folders.add(folder)

    def _beside(self, what: str) -> Path:
        return self.target.with_name(f".{self.target.name}.sitegen-{what}")

    def _failed(self, error: OSError) -> OutputFailed:
        if isinstance(error, OutputFailed):
            return error
        return OutputFailed(
            explain(
                f"{self._shown} could not be written: {error.strerror or error}.",
                hint="mend that and build again; the site that was there is as it was",
            )
        )


def check_path(path: str) -> None:
    """Raises: ValueError: a path that no file of a site may have."""
    if not all(_PART.fullmatch(part) for part in path.split("/")) or path == MARKER:
        raise ValueError(f"no file of a site may have the path {path!r}")


class _Lock:
    """Held by one build at a time; the system frees it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def take(self) -> bool:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
        while True:
            descriptor = os.open(self._path, flags, 0o666)
            if not system.lock_file(descriptor) and system.HAS_FLOCK:
                os.close(descriptor)
                return False
            try:
                same = os.path.samestat(os.fstat(descriptor), self._path.stat())
            except OSError:
                same = False
            if same:  # else its owner removed it between our two calls
                self._descriptor = descriptor
                return True
            os.close(descriptor)

    def free(self) -> None:
        if self._descriptor >= 0:
            with suppress(OSError):
                self._path.unlink()
            os.close(self._descriptor)
            self._descriptor = -1
