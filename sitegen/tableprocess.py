"""A process of its own for files that decoders might die of: tables that users logged.

A Parquet or Arrow file can be made to take all memory, or to kill the process that decodes it. So that it
costs only itself, one child with bounded memory reads all of a build's tables, and another takes its place
when it dies or takes too long. It starts with the first table; a build without any starts none.

    to the child     a line of JSON {"extension", "size"}, then `size` bytes
    from the child   a line of JSON: a `DataTable`, or {"problem"}
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from .datatables import DataTable, NoTable, read_table

_MEMORY = 4 * 1024**3  # bytes of addresses; decoders reserve more than they use
_SECONDS = 30.0


class TableProcess:
    """Reads tables in a child process; a context manager that ends it."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._seconds = seconds

    def __enter__(self) -> TableProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, data: bytes, extension: str) -> DataTable:
        """The first rows of a table.

        Raises: NoTable: it is none, or reading it took too much.
        """
        if self._child is None:
            self._child = _started()
        child = self._child
        late = threading.Timer(self._seconds, child.kill)
        late.start()
        answer = b""
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            header = json.dumps({"extension": extension, "size": len(data)}).encode()
            with suppress(OSError):  # it died: there will be no answer
                child.stdin.write(header + b"\n" + data)
                child.stdin.flush()
            answer = child.stdout.readline()
        finally:
            late.cancel()
            if not answer.endswith(b"\n"):
                self._end()
        if not answer.endswith(b"\n"):
            raise NoTable("reading it took too much time or memory")
        found = json.loads(answer)
        if "problem" in found:
            raise NoTable(found["problem"])
        return DataTable(**found)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        child.wait()


def _started() -> subprocess.Popen[bytes]:
    """A child that finds this package where this process did, and nothing in the current folder."""
    package = str(Path(__file__).resolve().parent.parent)
    ways = [package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"{__package__}.tableprocess"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(ways), "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )


def _serve(source: BinaryIO, sink: BinaryIO) -> None:
    """The child: answers until the pipe ends."""
    with suppress(ImportError, ValueError):  # Windows has no limits of this kind; here they may be tighter
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    while line := source.readline():
        asked = json.loads(line)
        data = source.read(asked["size"])
        try:
            answer = asdict(read_table(data, asked["extension"]))
        except NoTable as error:
            answer = {"problem": str(error)}
        except MemoryError:
            answer = {"problem": "reading it took too much memory"}
        sink.write(json.dumps(answer).encode() + b"\n")
        sink.flush()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
