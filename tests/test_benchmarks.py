"""The benchmarks run; what a clock measured is not judged here, what is counted from a fixed seed is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import gates
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


def test_gates_keep_their_promise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gates, "SERIES", 60)

    promised = [row for row in gates.measure(table.Options()) if row.most is not None]

    assert len(promised) >= 10
    assert [row.what for row in promised if not row.reached] == []


def test_promise_is_reached_only_when_both_of_its_numbers_are():
    fast = table.Row("a call", ours=2.0, unit="µs", plain=3.0, most=2.5, ratio=1.0)
    slow = table.Row("a call", ours=2.6, unit="µs", plain=3.0, most=2.5, ratio=1.0)
    behind = table.Row("a call", ours=2.0, unit="µs", plain=1.9, most=2.5, ratio=1.0)
    promised_nothing = table.Row("a call", ours=2.0, unit="µs")

    assert [row.reached for row in (fast, slow, behind, promised_nothing)] == [True, False, False, None]


@pytest.mark.parametrize("place", benchmarks.PAGES, ids=lambda path: path.name)
def test_page_has_a_place_for_every_table_of_its_own_and_keeps_the_rest(place: Path):
    page = place.read_text(encoding="utf-8")
    names = benchmarks.PAGES[place]

    renewed = benchmarks.renewed(page, {name: f"table of {name}" for name in names})

    for name in names:
        assert f"<!-- {name} -->\ntable of {name}\n<!-- /{name} -->" in renewed
    assert renewed.splitlines()[0] == page.splitlines()[0]
    assert benchmarks.renewed(renewed, {names[-1]: "again"}).count("table of") == len(names) - 1


def test_every_script_has_its_table_on_one_page():
    tables = [name for names in benchmarks.PAGES.values() for name in names]

    assert sorted(tables) == sorted({"machine", *benchmarks.SCRIPTS})


def test_table_without_a_yardstick_has_no_columns_for_it():
    plain = table.markdown([table.Row("a rate", 2.0, "%", most=5.0)])

    assert " ".join(plain.splitlines()[0].split()) == "| what | Runfolio | target | reached |"
