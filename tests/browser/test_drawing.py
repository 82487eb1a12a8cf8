"""Charts: what was logged is what is drawn, and what cannot be drawn is said."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import vl_convert
from axe_playwright_python.sync_playwright import Axe
from boards import Board, curve, points
from playwright.sync_api import Page, expect

from sitegen import numbers
from sitegen.scales import y_scale
from sitegen.sparkline import Sketch, extent


def figure(page: Page, number: int = 0):
    return page.locator("figure.chart-card").nth(number)


def footer(page: Page, number: int = 0):
    return figure(page, number).locator(".chart-card__footer")


def drawn(page: Page, number: int = 0):
    expect(figure(page, number)).to_have_attribute("data-drawn", "true")
    return figure(page, number)


def ask(page: Page, expression: str) -> object:
    """Something about what the first card has drawn."""
    return page.evaluate(f"(([{{ drawn }}]) => {expression})([...runfolio.board.cards.values()])")


def overview(page: Page, run: int = 0, metric: int = 0) -> dict[str, list[float]]:
    """What the page's own script makes of a shard; NaN and infinities as text."""
    return page.evaluate(
        """async ([run, metric]) => {
            const series = await runfolio.data.overview(run, metric);
            const plain = (column) => [...column].map((value) => isFinite(value) ? value : String(value));
            return {steps: plain(series.steps), times: plain(series.times), values: plain(series.values)};
        }""",
        [run, metric],
    )


def ends_of(path: str) -> tuple[float, float]:
    """The left and the right end of a bar, from the corners of its path."""
    xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+),", path)]
    return min(xs), max(xs)


# ---- data


def test_browser_reads_back_what_was_packed(shown):
    values = np.array([0.5, np.nan, np.inf, -np.inf, 1e-3, 7.25])
    huge = np.array([1e300, -1e300, 1e-300])
    page = shown(
        Board(
            {
                ("one", "odd"): points(values, steps=[0, 1, 2, 5, 9, 100], seconds=[0, 1, 2.5, 2.25, 9, 10]),
                ("one", "huge"): points(huge, steps=[2**40, 0, 2**52]),
                ("two", "odd"): points(curve(300)),
            }
        )
    )
    drawn(page)

    odd, huge_read, other = overview(page), overview(page, 0, 1), overview(page, 1, 0)

    assert odd["steps"] == [0, 1, 2, 5, 9, 100]
    assert [time - 1_790_000_000_000 for time in odd["times"]] == [0, 1000, 2500, 2250, 9000, 10000]
    assert odd["values"][1:4] == ["NaN", "Infinity", "-Infinity"]
    assert odd["values"][4] == pytest.approx(1e-3, rel=1e-6)
    assert huge_read["values"] == huge.tolist()
    assert huge_read["steps"] == [2**40, 0, 2**52]
    assert other["values"] == pytest.approx(curve(300).tolist(), rel=1e-5, abs=1e-6)


def test_page_has_the_vega_that_compiled_its_specs_and_no_other_names(shown):
    page = shown(Board({("one", "loss"): points(curve(5))}))
    drawn(page)

    assert page.evaluate("vega.version") == vl_convert.get_vega_version()
    assert page.evaluate("typeof vega.View + typeof vegaInterpreter") == "functionobject"
    ours = """() => {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow));
        frame.remove();
        const names = Object.getOwnPropertyNames(window);
        return names.filter((name) => !plain.has(name) && !/^\\d+$/.test(name)).sort();
    }"""
    names = [name for name in page.evaluate(ours) if not name.startswith("__")]
    assert names == ["runfolio", "vega", "vegaInterpreter"]


def test_first_card_loads_only_its_own_shards(shown):
    series = {
        (f"run {run}", "loss"): points(np.random.default_rng(run).normal(size=1_900)) for run in range(40)
    }
    page = shown(Board(series))
    drawn(page)

    loaded = page.evaluate("document.querySelectorAll('script[src*=\"/shards/\"]').length")

    assert loaded <= 10


def test_each_card_is_painted_before_the_next_one_is_drawn(shown):
    page = shown(Board({("one", name): points(curve(50)) for name in ("a", "b", "c")}))
    drawn(page, 2)

    frames = page.evaluate(
        """() => new Promise((resolve) => {
            const frames = [];
            let frame = 0;
            const count = () => { frame++; requestAnimationFrame(count); };
            requestAnimationFrame(count);
            new MutationObserver((records) => {
                frames.push(...records.map(() => frame));
                if (frames.length === 3) resolve(frames);
            }).observe(document, { subtree: true, attributeFilter: ['data-drawn'] });
            runfolio.view.choose('y', 'log');
        })"""
    )

    assert len(set(frames)) == 3


# ---- curves


