"""`logger.artifacts`: files of a run arrive whole, below its folder, with size and checksum."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from stored import only_run

from logger import InvalidName, InvalidType, InvalidValue, Run, WriteFailed, artifacts, start_run


@pytest.fixture
def run(store: Path) -> Iterator[Run]:
    with start_run() as run:
        yield run


def stored(run: Run, path: str) -> bytes:
    assert run.folder is not None
    return (run.folder / "artifacts" / path).read_bytes()


def test_file_is_copied_with_its_size_and_checksum(run: Run, store: Path, tmp_path: Path):
    data = os.urandom(3_000_000)
    (tmp_path / "model é.bin").write_bytes(data)

    run.log_artifact(tmp_path / "model é.bin")
    run.log_artifact(tmp_path / "model é.bin", "best/today")

    assert stored(run, "model é.bin") == stored(run, "best/today/model é.bin") == data
    found = {artifact.path: (artifact.size, artifact.sha256) for artifact in only_run(store).artifacts}
    expected = (len(data), hashlib.sha256(data).hexdigest())
    assert found == {"model é.bin": expected, "best/today/model é.bin": expected}


def test_folder_is_copied_with_the_folders_in_it(run: Run, store: Path, tmp_path: Path):
    (tmp_path / "plots" / "deep").mkdir(parents=True)
    (tmp_path / "plots" / "a.txt").write_text("a")
    (tmp_path / "plots" / "deep" / "b.txt").write_text("b")

    run.log_artifacts(tmp_path / "plots")
    run.log_artifacts(tmp_path / "plots", "copy")

    assert [artifact.path for artifact in only_run(store).artifacts] == [
        "a.txt",
        "copy/a.txt",
        "copy/deep/b.txt",
        "deep/b.txt",
    ]


def test_links_to_folders_are_not_followed_and_pipes_are_passed_over(run: Run, store: Path, tmp_path: Path):
    folder = tmp_path / "plots"
    folder.mkdir()
    (folder / "loop").symlink_to(folder)
    (folder / "link.txt").symlink_to(tmp_path / "real.txt")
    (tmp_path / "real.txt").write_text("real")
    os.mkfifo(folder / "pipe")

    with pytest.warns(RuntimeWarning, match=r"passed over 2 of .*: 'loop', 'pipe'\."):
        run.log_artifacts(folder)

    assert [artifact.path for artifact in only_run(store).artifacts] == ["link.txt"]
    assert stored(run, "link.txt") == b"real"


def test_text_and_dict_are_written_as_files(run: Run):
    run.log_text("naïve\n", "notes/today.txt")
    run.log_dict({"a": [1, {"b": None}]}, "config.yaml")

    assert stored(run, "notes/today.txt") == "naïve\n".encode()
    assert json.loads(stored(run, "config.yaml")) == {"a": [1, {"b": None}]}


def test_dict_may_hold_what_params_may_and_is_json_all_the_same(run: Run):
    point = dataclasses.make_dataclass("Point", ["x", "y"])
    values = {
        "rate": np.float32(0.5),
        "count": np.int64(3),
        "matrix": np.eye(2),
        "many": list(range(2000)),
        "when": datetime(2026, 11, 22, tzinfo=UTC),
        "where": PurePosixPath("a/b"),
        "kind": HTTPStatus.OK,
        "point": point(1, 2),
        "bad": [math.nan, math.inf, -math.inf],
        "empty": [{}, [], ()],
        1: {"": None, True: False},
        "big": 2**4000,
    }

    run.log_dict(values, "x.json")

    assert json.loads(stored(run, "x.json"), parse_constant=pytest.fail) == {
        "rate": 0.5,
        "count": 3,
        "matrix": [[1.0, 0.0], [0.0, 1.0]],
        "many": list(range(2000)),
        "when": "2026-11-22T00:00:00+00:00",
        "where": "a/b",
        "kind": 200,
        "point": {"x": 1, "y": 2},
        "bad": [None, None, None],
        "empty": [{}, [], []],
        "1": {"": None, "true": False},
        "big": 2**4000,
    }


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("plots", "plots/roc.txt", "lies below 'plots', which is a file"),
        ("plots/deep/roc.txt", "plots/deep", "is a folder of this run"),
        ("a/b", "a/b/c/d.txt", "lies below 'a/b', which is a file"),
    ],
)
def test_file_in_the_place_of_a_folder_is_refused_at_the_call(
    run: Run, store: Path, tmp_path: Path, first: str, second: str, said: str
):
    run.log_text("x", first)
    source = tmp_path / "source" / second
    source.parent.mkdir(parents=True)
    source.write_text("x")
    (tmp_path / "source" / "0.txt").write_text("x")

    with pytest.raises(InvalidName, match=said):
        run.log_text("y", second)
    with pytest.raises(InvalidName, match=said):
        run.log_artifacts(tmp_path / "source")

    assert [artifact.path for artifact in only_run(store).artifacts] == [first]


def test_same_path_again_replaces_the_file(run: Run, store: Path):
    run.log_text("old", "x.txt")
    run.log_text("newer", "x.txt")

    assert stored(run, "x.txt") == b"newer"
    assert [artifact.size for artifact in only_run(store).artifacts] == [5]


@pytest.mark.parametrize(
    "path", ["../x", "/etc/x", "a/../../x", "C:\\x", "con", "a//b", "", ".", "a/", "a\nb", 3, None], ids=repr
)
def test_path_that_leaves_the_run_is_refused_before_anything_is_written(run: Run, store: Path, path: object):
    with pytest.raises(InvalidName, match="artifact path"):
        run.log_text("x", path)  # type: ignore[arg-type]

    assert run.folder is not None
    assert not (run.folder / "artifacts").exists()


def test_folder_with_one_name_that_cannot_be_kept_is_refused_whole(run: Run, store: Path, tmp_path: Path):
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "good.txt").write_text("x")
    (tmp_path / "plots" / "what?.txt").write_text("x")

    with pytest.raises(InvalidName, match=r"what\?"):
        run.log_artifacts(tmp_path / "plots")

    assert only_run(store).artifacts == ()


def test_file_that_is_not_there_is_the_callers_error(run: Run, store: Path, tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        run.log_artifact(tmp_path / "none.txt")
    with pytest.raises(InvalidValue, match="is no folder"):
        run.log_artifacts(tmp_path / "none")

    assert run.folder is not None
    assert not (run.folder / "artifacts").exists()


def test_folder_or_pipe_as_a_file_is_refused(run: Run, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InvalidValue, match=r"(?s)is no file.*log_artifacts"):
        run.log_artifact(tmp_path)
    with pytest.raises(InvalidValue, match="is no file"):
        run.log_artifact(tmp_path / "pipe")


def test_what_json_cannot_hold_is_refused(run: Run, store: Path):
    endless: list[object] = []
    endless.append(endless)

    deep: object = 1
    for _ in range(100_000):
        deep = [deep]
    for wrong in ({"a": object()}, {"a": b"x"}, endless, deep):
        with pytest.raises(InvalidValue, match=r"(?s)JSON.*Allowed: text"):
            run.log_dict(wrong, "x.json")
    with pytest.raises(InvalidType, match=r"key \(1, 2\) is a tuple"):
        run.log_dict({(1, 2): 1}, "x.json")
    with pytest.raises(InvalidValue, match=r"(?s)key '1' is there twice.*Allowed: .*Try: "):
        run.log_dict({1: 1, "1": 2}, "x.json")
    with pytest.raises(InvalidType, match="text"):
        run.log_text(b"x", "x.txt")  # type: ignore[arg-type]

    assert only_run(store).artifacts == ()


def test_full_disk_is_said_now_and_at_the_end_and_leaves_no_half_file(
    store: Path, monkeypatch: pytest.MonkeyPatch
):
    run = start_run()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("logger.artifacts.os.write", full)
        with pytest.warns(RuntimeWarning, match=r"'x.txt'.*was not stored"):
            run.log_text("x", "x.txt")
    run.log_text("y", "y.txt")
    with pytest.raises(WriteFailed, match=r"x\.txt"):
        run.end()

    assert run.folder is not None
    assert [path.name for path in (run.folder / "artifacts").iterdir()] == ["y.txt"]
    assert [artifact.path for artifact in only_run(store).artifacts] == ["y.txt"]


def test_source_that_fails_halfway_leaves_what_was_there(run: Run, store: Path):
    run.log_text("old", "x.txt")

    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise OSError(5, "Input/output error")

    assert run.folder is not None
    with pytest.raises(OSError, match="Input/output"):
        artifacts.store(run.folder, "x.txt", chunks())

    assert stored(run, "x.txt") == b"old"
    assert [path.name for path in (run.folder / "artifacts").iterdir()] == ["x.txt"]


@pytest.mark.parametrize(
    "call",
    [
        lambda run: run.log_artifact([]),
        lambda run: run.log_artifact("x.txt", ["plots"]),
        lambda run: run.log_artifacts(None),
        lambda run: run.log_artifacts(".", 3),
    ],
    ids=[
        "a list as file",
        "a list as folder in the run",
        "nothing as folder",
        "a number as folder in the run",
    ],
)
def test_what_is_no_path_is_refused_with_its_type(store, call):
    with start_run() as run, pytest.raises(InvalidType, match="Allowed"):
        call(run)
