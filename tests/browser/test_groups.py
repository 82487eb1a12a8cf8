"""Groups of runs as one line: the numbers are those of numpy, and what does not count is not counted."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from boards import Board, points
from builders import RunPlan
from playwright.sync_api import Page, expect
from seed_names import OTHERS, SEEDS
from sites import built_site, page_of

CENTERS = ("mean", "median")
BANDS = ("std", "stderr", "ci", "minmax", "iqr", "none")


def figure(page: Page, number: int = 0):
    return page.locator("figure.chart-card").nth(number)


def aggregated(page: Page, curves, **how) -> dict[str, list[float]]:
    """What the page's script makes of curves; NaN and infinities go there and back as text."""
    words = [
        {name: [value if math.isfinite(value) else str(value) for value in map(float, curve)]
         for name, curve in zip("xy", pair, strict=True)}
        for pair in curves
    ]  # fmt: skip
    result = page.evaluate(
        """([curves, how]) => {
            const bad = {inf: Infinity, '-inf': -Infinity, nan: NaN};
            const number = (value) => bad[value] ?? value;
            const given = curves.map(({x, y}) => ({x: x.map(number), y: y.map(number)}));
            const result = runfolio.aggregate.of(given, how);
            const plain = (column) => [...column].map((value) => isFinite(value) ? value : String(value));
            return Object.fromEntries(Object.entries(result).map(([name, value]) =>
                [name, value.length === undefined || typeof value === 'string' ? value : plain(value)]));
        }""",
        [words, how],
    )
    return {
        name: np.array(
            [float(each.replace("Infinity", "inf")) if isinstance(each, str) else each for each in value],
            dtype=float,
        )
        if isinstance(value, list)
        else value
        for name, value in result.items()
    }


@cache
def t_quantile(freedom: int) -> float:
    """Where 97.5 % of Student's t lie below, by integrating its density."""
    t = np.linspace(0, 60, 600_001)
    log = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - math.log(freedom * math.pi) / 2
    density = np.exp(log - (freedom + 1) / 2 * np.log1p(t**2 / freedom))
    area = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * (t[1] - t[0]))])
    return float(np.interp(0.475, area, t))


def columns(curves) -> tuple[np.ndarray, np.ndarray]:
    """Each x once, and a row a curve: its value there, NaN where it has none. For curves with ascending x."""
    grid = np.unique(np.concatenate([x for x, _ in curves]))
    rows = []
    for x, y in curves:
        with np.errstate(invalid="ignore"):
            row = np.interp(grid, x, np.where(np.isfinite(y), y, np.nan), left=np.nan, right=np.nan)
        at = np.searchsorted(grid, x)
        row[at] = np.where(np.isfinite(y), y, np.nan)  # numpy spreads a NaN onto the point beside it
        rows.append(row)
    return grid, np.array(rows)


def expected(curves, center: str, band: str) -> dict[str, np.ndarray]:
    grid, table = columns(curves)
    found = {"x": grid, "n": np.isfinite(table).sum(axis=0)}
    middle, low, high = (np.full(len(grid), np.nan) for _ in range(3))
    for at, column in enumerate(table.T):
        values = column[np.isfinite(column)]
        n = len(values)
        if not n:
            with np.errstate(invalid="ignore"):
                middle[at] = sum(y[x == grid[at]].sum() for x, y in curves)  # as floats add up
            continue
        middle[at] = np.mean(values) if center == "mean" else np.median(values)
        if n < 2 or band == "none":
            continue
        deviation = np.std(values, ddof=1)
        if band == "minmax":
            low[at], high[at] = values.min(), values.max()
        elif band == "iqr":
            low[at], high[at] = np.quantile(values, [0.25, 0.75])
        else:
            half = deviation if band == "std" else deviation / np.sqrt(n)
            if band == "ci":
                half *= t_quantile(n - 1)
            low[at], high[at] = np.mean(values) - half, np.mean(values) + half
    return {**found, "y": middle, "low": low, "high": high}


def random_curves(random: np.random.Generator):
    """Curves of other lengths, beginnings and spacing each; some with a NaN or an infinity."""
    curves = []
    for _ in range(random.integers(1, 7)):
        length = random.integers(1, 40)
        x = np.sort(random.choice(np.arange(-50, 200), length, replace=False)) * random.choice([0.5, 1, 3])
        y = random.normal(random.normal(0, 100), random.choice([1e-6, 1, 1e6]), length)
        if random.random() < 0.4:
            y[random.integers(length)] = random.choice([np.nan, np.inf, -np.inf])
        curves.append((x, y))
    return curves


