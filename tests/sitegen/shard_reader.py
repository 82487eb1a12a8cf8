"""Reads shards back in Python, from the description in `sitegen.shards` alone."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib

import numpy as np


def read_shard(data: bytes) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The series of a shard by slot: steps, times in ms, values."""
    match = re.fullmatch(r'runfolio\.add\("([0-9a-f]{16})",(\[.*\])\);\n', data.decode("ascii"))
    return [series for text in json.loads(match[2]) for series in read_blob(text)]


def read_blob(text: str) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    raw = zlib.decompress(base64.b64decode(text))
    (length,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + length])
    columns = []
    at = 4 + length
    for column in header["columns"]:
        kind, count = column["kind"], column["n"]
        if kind == "range":
            columns.append(column["first"] + column["by"] * np.arange(count, dtype=np.float64))
            continue
        width = 8 if kind == "f64" else 4
        stored = np.frombuffer(raw[at : at + width * count], np.uint8).reshape(width, -1).T.copy()
        at += width * count
        numbers = stored.view({"f64": "<f8", "f32": "<f4"}.get(kind, "<i4"))[:, 0].astype(np.float64)
        if kind == "delta":
            numbers = column["first"] + np.cumsum(numbers)
        elif kind == "over":
            numbers = columns[column["base"]] + numbers
        columns.append(numbers)
    assert at == len(raw)
    return [tuple(columns[number] for number in numbers) for numbers in header["series"]]
