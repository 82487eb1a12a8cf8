"""Files that runs leave: what the store says of them, and the files themselves."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path


def png(red: int, size: int = 80, width: int | None = None) -> bytes:
    """A picture of one colour, square unless it has a width of its own."""
    width = width or size

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, size, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes((red, 80, 160)) * width) * size
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def artifact_facts(files: Mapping[str, bytes]) -> list[tuple[str, str, object]]:
    """The facts that name these files, by path."""
    return [
        ("artifact", path, {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
        for path, data in files.items()
    ]


def write_artifacts(run: Path, files: Mapping[str, bytes]) -> None:
    """Put files into the folder of a run."""
    for path, data in files.items():
        place = run / "artifacts" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
