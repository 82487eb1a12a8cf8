"""Kept previews: what a page shows of a file, as JSON for the site's data, and back.

A file whose content is not published as a copy is still shown in part; a site that is built from the data
needs that part again. What comes back may be anybody's, so it goes the way of a file's content: Markdown
is made markup anew, an HTML page tamed anew, a drawing must be one. Pure.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from .cells import Cell
from .drawings import undrawn
from .encodings import decoded
from .notes import LONGEST
from .previews import (
    CHARACTERS,
    INLINE,
    SVG,
    FramePreview,
    ImagePreview,
    MarkupPreview,
    NoPreview,
    Preview,
    TablePreview,
    TextPreview,
    drawing,
    framed,
    marked,
    tabled,
)

LONGEST_NOTE = 500  # characters
MOST = 16 * 1024 * 1024  # characters of one


def kept(preview: Preview) -> str | None:
    """A preview as JSON; None for one that the copy of its file gives, or that shows and says nothing."""
    said = _said(preview)
    return None if said is None else json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def texts_of(preview: Preview) -> Iterator[str]:
    """All texts of a preview, for those who look for what should not go out."""
    if isinstance(preview, ImagePreview):
        if not preview.extension:  # a drawing, which is a text
            data = base64.b64decode(preview.source.removeprefix(SVG))
            text = decoded(data)
            yield data.decode("latin-1") if text is None else text.text
        return
    waiting: list[object] = [_said(preview)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one


def given_back(text: str) -> Preview | None:
    """The preview that `kept` made this text of; None when it did not."""
    if len(text) > MOST:
        return None
    try:
        return _ANY.validate_json(text).preview()
    except (ValidationError, ValueError, RecursionError):
        return None


def _said(preview: Preview) -> dict[str, Any] | None:
    if isinstance(preview, NoPreview):
        said = {"kind": "none", "reason": preview.reason, "secret": preview.secret}
        return said if preview.reason or preview.secret else None
    if isinstance(preview, ImagePreview):
        if preview.extension:
            return None
        return {"kind": "svg", "data": preview.source.removeprefix(SVG)}
    if isinstance(preview, TextPreview):
        return {"kind": "text", "text": preview.text, "note": preview.note}
    if isinstance(preview, MarkupPreview):
        return {"kind": "markdown", "text": preview.source, "cut": preview.cut, "note": preview.note}
    if isinstance(preview, FramePreview):
        said = {"text": preview.text.text, "note": preview.text.note, "lacks": preview.lacks}
        return {"kind": "html", "source": preview.source, **said}
    return _said_of_table(preview)


def _said_of_table(preview: TablePreview) -> dict[str, Any]:
    return {
        "kind": "table",
        "names": preview.names,
        "types": preview.types,
        "rows": [[[cell.text, cell.title, cell.kind] for cell in row] for row in preview.rows],
        "note": preview.note,
    }


class _Kept(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _None(_Kept):
    kind: Literal["none"]
    reason: str = Field(max_length=2000)
    secret: bool

    def preview(self) -> Preview:
        return NoPreview(self.reason, secret=self.secret)


class _Svg(_Kept):
    kind: Literal["svg"]
    data: str = Field(max_length=2 * INLINE)  # base64

    def preview(self) -> Preview:
        data = base64.b64decode(self.data, validate=True)
        if undrawn(data):
            raise ValueError("no drawing")
        return drawing(data)


class _Text(_Kept):
    kind: Literal["text"]
    text: str = Field(max_length=CHARACTERS)
    note: str = Field(max_length=LONGEST_NOTE)

    def preview(self) -> TextPreview:
        return TextPreview(self.text, self.note, len(self.text))


class _Markdown(_Kept):
    kind: Literal["markdown"]
    text: str = Field(max_length=LONGEST)
    cut: int = Field(ge=0)
    note: str = Field(default="", max_length=LONGEST_NOTE)

    def preview(self) -> Preview:
        return marked(self.text, self.cut, self.note)


class _Html(_Kept):
    kind: Literal["html"]
    source: str = Field(max_length=2 * INLINE)
    text: str = Field(max_length=CHARACTERS)
    note: str = Field(max_length=LONGEST_NOTE)

    lacks: str = Field(default="", max_length=LONGEST_NOTE)

    def preview(self) -> Preview:
        return framed(self.source, TextPreview(self.text, self.note, len(self.text)), self.lacks)


class _Table(_Kept):
    kind: Literal["table"]
    names: list[str] = Field(max_length=100)
    types: list[str] = Field(max_length=100)
    rows: list[list[tuple[str, str, Literal["text", "number", "word", "missing"]]]] = Field(max_length=1000)
    note: str = Field(max_length=LONGEST_NOTE)

    def preview(self) -> Preview:
        if {len(self.types), *map(len, self.rows)} != {len(self.names)}:
            raise ValueError("rows of several lengths")
        rows = tuple(tuple(Cell(text, title, kind) for text, title, kind in row) for row in self.rows)
        return tabled(tuple(self.names), tuple(self.types), rows, self.note)


_ANY: TypeAdapter[_None | _Svg | _Text | _Markdown | _Html | _Table] = TypeAdapter(
    Annotated[_None | _Svg | _Text | _Markdown | _Html | _Table, Field(discriminator="kind")]
)
