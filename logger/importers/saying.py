"""Saying: the facts that an import writes of one run or one experiment, as the lines of one file.

Names that do not pass get the closest that does; the name in full is kept in a fact (`renamed`) and listed.
What was wrong with a source is kept as facts too (`problem`), and shown with the store's own problems.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from .. import system
from ..factlines import Fact, JsonValue, encode
from ..foldfacts import clean_text
from ..records import Problem
from .accepting import accepted_names, brief
from .imported import Fault

RENAMED = "renamed"  # kinds of facts
PROBLEM = "problem"


class FactFile:
    """What an import says of a run or an experiment, in the order of lines.

    Args:
        start: when the first of it was, in microseconds; the times of facts ascend from there.
        shown: what the source calls it, for what had to be renamed.
        faults: that the source found.
    """

    def __init__(self, start: int, shown: str, faults: Iterable[Fault]) -> None:
        self._next = start
        self._said: list[Fact] = []
        self._shown = shown
        self._faults = list(faults)

    def say(self, kind: str, key: str, value: JsonValue, at: int | None = None) -> None:
        """One fact; `value` may still change until `data` is asked for."""
        self._next = max(self._next, at or 0)
        self._said.append(Fact(self._next, kind, key, value))
        self._next += 1

    def blame(self, fault: Fault) -> None:
        """Something that did not come along, or not as it was."""
        self._faults.append(fault)

    def accepted(self, said: Iterable[str], kind: str) -> dict[str, str]:
        """Names that pass; what had to change is said and listed."""
        accepted = accepted_names(said, kind)
        for name, now in accepted.items():
            if now != name:
                self.say(RENAMED, now, {"kind": kind, "name": clean_text(name)})
                what = f"the {kind} {brief(name)} is named {brief(now)} here"
                self.blame(Fault(self._shown, what, remark=True))
        return accepted

    def say_faults(self, run: str | None, experiment: str) -> list[Problem]:
        """All that was wrong, as facts and as problems of a run (its id) or of an experiment (its name)."""
        problems = []
        for fault in self._faults:
            path, what = clean_text(fault.path), clean_text(fault.what)
            value: dict[str, JsonValue] = {"what": what, "offset": fault.offset}
            self.say(PROBLEM, path, value | ({"remark": True} if fault.remark else {}))
            problems.append(problem_of(fault, run, experiment))
        return problems

    def data(self) -> bytes:
        """The lines."""
        return b"".join(map(encode, self._said))


def problem_of(fault: Fault, run: str | None = None, experiment: str | None = None) -> Problem:
    """A fault as a store's reader has it."""
    path, what = clean_text(fault.path), clean_text(fault.what)
    return Problem(path, what, fault.offset, run, experiment, imported=True, remark=fault.remark)


def publish(path: Path, data: bytes, durable: bool) -> None:
    """Give a file its content, whole or not at all; one that has it already stays as it is."""
    with contextlib.suppress(OSError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            system.lock_file(file.fileno())  # while it is held, nobody takes it for one that was left
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
