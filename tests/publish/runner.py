"""A small runner of GitHub's workflows: jobs on this machine, a bare repository for the one on GitHub.

`run` steps are executed by bash as they stand, with the environment that a runner gives them; the few actions
that ours use are played. What a job has no permission to do, it cannot do: without `contents: write` a push
goes nowhere, and a run for a fork may write nothing at all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from expressions import filled, holds, said
from repositories import QUIET_GIT, git

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "ann/box"


@dataclass(frozen=True)
class Event:
    """Why a workflow runs."""

    name: str  # push, pull_request, workflow_dispatch
    ref: str  # refs/heads/main, refs/pull/7/merge
    number: int = 0  # of the pull request
    head: str = REPOSITORY  # where the pull request comes from
    actor: str = "ann"

    @property
    def is_fork(self) -> bool:
        return self.head != REPOSITORY

    def contexts(self, sha: str) -> dict[str, Any]:
        pull = {"number": self.number, "head": {"repo": {"full_name": self.head}}} if self.number else None
        return {
            "event_name": self.name,
            "ref": self.ref,
            "sha": sha,
            "repository": REPOSITORY,
            "actor": self.actor,
            "run_id": 100 + self.number,
            "token": "not-a-token",
            "action_path": str(ROOT),
            "event": {"pull_request": pull},
        }


@dataclass
class Step:
    """How a step went."""

    name: str
    code: int
    output: str  # stdout and stderr


@dataclass
class Job:
    """How a job went."""

    result: str = "success"  # failure, skipped
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    summary: str = ""

    @property
    def output(self) -> str:
        return "\n".join(step.output for step in self.steps)


class Runner:
    """Runs workflows of one repository."""

    def __init__(self, folder: Path, origin: Path) -> None:
        self.folder, self.origin = folder, origin
        self.folder.mkdir()
        self.pages = folder / "pages"  # what was deployed
        self.comments = folder / "comments.json"  # of the pull request
        self.comments.write_text("[]")
        self.runs = 0
        self._make_programs()

    def play(self, workflow: Path, event: Event) -> tuple[dict[str, Job], Path]:
        """Run the jobs of a workflow; how they went, and the folder of the artifacts they kept."""
        self.runs += 1
        place = self.folder / f"run{self.runs}"
        artifacts = place / "artifacts"
        artifacts.mkdir(parents=True)
        said_by = yaml.safe_load(workflow.read_text(encoding="utf-8"))
        assert event.name in said_by[True]  # YAML reads the key `on` as true
        jobs: dict[str, Job] = {}
        for name, plan in said_by["jobs"].items():
            jobs[name] = self._job(name, plan, said_by, event, jobs, place)
        return jobs, artifacts

    def _job(
        self,
        name: str,
        plan: dict[str, Any],
        whole: dict[str, Any],
        event: Event,
        jobs: dict[str, Job],
        place: Path,
    ) -> Job:
        needs = plan.get("needs", [])
        needs = [needs] if isinstance(needs, str) else needs
        before = {need: {"result": jobs[need].result, "outputs": jobs[need].outputs} for need in needs}
        sha = git(self.origin, "rev-parse", event.ref)
        contexts = {
            "github": event.contexts(sha),
            "needs": before,
            "env": whole.get("env", {}),
            "runner": {"os": "Linux", "temp": str(place)},
        }
        good = all(jobs[above].result == "success" for above in ancestors(name, whole["jobs"]))
        if not holds(plan.get("if"), contexts, states(lambda: good)):
            return Job(result="skipped")
        may = dict(plan.get("permissions", {}))
        if event.is_fork:
            may = dict.fromkeys(may, "read")
        work = place / name
        work.mkdir()
        steps = Steps(self, work, event, sha, may, contexts)
        steps.play(plan["steps"])
        if steps.job.result == "success" or plan.get("outputs"):
            for key, text in plan.get("outputs", {}).items():
                steps.job.outputs[key] = filled(text, steps.contexts, {})
        return steps.job

    def _make_programs(self) -> None:
        programs = self.folder / "bin"
        programs.mkdir()
        python = f'exec "{sys.executable}"'
        scripts = {
            "python": f'{python} "$@"',
            "sitegen": f'{python} -m sitegen "$@"',
            "gh": f'{python} "{Path(__file__).with_name("gh.py")}" "$@"',
            "pip": f'echo "$@" >> "{self.folder}/installed"',  # what it would install is this checkout
        }
        for name, script in scripts.items():
            (programs / name).write_text(f"#!/bin/sh\n{script}\n")
            (programs / name).chmod(0o755)


class Steps:
    """The steps of one job, or of a composite action."""

    def __init__(
        self,
        runner: Runner,
        work: Path,
        event: Event,
        sha: str,
        may: Mapping[str, str],
        contexts: Mapping[str, Any],
    ) -> None:
        self.runner, self.work, self.event, self.sha, self.may = runner, work, event, sha, may
        self.job = Job()
        self.path = [str(runner.folder / "bin")]  # where programs are found first
        self.contexts: dict[str, Any] = {**contexts, "steps": {}}
        self.status = states(lambda: self.job.result == "success")

    def play(self, steps: list[dict[str, Any]]) -> None:
        for number, step in enumerate(steps):
            if not holds(step.get("if"), self.contexts, self.status):
                continue
            name = step.get("name", step.get("uses", f"step {number}"))
            if "uses" in step:
                given = {key: self.fill(value) for key, value in step.get("with", {}).items()}
                code, output, outputs = self.use(step["uses"].split("@")[0], given)
            else:
                code, output, outputs = self.run(step, number)
            self.job.steps.append(Step(name, code, output))
            if code and not step.get("continue-on-error"):
                self.job.result = "failure"
            if "id" in step:
                outcome = "failure" if code else "success"
                self.contexts["steps"][step["id"]] = {"outputs": outputs, "outcome": outcome}

    def fill(self, value: Any) -> str:
        return filled(said(value), self.contexts, self.status)

    def run(self, step: dict[str, Any], number: int) -> tuple[int, str, dict[str, str]]:
        """Execute a script as a runner does: bash that stops at the first failure, also within a pipe."""
        names = ("output", "summary", "path")
        files = {name: self.work.parent / f"{self.work.name}-{number}-{name}" for name in names}
        for file in files.values():
            file.touch()
        script = self.fill(step["run"])
        environ = self.environ() | {key: self.fill(value) for key, value in step.get("env", {}).items()}
        environ |= {"GITHUB_OUTPUT": str(files["output"]), "GITHUB_STEP_SUMMARY": str(files["summary"])}
        environ["GITHUB_PATH"] = str(files["path"])
        answer = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=self.work,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self.job.summary += files["summary"].read_text()
        self.path[:0] = files["path"].read_text().split()
        lines = files["output"].read_text().splitlines()
        return answer.returncode, answer.stdout, dict(line.split("=", 1) for line in lines)

    def environ(self) -> dict[str, str]:
        github = self.contexts["github"]
        return surroundings() | {
            "PATH": os.pathsep.join([*self.path, os.environ["PATH"]]),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": self.event.name,
            "GITHUB_REF_TYPE": "branch",
            "GITHUB_REF": self.event.ref,
            "GITHUB_REF_NAME": self.event.ref.removeprefix("refs/heads/").removeprefix("refs/pull/"),
            "GITHUB_SHA": self.sha,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_WORKSPACE": str(self.work),
            "GITHUB_ACTION_PATH": github["action_path"],
            "FAKE_GITHUB": json.dumps({"comments": str(self.runner.comments), "may": dict(self.may)}),
        } | {key: self.fill(value) for key, value in self.contexts["env"].items()}  # fmt: skip

    def use(self, action: str, given: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Play an action: what it does to files, and its outputs."""
        plays: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
            "actions/checkout": self.checkout,
            "actions/setup-python": lambda given: {"python-path": str(self.runner.folder / "bin" / "python")},
            "actions/upload-artifact": self.upload,
            "actions/download-artifact": self.download,
            "actions/upload-pages-artifact": self.upload_pages,
            "actions/deploy-pages": self.deploy,
        }
        try:
            return 0, "", plays[action](given)
        except (OSError, PermissionError) as error:
            return 1, str(error), {}

    def checkout(self, given: dict[str, str]) -> dict[str, str]:
        """A shallow clone of one ref: a branch by its name, a pull request detached."""
        depth = [] if given.get("fetch-depth") == "0" else ["--depth=1"]
        git(self.work, "init", "--quiet", "--initial-branch=none")
        git(self.work, "remote", "add", "origin", f"file://{self.runner.origin}")
        if self.may.get("contents") != "write":
            git(self.work, "remote", "set-url", "--push", "origin", "file:///this-token-may-not-push")
        ref = f"refs/heads/{given['ref']}" if given.get("ref") else self.event.ref
        git(self.work, "fetch", "--quiet", *depth, "origin", ref)
        where = ["-B", ref.removeprefix("refs/heads/")] if ref.startswith("refs/heads/") else ["--detach"]
        git(self.work, "checkout", "--quiet", *where, "FETCH_HEAD")
        return {}

    def upload(self, given: dict[str, str]) -> dict[str, str]:
        """A file by its name, or what lies in a folder, without what begins with a dot."""
        source, kept = self.work / given["path"], self.artifacts / given["name"]
        if not source.exists():
            return {}  # as the action, which warns
        if source.is_dir():
            shutil.copytree(source, kept, ignore=shutil.ignore_patterns(".*"))
        else:
            kept.mkdir()
            shutil.copy(source, kept)
        return {"artifact-id": str(len(list(self.artifacts.iterdir())))}

    def download(self, given: dict[str, str]) -> dict[str, str]:
        shutil.copytree(self.artifacts / given["name"], self.work, dirs_exist_ok=True)
        return {}

    def upload_pages(self, given: dict[str, str]) -> dict[str, str]:
        return self.upload({"path": given["path"], "name": "github-pages"})

    def deploy(self, given: dict[str, str]) -> dict[str, str]:
        if self.may.get("pages") != "write" or self.may.get("id-token") != "write":
            raise PermissionError("this token may not deploy")
        shutil.rmtree(self.runner.pages, ignore_errors=True)
        shutil.copytree(self.artifacts / "github-pages", self.runner.pages)
        return {"page_url": "https://ann.example.org/box/"}

    @property
    def artifacts(self) -> Path:
        return self.work.parent / "artifacts"


def ancestors(name: str, plans: Mapping[str, Any]) -> set[str]:
    """The jobs that a job needs, and those that they need: `success()` asks all of them."""
    needs = plans[name].get("needs", [])
    needs = {needs} if isinstance(needs, str) else set(needs)
    return needs.union(*(ancestors(need, plans) for need in needs))


def surroundings() -> dict[str, str]:
    """The environment of a command of this checkout's, without the settings of whoever runs the tests."""
    settings = ("LOGGER_", "GITHUB_", "GIT_")
    outer = {key: value for key, value in os.environ.items() if not key.startswith(settings)}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return outer | QUIET_GIT | {"PYTHONPATH": path, "PYTHONUTF8": "1"}


def states(good: Callable[[], bool]) -> dict[str, Callable[[], bool]]:
    """The status functions of expressions; nothing is ever cancelled here."""
    return {
        "success": good,
        "failure": lambda: not good(),
        "cancelled": lambda: False,
        "always": lambda: True,
    }
