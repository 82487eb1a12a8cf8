"""What the doctor finds, seals, refuses and copies."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import START, RunPlan, fact_lines, make_runs, make_store, start_value

from logger import layout, start_run, system
from logger.store import Store
from sitegen.doctor import Finding, examine, seal
from sitegen.errors import OutputRefused
from sitegen.rescue import copy_good

CURVE = {"train/auc": [0.5, 0.7, 0.9], "test/auc": [0.5, 0.6, 0.65]}
DAY = 24 * 3600 * 1_000_000  # microseconds
DIES = """
import os
from logger import start_run
run = start_run(experiment="fake box")
run.log_metric("auc", 0.5)
run.log_metric("auc", 0.6)
os._exit(9)
"""


def killed_run(folder: Path) -> Path:
    """A store with a run whose process died without a word, on this very machine; its path."""
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [sys.executable, "-c", DIES], cwd=folder, env=os.environ | {"PYTHONPATH": path}, check=False
    )
    return folder / "tracking"


def kinds(root: Path) -> list[str]:
    return [finding.kind for finding in examine(root).findings]


def points_of(root: Path) -> dict[str, dict[str, list[tuple[object, ...]]]]:
    """Run → metric → points, as the reader gives them."""
    store = Store(root)
    return {
        folder.rpartition("/")[2]: {
            name: list(zip(*table.to_pydict().values(), strict=True))
            for name, table in store.read_points(folder).series.items()
        }
        for folder in store.run_folders()
    }


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_sound_store_has_no_findings(tmp_path):
    found = examine(make_store(tmp_path, [RunPlan(CURVE), RunPlan(CURVE)]))

    assert (found.runs, found.points, found.findings, found.is_clean) == (2, 12, (), True)


def test_flipped_bit_deep_in_the_points_is_found(tmp_path):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE)])
    content = bytearray(run.sealed.read_bytes())
    content[700] ^= 1
    run.sealed.write_bytes(content)

    found = examine(tmp_path / "tracking")

    assert not found.is_clean
    assert {finding.kind for finding in found.findings} == {"damaged"}
    assert {finding.path for finding in found.findings} == {f"{run.folder}/{run.sealed.name}"}


def test_run_of_a_dead_process_is_lost_and_unsealed_until_it_is_sealed(tmp_path):
    store = killed_run(tmp_path)

    before = kinds(store)
    (sealing,) = seal(store, None, START)
    after = kinds(store)

    assert (before, after) == (["lost", "unsealed"], ["lost"])
    assert (sealing.done, sealing.why) == (True, "")
    ((points,),) = [list(run.values()) for run in points_of(store).values()]
    assert [value for _, _, value in points] == [0.5, 0.6]


def test_run_of_a_living_process_is_open_and_refused_whatever_its_age(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with start_run() as run:
        run.log_metric("auc", 0.5)

        found = examine(tmp_path / "tracking")
        (sealing,) = seal(tmp_path / "tracking", 0, START + 100_000 * DAY)

    assert [finding.kind for finding in found.findings] == ["open"]
    assert found.is_clean
    assert (sealing.done, sealing.why) == (False, "its process is alive")


def test_run_of_another_machine_is_refused_until_it_was_silent_for_long_enough(tmp_path):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, status=None, sealed=False)])
    ended = START + 60 * 1_000_000
    store = tmp_path / "tracking"

    unasked, young, old = (seal(store, age, ended + DAY) for age in (None, 2 * DAY, DAY // 2))

    assert [(s.done, "--older-than" in s.why) for s in unasked] == [(False, True)]
    assert [s.done for s in young] == [False]
    assert [s.done for s in old] == [True]
    assert run.sealed.exists()
    assert not run.live.exists()


def test_finished_run_whose_points_stayed_live_is_sealed_without_losing_one(tmp_path):
    make_runs(tmp_path / "tracking", [RunPlan(CURVE, sealed=False)])
    store = tmp_path / "tracking"
    before = points_of(store)

    found = kinds(store)
    seal(store, None, START)

    assert found == ["unsealed"]
    assert points_of(store) == before
    assert examine(store).is_clean


def test_damaged_live_file_is_not_sealed(tmp_path):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, sealed=False)])
    content = run.live.read_bytes()
    run.live.write_bytes(b"x" * 100 + content[100:])

    (sealing,) = seal(tmp_path / "tracking", None, START)

    assert not sealing.done
    assert run.live.exists()


def test_param_that_two_processes_set_differently_is_a_conflict(tmp_path):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, params={"depth": 3})])
    other = layout.writer_id(START // 1000 + 5, b"\1" * 6)
    said = [("start", "", start_value("Default", "join")), ("param", "depth", 4), ("end", "", None)]
    (run.path / layout.facts_file(other)).write_bytes(fact_lines(said, START + 10**6))

    (finding,) = examine(tmp_path / "tracking").findings

    assert finding == Finding("conflict", run.folder, "param depth was set to 3, 4; the last holds")


def test_examining_changes_nothing(tmp_path):
    store = killed_run(tmp_path)
    before = tree(store)

    examine(store)

    assert tree(store) == before


def test_copy_of_a_sound_store_holds_the_same_files(tmp_path):
    store = tmp_path / "tracking"
    digest = hashlib.sha256(b"weights").hexdigest()
    facts = [("artifact", "model/w.bin", {"size": 7, "sha256": digest})]
    first, _ = make_runs(store, [RunPlan(CURVE, facts=facts), RunPlan(CURVE, sealed=False)])
    (first.path / "artifacts/model").mkdir(parents=True)
    (first.path / "artifacts/model/w.bin").write_bytes(b"weights")

    copied = copy_good(store, tmp_path / "copy")

    original = tree(store)
    assert {
        name: content for name, content in tree(tmp_path / "copy").items() if name != "runfolio.json"
    } == {name: content for name, content in original.items() if name != "runfolio.json"}
    assert (copied.runs, copied.points, copied.left) == (2, 12, [])


def test_copy_does_not_say_of_a_file_without_a_good_row_that_its_rows_were_copied(tmp_path):
    store = tmp_path / "tracking"
    lost, damaged = make_runs(store, [RunPlan(CURVE), RunPlan(CURVE)])
    lost.sealed.write_bytes(lost.sealed.read_bytes()[:200])
    damaged.sealed.write_bytes(damaged.sealed.read_bytes()[:-20])

    left = dict(copy_good(store, tmp_path / "copy").left)

    assert left[f"{lost.folder}/{lost.sealed.name}"].endswith("no row of it could be read")
    assert left[f"{damaged.folder}/{damaged.sealed.name}"].endswith("its good rows were copied")


def test_copy_of_a_damaged_store_holds_all_that_reads_and_is_clean(tmp_path):
    store = tmp_path / "tracking"
    whole, cut, lines = make_runs(
        store,
        [RunPlan(CURVE), RunPlan(CURVE, sealed=False), RunPlan(CURVE, params={"depth": 3, "lr": 0.1})],
    )
    live = cut.live.read_bytes()
    cut.live.write_bytes(live + b"no frame at all" * 20)
    lines.facts.write_bytes(lines.facts.read_bytes().replace(b'"depth"', b'"d\x00pth"'))
    (store / "experiments" / "stray").write_text("")
    for file in (store / "experiments").rglob("experiment.json"):
        file.write_text("{")
    before, bytes_before = points_of(store), tree(store)

    copied = copy_good(store, tmp_path / "copy")

    assert points_of(tmp_path / "copy") == before
    assert examine(tmp_path / "copy").findings == ()
    assert Store(tmp_path / "copy").runs()[2].params == {"lr": 0.1}
    assert {whole.folder, cut.folder, lines.folder} == set(Store(tmp_path / "copy").run_folders())
    assert tree(store) == bytes_before
    assert {path.rpartition("/")[2] for path, _ in copied.left} >= {cut.live.name, lines.facts.name, "stray"}


@pytest.mark.parametrize("twins", [False, True], ids=["sealed", "both twins"])
def test_copy_of_a_run_whose_facts_were_cut_is_clean_and_names_them(tmp_path, twins):
    store = tmp_path / "tracking"
    (run,) = make_runs(store, [RunPlan(CURVE, params={"depth": 3}, sealed=False)])
    live = run.live.read_bytes()
    seal(store, None, START)
    if twins:
        run.live.write_bytes(live)
    run.facts.write_bytes(run.facts.read_bytes()[:-150])

    copied = copy_good(store, tmp_path / "copy")
    seal(tmp_path / "copy", None, START + 1000 * DAY)

    assert [path for path, _ in copied.left] == [f"{run.folder}/{run.facts.name}"]
    assert {finding.kind for finding in examine(tmp_path / "copy").findings} <= {"open"}
    assert points_of(tmp_path / "copy") == points_of(store)


def test_store_that_was_copied_is_sealed_by_its_age_alone_and_tells_of_nothing_missing(tmp_path):
    (tmp_path / "there").mkdir()
    lost = killed_run(tmp_path / "there")
    copy = tmp_path / "copy"
    shutil.copytree(lost, copy)
    (record,) = Store(copy).runs()
    before = points_of(copy)

    (young,) = seal(copy, DAY, record.last_active + DAY - 1)
    (old,) = seal(copy, DAY, record.last_active + DAY)

    assert (record.alive, young.done, old.done) == (None, False, True)
    assert points_of(copy) == before
    assert kinds(copy) == ["open"]
    assert kinds(lost) == ["lost", "unsealed"]  # the original is not touched


def test_flipped_bit_in_sealed_points_costs_the_copy_at_most_its_batch(tmp_path):
    store = tmp_path / "tracking"
    damaged, good = make_runs(store, [RunPlan(CURVE), RunPlan(CURVE)])
    content = bytearray(damaged.sealed.read_bytes())
    content[700] ^= 1
    damaged.sealed.write_bytes(content)

    copy_good(store, tmp_path / "copy")

    assert points_of(tmp_path / "copy") == {**points_of(store), good.run_id: points_of(store)[good.run_id]}
    assert examine(tmp_path / "copy").is_clean


def test_artifact_that_is_not_what_was_recorded_stays_behind(tmp_path):
    store = tmp_path / "tracking"
    facts = [
        ("artifact", "a.bin", {"size": 1, "sha256": "0" * 64}),
        ("artifact", "gone.bin", {"size": 1, "sha256": "0" * 64}),
        ("artifact", "link.bin", {"size": 1, "sha256": "0" * 64}),
    ]
    (run,) = make_runs(store, [RunPlan(CURVE, facts=facts)])
    (run.path / "artifacts").mkdir()
    (run.path / "artifacts/a.bin").write_bytes(b"other")
    (tmp_path / "secret").write_text("secret")
    (run.path / "artifacts/link.bin").symlink_to(tmp_path / "secret")

    copied = copy_good(store, tmp_path / "copy")

    assert [(path.rpartition("/")[2], why) for path, why in copied.left] == [
        ("a.bin", "it is not what was recorded"),
        ("gone.bin", "it is gone"),
        ("link.bin", "is a symbolic link, which is not followed"),
    ]
    assert not list((tmp_path / "copy").rglob("*.bin"))


@pytest.mark.parametrize("place", ["tracking", "tracking/inside", ".", "full", "link"])
def test_copy_into_a_place_that_is_not_free_is_refused(tmp_path, place):
    store = make_store(tmp_path, [RunPlan(CURVE)])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path)

    with pytest.raises(OutputRefused):
        copy_good(store, tmp_path / place)

    assert tree(tmp_path) == before


def test_interrupted_copy_leaves_no_store_that_looks_whole(tmp_path, monkeypatch):
    store = make_store(tmp_path, [RunPlan(CURVE)])
    monkeypatch.setattr("sitegen.rescue._Copy._copy_artifacts", lambda self, record: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        copy_good(store, tmp_path / "copy")

    assert not (tmp_path / "copy").exists()
    with pytest.raises(OutputRefused, match="interrupted copy"):
        copy_good(store, tmp_path / "copy")


def test_system_without_locks_is_not_taken_for_one_of_dead_processes(tmp_path, monkeypatch):
    store = killed_run(tmp_path)
    for flag in ("HAS_FLOCK", "HAS_PROC", "HAS_SIGNAL_0"):
        monkeypatch.setattr(system, flag, False)

    (sealing,) = seal(store, None, START)

    assert not sealing.done
