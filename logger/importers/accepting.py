"""Names of another tracker, as names that pass ours: unchanged where they do, else the closest that does.

Different names stay different: where two would become one, the later gets a mark made from its own text,
so it is the same mark at every import. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from ..errors import InvalidName
from ..names import (
    LONGEST_NAME,
    check_artifact_path,
    check_name,
    shown,
    suggest_artifact_path,
    suggest_name,
)

_MARK = 8  # hex digits
_BRIEF = 60  # characters of a name that a message shows


def accepted_names(names: Iterable[str], kind: str, key: Callable[[str], str] = str) -> dict[str, str]:
    """For each name one that passes, all different.

    Args:
        kind: as `logger.names.check_name` has them.
        key: names of one key are one name.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    names = list(dict.fromkeys(names))
    passing = {name: _passing(name, kind) for name in names}
    for name in sorted(names, key=lambda name: passing[name] != name):  # those that pass keep their names
        accepted = passing[name] or f"{kind} {_mark(name)}"
        if key(accepted) in taken:
            accepted = f"{accepted[: LONGEST_NAME - _MARK - 3].rstrip(' /')} ({_mark(name)})"
        taken.add(key(accepted))
        found[name] = accepted
    return {name: found[name] for name in names}


def accepted_paths(paths: Iterable[str]) -> dict[str, str]:
    """For each path of an artifact one that passes, all different, whatever their case."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        try:
            accepted: str | None = check_artifact_path(path)
        except InvalidName:
            accepted = suggest_artifact_path(path)
        if accepted is None or accepted.casefold() in taken:
            folder, _, last = (accepted or f"file {_mark(path)}").rpartition("/")
            accepted = "/".join(filter(None, [folder, f"{_mark(path)} {last}"[:100]]))
        taken.add(accepted.casefold())
        found[path] = accepted
    return found


def brief(name: str) -> str:
    """A name as a message shows it: of a long one both ends, so that names that begin alike differ."""
    if len(name) <= _BRIEF:
        return shown(name, 4 * _BRIEF)
    ends = shown(f"{name[: _BRIEF - 20]}…{name[-12:]}", 4 * _BRIEF)
    return f"{ends} ({len(name):,} characters)"


def _passing(name: str, kind: str) -> str | None:
    try:
        return check_name(name, kind)
    except InvalidName:
        return suggest_name(name, kind)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]
