"""FORMAT: one fact as one line of text, and back.

A fact is anything said of a run or an experiment that is not a point. Its line is the CRC-32 of what
follows in 8 hex digits, a space, a JSON object, a line feed:

    6d98d604 {"time":1795378838177123,"kind":"param","key":"depth","value":6}

`time` is microseconds since the epoch, UTC. `value` is JSON; the three floats that JSON lacks are
objects, `{"float": "nan" | "inf" | "-inf"}`, so that a value keeps its type. No I/O here.
"""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass
from typing import TypeAlias

_JSON = json.JSONDecoder()

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing said of a run or an experiment."""

    time: int  # microseconds since the epoch, UTC; within one file strictly ascending
    kind: str  # "param", "tag", "status", …; kinds that a reader does not know are passed over
    key: str  # which param, tag, …; "" where a run has only one
    value: JsonValue


class DamagedLine(ValueError):
    """A line that is no fact: its CRC or its shape is wrong."""


def encode(fact: Fact) -> bytes:
    """The line of `fact`, with its line feed. Lone surrogates become JSON escapes."""
    record = {"time": fact.time, "kind": fact.kind, "key": fact.key, "value": _to_json(fact.value)}
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    body = text.encode("utf-8", "backslashreplace")
    return b"%08x %s\n" % (zlib.crc32(body), body)


def decode(line: bytes) -> Fact:
    """The fact of a whole line, with or without its line feed.

    Raises: DamagedLine: the CRC does not match, or what it covers is not a fact.
    """
    line = line.removesuffix(b"\n")
    body = line[9:]
    if line[:9] != b"%08x " % zlib.crc32(body):
        raise DamagedLine("its checksum does not match")
    try:
        record = _JSON.decode(body.decode())
        time, kind, key, value = record["time"], record["kind"], record["key"], record["value"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DamagedLine("it is not a fact") from error
    if type(time) is not int or not isinstance(kind, str) or not isinstance(key, str):
        raise DamagedLine("it is not a fact")
    return Fact(time, kind, key, _from_json(value) if b'"float"' in body else value)


def _to_json(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": "nan" if value != value else "inf" if value > 0 else "-inf"}
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_json(item) for item in value]
    return value


def _from_json(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        if len(value) == 1 and value.get("float") in ("nan", "inf", "-inf"):
            return float(str(value["float"]))
        return {key: _from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_from_json(item) for item in value]
    return value
