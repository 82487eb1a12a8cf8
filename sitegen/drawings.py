"""Drawings: whether an SVG is one that browsers draw, and why not.

As an image it must be well-formed XML whose root is `svg` in SVG's namespace: at the first slip a browser
shows nothing of it. Browsers read it as UTF-8 whatever it declares, or as UTF-16 by its mark. Entities of its
own, which could make much of little, are refused. Pure.
"""

from __future__ import annotations

from xml.parsers import expat

from . import numbers

LARGEST = 256 * 1024  # bytes, which the page itself holds
_ROOT = "http://www.w3.org/2000/svg svg"


class _Undrawn(Exception):
    """Why, in words."""


def undrawn(data: bytes) -> str:
    """Why a file is no drawing that a page can show, in words; "" for one that is."""
    if len(data) > LARGEST:
        return f"it is larger than {numbers.byte_size(LARGEST)}"
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    parser = expat.ParserCreate(None if wide else "utf-8", namespace_separator=" ")
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


def _defines(*_: object) -> None:
    raise _Undrawn("it defines entities")


def _lacks(*_: object) -> None:
    raise _Undrawn("it names an entity that it does not define")
