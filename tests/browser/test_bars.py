"""Bars of runs, of series with one point or of a chosen field: what they, their words and their files say."""

from __future__ import annotations

import statistics

import pytest
from boards import Board, points
from builders import RunPlan
from playwright.sync_api import Page, expect
from sites import built_site, page_of


def figure(page: Page, number: int = 0):
    found = page.locator("figure.chart-card").nth(number)
    expect(found).to_have_attribute("data-drawn", "true")
    expect(found).to_have_attribute("data-kind", "bars")
    return found


def footer(page: Page, number: int = 0):
    return figure(page, number).locator(".chart-card__footer")


def bars(page: Page, number: int = 0) -> list[dict[str, object]]:
    """The bars of a card as drawn, top down."""
    figure(page, number)
    return page.evaluate(f"[...runfolio.board.cards.values()][{number}].drawn.view.data('bars')")


def singles(count: int, goals: dict[str, str] | None = None, **more: object) -> Board:
    """Runs that each logged `auc` once: 0, 1, 2, …"""
    series = {(f"run {run}", "auc"): points([float(run)]) for run in range(count)}
    return Board(series, goals=goals or {}, drawn=[f"run {run}" for run in range(count)], **more)


def scored(scores: dict[str, list[float]], **more: object) -> Board:
    """Runs `r0`, `r1`, … that each logged these metrics once, on one card; more is better."""
    series = {
        (f"r{run}", name): points([score])
        for name, values in scores.items()
        for run, score in enumerate(values)
    }
    return Board(series, cards=[("auc", list(scores))], goals=dict.fromkeys(scores, "max"), **more)


def picture(count: int, **more: object) -> list[RunPlan]:
    """Runs with a curve, whose bars are those of a chosen field."""
    return [
        RunPlan(
            {"size": [0.0, float(run)]},
            name=f"run {run}",
            params={"seed": run, "kind": "ab"[run % 2]},
            **more,
        )
        for run in range(count)
    ]


@pytest.mark.parametrize(
    ("goals", "words"),
    [({"auc": "max"}, "40 of 45 bars: the best"), ({}, "40 of 45 bars: the highest")],
    ids=["goal", "no goal"],
)
def test_footer_of_cut_bars_says_how_many_of_them_are_drawn_and_which(shown, goals, words):
    page = shown(singles(45, goals))

    expect(footer(page)).to_have_text(words)
    assert len(bars(page)) == 40
    page.evaluate(
        "(runs) => runfolio.view.change(({ cards: [card] }) => runs.forEach((run) => card.hidden.add(run)))",
        [f"r{run}" for run in range(6)],
    )
    expect(footer(page)).to_have_text("39 bars · 6 switched off")


def test_footer_of_grouped_bars_speaks_of_bars_and_whiskers(shown):
    params = {f"run {run}": {"depth": run % 2, "seed": run} for run in range(6)}
    page = shown(singles(6, params=params), "#group=param:depth")

    expect(footer(page)).to_have_text(
        "2 groups of 6 runs · bar: mean, whisker: ± standard deviation · 2 bars"
    )


def test_footer_of_cut_bars_of_a_field_says_the_same_and_one_bar_is_one(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, picture(45))), "#runs=all&kind:size=bars&axes:size=last:size")

    expect(footer(page)).to_have_text("40 of 45 bars: the highest")
    page.evaluate("runfolio.view.setRuns([3])")
    expect(footer(page)).to_have_text("1 bar")


def test_bars_without_a_goal_stand_the_largest_first_and_none_is_the_best(shown):
    page = shown(singles(4))

    assert [bar["label"] for bar in bars(page)] == ["run 3", "run 2", "run 1", "run 0"]
    assert {bar["opacity"] for bar in bars(page)} == {0.9}


