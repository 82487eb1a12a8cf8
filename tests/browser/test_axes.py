"""Axes of cards: every x a card may have, scales, limits, outliers, each series on its own range."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from boards import Board, curve, points
from playwright.sync_api import expect
from test_drawing import ask, drawn, figure, footer


def xs(page) -> list[float]:
    return ask(page, "[...drawn.lines[0].x]")


def choose(page, **options) -> None:
    """Set options of the board and wait until its first card shows them."""
    before = figure(page).get_attribute("data-turn")
    for name, value in options.items():
        page.evaluate("([name, value]) => runfolio.view.choose(name, value)", [name, value])
    expect(figure(page)).not_to_have_attribute("data-turn", before)


# ---- x


def test_words_of_a_series_hold_whatever_x_is(shown):
    """Its end on x may be its first step; what has no x is counted."""
    loss = np.linspace(2.0, 0.1, 20)
    loss[15:] = np.nan
    series = {(run, "auc"): points(np.linspace(0.5, top, 20)) for run, top in (("one", 0.8), ("two", 0.9))}
    series |= {("one", "loss"): points(loss), ("two", "loss"): points(np.linspace(1.9, 0.3, 20))}
    page = shown(Board(series, goals={"auc": "max"}), "#x=metric:loss")
    drawn(page)

    figure(page).get_by_role("button", name="table", exact=True).click()

    cells = figure(page).locator("tbody tr")
    expect(cells.nth(0)).to_have_text("one0.80000.800020")
    expect(cells.nth(1)).to_have_text("two0.90000.900020")
    summary = figure(page).locator(".chart-card__plot").get_attribute("aria-label")
    assert "best auc 0.90000 by two; one ends at 0.80000; two ends at 0.90000" in summary
    expect(footer(page)).to_have_text("2 of 2 series · 35 of 40 points · one: 5 points have no finite loss")


def test_words_of_groups_hold_whatever_x_is(shown):
    series = {(f"run {run}", "auc"): points(np.linspace(0.5, 0.8 + run / 10, 20)) for run in range(2)}
    series |= {(f"run {run}", "loss"): points(np.linspace(2 + run, 0.1, 20)) for run in range(2)}
    board = Board(series, goals={"auc": "max"}, params={f"run {run}": {"kind": "tree"} for run in range(2)})
    page = shown(board, "#x=metric:loss&group=param:kind")
    drawn(page)

    figure(page).get_by_role("button", name="table", exact=True).click()

    expect(figure(page).locator("tbody tr").first).to_have_text("auc0.85000.8000 – 0.90002 of 20.850040")


def test_a_card_names_its_x_unless_it_is_the_step(shown):
    series = {("one", "auc"): points(curve(20)), ("one", "loss"): points(curve(20)[::-1])}
    page = shown(Board(series, params={"one": {"depth": 3}}), "#x:loss=metric:auc")
    drawn(page, 1)
    under = page.locator(".chart-card__under")
    heights = "[...document.querySelectorAll('.chart-card__plot')].map((plot) => plot.clientHeight)"
    before = page.evaluate(heights)

    expect(under).to_have_text(["", "auc"])
    expect(under.first).to_be_hidden()
    choose(page, x="relative")
    expect(under).to_have_text(["relative time", "auc"])
    assert page.evaluate(heights) == before
    figure(page, 1).get_by_role("button", name="table", exact=True).click()
    expect(under.nth(1)).to_be_hidden()
    choose(page, kind="bars")
    expect(under.first).to_be_hidden()


def test_pauses_are_taken_out_of_process_time(shown):
    seconds = np.r_[np.arange(10), 7200 + np.arange(10)]  # every second, and two hours of sleep
    page = shown(Board({("one", "auc"): points(curve(20), seconds=seconds)}), "#x=process")
    drawn(page)

    assert xs(page) == pytest.approx(np.arange(20))
    page.evaluate("runfolio.view.choose('x', 'relative')")

    expect(figure(page)).to_have_attribute("data-turn", "2")
    assert xs(page)[-1] == pytest.approx(7209)


def test_a_gap_of_less_than_a_minute_or_ten_times_the_usual_one_is_no_pause(shown):
    short = np.r_[np.arange(10), 9 + 59.5 + np.arange(10)]
    slow = np.arange(20) * 30.0
    slow[10:] += 250
    page = shown(
        Board(
            {
                ("one", "short"): points(curve(20), seconds=short),
                ("one", "slow"): points(curve(20), seconds=slow),
            }
        ),
        "#x=process",
    )
    drawn(page, 1)

    found = page.evaluate("[...runfolio.board.cards.values()].map(({ drawn }) => [...drawn.lines[0].x])")

    assert found[0] == pytest.approx(short)
    assert found[1] == pytest.approx(slow)


def test_order_logged_counts_all_points_of_a_thinned_series(shown):
    steps = np.arange(3_000)[::-1].copy()
    page = shown(Board({("one", "auc"): points(curve(3_000), steps=steps)}, exact=200), "#x=order")

    drawn(page)

    assert xs(page) == list(range(3_000))
    expect(footer(page)).to_contain_text("of 3,000 points")
    assert "backwards" not in footer(page).inner_text()


def test_equal_steps_of_a_thinned_series_are_in_the_order_logged(shown):
    page = shown(Board({("one", "auc"): points(curve(3_000), steps=np.zeros(3_000))}, exact=200))

    drawn(page)

    assert xs(page)[-1] == 2_999
    expect(footer(page)).to_contain_text("all steps are equal: in the order logged")


def test_measurements_of_the_machine_are_drawn_over_relative_time(shown):
    page = shown(
        Board(
            {
                ("one", "system/cpu"): points([1.0, 2.0], seconds=[0, 3900]),
                ("one", "auc"): points([1.0, 2.0], seconds=[0, 3900]),
            }
        )
    )
    drawn(page, 1)

    domains = page.evaluate("[...runfolio.board.cards.values()].map(({ drawn }) => drawn.x.domain)")
    words = list(ask(page, "drawn.view.signal('xWords')").values())

    assert domains == [[0, 3900], [0, 1]]
    assert "1 h" in words


@pytest.mark.parametrize(
    ("first", "scale", "note"),
    [(1, "log", ""), (0, "symlog", "x at or below 0: symmetric log scale")],
    ids=["above zero", "from zero"],
)
def test_log_scale_of_x_has_room_for_zero(shown, first, scale, note):
    steps = np.arange(first, 10_000 + first, 100 if first else 1)[:1_000]
    page = shown(Board({("one", "auc"): points(curve(len(steps)), steps=steps)}), "#xscale=log")

    drawn(page)

    assert ask(page, "drawn.view.scale('x').type") == scale
    assert note in footer(page).inner_text()
    parts = ask(page, "[1, 10, 100].map((step) => drawn.x.to(step))")
    assert (parts[2] - parts[1]) / (parts[1] - parts[0]) == pytest.approx(1, rel=0.35)


# ---- ticks


def ticks(page, cases: list[tuple[str, str, list[float], float, int]]) -> list[list[dict]]:
    """Ticks of axes: their kind, the type of the scale, its domain, where it bends, and about how many."""
    return page.evaluate(
        "cases => cases.map(([kind, type, domain, bend, count]) =>"
        " runfolio.axis.ticks(kind, runfolio.axis.scale(type, domain, bend), count))",
        cases,
    )


def assert_true(found: list[dict], case: object, value_of) -> None:
    """Two ticks or more; no two say the same; each says where it stands, to a part of their distance."""
    values = [tick["value"] for tick in found]
    assert len(values) >= 2, case
    assert len({tick["word"] for tick in found}) == len(found), (case, found)
    gap = min(right - left for left, right in itertools.pairwise(values))
    assert gap > 0, (case, found)
    for tick in found:
        assert abs(value_of(tick["word"]) - tick["value"]) <= gap / 100, (case, tick)


def number_of(word: str) -> float:
    return float(word.replace("−", "-").replace(",", ""))


def seconds_of(word: str) -> float:
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    parts = re.findall(r"([\d.,e−]+) ([smhd])", word)
    return sum(number_of(count) * units[unit] for count, unit in parts) * (-1 if word[0] == "−" else 1)


def narrow_and_wide(random: np.random.Generator, kinds: list[str], sizes: tuple[int, int]):
    """Axes whose ends are from a millionth of a millionth of their size to many decades apart."""
    for case in range(4_000):
        scale = ["linear", "log", "symlog"][case % 3]
        low = 10 ** random.uniform(*sizes)
        high = low * (1 + 10 ** random.uniform(-11, 8))
        if scale != "log" and random.random() < 0.5:
            low, high = (-high, -low) if random.random() < 0.5 else (-low, high)
        bend = 10.0 ** (math.floor(math.log10(max(-low, high))) - random.integers(0, 6))
        yield random.choice(kinds), scale, [low, high], bend, int(random.integers(2, 14))


def test_ticks_of_any_range_are_two_at_least_and_each_says_where_it_stands(shown):
    page = shown(Board({("one", "auc"): points(curve(5))}))
    cases = list(narrow_and_wide(np.random.default_rng(0), ["value", "step"], (-12, 12)))
    cases += [("value", "log", [0.949, 0.985], 1, 5), ("value", "log", [0.97, 0.9714], 1, 5)]
    cases += [("value", "log", [0.3, 0.30000000000000004], 1, 5), ("value", "symlog", [-1.5, -1.4], 0.01, 5)]

    for case, found in zip(cases, ticks(page, cases), strict=True):
        assert_true(found, case, number_of)
        assert all(abs(tick["value"]) <= max(map(abs, case[2])) * (1 + 1e-9) for tick in found), case


def test_ticks_of_any_span_of_time_are_two_at_least_and_each_says_where_it_stands(shown):
    page = shown(Board({("one", "auc"): points(curve(5))}))
    random = np.random.default_rng(0)
    cases = []
    for case in range(2_000):
        low = 10 ** random.uniform(-2, 6)
        domain = [low, low + 10 ** random.uniform(-3, 6)]
        cases.append(("relative", ["linear", "log"][case % 2], domain, 1, int(random.integers(2, 14))))

    for case, found in zip(cases, ticks(page, cases), strict=True):
        assert_true(found, case, seconds_of)


def test_axes_of_narrow_ranges_say_true_numbers(shown):
    values = np.linspace(0.97, 0.9714, 20)
    narrow = 0.123456789 + np.arange(20) * 1e-10
    page = shown(
        Board({("one", "auc"): points(values), ("one", "flat"): points(narrow)}),
        "#y=log&x:flat=metric:auc&xscale=log",
    )

    for card in range(2):
        drawn(page, card)
        words = page.evaluate(
            "card => { const { view } = [...runfolio.board.cards.values()][card].drawn;"
            " return ['xWords', 'yWords'].map((name) => Object.entries(view.signal(name))); }",
            card,
        )
        for said in words:
            assert len(said) >= 2
            assert all(number_of(word) == pytest.approx(float(value), rel=1e-11) for value, word in said)


def test_ticks_of_a_linear_x_are_even_however_long_their_words_are(shown):
    page = shown(Board({("one", "auc"): points(curve(40), steps=np.arange(6_500, 12_700, 155))}))
    drawn(page)

    for width in range(420, 900, 20):
        found = page.evaluate(
            """(width) => {
              const { axis, chart } = runfolio;
              const x = axis.scale("linear", [6_500, 12_600]);
              const ticks = (count) => axis.ticks("step", x, count);
              return chart.roomy(ticks, Math.floor(width / 60), x, width, 14);
            }""",
            width,
        )
        gaps = {after["value"] - before["value"] for before, after in itertools.pairwise(found)}
        assert len(gaps) == 1, (width, found)


# ---- y


def test_limits_of_y_hold_and_what_lies_beyond_is_counted(shown):
    page = shown(Board({("one", "loss"): points([9.0, 5.0, 1.0, 0.5, 0.2, -4.0])}), "#ylim=0..2")
    drawn(page)

    assert ask(page, "drawn.y.domain") == [0, 2]
    expect(footer(page)).to_contain_text("2 points above, 1 below range")
    assert ask(page, "drawn.view.data('points').length") == 3  # dots stay inside of the plot
    choose(page, ylim=[None, 2])

    low, high = ask(page, "drawn.y.domain")
    assert (low < -4, high) == (True, 2)
    expect(footer(page)).to_contain_text("2 points above range")


def test_outliers_leave_the_range_and_stay_drawn(shown):
    values = np.linspace(1, 2, 101)
    values[[7, 50, 80]] = [1e6, 1e5, -1e6]
    page = shown(Board({("one", "loss"): points(values)}))
    drawn(page)
    assert ask(page, "drawn.y.domain")[1] > 1e6

    choose(page, outliers="hide")

    inside = np.sort(values)
    low, high = inside[5], inside[95]  # of 101 values the 5th and 95th percentile
    room = (high - low) * 0.04
    assert ask(page, "drawn.y.domain") == pytest.approx([low - room, high + room])
    expect(footer(page)).to_contain_text("all points")
    above = int((values > high + room).sum())
    below = int((values < low - room).sum())
    expect(footer(page)).to_contain_text(f"{above} points above, {below} below range")
    assert ask(page, "Math.max(...drawn.view.data('series').map((row) => row.y))") == 1e6


def test_outliers_of_a_thinned_series_are_reckoned_over_all_its_points(shown):
    page = shown(Board({("one", "loss"): points(np.arange(3_000.0))}, exact=200), "#outliers=hide")

    drawn(page)

    room = (2849 - 150) * 0.04
    assert ask(page, "drawn.y.domain") == pytest.approx([150 - room, 2849 + room], abs=1)


def test_each_series_on_its_own_range_keeps_its_true_values_in_words(shown):
    series = {
        ("one", "auc"): points([0.5, 0.75, np.nan, 1.0]),
        ("one", "tokens"): points([0.0, 500.0, 1e6, 2e6]),
        ("one", "flat"): points([7.0, 7.0, 7.0, 7.0]),
    }
    page = shown(
        Board(series, cards=[("all", ["auc", "tokens", "flat"])], goals={"auc": "max"}), "#normal=on&y=log"
    )
    drawn(page)

    heights = ask(page, "drawn.lines.map((line) => [...line.drawn].map((v) => Number.isNaN(v) ? null : v))")
    assert heights == [[0, 0.5, None, 1], [0, 0.00025, 0.5, 1], [0.5] * 4]
    assert ask(page, "drawn.view.signal('yWords')") == {"0": "lowest", "0.5": "half", "1": "highest"}
    expect(footer(page)).to_contain_text("each series from its lowest to its highest value")
    expect(footer(page)).to_contain_text("1 NaN at 2")
    label = figure(page).locator(".chart-card__plot").get_attribute("aria-label")
    assert "best auc 1.0000 by one; auc ends at 1.0000; tokens ends at 2000000" in label
    box, plot = ask(page, "drawn.box"), figure(page).locator(".chart-card__plot").bounding_box()

    page.mouse.move(plot["x"] + box["left"] + box["width"] / 3, plot["y"] + box["top"] + 2)

    rows = figure(page).locator(".chart-tip tr")
    expect(rows.locator(".chart-tip__name")).to_have_text(["auc", "flat", "tokens"])
    expect(rows.locator(".chart-tip__value")).to_have_text(["0.7500", "7.000", "500.0"])


def test_series_as_wide_as_numbers_go_has_its_own_range_too(shown):
    values = [-1.7e308, 0.0, 1.7e308, 8.5e307]
    page = shown(Board({("one", "wild"): points(values)}), "#normal=on")

    drawn(page)

    assert ask(page, "[...drawn.lines[0].drawn]") == pytest.approx([0, 0.5, 1, 0.75])
    truth = ask(page, "[...drawn.lines[0].drawn].map((v) => runfolio.lines.truth(drawn.lines[0], v))")
    assert truth == pytest.approx(values, abs=1e293)


def test_range_of_a_thinned_series_is_that_of_all_its_points_in_a_zoom(shown):
    values = np.linspace(0, 1, 100_000)
    values[10] = 4.0
    page = shown(Board({("one", "auc"): points(values)}), "#normal=on&zoom=60000..60100")

    drawn(page)

    assert ask(page, "drawn.lines[0].x.length") < 100_000
    at = ask(page, "drawn.lines[0].drawn[drawn.lines[0].x.indexOf(60_050)]")
    assert at == pytest.approx(values[60_050] / 4)


def test_symmetric_log_scale_can_be_asked_for(shown):
    page = shown(Board({("one", "loss"): points([100.0, 10.0, 1.0])}), "#y=symlog")

    drawn(page)

    assert ask(page, "drawn.view.scale('y').type") == "symlog"
    expect(footer(page)).to_have_text("1 of 1 series · all points")


def test_zero_and_below_can_stand_at_the_edge_of_a_log_scale(shown):
    page = shown(Board({("one", "loss"): points([100.0, 10.0, 0.0, -5.0, 1.0])}), "#y=clip")

    drawn(page)

    assert ask(page, "drawn.view.scale('y').type") == "log"
    expect(footer(page)).to_contain_text("2 at or below 0, marked at the edge")
    marks = ask(page, "drawn.view.data('marks').map((row) => [row.x, row.kind, row.edge])")
    assert marks == [[2, "low", "bottom"], [3, "low", "bottom"]]
    series = ask(page, "drawn.view.data('series').map((row) => row.y)")
    assert series == [100, 10, None, 1, None]


def test_values_none_of_which_is_above_zero_are_drawn_on_any_scale(shown):
    page = shown(Board({("one", "loss"): points([-3.0, -2.0, 0.0, -0.5])}), "#y=clip")

    drawn(page)

    assert ask(page, "drawn.view.data('series').map((row) => row.y)") == [-3, -2, 0, -0.5, None]
    expect(footer(page)).to_contain_text("values at or below 0: symmetric log scale")


def test_limits_chosen_leave_no_shelf_that_shows_what_lies_beyond(shown):
    values = [0.0, 1.0, np.nan, 3.0, np.inf, 2.0]
    page = shown(Board({("one", "loss"): points(values)}), "#ylim=0.5..2.5")
    drawn(page)

    assert ask(page, "drawn.y.domain") == [0.5, 2.5]
    assert ask(page, "drawn.view.data('marks').map((row) => row.kind)") == ["nan", "+inf"]


# ---- marks


def test_thinning_keeps_the_ends_the_peaks_and_every_kind_of_bad_value_of_any_series(shown):
    page = shown(Board({("one", "auc"): points(curve(9))}))
    drawn(page)

    faults = page.evaluate(
        """() => {
            let state = 7;
            const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
            const faults = [];
            for (let trial = 0; trial < 400; trial++) {
                const length = 1 + Math.floor(random() * 3000);
                const budget = 60 + Math.floor(random() * 400);
                const values = Float64Array.from({ length }, () => {
                    const dice = random();
                    if (dice < 0.002) return [NaN, Infinity, -Infinity][Math.floor(random() * 3)];
                    return dice > 0.998 ? (random() - 0.5) * 1e9 : random();
                });
                const first = Math.floor(random() * length);
                const rows = Array.from({ length: length - first }, (_, at) => first + at);
                const kept = runfolio.thin(values, rows, new Set(), budget);
                const finite = rows.filter((row) => Number.isFinite(values[row]));
                const kind = (row) => String(Number.isFinite(values[row]) ? "finite" : values[row]);
                const [all, some] = [rows, kept].map((list) => new Set(list.map(kind)));
                const peaks = [Math.min, Math.max].map((pick) => pick(...finite.map((row) => values[row])));
                const good = kept[0] === rows[0] && kept.at(-1) === rows.at(-1) && all.size === some.size
                    && peaks.every((peak) => !finite.length || kept.some((row) => values[row] === peak))
                    && kept.every((row, at) => at === 0 || row > kept[at - 1])
                    && kept.length <= Math.max(budget, 60) * 1.1 + 30;
                if (!good) faults.push([trial, length, budget, kept.length]);
            }
            return faults;
        }"""
    )

    assert faults == []


def test_step_back_is_marked_where_the_run_was_continued(shown):
    steps = np.r_[np.arange(60), np.arange(40, 100)]
    page = shown(Board({("one", "auc"): points(curve(120), steps=steps)}))

    drawn(page)

    marks = ask(page, "drawn.view.data('marks').map((row) => [row.x, row.kind, row.edge])")
    assert marks == [[40, "back", "top"]]


def test_points_of_short_series_are_dots_and_those_of_long_ones_are_not(shown):
    page = shown(
        Board({("one", "short"): points(curve(59)), ("one", "long"): points(curve(60))}),
    )
    drawn(page, 1)

    dots = page.evaluate(
        "[...runfolio.board.cards.values()].map(({ drawn }) => drawn.view.data('points').length)"
    )

    assert dots == [59, 0]


def test_reversed_limits_are_told_and_nothing_of_them_is_taken(shown):
    page = shown(Board({("one", name): points(np.linspace(0, 1, 11)) for name in ("auc", "loss")}))
    drawn(page)
    panel = page.get_by_role("dialog", name="how this card is drawn")
    for label, key, low, high in (("x limits", "zoom", "8", "3"), ("y limits", "ylim", "0.9", "0.5")):
        figure(page).get_by_role("button", name="more to do").click()
        page.get_by_role("button", name="settings…").click()
        ends = [panel.get_by_label(f"{label}, {end}") for end in ("from", "to")]
        ends[0].fill(low)
        ends[0].press("Tab")
        expect(page).to_have_url(re.compile(rf"#{key}:auc={low}\.\.$"))
        ends[1].fill(high)
        ends[1].press("Tab")

        expect(panel.get_by_role("alert")).to_have_text("not taken: “from” must lie below “to”")
        for end in ends:
            expect(end).to_have_attribute("aria-invalid", "true")
        expect(page).to_have_url(re.compile("^[^#]*$"))
        ends[0].fill("0.1")
        ends[0].press("Tab")

        expect(panel.get_by_role("alert")).to_have_count(0)
        expect(ends[1]).to_have_attribute("aria-invalid", "false")
        expect(page).to_have_url(re.compile(rf"#{key}:auc=0\.1\.\.{high}$"))
        page.go_back()  # which closes the panel
        expect(page).to_have_url(re.compile("^[^#]*$"))
        expect(panel).to_have_count(0)
