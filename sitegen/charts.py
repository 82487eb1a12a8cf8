"""Charts: each kind of chart as Altair makes it, once per build, and the Vega that the pages run.

The only module that imports altair. A page feeds a kind with named data of fixed columns: what a user
wrote is never a field name, and no spec is made per chart. In the browser `templates/static/js/chart.js`
sets what depends on the data before it runs a spec: size, the type and domain of the scales `x` and
`y`, the range of `color`, the colours of the axes. So the scales here hold stand-ins, and the pages
load no Vega-Lite, only Vega, until a reader saves a chart.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert as vlc

Spec = dict[str, Any]

VEGA_LITE = "6.4"  # the Vega-Lite that Altair writes and vl-convert compiles; a test holds them together

RUN_COLORS = 10  # colours of runs; `context` is the grey of all others
BOUND = 33  # after it: of no value, and the ramp of numbers; templates/static/js/bindings.js counts them
LEVELS = 9  # colours from the lowest to the highest of a number, or from the worst to the best
STROKES = {"solid": [1, 0], "dashed": [7, 4], "dotted": [2, 3], "dashdot": [8, 3, 2, 3]}
WEIGHTS = {  # how a line is drawn: width in px, opacity
    "line": (1.5, 1.0),
    "thin": (1.1, 0.9),  # a dashed line of the training split
    "raw": (1.0, 0.22),  # what was logged, behind its smoothed line
    "context": (1.0, 0.45),  # one of too many runs to be told apart by colour
    "dimmed": (1.0, 0.13),  # outside of what is brushed
    "band": (0.0, 0.16),
    "part": (0.0, 0.07),  # of a band, where fewer runs of a group count than elsewhere
}
MARKS = {  # shapes at the edges of a plot
    "nan": "cross",
    "+inf": "triangle-up",
    "-inf": "triangle-down",
    "low": "M-0.3,-1H0.3V1H-0.3Z",  # zero and below on a log scale: a rug
    "back": "triangle-left",  # x goes back: the run was continued
}


@dataclass(frozen=True, slots=True)
class ChartKind:
    """One kind of chart, to be fed with named data."""

    name: str
    vega_lite: Spec
    vega: Spec
    datasets: tuple[str, ...]


def chart_kinds() -> tuple[ChartKind, ...]:
    """All kinds of charts that pages draw; the same input gives the same specs."""
    return (
        _kind("curves", curves(), ("band", "series", "points", "marks")),
        _kind("bars", bars(), ("bars", "spreads")),
        _kind("scatter", scatter(), ("front", "dots")),
        _kind("parallel", parallel(), ("rules", "lines", "ticks", "ends")),
    )


def curves() -> alt.LayerChart:
    """Lines over steps or time.

    Datasets:
        series  x, y (null breaks the line), s (number of the line), run (key of a colour), split, weight
        points  x, y, run, size: points that no line would show, and the points of short series
        marks   x, run, edge ("top" or "bottom"), kind (one of MARKS): what has no height
        band    x, low, high, s, run, weight ("band", "part"): between which values the runs of a group
                lie, or the series of a crowded chart
    """
    x = alt.X("x:Q", scale=_stand_in(), axis=alt.Axis(title=None))
    y = alt.Y("y:Q", scale=_stand_in(), axis=alt.Axis(title=None))
    low = alt.Y("low:Q", scale=_stand_in(), axis=alt.Axis(title=None))
    color = alt.Color("run:N", legend=None, scale=_colors())
    band = (
        alt.Chart(_named("band"))
        .mark_area(clip=True, order=False, aria=False)
        .encode(
            x=x,
            y=low,
            y2="high:Q",
            detail="s:N",
            color=color,
            opacity=alt.Opacity("weight:N", legend=None, scale=_weights(1)),
        )
    )
    lines = (
        alt.Chart(_named("series"))
        .mark_line(
            clip=True, order=False, aria=False, strokeJoin="round", invalid="break-paths-filter-domains"
        )
        .encode(
            x=x,
            y=y,
            detail="s:N",
            color=color,
            strokeDash=alt.StrokeDash("split:N", legend=None, scale=_ordinal(STROKES)),
            strokeWidth=alt.StrokeWidth("weight:N", legend=None, scale=_weights(0)),
            opacity=alt.Opacity("weight:N", legend=None, scale=_weights(1)),
        )
    )
    points = (
        alt.Chart(_named("points"))
        .mark_circle(aria=False, opacity=1)
        .encode(x=x, y=y, color=color, size=alt.Size("size:Q", scale=None))
    )
    return _plain(alt.layer(band, lines, points, _edge("top", x, color), _edge("bottom", x, color)))


def bars() -> alt.LayerChart:
    """One horizontal bar a run, a group of runs or a series.

    Datasets:
        bars     s (number of the row), y (value), run (key of a colour), opacity, label, text (the value,
                 worded), edge (where the text stands)
        spreads  s, low, high: around which value the runs of a group lie
    """
    rows = alt.Y("s:O", axis=None, scale=alt.Scale(domain=[0], paddingInner=0.35, paddingOuter=0.2))
    x = alt.X("y:Q", scale=_stand_in(), axis=alt.Axis(title=None))
    low = alt.X("low:Q", scale=_stand_in(), axis=alt.Axis(title=None))
    end = alt.X("edge:Q", scale=_stand_in(), axis=alt.Axis(title=None))
    color = alt.Color("run:N", legend=None, scale=_colors())
    base = alt.Chart(_named("bars"))
    bar = base.mark_bar(aria=False, cornerRadiusEnd=2).encode(
        x=x, x2=alt.X2Datum(0), y=rows, color=color, opacity=alt.Opacity("opacity:Q", scale=None)
    )
    spread = alt.Chart(_named("spreads")).mark_rule(aria=False).encode(x=low, x2="high:Q", y=rows)
    name = base.mark_text(aria=False, align="right", baseline="middle", dx=-8).encode(
        x=alt.value(0), y=rows, text="label:N"
    )
    number = base.mark_text(aria=False, align="left", baseline="middle", dx=5).encode(
        x=end, y=rows, text="text:N"
    )
    return _plain(alt.layer(bar, spread, name, number).properties(height=100))


def scatter() -> alt.LayerChart:
    """A dot a run, at two of its numbers; categories stand at whole numbers.

    Datasets:
        dots    x, y, run (key of a colour), size (px²), opacity
        front   x, y, run: the runs that no other is better than in both, in order
    """
    x = alt.X("x:Q", scale=_stand_in(), axis=alt.Axis(title=None))
    y = alt.Y("y:Q", scale=_stand_in(), axis=alt.Axis(title=None))
    color = alt.Color("run:N", legend=None, scale=_colors())
    front = (
        alt.Chart(_named("front"))
        .mark_line(aria=False, order=False, opacity=0.8)
        .encode(x=x, y=y, color=color)
    )
    dots = (
        alt.Chart(_named("dots"))
        .mark_circle(aria=False)
        .encode(
            x=x,
            y=y,
            color=color,
            size=alt.Size("size:Q", scale=None),
            opacity=alt.Opacity("opacity:Q", scale=None),
        )
    )
    return _plain(alt.layer(front, dots))


def parallel() -> alt.LayerChart:
    """A line a run over axes that stand side by side; each axis reaches from 0 to 1.

    Datasets:
        rules   x (number of the axis), low, high: where an axis stands
        lines   x, y (0 to 1), s (number of the line), run (key of a colour), weight
        ticks   x, y, label: of all axes but the last, at their left
        ends    x, y, label: of the last axis, at its right, where no line runs
    """
    x = alt.X("x:Q", scale=_stand_in(), axis=None)
    y = alt.Y("y:Q", scale=_stand_in(), axis=None)
    low = alt.Y("low:Q", scale=_stand_in(), axis=None)
    color = alt.Color("run:N", legend=None, scale=_colors())
    rules = alt.Chart(_named("rules")).mark_rule(aria=False, opacity=0.5).encode(x=x, y=low, y2="high:Q")
    lines = (
        alt.Chart(_named("lines"))
        .mark_line(aria=False, order=False, strokeJoin="round")
        .encode(
            x=x,
            y=y,
            detail="s:N",
            color=color,
            strokeWidth=alt.StrokeWidth("weight:N", legend=None, scale=_weights(0)),
            opacity=alt.Opacity("weight:N", legend=None, scale=_weights(1)),
        )
    )
    word: dict[str, Any] = {"aria": False, "align": "right", "baseline": "middle", "dx": -5}
    ticks = alt.Chart(_named("ticks")).encode(x=x, y=y, text="label:N")
    halo = ticks.mark_text(**word, stroke="#fff", strokeWidth=5, strokeJoin="round")
    ends = alt.Chart(_named("ends")).encode(x=x, y=y, text="label:N")
    last = ends.mark_text(aria=False, align="left", baseline="middle", dx=5)
    return _plain(alt.layer(rules, lines, halo, ticks.mark_text(**word), last))


def specs_json(kinds: tuple[ChartKind, ...]) -> str:
    """The Vega of all kinds as JSON, keys sorted, for the page's script."""
    return json.dumps({kind.name: kind.vega for kind in kinds}, sort_keys=True, separators=(",", ":"))


