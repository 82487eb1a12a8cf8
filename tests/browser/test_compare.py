"""The compare page: runs of several experiments side by side, named by the address."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from builders import SECOND, START, RunPlan, make_runs, make_store
from files import artifact_facts, png, write_artifacts
from playwright.sync_api import Page, expect
from sites import built_site, curve, page_of

from logger.layout import run_id
from sitegen.build import build
from sitegen.config import SiteConfig

NAME = "</script>{{ 7*7 }}"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Two experiments whose runs share a metric and some params."""
    runs = [
        RunPlan(
            {"train/auc": curve(n), "test/auc": curve(n + 3)},
            experiment="boxes",
            name=f"box-{n}",
            params={"lr": 0.1 * (n + 1), "depth": 4, NAME: NAME},
        )
        for n in range(3)
    ]
    runs.append(RunPlan({"test/auc": curve(9), "loss": [3.0, 2.0]}, experiment="trees", name=NAME))
    return built_site(tmp_path_factory.mktemp("compare"), runs)


def ids(site: Path) -> list[str]:
    """Ids of all runs, the oldest first: they sort by time."""
    return sorted(folder.name for folder in (site / "r").iterdir() if folder.is_dir())


def row(page: Page, name: str) -> list[str]:
    named = page.locator("th bdi", has_text=re.compile(f"^{re.escape(name)}$"))
    found = page.locator(".comparison__table tbody tr").filter(has=named)
    return found.locator("td").all_inner_texts()


@pytest.mark.parametrize("served", [False, True], ids=["from disk", "under /repo/"])
def test_runs_of_two_experiments_stand_side_by_side_and_share_a_card(site, opened, served):
    first, _, _, other = ids(site)

    page = opened(site / "compare/index.html", f"#compare={first},{other}", site=site if served else None)

    expect(page.locator("[data-compare-meta]")).to_have_text("2 runs of 2 experiments")
    expect(page.locator(".comparison__run bdi")).to_have_text(["box-0", NAME])
    expect(page.locator("figure.chart-card").first).to_have_attribute("data-series", "3")
    assert row(page, "lr") == ["0.1", "–"]
    assert row(page, NAME)[0] == NAME


AUC = {"title": "AUC", "metrics": ["train/auc", "test/auc"], "options": {"y": "log"}}


def two_experiments(folder: Path, boards: list[object]) -> tuple[Path, dict[str, str]]:
    """A site of two runs of "main" and one of "cards"; the ids of all by their names."""
    named = (("main", "m1"), ("main", "m2"), ("cards", "c1"))
    curves = {"train/auc": curve(1), "test/auc": curve(4), "loss": [3.0, 2.0, 2.5, 1.0]}
    plans = [RunPlan(curves, experiment, name=name) for experiment, name in named]
    store = make_store(folder, plans)
    build([store], folder / "public", SiteConfig.model_validate({"boards": boards}))
    return folder / "public", dict(zip((name for _, name in named), ids(folder / "public"), strict=True))


@pytest.mark.parametrize("order", [("m1", "c1"), ("c1", "m1")], ids=["configured first", "configured last"])
def test_cards_of_two_experiments_with_the_same_metrics_are_the_configured_one(tmp_path, opened, order):
    closer = AUC | {"title": "Closer", "options": {"ylim": "0.5..1"}}
    site, named = two_experiments(tmp_path, [{"experiment": "main", "cards": [AUC, closer]}])

    page = opened(site / "compare/index.html", f"#compare={','.join(named[name] for name in order)}")

    cards = page.locator("figure.chart-card")
    expect(cards.first).to_have_attribute("data-series", "4")
    expect(cards.locator("figcaption")).to_have_text(
        ["AUC", "Closer", "loss"] if order[0] == "m1" else ["AUC", "loss", "Closer"]
    )
    assert page.evaluate("runfolio.view.option('y', runfolio.view.state.cards[0])") == "log"


def test_label_that_metrics_of_two_experiments_have_tells_neither(tmp_path, opened):
    plans = [RunPlan({name: curve(1)}, name, name=name) for name in ("auc", "loss")]
    goals = {name: {"label": "same"} for name in ("auc", "loss")}
    build([make_store(tmp_path, plans)], tmp_path / "public", SiteConfig.model_validate({"goals": goals}))
    site = tmp_path / "public"

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    expect(page.locator("figure.chart-card").first).to_have_attribute("data-drawn", "true")
    assert row(page, "auc")[1] == row(page, "loss")[0] == "–"


@pytest.mark.parametrize(
    ("runs", "other", "smooth"),
    [
        ("m1 m2", None, 0.3),
        ("m1 c1", None, 0),
        ("m1 c1", {"smooth": "0.3", "smoother": "twema"}, 0.3),
        ("m1 c1", {"smooth": "0.5", "smoother": "twema"}, 0),
    ],
    ids=["one experiment", "two, of which one has a board", "two whose boards say the same", "… differ"],
)
def test_options_of_a_board_hold_where_it_is_that_of_all_compared_runs(tmp_path, opened, runs, other, smooth):
    boards: list[object] = [{"experiment": "main", "options": {"smoother": "twema", "smooth": "0.3"}}]
    boards += [{"experiment": "cards", "options": other}] if other else []
    site, named = two_experiments(tmp_path, boards)

    page = opened(site / "compare/index.html", f"#compare={','.join(named[name] for name in runs.split())}")

    expect(page.locator("figure.chart-card").first).to_have_attribute("data-drawn", "true")
    assert page.evaluate("runfolio.view.option('smooth')") == smooth
    assert page.evaluate("runfolio.view.option('smoother')") == ("twema" if smooth else "ema")
    assert "smooth" not in page.url


def test_a_run_keeps_its_colour_on_a_card_where_it_is_alone(site, opened):
    first, _, _, other = ids(site)
    page = opened(site / "compare/index.html", f"#compare={first},{other}")
    color = page.locator(".comparison__run", has_text=NAME).locator(".swatch").get_attribute("data-color")

    legend = page.locator("figure.chart-card", has_text="loss").locator(".chart-card__legend")

    expect(legend).to_have_text(NAME)
    assert color != "0"
    expect(legend.locator(".swatch")).to_have_attribute("data-color", str(color))


@pytest.mark.parametrize(("width", "beside"), [(1920, True), (1280, False)])
def test_curves_stand_beside_the_table_of_few_runs_where_the_window_is_wide(site, opened, width, beside):
    address = f"#compare={','.join(ids(site)[:3])}"
    page = opened(site / "compare/index.html", address, viewport={"width": width, "height": 900})
    expect(page.locator("figure.chart-card").first).to_have_attribute("data-drawn", "true")

    table = page.locator(".comparison__table").bounding_box()
    card = page.locator("figure.chart-card").first.bounding_box()

    assert (card["x"] > table["x"] + table["width"]) is beside
    assert (card["y"] > table["y"] + table["height"]) is not beside


