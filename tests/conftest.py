"""What all tests share: a clean environment, one browser, and the example built once.

Every test runs beside others in parallel: write to `tmp_path` only, take no fixed port, and do not count
on the current folder (`monkeypatch.chdir(tmp_path)`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from once import made_once
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SLOW_START = 120_000  # ms for Chromium to start: a loaded machine is slow, not wrong
CHROMIUM_OPTIONS = [
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]

settings.register_profile("shared-machine", deadline=None)  # a slow moment is no failure
settings.load_profile("shared-machine")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the LOGGER_… variables of the shell it was started from."""
    for name in [name for name in os.environ if name.startswith("LOGGER_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium that `dev.py test` found, else the first on the path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium: run the tests by `make test`, which finds or installs one"
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser per process of tests; each test takes its own `browser.new_context()`."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=CHROMIUM_OPTIONS, timeout=SLOW_START
        )
        yield running
        running.close()


@dataclass(frozen=True)
class Example:
    """The small variant of the demo, as it was left behind."""

    store: Path
    site: Path
    output: str  # all that it printed


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """`site_example/demo.py --fast`, run once for all processes of tests. Read it, do not write to it."""
    folder, said = made_once(tmp_path_factory, "My Example é", _build_example, seconds=180)
    output = said.decode("utf-8")
    assert (folder / "public" / "index.html").is_file(), output
    return Example(folder / "tracking", folder / "public", output)


def _build_example(folder: Path) -> bytes:
    command = [sys.executable, str(ROOT / "site_example" / "demo.py"), "--fast", "-o", str(folder)]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("LOGGER_")}
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=surroundings)
    return answer.stdout + f"\nexit code {answer.returncode}\n".encode()
