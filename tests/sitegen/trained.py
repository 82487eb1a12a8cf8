"""A git repository whose script trains and logs, commit after commit, as in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CI = ("GITHUB_", "GITLAB_", "CI_", "LOGGER_")  # what this test itself may run under

SCRIPT = """\
import random, sys
import logger

level, first, last = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for seed in range(first, last):
    chance = random.Random(f"{level} {seed}")
    with logger.start_run(experiment="fake box") as run:
        run.log_params({"seed": seed, "depth": 3 if level > 0.85 else 2})
        for step in range(3):
            run.log_metric("test/auc", level - 0.1 * (2 - step) + chance.gauss(0, 0.004), step=step)
            run.log_metric("test/loss", 1 - level + chance.gauss(0, 0.004), step=step)
"""


class Repository:
    """Its store lies in it, and is no part of any commit."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.commits = folder, 0
        folder.mkdir()
        self.git("init", "-q", "-b", "main")
        (folder / "train.py").write_text(SCRIPT)
        (folder / ".gitignore").write_text("tracking\n")
        self.commit()

    def git(self, *words: str) -> str:
        environ = clean_environ(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
        for who in ("AUTHOR", "COMMITTER"):
            environ |= {f"GIT_{who}_NAME": "Ada", f"GIT_{who}_EMAIL": "ada@example.org"}
        command = ["git", "-C", str(self.folder), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout.strip()

    def commit(self) -> str:
        """A commit of all that there is; its hash."""
        self.git("add", ".")
        self.commits += 1  # in the message: two commits of one second would else be the same
        self.git("commit", "-q", "--allow-empty", "-m", f"change {self.commits}")
        return self.git("rev-parse", "HEAD")

    def train(self, level: float, seeds: range = range(3), **ci: str) -> None:
        """Train with some seeds, in an environment with the variables of a CI system."""
        subprocess.run(
            [sys.executable, "train.py", str(level), str(seeds.start), str(seeds.stop)],
            cwd=self.folder,
            check=True,
            env=clean_environ(PYTHONPATH=str(ROOT), **ci),
        )


def clean_environ(**more: str) -> dict[str, str]:
    """The environment without what a CI system says."""
    kept = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith(_CI)}
    return kept | more


def pull_request(number: int, commit: str, head: str) -> dict[str, str]:
    """What GitHub says to the job of a pull request from a branch `head`."""
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_REF": f"refs/pull/{number}/merge",
        "GITHUB_REF_NAME": f"{number}/merge",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_HEAD_REF": head,
        "GITHUB_BASE_REF": "main",
        "GITHUB_SHA": commit,
    }


def push(commit: str, branch: str) -> dict[str, str]:
    """What GitHub says to the job of a push."""
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": f"refs/heads/{branch}",
        "GITHUB_REF_NAME": branch,
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_SHA": commit,
    }