def test_keys_are_listed_at_the_foot_of_a_page_whose_scripts_come_late(site, opened):
    page = opened(site / "compare/index.html", f"#compare={ids(site)[0]}")

    page.get_by_role("button", name="keys: ?").click()

    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_comparison_without_runs_lists_no_keys_of_a_board(site, opened):
    page = opened(site / "compare/index.html")

    page.get_by_role("button", name="keys: ?").click()

    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet.locator("h3")).to_have_text(["everywhere"])
    page = opened(site / "compare/index.html", f"#compare={ids(site)[0]}")
    page.get_by_role("button", name="keys: ?").click()
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("copy the link to what is shown")
    expect(sheet).not_to_contain_text(re.compile("row|runs in the table"))


def test_differences_only_until_all_are_asked_for(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:2])}")
    expect(page.locator(".comparison__table")).to_contain_text("lr")
    expect(page.locator(".comparison__table")).not_to_contain_text("depth")

    page.get_by_label("only differences").uncheck()

    expect(page.locator(".comparison__table")).to_contain_text("depth")
    assert "same=show" in page.url


@pytest.mark.parametrize("bare", [0, 2], ids=["the baseline", "another run"])
def test_what_a_run_lacks_is_not_bold_and_makes_the_values_of_the_others_no_different(site, opened, bare):
    first, second, _, other = ids(site)
    chosen = [first, second]
    chosen.insert(bare, other)

    page = opened(site / "compare/index.html", f"#compare={','.join(chosen)}&same=show")

    expect(page.locator(".comparison__table")).to_contain_text("depth")
    bold = page.locator(".comparison__table td[data-differs]")
    values = page.locator(".comparison__table tr", has_text=re.compile("^lr")).locator("td")
    assert values.all_inner_texts()[bare] == "–"
    assert row(page, "depth") == [*["4"] * bare, "–", *["4"] * (2 - bare)]
    expect(values.and_(bold)).to_have_text("0.2")
    expect(page.locator(".comparison__table tr", has_text="depth").locator("td").and_(bold)).to_have_count(0)


def test_delta_to_the_baseline_is_worded_by_the_goal(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:2])}")
    metric = page.locator(".comparison__table tr").filter(has_text="test/auc")
    expect(metric.locator(".comparison__delta")).to_have_count(1)
    expect(metric.locator(".comparison__delta")).to_contain_text("worse")

    page.get_by_role("button", name="as baseline").click()

    expect(metric.locator(".comparison__delta")).to_contain_text("better")
    assert "baseline=" in page.url


def test_difference_within_what_seeds_do_is_said_to_be_noise_and_rounding_is_none(tmp_path, opened):
    tops = {1: (0.90, 0.80), 2: (0.91, 0.81), 3: (0.5, 0.51)}  # by depth, of two seeds
    runs = [
        RunPlan(
            {"test/auc": [top], "loss": [0.1 + 0.2 if seed else 0.3]},
            "seeds",
            name=f"{depth}-{seed}",
            params={"depth": depth, "seed": seed},
        )
        for depth, pair in tops.items()
        for seed, top in enumerate(pair)
    ]
    site = built_site(tmp_path, runs)
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    metric = page.locator(".comparison__table tr").filter(has_text="test/auc")
    expect(metric.locator(".comparison__delta")).to_have_text(
        [
            "≈ −0.1000 (−11.11 %) within noise",
            "≈ +0.01000 (+1.111 %) within noise",
            "≈ −0.09000 (−10 %) within noise",
            "↓ −0.4000 (−44.44 %) worse",
            "↓ −0.3900 (−43.33 %) worse",
        ]
    )
    expect(metric.locator(".comparison__delta").first).to_have_attribute(
        "title", "-0.09999999999999998 over 0.9; only their seeds differ, which alone give ± 0.071"
    )
    loss = page.locator(".comparison__table tr").filter(has_text="loss")
    expect(loss).to_have_count(0)
    page.get_by_label("only differences").uncheck()
    expect(loss.locator(".comparison__delta")).to_have_text(["="] * 5)


def test_metrics_that_are_the_same_in_all_runs_are_left_out_of_the_differences(tmp_path, opened):
    plans = [
        RunPlan({"test/auc": [0.9, last], "loss": [0.5], "odd": [0.7]}, params={"lr": 0.1}, started=START)
        for last in (0.8, 0.7)
    ]
    plans += [RunPlan({"test/auc": [0.9, 0.8], "loss": [0.5]}, params={"lr": 0.1}, started=START)]
    site = built_site(tmp_path, plans)
    one, other, third = ids(site)
    page = opened(site / "compare/index.html", f"#compare={one},{other}")
    table = page.locator(".comparison__table")
    expect(table).to_contain_text("test/auc")  # their last values differ
    expect(table).to_contain_text("Nothing else differs.")
    expect(table).not_to_contain_text("loss")

    page.get_by_label("only differences").uncheck()
    expect(table).to_contain_text("loss")

    page.goto(f"{page.url.partition('#')[0]}?#compare={one},{third}")
    expect(table).to_contain_text("odd")  # one of them has it
    expect(table).not_to_contain_text("test/auc")

    page.goto(f"{page.url.partition('#')[0]}#compare={one}")
    expect(table).to_contain_text("loss")  # of one alone everything is shown


@pytest.mark.parametrize("served", [False, True], ids=["from disk", "under /repo/"])
def test_a_reader_of_a_run_chooses_the_one_to_compare_it_with(site, opened, served):
    first, second, *_ = ids(site)
    page = opened(site / "r" / first / "index.html", site=site if served else None)

    page.get_by_role("button", name="Compare with…").click()
    others = page.locator(".chart-picker__list button")
    expect(others).to_have_text(["box-2 boxes", "box-1 boxes", f"{NAME} trees"])
    page.get_by_role("searchbox", name="search runs").fill("box-1")
    page.keyboard.press("Enter")

    expect(page.locator(".comparison__run bdi")).to_have_text(["box-1", "box-0"])
    assert page.url.endswith(f"#compare={second[:12]},{first[:12]}")


