"""The small readers of the importers: params, lines of metrics, YAML, names."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logger.importers.accepting import accepted_names, accepted_paths
from logger.importers.flatyaml import DamagedYaml, read_flat
from logger.importers.metriclines import parse_files
from logger.importers.mlflow_artifacts import public_address
from logger.importers.mlflow_terms import our_run_id, param_value
from logger.layout import experiment_key, is_run_id
from logger.names import check_artifact_path, check_name

VALUES = st.one_of(st.floats(), st.integers(), st.booleans(), st.none())


@given(st.one_of(st.text(), VALUES.map(str), st.from_regex(r"-?[0-9.e+_-]{1,25}", fullmatch=True)))
def test_param_printed_again_is_the_same_text(text):
    assert str(param_value(text)) == text


@given(VALUES)
def test_param_that_was_a_python_value_is_that_value_again(value):
    found = param_value(str(value))

    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        assert found == str(value)
    else:
        assert type(found) is type(value)
        assert found == value or (math.isnan(found) and math.isnan(value))


POINTS = st.lists(
    st.tuples(st.integers(0, 2**41), st.floats(), st.integers(-(2**63) + 1, 2**63 - 1)),
    min_size=1,
    max_size=30,
)


def file_of(points, end="\n"):
    return "".join(f"{time} {value} {step}{end}" for time, value, step in points).encode()


def rows_of(table):
    times = [time.value // 1000 for time in table["time"]]
    return list(zip(times, map(repr, table["value"].to_pylist()), table["step"].to_pylist(), strict=True))


@given(st.dictionaries(st.sampled_from(["a", "b/c", "d"]), POINTS, min_size=1))
def test_points_are_the_same_in_one_go_and_line_by_line(files):
    at_once, no_damage = parse_files({name: file_of(points) for name, points in files.items()})
    by_line, none_either = parse_files({name: file_of(points, "\r\n") for name, points in files.items()})

    expected = {
        name: [(time, repr(value), step) for time, value, step in points] for name, points in files.items()
    }
    assert {name: rows_of(table) for name, table in at_once.items()} == expected
    assert {name: rows_of(table) for name, table in by_line.items()} == expected
    assert no_damage == none_either == {}


@given(POINTS, st.data())
def test_file_cut_anywhere_gives_the_points_before_the_cut_and_no_other(points, data):
    whole = file_of(points)
    cut = data.draw(st.integers(0, len(whole)))

    tables, damages = parse_files({"loss": whole[:cut]})

    lines = whole[:cut].count(b"\n")
    assert rows_of(tables["loss"]) == [(time, repr(value), step) for time, value, step in points][:lines]
    assert bool(damages) is bool(whole[:cut] and not whole[:cut].endswith(b"\n"))


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_of_lines_fail(data):
    tables, _ = parse_files({"loss": data})

    assert tables["loss"].num_rows <= data.count(b"\n")


def test_flat_yaml_keeps_texts_as_they_are_and_tells_null_from_the_word():
    text = (
        "name: 'null'\nnothing: null\nempty: ''\nid: '007'\nnumber: 007\nyes: yes\n"
        'long: some words that\n  go on\nquoted: "a\\tb: c"\ntags: []\nnested: {a: {b: c}, d: e}\nlast: 1\n'
    )

    assert read_flat(text.encode()) == {
        "name": "null",
        "nothing": None,
        "empty": "",
        "id": "007",
        "number": "007",
        "yes": "yes",
        "long": "some words that go on",
        "quoted": "a\tb: c",
        "nested/d": "e",
        "last": "1",
    }


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_of_yaml_fail_but_by_saying_so(data):
    try:
        found = read_flat(data)
    except DamagedYaml:
        pass
    else:
        assert isinstance(found, dict)


@pytest.mark.parametrize(
    "text", ["!!python/object/apply:os.system ['false']", "a: !!python/name:os.system x"]
)
def test_yaml_that_asks_for_objects_makes_none(text):
    try:
        found = read_flat(text.encode())
    except DamagedYaml:
        return
    assert found == {"a": "x"}


@given(st.lists(st.text(max_size=300), max_size=8), st.sampled_from(["metric", "param", "tag", "experiment"]))
def test_accepted_names_pass_and_stay_different(names, kind):
    key = experiment_key if kind == "experiment" else str

    accepted = accepted_names(names, kind, key)

    assert accepted.keys() == set(names)
    for name, now in accepted.items():
        assert check_name(now, kind) == now
        assert accepted_names([now], kind)[now] == now
        del name
    assert len({key(now) for now in accepted.values()}) == len(set(names))


@given(st.lists(st.text(max_size=120), max_size=8, unique=True))
def test_accepted_paths_pass_and_never_meet_on_a_system_without_case(paths):
    accepted = accepted_paths(paths)

    assert [check_artifact_path(path) for path in accepted.values()] == list(accepted.values())
    assert len({path.casefold() for path in accepted.values()}) == len(paths)


def test_run_id_of_mlflow_stays_and_any_other_becomes_one():
    assert our_run_id("0f" * 16) == "0f" * 16
    assert is_run_id(our_run_id("my-run"))
    assert our_run_id("my-run") == our_run_id("my-run") != our_run_id("my-run2")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("s3://ann:pw@bucket/x?sig=1#y", "s3://bucket/x"),
        ("s3://KEY:pw/with/slash@bucket/x", "s3://bucket/x"),
        ("https://token@host:5000/x", "https://host:5000/x"),
        ("https://host:5000/x@1/y", "https://host:5000/x@1/y"),
        ("https://host/x?a=b@c", "https://host/x"),
        ("abfss://box@account.dfs.core.windows.net/x?sig=1", "abfss://box@account.dfs.core.windows.net/x"),
        ("mlflow-artifacts:/1/abc/artifacts", "mlflow-artifacts:/1/abc/artifacts"),
        ("file:///home/ann@work/x", "file:///home/ann@work/x"),
        ("C:\\runs\\what?#1", "C:\\runs\\what?#1"),
        ("/runs/what?#1", "/runs/what?#1"),
    ],
)
def test_public_address_lets_nobody_in_and_is_else_the_same(address, public):
    assert public_address(address) == public
