"""Sparkline: pictures of numbers and nothing else."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.series import SeriesData
from sitegen.sparkline import Line, Sketch, extent, picture, progress, sketch, sparkline


def series(values):
    steps = np.arange(len(values))
    return SeriesData(steps, steps, np.asarray(values, dtype=float))


def drawn(*values):
    return Sketch(tuple(map(float, range(len(values)))), tuple(values))


def places(path):
    """Where the corners of a path of ours lie: it says the first, and how far each is from the one before."""
    found = []
    for line in path.split("M")[1:]:
        numbers = [int(number) for number in re.findall(r"-?\d+", line.replace("h0", ""))]
        x = y = 0
        for right, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + right, y + down
            found.append((x, y))
    return found


def reaches(edge, x, y):
    """Whether a straight line goes through a place."""
    (left, top), (right, bottom) = edge
    between = min(left, right) <= x <= max(left, right) and min(top, bottom) <= y <= max(top, bottom)
    return between and (right - left) * (y - top) == (bottom - top) * (x - left)


def test_a_sketch_has_few_points_and_keeps_the_spike():
    values = [0.0] * 10_000
    values[4321] = 99.0

    small = sketch(series(values))

    assert len(small.steps) <= 60
    assert max(small.values) == 99.0


def test_a_line_rises_to_the_top_right():
    path = re.search(r'd="([^"]+)"', sparkline(drawn(0.0, 1.0)).text).group(1)

    assert path == "M8 72l368-64"


def test_moves_in_one_direction_are_one_move():
    straight = sparkline(drawn(0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0)).text
    back = sparkline(Sketch((0.0, 1.0, 1.0, 1.0, 2.0), (0.0, 0.0, 1.0, 0.0, 0.0))).text

    assert re.findall(r'd="([^"]+)"', straight) == ["M8 72l123 0 61-64 123 0 61 64"]
    assert re.findall(r'd="([^"]+)"', back) == ["M8 72l184 0 0-64 0 64 184 0"]


@given(st.lists(st.integers(0, 64), max_size=60))
def test_a_line_with_fewer_corners_goes_through_all_places(values):
    values = [0, *values, 64]  # a value is a unit of the picture
    text = sparkline(drawn(*map(float, values))).text

    corners = places(re.findall(r' d="([^"]*)"', text)[0])

    edges = list(pairwise(corners))
    across = 368 / ((len(values) - 1) / 2)
    for step, value in enumerate(values):
        place = round(8 + step / 2 * across), 72 - value
        assert any(reaches(edge, *place) for edge in edges)


def test_nan_breaks_the_line():
    path = re.search(r'd="([^"]+)"', sparkline(drawn(0.0, 1.0, math.nan, 1.0, 0.0)).text).group(1)

    assert path.count("M") == 2


def test_a_step_backwards_breaks_the_line():
    path = sparkline(Sketch((0.0, 1.0, 0.0, 1.0), (0.0, 1.0, 2.0, 3.0))).text

    assert path.count("M") == 2


def test_a_single_point_is_a_dot():
    assert '<path class="dots" d="M192 40h0"/>' in sparkline(drawn(5.0)).text


def test_a_point_that_no_line_reaches_is_a_dot_beside_the_line():
    text = sparkline(drawn(1.0, 2.0, math.nan, 3.0)).text

    assert re.findall(r"<path[^>]*>", text) == [
        '<path d="M8 72l123-32"/>',
        '<path class="dots" d="M376 8h0"/>',
    ]


def test_nothing_finite_is_no_picture():
    assert not sparkline(drawn(math.nan, math.inf))
    assert not sparkline(None)
    assert not picture([], None)


@given(st.lists(st.floats(), max_size=60))
def test_every_place_of_a_picture_lies_inside_of_it(values):
    text = sparkline(drawn(*values)).text

    lines = re.findall(r' d="([^"]*)"', text)

    assert all(0 <= place <= 384 for line in lines for place_of in places(line) for place in place_of)
    assert "nan" not in text
    assert "inf" not in text


@pytest.mark.parametrize("values", [(1.0, 1.0), (-1e308, 1e308)], ids=["flat", "huge"])
def test_odd_ranges_are_drawn(values):
    reach = extent([drawn(*values)])

    assert (reach.low, reach.high) == (min(values), max(values))
    assert sparkline(drawn(*values))


def test_lines_of_a_card_tell_runs_by_colour_and_training_by_dashes():
    lines = [Line(drawn(0.0, 1.0), 13, "solid"), Line(drawn(0.0, 2.0), 3, "dashed")]

    text = picture(lines, extent([line.sketch for line in lines])).text

    assert text.count('data-color="3"') == 2
    assert text.count('data-stroke="dashed"') == 1
    assert "style" not in text


def test_progress_has_a_dot_a_run_and_a_line_that_never_gets_worse():
    drawn = progress([0.5, math.nan, 0.4, 0.9, 0.7], "max").text

    dots, line = re.findall(r'd="([^"]*)"', drawn)
    assert dots.count("h0") == 4
    heights = [height for _, height in places(line)]
    assert heights == sorted(heights, reverse=True)  # downwards is less in a picture
    assert len(set(heights)) == 2


def test_progress_towards_less_goes_down():
    _, line = re.findall(r'd="([^"]*)"', progress([3.0, 1.0, 2.0], "min").text)

    heights = [height for _, height in places(line)]
    assert heights == sorted(heights)


def test_progress_without_values_is_nothing():
    assert not progress([math.nan, math.nan], "max")