def test_run_is_found_by_its_name_not_by_letters_of_its_hidden_id_and_the_one_called_so_is_first(
    tmp_path, opened
):
    names = ("net 1", "net 0", "subnet 1", "net 10", "net 2")
    site = built_site(tmp_path, [RunPlan({"auc": [0.5]}, "boxes", name=name) for name in names])
    every = ids(site)
    page = opened(site / "r" / every[-1] / "index.html")
    page.get_by_role("button", name="Compare with…").click()
    search = page.get_by_role("searchbox", name="search runs")
    listed = page.locator(".chart-picker__list button bdi")

    search.fill("net 1")
    expect(listed).to_have_text(["net 1", "net 10", "subnet 1"])
    search.fill(every[1])
    expect(listed).to_have_text(["net 0"])
    search.fill(every[1][:3])
    expect(listed).to_have_count(0)
    search.fill("net 1")
    search.press("Enter")

    expect(page.locator(".comparison__run bdi")).to_have_text(["net 1", "net 2"])


def test_runs_without_metrics_are_compared_too_and_one_alone_is_not(tmp_path, opened):
    two = built_site(tmp_path / "two", [RunPlan(params={"lr": 0.1}), RunPlan(params={"lr": 0.2})])
    one = built_site(tmp_path / "one", [RunPlan(params={"lr": 0.1})])
    page = opened(two / "r" / ids(two)[0] / "index.html")

    page.get_by_role("button", name="Compare with…").click()
    page.locator(".chart-picker__list button").click()

    expect(page.locator(".comparison__run")).to_have_count(2)
    alone = opened(one / "r" / ids(one)[0] / "index.html")
    expect(alone.get_by_role("button", name="keys: ?")).to_be_visible()
    expect(alone.get_by_text("Compare with")).to_have_count(0)


def test_without_scripts_a_link_leads_from_a_run_to_the_page_where_others_are_added(site, opened):
    page = opened(site / "r" / ids(site)[0] / "index.html", java_script_enabled=False)
    expect(page.get_by_role("button", name="Compare with…")).to_be_hidden()

    page.get_by_role("link", name="Compare with…").click()

    assert page.url.endswith(f"compare/index.html#compare={ids(site)[0][:12]}")


def test_without_scripts_the_page_leads_to_experiments_and_runs(site, opened):
    page = opened(site / "compare/index.html", java_script_enabled=False)

    expect(page.get_by_role("heading")).to_have_text(["Compare", "Experiments", "Runs"])
    lists = page.locator("noscript ul")
    expect(lists.first.get_by_role("link")).to_have_text(["trees", "boxes"])
    expect(lists.last.get_by_role("link")).to_have_text([NAME, "box-2", "box-1", "box-0"])
    page.get_by_role("link", name="box-1").click()
    expect(page.get_by_role("heading", name="box-1")).to_be_visible()


def test_taking_out_the_baseline_takes_it_out_of_the_address_in_the_same_step(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:3])}")
    names = page.locator(".comparison__run bdi")
    page.get_by_role("button", name="as baseline").first.click()
    expect(page.locator(".comparison__run").nth(1).locator("[aria-pressed=true]")).to_have_text("baseline")

    page.get_by_role("button", name="take box-0 out").click()

    expect(names).to_have_text(["box-1", "box-2"])  # another run than the baseline: it stays
    assert "baseline=" in page.url
    page.get_by_role("button", name="take box-1 out").click()
    expect(names).to_have_text(["box-2"])
    assert "baseline=" not in page.url
    expect(page.locator("[data-view-notice]")).to_have_count(0)
    page.go_back()
    expect(names).to_have_text(["box-1", "box-2"])
    assert "baseline=" in page.url


@pytest.mark.parametrize("letters", [12, 32], ids=["as short as the page writes them", "whole ids"])
def test_baseline_that_is_none_of_the_runs_is_told(site, opened, letters):
    first, second, other, _ = (run[:letters] for run in ids(site))

    page = opened(site / "compare/index.html", f"#compare={first},{second}&baseline={other}")

    expect(page.locator("[data-view-notice]")).to_have_text(
        f"The link names a run ({other}) that this page does not have. All else is shown."
    )


def test_home_leads_to_the_comparison(site, opened):
    page = opened(site / "index.html")

    page.get_by_role("link", name="compare runs").click()

    expect(page.get_by_role("button", name="add a run…")).to_be_visible()


def test_run_is_added_and_taken_out_and_the_address_says_so(site, opened):
    first, second, *_ = ids(site)
    page = opened(site / "compare/index.html", f"#runs={first},{second}")
    expect(page.locator(".comparison__run")).to_have_count(2)
    assert f"compare={first[:12]},{second[:12]}" in page.url

    page.get_by_role("button", name="add a run…").click()
    page.get_by_role("searchbox", name="search runs").fill("box-2")
    page.locator(".chart-picker__list button").first.click()
    expect(page.locator(".comparison__run")).to_have_count(3)
    page.get_by_role("button", name="take box-0 out").click()

    expect(page.locator(".comparison__run bdi")).to_have_text(["box-1", "box-2"])


def test_run_is_chosen_by_the_keyboard_which_keeps_its_place_when_the_page_starts_anew(site, opened):
    first = ids(site)[0]
    page = opened(site / "compare/index.html", f"#compare={first}")
    add = page.get_by_role("button", name="add a run…")
    search = page.get_by_role("searchbox", name="search runs")

    add.press("Enter")
    expect(page.locator(".chart-picker__list button")).to_have_text(
        ["box-2 boxes", "box-1 boxes", f"{NAME} trees"]
    )
    search.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".comparison__run bdi")).to_have_text(["box-0", "box-1"])
    expect(add).to_be_focused()
    add.press("Enter")
    search.fill("trees")
    search.press("Enter")
    expect(page.locator(".comparison__run bdi")).to_have_text(["box-0", "box-1", NAME])

    page.get_by_role("button", name="take box-1 out").press("Enter")
    expect(page.get_by_role("button", name=f"take {NAME} out")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="take box-0 out")).to_be_focused()
    page.keyboard.press("Enter")
    expect(add).to_be_focused()


def test_choice_of_the_baseline_keeps_the_focus_and_a_second_press_takes_it_back(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:2])}")
    chosen = page.locator(".comparison__run", has_text="box-1").locator("[aria-pressed]")

    chosen.press("Enter")
    expect(chosen).to_have_text("baseline")
    expect(chosen).to_be_focused()
    chosen.press("Enter")

    expect(chosen).to_have_text("as baseline")
    expect(chosen).to_be_focused()
    only = page.get_by_label("only differences")
    only.press("Space")
    expect(only).not_to_be_checked()
    expect(only).to_be_focused()


