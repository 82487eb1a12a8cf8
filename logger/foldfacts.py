"""From the facts of all writers of a run, or of an experiment, to what they say together.

Later facts win, by time and then by writer. What only one process can know (status, where the run came
from) is taken from the writers that created or resumed the run; those that joined it decide only where the
owner died without a word. Kinds that are not known here are passed over, so a newer writer costs an
older reader nothing. Nothing in a file is trusted: names and texts pass the same checks as at the call
that logs them. No I/O here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from . import layout, names
from .errors import InvalidName
from .factlines import DamagedLine, Fact, JsonValue, decode
from .records import Artifact, MetricDefinition, Problem

OWNERS = ("create", "resume")  # roles that decide a run's status
STATUSES = ("finished", "failed", "killed")

_DEEPEST = 100  # lists in lists
_EARLIEST = -62_135_596_800_000_000  # year 1, in microseconds
_LATEST = 253_402_300_799_000_000  # year 9999


@dataclass(frozen=True, slots=True)
class Lines:
    """What the bytes of a facts file hold."""

    facts: list[Fact]
    damages: list[tuple[int, str]]  # offset in bytes, and what is wrong there


def read_lines(data: bytes) -> Lines:
    """The facts of a file, however it ends: a last line without its line feed is not there yet."""
    facts: list[Fact] = []
    damages: list[tuple[int, str]] = []
    lines = data.split(b"\n")
    rest = lines.pop()
    at = 0
    for line in lines:
        try:
            facts.append(_decode(line))
        except DamagedLine as error:
            damages.append((at, f"a line is damaged: {error}"))
        at += len(line) + 1
    if rest:
        fact = _decode_or_none(rest)
        if fact is None and (fact := _decode_or_none(rest[:-1])) is not None:
            damages.append((at, "a line is damaged: its line feed is another byte"))
        if fact is not None:
            facts.append(fact)
    return Lines(facts, damages)


@dataclass(slots=True)
class WriterFacts:
    """What one writer says of itself."""

    id: str
    started: int | None = None
    start: dict[str, JsonValue] = field(default_factory=dict)
    status: str | None = None
    reason: str | None = None
    ended: int | None = None  # when it said that it is done
    last: int = 0  # time of its last fact
    names: dict[int, str] = field(default_factory=dict)  # the metric of each series

    @property
    def role(self) -> str:
        """What the writer is to the run; "" when its start was lost."""
        role = self.start.get("role")
        return role if isinstance(role, str) else ""


@dataclass(slots=True)
class RunFacts:
    """What all writers of a run say together."""

    writers: dict[str, WriterFacts]
    name: str = ""
    note: str = ""
    parent: str | None = None
    params: dict[str, JsonValue] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, MetricDefinition] = field(default_factory=dict)
    provenance: dict[str, JsonValue] = field(default_factory=dict)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    values: dict[str, list[JsonValue]] = field(default_factory=dict)  # of params that were set to several
    odd: list[tuple[str, str]] = field(default_factory=list)  # writer, and what is wrong with a fact of it
    problems: list[Problem] = field(default_factory=list)  # that an import came upon

    def owner(self) -> WriterFacts | None:
        """The writer that decides the run's status: of those that own it, the one that started last."""
        owners = [writer for writer in self.writers.values() if writer.role in OWNERS]
        return max(owners, key=lambda writer: (writer.started or 0, writer.id), default=None)

    def decider(self, alive: Mapping[str, bool | None], last_points: Mapping[str, int]) -> WriterFacts | None:
        """The writer whose word on the run's status counts.

        That is its owner. When the owner left none and is not known to live, as after a crash on another
        machine, it is the last of those that joined and ended after the owner was heard of; or, while one
        that joined has not ended and is alive or was heard of since, that one. An owner that lives but waits
        in silence cannot be told from one that crashed, and gets the run back with its next word.

        Args:
            alive: whether each writer lives, as `logger.liveness` says.
            last_points: when each writer logged its last points.
        """
        heard = {one.id: max(one.last, last_points.get(one.id, 0)) for one in self.writers.values()}
        owner = self.owner()
        if owner is not None and (owner.status is not None or alive.get(owner.id)):
            return owner
        silent_since = heard[owner.id] if owner is not None else 0
        joined = [writer for writer in self.writers.values() if writer.role == "join"]
        later = [
            (writer.ended, writer.id, writer)
            for writer in joined
            if writer.status and writer.ended and writer.ended > silent_since
        ]
        if not later:
            return owner
        ended, _, last = max(later)
        at_work = [
            (bool(alive.get(writer.id)), heard[writer.id], writer.id, writer)
            for writer in joined
            if writer.ended is None and (alive.get(writer.id) or heard[writer.id] > ended)
        ]
        return max(at_work)[3] if at_work else last

    def experiment(self) -> str | None:
        """The name of the experiment, as the run's start says."""
        for writer in self.writers.values():
            name = good_name(writer.start.get("experiment"), "experiment")
            if name is not None:
                return name
        return None


