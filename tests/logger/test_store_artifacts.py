"""Files of runs, read through the store: checked against their record, never through a link."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from builders import RunPlan, make_runs

from logger.records import Artifact, Problem
from logger.store import Store

DATA = b"all fine"


@pytest.fixture
def kept(tmp_path):
    """A store, the folder of its run, and where its artifacts lie."""
    (run,) = make_runs(tmp_path / "tracking", [RunPlan()])
    (run.path / "artifacts" / "deep" / "er").mkdir(parents=True)
    (run.path / "artifacts" / "deep" / "er" / "a.txt").write_bytes(DATA)
    return Store(tmp_path / "tracking"), run.folder, run.path / "artifacts"


def artifact(path: str, data: bytes = DATA) -> Artifact:
    return Artifact(path, len(data), hashlib.sha256(data).hexdigest())


def test_content_is_read_as_it_was_recorded(kept):
    store, folder, _ = kept

    assert store.read_artifact(folder, artifact("deep/er/a.txt"), 100) == DATA


@pytest.mark.parametrize(
    ("item", "most", "what"),
    [
        (artifact("gone.txt"), 100, "is not in this store"),
        (artifact("deep/gone/a.txt"), 100, "is not in this store"),
        (artifact("deep"), 100, "is not a regular file"),
        (artifact("deep/er/a.txt/b"), 100, "lies below a file"),
        (artifact("deep/er/a.txt"), 7, "has 8 bytes; 7 are the most"),
        (artifact("deep/er/a.txt", b"other"), 100, "is not what was recorded: its checksum differs"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(kept, item, most, what):
    store, folder, _ = kept

    found = store.read_artifact(folder, item, most)

    assert found == Problem(f"{folder}/artifacts/{item.path}", what)


@pytest.mark.parametrize("part", ["deep", "deep/er", "deep/er/a.txt"])
def test_no_part_of_the_way_may_be_a_link(kept, tmp_path, part):
    store, folder, artifacts = kept
    (artifacts / part).rename(tmp_path / "moved")
    (artifacts / part).symlink_to(tmp_path / "moved")

    found = store.read_artifact(folder, artifact("deep/er/a.txt"), 100)

    assert isinstance(found, Problem)
    assert "symbolic link, which is not followed" in found.what


def test_the_folder_of_artifacts_may_be_no_link_either(kept, tmp_path):
    store, folder, artifacts = kept
    artifacts.rename(tmp_path / "moved")
    artifacts.symlink_to(tmp_path / "moved")

    assert isinstance(store.read_artifact(folder, artifact("deep/er/a.txt"), 100), Problem)


def test_descriptors_are_closed_whatever_happens(kept):
    store, folder, _ = kept
    before = len(list(Path("/proc/self/fd").iterdir()))

    for path in ("deep/er/a.txt", "gone.txt", "deep", "deep/er/a.txt/b"):
        store.read_artifact(folder, artifact(path), 100)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