@pytest.fixture
def page(shown) -> Page:
    """Any page: it has the script."""
    return shown(Board({("one", "auc"): points([0.1, 0.2])}))


def test_aggregates_of_random_curves_are_those_of_numpy(page):
    random = np.random.default_rng(7)
    for case in range(60):
        curves = random_curves(random)
        center, band = CENTERS[case % 2], BANDS[case % 6]

        found = aggregated(page, curves, center=center, band=band)

        for name, values in expected(curves, center, band).items():
            size = max(1.0, float(np.max(np.abs(values[np.isfinite(values)]), initial=1.0)))
            np.testing.assert_allclose(
                found[name], values, rtol=1e-9, atol=1e-9 * size, err_msg=f"{case} {name}"
            )
        assert found["full"] == found["n"].max()


@pytest.mark.parametrize("band", ["std", "stderr", "ci"])
def test_bands_of_huge_and_tiny_values_have_their_width(page, band):
    heights = np.array([[1e299, 3.0, 2e-300], [4e299, 4.0, 9e-300], [9e299, 6.0, 5e-300]])
    curves = [(np.arange(3.0), row) for row in heights]
    scales = np.array([1e300, 1.0, 1e-300])
    wide = expected([(x, y / scales) for x, y in curves], "mean", band)

    found = aggregated(page, curves, center="mean", band=band)

    for name in ("y", "low", "high"):
        np.testing.assert_allclose(found[name] / scales, wide[name], rtol=1e-8)


def test_student_quantiles_are_those_of_tables(page):
    # of the table in Abramowitz and Stegun 1964, 26.10, and of NIST's e-handbook, 1.3.6.7.2
    tables = {
        1: 12.706,
        2: 4.303,
        3: 3.182,
        4: 2.776,
        9: 2.262,
        10: 2.228,
        30: 2.042,
        100: 1.984,
        1000: 1.962,
    }
    asked = [*tables, 5, 29]

    found = page.evaluate(
        "(asked) => asked.map((freedom) => runfolio.aggregate.quantileT(0.975, freedom))", asked
    )

    for freedom, value in zip(asked, found, strict=True):
        assert round(value, 3) == tables.get(freedom, round(value, 3))
        if freedom > 1:
            assert value == pytest.approx(t_quantile(freedom), abs=2e-6)
    assert found[0] == pytest.approx(12.7062047364, abs=1e-9)


def test_auto_band_is_what_the_number_of_runs_allows(page):
    x = np.arange(3.0)
    one, two, three = (x, x), (x, x + 1), (x, x + 5)

    kinds = [
        aggregated(page, curves, center=center, band="auto")["band"]
        for curves, center in [
            ([one], "mean"), ([one, two], "mean"), ([one, two, three], "mean"), ([one, two, three], "median"),
        ]
    ]  # fmt: skip

    assert kinds == ["none", "minmax", "std", "iqr"]


def test_nothing_is_drawn_where_no_run_leads(page):
    apart = [(np.array([0.0, 1, 2]), np.array([1.0, 1, 1])), (np.array([5.0, 6]), np.array([3.0, 3]))]
    hole = [(np.array([0.0, 1, 2]), np.array([1.0, np.nan, 3]))]

    found, lone = aggregated(page, apart), aggregated(page, hole)

    assert found["broken"].tolist() == [3]
    assert lone["n"].tolist() == [1, 0, 1]
    assert np.isnan(lone["y"][1])


def test_what_a_resumed_run_logged_again_counts_once_and_last(page):
    steps = np.array([0.0, 1, 2, 3, 2, 3, 4])
    values = np.array([0.0, 1, 2, 3, 20, 30, 40])

    found = aggregated(page, [(steps, values), (np.array([1.0, 1.0]), np.array([7.0, 9.0]))], band="minmax")

    assert found["x"].tolist() == [0, 1, 2, 3, 4]
    assert found["y"].tolist() == [0, 5, 20, 30, 40]
    assert found["n"].tolist() == [1, 2, 1, 1, 1]


