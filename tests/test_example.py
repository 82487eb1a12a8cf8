"""The example is what it says it is: the demo's own store, site and last words are looked at here."""

from __future__ import annotations

import math
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from logger.store import RunRecord, Store

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def runs(example) -> list[RunRecord]:
    return Store(example.store).runs()


def named(runs: list[RunRecord], name: str) -> RunRecord:
    return next(run for run in runs if run.name == name)


def test_demo_ends_well_and_says_where_to_open_the_site(example):
    assert example.output.rstrip().endswith("exit code 0")
    assert (example.site / "index.html").as_uri() in example.output


def test_demo_prints_the_refusal_of_the_name_123(example):
    assert "InvalidName: experiment name 123 is an int" in example.output
    assert 'Try: "123"' in example.output


def test_two_people_logged_into_three_experiments(runs: list[RunRecord]):
    assert {run.experiment for run in runs} == {"fake box", "diabetes", "digits by hand"}
    assert {run.provenance["user"] for run in runs} == {"ada", "grace"}


def test_refused_name_left_no_experiment(example):
    assert {record.name for record in Store(example.store).experiments()} == {
        "fake box",
        "diabetes",
        "digits by hand",
    }


def test_failed_run_says_why_and_keeps_its_points(runs: list[RunRecord]):
    failed = named(runs, "a step too far")

    assert failed.status == "failed"
    assert "above a coin's" in str(failed.reason)
    assert failed.metrics["test/auc"].count == 5
    assert [run.status for run in runs].count("failed") == 1


def test_diverged_run_keeps_its_nan(runs: list[RunRecord]):
    diverged = named(runs, "rate 3")

    assert math.isnan(diverged.metrics["loss"].last)
    assert diverged.metrics["loss"].bad > 0
    assert diverged.status == "finished"


def test_params_keep_their_types(runs: list[RunRecord]):
    params = next(run for run in runs if run.experiment == "diabetes").params

    assert params["model.width"] == 16
    assert params["model.activation"] == "relu"
    assert params["patience"] is None
    assert isinstance(params["learning_rate"], float)


def test_damage_is_found_in_one_run_and_in_no_other(example, runs: list[RunRecord]):
    store = Store(example.store)

    problems = {run.name: store.read_points(run.folder).problems or run.problems for run in runs}

    damaged = [name for name, found in problems.items() if found]
    assert damaged == ["the one we feared"]


def test_site_has_a_page_for_every_run_and_names_the_damaged_file(example, runs: list[RunRecord]):
    damaged = re.search(r"damaged on purpose: (\S+)", example.output)
    assert damaged

    pages = {folder.name for folder in (example.site / "r").iterdir()}

    assert pages == {run.run_id for run in runs}
    assert Path(damaged.group(1)).name in (example.site / "problems" / "index.html").read_text(
        encoding="utf-8"
    )


def test_train_and_test_auc_share_their_cards(example):
    for experiment in ("fake-box", "diabetes"):
        page = next((example.site / "e").glob(f"{experiment}-*/index.html")).read_text(encoding="utf-8")

        titles = re.findall(r"chart-card__title[^>]*><bdi>([^<]+)<", page)

        assert [title.lower() for title in titles].count("auc") == 1


def test_demo_that_is_stopped_says_so_in_a_sentence_and_leaves_no_run_open(tmp_path: Path):
    demo = subprocess.Popen(
        [sys.executable, "-u", ROOT / "site_example" / "demo.py", "-o", tmp_path],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with demo:
        while demo.poll() is None and not list(tmp_path.glob("tracking/experiments/*/*/points-*")):
            time.sleep(0.05)
        demo.send_signal(signal.SIGINT)
        said = demo.stderr.read()

    assert demo.returncode == 130
    assert said == f"stopped; the runs up to here are in {tmp_path / 'tracking'}\n"
    assert not [run.name for run in Store(tmp_path / "tracking").runs() if run.alive]


def test_demo_refuses_to_replace_a_folder_that_is_no_store(tmp_path: Path):
    (tmp_path / "tracking").mkdir()
    (tmp_path / "tracking" / "thesis.txt").write_text("three years of work", encoding="utf-8")

    answer = subprocess.run(
        [sys.executable, ROOT / "site_example" / "demo.py", "--fast", "-o", tmp_path],
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 1
    assert "it is no store" in answer.stderr
    assert (tmp_path / "tracking" / "thesis.txt").read_text(encoding="utf-8") == "three years of work"
