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

from .allow import DEFAULT, AllowList, read_allowed
from .artifacts import ArtifactShelf, MadeFile
from .assets import Assets, make_assets, templates_dir
from .catalog import Catalog, Reading, RunData, make_catalog
from .config import SiteConfig
from .errors import NothingToDo, PrivateFound
from .keeping import Kept
from .pages import plan_pages
from .reading import RunReading, read_runs
from .render import AssetLinks, Renderer
from .scan import Finding, refusal, scanned
from .screening import screened
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
    left_out: int = 0  # runs for which the filter of `only` does not hold
    found: tuple[Finding, ...] = ()  # what looks secret or private in what goes out, or was withheld
    unused: tuple[str, ...] = ()  # lines of the allow-file that allowed nothing


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
    kept_runs = keeping.runs if keeping else None
    catalog, runs, left_out = _read(opened, config, progress, executor, kept_runs)
    allowed = AllowList() if config.allow is None else read_allowed(Path(config.allow))
    found = _found(catalog, config, allowed)
    assets = make_assets()
    for asset in assets.files():
        site.add(f"assets/{asset.name}", asset.data)
    packed = _pack(catalog, runs)
    for shard in packed.shards:
        site.add(f"shards/{shard.name}", shard.data)

    def content(run: RunData, item: Artifact) -> bytes | Problem:
        return opened[run.store].store.read_artifact(run.record.folder, item, item.size)

    def identity(run: RunData, item: Artifact) -> Hashable | None:
        return opened[run.store].store.artifact_identity(run.record.folder, item) if keeping else None

    with TableProcess() as tables:
        files = keeping.files if keeping else Kept[MadeFile]()
        shelf = ArtifactShelf(catalog, config, content, tables.read, site.add, files, identity, allowed)
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
        left_out=left_out,
        found=(*found, *shelf.found),
        unused=tuple(allowed.unused()),
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
) -> tuple[Catalog, _Runs, int]:
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
        for found in read_runs(store, config.points_exact, executor, kept):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                runs[number, found.record.folder] = found
                records.append(found.record)
                lost[found.record.folder] = found.lost
            done += 1
            progress("read", done, max(total, done))
        readings.append(Reading(tuple(store.experiments()), tuple(records), tuple(problems), lost))
    passed = screened(readings, config)
    readings = list(passed.readings)
    runs = {  # what was taken out is nowhere any more
        (number, record.folder): replace(runs[number, record.folder], record=record)
        for number, reading in enumerate(readings)
        for record in reading.runs
    }
    if len(readings) > 1:
        readings = [_numbered(reading, number) for number, reading in enumerate(readings, 1)]
    return make_catalog(readings, config), runs, passed.left_out


def _found(catalog: Catalog, config: SiteConfig, allowed: AllowList) -> tuple[Finding, ...]:
    """What looks secret or private in the texts of the site.

    Raises: PrivateFound: something does, and `config.scan` says that nothing may be written then.
    """
    if config.is_for_owner:
        return ()
    found = scanned(catalog, config, allowed)
    if found and config.scan == "fail":
        raise PrivateFound(refusal(found, config.allow or DEFAULT))
    return found


def _numbered(reading: Reading, number: int) -> Reading:
    """The same reading, its problems saying which of several stores they lie in."""

    def renamed(problems: Sequence[Problem]) -> tuple[Problem, ...]:
        return tuple(replace(problem, path=f"store {number}: {problem.path}") for problem in problems)

    return replace(
        reading,
        experiments=tuple(
            replace(record, problems=renamed(record.problems)) for record in reading.experiments
        ),
        runs=tuple(replace(run, problems=renamed(run.problems)) for run in reading.runs),
        problems=renamed(reading.problems),
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
