"""A repository's life, played with the workflow that `sitegen init github` wrote, and nothing else.

Three pushes to main, each training two seeds; a pull request that makes the model worse; one from a fork.
What is published is looked at in a browser, and built again from itself. The remote is a bare repository on
disk, and `runner.py` plays GitHub: scripts are executed as they stand, rights are those that a job asks for.
"""

from __future__ import annotations

import filecmp
import json
import pickle
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from once import made_once
from opening import Opened
from playwright.sync_api import expect
from repositories import AUTHOR, files_of, git, make_checkout, make_remote
from runner import Event, Job, Runner, surroundings

from sitegen.publish import runs_of
from sitegen.workflow import WORKFLOW

PATIENCE = 900  # seconds that all of it may take where a machine is loaded
pytestmark = pytest.mark.timeout(PATIENCE)
PUSH = Event("push", "refs/heads/main")
PULL = Event("pull_request", "refs/pull/7/merge", 7)
FORK = Event("pull_request", "refs/pull/8/merge", 8, head="eve/box", actor="eve")

TRAIN = """\
from pathlib import Path

from logger import start_run

level = float(Path("level.txt").read_text())
for seed in (1, 2):
    with start_run(experiment="box") as run:
        run.log_params({"level": level, "seed": seed})
        for epoch in range(5):
            reached = level * (1 - 0.5 ** (epoch + 1)) + 0.001 * seed
            run.log_metrics({"train/auc": reached + 0.02, "test/auc": reached}, step=epoch)
"""
OPTIONS = """\
[tool.sitegen]
title = "The box"
goals = { "test/auc" = "max" }

[tool.sitegen.gates]
"test/auc" = { min = 0.5, max_drop = 0.02, against = "latest main", noise = "2 stderr" }
"""


@dataclass
class Life:
    """A repository that lived through it all."""

    remote: Path
    runner: Runner
    pushes: list[dict[str, Job]]
    shown: list[set[str]]  # after each push: the runs that Pages shows
    worse: list[dict[str, Job]]  # two pushes to the pull request
    fork: dict[str, Job]
    kept: set[str]  # artifacts of the fork's run
    comments: list[str]
    before: str  # the commit of the branch, before the pull requests
    after: str


@pytest.fixture(scope="session")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Played once for all processes of tests, in a folder of its own; read it, do not write to it."""
    _, said = made_once(tmp_path_factory, "life", lambda folder: pickle.dumps(lived(folder)), PATIENCE)
    found = pickle.loads(said)
    assert isinstance(found, Life)
    return found


def lived(folder: Path) -> Life:
    """Play it all: three pushes, a pull request of two pushes, one from a fork."""
    remote = make_remote(folder)
    ann = make_checkout(folder, remote, "ann")
    runner = Runner(folder / "github", remote)
    (ann / "train.py").write_text(TRAIN)
    (ann / "pyproject.toml").write_text(OPTIONS)
    sitegen(ann, "init", "github", "--pages", "public")
    pushes, shown = [], []
    for level in ("0.80", "0.81", "0.82"):
        commit(ann, level, "main")
        jobs, _ = runner.play(ann / WORKFLOW, PUSH)
        pushes.append(jobs)
        shown.append(runs_of(paths(runner.pages)) if runner.pages.exists() else set())
    before = git(remote, "rev-parse", "gh-pages")
    worse = []
    for level in ("0.60", "0.61"):
        commit(ann, level, "refs/pull/7/merge")
        worse.append(runner.play(ann / WORKFLOW, PULL)[0])
    commit(ann, "0.82", "refs/pull/8/merge")
    fork, kept = runner.play(ann / WORKFLOW, FORK)
    comments = [comment["body"] for comment in json.loads(runner.comments.read_text())]
    after = git(remote, "rev-parse", "gh-pages")
    names = {path.name for path in kept.iterdir()}
    return Life(remote, runner, pushes, shown, worse, fork, names, comments, before, after)


def commit(checkout: Path, level: str, ref: str) -> None:
    """Change the model and push it."""
    (checkout / "level.txt").write_text(level)
    git(checkout, "add", ".")
    git(checkout, *AUTHOR, "commit", "--quiet", "-m", f"Level {level}")
    git(checkout, "push", "--quiet", "origin", f"HEAD:{ref}")


def sitegen(folder: Path, *words: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-m", "sitegen", *words],
        cwd=folder,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def said(jobs: dict[str, Job]) -> str:
    return "\n".join(f"== {name}: {job.result}\n{job.output}" for name, job in jobs.items())


def test_each_push_to_main_adds_its_runs_to_what_pages_shows(life):
    for jobs in life.pushes:
        results = {name: job.result for name, job in jobs.items()}
        assert results == {
            "runs": "success",
            "publish": "success",
            "deploy": "success",
            "comment": "skipped",
        }, said(jobs)

    assert [len(runs) for runs in life.shown] == [2, 4, 6]
    assert life.shown[0] < life.shown[1] < life.shown[2]
    assert git(life.remote, "rev-list", "--count", "gh-pages") == "3"
    assert paths(life.runner.pages) == files_of(life.remote) - {".nojekyll"}


def test_runs_know_the_branch_and_commit_they_came_from(life):
    home = "\n".join(
        (life.runner.pages / path).read_text("utf-8")
        for path in paths(life.runner.pages)
        if path.startswith("r/")
    )

    for commit in git(life.remote, "rev-list", "--max-count=3", "main").split():
        assert commit[:7] in home


def test_pull_request_that_is_worse_breaks_the_gate_and_is_told_in_one_comment(life):
    for jobs in life.worse:
        results = {name: job.result for name, job in jobs.items()}
        assert results == {
            "runs": "failure",
            "publish": "skipped",
            "deploy": "skipped",
            "comment": "success",
        }, said(jobs)
        last = jobs["runs"].steps[-1]
        assert (last.name, last.code) == ("Check the gates", 1)
        assert "test/auc" in jobs["runs"].summary

    (comment,) = life.comments
    assert "worse" in comment
    assert "0.61" in comment
    assert "0.60" not in comment.replace("0.600", "")


def test_pull_request_of_a_fork_publishes_and_comments_nothing(life):
    results = {name: job.result for name, job in life.fork.items()}

    assert results == {
        "runs": "success",
        "publish": "skipped",
        "deploy": "skipped",
        "comment": "skipped",
    }, said(life.fork)
    assert "test/auc" in life.fork["runs"].summary
    assert life.kept == {"runfolio-store", "runfolio-report", "runfolio-site"}
    assert len(life.comments) == 1
    assert life.after == life.before


def test_published_site_is_walked_through_below_a_path(life, opened: Opened):
    page = opened(life.runner.pages / "index.html", site=life.runner.pages)

    expect(page.get_by_role("heading", level=1)).to_have_text("The box")
    page.get_by_role("link", name="box", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("box")
    figure = page.locator("figure[data-card]").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_attribute("data-drawn", "true")
    page.locator("a[href*='r/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    figure = page.locator("figure[data-card]").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_attribute("data-drawn", "true")


def test_site_rebuilt_from_itself_is_the_same_byte_by_byte(life, tmp_path):
    (tmp_path / "pyproject.toml").write_text(OPTIONS)
    shutil.copytree(life.runner.pages, tmp_path / "published")

    sitegen(tmp_path, "build", "published", "-o", "again")

    names = paths(tmp_path / "published")
    assert paths(tmp_path / "again") == names
    same, different, missing = filecmp.cmpfiles(
        tmp_path / "published", tmp_path / "again", names, shallow=False
    )
    assert (different, missing) == ([], [])
    assert len(same) == len(names)
