"""The branch that a build goes onto, while others push to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import git, make_checkout, make_remote, make_site

from sitegen.fetching import NotFetched
from sitegen.gitbranch import GitBranch
from sitegen.gitrepo import GitRepo
from sitegen.publish import Destination, Wish, publish_site

A, B = "a" * 32, "b" * 32


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A shallow clone of a repository with a published site whose branch is always one commit."""
    remote = make_remote(tmp_path)
    publish(make_checkout(tmp_path, remote), tmp_path / "one", [A])
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{remote}", "clone")
    return tmp_path / "clone"


def publish(checkout: Path, site: Path, runs: list[str]) -> None:
    publish_site(
        make_site(site, runs), Destination(GitRepo(checkout), "origin", "gh-pages"), Wish(history=False)
    )


def opened(clone: Path, scratch: Path) -> GitBranch:
    scratch.mkdir()
    return GitBranch("gh-pages", scratch, clone)


def test_branch_that_moves_before_it_is_fetched_is_asked_again(clone, tmp_path, monkeypatch):
    ask = GitBranch._found
    asked: list[str] = []

    def found(self: GitBranch, remote: str, branch: str) -> str:
        asked.append(ask(self, remote, branch))
        if len(asked) == 1:
            publish(tmp_path / "checkout", tmp_path / "two", [A, B])
        return asked[-1]

    monkeypatch.setattr(GitBranch, "_found", found)

    branch = opened(clone, tmp_path / "scratch")

    assert len(asked) == 2
    assert B.encode() in branch.fetch("index.html", 10_000)


def test_branch_that_moves_all_the_time_is_said(clone, tmp_path, monkeypatch):
    monkeypatch.setattr(GitBranch, "_found", lambda self, remote, branch: "0" * 40)

    with pytest.raises(NotFetched, match="moved faster than it can be fetched"):
        opened(clone, tmp_path / "scratch")
