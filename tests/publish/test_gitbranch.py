"""The branch that a build goes onto, while others push to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import git, make_checkout, make_remote, make_site

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


@pytest.mark.parametrize("branch", ["größe/läufe", "runs@1", "runs#1,a", "_x"])
@pytest.mark.parametrize("remote", ["origin", "über", "team/box"])
def test_whatever_git_takes_for_a_name_is_one(remote, branch, tmp_path):
    bare = make_remote(tmp_path)
    checkout = make_checkout(tmp_path, bare)
    if remote != "origin":
        git(checkout, "remote", "rename", "origin", remote)
    publish_site(make_site(tmp_path / "one", [A]), Destination(GitRepo(checkout), remote, branch), Wish())
    (tmp_path / "scratch").mkdir()

    found = GitBranch(f"{remote}/{branch}", tmp_path / "scratch", checkout)

    assert A.encode() in found.fetch("index.html", 10_000)


def test_branch_that_moves_before_it_is_fetched_is_had_as_it_is_then(clone, tmp_path, monkeypatch):
    look = GitBranch._check_there

    def looked(self: GitBranch, remote: str, branch: str) -> None:
        look(self, remote, branch)
        publish(tmp_path / "checkout", tmp_path / "two", [A, B])

    monkeypatch.setattr(GitBranch, "_check_there", looked)

    branch = opened(clone, tmp_path / "scratch")

    assert B.encode() in branch.fetch("index.html", 10_000)