def test_reset_takes_changes_back_and_keeps_the_runs(site, opened):
    runs = f"compare={','.join(run[:12] for run in ids(site)[:2])}"
    page = opened(site / "compare/index.html", f"#{runs}")
    reset = page.get_by_role("button", name="reset view")
    expect(page.get_by_label("log y")).to_be_visible()
    expect(reset).to_be_hidden()
    page.get_by_label("log y").check()
    page.get_by_role("button", name="as baseline").click()

    reset.click()

    expect(page.get_by_label("log y")).not_to_be_checked()
    expect(reset).to_be_hidden()
    assert page.url.endswith(f"#{runs}")
    expect(page.locator(".comparison__run").first.locator("[aria-pressed=true]")).to_have_text("baseline")


@pytest.mark.parametrize(
    ("chosen", "colors"),
    [([1, 2], "12"), ([2], "2"), ([0, 3], "01"), ([3, 0], "10"), ([3, 2, 1, 0], "3210"), ([1, 3], "10")],
    ids=[
        "their own",
        "alone",
        "taken by an older one",
        "in any order",
        "the next free one",
        "of two experiments",
    ],
)
def test_run_has_the_colour_of_its_experiments_page_whichever_others_are_there(site, opened, chosen, colors):
    every = ids(site)  # the last one is the first of its own experiment: its colour is that of the first

    page = opened(site / "compare/index.html", f"#compare={','.join(every[number] for number in chosen)}")

    swatches = page.locator(".comparison__run .swatch")
    expect(swatches).to_have_count(len(chosen))
    assert "".join(swatch.get_attribute("data-color") for swatch in swatches.all()) == colors


@pytest.mark.parametrize(("runs", "colors"), [(10, "0123456789"), (11, "")], ids=["ten", "more"])
def test_head_line_and_bar_of_a_run_have_one_colour_and_of_more_runs_than_there_are_colours_none(
    tmp_path, opened, runs, colors
):
    """The best one neither: it is another on each card, and a head has one colour."""
    plans = [RunPlan({"auc": curve(n), "score": [n - 3.5]}, name=f"run-{n}") for n in range(runs)]
    site = built_site(tmp_path, plans)
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")
    head = page.locator(".comparison__run").nth(3)

    expect(page.locator("[data-card][data-drawn=true]")).to_have_count(2)

    swatches = page.locator(".comparison__run .swatch").all()
    assert "".join(swatch.get_attribute("data-color") for swatch in swatches) == colors
    every = "[...runfolio.board.cards.values()]"
    lines, bars = page.evaluate(
        f"""[{every}[0].drawn.lines.map(({{ key }}) => key),
        {every}[1].drawn.view.data("bars").sort((one, two) => one.s - two.s).map(({{ run }}) => run)]"""
    )
    assert lines == bars[::-1] == (list(colors) or ["context"] * runs)  # the largest score stands first

    head.hover()

    expect(head.locator(".swatch")).to_have_attribute("data-color", "3")


def test_window_is_called_by_the_runs(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:2])}")
    expect(page).to_have_title("box-0 vs box-1 · Runfolio")

    page.goto(f"{page.url.partition('#')[0]}?#compare={','.join(ids(site))}")

    expect(page).to_have_title("box-0 vs box-1 vs box-2 and 1 more · Runfolio")


def test_times_have_their_utc_and_what_is_missing_its_reason(site, opened):
    first, _, _, other = ids(site)
    page = opened(site / "compare/index.html", f"#compare={first},{other}", timezone_id="Asia/Tokyo")
    table = page.locator(".comparison__table tr")

    started = table.filter(has_text="started").locator("td bdi").first

    expect(started).to_have_text("2026-11-18 20:06")
    expect(started).to_have_attribute("title", "2026-11-18 11:06:40 UTC")
    expect(table.filter(has_text="loss").locator("td span").first).to_have_attribute("title", "not logged")
    expect(table.filter(has_text="lr").locator("td bdi").last).to_have_attribute(
        "title", "not set in this run"
    )


def test_damaged_run_says_so_in_its_head_and_what_it_never_logged_is_not_called_unread(tmp_path, opened):
    whole = RunPlan({"auc": curve(0), "loss": curve(1)}, name="whole", params={"depth": 4})
    other = RunPlan({"auc": curve(3), "loss": curve(1)}, name="other", params={"depth": 5})
    torn, *_ = make_runs(tmp_path / "tracking", [RunPlan({"auc": curve(2, 300)}, name="torn"), whole, other])
    (points,) = torn.path.glob("points-*")
    content = points.read_bytes()
    middle = len(content) // 2
    points.write_bytes(content[:middle] + bytes(200) + content[middle + 200 :])
    build([tmp_path / "tracking"], tmp_path / "public")
    site = tmp_path / "public"

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    heads = page.locator(".comparison__run")
    expect(heads.locator(".flag")).to_have_text("damaged: curve lost")
    expect(heads.first).to_contain_text("torn")
    expect(heads.first).to_contain_text("damaged")
    table = page.locator(".comparison__table")
    expect(table.locator("tr", has_text="auc").locator("td").first).to_contain_text("0.88")
    for name, reason in (("loss", "not logged"), ("depth", "not set in this run")):
        missing = table.locator("tr", has_text=name).get_by_text("–", exact=True)
        expect(missing).to_have_attribute("title", reason)

    page = opened(page_of(site))

    missing = page.locator(".runs-table tr", has_text="torn").get_by_text("–", exact=True)
    reasons = missing.evaluate_all("all => all.map(({ title }) => title)")
    assert {"not logged", "not set in this run"} <= set(reasons)
    assert not [reason for reason in reasons if "damaged" in reason]


def test_starts_within_a_minute_are_told_to_the_second(tmp_path, opened):
    starts = (0, 9, 3600)
    runs = [RunPlan({"auc": [0.5]}, name=f"run-{at}", started=START + at * SECOND) for at in starts]
    site = built_site(tmp_path, runs)

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}", timezone_id="UTC")

    cells = page.locator(".comparison__table tr").filter(has_text="started").locator("td bdi")
    expect(cells).to_have_text(["2026-11-18 11:06:40", "2026-11-18 11:06:49", "2026-11-18 12:06"])


def test_runs_of_one_name_are_told_apart_by_their_start_or_else_by_their_ids(tmp_path, opened):
    starts = {"twice": (0, 3600), "at once": (7200, 7201), "once": (9000,)}
    site = built_site(
        tmp_path,
        [
            RunPlan({"auc": [0.5]}, name=name, started=START + second * SECOND)
            for name, seconds in starts.items()
            for second in seconds
        ],
    )
    every = ids(site)

    page = opened(site / "compare/index.html", f"#compare={','.join(every)}", timezone_id="UTC")

    heads = page.locator(".comparison__run")
    expect(heads).to_have_count(5)
    assert [head.locator("small").all_inner_texts() for head in heads.all()] == [
        ["2026-11-18 11:06"],
        ["2026-11-18 12:06"],
        [every[2][:12]],
        [every[3][:12]],
        [],
    ]


