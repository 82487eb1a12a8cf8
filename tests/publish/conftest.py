"""What tests of publishing share: pages opened in Chromium, and a git without anybody's settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from opening import opened
from repositories import QUIET_GIT, make_checkout, make_remote

__all__ = ["opened"]


@pytest.fixture(autouse=True)
def _no_settings_of_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in QUIET_GIT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return make_remote(tmp_path)


@pytest.fixture
def checkout(tmp_path: Path, remote: Path) -> Path:
    return make_checkout(tmp_path, remote)
