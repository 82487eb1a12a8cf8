"""Opens files of a store without trust: regular files only, no links, no pipes that never answer, no maps.

A map would kill this process when somebody cuts the file short; a link could lead out of the store; a FIFO
named like a file of ours would be waited for without end. Reads by position, so one open file serves many.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Final

_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class Unreadable(Exception):
    """A file that is there, but cannot or must not be read. Says why, in words."""


class SafeFile:
    """A regular file, open for reading.

    Args:
        folder: descriptor of the folder that `path` goes out from; None: the current one.
    Raises: FileNotFoundError: it is not there. Unreadable: it is a link, a folder, a pipe, or denied.
    """

    def __init__(self, path: Path | str, folder: int | None = None) -> None:
        try:
            self._fd = os.open(path, _FLAGS, dir_fd=folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Unreadable(_why(error)) from error
        status = os.fstat(self._fd)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._fd)
            raise Unreadable("is not a regular file")
        self.size = status.st_size
        self.inode = status.st_ino
        self.modified = status.st_mtime_ns

    def __enter__(self) -> SafeFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def read(self, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset` on; fewer only where the file ends.

        Raises: Unreadable: the disk fails.
        """
        try:
            data = _read_at(self._fd, length, offset)
            while len(data) < length:
                more = _read_at(self._fd, length - len(data), offset + len(data))
                if not more:
                    break
                data += more
        except OSError as error:
            raise Unreadable(_why(error)) from error
        return data


def read_file(path: Path | str, most: int) -> bytes:
    """All bytes of a file.

    Raises: FileNotFoundError, Unreadable: as SafeFile, and when it has more than `most` bytes.
    """
    with SafeFile(path) as file:
        return _whole(file, most)


def read_file_below(folder: Path, path: str, most: int) -> bytes:
    """All bytes of a file below a folder: no part of the way there may be a link, the folder itself included.

    Args:
        path: from the folder, its parts checked by `logger.names.check_artifact_path`.
    Raises: FileNotFoundError, Unreadable: as `read_file`.
    """
    *folders, name = path.split("/")
    if os.open not in os.supports_dir_fd:  # Windows: looked at first, opened then
        if (folder / path).parent.resolve() != folder.parent.resolve().joinpath(folder.name, *folders):
            raise Unreadable(_BEHIND_A_LINK)
        return read_file(folder / path, most)
    descriptor = _open_folder(folder, None)
    try:
        for part in folders:
            inner = _open_folder(part, descriptor)
            os.close(descriptor)
            descriptor = inner
        with SafeFile(name, descriptor) as file:
            return _whole(file, most)
    finally:
        os.close(descriptor)


_BEHIND_A_LINK: Final = "lies behind a symbolic link, which is not followed"


def _whole(file: SafeFile, most: int) -> bytes:
    if file.size > most:
        raise Unreadable(f"has {file.size:,} bytes; {most:,} are the most")
    return file.read(0, file.size)


def _open_folder(path: Path | str, parent: int | None) -> int:
    try:
        return os.open(path, _FLAGS | os.O_DIRECTORY, dir_fd=parent)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):  # Linux says the second of a link
            raise Unreadable(_BEHIND_A_LINK if _is_link(path, parent) else "lies below a file") from error
        raise Unreadable(_why(error)) from error


def _is_link(path: Path | str, parent: int | None) -> bool:
    try:
        return stat.S_ISLNK(os.stat(path, dir_fd=parent, follow_symlinks=False).st_mode)
    except OSError:  # it vanished
        return False


def _why(error: OSError) -> str:
    if error.errno in (errno.ELOOP, getattr(errno, "EMLINK", errno.ELOOP)):
        return "is a symbolic link, which is not followed"
    if error.errno in (errno.ENXIO, errno.ENODEV):
        return "is not a regular file"
    return f"cannot be read: {error.strerror or error}"


def _read_at(fd: int, length: int, offset: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(fd, length, offset)
    os.lseek(fd, offset, os.SEEK_SET)
    return os.read(fd, length)
