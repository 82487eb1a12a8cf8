"""Build: the conductor. Stores, or what other trackers wrote → catalog → shards, pages → site.

It holds the order of the steps and nothing else. Reading may be handed to an executor; the rest is
fast. The same stores, configuration and versions give the same bytes: the time on a page is
`SOURCE_DATE_EPOCH` where it is set, else that of the newest fact it shows.
"""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from logger.errors import explain
from logger.records import Artifact, Problem

from .artifacts import ArtifactShelf, MadeFile
from .assets import Assets, make_assets, templates_dir
from .badge_plan import plan_badges
from .catalog import Catalog, Reading, RunData, make_catalog
from .config import SiteConfig
from .errors import NothingToDo
from .keeping import Kept
from .pages import plan_pages
from .privacy import published_problems
from .reading import RunReading, read_runs
from .render import AssetLinks, Renderer
from .shards import Packed, pack_runs
from .site import FolderSite, Site
from .sources import Opened, open_stores
from .tableprocess import TableProcess


class Progress(Protocol):
    """Is told how far a build has come."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """`step` is "import" or "read" (runs) or "write" (pages); a `total` of 0 is not known."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made of what."""

    runs: int
    metrics: int  # different names
    points: int  # that were read
    pages: int
    files: int
    bytes: int
    kept: int  # files that did not change
    problems: tuple[Problem, ...]  # and remarks
    left: int = 0  # runs that were deleted in another tracker, and left out


@dataclass(frozen=True, slots=True)
class Keeping:
    """What builds of one process with the same configuration have in common."""

    runs: Kept[RunReading | Problem] = field(default_factory=Kept)
    files: Kept[MadeFile] = field(default_factory=Kept)

    def turn(self) -> None:
        """A build is done."""
        self.runs.turn()
        self.files.turn()


def no_progress(step: str, done: int, total: int) -> None:
    """For callers who do not want to know."""


