"""What `sitegen build` says of a site that carries its data, and of the one it is built onto."""

from __future__ import annotations

import pytest
from builders import START, RunPlan, make_store
from test_cli import sitegen, started

DAY = 86_400_000_000  # microseconds


@pytest.fixture
def folder(tmp_path):
    plans = [RunPlan({"auc": [0.5]}, "fake box", started=START + number * DAY) for number in range(4)]
    make_store(tmp_path, plans)
    return tmp_path


def test_a_site_is_built_from_a_site(folder):
    sitegen(folder, "build")

    answer = sitegen(folder, "build", "public", "-o", "again")

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[0] == "read   4 runs, 1 metric, 4 points from public"


def test_damaged_file_with_the_points_of_many_runs_is_named_once(folder):
    sitegen(folder, "build")
    (points,) = (folder / "public" / "data").glob("points-*.parquet")
    points.write_bytes(points.read_bytes()[:100])

    answer = sitegen(folder, "build", "public", "-o", "again")

    assert "(4 problems: see problems/index.html)" in answer.stdout
    (named,) = (text for text in answer.stdout.splitlines() if points.name in text)
    assert named.endswith("(4 times)")
    assert "more" not in answer.stdout


def test_onto_says_what_came_along_and_the_first_time_that_it_is_one(folder):
    refused = started(folder, "build", "--onto", "public")
    first = sitegen(folder, "build", "--onto", "public", "--first")
    (folder / "tracking").rename(folder / "old")
    make_store(folder, [])
    second = sitegen(folder, "build", "--onto", "public", "--first")

    assert refused.returncode == 1
    assert refused.stderr.startswith("error: nothing is published at public yet.")
    assert "--first" in refused.stderr
    assert "onto   nothing is published at public yet: this is its first site" in first.stdout
    assert "read   4 runs" in second.stdout
    assert "onto   4 runs that only public had" in second.stdout


def test_keep_says_how_many_were_left_out_and_what_stays_all_the_same(folder):
    answer = sitegen(folder, "build", "--keep", "1", "--keep", "attributes.run_name = 'run-1'")

    assert "read   2 runs" in answer.stdout
    assert "forgot 2 runs that no rule of --keep keeps" in answer.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--keep", "90 years"),
        ("--keep", "metrics."),
        ("--data", "some"),
        ("--first",),
    ],
    ids=str,
)
def test_words_that_make_no_sense_are_misuse(folder, words):
    answer = started(folder, "build", *words)

    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert not (folder / "public").exists()


def test_a_site_beyond_its_budget_is_written_said_and_strictly_an_error(folder):
    (folder / "sitegen.toml").write_text("budget_bytes = 1000")

    loose, strict = (sitegen(folder, "build", *words) for words in ((), ("--strict",)))

    assert (loose.returncode, strict.returncode) == (0, 1)
    assert (
        "of the budget of 1.0 kB: --keep, --artifacts none or --data charts make it smaller" in loose.stdout
    )
    assert " scripts and styles" in loose.stdout
    assert (folder / "public/index.html").is_file()


def test_options_of_publishing_can_lie_in_a_file(folder):
    (folder / "sitegen.toml").write_text('data = "none"\nkeep = "3"')

    answer = sitegen(folder, "build")
    both = sitegen(folder, "build", "--data", "full", "--keep", "2")

    assert "read   3 runs" in answer.stdout
    assert "read   2 runs" in both.stdout
    assert (folder / "public/data").is_dir()


def test_the_doctor_says_what_reads_a_site(folder):
    sitegen(folder, "build")

    answer = started(folder, "doctor", "public")

    assert answer.returncode == 2
    assert "is a site" in answer.stderr
    assert "Traceback" not in answer.stderr
