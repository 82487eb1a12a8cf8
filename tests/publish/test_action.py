"""The action of this repository: its steps as they stand, run by bash on a repository made for the test."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import SECOND, START, RunPlan, make_store
from expressions import filled
from repositories import files_of, make_checkout
from runner import Event, Runner, Steps

from sitegen.pins import PINS
from sitegen.publish import runs_of

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
PUSH = Event("push", "refs/heads/main")
CURVE = {"train/auc": [0.5, 0.7, 0.9], "test/auc": [0.5, 0.6, 0.65]}

PYTHON = """\
#!/bin/sh
# `python -m venv DIR`: a folder whose pip notes what it would install, and with the sitegen of this checkout
if [ "$2" = venv ]; then
  mkdir -p "$3/bin"
  printf '#!/bin/sh\\necho "$@" >> "{folder}/installed"\\n' > "$3/bin/python"
  [ -e "$3/bin/sitegen" ] || mv "{folder}/bin/sitegen" "$3/bin/sitegen"
  chmod +x "$3/bin/python"
fi
"""


@pytest.fixture
def runner(tmp_path: Path, remote: Path) -> Runner:
    """A runner on whose path `sitegen` is only after the action installed it."""
    made = Runner(tmp_path / "runner", remote)
    (made.folder / "bin" / "python").write_text(PYTHON.format(folder=made.folder))
    return made


def act(runner: Runner, work: Path, **inputs: str) -> tuple[Steps, dict[str, str]]:
    """Run the action in a folder; how it went, and its outputs."""
    (work.parent / "artifacts").mkdir(exist_ok=True)
    given = {name: about.get("default", "") for name, about in ACTION["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    contexts = {
        "github": PUSH.contexts("0" * 40),
        "inputs": given,
        "env": {},
        "runner": {"os": "Linux", "temp": str(work.parent)},
    }
    steps = Steps(runner, work, PUSH, "0" * 40, {"contents": "write"}, contexts)
    steps.play(STEPS)
    outputs = {
        name: filled(about["value"], steps.contexts, steps.status)
        for name, about in ACTION["outputs"].items()
    }
    return steps, outputs


def test_site_is_built_and_kept_for_pages(runner, checkout):
    make_store(checkout, [RunPlan(CURVE, "fake box")])

    steps, outputs = act(runner, checkout)

    assert steps.job.result == "success", steps.job.output
    assert outputs == {"site": "public", "report": "", "gates": "unchecked"}
    kept = checkout.parent / "artifacts" / "github-pages"
    assert (kept / "index.html").is_file()
    assert "read   1 run, 2 metrics, 6 points from tracking" in steps.job.output
    assert (runner.folder / "installed").read_text().split()[-1] == str(ROOT)


def test_several_stores_options_and_hostile_texts_reach_the_command_as_they_are(runner, checkout, tmp_path):
    (checkout / "my runs").mkdir()
    make_store(checkout, [RunPlan(CURVE, "one")])
    make_store(checkout / "my runs", [RunPlan(CURVE, "two", started=1_795_900_000_000_000)])
    title = '$(touch owned) `touch owned`"; touch owned; ${{ github.token }} & <b>'

    steps, outputs = act(
        runner,
        checkout,
        stores="tracking\nmy runs/tracking\n",
        title=title,
        output="my site",
        artifact="box-site",
    )

    assert steps.job.result == "success", steps.job.output
    assert list(tmp_path.rglob("owned")) == []
    assert "read   2 runs" in steps.job.output
    assert outputs["site"] == "my site"
    kept = checkout.parent / "artifacts" / "box-site"
    assert "&lt;b&gt;" in (kept / "index.html").read_text(encoding="utf-8")


def test_store_whose_name_looks_like_an_option_is_a_store(runner, checkout):
    steps, _ = act(runner, checkout, stores="--help")

    assert steps.job.result == "failure"
    assert "--help" in steps.job.output
    assert "Usage" not in steps.job.output


def test_branch_is_published_to_and_built_onto(remote, runner, checkout, tmp_path):
    make_store(checkout, [RunPlan(CURVE, "fake box")])
    act(runner, checkout, branch="gh-pages", artifact="")
    other = make_checkout(tmp_path, remote, "other")
    make_store(other, [RunPlan(CURVE, "fake box", started=START + 9_000 * SECOND)])

    published, _ = act(runner, other, branch="gh-pages")
    looked, _ = act(runner, other, onto="git:gh-pages", output="seen", artifact="seen")

    for steps in (published, looked):
        assert steps.job.result == "success", steps.job.output
    assert len(runs_of(files_of(remote))) == 2
    kept = tmp_path / "artifacts" / "seen"
    assert len(list((kept / "r").iterdir())) == 2


def test_first_site_has_nothing_to_be_built_onto(runner, checkout):
    make_store(checkout, [RunPlan(CURVE, "fake box")])

    steps, _ = act(runner, checkout, onto="git:gh-pages", keep="50", data="full")

    assert steps.job.result == "success", steps.job.output
    assert "nothing is published at git:gh-pages yet" in steps.job.output


def test_failed_build_ends_the_action_and_keeps_nothing(runner, checkout):
    steps, _ = act(runner, checkout, stores="nowhere")

    assert steps.job.result == "failure"
    assert "nowhere" in steps.job.output
    assert list((checkout.parent / "artifacts").iterdir()) == []


def test_actions_within_are_pinned_as_the_workflow_s_are():
    used = re.findall(r"uses: (.*)", (ROOT / "action.yml").read_text(encoding="utf-8"))

    assert used
    assert set(used) <= {str(pin) for pin in PINS.values()}


def test_what_a_user_says_reaches_scripts_by_the_environment_only():
    for step in STEPS:
        if "run" in step:
            assert "${{" not in step["run"]
            assert step["shell"] == "bash"
            assert subprocess.run(["bash", "-n", "-c", step["run"]]).returncode == 0


def test_every_input_is_used_described_and_documented():
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "publish.md").read_text(encoding="utf-8")

    for kind in ("inputs", "outputs"):
        for name, about in ACTION[kind].items():
            assert about["description"]
            assert f"`{name}`" in page
            assert kind == "outputs" or f"inputs.{name} " in text
