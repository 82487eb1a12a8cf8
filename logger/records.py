"""What a store says, as values: a run, its writers, its metrics, and what could not be read.

`logger.store` makes these and hands them out; everything right of it takes them from there. Times are
microseconds since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from .factlines import JsonValue


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a store that could not be read, and why."""

    path: str  # of the file or folder, from the root of the store, with "/"
    what: str  # is wrong, in words
    offset: int | None = None  # where in the file, in bytes
    run_id: str | None = None  # the run it belongs to
    experiment: str | None = None  # the name of the experiment it belongs to
    imported: bool = False  # it was in what was imported; nothing is wrong with the store
    foreign: bool = False  # no damage: something that is not part of the store, and was passed over
    remark: bool = False  # no damage: worth knowing, as where artifacts lie that were not fetched

    @property
    def is_damage(self) -> bool:
        """Whether something is missing, or may be."""
        return not self.foreign and not self.remark


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """One metric of one run without its points."""

    count: int  # of points
    bad: int  # how many values are NaN or infinite
    first: float  # the value that was logged first
    last: float  # the value of the highest step; among equals, the one logged last
    last_step: int
    last_time: int
    min: float | None  # of the finite values; None when there are none
    min_step: int | None  # the earliest step that has it
    max: float | None
    max_step: int | None
    first_time: int = 0  # when `first` was logged


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a run."""

    path: str  # below the run's artifacts/, with "/"
    size: int  # bytes, as recorded
    sha256: str  # hex, as recorded


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """What a user said of a metric."""

    goal: str | None  # "max" or "min"
    unit: str | None
    x: str | None  # a metric, "step" or "time"


@dataclass(frozen=True, slots=True)
class Writer:
    """One process that logged into a run."""

    id: str
    role: str  # "create", "resume", "join" or "child"; "" when its start was lost
    host: str  # a hash
    alive: bool | None  # None: nothing is known, as of a copy or another host
    ended: bool  # it said that it is done
    sealed: bool  # its points, if any, are in their compact file
    started: int


@dataclass(frozen=True, slots=True, repr=False)
class RunRecord:
    """All that is known of a run, except its points."""

    run_id: str
    folder: str  # from the root of the store, with "/"
    experiment: str  # name
    name: str
    status: str  # "running", "finished", "failed", "killed"; "lost": provably dead without a word;
    # "unknown": it is over, and how it ended was in facts that could not be read
    alive: bool | None  # None: nothing is known, and the age of the last point decides
    reason: str | None  # why it failed
    started: int
    ended: int | None
    last_active: int
    parent: str | None  # the id of the run it is nested in
    note: str  # Markdown
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, MetricDefinition] = field(default_factory=dict)
    metrics: Mapping[str, MetricSummary] = field(default_factory=dict)  # in the order first logged
    provenance: Mapping[str, JsonValue] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()  # by path
    conflicts: tuple[tuple[str, tuple[JsonValue, ...]], ...] = ()  # params of several values
    writers: tuple[Writer, ...] = ()  # by start
    problems: tuple[Problem, ...] = ()
    facts_lost: bool = False  # some could not be read: what the run does not say may have been said

    def __repr__(self) -> str:
        return f"<RunRecord {self.name!r} of {self.experiment!r}, {self.status}: {self.run_id}>"


@dataclass(frozen=True, slots=True)
class ExperimentRecord:
    """All that is known of an experiment, except its runs."""

    name: str
    folder: str  # from the root of the store, with "/"
    created: int | None
    note: str = ""  # Markdown
    tags: Mapping[str, str] = field(default_factory=dict)
    said_at: Mapping[str, int] = field(
        default_factory=dict
    )  # when each tag, and under "" the note, was last set or removed, where that is known
    deleted: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a run."""

    series: Mapping[str, pa.Table]  # per metric, of schema.HISTORY, in the order logged
    problems: tuple[Problem, ...] = ()