def test_values_reach_the_marks_as_vega_itself_would_work_them_out(shown):
    series = {
        (f"run {run}", name): points(curve(30, run)) for run in range(3) for name in ("train/a", "test/a")
    }
    page = shown(Board(series, cards=[("a", ["train/a", "test/a"])]))
    drawn(page)
    marks = """(view) => {
        const found = [];
        const walk = (mark) => {
            const keys = ['x', 'y', 'defined', 'stroke', 'strokeDash', 'strokeWidth', 'opacity', 'fill'];
            for (const item of mark.items ?? []) {
                found.push(JSON.stringify(keys.map((key) => item[key])));
                walk(item);
            }
        };
        walk(view.scenegraph().root);
        return found;
    }"""

    ours, theirs = page.evaluate(
        f"""async () => {{
            const marks = {marks};
            const show = async () => {{
                const plot = document.createElement('div');
                plot.style.cssText = 'width: 400px; height: 220px';
                document.body.append(plot);
                const [{{ drawn }}] = [...runfolio.board.cards.values()];
                const options = {{ axis: 'step', ylog: false, zoom: null }};
                return marks((await runfolio.chart.draw(plot, drawn.lines, options)).view);
            }};
            const ours = await show();
            runfolio.encode = () => vegaInterpreter;
            return [ours, await show()];
        }}"""
    )

    assert len(ours) > 180
    assert ours == theirs


def test_spike_among_many_points_is_drawn(shown):
    values = curve(1_900)
    values[777] = 50.0
    page = shown(
        Board({(f"run {run}", "auc"): points(values if run == 3 else curve(1_900, run)) for run in range(8)})
    )

    drawn(page)

    expect(footer(page)).to_contain_text("8 of 8 series")
    expect(footer(page)).to_contain_text("of 15,200 points, min and max kept")
    kept = ask(page, "drawn.lines[3].kept")
    assert 777 in kept
    assert kept[0] == 0
    assert kept[-1] == 1_899
    assert 7_000 < int(figure(page).get_attribute("data-points")) < 9_000


def test_bad_values_break_the_line_and_are_named(shown):
    values = curve(50)
    values[10:13] = np.nan
    values[20] = np.inf
    page = shown(Board({("one", "auc"): points(values)}))

    drawn(page)

    expect(footer(page)).to_have_text("1 of 1 series · all points · 3 NaN at 10–12 · 1 +∞ at 20")
    data = page.evaluate(
        """() => {
            const {view} = runfolio.board.cards.get("=auc").drawn;
            return {
                breaks: view.data('series').filter((row) => row.y === null).length,
                marks: view.data('marks').map((row) => row.kind + ' ' + row.edge),
            };
        }"""
    )
    assert data["breaks"] == 3
    assert sorted(set(data["marks"])) == ["+inf top", "nan bottom"]
    page.evaluate("location.hash = 'zoom=15..25'")
    expect(footer(page)).to_have_text("1 of 1 series · all points · 1 +∞ at 20")


def test_step_that_goes_backwards_breaks_the_line_and_is_said(shown):
    steps = np.r_[np.arange(60), np.arange(40, 100)]
    page = shown(Board({("one", "auc"): points(curve(120), steps=steps)}))

    drawn(page)

    expect(footer(page)).to_contain_text("step goes backwards at 40: a resumed run")
    stretches = ask(page, "drawn.lines[0].stretches")
    assert stretches == [[0, 60], [60, 120]]


def test_single_point_beside_a_curve_gets_a_mark(shown):
    page = shown(Board({("one", "auc"): points(curve(100)), ("two", "auc"): points([0.5], steps=[50])}))

    drawn(page)

    assert ask(page, "drawn.view.data('points').length") == 1


def test_metric_with_one_point_in_every_run_is_drawn_as_bars_best_first(shown):
    series = {(f"run {run}", "auc"): points([0.8 + run / 100]) for run in range(4)}
    page = shown(Board(series, goals={"auc": "max"}))

    expect(drawn(page)).to_have_attribute("data-kind", "bars")

    assert figure(page).get_attribute("data-series") == "4"
    rows = ask(page, "drawn.view.data('bars').map((row) => row.label)")
    assert rows == ["run 3", "run 2", "run 1", "run 0"]


@pytest.mark.parametrize("values", [[-5.0, -0.1, -2.5], [-5.0, 3.0, 0.0]], ids=["all below zero", "some"])
def test_numbers_of_bars_stand_outside_of_them(shown, values):
    page = shown(Board({(f"run {run}", "x"): points([value]) for run, value in enumerate(values)}))
    drawn(page)

    picture = ask(page, "drawn.view.toSVG()")

    root = ET.fromstring(picture)
    bars, *_ = (each for each in root.iter() if "mark-rect" in each.get("class", ""))
    *_, numbers = (each for each in root.iter() if "mark-text role-mark" in each.get("class", ""))
    ends = [ends_of(path.get("d"))[1] for path in bars]
    starts = [float(text.get("transform").partition("(")[2].partition(",")[0]) for text in numbers]
    assert len(ends) == len(starts) == 3
    assert all(start >= end + 4 for start, end in zip(starts, ends, strict=True))


