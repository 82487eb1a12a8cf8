"""Encodings: the text of a file that does not say how it is written.

UTF-8, or UTF-16 or UTF-32 where their marks stand at the beginning. Else Windows-1252, which has the letters
of Latin-1: what spreadsheets of western Europe write. Where that is taken, the reader is told, for no byte
proves it. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # all but blanks, line ends and escape
_BROKEN = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and how it was read."""

    text: str
    note: str = ""  # for the reader, where it was not UTF-8


def decoded(data: bytes) -> Decoded | None:
    """The text of a file; None when it is none."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):  # of UTF-16 the first would begin with a zero
        return Decoded(data.decode("utf-32", "replace"), "Read as UTF-32.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Decoded(data.decode("utf-16", "replace"), "Read as UTF-16.")
    if b"\0" in data:
        return None
    try:
        return Decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _guessed(data)


def _guessed(data: bytes) -> Decoded | None:
    """What is no UTF-8: Windows-1252, or UTF-8 with broken bytes."""
    text = data.decode("utf-8", "replace")
    broken = text.count(_BROKEN)
    if broken * 4 >= len(text):
        return None
    foreign = len(text) - len(text.encode("ascii", "ignore")) - broken
    if foreign < broken:  # where both were letters of UTF-8, most of them would be whole
        try:
            western = data.decode("cp1252")
        except UnicodeDecodeError:
            western = "\0"
        if not _CONTROL.search(western):
            return Decoded(western, "Not UTF-8: read as Windows-1252.")
    return Decoded(text.removeprefix("\ufeff"), f"Bytes that are no UTF-8 are shown as {_BROKEN}.")
