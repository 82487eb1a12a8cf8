"""Keep rules: which runs stay in a site, as text: an age (`90d`), a count for each experiment (`50`), a
filter.

Several stand beside one another, or in one text with commas when none is a filter: `90d,50`. A run stays
when one of them says so. `sitegen.retention` applies them. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from logger.errors import FilterError
from logger.search import matching_runs

from .ages import UNITS_US

_AGE = re.compile(r"(\d{1,6})\s*([smhdw])")
_COUNT = re.compile(r"\d{1,7}")
_ALLOWED = "an age such as 90d (s, m, h, d, w), a count such as 50, or a filter"
_SPELLED = re.compile(r"(\d{1,6})\s*(sec|min|hour|hr|day|week|wk|mon|y|runs?$)[a-z]*", re.IGNORECASE)
_MEANT = {"hr": "h", "wk": "w", "run": "", "runs": ""}  # others: their first letter
_DAYS = {"mon": 30, "y": 365}
_NUMBERISH = re.compile(r"[\d\s.,smhdwy]*")


@dataclass(frozen=True, slots=True)
class Age:
    """Runs that were active within so long before the newest fact."""

    us: int  # microseconds
    text: str


@dataclass(frozen=True, slots=True)
class Newest:
    """So many of the newest runs of each experiment."""

    count: int
    text: str


@dataclass(frozen=True, slots=True)
class Matching:
    """Runs for which a filter holds."""

    text: str


Rule: TypeAlias = Age | Newest | Matching


def parse_rules(text: str) -> tuple[Rule, ...]:
    """The rules in a text.

    Raises: ValueError: it is none of the three.
    """
    parts = [part.strip() for part in text.split(",")]
    rules = [_simple(part) for part in parts]
    if all(rule is not None for rule in rules):
        return tuple(rule for rule in rules if rule is not None)
    fault = f"{text!r} says of no run whether it stays; it can be {_ALLOWED}"
    if all(rule is not None or _SPELLED.fullmatch(part) for rule, part in zip(rules, parts, strict=True)):
        raise ValueError(f"{fault}. Try: {','.join(map(_meant, parts))!r}")
    if _NUMBERISH.fullmatch(text):
        raise ValueError(fault)
    try:
        matching_runs((), text)
    except FilterError as error:
        raise ValueError(f"{fault}. As a filter: {error}") from None
    return (Matching(text),)


def _simple(part: str) -> Rule | None:
    age = _AGE.fullmatch(part)
    if age:
        return Age(int(age[1]) * UNITS_US[age[2]], part)
    return Newest(int(part), part) if _COUNT.fullmatch(part) else None


def _meant(part: str) -> str:
    """What was probably meant by "90 days", "3 months" or "50 runs"; other words as they are."""
    spelled = _SPELLED.fullmatch(part)
    if spelled is None:
        return part
    count, unit = int(spelled[1]), spelled[2].lower()
    return f"{count * _DAYS[unit]}d" if unit in _DAYS else f"{count}{_MEANT.get(unit, unit[0])}"
