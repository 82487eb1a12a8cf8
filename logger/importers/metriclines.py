"""MLflow's metric files: lines of `time value step`, to tables of points and back to what was wrong.

Times are milliseconds. Old files lack the step, which is 0 then; newer ones may add the name and digest of a
dataset. A line without its line feed was cut short and may be another number than was logged, so it does
not count. All files of a run are parsed in one go; only where that fails, line by line. No I/O here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from .. import schema

LATEST_MS = 253_402_300_799_000  # year 9999
_MOST_LISTED = 3  # damaged lines of one file that are named
_READ = {"time": pa.int64(), "value": pa.float64(), "step": pa.int64()}
_PARSE = csv.ParseOptions(delimiter=" ", quote_char=False, ignore_empty_lines=False)
_CONVERT = csv.ConvertOptions(column_types=_READ, null_values=[], strings_can_be_null=False)

Damage = tuple[int, str]  # offset in bytes, and what is wrong there


def parse_files(files: Mapping[str, bytes]) -> tuple[dict[str, pa.Table], dict[str, list[Damage]]]:
    """The points of metric files, tables of schema.HISTORY in the order of lines, and the damage of each."""
    whole = _parse_plain(b"".join(files.values()))
    if whole is not None:
        tables, at = {}, 0
        for name, data in files.items():
            rows = data.count(b"\n")
            tables[name] = whole.slice(at, rows)
            at += rows
        if at == whole.num_rows and all(data[-1:] == b"\n" for data in files.values()):
            return tables, {}
    tables, damages = {}, {}
    for name, data in files.items():
        table = _parse_plain(data)
        if table is None:
            table, found = _parse_lines(data)
            if found:
                damages[name] = found
        tables[name] = table
    return tables, damages


def history(steps: list[int], times_ms: list[int], values: list[float]) -> pa.Table:
    """Points as a table of schema.HISTORY."""
    times = pc.multiply(pa.array(times_ms, pa.int64()), 1000)
    columns = [pa.array(steps, pa.int64()), times.cast(schema.TIME), pa.array(values, pa.float64())]
    return pa.Table.from_arrays(columns, schema=schema.HISTORY)


def good_time(time_ms: int) -> bool:
    """Whether a time is one that can be shown: from 1970 to the year 9999."""
    return 0 <= time_ms <= LATEST_MS


def good_step(step: int) -> bool:
    """Whether a step fits into our 64 bits."""
    return -(2**63) < step < 2**63


def _parse_plain(data: bytes) -> pa.Table | None:
    """The points when every line is `time value step`; None for anything else."""
    if data[-1:] != b"\n" or b"\r" in data or b"\x00" in data or b"\n\n" in data or data[:1] == b"\n":
        return None
    options = csv.ReadOptions(column_names=list(_READ), use_threads=False, block_size=max(len(data), 1))
    try:
        table = csv.read_csv(pa.py_buffer(data), options, _PARSE, _CONVERT)
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    if table.num_rows != data.count(b"\n"):
        return None
    times = pc.min_max(table["time"]).as_py()
    if times["min"] < 0 or times["max"] > LATEST_MS or pc.min(table["step"]).as_py() == schema.NO_INT:
        return None
    table = table.combine_chunks()
    columns = [table["step"], pc.multiply(table["time"], 1000).cast(schema.TIME), table["value"]]
    return pa.Table.from_arrays(columns, schema=schema.HISTORY)


def _parse_lines(data: bytes) -> tuple[pa.Table, list[Damage]]:
    steps, times, values = [], [], []
    damages: list[Damage] = []
    for offset, line in _lines(data):
        try:
            time_ms, value, step = _point(line)
        except ValueError as error:
            damages.append((offset, str(error)))
        else:
            times.append(time_ms)
            values.append(value)
            steps.append(step)
    more = len(damages) - _MOST_LISTED
    if more > 0:
        damages = [*damages[:_MOST_LISTED], (damages[_MOST_LISTED][0], f"and {more:,} more lines like these")]
    return history(steps, times, values), damages


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines and where they begin, with their line feeds; empty ones are left out."""
    at = 0
    for line in data.split(b"\n"):
        end = at + len(line) + 1
        if line.strip(b"\r "):
            yield at, line + b"\n" if end <= len(data) else line
        at = end


def _point(line: bytes) -> tuple[int, float, int]:
    if b"\x00" in line:
        raise ValueError("a line holds zero bytes, as a power cut leaves them")
    if not line.endswith(b"\n"):
        raise ValueError("the last line is cut short: its point was left out")
    words = line.split()
    if len(words) not in (2, 3) and len(words) < 5:
        raise ValueError(f"a line has {len(words)} words instead of time, value and step")
    try:
        time_ms = int(words[0])
        value = float(words[1])
        if b"_" in words[0] + words[1]:
            raise ValueError
    except ValueError:
        raise ValueError("a line is no time and value") from None
    if not good_time(time_ms):
        raise ValueError(f"the time of a point, {time_ms}, is in no year from 1970 to 9999 as milliseconds")
    return time_ms, value, _step(words[2]) if len(words) > 2 else 0


def _step(word: bytes) -> int:
    try:
        step = int(word)
    except ValueError:
        try:
            number = float(word)
        except ValueError:
            raise ValueError("a line has a step that is no number") from None
        if not number.is_integer():
            shown = word.decode("ascii", "replace")
            raise ValueError(f"a point has the step {shown}; steps are whole numbers") from None
        step = int(number)
    if not good_step(step):
        raise ValueError("a point has a step beyond 64 bits")
    return step
