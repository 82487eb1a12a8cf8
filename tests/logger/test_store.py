"""`logger.store`: what a store says, and what it says of what it cannot read."""

from __future__ import annotations

import json
import math
import os
import shutil

import pytest
from builders import START, RunPlan, fact_lines, live_bytes, make_runs, make_store, start_value

from logger import layout, system
from logger.errors import NewerFormat, RunNotFound, StoreError, StoreNotFound
from logger.store import Artifact, MetricDefinition, Problem, Store

AUC = {"auc": [0.5, 0.9, 0.8]}


def test_run_comes_back_with_all_that_was_said_of_it(tmp_path):
    plan = RunPlan(
        metrics=AUC,
        experiment="Fake box",
        name="first try",
        params={"depth": 6, "rate": 0.1, "kind": "tree", "deep": True, "none": None},
        tags={"stage": "draft"},
        provenance={"script": "train.py", "user": "ada"},
        facts=[
            ("note", "", "It *works*."),
            ("define", "auc", {"goal": "max", "unit": "%", "x": "step"}),
            ("artifact", "models/a.bin", {"size": 3, "sha256": "00ff"}),
        ],
    )
    store = Store(make_store(tmp_path, [plan]))

    run = store.runs()[0]

    assert (run.experiment, run.name, run.status, run.alive) == ("Fake box", "first try", "finished", False)
    assert run.params == plan.params
    assert type(run.params["deep"]) is bool
    assert (run.tags, run.provenance) == (plan.tags, plan.provenance)
    assert run.note == "It *works*."
    assert run.definitions == {"auc": MetricDefinition("max", "%", "step")}
    assert run.artifacts == (Artifact("models/a.bin", 3, "00ff"),)
    assert (run.started, run.ended) == (START, START + 60_000_000)
    assert run.problems == ()


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "live"])
def test_summary_of_a_metric_is_the_same_from_live_and_sealed_points(tmp_path, sealed):
    store = Store(make_store(tmp_path, [RunPlan(metrics=AUC, sealed=sealed)]))

    summary = store.runs()[0].metrics["auc"]

    assert (summary.count, summary.bad) == (3, 0)
    assert (summary.first, summary.last, summary.last_step) == (0.5, 0.8, 2)
    assert (summary.min, summary.min_step, summary.max, summary.max_step) == (0.5, 0, 0.9, 1)


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "live"])
def test_points_come_back_in_the_order_logged(tmp_path, sealed):
    plan = RunPlan(metrics={"loss": [3.0, 2.0], "auc": [math.nan, math.inf]}, sealed=sealed)
    store = Store(make_store(tmp_path, [plan]))

    points = store.read_points(store.run_folders()[0])

    assert list(points.series) == ["loss", "auc"]
    assert points.series["loss"]["value"].to_pylist() == [3.0, 2.0]
    assert points.series["loss"]["step"].to_pylist() == [0, 1]
    assert math.isnan(points.series["auc"]["value"][0].as_py())
    assert points.problems == ()


def test_only_the_wanted_metrics_are_read(tmp_path):
    store = Store(make_store(tmp_path, [RunPlan(metrics={"a": [1], "b": [2]})]))

    assert list(store.read_points(store.run_folders()[0], ["b", "c"]).series) == ["b"]


# What several writers say together.


def add_writer(run, said, writer="f" * 24, time=START + 3600 * 10**6):
    (run.path / layout.facts_file(writer)).write_bytes(fact_lines(said, time))
    return writer


def test_later_facts_win_whoever_says_them(tmp_path):
    run = make_runs(tmp_path, [RunPlan(name="old", tags={"stage": "draft", "gone": "x"})])[0]
    start = ("start", "", start_value("Default", "join"))
    add_writer(run, [start, ("name", "", "new"), ("tag", "stage", "final"), ("tag", "gone", None)])

    record = Store(tmp_path).runs()[0]

    assert (record.name, record.tags) == ("new", {"stage": "final"})


