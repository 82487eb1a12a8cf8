"""Seals the points of a writer: its live file becomes the compact twin, whole or not at all.

A temporary file, fsync, read back and counted, rename, and only then the live file goes. Killed between any
two of these steps, both twins or the live one are there, and a reader takes the one with more rows. A live
file that is damaged, or whose series lack names, stays. Left of here `logger.encode` makes the bytes.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from . import layout, system
from .encode import UnnamedSeries, write_sealed
from .liveness import is_provably_dead
from .messages import DamagedMessage
from .safefile import SafeFile, Unreadable
from .sealed import SealedFile, recover
from .stream import LiveDecoder

__all__ = ["is_provably_dead", "seal_writer"]

_LEAST_ROW = 28  # bytes of a row in any live file


class _Refused(Exception):
    """The live file must stay."""


def seal_writer(run_folder: Path, writer: str, names: Mapping[int, str]) -> bool:
    """Turn a writer's live points into their sealed twin. The writer must have let go of the file.

    Args:
        names: the metric of each series of this writer.
    Returns: Whether no live points remain; False when the live file is damaged or still written to, or a
        series has no name, and then nothing was touched.
    Raises: OSError: the disk fails; the live file is still there.
    """
    live = run_folder / layout.live_file(writer)
    final = run_folder / layout.sealed_file(writer)
    temporary = run_folder / f".{final.name}.{secrets.token_hex(4)}.tmp"
    try:
        file = SafeFile(live)
    except FileNotFoundError:
        return True
    except Unreadable:
        return False
    with file:
        try:
            facts_size = _size(run_folder / layout.facts_file(writer))
            _publish(temporary, final, _write(temporary, file, names, facts_size))
            system.sync_folder(run_folder)
        except (_Refused, UnnamedSeries, DamagedMessage, Unreadable):
            return False
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
        with contextlib.suppress(OSError):
            for leftover in run_folder.glob(f".{final.name}.*.tmp"):
                leftover.unlink()
        try:
            now = live.stat(follow_symlinks=False)
        except FileNotFoundError:
            return True
        if (now.st_ino, now.st_size, now.st_mtime_ns) != (file.inode, file.size, file.modified):
            return False  # somebody wrote to it meanwhile: it has more rows, or another file its place
        live.unlink(missing_ok=True)
    return True


def _publish(temporary: Path, final: Path, rows: int) -> None:
    """Give the sealed file its name, unless an earlier attempt came as far as that."""
    try:
        if _count(final) >= rows:
            return
    except FileNotFoundError:
        pass
    except DamagedMessage:
        if _salvaged(final) > rows:
            raise _Refused from None  # the live file has lost rows that are only there
    if _count(temporary) != rows:
        raise _Refused
    temporary.replace(final)


def _write(path: Path, live: SafeFile, names: Mapping[int, str], facts_size: int | None) -> int:
    """Write the sealed file of a live one and return its rows."""
    fd = system.open_new(path)
    with os.fdopen(fd, "wb") as sink:
        sound = _sound(LiveDecoder(), live)
        most = live.size // _LEAST_ROW
        rows = write_sealed(cast(BinaryIO, sink), sound, names, most, facts_size)
        sink.flush()
        os.fsync(sink.fileno())
    return rows


def _size(path: Path) -> int | None:
    try:
        return path.stat(follow_symlinks=False).st_size
    except OSError:
        return None


def _sound(decoder: LiveDecoder, live: SafeFile) -> Iterator[pa.Table]:
    yield from decoder.tables(live.read)
    if decoder.problem:
        raise _Refused


def _count(path: Path) -> int:
    """How many points a sealed file holds, every byte of it checked."""
    with SafeFile(path) as file:
        return SealedFile(file.read, file.size).count_rows()


def _salvaged(path: Path) -> int:
    """How many points a damaged sealed file still gives."""
    with SafeFile(path) as file:
        try:
            return SealedFile(file.read, file.size).read_all().rows
        except DamagedMessage:
            return recover(file.read, file.size).rows
