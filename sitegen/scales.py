"""Scales: how the small picture of a card bends its values and where it ends, as the card's options say.

By the rules of `templates/static/js/heights.js` and `chart.js`, so that a picture keeps its shape when the
chart takes its place; but for limits of x, outliers and smoothing, which need more points than a sketch has.
Pure.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .sparkline import Extent, Sketch

_BEYOND = 1.0  # of its reach, that a line is drawn on beyond an end


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis of a picture."""

    kind: Literal["linear", "log", "symlog"]
    low: float
    high: float  # its ends, finite; low ≤ high
    constant: float = 1.0  # of a symmetric log scale: far below it is straight
    limited: bool = False  # an end was chosen: values may lie beyond

    def bent(self, value: float) -> float:
        """How far up a value lies; NaN where it has no place."""
        if self.kind == "log":
            return math.log10(value) if value > 0 else math.nan
        if self.kind == "symlog" and not math.isnan(value):
            return math.copysign(math.log1p(abs(value / self.constant)), value)
        return value

    def drawn(self, values: Iterable[float]) -> tuple[float, ...]:
        """Values as far up as they lie; what is far beyond an end comes nearer, for short paths."""
        if not self.limited:
            return tuple(values) if self.kind == "linear" else tuple(map(self.bent, values))
        low, high = self.bent(self.low), self.bent(self.high)
        room = _BEYOND * (high - low)
        return tuple(
            min(max(bent, low - room), high + room) if math.isfinite(bent) else bent
            for bent in map(self.bent, values)
        )


def y_scale(sketches: Sequence[Sketch], reach: Extent, options: Mapping[str, str]) -> Scale:
    """The scale of y for series of this reach, by `y`, `ylim` and `normal` of the options."""
    values = [value for one in sketches for value in one.values if math.isfinite(value)]
    is_plain = options.get("normal") == "on"  # such series have limits of their own, and no other scale
    asked = "linear" if is_plain else options.get("y", "linear")
    below, _, above = ("" if is_plain else options.get("ylim", "")).partition("..")
    low, high = float(below or reach.low), float(above or reach.high)
    positive = [value for value in values if value > 0]
    if asked == "clip" and low <= 0 and positive:
        low, below = min(positive), ""
    limited = bool(below or above)
    if limited and low >= high:  # nothing lies within the limits
        low, high = (low, low + (abs(low) or 1.0)) if below else (high - (abs(high) or 1.0), high)
    if asked in ("log", "clip") and low > 0:
        return Scale("log", low, high, limited=limited)
    if asked != "linear" or not math.isfinite(high - low):
        return Scale("symlog", low, high, _bend(values, low, high), limited)
    return Scale("linear", low, high, limited=limited)


def x_scale(sketches: Sequence[Sketch], reach: Extent, options: Mapping[str, str]) -> Scale:
    """The scale of steps: `xscale` of the options."""
    asked = options.get("xscale", "linear")
    if asked == "linear":
        return Scale("linear", reach.left, reach.right)
    if asked == "log" and reach.left > 0:
        return Scale("log", reach.left, reach.right)
    least = min((abs(step) for one in sketches for step in one.steps if step), default=1.0)
    return Scale("symlog", reach.left, reach.right, 10.0 ** math.floor(math.log10(least)))


def scaled(sketch: Sketch, x: Scale, y: Scale) -> Sketch:
    """A series as its points lie on two scales."""
    return Sketch(x.drawn(sketch.steps), y.drawn(sketch.values))


def ground(x: Scale, y: Scale) -> Extent:
    """What a picture of these scales reaches over."""
    return Extent(x.bent(x.low), x.bent(x.high), y.bent(y.low), y.bent(y.high))


def _bend(values: Iterable[float], *ends: float) -> float:
    """From which size on a symmetric log scale bends: a hundredth of what is usual.

    Every end is a finite part of it.
    """
    sizes = sorted(abs(value) for value in values if value)
    usual = sizes[len(sizes) // 2] if sizes else 1.0
    largest = max(map(abs, ends))
    return max(10.0 ** (math.floor(math.log10(usual)) - 2), largest / 1e300, sys.float_info.min)
