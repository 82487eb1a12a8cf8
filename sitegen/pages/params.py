"""The params of a run as a tree: dotted names that begin alike stand under one heading."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from logger.factlines import JsonValue

from ..cells import Cell, param_cell

_CLIP = 200
_DEEPEST = 8  # levels that are indented; deeper names keep their dots


@dataclass(frozen=True, slots=True)
class ParamRow:
    """A line of the tree: a param, or the heading of several."""

    depth: int
    label: str  # what the lines above do not say already
    name: str  # in full
    value: Cell | None  # None for a heading
    whole: str  # the text behind "show all", when `value` is clipped
    differs: bool  # between the runs of the experiment


@dataclass(slots=True)
class _Node:
    name: str = ""
    value: Cell | None = None
    whole: str = ""
    children: dict[str, _Node] = field(default_factory=dict)


def param_rows(params: Mapping[str, JsonValue], varying: Set[str]) -> tuple[ParamRow, ...]:
    """The lines of the tree, in the order logged."""
    top = _Node()
    for name, value in params.items():
        node = top
        parts = name.split(".", _DEEPEST - 1)
        for place, part in enumerate(parts):
            node = node.children.setdefault(part, _Node(".".join(parts[: place + 1])))
        node.value = param_cell(value, clip=_CLIP)
        node.whole = value if isinstance(value, str) and len(value) > _CLIP else ""
    rows: list[ParamRow] = []
    for label, node in top.children.items():
        _lay(rows, label, node, 0, varying)
    return tuple(rows)


def _lay(rows: list[ParamRow], label: str, node: _Node, depth: int, varying: Set[str]) -> None:
    while node.value is None and len(node.children) == 1:  # a heading over one thing is no heading
        inner, only = next(iter(node.children.items()))
        label, node = f"{label}.{inner}", only
    rows.append(ParamRow(depth, label, node.name, node.value, node.whole, node.name in varying))
    for inner, child in node.children.items():
        _lay(rows, inner, child, depth + 1, varying)
