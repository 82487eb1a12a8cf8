"""Opening: makes a run, or finds one again, and gives it a writer.

    create   a new run; this process tells its status
    resume   a run that has ended, or whose process is dead or not heard of for a while; from now on this
             process tells its status
    join     a run whose process is alive, or may be: this one adds to it. How it ends counts only where
             nobody could tell, and if that process is never heard of again

Whoever comes first makes the folder; processes that were given one id by `LOGGER_RUN_ID` all meet there.
A run that is pickled takes its store and id along, and joins where it arrives when it is first logged into.
"""

from __future__ import annotations

import copyreg
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import environment, folders, layout, provenance
from .errors import RunError, RunNotFound, StoreError, explain
from .factlines import JsonValue
from .layout import RunId
from .run import Goal, Known, Run, ended_here
from .runnames import made_up_name
from .writer import Said, Writer

if TYPE_CHECKING:
    from .records import RunRecord

_SILENCE = 600.0  # seconds without a fact or point, after which a process of which nothing is known is gone
_CREATION_SECONDS = 2.0  # between making a run's folder and the first fact in it, at most


@dataclass(frozen=True, slots=True)
class Wish:
    """What `start_run` was asked for; names are checked."""

    store: Path
    experiment: str
    experiment_given: bool  # to this very call
    run_name: str | None = None
    parent: Run | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    user: str | None = None


def pretend(wish: Wish, run_id: RunId | None = None) -> Run:
    """A run of which nothing is written."""
    run_id = run_id or _new_id()
    name = wish.run_name or made_up_name(run_id)
    return _kept(Run(Known(run_id, name, wish.experiment, wish.store, None), None, wish.parent))


def create(wish: Wish, run_id: RunId | None = None) -> Run:
    """A new run; with a `run_id` that another process has made a run of meanwhile, that one.

    Raises: NameClash, StoreError: as `folders.make_run`.
    """
    run_id = run_id or _new_id()
    folder, made = folders.make_run(wish.store, wish.experiment, run_id)
    if not made:
        return again(wish, run_id, inherited=True)
    return _created(wish, run_id, folder)


def again(wish: Wish, run_id: RunId, *, inherited: bool = False) -> Run:
    """An existing run, resumed or joined; it keeps its name when the id was `inherited` by LOGGER_RUN_ID.

    Raises: RunNotFound: the store has none of this id. RunError: it belongs to another experiment than the
        one that was asked for. StoreError: it cannot be read or written.
    """
    folder = _found(wish.store, run_id)
    record = _record(wish.store, folder)
    if record is None:  # its folder was made, and whoever made it died before the first fact
        return _created(wish, run_id, folder)
    if wish.experiment_given and wish.experiment != record.experiment:
        run = f"run {run_id}, which LOGGER_RUN_ID names," if inherited else f"run {run_id}"
        raise RunError(
            explain(
                f"{run} belongs to experiment {record.experiment!r}, not to {wish.experiment!r}.",
                hint="unset LOGGER_RUN_ID, for a run of its own." if inherited else f'start_run("{run_id}")',
            )
        )
    new_name = None if inherited else wish.run_name
    decides = environment.requeued() or not _may_be_alive(record)
    known = replace(
        _known(wish.store, folder, record, new_name or record.name),
        decides=decides,
        has_word=decides or record.alive is None,
    )
    said: list[Said] = [("name", "", new_name)] if new_name else []
    if wish.user:
        said.append(("provenance", "user", wish.user))
    return _opened(known, wish, "resume" if decides else "join", said, _steps(record))


def _created(wish: Wish, run_id: RunId, folder: Path) -> Run:
    name = wish.run_name or made_up_name(run_id)
    known = Known(run_id, name, wish.experiment, wish.store, folder, decides=True)
    said: list[Said] = [("name", "", name)]
    if wish.parent is not None:
        said.append(("parent", "", wish.parent.run_id))
    said += [("provenance", key, value) for key, value in provenance.collect(wish.user).items()]
    return _opened(known, wish, "create", said, {})


def _opened(known: Known, wish: Wish, role: str, said: list[Said], steps: Mapping[str, int]) -> Run:
    assert known.folder is not None
    if wish.note is not None:
        said.append(("note", "", wish.note))
    said += [("tag", key, text) for key, text in wish.tags.items()]
    writer = _writer(known, known.folder, role, steps)
    writer.say(said)
    return _kept(Run(known, writer, wish.parent))


def _found(store: Path, run_id: RunId) -> Path:
    folder = folders.find_run(store, run_id)
    if folder is None:
        raise RunNotFound(
            explain(
                f"the store {store} has no run {run_id}.",
                "the id of one of its runs.",
                "start_run(), for a new run, or set_tracking_uri(…), for another store.",
            )
        )
    return folder


