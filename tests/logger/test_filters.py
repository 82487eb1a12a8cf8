"""Filters: the table of cases in tests/filter_cases.json, and what a table cannot hold."""

from __future__ import annotations

import json
import pickle
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logger.columns import run_value
from logger.errors import FilterError
from logger.fields import EXPERIMENTS, RUNS, Field
from logger.filters import Comparison, Every, Not, Some, parse_filter, parse_order
from logger.records import MetricDefinition, MetricSummary, RunRecord
from logger.selection import ordered, selected

TABLE = json.loads((Path(__file__).parents[1] / "filter_cases.json").read_text(encoding="utf-8"))


def number(value: Any) -> Any:
    return float(value["float"]) if isinstance(value, dict) else value


def microseconds(text: str | None) -> int | None:
    return None if text is None else round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def record(case: dict[str, Any], ordinal: int) -> RunRecord:
    started = microseconds(case["start_time"])
    ended = microseconds(case["end_time"])
    assert started is not None
    metrics = {}
    for name, told in case["metrics"].items():
        value = number(told["last"])
        metrics[name] = MetricSummary(1, 0, value, value, 1, started, told["min"], 1, told["max"], 1)
    provenance = {"user": case["user"], "script": case["source"]}
    return RunRecord(
        run_id=f"{ordinal:032x}",
        folder="",
        experiment=case["experiment"],
        name=case["name"],
        status=case["status"],
        alive=None,
        reason=case.get("reason"),
        started=started,
        ended=ended,
        last_active=ended or microseconds(case["last_active"]) or started,
        parent=None,
        note="",
        params=case["params"],
        tags=case["tags"],
        definitions={name: MetricDefinition(goal, None, None) for name, goal in case["goals"].items()},
        metrics=metrics,
        provenance={key: value for key, value in provenance.items() if value is not None},
    )


RUN_RECORDS = [record(case, ordinal) for ordinal, case in enumerate(TABLE["runs"])]


def names(text: str) -> list[str]:
    return [run.name for run in selected(parse_filter(text), RUN_RECORDS, run_value)]


def case_id(case: dict[str, Any]) -> str:
    return str(case.get("filter", case.get("order"))).encode("unicode_escape").decode()


@pytest.mark.parametrize("case", [case for case in TABLE["filters"] if "runs" in case], ids=case_id)
def test_filter_selects_exactly_the_runs_of_the_table(case):
    assert names(case["filter"]) == case["runs"]


@pytest.mark.parametrize("case", [case for case in TABLE["filters"] if "column" in case], ids=case_id)
def test_filter_that_does_not_parse_points_at_the_column_of_the_table(case):
    with pytest.raises(FilterError) as caught:
        parse_filter(case["filter"])

    assert caught.value.column == case["column"]
    line, caret = str(caught.value).splitlines()[1:3]
    assert line == f"  {case['filter']}"
    assert caret == " " * (2 + case["column"]) + "^"


@pytest.mark.parametrize("case", TABLE["orders"], ids=case_id)
def test_order_puts_runs_as_in_the_table(case):
    if "column" in case:
        with pytest.raises(FilterError) as caught:
            [parse_order(text) for text in case["order"]]
        assert caught.value.column == case["column"]
        return

    orders = [parse_order(text) for text in (*case["order"], "start_time DESC", "run_id")]

    assert [run.name for run in ordered(orders, RUN_RECORDS, run_value)] == case["runs"]


