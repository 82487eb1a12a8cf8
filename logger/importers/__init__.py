"""Importers: what other trackers wrote, read as runs. One module a source, all of one shape.

A source says by content whether a path holds it (`sniff`), and opens it for reading (`open_source`); it never
changes anything there. `logger.importers.writing` puts what it hands over into a store. A new source is a
module with the functions of `logger.importers.imported.Source`, and a line in `SOURCES`.

Right of all reading and writing of stores; `sitegen.sources` uses this package, `logger` itself does not.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import StoreError, StoreNotFound, explain
from ..layout import EXPERIMENTS, STORE_FILE
from . import mlflow_files, mlflow_sqlite
from .imported import Source

SOURCES: tuple[Source, ...] = (mlflow_files, mlflow_sqlite)
STORE = "a store: the folder that logger writes, with runfolio.json in it"

WHERE = "the path that set_tracking_uri had; without it, ./tracking where the script ran."


def is_store(path: Path) -> bool:
    """Whether `path` is a store of our own."""
    return (path / STORE_FILE).exists() or (path / EXPERIMENTS).is_dir()


def recognised(path: Path) -> Source | None:
    """The source that `path` holds; None when none knows it."""
    return next((source for source in SOURCES if source.sniff(path)), None)


def holder(path: Path) -> Source | None:
    """The source in which `path` lies, which may be absent; None when none knows the place."""
    return next((source for source in SOURCES if source.holds(path)), None)


def find_source(path: Path, name: str | None = None) -> Source:
    """The source that `path` holds.

    Args:
        name: only sources of this name.
    Raises: StoreNotFound: there is nothing. StoreError: no source knows it; the message lists what would be.
    """
    found = next((source for source in SOURCES if name in (None, source.NAME) and source.sniff(path)), None)
    if found is not None:
        return found
    allowed = "; ".join([*([STORE] if name is None else []), *(source.WHAT for source in SOURCES)]) + "."
    if not path.exists():
        hint = _hint(path) or (WHERE if name is None else "")
        raise StoreNotFound(explain(f"there is nothing at {str(path)!r}.", allowed, hint))
    if name is not None and is_store(path):
        hint = f"sitegen build {path}, which reads it as it is"
        raise StoreError(explain(f"{str(path)!r} is a store of our own.", allowed, hint))
    kind = "folder" if path.is_dir() else "file"
    hint = _hint(path) or (WHERE if name is None else "")
    raise StoreError(explain(f"{str(path)!r} is a {kind} that holds no runs that are known.", allowed, hint))


def _hint(path: Path) -> str:
    """Another path close by that would do."""
    try:
        nearby = [
            path / "tracking",
            path / "mlruns",
            path / "mlflow.db",
            path.parent / "mlruns",
            path.parent / "mlflow.db",
            path.parent,
            Path("mlruns"),
            Path("mlflow.db"),
        ]
        if path.is_dir():
            nearby = [*sorted(path.glob("*.db"))[:3], *nearby]
        for other in nearby:
            if other.exists() and (is_store(other) or recognised(other)):
                return str(other)
    except OSError:
        pass
    return ""