def vega_lite_json(kinds: tuple[ChartKind, ...]) -> str:
    """The Vega-Lite of all kinds as JSON, keys sorted, for readers who save a chart."""
    return json.dumps({kind.name: kind.vega_lite for kind in kinds}, sort_keys=True, separators=(",", ":"))


def _edge(edge: str, x: alt.X, color: alt.Color) -> alt.Chart:
    """Triangles at one edge of the plot."""
    shape = alt.Shape(
        "kind:N",
        legend=None,
        scale=alt.Scale(domain=list(MARKS), range=list(MARKS.values())),
    )
    triangles: alt.Chart = (
        alt.Chart(_named("marks"))
        .transform_filter(alt.datum.edge == edge)
        .mark_point(aria=False, filled=True, size=28, opacity=1)
        .encode(x=x, y=alt.value(5 if edge == "top" else alt.expr("height - 5")), color=color, shape=shape)
    )
    return triangles


def _named(name: str) -> alt.NamedData:
    """Data that the page brings; its numbers need no parsing."""
    return alt.NamedData(name, format=alt.JsonDataFormat(type="json", parse=None))


def _stand_in() -> alt.Scale:
    """A scale whose type and domain the page sets."""
    return alt.Scale(domain=[0, 1], nice=False, zero=False)


