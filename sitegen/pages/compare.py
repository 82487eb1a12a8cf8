"""The compare page: any runs of any experiments side by side, as its address names them.

The page itself holds an index of all runs; what is known of them lies in data scripts, some hundred runs of
an experiment in each, of which `templates/static/js/compare.js` loads those it needs. Pure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from logger.factlines import JsonValue
from logger.records import MetricSummary

from .. import numbers
from ..boards import board_of
from ..catalog import Catalog, ExperimentData, MetricInfo, RunData, best_value
from ..cells import param_cell
from ..config import BoardConfig
from ..safe import Html, clipped, json_text, shown
from ..urls import COMPARE, Path, compare_data, digest, experiment_page, link
from .frame import Frame, Framer
from .island import SeriesIndex, island

RUNS_A_SCRIPT = 200
_LONGEST = 2_000  # characters of a text; it is whole on the run's page
_SAID = (("user", "user"), ("script", "source"), ("git_commit", "commit"), ("git_branch", "branch"))


@dataclass(frozen=True, slots=True)
class DataScript:
    """A script that hands the page what is known of some runs."""

    path: Path
    experiment: ExperimentData
    runs: tuple[RunData, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class CompareView:
    """What the compare page shows before its script has read the address."""

    frame: Frame
    runs: int  # of the whole site
    index: Html  # which runs there are, and which script knows them


def compare_scripts(
    catalog: Catalog, places: SeriesIndex, boards: Sequence[BoardConfig]
) -> tuple[DataScript, ...]:
    """The data scripts of all runs, experiment by experiment, the oldest runs first."""
    return tuple(
        script for experiment in catalog.experiments for script in _scripts(experiment, places, boards)
    )


def compare_view(scripts: Sequence[DataScript], framer: Framer) -> CompareView:
    """The compare page of a site."""
    index = {
        "scripts": [link(COMPARE, script.path) for script in scripts],
        "experiments": [shown(script.experiment.name) for script in scripts],
        "runs": [
            [run.run_id, number, shown(run.record.name)]
            for number, script in enumerate(scripts)
            for run in script.runs
        ],
    }
    runs = sum(len(script.runs) for script in scripts)
    newest = max((script.experiment.last_active for script in scripts), default=0)
    frame = framer.frame(COMPARE, "Compare", newest_us=newest or None)
    return CompareView(frame, runs, json_text(index))


def _scripts(
    experiment: ExperimentData, places: SeriesIndex, boards: Sequence[BoardConfig]
) -> Iterator[DataScript]:
    main = experiment.main_metric
    board = board_of(experiment.name, experiment.metrics, main.name if main else None, boards)
    for first in range(0, len(experiment.runs), RUNS_A_SCRIPT):
        runs = experiment.runs[first : first + RUNS_A_SCRIPT]
        drawn = frozenset(run.ordinal for run in runs)
        data = {
            **island("compare", COMPARE, runs, drawn, experiment.metrics, board, places),
            "experiment": {
                "name": shown(experiment.name),
                "href": link(COMPARE, experiment_page(experiment.slug_href)),
            },
            "details": [_details(run, experiment) for run in runs],
        }
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        key = digest(body.encode())
        script = f'runfolio.compared("{key}",{_in_script(body)});\n'
        yield DataScript(compare_data(key), experiment, runs, script.encode())


def _in_script(json_body: str) -> str:
    """JSON as an expression of JavaScript: two line ends that JSON allows in texts were none there once."""
    return json_body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _details(run: RunData, experiment: ExperimentData) -> dict[str, object]:
    record = run.record
    seconds = ((record.ended or record.last_active) - record.started) / 1e6
    said = [(label, record.provenance.get(key)) for key, label in _SAID]
    return {
        "duration": numbers.duration(seconds),
        "said": [[label, clipped(shown(value), _LONGEST)] for label, value in said if isinstance(value, str)],
        "params": [_pair(name, value) for name, value in record.params.items()],
        "tags": [_pair(name, value) for name, value in record.tags.items()],
        "metrics": [
            [place, *_values(summary, info)]
            for place, info in enumerate(experiment.metrics)
            if (summary := record.metrics.get(info.name)) is not None
        ],
    }


def _values(summary: MetricSummary, info: MetricInfo) -> list[float | str | None]:
    """First, last, min, max and best of a metric; words for NaN and infinities, which JSON has not."""
    best = best_value(summary, info.goal)
    values = (summary.first, summary.last, summary.min, summary.max, best[0] if best else None)
    return [value if value is None or math.isfinite(value) else numbers.number(value) for value in values]


def _pair(name: str, value: JsonValue) -> list[str]:
    """A name, its value in words, and the whole of it where the words are not."""
    cell = param_cell(value)
    return [shown(name), cell.text, cell.title] if cell.title else [shown(name), cell.text]
