"""Lexer: the text of a filter as tokens, and the error that points into it.

    metrics.loss < 0.5 AND tags."my team" = 'ml'
    word         < word word word text     = text

A word is a run of anything but white space, quotes, brackets, commas and the signs of operators, so
most names need no quotes. Quotes of all three kinds are closed by their own kind, which is written
twice to stand in the text itself.

Neighbours: `logger.filters` reads the tokens. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import FilterError, explain

_SHOWN = 72  # characters of a long filter that its error shows

_LONGEST = 200  # characters of what a message says of it

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`)
      | (?P<sign><=|>=|<>|!=|!~|==|[=<>~(),])
      | (?P<word>[^\s=!<>~(),'"`]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or quoted text."""

    kind: str  # "word", "sign", "text" or "end"
    text: str  # without its quotes
    column: int  # of its first character, from 0
    end: int  # the column behind its last character
    quote: str = ""  # of a text: ', " or `

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, in capitals or not."""
        return self.kind == "word" and self.text.upper() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind == "sign" and self.text in signs

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end"
        if self.kind == "text":
            return f"the text {self.quote}{_clipped(self.text)}{self.quote}"
        return _clipped(self.text)


def tokens(text: str, noun: str) -> list[Token]:
    """The tokens of a text, the last one of kind `end`.

    Args:
        text: a filter, or one entry of an order.
        noun: what the text is, for messages.
    Raises: FilterError: a quote is not closed, or a sign means nothing.
    """
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            if text[place] == "!":
                raise error(noun, text, place, "'!' means nothing alone", "!= !~ NOT", "NOT")
            raise error(noun, text, place, "this quote is never closed", hint=f"another {text[place]}")
        kind, piece = str(match.lastgroup), match[0]
        if kind == "text":
            quote = piece[0]
            found.append(Token(kind, piece[1:-1].replace(quote * 2, quote), place, match.end(), quote))
        elif kind != "space":
            found.append(Token(kind, piece, place, match.end()))
        place = match.end()
    found.append(Token("end", "", len(text), len(text)))
    return found


def error(noun: str, text: str, column: int, problem: str, allowed: str = "", hint: str = "") -> FilterError:
    """The error of a text that does not parse: the problem, the text, and a caret below the column."""
    start = max(0, min(column - _SHOWN // 2, len(text) - _SHOWN))
    line = "…" * (start > 0) + text[start : start + _SHOWN] + "…" * (start + _SHOWN < len(text))
    line = _visible(line)
    before = line[: column - start + (start > 0)]
    caret = " " * sum(_cells(char) for char in before) + "^"
    seen = f"{noun} does not parse at column {column}: {_visible(problem[:_LONGEST])}.\n  {line}\n  {caret}"
    return FilterError(explain(seen, allowed, _visible(hint[:_LONGEST])), column)


def close_to(word: str, known: Sequence[str]) -> str:
    """The known word that `word` was most likely meant to be, or nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, 1, 0.6)), "")


def _cells(char: str) -> int:
    """How many cells of a terminal a character takes."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _visible(text: str) -> str:
    """The text on one line, without what would move a terminal's cursor."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text)


def _clipped(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