def _colors() -> alt.Scale:
    bound = map(str, range(RUN_COLORS + 1, RUN_COLORS + 1 + BOUND))
    levels = (f"level{number}" for number in range(LEVELS))
    keys = [*map(str, range(RUN_COLORS)), "context", *bound, *levels]
    return alt.Scale(domain=keys, range=["#888"] * len(keys))


def _ordinal(table: dict[str, list[int]]) -> alt.Scale:
    return alt.Scale(domain=list(table), range=list(table.values()))


def _weights(column: int) -> alt.Scale:
    return alt.Scale(
        type="ordinal", domain=list(WEIGHTS), range=[weight[column] for weight in WEIGHTS.values()]
    )


def _plain(chart: alt.LayerChart | alt.FacetChart) -> alt.LayerChart:
    """Hairlines and no frame; the colours are the page's."""
    axis = {"domain": False, "ticks": False, "labelPadding": 6, "labelFontSize": 11, "labelOverlap": True}
    plain: alt.LayerChart = (
        chart.properties(background="transparent", padding=0, autosize="none")
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_axisX(grid=False, ticks=True, tickSize=4, domain=True, labelFlush=False)
    )
    return plain


def _kind(name: str, chart: alt.LayerChart, datasets: tuple[str, ...]) -> ChartKind:
    vega_lite = chart.to_dict()
    vega = vlc.vegalite_to_vega(vega_lite, vl_version=VEGA_LITE)
    return ChartKind(name, vega_lite, vega, datasets)
