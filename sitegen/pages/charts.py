"""Cards as they stand on a page before a script draws them, by section; what goes with the main metric."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .. import numbers
from ..associations import associations
from ..cards import SYSTEM, Card, CardMetric, shared, split_of, strokes
from ..catalog import ExperimentData
from ..drawnfirst import RUN_COLORS
from ..goals import Goal
from ..metricinfo import MetricInfo, own_labels
from ..pictures import SECTION
from ..rundata import RunData
from ..safe import Html
from ..scales import ground, scaled, x_scale, y_scale
from ..sparkline import Extent, Line, Sketch, bar, extent, picture

_UNBROKEN = {ord(" "): "\N{NO-BREAK SPACE}", ord("-"): "\N{NON-BREAKING HYPHEN}"}

Sketches = Mapping[tuple[str, str], Sketch]  # (run id, metric) → the series in a few points


@dataclass(frozen=True, slots=True)
class BarView:
    """The only value of a series."""

    name: str
    picture: Html
    value: str


@dataclass(frozen=True, slots=True)
class KeyView:
    """Which metric a colour or a stroke of a picture tells."""

    color: int | None  # 0 to 9; None where colours tell runs
    stroke: str  # "solid", "dashed", "dotted" or "dashdot"; "" where all lines have the same
    metrics: tuple[str, ...]  # their splits where these say it, else what they are called


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as a template prints it."""

    index: int  # in the island's list of cards
    title: str
    unit: str  # of all that is on it; "" where that is not one
    picture: Html  # empty when no drawn series has a finite value
    high: str  # labels of the picture's edges
    low: str  # "" when all values are the same: then `high` labels the middle
    left: str  # "" when all points are of one step: then `right` labels the middle
    right: str
    runs: int  # drawn runs that have a series on this card
    of_runs: bool = False  # a picture of whole runs, made from the table by a script
    words: str = ""  # what could not be drawn: "3 values are NaN or infinite"
    keys: tuple[KeyView, ...] = ()  # what strokes and colours of the picture tell
    bars: tuple[BarView, ...] = ()  # in place of the picture: every series has one point
    legend: str = ""  # the names of runs that the script's legend will have, a word each


@dataclass(frozen=True, slots=True)
class AssociationRow:
    """How a param goes with the main metric, as a row of a table."""

    param: str
    rho: str  # "−0.82"
    n: int
    words: str  # "higher values go with lower loss, the better"