def test_too_many_places_are_an_even_choice_with_all_ends(page):
    random = np.random.default_rng(1)
    curves = [(np.sort(random.uniform(0, 100, 400)), random.normal(size=400)) for _ in range(4)]

    found = aggregated(page, curves, most=100)

    assert found["given"] == 1600
    assert 100 <= len(found["x"]) <= 108
    assert all(end in found["x"] for x, _ in curves for end in (x[0], x[-1]))
    for at, x in enumerate(found["x"]):
        values = [np.interp(x, *curve) for curve in curves if curve[0][0] <= x <= curve[0][-1]]
        assert found["y"][at] == pytest.approx(np.mean(values), rel=1e-9, abs=1e-12)


# ---- which params are seeds


def test_params_that_only_tell_repetitions_apart_are_seeds(page):
    found = page.evaluate("(names) => names.filter(runfolio.groups.isSeed)", SEEDS + OTHERS)

    assert found == SEEDS


# ---- cards


def seeded(length=lambda run: 20, seeds: int = 4, depths=(2, 4, 6), **options) -> Board:
    """Runs of some depths with seeds 0, 1, …; the value of a run is its depth and a hundredth of its seed."""
    runs = [(f"d{depth} s{seed}", depth, seed) for depth in depths for seed in range(seeds)]
    series = {
        (name, "auc"): points(np.full(length(number), depth + seed / 100))
        for number, (name, depth, seed) in enumerate(runs)
    }
    params = {name: {"depth": depth, "seed": seed} for name, depth, seed in runs}
    return Board(series, drawn=[name for name, *_ in runs], params=params, goals={"auc": "max"}, **options)


def drawn(page: Page, number: int = 0):
    expect(figure(page, number)).to_have_attribute("data-drawn", "true")
    return figure(page, number)


def ask(page: Page, expression: str) -> object:
    """Something about what the first card has drawn."""
    return page.evaluate(f"(([{{ drawn }}]) => {expression})([...runfolio.board.cards.values()])")


def test_runs_alike_but_for_their_seeds_are_one_line(shown):
    page = shown(seeded())
    page.get_by_label("group by").select_option("all but seeds")

    expect(drawn(page)).to_have_attribute("data-series", "3")
    assert page.url.endswith("#group=seeds")
    lines = ask(
        page, "drawn.lines.map(({name, drawn, low, high, n}) => [name, drawn[5], low[5], high[5], n[5]])"
    )
    deviation = np.std([0, 0.01, 0.02, 0.03], ddof=1)
    for line, depth in zip(lines, (2, 4, 6), strict=True):
        assert line[0] == f"depth {depth}"
        assert line[1:] == pytest.approx(
            [depth + 0.015, depth + 0.015 - deviation, depth + 0.015 + deviation, 4], 1e-6
        )
    assert ask(page, "new Set(drawn.view.data('band').map((row) => row.weight)).size") == 1
    expect(figure(page).locator(".chart-card__footer")).to_have_text(
        "3 groups of 12 runs · line: mean, band: ± standard deviation · 240 points"
    )
    expect(figure(page).locator(".chart-card__legend .chart-legend__entry")).to_have_text(
        ["depth 2n 4", "depth 4n 4", "depth 6n 4"]
    )
    expect(figure(page).locator(".chart-over__n")).to_have_text(["n 4"] * 3)
    summary = figure(page).locator(".chart-card__plot").get_attribute("aria-label")
    assert summary.startswith("auc: 3 lines of 3 groups of 12 runs; line: mean")
    assert "by depth 6" in summary
    figure(page).get_by_role("button", name="table", exact=True).click()
    cells = figure(page).locator(".chart-card__table tbody tr").first.locator("th, td")
    expect(cells).to_have_text(["depth 2", "2.015", "2.002 – 2.028", "4 of 4", "2.015", "80"])


def test_groups_follow_what_is_drawn_and_switched_off(shown):
    page = shown(seeded(), "#group=seeds&band=minmax")
    drawn(page)
    entry = figure(page).get_by_role("button", name="depth 2")

    entry.click()
    expect(figure(page)).to_have_attribute("data-series", "2")
    expect(entry).to_have_attribute("aria-pressed", "false")
    entry.click()
    expect(figure(page)).to_have_attribute("data-series", "3")
    page.evaluate("runfolio.view.toggleRun(0)")

    expect(figure(page).locator(".chart-legend__n").first).to_have_text("n 3 of 4")
    assert ask(page, "[drawn.lines[0].low[5], drawn.lines[0].high[5]]") == pytest.approx([2.01, 2.03], 1e-6)


