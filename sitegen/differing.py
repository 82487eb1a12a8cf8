"""Differing: which params or tags are not the same in all runs, and how they differ. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from logger.factlines import JsonValue

from . import numbers


def compared(runs: Sequence[Mapping[str, JsonValue]]) -> tuple[tuple[str, ...], dict[str, JsonValue]]:
    """The names that differ between runs or are absent in some, in the order first logged; and the others."""
    varying: list[str] = []
    constant: dict[str, JsonValue] = {}
    for name in dict.fromkeys(name for values in runs for name in values):
        present = [values[name] for values in runs if name in values]
        if len(present) == len(runs) and len({comparable(value) for value in present}) == 1:
            constant[name] = present[0]
        else:
            varying.append(name)
    return tuple(varying), constant


def how_it_differs(name: str, runs: Sequence[Mapping[str, JsonValue]]) -> str:
    """In words: "3 values", or "only in 2 runs" where all that have it agree."""
    different = how_many_values(name, runs)
    present = sum(name in values for values in runs)
    return f"{different} values" if different > 1 else f"only in {numbers.plural(present, 'run')}"


def how_many_values(name: str, runs: Sequence[Mapping[str, JsonValue]]) -> int:
    """How many different values the runs have that have it."""
    return len({comparable(values[name]) for values in runs if name in values})


def comparable(value: object) -> tuple[str, object]:
    """Equal for values that a reader would call equal: 1 and 1.0, NaN and NaN; never True and 1."""
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, float) and math.isnan(value):
        return "number", "nan"
    if isinstance(value, int | float):
        return "number", value
    if isinstance(value, str):
        return "text", value
    return type(value).__name__, repr(value)
