"""Small sites with one page of cards, made without a store: for charts that no logged run would give.

`Board` takes runs, metrics and points as plain values and writes what a build writes for an experiment
page: assets, shards, the island, the places where scripts draw.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np

from sitegen.assets import Assets
from sitegen.cards import split_of
from sitegen.render import CSP
from sitegen.series import SeriesData
from sitegen.shards import pack_shards

STARTED = 1_790_000_000_000  # ms


def points(values, steps=None, seconds=None) -> SeriesData:
    """A series: one value a step and a second, unless told otherwise."""
    values = np.asarray(values, dtype=np.float64)
    steps = np.arange(len(values)) if steps is None else np.asarray(steps)
    seconds = np.arange(len(values)) if seconds is None else np.asarray(seconds)
    return SeriesData(steps.astype(np.int64), (STARTED * 1000 + seconds * 1e6).astype(np.int64), values)


def curve(count: int, seed: int = 0, top: float = 0.9) -> np.ndarray:
    """Values that rise like an AUC, with noise."""
    random = np.random.default_rng(seed)
    return top * (1 - np.exp(-np.arange(count) / (count / 5))) + random.normal(0, 0.01, count)


@dataclass
class Board:
    """What a page of cards is made from."""

    series: Mapping[tuple[str, str], SeriesData]  # by run name and metric
    cards: Sequence[tuple[str, Sequence[str]]] = ()  # title, metrics; by default a card a metric
    drawn: Sequence[str] | None = None  # names of runs; by default the first ten
    goals: Mapping[str, str] = field(default_factory=dict)
    x: Mapping[str, str] = field(default_factory=dict)  # "time" or another metric
    options: Mapping[str, str] = field(default_factory=dict)  # of the board
    card_options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by title
    exact: int = 2_000
    kind: str = "experiment"
    params: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # by run name
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    experiment: str = "board"
    sections: Mapping[str, str] = field(default_factory=dict)  # by title of a card
    named: Sequence[str] = ()  # titles that somebody chose

    def island(self) -> tuple[dict[str, object], list[tuple[str, bytes]]]:
        runs = list(dict.fromkeys(run for run, _ in self.series))
        metrics = list(dict.fromkeys(metric for _, metric in self.series))
        ids = {run: f"0199f3c2a7d8{number:04x}" + "0" * 16 for number, run in enumerate(runs)}
        packed = pack_shards(
            (
                ((ids[run], metric), data)
                for (run, metric), data in sorted(
                    self.series.items(), key=lambda item: runs.index(item[0][0])
                )
            ),
            self.exact,
        )
        numbers = {shard.name: number for number, shard in enumerate(packed.shards)}
        places = []
        for (run_id, metric), place in packed.index.items():
            detail = [
                [numbers[piece.shard], piece.slot, piece.first, piece.rows, *piece.steps, *piece.times]
                for piece in place.detail
            ]
            run = list(ids.values()).index(run_id)
            places.append(
                [run, metrics.index(metric), numbers[place.shard], place.slot, place.points, detail or None]
            )
        drawn = runs[:10] if self.drawn is None else self.drawn
        cards = self.cards or [(metric, [metric]) for metric in metrics]
        x = {metric: metrics.index(other) if other in metrics else other for metric, other in self.x.items()}
        return {
            "page": self.kind,
            "experiment": self.experiment,
            "runs": [
                {
                    "id": ids[run], "name": run, "href": f"../../r/{ids[run]}/index.html",
                    "color": number % 10, "status": "finished", "started": STARTED, "ended": STARTED + 9e6,
                    "last": STARTED + 9e6, "drawn": run in drawn,
                }
                for number, run in enumerate(runs)
            ],
            "metrics": [
                {
                    "name": name, "goal": self.goals.get(name), "assumed": False, "unit": None,
                    "x": x.get(name), **({"split": split, "base": base} if split else {}),
                }
                for name in metrics
                for base, split in [split_of(name)]
            ],
            "shards": [f"../../shards/{shard.name}" for shard in packed.shards],
            "series": places,
            "cards": [
                {
                    "title": title, "section": self.sections.get(title, ""),
                    "metrics": [metrics.index(name) for name in names],
                    "options": list(self.card_options.get(title, {}).items()),
                    **({"named": True} if title in self.named else {}),
                }
                for title, names in cards
            ],
            "options": list(self.options.items()),
            **({"table": self.table(runs)} if self.params or self.tags else {}),
        }, [(shard.name, shard.data) for shard in packed.shards]  # fmt: skip

    def table(self, runs: Sequence[str]) -> dict[str, object]:
        """The runs table of the page's data: a column a param and a tag."""
        columns = []
        for group, given in (("param", self.params), ("tag", self.tags)):
            for label in dict.fromkeys(name for named in given.values() for name in named):
                values = [given.get(run, {}).get(label) for run in runs]
                column = {"kind": "param", "label": label, "group": group}
                if any(isinstance(value, str) for value in values):
                    texts = sorted({value for value in values if value is not None})
                    codes = [-1 if value is None else texts.index(value) for value in values]
                    columns.append({**column, "texts": texts, "codes": codes})
                else:
                    columns.append({**column, "values": values})
        return {"columns": columns, "order": list(range(len(runs))), "sort": None}

    def write(self, folder: Path, assets: Assets) -> Path:
        """Write the site; the path of its page."""
        island, shards = self.island()
        for name, files in (
            ("assets", [(asset.name, asset.data) for asset in assets.files()]),
            ("shards", shards),
        ):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for file, data in files:
                (folder / name / file).write_bytes(data)
        figures = "".join(
            f'<figure class="chart-card" data-card="{number}">'
            f'<figcaption class="chart-card__title"><bdi>{escape(card["title"])}</bdi></figcaption>'
            '<div class="chart-card__plot"></div><p class="chart-card__footer"></p></figure>'
            for number, card in enumerate(island["cards"])
        )
        data = json.dumps(island).replace("<", "\\u003c")
        scripts = "".join(
            f'<script defer src="../../assets/{asset.name}"></script>'
            for asset in (assets.vega, assets.specs, assets.app)
        )
        theme = f'<script src="../../assets/{assets.theme.name}"></script>'
        on_paper = f'<link rel="stylesheet" media="print" href="../../assets/{assets.print_css.name}">'
        page = folder / "e" / "board" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(
            '<!doctype html><html lang="en"><head>'
            f'<meta http-equiv="Content-Security-Policy" content="{CSP}">'
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="data:,">'
            "<title>Board</title>"
            f'<link rel="stylesheet" href="../../assets/{assets.css.name}">{on_paper}{theme}{scripts}</head>'
            '<body data-root="../../"><main id="content"><h1>Board</h1>'
            '<div class="toolbar" data-toolbar role="group" aria-label="How curves are drawn"></div>'
            f'<section class="board" data-board aria-label="Charts">'
            f'<h2 class="unseen">Charts</h2>{figures}</section></main>'
            '<footer class="site-foot"><p>made by a test</p></footer>'
            f'<script type="application/json" id="page-data">{data}</script></body></html>',
            encoding="utf-8",
        )
        return page
