"""The compare page: any runs of any experiments side by side, as its address names them.

The page itself holds an index of all runs; what is known of them lies in data scripts, some hundred runs of
an experiment in each, of which `templates/static/js/compare.js` loads those it needs. Pure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from logger.factlines import JsonValue
from logger.records import MetricSummary

from .. import numbers
from ..boards import board_of
from ..catalog import Catalog, ExperimentData
from ..cells import param_cell
from ..metricinfo import MetricInfo, best_value
from ..previews import SVG
from ..rundata import RunData
from ..safe import Html, clipped, json_text, shown
from ..shards import Shard
from ..spreads import Spread, spreads_of
from ..urls import COMPARE, Link, Path, digest, experiment_page, link, run_page, target
from .artifacts import GalleryView
from .frame import Frame, Framer, duration
from .island import SeriesIndex, island

RUNS_A_SCRIPT = 200
LISTED = 50  # experiments, and runs, that a reader without scripts is led to
_LONGEST = 2_000  # characters of a text; it is whole on the run's page
_SHORT = 18  # characters of the id of a parent that the site has not
_SAID = (("user", "user"), ("script", "source"), ("git_commit", "commit"), ("git_branch", "branch"))


Galleries = Mapping[str, Sequence[GalleryView]]  # by run id: pictures as the page of the run shows them


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some runs of an experiment, and the script that hands the page what is known of them."""

    experiment: ExperimentData
    runs: tuple[RunData, ...]
    script: Shard


