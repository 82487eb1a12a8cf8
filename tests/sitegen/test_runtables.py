"""Runs as tables and back: nothing that a page shows is lost; a row that cannot be true costs its run."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logger.names import suggest_name
from logger.records import Artifact, ExperimentRecord, MetricDefinition, MetricSummary, Problem, RunRecord
from sitegen.catalog import Reading, make_catalog
from sitegen.parquet import decode, encode
from sitegen.runrecords import BadRow, RunRecords
from sitegen.runtables import TABLES, PublishedFile, run_tables

INT64 = st.integers(-(2**63), 2**63 - 1)
TIMES = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)  # the years 1 to 9999
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(
    lambda text: suggest_name(text, "param") or "x"
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats() | TEXT
NESTED = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
FLOATS = st.floats()


@st.composite
def summaries(draw: st.DrawFn) -> MetricSummary:
    count = draw(st.integers(1, 2**40))
    finite = st.floats(allow_nan=False, allow_infinity=False)
    ends = draw(st.none() | st.tuples(finite, INT64, finite, INT64)) or (None, None, None, None)
    return MetricSummary(
        count,
        draw(st.integers(0, count)),
        draw(FLOATS),
        draw(FLOATS),
        draw(INT64),
        draw(TIMES),
        *ends,
        draw(TIMES),
    )


@st.composite
def records(draw: st.DrawFn) -> RunRecord:
    run_id = f"{draw(st.integers(0, 2**128 - 1)):032x}"
    params = draw(st.dictionaries(NAMES, SCALARS, max_size=4))
    problems = draw(
        st.lists(st.builds(_problem, TEXT, st.just(run_id), st.none() | INT64), max_size=3, unique=True)
    )
    return RunRecord(
        run_id=run_id,
        folder=run_id,
        experiment=draw(NAMES),
        name=draw(NAMES),
        status=draw(st.sampled_from(["running", "finished", "failed", "killed", "lost", "unknown"])),
        alive=draw(st.none() | st.booleans()),
        reason=draw(st.none() | TEXT),
        started=draw(TIMES),
        ended=draw(st.none() | TIMES),
        last_active=draw(TIMES),
        parent=draw(st.none() | st.just("f" * 32)),
        note=draw(TEXT),
        params=params,
        tags=draw(st.dictionaries(NAMES, TEXT, max_size=3)),
        definitions=draw(st.dictionaries(NAMES, _DEFINITIONS, max_size=3)),
        metrics=draw(st.dictionaries(NAMES, summaries(), max_size=3)),
        provenance=draw(st.dictionaries(TEXT, NESTED, max_size=3)),
        artifacts=tuple(Artifact(f"f{at}.txt", at, "0" * 64) for at in range(draw(st.integers(0, 3)))),
        conflicts=tuple((name, (value, 1, "b")) for name, value in params.items() if draw(st.booleans())),
        problems=tuple(problems),
        facts_lost=draw(st.booleans()),
    )


def _problem(what: str, run_id: str, offset: int | None) -> Problem:
    return Problem(
        "a/b", what, offset, run_id=run_id, experiment="e", foreign=what == "", remark=what[:1] == "a"
    )


_DEFINITIONS = st.builds(
    MetricDefinition, st.sampled_from([None, "max", "min"]), st.none() | TEXT, st.none() | NAMES
).filter(lambda said: said != MetricDefinition(None, None, None))


def through(*runs: RunRecord, experiments: tuple[ExperimentRecord, ...] = ()) -> RunRecords:
    """The records of these runs, through tables and through the bytes of files."""
    catalog = make_catalog([Reading(experiments, runs)])
    files = {run.run_id: ["points-0.parquet"] for run in runs}
    published = {run.run_id: [PublishedFile(None, None) for _ in run.artifacts] for run in runs}
    tables = run_tables(catalog, files, published)
    return RunRecords(
        {kind: decode(encode(table), TABLES[kind], table.num_rows) for kind, table in tables.items()}
    )


def same(one: Any, other: Any) -> bool:
    """Equal in value, type and order; NaN is NaN, and 0.0 is not -0.0."""
    return repr(one) == repr(other)


@given(records())
def test_a_run_comes_back_from_its_tables_as_it_was(run):
    found = through(run).record(run.run_id)

    assert found.definitions == run.definitions  # they are known by name; their order says nothing
    for field in run.__dataclass_fields__:
        if field not in ("folder", "writers", "definitions"):
            assert same(getattr(found, field), getattr(run, field)), field


@given(
    st.lists(st.tuples(NAMES, st.none() | TIMES, TEXT, st.dictionaries(NAMES, TEXT, max_size=3)), max_size=3)
)
def test_experiments_come_back_as_they_were(said):
    named = {name.casefold(): (name, created, note, tags) for name, created, note, tags in said}
    given_ones = tuple(
        ExperimentRecord(name, "", created, note, tags) for name, created, note, tags in named.values()
    )

    found = {record.name: record for record in through(experiments=given_ones).experiments}

    shown = {record.name: record for record in given_ones if record.name in found}
    assert len(shown) == len(found)
    for name, record in shown.items():
        assert same(replace(found[name], folder=""), record)


def plain(**changes: Any) -> RunRecord:
    made = RunRecord(
        *("0" * 32, "", "e", "calm-otter", "finished", None, None, 1, 2, 2, None, ""),
        params={"depth": 3},
        tags={"stage": "prod"},
        metrics={"auc": MetricSummary(2, 0, 0.5, 0.9, 1, 2, 0.5, 0, 0.9, 1, 1)},
        artifacts=(Artifact("a.txt", 3, "00"),),
    )
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("runs", "name", "two\nlines"),
        ("runs", "status", "asleep"),
        ("runs", "parent", "../.."),
        ("params", "name", ""),
        ("params", "type", "str or so"),
        ("params", "value", '"three"'),
        ("params", "value", "{" * 5000),
        ("params", "value", "[" * 100 + "]" * 100),
        ("tags", "name", " padded "),
        ("metrics", "name", "a\u200bb"),
        ("metrics", "count", -1),
        ("metrics", "bad", 3),
        ("metrics", "first", None),
        ("metrics", "min_step", None),
        ("metrics", "goal", "sideways"),
        ("artifacts", "path", "../../etc/passwd"),
        ("artifacts", "size", -1),
    ],
)
def test_a_row_that_cannot_be_true_costs_its_run_and_no_other(table, column, value):
    good = plain(run_id="1" * 32)
    tables = dict(through(plain(), good).tables)
    tables[table] = _changed(tables[table], column, value)
    found = RunRecords(tables)

    with pytest.raises(BadRow):
        found.record("0" * 32)
    assert found.record("1" * 32).params == {"depth": 3}


def test_ids_that_are_none_are_no_runs():
    tables = dict(through(plain(), plain(run_id="1" * 32)).tables)
    tables["runs"] = _changed(tables["runs"], "run", "../../../etc")

    assert RunRecords(tables).run_ids == ("1" * 32,)


def test_a_copy_is_only_where_copies_lie():
    tables = dict(through(plain()).tables)
    for place in ("../secret.png", "/etc/passwd", "a/../../x.png", "a/" + "0" * 32 + ".png/../../x"):
        tables["artifacts"] = _changed(tables["artifacts"], "copy", place)

        assert RunRecords(tables).published("0" * 32, "a.txt").copy is None
        assert RunRecords(tables).copies() == {}


def test_numbers_of_params_are_numbers():
    run = plain(params={"a": 2**2000, "b": -(2**2000), "c": 7, "d": math.nan, "e": True, "f": "7"})

    numbers = through(run).tables["params"]["number"].to_pylist()

    assert numbers[:3] == [math.inf, -math.inf, 7.0]
    assert math.isnan(numbers[3])
    assert numbers[4:] == [None, None]


def _changed(table: pa.Table, column: str, value: object) -> pa.Table:
    """The table with another value in its first row."""
    values = [value, *table[column].to_pylist()[1:]]
    place = table.column_names.index(column)
    return table.set_column(place, column, pa.array(values, table.schema.field(column).type))
