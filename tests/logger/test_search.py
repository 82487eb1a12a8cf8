"""Search: runs and experiments of real stores as tables, lists and data frames."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest
from builders import START, RunPlan, fact_lines, make_runs, make_store
from hostile import NAMES

import logger
from logger.columns import typed_column
from logger.errors import (
    ExperimentNotFound,
    FilterError,
    InvalidName,
    InvalidType,
    InvalidValue,
    MissingPackage,
    RunNotFound,
)
from logger.fields import EXPERIMENTS
from logger.filters import parse_filter, parse_order
from logger.records import RunRecord
from logger.schema import TIME
from logger.search import get_metric_history, get_run, search_experiments, search_runs
from logger.store import Store

GOAL = ("define", "loss", {"goal": "min", "unit": None, "x": None})

PLANS = [
    RunPlan(
        {"loss": [0.9, 0.3, 0.5], "auc/train": [0.6, 0.8]},
        experiment="fake box",
        name="first",
        params={
            "lr": 0.1,
            "depth": 3,
            "augment": True,
            "model": "svm",
            "mixed": 1,
            "big": 2**80,
            "none": None,
        },
        tags={"team": "ml"},
        provenance={"user": "ada", "script": "train.py", "login": "al"},
        facts=[GOAL],
    ),
    RunPlan(
        {"loss": [math.nan, math.inf]},
        experiment="fake box",
        name="second",
        params={"lr": 1, "depth": 12, "augment": False, "model": "tree", "mixed": "one", "list": []},
        provenance={"login": "bob"},
        status="failed",
        reason="ValueError: no data",
        seconds=1.5,
    ),
    RunPlan({}, experiment="réseau", name="third", params={"depth": None, "mixed": 0.5}, status="killed"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(make_store(tmp_path_factory.mktemp("search"), PLANS))


def test_table_has_a_row_for_each_run_the_newest_first(store):
    table = search_runs(store)

    assert table["name"].to_pylist() == ["third", "second", "first"]
    assert table["experiment"].to_pylist() == ["réseau", "fake box", "fake box"]
    assert table["status"].to_pylist() == ["killed", "failed", "finished"]
    assert table["user"].to_pylist() == [None, "bob", "ada"]
    assert table["source"].to_pylist() == [None, None, "train.py"]
    assert table["duration"].to_pylist() == [60.0, 1.5, 60.0]
    assert table["reason"].to_pylist() == [None, "ValueError: no data", None]
    assert table.schema.field("start_time").type == TIME
    assert table["start_time"].cast(pa.int64()).to_pylist()[-1] == START
    assert table["tags.team"].to_pylist() == [None, None, "ml"]


def test_metric_is_its_last_value_with_best_min_and_max_beside_it(store):
    table = search_runs(store, order_by="start_time")

    last, *others = table["metrics.loss"].to_pylist()
    assert last == 0.5
    assert others == [math.inf, None]
    assert table["min.loss"].to_pylist() == [0.3, None, None]
    assert table["max.loss"].to_pylist() == [0.9, None, None]
    assert table["best.loss"].to_pylist() == [0.3, None, None]
    assert table["max.auc/train"].to_pylist() == [0.8, None, None]
    assert "best.auc/train" not in table.column_names
    assert table.schema.field("metrics.loss").type == pa.float64()


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("params.depth", pa.int64(), [3, 12, None]),
        ("params.lr", pa.float64(), [0.1, 1.0, None]),
        ("params.augment", pa.bool_(), [True, False, None]),
        ("params.model", pa.string(), ["svm", "tree", None]),
        ("params.mixed", pa.string(), ["1", "one", "0.5"]),
        ("params.big", pa.string(), [str(2**80), None, None]),
        ("params.none", pa.string(), [None, None, None]),
        ("params.list", pa.string(), [None, "[]", None]),
    ],
)
def test_column_of_params_has_the_one_type_that_holds_them_all(store, name, kind, values):
    table = search_runs(store, order_by="start_time")

    assert table.schema.field(name).type == kind
    assert table[name].to_pylist() == values


def test_whole_numbers_that_floats_cannot_hold_become_text_beside_floats(tmp_path):
    plans = [RunPlan(params={"seed": 2**53 + 1}), RunPlan(params={"seed": 0.5})]

    table = search_runs(Store(make_store(tmp_path, plans)), order_by="start_time")

    assert table["params.seed"].to_pylist() == [str(2**53 + 1), "0.5"]


def test_every_column_of_a_table_can_be_filtered_by_its_name(store):
    table = search_runs(store)

    for name in table.column_names:
        known = sum(value is not None for value in table[name].to_pylist())
        assert search_runs(store, filter_string=f"{name} IS NOT NULL").num_rows == known, name


def test_filter_order_and_limit_work_together(store):
    table = search_runs(
        store, filter_string="params.mixed IS NOT NULL", order_by=["params.depth DESC"], max_results=2
    )

    assert table["name"].to_pylist() == ["second", "first"]


def test_result_without_runs_still_has_the_columns_of_attributes(store):
    table = search_runs(store, filter_string="name = 'nobody'")

    assert table.num_rows == 0
    assert table.column_names[:4] == ["run_id", "experiment", "name", "status"]
    assert search_runs(store, max_results=0).num_rows == 0


@pytest.mark.parametrize("names", ["fake box", ["fake box"], ("fake box", "fake box")], ids=repr)
def test_experiments_can_be_named_by_one_text_or_several(store, names):
    assert search_runs(store, names)["name"].to_pylist() == ["second", "first"]


def test_name_of_an_experiment_counts_in_both_spellings_of_unicode(store):
    assert search_runs(store, "re\u0301seau")["name"].to_pylist() == ["third"]


@pytest.mark.parametrize(
    ("name", "proposal"), [("fake bx", '"fake box"'), ("Fake Box", '"fake box"'), ("reseau", '"réseau"')]
)
def test_experiment_that_is_not_there_is_an_error_that_proposes_a_close_one(store, name, proposal):
    with pytest.raises(ExperimentNotFound) as caught:
        search_runs(store, [name])

    assert f"no experiment is called {name!r}." in str(caught.value)
    assert 'Allowed: "fake box", "réseau"' in str(caught.value)
    assert f"Try: {proposal}" in str(caught.value)


def test_list_holds_the_records_of_the_store(store):
    runs = search_runs(store, output_format="list", order_by="start_time")

    assert all(isinstance(run, RunRecord) for run in runs)
    assert [run.params.get("big") for run in runs] == [2**80, None, None]


def test_pandas_gives_a_data_frame(store):
    frame = search_runs(store, output_format="pandas", order_by="start_time")

    assert list(frame["name"]) == ["first", "second", "third"]
    assert str(frame["start_time"].dtype).endswith("UTC]")
    assert frame["params.lr"].dtype == "float64"


def test_without_pandas_the_error_carries_the_line_that_installs_it(store, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(MissingPackage) as caught:
        search_runs(store, output_format="pandas")

    assert isinstance(caught.value, ImportError)
    assert "Try: pip install pandas" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "error", "seen"),
    [
        ({"filter_string": 5}, InvalidType, "filter_string 5 is an int"),
        ({"filter_string": "metrcs.loss < 1"}, FilterError, "Try: metrics.loss"),
        ({"order_by": 5}, InvalidType, "order_by 5 is an int"),
        ({"order_by": [5]}, InvalidType, "holds what is no text"),
        ({"order_by": ["metrics.loss DOWN"]}, FilterError, "order does not parse at column 13"),
        ({"max_results": "3"}, InvalidType, "max_results '3' is a str"),
        ({"max_results": True}, InvalidType, "max_results True is a bool"),
        ({"max_results": -1}, InvalidValue, "max_results -1 is negative"),
        ({"output_format": "panda"}, InvalidValue, 'Try: "pandas"'),
        ({"output_format": None}, InvalidValue, "output_format None is unknown"),
        ({"experiment_names": 5}, InvalidType, "experiment_names 5 is an int"),
        ({"experiment_names": [5]}, InvalidName, "experiment name 5 is an int"),
    ],
    ids=str,
)
def test_argument_that_makes_no_sense_is_refused(store, arguments, error, seen):
    with pytest.raises(error) as caught:
        search_runs(store, **arguments)

    assert seen in str(caught.value)


def test_run_is_found_by_its_id(store):
    run_id = search_runs(store, filter_string="name = 'first'")["run_id"][0].as_py()

    assert get_run(store, run_id).name == "first"
    with pytest.raises(RunNotFound):
        get_run(store, "0" * 32)
    with pytest.raises(RunNotFound):
        get_run(store, "../../etc/passwd")
    with pytest.raises(InvalidType):
        get_run(store, 5)


def test_history_of_a_metric_is_a_table_in_the_order_logged(store):
    run_id = search_runs(store, filter_string="name = 'first'")["run_id"][0].as_py()

    history = get_metric_history(store, run_id, "loss")

    assert history.column_names == ["step", "time", "value"]
    assert history["step"].to_pylist() == [0, 1, 2]
    assert history["value"].to_pylist() == [0.9, 0.3, 0.5]
    assert get_metric_history(store, run_id, "nothing").num_rows == 0
    assert get_metric_history(store, run_id, "nothing").schema == history.schema
    with pytest.raises(InvalidName):
        get_metric_history(store, run_id, "loss\n")


def test_experiments_are_a_table_with_counts_of_runs(store):
    table = search_experiments(store, order_by="name")

    assert table["name"].to_pylist() == ["fake box", "réseau"]
    assert table["runs"].to_pylist() == [2, 1]
    assert table["deleted"].to_pylist() == [False, False]
    assert table.schema.field("created").type == TIME
    assert search_experiments(store, "runs > 1")["name"].to_pylist() == ["fake box"]
    assert [record.name for record in search_experiments(store, "runs = 1", output_format="list")] == [
        "réseau"
    ]


def test_runs_of_a_deleted_experiment_are_found_only_when_it_is_named(tmp_path):
    built = make_runs(tmp_path, [RunPlan(experiment="old", name="a"), RunPlan(experiment="new", name="b")])
    deleted = fact_lines([("deleted", "", True)])
    (built[0].path.parent / "facts-0199f3c2a7d87c1e9b0a5d3f.jsonl").write_bytes(deleted)
    store = Store(tmp_path)

    assert search_runs(store)["name"].to_pylist() == ["b"]
    assert search_runs(store, "old")["name"].to_pylist() == ["a"]
    assert search_experiments(store)["name"].to_pylist() == ["new"]
    assert sorted(search_experiments(store, include_deleted=True)["name"].to_pylist()) == ["new", "old"]


def test_texts_that_arrow_cannot_hold_do_no_harm(tmp_path):
    plans = [RunPlan(params={"odd": "a\ud800"}, tags={"odd": "b\udfff"}, name="x")]

    table = search_runs(Store(make_store(tmp_path, plans)))

    assert table["params.odd"][0].as_py().startswith("a")
    assert table["tags.odd"][0].as_py().startswith("b")
    assert typed_column(["a\ud800", None]).to_pylist() == ["a\\ud800", None]


def test_what_was_logged_a_moment_ago_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with logger.start_run(experiment="fake box", run_name="real", user="ada") as run:
        run.log_params({"optimizer": {"lr": 0.1}, "layers": [64, 32]})
        run.define_metric("auc", goal="max")
        for value in (0.5, 0.9, 0.8):
            run.log_metric("auc", value)

        running = logger.search_runs(filter_string="status = 'running' AND best.auc = 0.9")

    table = logger.search_runs("fake box", ["params.optimizer.lr = 0.1", " metrics.auc < best.auc"][0])
    assert running["name"].to_pylist() == ["real"]
    assert table["params.layers.0"].to_pylist() == [64]
    assert table["metrics.auc"].to_pylist() == [0.8]
    assert table["best.auc"].to_pylist() == [0.9]
    assert table["status"].to_pylist() == ["finished"]
    assert logger.get_metric_history(run.run_id, "auc")["value"].to_pylist() == [0.5, 0.9, 0.8]
    assert logger.search_experiments()["runs"].to_pylist() == [1]


def test_every_odd_name_can_be_logged_asked_for_in_quotes_and_is_a_column(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with logger.start_run(experiment="</script>", run_name="__proto__") as run:
        run.log_metrics({name: number for number, name in enumerate(NAMES)})
        run.log_params(dict.fromkeys(NAMES, "value"))
        run.set_tags({name: name for name in NAMES})
    store = Store(tmp_path / "tracking")

    table = search_runs(store, "</script>", "name = '__proto__'")

    for number, name in enumerate(NAMES):
        quoted, text = '"' + name.replace('"', '""') + '"', "'" + name.replace("'", "''") + "'"
        asked = f"metrics.{quoted} = {number} AND params.{quoted} = 'value' AND tags.{quoted} = {text}"
        assert search_runs(store, filter_string=asked).num_rows == 1, asked
        stored = unicodedata.normalize("NFC", name)
        assert table[f"metrics.{stored}"].to_pylist() == [number]
        assert table[f"tags.{stored}"].to_pylist() == [name]


PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")


def blocks(label: str) -> list[str]:
    found = re.findall(rf"^```{label}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return [line for block in found for line in block.splitlines()]


@pytest.mark.parametrize("text", blocks("filter"))
def test_filter_in_the_docs_parses(text):
    parse_filter(text)


@pytest.mark.parametrize("text", blocks("experiment-filter"))
def test_filter_of_experiments_in_the_docs_parses(text):
    parse_filter(text, EXPERIMENTS)


@pytest.mark.parametrize("text", blocks("order"))
def test_order_in_the_docs_parses(text):
    parse_order(text)


def test_example_and_error_in_the_docs_are_what_happens(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_store(tmp_path, PLANS)
    names: dict[str, object] = {}

    exec("\n".join(blocks("python")), names)
    with pytest.raises(FilterError) as caught:
        parse_filter("status = 'failed' AND metrcs.loss < 0.5")

    assert isinstance(names["table"], pa.Table)
    assert str(caught.value) in PAGE


def test_docs_name_every_column_of_attributes(store):
    for name in search_runs(store).column_names:
        if "." not in name:
            assert f"`{name}`" in PAGE, name
    for name in EXPERIMENTS.attributes:
        assert f"`{name}`" in PAGE, name
