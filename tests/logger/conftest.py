"""What tests of the logging side share: a store of their own, and scripts that run beside the test."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path

import pytest

from logger import defaults, fluent, lifecycle, set_tracking_uri

ROOT = Path(__file__).resolve().parents[2]

Script = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _no_run_of_another_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test starts without an active run, store or experiment, and leaves none open."""
    monkeypatch.setattr(defaults, "_store", None)
    monkeypatch.setattr(defaults, "_experiment", None)
    monkeypatch.setattr(fluent, "_active", ContextVar("active_run_of_a_test", default=None))
    monkeypatch.setattr(fluent, "_shared", None)
    monkeypatch.setattr(fluent, "_shared_place", None)
    monkeypatch.setattr(fluent, "_last", None)
    yield
    lifecycle.end_all()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a store, chosen by `set_tracking_uri`; nothing is in it yet."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tracking"
    set_tracking_uri(folder)
    return folder


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a script in `tmp_path`, whose default store is `tmp_path / "tracking"`."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        path = tmp_path / f"train_{len(started)}.py"
        path.write_text(textwrap.dedent(code))
        process = subprocess.Popen(
            [sys.executable, "-W", "error::ResourceWarning", str(path), *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:  # closes its pipes
            process.kill()


@pytest.fixture
def script(start: Callable[..., subprocess.Popen[str]]) -> Script:
    """Runs a script to its end, whatever that is."""

    def script(code: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        process = start(code, *arguments, **environ)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    return script
