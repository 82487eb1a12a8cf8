"""Selection: which rows a filter holds for, and in what order they come.

A row is anything; `value_of` says what it has for a field, None when nothing. The meaning:

- What a row does not have never matches, neither `=` nor `!=`; only IS NULL and NOT select it.
- `!=`, NOT IN, NOT LIKE, NOT ILIKE and `!~` select what has a value with which the other form fails.
- Two texts compare as texts, two numbers as numbers; a text beside a number compares as a number
  when it writes one out, else they differ and have no order. true and false equal the texts 'true'
  and 'false' in any case, and no number.
- NaN equals `nan`, and nothing else; it has no order.
- LIKE, ILIKE and `~` match texts only.
- In an order, numbers come before texts; NaN behind them, and what is missing last, also with DESC.

Neighbours: `logger.filters` makes the trees, `logger.search` brings the rows. Pure.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from .fields import Field, Literal, printable, read_number
from .filters import Comparison, Every, Filter, Not, Order

Value: TypeAlias = Literal | None
Row = TypeVar("Row")

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def selected(tree: Filter, rows: Sequence[Row], value_of: Callable[[Row, Field], Value]) -> list[Row]:
    """The rows for which a filter holds, in their order."""
    return [row for row, holds in zip(rows, _holds(tree, rows, value_of), strict=True) if holds]


def ordered(
    orders: Sequence[Order], rows: Sequence[Row], value_of: Callable[[Row, Field], Value]
) -> list[Row]:
    """The rows by the keys of an order; equal ones stay as they were."""
    result = list(rows)
    for order in reversed(orders):
        groups: list[list[tuple[Literal, Row]]] = [[], [], []]  # numbers, true and false, texts
        unordered: list[Row] = []  # NaN
        missing: list[Row] = []
        for row in result:
            value = value_of(row, order.field)
            if value is None:
                missing.append(row)
            elif value != value:
                unordered.append(row)
            else:
                groups[2 if isinstance(value, str) else 1 if isinstance(value, bool) else 0].append(
                    (value, row)
                )
        for group in groups:
            group.sort(key=lambda pair: pair[0], reverse=order.descending)
        result = [row for group in groups for _, row in group] + unordered + missing
    return result


def _holds(tree: Filter, rows: Sequence[Row], value_of: Callable[[Row, Field], Value]) -> list[bool]:
    """For each row, whether the tree holds."""
    if isinstance(tree, Comparison):
        return _compared(tree, [value_of(row, tree.field) for row in rows])
    if isinstance(tree, Not):
        return [not holds for holds in _holds(tree.part, rows, value_of)]
    every = isinstance(tree, Every)
    result = [every] * len(rows)
    for part in tree.parts:
        holds = _holds(part, rows, value_of)
        join = operator.and_ if every else operator.or_
        result = [bool(join(one, other)) for one, other in zip(result, holds, strict=True)]
    return result


def _compared(comparison: Comparison, values: list[Value]) -> list[bool]:
    """For each value, whether the comparison holds."""
    negated = comparison.negated
    if comparison.operator == "NULL":
        return [(value is None) != negated for value in values]
    if comparison.operator in ("LIKE", "ILIKE", "~"):
        holds = _matches(comparison.operator, str(comparison.values[0]), values)
    elif comparison.operator == "=":
        holds = [any(_equal(value, literal) for literal in comparison.values) for value in values]
    else:
        compare, literal = _ORDERS[comparison.operator], comparison.values[0]
        holds = [_in_order(value, compare, literal) for value in values]
    return [value is not None and hold != negated for value, hold in zip(values, holds, strict=True)]


def _matches(how: str, pattern: str, values: list[Value]) -> list[bool]:
    """For each value, whether it is a text that matches; by RE2, so in time linear in the text."""
    texts = pa.array([printable(value) if isinstance(value, str) else None for value in values], pa.string())
    if how == "~":
        found = pc.match_substring_regex(texts, printable(pattern))
    else:
        found = pc.match_like(texts, printable(pattern), ignore_case=how == "ILIKE")
    return [bool(match) for match in found.to_pylist()]


def _equal(value: Value, literal: Literal) -> bool:
    pair = _pair(value, literal)
    return pair is not None and (pair[0] == pair[1] or (pair[0] != pair[0] and pair[1] != pair[1]))


def _in_order(value: Value, compare: Callable[[Any, Any], bool], literal: Literal) -> bool:
    pair = _pair(value, literal)
    return pair is not None and not isinstance(pair[0], bool) and compare(pair[0], pair[1])


def _pair(value: Value, literal: Literal) -> tuple[Literal, Literal] | None:
    """Both as one type; None when they are of kinds that do not compare."""
    if value is None:
        return None
    one: Literal | None
    other: Literal | None
    if isinstance(value, bool) or isinstance(literal, bool):
        one, other = _as_bool(value), _as_bool(literal)
    elif isinstance(value, str) == isinstance(literal, str):
        return value, literal
    else:
        one, other = _as_number(value), _as_number(literal)
    return None if one is None or other is None else (one, other)


def _as_bool(value: Literal) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _as_number(value: Literal) -> int | float | None:
    return read_number(value) if isinstance(value, str) else value
