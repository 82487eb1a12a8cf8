"""Earlier: the site that was published before, as a store for the one that comes next: `--onto`.

It is a folder, an address, or the branch of a repository (`git:gh-pages`). What is not at hand is fetched
into a folder that goes away again: the list of its data, the files that it names, the copies of files of
runs. A site that would lose something is refused, since the next one takes its place: one without data or
without points, one that is damaged, one that could not be fetched whole. That nothing is published yet is
only taken when it is certain and the user expects it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from logger.errors import NewerFormat, StoreError, explain
from logger.layout import experiment_key
from logger.records import ExperimentRecord

from .catalog import Reading
from .errors import EarlierSite
from .fetching import NotFetched, NotThere, WebSite
from .gitbranch import GitBranch
from .manifest import FOLDER, INDEX, MOST_INDEX, BadManifest, read_manifest, total
from .sitestore import SiteStore, is_site
from .target import JUNK, MARKER

_MOST = 4_000_000_000  # bytes of all that is fetched
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE
)  # of whatever scheme: no folder, even when misspelt
_GIT = "git:"
_AGAIN = "again when that is mended; --onto takes a folder, an address, or git: and a branch"


class Fetcher(Protocol):
    """Gives files of a site that lies elsewhere."""

    def fetch(self, path: str, most: int, newest: bool = False) -> bytes:
        """A file. Raises: NotThere, NotFetched."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The site that was published before."""

    store: SiteStore | None  # None: nothing is published yet
    folder: Path | None  # where it lies, when that is a folder of the user's
    said: str  # as the user named it


@contextmanager
def earlier_site(said: str, may_be_first: bool, here: Path = Path()) -> Iterator[Earlier]:
    """The earlier site, for as long as it is read.

    Args:
        said: a folder, an address, or `git:` and a branch.
        may_be_first: go on when it is certain that nothing is published there yet.
        here: a folder in the repository whose branch is meant.
    Raises: EarlierSite: there is none, it lacks something, or it cannot be had. NewerFormat.
    """
    with tempfile.TemporaryDirectory(prefix="runfolio-onto-") as scratch:
        fetched = Path(scratch) / "site"
        folder = None
        try:
            if said.startswith(_GIT):
                (Path(scratch) / "git").mkdir()
                branch = GitBranch(said.removeprefix(_GIT), Path(scratch) / "git", here)
                store = _fetched(branch, fetched, said)
            elif _ADDRESS.match(said):
                store = _fetched(WebSite(said), fetched, said)
            else:
                folder = here / said
                store = _in_folder(folder, said)
        except _NothingYet:
            yield _none_yet(said, may_be_first)
            return
        except NotThere as error:
            if said.startswith(_GIT):  # the branch; a file would have been named by `_fetched`
                yield _none_yet(said, may_be_first)
                return
            raise _refused(f"{said} lacks {error}.") from None
        except NewerFormat:
            raise
        except (NotFetched, BadManifest, StoreError) as error:
            raise _refused(
                f"{said} cannot be built onto: {_first_line(error)}", _advice(error) or _AGAIN
            ) from None
        yield Earlier(_whole(store, said), folder, said)


def beside(earlier: Reading, stores: Sequence[Reading]) -> Reading:
    """What was read of the earlier site, where the stores have the last word on what they know.

    Of an experiment that a store has, too, its note and its tags hold before the earlier ones. Problems come
    along with the runs and experiments that only the earlier site has; those of stores, the stores say.
    """
    said: dict[str, list[ExperimentRecord]] = {}
    for reading in stores:
        for record in reading.experiments:
            said.setdefault(experiment_key(record.name), []).append(record)
    experiments = []
    for record in earlier.experiments:
        for newer in said.get(experiment_key(record.name), ()):
            known = {*newer.tags, *newer.said_at}  # also what was removed there
            tags = {name: text for name, text in record.tags.items() if name not in known}
            note = "" if newer.note or "" in newer.said_at else record.note
            record = replace(record, note=note, tags=tags, problems=())
        experiments.append(record)
    return replace(earlier, experiments=tuple(experiments), problems=())


