"""`logger.provenance` and `logger.runnames`: where a run came from, and what it is called by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from stored import only_run, runs_of

from logger import layout, provenance
from logger.cibranch import branch_in_ci
from logger.names import check_name
from logger.runnames import made_up_name

Script = Callable[..., "subprocess.CompletedProcess[str]"]


def git(folder: Path, *arguments: str) -> str:
    environ = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        environ |= {f"GIT_{who}_NAME": "Ada", f"GIT_{who}_EMAIL": "ada@example.org"}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout.strip()


@pytest.fixture(autouse=True)
def outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of this project may themselves run in CI."""
    for variable in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, on the branch `main`, with a remote that has a password in it."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "train.txt").write_text("x")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    git(folder, "remote", "add", "origin", "https://ada:secret@example.org/ada/project.git")
    provenance._ask_git.cache_clear()
    return folder


def test_script_says_where_it_came_from(script: Script, tmp_path: Path):
    script("import logger; logger.start_run(user='Ada')", "--lr", "0.1")

    found = only_run(tmp_path / "tracking").provenance
    assert found["script"] == "train_0.py"
    assert found["user"] == "Ada"
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["folder"] == str(tmp_path)
    assert str(found["command"]).endswith("train_0.py --lr 0.1")
    assert found["login"]
    assert found["host"]


def test_user_is_recorded_only_when_given_on_purpose(script: Script, tmp_path: Path):
    script("import logger; logger.start_run()", LOGGER_USER="")

    assert "user" not in only_run(tmp_path / "tracking").provenance


def test_commit_branch_remote_and_changes_come_from_git(repository: Path):
    clean = provenance.git_state(str(repository))

    assert clean == {
        "git_commit": git(repository, "rev-parse", "HEAD"),
        "git_branch": "main",
        "git_dirty": False,
        "git_remote": "https://example.org/ada/project.git",
    }


def test_changed_file_makes_the_commit_dirty_and_a_new_file_does_not(repository: Path):
    (repository / "new.txt").write_text("x")
    assert provenance.git_state(str(repository))["git_dirty"] is False
    provenance._ask_git.cache_clear()

    (repository / "train.txt").write_text("y")

    assert provenance.git_state(str(repository))["git_dirty"] is True


def test_detached_head_has_no_branch(repository: Path):
    git(repository, "checkout", "-q", "--detach")

    assert "git_branch" not in provenance.git_state(str(repository))


def test_detached_checkout_of_a_push_counts_on_the_branch_that_was_pushed(
    repository: Path, monkeypatch: pytest.MonkeyPatch
):
    git(repository, "checkout", "-q", "--detach")
    for name, value in push(git(repository, "rev-parse", "HEAD")).items():
        monkeypatch.setenv(name, value)

    assert provenance.git_state(str(repository))["git_branch"] == "main"


def test_main_of_a_fork_that_is_checked_out_by_name_is_still_a_pull_request(
    repository: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, value in PULL.items():
        monkeypatch.setenv(name, value)

    assert git(repository, "branch", "--show-current") == "main"
    assert provenance.git_state(str(repository))["git_branch"] == "pr/7"


HEAD, OTHER = "1" * 40, "2" * 40
PULL = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_REF": "refs/pull/7/merge",
    "GITHUB_REF_NAME": "7/merge",
    "GITHUB_REF_TYPE": "branch",
    "GITHUB_HEAD_REF": "main",
    "GITHUB_BASE_REF": "main",
    "GITHUB_SHA": HEAD,
}


def push(commit: str, **more: str) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_HEAD_REF": "",
        "GITHUB_SHA": commit,
    } | more


def gitlab(commit: str, **more: str) -> dict[str, str]:
    return {"GITLAB_CI": "true", "CI_COMMIT_SHA": commit} | more