def repeated(groups: int, seeds: int = 3) -> list[RunPlan]:
    """Runs of so many depths, each with some seeds: the deeper, the better."""
    return [
        RunPlan(
            {"auc": [0.5, 0.5 + depth / 100 + seed / 1000]},
            experiment="repeated",
            name=f"d{depth} s{seed}",
            params={"depth": depth, "seed": seed},
        )
        for seed in range(seeds)
        for depth in range(groups)
    ]


def cut(page: Page) -> list[str]:
    """What is cut in the rows of groups."""
    return page.locator("tr[data-group] > *, tr[data-group] button").evaluate_all(
        "(cells) => cells.flatMap((cell) => (cell.scrollWidth > cell.clientWidth ? cell.textContent : []))"
    )


def test_columns_are_as_wide_as_groups_need_that_are_chosen_later(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, repeated(80, seeds=4))))
    frame = page.locator("[data-runs-frame]")
    expect(page.locator("[data-runs-table][data-fixed]")).to_be_visible()

    page.get_by_label("group by").select_option("depth")
    expect(page.locator("tr[data-group]").first).to_contain_text("depth 79n 4")
    assert cut(page) == []

    page.get_by_label("group by").select_option("seed")
    expect(page.locator("tr[data-group]")).to_have_count(4)
    page.locator("tr[data-group] button").nth(1).click()
    page.locator("tr[data-group] button").nth(0).click()
    expect(page.locator("[data-runs-table][data-many]")).to_be_visible()
    expect(page.locator("tr[data-group]").first).to_contain_text("seed 3n 80")
    assert cut(page) == []
    frame.evaluate("(frame) => (frame.scrollTop = frame.scrollHeight)")
    expect(page.locator("tr[data-group]").last).to_contain_text("seed 0n 80")


def test_status_of_a_group_counts_the_runs_that_did_not_finish(tmp_path, opened):
    runs = repeated(2)
    runs[0] = replace(runs[0], status="failed")
    page = opened(page_of(built_site(tmp_path, runs)), "#group=seeds&sort=run:name")

    states = page.locator("[data-runs-table] tbody td[data-kind=status]")
    expect(states.filter(has_text="failed")).to_have_text(["1 failed"])
    expect(states.get_by_title("2 finished, 1 failed")).to_have_text("1 failed")
    expect(states).to_have_count(2)


def test_names_of_groups_say_what_tells_those_shown_apart_and_are_whole(tmp_path, opened):
    rates = (0.0001, 0.0003, 0.001)
    runs = [
        RunPlan(
            {"train/auc": [0.5, 0.6], "test/auc": [0.5, 0.9 - place / 100]},
            experiment="named",
            name=f"run {place} {seed}",
            params={
                "optimiser.first_learning_rate": rate,
                "seed": seed,
                "patience": None,
                "width_of_all_layers": width,
            },
        )
        for place, (rate, width) in enumerate((rate, width) for rate in rates for width in (16, 64))
        for seed in range(2)
    ]
    runs += [
        RunPlan(
            {"test/auc": [0.1, 0.2]},
            experiment="named",
            name=name,
            params={
                "optimiser.first_learning_rate": rate,
                "seed": seed,
                "patience": 6 if rate == 9.0 else None,
                "width_of_all_layers": 64,
            },
        )
        for name, rate, seed in (("odd 0", 9.0, 0), ("odd 1", 9.0, 1), ("alone", 7.0, 0))
    ]
    page = opened(page_of(built_site(tmp_path, runs)), "#group=seeds", viewport={"width": 390, "height": 844})
    expect(page.locator("tr[data-group]")).to_have_count(7)

    names = [
        f"first_learning_rate {rate}, width_of_all_layers {width}" for rate in rates for width in (16, 64)
    ]
    odd = "first_learning_rate 9, patience 6, width_of_all_layers 64"
    expect(page.locator("tr[data-group] .runs-table__open")).to_have_text([*names, odd])
    assert cut(page) == []
    legend = figure(page).locator(".chart-card__legend .chart-legend__name")
    expect(legend).to_have_text([*names, odd, "alone"])
    page.set_viewport_size({"width": 1280, "height": 844})
    plot = figure(page).locator(".chart-over")
    plot.hover(position={"x": 200, "y": 60})
    tips = figure(page).locator(".chart-tip__name span")
    expect(tips).to_have_count(8)
    assert all(tip.split(" · ")[0] in [*names, odd, "alone"] for tip in tips.all_inner_texts())
    assert tips.evaluate_all("(tips) => tips.every((tip) => tip.scrollHeight <= tip.clientHeight)")
    tip = figure(page).locator(".chart-tip")
    assert tip.evaluate("(tip) => tip.scrollWidth <= tip.clientWidth")


