"""Importing from the command line, and looking at an MLflow folder while it grows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from mlruns_made import NOW, make_mlruns, make_run, run_id
from typer.testing import CliRunner

from sitegen.cli import app
from sitegen.config import SiteConfig
from sitegen.kinds import EVERYTHING
from sitegen.serve import LiveSite


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make_mlruns(tmp_path / "mlruns")
    return tmp_path


def sitegen(*words: str) -> tuple[int, list[str], str]:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    return result.exit_code, result.stdout.splitlines(), result.stderr


def test_import_says_what_came_and_where_to_look(folder: Path):
    code, lines, _ = sitegen("import", "mlflow", "mlruns", "--store", "tracking")

    assert code == 0
    assert lines[0] == "read   2 runs of 1 experiment from mlruns"
    assert lines[1].startswith("wrote  2 runs new or changed, 6 points, 2 files to tracking   in ")
    assert lines[2] == "next   sitegen build tracking"


def test_import_names_everything_that_did_not_come(folder: Path):
    experiment = folder / "mlruns" / "123456789012345678"
    for number in range(10, 20):
        loss = make_run(experiment, number) / "metrics" / "loss"
        loss.write_text(loss.read_text() + f"{NOW} 9")
    make_run(experiment, 99, stage="deleted")

    code, lines, _ = sitegen("import", "mlflow", "mlruns")

    assert code == 0
    assert lines[0].endswith("(10 problems)")
    said = [line for line in lines if "the last line is cut short" in line]
    assert len(said) == 10
    assert f"mlruns/{experiment.name}/{run_id(10)}/metrics/loss: " in said[0]
    assert "(at byte " in said[0]
    assert "left   1 deleted run; --deleted brings them" in lines


def test_deleted_run_is_imported_when_asked_for(folder: Path):
    make_run(folder / "mlruns" / "123456789012345678", 99, stage="deleted")

    _, lines, _ = sitegen("import", "mlflow", "mlruns", "--deleted")

    assert lines[0] == "read   3 runs of 1 experiment from mlruns"


def test_build_takes_a_folder_of_mlflow_as_if_it_were_a_store(folder: Path):
    code, lines, _ = sitegen("build", "mlruns", "-o", "public")

    assert code == 0
    assert lines[0] == "read   2 runs, 1 metric, 6 points from mlruns"
    assert (folder / "public" / "r" / run_id(1) / "index.html").is_file()


def test_build_says_how_many_deleted_runs_it_left_out(folder: Path):
    make_run(folder / "mlruns" / "123456789012345678", 99, stage="deleted")

    _, first, _ = sitegen("build", "mlruns")
    _, second, _ = sitegen("build", "mlruns")
    _, third, _ = sitegen("build", "mlruns", "--deleted")

    assert first[1] == second[1] == "left   1 deleted run; --deleted shows them"
    assert third[0] == "read   3 runs, 1 metric, 9 points from mlruns"
    assert not [line for line in third if line.startswith("left")]


def test_artifacts_that_lie_elsewhere_are_a_remark_and_no_damage(folder: Path):
    run = make_run(folder / "mlruns" / "123456789012345678", 5, uri="s3://bucket/x/artifacts")
    (run / "artifacts" / "a.txt").unlink()
    said = "the artifacts lie at s3://bucket/x/artifacts and were not fetched"

    code, lines, _ = sitegen("build", "mlruns", "--strict")
    _, imported, _ = sitegen("import", "mlflow", "mlruns")
    _, again, _ = sitegen("import", "mlflow", "mlruns")

    assert code == 0
    assert lines[0].endswith("(1 remark: see problems/index.html)")
    for printed in (lines, imported, again):
        assert f"       mlruns/123456789012345678/{run_id(5)}: {said}" in printed
    page = (folder / "public" / "problems" / "index.html").read_text("utf-8")
    assert "1 remark on what was imported: nothing is damaged." in page
    page = (folder / "public" / "r" / run_id(5) / "index.html").read_text("utf-8")
    assert said in page
    assert "Damaged" not in page
    assert "site-head__problems" not in page


def test_damage_still_fails_a_strict_build_and_comes_before_remarks(folder: Path):
    run = make_run(folder / "mlruns" / "123456789012345678", 5, uri="s3://bucket/x/artifacts")
    (run / "artifacts" / "a.txt").unlink()
    (folder / "mlruns" / "123456789012345678" / run_id(1) / "meta.yaml").write_bytes(b"")

    code, lines, _ = sitegen("build", "mlruns", "--strict")

    assert code == 1
    assert lines[0].endswith("(1 problem, 1 remark: see problems/index.html)")
    assert lines[1].endswith("meta.yaml: is empty")
    assert "s3://bucket" in lines[2]


def test_folder_with_a_folder_of_metrics_somewhere_in_it_is_no_folder_of_mlflow(folder: Path):
    (folder / "home" / "project" / "src" / "metrics").mkdir(parents=True)
    (folder / "home" / "project" / "src" / "tags").mkdir(parents=True)

    code, _, error = sitegen("build", "home")

    assert code == 1
    assert "'home' is a folder that holds no runs that are known." in error


def test_build_of_a_store_and_a_folder_of_mlflow_is_one_site(folder: Path):
    sitegen("import", "mlflow", "mlruns", "--store", "tracking")
    make_run(folder / "mlruns" / "123456789012345678", 5)

    _, lines, _ = sitegen("build", "tracking", "mlruns", "-o", "public")

    assert lines[0] == "read   3 runs, 1 metric, 9 points from tracking, mlruns"


@pytest.mark.parametrize("words", [("build", "notes"), ("import", "mlflow", "notes")], ids=" ".join)
def test_what_nothing_recognises_is_an_error_in_three_lines(words: tuple[str, ...], folder: Path):
    (folder / "notes").mkdir()
    (folder / "notes" / "meta.yaml").write_text("name: no experiment of ours")

    code, _, error = sitegen(*words)

    assert code == 1
    assert error.startswith("error: 'notes' is a folder that holds no runs that are known.")
    assert "an mlruns folder" in error
    assert "Traceback" not in error


@pytest.mark.parametrize("store", ["mlruns", "mlruns/tracking"])
def test_store_inside_of_what_is_imported_is_refused(store: str, folder: Path):
    before = sorted((folder / "mlruns").rglob("*"))

    code, _, error = sitegen("import", "mlflow", "mlruns", "--store", store)

    assert code == 1
    assert "would lie inside of mlruns" in error
    assert sorted((folder / "mlruns").rglob("*")) == before


@pytest.mark.parametrize(
    "place",
    ["new", "223456789012345678/new", f"223456789012345678/{run_id(0)}/artifacts/deep/new", ".trash/new"],
)
def test_store_below_the_folder_of_another_tracker_is_refused(place: str, folder: Path):
    make_mlruns(folder / "other" / "mlruns", key="223456789012345678")
    before = sorted(folder.rglob("*"))

    code, _, error = sitegen("import", "mlflow", "mlruns", "--store", f"other/mlruns/{place}")

    assert code == 1
    assert "it is, or lies in, an mlruns folder" in error
    assert sorted(folder.rglob("*")) == before


def test_store_that_another_tracker_wrote_is_refused(folder: Path):
    make_mlruns(folder / "other" / "mlruns", key="223456789012345678")
    before = sorted(folder.rglob("*"))

    code, _, error = sitegen("import", "mlflow", "mlruns", "--store", "other/mlruns")

    assert code == 1
    assert "other/mlruns is not a store" in error
    assert "--store tracking" in error
    assert sorted(folder.rglob("*")) == before


def test_points_that_were_lost_from_the_store_come_again(folder: Path):
    sitegen("import", "mlflow", "mlruns")
    for number, points in enumerate(sorted((folder / "tracking").rglob("points-mlflow.arrow"))):
        points.write_bytes(b"") if number else points.unlink()

    _, lines, _ = sitegen("import", "mlflow", "mlruns")

    assert lines[1].startswith("wrote  2 runs new or changed, 6 points, 0 files")


def test_source_that_is_not_there_is_an_error(folder: Path):
    code, _, error = sitegen("import", "mlflow", "gone")

    assert code == 1
    assert error.startswith("error: there is nothing at 'gone'.")


def test_build_of_what_is_not_there_names_what_would_do_and_what_lies_here(folder: Path):
    code, _, error = sitegen("build", "elsewhere/tracking")

    assert code == 1
    assert "'elsewhere/tracking'" in error
    assert "runfolio.json" in error
    assert "an mlruns folder" in error
    assert "mlflow.db" in error
    assert error.rstrip().endswith("mlruns")


def test_second_build_reads_only_what_changed(folder: Path, monkeypatch: pytest.MonkeyPatch):
    from logger.importers.mlflow_run_files import FileReader

    read: list[str] = []
    works = FileReader.read
    monkeypatch.setattr(
        FileReader,
        "read",
        lambda self, found, deleted: read.append(found.key) or works(self, found, deleted),
    )
    sitegen("build", "mlruns")
    first, read[:] = list(read), []
    (folder / "mlruns" / "123456789012345678" / run_id(1) / "tags" / "team").write_text("audio")

    sitegen("build", "mlruns")

    assert first == [run_id(0), run_id(1)]
    assert read == [run_id(1)]


def test_same_folder_gives_the_same_site_with_and_without_a_cache(folder: Path, cache: Path):
    sitegen("build", "mlruns", "-o", "one")
    shutil.rmtree(cache)

    sitegen("build", "mlruns", "-o", "two")

    def files(site: str) -> dict[str, bytes]:
        root = folder / site
        return {
            path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
        }

    assert files("one") == files("two")


def test_site_that_is_served_follows_mlflow_as_it_writes(folder: Path):
    live = LiveSite([folder / "mlruns"], SiteConfig(publish=EVERYTHING, scan="off"))
    first = live.refresh()
    unchanged = live.refresh()
    make_run(folder / "mlruns" / "123456789012345678", 7)

    second = live.refresh()

    assert first
    assert second
    assert (first.runs, unchanged, second.runs) == (2, None, 3)


def test_folder_of_mlflow_is_served_from_the_command_line(folder: Path):
    command = [sys.executable, "-m", "sitegen", "serve", "mlruns", "--port", "0"]
    surroundings = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings) as server:
        assert server.stdout
        built, opened = server.stdout.readline(), server.stdout.readline()
        with urllib.request.urlopen(f"{opened.split()[1]}r/{run_id(1)}/") as answer:
            page = answer.read().decode()
        server.terminate()

    assert built == "built  2 runs, 6 points\n"
    assert "run 1" in page


def test_deleted_run_is_served_when_asked_for(folder: Path):
    make_run(folder / "mlruns" / "123456789012345678", 99, stage="deleted")
    command = [sys.executable, "-m", "sitegen", "serve", "mlruns", "--deleted", "--port", "0"]
    surroundings = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings) as server:
        assert server.stdout
        built = server.stdout.readline()
        server.stdout.readline()
        server.terminate()

    assert built == "built  3 runs, 9 points\n"


def test_store_that_cannot_be_made_is_told_once(folder: Path):
    (folder / "file").write_text("")

    code, _, error = sitegen("import", "mlflow", "mlruns", "--store", "file")

    assert code == 1
    assert error.splitlines() == [
        "error: file is no folder.",
        "  Allowed: a folder, or a path where one can be made.",
    ]


def test_store_of_our_own_is_not_imported_and_the_command_that_reads_it_is_told(folder: Path):
    sitegen("import", "mlflow", "mlruns")

    code, _, error = sitegen("import", "mlflow", "tracking", "--store", "other")

    assert code == 1
    assert error.startswith("error: 'tracking' is a store of our own.")
    assert error.rstrip().endswith("Try: sitegen build tracking, which reads it as it is")


def test_server_says_how_many_deleted_runs_it_left_out_as_a_build_does(folder: Path):
    make_run(folder / "mlruns" / "123456789012345678", 99, stage="deleted")
    command = [sys.executable, "-m", "sitegen", "serve", "mlruns", "--port", "0"]
    surroundings = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings) as server:
        assert server.stdout
        built, left, opened = (server.stdout.readline() for _ in range(3))
        server.terminate()

    assert built == "built  2 runs, 6 points\n"
    assert left == "left   1 deleted run; --deleted shows them\n"
    assert opened.startswith("open   http://")


def test_what_is_wrong_with_the_source_is_said_before_what_is_wrong_with_the_output_folder(folder: Path):
    code, _, error = sitegen("build", ".")

    assert code == 1
    assert error.startswith("error: '.' is a folder that holds no runs that are known.")
    assert error.rstrip().endswith("Try: mlruns")


@pytest.mark.parametrize("address", ["sqlite:///runs/mlflow.db", "sqlite:///{folder}/runs/mlflow.db"])
def test_address_of_a_database_is_refused_with_its_path(address: str, folder: Path):
    (folder / "runs").mkdir()
    (folder / "runs" / "mlflow.db").touch()

    code, _, error = sitegen("build", address.format(folder=folder))

    assert code == 1
    assert "is an address, and a database is a file." in error
    assert (folder / error.rpartition("Try: ")[2].strip()).is_file()


def test_build_without_a_cache_folder_still_works(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sitegen.sources.user_cache_folder", lambda: None)

    code, lines, _ = sitegen("build", "mlruns")

    assert code == 0
    assert lines[0].startswith("read   2 runs")