@pytest.mark.parametrize("group", ["", "#group=seeds"], ids=["runs", "groups"])
def test_the_best_bar_is_that_of_the_metric_that_the_card_goes_by(shown, group):
    scores = {"test/auc": [0.5, 0.7, 0.6], "train/auc": [0.9, 0.8, 1.0]}
    board = scored(
        scores,
        params={f"r{run}": {"lr": run, "seed": 0} for run in range(3)},
    )
    page = shown(board, group)

    (best,) = (bar for bar in bars(page) if bar["opacity"] == 0.9)
    assert best["y"] == pytest.approx(0.7)
    assert [bar["y"] for bar in bars(page)] == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6, 0.5])


def test_no_bar_is_the_best_where_the_best_one_is_not_drawn(shown):
    names = [f"run {run}" for run in range(41)]
    scores = {"test/auc": 0.5, "train/auc": 0.9}
    series = {(name, metric): points([score]) for metric, score in scores.items() for name in names}
    board = Board(series, cards=[("auc", list(scores))], goals=dict.fromkeys(scores, "max"), drawn=names)
    page = shown(board)

    assert {bar["opacity"] for bar in bars(page)} == {0.9}


def test_the_best_of_several_fields_is_one_of_the_first(tmp_path, opened):
    runs = [
        RunPlan({"test/auc": [0.5, 0.6 + run / 10], "train/auc": [0.5, 0.9]}, name=f"r{run}")
        for run in range(3)
    ]
    axes = "best:test/auc,best:train/auc"
    page = opened(page_of(built_site(tmp_path, runs)), f"#kind:auc=bars&axes:auc={axes}")

    assert [bar["y"] for bar in bars(page) if bar["opacity"] == 0.9] == [0.8]


def test_small_numbers_of_bars_have_their_own_digits_beside_large_ones(tmp_path, opened):
    small = [0.001, 0.01, 1.0, 490_000.0, -7.9e-5]
    runs = [RunPlan({"once": [value], "twice": [0.0, value]}) for value in small]
    page = opened(page_of(built_site(tmp_path, runs)), "#kind:twice=bars&axes:twice=last:twice")

    said = {"490000", "1", "0.01000", "0.001000", "−7.9e−5"}
    assert {bar["text"] for bar in bars(page)} == {bar["text"] for bar in bars(page, 1)} == said


def test_deviations_of_bars_have_the_decimals_of_their_means(shown):
    values = [0.1, 100.0, 100.0, 50.5, 80.25, 7.0]
    series = {(f"run {run}", "s"): points([value]) for run, value in enumerate(values)}
    params = {f"run {run}": {"depth": "aaabbc"[run], "seed": run} for run in range(6)}
    page = shown(Board(series, params=params), "#group=param:depth")

    deviation = statistics.stdev(values[:3])
    told = [f"66.70 ± {deviation:.2f} (3)", "65.38 [50.50 – 80.25] (2)", "7.00 (1)"]
    assert [bar["text"] for bar in bars(page)] == told
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function(
        "() => [...runfolio.board.cards.values()][0].drawn.view.data('bars')[0].text === '66.70 (3)'"
    )
    near = "[...runfolio.board.cards.values()][0].drawn.model.stops()[0].near().rows[0][1]"
    assert page.evaluate(near) == told[0]  # whole in the tooltip


def test_deviation_of_a_small_mean_has_its_digits(shown):
    values = [0.001, 0.002, 0.003, 100.0, 101.0, 102.5]
    series = {(f"run {run}", "s"): points([value]) for run, value in enumerate(values)}
    params = {f"run {run}": {"depth": "aaabbb"[run], "seed": run} for run in range(6)}
    page = shown(Board(series, params=params), "#group=param:depth")

    assert [bar["text"] for bar in bars(page)] == ["101.2 ± 1.3 (3)", "0.002000 ± 0.001000 (3)"]


