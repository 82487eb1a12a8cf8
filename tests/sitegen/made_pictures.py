"""Whole pictures, small and made piece by piece, with or without what cameras write beside them."""

from __future__ import annotations

import struct
import zlib

TELLING = b"GPS 52.5N 13.4E by Ann at annlogin-laptop"  # what no published picture may hold


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*extra: bytes, width: int = 30, height: int = 20) -> bytes:
    """A black PNG; `extra` chunks stand behind its head."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = zlib.compress(b"".join(b"\0" + bytes(width) for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
PROFILE = segment(0xE2, b"ICC_PROFILE\0\1\1profile")
ADOBE = segment(0xEE, b"Adobe\0d\0\0\0\0\1")


def jpeg(*extra: bytes, trailer: bytes = b"") -> bytes:
    """A JPEG of two scans as far as its pieces go; `extra` segments stand behind its first."""
    frame = segment(0xC2, b"\x08" + struct.pack(">HH", 20, 30) + b"\1\1\x11\0")
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"pix\xff\0els\xff\xd0more\xff\0"
    tables = segment(0xDB, bytes(65)) + segment(0xC4, bytes(20))
    return (
        b"\xff\xd8" + JFIF + b"".join(extra) + tables + frame + scan + tables + scan + b"\xff\xd9" + trailer
    )


def webp(*extra: tuple[bytes, bytes], flags: int = 0) -> bytes:
    """A WebP of the extended form; `extra` pieces stand at its end."""
    pieces = [(b"VP8X", bytes([flags, 0, 0, 0]) + (29).to_bytes(3, "little") + (19).to_bytes(3, "little"))]
    pieces += [(b"VP8L", b"\x2f" + (29 | 19 << 14).to_bytes(4, "little") + b"pix"), *extra]
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in pieces
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def block(data: bytes) -> bytes:
    return bytes([len(data)]) + data + b"\0"


LOOP = b"\x21\xff" + bytes([11]) + b"NETSCAPE2.0" + block(b"\1\0\0")


def gif(*extra: bytes, trailer: bytes = b"") -> bytes:
    """A GIF of one frame; `extra` extensions stand before it."""
    head = b"GIF89a" + struct.pack("<HH", 30, 20) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    frame = (
        b"\x21\xf9\4\0\0\0\0\0"
        + b"\x2c"
        + struct.pack("<HHHH", 0, 0, 30, 20)
        + b"\x80"
        + bytes(6)
        + b"\2"
        + block(b"pix")
    )
    return head + b"".join(extra) + frame + b"\x3b" + trailer
