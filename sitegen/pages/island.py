"""The island: what the scripts of a page need to know, as one JSON object inside of it.

Series, metrics and cards refer to each other and to runs by index, never by a user's word; which keys there
are is written in `templates/README.md`. Points are not in it: `shards` says which scripts hold them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from ..boards import Board
from ..cards import Card, split_of
from ..metricinfo import MetricInfo, own_labels
from ..rundata import RunData
from ..safe import shown
from ..shards import Place
from ..urls import Path, link, run_page

MANY = 50  # runs; with more, runs and series are written in less than half the bytes

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
    """The data of a page whose address is `page`; `drawn` holds ordinals.

    Only an experiment's page writes many runs in fewer bytes: the compare page picks single runs out.
    """
    many = kind == "experiment" and len(runs) > MANY
    numbered = {info.name: number for number, info in enumerate(metrics)}
    shards: dict[str, int] = {}  # file name → index
    series: list[list[object]] = []
    sets: dict[tuple[int, ...], int] = {}  # metrics that lie side by side → index
    for index, run in enumerate(runs):
        found = [
            (numbered[name], place)
            for name in run.record.metrics
            if name in numbered and (place := places.get((run.run_id, name))) is not None
        ]
        if many:
            series += _stretches(index, found, shards, sets)
        else:
            series += [[index, metric, *_place(place, shards)] for metric, place in found]
    labels = own_labels(metrics)
    told = [_run(run, page, run.ordinal in drawn) for run in runs]
    return {
        "page": kind,
        "runs": _side_by_side(told) if many else told,
        "metrics": [_metric(info, numbered, labels.get(info.name, "")) for info in metrics],
        "shards": _addresses(page, tuple(shards), many),
        "series": series,
        **(_apart(runs) if kind == "experiment" else {}),
        **({"sets": [list(metrics) for metrics in sets]} if sets else {}),
        "cards": [_card(card, numbered) for card in board.cards],
        **({"options": board.options} if board.options else {}),
        **({"hide": [shown(name) for name in board.hide]} if board.hide else {}),
        **({} if board.whole else {"rest": "none"}),
        **({} if board.number is None else {"configured": True}),
    }


def _apart(runs: Sequence[RunData]) -> dict[str, list[int]]:
    """For each run a number that it shares with those alike in what is withheld, where not all are."""
    marks: dict[str, int] = {}
    told = [marks.setdefault(run.withheld.mark, len(marks)) for run in runs]
    return {"apart": told} if len(marks) > 1 else {}


def _addresses(page: Path, shards: Sequence[str], many: bool) -> object:
    """Of the data scripts; where there are many, once what stands before and behind the names of all."""
    if not many:
        return [link(page, f"shards/{name}") for name in shards]
    before, _, behind = link(page, "shards/*.js").partition("*")
    return {"names": [name.removesuffix(".js") for name in shards], "href": [before, behind]}


def _run(run: RunData, page: Path, drawn: bool) -> dict[str, object]:
    record = run.record
    goes_on = record.status == "running"
    return {
        "id": run.run_id,
        "name": shown(record.name),
        "href": link(page, run_page(run.run_id)),
        "color": run.ordinal % 10,
        "status": record.status,
        "alive": record.alive if goes_on else None,
        "started": record.started // 1000,
        "ended": None if record.ended is None else record.ended // 1000,
        "last": record.last_active // 1000 if goes_on else None,
        "drawn": drawn,
        "damaged": _unread(run) if run.damages else None,
    }


def _unread(run: RunData) -> list[str]:
    """The kinds of things of which some may not have been read."""
    return ["facts"] * run.lacks_facts + ["metrics"] * run.lacks_metrics


def _side_by_side(runs: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Runs without their keys, and once what all share: values, and addresses before and behind the id."""
    first, run_id = str(runs[0]["href"]), str(runs[0]["id"])
    before, _, behind = first.partition(run_id)
    same = {key: value for key, value in runs[0].items() if all(run[key] == value for run in runs)}
    keys = [key for key in runs[0] if key != "href" and key not in same]
    rows = [[run[key] for key in keys] for run in runs]
    return {"keys": keys, "rows": rows, "same": same, "href": [before, behind]}


def _stretches(
    run: int, series: list[tuple[int, Place]], shards: dict[str, int], sets: dict[tuple[int, ...], int]
) -> list[list[object]]:
    """The series of a run; those side by side in a shard are one: [run, [set], shard, slot, points]."""
    found: list[list[object]] = []
    together: list[tuple[int, Place]] = []
    ordered = sorted(series, key=lambda item: (_number(shards, item[1].shard), item[1].slot))
    for metric, place in ordered:
        if place.detail:
            found.append([run, metric, *_place(place, shards)])
            continue
        last = together[-1][1] if together else None
        if last and (place.shard, place.slot) != (last.shard, last.slot + 1):
            found.append(_stretch(run, together, shards, sets))
            together = []
        together.append((metric, place))
    return [*found, _stretch(run, together, shards, sets)] if together else found


def _stretch(
    run: int, series: list[tuple[int, Place]], shards: dict[str, int], sets: dict[tuple[int, ...], int]
) -> list[object]:
    first = series[0][1]
    number = sets.setdefault(tuple(metric for metric, _ in series), len(sets))
    points = [place.points for _, place in series]
    told: object = points[0] if len(set(points)) == 1 else points
    return [run, [number], _number(shards, first.shard), first.slot, told]


def _metric(info: MetricInfo, numbered: Mapping[str, int], label: str) -> dict[str, object]:
    base, split = split_of(info.name)
    x: str | int | None = info.x if info.x in ("step", "time") else numbered.get(info.x or "")
    return {
        "name": shown(info.name),
        "goal": info.goal,
        "assumed": info.assumed,
        "unit": info.unit,
        "x": x,
        **({"label": shown(label)} if label else {}),
        **({"split": split, "base": shown(base)} if split else {}),
    }


def _card(card: Card, numbered: Mapping[str, int]) -> dict[str, object]:
    return {
        "title": shown(card.title),
        "section": shown(card.section),
        "metrics": [numbered[metric.name] for metric in card.metrics],
        **({"named": True} if card.named else {}),
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
