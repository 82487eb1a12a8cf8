"""Somebody moves, copies over or removes the files of a running writer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from harness import Writing, facts_in, points_of, values_of

from logger import frames


@pytest.fixture(autouse=True)
def _look_at_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare file and path at every call instead of once a second."""
    monkeypatch.setattr(frames, "LOOK", 0)


def log_rows(writing: Writing, first: int, last: int) -> None:
    for row in range(first, last):
        writing.log("loss", float(row))
        writing.log("auc", float(row))


def test_removed_file_is_followed_by_a_new_one_with_what_memory_still_holds(tmp_path: Path) -> None:
    writing = Writing(tmp_path)
    log_rows(writing, 0, 40)
    next(tmp_path.glob("points-*")).unlink()

    with pytest.warns(RuntimeWarning, match="replaced or removed") as told:
        log_rows(writing, 40, 200)

    assert values_of(tmp_path, "loss") == [float(row) for row in range(32, 200)]
    assert len(told) == 1
    writing.close()


def test_file_put_in_the_place_of_ours_is_left_alone(tmp_path: Path) -> None:
    writing = Writing(tmp_path)
    log_rows(writing, 0, 10)
    ours = next(tmp_path.glob("points-*"))
    copy = ours.with_name("copy")
    shutil.copy(ours, copy)
    before = ours.read_bytes()
    copy.rename(ours)

    with pytest.warns(RuntimeWarning, match="replaced or removed"):
        log_rows(writing, 10, 20)

    assert ours.read_bytes() == before
    # which of the two files is read first is not said: both are named by the same millisecond
    assert values_of(tmp_path, "loss") in ([*range(10), *range(20)], [*range(20), *range(10)])
    writing.close()


def test_removed_facts_are_followed_by_facts_that_name_all_series(tmp_path: Path) -> None:
    writing = Writing(tmp_path)
    log_rows(writing, 0, 10)
    next(tmp_path.glob("facts-*")).unlink()
    next(tmp_path.glob("points-*")).rename(tmp_path / "elsewhere")

    with pytest.warns(RuntimeWarning, match="replaced or removed"):
        log_rows(writing, 10, 20)

    names = [fact.key for fact in facts_in(next(tmp_path.glob("facts-*"))) if fact.kind == "metric"]
    assert names == ["loss", "auc"]
    assert values_of(tmp_path, "auc") == [float(row) for row in range(20)]
    writing.close()


def test_removed_folder_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    writing = Writing(folder)
    log_rows(writing, 0, 10)
    shutil.rmtree(folder)

    with pytest.warns(RuntimeWarning, match="replaced or removed"):
        log_rows(writing, 10, 20)

    assert set(points_of(folder)) == {"loss", "auc"}
    assert values_of(folder, "loss") == [float(row) for row in range(20)]
    writing.close()


def test_program_that_changes_its_folder_goes_on_in_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").mkdir()
    writing = Writing(Path("run"))
    log_rows(writing, 0, 10)
    monkeypatch.chdir(tmp_path / "elsewhere")

    log_rows(writing, 10, 20)

    assert values_of(tmp_path / "run", "loss") == [float(row) for row in range(20)]
    writing.close()
