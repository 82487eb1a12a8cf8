"""The island: what the scripts of a page need to know, as one JSON object inside of it.

Series, metrics and cards refer to each other and to runs by index, never by a user's word; which keys there
are is written in `templates/README.md`. Points are not in it: `shards` says which scripts hold them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from ..boards import Board
from ..cards import Card
from ..catalog import MetricInfo, RunData
from ..safe import shown
from ..shards import Place
from ..urls import Path, link, run_page

SeriesIndex = Mapping[tuple[str, str], Place]  # (run id, metric) → where its points lie


def island(
    kind: str,
    page: Path,
    runs: Sequence[RunData],
    drawn: Set[int],
    metrics: Sequence[MetricInfo],
    board: Board,
    places: SeriesIndex,
) -> dict[str, object]:
    """The data of a page whose address is `page`; `drawn` holds ordinals."""
    numbered = {info.name: number for number, info in enumerate(metrics)}
    shards: dict[str, int] = {}  # file name → index
    series: list[list[object]] = []
    for index, run in enumerate(runs):
        for name in run.record.metrics:
            place = places.get((run.run_id, name))
            if place is not None and name in numbered:
                series.append([index, numbered[name], *_place(place, shards)])
    return {
        "page": kind,
        "runs": [_run(run, page, run.ordinal in drawn) for run in runs],
        "metrics": [_metric(info, numbered) for info in metrics],
        "shards": [link(page, f"shards/{name}") for name in shards],
        "series": series,
        "cards": [_card(card, numbered) for card in board.cards],
        **({"options": board.options} if board.options else {}),
    }


def _run(run: RunData, page: Path, drawn: bool) -> dict[str, object]:
    record = run.record
    return {
        "id": run.run_id,
        "name": shown(record.name),
        "href": link(page, run_page(run.run_id)),
        "ordinal": run.ordinal,
        "color": run.ordinal % 10,
        "status": record.status,
        "alive": record.alive,
        "started": record.started // 1000,
        "ended": None if record.ended is None else record.ended // 1000,
        "last": record.last_active // 1000,
        "drawn": drawn,
        "damaged": any(problem.is_damage for problem in record.problems),
    }


def _metric(info: MetricInfo, numbered: Mapping[str, int]) -> dict[str, object]:
    x: str | int | None = info.x if info.x in ("step", "time") else numbered.get(info.x or "")
    return {"name": shown(info.name), "goal": info.goal, "assumed": info.assumed, "unit": info.unit, "x": x}


def _card(card: Card, numbered: Mapping[str, int]) -> dict[str, object]:
    return {
        "title": shown(card.title),
        "section": shown(card.section),
        "metrics": [[numbered[metric.name], metric.split] for metric in card.metrics],
        **({"options": card.options} if card.options else {}),
    }


def _place(place: Place, shards: dict[str, int]) -> list[object]:
    detail = [
        [_number(shards, piece.shard), piece.slot, piece.first, piece.rows, *piece.steps, *piece.times]
        for piece in place.detail
    ]
    return [_number(shards, place.shard), place.slot, place.points, detail or None]


def _number(shards: dict[str, int], name: str) -> int:
    return shards.setdefault(name, len(shards))