def test_error_shows_the_filter_a_caret_what_is_allowed_and_what_was_meant():
    with pytest.raises(FilterError) as caught:
        parse_filter("status = 'failed' AND metrcs.loss < 0.5")

    assert str(caught.value).splitlines() == [
        "filter does not parse at column 22: 'metrcs.' is no prefix.",
        "  status = 'failed' AND metrcs.loss < 0.5",
        "                        ^",
        "  Allowed: metrics., best., min., max., params., tags., attributes. before a name.",
        "  Try: metrics.loss",
    ]


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("stauts = 'failed'", "Try: status"),
        ("parms.lr = 1", "Try: params.lr"),
        ("Metricss.`a b` = 1", "Try: metrics."),
        ("loss < 1", "Try: metrics.loss, params.loss or tags.loss"),
        ("params.model = svm", "Try: 'svm'"),
        ("params.lr = None", "Try: IS NULL or IS NOT NULL"),
        ("metrics.a < metrics.b", "Try: a number or a text; two fields cannot be compared"),
        ("metrics.a < 1 && metrics.b < 2", "Try: AND"),
        ("(metrics.a < 1 || metrics.b < 2)", "Try: OR"),
        ("status = 'finishd'", "Try: 'finished'"),
        ("params.model LIEK 'a%'", "Try: LIKE"),
        ("params.model LIKE svm", "Try: 'svm'"),
        ("0.5 > metrics.a", "Try: the field first, then the number"),
        ("'status' = 'failed'", 'Try: "double quotes" or `backticks` around a name'),
        ("status = 'failed", "Try: another '"),
        ("01a2189b", "Try: run_id = '01a2189b'"),
        (" 01a2189b9fae740eb5d0e7543e33e892 ", "Try: run_id = '01a2189b9fae740eb5d0e7543e33e892'"),
        ("'12345678'", "Try: run_id = '12345678'"),
        ("12345678", "Try: run_id = '12345678'"),
        ("deadbee", "Try: metrics.deadbee, params.deadbee or tags.deadbee"),
        ("deadbeef = 3", "Try: metrics.deadbeef, params.deadbeef or tags.deadbeef"),
        ("start_time > 'monday'", "Allowed: milliseconds since 1970"),
    ],
)
def test_error_proposes_what_was_meant(text, proposal):
    with pytest.raises(FilterError) as caught:
        parse_filter(text)

    assert proposal in str(caught.value)


def test_caret_stands_below_its_column_when_characters_are_wide_or_combining():
    with pytest.raises(FilterError) as caught:
        parse_filter("tags.学習率 = 'e\u0301' oops")

    _, line, caret, *_ = str(caught.value).splitlines()
    assert caught.value.column == 16
    assert line.endswith(" oops")
    assert caret == " " * (2 + 16 + 3 - 1) + "^"  # three characters of two cells, one of none


def test_error_keeps_its_column_when_it_crosses_processes():
    with pytest.raises(FilterError) as caught:
        parse_filter("status = ")

    again = pickle.loads(pickle.dumps(caught.value))

    assert (str(again), again.column) == (str(caught.value), 9)


def test_error_in_a_long_filter_shows_the_place_only():
    text = " OR ".join(["metrics.loss < 0.5"] * 1000) + " AND oops < 1 OR " + "status = 'failed' OR " * 1000

    with pytest.raises(FilterError) as caught:
        parse_filter(text)

    lines = str(caught.value).splitlines()
    assert all(len(line) < 200 for line in lines)
    assert lines[1].startswith("  …")
    assert lines[1].endswith("…")
    assert lines[1][lines[2].index("^") :].startswith("oops < 1")
    assert text[caught.value.column :].startswith("oops")


def test_error_never_carries_line_breaks_or_control_characters_of_the_filter():
    with pytest.raises(FilterError) as caught:
        parse_filter("status =\n\x1b[2J 'failed'")

    assert len(str(caught.value).splitlines()) <= 5
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("opening", ["(", "NOT (", "NOT(NOT "], ids=["brackets", "not brackets", "many nots"])
def test_hundred_thousand_brackets_are_refused_without_a_recursion_error(opening):
    with pytest.raises(FilterError) as caught:
        parse_filter(opening * 100_000)

    assert "more than 100 brackets" in str(caught.value)


def test_as_many_brackets_as_are_allowed_parse_and_select():
    assert names("(" * 100 + "status = 'lost'" + ")" * 100) == ["fog"]


def test_long_chains_and_lists_need_no_depth():
    many = " OR ".join(f"params.depth = {number}" for number in range(2_000))

    assert names(many) == ["anchor", "breeze", "cedar"]
    assert names("NOT " * 100_000 + "status = 'lost'") == ["fog"]
    assert names(f"params.depth IN ({', '.join(map(str, range(20_000)))})") == ["anchor", "breeze", "cedar"]


