"""Sources: what a build was given, as stores. A store is one, and so is a site with its data; what another
tracker wrote becomes one.

What is imported for a build lies in the user's cache, one store for each place it came from: a second
build reads only what changed, and the source itself is never written to. Without a cache folder the import
lives as long as this process. `logger.importers` knows the trackers; `sitegen.build` sees stores only.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from logger.errors import StoreError, StoreNotFound, explain
from logger.importers import find_source, holder, is_store
from logger.importers.imported import Source
from logger.importers.runwriting import Wish
from logger.importers.writing import Report, import_into
from logger.layout import is_address
from logger.records import Problem
from logger.store import Store

from .assets import user_cache_folder
from .errors import OutputRefused
from .sitestore import SiteStore, is_site
from .stores import RunStore

Progress = Callable[[str, int, int], None]

_DATABASE = re.compile(r"sqlite:/+(.+)", re.DOTALL)  # as MLflow has its address


@dataclass(frozen=True, slots=True)
class Opened:
    """A store to read, and what is wrong where it came from."""

    store: RunStore
    problems: tuple[Problem, ...] = ()
    left: int = 0  # runs that were deleted there, and left out
    is_earlier: bool = False  # the site that was published before: the other stores' runs hold before its own


def open_stores(
    paths: Sequence[Path],
    deleted_too: bool,
    progress: Progress,
    executor: Executor | None = None,
    needs_points: bool = True,
) -> list[Opened]:
    """The stores in `paths`, sites with their data among them; of anything else that is known, a mirror.

    Args:
        needs_points: a site that was built without points is refused.
    Raises: StoreNotFound, NewerFormat, StoreError: there is nothing, or nothing that is known.
    """
    opened = [_opened(path, deleted_too, progress, executor) for path in paths]
    for path, one in zip(paths, opened, strict=True):
        if needs_points and isinstance(one.store, SiteStore) and not one.store.has_points:
            problem = f"the site {path} was built with --data charts: its points are not in it."
            hint = "sitegen build STORES --data full, with all stores that it was made of"
            raise StoreError(explain(problem, "a site with all its data.", hint))
    return opened


def import_store(
    name: str,
    path: Path,
    store: Path,
    deleted_too: bool,
    progress: Progress,
    executor: Executor | None = None,
) -> Report:
    """Write the runs of a source into a store, for good.

    Args:
        name: of the tracker, such as "mlflow".
        deleted_too: also what was deleted there.
    Raises: StoreNotFound, StoreError: nothing is known there, or the store cannot be written.
        OutputRefused: the store would lie inside of what is imported, or is another tracker's.
    """
    source = find_source(path, name)
    if path.resolve() in (store.resolve(), *store.resolve().parents):
        problem = f"the store {store} would lie inside of {path}, which an import never changes."
        raise OutputRefused(explain(problem, "a folder of its own.", "--store tracking"))
    if is_address(os.fspath(store)) and not store.exists():
        raise OutputRefused(
            explain(f"{store} is an address.", "a store, or a folder that is absent.", "--store tracking")
        )
    other = None if is_store(store) else holder(store.resolve())
    if other is not None:
        problem = f"{store} is not a store: it is, or lies in, {other.WHAT}, which an import never changes."
        raise OutputRefused(explain(problem, "a store, or a folder that is absent.", "--store tracking"))
    with closing(source.open_source(path)) as reading:
        wish = Wish(source.NAME, deleted_too)
        return import_into(store, reading, wish, partial(progress, "import"), executor)


def check_known(paths: Sequence[Path]) -> None:
    """Look at what lies in `paths`, without reading it.

    Raises: StoreNotFound, StoreError: somewhere there is nothing, or nothing that is known.
    """
    for path in paths:
        _source(path)


def _source(path: Path) -> Source | None:
    """What reads what lies at `path`; None for a store or a site, and an address, of which a store says why.

    Raises: StoreNotFound, StoreError: there is nothing, or nothing that is known.
    """
    database = _DATABASE.fullmatch(os.fspath(path))
    address = is_address(os.fspath(path)) and not database
    if is_store(path) or is_site(path) or (address and not path.exists()):
        return None
    if database and not path.exists():
        relative, absolute = Path(database[1]), Path(os.sep, database[1])
        problem = f"{os.fspath(path)} is an address, and a database is a file."
        hint = os.fspath(absolute if absolute.exists() else relative)
        raise StoreNotFound(explain(problem, "its path, absolute or from the current folder.", hint))
    return find_source(path)


def _opened(path: Path, deleted_too: bool, progress: Progress, executor: Executor | None) -> Opened:
    source = _source(path)
    if source is None:
        return Opened(SiteStore(path) if is_site(path) and not is_store(path) else Store(path))
    with closing(source.open_source(path)) as reading:
        wish = Wish(source.NAME, deleted_too, copy_files=False, mirror=True)
        mirror = _mirror(path, deleted_too)
        report = import_into(mirror, reading, wish, partial(progress, "import"), executor)
    return Opened(Store(mirror), tuple(report.loose), report.left)


def _mirror(path: Path, deleted_too: bool) -> Path:
    """The folder of the store that mirrors what lies at `path`."""
    identity = f"{path.resolve()}\n{deleted_too}".encode("utf-8", "surrogateescape")
    name = hashlib.sha256(identity).hexdigest()[:32]
    kept = user_cache_folder()
    if kept is not None:
        folder = kept / "imports" / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            pass
        else:
            if os.access(folder, os.W_OK):
                return folder
    return _passing(name)


_PASSING: dict[str, Path] = {}


def _passing(name: str) -> Path:
    if name not in _PASSING:
        folder = Path(tempfile.mkdtemp(prefix="runfolio-import-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _PASSING[name] = folder
    return _PASSING[name]
