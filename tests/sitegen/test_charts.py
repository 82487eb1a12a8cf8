"""Chart kinds: Altair's own words, compiled once, the same every time, fed by named data."""

from __future__ import annotations

import json
import re

import altair
import pytest
import vl_convert

from sitegen import charts
from sitegen.assets import templates_dir
from sitegen.charts import chart_kinds, specs_json


@pytest.fixture(scope="module")
def kinds():
    return {kind.name: kind for kind in chart_kinds()}


def test_altair_writes_the_vega_lite_that_is_compiled():
    assert altair.SCHEMA_VERSION.removeprefix("v").startswith(charts.VEGA_LITE)
    assert charts.VEGA_LITE in vl_convert.get_vegalite_versions()


def test_kinds_are_the_same_every_time(kinds):
    assert specs_json(chart_kinds()) == specs_json(tuple(kinds.values()))


def test_every_kind_waits_for_the_data_it_names(kinds):
    for kind in kinds.values():
        given = {data["name"] for data in kind.vega["data"] if "source" not in data}

        assert given == set(kind.datasets)
        assert not any("values" in data or "url" in data for data in kind.vega["data"])


def test_kinds_are_vega_of_the_version_in_the_bundle(kinds):
    major = vl_convert.get_vega_version().split(".")[0]

    for kind in kinds.values():
        assert kind.vega["$schema"].endswith(f"/vega/v{major}.json")
        assert "vega-lite" in kind.vega_lite["$schema"]


def test_scales_that_pages_set_are_there_and_take_no_domain_from_data(kinds):
    for kind in kinds.values():
        scales = {scale["name"]: scale for scale in kind.vega["scales"]}

        assert {"x", "y", "color"} <= scales.keys()
        assert all(isinstance(scale["domain"], list) for scale in scales.values())
        assert scales["x"]["nice"] is False


def test_curves_read_only_fixed_columns(kinds):
    text = json.dumps(kinds["curves"].vega)

    fields = set(re.findall(r'"field": "(\w+)"', text)) | set(re.findall(r"datum\W+(\w+)", text))

    assert fields <= {"x", "y", "s", "run", "split", "weight", "size", "low", "high", "edge", "kind"}


def test_nothing_is_worded_for_every_point(kinds):
    for kind in kinds.values():
        assert "description" not in json.dumps(kind.vega)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("bars", {"s", "y", "run", "opacity", "label", "text", "edge", "low", "high"}),
        ("scatter", {"x", "y", "run", "size", "opacity"}),
        ("parallel", {"x", "y", "run", "weight", "low", "high", "label"}),
    ],
)
def test_pictures_of_runs_read_only_fixed_columns(kinds, name, columns):
    text = json.dumps(kinds[name].vega)

    fields = set(re.findall(r'"field": "(\w+)"', text)) | set(re.findall(r'datum\W+"(\w+)', text))

    assert fields == columns
    facets = [mark["from"]["facet"] for mark in kinds[name].vega["marks"] if "facet" in mark.get("from", {})]
    assert {key for facet in facets for key in facet["groupby"]} <= columns | {"s"}


def test_colours_of_runs_and_of_levels_are_told_apart_by_key(kinds):
    tokens = (templates_dir() / "static" / "css" / "tokens.css").read_text("utf-8")

    for kind in kinds.values():
        (color,) = (scale for scale in kind.vega["scales"] if scale["name"] == "color")
        levels = [key for key in color["domain"] if key.startswith("level")]

        assert color["domain"][:11] == [*map(str, range(10)), "context"]
        assert levels == [f"level{number}" for number in range(charts.LEVELS)]
        assert all(f"--level-{number}:" in tokens for number in range(charts.LEVELS))


def test_kinds_need_no_part_of_vega_that_the_bundle_lacks(kinds):
    for kind in kinds.values():
        used = {step["type"] for data in kind.vega["data"] for step in data.get("transform", [])}

        assert used <= {"filter"}
