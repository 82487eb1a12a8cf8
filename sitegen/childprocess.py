"""A process of its own for files that decoders might die of: what users logged, and what others published.

A Parquet or Arrow file can be made to take all memory, or to kill the process that decodes it. So that it
costs only itself, one child with bounded memory decodes, and another takes its place when it dies or takes
too long. It starts with the first file; who asks for nothing starts none.

    both ways    a line of JSON, an object with the size of what follows as "size"; then so many bytes

Left of here nobody knows what is asked: `sitegen.tableprocess` and `sitegen.dataprocess` do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

Said: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = "tuple[dict[str, Any], bytes]"

_MEMORY = 4 * 1024**3  # bytes of addresses; decoders reserve more than they use


class TookTooMuch(Exception):
    """The child died or took too long, so what it was asked for takes too much time or memory."""


class Child:
    """A child process that answers one question after the other.

    Args:
        module: of this package, run as a program; it calls `serve`.
        seconds: that an answer may take.
    """

    def __init__(self, module: str, seconds: float) -> None:
        self._module = module
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._ending: weakref.finalize[[subprocess.Popen[bytes]], Child] | None = None

    def ask(self, question: Said, content: bytes) -> Answer:
        """What the child answers.

        Raises: TookTooMuch.
        """
        if self._process is None:
            self._process = _started(self._module)
            self._ending = weakref.finalize(self, _ended, self._process)
        process = self._process
        late = threading.Timer(self._seconds, process.kill)
        late.start()
        answer = None
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(OSError):  # it died: there will be no answer
                send(process.stdin, question, content)
            answer = receive(process.stdout)
        finally:
            late.cancel()
            if answer is None:
                self.end()
        if answer is None:
            raise TookTooMuch("reading it took too much time or memory")
        return answer

    def end(self) -> None:
        """End the child; the next question starts another."""
        self._process = None
        if self._ending is not None:
            self._ending()
            self._ending = None


def serve(answer: Callable[[Said, bytes], tuple[Said, bytes]]) -> None:
    """The child: answers until the pipe ends."""
    with suppress(ImportError, ValueError):  # Windows has no limits of this kind; here they may be tighter
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while asked := receive(source):
        try:
            send(sink, *answer(*asked))
        except MemoryError:
            send(sink, {"problem": "reading it took too much memory"}, b"")


def send(pipe: BinaryIO | Any, said: Said, content: bytes) -> None:
    """One question or answer."""
    pipe.write(json.dumps({**said, "size": len(content)}).encode() + b"\n")
    pipe.write(content)
    pipe.flush()


def receive(pipe: BinaryIO | Any) -> Answer | None:
    """One question or answer; None when the pipe ended before it did."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        return None
    said = json.loads(line)
    content = pipe.read(said["size"])
    return (said, content) if len(content) == said["size"] else None


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()


def _started(module: str) -> subprocess.Popen[bytes]:
    """A child that finds this package where this process did, and nothing in the current folder."""
    package = str(Path(__file__).resolve().parent.parent)
    ways = [package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"{__package__}.{module}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(ways), "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
