"""Screening: of what was read, what the site may be made of. All else of a build sees only what passes here.

In this order: runs for which `only` does not hold are left out; params and tags of a dropped name; then
what is private by nature (`sitegen.privacy`). What is left is looked through for secrets by `sitegen.scan`.
Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TypeVar

from logger.layout import EXPERIMENTS, experiment_key
from logger.records import Problem, RunRecord
from logger.search import matching_runs

from .catalog import Reading, distinct_runs
from .config import SiteConfig
from .privacy import discretion, published
from .rundata import Withheld
from .seeds import is_seed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Screened:
    """What passed."""

    readings: tuple[Reading, ...]
    left_out: int  # runs for which `only` does not hold


def screened(readings: Sequence[Reading], config: SiteConfig) -> Screened:
    """What of some stores a site may be made of."""
    left_out = 0
    if config.only is not None:
        readings, left_out = _chosen(readings, config.only)
    return Screened(tuple(published_reading(reading, config) for reading in readings), left_out)


def published_reading(reading: Reading, config: SiteConfig) -> Reading:
    """What of one store may go out; of all its runs."""
    params, tags = tuple(config.drop_params), tuple(config.drop_tags)
    withheld = dict(reading.withheld)  # of a site: what was withheld from it
    runs = []
    for run in reading.runs:
        if params or tags:
            run, taken = _without(run, params, tags)
            if taken.count:
                before = withheld.get(run.folder, Withheld())
                withheld[run.folder] = Withheld(before.count + taken.count, before.mark + taken.mark)
        runs.append(published(run, config.publish, not config.is_for_owner))
    texts = discretion(config.publish, not config.is_for_owner)
    return replace(
        reading,
        experiments=tuple(
            replace(one, tags=_kept(one.tags, tags), problems=texts.problems(one.problems))
            for one in reading.experiments
        ),
        runs=tuple(runs),
        problems=texts.problems(reading.problems),
        withheld=withheld,
    )


def _chosen(readings: Sequence[Reading], only: str) -> tuple[list[Reading], int]:
    """The runs for which a filter holds, their experiments, and how many other runs there are.

    Of a run that lies in several stores the copy that is shown decides for all.
    """
    runs = [run for run, _ in distinct_runs(readings)]
    kept = frozenset(run.run_id for run in matching_runs(runs, only))
    shown = frozenset(experiment_key(run.experiment) for run in runs if run.run_id in kept)
    chosen = []
    for reading in readings:
        homes = {_home(run.folder) for run in reading.runs if run.run_id in kept}
        homes |= {one.folder for one in reading.experiments if experiment_key(one.name) in shown}
        left = frozenset(run.run_id for run in reading.runs if run.run_id not in kept)
        chosen.append(
            replace(
                reading,
                experiments=tuple(one for one in reading.experiments if experiment_key(one.name) in shown),
                runs=tuple(run for run in reading.runs if run.run_id in kept),
                problems=tuple(one for one in reading.problems if _is_of(one, homes, left)),
            )
        )
    return chosen, len(runs) - len(kept)


def _home(folder: str) -> str:
    return folder.rpartition("/")[0]


def _is_of(problem: Problem, homes: Collection[str], left: Collection[str]) -> bool:
    """Whether a problem is of the store itself, or of an experiment that is shown and no run left out."""
    parts = problem.path.split("/")
    if problem.run_id in left or any(part in left for part in parts):
        return False
    return parts[0] != EXPERIMENTS or "/".join(parts[:2]) in homes


def _without(run: RunRecord, params: tuple[str, ...], tags: tuple[str, ...]) -> tuple[RunRecord, Withheld]:
    """The run without what has a dropped name, and a mark by which runs that were alike in it are known."""
    dropped = {name: value for name, value in run.params.items() if _has(name, params)}
    told = {name: value for name, value in dropped.items() if not is_seed(name)}
    mark = hashlib.sha256(repr(sorted(told.items())).encode("utf-8", "surrogatepass")).hexdigest()
    kept = replace(
        run,
        params={name: value for name, value in run.params.items() if name not in dropped},
        tags=_kept(run.tags, tags),
        conflicts=tuple(one for one in run.conflicts if not _has(one[0], params)),
    )
    return kept, Withheld(len(dropped), mark if told else "")


def _kept(named: Mapping[str, T], patterns: tuple[str, ...]) -> dict[str, T]:
    return {name: value for name, value in named.items() if not _has(name, patterns)}


@lru_cache(maxsize=65_536)
def _has(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern is the whole of a name, whatever their case."""
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)