@dataclass(frozen=True, slots=True)
class AssociationsView:
    """What goes with the main metric."""

    metric: str
    rows: tuple[AssociationRow, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """Cards under one heading."""

    name: str  # "": unnamed; where others stand before it, it is headed all the same
    cards: tuple[CardView, ...]
    associations: AssociationsView | None = None  # printed behind the cards


def with_associations(views: Sequence[SectionView], experiment: ExperimentData) -> tuple[SectionView, ...]:
    """The sections, one of them with what goes with the main metric behind its cards.

    That is the section of runs compared; where a configured board has none, the first with a picture of
    runs, else the last but what the machine did.
    """
    metric = experiment.main_metric
    rows = tuple(
        AssociationRow(
            each.param,
            f"{round(each.rho, 2) + 0.0:+.2f}".replace("-", numbers.MINUS),
            each.n,
            "no more than chance gives" if each.by_chance else _direction(each.rho, metric),
        )
        for each in associations(experiment)
        if metric is not None
    )
    if metric is None or not rows or not views:
        return tuple(views)
    table = AssociationsView(metric.called, rows)
    compared = [view for view in views if view.name == SECTION]
    pictured = [view for view in views if any(card.of_runs for card in view.cards)]
    others = [view for view in views if view.name != SYSTEM] or views
    place = next(iter([*compared, *pictured]), others[-1])
    return tuple(replace(view, associations=table) if view is place else view for view in views)


def _direction(rho: float, metric: MetricInfo) -> str:
    side = "higher" if rho > 0 else "lower"
    better = (rho > 0) == (metric.goal == "max")
    return f"larger values go with {side} ones of the metric: {'better' if better else 'worse'}"


def sections(
    cards: Sequence[Card],
    drawn: Sequence[RunData],
    sketches: Sketches,
    by_run: bool,
    metrics: Iterable[MetricInfo] = (),
    options: Iterable[tuple[str, str]] = (),
) -> tuple[SectionView, ...]:
    """The cards of a board by section, with pictures of the drawn runs.

    Args:
        by_run: colours tell runs; else metrics.
        options: of the whole board; those of a card come before them.
    """
    known = {metric.name: metric for metric in metrics}
    labels = own_labels(known.values())
    views = [
        (card.section, _view(index, card, drawn, sketches, by_run, known, labels, dict(options)))
        for index, card in enumerate(cards)
    ]
    names = dict.fromkeys(section for section, _ in views)
    return tuple(
        SectionView(name, tuple(view for section, view in views if section == name)) for name in names
    )


def _view(
    index: int,
    card: Card,
    drawn: Sequence[RunData],
    sketches: Sketches,
    by_run: bool,
    known: Mapping[str, MetricInfo],
    labels: Mapping[str, str],
    options: Mapping[str, str],
) -> CardView:
    if not card.metrics:
        return CardView(index, card.title, "", Html(""), "", "", "", "", 0, of_runs=True)
    lines: list[Line] = []
    names: list[str] = []
    shown: set[str] = set()
    placed: set[int] = set()  # of the card's metrics those in the picture
    bad = _bad(drawn, card.metrics)
    stroked = strokes(card.metrics, by_run)
    goal: Goal | None = None  # of what is drawn first
    for place, metric in enumerate(card.metrics):
        for run in drawn:
            sketch = sketches.get((run.run_id, metric.name))
            if sketch is not None:
                goal = goal if lines or metric.name not in known else known[metric.name].goal
                shown.add(run.run_id)
                placed.add(place)
                lines.append(Line(sketch, run.ordinal if by_run else place, stroked[place]))
                name = [run.record.name] if by_run else []
                called = labels.get(metric.name, metric.name)
                names.append(" · ".join([*name, called] if len(card.metrics) > 1 or not name else name))
    given = [line.sketch for line in lines]
    reach = extent(given)
    if reach is None:
        return CardView(index, card.title, card.unit, Html(""), "", "", "", "", len(shown), words=bad)
    chosen = {**options, **dict(card.options)}
    x = x_scale(given, reach, chosen if _over_steps(card, chosen, known) else {})
    y = y_scale(given, reach, chosen)
    low, high = numbers.on_axis([y.low, y.high])
    told = len(placed) < 2 and not _is_lone(card)
    bars = _bars(lines, names, reach, goal)
    return CardView(
        index=index,
        title=card.title,
        unit=card.unit,
        picture=picture([replace(line, sketch=scaled(line.sketch, x, y)) for line in lines], ground(x, y)),
        high=high,
        low="" if y.low == y.high else low,
        left="" if reach.left == reach.right else numbers.step(reach.left),
        right=numbers.step(reach.right),
        runs=len(shown),
        words=bad,
        keys=() if bars or told else _keys(card, sorted(placed), stroked, by_run, labels),
        bars=bars,
        legend="" if bars or not by_run else _legend(drawn, shown),
    )


def _over_steps(card: Card, options: Mapping[str, str], known: Mapping[str, MetricInfo]) -> bool:
    """Whether the chart of a card has steps on x (place.js); the picture always has."""
    x = options.get("x", "auto")
    own = {known[metric.name].x for metric in card.metrics if metric.name in known} - {None}
    if x != "auto" or len(own) == 1:
        return x == "step" or (x == "auto" and own == {"step"})
    return bool(own) or not all(metric.name.startswith(f"{SYSTEM}/") for metric in card.metrics)


def _legend(drawn: Sequence[RunData], shown: Collection[str]) -> str:
    """Keeps the room of the legend, so that nothing moves when it comes. Many runs are not named there."""
    names = [run.record.name for run in drawn if run.run_id in shown]
    return " ".join(name.translate(_UNBROKEN) for name in names) if len(names) <= RUN_COLORS else ""


def _bad(drawn: Sequence[RunData], metrics: Sequence[CardMetric]) -> str:
    """How many values of the drawn runs have no place in a picture."""
    found = (run.record.metrics.get(metric.name) for run in drawn for metric in metrics)
    bad = sum(summary.bad for summary in found if summary is not None)
    return f"{numbers.plural(bad, 'value is', 'values are')} NaN or infinite" if bad else ""


def _is_lone(card: Card) -> bool:
    """Whether the title says what the only metric measures, and not on which part of the data."""
    base, split = split_of(card.metrics[0].name)
    title = f"{card.section}/{card.title}" if card.section else card.title
    return len(card.metrics) == 1 and split != "" and title == base


def _keys(
    card: Card, placed: Sequence[int], stroked: Sequence[str], by_run: bool, labels: Mapping[str, str]
) -> tuple[KeyView, ...]:
    """What tells the metrics of a picture apart: those of one colour and stroke share a key."""
    splits = [metric.split for metric in card.metrics]
    lone = _is_lone(card)
    alone = len({stroked[place] for place in placed}) == 1
    keys: dict[tuple[int | None, str], list[str]] = {}
    for place in placed:
        metric = card.metrics[place]
        own = metric.split and (shared(card.metrics) or lone) and splits.count(metric.split) == 1
        word = metric.split if own else labels.get(metric.name, metric.name)
        key = (None if by_run else place % RUN_COLORS, "" if alone else stroked[place])
        keys.setdefault(key, []).append(word)
    return tuple(KeyView(color, stroke, tuple(words)) for (color, stroke), words in keys.items())


def _bars(
    lines: Sequence[Line], names: Sequence[str], reach: Extent, goal: Goal | None
) -> tuple[BarView, ...]:
    """Bars from zero, the best or largest first, as the script draws them; none where one has more values."""
    if any(len(line.sketch.values) != 1 or not math.isfinite(line.sketch.values[0]) for line in lines):
        return ()
    values = [line.sketch.values[0] for line in lines]
    foot, top = min(reach.low, 0.0) / 2, max(reach.high, 0.0) / 2  # halves: a difference may be too large

    def share(value: float) -> float:
        return (value / 2 - foot) / (top - foot) if top > foot else 0.0

    bars = [
        (value, BarView(name, bar(share(min(value, 0.0)), share(max(value, 0.0)), line.color), words))
        for name, line, value, words in zip(names, lines, values, numbers.aligned(values), strict=True)
    ]
    bars.sort(key=lambda each: each[0], reverse=goal != "min")
    return tuple(view for _, view in bars)
