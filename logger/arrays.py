"""Arrays: small Arrow arrays and scalars of Python values, made from their bytes.

`pa.array`, `pa.scalar` and a comparison with a plain number import pandas first, where it is installed: a
third of a second at the end of a run, and an error in a run that ends while the interpreter shuts down.
So the paths of writing, sealing and reading points take their constants from here.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import pyarrow as pa


def numbers(kind: pa.DataType, values: Iterable[float]) -> pa.Array:
    """An array of a type whose cells are 32 or 64 bits: an integer, a float or a timestamp."""
    code = "d" if pa.types.is_floating(kind) else "i" if kind.bit_width == 32 else "q"
    cells = array(code, values)
    return pa.Array.from_buffers(kind, len(cells), [None, pa.py_buffer(cells)])


def texts(values: Iterable[str]) -> pa.Array:
    """An array of strings."""
    encoded = [value.encode() for value in values]
    offsets = array("i", [0])
    for text in encoded:
        offsets.append(offsets[-1] + len(text))
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def number(kind: pa.DataType, value: float) -> pa.Scalar:
    """One value of such a type."""
    return numbers(kind, [value])[0]


def fixed_bytes(value: bytes) -> pa.Scalar:
    """Bytes to compare cells of the same length with."""
    return pa.Array.from_buffers(pa.binary(len(value)), 1, [None, pa.py_buffer(value)])[0]


def no() -> pa.Scalar:
    """False."""
    return pa.Array.from_buffers(pa.bool_(), 1, [None, pa.py_buffer(b"\0")])[0]


def no_rows(schema: pa.Schema) -> pa.Table:
    """A table without rows."""
    return pa.Table.from_batches([], schema=schema)