def test_values_of_one_row_share_the_decimals_that_give_each_four_digits(tmp_path, opened):
    accuracies = [[1.0], [0.99996], [0.5, math.nan]]
    losses = [0.00432, 0.04432, 12.5]  # too far apart to share any
    runs = [
        RunPlan({"acc": acc, "count": [number], "loss": [loss]})
        for number, (acc, loss) in enumerate(zip(accuracies, losses, strict=True))
    ]
    site = built_site(tmp_path, runs)

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    row = page.locator(".comparison__table tr")
    acc = row.filter(has_text="acc")
    expect(acc.locator("td > :first-child")).to_have_text(["1.0000", "1.0000", "0.5000"])
    expect(acc.locator("td small")).to_have_text(["last NaN"])
    expect(row.filter(has_text="count").locator("td > :first-child")).to_have_text(["0", "1", "2"])
    expect(row.filter(has_text="loss").locator("td > :first-child")).to_have_text(
        ["0.004320", "0.04432", "12.50"]
    )


def test_run_in_progress_is_judged_so_far_and_in_no_colour(tmp_path, opened):
    runs = [
        RunPlan({"test/auc": [0.9]}, name="done"),
        RunPlan({"test/auc": [0.8]}, name="going", status=None, started=START + 60 * SECOND),
    ]
    site = built_site(tmp_path, runs)
    page = opened(site / "compare/index.html")
    page.clock.set_fixed_time((START + 120 * SECOND) / SECOND)
    page.goto(f"{page.url}?#compare={','.join(ids(site))}")
    table = page.locator(".comparison__table tr")

    delta = table.locator(".comparison__delta")

    expect(delta).to_have_text("↓ −0.1000 (−11.11 %) worse so far")
    expect(delta).to_have_attribute("data-verdict", "open")
    expect(table.filter(has_text="duration").locator("td").last).to_contain_text("so far")
    expect(table.filter(has_text="test/auc").locator("td > span").last).to_have_attribute(
        "title", "0.8, so far"
    )


def test_very_long_name_takes_five_lines_at_most_and_its_title_has_it_all(tmp_path, opened):
    name = "a name " + "and so on " * 24 + "end"
    site = built_site(tmp_path, [RunPlan({"auc": [0.5]}, name=name), RunPlan({"auc": [0.4]})])
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    link = page.locator(".comparison__title").first

    expect(link).to_have_attribute("title", name)
    line = "parseFloat(getComputedStyle(one).lineHeight)"
    lines = f"(one) => [one.clientHeight, one.scrollHeight].map((height) => height / {line})"
    seen, whole = link.locator("bdi").evaluate(lines)
    assert seen == whole < 5.5
    expect(link.locator("bdi")).to_have_text(re.compile("^a name and.*….*end$"))


def lying(page: Page, selector: str) -> list[tuple[float, float]]:
    """Where elements lie in the window: left, top."""
    boxes = [each.bounding_box() for each in page.locator(selector).all()]
    return [(box["x"], box["y"]) for box in boxes]


@pytest.mark.parametrize("width", [1280, 390])
def test_names_of_runs_and_headings_stay_in_sight_however_the_table_is_scrolled(tmp_path, opened, width):
    params = [{f"width {layer}": layer * run for layer in range(40)} for run in range(14)]
    site = built_site(
        tmp_path, [RunPlan({"auc": [0.5 + n / 100]}, params=one) for n, one in enumerate(params)]
    )
    page = opened(
        site / "compare/index.html",
        f"#compare={','.join(ids(site))}",
        viewport={"width": width, "height": 800},
    )
    frame = page.locator(".comparison__frame")
    expect(page.locator(".comparison__heading")).to_have_text(["Metrics", "Params", "Run"])
    heads, headings = lying(page, ".comparison__run"), lying(page, ".comparison__heading")
    assert frame.evaluate("one => one.scrollHeight > one.clientHeight && one.clientHeight < innerHeight")

    frame.evaluate("one => one.scrollTo(300, 40)")

    assert lying(page, ".comparison__run") == [(left - 300, top) for left, top in heads]
    assert lying(page, ".comparison__heading") == [(left, top - 40) for left, top in headings]
    seen = "({x, y}) => document.elementFromPoint(x + 1, y + 2).className"
    place = page.locator(".comparison__heading").nth(1).bounding_box()
    assert page.evaluate(seen, place) == "comparison__heading"  # over the line at the edge, too
    page.get_by_role("button", name="as baseline").nth(3).evaluate("one => one.click()")
    assert frame.evaluate("one => [one.scrollLeft, one.scrollTop]") == [300, 40]


def test_differences_have_all_their_digits_as_a_title(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:2])}")
    found = page.locator(".comparison__table tr").filter(has_text="test/auc").locator(".comparison__metric")
    values = [float(value.get_attribute("title")) for value in found.locator("> bdi, > strong, > span").all()]

    title = found.locator(".comparison__delta").get_attribute("title")

    assert title == f"{values[1] - values[0]!r} over {values[0]!r}"


def test_long_names_of_compared_runs_are_told_apart_in_heads_and_legends(tmp_path, opened):
    names = [
        f"experiments/2024/resnet50-imagenet-baseline-lr0.001-seed{n}-with-label-smoothing" for n in range(6)
    ]
    site = built_site(
        tmp_path, [RunPlan({"auc": [0.5, 0.6 + n / 10]}, name=name) for n, name in enumerate(names)]
    )

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    heads, entries = page.locator(".comparison__title bdi"), page.locator(".chart-legend__name")
    expect(heads).to_have_text([f"…lr0.001-seed{n}-with-label-smoothing" for n in range(6)])
    expect(entries).to_have_text([re.compile(f"….*d{n}-with-label-smoothing$") for n in range(6)])
    for shown in (heads, entries):
        assert shown.evaluate_all("all => all.every((one) => one.scrollWidth <= one.clientWidth + 1)")
    expect(page.locator(".comparison__title").first).to_have_attribute("title", names[0])


