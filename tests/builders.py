"""Builds stores for tests, byte by byte as `docs/format.md` describes them, without the writing side.

`make_store` is what most tests need: runs in words, a store on disk. Times are fixed, so equal inputs give
equal bytes; ids count up, so the runs of a store lie in the order they were given.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from logger import layout, schema
from logger.encode import encode_sealed
from logger.factlines import Fact, JsonValue, encode

START = 1_795_000_000_000_000  # microseconds since the epoch: when the first run of a store starts
SECOND = 1_000_000

Row = tuple[int, int, int, float]  # series, step, time in microseconds, value
Said = tuple[str, str, JsonValue]  # kind, key, value


@dataclass(frozen=True)
class RunPlan:
    """A run in words."""

    metrics: Mapping[str, Sequence[float]] = field(default_factory=dict)  # values; steps count from 0
    experiment: str = "Default"
    name: str = ""
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, JsonValue] = field(default_factory=dict)
    status: str | None = "finished"  # None: it still runs, or its process died
    reason: str | None = None
    sealed: bool = True
    seconds: float = 60.0  # how long it took
    started: int | None = None  # None: an hour behind the run before
    facts: Sequence[Said] = ()  # more of them


@dataclass(frozen=True)
class BuiltRun:
    """Where a run was built."""

    run_id: str
    writer: str
    path: Path
    folder: str  # from the root of the store

    @property
    def facts(self) -> Path:
        return self.path / layout.facts_file(self.writer)

    @property
    def live(self) -> Path:
        return self.path / layout.live_file(self.writer)

    @property
    def sealed(self) -> Path:
        return self.path / layout.sealed_file(self.writer)


def make_store(folder: Path, runs: Iterable[RunPlan]) -> Path:
    """A store in `folder`/tracking with these runs; its path."""
    root = folder / "tracking"
    make_runs(root, runs)
    return root


def make_runs(root: Path, runs: Iterable[RunPlan]) -> list[BuiltRun]:
    """Add runs to a store, which is made if it is absent."""
    root.mkdir(parents=True, exist_ok=True)
    (root / layout.STORE_FILE).write_text(json.dumps({"format": schema.FORMAT}))
    built = []
    for number, plan in enumerate(runs):
        started = plan.started if plan.started is not None else START + number * 3600 * SECOND
        built.append(make_run(root, plan, started, number))
    return built


def make_run(root: Path, plan: RunPlan, started: int, number: int = 0) -> BuiltRun:
    """Add one run to a store that is there."""
    experiment = root / layout.EXPERIMENTS / layout.experiment_folder(plan.experiment)
    experiment.mkdir(parents=True, exist_ok=True)
    described = {"format": schema.FORMAT, "name": plan.experiment, "created": started}
    if not (experiment / layout.EXPERIMENT_FILE).exists():
        (experiment / layout.EXPERIMENT_FILE).write_text(json.dumps(described))
    chance = number.to_bytes(10, "big")
    run_id = layout.run_id(started // 1000, chance)
    writer = layout.writer_id(started // 1000, chance[-6:])
    run = BuiltRun(run_id, writer, experiment / run_id, f"experiments/{experiment.name}/{run_id}")
    run.path.mkdir()
    ended = started + int(plan.seconds * SECOND)
    numbers = {name: index for index, name in enumerate(plan.metrics, start=1)}
    rows = _rows(plan.metrics, started, ended)
    if rows and plan.sealed:
        names = {index: name for name, index in numbers.items()}
        run.sealed.write_bytes(encode_sealed(live_table(rows), names))
    elif rows:
        run.live.write_bytes(live_bytes(rows))
    said = [("start", "", start_value(plan.experiment)), ("name", "", plan.name or f"run-{number}")]
    said += [("param", key, value) for key, value in plan.params.items()]
    said += [("tag", key, value) for key, value in plan.tags.items()]
    said += [("provenance", key, value) for key, value in plan.provenance.items()]
    said += [("metric", name, index) for name, index in numbers.items()]
    said += plan.facts
    facts = fact_lines(said, started)
    if plan.status is not None:
        facts += fact_lines([("status", "", {"status": plan.status, "reason": plan.reason})], ended)
    run.facts.write_bytes(facts)
    return run


def start_value(experiment: str, role: str = "create") -> dict[str, JsonValue]:
    """The value of a start fact of another host, so that nobody can tell whether its process lives."""
    return {
        "role": role,
        "experiment": experiment,
        "host": "0123456789abcdef",
        "boot": "00000000-0000-0000-0000-000000000000",
        "pid": 1,
        "process_start": 1,
        "inode": 1,
    }


def fact_lines(said: Iterable[Said], time: int = START) -> bytes:
    """Lines of a facts file, one microsecond apart."""
    return b"".join(encode(Fact(time + at, kind, key, value)) for at, (kind, key, value) in enumerate(said))


def live_bytes(rows: Sequence[Row]) -> bytes:
    """A file of live points with these rows."""
    frame = schema.empty_frame()
    data = bytearray(schema.schema_message())
    for start in range(0, len(rows), schema.ROWS):
        message = bytearray(frame.message)
        for at, (series, step, time, value) in enumerate(rows[start : start + schema.ROWS]):
            struct.pack_into("<i", message, frame.series + 4 * at, series)
            struct.pack_into("<q", message, frame.step + 8 * at, step)
            struct.pack_into("<q", message, frame.time + 8 * at, time)
            struct.pack_into("<d", message, frame.value + 8 * at, value)
        data += message
    return bytes(data)


def live_table(rows: Sequence[Row]) -> pa.Table:
    """The same rows as a table of schema.LIVE."""
    columns = zip(*rows, strict=True) if rows else [()] * 4
    arrays = [pa.array(column, type=kind) for column, kind in zip(columns, schema.LIVE.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema.LIVE)


def live_rows(table: pa.Table) -> list[Row]:
    """The rows of a table of schema.LIVE or, without series, of schema.HISTORY."""
    columns = [table[name].cast(pa.int64()) if name == "time" else table[name] for name in table.column_names]
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def _rows(metrics: Mapping[str, Sequence[float]], started: int, ended: int) -> list[Row]:
    """All metrics logged step by step, side by side, spread over the time of the run."""
    length = max((len(values) for values in metrics.values()), default=0)
    rows = []
    for step in range(length):
        time = started + (ended - started) * step // length
        for number, values in enumerate(metrics.values(), start=1):
            if step < len(values):
                rows.append((number, step, time, float(values[step])))
    return rows