@dataclass(slots=True)
class ExperimentFacts:
    """What all writers of an experiment's facts say together."""

    note: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    said_at: dict[str, int] = field(default_factory=dict)  # as of `ExperimentRecord`
    deleted: bool = False
    problems: list[Problem] = field(default_factory=list)  # that an import came upon


Fold: TypeAlias = Callable[[RunFacts, WriterFacts, Fact], bool]


def fold_run(writers: Mapping[str, list[Fact]]) -> RunFacts:
    """What the facts of a run's writers say."""
    run = RunFacts({writer: WriterFacts(writer) for writer in sorted(writers)})
    for writer, fact in _in_order(writers):
        run.writers[writer].last = max(run.writers[writer].last, fact.time)
        fold = _KINDS.get(fact.kind)
        if fold is not None and not _of_use(fold, run, run.writers[writer], fact):
            run.odd.append((writer, f"a fact is of no use: {fact.kind} {names.shown(fact.key)}"))
    owners = {writer: facts for writer, facts in writers.items() if run.writers[writer].role in OWNERS}
    for writer, fact in _in_order(owners):  # where a run came from is for its owner to say
        if fact.kind == "provenance":
            _of_use(_provenance, run, run.writers[writer], fact)
    return run


def fold_experiment(writers: Mapping[str, list[Fact]]) -> ExperimentFacts:
    """What the facts of an experiment say."""
    experiment = ExperimentFacts()
    for _, fact in _in_order(writers):
        if fact.kind == "note" and isinstance(fact.value, str):
            experiment.note = clean_text(fact.value)
            experiment.said_at[""] = fact.time
        elif fact.kind == "tag":
            if _fold_tag(experiment.tags, fact) and (name := good_name(fact.key, "tag")) is not None:
                experiment.said_at[name] = fact.time
        elif fact.kind == "deleted":
            experiment.deleted = fact.value is not False
        elif fact.kind == "problem" and (problem := _problem_of(fact)) is not None:
            experiment.problems.append(problem)
    return experiment


@lru_cache(maxsize=65_536)
def _good_name(text: str, kind: str) -> str | None:
    try:
        return names.check_name(text, kind)
    except InvalidName:
        return None


def good_name(value: JsonValue, kind: str) -> str | None:
    """A name that passes the check for its kind; None for any other value."""
    return _good_name(value, kind) if isinstance(value, str) else None


