"""Cards as they stand on a page before a script draws them: title and a small picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .. import numbers
from ..cards import Card
from ..catalog import RunData
from ..safe import Html
from ..sparkline import Line, Sketch, extent, picture

Sketches = Mapping[tuple[str, str], Sketch]  # (run id, metric) → the series in a few points


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as a template prints it."""

    index: int  # in the island's list of cards
    title: str
    picture: Html  # empty when no drawn series has a finite value
    high: str  # labels of the picture's edges
    low: str  # "" when all values are the same: then `high` labels the middle
    left: str  # "" when all points are of one step: then `right` labels the middle
    right: str
    runs: int  # drawn runs that have a series on this card


@dataclass(frozen=True, slots=True)
class SectionView:
    """Cards under one heading."""

    name: str  # "" for the first, unnamed section
    cards: tuple[CardView, ...]


def sections(cards: Sequence[Card], drawn: Sequence[RunData], sketches: Sketches) -> tuple[SectionView, ...]:
    """The cards of a board by section, with pictures of the drawn runs.

    One run: colour tells metrics. Several: colour tells runs.
    """
    views = [(card.section, _view(index, card, drawn, sketches)) for index, card in enumerate(cards)]
    names = dict.fromkeys(section for section, _ in views)
    return tuple(
        SectionView(name, tuple(view for section, view in views if section == name)) for name in names
    )


def _view(index: int, card: Card, drawn: Sequence[RunData], sketches: Sketches) -> CardView:
    lines: list[Line] = []
    shown: set[str] = set()
    for run in drawn:
        for place, metric in enumerate(card.metrics):
            sketch = sketches.get((run.run_id, metric.name))
            if sketch is not None:
                shown.add(run.run_id)
                lines.append(Line(sketch, run.ordinal if len(drawn) > 1 else place, metric.split))
    reach = extent([line.sketch for line in lines])
    if reach is None:
        return CardView(index, card.title, picture([]), "", "", "", "", len(shown))
    low, high = numbers.on_axis([reach.low, reach.high])
    return CardView(
        index=index,
        title=card.title,
        picture=picture(lines),
        high=high,
        low="" if reach.low == reach.high else low,
        left="" if reach.left == reach.right else numbers.step(reach.left),
        right=numbers.step(reach.right),
        runs=len(shown),
    )
