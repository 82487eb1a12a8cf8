"""Data process: the tables of a published site, decoded in a process of its own.

Back comes an Arrow stream of what `sitegen.parquet.decode` found good.
"""

from __future__ import annotations

import pyarrow as pa

from .childprocess import Answer, Child, Said, TookTooMuch, serve
from .parquet import BadTable, decode
from .pointgroups import ENCODED, POINTS
from .runtables import TABLES

_SECONDS = 120.0


class DataProcess:
    """Decodes data files in a child process, which ends with this object."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._child = Child("dataprocess", seconds)

    def decode(self, data: bytes, kind: str, rows: int) -> pa.Table:
        """The table in a data file.

        Args:
            kind: which table it should be: one of `runtables.TABLES`, or "points".
            rows: how many it should have.
        Raises: BadTable: it is none, another one, or reading it took too much.
        """
        try:
            found, stream = self._child.ask({"kind": kind, "rows": rows}, data)
        except TookTooMuch as error:
            raise BadTable(str(error)) from None
        if "problem" in found:
            raise BadTable(found["problem"])
        with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
            return reader.read_all()


def decode_kind(data: bytes, kind: str, rows: int) -> pa.Table:
    """The table of a kind in a data file.

    Raises: BadTable.
    """
    if kind == "points":
        return decode(data, POINTS, rows, ENCODED)
    return decode(data, TABLES[kind], rows)


def _answer(asked: Said, data: bytes) -> Answer:
    try:
        table = decode_kind(data, asked["kind"], asked["rows"])
    except BadTable as error:
        return {"problem": str(error)}, b""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks().unify_dictionaries())
    return {}, sink.getvalue().to_pybytes()


if __name__ == "__main__":
    serve(_answer)
