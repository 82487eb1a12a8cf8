"""`docs/format.md` is enough: other libraries read what we write, and we list what they wrote."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import stranger
from builders import START, RunPlan, fact_lines, live_bytes, live_rows, make_runs, start_value

from logger import factlines, layout, schema
from logger.seal import seal_writer
from logger.store import Store

READERS = pytest.mark.parametrize(
    "read", [stranger.read_with_polars, stranger.read_with_duckdb], ids=["Polars", "DuckDB"]
)
SEALED = pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "live"])

PLAN = RunPlan(
    experiment="Réseau",
    name="first",
    params={"depth": 6, "rate": 0.1, "kind": "träe", "deep": True, "none": None, "bad": math.inf},
    tags={"stage": "draft"},
    metrics={"loss/train": [3.0, math.nan, -math.inf, 0.5] * 50, "R²": [float(at) for at in range(70)]},
    status="failed",
    reason="ValueError",
)
PAGE = (Path(__file__).parents[2] / "docs/format.md").read_text(encoding="utf-8")


def ours(store, folder):
    return {name: live_rows(table) for name, table in store.read_points(folder).series.items()}


def same(one, other):
    """NaN is NaN here."""
    return repr(one) == repr(other)


def test_stranger_knows_nothing_of_our_code():
    source = Path(stranger.__file__).read_text(encoding="utf-8")

    assert not re.search(r"^\s*(from|import)\s+(logger|runfolio|sitegen|builders)\b", source, re.MULTILINE)


@READERS
@SEALED
def test_other_libraries_read_what_we_write(tmp_path, read, sealed):
    root = tmp_path / "tracking"
    run = make_runs(root, [RunPlan(**{**vars(PLAN), "sealed": sealed})])[0]

    found = read(stranger.run_folders(root)[0])

    assert (found.experiment, found.name, found.status) == ("Réseau", "first", "failed")
    assert same(found.params, PLAN.params)
    assert found.tags == PLAN.tags
    assert same(found.points, ours(Store(root), run.folder))


@READERS
def test_other_libraries_read_a_live_file_cut_anywhere(tmp_path, read):
    root = tmp_path / "tracking"
    run = make_runs(root, [RunPlan(metrics={"a": [1.0] * 100}, sealed=False)])[0]
    data = run.live.read_bytes()

    for cut in range(304, len(data), 401):
        run.live.write_bytes(data[:cut])

        assert read(run.path).points == ours(Store(root), run.folder)


@READERS
def test_other_libraries_know_which_twin_holds(tmp_path, read):
    root = tmp_path / "tracking"
    run = make_runs(root, [RunPlan(metrics={"a": [1.0, 2.0]})])[0]
    longer = [(1, at, 10**15 + at, float(at)) for at in range(3)]
    run.live.write_bytes(live_bytes(longer))

    found = read(run.path)

    assert [value for _, _, value in found.points["a"]] == [0.0, 1.0, 2.0]
    assert same(found.points, ours(Store(root), run.folder))


@READERS
def test_other_libraries_merge_writers_as_we_do(tmp_path, read):
    root = tmp_path / "tracking"
    run = make_runs(root, [RunPlan(metrics={"a": [1.0, 2.0, 3.0]})])[0]
    other = make_runs(tmp_path / "other", [RunPlan(metrics={"a": [7.0, 8.0]}, seconds=50)])[0]
    for path in (other.facts, other.sealed):
        shutil.copy(path, run.path / path.name.replace(other.writer, "f" * 24))

    assert read(run.path).points == ours(Store(root), run.folder)


# How a run is, by its owner and those that joined it.

HOUR = 3600 * 10**6
ENDED = ("status", "", {"status": "finished", "reason": None})
FAILED = ("status", "", {"status": "failed", "reason": "x"})
WORK = ("tag", "part", "2")
LEFT = ("end", "", None)
CUT = ("cut", "", None)  # it said how it ended, and that was cut off behind its sealed points


def told(status, *others):
    """What others than the owner say: role, hours from the owner's start, facts."""
    return pytest.param(others, status, id="; ".join(f"{role} {said[0]} {at} h" for role, at, said in others))


