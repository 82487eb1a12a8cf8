"""What a source hands over: experiments and runs of another tracker, in our words but with its own names.

Names, texts and times are as the source has them; `logger.importers.writing` gives them names that pass and
lists what had to change. Times are microseconds since the epoch, UTC. No I/O here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from ..factlines import JsonValue


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a source that did not come along, or not as it was, and why."""

    path: str  # from the source's own name on, with "/"
    what: str
    offset: int | None = None  # in the file, in bytes
    remark: bool = False  # nothing is damaged, but worth knowing


@dataclass(frozen=True, slots=True)
class SourceExperiment:
    """An experiment of a source."""

    key: str  # what the source calls it: unique, and the same at every import
    name: str
    created: int | None = None
    note: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A run that a source has, before it is read."""

    key: str  # what the source calls it: unique
    run_id: str  # ours: the same at every import
    experiment: str  # key of its experiment
    fingerprint: str  # another one when anything of the run changed
    place: object = None  # for the source's reader: where to read on; it can be pickled


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a run, as it lies on this machine."""

    path: str  # among the run's artifacts, with "/"
    file: Path
    size: int
    modified: int  # nanoseconds


@dataclass(frozen=True, slots=True)
class SourceRun:
    """A run of a source."""

    run_id: str
    name: str
    started: int
    status: str | None = None  # "finished", "failed", "killed"; None: it has not said
    ended: int | None = None
    parent: str | None = None  # run id
    note: str = ""
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, JsonValue] = field(default_factory=dict)
    datasets: tuple[dict[str, JsonValue], ...] = ()
    metrics: Mapping[str, pa.Table] = field(default_factory=dict)  # of schema.HISTORY, in the order logged
    artifacts: tuple[SourceFile, ...] = ()
    deleted: bool = False
    faults: tuple[Fault, ...] = ()


class RunReader(Protocol):
    """Reads runs of a source. It can be pickled: runs are read wherever there is a processor."""

    def read(self, found: FoundRun, deleted_too: bool) -> SourceRun:
        """One run; of a deleted one only that it is deleted, unless `deleted_too`."""


class OpenSource(Protocol):
    """A source that is open for reading. Damage never raises: it costs one item and becomes a `Fault`."""

    experiments: tuple[SourceExperiment, ...]

    @property
    def reader(self) -> RunReader:
        """What reads the runs that are listed."""

    def runs(self) -> Iterator[FoundRun]:
        """All runs, deleted ones too, without reading them."""

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong outside of runs and experiments, known once all runs were listed."""

    def close(self) -> None:
        """Let go of what is open."""


class Source(Protocol):
    """A kind of source: a module of this package with these functions."""

    NAME: str  # as a user names it: "mlflow"
    WHAT: str  # what it recognises, in words

    def sniff(self, path: Path) -> bool:
        """Whether `path` holds one, by its content."""

    def open_source(self, path: Path) -> OpenSource:
        """Open it for reading; nothing of it is ever changed."""

    def holds(self, path: Path) -> bool:
        """Whether `path`, which may be absent, lies in the folder of one: nothing is to be written there."""
