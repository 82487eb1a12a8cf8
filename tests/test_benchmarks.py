"""The benchmarks run; what they measure is not judged here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import run as benchmarks
import table

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("script", benchmarks.SCRIPTS)
def test_script_measures_and_prints_a_table(script: str, chromium: str, tmp_path: Path):
    answer = subprocess.run(
        [
            sys.executable,
            ROOT / "benchmarks" / f"{script}.py",
            "--quick",
            "--repeats",
            "1",
            "--scratch",
            tmp_path,
        ],
        env=os.environ | {"CHROMIUM": chromium},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("| what ")
    assert len(answer.stdout.splitlines()) > 2


def test_promise_is_reached_only_when_both_of_its_numbers_are():
    fast = table.Row("a call", ours=2.0, unit="µs", plain=3.0, most=2.5, ratio=1.0)
    slow = table.Row("a call", ours=2.6, unit="µs", plain=3.0, most=2.5, ratio=1.0)
    behind = table.Row("a call", ours=2.0, unit="µs", plain=1.9, most=2.5, ratio=1.0)
    promised_nothing = table.Row("a call", ours=2.0, unit="µs")

    assert [row.reached for row in (fast, slow, behind, promised_nothing)] == [True, False, False, None]


def test_page_of_speed_has_a_place_for_every_table_and_keeps_the_rest():
    page = benchmarks.PAGE.read_text(encoding="utf-8")
    names = ["machine", *benchmarks.SCRIPTS]

    renewed = benchmarks.renewed(page, {name: f"table of {name}" for name in names})

    for name in names:
        assert f"<!-- {name} -->\ntable of {name}\n<!-- /{name} -->" in renewed
    assert renewed.startswith("# Speed\n")
    assert benchmarks.renewed(renewed, {"runs": "again"}).count("table of") == len(names) - 1