@READERS
@pytest.mark.parametrize(
    ("others", "status"),
    [
        told("running"),
        told("finished", ("join", 2, ENDED)),
        told("running", ("join", 0.5, ENDED)),
        told("failed", ("join", 2, ENDED), ("join", 3, FAILED)),
        told("running", ("join", 2, ENDED), ("join", 3, WORK)),
        told("finished", ("join", 2, WORK), ("join", 3, ENDED)),
        told("finished", ("join", 2, ENDED), ("join", 3, LEFT)),
        told("finished", ("join", 2, ENDED), ("child", 3, WORK)),
        told("running", ("join", 2, LEFT)),
        told("running", ("child", 2, ENDED)),
        told("running", ("join", 2, ENDED), ("resume", 3, WORK)),
        told("failed", ("join", 3, ENDED), ("resume", 2, FAILED)),
        told("unknown", ("join", 2, WORK), ("resume", 3, CUT)),
    ],
)
def test_other_libraries_know_how_a_run_is_that_others_joined(tmp_path, read, others, status):
    root = tmp_path / "tracking"
    plan = RunPlan(metrics={"a": [1.0, 2.0]}, status=None, seconds=7200, sealed=False)
    run = make_runs(root, [plan])[0]  # its last point comes after an hour
    for number, (role, hours, fact) in enumerate(others):
        writer = f"{number:024x}"
        said = [("start", "", start_value("Default", role)), *([] if fact is CUT else [fact])]
        data = fact_lines(said, START + int(hours * HOUR))
        if fact is CUT:
            (run.path / layout.facts_file(writer)).write_bytes(data + fact_lines([ENDED]))
            (run.path / layout.live_file(writer)).write_bytes(live_bytes([(1, 0, START, 0.5)]))
            assert seal_writer(run.path, writer, {1: "a"})
        (run.path / layout.facts_file(writer)).write_bytes(data)

    assert read(run.path).status == status
    assert Store(root).read_run(run.folder).status == status


@READERS
@pytest.mark.parametrize("killed", [False, True], ids=["alive", "killed"])
def test_other_libraries_know_of_a_run_of_this_machine_whether_it_lives(tmp_path, read, killed):
    root = tmp_path / "tracking"
    code = "import logger, time; logger.log_metric('a', 1.0); print(flush=True); time.sleep(600)"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        try:
            process.stdout.read(1)
            (folder,) = stranger.run_folders(root)
            if killed:
                process.kill()
                process.wait()

            assert read(folder).status == ("lost" if killed else "running")
            assert read(folder).status == Store(root).runs()[0].status
        finally:
            process.kill()


def test_summary_of_a_footer_is_what_the_store_says(tmp_path):
    root = tmp_path / "tracking"
    run = make_runs(root, [PLAN])[0]

    summary = stranger.summary_of(run.sealed.read_bytes())

    for name, metric in Store(root).runs()[0].metrics.items():
        for part in (
            "count",
            "bad",
            "first",
            "last",
            "last_step",
            "last_time",
            "min",
            "min_step",
            "max",
            "max_step",
        ):
            assert same(summary[name][part], getattr(metric, part))


@SEALED
def test_run_that_polars_wrote_is_listed_and_read(tmp_path, sealed):
    points = {"σ": [1.0, math.nan, 3.0], "auc": [0.5] * 200}
    stranger.write_with_polars(tmp_path / "store", "Über", {"depth": 3, "x": math.nan}, points, sealed=sealed)

    store = Store(tmp_path / "store")
    run = store.runs(["über"])[0]

    assert (run.experiment, run.name, run.status, run.problems) == ("Über", "by polars", "finished", ())
    assert run.params["depth"] == 3
    assert math.isnan(run.params["x"])
    assert run.metrics["auc"].count == 200
    assert run.metrics["σ"].bad == 1
    found = store.read_points(run.folder)
    assert same({name: table["value"].to_pylist() for name, table in found.series.items()}, points)
    assert store.problems() == []


def test_examples_of_the_page_are_true():
    line = re.search(r"^ {4}([0-9a-f]{8} \{.*\})$", PAGE, re.MULTILINE).group(1)
    folder = re.search(r"(fake-box-\w{16})/", PAGE).group(1)

    assert factlines.decode(line.encode()).key == "depth"
    assert layout.experiment_folder("Fake box") == folder


def test_numbers_of_the_page_are_those_of_the_code():
    frame = schema.empty_frame()

    assert f"0x{schema.NO_VALUE_BITS:016X}" in PAGE
    assert schema.NO_VALUE_BYTES.hex(" ").upper() in PAGE
    assert f"({len(schema.schema_message())} bytes)" in PAGE
    assert f"{schema.ROWS} rows, {len(frame.message):,} bytes" in PAGE
    places = f"{frame.series}, {frame.step}, {frame.time:,} and {frame.value:,}"
    assert f"columns at {places}" in " ".join(PAGE.split())
