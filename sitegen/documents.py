"""Documents: what a command has to say, once, as text for a terminal or as Markdown for a page of GitHub.

A text of a user's is marked as such (`Quoted`) from the moment it is put into a sentence or a cell. In
Markdown it becomes a code span: there no letter of it is markup, nobody is mentioned by `@`, and no number
becomes a link to an issue. All else is ours. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from .safe import clipped, shown

CLIP = 80  # characters of a user's text in a document

_SPACES = re.compile(r"\s+")
_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text that is somebody else's."""

    text: str
    most: int = CLIP  # characters of it that are shown


Said: TypeAlias = tuple[str | Quoted, ...]  # a sentence, or a cell


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. A table without rows is not shown."""

    head: tuple[str, ...]
    rows: tuple[tuple[Said, ...], ...]
    numbers: frozenset[int] = field(default=frozenset())  # columns that are set to the right


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above what follows."""

    said: Said


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences, one a line."""

    said: tuple[Said, ...]


Document: TypeAlias = Sequence[Table | Heading | Lines]


def retold(document: Document, told: Callable[[str], str]) -> Document:
    """The document with its users' texts as a function tells them."""

    def said(one: Said) -> Said:
        return tuple(part if isinstance(part, str) else replace(part, text=told(part.text)) for part in one)

    blocks: list[Table | Heading | Lines] = []
    for block in document:
        if isinstance(block, Table):
            blocks.append(replace(block, rows=tuple(tuple(map(said, row)) for row in block.rows)))
        elif isinstance(block, Heading):
            blocks.append(Heading(said(block.said)))
        else:
            blocks.append(Lines(tuple(map(said, block.said))))
    return blocks


def as_text(document: Document) -> str:
    """The document for a terminal: columns are aligned, what is a user's is shown as it is."""
    blocks = []
    for block in document:
        if isinstance(block, Table):
            if block.rows:
                blocks.append(_text_table(block))
        elif isinstance(block, Heading):
            blocks.append(_plain(block.said))
        elif block.said:
            blocks.append("\n".join(map(_plain, block.said)))
    return "\n\n".join(blocks)


def as_markdown(document: Document, marker: str) -> str:
    """The document as Markdown (GitHub's), behind a hidden marker by which a comment is found again.

    Args:
        marker: letters, digits, spaces and single dashes.
    """
    blocks = [f"<!-- {marker} -->"]
    for block in document:
        if isinstance(block, Table):
            if block.rows:
                blocks.append(_markdown_table(block))
        elif isinstance(block, Heading):
            blocks.append(f"### {_marked(block.said, table=False)}")
        elif block.said:
            blocks.append("\n".join(f"- {_marked(said, table=False)}" for said in block.said))
    return "\n\n".join(blocks)


def code_span(text: str, table: bool, most: int = CLIP) -> str:
    """Any text as a code span, of which nothing but the text is seen.

    Args:
        table: it stands in a cell, where a bar must be marked, even within code.
        most: characters that are shown.
    Source: https://github.github.com/gfm/#code-spans, https://github.github.com/gfm/#example-200
    """
    text = _one_line(text, most)
    fence = "`" * (1 + max((len(ticks) for ticks in _TICKS.findall(text)), default=0))
    # A space at both ends is taken away by the reader; a text of spaces alone keeps them.
    edged = text.startswith(("`", " ")) or text.endswith(("`", " "))
    padded = f" {text} " if edged and text.strip(" ") else text
    if table:
        padded = padded.replace("|", "\\|")
    return f"{fence}{padded}{fence}" if text else ""


def _one_line(text: str, most: int) -> str:
    return clipped(_SPACES.sub(" ", shown(text)), most)


def _plain(said: Said) -> str:
    return "".join(part if isinstance(part, str) else _one_line(part.text, part.most) for part in said)


def _marked(said: Said, table: bool) -> str:
    return "".join(part if isinstance(part, str) else code_span(part.text, table, part.most) for part in said)


def _text_table(table: Table) -> str:
    rows = [table.head, *(tuple(map(_plain, row)) for row in table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.head))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in table.numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _markdown_table(table: Table) -> str:
    rule = ("--:" if column in table.numbers else "---" for column in range(len(table.head)))
    rows = (tuple(_marked(said, table=True) for said in row) for row in table.rows)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (table.head, tuple(rule), *rows))
