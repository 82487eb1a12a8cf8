"""Damage in an MLflow folder or database costs one item and is listed; everything else arrives."""

from __future__ import annotations

import os
import shutil

import pytest
from mlruns_made import NOW, first, imported, make_mlruns, make_run, quiet, run_id

from logger.errors import StoreError
from logger.store import Store
from sitegen.build import build
from sitegen.config import SiteConfig
from sitegen.doctor import examine
from sitegen.kinds import EVERYTHING
from sitegen.sources import open_stores


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\x86\x00\xff garbage", "is no UTF-8 text"),
        (b"a: [1, 2", "is no YAML in line 2"),
        (b"- one\n- two\n", "is no YAML mapping"),
        (b"just text", "is no YAML mapping"),
        (b"a: &a [x]\nb: *a\n", "uses a YAML alias, which is not followed"),
        (b"name: 1\n", "lacks status and start_time"),
        (b"start_time: soon\nstatus: 3\n", "lacks status and start_time"),
        (None, "is missing"),
    ],
    ids=["empty", "binary", "broken", "list", "text", "alias", "wrong keys", "no time", "deleted"],
)
def test_run_without_a_good_meta_yaml_keeps_its_name_params_tags_points_and_artifacts(
    content, why, mlruns, tmp_path
):
    meta = first(mlruns) / "meta.yaml"
    meta.unlink() if content is None else meta.write_bytes(content)

    report, runs = imported(mlruns, tmp_path / "tracking")

    run = runs[run_id(0)]
    assert len(runs) == 2
    assert runs[run_id(1)].problems == ()
    assert (run.params, run.tags, run.metrics["loss"].count) == ({"lr": 0.1}, {"team": "vision"}, 3)
    assert run.name == ("1" if content == b"name: 1\n" else "run 0")
    assert [artifact.path for artifact in run.artifacts] == ["a.txt"]
    assert run.status == ("finished" if content and b"status: 3" in content else "running")
    expected = "lacks start_time" if content and b"soon" in content else why
    assert [(problem.path, problem.what) for problem in report.problems] == [
        (f"mlruns/123456789012345678/{run_id(0)}/meta.yaml", expected)
    ]
    assert [problem.what for problem in run.problems] == [expected]


