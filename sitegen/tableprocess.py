"""Table process: the first rows of tables that users logged, decoded in a process of its own."""

from __future__ import annotations

from dataclasses import asdict
from types import TracebackType

from .childprocess import Answer, Child, Said, TookTooMuch, serve
from .datatables import DataTable, NoTable, read_table

_SECONDS = 30.0


class TableProcess:
    """Reads tables in a child process; a context manager that ends it."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._child = Child("tableprocess", seconds)

    def __enter__(self) -> TableProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.end()

    def read(self, data: bytes, extension: str) -> DataTable:
        """The first rows of a table.

        Raises: NoTable: it is none, or reading it took too much.
        """
        try:
            found, _ = self._child.ask({"extension": extension}, data)
        except TookTooMuch as error:
            raise NoTable(str(error)) from None
        if "problem" in found:
            raise NoTable(found["problem"])
        return DataTable(**found["table"])


def _answer(asked: Said, data: bytes) -> Answer:
    try:
        return {"table": asdict(read_table(data, asked["extension"]))}, b""
    except NoTable as error:
        return {"problem": str(error)}, b""


if __name__ == "__main__":
    serve(_answer)