def test_long_values_of_compared_runs_never_read_the_same_and_unfold_by_key_and_touch(tmp_path, opened):
    prompt = "Say what the picture shows, in one sentence without names. " * 4
    plans = [
        RunPlan(
            {"auc": [0.5]},
            params={"path": "L" * 599 + letter, "n": 10**40 + n},
            tags={"prompt": prompt + letter},
        )
        for n, letter in enumerate("ABA")
    ]
    site = built_site(tmp_path, plans)
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}&same=show", has_touch=True)
    table = page.locator(".comparison__table")
    path, tag, number = (
        table.locator("tbody tr", has_text=re.compile(f"^{name}")) for name in ("path", "prompt", "n1")
    )

    for values in (path, tag):
        first, second, third = values.locator("summary bdi").all_inner_texts()
        assert (first[0], first[-1]) == ("…", "A")
        assert (second[0], second[-1]) == ("…", "B")
        assert first == third
        assert values.locator("td").evaluate_all("all => all.map((td) => 'differs' in td.dataset)") == [
            False,
            True,
            False,
        ]
    assert number.locator("td").all_inner_texts() == [str(10**40 + n) for n in range(3)]

    path.locator("summary").nth(1).press("Enter")
    whole = path.locator(".whole:visible")
    expect(whole).to_have_text("L" * 599 + "B")
    tag.locator("summary").first.tap()
    expect(tag.locator(".whole:visible")).to_have_text(prompt + "A")

    page.get_by_role("button", name="as baseline").first.click()
    expect(page.locator(".comparison__run").nth(1)).to_contain_text(re.compile("(?<!as )baseline"))
    expect(whole).to_have_text("L" * 599 + "B")


def test_differences_have_no_digits_of_rounding_and_no_percentage_beyond_measure(tmp_path, opened):
    runs = [RunPlan({"score": [0.1], "tiny": [1e-5]}), RunPlan({"score": [1.1], "tiny": [0.5]})]
    site = built_site(tmp_path, runs)

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    expect(page.locator(".comparison__delta")).to_have_text(["↑ +1", "↑ +0.5000"])


def test_runs_of_one_name_under_other_parents_differ_in_them(tmp_path, opened):
    parents = [run_id(START // 1000 + number * 3_600_000, number.to_bytes(10, "big")) for number in range(2)]
    runs = [RunPlan({"auc": [0.5]}, name="cv", params={"k": n}) for n in range(2)]
    runs += [RunPlan({"auc": [0.5]}, name="fold", facts=[("parent", "", parent)]) for parent in parents]
    site = built_site(tmp_path, runs)
    assert set(parents) < set(ids(site))

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[1:])}")
    above = page.locator(".comparison__table tbody tr").filter(has_text="parent").locator("td")
    expect(above).to_have_text(["none", re.compile(r"^cv \([0-9a-f]+\)$"), re.compile(r"^cv \([0-9a-f]+\)$")])
    assert above.nth(1).inner_text() != above.nth(2).inner_text()
    above.nth(1).get_by_role("link").click()

    expect(page.locator("h1")).to_have_text("cv")
    assert parents[0] in page.url


def test_siblings_do_not_differ_in_their_parent(tmp_path, opened):
    parent = run_id(START // 1000, bytes(10))
    children = [RunPlan({"auc": [n / 2]}, facts=[("parent", "", parent)]) for n in range(2)]
    site = built_site(tmp_path, [RunPlan(name="cv"), *children])
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[1:])}")
    expect(page.locator(".comparison__table")).to_contain_text("started")

    assert row(page, "parent") == []
    page.get_by_label("only differences").uncheck()

    assert row(page, "parent") == ["cv", "cv"]


def test_names_on_paper_are_as_short_as_on_the_screen_and_words_stay_whole(tmp_path, opened):
    long = "a_name_of_a_run_" * 8
    runs = [
        RunPlan(
            {"auc": [n / 100]}, name=f"{n} {long}", params={"kind": f"boom-{n}", "path": "/x/" * 40 + str(n)}
        )
        for n in range(7)
    ]
    site = built_site(tmp_path, runs)
    width = 690  # px of A4 within its margins
    page = opened(
        site / "compare/index.html",
        f"#compare={','.join(ids(site))}",
        viewport={"width": width, "height": 980},
    )
    expect(page.locator(".comparison__run")).to_have_count(7)

    page.emulate_media(media="print")

    lines = "(all) => all.map((one) => one.getClientRects().length)"
    words = page.locator(".comparison__table tbody tr").filter(has_text="boom").locator("td bdi")
    assert words.evaluate_all(lines) == [1] * 7
    assert page.locator(".comparison__table thead").bounding_box()["height"] < 120
    box = page.locator(".comparison__table").bounding_box()
    assert box["x"] + box["width"] <= width


def test_words_and_numbers_of_ten_runs_stay_whole_on_paper(tmp_path, opened):
    names = ["eager-kestrel", "sunny-falcon", "cheery-alpaca", "brave-hawk", "mellow-raven"] * 2
    runs = [
        RunPlan(
            {"train/auc": [0.8 + n / 1000 + n * 1e-7], "grad/norm": [1e-6 * (1 + n / 997)]},
            name=f"{name}-{n}",
            params={"model.depth": n, "model.kind": "boosted"},
        )
        for n, name in enumerate(names)
    ]
    site = built_site(tmp_path, runs)
    page = opened(
        site / "compare/index.html",
        f"#compare={','.join(ids(site))}",
        viewport={"width": 688, "height": 1017},  # A4 within its margins
    )
    expect(page.locator(".comparison__run")).to_have_count(10)

    page.emulate_media(media="print")

    broken = page.locator(".comparison__table").evaluate(
        """(table) => {
          const found = [];
          const texts = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const text = texts.currentNode;
            if (!text.parentElement.checkVisibility()) continue;
            for (const { 0: word, index } of text.data.matchAll(/[^\\s-]+/g)) {
              const range = document.createRange();
              range.setStart(text, index);
              range.setEnd(text, index + word.length);
              if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) found.push(word);
              const { right } = range.getBoundingClientRect();
              const cell = text.parentElement.closest("td, th");
              if (right > cell.getBoundingClientRect().right) found.push(word);
            }
          }
          return found;
        }"""
    )
    assert broken == []
    expect(page.locator(".comparison__share").first).to_be_hidden()


@pytest.mark.parametrize(("width", "paper"), [(390, False), (1280, False), (687, True)])
def test_no_line_ends_inside_the_brackets_of_a_percentage(tmp_path, opened, width, paper):
    plans = [
        RunPlan({"auc": [0.99 + n / 1000], "test/loss": [1.5 + n / 7]}, name=f"run-{n}") for n in range(4)
    ]
    site = built_site(tmp_path, plans)
    viewport = {"width": width, "height": 1000}
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}", viewport=viewport)
    shares = page.locator(".comparison__share")
    expect(shares).to_have_count(6)
    if paper:
        page.emulate_media(media="print")

    assert shares.evaluate_all("all => all.map((one) => one.getClientRects().length)") == [1] * 6
    overhang = """all => all.filter((one) =>
      one.getBoundingClientRect().right > one.closest("td").getBoundingClientRect().right).length"""
    assert shares.evaluate_all(overhang) == 0