def foot(page: Page):
    return page.locator("[data-runs-foot]")


def test_groups_are_drawn_whole_until_the_reader_chooses_runs(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, repeated(12))))
    names = figure(page).locator(".chart-card__legend .chart-legend__entry")
    expect(names).to_have_count(10)

    page.get_by_label("group by").select_option("all but seeds")

    expect(names).to_have_text([f"depth {depth}n 3" for depth in range(2, 12)])
    expect(figure(page).locator(".chart-card__footer")).to_contain_text("10 groups of 30 runs")
    expect(foot(page)).to_have_text("30 of 36 runs drawn: the best 10 groups · 12 groups in all")
    assert page.url.endswith("#group=seeds")
    row = page.locator("tr[data-group]").first
    expect(row.locator("input")).to_be_checked()
    row.get_by_role("button").click()
    page.get_by_role("checkbox", name="draw d11 s1", exact=True).uncheck()
    expect(names.last).to_have_text("depth 11n 2 of 3")
    expect(row.locator("input")).to_have_attribute("title", "2 of 3 runs drawn")
    expect(foot(page)).to_have_text("29 of 36 runs drawn in 10 groups · 12 groups in all")
    page.get_by_role("checkbox", name="draw d11 s1", exact=True).check()
    page.get_by_label("group by").select_option("none")

    expect(foot(page)).to_contain_text("10 of 36 runs drawn: ")
    assert "runs=" not in page.url


def test_groups_are_drawn_whole_when_what_tells_them_has_come(tmp_path, opened):
    runs = [
        RunPlan(
            {"auc": [0.5, 0.6]},
            experiment="broad",
            name=f"run {number}",
            params={f"knob {knob}": number * knob for knob in range(1, 30)},
            tags={"stage": f"try {number % 5}"},
        )
        for number in range(150)
    ]
    page = opened(page_of(built_site(tmp_path, runs)))
    expect(foot(page)).to_contain_text("10 of 150 runs drawn")
    assert page.evaluate("runfolio.columns.field('tag:stage').ready") is False

    page.evaluate("runfolio.view.choose('group', ['tag:stage'])")

    expect(foot(page)).to_have_text("150 of 150 runs drawn in 5 groups")
    expect(figure(page).locator(".chart-legend__n")).to_have_text(["n 30"] * 5)
    assert page.url.endswith("#group=tag:stage")


def test_groups_of_runs_that_the_reader_chose_are_of_these(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, repeated(3))))
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    for box in page.get_by_role("checkbox", name="draw d0").all():
        box.uncheck()
    page.get_by_role("checkbox", name="draw d2 s1").uncheck()

    page.get_by_label("group by").select_option("all but seeds")

    entries = figure(page).locator(".chart-card__legend .chart-legend__entry")
    expect(entries).to_have_text(["depth 1n 3", "depth 2n 2 of 3"])
    assert "runs=" in page.url
    expect(foot(page)).to_have_text("5 of 9 runs drawn in 2 groups · 3 groups in all")


def test_address_without_groups_takes_the_whole_ones_of_the_page_away(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, repeated(12))), "#group=seeds")
    expect(foot(page)).to_contain_text("30 of 36 runs drawn")

    page.get_by_role("button", name="reset view").click()

    expect(foot(page)).to_contain_text("10 of 36 runs drawn")
    page.go_back()
    expect(foot(page)).to_contain_text("30 of 36 runs drawn")


