"""What real MLflow versions wrote arrives as their own API reads it, from folders and from databases."""

from __future__ import annotations

import hashlib
import math
import shutil
from pathlib import Path

import pytest

from logger import layout
from logger.records import RunRecord
from logger.store import Store
from sitegen.build import build
from sitegen.config import SiteConfig
from sitegen.sources import import_store

LARGEST = 1.7976931348623157e308  # what MLflow makes of an infinity in a database
STATUS = {"FINISHED": "finished", "FAILED": "failed", "KILLED": "killed"}
MOVED = {  # tags that are something else here
    "mlflow.runName": lambda run: run.name,
    "mlflow.note.content": lambda run: run.note,
    "mlflow.parentRunId": lambda run: run.parent,
    "mlflow.user": lambda run: run.provenance["login"],
    "mlflow.source.git.commit": lambda run: run.provenance["git_commit"],
}


def quiet(step: str, done: int, total: int) -> None:
    pass


def imported(world, folder: Path, deleted: bool = False):
    report = import_store("mlflow", world.source, folder / "tracking", deleted, quiet)
    return report, Store(folder / "tracking")


@pytest.fixture(scope="session")
def arrived(world, tmp_path_factory):
    """The import of a world, once for all tests that only look at it."""
    return imported(world, tmp_path_factory.mktemp("arrived"))


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder, its time and its content."""
    return {
        str(path): f"{path.lstat().st_mtime_ns} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def points(store: Store, run: RunRecord) -> dict[str, list[list[float]]]:
    return {
        name: [
            [time.value // 1000, step, value]
            for time, step, value in zip(
                table["time"], table["step"].to_pylist(), table["value"].to_pylist(), strict=True
            )
        ]
        for name, table in store.read_points(run.folder).series.items()
    }


def same(ours: float, theirs: float, from_database: bool) -> bool:
    if from_database and abs(theirs) == LARGEST:
        theirs = math.copysign(math.inf, theirs)
    if math.isnan(theirs):
        return math.isnan(ours)
    return ours == theirs


def active(world) -> list[dict]:
    return [run for run in world.judge["runs"] if run["stage"] == "active"]


def test_every_run_arrives_with_its_id_name_status_times_and_parent(world, arrived):
    report, store = arrived

    runs = {run.run_id: run for run in store.runs()}
    assert runs.keys() == {run["id"] for run in active(world)}
    assert len(runs) == report.runs == report.read == 5
    for theirs in active(world):
        ours = runs[theirs["id"]]
        assert ours.name == theirs["name"]
        assert ours.status == STATUS.get(theirs["status"], "running")
        assert ours.alive in (None, False)
        assert ours.started == theirs["start"] * 1000
        assert ours.ended == (theirs["end"] * 1000 if theirs["end"] else None)
        assert ours.parent == theirs["tags"].get("mlflow.parentRunId")


def test_every_tag_and_note_arrives(world, arrived):
    _, store = arrived

    for theirs in active(world):
        ours = store.find_run(theirs["id"])
        for key, text in theirs["tags"].items():
            if key in MOVED:
                assert MOVED[key](ours) == text
            elif key.startswith("mlflow."):
                assert ours.provenance[key] == text
            else:
                assert ours.tags[key] == text
        assert not [key for key in ours.tags if key.startswith("mlflow.")]
    whole = max(store.runs(), key=lambda run: len(run.params))
    assert whole.provenance["script"] == "train box.py"


def test_every_param_prints_as_mlflow_has_it_and_numbers_are_numbers(world, arrived):
    _, store = arrived

    for theirs in active(world):
        ours = store.find_run(theirs["id"])
        assert {key: str(value) for key, value in ours.params.items()} == theirs["params"]
    params = max(store.runs(), key=lambda run: len(run.params)).params
    assert (params["lr"], params["epochs"], params["shuffle"], params["seed"]) == (0.001, 100, True, None)
    assert (params["zip"], params["version"], params["not python"]) == ("00501", "3.10", "1e5")
    assert math.isnan(params["nan"])


def test_every_point_arrives_in_the_order_logged(world, arrived):
    report, store = arrived

    count = 0
    for theirs in active(world):
        ours = points(store, store.find_run(theirs["id"]))
        renamed = {"metric 36a9e7f1": " "}
        ours = {renamed.get(name, name): rows for name, rows in ours.items()}
        assert ours.keys() == theirs["metrics"].keys()
        for name, expected in theirs["metrics"].items():
            rows = ours[name]
            if not world.has_files:  # the API sorts by nothing there; the table has the order
                rows, expected = sorted(rows, key=repr), sorted(expected, key=repr)
            if name == "odd":
                rows, expected = sorted(rows), sorted(expected)
            assert [row[:2] for row in rows] == [row[:2] for row in expected]
            for row, other in zip(rows, expected, strict=True):
                assert same(row[2], other[2], not world.has_files)
            count += len(rows)
    assert report.points == count > 80


def test_every_artifact_arrives_with_its_bytes(world, arrived):
    report, store = arrived

    for theirs in active(world):
        ours = store.find_run(theirs["id"])
        assert [[item.path, item.size] for item in ours.artifacts] == theirs["artifacts"]
        for item in ours.artifacts:
            content = (store.root / ours.folder / layout.ARTIFACTS / item.path).read_bytes()
            assert content == item.path.encode() * 100
            assert hashlib.sha256(content).hexdigest() == item.sha256
    assert report.files == 2


def test_every_dataset_arrives(world, arrived):
    _, store = arrived

    for theirs in active(world):
        shown = store.find_run(theirs["id"]).tags
        said = sorted(text for key, text in shown.items() if key.startswith("dataset."))
        assert said == sorted(f"{name} ({digest})" for name, digest in theirs["datasets"])
        if theirs["datasets"]:
            assert shown["dataset.training"] == "boxes (1f2e3d)"
    assert any(run["datasets"] for run in active(world)) is not world.version.startswith("1.")


def test_experiments_arrive_with_ids_and_names_and_a_name_that_is_refused_is_kept_beside_another(
    world, arrived
):
    report, store = arrived

    ours = {record.tags["mlflow.experimentId"]: record for record in store.experiments()}
    theirs = {one["id"]: one for one in world.judge["experiments"] if one["stage"] == "active"}
    assert ours.keys() == theirs.keys()
    for key, one in theirs.items():
        assert ours[key].tags.get("mlflow.experimentName", ours[key].name) == one["name"]
        if one["created"] is not None:
            assert ours[key].created == one["created"] * 1000
    odd = next(record for record in ours.values() if "odd" in record.name)
    assert odd.name == odd.tags["mlflow.experimentName"][1:]
    assert any("/Users/ann/odd" in problem.what for problem in report.problems)
    box = next(record for record in ours.values() if record.name == "fake box")
    assert (box.tags["team"], box.note) == ("vision", "about the *boxes*")


def test_models_are_left_and_a_remark_says_how_many(world, arrived):
    report, _ = arrived

    said = [problem for problem in report.problems if "model" in problem.what]

    assert [(one.what, one.remark) for one in said] == (
        [("2 logged models were left where MLflow has them", True)] if world.version >= "3" else []
    )


def test_deleted_runs_and_experiments_come_only_when_asked_for(world, tmp_path):
    left_out, store = imported(world, tmp_path)
    names = {record.name for record in store.experiments()}

    report, store = imported(world, tmp_path, deleted=True)

    assert "deleted experiment" not in names
    assert left_out.left == 2
    assert {run.run_id for run in store.runs()} == {run["id"] for run in world.judge["runs"]}
    assert (report.runs, report.read, report.left) == (7, 2, 0)
    gone = [run.name for run in store.runs() if run.tags.get("mlflow.lifecycleStage") == "deleted"]
    assert sorted(gone) == ["deleted run", "run of a deleted experiment"]
    assert "deleted experiment" in {record.name for record in store.experiments()}


def test_import_again_reads_nothing_and_changes_nothing(world, tmp_path):
    imported(world, tmp_path)
    before = tree(tmp_path / "tracking")

    report, _ = imported(world, tmp_path)

    assert (report.runs, report.read, report.points, report.files) == (5, 0, 0, 0)
    assert tree(tmp_path / "tracking") == before


def test_source_is_never_changed(world, tmp_path):
    before = tree(world.folder)

    imported(world, tmp_path, deleted=True)
    build([world.source], tmp_path / "public")

    assert tree(world.folder) == before


def test_folder_or_database_is_a_site_by_one_command_and_the_site_of_the_imported_store_is_the_same(
    world, tmp_path
):
    direct = build([world.source], tmp_path / "direct")
    imported(world, tmp_path)

    stored = build([tmp_path / "tracking"], tmp_path / "stored")

    assert (direct.runs, direct.points, direct.metrics) == (stored.runs, stored.points, stored.metrics)
    assert direct.runs == 5
    pages = [path.relative_to(tmp_path / "stored") for path in (tmp_path / "stored").glob("r/*/index.html")]
    assert len(pages) == 5
    for page in pages:
        text = (tmp_path / "direct" / page).read_text("utf-8")
        assert ">ann<" not in text  # MLflow's user is a login, which nobody gave to be published


def test_site_shows_deleted_runs_when_asked_and_forgets_them_after(files_world, tmp_path):
    first = build([files_world.source], tmp_path / "public")
    second = build([files_world.source], tmp_path / "public", SiteConfig(deleted_too=True))
    third = build([files_world.source], tmp_path / "public")

    assert (first.runs, second.runs, third.runs) == (5, 7, 5)


@pytest.mark.parametrize("kind", ["files", "sqlite"])
def test_copied_or_moved_source_gives_the_same_runs_and_finds_its_artifacts(kind, request, tmp_path):
    world = request.getfixturevalue(f"{kind}_world")
    shutil.copytree(world.folder, tmp_path / "copy")

    import_store("mlflow", tmp_path / "copy" / world.source.name, tmp_path / "tracking", False, quiet)

    store = Store(tmp_path / "tracking")
    assert {run.run_id for run in store.runs()} == {run["id"] for run in active(world)}
    assert sum(len(run.artifacts) for run in store.runs()) == 2
