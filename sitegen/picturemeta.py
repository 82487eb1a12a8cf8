"""Picture metadata: pictures without what cameras and programs wrote beside the pixels.

A file is walked piece by piece, and only pieces on a list are kept, as the bytes they were: those that
decide how the picture looks. Texts, EXIF, XMP, thumbnails, and whatever follows the end of the picture are
left out. Where the walk finds what it does not know how to pass, there is no picture: better none than one
that tells. Pure.

Sources: PNG 3rd edition, section 5; ITU-T T.81, annex B, and T.872; RFC 9649 (WebP); GIF89a, sections 15 to
27.
"""

from __future__ import annotations

_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNKS = frozenset(  # of PNG and its animations
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT".split()
)
_RIFF = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_TELLING = 0x08 | 0x04  # flags of VP8X: there is EXIF, there is XMP
_KEPT_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}  # of JPEG, by how they begin
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # applications of GIF that say how often it is shown


class _Odd(Exception):
    """Something that the walk cannot pass."""


def without_metadata(data: bytes) -> bytes | None:
    """A PNG, JPEG, WebP or GIF without metadata, known by its first bytes; any other file as it is.

    Returns: `data` itself when nothing had to go; None when it is a picture that cannot be walked through.
    """
    try:
        if data.startswith(_PNG):
            kept = _png(data)
        elif data.startswith(b"\xff\xd8"):
            kept = _jpeg(data)
        elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            kept = _webp(data)
        elif data.startswith((b"GIF87a", b"GIF89a")):
            kept = _gif(data)
        else:
            return data
    except (_Odd, IndexError):
        return None
    return data if kept == data else kept


def _png(data: bytes) -> bytes:
    parts, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if end > len(data) or not kind.isalpha():
            break
        if kind in _CHUNKS:
            parts.append(data[at:end])
        elif not kind[0] & 0x20:
            break  # critical, and unknown
        if kind == b"IEND":
            return b"".join(parts)
        at = end
    raise _Odd


def _jpeg(data: bytes) -> bytes:
    parts, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            raise _Odd
        marker = data[at + 1]
        if marker == 0xFF:  # filler
            at += 1
            continue
        if marker == 0xD9:
            return b"".join([*parts, b"\xff\xd9"])
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            raise _Odd
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + size
        if size < 2 or end > len(data):
            raise _Odd
        is_app = 0xE0 <= marker <= 0xEF
        begins = _KEPT_APPS.get(marker)
        if marker != 0xFE and (not is_app or (begins and data.startswith(begins, at + 4))):
            parts.append(data[at:end])
        at = end
        if marker == 0xDA:  # what follows a scan's header is pixels, to the next marker
            at = _end_of_scan(data, at)
            parts.append(data[end:at])


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _Odd
        follows = data[at + 1]
        if follows != 0x00 and not 0xD0 <= follows <= 0xD7:
            return at
        at += 2


def _webp(data: bytes) -> bytes:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise _Odd
    parts, at = [], 12
    while at + 8 <= end:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        after = at + 8 + size + size % 2
        if after > end:
            raise _Odd
        piece = data[at:after]
        if kind == b"VP8X":
            piece = piece[:8] + bytes([piece[8] & ~_TELLING]) + piece[9:]
        if kind in _RIFF:
            parts.append(piece)
        at = after
    if at != end or not parts:
        raise _Odd
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _gif(data: bytes) -> bytes:
    at = 13 + _colours(data[10])
    parts = [data[:at]]
    while True:
        kind = data[at]
        if kind == 0x3B:
            return b"".join([*parts, b"\x3b"])
        if kind == 0x2C:
            end = _blocks_end(data, at + 11 + _colours(data[at + 9]))
            keep = True
        elif kind == 0x21:
            label = data[at + 1]
            end = _blocks_end(data, at + 2)
            keep = label == 0xF9 or (label == 0xFF and data[at + 3 : at + 14] in _LOOPS)
        else:
            raise _Odd
        if keep:
            parts.append(data[at:end])
        at = end


def _colours(packed: int) -> int:
    """Bytes of a table of colours, from the byte that says whether there is one."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1