def test_ten_groups_drawn_have_ten_colours(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, repeated(25))), "#group=seeds")
    swatches = figure(page).locator(".chart-legend__entry .swatch")
    expect(swatches).to_have_count(10)
    colors = "(swatches) => swatches.map((swatch) => swatch.dataset.color)"
    first = swatches.evaluate_all(colors)

    # depth 1 has, by its number, the colour of depth 21, which takes that of depth 24
    page.evaluate(
        "runfolio.view.setRuns(runfolio.data.page.runs.flatMap(({ name }, run) =>"
        " /^d(1|1[5-9]|2[0-3]) /.test(name) ? [run] : []))"
    )

    expect(figure(page).locator(".chart-card__legend .chart-legend__name").first).to_have_text("depth 1")
    assert sorted(first) == [str(color) for color in range(10)]
    assert sorted(swatches.evaluate_all(colors)) == [str(color) for color in range(10)]
    assert swatches.evaluate_all(colors) == [first[6], *first[:6], first[9], *first[7:9]]
    drawn = page.locator("tr[data-group]:has(input:checked) input")
    assert len(set(drawn.evaluate_all("(boxes) => boxes.map((box) => box.dataset.color)"))) == 10


def test_band_is_fainter_where_runs_have_ended_and_the_tooltip_counts(shown):
    page = shown(seeded(length=lambda run: 10 if run % 4 == 0 else 20, depths=(2,)), "#group=seeds")
    drawn(page)

    assert ask(page, "[drawn.lines[0].n[5], drawn.lines[0].n[15]]") == [4, 3]
    weights = ask(page, "drawn.view.data('band').map((row) => [row.x, row.weight])")
    assert {weight for x, weight in weights if x < 9} == {"band"}
    assert {weight for x, weight in weights if x > 10} == {"part"}
    expect(figure(page).locator(".chart-card__footer")).to_contain_text("fainter where fewer runs count")
    expect(figure(page).locator(".chart-over__n")).to_have_text("n 3")
    box = ask(page, "drawn.box")
    figure(page).locator(".chart-over").hover(position={"x": box["left"] + box["width"] * 0.8, "y": 80})
    expect(figure(page).locator(".chart-tip")).to_contain_text("n 3")


def test_bands_under_one_another_share_their_decimals(shown):
    tops = {"a": 0.798, "b": 0.804, "c": 0.8123, "d": 0.8176}
    params = {run: {"depth": 1 if run in "ab" else 2, "seed": number} for number, run in enumerate(tops)}
    series = {(run, "auc"): points(np.linspace(0.5, top, 10)) for run, top in tops.items()}
    page = shown(Board(series, params=params), "#group=seeds")
    drawn(page)

    plot = figure(page).locator(".chart-card__plot")
    plot.focus()
    plot.press("End")

    bands = ["0.7980 – 0.8040", "0.8123 – 0.8176"]
    expect(figure(page).locator(".chart-tip__band")).to_have_text(bands)
    figure(page).get_by_role("button", name="table", exact=True).click()
    expect(figure(page).locator(".chart-card__table table:first-child td:nth-child(3)")).to_have_text(bands)


def test_nan_of_a_run_is_said_and_not_counted(shown):
    values = np.ones(20)
    values[7] = np.nan
    params = {"a": {"seed": 1}, "b": {"seed": 2}}
    page = shown(
        Board({("a", "auc"): points(values), ("b", "auc"): points(values * 3)}, params=params), "#group=seeds"
    )
    drawn(page)

    expect(figure(page).locator(".chart-card__footer")).to_contain_text("a: 1 NaN at 7")
    assert ask(page, "drawn.lines[0].n[7]") == 0
    assert ask(page, "drawn.view.data('marks').length") == 1


