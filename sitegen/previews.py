"""Previews: what a page shows of a file's content, made from its bytes when the site is built.

Every kind is passive. Text is escaped by the template; Markdown goes through `sitegen.notes`; a picture
must be what its name says; an SVG is shown as an image, where nothing of it runs; an HTML page is shown in
a frame without scripts, below the page's own policy, so it loads nothing either. Of what only reading
reveals, cells of tables and texts of JSON, it is asked whether it is suspect; all else of a file was asked
for before. Pure, but for the decoder of tables and what is suspect, which are handed in.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from logger.factlines import JsonValue

from . import numbers
from .cells import Cell, missing, number_cell, param_cell
from .datatables import DataTable, NoTable
from .drawings import in_utf8, taken, undrawn
from .encodings import decoded
from .filekinds import Kind
from .jsontext import laid_out
from .notes import LONGEST, NO_PICTURES, Pictures, markup
from .passivehtml import is_scripted, is_styled, passive
from .rasters import measured
from .rules import matches
from .safe import Html, clipped
from .urls import Link

FIRST, LAST = 150, 50  # lines of a text: what was said last says how it ended
CHARACTERS = 64 * 1024  # of a text
INLINE = 256 * 1024  # bytes of an HTML file, which the page itself holds
SVG = "data:image/svg+xml;base64,"
_PICTURE = "log a picture of it, too, to show it here"

ReadTable: TypeAlias = Callable[[bytes, str], DataTable]
Suspect: TypeAlias = Callable[[str], str]  # what a text must not be shown for, in words; "" when nothing


@dataclass(frozen=True, slots=True)
class ImagePreview:
    """A picture: a file of the site, or an SVG inside of an address."""

    kind: ClassVar[str] = "image"
    extension: str  # of its copy; "" for one that `source` holds
    source: Link  # "" until its copy has an address
    width: int | None  # pixels; None for an SVG
    height: int | None
    weight: int  # characters that the page gets
    lacks: str = ""  # what of an SVG is missing; "" when nothing


@dataclass(frozen=True, slots=True)
class TablePreview:
    """The first rows of a table."""

    kind: ClassVar[str] = "table"
    names: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str  # how it was read, what is left out, and how much there is
    weight: int


@dataclass(frozen=True, slots=True)
class TextPreview:
    """The beginning of a text, and its end where it has many lines."""

    kind: ClassVar[str] = "text"
    text: str
    note: str  # how it was read, and what is left out
    weight: int


@dataclass(frozen=True, slots=True)
class MarkupPreview:
    """Markdown as markup of ours."""

    kind: ClassVar[str] = "markup"
    html: Html
    weight: int
    source: str  # the Markdown, as far as it is shown
    cut: int  # characters behind it
    note: str  # how it was read


@dataclass(frozen=True, slots=True)
class FramePreview:
    """An HTML page for a frame in which nothing runs and nothing is loaded."""

    kind: ClassVar[str] = "frame"
    source: str
    text: TextPreview  # for readers without scripts
    lacks: str  # what of the page is missing, and what to do; "" when nothing
    weight: int


@dataclass(frozen=True, slots=True)
class NoPreview:
    """Nothing, and why."""

    kind: ClassVar[str] = "none"
    reason: str
    weight: int = 0
    secret: bool = False  # the file must not be published in any form


Preview: TypeAlias = ImagePreview | TablePreview | TextPreview | MarkupPreview | FramePreview | NoPreview


def recognised(text: str) -> str:
    """The first thing in a text that a rule of `sitegen.rules` recognises, in words."""
    return next((match.rule.words for match in matches(text)), "")


def preview_of(
    data: bytes, kind: Kind, extension: str, read_table: ReadTable, suspect: Suspect = recognised
) -> Preview:
    """What a page shows of a file.

    Args:
        data: all of its content.
        extension: of its name, in small letters.
        suspect: is asked of texts that its bytes did not show.
    """
    if not data:
        return NoPreview("empty file")
    if kind == "image":
        return _image(data)
    if kind == "table" and extension not in ("csv", "tsv"):
        return _table(data, extension, read_table, suspect)
    read = decoded(data)
    if read is None:
        return NoPreview("is no text in UTF-8, UTF-16, UTF-32 or Windows-1252")
    text, note = read.text, read.note
    if kind == "table":
        table = _table(text.encode(), extension, read_table, suspect, note)
        if not isinstance(table, NoPreview) or table.secret:
            return table
        return _text(text, f"{note} It {table.reason}.")
    if kind == "svg":
        picture = in_utf8(data)
        fault = undrawn(picture)
        return _text(text, f"{note} Not shown as a picture: {fault}.") if fault else drawing(picture)
    if kind == "html":
        return _page(text, note, len(data))
    if kind == "markdown":
        return marked(text[:LONGEST], max(0, len(text) - LONGEST), note)
    if kind == "json":
        text, fault = laid_out(text)
        note = f"{note} {fault}"
        if text != read.text and (secret := suspect(text)):  # `\\u0040` is a letter now
            return hidden(secret)
    return _text(text, note)


def hidden(what: str) -> NoPreview:
    """Nothing, because of what the file seems to hold."""
    return NoPreview(f"not shown: it seems to hold {what}", secret=True)


def marked(source: str, cut: int, note: str = "", pictures: Pictures = NO_PICTURES) -> MarkupPreview:
    """Markdown of at most `notes.LONGEST` characters, how many were behind it, and how it was read."""
    html = markup(source, cut=cut, pictures=pictures)
    return MarkupPreview(html, len(html.text), source, cut, note)


def drawing(data: bytes) -> ImagePreview:
    """An SVG that is one (`sitegen.drawings`) as an image, where nothing of it runs."""
    source = Link(f"{SVG}{base64.b64encode(data).decode()}")
    missed = taken(data)
    lacks = f"without {numbers.plural(missed, 'part')} that it takes from other files" if missed else ""
    return ImagePreview("", source, None, None, len(source), lacks)


def framed(text: str, beginning: TextPreview, lacks: str) -> FramePreview:
    """An HTML page for a frame without scripts, below a policy; both hold what `passive` may have missed."""
    source = passive(text)
    return FramePreview(source, beginning, lacks, len(source) + beginning.weight)


def tabled(
    names: tuple[str, ...], types: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], note: str
) -> TablePreview:
    """The first rows of a table."""
    weight = sum(len(cell.text) + len(cell.title) + 40 for row in rows for cell in row)
    return TablePreview(names, types, rows, note, weight)


def _page(text: str, note: str, size: int) -> FramePreview | TextPreview:
    """An HTML page in a frame, or its text where it is too large; what is missing is said."""
    scripted = is_scripted(text)
    if size > INLINE:
        why = f"it is larger than {numbers.byte_size(INLINE)}"
        what = f"; its scripts would not run either: {_PICTURE}" if scripted else ""
        return _text(text, f"{note} Not shown as a page: {why}{what}.")
    lacks = []
    if scripted:
        lacks.append(f"Scripts of this page do not run here. What they draw is missing: {_PICTURE}.")
    if is_styled(text):
        lacks.append("Styles of this page are left out: its colours and its layout are missing.")
    return framed(text, _text(text, note), " ".join(lacks))


def _image(data: bytes) -> Preview:
    raster = measured(data)
    if raster is None:
        return NoPreview("is no picture that can be shown")
    return ImagePreview(raster.extension, Link(""), raster.width, raster.height, 200)


def _text(text: str, said: str) -> TextPreview:
    """The beginning of a text, below which is said how it was read, too."""
    lines = text.splitlines()
    note = ""
    left = len(lines) - FIRST - LAST
    if left > 0:
        note = f"The first {FIRST} and the last {LAST} of {numbers.count(len(lines))} lines."
        lines = [*lines[:FIRST], f"⋯ {numbers.count(left)} line{'' if left == 1 else 's'} ⋯", *lines[-LAST:]]
    shown = "\n".join(lines)
    if len(shown) > CHARACTERS:
        shown = text[:CHARACTERS]
        note = f"The first {numbers.count(CHARACTERS)} of {numbers.count(len(text))} characters."
    return TextPreview(shown, f"{said} {note}".strip(), len(shown))


def _table(
    data: bytes, extension: str, read_table: ReadTable, suspect: Suspect, said: str = ""
) -> TablePreview | NoPreview:
    try:
        table = read_table(data, extension)
    except NoTable as error:
        return NoPreview(f"cannot be read as a table: {clipped(str(error))}")
    texts = [str(value) for row in table.rows for value in row if isinstance(value, str)]
    if secret := suspect("\n".join([*table.names, *texts])):
        return hidden(secret)
    rows = tuple(
        tuple(_cell(value, kind) for value, kind in zip(row, table.types, strict=True)) for row in table.rows
    )
    return tabled(tuple(table.names), tuple(table.types), rows, f"{said} {_extent(table)}".strip())


def _cell(value: JsonValue, kind: str) -> Cell:
    if value is None:
        return missing("null")
    if isinstance(value, float) or (isinstance(value, str) and kind in ("double", "float", "halffloat")):
        return number_cell(float(value))
    return param_cell(value, clip=80)


def _extent(table: DataTable) -> str:
    rows = len(table.rows)
    columns = numbers.plural(table.column_count, "column")
    if table.row_count is None:
        text = f"The first {numbers.plural(rows, 'row')}, {columns}"
    elif table.row_count > rows:
        text = f"The first {rows} of {numbers.plural(table.row_count, 'row')}, {columns}"
    else:
        text = f"{numbers.plural(rows, 'row')}, {columns}"
    more = table.column_count - len(table.names)
    return f"{text}, of which {len(table.names)} are shown." if more else f"{text}."
