"""Artifacts: copies files into a run's `artifacts/` and says what arrived.

A file appears there whole or not at all: it is written under a temporary name and then renamed. Its size
and SHA-256 are taken from the bytes that were written. Paths arrive checked by `logger.names`; what
becomes a fact is for `logger.run` to say.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import system
from .errors import InvalidName, InvalidType, InvalidValue, explain
from .layout import ARTIFACTS
from .names import of_type, shown

_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """An artifact that has arrived."""

    path: str  # below `artifacts/`, POSIX
    size: int  # bytes
    sha256: str  # hex


def local(path: object) -> Path:
    """The path of a file or folder of the user's.

    Raises: InvalidType: it is no path.
    """
    if not isinstance(path, str | os.PathLike):
        raise InvalidType(
            explain(f"local path {shown(path)} is {of_type(path)}.", "a str or a pathlib.Path.")
        )
    return Path(path)


def chunks_of(source: Path) -> Iterator[bytes]:
    """The bytes of a regular file, in pieces; a link is followed, a pipe or device refused.

    Raises: InvalidValue: it is no regular file. OSError: it cannot be read.
    """
    descriptor = os.open(source, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            hint = "log_artifacts(…), for all files of a folder." if source.is_dir() else ""
            raise InvalidValue(explain(f"artifact {str(source)!r} is no file.", "a regular file.", hint))
        while chunk := os.read(descriptor, _CHUNK):
            yield chunk
    finally:
        os.close(descriptor)


def files_below(folder: Path) -> tuple[list[tuple[Path, str]], list[str]]:
    """All files below a folder with their POSIX paths from there, sorted; and the paths of what is none.

    Links to files are followed. Links to folders are not, nor those to nothing: they are none, as pipes and
    devices are.

    Raises: InvalidValue: it is no folder.
    """
    if not folder.is_dir():
        raise InvalidValue(
            explain(f"artifacts {str(folder)!r} is no folder.", "a folder.", "log_artifact(…), for one file.")
        )
    files: list[tuple[Path, str]] = []
    others: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted([*folders, *names]):
            path = Path(parent, name)
            where = path.relative_to(folder).as_posix()
            if path.is_file():
                files.append((path, where))
            elif path.is_symlink() or not path.is_dir():
                others.append(where)
    return sorted(files, key=lambda file: file[0]), others


def check_place(run_folder: Path, path: str) -> None:
    """Refuse a path that would need a file and a folder of one name.

    Raises: InvalidName.
    """
    folder, parts = run_folder / ARTIFACTS, path.split("/")
    problem = f"artifact path {path!r} is a folder of this run." if (folder / path).is_dir() else ""
    for length in range(1, len(parts)):
        above = "/".join(parts[:length])
        if (folder / above).is_file():
            problem = f"artifact path {path!r} lies below {above!r}, which is a file of this run."
    if problem:
        raise InvalidName(explain(problem, "a path that is free, or a file to replace.", "another name."))


class WriteError(Exception):
    """The disk did not take an artifact. Its cause is the OSError."""


def store(run_folder: Path, path: str, chunks: Iterator[bytes]) -> Stored:
    """Write the bytes to `artifacts/<path>`, in the place of what was there.

    Raises: WriteError: the disk did not take them. Whatever `chunks` raises.
    """
    target = run_folder / ARTIFACTS / path
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    digest, size = hashlib.sha256(), 0
    descriptor = -1
    first = next(chunks, b"")  # a source that cannot be read leaves no folders behind
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666
            )
        except OSError as error:
            raise WriteError(str(error)) from error
        system.lock_file(descriptor)  # while it is held, nobody takes the file for one that was left
        chunk = first
        while chunk:
            digest.update(chunk)
            size += len(chunk)
            _write(descriptor, chunk)
            chunk = next(chunks, b"")
        try:
            os.close(descriptor)
            descriptor = -1
            temporary.replace(target)
        except OSError as error:
            raise WriteError(str(error)) from error
    finally:
        if descriptor >= 0:
            os.close(descriptor)
            temporary.unlink(missing_ok=True)
        elif temporary.exists():
            temporary.unlink(missing_ok=True)
    return Stored(path, size, digest.hexdigest())


def _write(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        raise WriteError(str(error)) from error
