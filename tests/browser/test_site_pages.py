"""Pages: they lead everywhere, from disk and from a server, with and without scripts, in both themes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import urldefrag

import html5lib
import pytest
from builders import RunPlan, make_store
from playwright.sync_api import Page, expect
from sites import before_scripts, built_site, curve, page_of, story, sweep

from sitegen.build import build
from sitegen.config import SiteConfig


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A site with a little of everything."""
    runs = [*story(), RunPlan(experiment="other", name="bare")]
    return built_site(tmp_path_factory.mktemp("story"), runs)


def experiment(site: Path) -> Path:
    (found,) = site.glob("e/story-*/index.html")
    return found


def run_page(site: Path, name: str) -> Path:
    (found,) = (path for path in site.glob("r/*/index.html") if f"<title>{name}" in path.read_text("utf-8"))
    return found


def settled(page):
    """Wait for every chart: a page left earlier gives up what it was loading."""
    for figure in page.locator("figure[data-card]").all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-drawn", "true")


def test_every_link_of_a_built_site_lands(site):
    trees = {
        path: html5lib.parse(path.read_bytes(), namespaceHTMLElements=False) for path in site.rglob("*.html")
    }
    for path, tree in trees.items():
        for element in tree.iter():
            for name in ("href", "src"):
                target, fragment = (
                    urldefrag(element.get(name, "")) if isinstance(element.tag, str) else ("", "")
                )
                if re.match(r"https?:|mailto:|data:", target):
                    assert element.get("rel") == "noopener noreferrer nofollow" or target.startswith("data:")
                    continue
                assert not target.startswith("/")
                landed = (path.parent / target).resolve() if target else path
                assert landed.is_file(), (path, target)
                if fragment and not fragment.startswith("compare="):  # that is a view, not a place
                    assert fragment in {other.get("id") for other in trees[landed].iter()}


@pytest.mark.parametrize("served", [False, True], ids=["from disk", "under /repo/"])
def test_a_reader_walks_from_home_to_a_run_and_back(site, opened, served):
    page = opened(site / "index.html", site=site if served else None)

    page.get_by_role("link", name="story").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("story")
    settled(page)
    page.locator("[data-runs-table]").get_by_role("link", name="calm-otter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("calm-otter")
    settled(page)
    page.get_by_role("navigation").get_by_role("link", name="Runfolio").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Runfolio")


def test_without_scripts_everything_is_there_to_read(site, opened):
    page = opened(experiment(site), java_script_enabled=False)

    text = page.locator("main").inner_text()
    for words in ("Best test/auc", "calm-otter", "What differs: lr (2 values)", "step 19", "failed"):
        assert words in text
    expect(page.locator("figure svg.picture path").first).to_be_visible()


def test_home_lists_only_the_keys_that_do_something_there(site, opened):
    page = opened(site / "index.html")

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys").locator("h3")).to_have_text(["everywhere"])
    page.goto(experiment(site).as_uri())
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys").locator("h3")).to_contain_text(["card", "Runs table"])
    page.keyboard.press("Escape")
    settled(page)


SIGNS = {"Esc": "Escape", "Shift": "Shift", "−": "-"}
ARROWS = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown"}
KEYS = {**SIGNS, **ARROWS, **{key: key for key in ["Home", "End", *"?/[]{}fstnhljkxbpc+0", "Enter"]}}
KINDS = ["home", "experiment", "run", "run without metrics", "compare", "compare none", "data", "problems"]


def page_of_kind(site: Path, kind: str) -> tuple[Path, str]:
    """A page of a site of `story()`, and what is behind its address."""
    if kind == "experiment":
        return experiment(site), ""
    if kind.startswith("run"):
        return run_page(site, "bare" if kind == "run without metrics" else "calm-otter"), ""
    if kind == "compare":
        ids = [path.name for path in (site / "r").iterdir() if path.is_dir()]
        return site / "compare/index.html", f"#compare={','.join(ids)}"
    return site / ("index.html" if kind == "home" else f"{kind.split()[0]}/index.html"), ""


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_fails_on_any_page(site, opened, kind):
    page = opened(*page_of_kind(site, kind))
    if kind == "compare":
        expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
    page.locator("[data-keys]").click()
    listed = set(page.locator(".keys__list kbd").all_inner_texts())
    page.keyboard.press("Escape")

    for key in KEYS.values():
        page.keyboard.press(key)
        page.keyboard.press("Escape")

    assert listed <= KEYS.keys()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("kind", ["home", "run without metrics", "data", "compare none"])
def test_a_frame_of_a_page_without_a_chart_says_so(site, opened, kind):
    path, _ = page_of_kind(site, kind)

    page = opened(path, "?embed")

    expect(page.locator("body")).to_have_text("This page has no chart to show.")
    expect(page.locator("body > p")).to_be_visible()


def test_without_scripts_what_only_they_can_draw_leaves_no_blank(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, sweep(6))), java_script_enabled=False)

    missing = page.locator(".chart-card__plot", has_text="Drawn from the table of runs, by a script.")

    assert missing.count()
    assert all(plot.bounding_box()["height"] < 100 for plot in missing.all())


