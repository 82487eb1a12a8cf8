"""Doctor: what is wrong in a store, in words; and sealing what is certain to be finished.

    damaged    a file that could not be read, or not all of it
    foreign    a file or folder that is no part of a store; it was passed over
    lost       a run whose process died without a word
    unsealed   points of a finished or dead process in their live form: whole, only larger and slower
    conflict   a param that two processes set to different values
    open       a run that is being written, here or on a machine that cannot be asked; nothing is wrong
    imported   what did not come along when runs were imported; nothing is wrong with the store

`examine` reads only. `seal` is the one change the doctor makes to a store, and no point is lost by it: what
it cannot prove dead it refuses, unless told after how long a silence to believe it. `sitegen.rescue` copies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from logger.foldfacts import fold_run, read_lines
from logger.layout import facts_file, live_file
from logger.records import Problem, RunRecord, Writer
from logger.safefile import Unreadable, read_file
from logger.seal import seal_writer
from logger.store import Store

Kind: TypeAlias = Literal["damaged", "foreign", "lost", "unsealed", "conflict", "open", "imported"]

_MOST_FACTS = 256 * 1024 * 1024  # bytes of a facts file


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the doctor has to say of a store."""

    kind: Kind
    path: str  # from the root of the store
    what: str
    offset: int | None = None  # in the file, in bytes

    @property
    def is_fault(self) -> bool:
        """Whether something should be done about it."""
        return self.kind not in ("open", "imported")


@dataclass(frozen=True, slots=True)
class Examination:
    """A store as the doctor found it."""

    runs: int
    points: int
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether there is no fault."""
        return not any(finding.is_fault for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Sealing:
    """What became of the live points of one writer."""

    path: str  # of the live file, from the root of the store
    done: bool
    why: str  # not; empty when done


def examine(root: Path) -> Examination:
    """Read everything in a store, all points included, and say what is wrong.

    Raises: StoreNotFound, NewerFormat: there is no store that could be examined.
    """
    store = Store(root)
    findings = [_of_problem(problem) for problem in store.problems()]
    for experiment in store.experiments():
        findings += [_of_problem(problem) for problem in experiment.problems]
    runs = points = 0
    for folder in sorted(store.run_folders()):
        record = store.read_run(folder)
        read = store.read_points(folder)
        runs += 1
        points += sum(table.num_rows for table in read.series.values())
        findings += [_of_problem(problem) for problem in (*record.problems, *read.problems)]
        findings += _of_run(record)
    return Examination(runs, points, tuple(dict.fromkeys(findings)))


def seal(root: Path, older_than_us: int | None, now_us: int) -> list[Sealing]:
    """Seal the live points of all writers that are done or provably dead.

    Args:
        older_than_us: also seal what nothing is known of when it was silent for so long, in microseconds.
        now_us: the time, in microseconds since the epoch.
    """
    store = Store(root)
    sealings = []
    for folder in sorted(store.run_folders()):
        record = store.read_run(folder)
        for writer in record.writers:
            if not writer.sealed:
                path = f"{folder}/{live_file(writer.id)}"
                why = _refusal(record, writer, older_than_us, now_us) or _sealed(root / folder, writer.id)
                sealings.append(Sealing(path, not why, why))
    return sealings


def _refusal(record: RunRecord, writer: Writer, older_than_us: int | None, now_us: int) -> str:
    """Why a writer's points must not be sealed; empty when they may."""
    if writer.ended or writer.alive is False:
        return ""
    if writer.alive:
        return "its process is alive"
    if older_than_us is None:
        return "nothing is known of its process; --older-than 2d seals what was silent for so long"
    if now_us - record.last_active < older_than_us:
        return "nothing is known of its process, and it was not silent for so long"
    return ""


def _sealed(folder: Path, writer: str) -> str:
    """Seal one writer's points; returns why that was not possible."""
    try:
        lines = read_lines(read_file(folder / facts_file(writer), _MOST_FACTS))
        names = fold_run({writer: lines.facts}).writers[writer].names
        return "" if seal_writer(folder, writer, names) else "it is damaged, or still written to"
    except (OSError, Unreadable) as error:
        return f"the disk refused: {error}"


def _of_run(record: RunRecord) -> Iterator[Finding]:
    if record.status == "lost":
        yield Finding("lost", record.folder, f"the process of {record.name} died without a word")
    elif record.status == "running":
        known = "is being written" if record.alive else "is being written elsewhere, or was lost there"
        yield Finding("open", record.folder, f"{record.name} {known}")
    for writer in record.writers:
        if not writer.sealed and (writer.ended or writer.alive is False):
            path = f"{record.folder}/{live_file(writer.id)}"
            yield Finding("unsealed", path, "its process is done; --seal makes it compact")
    for name, values in record.conflicts:
        said = ", ".join(map(repr, values))
        yield Finding("conflict", record.folder, f"param {name} was set to {said}; the last holds")


def _of_problem(problem: Problem) -> Finding:
    kind: Kind = "imported" if problem.imported else "foreign" if problem.foreign else "damaged"
    return Finding(kind, problem.path, problem.what, problem.offset)