def test_bars_are_taller_where_there_is_room_but_not_without_end(shown):
    series = {(f"run {run}", "auc"): points([0.8 + run / 100]) for run in range(3)}
    page = shown(Board(series))
    drawn(page)
    assert ask(page, "drawn.box.height") == 3 * 24

    figure(page).focus()
    page.keyboard.press("f")

    expect(page.locator("dialog.full")).to_be_visible()
    page.wait_for_function("[...runfolio.board.cards.values()][0].drawn.box.height === 3 * 64")
    stops = ask(page, "drawn.model.stops().map(({ x, y }) => drawn.model.nearest(x, y).name)")
    assert stops == ["run 2", "run 1", "run 0"]


def test_names_of_bars_have_the_room_there_is_and_keep_what_differs(shown):
    told = [f"lr={lr},depth={depth}," for lr in (0.001, 0.01) for depth in (4, 12)]
    names = [f"sweep-{words}kind=boosted,seed=0" for words in told]
    page = shown(
        Board({(name, "auc"): points([0.5]) for name in names}), viewport={"width": 420, "height": 800}
    )
    drawn(page)
    labels = "drawn.view.data('bars').map(({ label }) => label)"

    assert ask(page, labels) == [f"…{words[:-1]}…" for words in told]
    assert ask(page, "drawn.model.stops()[0].near().name") == names[0]

    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_function(
        "(name) => [...runfolio.board.cards.values()][0].drawn.view.data('bars')[0].label === name",
        arg=names[0],
    )
    assert ask(page, labels) == names


@pytest.mark.parametrize(
    "names",
    [
        ["run", "run-run", "run-run-run"],
        [f"{'a' * 40}{n}{'b' * 40}" for n in range(12)],
        [f"x{'-' * 30}{n}{'/' * 30}y" for n in range(3)],
        ["👩‍👩‍👧" * 30 + "1", "👩‍👩‍👧" * 30 + "2", ""],
        ["the same", "the same", "another"],
        ["x" * 40 * n for n in range(1, 9)],
        ["y" * 40, *(f"…{'x' * 30}, z {n}" for n in range(3))],
    ],
)
def test_no_two_names_are_cut_to_the_same(shown, names):
    page = shown(Board({("one", "auc"): points([0.5])}))
    drawn(page)

    for room in (30, 60, 120):
        cut = page.evaluate("([names, room]) => runfolio.names.apart(names, room)", [names, room])
        assert len(set(zip(names, cut, strict=True))) == len(set(names)) == len(set(cut))
        assert not any("……" in name for name in cut)


def test_texts_of_one_letter_are_told_by_how_often_it_comes(shown):
    page = shown(Board({("one", "auc"): points([0.5])}))
    drawn(page)
    texts = ["x" * 40, "x" * 80, "x" * 120]

    cut = page.evaluate("(words) => runfolio.names.apart(words, 70)", texts)
    halves = page.evaluate("(words) => runfolio.names.halves(words)", texts)

    assert [name.lstrip("x") for name in cut] == ["…xx ×40", "…xx ×80", "…x ×120"]
    assert halves == [[text, f" ×{len(text)}"] for text in texts]


def test_two_texts_of_any_length_are_told_apart(shown):
    page = shown(Board({("one", "auc"): points([1.0, 2.0])}))
    texts = ["ab" * 20_000 + end for end in "12"]

    ends = page.evaluate("(words) => runfolio.names.halves(words).map(([, end]) => end)", texts)

    assert ends == ["1", "2"]


def test_numbers_of_bars_are_whole_however_long(shown):
    values = [123456789012.0 * (run + 1) for run in range(5)]
    page = shown(Board({(f"run {run}", "big"): points([value]) for run, value in enumerate(values)}))
    drawn(page)

    words = ask(page, "drawn.view.data('bars').map(({ text }) => text)")
    box = ask(page, "drawn.box")
    room = figure(page).locator("canvas.marks").bounding_box()["width"] - box["left"] - box["width"]

    assert words == [f"{value:.0f}" for value in reversed(values)]
    assert page.evaluate("(words) => runfolio.chart.widest(words) + 5", words) <= room


def test_many_runs_are_grey_and_the_best_has_its_colour(shown):
    series = {(f"run {run}", "auc"): points(curve(30, run, 0.5 + run / 100)) for run in range(15)}
    page = shown(Board(series, goals={"auc": "max"}), "#runs=all")

    drawn(page)

    expect(figure(page)).to_have_attribute("data-series", "15")
    keys = ask(page, "drawn.lines.map((line) => line.key)")
    assert keys == ["context"] * 14 + ["4"]
    legend = figure(page).locator(".chart-card__legend")
    expect(legend).to_contain_text("coloured: the best")
    expect(legend.locator(".chart-legend__value")).to_have_text(["run 14"])
    expect(legend.locator(".swatch")).to_have_attribute("data-color", "4")
    expect(figure(page).locator(".chart-card__legend")).to_contain_text("15 runs")


def test_crowded_card_stays_within_its_budget_and_says_so(shown):
    series = {(f"run {run}", "auc"): points(curve(300, run)) for run in range(120)}
    page = shown(Board(series), "#runs=all")

    drawn(page)

    assert int(figure(page).get_attribute("data-points")) < 9_500
    expect(footer(page)).to_contain_text("120 of 120 series")
    expect(footer(page)).to_contain_text("of 36,000 points")


