"""Scales of small pictures: what the options of a card ask for, as far as its values allow it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.scales import Scale, ground, scaled, x_scale, y_scale
from sitegen.sparkline import Line, Sketch, extent, picture


def drawn(*values, steps=None):
    return Sketch(tuple(map(float, steps or range(len(values)))), tuple(map(float, values)))


def of_y(sketch, **options):
    return y_scale([sketch], extent([sketch]), options)


def test_on_a_log_scale_equal_ratios_are_equal_distances():
    decades = drawn(1.0, 0.1, 0.01)

    scale = of_y(decades, y="log")

    assert scale == Scale("log", 0.01, 1.0)
    assert scaled(decades, of_x(decades), scale).values == pytest.approx((0.0, -1.0, -2.0))


def of_x(sketch, **options):
    return x_scale([sketch], extent([sketch]), options)


@pytest.mark.parametrize(
    ("values", "options", "kind", "ends"),
    [
        ((1.0, 100.0), {}, "linear", (1.0, 100.0)),
        ((1.0, 100.0), {"y": "log", "normal": "on"}, "linear", (1.0, 100.0)),
        ((0.0, 100.0), {"y": "log"}, "symlog", (0.0, 100.0)),
        ((0.0, 1.0, 100.0), {"y": "clip"}, "log", (1.0, 100.0)),
        ((-2.0, -1.0), {"y": "clip"}, "symlog", (-2.0, -1.0)),
        ((1.0, 100.0), {"y": "symlog"}, "symlog", (1.0, 100.0)),
        ((-1e308, 1e308), {}, "symlog", (-1e308, 1e308)),
        ((1.0, 100.0), {"ylim": "5..50"}, "linear", (5.0, 50.0)),
        ((1.0, 100.0), {"ylim": "0..", "y": "log"}, "symlog", (0.0, 100.0)),
        ((0.0, 100.0), {"ylim": "1..", "y": "log"}, "log", (1.0, 100.0)),
        ((1.0, 2.0), {"ylim": "5.."}, "linear", (5.0, 10.0)),
        ((1.0, 2.0), {"ylim": "..-5"}, "linear", (-10.0, -5.0)),
    ],
)
def test_a_scale_is_what_was_asked_for_where_the_values_allow_it(values, options, kind, ends):
    scale = of_y(drawn(*values), **options)

    assert (scale.kind, scale.low, scale.high) == (kind, *ends)


@pytest.mark.parametrize(
    ("steps", "options", "kind", "constant"),
    [
        ((1, 1000), {}, "linear", 1.0),
        ((1, 1000), {"xscale": "log"}, "log", 1.0),
        ((0, 20, 1000), {"xscale": "log"}, "symlog", 10.0),
        ((1, 1000), {"xscale": "symlog"}, "symlog", 1.0),
    ],
)
def test_steps_may_lie_on_a_log_scale(steps, options, kind, constant):
    scale = of_x(drawn(*steps, steps=steps), **options)

    assert (scale.kind, scale.constant) == (kind, constant)


def test_what_has_no_height_on_a_log_scale_breaks_the_line():
    values = drawn(1.0, 2.0, 0.0, 4.0, 8.0)

    y = of_y(values, y="clip")

    text = picture([Line(scaled(values, of_x(values), y), 0, "solid")], ground(of_x(values), y)).text
    assert text.count("M") == 2


def test_a_line_beyond_chosen_limits_leaves_the_picture_and_its_path_stays_short():
    values = drawn(0.0, 1e300, 0.5, 1.0)
    x, y = of_x(values), of_y(values, ylim="0..1")

    text = picture([Line(scaled(values, x, y), 0, "solid")], ground(x, y)).text

    assert len(text) < 200
    assert "M4 196l197-384 198 288" in text  # out at the top, and back to the middle


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=60),
    st.sampled_from(["linear", "log", "symlog", "clip"]),
    st.sampled_from(["", "0..", "..1e-300", "-1e308..1e308", "2..3"]),
)
def test_any_values_have_a_picture_on_any_scale(values, y, ylim):
    sketch = drawn(*values)
    scale = of_y(sketch, y=y, **({"ylim": ylim} if ylim else {}))

    text = picture([Line(scaled(sketch, of_x(sketch), scale), 0, "solid")], ground(of_x(sketch), scale)).text

    assert scale.low <= scale.high
    assert all(math.isfinite(end) for end in (scale.bent(scale.low), scale.bent(scale.high)))
    assert "<svg" in text