@pytest.mark.parametrize(
    ("role", "last", "status"),
    [
        ("join", ("status", "", {"status": "failed", "reason": "x"}), "finished"),
        ("child", ("end", "", None), "finished"),
        ("resume", ("status", "", {"status": "killed", "reason": None}), "killed"),
        ("resume", ("note", "", "still at work"), "running"),
    ],
    ids=["one that joined", "a child", "a resumed one that ended", "a resumed one at work"],
)
def test_status_is_decided_by_the_owner_that_started_last(tmp_path, role, last, status):
    run = make_runs(tmp_path, [RunPlan()])[0]
    add_writer(run, [("start", "", start_value("Default", role)), last])

    record = Store(tmp_path).runs()[0]

    assert record.status == status
    assert [writer.role for writer in record.writers] == ["create", role]
    assert record.started == START


@pytest.mark.parametrize("ending", ["finished", "failed", "killed"])
def test_process_that_joined_decides_when_the_owner_was_not_heard_of_since(tmp_path, ending):
    run = make_runs(tmp_path, [RunPlan(status=None)])[0]
    start = ("start", "", start_value("Default", "join"))
    add_writer(run, [start, ("status", "", {"status": ending, "reason": "x"})])

    record = Store(tmp_path).runs()[0]

    assert (record.status, record.reason, record.alive) == (ending, "x", False)
    assert record.ended == record.last_active


@pytest.mark.parametrize("heard", ["fact", "point"])
def test_process_that_joined_decides_nothing_while_the_owner_logs_on(tmp_path, heard):
    hour = 3_600_000_000
    plan = RunPlan(status=None, metrics={"loss": [1.0, 0.5, 0.25]} if heard == "point" else {}, seconds=7200)
    run = make_runs(tmp_path, [plan])[0]
    if heard == "fact":
        with run.facts.open("ab") as file:
            file.write(fact_lines([("tag", "epoch", "2")], START + 2 * hour))
    start = ("start", "", start_value("Default", "join"))
    add_writer(run, [start, ("status", "", {"status": "failed", "reason": "x"})])

    record = Store(tmp_path).runs()[0]

    assert (record.status, record.reason, record.ended) == ("running", None, None)


def test_of_several_that_joined_the_last_to_end_decides(tmp_path):
    run = make_runs(tmp_path, [RunPlan(status=None)])[0]
    start = ("start", "", start_value("Default", "join"))
    for number, ending in enumerate(("failed", "finished")):
        said = [start, ("status", "", {"status": ending, "reason": None})]
        add_writer(run, said, str(9 - number) * 24, START + 3600 * 10**6 + number * 10**6)

    assert Store(tmp_path).runs()[0].status == "finished"


@pytest.mark.parametrize(("last", "status"), [(1, "finished"), (3, "running")], ids=["before", "after"])
def test_one_that_joined_ends_nothing_while_another_that_joined_logs_on(tmp_path, last, status):
    run = make_runs(tmp_path, [RunPlan(status=None)])[0]
    start = ("start", "", start_value("Default", "join"))
    hour = 3600 * 10**6
    add_writer(run, [start, ("tag", "part", "2")], "e" * 24, START + last * hour)
    add_writer(
        run, [start, ("status", "", {"status": "finished", "reason": None})], "f" * 24, START + 2 * hour
    )

    record = Store(tmp_path).runs()[0]

    assert (record.status, record.ended is None) == (status, status == "running")


def test_one_that_joined_ends_nothing_while_another_that_joined_is_alive(tmp_path):
    run = make_runs(tmp_path, [RunPlan(status=None)])[0]
    word = ("status", "", {"status": "finished", "reason": None})
    quiet = add_writer(run, [("start", "", start_value("Default", "join"))], "e" * 24)
    facts = run.path / layout.facts_file(quiet)
    here = {"pid": os.getpid(), "process_start": None, "inode": facts.stat().st_ino}
    this = {**here, "role": "join", "host": system.host_hash(), "boot": system.boot_id()}
    facts.write_bytes(fact_lines([("start", "", this)], START + 3600 * 10**6))
    add_writer(run, [("start", "", start_value("Default", "join")), word], time=START + 7200 * 10**6)

    record = Store(tmp_path).runs()[0]

    assert (record.status, record.alive) == ("running", True)


def test_param_that_two_writers_set_differently_is_a_conflict(tmp_path):
    run = make_runs(tmp_path, [RunPlan(params={"depth": 6, "same": math.nan, "kind": True})])[0]
    start = ("start", "", start_value("Default", "join"))
    add_writer(run, [start, ("param", "depth", 7), ("param", "same", math.nan), ("param", "kind", 1)])

    record = Store(tmp_path).runs()[0]

    assert record.params["depth"] == 7
    assert record.conflicts == (("depth", (6, 7)), ("kind", (True, 1)))