def test_number_of_very_many_digits_is_infinite_and_not_an_error():
    assert names(f"metrics.loss < {'9' * 10_000}") == ["anchor", "breeze"]
    assert names(f"metrics.loss = {'9' * 10_000}") == ["été"]


def test_whole_numbers_compare_exactly_beyond_the_precision_of_floats():
    run = record({**TABLE["runs"][0], "params": {"seed": 2**53 + 1}}, 1)

    assert selected(parse_filter(f"params.seed = {2**53 + 1}"), [run], run_value) == [run]
    assert selected(parse_filter(f"params.seed = {2**53}"), [run], run_value) == []


def test_lone_surrogates_in_values_and_patterns_do_no_harm():
    run = record({**TABLE["runs"][0], "tags": {"odd": "a\ud800b"}}, 1)

    assert selected(parse_filter("tags.odd LIKE 'a%b'"), [run], run_value) == [run]
    assert selected(parse_filter("tags.odd ~ '^a.+b$'"), [run], run_value) == [run]
    assert selected(parse_filter("tags.odd LIKE 'a\ud800c'"), [run], run_value) == []
    assert selected(parse_filter("tags.odd = 'a\ud800b'"), [run], run_value) == [run]


def test_experiments_have_their_own_fields():
    assert parse_filter("name LIKE 'fake%' AND runs > 3 AND deleted = false", EXPERIMENTS) == Every(
        (
            Comparison(Field("attributes", "name"), "LIKE", ("fake%",)),
            Comparison(Field("attributes", "runs"), ">", (3,)),
            Comparison(Field("attributes", "deleted"), "=", (False,)),
        )
    )
    with pytest.raises(FilterError):
        parse_filter("metrics.loss < 1", EXPERIMENTS)
    with pytest.raises(FilterError):
        parse_filter("deleted = 1", EXPERIMENTS)


def test_and_binds_stronger_than_or_and_not_strongest():
    one, two, three = (Comparison(Field("tags", name), "NULL", ()) for name in "abc")

    tree = parse_filter("tags.a IS NULL OR tags.b IS NULL AND NOT tags.c IS NULL")

    assert tree == Some((one, Every((two, Not(three)))))


COMPARISONS = [
    case["filter"] for case in TABLE["filters"] if case.get("runs") is not None and case["filter"].strip()
]


@given(st.sampled_from(COMPARISONS))
def test_not_selects_exactly_the_other_runs(text):
    kept = names(text)

    assert names(f"NOT ({text})") == [run.name for run in RUN_RECORDS if run.name not in kept]


@given(st.sampled_from(COMPARISONS), st.sampled_from(COMPARISONS))
def test_not_of_an_or_is_the_and_of_the_nots(one, other):
    assert names(f"NOT (({one}) OR ({other}))") == names(f"NOT ({one}) AND NOT ({other})")


WORDS = [
    "metrics.",
    "params.a",
    "tags.",
    "status",
    "start_time",
    "duration",
    "=",
    "!=",
    "<",
    "~",
    "LIKE",
    "IN",
]
WORDS += [
    "(",
    ")",
    ",",
    "'",
    '"',
    "`",
    "'x'",
    "1",
    "-inf",
    "AND",
    "OR",
    "NOT",
    "IS",
    "NULL",
    "true",
    "\\",
    "!",
    ".",
]


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), max_size=12), st.booleans())
def test_any_text_parses_or_points_into_itself(words, spaced):
    text = (" " if spaced else "").join(words)

    for parse in (parse_filter, parse_order):
        column = 0
        try:
            parse(text)
        except FilterError as error:
            column = error.column
        assert 0 <= column <= len(text)


@given(st.text(min_size=1, max_size=20).filter(lambda name: "\ud800" not in name))
def test_every_name_can_be_asked_for_in_quotes(name):
    quoted = name.replace('"', '""')

    tree = parse_filter(f'params."{quoted}" IS NULL')

    assert isinstance(tree, Comparison)
    assert tree.field.kind == "params"


def test_vocabulary_names_every_attribute_once():
    assert not set(RUNS.aliases) & set(RUNS.attributes)
    assert set(RUNS.aliases.values()) <= set(RUNS.attributes)
