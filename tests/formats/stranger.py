"""Reads and writes stores by `docs/format.md` alone, as a stranger would: nothing of our code is imported.

`read_with_polars` and `read_with_duckdb` are two readers that share no code but the walk over folders;
`write_with_polars` is a writer. A test keeps this file free of imports from `logger`.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import math
import os
import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars
import pyarrow

EMPTY_VALUE = bytes.fromhex("6C6F666E7552F87F")
SCHEMA_BYTES, FRAME_BYTES, HEADER_BYTES = 304, 2080, 288
NO_INT = -(2**63)


@dataclass
class Run:
    """What a stranger makes of a run."""

    experiment: str
    name: str = ""
    status: str = "running"
    params: dict[str, object] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    points: dict[str, list[tuple[int, int, float]]] = field(default_factory=dict)  # step, time, value


@dataclass
class Writer:
    """What a stranger makes of one process that logged into a run."""

    id: str
    role: str = ""
    start: dict[str, object] = field(default_factory=dict)
    started: int = 0
    heard: int = 0  # time of its last fact or of a metric's last value
    status: str | None = None
    ended: int | None = None
    names: dict[int, str] = field(default_factory=dict)  # of its series

    def hear_points(self, points: list[tuple[str, int, int, float]]) -> None:
        """Metric, step, time and value of each point, in the order logged."""
        last: dict[str, tuple[int, int]] = {}
        for metric, step, time, _ in points:
            if metric not in last or step >= last[metric][0]:
                last[metric] = (step, time)
        self.heard = max([self.heard, *(time for _, time in last.values())])


# --- what both readers share -------------------------------------------------------------------------


def run_folders(store: Path) -> list[Path]:
    assert json.loads((store / "runfolio.json").read_text())["format"] == 1
    return sorted(path for path in store.glob("experiments/*/*") if re.fullmatch("[0-9a-f]{32}", path.name))


def complete(data: bytes) -> bytes:
    """A live file whose torn last frame is made whole with empty values."""
    torn = (len(data) - SCHEMA_BYTES) % FRAME_BYTES
    if len(data) < SCHEMA_BYTES or torn == 0:
        return data
    if torn < HEADER_BYTES:
        return data[:-torn]
    whole = data[: len(data) - torn % 8]
    return whole + EMPTY_VALUE * (-(len(whole) - SCHEMA_BYTES) % FRAME_BYTES // 8)


def value_of(found: object) -> object:
    """A fact's value with the floats that JSON lacks."""
    if isinstance(found, dict):
        return (
            float(found["float"]) if set(found) == {"float"} else {k: value_of(v) for k, v in found.items()}
        )
    return [value_of(item) for item in found] if isinstance(found, list) else found


def fold(run: Run, folder: Path, facts: list[tuple[int, str, str, str, object]]) -> dict[str, Writer]:
    """Put facts (time, writer, kind, key, value) into a run; its writers, those without facts too."""
    names = {path.stem.partition("-")[2] for path in (*folder.glob("facts-*"), *folder.glob("points-*"))}
    writers = {name: Writer(name) for name in sorted(names)}
    for time, name, kind, key, value in sorted(facts, key=lambda fact: fact[:2]):
        writer = writers[name]
        writer.heard = max(writer.heard, time)
        if kind == "start":
            writer.role, writer.start, writer.started = value["role"], value, time
        elif kind == "name":
            run.name = value
        elif kind == "param":
            run.params[key] = value_of(value)
        elif kind == "tag":
            run.tags[key] = value
        elif kind == "metric":
            writer.names[value] = key
        elif kind == "status":
            writer.status, writer.ended = value["status"], time
        elif kind == "end":
            writer.ended = time
    return writers


def status_of(folder: Path, writers: dict[str, Writer]) -> str:
    """The status of a run whose writers' facts and points are known."""
    teller = who_tells(folder, writers)
    if teller is not None and teller.status is not None:
        return teller.status
    if any(lacks_facts(folder, writer) for writer in ([teller.id] if teller else writers)):
        return "unknown"
    return "lost" if teller is not None and is_alive(folder, teller) is False else "running"


def who_tells(folder: Path, writers: dict[str, Writer]) -> Writer | None:
    """The writer that says how the run is."""
    owners = [writer for writer in writers.values() if writer.role in ("create", "resume")]
    owner = max(owners, key=lambda writer: (writer.started, writer.id), default=None)
    if owner is not None and (owner.status is not None or is_alive(folder, owner)):
        return owner
    joined = [writer for writer in writers.values() if writer.role == "join"]
    spoke = [one for one in joined if one.status and one.ended > (owner.heard if owner else 0)]
    if not spoke:
        return owner
    last = max(spoke, key=lambda writer: (writer.ended, writer.id))
    open_ones = [
        (is_alive(folder, one) is True, one.heard, one.id, one) for one in joined if one.ended is None
    ]
    at_work = [place for place in open_ones if place[0] or place[1] > last.ended]
    return max(at_work)[3] if at_work else last