def test_provenance_is_for_the_owner_to_say(tmp_path):
    run = make_runs(tmp_path, [RunPlan(provenance={"script": "train.py"})])[0]
    start = ("start", "", start_value("Default", "child"))
    add_writer(run, [start, ("provenance", "script", "worker.py"), ("provenance", "login", "ada")])

    assert Store(tmp_path).runs()[0].provenance == {"script": "train.py", "login": "ada"}


def test_metric_of_several_writers_is_merged_by_time_each_in_its_own_order(tmp_path):
    run = make_runs(tmp_path, [RunPlan(metrics={"a": [1]}, sealed=False)])[0]
    run.live.write_bytes(live_bytes([(1, 0, 10, 1.0), (1, 1, 30, 2.0), (1, 2, 20, 3.0), (1, 3, 50, 4.0)]))
    writer = add_writer(run, [("start", "", start_value("Default", "join")), ("metric", "a", 7)])
    (run.path / layout.live_file(writer)).write_bytes(live_bytes([(7, 3, 25, 5.0), (7, 0, 60, 6.0)]))
    store = Store(tmp_path)

    points = store.read_points(run.folder).series["a"]
    summary = store.runs()[0].metrics["a"]

    assert points["value"].to_pylist() == [1.0, 5.0, 2.0, 3.0, 4.0, 6.0]
    assert (summary.count, summary.first, summary.last, summary.last_step) == (6, 1.0, 4.0, 3)
    assert (summary.min, summary.max) == (1.0, 6.0)


def test_resumed_run_goes_on_in_the_same_curve(tmp_path):
    run = make_runs(tmp_path, [RunPlan(metrics={"a": [1, 2]})])[0]
    later = START + 3600 * 10**6
    writer = add_writer(run, [("start", "", start_value("Default", "resume")), ("metric", "a", 1)])
    (run.path / layout.live_file(writer)).write_bytes(
        live_bytes([(1, 2, later, 3.0), (1, 2, later + 1, 4.0)])
    )

    record = Store(tmp_path).runs()[0]

    assert record.metrics["a"].last == 4.0
    assert record.last_active == later + 1
    assert [writer.sealed for writer in record.writers] == [True, False]


def test_kinds_that_are_not_known_are_passed_over(tmp_path):
    make_runs(tmp_path, [RunPlan(facts=[("hologram", "x", {"y": [1]})])])

    assert Store(tmp_path).runs()[0].problems == ()


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "fact",
    [
        ("name", "", 7),
        ("name", "", "two\nlines"),
        ("tag", "a" * 300, "x"),
        ("tag", "stage", 7),
        ("param", "\u202e", 1),
        ("param", "nested", {"a": {"b": 1}}),
        ("param", "nested", [1, 2]),
        ("provenance", "command", nested(400)),
        ("metric", "loss", 0),
        ("metric", "loss", "1"),
        ("metric", "loss", 2**40),
        ("define", "loss", None),
        ("artifact", "../../etc/passwd", {"size": 1, "sha256": ""}),
        ("artifact", "/etc/passwd", {"size": 1, "sha256": ""}),
        ("artifact", "a.txt", {"size": -1, "sha256": ""}),
        ("status", "", {"status": "glorious"}),
        ("parent", "", "../.."),
    ],
    ids=lambda fact: f"{fact[0]} {fact[1][:20]!a} {str(fact[2])[:20]!a}",
)
def test_fact_that_no_call_could_have_written_is_of_no_use_and_named(tmp_path, fact):
    make_runs(tmp_path, [RunPlan(name="kept", status=None, facts=[fact])])

    record = Store(tmp_path).runs()[0]

    assert record.name == "kept"
    assert "of no use" in record.problems[0].what
    assert (record.tags, record.params, record.artifacts, record.parent) == ({}, {}, (), None)


def test_texts_that_no_encoder_takes_are_mended(tmp_path):
    make_runs(
        tmp_path, [RunPlan(params={"path": "a\udcffb"}, facts=[("note", "", "\ud800")], tags={"t": "\udfff"})]
    )

    record = Store(tmp_path).runs()[0]

    assert (record.params["path"], record.note, record.tags["t"]) == ("a\ufffdb", "\ufffd", "\ufffd")


