"""Values of users as texts of cells: short to read, whole for whoever points at them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from logger.factlines import JsonValue

from . import numbers
from .safe import CLIP, clipped, shown

_LONG_NUMBER = 9  # characters up to which a param's number is printed as it was given
_MOST_DECIMALS = 6
_TITLE = 2_000  # characters of a title; longer texts are whole on the run's page


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table shows at one place."""

    text: str
    title: str = ""  # the whole value, when `text` is not it
    kind: str = "text"  # "text", "number", "word" (True, None, …) or "missing"
    best: bool = False  # the best of its column
    halves: tuple[str, str] | None = None  # of the whole value: its beginning, which gives way, and its end


def missing(reason: str) -> Cell:
    """A dash, and why there is nothing."""
    return Cell(numbers.MISSING, reason, "missing")


def number_cell(value: float | None, decimals: int | None = None, best: bool = False) -> Cell:
    """A measured number, in the decimals of its column."""
    if value is None:
        return missing("not logged")
    text, whole = numbers.in_column(value, decimals), numbers.full(value)
    return Cell(text, "" if text == whole else whole, "number", best)


def param_cell(value: JsonValue, decimals: int | None = None, clip: int = CLIP) -> Cell:
    """The value of a param or tag, as its user gave it."""
    if isinstance(value, str):
        text = shown(value)
        quoted = clipped(text, clip) if text.strip() else f"“{clipped(text, clip)}”"
        return Cell(quoted, clipped(text, _TITLE) if len(text) > clip else "", "text")
    if value is None or isinstance(value, bool):
        return Cell(str(value), "", "word")
    if isinstance(value, int | float):
        text = given(value)
        whole = str(value)
        return Cell(
            padded(text, decimals), "" if text == whole.replace("-", numbers.MINUS) else whole, "number"
        )
    return Cell("{}" if isinstance(value, dict) else "[]", "empty", "word")


def given(value: float) -> str:
    """A number as its user wrote it, unless that is long; 1.0 is "1", 1e-05 is "1e−5"."""
    if isinstance(value, int):
        return clipped(str(value).replace("-", numbers.MINUS), 24)
    if not math.isfinite(value):
        return numbers.number(value)
    for said in (value, float(f"{value:.12g}")):  # 0.1 + 0.2 is 0.3
        digits, _, power = repr(said).partition("e")
        digits = digits.removesuffix(".0")
        text = f"{digits}e{int(power)}" if power else digits
        if len(text) <= _LONG_NUMBER:
            return text.replace("-", numbers.MINUS)
    return numbers.number(value)


def given_decimals(values: Iterable[JsonValue]) -> int | None:
    """The most decimals among numbers as given, to align them at the point; None when they cannot be."""
    most = 0
    for value in values:
        if isinstance(value, float | int) and not isinstance(value, bool):
            text = given(value)
            if "e" in text:
                return None
            most = max(most, len(text.partition(".")[2]))
    return most if most <= _MOST_DECIMALS else None


def padded(text: str, decimals: int | None) -> str:
    """The number with blanks behind it that are as wide as the decimals it lacks."""
    if not decimals or not text[-1:].isdigit():
        return text
    whole, point, behind = text.partition(".")
    return f"{whole}{point or POINT_BLANK}{behind}{DIGIT_BLANK * (decimals - len(behind))}"


DIGIT_BLANK = "\u2007"  # as wide as a digit
POINT_BLANK = "\u2008"  # as wide as a point
