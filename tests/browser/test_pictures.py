"""Pictures of runs: marks stand where values are, limits filter the table, nothing is dropped in silence."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from urllib.parse import unquote

import hostile
import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import RunPlan, make_store
from playwright.sync_api import Locator, Page, expect
from sites import built_site, page_of

from sitegen.build import build
from sitegen.config import SiteConfig

LOSS = {0: 0.5, 1: 0.4, 2: 0.45, 3: 0.2, 4: 0.25, 5: 0.3}
COST = {0: 1.0, 1: 3.0, 2: 2.0, 3: 9.0, 4: 9.0, 5: 5.0}
LR = {0: 1e-5, 1: 1e-4, 2: 1e-3, 3: 1e-2, 4: 1e-1, 5: 0.5}
KIND = {0: "tree", 1: "linear", 2: "tree", 3: "a kind of model that has a long name, one", 5: "tree"}
KIND[4] = "a kind of model that has a long name, two"


def trial(number: int) -> RunPlan:
    """A run with a low loss at the end; the fifth has no lr, the last one's depth is None."""
    params = {"lr": LR[number], "depth": None if number == 5 else 2 * number, "kind": KIND[number]}
    if number == 4:
        del params["lr"]
    return RunPlan(
        {"loss": [0.9, LOSS[number], LOSS[number] + 0.05], "cost/error": [COST[number], COST[number] + 1]},
        experiment="trials",
        name=f"trial-{number}",
        params=params,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return built_site(tmp_path_factory.mktemp("pictures"), [trial(number) for number in range(6)])


def card(page: Page, kind: str) -> Locator:
    """The first card of a kind, drawn."""
    figure = page.locator("figure[data-card]").filter(has_text=TITLES.get(kind, "")).first
    if kind in TITLES:
        figure.scroll_into_view_if_needed()
    figure = page.locator(f'figure[data-kind="{kind}"]').first
    expect(figure).to_have_attribute("data-drawn", "true")
    return figure


TITLES = {"parallel": "loss by all that differs"}


def drawn(page: Page, expression: str, kind: str) -> object:
    """Something about what a card of a kind has drawn."""
    return page.evaluate(
        f"""(kind) => {{
            const cards = [...runfolio.board.cards.values()];
            const {{ drawn }} = cards.find((card) => card.figure.dataset.kind === kind);
            const data = (name) => drawn.view.data(name);
            return {expression};
        }}""",
        kind,
    )


def listed(page: Page) -> list[str]:
    return page.locator("[data-runs-table] tbody th").all_text_contents()


SCATTER = "#card:+1=&kind:+1=scatter&axes:+1="


def test_dots_stand_where_the_values_are_and_what_lacks_one_is_counted(site, opened):
    page = opened(page_of(site), f"{SCATTER}param:lr,best:loss")
    figure = card(page, "scatter")

    dots = drawn(page, "data('dots').map(({ x, y }) => [x, y])", "scatter")

    assert sorted(dots) == sorted([LR[n], LOSS[n]] for n in range(6) if n != 4)
    expect(figure).to_have_attribute("data-series", "5")
    expect(figure.locator(".chart-card__footer")).to_contain_text("5 of 6 runs · 1 without lr or loss best")
    expect(figure.locator(".chart-card__footer")).to_contain_text("log scale")
    expect(figure.locator(".chart-card__title")).to_have_text("loss best by lr")
    expect(figure.locator(".chart-card__plot")).to_have_attribute(
        "aria-label",
        "loss best by lr: 5 runs as dots, lr to the right, loss best upwards; "
        "best: trial-3, loss best 0.2000 at lr 0.01",
    )
    # what the canvas shows: the dot of the lowest lr is at the left, the others a decade apart
    lefts = drawn(
        page, "data('dots').map(({ x }) => drawn.view.scale('x')(x)).sort((a, b) => a - b)", "scatter"
    )
    assert lefts[1] - lefts[0] == pytest.approx(lefts[2] - lefts[1])
    figure.get_by_role("button", name="table").click()
    rows = figure.locator("tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.filter(has_text="trial-3")).to_contain_text("0.2000")


LABELS = """(() => {
    const found = [];
    const visit = (item) => {
        if (item.role === "axis-label") found.push(...item.items.filter(({ align }) => align !== "right"));
        else item.items?.forEach(visit);
    };
    visit(drawn.view.scenegraph().root);
    return found.map(({ text, bounds }) => [text, bounds.x1, bounds.x2]);
})()"""


@pytest.mark.parametrize("kind", ["scatter", "bars", "curves"])
def test_words_below_an_axis_never_touch(tmp_path, opened, kind):
    rates = [0.0003, 0.001, 0.003, 0.01, 3]
    runs = [
        RunPlan(
            {"size": [12_345_678.25 + n / 1e3, 12_345_678.5 + n / 1e3]},
            experiment="words",
            params={"lr": rate},
        )
        for n, rate in enumerate(rates)
    ]
    axes = {"scatter": "param:lr,last:size", "bars": "last:size", "curves": ""}[kind]
    page = opened(
        page_of(built_site(tmp_path, runs)),
        f"#card:+1=size&kind:+1={kind}&axes:+1={axes}&x:+1=metric:size",
        viewport={"width": 390, "height": 800},
    )
    figure = page.locator('figure[data-card="+1"]')
    expect(figure).to_have_attribute("data-drawn", "true")

    words = page.evaluate(
        f"""() => {{
            const cards = [...runfolio.board.cards.values()];
            const {{ drawn }} = cards.find(({{ figure }}) => figure.dataset.card === "+1");
            return {LABELS};
        }}"""
    )

    assert len(words) >= 2
    for (_, _, right), (_, left, _) in itertools.pairwise(words):
        assert right + 3 < left, words


def test_the_front_holds_the_runs_that_none_is_better_than_in_both(site, opened):
    page = opened(page_of(site), f"{SCATTER}best:cost/error,best:loss")
    figure = card(page, "scatter")

    front = drawn(page, "data('front').map(({ x, y }) => [x, y])", "scatter")
    faint = drawn(
        page, "data('dots').filter(({ opacity }) => opacity < 0.5).map(({ x, y }) => [x, y])", "scatter"
    )

    ahead = {
        n
        for n in range(6)
        if not any(
            COST[m] <= COST[n] and LOSS[m] <= LOSS[n] and (COST[m], LOSS[m]) != (COST[n], LOSS[n])
            for m in range(6)
        )
    }
    assert sorted(front) == sorted([COST[n], LOSS[n]] for n in ahead)
    assert sorted(faint) == sorted([COST[n], LOSS[n]] for n in range(6) if n not in ahead)
    expect(figure.locator(".chart-card__footer")).to_contain_text(
        f"front: {len(ahead)} that no run is better than"
    )


def test_front_of_many_dots_is_that_of_the_definition_whatever_the_goals(site, opened):
    page = opened(page_of(site))

    for goals in (["max", "min"], ["min", "min"], ["max", "max"]):
        dots = [{"x": (n * 7919) % 31, "y": (n * 104729) % 29, "n": n} for n in range(60)]
        found = page.evaluate(
            """([dots, goals]) => runfolio.later("pictures").then(({ scatter }) =>
              scatter.front(dots, goals).map(({ n }) => n))""",
            [dots, goals],
        )

        sign = [1 if goal == "max" else -1 for goal in goals]
        score = [(sign[0] * dot["x"], sign[1] * dot["y"]) for dot in dots]
        ahead = {
            n
            for n, own in enumerate(score)
            if not any(a >= own[0] and b >= own[1] and (a, b) != own for a, b in score)
        }
        assert set(found) == ahead


def test_categories_are_bands_whose_dots_do_not_hide_each_other(site, opened):
    page = opened(page_of(site), f"{SCATTER}param:kind,run:status")
    card(page, "scatter")

    xs = drawn(page, "data('dots').map(({ x }) => x)", "scatter")
    words = drawn(page, "[...new Set(data('dots').map(({ x }) => Math.round(x)))].length", "scatter")

    assert words == 4  # long names that begin alike stay two
    assert len(set(xs)) == 6
    again = page.evaluate("runfolio.board.cards.get('+1').refresh()")
    assert again is None
    assert drawn(page, "data('dots').map(({ x }) => x)", "scatter") == xs


def test_a_dot_tells_its_run_lights_it_everywhere_and_opens_its_page(site, opened):
    page = opened(page_of(site), f"{SCATTER}param:depth,best:loss,param:kind")
    figure = card(page, "scatter")
    expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")
    left, top = drawn(
        page,
        "(({ box, rows, x }) => { const dot = rows.find(({ run }) => run === 1);"
        " return [box.left + x.to(dot.x) * box.width, box.top + drawn.view.scale('y')(dot.y)]; })(drawn)",
        "scatter",
    )
    plot = figure.locator(".chart-card__plot")

    plot.hover(position={"x": left, "y": top})

    tip = figure.locator(".picture-over .chart-tip")
    expect(tip).to_be_visible()
    expect(tip.locator("p").first).to_have_text("trial-1")
    expect(tip.locator("tr")).to_have_text(["depth2", "loss best0.4000", "kindlinear", "lr0.0001"])
    expect(page.locator('[data-runs-table] tr[data-run="1"]')).to_have_attribute("data-lit", "")
    expect(figure.locator(".chart-card__legend")).to_contain_text("linear")
    plot.click(position={"x": left, "y": top}, modifiers=["Shift"])
    assert "runs=" in page.url
    page.go_back()
    plot.click(position={"x": left, "y": top})
    expect(page.locator("h1")).to_contain_text("trial-1")


def test_parallel_axes_stand_on_the_page_and_keep_runs_that_lack_a_value(site, opened):
    page = opened(page_of(site))
    figure = card(page, "parallel")

    lines = drawn(page, "data('lines')", "parallel")
    ticks = drawn(page, "data('ticks')", "parallel")

    ends = drawn(page, "data('ends')", "parallel")

    assert {line["s"] for line in lines} == {str(n) for n in range(6)}
    assert {tick["x"] for tick in ticks} == {0, 1, 2}
    assert {tick["x"] for tick in ends} == {3}
    assert all(0 <= line["y"] <= 1 for line in lines)
    heads = figure.locator(".picture-head")
    expect(heads).to_have_text(["lr", "depth", "kind", "loss best"])
    named = {tick["label"]: tick["y"] for tick in ticks if tick["x"] == 0}
    lacking = [
        line["y"]
        for line in lines
        if line["x"] == 0 and line["y"] < min(y for label, y in named.items() if label != "(none)")
    ]
    assert lacking == [named["(none)"]]
    kinds = {round(line["y"], 6) for line in lines if line["x"] == 2}
    assert len(kinds) == 4
    colors = {line["run"] for line in lines}
    assert {"level0", "level8"} <= colors
    best = [line for line in lines if line["run"] == "level8" and line["x"] == 3]
    assert min(line["y"] for line in lines if line["x"] == 3) == pytest.approx(best[0]["y"])  # less is better
    expect(figure).to_have_attribute("data-points", "24")
    expect(figure.locator(".chart-card__footer")).to_contain_text('some lack lr: at "(none)"')


def test_axis_of_learning_rates_a_factor_of_ten_apart_is_logarithmic_from_three_decades_on(tmp_path, opened):
    runs = [
        RunPlan(
            {"loss": [number]}, "rates", params={"lr": 10.0 ** (number - 4), "width": 10**number - 1 or 2}
        )
        for number in range(4)
    ]

    page = opened(page_of(built_site(tmp_path, runs)))

    kind = "(word) => runfolio.fields.axisOf(runfolio.fields.of(word), runfolio.columns.order).scale.type"
    assert page.evaluate(kind, "param:lr") == "log"
    assert page.evaluate(kind, "param:width") == "linear"


def test_what_is_said_of_an_axis_is_not_said_again_of_its_colours(tmp_path, opened):
    runs = [RunPlan({"loss": [10.0**number]}, params={"width": number}) for number in range(4)]

    page = opened(page_of(built_site(tmp_path, runs)), f"{SCATTER}param:width,best:loss,best:loss")

    footer = card(page, "scatter").locator(".chart-card__footer")
    expect(footer).to_have_text("4 of 4 runs · loss: log scale, 3 decades or more")


def test_scales_of_a_scatter_are_as_chosen_and_what_is_not_above_zero_stays_in_sight(tmp_path, opened):
    values = [-30.0, 0.0, 0.5, 4.0, 5000.0]
    runs = [
        RunPlan({"loss": [1.0 + n], "gain": [value]}, "scales", params={"lr": 10.0 ** (n - 5)})
        for n, value in enumerate(values)
    ]
    site = built_site(tmp_path, runs)
    page = opened(page_of(site), f"{SCATTER}param:lr,last:gain&y=log")
    figure = card(page, "scatter")
    footer = figure.locator(".chart-card__footer")

    def types() -> list[str]:
        return drawn(page, "['x', 'y'].map((name) => drawn.view.scale(name).type)", "scatter")

    def choose(name: str, word: str) -> None:
        turn = int(figure.get_attribute("data-turn"))
        figure.locator(f'[data-option="{name}"] select').select_option(word)
        expect(figure).to_have_attribute("data-turn", str(turn + 1))

    assert types() == ["log", "linear"]  # by itself; the board's scale is that of curves
    expect(footer).to_have_text("5 of 5 runs · lr: log scale, 3 decades or more")

    figure.get_by_role("button", name="more to do with this card").click()
    figure.get_by_role("button", name="settings…").click()
    expect(figure.locator('[data-option="y"] option')).to_have_text(
        ["as values ask", "linear", "log", "symmetric log"]
    )
    choose("xscale", "linear")
    choose("y", "log")

    assert types() == ["linear", "symlog"]
    expect(footer).to_have_text("5 of 5 runs · gain last: values at or below 0: symmetric log scale")
    assert "xscale:+1=linear" in page.url
    assert "y:+1=log" in page.url
    tops = drawn(page, "drawn.model.stops().map(({ y }) => y)", "scatter")  # from the lowest lr, so value, on
    assert tops == sorted(tops, reverse=True)
    assert all(0 < top < 260 for top in tops)
    gaps = [one - two for one, two in itertools.pairwise(tops)]
    assert min(gaps) > 5

    choose("y", "symlog")
    expect(footer).to_have_text("5 of 5 runs")
    choose("xscale", "")
    assert types() == ["log", "symlog"]
    assert "xscale" not in page.url

    options = {"kind": "scatter", "axes": "param:lr,last:gain", "xscale": "linear", "y": "log"}
    config = SiteConfig.model_validate({"boards": [{"cards": [{"options": options}], "rest": "none"}]})
    build([make_store(tmp_path / "configured", runs)], tmp_path / "other", config)
    page = opened(page_of(tmp_path / "other"))
    card(page, "scatter")
    assert types() == ["linear", "symlog"]


@pytest.mark.parametrize("width", [1280, 390])
def test_ticks_of_parallel_axes_say_their_values_and_no_two_the_same(tmp_path, opened, width):
    params = {
        "count": lambda n: 100_000 + n,
        "close": lambda n: 0.3 + n * 1e-5,
        "closer": lambda n: 1 + n * 1e-10,
        "some": lambda n: None if n else 0.5,
        "text": lambda n: f"a kind of model {n} with a long name",
    }
    runs = [
        RunPlan(
            {"auc": [0.971 + n * 1e-4]} if n else {"loss": [1.0]},
            experiment="near",
            params={name: value(n) for name, value in params.items() if n < 4 or name == "count"},
        )
        for n in range(5)
    ]
    axes = ",".join(f"param:{name}" for name in params)
    page = opened(
        page_of(built_site(tmp_path, runs)),
        f"#card:+1=&kind:+1=parallel&axes:+1={axes},last:auc",
        viewport={"width": width, "height": 900},
    )
    expect(page.locator('figure[data-card="+1"]')).to_have_attribute("data-drawn", "true")

    said = page.evaluate(
        """() => {
            const cards = [...runfolio.board.cards.values()];
            const { drawn, picture } = cards.find(({ figure }) => figure.dataset.card === "+1");
            const { axes } = picture.what;
            return [...drawn.view.data("ticks"), ...drawn.view.data("ends")].map(({ x, y, label }) =>
                [x, label, axes[x].numeric && y > axes[x].base - 0.001 ? axes[x].from(y) : null]);
        }"""
    )

    for axis in range(6):
        words = [label for x, label, _ in said if x == axis]
        assert len(words) >= 2 or width == 390
        assert len(set(words)) == len(words)
    assert {label for x, label, value in said if x == 5 and value is None} == {"(none)"}
    for axis in (0, 1, 2, 5):
        numbers = [(label, value) for x, label, value in said if x == axis and value is not None]
        assert len(numbers) >= 2 or width == 390
        gap = min((abs(one[1] - other[1]) for one, other in itertools.pairwise(numbers)), default=1)
        for label, value in numbers:
            assert abs(float(label.replace(",", "")) - value) < gap / 100  # whole, or not at all
    dates = ["2024-01-01", "2024-02-01", "2025-01-01"]
    cut = page.evaluate("dates => [30, 50, 60].map((room) => runfolio.names.apart(dates, room))", dates)
    assert all(len(set(words)) == 3 for words in cut)
    assert cut[2] == ["2024-01…", "2024-02…", "2025-01…"]


def test_parallel_axes_say_how_many_of_the_params_that_differ_they_are(tmp_path, opened):
    names = [f"p{number}" for number in range(8)]
    params = ["seed", *names]
    runs = [RunPlan({"loss": [n]}, experiment="many", params=dict.fromkeys(params, n)) for n in range(1, 5)]
    page = opened(page_of(built_site(tmp_path, runs)))
    footer = card(page, "parallel").locator(".chart-card__footer")
    said = "params that differ: choose others in the settings"

    expect(footer).to_contain_text(f"4 runs · 6 of 8 {said}")
    new = page.evaluate("runfolio.fields.defaults('parallel')")  # a card that is made now
    assert new == [*(f"param:{name}" for name in names[:6]), "best:loss"]
    page.evaluate(
        """axes => {
            const cards = [...runfolio.board.cards.values()];
            const card = cards.find(({ figure }) => figure.dataset.kind === "parallel");
            runfolio.view.choose("axes", axes, card.state.key);
        }""",
        [*(f"param:{name}" for name in names), "last:loss"],
    )
    expect(footer).not_to_contain_text("params that differ")


def drag(page: Page, figure: Locator, axis: int, low: float, high: float) -> None:
    """Drag along an axis, from one height to another; 0 is its foot."""
    box = figure.locator(".picture-zone").nth(axis).bounding_box()
    x = box["x"] + box["width"] / 2
    at = [box["y"] + 8 + (1 - unit) * (box["height"] - 16) for unit in (low, high)]
    page.mouse.move(x, at[0])
    page.mouse.down()
    page.mouse.move(x, (at[0] + at[1]) / 2)
    page.mouse.move(x, at[1])
    page.mouse.up()


def test_names_of_parallel_axes_never_touch_and_are_whole_in_their_titles(opened, tmp_path):
    names = [f"model.a_long_name_of_a_param_{number}" for number in range(5)]
    runs = [
        RunPlan({"auc": [n / 100]}, experiment="long", params=dict.fromkeys(names, n * 10.0))
        for n in range(1, 4)
    ]
    axes = ",".join(f"param:{name}" for name in names)
    page = opened(
        page_of(built_site(tmp_path, runs)),
        f"#card:+1=&kind:+1=parallel&axes:+1={axes}",
        viewport={"width": 390, "height": 800},
    )
    figure = page.locator('figure[data-card="+1"]')
    expect(figure).to_have_attribute("data-drawn", "true")

    buttons = figure.locator(".picture-head > button")
    boxes = [button.bounding_box() for button in buttons.all()]

    assert len(boxes) == 5
    for left, right in itertools.pairwise(boxes):
        assert left["x"] + left["width"] + 3 < right["x"]
    for name, button in zip(names, buttons.all(), strict=True):
        assert (button.get_attribute("title") or "").startswith(f"{name}:")
        expect(button).to_have_accessible_name(name)
    assert len({button.inner_text() for button in buttons.all()}) == 5
    assert all(
        button.evaluate("(button) => button.scrollWidth <= button.clientWidth") for button in buttons.all()
    )


def test_words_cut_beside_one_another_stay_apart(site, opened):
    page = opened(page_of(site))
    names = ["optimizer.schedule.warmup_steps", "optimizer.schedule.warmup_ratio", "optimizer.schedule.decay"]

    def cut(words: list[str], room: float) -> list[str]:
        shown = page.evaluate(
            "([words, room]) => runfolio.names.apart(words, words.map(() => room))",
            [words, room],
        )
        widths = page.evaluate("words => words.map((word) => runfolio.chart.widest([word]))", shown)
        assert all(width <= room for width in widths)
        assert len(set(shown)) == len(words)
        assert all("…" in told or told == word for told, word in zip(shown, words, strict=True))
        return shown

    assert cut(names, 60) == ["…steps", "…ratio", "…decay"]
    assert cut(names[:2], 150) == ["…schedule.warmup_steps", "…schedule.warmup_ratio"]
    assert cut(["huge", "hugelog"], 1e3) == ["huge", "hugelog"]
    for room in (30, 45, 70, 200):
        cut([*names, "lr", "huge", "hugelog", "huge_log", "model.depth", "model.kind"], room)
        cut([f"sweep-lr=0.001,depth={depth},kind=boosted,seed=0" for depth in (4, 8, 6)], room)
        cut(["1.000000", "1.001000"], room)


def test_brushing_axes_filters_the_table_and_is_in_the_address(site, opened):
    page = opened(page_of(site))
    figure = card(page, "parallel")
    expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")

    drag(page, figure, 3, 0.02, 0.5)  # the lower half of the losses

    expect(page.locator("[data-runs-table] tbody th")).to_have_text(["trial-3", "trial-4", "trial-5"])
    assert "brush=best:loss=" in unquote(page.url)
    expect(figure.locator(".chart-card__footer")).to_contain_text("3 within the limits")
    drag(page, figure, 1, -0.02, 0.12)  # and depth None
    expect(page.locator("[data-runs-table] tbody th")).to_have_text(["trial-5"])
    assert "param:depth=!None" in unquote(page.url)
    dimmed = drawn(
        page,
        "new Set(data('lines').filter(({ weight }) => weight === 'dimmed').map(({ s }) => s)).size",
        "parallel",
    )
    assert dimmed == 5
    page.go_back()
    expect(page.locator("[data-runs-table] tbody th")).to_have_count(3)
    page.reload()
    expect(page.locator("[data-runs-table] tbody th")).to_have_text(["trial-3", "trial-4", "trial-5"])
    page.get_by_role("searchbox", name="filter").fill("tree")
    expect(page.locator("[data-runs-table] tbody th")).to_have_text(["trial-5"])
    page.get_by_role("searchbox", name="filter").fill("")
    expect(page.locator(".runs__limited")).to_contain_text("only runs with")
    page.locator(".runs").get_by_role("button", name="clear limits").press("Enter")
    expect(page.locator(".runs__limited")).to_be_hidden()
    expect(page.get_by_role("button", name="Columns", exact=True)).to_be_focused()
    page.go_back()
    card(page, "parallel").get_by_role("button", name="clear limits").press("Enter")
    expect(page.locator("[data-runs-table] tbody th")).to_have_count(6)
    expect(card(page, "parallel").get_by_role("button", name="more to do")).to_be_focused()
    assert "brush" not in page.url


def test_drag_that_begins_beside_an_axis_limits_it(site, opened):
    page = opened(page_of(site))
    figure = card(page, "parallel")
    expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")
    axes = [
        box["x"] + box["width"] / 2
        for box in map(Locator.bounding_box, figure.locator(".picture-zone").all())
    ]
    box = figure.locator(".picture-zone").nth(3).bounding_box()

    page.mouse.move(axes[3] - 24, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(axes[3] - 24, box["y"] + box["height"] - 12, steps=3)
    page.mouse.up()

    expect(page.locator("[data-runs-table] tbody th")).to_have_text(["trial-3", "trial-4", "trial-5"])
    mark = figure.locator(".picture-zone__limits").bounding_box()
    assert mark["x"] + mark["width"] / 2 == pytest.approx(axes[3], abs=0.6)


MARK = """() => {
    const cards = [...runfolio.board.cards.values()];
    const { plot, drawn } = cards.find(({ figure }) => figure.dataset.card === "+1");
    const { left, top, width, height } = plot.getBoundingClientRect();
    for (let x = 60; x < width; x++) for (let y = 50; y < height; y++) {
        const { run } = drawn.model.nearest(x, y) ?? { run: null };
        const far = (dx, dy) => drawn.model.nearest(x + dx, y + dy)?.run !== run;
        const over = document.elementFromPoint(left + x, top + y)?.classList.contains("picture-over");
        if (run !== null && over && !far(4, 4) && !far(-4, -4)) return [left + x, top + y];
    }
}"""  # in the middle of what stands for a run, beside the axes


@pytest.mark.parametrize("kind", ["scatter", "parallel", "bars"])
def test_drag_over_a_picture_opens_no_run_but_a_hand_may_shake(site, opened, kind):
    page = opened(page_of(site), f"#card:+1=&kind:+1={kind}&axes:+1=param:depth,best:loss")
    figure = page.locator('figure[data-card="+1"]')
    expect(figure).to_have_attribute("data-drawn", "true")
    expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")
    x, y = page.evaluate(MARK)

    page.mouse.move(x + 30, y - 40)
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.mouse.up()
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=4)
    page.mouse.move(x, y, steps=4)
    page.mouse.up()

    expect(page.locator("h1")).to_have_text("trials")
    page.mouse.down()
    page.mouse.move(x + 2, y + 1)
    page.mouse.up()
    expect(page.locator("h1")).to_contain_text("trial-")


def test_limits_order_and_axes_are_set_by_keyboard_too(site, opened):
    page = opened(page_of(site))
    figure = card(page, "parallel")
    expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")

    figure.get_by_role("button", name="lr", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("lr, from")).to_be_focused()
    page.keyboard.type("0.01")
    page.keyboard.press("Enter")
    expect(page.locator("[data-runs-table] tbody th")).to_have_text(["trial-3", "trial-5"])
    expect(page.get_by_label("lr, from")).to_be_focused()
    page.get_by_role("dialog").get_by_label("(none)").check()
    expect(page.locator("[data-runs-table] tbody th")).to_have_text(["trial-3", "trial-4", "trial-5"])
    page.get_by_label("lr, to").fill("0.001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("not taken: “from” must not lie above “to”")
    expect(page.get_by_label("lr, to")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-runs-table] tbody th")).to_have_count(3)
    page.get_by_label("lr, to").fill("0.5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.keyboard.press("Escape")
    figure.get_by_role("button", name="lr", exact=True).press("Enter")
    page.get_by_role("button", name="move →").press("Enter")
    expect(figure.locator(".picture-head")).to_have_text(["depth", "lr", "kind", "loss best"])
    figure.get_by_role("button", name="kind", exact=True).press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="remove").press("Enter")
    expect(figure.locator(".picture-head")).to_have_text(["depth", "lr", "loss best"])
    assert "=param:depth,param:lr,best:loss" in page.url


def test_axis_is_moved_by_dragging_its_name(site, opened):
    page = opened(page_of(site))
    figure = card(page, "parallel")
    names = figure.locator(".picture-head")
    before = names.all_text_contents()
    first, third = names.nth(0).bounding_box(), names.nth(2).bounding_box()

    page.mouse.move(first["x"] + 8, first["y"] + 8)
    page.mouse.down()
    page.mouse.move(third["x"] + third["width"] / 2, third["y"] + 8, steps=4)
    expect(names.nth(2)).to_have_attribute("data-target", "")
    page.mouse.up()

    expect(names).to_have_text([before[1], before[2], before[0], *before[3:]])
    expect(page.get_by_role("dialog")).to_have_count(0)
    names.nth(2).get_by_role("button").click()
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("kind", ["scatter", "parallel", "bars"])
def test_keys_go_from_run_to_run_on_a_picture(site, opened, kind):
    page = opened(page_of(site), f"#card:+1=&kind:+1={kind}&axes:+1=best:cost/error,best:loss&runs=all")
    plot = card(page, kind).locator(".chart-card__plot")
    tip = plot.locator(".picture-over .chart-tip")
    seen = []
    plot.focus()
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft"):
        plot.press(key)
        expect(tip).to_be_visible()
        seen.append(tip.inner_text().splitlines()[0])
        expect(page.locator("[data-runs-table] tr[data-lit]")).to_have_count(1)

    assert len(set(seen)) == 4
    expect(plot.locator("+ .unseen")).to_contain_text(seen[-1])
    plot.press("Escape")
    expect(tip).to_be_hidden()
    plot.press("Home")
    first = tip.inner_text().splitlines()[0].split(" · ")[0]
    plot.press("Enter")
    expect(page.locator("h1")).to_have_text(first)


def test_bar_of_a_metric_that_was_logged_once_tells_its_run(tmp_path, opened):
    runs = [RunPlan({"size": [n + 1.5]}, name=f"run-{n}", params={"depth": n}) for n in range(3)]
    page = opened(page_of(built_site(tmp_path, runs)))
    figure = page.locator("figure[data-card]").first
    expect(figure).to_have_attribute("data-kind", "bars")
    expect(figure).to_have_attribute("data-drawn", "true")
    plot = figure.locator(".chart-card__plot")

    plot.hover(position={"x": 160, "y": 40})

    tip = plot.locator(".picture-over .chart-tip")
    expect(tip).to_contain_text("run-1")
    expect(tip).to_contain_text("size")
    expect(tip).to_contain_text("2.5")
    expect(page.locator("[data-runs-table] tr[data-lit]")).to_contain_text("run-1")


def test_tooltips_tell_long_names_labels_and_values_apart(tmp_path, opened):
    start = "model.encoder.attention.heads.projection.dropout_probability_during_"
    runs = [
        RunPlan(
            {"size": [n + 1.5]},
            name=f"{'resnet50-with-much-augmentation-' * 3}lr-{n}-run",
            params={
                "data": f"{'/long/path' * 10}/v{n}.parquet",
                f"{start}training": n,
                f"{start}testing": -n,
            },
        )
        for n in range(3)
    ]
    page = opened(
        page_of(built_site(tmp_path, runs)), "#card:+1=&kind:+1=scatter&axes:+1=run:duration,last:size"
    )
    figures = {kind: page.locator(f'figure[data-kind="{kind}"]').first for kind in ("bars", "scatter")}
    for figure in figures.values():
        expect(figure).to_have_attribute("data-drawn", "true")
    for kind, figure in figures.items():
        plot = figure.locator(".chart-card__plot")
        tip = plot.locator(".picture-over .chart-tip")
        plot.focus()
        names, values = set(), set()
        for _ in runs:
            plot.press("ArrowRight")
            expect(tip).to_be_visible()
            names.add(tip.locator("p").first.inner_text())
            rows = dict(row.inner_text().split("\t") for row in tip.locator("tr").all())
            values.add(rows.get("data", ""))
            for part in tip.locator("p, th, td").all():
                assert part.evaluate("(part) => part.scrollWidth <= part.clientWidth")
        assert names == {run.name for run in runs}
        if kind == "scatter":
            labels = sorted(word for word in rows if word.startswith("…"))
            assert [label.rpartition("_")[2] for label in labels] == ["testing", "training"]
            assert len(values) == 3
            assert all(value.endswith(f"v{n}.parquet") for n, value in enumerate(sorted(values)))


def test_tooltip_of_a_dot_stays_within_the_window(site, opened):
    page = opened(page_of(site), f"{SCATTER}param:depth,best:loss,param:kind&runs=all")
    figure = card(page, "scatter")
    plot = figure.locator(".chart-card__plot")
    tip = plot.locator(".picture-over .chart-tip")
    plot.focus()
    place = plot.bounding_box()
    page.set_viewport_size({"width": 1280, "height": math.ceil(place["y"] + place["height"])})
    for _ in LOSS:
        plot.press("ArrowRight")
        box = tip.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= page.viewport_size["height"]


def test_bars_of_a_field_are_sorted_with_the_best_in_front_and_groups_have_spreads(site, opened):
    page = opened(page_of(site), "#card:+1=&kind:+1=bars&axes:+1=best:loss")
    figure = card(page, "bars")

    bars = drawn(page, "data('bars').map(({ label, y, opacity }) => [label, y, opacity])", "bars")

    order = sorted(LOSS, key=LOSS.get)
    assert [bar[:2] for bar in bars] == [[f"trial-{n}", LOSS[n]] for n in order]
    assert bars[0][2] > max(bar[2] for bar in bars[1:])
    assert drawn(page, "drawn.view.scale('x')(0)", "bars") == 0
    page.evaluate("runfolio.view.choose('group', ['param:kind'], '+1')")
    expect(figure.locator(".chart-card__footer")).to_contain_text("4 groups · mean ± standard deviation")
    (spread,) = drawn(page, "data('spreads').map(({ low, high }) => [low, high])", "bars")
    trees = [LOSS[n] for n in (0, 2, 5)]
    mean = sum(trees) / 3
    deviation = math.sqrt(sum((value - mean) ** 2 for value in trees) / 2)
    assert spread == pytest.approx([mean - deviation, mean + deviation])
    figure.get_by_role("button", name="table").click()
    expect(figure.locator("tbody tr").filter(has_text="kind tree")).to_contain_text("(3)")


def test_what_a_run_lacks_is_an_empty_cell_in_the_csv_of_a_picture(tmp_path, opened):
    having = [{"depth": 3, "opt": "adam"}, {"depth": 5, "opt": "(none)"}, {"opt": "sgd"}, {"depth": 7}]
    runs = [
        RunPlan({"auc": [0.1, 0.8 + n / 100]}, experiment="lacking", name=f"run-{n}", params=params)
        for n, params in enumerate(having)
    ]
    page = opened(
        page_of(built_site(tmp_path, runs)), "#card:+1=&kind:+1=parallel&axes:+1=param:depth,param:opt"
    )
    expect(page.locator("figure[data-card='+1']")).to_have_attribute("data-drawn", "true")

    csv = page.evaluate(
        "runfolio.later('tools').then(() => runfolio.csv.drawn(runfolio.board.cards.get('+1')))"
    )

    head, *rows = csv.splitlines()
    assert head == "run,depth,opt"
    assert sorted(rows) == ["run-0,3,adam", "run-1,5,(none)", "run-2,,sgd", "run-3,7,"]


def test_bars_of_groups_by_a_long_value_are_told_apart_and_whole_in_csv(tmp_path, opened):
    paths = [f"/{'long/path/' * 10}v{n}.parquet" for n in range(2)]
    runs = [RunPlan({"loss": [1.0, n]}, name=f"run-{n}", params={"data": paths[n % 2]}) for n in range(4)]
    page = opened(
        page_of(built_site(tmp_path, runs)), "#group=param:data&card:+1=&kind:+1=bars&axes:+1=last:loss"
    )
    card(page, "bars")

    names = drawn(page, "data('bars').map(({ label }) => label)", "bars")
    csv = page.evaluate(
        "runfolio.later('tools').then(() => runfolio.csv.drawn(runfolio.board.cards.get('+1')))"
    )

    assert [name[-11:] for name in sorted(names)] == [path[-11:] for path in paths]
    assert {line.split(",")[0] for line in csv.splitlines()[1:]} == {f"data {path}" for path in paths}
    rows = page.locator("[data-runs-table] tr[data-group] button.runs-table__open")
    assert sorted(row.inner_text()[-11:] for row in rows.all()) == [path[-11:] for path in paths]
    assert {row.get_attribute("title") for row in rows.all()} == {f"data {path}" for path in paths}


def test_bars_and_dots_have_the_colours_of_their_groups(site, opened):
    page = opened(
        page_of(site),
        "#group=param:kind&card:+1=&kind:+1=bars&axes:+1=best:loss&card:+2=&kind:+2=scatter&axes:+2=best:loss,run:duration",
    )
    card(page, "bars")
    card(page, "scatter")

    bars = drawn(page, "data('bars').map(({ label, run }) => [label, run])", "bars")
    dots = drawn(page, "data('dots').map(({ x, run }) => [x, run])", "scatter")

    legend = page.locator("figure[data-kind=curves] .chart-card__legend").first
    tree = legend.get_by_role("button", name="kind tree").locator(".swatch").get_attribute("data-color")
    assert dict(bars)["kind tree"] == tree
    assert [run for loss, run in dots if loss in (LOSS[0], LOSS[2], LOSS[5])] == [tree] * 3
    assert len({run for _, run in dots}) == 4


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        ([1e-5, 1e-3, 0.1, 0.1], ["0", "1", "2", "2"]),
        ([10.0**-power for power in range(8)], ["43", "39", "34", "30", "25", "21", "16", "12"]),
        ([*"abcdefghijkl", None], [*map(str, range(10)), "context", "context", "11"]),
    ],
    ids=["few numbers", "many numbers", "many words, and none"],
)
def test_a_value_has_one_colour_on_curves_and_pictures(tmp_path, opened, values, keys):
    runs = [
        RunPlan(
            {"loss": [1.0, number + 1]}, name=f"r{number:02}", params={} if value is None else {"p": value}
        )
        for number, value in enumerate(values)
    ]
    parallel = "card:+2=&kind:+2=parallel&axes:+2=run:started,best:loss"

    page = opened(
        page_of(built_site(tmp_path, runs)),
        f"{SCATTER}run:started,best:loss&{parallel}&color=param:p&runs=all",
        viewport={"width": 1280, "height": 2600},
    )
    for kind in ("scatter", "curves", "parallel"):
        expect(page.locator(f'figure[data-kind="{kind}"]').first).to_have_attribute("data-drawn", "true")

    def colors(kind: str, name: str, key: str) -> list[str]:
        rows = drawn(page, f"drawn.{name}.map((row) => [row.run, row.{key}])", kind)
        names = page.evaluate("runfolio.data.page.runs.map((run) => run.name)")
        return [color for _, color in sorted((names[run], color) for run, color in rows)]

    assert colors("curves", "lines", "key") == keys
    assert colors("scatter", "rows", "color") == keys
    assert colors("parallel", "rows", "color") == keys
    drawn_as = {key: drawn(page, f"drawn.view.scale('color')('{key}')", "curves") for key in keys}
    palette = page.evaluate("runfolio.chart.palette().runs")
    assert drawn_as == {key: palette[10 if key == "context" else int(key)] for key in keys}


def test_new_cards_of_every_kind_come_from_the_toolbar_and_change_in_their_settings(site, opened):
    page = opened(page_of(site))
    page.get_by_role("button", name="new card…").click()

    page.get_by_role("button", name="scatter", exact=True).click()

    figure = page.locator('figure[data-card="+1"]')
    expect(figure).to_have_attribute("data-kind", "scatter")
    expect(figure.locator(".chart-card__title")).to_have_text("loss best by lr")
    figure.get_by_role("button", name="more to do with this card").click()
    figure.get_by_role("button", name="settings…").click()
    figure.get_by_label("x", exact=True).select_option("param:kind")
    expect(figure.locator(".chart-card__title")).to_have_text("loss best by kind")
    figure.get_by_label("add colour").select_option("param:depth")
    expect(figure.locator(".chart-card__legend")).to_contain_text("depth")
    figure.get_by_label("picture").select_option("parallel")
    expect(figure).to_have_attribute("data-kind", "parallel")
    expect(figure.locator(".picture-head")).to_have_text(["kind", "loss best", "depth"])
    figure.get_by_label("picture").select_option("curves")
    expect(figure.locator(".picture-head")).to_have_count(0)
    expect(figure).to_contain_text("No metric on this card yet")


def test_settings_of_a_card_offer_what_does_something_for_its_kind_its_own_first(site, opened):
    page = opened(page_of(site), "#card:+1=&kind:+1=scatter")
    card(page, "scatter")
    figure = page.locator('figure[data-card="+1"]')
    offered = figure.locator("[data-option]")

    def names() -> list[str]:
        return offered.evaluate_all("(rows) => rows.map((row) => row.dataset.option)")

    figure.get_by_role("button", name="more to do with this card").click()
    figure.get_by_role("button", name="settings…").click()
    assert names() == ["kind", "axes", "size", "pin", "xscale", "y", "group"]
    expect(figure.locator('[data-option="size"] select')).to_have_value("normal")
    figure.get_by_label("picture").select_option("bars")
    assert names() == ["kind", "axes", "size", "pin", "group", "color"]
    figure.get_by_label("picture").select_option("parallel")
    assert names() == ["kind", "axes", "size", "pin", "color"]
    expect(figure.get_by_label("colour tells").locator("option")).to_have_text(
        ["as the board", "the last axis", "lr", "depth", "kind"]
    )
    expect(figure.get_by_label("picture")).to_be_focused()
    figure.get_by_label("picture").select_option("curves")
    assert names()[:5] == ["x", "xscale", "zoom", "y", "ylim"]
    assert {"smooth", "band", "line", "panel", "kind"} < set(names())
    assert "axes" not in names()


def test_settings_that_change_nothing_now_cannot_be_chosen_and_say_when_they_can(tmp_path, opened):
    runs = [RunPlan({"loss": [2.0, n], "size": [n]}, params={"lr": n, "kind": f"k{n}"}) for n in range(3)]
    page = opened(page_of(built_site(tmp_path, runs)), f"{SCATTER}param:kind,best:loss")

    def opened_settings(name: str) -> Locator:
        figure = page.locator(f'figure[data-card="{name}"]')
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-drawn", "true")
        page.keyboard.press("Escape")
        figure.get_by_role("button", name="more to do with this card").click()
        figure.get_by_role("button", name="settings…").click()
        return page.get_by_role("dialog")

    def expect_hints(panel: Locator, **hints: str) -> None:
        for name, hint in hints.items():
            row = panel.locator(f'[data-option="{name}"]')
            expect(row.locator("small")).to_have_text(hint)
            assert row.locator("select").is_disabled() == bool(hint)

    panel = opened_settings("0")
    expect_hints(panel, center="when grouped", band="when grouped", y="", xscale="")
    panel.get_by_label("lr", exact=True).check()
    panel.get_by_label("each series").select_option("on")
    panel.get_by_label("x is").select_option("time")
    expect_hints(panel, center="", band="", y="when as logged", xscale="not for wall time")

    panel = opened_settings("1")  # single values as bars
    offered = panel.locator("[data-option]").evaluate_all("(rows) => rows.map((row) => row.dataset.option)")
    assert offered == ["group", "center", "band", "color", "kind", "size", "pin"]
    expect(panel.get_by_label("picture").locator("option").first).to_have_text("bars: one point in each run")

    panel = opened_settings("+1")
    expect_hints(panel, xscale="for numbers", y="")
    panel.get_by_label("x", exact=True).select_option("param:lr")
    expect_hints(panel, xscale="", y="")


def test_what_the_page_does_not_have_is_said(site, opened):
    page = opened(
        page_of(site), f"{SCATTER}param:gone,best:loss&brush=param:gone=1..2;nonsense;param:lr=5..1"
    )

    expect(page.locator('figure[data-card="+1"]')).to_contain_text("no runs with param:gone")
    expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")
    assert len(listed(page)) == 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_page_of_pictures(site, opened, scheme):
    page = opened(
        page_of(site),
        "#card:+1=&kind:+1=scatter&axes:+1=param:lr,best:loss,param:kind&brush=param:lr=0.001..",
        color_scheme=scheme,
    )
    card(page, "scatter")
    card(page, "parallel")

    found = Axe().run(page, options={"preload": False})

    serious = [fault for fault in found.response["violations"] if fault["impact"] in ("serious", "critical")]
    assert not serious, found.generate_report()


def test_nothing_is_wider_than_a_phone(site, opened):
    page = opened(page_of(site), viewport={"width": 390, "height": 800})
    card(page, "scatter")
    card(page, "parallel")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hostile_words_in_params_and_categories_stay_words(tmp_path, opened):
    names = [*hostile.NAMES[:24], "a=b;c|d..e", "~", "!None", "%3b"]
    runs = [
        RunPlan(
            {"auc": [number / 100]},
            experiment="odd",
            name=name,
            params={"first": name, "other": number, names[3]: number},
        )
        for number, name in enumerate(names)
    ]
    page = opened(
        page_of(built_site(tmp_path, runs)),
        "#card:+1=&kind:+1=parallel&axes:+1=param:first,param:other,best:auc",
    )
    page.add_init_script(
        "for (const name of ['alert', 'confirm', 'prompt'])"
        " window[name] = () => console.error('ran: ' + name);"
    )
    expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")
    figure = page.locator('figure[data-card="+1"]')
    expect(figure).to_have_attribute("data-drawn", "true")

    units = drawn(
        page, "new Set(data('lines').filter(({ x }) => x === 0).map(({ y }) => y)).size", "parallel"
    )

    assert units == len(names)
    for number, name in enumerate(names):
        found = page.evaluate(
            """(run) => {
                const { address, brush, fields, view } = runfolio;
                const { id } = fields.of("param:first").other(run);
                brush.set("param:first", { range: null, ids: new Set([id]) });
                const again = address.parse(address.format(view.state)).others.get("brush");
                return [brush.matching(runfolio.columns.order), again === view.get("brush")];
            }""",
            number,
        )
        assert found == [[number], True], name
    expect(page.locator("main img")).to_have_count(0)


def test_a_print_from_the_dark_theme_is_that_of_the_light_one(site, opened):
    prints = []
    for theme in ("light", "dark"):
        page = opened(next(site.glob("e/*/index.html")), color_scheme=theme)
        for figure in page.locator("figure[data-card]").all():
            figure.scroll_into_view_if_needed()
            expect(figure).to_have_attribute("data-drawn", "true")
        kinds = page.locator("figure[data-card]").evaluate_all(
            "found => found.map(({dataset}) => dataset.kind)"
        )
        assert {"curves", "scatter", "parallel"} <= set(kinds)
        # what runs while the page is laid out as on paper
        page.evaluate(
            """matchMedia("print").addEventListener("change", ({matches}) => {
              if (!matches) return;
              const all = (part, told) => [...document.querySelectorAll(part)].map(told);
              const color = (element) => getComputedStyle(element).backgroundColor;
              const pictures = all(".chart-card__canvas canvas", (canvas) => canvas.toDataURL());
              const colored = [".swatch", ".tick input", ".picture-legend__strip span"];
              window.paper = [pictures, ...colored.map((part) => all(part, color))];
            })"""
        )
        page.pdf(format="A4")
        prints.append(page.evaluate("window.paper"))
        for figure in page.locator("figure[data-card]").all():
            figure.scroll_into_view_if_needed()
            expect(figure).to_have_attribute("data-theme", theme)

    assert all(prints[0])
    assert prints[0] == prints[1]


@pytest.mark.parametrize(("landscape", "beside"), [(False, 1), (True, 2)])
def test_pictures_fill_the_sheet_on_paper_with_names_above_their_axes_and_their_limits(
    site, opened, landscape, beside
):
    page = opened(next(site.glob("e/*/index.html")), "#brush=best:loss=0.25..0.45")
    card(page, "parallel")
    page.evaluate(
        """matchMedia("print").addEventListener("change", ({matches}) => {
          if (!matches) return;
          const box = (element) => element.getBoundingClientRect();
          const figure = document.querySelector('figure[data-kind="parallel"]');
          const heads = [...figure.querySelectorAll(".picture-head")].map(box);
          const canvas = box(figure.querySelector("canvas"));
          const card = [...runfolio.board.cards.values()].find((card) => card.figure === figure);
          const { axes } = card.picture.what;
          const { box: { top, height }, centers } = card.drawn;
          const scale = canvas.width / figure.querySelector("canvas").width;
          const middles = heads.map(({ left, width }) => left + width / 2 - canvas.left);
          window.paper = {
            share: canvas.width / box(document.querySelector("[data-board]")).width,
            apart: middles.map((middle, at) => middle - centers[at] * scale).slice(1, -1),
            tools: figure.querySelectorAll("button[data-clear-brush]")[0].checkVisibility(),
            limits: [...figure.querySelectorAll(".picture-zone__limits")].map(box).map((limits) => [
              limits.left + limits.width / 2 - canvas.left - centers.at(-1) * scale,
              limits.top - canvas.top - (top + (1 - axes.at(-1).unitOf(0.45)) * height) * scale,
              limits.bottom - canvas.top - (top + (1 - axes.at(-1).unitOf(0.25)) * height) * scale,
            ]),
          };
        })"""
    )

    page.pdf(format="A4", landscape=landscape)

    printed = page.evaluate("window.paper")
    assert printed["share"] == pytest.approx(1 / beside, abs=0.025)
    assert printed["apart"] == pytest.approx([0] * len(printed["apart"]), abs=1.5)
    assert printed["apart"]
    assert printed["tools"] is False
    (limits,) = printed["limits"]  # how far it is from where the axis has them
    assert limits == pytest.approx([0, 0, 0], abs=1.5)
