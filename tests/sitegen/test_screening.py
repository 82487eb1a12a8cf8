"""What of the runs that were read a site may be made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import START, BuiltRun, RunPlan, make_runs
from records import run

from logger.records import ExperimentRecord, Problem
from sitegen.build import BuildReport, fill
from sitegen.catalog import Reading, make_catalog
from sitegen.config import SiteConfig
from sitegen.screening import screened
from sitegen.site import MemorySite
from sitegen.spreads import seed_spreads

CURVE = {"auc": [0.5, 0.9]}


def built(*stores: Path, **options) -> tuple[dict[str, bytes], BuildReport]:
    site = MemorySite()
    report = fill(site, stores, SiteConfig(**options))
    return site.files, report


def everything(files: dict[str, bytes]) -> str:
    return "\n".join(
        [path, content.decode("utf-8", "replace")][number]
        for path, content in sorted(files.items())
        if not path.startswith("assets/")
        for number in (0, 1)
    )


def test_only_runs_for_which_the_filter_holds_are_in_the_site_and_the_others_are_counted(tmp_path):
    plans = [
        RunPlan(CURVE, "fake box", f"name-{n}", params={"depth": n}, tags={"t": f"tag-{n}"}) for n in range(4)
    ]
    runs = make_runs(
        tmp_path / "tracking", [*plans, RunPlan(CURVE, "hush hush", "elsewhere", params={"depth": 0})]
    )

    files, report = built(tmp_path / "tracking", only="params.depth >= 2")

    text = everything(files)
    assert (report.runs, report.left_out) == (2, 3)
    assert {path for path in files if path.startswith("r/")} == {
        f"r/{one.run_id}/index.html" for one in runs[2:4]
    }
    assert not any(
        word in text for word in ("name-0", "name-1", "tag-1", "hush", "elsewhere", runs[0].run_id)
    )


def test_a_filter_may_ask_for_what_is_not_published(tmp_path):
    plans = [RunPlan(CURVE, params={"secret_depth": n}) for n in range(3)]
    make_runs(tmp_path / "tracking", plans)

    _, report = built(tmp_path / "tracking", only="params.secret_depth = 1", drop_params=["secret*"])

    assert (report.runs, report.left_out) == (1, 2)


def test_links_to_a_parent_or_a_child_that_is_left_out_do_not_break_the_page(tmp_path):
    (parent,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, name="the parent", params={"depth": 0})])
    plan = RunPlan(
        CURVE,
        name="the child",
        params={"depth": 1},
        started=START + 100_000_000,
        facts=[("parent", "", parent.run_id)],
    )
    (child,) = make_runs(tmp_path / "other", [plan])

    files, _ = built(tmp_path / "tracking", tmp_path / "other")
    assert "relatives-title" in files[f"r/{child.run_id}/index.html"].decode()

    for only, kept, left in (("params.depth = 1", child, parent), ("params.depth = 0", parent, child)):
        files, report = built(tmp_path / "tracking", tmp_path / "other", only=only)

        page = files[f"r/{kept.run_id}/index.html"].decode()
        assert report.left_out == 1
        assert "relatives-title" not in page
        assert f"r/{left.run_id}" not in everything(files)
        assert left.run_id not in page


def test_of_a_run_in_two_stores_the_copy_that_is_shown_decides(tmp_path):
    old = run(1, status="running", metrics={"auc": [0.5]})
    new = run(1, status="finished", metrics={"auc": [0.5, 0.6]})
    readings = [Reading((), (old,)), Reading((), (new,))]

    running = screened(readings, SiteConfig(only="status = 'running'"))
    finished = screened(readings, SiteConfig(only="status = 'finished'"))

    assert [len(reading.runs) for reading in running.readings] == [0, 0]
    assert running.left_out == 1
    assert [len(reading.runs) for reading in finished.readings] == [1, 1]


def test_experiments_and_problems_of_what_is_left_out_go_with_it():
    def folder(name: str) -> str:
        return f"experiments/{name}-0"

    problems = [
        Problem("runfolio.json", "odd"),
        Problem(f"{folder('kept')}/stray", "odd"),
        Problem(run(2, "kept").folder + "/x", "of a run that is left out"),
        Problem(f"{folder('left')}/stray", "odd"),
        Problem("experiments/unknown", "odd"),
    ]
    experiments = tuple(ExperimentRecord(name, folder(name), 1) for name in ("kept", "left"))
    runs = (run(1, "kept", params={"a": 1}), run(2, "kept"), run(3, "left"))

    (reading,) = screened(
        [Reading(experiments, runs, tuple(problems))], SiteConfig(only="params.a = 1")
    ).readings

    assert [one.name for one in reading.experiments] == ["kept"]
    assert [one.path for one in reading.problems] == ["runfolio.json", "experiments/kept-0/stray"]


DROPPED = {"data_path": "/d/one", "Secret.depth": 3, "secrets": "x9", "model.out_path": "/d/two"}


def dropping_store(folder: Path) -> BuiltRun:
    facts = [("param", "data_path", "/d/three")]
    plan = RunPlan(
        CURVE,
        "fake box",
        params={**DROPPED, "depth": 7, "path": "kept"},
        tags={"secret place": "t-value", "team": "blue"},
        provenance={"git_commit": "abcdef1234", "script": "train.py"},
        facts=facts,
    )
    return make_runs(folder / "tracking", [plan, plan])[0]


def test_params_and_tags_of_a_dropped_name_are_nowhere_and_only_counted(tmp_path):
    one = dropping_store(tmp_path)

    files, _ = built(tmp_path / "tracking", drop_params=["*_path", "secret*"], drop_tags=["SECRET*"])

    text = everything(files)
    gone = (*DROPPED, "/d/one", "/d/two", "/d/three", "x9", "secret place", "t-value")
    assert [word for word in gone if word in text] == []
    assert "blue" in text
    page = files[f"r/{one.run_id}/index.html"].decode()
    assert "4 params are not published." in page
    assert "depth" in page
    assert "# params" in page  # to reproduce it


def test_without_patterns_the_same_store_tells_all(tmp_path):
    one = dropping_store(tmp_path)

    files, _ = built(tmp_path / "tracking")

    assert all(word in everything(files) for word in ("/d/two", "x9", "secret place", "t-value"))
    assert "not published." not in files[f"r/{one.run_id}/index.html"].decode()


def test_nothing_is_called_the_same_or_chance_for_what_was_dropped():
    runs = [
        run(n, params={"depth": 1, "seed": n, "data": ("a", "b")[n % 2]}, metrics={"auc": [0.5 + n / 10]})
        for n in range(4)
    ]
    config = SiteConfig(drop_params=["data"], goals={"auc": "max"})

    (reading,) = screened([Reading((), tuple(runs))], config).readings
    (experiment,) = make_catalog([reading], config).experiments

    assert experiment.main_metric is not None
    spreads = seed_spreads(experiment, experiment.main_metric)
    assert {ordinal: spread.runs for ordinal, spread in spreads.items()} == dict.fromkeys(range(4), 2)
    assert spreads[0].mean != spreads[1].mean


@pytest.mark.parametrize(
    ("pattern", "gone"), [("*", True), ("de?th", True), ("DEPTH", True), ("dep", False), ("[d]epth", True)]
)
def test_a_pattern_is_the_whole_name_whatever_its_case(pattern, gone):
    (reading,) = screened(
        [Reading((), (run(1, params={"depth": 1}),))], SiteConfig(drop_params=[pattern])
    ).readings

    assert (reading.runs[0].params == {}) is gone