def test_hundreds_of_series_are_a_band_with_their_median_and_the_best(shown):
    series = {(f"run {run}", "auc"): points(np.full(50, run / 200)) for run in range(200)}
    page = shown(Board(series, goals={"auc": "max"}), "#runs=all")

    drawn(page)

    expect(figure(page)).to_have_attribute("data-series", "200")
    expect(footer(page)).to_contain_text("200 of 200 series · 10,000 points")
    expect(footer(page)).to_contain_text("band: the middle 80 % of series, line: their median")
    low, high = ask(page, "[drawn.view.data('band')[25].low, drawn.view.data('band')[25].high]")
    middle = ask(page, "drawn.view.data('series')[25].y")
    assert (low, middle, high) == pytest.approx((0.1, 0.5, 0.895), abs=0.006)
    assert ask(page, "drawn.view.data('series').filter((row) => row.run !== 'context').length") > 50


def test_median_of_hundreds_has_a_corner_at_each_step_and_no_stairs(shown):
    series = {(f"run {run}", "auc"): points(np.arange(60) * (1 + run / 200)) for run in range(200)}
    page = shown(Board(series), "#runs=all")
    drawn(page)

    rows = ask(page, "drawn.view.data('series').map(({ x, y }) => [x, y]).filter(([, y]) => y !== null)")

    assert [x for x, _ in rows] == list(range(60))
    assert [y for _, y in rows] == pytest.approx([1.4975 * step for step in range(60)])
    assert len(ask(page, "drawn.view.data('band').map(({ x }) => x)")) == 60


def test_median_of_hundreds_of_long_series_is_worked_out_at_few_of_their_steps(shown):
    series = {(f"run {run}", "auc"): points(np.arange(1_000 - run) * 1.0) for run in range(160)}
    page = shown(Board(series), "#runs=all")
    drawn(page)

    rows = ask(page, "drawn.view.data('series').map(({ x, y }) => [x, y]).filter(([, y]) => y !== null)")

    assert 200 < len(rows) < 500
    assert all(x == y for x, y in rows)
    assert (rows[0][0], rows[-1][0]) == (0, 999)


# ---- words on cards


def test_long_names_in_a_footer_are_clipped_and_whole_in_its_title(shown):
    name = "a run of a sweep " * 14 + "number one"
    board = Board({(name, "auc"): points([0.5, np.nan, 0.7]), ("two", "auc"): points([0.5, 0.6, 0.7])})
    page = shown(board)
    drawn(page)

    start = "2 of 2 series · all points · "
    expect(footer(page)).to_have_text(f"{start}a run of a sweep a run of…eep number one: 1 NaN at 1")
    expect(footer(page)).to_have_attribute("title", f"{start}{name}: 1 NaN at 1")
    page.evaluate("runfolio.view.toggleRun(0)")
    expect(footer(page)).to_have_text("1 of 1 series · all points")
    expect(footer(page)).to_have_attribute("title", "")


def test_faults_of_many_series_are_summed_up_and_named_in_the_title(shown):
    names = [f"run {number}" for number in range(24)]
    values = [0.5, np.nan, np.nan, np.inf, -np.inf, 0.7]
    runs = {(name, "auc"): points(values) for name in names}
    back = {(name, "auc"): points(values, steps=[0, 1, 2, 3, 4, 1]) for name in names[:2]}
    page = shown(Board(runs | back, drawn=names))
    drawn(page)

    start = "24 of 24 series · all points · "
    expect(footer(page)).to_have_text(
        f"{start}48 NaN, 24 +∞ and 24 −∞ in 24 series · step goes backwards in 2 series"
    )
    title = footer(page).get_attribute("title")
    assert title.startswith(
        f"{start}run 0: 2 NaN at 1–2, 1 +∞ at 3, 1 −∞ at 4, step goes backwards at 1: a resumed run · run 1: "
    )
    assert title.endswith(" · run 19: 2 NaN at 1–2, 1 +∞ at 3, 1 −∞ at 4 · 4 more like this")
    page.evaluate("runfolio.view.setRuns([4, 5])")
    expect(footer(page)).to_have_text(
        "2 of 2 series · all points · run 4: 2 NaN at 1–2, 1 +∞ at 3, 1 −∞ at 4"
        " · run 5: 2 NaN at 1–2, 1 +∞ at 3, 1 −∞ at 4"
    )
    page.evaluate("location.hash = 'runs=all&zoom=3..4'")
    expect(footer(page)).to_contain_text(" · 24 +∞ and 24 −∞ in 24 series · step goes")


def test_lines_of_one_split_are_told_apart_by_their_whole_names(shown):
    names = ("train/auc", "test/auc", "auc/test")
    page = shown(
        Board(
            {(run, name): points(curve(9)) for run in ("one", "two") for name in names},
            cards=[("auc", names)],
        )
    )
    drawn(page)

    expect(figure(page).locator(".chart-chip__word")).to_have_text(["train", "test/auc", "auc/test"])
    words = ask(page, "drawn.lines.map((line) => runfolio.hover.nameOf(line, drawn.lines))")
    assert words == [
        "one · train", "two · train", "one · test/auc", "two · test/auc", "one · auc/test", "two · auc/test",
    ]  # fmt: skip


