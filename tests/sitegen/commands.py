"""Commands: `sitegen` run in the process of the test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sitegen.cli import app


@dataclass(frozen=True)
class Answer:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def sitegen(folder: Path, *words: str, **more: str) -> Answer:
    """Run a command in this process, as if started in `folder`; `more` is added to the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("GITHUB_STEP_SUMMARY", raising=False)
        result = CliRunner().invoke(app, list(words), env=more, catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)
