"""Rasters: whether bytes are the picture that their name says, and how large it is. Nothing is decoded.

A file is shown as a picture only when its first bytes say so, too: an HTML page called `.png` is none. The
size lets a page keep the place of a picture free, and a picture that claims too many pixels is left to
nobody's browser. Pure.

Sources: PNG 3rd edition, section 11.2.1; GIF89a, section 18; ITU-T T.81, annex B; RFC 9649 (WebP).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MOST_PIXELS = 50_000_000  # 200 MB when decoded


@dataclass(frozen=True, slots=True)
class Raster:
    """What the head of a picture's file says."""

    extension: str  # "png", "jpg", "gif" or "webp"
    width: int  # pixels
    height: int  # pixels


def measured(data: bytes) -> Raster | None:
    """Format and size of a picture; None when it is none of these, or claims no or too many pixels."""
    found = _png(data) or _gif(data) or _jpeg(data) or _webp(data)
    if found is None or not 0 < found.width * found.height <= MOST_PIXELS:
        return None
    return found


def _png(data: bytes) -> Raster | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return Raster("png", *struct.unpack_from(">II", data, 16))


def _gif(data: bytes) -> Raster | None:
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 10:
        return None
    return Raster("gif", *struct.unpack_from("<HH", data, 6))


def _jpeg(data: bytes) -> Raster | None:
    """Walks the segments to the one that starts a frame."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # filler
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Raster("jpg", width, height)
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _webp(data: bytes) -> Raster | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    chunk = data[12:16]
    if chunk == b"VP8X":
        return Raster(
            "webp", 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        )
    if chunk == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return Raster("webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return Raster("webp", width & 0x3FFF, height & 0x3FFF)
    return None
