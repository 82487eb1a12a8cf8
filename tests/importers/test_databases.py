"""Databases of MLflow's: damage costs rows and is listed; one that is in use is read whole and left alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from mlruns_made import imported, quiet

from logger.errors import StoreError
from sitegen.sources import open_stores


@pytest.fixture
def database(sqlite_world, tmp_path: Path) -> Path:
    copy = tmp_path / "mlflow.db"
    shutil.copyfile(sqlite_world.source, copy)
    return copy


def change(database: Path, *statements: str) -> None:
    with sqlite3.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_fractional_steps_and_odd_times_in_a_database_cost_their_points(database, tmp_path):
    change(
        database,
        "UPDATE metrics SET step = 1.5 WHERE key = 'loss' AND step = 1 AND value = 0.5",
        "UPDATE metrics SET timestamp = timestamp * 1000 WHERE key = 'auc/train'",
    )

    report, runs = imported(database, tmp_path / "tracking")

    whole = max(runs.values(), key=lambda run: len(run.metrics))
    assert whole.metrics["loss"].count == 49
    assert "auc/train" not in whole.metrics
    said = [problem.what for problem in report.problems if "/metrics/" in problem.path]
    assert "a point has the step 1.5; steps are whole numbers" in said
    assert len(said) == 21


def test_run_whose_experiment_is_missing_still_arrives(database, tmp_path):
    change(database, "PRAGMA foreign_keys = off", "DELETE FROM experiments WHERE name = 'fake box'")

    report, runs = imported(database, tmp_path / "tracking")

    assert len(runs) >= 5
    assert "is missing: nothing but its runs is known" in [problem.what for problem in report.problems]


def test_damaged_pages_of_a_database_cost_their_rows(database, tmp_path):
    pages = bytearray(database.read_bytes())
    at = pages.index(b"auc/train")
    start = at - at % 4096
    pages[start : start + 4096] = os.urandom(4096)
    database.write_bytes(pages)

    report, runs = imported(database, tmp_path / "tracking")

    assert runs
    assert any("cannot be read to its end" in problem.what for problem in report.problems)


def test_database_with_a_write_ahead_log_is_read_whole_and_left_alone(database, tmp_path):
    writing = sqlite3.connect(database)
    writing.execute("PRAGMA journal_mode = wal")
    writing.execute("UPDATE params SET value = '0.5' WHERE key = 'lr'")
    writing.commit()
    before = {path.name: path.read_bytes() for path in tmp_path.glob("mlflow.db*")}

    _, runs = imported(database, tmp_path / "tracking")

    assert {run.params["lr"] for run in runs.values() if run.params} == {0.5}
    assert {path.name: path.read_bytes() for path in tmp_path.glob("mlflow.db*")} == before
    writing.close()


def test_change_in_a_database_is_brought_up_to_date(database, tmp_path):
    imported(database, tmp_path / "tracking")
    change(database, "UPDATE tags SET value = 'audio' WHERE key = 'team'")

    report, runs = imported(database, tmp_path / "tracking")

    assert report.read == 1
    assert "audio" in {run.tags.get("team") for run in runs.values()}


def cut(database: Path, pages: int) -> tuple[int, int]:
    """Take pages off its end; how many bytes are there now, and were."""
    size = database.stat().st_size
    os.truncate(database, size - pages * 4096)
    return size - pages * 4096, size


@pytest.mark.parametrize("pages", [1, 10], ids="{} pages".format)
def test_database_cut_short_by_whole_pages_gives_what_is_there_and_says_what_is_missing(
    pages, database, tmp_path
):
    there, whole = cut(database, pages)

    report, _ = imported(database, tmp_path / "tracking")

    assert (
        f"is cut short: {there:,} of {whole:,} bytes are there; what lay behind is lost"
        in [problem.what for problem in report.problems if problem.path == "mlflow.db"]
    )  # fmt: skip
    assert database.stat().st_size == there


def test_runs_that_lie_before_the_cut_of_a_database_arrive_whole(database, tmp_path):
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE later (text)")
        connection.executemany("INSERT INTO later VALUES (?)", [("x" * 3000,)] * 100)
    connection.close()
    cut(database, 50)

    report, runs = imported(database, tmp_path / "tracking")
    again, _ = imported(database, tmp_path / "tracking")

    whole = max(runs.values(), key=lambda run: len(run.metrics))
    assert len(runs) == 5
    assert whole.metrics["loss"].count == 50
    assert [problem.path for problem in report.problems if not problem.remark] == ["mlflow.db"]
    assert again.read == 0


@pytest.mark.parametrize("size", [409_600, 4096, 100], ids="{} bytes".format)
def test_database_of_which_no_table_is_left_is_an_error_that_says_how_much_is_there(size, database):
    whole = database.stat().st_size
    os.truncate(database, size)

    with pytest.raises(StoreError) as raised:
        open_stores([database], False, quiet)

    assert f"is cut short: {size:,} of {whole:,} bytes are there" in str(raised.value)
    assert "copy it again" in str(raised.value)


def test_gone_artifacts_of_a_database_are_listed_with_their_address(sqlite_world, database, tmp_path):
    change(database, "UPDATE runs SET artifact_uri = replace(artifact_uri, '/MLflow', '/gone/MLflow')")

    report, runs = imported(database, tmp_path / "tracking")

    said = [problem for problem in report.problems if "artifacts" in problem.what]
    assert len(said) == len(runs) == 5
    assert all(problem.remark for problem in said)
    assert "the artifacts are not here, if there were any; MLflow kept them at " in said[0].what
    assert "/gone/MLflow" in said[0].what
    assert not [problem for problem in imported(sqlite_world.source, tmp_path / "whole")[0].problems
                if "artifacts" in problem.what]  # fmt: skip


def test_database_whose_writer_was_killed_in_the_middle_is_read_as_it_was_before(database, tmp_path):
    writing = sqlite3.connect(database, isolation_level=None)
    writing.execute("PRAGMA cache_size = 1")
    writing.execute("PRAGMA cache_spill = 1")
    writing.execute("BEGIN")
    writing.execute("UPDATE params SET value = 'half'")
    writing.execute("UPDATE tags SET value = 'half'")
    (tmp_path / "killed").mkdir()
    for file in tmp_path.glob("mlflow.db*"):
        shutil.copyfile(file, tmp_path / "killed" / file.name)
    writing.execute("ROLLBACK")
    writing.close()
    journal = tmp_path / "killed" / "mlflow.db-journal"
    before = journal.read_bytes()

    report, runs = imported(tmp_path / "killed" / "mlflow.db", tmp_path / "tracking")

    assert before
    assert journal.read_bytes() == before
    assert 0.001 in {run.params.get("lr") for run in runs.values()}
    assert not [problem for problem in report.problems if "cut short" in problem.what]


def test_database_is_read_while_somebody_writes_to_it(database, tmp_path):
    writing = sqlite3.connect(database, isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    writing.execute("UPDATE params SET value = '0.5' WHERE key = 'lr'")

    _, runs = imported(database, tmp_path / "tracking")
    writing.execute("COMMIT")
    writing.close()
    _, later = imported(database, tmp_path / "tracking")

    assert {run.params["lr"] for run in runs.values() if run.params} == {0.001}
    assert {run.params["lr"] for run in later.values() if run.params} == {0.5}
