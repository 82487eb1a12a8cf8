"""Runs of commits on branches, for tests of what compares them."""

from __future__ import annotations

from typing import Any

from records import run

from logger.records import RunRecord
from sitegen.revisions import Revision

A, B, C = "a" * 40, "b" * 40, "c" * 40
AUC = {"test/auc": [0.5, 0.9]}


def made(number: int, commit: str = A, branch: str = "main", **fields: Any) -> RunRecord:
    """A run of a commit on a branch; its other provenance, params and status may be given."""
    provenance = {
        "git_commit": commit,
        "git_branch": branch,
        "git_dirty": False,
        **fields.pop("provenance", {}),
    }
    kept = {key: value for key, value in provenance.items() if value != ""}
    return run(number, fields.pop("experiment", "fake box"), **{"metrics": AUC, "provenance": kept, **fields})


def knows(commit: str | None, why: str = "unknown", hint: str = ""):
    """A repository in which every name means this commit."""
    return lambda reference: Revision(commit, why, hint)