def is_alive(folder: Path, writer: Writer) -> bool | None:
    """Whether the process of a writer lives; None when nobody can tell."""
    if writer.ended is not None:
        return False
    path = folder / f"facts-{writer.id}.jsonl"
    machine = ""
    for place in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        if place.exists():
            machine = place.read_text().strip()
            break
    host = hashlib.sha256(f"{os.uname().nodename}\n{machine}".encode()).hexdigest()[:16]
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    here = {"host": host, "boot": boot, "inode": path.stat().st_ino}
    if any(writer.start.get(key) != value for key, value in here.items()):
        return None
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def lacks_facts(folder: Path, writer: str) -> bool:
    """Whether a writer was done, as its sealed points show, and facts of it are missing."""
    sealed, facts = folder / f"points-{writer}.arrow", folder / f"facts-{writer}.jsonl"
    if not sealed.exists() or sealed.with_suffix(".arrows").exists():
        return False
    data = facts.read_bytes() if facts.exists() else b""
    summary = footer_of(sealed.read_bytes()).get(b"runfolio.summary")
    size = json.loads(summary[9:])["value"].get("facts", 1) if summary else 1
    damaged = any(line[:8] != b"%08x" % zlib.crc32(line[9:]) for line in data.split(b"\n")[:-1])
    return len(data) < size or damaged


def footer_of(data: bytes) -> dict[bytes, bytes]:
    """The metadata in the footer of a sealed file."""
    return pyarrow.ipc.open_file(data).metadata or {}


# --- Polars ------------------------------------------------------------------------------------------


def read_with_polars(folder: Path) -> Run:
    """A run, its points through Polars."""
    run = Run(json.loads((folder.parent / "experiment.json").read_text())["name"])
    facts = []
    for path in folder.glob("facts-*.jsonl"):
        writer = path.stem.removeprefix("facts-")
        for line in path.read_bytes().split(b"\n")[:-1]:
            if line[:8] == b"%08x" % zlib.crc32(line[9:]):
                fact = json.loads(line[9:])
                facts.append((fact["time"], writer, fact["kind"], fact["key"], fact["value"]))
    writers = fold(run, folder, facts)
    parts = []
    for writer in writers.values():
        sealed, live = folder / f"points-{writer.id}.arrow", folder / f"points-{writer.id}.arrows"
        frames = []
        if live.exists():
            frames.append(polars_live(live.read_bytes(), writer.names))
        if sealed.exists():
            frames.append(polars.read_ipc(io.BytesIO(sealed.read_bytes())).cast({"metric": polars.String}))
        if frames:
            parts.append(max(reversed(frames), key=len))
            columns = ["metric", "step", polars.col("time").dt.epoch("us"), "value"]
            writer.hear_points(parts[-1].select(columns).rows())
    run.status = status_of(folder, writers)
    if parts:
        everything = polars.concat(parts).with_columns(polars.col("time").dt.epoch("us"))
        for (metric,), points in everything.group_by(["metric"], maintain_order=True):
            merged = points.sort("time", maintain_order=True) if len(parts) > 1 else points
            run.points[metric] = merged.select("step", "time", "value").rows()
    return run


def polars_live(data: bytes, numbers: dict[int, str]) -> polars.DataFrame:
    frame = polars.read_ipc_stream(io.BytesIO(complete(data)))
    empty = struct.unpack("<q", EMPTY_VALUE)[0]
    value_bits = polars.Series(frame["value"].to_numpy().view("int64"))
    return frame.filter(
        (value_bits != empty)
        & (polars.col("series") != 0)
        & (polars.col("step") != NO_INT)
        & (polars.col("time").dt.epoch("us") != NO_INT)
    ).select(
        polars.col("series").replace_strict(numbers, return_dtype=polars.String).alias("metric"),
        "step",
        "time",
        "value",
    )


# --- DuckDB ------------------------------------------------------------------------------------------

FACTS = """
    WITH lines AS (
        SELECT regexp_extract(filename, 'facts-([0-9a-z]+)', 1) AS writer,
               unnest(string_split(content, chr(10))) AS line
        FROM read_text('{folder}/facts-*.jsonl')
    )
    SELECT writer, line FROM lines WHERE length(line) > 9
"""
PARTS = "SELECT (?::JSON->>'time')::BIGINT, ?::JSON->>'kind', ?::JSON->>'key', ?::JSON->'value'"
LIVE = """
    SELECT metric, step, epoch_us(time), value
    FROM (SELECT *, row_number() OVER () AS place FROM live) JOIN names USING (series)
    WHERE bits != {empty} AND step != {no_int} AND epoch_us(time) != {no_int}
    ORDER BY place
"""
SEALED = "SELECT metric::VARCHAR, step, epoch_us(time), value FROM sealed"


