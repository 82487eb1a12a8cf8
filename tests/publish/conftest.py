"""What tests of publishing share: pages opened in Chromium, and a git without anybody's settings."""

from __future__ import annotations

import os

import pytest
from opening import opened
from repositories import QUIET_GIT

__all__ = ["opened"]


@pytest.fixture(autouse=True)
def _no_settings_of_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in QUIET_GIT.items():
        monkeypatch.setenv(name, value)
