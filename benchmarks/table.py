"""Rows of measurements and their table: what a promise says, what was reached, what plain csv does.

Every script here has one function `measure(options) -> list[Row]` and prints its rows through `main`.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing; `ours` and `plain` are in `unit`."""

    what: str
    ours: float
    unit: str
    plain: float | None = None  # a csv writer doing the same work in the same minute
    most: float | None = None  # the promise: `ours` is at most this
    ratio: float | None = None  # the promise: `ours` is at most this share of `plain`
    details: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether all promises hold; None when there is none."""
        checks = []
        if self.most is not None:
            checks.append(self.ours <= self.most)
        if self.ratio is not None and self.plain:
            checks.append(self.ours <= self.ratio * self.plain)
        return all(checks) if checks else None

    @property
    def target(self) -> str:
        parts = [] if self.most is None else [f"≤ {shown(self.most)} {self.unit}"]
        if self.ratio is not None:
            parts.append(f"≤ {self.ratio:.1f} × csv")
        return ", ".join(parts) or "–"


@dataclass(frozen=True, slots=True)
class Options:
    """How long to measure."""

    repeats: int = 7  # interleaved; the table shows medians
    quick: bool = False  # a hundredth of the work: shows that the script runs, proves no number
    peers: bool = False  # also other trackers that happen to be installed
    scratch: str | None = None  # folder for stores; None is the system's temporary one


def markdown(rows: list[Row]) -> str:
    """The table, numbers aligned for reading it as text too."""
    head = ("what", "Runfolio", "plain csv", "share", "target", "reached")
    body = [
        (
            row.what + (f" ({row.details})" if row.details else ""),
            f"{shown(row.ours)} {row.unit}",
            "–" if row.plain is None else f"{shown(row.plain)} {row.unit}",
            "–" if not row.plain else f"{row.ours / row.plain:.2f}",
            row.target,
            {True: "yes", False: "**no**", None: "–"}[row.reached],
        )
        for row in rows
    ]
    compared = any(row.plain is not None for row in rows)  # else two columns would be empty
    table = [line if compared else (*line[:2], *line[4:]) for line in [head, *body]]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in table
    ]
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([f"| {lines[0]} |", f"|{rule}|", *(f"| {line} |" for line in lines[1:])])


def shown(number: float) -> str:
    """Three digits that count."""
    if number >= 1000:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def median(numbers: list[float]) -> float:
    return statistics.median(numbers)


def percentile(sorted_numbers: list[int], share: float) -> float:
    return sorted_numbers[min(len(sorted_numbers) - 1, int(len(sorted_numbers) * share))]


def main(measure: Callable[[Options], list[Row]], description: str | None) -> None:
    """The command line that all scripts share: measure, print."""
    given = parser(description).parse_args()
    print(markdown(measure(Options(given.repeats, given.quick, given.peers, given.scratch))))


def parser(description: str | None) -> argparse.ArgumentParser:
    """The options that all scripts have."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--repeats", type=int, default=7, help="interleaved repeats (default %(default)s)")
    made.add_argument(
        "--quick", action="store_true", help="little work: shows that it runs, proves no number"
    )
    made.add_argument("--peers", action="store_true", help="also measure other trackers that are installed")
    made.add_argument(
        "--scratch", default=None, help="folder for stores (default: the system's temporary one)"
    )
    return made