class _NothingYet(Exception):
    """It is certain that no site is there."""


def _in_folder(folder: Path, said: str) -> SiteStore:
    try:
        is_empty = folder.is_dir() and not {entry.name for entry in folder.iterdir()} - JUNK
        if is_empty or not folder.exists():
            raise _NothingYet
    except OSError as error:
        raise _refused(f"{said} cannot be looked at: {error.strerror}.", _AGAIN) from error
    if not is_site(folder):
        raise _refused(f"{said} is no site that sitegen made.")
    return SiteStore(folder, from_afar=True)


def _fetched(source: Fetcher, folder: Path, said: str) -> SiteStore:
    """The data of a site that lies elsewhere, copied into `folder`."""
    try:
        index = source.fetch(INDEX, MOST_INDEX, newest=True)
    except NotThere:
        for path in (MARKER, "index.html"):
            try:
                source.fetch(path, MOST_INDEX, newest=True)
            except NotThere:
                continue
            what = "a site without data: it was built with --data none" if path == MARKER else "another site"
            raise _refused(f"{said} is {what}.") from None
        if isinstance(source, GitBranch):
            raise _refused(f"{said} is there, and is no site that sitegen made.") from None
        raise _NothingYet from None
    manifest = read_manifest(index, said)
    if total(manifest.files) > _MOST:
        raise _refused(f"{said} lists {total(manifest.files):,} bytes of data; {_MOST:,} are the most.")
    _put(folder, INDEX, index)
    for file in manifest.files:
        path = f"{FOLDER}/{file.name}"
        _put(folder, path, _file(source, path, file.bytes, said))
    store = SiteStore(folder, from_afar=True)
    left = _MOST - total(manifest.files)
    for path, size in store.copies().items():
        left -= size
        if left < 0:
            raise _refused(f"{said} lists more files of runs than {_MOST:,} bytes.")
        _put(folder, path, _file(source, path, size, said))
    return store


def _file(source: Fetcher, path: str, most: int, said: str) -> bytes:
    try:
        return source.fetch(path, most)
    except NotThere:
        problem = f"{said} lacks {path}, which its list names: it is not whole, or just being replaced."
        raise _refused(problem, "the same again in a few minutes") from None


def _put(folder: Path, path: str, content: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)


def _whole(store: SiteStore, said: str) -> SiteStore:
    """The store, when nothing of it would be lost."""
    if not store.has_points:
        problem = f"{said} was built with --data charts: its points are not in it, and would be lost."
        raise _refused(problem, "sitegen build STORES --data full, with all stores that it was made of")
    damages = store.check()
    if damages:
        first = damages[0]
        more = f", and {len(damages) - 1} more" if len(damages) > 1 else ""
        problem = f"{said} is damaged: {first.path} {first.what}{more}; what it holds would be lost."
        hint = f"a whole copy of it; or what is good of it: sitegen build STORES {said} -o DIR"
        raise _refused(problem, hint if not said.startswith(_GIT) else "a whole copy of it")
    return store


def _none_yet(said: str, may_be_first: bool) -> Earlier:
    if not may_be_first:
        problem = f"nothing is published at {said} yet."
        raise EarlierSite(
            explain(problem, "a site that sitegen made, with its data.", "--first, when this is its first")
        )
    return Earlier(None, None, said)


def _advice(error: Exception) -> str:
    lines = str(error).splitlines()
    return next((line.removeprefix("  Try: ") for line in lines if line.startswith("  Try: ")), "")


def _first_line(error: Exception) -> str:
    line = str(error).partition("\n")[0]
    return line if line.endswith(".") else f"{line}."


def _refused(problem: str, hint: str = "") -> EarlierSite:
    return EarlierSite(explain(problem, "a site that sitegen made, whole and with all its data.", hint))
