"""Pages: the plan of a site: which pages there are, at which address, and what each one shows.

A page is an address, a template and a view: a frozen dataclass that holds all the template prints, already
worded. Left of here are the catalog, the cards and where the points lie; right of here `sitegen.render`
turns views into HTML. One module a kind of page. Pure: no I/O, no clock; the files of runs are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..artifacts import ShownArtifact, listed_only
from ..catalog import Catalog, ExperimentData
from ..config import SiteConfig
from ..manifest import Manifest
from ..rundata import RunData
from ..shards import Shard
from ..urls import COMPARABLE, COMPARE, DATA, HOME, NOT_FOUND, PROBLEMS, Path, experiment_page, run_page
from .artifacts import GalleryView
from .charts import Sketches
from .compare import CompareView, compare_view
from .data import DataView, data_view
from .experiment import ExperimentView, experiment_view
from .frame import Frame, Framer
from .home import HomeView, home_view
from .island import SeriesIndex
from .problems import ProblemsView, problems_view
from .run import RunView, family_of, run_view


@dataclass(frozen=True, slots=True)
class NotFoundView:
    """What stands where no page is."""

    frame: Frame


ArtifactsOf = Callable[[RunData], Sequence[ShownArtifact]]
View = HomeView | ExperimentView | RunView | CompareView | ProblemsView | DataView | NotFoundView


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the site."""

    path: Path
    template: str  # below `templates/`
    view: View
    scripts: tuple[Shard, ...] = ()  # of `shards/`, that the page loads beside those of its points
    beside: tuple[tuple[Path, bytes], ...] = ()  # files that change with it


def plan_pages(
    catalog: Catalog,
    places: SeriesIndex,
    sketches: Sketches,
    config: SiteConfig,
    built_us: int | None = None,
    artifacts: ArtifactsOf = listed_only,
) -> Iterator[Page]:
    """All pages of a site, one after the other, so that no more than one need be held.

    Args:
        places: where the points of each series lie: `sitegen.shards.Packed.index`.
        sketches: each series in a few points (`sitegen.sparkline.sketch`), by (run id, metric);
            series that are missing get no small picture.
        built_us: time printed on all pages, in microseconds since the epoch; when None, on each page that of
            the newest fact it shows.
        artifacts: the files of a run and what is shown of them; asked for when its page is made.
    """
    framer = Framer(catalog, config, built_us)
    yield Page(HOME, "pages/home.html.j2", home_view(catalog, sketches, framer))
    for experiment in catalog.experiments:
        path = experiment_page(experiment.slug_href)
        view = experiment_view(experiment, places, sketches, framer)
        yield Page(path, "pages/experiment.html.j2", view, view.scripts)
    galleries: dict[str, Sequence[GalleryView]] = {}
    for experiment in catalog.experiments:
        for page, run in _run_pages(experiment, artifacts, places, sketches, framer):
            if run.artifacts.galleries:
                galleries[run.run_id] = run.artifacts.galleries
            yield page
    comparing = compare_view(catalog, places, galleries, framer)
    beside = ((COMPARABLE, comparing.comparable),)
    yield Page(COMPARE, "pages/compare.html.j2", comparing, comparing.scripts, beside)
    yield Page(PROBLEMS, "pages/problems.html.j2", problems_view(catalog, framer))
    yield Page(NOT_FOUND, "pages/not_found.html.j2", NotFoundView(framer.frame(NOT_FOUND, "Not found")))


def data_page(catalog: Catalog, manifest: Manifest, config: SiteConfig, built_us: int | None = None) -> Page:
    """The page of the site's data, which are written when all other pages are made."""
    return Page(DATA, "pages/data.html.j2", data_view(manifest, Framer(catalog, config, built_us)))


def _run_pages(
    experiment: ExperimentData,
    artifacts: ArtifactsOf,
    places: SeriesIndex,
    sketches: Sketches,
    framer: Framer,
) -> Iterator[tuple[Page, RunView]]:
    family = family_of(experiment)
    for run in experiment.runs:
        view = run_view(experiment, run, family, artifacts(run), places, sketches, framer)
        yield Page(run_page(run.run_id), "pages/run.html.j2", view), view