@pytest.mark.parametrize(
    ("environ", "checked_out", "branch"),
    [
        ({}, "main", "main"),
        ({}, None, None),
        (push(HEAD), None, "main"),
        (push(HEAD), "main", "main"),
        (push(OTHER), None, None),
        (push(OTHER), "old", "old"),
        (push(HEAD, GITHUB_REF_TYPE="tag", GITHUB_REF_NAME="v1"), None, None),
        (PULL, None, "pr/7"),
        (PULL, "main", "pr/7"),
        (PULL | {"GITHUB_SHA": OTHER}, None, "pr/7"),
        (push(OTHER, GITHUB_EVENT_NAME="pull_request_target", GITHUB_HEAD_REF="main"), "main", "pr/main"),
        (push(OTHER, GITHUB_EVENT_NAME="workflow_run"), "main", None),
        (push(OTHER, GITHUB_EVENT_NAME="issue_comment"), "main", None),
        (push(HEAD, GITHUB_EVENT_NAME="schedule"), None, "main"),
        (push(HEAD, GITHUB_ACTIONS="false"), None, None),
        (gitlab(HEAD, CI_COMMIT_BRANCH="main"), None, "main"),
        (gitlab(OTHER, CI_COMMIT_BRANCH="main"), None, None),
        (gitlab(HEAD, CI_COMMIT_TAG="v1"), None, None),
        (
            gitlab(HEAD, CI_MERGE_REQUEST_IID="12", CI_MERGE_REQUEST_SOURCE_BRANCH_NAME="main"),
            "main",
            "mr/12",
        ),
        (gitlab(HEAD, CI_EXTERNAL_PULL_REQUEST_IID="3"), None, "pr/3"),
    ],
    ids=[
        "no CI",
        "no CI, detached",
        "push",
        "push, on a branch",
        "push, another commit",
        "push, another commit on a branch",
        "tag",
        "pull request",
        "pull request, on a branch",
        "pull request, another commit",
        "pull_request_target with the code of a fork",
        "workflow_run with the code of a fork",
        "issue_comment with the code of a fork",
        "schedule",
        "variables of a CI system that is not at work",
        "GitLab",
        "GitLab, another commit",
        "GitLab, tag",
        "GitLab, merge request",
        "GitLab, pull request from elsewhere",
    ],
)
def test_branch_of_a_run_in_ci(environ: dict[str, str], checked_out: str | None, branch: str | None):
    assert branch_in_ci(environ, HEAD, checked_out) == branch


def test_repository_without_a_commit_or_without_git_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    git(tmp_path, "init", "-q")
    provenance._ask_git.cache_clear()
    assert provenance.git_state(str(tmp_path)) == {}

    provenance._ask_git.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance.git_state(str(tmp_path)) == {}
    assert provenance.git_state("/") == {}


def test_slow_git_is_given_up(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "bin").mkdir()
    slow = tmp_path / "bin" / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(provenance, "_GIT_SECONDS", 0.05)

    assert provenance.git_state(str(repository)) == {}


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["train.py", "--token", "s3cret", "--lr", "1"], ["train.py", "--token", "…", "--lr", "1"]),
        (["--api-key=s3cret"], ["--api-key=…"]),
        (["--wandb_api_key", "s3cret"], ["--wandb_api_key", "…"]),
        (["db.password=s3cret"], ["db.password=…"]),
        (["--data", "https://ada:s3cret@example.org/x"], ["--data", "https://…@example.org/x"]),
        (["--tokens", "100"], ["--tokens", "100"]),
        (["--token", "--verbose"], ["--token", "--verbose"]),
        (["--author=Ada"], ["--author=Ada"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_values_of_secret_options_are_not_recorded(arguments: list[str], shown: list[str]):
    assert provenance.without_secrets(arguments) == shown


def test_secret_of_the_command_line_reaches_no_file(script: Script, tmp_path: Path):
    script("import logger; logger.start_run()", "--password", "s3cret")

    assert len(runs_of(tmp_path / "tracking")) == 1
    assert not any(b"s3cret" in path.read_bytes() for path in (tmp_path / "tracking").rglob("*.jsonl"))


def test_made_up_names_are_names_and_follow_from_the_id():
    ids = [layout.run_id(number, number.to_bytes(10, "big")) for number in range(5_000)]

    names = [made_up_name(run) for run in ids]

    assert all(check_name(name, "run") == name for name in set(names))
    assert len(set(names)) > 3_000
    assert names[7] == made_up_name(ids[7])
