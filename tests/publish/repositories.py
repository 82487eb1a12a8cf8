"""Repositories on disk for tests, and a stand-in for a build: sites whose pages are files of some runs.

`git` runs without the settings of whoever runs the tests, so that a test knows what git knows.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from sitegen.target import MARKER, marker
from sitegen.urls import run_page

QUIET_GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
AUTHOR = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")


def git(folder: Path, *words: str) -> str:
    """What git says, run in a folder."""
    answer = subprocess.run(
        ["git", *words], cwd=folder, env=os.environ | QUIET_GIT, capture_output=True, encoding="utf-8"
    )
    assert answer.returncode == 0, f"git {' '.join(words)}: {answer.stderr}"
    return answer.stdout.strip()


def make_remote(folder: Path) -> Path:
    """A bare repository in `folder`, with nothing in it."""
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    return folder / "remote.git"


def make_checkout(folder: Path, remote: Path, name: str = "checkout") -> Path:
    """A checkout with one commit on main, pushed to `remote` when that has none yet."""
    git(folder, "clone", "--quiet", str(remote), name)
    checkout = folder / name
    if not git(checkout, "branch", "--remotes"):
        git(checkout, "checkout", "--quiet", "-B", "main")
        (checkout / "train.py").write_text("print('training')\n")
        git(checkout, "add", "train.py")
        git(checkout, *AUTHOR, "commit", "--quiet", "-m", "Training")
        git(checkout, "push", "--quiet", "origin", "main")
    return checkout


def make_site(folder: Path, runs: Iterable[str], more: dict[str, str] | None = None) -> Path:
    """A folder that looks like the site of some runs, by their ids."""
    pages = {run_page(run): f"<h1>{run}</h1>" for run in runs}
    pages |= {"index.html": ", ".join(sorted(pages)), "404.html": "not found"} | (more or {})
    for path, content in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    (folder / MARKER).write_bytes(marker(path.split("/")[0] for path in pages))
    return folder


def files_of(repository: Path, commit: str = "gh-pages") -> set[str]:
    """All files of a branch or commit."""
    return set(git(repository, "ls-tree", "-r", "--name-only", commit).splitlines())


def state_of(checkout: Path) -> dict[str, str]:
    """All that a publish must leave alone: HEAD, branches, index, files, settings."""
    return {
        "refs": git(checkout, "for-each-ref", "refs/heads", "refs/tags", "refs/stash"),
        "head": (checkout / ".git" / "HEAD").read_text(),
        "index": (checkout / ".git" / "index").read_bytes().hex(),
        "status": git(checkout, "status", "--porcelain"),
        "config": (checkout / ".git" / "config").read_text(),
        "names": " ".join(sorted(path.name for path in (checkout / ".git").iterdir())),
    }