# What is damaged, foreign, or gone.


def test_every_flipped_bit_of_a_facts_file_is_found(tmp_path):
    run = make_runs(tmp_path, [RunPlan(params={"depth": 6}, tags={"stage": "draft"})])[0]
    data = run.facts.read_bytes()
    store = Store(tmp_path)
    sound = store.read_run(run.folder)

    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        run.facts.write_bytes(damaged)
        record = store.read_run(run.folder)

        assert record.problems, f"bit {bit}"
        assert record.problems[0].offset is not None
        assert record.params in ({}, sound.params)
        assert record.tags in ({}, sound.tags)


def test_facts_cut_at_any_byte_give_every_line_before_the_cut(tmp_path):
    run = make_runs(tmp_path, [RunPlan()])[0]
    data = fact_lines([("start", "", start_value("Default"))] + [("param", f"p{at}", at) for at in range(5)])
    store = Store(tmp_path)
    ends = [at for at, byte in enumerate(data) if byte == 10]

    for cut in range(len(data) + 1):
        run.facts.write_bytes(data[:cut])
        record = store.read_run(run.folder)

        whole = sum(end <= cut for end in ends)
        assert list(record.params) == [f"p{at}" for at in range(whole - 1)]
        assert [problem.what for problem in record.problems if "no facts" not in problem.what] == []


def test_damaged_line_costs_itself_only(tmp_path):
    run = make_runs(tmp_path, [RunPlan(params={"a": 1, "b": 2, "c": 3})])[0]
    data = run.facts.read_bytes()
    at = data.index(b'"b"')
    run.facts.write_bytes(data[:at] + b"X" + data[at + 1 :])

    record = Store(tmp_path).runs()[0]

    assert record.params == {"a": 1, "c": 3}
    offset = data.rindex(b"\n", 0, at) + 1
    path = f"{run.folder}/{run.facts.name}"
    assert record.problems == (
        Problem(path, "a line is damaged: its checksum does not match", offset, run.run_id, "Default"),
    )


def test_damaged_points_cost_only_themselves_and_are_named(tmp_path):
    runs = make_runs(tmp_path, [RunPlan(metrics=AUC), RunPlan(metrics=AUC)])
    runs[0].sealed.write_bytes(runs[0].sealed.read_bytes()[:-20])
    store = Store(tmp_path)

    broken, sound = store.runs()

    assert broken.problems[0].path == f"{runs[0].folder}/{runs[0].sealed.name}"
    assert broken.metrics["auc"].last == sound.metrics["auc"].last  # the batch itself was whole
    assert sound.problems == ()
    assert store.read_points(runs[0].folder).problems[0].run_id == runs[0].run_id


@pytest.mark.parametrize("garbage", [b"", b"<html>", bytes(500)], ids=["no bytes", "a page", "zeros"])
def test_garbage_named_like_sealed_points_is_a_problem_of_its_run(tmp_path, garbage):
    run = make_runs(tmp_path, [RunPlan(metrics=AUC)])[0]
    run.sealed.write_bytes(garbage)

    record = Store(tmp_path).runs()[0]

    assert record.metrics == {}
    assert len(record.problems) == 1


def test_run_without_any_fact_still_has_the_time_of_its_id(tmp_path):
    run = make_runs(tmp_path, [RunPlan(metrics=AUC, experiment="Fake box")])[0]
    run.facts.unlink()

    record = Store(tmp_path).runs()[0]

    assert (record.run_id, record.experiment, record.status) == (run.run_id, "Fake box", "unknown")
    assert (record.started, record.alive) == (START, None)
    assert record.metrics["auc"].count == 3
    assert any("no facts" in problem.what for problem in record.problems)


def test_live_points_without_their_facts_are_counted_in_a_problem(tmp_path):
    run = make_runs(tmp_path, [RunPlan(metrics=AUC, sealed=False)])[0]
    run.facts.unlink()

    problems = Store(tmp_path).read_points(run.folder).problems

    assert any("3 points of series 1 have no name" in problem.what for problem in problems)


def test_damaged_experiment_file_costs_only_the_name_which_runs_carry(tmp_path):
    run = make_runs(tmp_path, [RunPlan(experiment="Fake box")])[0]
    (run.path.parent / "experiment.json").write_text("{")
    store = Store(tmp_path)

    assert store.runs()[0].experiment == "Fake box"
    assert store.experiments()[0].name == "Fake box"
    assert store.runs(["fake box"])[0].run_id == run.run_id
    assert [problem.path.rpartition("/")[2] for problem in store.problems()] == ["experiment.json"]