def test_a_table_of_many_runs_goes_on_below_itself_on_paper(tmp_path, opened):
    runs = [RunPlan({"auc": [n / 100]}, name=f"run-{n:02}", params={"depth": n}) for n in range(12)]
    site = built_site(tmp_path, runs)
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")
    tables = page.locator(".comparison__table:visible")
    heads = tables.locator(".comparison__run bdi")
    expect(heads).to_have_count(12)
    names = heads.all_inner_texts()
    depths = row(page, "depth")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(tables).to_have_count(2)
    assert [table.locator(".comparison__run").count() for table in tables.all()] == [6, 6]
    assert heads.all_inner_texts() == names
    assert tables.locator("tr", has_text="depth").locator("td").all_inner_texts() == depths
    spans = tables.locator(".comparison__group th").evaluate_all("all => all.map(({colSpan}) => colSpan)")
    assert set(spans) == {7}

    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(tables).to_have_count(1)
    expect(heads).to_have_count(12)


def test_nothing_on_paper_runs_into_the_next_column(tmp_path, opened):
    runs = [
        RunPlan(
            {f"auc of a {kind}": [0.74778, 0.09333 + number / 1000] for kind in ("tree", "forest")},
            name=f"run-{number}",
        )
        for number in range(6)
    ]
    site = built_site(tmp_path, runs)
    page = opened(
        site / "compare/index.html",
        f"#compare={','.join(ids(site))}",
        viewport={"width": 690, "height": 980},  # px of A4 within its margins
    )
    cells = page.locator(".comparison__metric")
    expect(cells.first).to_contain_text("last")

    page.emulate_media(media="print")

    assert (
        cells.evaluate_all(
            """(all) => {
            const right = (one) => one.getBoundingClientRect().right;
            return all.filter((cell) => [...cell.children].some((one) => right(one) > right(cell))).length;
        }"""
        )
        == 0
    )


@pytest.mark.parametrize("sheet", [(1017, 688), (687, 1017)], ids=["across", "upright"])
def test_bars_of_many_runs_fit_on_one_sheet_with_their_title_and_footer(tmp_path, opened, sheet):
    plans = [RunPlan({"auc": [0.5 + n / 100], "loss": curve(n)}, name=f"run-{n}") for n in range(40)]
    site = built_site(tmp_path, plans)
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")
    figure = page.locator('figure[data-kind="bars"][data-drawn="true"]')
    canvas = figure.locator("canvas.marks")
    assert canvas.bounding_box()["height"] > 40 * 24
    width, height = sheet  # A4 within its margins
    page.set_viewport_size({"width": width, "height": height})

    page.emulate_media(media="print")

    expect(canvas).to_have_css("object-fit", "contain")
    assert height - 60 < figure.bounding_box()["height"] < height


def test_paper_says_which_run_is_the_baseline(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:2])}")
    expect(page.locator(".comparison__run")).to_have_count(2)

    page.emulate_media(media="print")

    expect(page.get_by_role("button", name="baseline", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="as baseline")).to_be_hidden()
    expect(page.get_by_role("button", name="take box-0 out")).to_be_hidden()


def test_nothing_in_the_first_column_covers_the_lines_between_rows_on_paper(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:2])}")
    covering = page.locator(".comparison__name, .comparison__heading, .comparison__run")
    grounds = "(all) => [...new Set(all.map((one) => getComputedStyle(one).backgroundColor))]"
    expect(page.locator(".comparison__heading").first).to_be_visible()
    assert covering.evaluate_all(grounds) != ["rgba(0, 0, 0, 0)"]

    page.emulate_media(media="print")

    assert covering.evaluate_all(grounds) == ["rgba(0, 0, 0, 0)"]


def test_address_without_runs_leads_to_some_and_unknown_ones_are_named(site, opened):
    page = opened(site / "compare/index.html", "#compare=ffff")

    expect(page.locator("[data-comparison]")).to_contain_text("No runs chosen yet")
    expect(page.locator("[data-compare-meta]")).to_contain_text("this site has no run ffff")
    page.get_by_role("link", name="experiment", exact=True).click()
    expect(page.locator("[data-experiments]")).to_be_visible()


def test_legend_of_many_runs_says_where_on_this_page_they_are_told_apart(tmp_path, opened):
    runs = [RunPlan({"auc": [0.5, 0.6 + number / 100]}, name=f"run-{number}") for number in range(12)]
    site = built_site(tmp_path, runs)
    experiment = next((site / "e").glob("*/index.html"))
    every = ",".join(ids(site))
    for path, fragment, place in (
        (site / "compare/index.html", f"#compare={every}", "a line or the head of a column"),
        (experiment, f"#runs={every}", "a line or a row"),
        (experiment, f"?embed#runs={every}", "a line"),
    ):
        page = opened(path, fragment)
        expect(page.locator(".chart-legend__many").first).to_have_text(
            f"12 runs: point at {place} to see which is which"
        )


def test_runs_beyond_what_a_comparison_holds_are_counted_and_none_can_be_added(tmp_path, opened):
    site = built_site(tmp_path, [RunPlan({"auc": [0.5]}, name=f"run-{number}") for number in range(43)])
    every = ids(site)
    meta = "40 runs of 1 experiment"
    page = opened(site / "compare/index.html", f"#compare={','.join(every[:42])}")

    expect(page.locator("[data-compare-meta]")).to_have_text(f"{meta} · 2 more are not shown: 40 at most")
    expect(page.locator(".comparison__run")).to_have_count(40)
    expect(page.get_by_role("button", name="add a run…")).to_have_count(0)

    page.goto(f"{page.url.partition('#')[0]}?#compare={','.join(every[:40])}")
    expect(page.locator("[data-compare-meta]")).to_have_text(meta)
    expect(page.get_by_role("button", name="add a run…")).to_have_count(0)
    page.get_by_role("button", name="take run-3 out").click()
    expect(page.get_by_role("button", name="add a run…")).to_be_visible()


def test_site_without_runs_says_how_to_log_one(tmp_path, opened):
    build([make_store(tmp_path, [])], tmp_path / "public")

    page = opened(tmp_path / "public/compare/index.html")

    expect(page.locator("main")).to_contain_text("No runs yet")
    expect(page.locator("main")).to_contain_text("from logger import start_run")
    expect(page.get_by_role("button", name="keys: ?")).to_be_visible()  # all scripts have run
    expect(page.get_by_role("button", name="add a run…")).to_have_count(0)