def test_bars_of_groups_say_how_far_their_durations_lie_apart(tmp_path, opened):
    runs = [
        RunPlan({"size": [0.0, 1.0]}, params={"seed": seed}, seconds=20.0 + 10 * seed) for seed in range(3)
    ]
    page = opened(page_of(built_site(tmp_path, runs)), "#group=seeds&kind:size=bars&axes:size=run:duration")

    assert [bar["text"] for bar in bars(page)] == ["30 s ± 10 s (3)"]


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        (
            "",
            "auc: 12 bars of 6 runs; best test/auc 0.60000 by r1; "
            "r4 · train 0.95; r3 · train 0.90; r2 · train 0.85; 9 more in the table",
        ),
        (
            "#group=param:depth",
            "auc: 4 bars of 2 groups of 6 runs; bar: mean, whisker: ± standard deviation; "
            "best test/auc 0.50000 by depth 1; depth 0 · train 0.8167 ± 0.1528 (3); "
            "depth 1 · train 0.8000 ± 0.1000 (3); depth 1 · test 0.5000 ± 0.1000 (3); 1 more in the table",
        ),
    ],
    ids=["runs", "groups"],
)
def test_who_hears_bars_is_told_of_bars(shown, fragment, words):
    scores = {"test/auc": [0.4, 0.6, 0.3, 0.5, 0.45, 0.4], "train/auc": [0.65, 0.7, 0.85, 0.9, 0.95, 0.8]}
    board = scored(
        scores,
        params={f"r{run}": {"depth": run % 2, "seed": run} for run in range(6)},
    )
    page = shown(board, fragment)

    expect(figure(page).locator(".chart-card__plot")).to_have_attribute("aria-label", words)


def test_legend_of_bars_shows_no_strokes(shown):
    series = {(f"r{run}", name): points([run]) for name in ("test/auc", "train/auc") for run in range(4)}
    params = {f"r{run}": {"opt": "ab"[run % 2]} for run in range(4)}
    page = shown(Board(series, cards=[("auc", ["test/auc", "train/auc"])], params=params), "#line=param:opt")
    chips, legend = (figure(page).locator(f".chart-card__{name}") for name in ("chips", "legend"))

    expect(legend).to_be_hidden()
    expect(chips.locator(".chart-chip")).to_have_count(2)
    page.evaluate("runfolio.view.change((now) => { now.cards[0].hidden.add('r1'); })")
    expect(legend.get_by_role("button")).to_have_count(4)
    page.evaluate("runfolio.view.choose('line', 'run')")
    page.evaluate("runfolio.view.choose('color', 'metric')")
    expect(chips.locator(".swatch")).to_have_count(2)
    expect(figure(page).locator(".chart-sample")).to_have_count(0)


def test_board_of_bars_alone_takes_no_options_of_curves_and_says_so(shown):
    names = [f"run {run}" for run in range(3)]
    series = {(name, "auc"): points([run]) for run, name in enumerate(names)}
    series |= {(name, "loss"): points([2.0, 1.0]) for name in names}
    page = shown(Board(series, params={name: {"lr": name} for name in names}), "#off=loss")
    toolbar = page.locator("[data-toolbar]")
    of_curves = [toolbar.get_by_label(name) for name in ("x axis", "smoothing", "log y", "link zoom")]

    for control in of_curves:
        expect(control).to_be_disabled()
    expect(toolbar.locator("label", has_text="log y")).to_have_attribute(
        "title", "for curves: each run has one point"
    )
    toolbar.get_by_role("button", name="settings").click()
    panel = page.get_by_role("dialog")
    for name in ("x", "xscale", "zoom", "y", "ylim", "normal", "smooth", "line", "panel"):
        row = panel.locator(f'[data-option="{name}"]')
        expect(row.locator("small")).to_have_text("for curves")
        expect(row.locator("select, input").first).to_be_disabled()
    expect(panel.get_by_label("colour tells")).to_be_enabled()
    page.keyboard.press("Escape")

    page.evaluate("location.hash = ''")
    for control in of_curves:
        expect(control).to_be_enabled()
    toolbar.get_by_role("button", name="settings").click()
    expect(panel.get_by_label("y scale")).to_be_enabled()