def test_facts_of_an_experiment_are_told(tmp_path):
    run = make_runs(tmp_path, [RunPlan(experiment="Fake box")])[0]
    said = [("note", "", "What it *is*."), ("tag", "team", "a"), ("deleted", "", True), ("later", "", 1)]
    (run.path.parent / "facts-abc.jsonl").write_bytes(fact_lines(said))

    experiment = Store(tmp_path).experiments()[0]

    assert (experiment.name, experiment.note, experiment.tags) == ("Fake box", "What it *is*.", {"team": "a"})
    assert (experiment.deleted, experiment.created, experiment.problems) == (True, START, ())


def names_of(problems):
    return sorted(problem.path.rpartition("/")[2] for problem in problems)


def test_foreign_files_are_passed_over_and_named_but_litter_is_not(tmp_path):
    run = make_runs(tmp_path, [RunPlan(metrics=AUC)])[0]
    for folder in (tmp_path, tmp_path / "experiments", run.path.parent, run.path):
        for name in ("notes.txt", ".DS_Store", "desktop.ini", "points-x.arrows~", ".nfs0001"):
            (folder / name).write_text("x")
    (run.path.parent / "backup").mkdir()
    store = Store(tmp_path)

    record = store.runs()[0]

    assert names_of(store.problems()) == ["backup", "notes.txt", "notes.txt", "notes.txt"]
    assert names_of(record.problems) == ["notes.txt"]
    assert record.metrics["auc"].count == 3


def test_links_pipes_and_folders_are_never_opened(tmp_path):
    run = make_runs(tmp_path / "store", [RunPlan(metrics=AUC)])[0]
    secret = tmp_path / "secret"
    secret.write_bytes(run.facts.read_bytes())
    (run.path / "facts-link.jsonl").symlink_to(secret)
    (run.path / "points-loop.arrow").symlink_to("points-loop.arrow")
    os.mkfifo(run.path / "points-pipe.arrows")
    (run.path / "points-folder.arrow").mkdir()
    (run.path.parent / ("0" * 32)).symlink_to(run.path)

    store = Store(tmp_path / "store")
    record = store.read_run(run.folder)

    assert [problem.what for problem in record.problems if "is missing" not in problem.what] == [
        "is a symbolic link, which is not followed",
        "is not a regular file",
        "is a symbolic link, which is not followed",
        "is not a regular file",
    ]
    assert store.run_folders() == [run.folder]
    assert names_of(store.problems()) == ["0" * 32]


def test_linked_run_is_not_followed_even_when_asked_for(tmp_path):
    run = make_runs(tmp_path / "store", [RunPlan(metrics=AUC)])[0]
    link = run.path.parent / ("0" * 32)
    link.symlink_to(run.path)

    record = Store(tmp_path / "store").read_run(f"{run.folder.rpartition('/')[0]}/{link.name}")

    assert record.metrics == {}
    assert "symbolic link" in record.problems[0].what


def test_folder_that_may_not_be_read_costs_only_itself(tmp_path, monkeypatch):
    runs = make_runs(tmp_path, [RunPlan(metrics=AUC), RunPlan(metrics=AUC)])
    real = os.scandir

    def deny(path):
        if str(path).endswith(runs[0].run_id):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", deny)  # as root no mode of a folder would

    denied, sound = Store(tmp_path).runs()

    assert denied.problems[0].what == "cannot be listed: Permission denied"
    assert (sound.problems, list(sound.metrics)) == ((), ["auc"])


def test_run_that_vanishes_while_it_is_read_is_a_problem_not_an_error(tmp_path):
    run = make_runs(tmp_path, [RunPlan(metrics=AUC)])[0]
    store = Store(tmp_path)
    folder = store.run_folders()[0]
    shutil.rmtree(run.path)

    record = store.read_run(folder)

    assert "vanished" in record.problems[0].what
    assert store.read_points(folder).series == {}