def drawing(number: int, size: int) -> bytes:
    """An SVG of one colour."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
    return f'{head}<rect width="{number}" height="1"/></svg>'.encode()


@pytest.mark.parametrize(("make", "ending"), [(png, "png"), (drawing, "svg")], ids=["pixels", "drawings"])
def test_pictures_of_runs_stand_side_by_side_at_one_step(tmp_path, opened, make, ending):
    files = {
        run: {f"samples/{step}.{ending}": make(step + run, size=8) for step in (1, 2)} for run in range(2)
    }
    plans = [RunPlan({"auc": [0.5]}, name=f"run-{run}", facts=artifact_facts(files[run])) for run in range(2)]
    for run, built in enumerate(make_runs(tmp_path / "tracking", plans)):
        write_artifacts(built.path, files[run])
    build([tmp_path / "tracking"], tmp_path / "public", SiteConfig(artifacts="all"))
    site = tmp_path / "public"

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    captions = page.locator(".comparison__picture p")
    expect(captions).to_have_text(["run-0 · step 2", "run-1 · step 2"])
    page.locator(".comparison__pictures").get_by_role("slider").press("ArrowLeft")
    expect(captions).to_have_text(["run-0 · step 1", "run-1 · step 1"])
    assert page.url.endswith("&step=1")
    page.evaluate("runfolio.view.set('same', 'show')")
    page.go_back()
    expect(captions).to_have_text(["run-0 · step 1", "run-1 · step 1"])
    page.go_back()
    expect(captions).to_have_text(["run-0 · step 2", "run-1 · step 2"])
    page.go_forward()
    page.reload()
    expect(captions).to_have_text(["run-0 · step 1", "run-1 · step 1"])
    for image in page.locator(".comparison__picture img").all():
        expect(image).to_have_js_property("naturalWidth", 8)


def test_small_pictures_are_shown_larger_and_runs_that_lack_one_are_named(tmp_path, opened):
    files = {run: {} if run > 1 else {"small.png": png(1, size=2)} for run in range(4)}
    files[0]["large.png"] = png(2, size=80)
    plans = [RunPlan({"auc": [0.5]}, name=f"run-{run}", facts=artifact_facts(files[run])) for run in range(4)]
    for run, built in enumerate(make_runs(tmp_path / "tracking", plans)):
        write_artifacts(built.path, files[run])
    site = tmp_path / "public"
    build([tmp_path / "tracking"], site, SiteConfig(artifacts="all"))

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    small, large = (page.locator(".comparison__pictures", has_text=name) for name in ("small", "large"))
    small.scroll_into_view_if_needed()
    expect(small.locator("[data-small] img")).to_have_count(2)
    assert small.locator("img").first.bounding_box()["width"] == 128
    expect(large.locator("img")).to_have_js_property("naturalWidth", 80)
    assert large.locator("img").bounding_box()["width"] == 80
    expect(small.locator(".comparison__lacking")).to_have_text("Not in run-2, run-3")
    expect(large.locator(".comparison__lacking")).to_have_text("Not in run-1, run-2, run-3")


def test_pictures_of_runs_of_one_name_are_told_apart_by_their_ids(tmp_path, opened):
    plans = [
        RunPlan({"auc": [0.5]}, name=name, facts=artifact_facts({"a.png": png(1, size=8)}))
        for name in ("same", "same", "other")
    ]
    for built in make_runs(tmp_path / "tracking", plans):
        write_artifacts(built.path, {"a.png": png(1, size=8)})
    site = tmp_path / "public"
    build([tmp_path / "tracking"], site, SiteConfig(artifacts="all"))

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")

    captions, images = page.locator(".comparison__picture p"), page.locator(".comparison__picture img")
    expect(captions).to_have_count(3)
    words = captions.all_text_contents()
    labels = page.evaluate("runfolio.data.page.runs.map((run) => run.label)")
    assert len(set(labels)) == 3
    assert words == labels
    assert [image.get_attribute("alt") for image in images.all()] == [f"a.png of {label}" for label in labels]
    titles = captions.locator("bdi").all()
    assert [title.get_attribute("title") for title in titles] == labels


def test_a_long_name_below_a_picture_leaves_room_for_its_step_and_its_title_has_it_all(tmp_path, opened):
    names = ["short", "a_name_of_a_run_" * 12]
    files = {f"samples/{step}.png": png(step, size=8) for step in (1, 2)}
    plans = [RunPlan({"auc": [0.5]}, name=name, facts=artifact_facts(files)) for name in names]
    for built in make_runs(tmp_path / "tracking", plans):
        write_artifacts(built.path, files)
    site = tmp_path / "public"
    build([tmp_path / "tracking"], site, SiteConfig(artifacts="all"))

    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site))}")
    caption = page.locator(".comparison__picture p").last
    expect(caption).to_contain_text("step 2")
    name, step = (caption.locator(one).bounding_box() for one in ("bdi", "span"))

    assert caption.locator("bdi").get_attribute("title") == names[1]
    assert caption.locator("bdi").evaluate("one => one.scrollWidth > one.clientWidth")
    assert caption.bounding_box()["width"] < 200
    assert step["y"] < name["y"] + name["height"]
    assert step["x"] + step["width"] <= caption.bounding_box()["x"] + caption.bounding_box()["width"] + 1


def test_pictures_of_runs_stand_whole_on_paper_below_each_other_and_without_a_slider(tmp_path, opened):
    files = {f"samples/{step}.png": png(step, size=300) for step in (1, 2)}
    plans = [RunPlan({"auc": [0.5]}, name=f"run-{run}", facts=artifact_facts(files)) for run in range(3)]
    for built in make_runs(tmp_path / "tracking", plans):
        write_artifacts(built.path, files)
    build([tmp_path / "tracking"], tmp_path / "public", SiteConfig(artifacts="all"))
    site = tmp_path / "public"
    width = 690  # px of A4 within its margins
    page = opened(
        site / "compare/index.html",
        f"#compare={','.join(ids(site))}",
        viewport={"width": width, "height": 980},
    )
    slider = page.locator(".comparison__pictures").get_by_role("slider")
    expect(slider).to_be_visible()

    page.emulate_media(media="print")

    expect(slider).to_be_hidden()
    images = page.locator(".comparison__picture img").all()
    for image in images:
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("naturalWidth", 300)
    boxes = [image.bounding_box() for image in images]
    assert len(boxes) == 3
    assert all(box["x"] + box["width"] <= width for box in boxes)
    assert boxes[2]["y"] >= boxes[0]["y"] + boxes[0]["height"]


def test_a_param_that_colours_would_tell_is_said_to_count_on_the_page_of_an_experiment(site, opened):
    page = opened(site / "compare/index.html", f"#compare={','.join(ids(site)[:2])}&color=param:lr")

    footer = page.locator("figure[data-card][data-drawn='true'] .chart-card__footer").first
    expect(footer).to_contain_text("params and tags count on the page of an experiment")
