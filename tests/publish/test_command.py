"""`sitegen publish` as a user calls it: what it prints, and with which exit code it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from builders import SECOND, START, RunPlan, make_store
from repositories import QUIET_GIT, files_of, git, make_checkout, state_of

from sitegen.publish import runs_of

ROOT = Path(__file__).resolve().parents[2]
CURVE = {"train/auc": [0.5, 0.7], "test/auc": [0.5, 0.6]}


def sitegen(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    surroundings = os.environ | QUIET_GIT | {"PYTHONPATH": path, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "sitegen", *words],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        encoding="utf-8",
    )


def test_site_of_a_store_is_published_and_said_where(checkout, remote):
    make_store(checkout, [RunPlan(CURVE, "fake box") for _ in range(2)])
    assert sitegen(checkout, "build").returncode == 0

    answer = sitegen(checkout, "publish")

    read, pushed, then = answer.stdout.splitlines()
    assert answer.returncode == 0, answer.stderr
    assert read.startswith("read   ")
    assert read.endswith(" from public")
    assert pushed.startswith(
        f"pushed commit {git(remote, 'rev-parse', 'gh-pages')[:12]} to gh-pages of origin"
    )
    assert pushed.endswith("(2 runs, 2 of them new)")
    assert then == "next   on GitHub: Settings, Pages, Deploy from a branch, gh-pages"
    assert len(runs_of(files_of(remote))) == 2


def test_second_publish_of_the_same_site_keeps_the_branch_as_it_is(checkout, remote):
    make_store(checkout, [RunPlan(CURVE, "fake box")])
    sitegen(checkout, "build")
    sitegen(checkout, "publish")
    before = git(remote, "rev-parse", "gh-pages")

    answer = sitegen(checkout, "publish", "public")

    assert answer.stdout.splitlines()[1] == "kept   gh-pages of origin as it is: it has all of that"
    assert git(remote, "rev-parse", "gh-pages") == before


def test_publish_that_builds_keeps_the_runs_of_the_branch(remote, checkout, tmp_path):
    make_store(checkout, [RunPlan(CURVE, "fake box")])
    first = sitegen(checkout, "publish", "--build", "tracking")
    clone = make_checkout(tmp_path, remote, "clone")
    make_store(clone, [RunPlan(CURVE, "fake box", started=START + 9_000 * SECOND)])

    second = sitegen(clone, "publish", "--build", "tracking", "--title", "Boxes")

    for answer in (first, second):
        assert answer.returncode == 0, answer.stderr
    assert len(runs_of(files_of(remote))) == 2
    assert "onto   1 run that only git:origin/gh-pages had" in second.stdout
    assert "(2 runs, 1 of them new)" in second.stdout
    assert "<title>Boxes" in git(remote, "show", "gh-pages:index.html")


def test_two_processes_that_publish_at_once_lose_nothing(remote, checkout, tmp_path):
    clones = [make_checkout(tmp_path, remote, f"clone{number}") for number in range(2)]
    for number, clone in enumerate(clones):
        make_store(clone, [RunPlan(CURVE, "fake box", started=START + (number + 1) * 9_000 * SECOND)])

    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda clone: sitegen(clone, "publish", "--build", "tracking"), clones))

    for answer in answers:
        assert answer.returncode == 0, answer.stderr
    assert len(runs_of(files_of(remote))) == 2
    assert git(remote, "rev-list", "--count", "gh-pages") == "2"


def test_secret_is_never_pushed_in_ci_or_elsewhere(remote, checkout):
    token = "ghp_" + "0a1B2c3D4e5F6g7H8i9J" + "0k1L2m3N4o5P6q7R"
    make_store(checkout, [RunPlan(CURVE, "fake box", params={"note": f"with {token}"})])

    answer = sitegen(checkout, "publish", "--build", "tracking")

    assert answer.returncode == 3
    assert token not in answer.stdout + answer.stderr
    assert git(remote, "branch", "--list", "gh-pages") == ""


def test_options_of_a_build_without_one_are_refused(checkout):
    answer = sitegen(checkout, "publish", "--title", "Boxes")

    assert answer.returncode == 2
    assert "--build was not given" in answer.stderr


def test_refusal_is_a_sentence_and_an_exit_code_other_than_zero(tmp_path, checkout):
    (tmp_path / "empty").mkdir()

    outside = sitegen(tmp_path / "empty", "publish")
    nothing = sitegen(checkout, "publish", "public")

    for answer, words in ((outside, "lies in no git repository"), (nothing, "is no site that a build made")):
        assert answer.returncode != 0
        assert words in answer.stderr
        assert "Traceback" not in answer.stderr


def test_site_or_store_that_is_not_there_is_told_before_a_remote_that_is_not(checkout):
    site = sitegen(checkout, "publish", "gone", "--remote", "nope")
    store = sitegen(checkout, "publish", "--build", "gone", "--remote", "nope")

    assert site.stderr.startswith("error: gone is no site that a build made.")
    assert store.stderr.startswith("error: there is nothing at 'gone'.")


def test_workflow_that_cannot_be_written_is_told(checkout):
    (checkout / ".github").write_text("")

    answer = sitegen(checkout, "init", "github", "--pages", "artifact")

    assert answer.returncode == 1
    assert "runfolio.yml cannot be written: " in answer.stderr
    assert "Try: a look at " in answer.stderr


def test_what_a_build_goes_onto_is_a_remote_with_a_name(remote, checkout):
    (checkout / "tracking").mkdir()
    (checkout / "tracking" / "runfolio.json").write_text('{"format": 1}')
    for said in ("nope", f"file://ann:secret@{remote}"):
        answer = sitegen(checkout, "publish", "--build", "tracking", "--remote", said)

        assert answer.returncode == 1
        assert "has no remote" in answer.stderr
        assert "Allowed: origin." in answer.stderr
        assert "secret" not in answer.stderr


@pytest.mark.parametrize("depth", [[], ["--depth=1"]], ids=["a whole clone", "a shallow clone"])
def test_build_onto_a_branch_works_in_any_clone_and_leaves_the_checkout_alone(
    depth, remote, checkout, tmp_path
):
    make_store(checkout, [RunPlan(CURVE, "fake box")])
    sitegen(checkout, "publish", "--build", "tracking")
    git(tmp_path, "clone", "--quiet", *depth, "--branch=main", "--single-branch", f"file://{remote}", "clone")
    clone = tmp_path / "clone"
    make_store(clone, [RunPlan(CURVE, "fake box", started=START + 9_000 * SECOND)])
    before = state_of(clone)

    answers = [sitegen(clone, "build", "--onto", "git:gh-pages", "-o", f"public{again}") for again in "12"]

    for answer in answers:
        assert answer.returncode == 0, answer.stderr
        assert "onto   1 run that only git:gh-pages had" in answer.stdout
    for again in "12":
        (clone / f"public{again}").rename(tmp_path / again)
    assert state_of(clone) == before