@pytest.mark.parametrize("height", [420, 240])
@pytest.mark.parametrize("kind", ["", "&kind:size=bars&axes:size=last:size"], ids=["of series", "of a field"])
def test_bars_alone_in_a_frame_are_as_many_as_fit(tmp_path, opened, kind, height):
    runs = [RunPlan({"size": [*([0.0] if kind else []), float(run)]}, name=f"run {run}") for run in range(45)]
    page = opened(
        page_of(built_site(tmp_path, runs)),
        f"?embed#runs=all&full=size{kind}",
        viewport={"width": 800, "height": height},
    )

    count = len(bars(page))
    room = figure(page).locator(".chart-card__plot").bounding_box()["height"]
    assert count == (room - 30) // 24 >= 3
    expect(footer(page)).to_have_text(f"{count} of 45 bars: the highest")
    assert page.evaluate("document.documentElement.scrollHeight") == height
    page.set_viewport_size({"width": 800, "height": 1500})
    expect(footer(page)).to_have_text("40 of 45 bars: the highest")
    assert page.evaluate("document.documentElement.scrollHeight") == 1500


def test_bars_of_a_field_have_the_colours_of_what_colours_tell(tmp_path, opened):
    runs = [*picture(12), RunPlan({"size": [0.0, 20.0]}, name="bare")]
    page = opened(
        page_of(built_site(tmp_path, runs)),
        "#runs=all&color=param:kind&kind:size=bars&axes:size=last:size",
    )
    legend = figure(page).locator(".chart-card__legend")

    expect(legend.locator(".chart-legend__title")).to_have_text("kind")
    expect(legend.locator(".chart-legend__value")).to_have_text(["a", "b", "not set"])
    told = {bar["label"]: bar["run"] for bar in bars(page)}
    kinds = {told[f"run {run}"]: run % 2 for run in range(12)}
    assert kinds == {"0": 0, "1": 1}
    assert told["bare"] == "11"
    saved = page.evaluate(
        "runfolio.later('tools').then(() => runfolio.picture.svg([...runfolio.board.cards.values()][0]))"
    )
    assert "not set" in saved["text"]

    page.evaluate("runfolio.view.choose('color', 'run')")
    expect(legend).to_be_hidden()
    assert {bar["run"] for bar in bars(page)} == {"context"}


def test_bars_have_no_x_and_say_nothing_of_runs_without_its_metric(shown):
    series = {
        ("one", "epoch"): points([0.0, 1.0]),
        ("one", "auc"): points([0.5]),
        ("two", "auc"): points([0.6]),
    }
    page = shown(Board(series, cards=[("auc", ["auc"])]), "#x=metric:epoch")

    expect(footer(page)).to_have_text("2 bars")


def test_keys_take_the_page_along_to_the_bar_they_go_to(shown):
    page = shown(singles(40), viewport={"width": 1280, "height": 600})
    plot = figure(page).locator(".chart-card__plot")
    plot.focus()

    for key, at in (("End", "run 0"), ("Home", "run 39")):
        page.keyboard.press(key)
        expect(page.locator(".picture-over .chart-tip")).to_contain_text(at)
        place = page.evaluate(
            "(number) => { const { model } = [...runfolio.board.cards.values()][0].drawn;"
            " return document.querySelector('.picture-over').getBoundingClientRect().top"
            " + model.stops().at(number).y; }",
            -1 if key == "End" else 0,
        )
        assert 20 < place < 580


def test_saved_bars_have_no_dots_where_their_words_tell_no_colour(shown):
    series = {
        (f"run {run}", f"{split}/auc"): points([run + 0.5]) for run in range(3) for split in ("train", "test")
    }
    page = shown(Board(series, cards=[("auc", ["train/auc", "test/auc"])]))
    figure(page)

    circles = page.evaluate("""async () => {
      const { picture } = await runfolio.later("tools");
      const { text } = await picture.svg([...runfolio.board.cards.values()][0]);
      const said = new DOMParser().parseFromString(text, "image/svg+xml");
      const texts = [...said.querySelectorAll("text")].map((each) => each.textContent);
      return [said.querySelectorAll("circle").length, texts.includes("test"), texts.includes("train")];
    }""")

    assert circles == [0, True, True]
