"""Build: the conductor. Stores, or what other trackers wrote → catalog → shards, pages → site.

It holds the order of the steps and nothing else. Reading may be handed to an executor; the rest is
fast. The same stores, configuration and versions give the same bytes: the time on a page is
`SOURCE_DATE_EPOCH` where it is set, else that of the newest fact it shows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from logger.errors import explain
from logger.records import Artifact, Problem

from .allow import DEFAULT, AllowList, read_allowed
from .artifacts import ArtifactShelf, MadeFile, ShownArtifact
from .assets import Assets, make_assets, templates_dir
from .badge_plan import plan_badges
from .budget import Spent, Warned, judged
from .catalog import Catalog, Reading, make_catalog
from .config import SiteConfig
from .datafolder import DataFolder
from .earlier import Earlier, beside
from .errors import NothingToDo, PrivateFound
from .keeping import Kept
from .pages import data_page, plan_pages
from .previews import Preview
from .reading import RunReading, Wanted, read_runs
from .render import AssetLinks, Renderer
from .retention import NOTHING_LEFT_OUT, Retention, retain, without
from .rundata import RunData
from .scan import Finding, refusal, scanned
from .screening import screened
from .shards import Packed, pack_runs
from .site import FolderSite, Site
from .sitestore import SiteStore, is_site
from .slips import Slip, slips
from .sources import Opened, check_known, open_stores
from .tableprocess import TableProcess
from .urls import experiment_page, run_page


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
    earlier: int = 0  # runs that only the site had that was published before
    retention: Retention = NOTHING_LEFT_OUT  # runs that the site was to forget
    warned: Warned | None = None  # the site is close to its budget, or beyond
    slips: tuple[Slip, ...] = ()  # what the configuration names and no run has


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
    earlier: Earlier | None = None,
) -> BuildReport:
    """Build a site from one or several stores into the folder `out`.

    Args:
        earlier: the site that was published before, whose runs come along.
    Raises: SitegenError, logger.errors.StoreError: what a user can mend; the site that was there is whole.
    """
    check_known(stores)  # what is wrong there is said before what is wrong with the output folder
    read = [*stores, *([earlier.folder] if earlier is not None and earlier.folder is not None else [])]
    apart = [path for path in read if not (path.resolve() == out.resolve() and is_site(path))]
    with FolderSite(out, apart) as site:
        report = fill(site, stores, config or SiteConfig(), progress, executor, earlier=earlier)
        site.commit()
    return replace(report, files=site.count, bytes=site.size, kept=site.kept)


def fill(
    site: Site,
    stores: Sequence[Path],
    config: SiteConfig,
    progress: Progress = no_progress,
    executor: Executor | None = None,
    keeping: Keeping | None = None,
    earlier: Earlier | None = None,
    beside: Sequence[Problem] = (),
) -> BuildReport:
    """Put all files of a site into `site`.

    Args:
        keeping: of the builds before this one, in the same process and with the same `config`.
        earlier: the site that was published before, whose runs come along.
        beside: problems that lie in none of the stores.
    """
    built_us = source_date_epoch(os.environ)
    opened = open_stores(stores, config.deleted_too, progress, executor)
    if earlier is not None and earlier.store is not None:
        opened.append(Opened(earlier.store, is_earlier=True))
    read, runs, points = _read(opened, config, progress, executor, keeping.runs if keeping else None)
    passed = screened(read, config)
    readings = _told_apart(passed.readings, opened)
    readings[0] = replace(readings[0], problems=(*beside, *readings[0].problems))
    catalog = make_catalog(readings, config)
    retention = retain(catalog, () if config.is_for_owner else config.keep, built_us)
    if retention.dropped:
        catalog = make_catalog(without(readings, retention.dropped), config)
    allowed = AllowList() if config.allow is None else read_allowed(Path(config.allow))
    found = _found(catalog, config, allowed)
    spent = Spent()

    def add(path: str, content: bytes) -> None:
        spent.add(path, len(content))
        site.add(path, content)

    assets = make_assets()
    for asset in assets.files():
        add(f"assets/{asset.name}", asset.data)

    for badge in plan_badges(catalog, config):
        add(badge.path, badge.svg.encode())

    def content(run: RunData, item: Artifact) -> bytes | Problem | Preview:
        store = opened[run.store].store
        shown = store.preview(run.record.folder, item) if isinstance(store, SiteStore) else None
        return shown or store.read_artifact(run.record.folder, item, item.size)

    def identity(run: RunData, item: Artifact) -> Hashable | None:
        return opened[run.store].store.artifact_identity(run.record.folder, item) if keeping else None

    data = DataFolder(add, config.data == "full") if config.carries_data else None
    with TableProcess() as tables, closing(data) if data else nullcontext():
        if data is not None:
            data.begin(catalog, lambda run: points.pop((run.store, run.record.folder), None))
        points.clear()
        packed = _pack(catalog, runs, spent)
        for shard in packed.shards:
            add(f"shards/{shard.name}", shard.data)
        made = keeping.files if keeping else Kept[MadeFile]()
        shelf = ArtifactShelf(catalog, config, content, tables.read, add, made, identity, allowed)

        def files(run: RunData) -> tuple[ShownArtifact, ...]:
            shown = shelf.of(run)
            if data is not None:
                data.take(run, shown)
            return shown

        pages = _write_pages(
            add, catalog, runs, packed, config, assets, files, built_us, progress, data, spent
        )
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
        left_out=passed.left_out,
        found=(*found, *shelf.found),
        unused=tuple(allowed.unused()),
        earlier=sum(1 for run in shown if opened[run.store].is_earlier),
        retention=retention,
        warned=judged(spent, config.budget_bytes),
        slips=slips(config, catalog),
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


_Runs = dict[
    tuple[int, str], RunReading
]  # by number of the store and folder in it; of their records only those of a catalog may go out
_Points = dict[tuple[int, str], pa.Table]  # the same, of logger.schema.SEALED


def _read(
    opened: Sequence[Opened],
    config: SiteConfig,
    progress: Progress,
    executor: Executor | None,
    kept: Kept[RunReading | Problem] | None,
) -> tuple[list[Reading], _Runs, _Points]:
    if not opened:
        raise NothingToDo(explain("no store was named.", hint="sitegen build tracking"))
    total = sum(len(one.store.run_folders()) for one in opened)
    wanted = Wanted(
        config.points_exact,
        detail=config.carries_points,
        points=config.carries_data and config.data == "full",
    )
    runs: _Runs = {}
    points: _Points = {}
    readings: list[Reading] = []
    done = 0
    progress("read", 0, total)
    for number, one in enumerate(opened):
        store = one.store
        problems = [*one.problems, *store.problems()]
        records = []
        lost = {}
        known = {run.run_id for reading in readings for run in reading.runs} if one.is_earlier else set()
        folders = [folder for folder in store.run_folders() if folder not in known]
        for found in read_runs(store, folders, wanted, executor, kept):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                if found.points is not None:
                    points[number, found.record.folder] = found.points
                    found = replace(found, points=None)  # held once, until they are written
                runs[number, found.record.folder] = found
                records.append(found.record)
                lost[found.record.folder] = found.lost
            done += 1
            progress("read", done, max(total, done))
        withheld = store.withheld(f"{number}") if isinstance(store, SiteStore) else {}
        readings.append(Reading(tuple(store.experiments()), tuple(records), tuple(problems), lost, withheld))
    return readings, runs, points


def _told_apart(readings: Sequence[Reading], opened: Sequence[Opened]) -> list[Reading]:
    """The readings, problems with which of several stores they lie in, the earlier site behind the stores."""
    stores = [reading for reading, one in zip(readings, opened, strict=True) if not one.is_earlier]
    if len(stores) > 1:
        stores = [_numbered(reading, number) for number, reading in enumerate(stores, 1)]
    earlier = [beside(reading, stores) for reading in readings[len(stores) :]]
    return [*stores, *earlier]


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


def _pack(catalog: Catalog, runs: _Runs, spent: Spent) -> Packed:
    """The shards of each experiment by itself, so that a new run touches the last one of its own only."""
    packed = []
    for experiment in sorted(catalog.experiments, key=lambda experiment: experiment.slug_href):
        one = pack_runs(runs[run.store, run.record.folder].encoded for run in experiment.runs)
        spent.add_to(experiment.name, sum(len(shard.data) for shard in one.shards))
        packed.append(one)
    shards = {shard.name: shard for one in packed for shard in one.shards}
    index = {key: place for one in packed for key, place in one.index.items()}
    return Packed(tuple(shards.values()), index)


def _write_pages(
    add: Callable[[str, bytes], None],
    catalog: Catalog,
    runs: _Runs,
    packed: Packed,
    config: SiteConfig,
    assets: Assets,
    files: Callable[[RunData], tuple[ShownArtifact, ...]],
    built_us: int | None,
    progress: Progress,
    data: DataFolder | None,
    spent: Spent,
) -> int:
    sketches = {
        (run.run_id, metric): drawn
        for experiment in catalog.experiments
        for run in experiment.runs
        for metric, drawn in runs[run.store, run.record.folder].sketches.items()
    }
    renderer = Renderer(templates_dir(), _links(assets), version("runfolio"))
    owners = _owners(catalog)
    total = (
        catalog.run_count + len(catalog.experiments) + 4 + (data is not None)
    )  # home, compare, problems, 404
    written = 0
    progress("write", 0, total)
    for page in plan_pages(catalog, packed.index, sketches, config, built_us, files):
        content = renderer.render(page)
        add(page.path, content)
        if page.path in owners:
            spent.add_to(owners[page.path], len(content))
        for shard in page.scripts:
            add(f"shards/{shard.name}", shard.data)
        for path, data_beside in page.beside:
            add(path, data_beside)
        written += 1
        progress("write", written, max(total, written))
    if data is not None:
        page = data_page(catalog, data.finish(catalog), config, built_us)
        add(page.path, renderer.render(page))
        for experiment in catalog.experiments:
            spent.add_to(experiment.name, data.of_experiment.get(experiment.slug_href, 0))
        written += 1
        progress("write", written, max(total, written))
    return written


def _owners(catalog: Catalog) -> dict[str, str]:
    """The name of the experiment that a page is of, by its path."""
    owners: dict[str, str] = {}
    for experiment in catalog.experiments:
        owners[experiment_page(experiment.slug_href)] = experiment.name
        owners.update((run_page(run.run_id), experiment.name) for run in experiment.runs)
    return owners


def _links(assets: Assets) -> AssetLinks:
    return AssetLinks(
        style=f"assets/{assets.css.name}",
        pages_style=f"assets/{assets.pages_css.name}",
        print_style=f"assets/{assets.print_css.name}",
        script=f"assets/{assets.app.name}",
        pages_script=f"assets/{assets.pages.name}",
        theme=f"assets/{assets.theme.name}",
        compare=f"assets/{assets.compare.name}",
        chart_scripts=(f"assets/{assets.vega.name}", f"assets/{assets.specs.name}"),
        licences=f"assets/{assets.third_party.name}",
    )
