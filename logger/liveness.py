"""Alive or dead: what can be proved of the process that writes into a run.

The start fact of a writer says on which host and in which boot it runs, its process, and the inode of the
facts file that it holds locked. Where host, boot and inode are still the same, lock and process give a
proof. Of a copy, or from another host, nothing is known: then the age of the last point decides, in the
browser. A suspended job holds its lock, so it is alive.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from . import system
from .factlines import DamagedLine, JsonValue, decode
from .layout import facts_file
from .safefile import SafeFile, Unreadable

_LONGEST_START = 64 * 1024  # bytes of the first line of a facts file


def is_alive(facts: Path, start: Mapping[str, JsonValue]) -> bool | None:
    """Whether the writer of a facts file lives: True or False when it is certain, None when nobody can tell.

    Args:
        facts: the writer's facts file.
        start: the value of its start fact.
    """
    pid, process_start, boot = start.get("pid"), start.get("process_start"), start.get("boot")
    if start.get("host") != _host_hash() or not boot or boot != _boot_id() or not isinstance(pid, int):
        return None
    try:
        inode = facts.stat(follow_symlinks=False).st_ino
    except OSError:
        return None
    if inode != start.get("inode"):
        return None
    if pid == os.getpid() and process_start in (None, system.process_start(pid)):
        return True  # it is us; asking for our own lock could lose it on a network mount
    locked = system.is_locked(facts)
    if locked is not None:
        return locked
    return system.process_alive(pid, process_start if isinstance(process_start, int) else None)


def is_provably_dead(run_folder: Path, writer: str) -> bool:
    """Whether a writer is certain never to log again, by what its facts file says."""
    path = run_folder / facts_file(writer)
    try:
        with SafeFile(path) as file:
            line = file.read(0, min(file.size, _LONGEST_START)).partition(b"\n")[0]
        fact = decode(line)
    except (OSError, Unreadable, DamagedLine, RecursionError):
        return False
    if fact.kind != "start" or not isinstance(fact.value, dict):
        return False
    return is_alive(path, fact.value) is False


@cache
def _host_hash() -> str:
    return system.host_hash()


@cache
def _boot_id() -> str:
    return system.boot_id()
