"""Revisions: the commit that a name means in a repository. Asks git, changes nothing.

In CI a checkout is shallow and detached: its branches are known as `origin/…`, if at all, and older commits
are not there. So a name is looked for in both places, and why it is not known is said with what to do.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 10.0
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Revision:
    """What is known of a name."""

    commit: str | None  # in full
    why: str = ""  # there is none, in words
    hint: str = ""


def revision(reference: str, folder: Path | None = None) -> Revision:
    """The commit that a name means.

    Args:
        reference: a branch, a tag, HEAD~1, part of a hash.
        folder: in the repository; None is the one that the command runs in.
    """
    for name in (reference, f"refs/remotes/origin/{reference}"):
        answer = _git(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if answer is None:
            return Revision(None, "git is not installed, or gave no answer")
        if answer.returncode == 0 and _COMMIT.fullmatch(answer.stdout.strip()):
            return Revision(answer.stdout.strip())
    shallow = _git(folder, "rev-parse", "--is-shallow-repository")
    if shallow is None or shallow.returncode != 0:
        said = shallow.stderr.strip().splitlines() if shallow is not None else []
        hint = (
            "the same in a checkout of the repository; git: and a hash that runs have recorded works anywhere"
        )
        return Revision(None, f"git says: {said[0]}" if said else "git gave no answer", hint)
    if shallow.stdout.strip() == "true":
        return Revision(
            None,
            "this checkout is shallow, and does not know it",
            'git fetch --unshallow (actions/checkout: fetch-depth: 0); "latest main" needs no history',
        )
    return Revision(None, "this repository does not know it", "git fetch")


def _git(folder: Path | None, *question: str) -> subprocess.CompletedProcess[str] | None:
    # A partial clone would fetch what it lacks, and a file system monitor would be a program to run.
    environ = os.environ | {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", "-c", "core.fsmonitor=false", "-C", os.fspath(folder or Path()), *question],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=environ,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