def build(
    stores: Sequence[Path],
    out: Path,
    config: SiteConfig | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> BuildReport:
    """Build a site from one or several stores into the folder `out`.

    Raises: SitegenError, logger.errors.StoreError: what a user can mend; the site that was there is whole.
    """
    with FolderSite(out, stores) as site:
        report = fill(site, stores, config or SiteConfig(), progress, executor)
        site.commit()
    return replace(report, files=site.count, bytes=site.size, kept=site.kept)


def fill(
    site: Site,
    stores: Sequence[Path],
    config: SiteConfig,
    progress: Progress = no_progress,
    executor: Executor | None = None,
    keeping: Keeping | None = None,
) -> BuildReport:
    """Put all files of a site into `site`.

    Args:
        keeping: of the builds before this one, in the same process and with the same `config`.
    """
    built_us = source_date_epoch(os.environ)
    opened = open_stores(stores, config.deleted_too, progress, executor)
    catalog, runs = _read(opened, config, progress, executor, keeping.runs if keeping else None)
    assets = make_assets()
    for asset in assets.files():
        site.add(f"assets/{asset.name}", asset.data)
    packed = _pack(catalog, runs)
    for shard in packed.shards:
        site.add(f"shards/{shard.name}", shard.data)

    for badge in plan_badges(catalog, config):
        site.add(badge.path, badge.svg.encode())

    def content(run: RunData, item: Artifact) -> bytes | Problem:
        return opened[run.store].store.read_artifact(run.record.folder, item, item.size)

    def identity(run: RunData, item: Artifact) -> Hashable | None:
        return opened[run.store].store.artifact_identity(run.record.folder, item) if keeping else None

    with TableProcess() as tables:
        files = keeping.files if keeping else Kept[MadeFile]()
        shelf = ArtifactShelf(catalog, config, content, tables.read, site.add, files, identity)
        pages = _write_pages(site, catalog, runs, packed, config, assets, shelf, built_us, progress)
    shown = [run for experiment in catalog.experiments for run in experiment.runs]
    return BuildReport(
        runs=catalog.run_count,
        metrics=len({name for run in shown for name in run.record.metrics}),
        points=sum(run.all_points for run in shown),
        pages=pages,
        files=site.count,
        bytes=site.size,
        kept=0,
        problems=catalog.problems,
        left=sum(one.left for one in opened),
    )


def source_date_epoch(environ: Mapping[str, str]) -> int | None:
    """The time that a reproducible build is to show, in microseconds; None when it is not set.

    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    text = environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 12:
        problem = f"SOURCE_DATE_EPOCH is {text!r}, which is no time."
        raise NothingToDo(explain(problem, "whole seconds since 1970, UTC.", "unset SOURCE_DATE_EPOCH"))
    return int(text) * 1_000_000


_Runs = dict[tuple[int, str], RunReading]  # by number of the store and folder in it


def _read(
    opened: Sequence[Opened],
    config: SiteConfig,
    progress: Progress,
    executor: Executor | None,
    kept: Kept[RunReading | Problem] | None,
) -> tuple[Catalog, _Runs]:
    if not opened:
        raise NothingToDo(explain("no store was named.", hint="sitegen build tracking"))
    total = sum(len(one.store.run_folders()) for one in opened)
    runs: _Runs = {}
    readings: list[Reading] = []
    done = 0
    progress("read", 0, total)
    for number, one in enumerate(opened):
        store = one.store
        problems = [*one.problems, *store.problems()]
        records = []
        lost = {}
        for found in read_runs(store, config.publish_private, config.points_exact, executor, kept):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                runs[number, found.record.folder] = found
                records.append(found.record)
                lost[found.record.folder] = found.lost
            done += 1
            progress("read", done, max(total, done))
        readings.append(Reading(tuple(store.experiments()), tuple(records), tuple(problems), lost))
    if not config.publish_private:
        readings = [_published(reading) for reading in readings]
    if len(readings) > 1:
        readings = [_numbered(reading, number) for number, reading in enumerate(readings, 1)]
    return make_catalog(readings, config), runs


def _published(reading: Reading) -> Reading:
    """The same reading, its own problems without absolute paths; the runs have been through it."""
    return replace(
        reading,
        experiments=tuple(
            replace(record, problems=published_problems(record.problems)) for record in reading.experiments
        ),
        problems=published_problems(reading.problems),
    )


def _numbered(reading: Reading, number: int) -> Reading:
    """The same reading, its problems saying which of several stores they lie in."""

    def renamed(problems: Sequence[Problem]) -> tuple[Problem, ...]:
        return tuple(replace(problem, path=f"store {number}: {problem.path}") for problem in problems)

    return Reading(
        tuple(replace(record, problems=renamed(record.problems)) for record in reading.experiments),
        tuple(replace(run, problems=renamed(run.problems)) for run in reading.runs),
        renamed(reading.problems),
        reading.lost,
    )


def _pack(catalog: Catalog, runs: _Runs) -> Packed:
    """The shards of each experiment by itself, so that a new run touches the last one of its own only."""
    packed = [
        pack_runs(runs[run.store, run.record.folder].encoded for run in experiment.runs)
        for experiment in sorted(catalog.experiments, key=lambda experiment: experiment.slug_href)
    ]
    shards = {shard.name: shard for one in packed for shard in one.shards}
    index = {key: place for one in packed for key, place in one.index.items()}
    return Packed(tuple(shards.values()), index)


def _write_pages(
    site: Site,
    catalog: Catalog,
    runs: _Runs,
    packed: Packed,
    config: SiteConfig,
    assets: Assets,
    shelf: ArtifactShelf,
    built_us: int | None,
    progress: Progress,
) -> int:
    sketches = {
        (run.run_id, metric): drawn
        for experiment in catalog.experiments
        for run in experiment.runs
        for metric, drawn in runs[run.store, run.record.folder].sketches.items()
    }
    renderer = Renderer(templates_dir(), _links(assets), version("runfolio"))
    total = catalog.run_count + len(catalog.experiments) + 4  # home, compare, problems, 404
    written = 0
    progress("write", 0, total)
    for page in plan_pages(catalog, packed.index, sketches, config, built_us, shelf.of):
        site.add(page.path, renderer.render(page))
        for shard in page.scripts:
            site.add(f"shards/{shard.name}", shard.data)
        written += 1
        progress("write", written, max(total, written))
    return written


def _links(assets: Assets) -> AssetLinks:
    return AssetLinks(
        styles=(f"assets/{assets.css.name}",),
        scripts=(f"assets/{assets.app.name}",),
        theme=f"assets/{assets.theme.name}",
        compare=f"assets/{assets.compare.name}",
        chart_scripts=(f"assets/{assets.vega.name}", f"assets/{assets.specs.name}"),
        licences=f"assets/{assets.third_party.name}",
    )