def test_yaml_bomb_is_refused_at_once(mlruns, tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    (first(mlruns) / "meta.yaml").write_text("\n".join(lines))
    deep = mlruns / "123456789012345678" / run_id(1) / "meta.yaml"
    deep.write_text("status: 3\na: " + "[" * 100_000)

    _, runs = imported(mlruns, tmp_path / "tracking")

    assert [problem.what for problem in runs[run_id(0)].problems] == [
        "uses a YAML alias, which is not followed"
    ]
    assert [problem.what for problem in runs[run_id(1)].problems] == ["is nested too deep"]


@pytest.mark.parametrize(
    ("content", "values", "why", "offset"),
    [
        (f"{NOW} 0.5 1\n{NOW} 0.25 1", [0.5], "the last line is cut short: its point was left out", 20),
        (f"{NOW} 0.5 1\n{NOW} 0.25 1.5\n{NOW} 2 2\n", [0.5, 2], "a point has the step 1.5", 20),
        (f"{NOW} 0.5 1\nxx\n{NOW} 2 2\n", [0.5, 2], "a line has 1 words", 20),
        (f"{NOW} 0.5 1\n" + "\0" * 100, [0.5], "a line holds zero bytes", 20),
        (f"{NOW} 0.5 1\n\n{NOW} one 2\n", [0.5], "a line is no time and value", 21),
        (f"{NOW * 1000} 0.5 1\n{NOW} 2 2\n", [2], f"the time of a point, {NOW * 1000}, is in no year", 0),
        (f"{NOW} 0.5 {2**63}\n{NOW} 2 2\n", [2], "a point has a step beyond 64 bits", 0),
        ("", [], "is empty", None),
    ],
    ids=["cut", "fractional step", "word", "zeros", "no number", "microseconds", "huge step", "empty"],
)
def test_damaged_line_of_a_metric_costs_its_point(content, values, why, offset, mlruns, tmp_path):
    (first(mlruns) / "metrics" / "loss").write_text(content)
    (first(mlruns) / "metrics" / "auc").write_text(f"{NOW} 0.75 0\n")

    report, runs = imported(mlruns, tmp_path / "tracking")

    store = Store(tmp_path / "tracking")
    series = store.read_points(runs[run_id(0)].folder).series
    assert series["auc"]["value"].to_pylist() == [0.75]
    assert (series["loss"]["value"].to_pylist() if "loss" in series else []) == values
    (problem,) = report.problems
    assert problem.path.endswith(f"{run_id(0)}/metrics/loss")
    assert problem.what.startswith(why)
    assert problem.offset == offset


def test_old_lines_without_step_windows_line_ends_and_datasets_are_points(mlruns, tmp_path):
    text = f"{NOW} 1.0\n{NOW} 2.0 5\r\n{NOW} 3.0 6 boxes 1f2e\n{NOW} 4.0 7.0\n"
    (first(mlruns) / "metrics" / "loss").write_bytes(text.encode())

    report, runs = imported(mlruns, tmp_path / "tracking")

    table = Store(tmp_path / "tracking").read_points(runs[run_id(0)].folder).series["loss"]
    assert table["step"].to_pylist() == [0, 5, 6, 7]
    assert table["value"].to_pylist() == [1, 2, 3, 4]
    assert report.problems == []


def test_many_damaged_lines_of_one_file_are_counted(mlruns, tmp_path):
    (first(mlruns) / "metrics" / "loss").write_text("damage\n" * 1_000)

    report, _ = imported(mlruns, tmp_path / "tracking")

    assert len(report.problems) == 4
    assert report.problems[-1].what == "and 997 more lines like these"


def test_param_of_a_megabyte_is_cut_and_listed(mlruns, tmp_path):
    (first(mlruns) / "params" / "huge").write_text("x" * 1_000_000)

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert len(runs[run_id(0)].params["huge"]) == 8_193
    assert [problem.what for problem in report.problems] == [
        "param huge has 1,000,000 characters; the first 8,192 were taken"
    ]


def test_names_that_are_refused_get_others_and_are_kept_in_full(mlruns, tmp_path):
    long = "/".join(["part" * 20] * 4)
    for kind, text in (("metrics", f"{NOW} 1 0\n"), ("params", "1"), ("tags", "1")):
        for name in (long, " space", "space", "...", "line\nbreak"):
            path = first(mlruns) / kind / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    report, runs = imported(mlruns, tmp_path / "tracking")

    run = runs[run_id(0)]
    for names in (run.metrics, run.params, run.tags):
        assert len(names) == 6
        assert {"space", "line break", long[:250]} <= names.keys()
    assert len(report.problems) == 4 * 3
    assert all(problem.remark for problem in report.problems)
    said = [problem.what for problem in report.problems if "characters" in problem.what]
    assert len(said) == 3
    assert all(len(what) < 200 and "(323 characters) is named 'part" in what for what in said)
    facts = next((tmp_path / "tracking" / run.folder).glob("facts-*")).read_text("utf-8")
    assert facts.count('"kind":"renamed"') == 12
    assert long in facts


def test_file_that_vanishes_while_its_folder_is_listed_costs_only_itself(mlruns, tmp_path, monkeypatch):
    works = os.scandir

    def vanishing(folder):
        if not str(folder).endswith("params"):
            return works(folder)
        entries = list(works(folder))
        (folder / "lr").unlink()
        return entries

    monkeypatch.setattr("logger.importers.mlflow_tree.os.scandir", vanishing)
    report, runs = imported(mlruns, tmp_path / "tracking")

    assert report.problems == []
    assert [(run.params, run.metrics["loss"].count) for run in runs.values()] == [({}, 3)] * 2


def test_experiments_that_differ_only_in_case_stay_apart(mlruns, tmp_path):
    make_mlruns(mlruns, name="Fake Box", key="2")
    shutil.rmtree(mlruns / "2" / run_id(0))

    report, _ = imported(mlruns, tmp_path / "tracking")

    names = {record.name for record in Store(tmp_path / "tracking").experiments()}
    assert len(names) == 2
    assert "fake box" in {name.casefold() for name in names}
    assert any("is named" in problem.what for problem in report.problems)


def test_experiment_of_nothing_but_a_broken_meta_yaml_is_listed(mlruns, tmp_path):
    for key, content in (("5", b""), ("6", b"\xff\xfe"), (".trash/7", b"")):
        (mlruns / key).mkdir(parents=True)
        (mlruns / key / "meta.yaml").write_bytes(content)
    (mlruns / "notes").mkdir()  # nothing says that this was one

    report, _ = imported(mlruns, tmp_path / "tracking")

    names = {record.name for record in Store(tmp_path / "tracking").experiments()}
    assert names == {"fake box", "experiment 5", "experiment 6"}
    assert [(problem.path, problem.what) for problem in report.problems] == [
        ("mlruns/5/meta.yaml", "is empty"),
        ("mlruns/6/meta.yaml", "is no UTF-8 text"),
    ]


def test_experiment_without_a_good_meta_yaml_keeps_its_runs(mlruns, tmp_path):
    (mlruns / "123456789012345678" / "meta.yaml").write_bytes(b"")

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert {run.experiment for run in runs.values()} == {"experiment 123456789012345678"}
    assert [problem.what for problem in report.problems] == ["is empty"]


def test_links_are_not_followed_and_pipes_not_waited_for(mlruns, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("password")
    (first(mlruns) / "params" / "link").symlink_to(secret)
    (first(mlruns) / "artifacts" / "link").symlink_to(secret)
    (first(mlruns).parent / ("f" * 32)).symlink_to(first(mlruns))
    os.mkfifo(first(mlruns) / "params" / "pipe")

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert runs[run_id(0)].params == {"lr": 0.1}
    assert len(report.problems) == 4
    assert "password" not in "".join(
        path.read_text("utf-8", "replace") for path in (tmp_path / "tracking").rglob("*") if path.is_file()
    )


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        (
            "s3://bucket/1/abc/artifacts",
            "the artifacts lie at s3://bucket/1/abc/artifacts and were not fetched",
        ),
        ("/gone/abc/artifacts", "the artifacts are not here; MLflow had them at /gone/abc/artifacts"),
        ("{secret}", "the artifacts are not here; MLflow had them at {secret}"),
    ],
    ids=["bucket", "gone", "forged"],
)
def test_artifacts_that_are_elsewhere_are_listed_with_their_address(uri, why, mlruns, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "password.txt").write_text("password")
    run = make_run(mlruns / "123456789012345678", 7, uri=uri.format(secret=secret))
    shutil.rmtree(run / "artifacts")

    report, runs = imported(mlruns, tmp_path / "tracking")

    assert runs[run_id(7)].artifacts == ()
    assert [(problem.what, problem.remark) for problem in report.problems] == [
        (why.format(secret=secret), True)
    ]


