"""Fields: what a filter may ask for, and how the values it compares them with are written.

A vocabulary is the fields of one kind of thing: of runs, of experiments. An attribute has a kind, and the
kind says what a number or a text in quotes means beside it: a time counts milliseconds or is a date,
a duration counts seconds or has a unit.

Neighbours: `logger.filters` parses with a vocabulary, `logger.search` fills the fields. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Literal: TypeAlias = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Field:
    """What a run is asked for."""

    kind: str  # "metrics", "best", "min", "max", "params", "tags" or "attributes"
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields of one kind of thing."""

    prefixes: Mapping[str, str]  # as written → kind of field
    attributes: Mapping[str, str]  # name → "text", "status", "time", "duration", "number" or "bool"
    aliases: Mapping[str, str]  # other names of attributes


_ATTRIBUTE = dict.fromkeys(("attributes", "attribute", "attr", "run"), "attributes")
_TAG = {"tags": "tags", "tag": "tags"}

RUNS = Vocabulary(
    prefixes={
        "metrics": "metrics",
        "metric": "metrics",
        "best": "best",
        "min": "min",
        "max": "max",
        **dict.fromkeys(("params", "param", "parameters", "parameter"), "params"),
        **_TAG,
        **_ATTRIBUTE,
    },
    attributes={
        "run_id": "text",
        "experiment": "text",
        "name": "text",
        "status": "status",
        "start_time": "time",
        "end_time": "time",
        "duration": "duration",
        "user": "text",
        "source": "text",
        "parent": "text",
        "git_commit": "text",
        "git_branch": "text",
        "note": "text",
        "reason": "text",
    },
    aliases={
        "run_name": "name",
        "experiment_name": "experiment",
        "user_id": "user",
        "created": "start_time",
        "parent_run_id": "parent",
    },
)

EXPERIMENTS = Vocabulary(
    prefixes={**_TAG, **_ATTRIBUTE},
    attributes={"name": "text", "runs": "number", "created": "time", "note": "text", "deleted": "bool"},
    aliases={"experiment": "name", "experiment_name": "name", "creation_time": "created"},
)

STATUSES = ("running", "finished", "failed", "killed", "lost", "unknown")

_VALUES = "a number, a text in quotes, true or false."
ALLOWED = {
    "number": "a number.",
    "time": "milliseconds since 1970, or a date like '2026-11-22' or '2026-11-22 10:30+01:00'.",
    "duration": "seconds, or a text like '90 s', '15 min', '2 h'.",
    "status": ", ".join(f"'{status}'" for status in STATUSES) + ".",
    "bool": "true or false.",
    "any": _VALUES,
    "text": _VALUES,
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FLOATS = {f"{sign}{word}": float(f"{sign}{word}") for sign in ("", "+", "-") for word in ("inf", "nan")}
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(ms|s|min|h|d)")
_SECONDS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86400}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_number(text: str) -> int | float | None:
    """The number that a text writes out in decimals; None when it is something else."""
    if not _NUMBER.fullmatch(text):
        return None
    if text.lstrip("+-").isdigit() and len(text) < 400:  # beyond, it is infinite as a float64
        return int(text)
    return float(text)


def read_word(word: str, kind: str) -> Literal | None:
    """What a word without quotes means beside a field: a number or a truth; None when nothing."""
    value: Literal | None = _number(word)
    if value is not None:
        return None if kind in ("status", "bool") else value
    truth = {"true": True, "false": False}.get(word.lower())
    return truth if kind in ("any", "text", "bool") else None


def read_text(text: str, kind: str) -> Literal | None:
    """What a text in quotes means beside a field; None when it means nothing there."""
    if kind == "any":
        return text
    if kind == "text":
        return unicodedata.normalize("NFC", text)  # as names are
    if kind == "status":
        return text.lower() if text.lower() in STATUSES else None
    if kind == "bool":
        return {"true": True, "false": False}.get(text.lower())
    if kind == "time" and _TIME.fullmatch(text):
        return _milliseconds(text)
    if kind == "duration" and (match := _DURATION.fullmatch(text)):
        return float(match[1]) * _SECONDS[match[2]]
    return _number(text)


def printable(text: str) -> str:
    """The text as Arrow takes it: lone surrogates become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _number(text: str) -> int | float | None:
    value = read_number(text)
    return _FLOATS.get(text.lower()) if value is None else value


def _milliseconds(text: str) -> float | None:
    """The time of an ISO date, in milliseconds since the epoch; without a zone it is UTC."""
    try:
        time = datetime.fromisoformat(text)
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        return (time - _EPOCH) // timedelta(microseconds=1) / 1000
    except (ValueError, OverflowError):
        return None