def _known(store: Path, folder: Path, record: RunRecord, name: str) -> Known:
    return Known(
        RunId(record.run_id),
        name,
        record.experiment,
        store,
        folder,
        decides=False,
        has_word=False,
        params=record.params,
        definitions={
            metric: {"goal": definition.goal, "unit": definition.unit, "x": definition.x}
            for metric, definition in record.definitions.items()
        },
    )


def _steps(record: RunRecord) -> dict[str, int]:
    return {name: metric.last_step for name, metric in record.metrics.items()}


def _writer(known: Known, folder: Path, role: str, steps: Mapping[str, int]) -> Writer:
    try:
        return Writer(folder, role, known.experiment, steps)
    except OSError as error:
        raise StoreError(
            explain(f"run {known.run_id} cannot be written in {known.store}: {error.strerror}.")
        ) from error


def _may_be_alive(record: RunRecord) -> bool:
    """Whether the process that tells the run's status may still do so."""
    if record.status != "running" or record.alive is not None:
        return record.status == "running" and record.alive is True
    return time.time() - record.last_active / 1_000_000 < _SILENCE


def _record(store: Path, folder: Path) -> RunRecord | None:
    """What the store says of a run; None when nobody has said anything of it for a while."""
    from .store import Store  # imports pyarrow

    relative = folder.relative_to(store).as_posix()
    deadline = time.monotonic() + _CREATION_SECONDS
    while True:
        record = Store(store).read_run(relative)
        if any(writer.role in ("create", "resume") for writer in record.writers):
            return record
        if time.monotonic() > deadline:
            return record if record.writers else None
        time.sleep(0.01)


def _new_id() -> RunId:
    return layout.run_id(time.time_ns() // 1_000_000, os.urandom(10))


# Runs that are sent to other processes, by multiprocessing, joblib, Ray and whatever else pickles.

_here: weakref.WeakValueDictionary[tuple[Path, RunId], Run] = weakref.WeakValueDictionary()
_arriving = threading.RLock()


def _renew_lock_in_child() -> None:
    global _arriving
    _arriving = threading.RLock()  # a thread that does not exist here may have held the other


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock_in_child)


class Guest(Run):
    """A run that came from another process. The first call that writes joins it; it never resumes it."""

    def __init__(self, known: Known) -> None:
        super().__init__(known, None)
        self._log = self._after_joining("_log")
        self._log_many = self._after_joining("_log_many")
        self._say = self._after_joining("_say")

    def define_metric(
        self, name: str, goal: Goal | None = None, unit: str | None = None, x: str | None = None
    ) -> None:
        """As `Run.define_metric`."""
        self._join()
        super().define_metric(name, goal, unit, x)

    def _set_params(self, params: Mapping[str, JsonValue]) -> None:
        self._join()
        super()._set_params(params)

    def _store(self, path: str, chunks: Iterator[bytes]) -> None:
        self._join()
        super()._store(path, chunks)

    def _after_joining(self, target: str) -> Callable[..., None]:
        def call(*arguments: object) -> None:
            self._join()  # which puts the true target in the place of this
            getattr(self, target)(*arguments)

        return call

    def _join(self) -> None:
        with _arriving:
            known, folder = self._known, self._known.folder
            if self._writer is not None or self.ended or folder is None:
                return
            if environment.disabled():
                super().__init__(replace(known, folder=None), None)
                return
            record, steps = _record(known.store, folder), {}
            if record is not None:
                known = _known(known.store, folder, record, record.name)
                steps = _steps(record)
            super().__init__(known, _writer(known, folder, "join", steps))


def arrive(known: Known, status: str) -> Run:
    """The run that was pickled: the one of this process, open or ended, else one that joins."""
    with _arriving:
        run = _here.get((known.store, known.run_id))
        if run is not None and (status != "running" or not run.ended or run._decides):
            return run  # ended or not; only a part in another process's run may begin again
        if run is None and status == "running":
            status = ended_here.get((known.store, known.run_id), status)  # its object is gone
        run = Run(known, None) if known.folder is None else Guest(known)
        if status != "running":
            run.end(status)
        return _kept(run)


def _departing(run: Run) -> tuple[Callable[..., Run], tuple[object, ...]]:
    return arrive, (replace(run._known, decides=False, has_word=False, params={}, definitions={}), run.status)


def _kept(run: Run) -> Run:
    key = run._known.store, run._known.run_id
    _here[key] = run
    if not run.ended:
        ended_here.pop(key, None)
    return run


for _kind in (Run, Guest):
    copyreg.pickle(_kind, _departing)