def test_times_are_worded_in_the_readers_zone(site, opened):
    utc = opened(run_page(site, "calm-otter"), timezone_id="UTC").locator("time").first.inner_text()
    tokyo = opened(run_page(site, "calm-otter"), timezone_id="Asia/Tokyo").locator("time").first

    expect(tokyo).to_have_attribute("title", re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$"))
    assert tokyo.inner_text() != utc
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", tokyo.inner_text())


def test_a_run_of_unknown_fate_is_lost_after_ten_minutes_of_silence(site, opened):
    path = run_page(site, "silent")
    page = opened(path)
    last = page.locator(".status").get_attribute("data-last")
    minutes = "new Date(Date.parse('%s') + %d * 60000).toISOString()"

    for after, words in ((5, "running"), (60, "lost since")):
        page.clock.set_fixed_time(page.evaluate(minutes % (last, after)))
        page.reload()
        expect(page.locator(".status")).to_contain_text(words)
        expect(page.get_by_text("Lost: it never said how it ended")).to_be_visible(visible=after > 10)
        settled(page)

    page.goto(experiment(site).as_uri())
    expect(page.locator("[data-runs-table] .status", has_text="lost")).to_be_visible()


def test_the_theme_follows_the_system_until_the_reader_chooses(site, opened):
    page = opened(site / "index.html", color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    page.get_by_role("button", name="Switch to the light theme").click()
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.reload()
    expect(page.get_by_role("button", name="Switch to the dark theme")).to_be_visible()

    assert dark != light
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == light
    page.get_by_role("button", name="Switch to the dark theme").click()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


def test_a_chosen_theme_holds_from_the_first_paint(site, opened):
    page = opened(site / "index.html", color_scheme="light")
    page.get_by_role("button", name="Switch to the dark theme").click()
    page.add_init_script(
        "new MutationObserver(() => {"
        " if (document.body) window.first ??= document.documentElement.dataset.theme;"
        "}).observe(document, {childList: true, subtree: true})"
    )

    page.reload()

    assert page.evaluate("window.first") == "dark"


@pytest.mark.parametrize("width", [390, 700, 1280, 1920])
def test_nothing_but_tables_in_their_frames_scrolls_sideways(site, opened, width):
    page = opened(site / "index.html", viewport={"width": width, "height": 900})
    for path in (
        site / "index.html",
        experiment(site),
        *site.glob("r/*/index.html"),
        site / "problems/index.html",
    ):
        page.goto(path.as_uri())
        expect(page.locator("[data-theme-switch]")).to_be_visible()
        settled(page)

        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_home_page_is_whole_on_a_tablet(site, opened):
    page = opened(site / "index.html", viewport={"width": 700, "height": 900})

    for frame in page.locator(".table-frame").all():
        assert frame.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_on_a_phone_all_on_the_right_of_the_home_page_ends_at_one_edge(tmp_path, opened):
    runs = [
        RunPlan({"test/auc": [0.5]}, experiment=experiment, status=status)
        for experiment, status in (
            ("art", "finished"),
            ("other exp / with slash", "failed"),
            ("art", "failed"),
        )
    ]
    page = opened(built_site(tmp_path, runs) / "index.html", viewport={"width": 390, "height": 900})
    settled(page)

    ends = page.locator(".experiments tr, .latest__runs tr").evaluate_all(
        """rows => rows.flatMap((row) => {
            const edge = row.getBoundingClientRect().right;
            const cells = [...row.cells].filter((cell) => cell.matches("td") && cell.innerText.trim());
            const texts = cells.map((cell) => {
                const range = document.createRange();
                range.selectNodeContents(cell);
                return [cell.innerText.trim(), edge - range.getBoundingClientRect().right];
            });
            return texts.filter(([, space]) => space < row.clientWidth / 2);
        })"""
    )

    assert {"1 run, 1 failed", "art", "other exp / with slash"} <= {words for words, _ in ends}
    assert [(words, space) for words, space in ends if abs(space) > 0.6] == []


def test_experiment_whose_runs_logged_no_metric_says_how_charts_come(tmp_path, opened):
    site = built_site(tmp_path, [RunPlan({}, "story", name=f"run {n}", params={"lr": n}) for n in range(2)])

    page = opened(experiment(site))

    expect(page.get_by_role("heading", name="No metrics yet")).to_be_visible()
    expect(page.locator("main")).to_contain_text("run.log_metric(")
    expect(page.locator("[data-runs-table] tbody tr")).to_have_count(2)
    expect(page.locator("[data-toolbar]")).to_have_count(0)


@pytest.mark.parametrize(
    "cards", [[], [{"metrics": ["accuracy"]}]], ids=["no card", "a metric nobody logged"]
)
def test_page_whose_board_shows_no_card_says_so_and_where_to_change_it(tmp_path, opened, cards):
    store = make_store(tmp_path, [RunPlan({"test/auc": [0.4, 0.5]})])
    build([store], tmp_path / "public", SiteConfig(boards=[{"cards": cards, "rest": "none"}]))

    for prefix in ("e/", "r/"):
        page = opened(page_of(tmp_path / "public", prefix))

        said = page.locator("section.empty")
        expect(said).to_contain_text("The board of this site shows no card here")
        expect(said).to_contain_text("Change boards[0] in the site's sitegen.toml")
        expect(page.get_by_text("No metrics yet")).to_have_count(0)
        expect(page.locator("[data-toolbar]")).to_have_count(0)


HEADED = [  # cards as configured; headings and titles as they stand on a page
    ([{"metrics": ["lr"], "section": "Sec"}], ["# Sec", "lr", "# Cards", "auc", "# loss", "total"]),
    (
        [{"metrics": ["lr"]}, {"metrics": ["loss/total"], "section": "Sec"}],
        ["lr", "# Sec", "loss/total", "# More", "auc"],
    ),
    (
        [{"metrics": ["lr"], "section": "Sec"}, {"metrics": ["auc"]}],
        ["# Sec", "lr", "# Cards", "auc", "# loss", "total"],
    ),
    ([{"metrics": ["lr"], "section": "loss"}], ["# loss", "lr", "total", "# Cards", "auc"]),
]


@pytest.mark.parametrize(("cards", "order"), HEADED)
@pytest.mark.parametrize("prefix", ["e/", "r/"], ids=["experiment", "run"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_configured_cards_with_their_sections_come_before_all_others(
    tmp_path, opened, cards, order, prefix, scripts
):
    store = make_store(tmp_path, [RunPlan({"auc": [0.4, 0.5], "loss/total": [2.0, 1.0], "lr": [0.1, 0.2]})])
    build([store], tmp_path / "public", SiteConfig(boards=[{"cards": cards}]))

    page = opened(page_of(tmp_path / "public", prefix), java_script_enabled=scripts)

    shown = page.locator("[data-board] :is(.board__section, .chart-card__title):visible")
    if scripts:
        expect(page.locator("figure[data-card]").first).to_have_attribute("data-drawn", "true")
    words = [text.removeprefix("▾").strip() for text in shown.all_inner_texts()]
    heads = [name.removeprefix("# ") for name in order if name.startswith("#")]
    assert words == [name.removeprefix("# ") for name in order]
    expect(page.locator(".board__section:visible")).to_have_text(heads)


def test_on_a_phone_charts_come_before_the_table(site, opened):
    page = opened(experiment(site), viewport={"width": 390, "height": 900})

    charts = page.locator("[data-board]").bounding_box()["y"]
    table = page.locator("[data-runs]").bounding_box()["y"]

    assert charts < table


def test_on_a_phone_no_number_is_cut_and_no_name_breaks_within_a_word(tmp_path, opened):
    curves = {"val_accuracy": [0.0001234, 0.1], "gradient/norm.of_everything": [-1.234e-12, 5e16]}
    ends = ("finished", "finished", "failed", "killed")
    runs = [
        RunPlan(curves, experiment="an experiment", name=f"run-{n}", status=status)
        for n, status in enumerate(ends)
    ]
    site = built_site(tmp_path, runs)
    page = opened(site / "index.html", viewport={"width": 390, "height": 900})

    latest = page.locator(".latest tbody tr", has_text="run-0")
    expect(latest.get_by_text("0.1000")).to_be_visible()
    for path, cells in (
        (site / "index.html", ".experiments td:visible, .latest td:visible"),
        (run_page(site, "run-0"), ".metrics td"),
    ):
        page.goto(path.as_uri())
        expect(page.locator("[data-theme-switch]")).to_be_visible()
        settled(page)
        for cell in page.locator(cells).all():
            box = cell.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
            assert cell.evaluate("(element) => element.scrollWidth <= element.clientWidth"), cell.inner_text()

    name = page.locator(".metrics th", has_text="val_accuracy").locator("bdi")
    assert name.bounding_box()["height"] < 25  # one line


@pytest.mark.parametrize("width", [390, 1280])
def test_names_and_types_of_columns_on_the_data_page_do_not_break_within_a_word(site, opened, width):
    page = opened(site / "data/index.html", viewport={"width": width, "height": 900})
    lines = """cells => cells.map(cell => {
        const range = document.createRange()
        range.selectNodeContents(cell)
        return [cell.textContent, new Set([...range.getClientRects()].map(box => Math.round(box.top))).size]
    })"""

    cells = page.locator("#columns-title ~ .table-frame").locator("th code, td.dim").evaluate_all(lines)

    assert len(cells) > 100
    assert [(text, count) for text, count in cells if count > len(text.split())] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    frames = page.locator(".table-frame").evaluate_all(
        "all => all.map(one => one.scrollWidth - one.clientWidth)"
    )
    assert max(frames) == 0


def test_runs_of_one_name_are_told_apart_by_the_start_of_their_ids(tmp_path, opened):
    plan = RunPlan({"auc": [0.1, 0.9], "size": [3.0]}, experiment="folds", name="fold")
    runs = [plan, plan, RunPlan({"auc": [0.2, 0.8], "size": [4.0]}, experiment="folds", name="whole")]
    site = built_site(tmp_path, runs)
    one, two, _ = sorted(path.name for path in (site / "r").iterdir() if path.is_dir())
    same = next(at for at in range(32) if one[at] != two[at])
    labels = {f"fold {one[: same + 1]}…", f"fold {two[: same + 1]}…", "whole"}
    page = opened(page_of(site), viewport={"width": 1900, "height": 900})
    curves, bars = (page.locator("figure[data-card]").nth(number) for number in (0, 1))
    for figure in (curves, bars):
        expect(figure).to_have_attribute("data-drawn", "true")

    assert set(curves.locator(".chart-legend__name").all_inner_texts()) == labels
    assert set(curves.locator(".chart-over__name").all_inner_texts()) == labels
    curves.locator(".chart-card__plot").hover(position={"x": 200, "y": 100})
    assert set(curves.locator(".chart-tip__name").all_inner_texts()) == labels
    drawn = "runfolio.chart.shown(document.querySelectorAll('.chart-card__plot')[1])[0].view.data('bars')"
    assert set(page.evaluate(f"{drawn}.map((row) => row.label)")) == labels
    page = opened(run_page(site, "whole"))
    page.get_by_role("button", name="Compare with…").click()
    offered = page.locator(".popover").get_by_role("button", name=re.compile("fold"))
    expect(offered).to_have_count(2)
    assert {text.removesuffix(" folds") for text in offered.all_inner_texts()} == labels - {"whole"}


def test_metric_logged_once_is_printed_as_bars_with_names_and_numbers(tmp_path, opened):
    runs = [RunPlan({"size": [n + 1.5]}, name=f"run-{n}", params={"depth": n}) for n in range(2)]
    page = opened(page_of(built_site(tmp_path, runs)), java_script_enabled=False)
    rows = page.locator("[data-card] .static-bars tr")
    expect(rows).to_have_text(["run-12.5", "run-01.5"])

    lengths = [row.locator("rect").bounding_box()["width"] for row in rows.all()]

    assert lengths[1] == pytest.approx(lengths[0] * 1.5 / 2.5, rel=0.01)


@pytest.mark.parametrize("metric", ["loss", "gain"], ids=["with a goal", "without one"])
def test_bars_on_both_sides_of_zero_are_printed_as_a_script_draws_them(tmp_path, opened, metric):
    values = {"a": 2.0, "b": -1.0, "c": 0.0, "d": -2.0}
    runs = [RunPlan({metric: [value]}, name=name) for name, value in values.items()]
    site = built_site(tmp_path, runs)
    printed = opened(page_of(site), java_script_enabled=False)
    drawn = opened(page_of(site))
    expect(drawn.locator("figure[data-kind=bars]")).to_have_attribute("data-drawn", "true")
    bars = drawn.evaluate("[...runfolio.board.cards.values()][0].drawn.bars.map(({ label }) => label)")

    rows = printed.locator("[data-card] .static-bars tr")

    expect(rows.locator("th")).to_have_text(bars)
    frame = rows.locator("svg").first.bounding_box()
    middle = frame["x"] + frame["width"] / 2
    for name, row in zip(bars, rows.all(), strict=True):
        box = row.locator("rect").bounding_box()
        ends = sorted([middle, middle + values[name] / 4 * frame["width"]])
        assert [box["x"], box["x"] + box["width"]] == pytest.approx(ends, abs=1)


@pytest.mark.parametrize(("metrics", "columns"), [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_cards_fill_the_width(tmp_path, opened, metrics, columns):
    run = RunPlan({f"metric {n}": [0.1, 0.2] for n in range(metrics)}, name="run")
    page = opened(page_of(built_site(tmp_path, [run]), "r/"))
    cards = page.locator("figure[data-card]")
    expect(cards).to_have_count(metrics)
    boxes = [card.bounding_box() for card in cards.all()]

    first_row = [box for box in boxes if box["y"] == boxes[0]["y"]]

    assert len(first_row) == columns
    assert max(box["x"] + box["width"] for box in first_row) == pytest.approx(1280 - 24, abs=1)


def test_nothing_dangles_at_the_end_of_the_printed_foot(site, opened):
    page = opened(next((site / "e").glob("story*/index.html")))
    expect(page.locator(".site-foot [data-keys]")).to_be_visible()
    page.emulate_media(media="print")

    assert page.locator(".site-foot p").first.inner_text().rstrip().endswith("licences")


def test_what_stands_at_the_foot_of_a_page_stands_at_the_top_of_its_print(site, opened):
    """Where it never has a sheet of its own."""
    for address in ("index.html", "e/*/index.html", "compare/index.html", "r/*/index.html"):
        page = opened(next(site.glob(address)))
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 688, "height": 1000})
        foot = page.locator(".site-foot").bounding_box()
        first = page.locator(".site-head:visible, main").first.bounding_box()

        assert foot["y"] == 0
        assert foot["height"] <= first["y"]
        assert foot["x"] + foot["width"] == pytest.approx(688, abs=1)


def test_a_page_is_printed_dark_on_white(site, opened):
    page = opened(experiment(site), color_scheme="dark")

    page.emulate_media(media="print")

    assert (
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')") == "#fdfdfb"
    )
    expect(page.locator("[data-theme-switch]")).to_be_hidden()


def test_paper_has_no_tools_and_whole_tables_and_charts(site, opened):
    page = opened(experiment(site), color_scheme="dark")
    settled(page)

    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins

    for tools in (".toolbar", ".runs__tools", ".board__bar", ".chart-card__tools", ".runs-table__more"):
        assert page.locator(tools).count()
        assert page.locator(tools).locator("visible=true").count() == 0, tools
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame = page.locator("[data-runs-frame]")
    assert frame.evaluate("(element) => element.scrollHeight <= element.clientHeight + 1")
    for name in page.locator(".runs-table tbody th").all():
        assert name.bounding_box()["width"] > 60
    for plot in page.locator(".chart-card__plot:has(canvas)").all():
        box, canvas = plot.bounding_box(), plot.locator("canvas.marks").first.bounding_box()
        assert canvas["width"] <= box["width"] + 1
        assert canvas["height"] <= box["height"] + 1


def test_reader_who_asks_for_contrast_gets_no_grey_text(site, opened):
    page = opened(experiment(site), color_scheme="dark", contrast="more")

    grey, text = (
        page.evaluate(f"getComputedStyle(document.querySelector('{part}')).color")
        for part in (".page-head__meta", "h1")
    )

    assert grey == text


def test_one_run_alone_has_a_page_of_its_own_kind(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, story()[3:])))

    expect(page.locator("[data-runs-table] tbody tr")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_be_hidden()


def test_home_marks_the_runs_that_came_since_the_last_visit(tmp_path, browser):
    site = built_site(tmp_path, story())
    context = browser.new_context()

    def visit():
        page = context.new_page()
        page.goto((site / "index.html").as_uri())
        return page

    first = visit()
    expect(first.locator("[data-new]")).to_have_count(0)
    first.close()
    build_anew(tmp_path, [*story(), RunPlan({"loss": [1.0]}, experiment="other", name="fresh")])
    second = visit()

    expect(second.locator("[data-new] th")).to_have_text("fresh")
    expect(second.locator("[data-visit]")).to_have_text("1 since your last visit")
    expect(second.locator("[data-new-count]").filter(has_text="1 new")).to_have_count(1)
    second.reload()
    expect(second.locator("[data-new] th")).to_have_text("fresh")
    second.close()
    expect(visit().locator("[data-new]")).to_have_count(0)
    context.close()


def test_home_says_how_many_of_the_runs_that_came_it_lists(tmp_path, browser):
    site = built_site(tmp_path, story())
    context = browser.new_context()
    home = context.new_page()
    home.goto((site / "index.html").as_uri())
    home.close()
    fresh = [RunPlan({"loss": [1.0]}, experiment="other", name=f"fresh-{n}") for n in range(12)]
    build_anew(tmp_path, [*story(), *fresh])

    home = context.new_page()
    home.goto((site / "index.html").as_uri())

    expect(home.locator("[data-latest] [data-new]")).to_have_count(10)
    expect(home.locator("[data-visit]")).to_have_text(
        "12 since your last visit, 10 of them listed; tables of experiments mark all"
    )
    context.close()


def test_experiment_page_marks_the_runs_that_came_since_the_last_visit(tmp_path, browser):
    plans = [RunPlan({"loss": [1.0]}, name=f"run-{n}") for n in range(2)]
    site = built_site(tmp_path, plans[:1])
    context = browser.new_context()

    def visit(count: int) -> Page:
        page = context.new_page()
        page.goto(page_of(site).as_uri())
        expect(page.locator("[data-runs-table] tbody input")).to_have_count(count)
        return page

    first = visit(1)
    expect(first.locator("tr[data-new]")).to_have_count(0)
    first.close()
    build_anew(tmp_path, plans)
    second = visit(2)
    expect(second.locator("tr[data-new] th")).to_have_text("run-1")
    second.close()
    expect(visit(2).locator("tr[data-new]")).to_have_count(0)
    context.close()


def build_anew(folder: Path, plans: list[RunPlan]) -> None:
    """The site of other runs in the place of the one that was there."""
    shutil.rmtree(folder / "tracking")
    built_site(folder, plans)


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_what_is_printed_keeps_the_room_of_what_scripts_add(tmp_path, opened, width):
    metrics = {f"test/{name}": curve(place) for place, name in enumerate(["auc", "f1", "loss", "mae", "r2"])}
    site = built_site(
        tmp_path,
        [RunPlan(metrics, name=f"calm-otter-of-the-river-{n}", params={"depth": n}) for n in range(8)],
    )
    whole = page_of(site)
    pages = [
        opened(path, viewport={"width": width, "height": 900}) for path in (before_scripts(whole), whole)
    ]
    expect(pages[1].locator(".chart-card").first).to_have_attribute("data-drawn", "true")
    expect(pages[1].locator(".chart-card").nth(1)).to_have_attribute("data-drawn", "true")
    tops = [
        [page.locator(".chart-card").nth(number).bounding_box()["y"] for number in range(3)] for page in pages
    ]
    assert tops[0] == pytest.approx(tops[1], abs=6)


def test_narrow_page_does_not_scroll_sideways_before_its_legends_are_there(tmp_path, opened):
    runs = [
        RunPlan({"auc": curve(9), "loss": curve(9)}, name=f"{n} of a {'long ' * 30}name") for n in range(2)
    ]
    page = opened(before_scripts(page_of(built_site(tmp_path, runs))), viewport={"width": 320, "height": 600})

    expect(page.locator("[data-legend]")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
