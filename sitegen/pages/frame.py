"""What every page has around its own view: titles, the way back, times, states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from logger.records import RunRecord

from .. import numbers
from ..catalog import Catalog
from ..cells import Cell
from ..config import SiteConfig
from ..safe import clipped
from ..urls import COMPARE, DATA, HOME, NOT_FOUND, PROBLEMS, Link, Path, address, link, root, run_words

_DESCRIPTION = 200  # characters: what previews of links show, and more


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a page holds it: absolute. The browser words it, in the reader's zone."""

    iso: str  # for machines; empty when there is no time
    day: str  # "2026-11-22", UTC
    minute: str  # "2026-11-22 20:51", UTC
    second: str  # "2026-11-22 20:51:07 UTC"


@dataclass(frozen=True, slots=True)
class State:
    """The status of a run, and what the browser needs to tell running from lost."""

    status: str  # "running", "finished", "failed", "killed", "lost", "unknown"
    alive: str  # "yes", "no" or "unknown"
    last: str  # time of the last sign of life, for machines


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way from the home page to this one."""

    name: str
    href: Link


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the view of a page."""

    path: Path
    title: str  # of the window
    root: str  # leads from the page to the root of the site
    site: str  # title of the site
    home: Link
    crumbs: tuple[Crumb, ...]
    problems: int
    problems_href: Link
    compare: Link
    built: Moment
    charts: bool = False  # the page draws charts
    description: str = ""  # what it shows, in a sentence or two
    address: str = ""  # of the page, where it will lie; "" when that is not known
    base: str = ""  # of the site
    picture: str = ""  # the address of a picture of what it shows
    data: Link | None = None  # the page of data, when the site carries any


def moment(time_us: int | None) -> Moment:
    """A time as pages hold it."""
    iso = numbers.iso(time_us)
    return Moment(iso, iso[:10], numbers.utc_minute(time_us), numbers.utc_second(time_us))


def state(run: RunRecord) -> State:
    """The status of a run as pages hold it."""
    alive = "unknown" if run.alive is None else "yes" if run.alive else "no"
    return State(run.status, alive, numbers.iso(run.last_active))


def duration(run: RunRecord) -> Cell:
    """How long a run took, as tables have it."""
    seconds = ((run.ended or run.last_active) - run.started) / 1e6
    so_far = "so far, " if run.status == "running" else ""
    title = "" if run.ended else f"{so_far}up to its last sign of life"
    return Cell(numbers.duration(seconds), title, "number")


def lasted(run: RunRecord) -> Cell:
    """As `duration`, in words that say of a run in progress that it is not over: "9.0 s so far"."""
    took = duration(run)
    return replace(took, text=f"{took.text} so far") if run.status == "running" else took


class Framer:
    """Makes the frames of one site's pages.

    The time on a page is that of the newest fact among what the page shows, so that a page changes only when
    its own data do; one that is given for the whole site holds for all pages.
    """

    def __init__(self, catalog: Catalog, config: SiteConfig, built_us: int | None) -> None:
        self._problems = sum(not problem.remark for problem in catalog.problems)
        self._site = config.title
        self._base = config.base_url or ""
        self.boards = config.boards
        self.run_words = run_words(run.run_id for one in catalog.experiments for run in one.runs)
        self._built_us = built_us
        self._data = config.carries_data

    def frame(
        self,
        path: Path,
        title: str,
        crumbs: Sequence[tuple[str, Path]] = (),
        charts: bool = False,
        newest_us: int | None = None,
        description: str = "",
        picture: Path | None = None,
    ) -> Frame:
        """The frame of the page at `path`.

        Args:
            crumbs: the pages between it and the home page.
            newest_us: the time of the newest fact that it shows, in microseconds since the epoch.
            description: what it shows, in sentences, for those who see a link to it.
            picture: a file of the site that shows it.
        """
        return Frame(
            path=path,
            title=f"{title} · {self._site}" if title else self._site,
            root=root(path),
            site=self._site,
            home=link(path, HOME),
            crumbs=tuple(Crumb(name, link(path, target)) for name, target in crumbs),
            problems=self._problems,
            problems_href=link(path, PROBLEMS),
            compare=link(path, COMPARE),
            built=moment(newest_us if self._built_us is None else self._built_us),
            charts=charts,
            description=clipped(description, _DESCRIPTION),
            address=address(self._base, path) if self._base and path != NOT_FOUND else "",
            base=self._base,
            picture=address(self._base, picture) if self._base and picture else "",
            data=link(path, DATA) if self._data else None,
        )
