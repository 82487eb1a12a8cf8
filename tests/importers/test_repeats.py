"""An import may be repeated, interrupted and killed: what changed arrives, nothing doubles, nothing stays."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from mlruns_made import NOW, first, imported, make_mlruns, make_run, run_id

from logger.store import Store
from sitegen.build import build
from sitegen.doctor import examine

HOLD = """
import fcntl, os, sys, time
file = open(sys.argv[1], "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(600)
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from logger import artifacts
from sitegen.sources import import_store
works = artifacts._write
def die(descriptor, data):
    works(descriptor, data)
    os.kill(os.getpid(), signal.SIGKILL)
artifacts._write = die
import_store("mlflow", Path(sys.argv[1]), Path(sys.argv[2]), False, lambda *said: None)
"""


def test_changes_arrive_and_damage_that_was_mended_is_forgotten(mlruns, tmp_path):
    loss = first(mlruns) / "metrics" / "loss"
    whole = loss.read_text()
    loss.write_text(whole[:-1])
    imported(mlruns, tmp_path / "tracking")
    loss.write_text(whole + f"{NOW} 9 9\n")
    (first(mlruns) / "tags" / "team").write_text("audio")
    make_run(mlruns / "123456789012345678", 2)

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert (report.runs, report.read, report.files) == (3, 2, 1)
    assert runs[run_id(0)].metrics["loss"].count == 4
    assert runs[run_id(0)].tags == {"team": "audio"}
    assert runs[run_id(0)].problems == ()
    assert examine(tmp_path / "tracking").is_clean


def test_experiment_that_was_renamed_takes_its_runs_along(mlruns, tmp_path):
    imported(mlruns, tmp_path / "tracking")
    meta = mlruns / "123456789012345678" / "meta.yaml"
    meta.write_text(meta.read_text().replace("fake box", "real box"))

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert {run.experiment for run in runs.values()} == {"real box"}
    assert [record.name for record in Store(tmp_path / "tracking").experiments()] == ["real box"]
    assert report.runs == 2


def test_import_that_was_interrupted_goes_on(mlruns, tmp_path, monkeypatch):
    from logger.importers import runwriting

    def fail(*arguments: object) -> bytes:
        raise KeyboardInterrupt

    works = runwriting.encode_sealed
    calls = iter([works, fail])
    monkeypatch.setattr(runwriting, "encode_sealed", lambda *given: next(calls)(*given))
    with pytest.raises(KeyboardInterrupt):
        imported(mlruns, tmp_path / "tracking")
    monkeypatch.setattr(runwriting, "encode_sealed", works)

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert (report.runs, report.read) == (2, 1)
    assert [run.metrics["loss"].count for run in runs.values()] == [3, 3]
    assert not list((tmp_path / "tracking").rglob("*.tmp"))


def test_runs_that_are_gone_from_the_source_stay_in_a_store_and_leave_a_site(mlruns, tmp_path):
    imported(mlruns, tmp_path / "tracking")
    before = build([mlruns], tmp_path / "public")
    shutil.rmtree(first(mlruns))

    _, runs = imported(mlruns, tmp_path / "tracking")
    after = build([mlruns], tmp_path / "public")

    assert (before.runs, after.runs, len(runs)) == (2, 1, 2)


def test_repeated_import_lists_every_problem_that_stays(mlruns, tmp_path):
    loss = first(mlruns) / "metrics" / "loss"
    loss.write_text(loss.read_text() + f"{NOW} 9")
    (mlruns / "123456789012345678" / run_id(1) / "meta.yaml").write_bytes(b"")
    (mlruns / "123456789012345678" / "tags").mkdir()
    (mlruns / "123456789012345678" / "tags" / " spaced").write_text("x")
    (mlruns / "987").symlink_to(mlruns / "123456789012345678")
    report, _ = imported(mlruns, tmp_path / "tracking")

    again, _ = imported(mlruns, tmp_path / "tracking")

    site = build([tmp_path / "tracking"], tmp_path / "public")
    assert (again.read, len(again.problems)) == (0, 4)
    assert sorted(again.problems, key=repr) == sorted(report.problems, key=repr)
    assert {(one.path, one.what) for one in site.problems} == {(one.path, one.what) for one in again.problems}


def test_temporary_files_of_a_killed_import_are_removed_and_those_of_a_living_process_stay(mlruns, tmp_path):
    _, runs = imported(mlruns, tmp_path / "tracking")
    run = tmp_path / "tracking" / runs[run_id(0)].folder
    left = [
        run / "artifacts" / ".0123456789abcdef.tmp",
        run / ".facts-mlflow.jsonl.0123abcd.tmp",
        run.parent / ".facts-mlflow.jsonl.0123abcd.tmp",
    ]
    others = [run / "artifacts" / ".hidden.tmp", run / "artifacts" / ".fedcba9876543210.tmp"]
    for path in (*left, *others):
        path.write_bytes(b"half of a fi")
    (first(mlruns) / "tags" / "team").write_text("audio")
    holder = subprocess.Popen([sys.executable, "-c", HOLD, others[1]], stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()

    imported(mlruns, tmp_path / "tracking")
    holder.kill()
    holder.communicate()

    assert [path.name for path in left if path.exists()] == []
    assert [path.name for path in others if not path.exists()] == []


def test_import_that_is_killed_while_it_copies_an_artifact_leaves_nothing_after_the_next(mlruns, tmp_path):
    (first(mlruns) / "artifacts" / "a.txt").write_bytes(b"x" * (3 << 20))
    killed = subprocess.run([sys.executable, "-c", KILLED, mlruns, tmp_path / "tracking"])
    before = list((tmp_path / "tracking").rglob(".*.tmp"))

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert killed.returncode == -9
    assert len(before) == 1
    assert list((tmp_path / "tracking").rglob(".*.tmp")) == []
    assert (report.runs, len(runs)) == (2, 2)
    assert runs[run_id(0)].artifacts[0].size == 3 << 20


def test_deleted_run_that_was_imported_stays_up_to_date_and_is_not_said_to_be_left(mlruns, tmp_path):
    imported(mlruns, tmp_path / "tracking")
    for name in ("meta.yaml", "tags/team"):
        file = first(mlruns) / name
        file.write_text(
            file.read_text().replace("stage: active", "stage: deleted").replace("vision", "audio")
        )

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert (report.runs, report.read, report.left) == (2, 1, 0)
    assert runs[run_id(0)].tags == {"team": "audio", "mlflow.lifecycleStage": "deleted"}


def test_nothing_is_left_once_all_that_was_deleted_was_imported(mlruns, tmp_path):
    make_run(mlruns / "123456789012345678", 7, stage="deleted")
    (mlruns / ".trash").mkdir()
    make_mlruns(tmp_path / "other", runs=1, name="gone", key="2")
    (tmp_path / "other" / "2").rename(mlruns / ".trash" / "2")
    (mlruns / ".trash" / "2" / run_id(0)).rename(mlruns / ".trash" / "2" / run_id(8))
    without, _ = imported(mlruns, tmp_path / "tracking")
    imported(mlruns, tmp_path / "tracking", deleted=True)

    after, runs = imported(mlruns, tmp_path / "tracking")

    assert (without.runs, without.left) == (2, 2)
    assert (after.runs, after.read, after.left, len(runs)) == (4, 0, 0, 4)


def test_experiments_that_swap_their_names_keep_their_runs(mlruns, tmp_path):
    make_mlruns(tmp_path / "other", runs=1, name="second", key="2")
    (tmp_path / "other" / "2").rename(mlruns / "2")
    (mlruns / "2" / run_id(0)).rename(mlruns / "2" / run_id(8))
    imported(mlruns, tmp_path / "tracking")
    for key, name in (("123456789012345678", "second"), ("2", "fake box")):
        meta = mlruns / key / "meta.yaml"
        meta.write_text(re.sub("name: .*", f"name: {name}", meta.read_text()))

    _, runs = imported(mlruns, tmp_path / "tracking")

    assert {number: runs[run_id(number)].experiment for number in (0, 1, 8)} == {
        0: "second",
        1: "second",
        8: "fake box",
    }