def clean_text(text: str) -> str:
    """Text that every encoder takes: lone surrogates become the replacement character."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def clean(value: JsonValue, depth: int = _DEEPEST) -> JsonValue:
    """A value whose texts every encoder takes.

    Raises: RecursionError: it is nested deeper than anything that is logged.
    """
    if isinstance(value, str):
        return clean_text(value)
    if depth == 0:
        raise RecursionError
    if isinstance(value, list):
        return [clean(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): clean(item, depth - 1) for key, item in value.items()}
    return value


def _decode(line: bytes) -> Fact:
    try:
        fact = decode(line)
    except RecursionError as error:
        raise DamagedLine("it is nested too deep") from error
    if not _EARLIEST <= fact.time <= _LATEST:
        raise DamagedLine("its time is in no year from 1 to 9999")
    return fact


def _decode_or_none(line: bytes) -> Fact | None:
    try:
        return _decode(line)
    except DamagedLine:
        return None


def _in_order(writers: Mapping[str, list[Fact]]) -> Iterator[tuple[str, Fact]]:
    """All facts by time, then by writer; facts of one writer at one time in the order of lines."""
    facts = [(fact.time, writer, fact) for writer in sorted(writers) for fact in writers[writer]]
    if len(writers) > 1:
        facts.sort(key=lambda item: item[:2])
    return ((writer, fact) for _, writer, fact in facts)


def _of_use(fold: Fold, run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    try:
        return fold(run, writer, fact)
    except RecursionError:
        return False


# One function per kind of fact. Each says whether it could make use of the fact.


def _start(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    if not isinstance(fact.value, dict):
        return False
    if writer.started is None:
        writer.started, writer.start = fact.time, fact.value
    return True


def _name(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    name = good_name(fact.value, "run")
    run.name = name or run.name
    return name is not None


def _note(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    if isinstance(fact.value, str):
        run.note = clean_text(fact.value)
    return isinstance(fact.value, str)


def _parent(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    if not isinstance(fact.value, str) or not layout.is_run_id(fact.value):
        return False
    run.parent = fact.value
    return True


def _tag(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    return _fold_tag(run.tags, fact)


def _fold_tag(tags: dict[str, str], fact: Fact) -> bool:
    name = good_name(fact.key, "tag")
    if name is None or not isinstance(fact.value, str | None):
        return False
    if fact.value is None:
        tags.pop(name, None)
    else:
        tags[name] = clean_text(fact.value)
    return True


def _param(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    name = good_name(fact.key, "param")
    if name is None or (isinstance(fact.value, list | dict) and fact.value):
        return False
    value = clean(fact.value)
    if name in run.params and not _same(run.params[name], value):
        known = run.values.setdefault(name, [run.params[name]])
        known[:] = [other for other in known if not _same(other, value)] + [value]
    run.params[name] = value
    return True


def _metric(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    name = good_name(fact.key, "metric")
    number = fact.value
    if name is None or type(number) is not int or not 0 < number < 2**31:
        return False
    return writer.names.setdefault(number, name) == name


def _define(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    name = good_name(fact.key, "metric")
    if name is None or not isinstance(fact.value, dict):
        return False
    goal, unit, x = (fact.value.get(part) for part in ("goal", "unit", "x"))
    run.definitions[name] = MetricDefinition(
        goal if goal in ("max", "min") and isinstance(goal, str) else None,
        clean_text(unit) if isinstance(unit, str) else None,
        good_name(x, "metric"),
    )
    return True


def _provenance(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    key = clean_text(fact.key)
    run.provenance[key] = clean(fact.value)
    return True


def _artifact(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    if not isinstance(fact.value, dict):
        return False
    size, sha256 = fact.value.get("size"), fact.value.get("sha256")
    try:
        path = names.check_artifact_path(fact.key)
    except InvalidName:
        return False
    if type(size) is not int or size < 0 or not isinstance(sha256, str):
        return False
    run.artifacts[path] = Artifact(path, size, clean_text(sha256))
    return True


def _status(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    value = fact.value if isinstance(fact.value, dict) else {}
    status, reason = value.get("status"), value.get("reason")
    if not isinstance(status, str) or status not in STATUSES:
        return False
    writer.status, writer.ended = status, fact.time
    writer.reason = clean_text(reason) if isinstance(reason, str) else None
    return True


def _end(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    writer.ended = fact.time
    return True


def _problem(run: RunFacts, writer: WriterFacts, fact: Fact) -> bool:
    problem = _problem_of(fact)
    if problem is not None:
        run.problems.append(problem)
    return problem is not None


def _problem_of(fact: Fact) -> Problem | None:
    if not isinstance(fact.value, dict):
        return None
    what, offset = fact.value.get("what"), fact.value.get("offset")
    if not isinstance(what, str):
        return None
    where = offset if type(offset) is int else None
    remark = fact.value.get("remark") is True
    return Problem(clean_text(fact.key), clean_text(what), where, imported=True, remark=remark)


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are one: of the same type, and NaN is NaN."""
    return type(one) is type(other) and (one == other or (one != one and other != other))


_KINDS: dict[str, Fold] = {
    "start": _start,
    "name": _name,
    "note": _note,
    "parent": _parent,
    "tag": _tag,
    "param": _param,
    "metric": _metric,
    "define": _define,
    "provenance": _provenance,
    "artifact": _artifact,
    "status": _status,
    "end": _end,
    "problem": _problem,
}
