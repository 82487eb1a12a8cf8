"""Target: which folder a build may replace, and which it must never touch.

A build swaps whole folders, so it is picky about what it swaps away: a folder that is absent, or empty, or
that a build made and nobody added to. What a build made is known by its marker, a file that also names what
lay at the top of the site. The marker's name has no dot in front, because uploads (GitHub Pages) drop such
files, and a site that comes back from there should still be replaceable. Reads only.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from logger.errors import explain
from logger.layout import is_address

from .errors import OutputRefused

MARKER = "runfolio-site.json"

JUNK = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))  # what looking at a folder leaves in it


def marker(top: Iterable[str]) -> bytes:
    """The content of a marker. `top` are the names at the top of the site."""
    return json.dumps({"runfolio site": 1, "made": sorted({MARKER, *top})}, indent=1).encode() + b"\n"


def check_target(target: Path, stores: Sequence[Path]) -> Path:
    """The folder to replace, absolute.

    Args:
        target: what the user named; it and its parents may be absent.
        stores: the stores that are read, which must not lie in it, nor it in them.
    Raises: OutputRefused: the folder is not a build's own, or replacing it would hurt.
    """
    shown = os.fspath(target)
    if is_address(shown) and not target.exists():
        raise _refused(f"{shown} is an address.", "a folder here; upload it to where it should be")
    if target.name == "..":
        target = target.resolve()
    absolute = Path(os.path.abspath(target))  # noqa: PTH100  (resolve() would follow a link that must be seen)
    if absolute.is_symlink():
        raise _refused(
            f"{shown} is a symbolic link, and a build swaps the folder itself.", "name the folder it leads to"
        )
    place = absolute.parent.resolve() / absolute.name
    _check_place(place, shown)
    for store in stores:
        _check_apart(place, store.resolve(), shown, os.fspath(store))
    _check_content(place, shown)
    return place


def read_marker(folder: Path) -> frozenset[str] | None:
    """The names at the top of the site in `folder`; None when no build made what lies there."""
    path = folder / MARKER
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        return made_by(path.read_bytes())
    except OSError:
        return None


def made_by(content: bytes) -> frozenset[str] | None:
    """The names at the top of a site, by the content of its marker; None when it is no marker."""
    try:
        said = json.loads(content[:1_000_000])
        made = said["made"] if said["runfolio site"] else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return frozenset(name for name in made if isinstance(name, str)) if isinstance(made, list) else None


def _check_place(place: Path, shown: str) -> None:
    if place.parent == place:
        raise _refused(f"{shown} is the root of the file system.")
    for what, folder in (("your home folder", _home()), ("the folder you are in", _here())):
        if folder is not None and (place == folder or place in folder.parents):
            relation = "is" if place == folder else "contains"
            raise _refused(f"{shown} {relation} {what}.")


def _check_apart(place: Path, store: Path, shown: str, store_shown: str) -> None:
    if place == store:
        raise _refused(f"{shown} is the store itself.")
    if store in place.parents:
        raise _refused(f"{shown} lies inside the store {store_shown}, which a build never changes.")
    if place in store.parents:
        raise _refused(f"{shown} contains the store {store_shown}, which the swap would carry away.")


def _check_content(place: Path, shown: str) -> None:
    try:
        mode = place.lstat().st_mode
        names = {entry.name for entry in place.iterdir()} - JUNK if stat.S_ISDIR(mode) else set()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _refused(f"{shown} cannot be read: {error.strerror}.") from error
    if not stat.S_ISDIR(mode):
        raise _refused(f"{shown} is a file.")
    made = read_marker(place)
    if names and made is None:
        raise _refused(f"{shown} holds files that no build made ({_some(names)}).")
    if made is not None and names - made:
        raise _refused(
            f"{shown} is a site, but somebody added {_some(names - made)}.",
            "move them out of it; what belongs beside a site is added after the build",
        )


def _some(names: set[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    return ", ".join(ordered[:3]) + more


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):
        return None


def _here() -> Path | None:
    try:
        return Path.cwd().resolve()
    except OSError:
        return None


def _refused(problem: str, hint: str = "-o with a folder of its own for the site") -> OutputRefused:
    allowed = "a folder that is absent, empty, or made by a build, apart from the store."
    return OutputRefused(explain(f"the output folder {problem}", allowed, hint))