@dataclass(frozen=True, slots=True)
class ListedExperiment:
    """An experiment to be read in place of a comparison."""

    name: str
    href: Link
    counts: str  # "24 runs"


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run to be read in place of a comparison."""

    name: str
    href: Link
    experiment: str


@dataclass(frozen=True, slots=True)
class CompareView:
    """What the compare page shows before its script has read the address."""

    frame: Frame
    runs: int  # of the whole site
    index: Html  # which runs there are, and which script knows them
    scripts: tuple[Shard, ...]
    comparable: bytes  # the index again, as a script for other pages
    experiments: tuple[ListedExperiment, ...]  # the first of them
    newest: tuple[ListedRun, ...]  # of the whole site, the newest first


def compare_view(catalog: Catalog, places: SeriesIndex, galleries: Galleries, framer: Framer) -> CompareView:
    """The compare page of a site, and the data scripts of all runs, the oldest of an experiment first."""
    names = {run.run_id: run.record.name for experiment in catalog.experiments for run in experiment.runs}
    chunks = [
        chunk
        for experiment in catalog.experiments
        for chunk in _chunks(experiment, places, galleries, framer, names)
    ]
    index = {
        "scripts": [link(COMPARE, f"shards/{chunk.script.name}") for chunk in chunks],
        "experiments": [shown(chunk.experiment.name) for chunk in chunks],
        "runs": [
            [run.run_id, number, shown(run.record.name)]
            for number, chunk in enumerate(chunks)
            for run in chunk.runs
        ],
    }
    frame = framer.frame(
        COMPARE,
        "Compare",
        newest_us=catalog.newest or None,
        description="Runs side by side: metrics, what differs between them, and their curves.",
    )
    scripts = tuple(chunk.script for chunk in chunks)
    written = json_text(index)
    comparable = f"runfolio.comparable({written.text});\n".encode()
    listed = tuple(
        ListedExperiment(
            each.name, link(COMPARE, experiment_page(each.slug_href)), numbers.plural(len(each.runs), "run")
        )
        for each in catalog.experiments[:LISTED]
    )
    return CompareView(
        frame, catalog.run_count, written, scripts, comparable, listed, tuple(_newest(catalog))
    )


def _newest(catalog: Catalog) -> Iterator[ListedRun]:
    runs = [(run, experiment.name) for experiment in catalog.experiments for run in experiment.runs]
    for run, experiment in nlargest(LISTED, runs, key=lambda pair: pair[0].record.started):
        yield ListedRun(run.record.name, link(COMPARE, run_page(run.run_id)), experiment)


def _chunks(
    experiment: ExperimentData,
    places: SeriesIndex,
    galleries: Galleries,
    framer: Framer,
    names: Mapping[str, str],
) -> Iterator[_Chunk]:
    main = experiment.main_metric
    board = board_of(experiment.name, experiment.metrics, main.name if main else None, framer.boards)
    spreads = spreads_of(experiment, experiment.metrics)
    for first in range(0, len(experiment.runs), RUNS_A_SCRIPT):
        runs = experiment.runs[first : first + RUNS_A_SCRIPT]
        drawn = frozenset(run.ordinal for run in runs)
        data = {
            **island("compare", COMPARE, runs, drawn, experiment.metrics, board, places),
            "experiment": {
                "name": shown(experiment.name),
                "href": link(COMPARE, experiment_page(experiment.slug_href)),
            },
            "details": [
                _details(run, experiment, galleries.get(run.run_id, ()), spreads, names) for run in runs
            ],
        }
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        key = digest(body.encode())
        script = f'runfolio.compared("{key}",{_in_script(body)});\n'
        yield _Chunk(experiment, runs, Shard(f"{key}.js", script.encode()))


def _in_script(json_body: str) -> str:
    """JSON as an expression of JavaScript: two line ends that JSON allows in texts were none there once."""
    return json_body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _details(
    run: RunData,
    experiment: ExperimentData,
    galleries: Sequence[GalleryView],
    spreads: Mapping[str, Mapping[int, Spread]],
    names: Mapping[str, str],
) -> dict[str, object]:
    record = run.record
    parent = _parent(record.parent, names)
    said = [(label, record.provenance.get(key)) for key, label in _SAID]
    return {
        "duration": duration(record).text,
        "said": [[label, clipped(shown(value), _LONGEST)] for label, value in said if isinstance(value, str)],
        "params": [_pair(name, value) for name, value in record.params.items()],
        "tags": [_pair(name, value) for name, value in record.tags.items()],
        "metrics": [
            [place, *_values(summary, info), *_noise(spreads.get(info.name, {}).get(run.ordinal))]
            for place, info in enumerate(experiment.metrics)
            if (summary := record.metrics.get(info.name)) is not None
        ],
        **({"parent": parent} if parent else {}),
        **({"pictures": [_gallery(run, gallery) for gallery in galleries]} if galleries else {}),
    }


def _parent(run_id: str | None, names: Mapping[str, str]) -> list[str]:
    """The id of the run above, its name, and its address where the site has it."""
    if run_id is None:
        return []
    if run_id not in names:
        return [run_id, run_id[:_SHORT]]
    return [run_id, shown(names[run_id]), link(COMPARE, run_page(run_id))]


def _gallery(run: RunData, gallery: GalleryView) -> list[object]:
    """The name of a series of pictures, and each with its step and its address from the compare page."""
    page = run_page(run.run_id)
    return [shown(gallery.name), [[one.step, _address(page, one.source)] for one in gallery.pictures]]


def _address(page: Path, source: Link) -> Link:
    """The address from the compare page of what the page at `page` links so; an SVG is its own address."""
    return source if source.startswith(SVG) else link(COMPARE, target(page, source))


def _values(summary: MetricSummary, info: MetricInfo) -> list[float | str | None]:
    """First, last, min, max and best of a metric; words for NaN and infinities, which JSON has not."""
    best = best_value(summary, info.goal)
    values = (summary.first, summary.last, summary.min, summary.max, best[0] if best else None)
    return [value if value is None or math.isfinite(value) else numbers.number(value) for value in values]


def _noise(spread: Spread | None) -> list[list[float]]:
    """What seeds do to the value that is compared: its standard deviation, the first run of its group."""
    return [] if spread is None else [[spread.deviation, spread.first]]


def _pair(name: str, value: JsonValue) -> list[str]:
    """A name, its value in words, and the whole of it where the words are not."""
    cell = param_cell(value)
    return [shown(name), cell.text, cell.title] if cell.title else [shown(name), cell.text]
