"""Sides: how somebody says which runs are compared. Grammar only; `sitegen.groups` finds the runs. Pure.

0199f3c2               a run, by its id or the beginning of it
latest main            the newest finished run on a branch, and its seeds
git:v1.2               the finished runs of a commit
params.lr = 0.1        all runs for which a filter holds
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from logger.errors import FilterError
from logger.search import matching_runs

Kind: TypeAlias = Literal["run", "latest", "git", "filter", "newest"]

ALLOWED = (
    'the id of a run or its beginning, "latest BRANCH", git:REF, or a filter such as "params.lr = 0.1" '
    "(docs/search.md)."
)

_RUN = re.compile(r"[0-9a-fA-F-]{4,36}")
_LATEST = re.compile(r"latest\s+(\S(?:.*\S)?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Side:
    """Which runs are meant."""

    text: str  # as it was given
    kind: Kind
    what: str  # the beginning of an id, a branch, a revision, or a filter; "" of the newest


NEWEST = Side("newest", "newest", "")  # the newest run and its seeds, where nobody says which runs are meant


def read_side(text: str) -> Side:
    """What a text means.

    Raises: ValueError: nothing.
    """
    given = text.strip()
    if _RUN.fullmatch(given):
        return Side(text, "run", given.replace("-", "").lower())
    latest = _LATEST.fullmatch(given)
    if latest:
        return Side(text, "latest", latest[1])
    if given.startswith("git:"):
        reference = given.removeprefix("git:")
        if not reference or reference.startswith("-"):  # which git would take for an option
            raise ValueError(f"git:{reference} names no commit")
        return Side(text, "git", reference)
    if not given or given == "latest":
        raise ValueError("it lacks the branch, as in: latest main" if given else "it is empty")
    try:
        matching_runs((), given)
    except FilterError as error:
        raise ValueError(str(error).splitlines()[0]) from None
    return Side(text, "filter", given)
