"""`logger.notebook`: a run as HTML, whatever is in it."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import html5lib
import pyarrow as pa
import pytest

from logger import Run, start_run
from logger.notebook import sparkline

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</td></table><img src=x onerror=alert(1)>",
    "&lt;b&gt;",
    "{{7*7}}",
]


def parsed(html: str):
    """The fragment, parsed as browsers do; an error in it raises."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(html)


def texts(html: str) -> list[str]:
    return [text.strip() for text in parsed(html).itertext() if text.strip()]


def test_run_shows_params_last_and_best_values_and_a_sparkline(store: Path):
    with start_run(run_name="quick", tags={"stage": "draft"}) as run:
        run.define_metric("auc", goal="max")
        run.log_params({"depth": 3, "lr": 0.1, "layers": []})
        for value in (0.5, 0.9, 0.7):
            run.log_metric("auc", value)
            run.log_metric("size", value)

        html = run._repr_html_()

    shown = texts(html)
    assert shown[:2] == ["quick", "Default"]
    row = shown[shown.index("auc") :][:5]
    assert row == ["auc", "0.7", "0.9", "max, step 1", "3"]
    assert shown[shown.index("size") :][:4] == ["size", "0.7", "0.5 … 0.9", "3"]
    assert shown[shown.index("lr") + 1] == "0.1"
    assert shown[shown.index("stage") + 1] == "draft"
    assert html.count("<svg") == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(store: Path, text: str):
    with start_run(run_name=text, experiment=text, tags={text: text}) as run:
        run.log_param(text, text)
        run.log_metric(text, 1.0)
        html = run._repr_html_()

    tree = parsed(html)
    kinds = {element.tag.removeprefix(SVG) for element in tree.iter()}
    assert kinds <= {
        *("DOCUMENT_FRAGMENT", "div", "strong", "span", "code", "bdi"),
        *("table", "thead", "tbody", "tr", "th", "td", "svg", "path", "circle"),
    }
    assert not any(name.startswith("on") for element in tree.iter() for name in element.attrib)
    assert texts(html).count(text) == 7


def test_fragment_calls_no_other_host(store: Path):
    with start_run() as run:
        run.log_metric("loss", 1.0)
        html = run._repr_html_()

    assert "//" not in html
    assert "url(" not in html


def test_reason_of_a_failed_run_is_shown(store: Path):
    def train() -> None:
        with start_run() as run:
            runs.append(run)
            raise ValueError("<b>bad</b>")

    runs: list[Run] = []
    with pytest.raises(ValueError, match="bad"):
        train()

    assert "failed: ValueError: <b>bad</b>" in texts(runs[0]._repr_html_())


def test_run_whose_store_is_gone_still_has_a_picture(store: Path):
    import shutil

    with start_run(run_name="a<b") as run:
        pass
    shutil.rmtree(store)

    assert texts(run._repr_html_())[0].startswith("<Run 'a<b' of 'Default', finished")


def picture(values: list[float]) -> str:
    return sparkline(pa.chunked_array([pa.array(values, pa.float64())]))


@pytest.mark.parametrize(
    "values",
    [
        [1.0],
        [0.0, 0.0],
        [math.nan, 1.0, math.inf, 2.0],
        [sys.float_info.max, -sys.float_info.max],
        [5e-324, 0.0],
        [float(number % 7) for number in range(10_000)],
    ],
    ids=["one point", "level", "gaps", "huge", "tiny", "many"],
)
def test_sparkline_stays_in_its_frame(values: list[float]):
    course = parsed(picture(values)).find(f"{SVG}svg/{SVG}path").attrib["d"]

    numbers = [float(part) for part in course.replace("M", " ").replace("L", " ").split()]
    assert all(0 <= x <= 120 for x in numbers[::2])
    assert all(0 <= y <= 24 for y in numbers[1::2])


def test_sparkline_breaks_where_a_value_is_not_finite():
    assert picture([1.0, math.nan, 2.0, 3.0]).count("M") == 2


def test_sparkline_of_nothing_finite_is_empty():
    assert picture([math.nan, math.inf]) == ""
    assert picture([]) == ""


def test_long_curve_keeps_its_spike():
    values = [0.0] * 100_000
    values[54_321] = 1.0

    assert " 3.0" in picture(values)  # the upper edge
