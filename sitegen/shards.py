"""Shards: the points of many series as small scripts that a page loads when a card needs them.

A shard is one call, `runfolio.add("<key>", ["<base64>", …])`: a script, because pages opened from disk
may not fetch. Each text is a *blob*: a few series of one run, as typed columns, shuffled by byte and
deflated (zlib), so that a run that did not change gives the same blob again. What a blob holds after
inflating:

    u32 length of the header | header: JSON | the columns' bytes, one after another, little-endian

    header   {"columns": [column, …], "series": [[step column, time column, value column], …]}
    column   {"kind": "range", "n", "first", "by"}    first, first + by, …; has no bytes
             {"kind": "delta", "n", "first"}          int32 differences; their running sum from `first`
             {"kind": "over", "n", "base"}            int32 differences from column number `base`
             {"kind": "f32" | "f64", "n"}             plain numbers

Steps are whole numbers, times are milliseconds since the epoch. A column's bytes are stored with the
first bytes of all its numbers first, then all the second ones, and so on. Columns that are equal are
stored once. Right of here, `templates/static/js/data.js` reads all this back. Pure: no I/O.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import numpy.typing as npt

from .series import Floats, Ints, SeriesData, thin

EXACT = 2_000  # points; a longer series is thinned and gets detail shards
BUCKETS = 1_000  # of a thinned series: at most two points each, and what is bad in them
DETAIL = 50_000  # points of a detail blob
SMALL = 16_000  # bytes; neighbouring runs share a shard until it is this big
LARGE = 100_000  # bytes before deflating; a run whose series are bigger is split

Column = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Shard:
    """A script of the site's folder `shards/`."""

    name: str  # file name; a hash of what is inside
    data: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of rows of a series, all points, for a page that zooms in."""

    shard: str
    slot: int
    first: int  # row
    rows: int
    steps: tuple[int, int]  # smallest and largest
    times: tuple[int, int]  # smallest and largest, ms


@dataclass(frozen=True, slots=True)
class Place:
    """Where a series lies."""

    shard: str  # name of the shard
    slot: int  # which series of the shard
    points: int  # in all; the shard holds fewer when `detail` is not empty
    detail: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Packed:
    """All shards, and where each series lies in them, by (run id, metric name)."""

    shards: tuple[Shard, ...]
    index: dict[tuple[str, str], Place]


@dataclass(frozen=True, slots=True)
class Blob:
    """A few series of one run, encoded."""

    text: str  # base64
    keys: tuple[str, ...]  # metric names, in the order of the series inside


@dataclass(frozen=True, slots=True)
class DetailBlob:
    """A stretch of one long series, encoded."""

    text: str
    metric: str
    first: int
    rows: int
    steps: tuple[int, int]
    times: tuple[int, int]


@dataclass(frozen=True, slots=True)
class EncodedRun:
    """All that the shards hold of one run; depends on nothing but its points, so it can be kept."""

    run: str
    points: dict[str, int]  # by metric
    overview: tuple[Blob, ...]
    detail: tuple[DetailBlob, ...]


def pack_shards(series: Iterable[tuple[tuple[str, str], SeriesData]], exact: int = EXACT) -> Packed:
    """Pack series, given run by run in the order of creation, keyed by (run id, metric name)."""
    runs = groupby(series, key=lambda item: item[0][0])
    return pack_runs(encode_run(run, [(key[1], data) for key, data in items], exact) for run, items in runs)


def encode_run(
    run: str, series: Iterable[tuple[str, SeriesData]], exact: int = EXACT, with_detail: bool = True
) -> EncodedRun:
    """Encode the series of one run: thinned to an overview, and all points beside it where that lost some.

    A series without points has no place and is left out. Without detail, what was thinned stays thinned.
    """
    points: dict[str, int] = {}
    overview: list[tuple[str, SeriesData]] = []
    detail: list[DetailBlob] = []
    for metric, data in series:
        if not len(data):
            continue
        points[metric] = len(data)
        if len(data) <= exact:
            overview.append((metric, data))
            continue
        overview.append((metric, data.take(thin(data, max(1, min(BUCKETS, exact // 2))))))
        if with_detail:
            detail += [_detail_blob(metric, data, first) for first in range(0, len(data), DETAIL)]
    blobs = [
        Blob(encode([data for _, data in group]), tuple(name for name, _ in group))
        for group in _split(overview)
    ]
    return EncodedRun(run, points, tuple(blobs), tuple(detail))


def pack_runs(runs: Iterable[EncodedRun]) -> Packed:
    """Lay encoded runs into shards, small neighbours together.

    A run added at the end changes no shard but the last one.
    """
    shards: dict[str, Shard] = {}
    index: dict[tuple[str, str], Place] = {}
    open_shard = _OpenShard()
    for run in runs:
        pieces: dict[str, list[Piece]] = {}
        for stretch in run.detail:
            shard = script([stretch.text])
            shards[shard.name] = shard
            piece = Piece(shard.name, 0, stretch.first, stretch.rows, stretch.steps, stretch.times)
            pieces.setdefault(stretch.metric, []).append(piece)
        for blob in run.overview:
            if open_shard.size and open_shard.size + len(blob.text) > SMALL:
                open_shard.close(shards, index)
                open_shard = _OpenShard()
            for metric in blob.keys:
                open_shard.add((run.run, metric), run.points[metric], tuple(pieces.get(metric, ())))
            open_shard.texts.append(blob.text)
    open_shard.close(shards, index)
    return Packed(tuple(shards.values()), index)


def encode(series: Sequence[SeriesData]) -> str:
    """A blob of these series, as base64."""
    columns = _Columns()
    layout = [
        [columns.add_steps(data.steps), columns.add_times(data.times), columns.add_values(data.values)]
        for data in series
    ]
    header = json.dumps({"columns": columns.described, "series": layout}, separators=(",", ":")).encode()
    raw = b"".join([struct.pack("<I", len(header)), header, *columns.bytes])
    return base64.b64encode(zlib.compress(raw, 6)).decode("ascii")


@dataclass(slots=True)
class _OpenShard:
    """A shard that still takes blobs."""

    texts: list[str] = field(default_factory=list)
    waiting: list[tuple[tuple[str, str], int, tuple[Piece, ...]]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(map(len, self.texts))

    def add(self, key: tuple[str, str], points: int, detail: tuple[Piece, ...]) -> None:
        self.waiting.append((key, points, detail))

    def close(self, shards: dict[str, Shard], index: dict[tuple[str, str], Place]) -> None:
        if not self.texts:
            return
        shard = script(self.texts)
        shards[shard.name] = shard
        for slot, (key, points, detail) in enumerate(self.waiting):
            index[key] = Place(shard.name, slot, points, detail)


def script(texts: Sequence[str]) -> Shard:
    """A data script with these texts, each base64 of something deflated."""
    body = json.dumps(list(texts), separators=(",", ":"))
    key = hashlib.sha256(body.encode()).hexdigest()[:16]
    return Shard(f"{key}.js", f'runfolio.add("{key}",{body});\n'.encode())


def _detail_blob(metric: str, data: SeriesData, first: int) -> DetailBlob:
    part = data.take(slice(first, first + DETAIL))
    return DetailBlob(
        encode([part]),
        metric,
        first,
        len(part),
        (int(part.steps.min()), int(part.steps.max())),
        (int(part.times.min() // 1000), int(part.times.max() // 1000)),
    )


def _split(series: list[tuple[str, SeriesData]]) -> list[list[tuple[str, SeriesData]]]:
    """Neighbouring series in groups of at most `LARGE` bytes before deflating, a single one maybe more."""
    groups: list[list[tuple[str, SeriesData]]] = []
    size = 0
    for item in series:
        weight = 12 * len(item[1])  # bytes: step, time and value of a point, as a rule
        if not groups or size + weight > LARGE:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += weight
    return groups


class _Columns:
    """The columns of a blob while it is made: equal ones are stored once."""

    def __init__(self) -> None:
        self.described: list[Column] = []
        self.bytes: list[bytes] = []
        self._known: dict[tuple[str, bytes], int] = {}
        self._full_times: tuple[int, Ints] | None = None  # the last times that were not coded over others

    def add_steps(self, steps: Ints) -> int:
        known = self._known.get(("step", steps.tobytes()))
        if known is None:
            known = self._known["step", steps.tobytes()] = self._whole(steps)
        return known

    def add_times(self, times_us: Ints) -> int:
        times = times_us // 1000
        key = ("time", times.tobytes())
        known = self._known.get(key)
        if known is None:
            known = self._over_times(times)
            if known is None:
                known = self._whole(times)
                self._full_times = (known, times)
            self._known[key] = known
        return known

    def add_values(self, values: Floats) -> int:
        key = ("value", values.tobytes())
        known = self._known.get(key)
        if known is None:
            small = _as_f32(values)
            if small is None:
                known = self._add({"kind": "f64", "n": len(values)}, values.astype("<f8"))
            else:
                known = self._add({"kind": "f32", "n": len(values)}, small)
            self._known[key] = known
        return known

    def _whole(self, numbers: Ints) -> int:
        """Whole numbers: a range, else differences of 32 bits, else (huge ones) plain numbers."""
        count = len(numbers)
        first = int(numbers[0])
        low, high = int(numbers.min()), int(numbers.max())
        if max(abs(low), abs(high)) > 2**53:  # the browser's numbers are no longer exact there
            return self._add({"kind": "f64", "n": count}, numbers.astype("<f8"))
        gaps = np.diff(numbers)
        if not len(gaps) or (gaps == gaps[0]).all():
            by = int(gaps[0]) if len(gaps) else 0
            return self._add({"kind": "range", "n": count, "first": first, "by": by}, None)
        if np.abs(gaps).max() < 2**31:
            return self._add({"kind": "delta", "n": count, "first": first}, _deltas(gaps))
        return self._add({"kind": "f64", "n": count}, numbers.astype("<f8"))

    def _over_times(self, times: Ints) -> int | None:
        """Times of points logged one call after another differ by next to nothing: store that."""
        if self._full_times is None or len(self._full_times[1]) != len(times):
            return None
        base, full = self._full_times
        apart = times - full
        if np.abs(apart).max() >= 2**31 or np.abs(apart).sum() >= np.abs(np.diff(times)).sum():
            return None
        return self._add({"kind": "over", "n": len(times), "base": base}, apart.astype("<i4"))

    def _add(self, described: Column, column: npt.NDArray[np.generic] | None) -> int:
        self.described.append(described)
        if column is not None:
            width = column.dtype.itemsize
            self.bytes.append(column.view(np.uint8).reshape(-1, width).T.tobytes())
        return len(self.described) - 1


def _deltas(gaps: Ints) -> npt.NDArray[np.int32]:
    return np.concatenate([[0], gaps]).astype("<i4")


def _as_f32(values: Floats) -> npt.NDArray[np.float32] | None:
    """The values with half the bytes, or None when a chart would show the difference."""
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore", under="ignore"):
        small = values.astype("<f4")
        rounded = finite.astype(np.float32).astype(np.float64)
    if not len(finite):
        return small
    size = np.abs(finite)
    if size.max() > np.finfo(np.float32).max or (size[size > 0] < np.finfo(np.float32).tiny).any():
        return None
    reach = float(np.ptp(finite / 2)) * 2 if size.max() < 1e300 else np.inf
    return small if float(np.abs(rounded - finite).max()) <= 1e-3 * reach else None
