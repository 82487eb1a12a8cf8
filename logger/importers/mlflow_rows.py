"""The rows of a SQLite database that is only read: where to open it, and what of it can still be read.

A database in its usual mode is opened read only in its place, short statement by short statement, so a server
that writes to it goes on; one that keeps a log beside it (or was killed in the middle of a write) is copied
first, for SQLite would otherwise touch files there. Of one that lacks its end, as a half-finished copy does,
and of damaged pages the rows before the damage are taken, and that there were more is said.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..foldfacts import clean_text
from .imported import Fault

Row = dict[str, Any]

_MAGIC = b"SQLite format 3\x00"
_WAL = 2  # at byte 18 of the file: it keeps a write-ahead log
_PATIENCE = 30  # seconds that a statement waits for somebody who writes


class Rows:
    """A database, opened when the first row is asked for; pickled, it is opened anew.

    Args:
        uri: where, as SQLite takes it; never to be written to.
        name: as problems call it.
        missing: that it lacks its end, in words; empty when it does not.
    """

    def __init__(self, uri: str, name: str, missing: str) -> None:
        self._uri = uri
        self._name = name
        self.missing = missing
        self._db: sqlite3.Connection | None = None
        self.columns: dict[str, set[str]] = {}  # by table

    def __reduce__(self) -> tuple[Any, ...]:
        return _reopened, (self._uri, self._name, self.missing, self.columns)

    def open(self) -> Rows:
        """Find out which tables there are. Raises: sqlite3.Error."""
        database = self._database()
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            quoted = table.replace('"', '""')
            self.columns[table] = {row[1] for row in database.execute(f'PRAGMA table_info("{quoted}")')}
        return self

    def select(self, sql: str, values: Sequence[str], faults: list[Fault]) -> Iterator[Row]:
        """Rows by the names of their columns."""
        names: list[str] = []
        for row in self._rows(sql, values, faults, names):
            yield dict(zip(names, row, strict=True))

    def tuples(
        self, sql: str, values: Sequence[str], faults: list[Fault], *, as_bytes: bool = False
    ) -> list[tuple[Any, ...]]:
        """Rows as they are; `as_bytes` leaves texts undecoded."""
        self._database().text_factory = bytes if as_bytes else _decoded
        try:
            return list(self._rows(sql, values, faults, []))
        finally:
            self._database().text_factory = _decoded

    def table(
        self, table: str, faults: list[Fault], where: tuple[str, str] | None = None, order: str = "rowid"
    ) -> Iterator[Row]:
        """All rows of a table, or those with a value in a column; none when there is no such table."""
        if table not in self.columns:
            return iter(())
        condition = f"WHERE {where[0]} = ?" if where else ""
        sql = f"SELECT * FROM {table} {condition} ORDER BY {order}"
        return self.select(sql, () if where is None else (where[1],), faults)

    def close(self) -> None:
        """Close the database."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _database(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = sqlite3.connect(self._uri, uri=True, timeout=_PATIENCE)
            self._db.text_factory = _decoded
            if self.missing:  # else SQLite refuses to look at what is there
                self._db.execute("PRAGMA writable_schema = on")
        return self._db

    def _rows(
        self, sql: str, values: Sequence[str], faults: list[Fault], names: list[str]
    ) -> Iterator[tuple[Any, ...]]:
        """Rows that come before damage count; that there were more is said."""
        try:
            cursor = self._database().execute(sql, tuple(values))
            names += [column[0] for column in cursor.description]
            yield from cursor
        except sqlite3.Error as error:
            table = sql.split(" FROM ")[1].split()[0]
            faults.append(Fault(f"{self._name}/{table}", f"cannot be read to its end: {error}"))


def rows_of(path: Path, copies: contextlib.ExitStack) -> Rows:
    """The rows of the database at `path`.

    Args:
        copies: removes the copy, if one has to be made.
    Raises: sqlite3.Error, OSError: it cannot be opened.
    """
    name = clean_text(path.name)
    path = path.resolve()
    has_log = _head(path)[18:19] == bytes([_WAL])
    left = [other for end in ("journal", "wal") if _size(other := path.with_name(f"{path.name}-{end}"))]
    missing = "" if left else missing_end(path)  # somebody who writes may be about to lengthen it
    if not has_log:
        with contextlib.suppress(sqlite3.OperationalError):
            return Rows(_uri(path), name, missing).open()
    if not has_log and not left:  # a file system without locks
        return Rows(f"{_uri(path)}&immutable=1", name, missing).open()
    folder = Path(copies.enter_context(tempfile.TemporaryDirectory(prefix="runfolio-mlflow-")))
    for file in [*left, path]:  # the log first: what it lacks then, the database has
        shutil.copyfile(file, folder / file.name)
    copy = folder / path.name
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(copy)) as database:
        database.execute("PRAGMA journal_mode = delete")  # what the log holds goes into the copy
    return Rows(_uri(copy), name, missing_end(copy)).open()


def tables_of(path: Path) -> set[str] | None:
    """The tables of a SQLite database; None when they cannot be read, or it is none.

    Raises: OSError: nor can the file.
    """
    if not _head(path).startswith(_MAGIC):
        return None
    rows = Rows(f"{_uri(path.resolve())}&immutable=1", path.name, missing_end(path))
    with contextlib.closing(rows), contextlib.suppress(sqlite3.Error):
        return set(rows.open().columns)
    return None


def missing_end(path: Path) -> str:
    """That a SQLite database lacks its end, in words; empty when it does not.

    Raises: OSError: it cannot be read.
    Source: https://www.sqlite.org/fileformat.html, section 1.3
    """
    head, size = _head(path), path.stat().st_size
    if len(head) < 100 or not head.startswith(_MAGIC) or head[24:28] != head[92:96]:
        return ""
    page = int.from_bytes(head[16:18], "big")
    whole = int.from_bytes(head[28:32], "big") * (65_536 if page == 1 else page)
    return f"is cut short: {size:,} of {whole:,} bytes are there" if size < whole else ""


def _reopened(uri: str, name: str, missing: str, columns: dict[str, set[str]]) -> Rows:
    rows = Rows(uri, name, missing)
    rows.columns = columns
    return rows


def _uri(path: Path) -> str:
    return f"file:{quote(path.as_posix())}?mode=ro"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(100)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")
