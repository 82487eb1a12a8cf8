"""Drawings: whether an SVG is one that browsers draw, and why not.

As an image it must be well-formed XML whose root is `svg` in SVG's namespace: at the first slip a browser
shows nothing of it. Browsers read it as UTF-8 whatever it declares, or as UTF-16 by its mark: one that keeps
to another encoding, which it declares, is first written anew. Entities of its own, which could make much of
little, are refused. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from . import numbers

LARGEST = 256 * 1024  # bytes, which the page itself holds
_ROOT = "http://www.w3.org/2000/svg svg"
_XLINK = "http://www.w3.org/1999/xlink href"
_TAKING = frozenset(f"http://www.w3.org/2000/svg {name}" for name in ("image", "feImage", "use"))
_DECLARED = re.compile(  # encodings of one byte a letter, in all of which ASCII is ASCII
    rb"""(<\?xml[^>]*?\sencoding\s*=\s*["'])(iso-8859-\d{1,2}|windows-125\d|koi8-[ru])(?=["'])""",
    re.IGNORECASE,
)


class _Undrawn(Exception):
    """Why, in words."""


def in_utf8(data: bytes) -> bytes:
    """A file in UTF-8, where it declares another encoding and keeps to that; any other as it is."""
    declared = _DECLARED.match(data)
    if declared is None:
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        try:
            rest = data[declared.end() :].decode(declared[2].decode())
        except (UnicodeDecodeError, LookupError):
            return data
        return declared[1] + b"UTF-8" + rest.encode()
    return data


def undrawn(data: bytes) -> str:
    """Why a file is no drawing that a page can show, in words; "" for one that is."""
    if len(data) > LARGEST:
        return f"it is larger than {numbers.byte_size(LARGEST)}"
    parser = _parser(data)
    parser.EntityDeclHandler = _defines
    parser.SkippedEntityHandler = _lacks

    def root(name: str, _: object) -> None:
        parser.StartElementHandler = None
        if name != _ROOT:
            raise _Undrawn('it does not begin with <svg xmlns="http://www.w3.org/2000/svg">')

    parser.StartElementHandler = root
    try:
        parser.Parse(data, True)
    except _Undrawn as error:
        return str(error)
    except expat.ExpatError as error:
        return f"it is no whole XML: {error}"
    return ""


def taken(data: bytes) -> int:
    """How many pictures and parts a drawing takes from other files: browsers load none for an image."""
    found = 0

    def element(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal found
        address = attributes.get("href", attributes.get(_XLINK, "")).strip()
        if name in _TAKING and address and not address.lower().startswith(("#", "data:")):
            found += 1

    parser = _parser(data)
    parser.StartElementHandler = element
    parser.Parse(data, True)
    return found


def _parser(data: bytes) -> expat.XMLParserType:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return expat.ParserCreate(None if wide else "utf-8", namespace_separator=" ")


def _defines(*_: object) -> None:
    raise _Undrawn("it defines entities")


def _lacks(*_: object) -> None:
    raise _Undrawn("it names an entity that it does not define")