def test_file_that_is_sealed_between_listing_and_reading_is_read_all_the_same(tmp_path, monkeypatch):
    live, twin = make_runs(tmp_path, [RunPlan(metrics=AUC, sealed=False), RunPlan(metrics=AUC)])
    real = os.scandir

    def list_then_seal(path):
        entries = real(path)
        if str(path).endswith(live.run_id) and live.live.exists():
            listed = list(entries)
            entries.close()
            shutil.copy(twin.sealed, live.sealed)
            live.live.unlink()
            return Listed(listed)
        return entries

    class Listed(list):
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    monkeypatch.setattr(os, "scandir", list_then_seal)

    points = Store(tmp_path).read_points(live.folder)

    assert points.series["auc"].num_rows == 3
    assert points.problems == ()


# The store as a whole.


def test_folder_without_a_store_is_refused(tmp_path):
    with pytest.raises(StoreNotFound, match="there is no store"):
        Store(tmp_path / "nothing")
    with pytest.raises(StoreNotFound):
        Store(tmp_path)


def test_file_in_place_of_a_store_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(StoreError, match="is no folder"):
        Store(tmp_path / "file")


def test_newer_format_is_refused_by_name(tmp_path):
    make_store(tmp_path, [])
    (tmp_path / "tracking/runfolio.json").write_text('{"format": 2}')

    with pytest.raises(NewerFormat, match="format 2"):
        Store(tmp_path / "tracking")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": "x"}', "[" * 100_000], ids=["empty", "list", "text", "deep"]
)
def test_damaged_store_file_is_a_problem_and_no_more(tmp_path, text):
    make_runs(tmp_path, [RunPlan()])
    (tmp_path / layout.STORE_FILE).write_text(text)
    store = Store(tmp_path)

    assert len(store.runs()) == 1
    assert names_of(store.problems()) == ["runfolio.json"]


def test_missing_store_file_is_a_problem_where_there_are_experiments(tmp_path):
    make_runs(tmp_path, [RunPlan()])
    (tmp_path / layout.STORE_FILE).unlink()

    assert [problem.what for problem in Store(tmp_path).problems()] == ["is missing"]


def test_copied_folders_of_two_stores_are_one_store(tmp_path):
    make_runs(tmp_path / "a", [RunPlan(name="one", experiment="Fake box")])
    make_runs(tmp_path / "b", [RunPlan(name="two", experiment="fake BOX", started=START + 10**9)])

    shutil.copytree(tmp_path / "b", tmp_path / "a", dirs_exist_ok=True)

    assert [run.name for run in Store(tmp_path / "a").runs(["FAKE box"])] == ["one", "two"]


def test_run_is_found_by_its_id(tmp_path):
    runs = make_runs(tmp_path, [RunPlan(experiment="a"), RunPlan(experiment="b", name="wanted")])
    store = Store(tmp_path)

    assert store.find_run(runs[1].run_id).name == "wanted"
    for wrong in ("0" * 32, "../../x", ""):
        with pytest.raises(RunNotFound, match="no run"):
            store.find_run(wrong)


@pytest.mark.parametrize("folder", ["", "x", "../..", "experiments/a/../b", "experiments/../etc"])
def test_only_folders_of_runs_can_be_read(tmp_path, folder):
    store = Store(make_store(tmp_path, [RunPlan()]))

    with pytest.raises(RunNotFound, match="no folder of a run"):
        store.read_run(folder)


def test_huge_files_of_nothing_are_not_read_whole(tmp_path):
    run = make_runs(tmp_path, [RunPlan(metrics=AUC)])[0]
    for path in (run.facts, run.live, run.sealed):
        path.touch()
        os.truncate(path, 2**36)  # sparse: takes no room on the disk

    record = Store(tmp_path).runs()[0]

    assert names_of(record.problems) == sorted([run.run_id, run.facts.name, run.sealed.name])


def test_reading_changes_nothing(tmp_path):
    root = make_store(tmp_path, [RunPlan(metrics=AUC), RunPlan(metrics=AUC, sealed=False, status=None)])
    before = {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in root.rglob("*")
    }
    store = Store(root)

    store.experiments()
    store.problems()
    for run in store.runs():
        store.read_points(run.folder)

    assert {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in root.rglob("*")
    } == before


def test_experiment_of_a_newer_format_is_named(tmp_path):
    run = make_runs(tmp_path, [RunPlan()])[0]
    path = run.path.parent / "experiment.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2}))

    assert "newer version" in Store(tmp_path).problems()[0].what
