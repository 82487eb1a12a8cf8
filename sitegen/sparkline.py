"""Sparkline: small pictures of series as SVG of our own making, drawn at build time.

They stand in tables and, until a script draws the real chart, on cards; a reader without scripts keeps
them. A picture costs microseconds and holds no text and no style, only numbers: colours and widths are the
style sheet's, by `data-color` and `data-stroke`. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import le

from .safe import Html
from .series import SeriesData, thin

POINTS = 48  # of a sketch, about

_WIDTH, _HEIGHT, _EDGE = 384, 80, 8  # of a sparkline, in quarters of a px: places are whole numbers
_WIDE, _TALL, _MARGIN = 600, 200, 4  # of a card's picture, in its own units


@dataclass(frozen=True, slots=True)
class Sketch:
    """A series in few enough points for a small picture."""

    steps: tuple[float, ...]
    values: tuple[float, ...]  # NaN and infinities break the line


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a picture."""

    sketch: Sketch
    color: int  # 0 to 9
    stroke: str  # "solid", "dashed", "dotted" or "dashdot"


@dataclass(frozen=True, slots=True)
class Extent:
    """What a picture reaches over; finite, low ≤ high."""

    left: float
    right: float
    low: float
    high: float


def sketch(series: SeriesData, points: int = POINTS) -> Sketch:
    """A series thinned to about `points` points; no spike is lost."""
    few = series.take(thin(series, max(1, points // 2)))
    return Sketch(tuple(map(float, few.steps)), tuple(map(float, few.values)))


def sparkline(drawn: Sketch | None) -> Html:
    """A series as a picture of the height of a line of text; nothing when it has no finite value."""
    reach = extent([drawn]) if drawn else None
    if drawn is None or reach is None:
        return Html("")
    path, dots = _path(drawn, reach, _WIDTH, _HEIGHT, _EDGE)
    return Html(
        f'<svg class="sparkline" viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true" focusable="false">'
        f"{_drawn(path, dots, '')}</svg>"
    )


def progress(values: Sequence[float], goal: str) -> Html:
    """The values of runs one after the other as dots, and as a line the best until then.

    Args:
        values: one per run, by creation; NaN where a run has none.
        goal: "max" or "min".
    """
    runs = Sketch(tuple(map(float, range(len(values)))), tuple(values))
    reach = extent([runs])
    if reach is None or len(values) < 2:
        return sparkline(runs)
    better = max if goal == "max" else min
    known = [(run, value) for run, value in enumerate(values) if math.isfinite(value)]
    steps: list[float] = []
    bests: list[float] = []
    for run, value in known:
        best = better(value, bests[-1]) if bests else value
        if bests and best != bests[-1]:  # a step: the old best holds up to here
            steps.append(float(run))
            bests.append(bests[-1])
        steps.append(float(run))
        bests.append(best)
    path, dots = _path(Sketch(tuple(steps), tuple(bests)), reach, _WIDTH, _HEIGHT, _EDGE)
    places = [
        _path(Sketch((float(run),), (value,)), reach, _WIDTH, _HEIGHT, _EDGE)[1][0] for run, value in known
    ]
    return Html(
        f'<svg class="sparkline" viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true" focusable="false">'
        f"{_drawn('', places, ' data-faint')}{_drawn(path, dots, '')}</svg>"
    )


def picture(lines: Sequence[Line], reach: Extent | None) -> Html:
    """Several series on one ground, stretched to the width of a card; nothing without any."""
    if reach is None:
        return Html("")
    marks = []
    for line in lines:
        path, dots = _path(line.sketch, reach, _WIDE, _TALL, _MARGIN)
        stroke = "" if line.stroke == "solid" else f' data-stroke="{line.stroke}"'
        marks.append(_drawn(path, dots, f' data-color="{line.color % 10}"{stroke}'))
    return Html(
        f'<svg class="picture" viewBox="0 0 {_WIDE} {_TALL}" preserveAspectRatio="none" aria-hidden="true"'
        f' focusable="false">{"".join(marks)}</svg>'
    )


def bar(start: float, end: float, color: int) -> Html:
    """A bar from one share of its place to another, 0 ≤ start ≤ end ≤ 1."""
    left, right = round(start * _WIDE), round(end * _WIDE)
    return Html(
        f'<svg class="bar" viewBox="0 0 {_WIDE} 1" preserveAspectRatio="none" aria-hidden="true"'
        f' focusable="false">'
        f'<rect data-color="{color % 10}" x="{left}" width="{right - left}" height="1"/></svg>'
    )


def extent(sketches: Iterable[Sketch]) -> Extent | None:
    """The smallest ground all finite points lie on; None when there is none."""
    steps: list[float] = []
    values: list[float] = []
    for one in sketches:
        if _is_plain(one):
            steps += (one.steps[0], one.steps[-1])
            values += (min(one.values), max(one.values))
            continue
        for step, value in zip(one.steps, one.values, strict=True):
            if math.isfinite(value):
                steps.append(step)
                values.append(value)
    if not values:
        return None
    return Extent(min(steps), max(steps), min(values), max(values))


def _is_plain(drawn: Sketch) -> bool:
    """Whether a sketch is one unbroken line: only finite values, and no step that goes backwards."""
    steps = drawn.steps
    # a sum that is finite has only finite terms; one that overflows takes the slow road
    return bool(steps) and math.isfinite(sum(drawn.values)) and all(map(le, steps, islice(steps, 1, None)))


def _path(drawn: Sketch, reach: Extent, width: int, height: int, edge: int) -> tuple[str, list[str]]:
    """The line, and the points that no line reaches."""
    left, across = _scale(reach.left, reach.right, width - 2 * edge)
    low, up = _scale(reach.low, reach.high, height - 2 * edge)
    right_of, below = (edge if across else width / 2), (height - edge if up else height / 2)
    places = [
        (round(right_of + (step / 2 - left) * across), round(below - (value / 2 - low) * up))
        if value - value == 0
        else None
        for step, value in zip(drawn.steps, drawn.values, strict=True)
    ]
    pieces: list[list[tuple[int, int]]] = [[]]
    before = -math.inf
    for step, place in zip(drawn.steps, places, strict=True):
        if place is None or step < before:
            pieces.append([])
        if place is not None:
            pieces[-1].append(place)
        before = step
    path = "".join(_walk(piece) for piece in pieces if len(piece) > 1)
    return path, [f"{piece[0][0]} {piece[0][1]}" for piece in pieces if len(piece) == 1]


def _walk(places: Sequence[tuple[int, int]]) -> str:
    """A line through places, each told by how far it is from the one before: that is a third shorter.

    A move that goes on where the one before it went lengthens that one, and one to the same place is none.
    """
    (x, y), *others = places
    moves: list[tuple[int, int]] = []
    right = down = 0
    for to_x, to_y in others:
        across, along = to_x - x, to_y - y
        if across * down == along * right and across * right + along * down >= 0:
            right, down = right + across, down + along
        else:
            moves.append((right, down))
            right, down = across, along
        x, y = to_x, to_y
    words = " ".join(f"{right} {down}" for right, down in (*moves, (right, down)))
    return f"M{places[0][0]} {places[0][1]}l{words.replace(' -', '-')}"


def _drawn(path: str, dots: Sequence[str], attributes: str) -> str:
    # a dot is a line of no length with round ends: it stays round when the picture is stretched
    line = f'<path{attributes} d="{path}"/>' if path else ""
    dotted = "".join(f"M{dot}h0" for dot in dots)
    return line + (f'<path class="dots"{attributes} d="{dotted}"/>' if dots else "")


def _scale(low: float, high: float, length: int) -> tuple[float, float]:
    """Half of `low`, and how many units of the picture half of a value is; 0 when there is no range.

    Halves, because the difference of two huge numbers may not be finite.
    """
    reach = high / 2 - low / 2
    return low / 2, length / reach if reach > 0 and math.isfinite(length / reach) else 0.0