def test_runs_are_smoothed_before_they_are_put_together(shown):
    random = np.random.default_rng(3)
    values = [random.normal(size=30), random.normal(size=50)]
    params = {"a": {"seed": 1}, "b": {"seed": 2}}
    board = Board({("a", "auc"): points(values[0]), ("b", "auc"): points(values[1])}, params=params)
    page = shown(board, "#group=seeds&smooth=0.9")
    drawn(page)

    found, raw = ask(page, "[[...drawn.lines[0].drawn], [...drawn.lines[0].y]]")

    def smoothed(series):
        last, out = 0.0, []
        for count, value in enumerate(series.astype(np.float32), 1):
            last = 0.9 * last + 0.1 * value
            out.append(last / (1 - 0.9**count))
        return np.array(out)

    one, other = map(smoothed, values)
    np.testing.assert_allclose(found, np.r_[(one + other[:30]) / 2, other[30:]], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(raw[:30], (values[0] + values[1][:30]) / 2, rtol=1e-4, atol=1e-6)


def test_group_of_long_runs_is_worked_out_from_all_their_points(shown):
    spike = np.random.default_rng(5).normal(size=6_000)
    spike[4_321] = 99.0
    params = {"a": {"seed": 1}, "b": {"seed": 2}}
    series = {("a", "auc"): points(spike), ("b", "auc"): points(np.zeros(6_000))}
    page = shown(Board(series, params=params), "#group=seeds&band=minmax")
    drawn(page)

    assert ask(page, "drawn.lines[0].x.length") == 6_000
    assert ask(page, "drawn.lines[0].kept.includes(4321)") is True
    assert ask(page, "[drawn.lines[0].drawn[4321], drawn.lines[0].high[4321]]") == [49.5, 99]
    assert 500 < int(figure(page).get_attribute("data-points")) < 1_700


def test_band_that_reaches_below_zero_leaves_the_log_scale_as_it_is(shown):
    series = {(f"run {run}", "loss"): points(np.geomspace(1, 10.0**-run, 20)) for run in range(4)}
    params = {f"run {run}": {"seed": run} for run in range(4)}
    page = shown(Board(series, params=params), "#group=seeds&y=log")
    drawn(page)

    assert ask(page, "drawn.y.type") == "log"
    assert ask(page, "Math.min(...drawn.lines[0].low.slice(1))") < 0
    floor = ask(page, "Math.min(...drawn.view.data('band').map((row) => row.low))")
    assert floor == ask(page, "drawn.y.domain[0]") > 0


@pytest.mark.parametrize("center", CENTERS)
@pytest.mark.parametrize(
    ("values", "mark"),
    [
        ((math.inf, math.inf), ("top", "+inf")),
        ((-math.inf, -math.inf), ("bottom", "-inf")),
        ((math.inf, -math.inf), ("bottom", "nan")),
        ((math.inf, math.nan), ("bottom", "nan")),
        ((math.inf, 3.0), None),
    ],
    ids=str,
)
def test_a_group_without_a_finite_value_has_the_mark_that_its_runs_share(shown, values, mark, center):
    params = {run: {"seed": seed} for seed, run in enumerate("ab")}
    series = {(run, "auc"): points([1.0, 2.0, value, 3.0]) for run, value in zip("ab", values, strict=True)}
    page = shown(Board(series, params=params), f"#group=seeds&center={center}")
    drawn(page)

    marks = ask(page, "drawn.view.data('marks').map(({ x, edge, kind }) => [x, edge, kind])")

    assert marks == ([[2, *mark]] if mark else [])


def test_a_bar_of_a_group_is_the_infinity_that_its_runs_logged(shown):
    series = {("a", "auc"): points([math.inf]), ("b", "auc"): points([0.5])}
    page = shown(Board(series, params={"a": {"depth": 1}, "b": {"depth": 2}}), "#group=param:depth")

    expect(drawn(page)).to_have_attribute("data-kind", "bars")

    assert ask(page, "drawn.bars.map(({ value }) => String(value))") == ["0.5", "Infinity"]


def test_metric_logged_once_a_run_has_a_bar_a_group(shown):
    series = {(f"run {run}", "auc"): points([run / 10], steps=[run]) for run in range(6)}
    params = {f"run {run}": {"depth": run % 2, "seed": run} for run in range(6)}
    page = shown(Board(series, params=params, goals={"auc": "max"}), "#group=param:depth")

    expect(drawn(page)).to_have_attribute("data-kind", "bars")

    rows = ask(page, "drawn.view.data('bars').map((row) => [row.label, row.y])")
    assert [label for label, _ in rows] == ["depth 1", "depth 0"]
    assert [value for _, value in rows] == pytest.approx([0.3, 0.2], 1e-6)
    spreads = ask(page, "drawn.view.data('spreads').map(({low, high}) => [low, high])")
    assert np.array(spreads) == pytest.approx(np.array([[0.1, 0.5], [0.0, 0.4]]), abs=1e-6)
    words = ask(page, "drawn.view.data('bars').map(({text}) => text)")
    assert words == ["0.3 ± 0.2 (3)", "0.2 ± 0.2 (3)"]


@pytest.mark.parametrize(
    ("band", "spread", "said"),
    [
        ("minmax", [[0.1, 0.5], [0.0, 0.4]], ["0.3 [0.1 – 0.5] (3)", "0.2 [0 – 0.4] (3)"]),
        ("none", [], ["0.3 (3)", "0.2 (3)"]),
    ],
    ids=["min to max", "none"],
)
def test_bars_of_groups_have_the_band_that_was_chosen(shown, band, spread, said):
    series = {(f"run {run}", "auc"): points([run / 10], steps=[run]) for run in (0, 1, 2, 5, 4, 3)}
    params = {f"run {run}": {"depth": run % 2, "seed": run} for run in range(6)}
    page = shown(Board(series, params=params, goals={"auc": "max"}), f"#group=param:depth&band={band}")

    expect(drawn(page)).to_have_attribute("data-kind", "bars")

    spreads = ask(page, "drawn.view.data('spreads').map(({low, high}) => [low, high])")
    assert np.array(spreads) == pytest.approx(np.array(spread), abs=1e-6)
    words = ask(page, "drawn.view.data('bars').map(({text}) => text)")
    assert words == said


def test_card_takes_the_board_grouping_back_and_says_what_the_page_lacks(shown):
    page = shown(seeded(), "#group=seeds&group:auc=none&color:auc=tag:gone")

    expect(drawn(page)).to_have_attribute("data-series", "12")
    expect(figure(page).locator(".chart-card__footer")).to_contain_text("no tag gone on this page")


def test_control_offers_what_differs_and_follows_the_address(shown):
    board = seeded()
    for name, params in board.params.items():
        board.params[name] = {**params, "constant": 1}
    page = shown(board, "#group=param:depth,param:seed")
    drawn(page)
    control = page.get_by_label("group by")

    expect(control.locator("option:not([hidden])")).to_have_text(
        ["none", "all but seeds", "depth", "seed", "depth, seed", "more…"]
    )
    expect(control.locator("option:checked")).to_have_text("depth, seed")
    control.select_option("more…")

    panel = page.get_by_role("dialog", name="how cards are drawn")
    expect(panel.get_by_role("checkbox", name="all but seeds")).to_be_focused()
    page.keyboard.press("Escape")
    control.select_option("none")
    expect(figure(page)).to_have_attribute("data-series", "12")
    assert "#" not in page.url or page.url.endswith("#")


def test_page_without_params_has_no_group_control(page):
    drawn(page)

    expect(page.get_by_text("group by")).to_have_count(0)


def test_group_is_named_by_what_tells_it_from_those_beside_it(shown):
    runs = [(f"run {number}", number % 2, number // 2 % 2, number // 4) for number in range(8)]
    params = {name: {"net.depth": depth, "width": width, "seed": seed} for name, depth, width, seed in runs}
    board = Board({(name, "auc"): points([depth, width, 1]) for name, depth, width, _ in runs}, params=params)
    page = shown(board, "#group=seeds&panel=param:width")
    drawn(page)

    names = "runfolio.hover.nameOf"
    whole = ask(page, f"drawn.lines.map((line) => {names}(line, drawn.lines))")
    assert whole == ["depth 0, width 0", "depth 1, width 0", "depth 0, width 1", "depth 1, width 1"]
    inside = ask(page, f"drawn.panels[0].lines.map((line) => {names}(line, drawn.panels[0].lines))")
    assert inside == ["depth 0", "depth 1"]


def test_runs_of_a_built_page_are_grouped_by_a_tag_that_no_column_shows(tmp_path, opened):
    runs = [
        RunPlan(
            {"auc": [number / 10, number / 10]},
            experiment="tagged",
            name=f"run {number}",
            params={"seed": number},
            tags={"stage": "try" if number < 3 else "final"},
        )
        for number in range(6)
    ]
    page = opened(page_of(built_site(tmp_path, runs)), "#runs=all&group=tag:stage&card:auc=auc")

    expect(drawn(page).locator(".chart-card__footer")).to_contain_text("2 groups of 6 runs")
    found = ask(page, "drawn.lines.map(({name, drawn, n}) => [name, n[0], drawn[0]])")
    assert [line[:2] for line in found] == [["stage try", 3], ["stage final", 3]]
    assert [line[2] for line in found] == pytest.approx([0.1, 0.4], 1e-6)
    expect(page.get_by_label("group by").locator("option:checked")).to_have_text("stage")
    page.get_by_label("group by").select_option("all but seeds")
    expect(drawn(page).locator(".chart-card__footer")).to_contain_text("1 group of 6 runs")