def test_card_of_one_metric_has_no_chip_until_another_one_joins(shown):
    page = shown(Board({("one", name): points(curve(9)) for name in ("a/b", "loss")}, cards=[("b", ["a/b"])]))
    drawn(page)
    chips = figure(page).locator(".chart-chip")

    expect(chips.first).to_be_hidden()
    page.evaluate("runfolio.view.change((now) => { now.cards[0].metrics.push(1); })")

    expect(chips.first).to_be_visible()
    expect(chips.locator(".chart-sample")).to_have_count(2)


def test_card_out_of_sight_offers_only_what_it_can_do(shown):
    page = shown(Board({("one", f"metric {number}"): points(curve(9)) for number in range(40)}))
    drawn(page)

    last = figure(page, 39)

    assert last.get_attribute("data-drawn") is None
    expect(last.get_by_role("button", name="zoom out", include_hidden=True)).to_be_hidden()
    expect(last.locator(".chart-card__tools > button:not([hidden])")).to_have_text(
        ["add metric…", "table", "⋯"]
    )


def test_only_lines_that_reach_the_right_edge_are_named_there(shown):
    page = shown(Board({("long", "auc"): points(curve(100)), ("a short one", "auc"): points(curve(40))}))

    drawn(page)

    expect(figure(page).locator(".chart-over__end")).to_have_text(["long"])


def test_what_has_no_height_stands_apart_from_the_lines(shown):
    page = shown(Board({("one", "loss"): points([0.0, np.nan, 0.5, np.inf, 1.0])}))

    drawn(page)

    heights = "[0, 1].map((value) => drawn.y.to(value) * drawn.box.height)"
    low, high = ask(page, heights)
    assert low > 14
    assert high < ask(page, "drawn.box.height") - 14


def test_metric_without_a_finite_value_has_no_numbers_beside_it_and_says_so(shown):
    page = shown(Board({("one", "loss"): points([np.nan] * 4)}), "#y=log")

    drawn(page)

    expect(footer(page)).to_have_text("1 of 1 series · all points · no finite value · 4 NaN at 0–3")
    words = "drawn.view.signal('yWords')"
    assert ask(page, words) == {}


@pytest.mark.parametrize("seconds", [0.004, 0.7, 3, 40])
@pytest.mark.parametrize("x", ["time", "relative"])
def test_no_two_ticks_of_time_say_the_same(shown, seconds, x):
    page = shown(Board({("one", "loss"): points(curve(20), seconds=np.linspace(0, seconds, 20))}), f"#x={x}")

    drawn(page)

    words = list(ask(page, "drawn.view.signal('xWords')").values())
    assert len(words) >= 2
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0, 5e16], {"0", "1e16", "5e16"}),
        ([0, 40_000], {"0", "10,000", "40,000"}),
        ([0, 5e-7], {"0", "1e−7", "5e−7"}),
    ],
)
def test_axis_writes_huge_numbers_in_powers_and_long_ones_with_commas(shown, values, words):
    page = shown(Board({("one", "loss"): points(values)}))

    drawn(page)

    assert words <= set(ask(page, "drawn.view.signal('yWords')").values())


@pytest.mark.parametrize(
    "values",
    [[1.7e308, -1.7e308, 1.0], [1.7e308, 0.0, 1.0, 2.0, 3.0], [1.79e308, -1.79e308]],
    ids=["both signs", "from nothing", "the greatest there are"],
)
def test_values_whose_distance_is_no_number_are_drawn(shown, values):
    page = shown(Board({("one", "loss"): points(values)}))

    drawn(page)

    expect(footer(page)).to_contain_text("too far apart for a linear scale: symmetric log scale")
    heights = ask(page, f"{values}.map((value) => drawn.view.scale('y')(value) / drawn.box.height)")
    assert all(0 <= height <= 1 for height in heights)
    assert heights == pytest.approx([1 - ask(page, f"drawn.y.to({value})") for value in values])
    assert min(heights) < 0.1
    assert max(heights) > 0.9
    assert len(ask(page, "drawn.view.signal('yWords')")) >= 2


# ---- scales


def test_log_scale_is_a_log_scale(shown):
    page = shown(Board({("one", "loss"): points([100.0, 10.0, 1.0, 0.1])}), "#y=log")

    drawn(page)

    scale = ask(page, "drawn.view.scale('y').type")
    assert scale == "log"
    expect(footer(page)).to_have_text("1 of 1 series · all points")


def test_log_scale_of_values_at_or_below_zero_is_symmetric_and_said(shown):
    page = shown(Board({("one", "loss"): points([100.0, 1.0, 0.0, -5.0])}), "#y=log")

    drawn(page)

    assert ask(page, "drawn.view.scale('y').type") == "symlog"
    expect(footer(page)).to_contain_text("values at or below 0: symmetric log scale")