def read_with_duckdb(folder: Path) -> Run:
    """A run, its facts and points through DuckDB; Arrow's own library hands it the files."""
    with duckdb.connect() as database:

        def rows_of(query: str, *values: object) -> list[tuple]:
            return database.execute(query, values).fetchall()

        run = Run(rows_of(f"SELECT name FROM read_json('{folder.parent}/experiment.json')")[0][0])
        facts = []
        for writer, line in rows_of(FACTS.format(folder=folder)):
            if line[:8] == f"{zlib.crc32(line[9:].encode()):08x}":
                time, kind, key, value = rows_of(PARTS, *[line[9:]] * 4)[0]
                facts.append((time, writer, kind, key, json.loads(value)))
        writers = fold(run, folder, facts)
        parts = []
        for writer in writers.values():
            sealed, live = folder / f"points-{writer.id}.arrow", folder / f"points-{writer.id}.arrows"
            twins = []
            if sealed.exists():
                check_sealed(sealed.read_bytes())
                database.register("sealed", pyarrow.ipc.open_file(sealed.read_bytes()).read_all())
                twins.append(rows_of(SEALED))
            if live.exists():
                rows = pyarrow.ipc.open_stream(complete(live.read_bytes())).read_all()
                bits = pyarrow.chunked_array([v.view("int64") for v in rows["value"].chunks], "int64")
                database.register("live", rows.append_column("bits", bits))
                pairs = {"series": list(writer.names), "metric": list(writer.names.values())}
                database.register("names", pyarrow.table(pairs))
                empty = struct.unpack("<q", EMPTY_VALUE)[0]
                twins.append(rows_of(LIVE.format(empty=empty, no_int=f"({NO_INT + 1} - 1)")))
            parts.append(max(twins, key=len, default=[]))
            writer.hear_points(parts[-1])
        run.status = status_of(folder, writers)
    for metric, step, time, value in [row for rows in parts for row in rows]:
        run.points.setdefault(metric, []).append((step, time, value))
    if len(parts) > 1:
        for points in run.points.values():
            points.sort(key=lambda point: point[1])
    return run


def check_sealed(data: bytes) -> None:
    """The checksums in the footer of a sealed file."""
    keys = footer_of(data)
    stored = keys[b"runfolio.crc32"]
    at = data.rindex(stored)
    assert stored == b"%08x" % zlib.crc32(data[:at] + b"0" * 8 + data[at + 8 :])
    summary = keys[b"runfolio.summary"]
    assert summary[:8] == b"%08x" % zlib.crc32(summary[9:])


def summary_of(data: bytes) -> dict[str, dict[str, object]]:
    """What a sealed file's footer says of each metric."""
    summary = json.loads(footer_of(data)[b"runfolio.summary"][9:])["value"]
    return {metric["name"]: value_of(metric) for metric in summary["metrics"]}


# --- a writer ----------------------------------------------------------------------------------------


def write_with_polars(
    store: Path, experiment: str, params: dict[str, object], points: dict[str, list[float]], *, sealed: bool
) -> Path:
    """A finished run in a store; its folder."""
    store.mkdir(exist_ok=True)
    (store / "runfolio.json").write_text('{"format": 1}')
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", experiment).casefold())
    ascii_key = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "-", ascii_key).strip("-")[:40].strip("-") or "experiment"
    parent = store / "experiments" / f"{slug}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    parent.mkdir(parents=True, exist_ok=True)
    start = 1_795_000_000_000_000
    described = {"format": 1, "name": experiment, "created": start}
    (parent / "experiment.json").write_text(json.dumps(described), encoding="utf-8")
    run = f"{start // 1000:012x}7abc8{0:015x}"
    writer = f"{start // 1000:012x}{1:012x}"
    folder = parent / run
    folder.mkdir()

    said = [("start", "", {"role": "create", "experiment": experiment}), ("name", "", "by polars")]
    said += [("param", key, value) for key, value in params.items()]
    said += [("metric", name, number) for number, name in enumerate(points, start=1)]
    said.append(("status", "", {"status": "finished", "reason": None}))
    with (folder / f"facts-{writer}.jsonl").open("wb") as file:
        for at, (kind, key, value) in enumerate(said):
            if isinstance(value, float) and not math.isfinite(value):
                value = {"float": str(value)}
            fact = {"time": start + at, "kind": kind, "key": key, "value": value}
            body = json.dumps(fact, ensure_ascii=False).encode()
            file.write(b"%08x %s\n" % (zlib.crc32(body), body))

    rows = [
        (n, at, start + at, v) for n, values in enumerate(points.values(), 1) for at, v in enumerate(values)
    ]
    frame = polars.DataFrame(
        rows,
        schema={
            "series": polars.Int32,
            "step": polars.Int64,
            "time": polars.Datetime("us", "UTC"),
            "value": polars.Float64,
        },
        orient="row",
    )
    if sealed:
        metric = polars.col("series").replace_strict(dict(enumerate(points, 1)), return_dtype=polars.String)
        columns = [metric.alias("metric"), "step", "time", "value"]
        frame.select(columns).write_ipc(folder / f"points-{writer}.arrow", compression="zstd")
    else:
        frame.write_ipc_stream(folder / f"points-{writer}.arrows")
    return folder
