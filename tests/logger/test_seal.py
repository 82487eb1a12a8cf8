"""`logger.seal`: live points become their sealed twin, and no row is lost on the way."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys

import pytest
from builders import START, RunPlan, fact_lines, live_bytes, live_rows, make_runs, start_value

from logger import schema, start_run, system
from logger.layout import facts_file, live_file, sealed_file
from logger.pointfiles import PointFiles
from logger.seal import is_provably_dead, seal_writer
from logger.store import Store

WRITER = "0123456789abcdef01234567"
NAMES = {1: "loss", 2: "auc"}
ROWS = [(1 + at % 2, at // 2, START + at, at / 7) for at in range(200)]


@pytest.fixture
def run(tmp_path):
    (tmp_path / live_file(WRITER)).write_bytes(live_bytes(ROWS))
    return tmp_path


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


def points_of(folder):
    """What a reader finds of the writer, whatever files there are."""
    names = listed(folder)
    files = PointFiles(folder, WRITER, live=live_file(WRITER) in names, sealed=sealed_file(WRITER) in names)
    return {name: live_rows(table) for name, table in files.series(NAMES).items()}


EXPECTED = {
    name: [(step, at, value) for series, step, at, value in ROWS if series == number]
    for number, name in NAMES.items()
}


def test_live_file_is_replaced_by_its_twin_with_the_same_points(run):
    assert seal_writer(run, WRITER, NAMES) is True

    assert listed(run) == [sealed_file(WRITER)]
    assert points_of(run) == EXPECTED


def test_sealing_twice_changes_nothing(run):
    seal_writer(run, WRITER, NAMES)
    before = (run / sealed_file(WRITER)).read_bytes()

    assert seal_writer(run, WRITER, NAMES) is True

    assert (run / sealed_file(WRITER)).read_bytes() == before


def test_writer_without_points_has_nothing_to_seal(tmp_path):
    assert seal_writer(tmp_path, WRITER, {}) is True
    assert listed(tmp_path) == []


@pytest.mark.parametrize("data", [b"", schema.schema_message()], ids=["no bytes", "a schema alone"])
def test_live_file_without_rows_becomes_a_sealed_file_without_rows(tmp_path, data):
    (tmp_path / live_file(WRITER)).write_bytes(data)

    assert seal_writer(tmp_path, WRITER, {}) is True

    assert listed(tmp_path) == [sealed_file(WRITER)]
    assert points_of(tmp_path) == {}


def test_torn_tail_is_sealed_with_every_row_before_it(run):
    live = run / live_file(WRITER)
    live.write_bytes(live.read_bytes()[:-1000])
    expected = points_of(run)

    assert seal_writer(run, WRITER, NAMES) is True

    assert points_of(run) == expected


@pytest.mark.parametrize("fault", ["damage", "no name", "link"])
def test_live_file_that_cannot_be_sealed_whole_stays_as_it_is(run, fault):
    live = run / live_file(WRITER)
    names = NAMES
    if fault == "damage":
        data = bytearray(live.read_bytes())
        data[len(schema.schema_message()) + 20] ^= 1
        live.write_bytes(data)
    elif fault == "no name":
        names = {1: "loss"}
    else:
        shutil.move(live, run / "elsewhere")
        live.symlink_to("elsewhere")
    before = {path.name: path.read_bytes() for path in run.iterdir()}

    assert seal_writer(run, WRITER, names) is False

    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_live_file_that_grows_meanwhile_stays(run, monkeypatch):
    live = run / live_file(WRITER)

    def sync_and_grow(folder):
        live.write_bytes(live_bytes([*ROWS, (1, 100, START + 999, 0.5)]))

    monkeypatch.setattr(system, "sync_folder", sync_and_grow)

    assert seal_writer(run, WRITER, NAMES) is False

    assert live.exists()
    assert len(points_of(run)["loss"]) == len(EXPECTED["loss"]) + 1


CALLS = [
    (os, "open"),
    (os, "fsync"),
    (os, "unlink"),
    (os, "rename"),
    (os, "replace"),
    (os, "scandir"),
    (os, "pread"),
]


class Killed(BaseException):
    """Stands for a SIGKILL: nothing may be done after it, not even tidying up."""


def test_killed_or_failing_at_any_call_it_loses_no_row(run, tmp_path_factory, monkeypatch):
    master = tmp_path_factory.mktemp("master")
    shutil.copy2(run / live_file(WRITER), master)

    for death in (True, False):
        for nth in range(1, 200):
            shutil.rmtree(run)
            shutil.copytree(master, run)
            calls = 0
            with monkeypatch.context() as patch:

                def at_call(real, *args, nth=nth, death=death, **kwargs):
                    nonlocal calls
                    calls += 1
                    if calls == nth and not death:
                        raise OSError(5, "Input/output error")
                    if calls >= nth and death:
                        raise Killed
                    return real(*args, **kwargs)

                for module, name in CALLS:
                    real = getattr(module, name)
                    patch.setattr(module, name, lambda *a, real=real, **k: at_call(real, *a, **k))
                with contextlib.suppress(Killed, OSError):
                    seal_writer(run, WRITER, NAMES)
            assert points_of(run) == EXPECTED, f"call {nth}, death {death}"
            assert seal_writer(run, WRITER, NAMES) is True
            assert points_of(run) == EXPECTED
            assert [name for name in listed(run) if not name.startswith(".")] == [sealed_file(WRITER)]
            if calls < nth:
                break
        assert nth > 8


def sealed_run(folder, **plan):
    """A run whose points were sealed after its last fact, and the number and name of its metric."""
    (run,) = make_runs(folder, [RunPlan({"auc": [0.5, 0.7]}, sealed=False, params={"depth": 3}, **plan)])
    assert seal_writer(run.path, run.writer, {1: "auc"})
    return run


def test_facts_cut_at_any_byte_after_the_sealing_are_named(tmp_path):
    run = sealed_run(tmp_path / "tracking")
    whole = run.facts.read_bytes()
    store = Store(tmp_path / "tracking")
    assert store.read_run(run.folder).problems == ()

    for size in range(len(whole)):
        run.facts.write_bytes(whole[:size])
        problems = store.read_run(run.folder).problems
        assert (f"{run.folder}/{run.facts.name}", size) in {(one.path, one.offset) for one in problems}
        assert any("facts are missing" in one.what for one in problems)


def test_run_whose_facts_were_cut_behind_its_sealed_points_is_over_and_how_it_ended_is_unknown(tmp_path):
    run = sealed_run(tmp_path / "tracking")
    whole = run.facts.read_bytes()
    store = Store(tmp_path / "tracking")
    sound = store.read_run(run.folder)
    assert (sound.status, sound.facts_lost) == ("finished", False)

    for size in range(len(whole)):
        run.facts.write_bytes(whole[:size])
        record = store.read_run(run.folder)
        assert record.facts_lost
        assert record.status == ("finished" if size == len(whole) - 1 else "unknown"), size
        assert size == len(whole) - 1 or record.ended is None
    run.facts.unlink()
    assert store.read_run(run.folder).status == "unknown"


def test_run_that_was_cut_where_it_was_written_is_not_said_to_have_died(store):
    with start_run() as run:
        run.log_metric("auc", 0.5)
    (facts,) = run.folder.glob("facts-*.jsonl")
    os.truncate(facts, facts.read_bytes().index(b"\n") + 1)

    assert [record.status for record in Store(store).runs()] == ["unknown"]


@pytest.mark.parametrize(("sealed", "status"), [(True, "unknown"), (False, "running")])
def test_damaged_word_of_how_a_run_ended_leaves_that_unknown_once_its_points_are_sealed(
    tmp_path, sealed, status
):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan({"auc": [0.5, 0.7]}, sealed=sealed)])
    run.facts.write_bytes(run.facts.read_bytes().replace(b"finished", b"finishes"))

    record = Store(tmp_path / "tracking").read_run(run.folder)

    assert (record.status, record.facts_lost) == (status, True)


@pytest.mark.parametrize("torn", [b"", b"6d98d604 {", b'6d98d604 {"time":17'])
def test_facts_that_a_dying_process_cut_before_the_sealing_are_no_copy_gone_wrong(tmp_path, torn):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan({"auc": [0.5, 0.7]}, sealed=False, status=None)])
    run.facts.write_bytes(run.facts.read_bytes() + torn)

    seal_writer(run.path, run.writer, {1: "auc"})

    assert Store(tmp_path / "tracking").read_run(run.folder).problems == ()


def test_facts_that_came_after_the_sealing_are_no_damage(tmp_path):
    run = sealed_run(tmp_path / "tracking")
    with run.facts.open("ab") as file:
        file.write(fact_lines([("tag", "stage", "late")], START + 10**9))

    record = Store(tmp_path / "tracking").read_run(run.folder)

    assert (record.problems, record.tags) == ((), {"stage": "late"})


def test_leftovers_of_a_killed_sealing_go_with_the_next(run):
    leftover = run / f".{sealed_file(WRITER)}.deadbeef.tmp"
    leftover.write_bytes(b"half")

    seal_writer(run, WRITER, NAMES)

    assert listed(run) == [sealed_file(WRITER)]


@pytest.mark.parametrize("rows", [100, 200], ids=["a shorter twin", "a whole twin"])
def test_twin_of_an_earlier_attempt_is_kept_only_when_it_has_all_rows(run, rows):
    master = (run / live_file(WRITER)).read_bytes()
    (run / live_file(WRITER)).write_bytes(live_bytes(ROWS[:rows]))
    seal_writer(run, WRITER, NAMES)
    (run / live_file(WRITER)).write_bytes(master)
    assert points_of(run) == EXPECTED

    assert seal_writer(run, WRITER, NAMES) is True

    assert points_of(run) == EXPECTED


def test_damaged_twin_is_replaced_when_the_live_file_has_all_rows(run):
    master = (run / live_file(WRITER)).read_bytes()
    seal_writer(run, WRITER, NAMES)
    twin = run / sealed_file(WRITER)
    twin.write_bytes(twin.read_bytes()[:-50])
    (run / live_file(WRITER)).write_bytes(master)

    assert seal_writer(run, WRITER, NAMES) is True

    assert points_of(run) == EXPECTED


def test_twin_with_more_rows_holds_though_the_live_file_was_cut(run):
    master = (run / live_file(WRITER)).read_bytes()
    seal_writer(run, WRITER, NAMES)
    (run / live_file(WRITER)).write_bytes(master[:2000])

    assert points_of(run) == EXPECTED
    assert seal_writer(run, WRITER, NAMES) is True
    assert points_of(run) == EXPECTED


# Alive or dead.


def start_here(pid, process_start, inode):
    return {
        **start_value("Default"),
        "host": system.host_hash(),
        "boot": system.boot_id(),
        "pid": pid,
        "process_start": process_start,
        "inode": inode,
    }


@pytest.fixture
def dead_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def facts_of(folder, process, **changes):
    path = folder / facts_file(WRITER)
    path.touch()
    value = {**start_here(process, 1, path.stat().st_ino), **changes}
    path.write_bytes(fact_lines([("start", "", value)]))
    return path


def test_process_that_is_gone_is_provably_dead(tmp_path, dead_pid):
    facts_of(tmp_path, dead_pid)

    assert is_provably_dead(tmp_path, WRITER)


def test_process_that_holds_its_lock_is_alive_even_when_it_cannot_be_seen(tmp_path, dead_pid):
    path = facts_of(tmp_path, dead_pid)
    fd = os.open(path, os.O_RDWR)
    system.lock_file(fd)

    dead = is_provably_dead(tmp_path, WRITER)
    os.close(fd)

    assert not dead


@pytest.mark.parametrize(
    "changes",
    [{"host": "another"}, {"boot": "another"}, {"boot": ""}, {"inode": 1}, {"pid": None}],
    ids=["another host", "another boot", "an unknown boot", "a copy", "no process"],
)
def test_of_what_may_be_a_copy_nothing_is_known(tmp_path, dead_pid, changes):
    facts_of(tmp_path, dead_pid, **changes)

    assert not is_provably_dead(tmp_path, WRITER)


def test_our_own_process_is_alive(tmp_path):
    facts_of(tmp_path, os.getpid(), process_start=system.process_start(os.getpid()))

    assert not is_provably_dead(tmp_path, WRITER)


def test_earlier_process_that_had_our_number_is_dead(tmp_path):
    facts_of(tmp_path, os.getpid(), process_start=1)

    assert is_provably_dead(tmp_path, WRITER)


@pytest.mark.parametrize(
    "line", [b"", b"no fact\n", fact_lines([("name", "", "x")])], ids=["none", "damaged", "other"]
)
def test_without_a_start_nothing_is_known(tmp_path, line):
    (tmp_path / facts_file(WRITER)).write_bytes(line)

    assert not is_provably_dead(tmp_path, WRITER)


def test_without_locks_the_process_decides(tmp_path, dead_pid, monkeypatch):
    facts_of(tmp_path, dead_pid)
    monkeypatch.setattr(system, "is_locked", lambda path: None)

    assert is_provably_dead(tmp_path, WRITER)


def test_run_whose_process_died_without_a_word_is_lost(tmp_path, dead_pid):
    run = make_runs(tmp_path, [RunPlan(status=None)])[0]
    start = start_here(dead_pid, 1, run.facts.stat().st_ino)
    run.facts.write_bytes(fact_lines([("start", "", start)]))

    record = Store(tmp_path).runs()[0]

    assert (record.status, record.alive) == ("lost", False)
    assert record.writers[0].alive is False


def test_run_of_a_living_process_is_running(tmp_path):
    run = make_runs(tmp_path, [RunPlan(status=None)])[0]
    run.facts.write_bytes(fact_lines([("start", "", start_here(os.getpid(), None, run.facts.stat().st_ino))]))

    record = Store(tmp_path).runs()[0]

    assert (record.status, record.alive) == ("running", True)
