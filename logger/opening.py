"""Opening: makes a run, or finds one again, and gives it a writer.

    create   a new run; this process tells its status
    resume   a run that has ended, or whose process is dead or not heard of for a while; from now on this
             process tells its status
    join     a run whose process is alive, or may be: this one adds to it, and how it ends counts only if
             that process is never heard of again

Whoever comes first makes the folder; processes that were given one id by `LOGGER_RUN_ID` all meet there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from . import environment, folders, layout, provenance
from .errors import RunError, RunNotFound, StoreError, explain
from .layout import RunId
from .run import Known, Run
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
    return Run(Known(run_id, name, wish.experiment, wish.store, None), None, wish.parent)


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
    folder = folders.find_run(wish.store, run_id)
    if folder is None:
        raise RunNotFound(
            explain(
                f"the store {wish.store} has no run {run_id}.",
                "the id of one of its runs.",
                "start_run(), for a new run, or set_tracking_uri(…), for another store.",
            )
        )
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
    known = Known(
        run_id,
        new_name or record.name,
        record.experiment,
        wish.store,
        folder,
        decides,
        params=record.params,
        definitions={
            name: {"goal": definition.goal, "unit": definition.unit, "x": definition.x}
            for name, definition in record.definitions.items()
        },
    )
    steps = {name: metric.last_step for name, metric in record.metrics.items()}
    said: list[Said] = [("name", "", new_name)] if new_name else []
    if wish.user:
        said.append(("provenance", "user", wish.user))
    return _opened(known, wish, "resume" if decides else "join", said, steps)


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
    try:
        writer = Writer(known.folder, role, known.experiment, steps)
    except OSError as error:
        raise StoreError(
            explain(f"run {known.run_id} cannot be written in {wish.store}: {error.strerror}.")
        ) from error
    writer.say(said)
    return Run(known, writer, wish.parent)


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
