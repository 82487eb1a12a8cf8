"""Once: what takes long to make is made by one of the processes that run tests; the others wait for it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], bytes], seconds: float
) -> tuple[Path, bytes]:
    """A folder that `make` has filled, once for all processes of tests, and what it said of that.

    Args:
        seconds: that the others wait.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / name
    done = shared / f"{name}.done"
    try:
        folder.mkdir()
    except FileExistsError:
        until = time.monotonic() + seconds
        while not done.exists():
            assert time.monotonic() < until, f"{name} was not made"
            time.sleep(0.1)
    else:
        part = done.with_suffix(".part")
        part.write_bytes(make(folder))
        part.rename(done)
    return folder, done.read_bytes()
