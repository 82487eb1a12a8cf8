"""Run: what is logged, checked at the call and handed to the writer of this process.

A run is open from `start_run` to `end`. Wrong names and values raise at the call and leave no trace; a
disk that fails does not raise before the end, see `logger.live`. After a fork the child's calls go to
a writer of its own, made at the first of them, and its end is not the run's; nor is that of a
process that was handed the run, or joined one whose process was alive. Every other process says how it ended;
`logger.foldfacts` knows whose word counts.

Left of here, `logger.writer` writes and seals; right of here, `logger.opening` makes runs and
`logger.fluent` knows which one is active.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, NoReturn, Self

from . import artifacts, lifecycle, system
from .errors import InvalidType, InvalidValue, ParamConflict, RunError, WriteFailed, explain
from .factlines import JsonValue
from .layout import ARTIFACTS, RunId
from .names import check_artifact_path, check_name, of_type, shown
from .turn import warn_user
from .values import escaped, flatten_params, to_json
from .writer import Nowhere, Said, Writer, seal_dead

Goal = Literal["max", "min"]

_ENDINGS = ("finished", "failed", "killed")
_MOST_NAMED = 5  # files in a warning

ended_here: dict[
    tuple[Path, RunId], str
] = {}  # how runs ended whose status this process told, by store and id


@dataclass(frozen=True, slots=True)
class Known:
    """What is settled when a run opens."""

    run_id: RunId
    name: str
    experiment: str
    store: Path
    folder: Path | None  # None in disabled mode
    decides: bool = True  # whether the run's status is this process's to tell
    has_word: bool = True  # whether how this process ends may tell it, should the one that decides be gone
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    definitions: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)


class Run:
    """A run that this process logs into; made by `start_run`, ended by `end` or by leaving its `with`.

    All calls may come from any thread, and from a signal handler. A run may be pickled: in another process it
    joins there, in this one it is the same object; `logger.opening` sees to that.
    """

    def __init__(self, known: Known, writer: Writer | None, parent: Run | None = None) -> None:
        self.parent = parent  # the run of this process that this one is nested in
        self.ended = False  # whether this process logs no more into the run
        self._known = known
        self._writer = writer
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._forked = False  # this is a child of the process that opened it
        self._decides = known.decides
        self._status = "running"
        self._params: dict[str, JsonValue] = dict(known.params)
        self._definitions = {name: dict(value) for name, value in known.definitions.items()}
        target = writer or Nowhere()
        self._log: Callable[[str, object, object, object], None] = target.log
        self._log_many: Callable[[Iterable[tuple[str, object]], object, object], None] = target.log_many
        self._say: Callable[[list[Said]], None] = target.say
        if writer is not None:
            lifecycle.opened(self)
            system.on_fork_in_child(self.forked)

    @property
    def run_id(self) -> str:
        """32 hex digits that no other run has."""
        return self._known.run_id

    @property
    def name(self) -> str:
        """What people call the run."""
        return self._known.name

    @property
    def experiment(self) -> str:
        """The name of the run's experiment."""
        return self._known.experiment

    @property
    def status(self) -> str:
        """ "running", and after the end "finished", "failed" or "killed"."""
        return self._status

    @property
    def folder(self) -> Path | None:
        """Where the run's files lie; None in disabled mode."""
        return self._known.folder

    def log_metric(self, key: str, value: object, step: object = None, timestamp: object = None) -> None:
        """Log one point; it is on disk when the call returns.

        Args:
            key: the metric's name.
            value: one number: int, float, bool, a numpy or torch scalar, Decimal, Fraction.
            step: a whole number; by default one more than the metric's highest, from 0.
            timestamp: seconds since 1970, or a datetime with a time zone; by default now.

        Raises: InvalidName, InvalidType, InvalidValue: and nothing is logged. RunError: the run has ended.
        """
        self._log(key, value, step, timestamp)

    def log_metrics(
        self, metrics: Mapping[str, object], step: object = None, timestamp: object = None
    ) -> None:
        """Log a point of each metric with one write; all of them or, when one is refused, none.

        Raises: as `log_metric`.
        """
        if type(metrics) is not dict and not isinstance(metrics, Mapping):
            raise InvalidType(
                explain(
                    f"metrics {shown(metrics)} is {of_type(metrics)}.",
                    "a dict of names and numbers.",
                    'log_metrics({"loss": 0.5})',
                )
            )
        self._log_many(metrics.items(), step, timestamp)

    def log_param(self, key: str, value: object) -> None:
        """Set a param, for good. A dict, list, dataclass, model or namespace makes several: `key.inner`.

        Raises: InvalidName, InvalidType, InvalidValue: it is no param. ParamConflict: it was set before, to
            another value. RunError: the run has ended.
        """
        check_name(key, "param")
        self._set_params(flatten_params(key, value))

    def log_params(self, params: object) -> None:
        """Set several params, all or none: a dict, dataclass, pydantic model or argparse.Namespace.

        Raises: as `log_param`.
        """
        self._set_params(flatten_params(None, params))

    def set_tag(self, key: str, value: object) -> None:
        """Set a tag, in place of what it was. Numbers and bools become text.

        Raises: InvalidName, InvalidType: it is no tag. RunError: the run has ended.
        """
        self.set_tags({check_name(key, "tag"): value})

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Set several tags, all or none.

        Raises: as `set_tag`.
        """
        self._say([("tag", key, text) for key, text in check_tags(tags).items()])

    def define_metric(
        self,
        name: str,
        goal: Goal | None = None,
        unit: str | None = None,
        x: str | None = None,
    ) -> None:
        """Say how a metric is to be read. What is not given stays as it was.

        Args:
            name: the metric; it need not have been logged yet.
            goal: whether more is better, "max", or less, "min".
            unit: shown beside its numbers.
            x: what it is drawn over: "step", "time" or another metric.

        Raises: InvalidName, InvalidValue, RunError.
        """
        name = check_name(name, "metric")
        if goal not in (None, "max", "min"):
            raise InvalidValue(
                explain(f"goal {shown(goal)} of metric {shown(name)} is none.", '"max" or "min".')
            )
        given: dict[str, JsonValue] = {
            "goal": goal,
            "unit": None if unit is None else check_name(unit, "unit"),
            "x": None if x is None else check_name(x, "metric"),
        }
        with self._lock:
            before: dict[str, JsonValue] = self._definitions.get(name, dict.fromkeys(given))
            after = before | {key: value for key, value in given.items() if value is not None}
            self._say([("define", name, dict(after))])
            self._definitions[name] = after

    def log_artifact(self, local_path: str | os.PathLike[str], artifact_path: str | None = None) -> None:
        """Copy a file into the run, in place of one that has its path.

        Args:
            local_path: the file.
            artifact_path: a folder below the run's artifacts; by default none.

        Raises: InvalidName: the path leaves the run, some system could not hold it, or it needs a folder
            where the run has a file. InvalidType: one is no path. InvalidValue: it is no file. OSError: it
            cannot be read. RunError: the run has ended.
        """
        source = artifacts.local(local_path)
        self._store(_below(artifact_path) + source.name, artifacts.chunks_of(source))

    def log_artifacts(self, local_dir: str | os.PathLike[str], artifact_path: str | None = None) -> None:
        """Copy all files of a folder and of the folders in it.

        Links to files are followed. Links to folders, pipes and devices are passed over; a warning says so.

        Raises: as `log_artifact`; paths are checked before anything is copied.
        """
        above = _below(artifact_path)
        files, others = artifacts.files_below(artifacts.local(local_dir))
        found = [(above + name, source) for source, name in files]
        for path, _ in found:
            self._check_place(path)
        if others:
            named = ", ".join(map(shown, others[:_MOST_NAMED])) + (", …" if len(others) > _MOST_NAMED else "")
            warn_user(
                explain(
                    f"log_artifacts passed over {len(others)} of {shown(str(local_dir))}: {named}.",
                    "files, and links to files.",
                    "log_artifacts(…) once more for a linked folder.",
                )
            )
        for path, source in found:
            self._store(path, artifacts.chunks_of(source))

    def log_text(self, text: str, artifact_file: str) -> None:
        """Write a text as an artifact, in UTF-8.

        Raises: InvalidName: the path. InvalidType: it is no text. RunError: the run has ended.
        """
        if not isinstance(text, str):
            raise InvalidType(
                explain(f"text {shown(text)} is {of_type(text)}.", "a str.", "log_text(str(…), …)")
            )
        self._store(artifact_file, iter([text.encode("utf-8", "backslashreplace")]))

    def log_dict(self, dictionary: object, artifact_file: str) -> None:
        """Write a dict or list as an artifact: JSON, which is also YAML.

        It may hold what a param may; NaN and infinities become null, which is all that JSON has for them.

        Raises: InvalidName: the path. InvalidType, InvalidValue: JSON cannot hold it. RunError: the run has
            ended.
        """
        text = json.dumps(to_json(dictionary), ensure_ascii=False, indent=2)
        self.log_text(text + "\n", artifact_file)

    def flush(self, durable: bool = False) -> None:
        """See that all is on disk, which it is unless the disk failed or is slow.

        Args:
            durable: let it survive a power cut too; costs milliseconds.

        Raises: WriteFailed: with `durable`, when something is not on disk for certain.
        """
        if self._writer is not None and not self.ended:
            self._writer.flush(durable)

    def end(self, status: str = "finished") -> None:
        """End the run and seal its points. A second call does nothing.

        In a process that only joined the run, or was forked from it, this ends the process's own part.

        Args:
            status: "finished", "failed" or "killed".

        Raises: InvalidValue: another status. WriteFailed: points or facts that never reached the disk.
        """
        known = status.lower() if isinstance(status, str) else ""  # scripts for MLflow say FINISHED
        if known not in _ENDINGS:
            allowed = ", ".join(f'"{ending}"' for ending in _ENDINGS)
            raise InvalidValue(explain(f"status {shown(status)} is no ending.", f"{allowed}."))
        failure = self._end(known, None)
        if failure is not None:
            raise failure

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        status, reason = lifecycle.status_of(error)
        if error is not None:
            self.end_quietly(status, reason)  # nothing hides the user's exception
        elif (failure := self._end(status, reason)) is not None:
            raise failure

    def __repr__(self) -> str:
        return f"<Run {self.name!r} of {self.experiment!r}, {self.status}: {self.run_id}>"

    def _repr_html_(self) -> str:
        from .notebook import run_html

        return run_html(self._known.store, self.run_id, repr(self))

    # For `logger.lifecycle`:

    def end_quietly(self, status: str, reason: str | None) -> None:
        """End; whatever goes wrong becomes a warning."""
        try:
            failure = self._end(status, reason)
            if failure is not None:
                warn_user(str(failure))
        except Exception as error:
            lifecycle.report(error)

    def when_free(self, job: Callable[[], object]) -> None:
        """Do `job` as soon as no call of this thread is at work on the run's files."""
        if self._writer is None:
            job()
        else:
            self._writer.when_free(job)

    def forked(self) -> None:
        """In a child right after a fork: its status is not the run's; its writer makes files of its own."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._lock = threading.RLock()  # the old one may be held by a thread that is not here
            self._forked, self._decides = True, False

    def _end(self, status: str, reason: str | None) -> WriteFailed | None:
        with self._lock:
            if self.ended:
                return None
            self.forked()  # for children of C code, which calls no hooks
            writer, folder = self._writer, self._known.folder
            if writer is not None:
                # First of all: a SIGTERM from here on finds the run open and ends it, or finds this said.
                ending: Said = ("status", "", {"status": status, "reason": reason})
                has_word = self._known.has_word and not self._forked
                writer.say_last(ending if has_word else ("end", "", None))
            self.ended = True
            self._status = status
            self._log, self._log_many, self._say = self._refuse, self._refuse, self._refuse
        lifecycle.ended(self)
        if self._decides:
            ended_here[self._known.store, self._known.run_id] = status
        failure = None if writer is None else writer.close()
        if folder is not None and self._decides:
            seal_dead(folder)
        self._writer = None
        return failure

    def _refuse(self, *_: object) -> NoReturn:
        raise RunError(
            explain(
                f"run {self.name!r} has ended ({self.status}); nothing more can be logged into it.",
                hint=f'start_run("{self.run_id}"), to resume it.',
            )
        )

    def _set_params(self, params: Mapping[str, JsonValue]) -> None:
        with self._lock:
            for name, value in params.items():
                if name in self._params and not _same(self._params[name], value):
                    raise ParamConflict(
                        explain(
                            f"param {shown(name)} is {shown(self._params[name])}, not {shown(value)}.",
                            "one value of a param in a run; the same again is fine.",
                            f"set_tag({name!r}, …), for what changes, or start_run() for another run.",
                        )
                    )
            new = {name: value for name, value in params.items() if name not in self._params}
            self._say([("param", name, value) for name, value in new.items()])
            self._params.update(new)

    def _check_place(self, path: str) -> str:
        path = check_artifact_path(path)
        if self._known.folder is not None:
            artifacts.check_place(self._known.folder, path)
        return path

    def _store(self, path: str, chunks: Iterator[bytes]) -> None:
        path = self._check_place(path)
        if self._writer is None and not self.ended:
            for _ in chunks:  # a file that cannot be read is refused in disabled mode too
                break
            return
        writer, folder = self._writer, self._known.folder
        if writer is None or folder is None:
            self._refuse()
        try:
            stored = artifacts.store(folder, path, chunks)
        except artifacts.WriteError as error:
            writer.lost(explain(f"artifact {path!r} of run {self.name!r} was not stored: {error}."))
            return
        writer.stored(folder / ARTIFACTS / path)
        self._say([("artifact", stored.path, {"size": stored.size, "sha256": stored.sha256})])


def check_tags(tags: object) -> dict[str, str]:
    """Tags as text by name.

    Raises: InvalidName: a name. InvalidType: no mapping, or a value that is neither text nor number.
    """
    if not isinstance(tags, Mapping):
        raise InvalidType(
            explain(
                f"tags {shown(tags)} is {of_type(tags)}.", "a dict of names and texts.", '{"stage": "draft"}'
            )
        )
    checked = {}
    for key, value in tags.items():
        name = check_name(key, "tag")
        if not isinstance(value, str | bool | int | float):
            raise InvalidType(
                explain(f"tag {shown(name)} is {of_type(value)}.", "text, a number or a bool.", "str(…)")
            )
        checked[name] = escaped(str(value))
    return checked


def _below(artifact_path: object) -> str:
    """What stands before the names of files in this folder of a run's artifacts."""
    if artifact_path is None:
        return ""
    if not isinstance(artifact_path, str):
        raise InvalidType(
            explain(
                f"artifact_path {shown(artifact_path)} is {of_type(artifact_path)}.",
                "text, the name of a folder below the run's artifacts; or None.",
                '"plots"',
            )
        )
    return f"{artifact_path}/"


def _same(one: JsonValue, other: JsonValue) -> bool:
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    return one == other or (one != one and other != other)