def test_passwords_in_addresses_arrive_nowhere(mlruns, tmp_path):
    experiment = mlruns / "123456789012345678"
    run = make_run(experiment, 7, uri="s3://ann:hush@bucket/x/artifacts?sig=hush#hush")
    shutil.rmtree(run / "artifacts")
    (run / "tags" / "mlflow.source.git.repoURL").write_text("https://hush@host/code.git")
    (run / "tags" / "mlflow.source.name").write_text("https://ann:hush@host/code#train.py")
    dataset = experiment / "datasets" / "d" / "meta.yaml"
    dataset.parent.mkdir(parents=True)
    dataset.write_text("""name: boxes\nsource: '{"uri": "s3://ann:hush@bucket/boxes?sig=hush"}'\n""")
    used = run / "inputs" / "i" / "meta.yaml"
    used.parent.mkdir(parents=True)
    used.write_text("source_id: d\nsource_type: DATASET\n")

    report, _ = imported(mlruns, tmp_path / "tracking")
    build([mlruns], tmp_path / "public", SiteConfig(publish=EVERYTHING, scan="off"))

    assert [problem.what for problem in report.problems] == [
        "the artifacts lie at s3://bucket/x/artifacts and were not fetched"
    ]
    written = [
        path.read_text("utf-8", "replace")
        for folder in ("tracking", "public")
        for path in (tmp_path / folder).rglob("*")
        if path.is_file()
    ]
    assert "s3://bucket/boxes" in "".join(written)
    assert "hush" not in "".join(written)


def test_problems_of_an_import_are_on_the_problems_page_and_are_no_fault_of_the_store(mlruns, tmp_path):
    (first(mlruns) / "meta.yaml").write_bytes(b"")
    imported(mlruns, tmp_path / "tracking")

    report = build([mlruns], tmp_path / "public")

    assert [problem.what for problem in report.problems] == ["is empty"]
    page = (tmp_path / "public" / "problems" / "index.html").read_text("utf-8")
    assert "meta.yaml" in page
    assert "Said of what was imported" in page
    found = examine(tmp_path / "tracking")
    assert found.is_clean
    assert "imported" in {finding.kind for finding in found.findings}


def test_what_nothing_recognises_is_an_error_that_lists_what_would_be(mlruns, tmp_path):
    (tmp_path / "data.db").write_bytes(b"SQLite format 3\0 and no more")

    for path in (tmp_path / "data.db", mlruns / "123456789012345678", tmp_path):
        with pytest.raises(StoreError) as raised:
            open_stores([path], False, quiet)
        for known in ("a store", "an mlruns folder", "a SQLite database of MLflow's"):
            assert known in str(raised.value)
    assert f"Try: {mlruns}" in str(raised.value)