@pytest.mark.parametrize(
    ("fragment", "domain"),
    [("", [0, 9]), ("#x=relative", [0, 90]), ("#x=time", [1_790_000_000_000, 1_790_000_090_000]),
     ("#x=metric:epoch", [5, 14])],
    ids=["step", "relative time", "wall time", "another metric"],
)  # fmt: skip
def test_x_is_what_was_asked_for(shown, fragment, domain):
    seconds = np.arange(10) * 10
    page = shown(
        Board(
            {
                ("one", "auc"): points(curve(10), seconds=seconds),
                ("one", "epoch"): points(np.arange(10) + 5.0),
            },
            cards=[("auc", ["auc"])],
        ),
        fragment,
    )

    drawn(page)

    assert ask(page, "drawn.x.domain") == pytest.approx(domain)


def test_metric_defined_over_another_one_is_drawn_over_it(shown):
    page = shown(
        Board(
            {("one", "auc"): points(curve(10), steps=np.arange(10) * 3),
             ("one", "epoch"): points(np.arange(5) * 1.0, steps=np.arange(5) * 6)},
            cards=[("auc", ["auc"])],
            x={"auc": "epoch"},
        )
    )  # fmt: skip

    drawn(page)

    assert ask(page, "[...drawn.lines[0].x]") == [
        0, 0, 1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip
    expect(page.get_by_label("x axis")).to_have_value("auto")


# ---- smoothing


def test_smoothing_is_the_debiased_mean_of_tensorboard(shown):
    values = [1.0, 2.0, float("nan"), 4.0, 0.0]
    page = shown(Board({("one", "auc"): points(values)}), "#smooth=0.6")
    drawn(page)
    last, count, wanted = 0.0, 0, []
    for value in values:
        if np.isnan(value):
            wanted.append(None)
            continue
        last, count = 0.6 * last + 0.4 * value, count + 1
        wanted.append(last / (1 - 0.6**count))

    smoothed = ask(page, "[...drawn.lines[0].drawn].map((v) => Number.isNaN(v) ? null : v)")

    assert smoothed == pytest.approx(wanted)
    expect(footer(page)).to_contain_text("smoothed 0.6 EMA")
    weights = ask(page, "[...new Set(drawn.view.data('series').map((row) => row.weight))]")
    assert sorted(weights) == ["line", "raw"]


def test_series_that_never_changes_is_smoothed_to_itself(shown):
    page = shown(Board({("one", "auc"): points([0.25] * 9)}), "#smooth=0.9")

    drawn(page)

    assert ask(page, "[...drawn.lines[0].drawn]") == [0.25] * 9


def test_long_series_are_smoothed_over_all_their_points(shown):
    values = curve(3_000)
    page = shown(Board({("one", "auc"): points(values)}, exact=200), "#smooth=0.5")

    drawn(page)

    assert ask(page, "drawn.lines[0].x.length") == 3_000
    expect(footer(page)).to_contain_text("of 3,000 points")


def test_smoothing_is_off_by_default(shown):
    page = shown(Board({("one", "auc"): points(curve(50))}))

    drawn(page)

    assert "smoothed" not in footer(page).inner_text()
    expect(page.get_by_label("smoothing")).to_have_value("0")


# ---- zoom, hover, theme


def test_zoom_fills_the_curve_from_all_points(shown):
    values = curve(3_000)
    page = shown(Board({("one", "auc"): points(values)}, exact=200))
    drawn(page)
    expect(footer(page)).to_contain_text("of 3,000 points")
    before = ask(page, "drawn.lines[0].x.length")

    page.evaluate("runfolio.view.choose('zoom', [1000, 1100], '=auc')")

    expect(footer(page)).to_have_text("1 of 1 series · all points")
    assert before < 300
    steps = ask(page, "drawn.view.data('series').filter((row) => row.y !== null).length")
    assert 101 <= steps <= 103
    assert ask(page, "drawn.view.scale('x').domain()") == [
        1000,
        1100,
    ]


def test_pointer_shows_a_table_at_that_step_and_lights_the_row(shown):
    series = {
        ("low", "auc"): points(np.linspace(0.1, 0.2, 11)),
        ("high", "auc"): points(np.linspace(0.7, 0.9, 11)),
    }
    page = shown(Board(series, goals={"auc": "max"}))
    drawn(page)
    page.evaluate(
        "document.addEventListener('run:hover', (event) => (document.title = 'run ' + event.detail))"
    )
    box = ask(page, "drawn.box")
    plot = figure(page).locator(".chart-card__plot").bounding_box()

    page.mouse.move(plot["x"] + box["left"] + box["width"] * 0.51, plot["y"] + box["top"] + 40)

    tip = figure(page).locator(".chart-tip")
    expect(tip.locator(".chart-tip__head")).to_have_text("step 5")
    expect(tip.locator("tr")).to_have_text(["high0.80", "low0.15"])
    expect(tip.locator("[data-best]")).to_have_text("0.80")
    expect(page).to_have_title("run 1")
    expect(figure(page).locator(".chart-over__dot")).to_have_count(2)


@pytest.mark.parametrize("width", [1920, 390])
def test_table_under_the_pointer_tells_metrics_of_long_names_apart(shown, width):
    stem = "the name that a sweep writes, with each of its params one after the other, up to lr=0."
    runs = [f"{stem}{number}" for number in (1, 2)]
    metrics = ("test/auc", "train/auc")
    series = {(run, name): points(curve(9, at)) for run in runs for at, name in enumerate(metrics)}
    page = shown(Board(series, cards=[("auc", metrics)]), viewport={"width": width, "height": 800})
    drawn(page)

    figure(page).locator(".chart-over").hover(position={"x": 120, "y": 60})

    tip = figure(page).locator(".chart-tip")
    rows = [
        (row.locator("th").inner_text(), row.locator(".chart-tip__metric").inner_text())
        for row in tip.locator("tr").all()
    ]
    assert sorted(metric for _, metric in rows) == ["test", "test", "train", "train"]
    assert len(set(rows)) == 4
    assert all(name.endswith(("1", "2")) for name, _ in rows)
    dashed = tip.locator("tr", has_text="train").locator(".chart-sample line[stroke-dasharray]")
    expect(dashed).to_have_count(2)
    expect(tip.locator(".chart-sample")).to_have_count(4)
    assert tip.evaluate(
        "(tip) => [tip, ...tip.querySelectorAll('th, td')].every((at) => at.scrollWidth <= at.clientWidth)"
    )
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_click_pins_the_table_and_escape_lets_it_go(shown):
    page = shown(Board({("one", "auc"): points(curve(30)), ("two", "auc"): points(curve(30, 1))}))
    drawn(page)
    over = figure(page).locator(".chart-over")
    tip = figure(page).locator(".chart-tip")

    over.click(position={"x": 200, "y": 80})
    page.mouse.move(5, 5)
    expect(tip).to_be_visible()
    expect(tip).to_have_attribute("data-pinned", "true")
    page.keyboard.press("Escape")

    expect(tip).to_be_hidden()


def test_table_under_the_pointer_stays_inside_the_window(shown):
    series = {(f"a run with a name that is long {run}", "auc"): points(curve(30, run)) for run in range(9)}
    page = shown(Board(series), viewport={"width": 390, "height": 700})
    drawn(page)
    plot = figure(page).locator(".chart-card__plot").bounding_box()

    page.mouse.move(plot["x"] + plot["width"] - 20, plot["y"] + 60)

    tip = figure(page).locator(".chart-tip")
    expect(tip).to_be_visible()
    expect(tip.locator(".chart-tip__more")).to_have_text("and 1 more")
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hovered_run_is_lit_in_every_card(shown):
    series = {
        (f"run {run}", metric): points(curve(30, run)) for run in range(3) for metric in ("auc", "loss")
    }
    page = shown(Board(series))
    drawn(page, 1)

    page.evaluate("document.dispatchEvent(new CustomEvent('run:hover', {detail: [2]}))")

    expect(page.locator(".chart-over__lit:visible")).to_have_count(2)
    page.evaluate("document.dispatchEvent(new CustomEvent('run:hover', {detail: null}))")
    expect(page.locator(".chart-over__lit:visible")).to_have_count(0)


def test_another_theme_draws_anew_in_its_colours(shown):
    page = shown(Board({("one", "auc"): points(curve(30)), ("two", "auc"): points(curve(30, 1))}))
    drawn(page)
    colors = "drawn.view.scale('color').range()"
    light = ask(page, colors)

    page.emulate_media(color_scheme="dark")

    page.wait_for_timeout(100)
    expect(figure(page)).to_have_attribute("data-theme", "dark")
    dark = ask(page, colors)
    assert (
        len(set(light)) == len(set(dark)) == 51
    )  # ten runs, two greys, the ramp and what of the levels is not in it
    assert all(one != other for one, other in zip(light, dark, strict=True))


# ---- without seeing, without a mouse


def test_chart_says_in_words_what_it_shows(shown):
    page = shown(
        Board({("one", "auc"): points([0.5, 0.8]), ("two", "auc"): points([0.4, 0.9])}, goals={"auc": "max"})
    )

    drawn(page)

    label = figure(page).locator(".chart-card__plot").get_attribute("aria-label")
    assert (
        label == "auc: 2 lines of 2 runs; best auc 0.90000 by two; one ends at 0.80000; two ends at 0.90000"
    )


def test_chart_can_be_read_as_a_table(shown):
    page = shown(
        Board(
            {("one", "loss"): points([3.0, 1.0, 2.0]), ("two", "loss"): points([5.0])}, goals={"loss": "min"}
        )
    )
    drawn(page)

    figure(page).get_by_role("button", name="table").press("Enter")

    tables = figure(page).locator("tbody:visible")
    expect(tables.first.locator("tr")).to_have_text(["one213", "two551"])
    expect(tables.last.locator("tr")).to_have_text(["035", "11–", "22–"])
    expect(figure(page).locator(".chart-card__plot")).to_be_hidden()


def test_metric_is_added_by_keyboard_alone(shown):
    page = shown(Board({("one", metric): points(curve(9)) for metric in ("auc", "loss", "lr")}))
    drawn(page)

    figure(page).get_by_role("button", name="add metric…").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(figure(page)).to_have_attribute("data-series", "2")
    expect(figure(page).locator(".chart-chip__word")).to_have_text(["auc", "lr"])
    expect(figure(page).get_by_role("button", name="add metric…")).to_be_focused()


def test_sorting_a_table_draws_no_chart_anew(shown):
    page = shown(Board({("one", "auc"): points(curve(9)), ("one", "loss"): points(curve(9))}))
    drawn(page, 1)
    page.evaluate("void (window.before = [...runfolio.board.cards.values()].map((card) => card.drawn.view))")

    page.evaluate("runfolio.view.set('sort', 'auc')")
    page.evaluate("runfolio.view.choose('zoom', [2, 5], '=loss')")

    expect(figure(page, 1).get_by_role("button", name="zoom out")).to_be_visible()
    page.wait_for_timeout(300)
    same = page.evaluate(
        "[...runfolio.board.cards.values()].map((card, at) => card.drawn.view === before[at])"
    )
    assert same == [True, False]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_cards_and_toolbar_have_no_accessibility_fault(shown, scheme):
    series = {
        (f"run {run}", metric): points(curve(9, run)) for run in range(3) for metric in ("auc", "test/f1")
    }
    page = shown(Board(series, cards=[("auc", ["auc", "test/f1"])]), color_scheme=scheme)
    drawn(page)
    figure(page).get_by_role("button", name="table").click()
    page.get_by_role("button", name="new card…").click()

    found = Axe().run(page, options={"preload": False})

    assert found.violations_count == 0, found.generate_report()


def test_narrow_page_never_scrolls_sideways(shown):
    page = shown(
        Board(
            {("a run " * 8, "a/long/name/of/a/metric" * 3): points(curve(9)), ("b", "x"): points(curve(9))}
        ),
        viewport={"width": 320, "height": 600},
    )

    drawn(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_values_in_small_pictures_are_worded_as_scripts_word_them(shown):
    page = shown(Board({("one", "loss"): points(curve(3))}))
    pairs = [[0.5, 0.95], [0.1234567, 0.9], [-0.25, 0.0], [1.0, 128.0], [9.9999, 10.0], [-1500.25, 2e6]]
    pairs += [[1e-7, 0.001], [1.1, 0.0006657], [5.0, 0.001], [-3.7, 48000.0], [0.0, 0.0251, 1.1]]

    words = page.evaluate("pairs => pairs.map((pair) => runfolio.axis.alignedWords(pair))", pairs)

    assert words == [numbers.aligned(pair) for pair in pairs]


def test_small_pictures_have_the_scale_of_the_chart_that_takes_their_place(shown):
    page = shown(Board({("one", "loss"): points(curve(3))}))
    asked = [
        (values, options)
        for values in ([0.001, 0.2, 30.0], [0.0, 0.5, 700.0], [-3.0, -2.0], [4.0, 5.0], [-1e308, 2.0, 1e308])
        for options in (
            *({"y": y} for y in ("linear", "log", "symlog", "clip")),
            {"y": "log", "normal": "on"},
            {"y": "log", "ylim": [0.01, 50.0]},
            {"y": "clip", "ylim": [None, 60.0]},
            {"ylim": [40.0, None]},
        )
    ]

    found = page.evaluate(
        """asked => asked.map(([values, options]) => {
            const of = Float64Array.from(values);
            const rows = [...of.keys()];
            const line = { x: rows, y: of, drawn: of, rows, loaded: 3, total: 3 };
            const { type, constant, domain } = runfolio.heights.scaleOf([line], [0, 2], options).scale;
            return [type, type === "symlog" ? constant : 1, domain];
        })""",
        asked,
    )

    for (values, options), (kind, constant, domain) in zip(asked, found, strict=True):
        sketch = Sketch((0.0, 1.0, 2.0)[: len(values)], tuple(values))
        words = {name: word for name, word in options.items() if name != "ylim"}
        low, high = options.get("ylim", (None, None))
        if (low, high) != (None, None):
            words["ylim"] = f"{'' if low is None else low}..{'' if high is None else high}"
        scale = y_scale([sketch], extent([sketch]), words)
        assert (scale.kind, scale.constant) == (kind, pytest.approx(constant)), (values, options)
        beyond = (scale.bent(scale.high) - scale.bent(scale.low)) * 0.041  # what a chart leaves free
        ends = [scale.bent(end) for end in domain]
        assert ends == pytest.approx([scale.bent(scale.low), scale.bent(scale.high)], abs=beyond), (
            values,
            options,
        )


@pytest.mark.parametrize("values", [[0, 1e6], [-4e5, 4e5], [0, 9_000], [0, 10_000], [12_000, 60_000]])
def test_edges_of_small_pictures_are_worded_as_the_ticks_of_axes(shown, values):
    page = shown(Board({("one", "loss"): points(values)}))
    drawn(page)

    ticks = ask(page, "runfolio.axis.ticks('value', drawn.y, 5)")

    assert len(ticks) >= 4
    assert [tick["word"] for tick in ticks] == numbers.on_axis([tick["value"] for tick in ticks])
