"""Writer: what one process writes into one run, from its start fact to its seal.

It holds the two files of a process, facts and live points, and the order in which they are closed:
the last fact, the points, the seal, the disk. No two processes share a writer; after a fork the child
makes one of its own. `Nowhere` is its twin for `LOGGER_MODE=disabled`: it checks and writes nothing.

Left of here, `logger.facts`, `logger.live` and `logger.seal` know how files are written; right of here,
`logger.run` knows what is logged.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from . import lifecycle, system
from .errors import WriteFailed
from .factlines import DamagedLine, JsonValue, decode
from .facts import FactsFile
from .layout import WriterId, facts_file, live_file, points_writer, writer_id
from .names import check_name
from .turn import Turn, warn_user
from .values import to_number, to_step, to_time

Said = tuple[str, str, JsonValue]  # kind, key and value of a fact


class Target(Protocol):
    """Where a run's calls go: a `Writer`, or `Nowhere`."""

    def log(self, key: str, value: object, step: object = None, timestamp: object = None) -> None:
        """Log a point."""

    def log_many(
        self, items: Iterable[tuple[str, object]], step: object = None, timestamp: object = None
    ) -> None:
        """Log points of one step."""

    def say(self, facts: list[Said]) -> None:
        """Write facts."""


class Writer:
    """The facts and points of this process in one run."""

    def __init__(self, folder: Path, role: str, experiment: str, steps: Mapping[str, int]) -> None:
        """Make the facts file, whose lock says from now on that this process lives.

        Args:
            folder: the run's, which exists.
            role: "create" or "resume" for a process that decides the run's status, else "join".
            experiment: the name of the run's experiment.
            steps: the highest step of each metric that the run has, so that counting goes on from there.
        Raises: OSError: the file cannot be made.
        """
        from .live import LivePoints  # imports pyarrow, which `import logger` does not wait for

        self._folder = folder
        self._experiment = experiment
        self._role = role
        self._turn = Turn()
        self._said: dict[tuple[str, str], JsonValue] = {}  # to say again when somebody removes the file
        self._series: dict[WriterId, dict[int, str]] = {}  # names by number; several only after a removal
        self._artifacts: list[Path] = []  # that are not yet durable
        self._lost = ""  # what did not reach the disk, apart from points and facts
        self._facts = self._make_facts(role)
        self._points = LivePoints(
            folder,
            self._facts.writer,
            self._name_series,
            new_writer=self._new_writer,
            turn=self._turn,
            steps=steps,
            on_backward_step=_tell_backward_step,
        )
        self.log = self._points.log
        self.log_many = self._points.log_many

    def say(self, facts: list[Said]) -> None:
        """Write facts; after a fork, into a file of the child's own."""
        self._said.update(((kind, key), value) for kind, key, value in facts)
        if not self._facts.is_open:
            self._turn.do(lambda: self._new_writer(True))
        self._facts.write_many(facts)

    def when_free(self, job: Callable[[], object]) -> None:
        """Do `job`, which may write and close, now or as soon as the call around this one is done."""
        self._turn.when_free(job)

    def stored(self, path: Path) -> None:
        """An artifact was written there; it is made durable with the rest."""
        self._artifacts.append(path)

    def lost(self, what: str) -> None:
        """Something did not reach the disk: said now, and again at the end."""
        self._lost = self._lost or what
        warn_user(what)

    def flush(self, durable: bool) -> None:
        """Write what waits; with `durable`, let it survive a power cut.

        Raises: WriteFailed: with `durable`, when something is not on disk for certain.
        """
        self._points.flush(durable)
        self._facts.flush(durable)
        if durable:
            self._sync_artifacts()

    def say_last(self, fact: Said) -> None:
        """Write the fact that ends this process's part; a child that said nothing has no part."""
        if self._facts.is_open or self._points.rows:
            self.say([fact])

    def close(self) -> WriteFailed | None:
        """Close and seal.

        The live file stays when it cannot be sealed: nothing is lost then, and `sitegen doctor --seal`
        can do it later.

        Returns: what never reached the disk.
        """
        failures: list[WriteFailed] = [WriteFailed(self._lost)] if self._lost else []
        try:
            self._points.close()
        except WriteFailed as error:
            failures.append(error)
        else:
            for writer, names in self._series.items():
                _seal(self._folder, writer, names)
        try:
            self._sync_artifacts()
            self._facts.flush(durable=True)
        except (WriteFailed, OSError) as error:
            failures.append(error if isinstance(error, WriteFailed) else WriteFailed(str(error)))
        try:
            self._facts.close()
        except WriteFailed as error:
            failures.append(error)
        return failures[0] if failures else None

    def _make_facts(self, role: str) -> FactsFile:
        pid = os.getpid()
        start: dict[str, JsonValue] = {
            "role": role,
            "experiment": self._experiment,
            "host": system.host_hash(),
            "boot": system.boot_id(),
            "pid": pid,
            "process_start": system.process_start(pid),
        }
        writer = writer_id(time.time_ns() // 1_000_000, os.urandom(6))
        return FactsFile(self._folder, writer, start, turn=self._turn)

    def _new_writer(self, forked: bool) -> WriterId:
        # Called by `logger.live` within a turn: in a child, or because the files were removed.
        if forked:
            if not self._facts.is_open:
                self._said.clear()
                self._series.clear()
                self._artifacts.clear()
                self._lost = ""
                self._facts = self._make_facts("child")
                lifecycle.end_with_worker()
            return self._facts.writer
        with contextlib.suppress(OSError):
            self._facts.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._facts = self._make_facts("resume" if self._role == "create" else self._role)
        self._facts.write_many([(kind, key, value) for (kind, key), value in self._said.items()])
        return self._facts.writer

    def _name_series(self, new: Iterable[tuple[str, int]]) -> bool:
        new = list(new)
        names = self._series.setdefault(self._facts.writer, {})
        names.update((number, name) for name, number in new)
        return self._facts.name_series(new)

    def _sync_artifacts(self) -> None:
        while self._artifacts:
            path = self._artifacts.pop()
            with contextlib.suppress(FileNotFoundError):  # it has been replaced or removed since
                descriptor = os.open(path, os.O_RDWR)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
                system.sync_folder(path.parent)


class Nowhere:
    """A target that checks and writes nothing."""

    def log(self, key: str, value: object, step: object = None, timestamp: object = None) -> None:
        """Check a point."""
        check_name(key, "metric")
        to_number(key, value)
        if step is not None:
            to_step(key, step)
        if timestamp is not None:
            to_time(timestamp)

    def log_many(
        self, items: Iterable[tuple[str, object]], step: object = None, timestamp: object = None
    ) -> None:
        """Check points of one step."""
        for key, value in items:
            self.log(key, value, step, timestamp)

    def say(self, facts: list[Said]) -> None:
        """Facts were checked before they came here."""


def seal_dead(folder: Path) -> None:
    """Seal what processes left unsealed in a run's folder that are provably dead: children, above all."""
    try:
        found = [points_writer(entry.name) for entry in os.scandir(folder)]
    except OSError:
        return
    live = [writer for writer, is_sealed in filter(None, found) if not is_sealed]
    if not live:
        return
    from .liveness import is_provably_dead

    for writer in sorted(live):
        if is_provably_dead(folder, writer):
            _seal(folder, writer, _series_names(folder, writer))


def _series_names(folder: Path, writer: str) -> dict[int, str]:
    """The names of a dead writer's series, as its facts say them."""
    names = {}
    for line in (folder / facts_file(writer)).read_bytes().splitlines(keepends=True):
        with contextlib.suppress(DamagedLine):  # a torn last line, or damage that doctor tells of
            fact = decode(line)
            if fact.kind == "metric" and isinstance(fact.value, int):
                names[fact.value] = fact.key
    return names


def _seal(folder: Path, writer: str, names: Mapping[int, str]) -> None:
    from .seal import seal_writer

    try:
        whole = seal_writer(folder, writer, names)
    except Exception as error:  # the live file holds all rows: a failure to compact them costs none
        warn_user(f"points of run {folder.name} stay unsealed: {error}. `sitegen doctor --seal` seals them.")
    else:
        if not whole:
            warn_user(f"points of run {folder.name} are damaged, and stay unsealed: {live_file(writer)}.")


def _tell_backward_step(metric: str, step: int, highest: int) -> None:
    warn_user(
        f"metric {metric!r} goes back from step {highest} to step {step}; its curve has a break there. "
        "This is said once for each metric."
    )
