"""The runs table as data: what stands in the page, what in scripts, and that nothing is lost between."""

from __future__ import annotations

import base64
import json
import math
import re
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_pages import curved, made_site
from records import only, run

from sitegen.pages.island import MANY
from sitegen.pages.runs_table import runs_table
from sitegen.pages.table_data import INLINE, table_data

PAGE = "e/box/index.html"


def data_of(*runs):
    return table_data(runs_table(only(*runs), PAGE), PAGE)


def content_of(made, column):
    """The content of a column that lies in a script."""
    script, slot = column["at"]
    text = made.scripts[script].data.decode()
    texts = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    return json.loads(zlib.decompress(base64.b64decode(texts[slot])))


def unpacked(column):
    """The numbers of a column in the page, None for nothing."""
    raw = base64.b64decode(column["packed"])
    return [None if math.isnan(value) else value for (value,) in struct.iter_unpack("<d", raw)]


def param(*values):
    """The column of a param with these values in runs, None where a run has none."""
    made = data_of(*(run(n, params={} if v is None else {"p": v}) for n, v in enumerate(values)))
    return next(column for column in made.page["columns"] if column["label"] == "p")


def test_a_small_table_is_in_the_page_as_a_whole():
    made = data_of(*(run(number, params={"lr": number, "same": 1}) for number in range(5)))

    assert made.scripts == ()
    assert "scripts" not in made.page
    assert not [column for column in made.page["columns"] if "at" in column]


def test_columns_behind_the_first_cells_are_in_scripts():
    params = [f"p{number}" for number in range(12)]
    runs = 1_000
    made = data_of(*(run(number, params=dict.fromkeys(params, number / 7)) for number in range(runs)))

    columns = [column for column in made.page["columns"] if column["label"] in [*params, "duration"]]
    inside = [column for column in columns if "values" in column or "packed" in column]
    outside = [column for column in columns if "at" in column]
    assert len(inside) == INLINE // runs
    assert [column["label"] for column in (*inside, *outside)] == [*params, "duration"]
    assert content_of(made, outside[0])["values"] == [number / 7 for number in range(runs)]
    assert all(column["numeric"] for column in outside)
    assert made.page["scripts"] == [f"../../shards/{made.scripts[0].name}"]


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_packed_are_those_that_the_runs_have(values):
    column = param(*values, 1 / 3, *[2 / 3] * 20)

    assert unpacked(column) == [*values, 1 / 3, *[2 / 3] * 20]
    assert "values" not in column


@pytest.mark.parametrize("values", [[0.5, None], [1 / 3] * 9 + ["text"], [1 / 3] * 9 + [2**53 + 1]])
def test_numbers_stay_digits_where_bytes_are_longer_or_not_the_same(values):
    assert "packed" not in param(*values, 1)


def test_the_scripts_of_a_table_are_written_with_its_page():
    members = [
        curved(n, {"auc": [n / 2000]}, params={f"p{m}": n * m for m in range(12)}) for n in range(1, 1_001)
    ]
    view = made_site(*members).experiment_view

    assert view.scripts
    assert all(f'"../../shards/{script.name}"' in view.data.text for script in view.scripts)


def test_many_runs_say_their_keys_once_and_what_lies_side_by_side_is_one_place():
    count = MANY + 1
    site = made_site(*(curved(n, {"auc": [0.1, 0.2], "loss": [0.2, 0.1 + n]}) for n in range(1, count + 1)))
    data = json.loads(site.experiment_view.data.text)

    runs = data["runs"]
    assert len(runs["rows"]) == count
    first = dict(zip(runs["keys"], runs["rows"][0], strict=True))
    assert first["name"] == "run-1"
    before, behind = runs["href"]
    assert before + first["id"] + behind == f"../../r/{first['id']}/index.html"
    shards = data["shards"]
    assert shards["href"] == ["../../shards/", ".js"]
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in shards["names"])
    assert {place[2] for place in data["series"]} == set(range(len(shards["names"])))
    assert data["sets"] == [[0, 1]]
    assert len(data["series"]) == count
    assert data["series"][0][:2] == [0, [0]]
    assert data["series"][0][4] == 2


def test_compare_page_finds_single_runs_among_many():
    """Its script picks runs and series out one by one, so they stay plain there."""
    count = MANY + 1
    site = made_site(*(curved(n, {"auc": [0.1, 0.2]}) for n in range(1, count + 1)))

    (script,) = site.view("compare/index.html").scripts
    text = script.data.decode()
    data = json.loads(text[text.index(",") + 1 : text.rindex(")")])

    assert [run["name"] for run in data["runs"]] == [f"run-{n}" for n in range(1, count + 1)]
    assert [place[:2] for place in data["series"]] == [[run, 0] for run in range(count)]


def test_hidden_columns_of_two_hundred_runs_are_not_in_the_page():
    params = [f"p{number}" for number in range(20)]
    made = data_of(*(run(n, params=dict.fromkeys(params, n / 7)) for n in range(200)))

    assert made.scripts
    assert all(column.get("at") for column in made.page["columns"] if column["label"] == "ended")
    assert len(json.dumps(made.page)) < 80_000
