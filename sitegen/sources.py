"""Sources: what a build was given, as stores. A store is one; what another tracker wrote becomes one.

What is imported for a build lies in the user's cache, one store for each place it came from: a second build
reads only what changed, and the source itself is never written to. Without a cache folder the import lives
as long as this process. `logger.importers` knows the trackers; `sitegen.build` sees stores only.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from logger.errors import explain
from logger.importers import find_source, is_store, recognised
from logger.importers.writing import Report, Wish, import_into
from logger.layout import is_address
from logger.records import Problem
from logger.store import Store

from .assets import user_cache_folder
from .errors import OutputRefused

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """A store to read, and what is wrong where it came from."""

    store: Store
    problems: tuple[Problem, ...] = ()


def open_stores(paths: Sequence[Path], deleted_too: bool, progress: Progress) -> list[Opened]:
    """The stores in `paths`; of anything else that is known, a store that mirrors it.

    Raises: StoreNotFound, NewerFormat, StoreError: there is nothing, or nothing that is known.
    """
    return [_opened(path, deleted_too, progress) for path in paths]


def import_store(name: str, path: Path, store: Path, deleted_too: bool, progress: Progress) -> Report:
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
    other = None if is_store(store) else recognised(store)
    if other is not None:
        problem = f"{store} is not a store: it is {other.WHAT}, which an import never changes."
        raise OutputRefused(explain(problem, "a store, or a folder that is absent.", "--store tracking"))
    with closing(source.open_source(path)) as reading:
        wish = Wish(source.NAME, deleted_too)
        return import_into(store, reading, wish, lambda done: progress("import", done, 0))


def _opened(path: Path, deleted_too: bool, progress: Progress) -> Opened:
    if is_store(path) or (not path.exists() and is_address(os.fspath(path))):  # a store says why it is none
        return Opened(Store(path))
    source = find_source(path)
    with closing(source.open_source(path)) as reading:
        wish = Wish(source.NAME, deleted_too, copy_files=False, mirror=True)
        mirror = _mirror(path, deleted_too)
        report = import_into(mirror, reading, wish, lambda done: progress("import", done, 0))
    return Opened(Store(mirror), tuple(report.loose))


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
