"""The runs table: a table before scripts, sorted, filtered and ticked with them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from builders import SECOND, START, RunPlan
from playwright.sync_api import Page, expect
from sites import READ, before_scripts, built_site, page_of, sweep


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """The page of a sweep of so many runs, built once."""
    return cache(lambda count: page_of(built_site(tmp_path_factory.mktemp("sweep"), sweep(count))))


@pytest.fixture
def table(sites, opened):
    """Opens the table of so many runs."""

    def show(count: int, fragment: str = "", **options: object) -> Page:
        page = opened(sites(count), fragment, **options)
        if options.get("java_script_enabled", True):
            expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")
        return page

    return show


def names(page: Page) -> list[str]:
    return page.locator("[data-runs-table] tbody th").all_inner_texts()


def header(page: Page, label: str):
    return page.locator("[data-runs-table] thead th").filter(has_text=re.compile(rf"^\s*{label}\b"))


def test_without_scripts_the_first_rows_are_there(table):
    page = table(130, java_script_enabled=False)

    assert len(names(page)) == 25
    assert names(page)[0] == "run-0"
    expect(page.locator("[data-runs-foot]")).to_contain_text("the first 25 of 130 runs are listed")


def test_scripts_change_no_word_of_the_rows_but_times(table):
    cells = "[data-runs-table] tbody tr > :not([data-kind=time])"
    plain = table(12, java_script_enabled=False).locator(cells).all_inner_texts()

    page = table(12, viewport={"width": 1920, "height": 900})

    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    assert page.locator(cells).all_inner_texts() == plain


def test_start_of_a_run_is_worded_as_briefly_as_it_can_and_whole_on_paper(table):
    page = table(12, timezone_id="Asia/Tokyo")
    times = page.locator("[data-runs-table] tbody time")
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    begun = datetime.fromtimestamp(START / SECOND, ZoneInfo("Asia/Tokyo"))

    def worded(now: datetime) -> str:
        page.clock.set_fixed_time(now)
        page.evaluate("runfolio.time.word()")
        return times.first.inner_text()

    assert worded(begun + timedelta(minutes=5)) == f"{begun:%H:%M}"
    assert worded(begun + timedelta(days=2)) == f"{begun:%b} {begun.day}"
    assert worded(begun + timedelta(days=400)) == f"{begun:%Y-%m-%d}"
    utc = begun.astimezone(UTC)
    expect(times.first).to_have_attribute("title", f"{begun:%Y-%m-%d %H:%M:%S}, {utc:%Y-%m-%d %H:%M:%S} UTC")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(times.first).to_have_text(f"{begun:%Y-%m-%d %H:%M}")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(times.first).to_have_text(f"{begun:%Y-%m-%d}")


def test_long_names_of_columns_break_at_their_separators(tmp_path, opened):
    runs = [
        RunPlan({"test/auc": [0.5]}, params={"optimizer.learning_rate_decay": rate, "depth": rate})
        for rate in (1, 2)
    ]
    page = opened(page_of(built_site(tmp_path, runs)), viewport={"width": 1000, "height": 800})
    deep = header(page, "optimizer")
    shallow = header(page, "depth")

    assert deep.locator("wbr").count() == 3
    assert deep.bounding_box()["width"] < 2.5 * shallow.bounding_box()["width"]
    label = deep.locator(".runs-table__label")
    assert label.evaluate("(label) => label.scrollWidth <= label.closest('th').clientWidth")
    assert label.evaluate("(label) => label.scrollHeight <= label.clientHeight")


def test_very_long_names_of_columns_are_cut_alike_before_and_after_scripts(tmp_path, opened):
    begun = "model.encoder.attention.heads.projection.dropout_probability_during_"
    runs = [
        RunPlan({"auc": [0.5]}, params={f"{begun}training": rate, f"{begun}testing": -rate})
        for rate in (1, 2)
    ]
    site = page_of(built_site(tmp_path, runs))
    told = []
    for scripts in (False, True):
        page = opened(site, java_script_enabled=scripts)
        if scripts:
            expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
        heads = page.locator("thead th[data-kind=param]")
        labels = heads.locator(".runs-table__label")
        assert labels.evaluate_all("(all) => all.map(({ clientHeight }) => clientHeight <= 64)") == [
            True,
            True,
        ]
        assert labels.evaluate_all("(all) => all.every((one) => one.scrollHeight <= one.clientHeight)")
        told.append((labels.all_text_contents(), [head.get_attribute("title") for head in heads.all()]))
    (printed, titles), alive = told

    assert (printed, titles) == alive
    assert len(set(printed)) == 2
    assert all("\N{HORIZONTAL ELLIPSIS}" in label and len(label) <= 24 for label in printed)
    assert titles == [f"{begun}training", f"{begun}testing"]


def long_names(count: int) -> list[RunPlan]:
    """Runs whose names differ in one or three places, and whose param differs in its middle."""
    return [
        RunPlan(
            {"auc": [0.9 - number / 10_000]},
            name=f"experiments-of-2024-resnet-baseline-seed{number}-with-label-smoothing"
            if number >= 12
            else f"sweep-imagenet-lr=0.{number // 6},depth={number // 3 % 2},kind=gbm,seed={number % 3}-long",
            params={"path": f"/data/of/the/experiment/part-{number:04}/all-its-images.parquet"},
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_and_texts_that_differ_do_not_read_the_same(tmp_path, opened, width):
    site = page_of(built_site(tmp_path, long_names(24)))
    told: dict[str, list[list[str]]] = {"th": [], "td[data-kind=text]": []}
    for scripts in (False, True):
        page = opened(site, java_script_enabled=scripts, viewport={"width": width, "height": 900})
        if scripts:
            expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
        for column in told:
            halved = page.locator(f"[data-runs-table] tbody {column} .name")
            read = halved.evaluate_all(READ)
            assert len(set(read)) == len(read) == 24
            told[column].append(halved.all_text_contents())
            assert halved.evaluate_all("(all) => all.every(({ title }) => title.length > 40)")
    assert all(plain == alive for plain, alive in told.values())


@pytest.mark.parametrize("width", [390, 1280])
def test_names_that_differ_do_not_read_the_same_however_little_room_they_have(tmp_path, opened, width):
    begun = "resnet50-imagenet-pretrained-augmented-with-mixup-and-cutmix"
    wide = "\N{HANGUL SYLLABLE GA}" * 23  # as wide as twice as many letters
    given = [f"{begun}-lr={rate}-wd={decay}-run" for rate in ("0.1", "0.01") for decay in ("1e-4", "1e-5")]
    given += ["same name that is rather long, and given twice by a script"] * 2 + ["twin of a name"] * 2
    given += [f"{wide}a", f"{wide}b", "no more than twenty six: a", "no more than twenty six: b"]
    page = opened(
        page_of(built_site(tmp_path, [RunPlan({"auc": [0.5]}, name=name) for name in given])),
        viewport={"width": width, "height": 900},
    )
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    link = page.locator("[data-runs-table] tbody th a")
    halved = link.locator(".name")

    read = halved.evaluate_all(READ) + link.filter(has_not=page.locator(".name")).all_inner_texts()

    assert len(set(read)) == len(read) == len(given)
    assert link.evaluate_all(
        "(all) => all.every((a) => a.querySelector('.name') || a.scrollWidth <= a.clientWidth)"
    )
    inside = "(all) => all.every((a) => a.closest('th').scrollWidth <= a.closest('th').clientWidth)"
    assert link.evaluate_all(inside)
    if width == 390:  # and with more room they are told anew
        page.set_viewport_size({"width": 800, "height": 900})
        expect(link.filter(has_text="-wd=1e-4-run").first).to_be_visible()


def test_long_names_are_told_from_those_in_view_however_many_there_are(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, long_names(400))))
    expect(page.locator("[data-runs-foot]")).to_contain_text("runs drawn")
    halved = page.locator("[data-runs-table] tbody th .name")

    page.locator("[data-runs-frame]").evaluate("(frame) => (frame.scrollTop = frame.scrollHeight / 2)")
    expect(page.locator("[data-runs-table] tbody th", has_text="seed200-with")).to_be_attached()

    for _ in range(2):
        read = halved.evaluate_all(READ)
        assert len(set(read)) == len(read) > 20
        page.locator("[data-runs-frame]").evaluate("(frame) => (frame.scrollTop = 0)")
        expect(page.locator("[data-runs-table] tbody th", has_text="0.1…0…2")).to_be_attached()


def test_results_and_params_stand_before_when_and_who_as_printed_and_after_scripts(table):
    def heads(width: int, scripts: bool) -> list[str]:
        page = table(12, viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        if scripts:
            expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
            assert page.evaluate("runfolio.view.get('cols')") is None
        heads = page.locator("[data-runs-table] thead .runs-table__label").all_inner_texts()
        return [head.rstrip("\N{NO-BREAK SPACE}↓") for head in heads]

    wide = heads(1920, True)

    assert wide[:3] == ["run", "status", "test/auc"]
    assert wide[-2:] == ["started", "duration"]
    assert {"depth", "kind"} <= set(wide[3:-2])
    assert heads(390, True) == heads(1280, True) == heads(1280, False) == wide


@pytest.mark.parametrize("width", [390, 1280])
def test_without_scripts_the_main_metric_is_in_sight(table, width):
    page = table(12, viewport={"width": width, "height": 800}, java_script_enabled=False)

    frame = page.locator("[data-runs-frame]").bounding_box()
    best = page.locator("[data-runs-table] tbody tr").first.locator("[data-kind=number]").first.bounding_box()

    assert best["x"] + best["width"] <= frame["x"] + frame["width"]


def test_numbers_at_the_edge_of_the_frame_are_as_dark_as_the_others(table):
    page = table(12, viewport={"width": 390, "height": 800})
    frame = page.locator("[data-runs-frame]")

    expect(frame).to_have_attribute("data-more", "")
    assert frame.evaluate("frame => getComputedStyle(frame).maskImage") == "none"
    line = "frame => getComputedStyle(frame).borderRightColor"
    assert frame.evaluate(line) != "rgba(0, 0, 0, 0)"


def test_a_click_sorts_and_another_one_turns_it_round(table):
    page = table(12)

    header(page, "depth").get_by_role("button").click()
    expect(header(page, "depth")).to_have_attribute("aria-sort", "ascending")
    assert names(page)[:3] == ["run-0", "run-7", "run-1"]

    header(page, "depth").get_by_role("button").click()
    expect(header(page, "depth")).to_have_attribute("aria-sort", "descending")
    assert names(page)[:2] == ["run-6", "run-5"]


def test_shift_sorts_by_a_second_column(table):
    page = table(12)

    header(page, "kind").get_by_role("button").click()
    header(page, "depth").get_by_role("button").click(modifiers=["Shift"])

    expect(header(page, "depth")).to_have_attribute("aria-sort", "ascending")
    assert names(page)[:7] == ["run-0", "run-8", "run-2", "run-10", "run-4", "run-6", "run-7"]


def test_the_order_and_the_filter_are_in_the_address(table):
    page = table(12)

    header(page, "depth").get_by_role("button").click()
    page.get_by_role("searchbox").fill("odd")
    expect(page.locator("[data-runs-table] tbody tr")).to_have_count(6)
    fragment = "#" + page.url.partition("#")[2]

    other = table(12, fragment)
    expect(other.locator("[data-runs-table] tbody tr")).to_have_count(6)
    assert names(other) == names(page)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("run-1", ["run-1", "run-10", "run-11"]),
        ("FAILED", ["run-11"]),
        ("depth=3 odd", ["run-3"]),
        ("nothing", []),
    ],
)
def test_plain_words_filter_the_rows(table, words, found):
    page = table(12)

    page.get_by_role("searchbox").fill(words)

    if found:
        expect(page.locator("[data-runs-table] tbody tr")).to_have_count(len(found))
        assert sorted(names(page)) == sorted(found)
    else:
        page.get_by_role("button", name="Show all").click()
        expect(page.locator("[data-runs-table] tbody tr")).to_have_count(12)


def test_ticking_draws_and_the_page_says_how_many(table):
    page = table(12)

    expect(page.locator("[data-runs-foot]")).to_have_text(
        "10 of 12 runs drawn: the best, then the best of other colours"
    )
    box = page.get_by_role("checkbox", name="draw run-11", exact=True)
    before = box.is_checked()
    box.click()

    expect(box).to_be_checked(checked=not before)
    expect(page.locator("[data-runs-foot]")).to_have_text(f"{9 if before else 11} of 12 runs drawn")
    page.go_back()
    expect(box).to_be_checked(checked=before)
    expect(page.locator("[data-runs-foot]")).to_have_attribute(
        "title", re.compile("^Drawn at first: the best run")
    )


def drawn(page: Page) -> list[str]:
    """The runs that the charts show."""
    return page.evaluate(
        "[...runfolio.view.state.runs].map((run) => runfolio.data.page.runs[run].name).sort()"
    )


def test_box_in_the_head_draws_just_the_runs_that_a_filter_lists(table):
    page = table(12)
    foot = page.locator("[data-runs-foot]")
    before = drawn(page)
    found = sorted(f"run-{number}" for number in range(12) if number % 7 == 4)

    page.get_by_role("searchbox", name="Filter runs").fill("depth=4")
    expect(foot).to_contain_text("10 of 12 runs drawn")
    expect(foot).to_contain_text("2 listed")
    every = page.get_by_role("checkbox", name="draw only the runs listed")
    expect(every).not_to_be_checked()
    every.click()

    expect(foot).to_have_text("2 of 12 runs drawn · 2 listed")
    assert drawn(page) == found
    back = page.get_by_role("checkbox", name="draw again what was drawn before")
    expect(back).to_be_checked()
    expect(back).to_have_attribute("title", "draw again what was drawn before")
    back.click()
    expect(foot).to_contain_text("10 of 12 runs drawn")
    assert drawn(page) == before
    assert "runs=" not in page.url


def test_shift_ticks_a_range(table):
    page = table(12)
    page.get_by_role("checkbox", name="draw all runs listed").click()
    page.get_by_role("checkbox", name="draw all runs listed").click()
    expect(page.locator("[data-runs-foot]")).to_have_text("0 of 12 runs drawn")

    page.get_by_role("checkbox", name="draw run-2", exact=True).click()
    page.get_by_role("checkbox", name="draw run-6", exact=True).click(modifiers=["Shift"])

    expect(page.locator("[data-runs-foot]")).to_have_text("5 of 12 runs drawn")
    page.get_by_role("checkbox", name="draw run-0", exact=True).click()
    page.get_by_role("checkbox", name="draw run-3", exact=True).click(modifiers=["Shift"])  # which is drawn
    expect(page.locator("[data-runs-foot]")).to_have_text("7 of 12 runs drawn")


def test_a_row_and_its_lines_light_up_together(table):
    page = table(3)
    page.evaluate("document.addEventListener('run:hover', (e) => (document.title = `hover ${e.detail}`))")

    page.locator("tr[data-run='1']").hover()
    expect(page).to_have_title("hover 1")

    page.evaluate("document.dispatchEvent(new CustomEvent('run:hover', {detail: [2]}))")
    expect(page.locator("tr[data-run='2']")).to_have_attribute("data-lit", "")
    expect(page.locator("tr[data-run='1'][data-lit]")).to_have_count(0)


def test_many_runs_keep_the_document_small_and_every_row_in_reach(table):
    page = table(250)
    frame = page.locator("[data-runs-frame]")

    assert page.locator("[data-runs-table] tbody tr").count() < 120
    expect(page.locator("[data-runs-table]")).to_have_attribute("aria-rowcount", "251")
    frame.evaluate("(element) => (element.scrollTop = element.scrollHeight)")

    expect(page.locator("[data-runs-table] tbody th", has_text="run-249")).to_be_visible()
    expect(page.locator("tr[data-run='249']")).to_have_attribute("aria-rowindex", "251")
    assert page.locator("[data-runs-table] tbody tr").count() < 120
    widths = frame.evaluate("(element) => [element.scrollHeight, element.querySelector('table').offsetWidth]")
    frame.evaluate("(element) => (element.scrollTop = element.scrollHeight / 2)")
    expect(page.locator("[data-runs-table] tbody th", has_text="run-125")).to_be_visible()
    after = frame.evaluate("(element) => [element.scrollHeight, element.querySelector('table').offsetWidth]")
    assert after == widths


def test_cells_far_to_the_right_of_many_rows_are_there_when_they_are_scrolled_to(tmp_path, opened):
    runs = [
        RunPlan(
            experiment="wide",
            name=f"run-{n:03}",
            params={f"p{at:02}": 10_000 + n * 100 + at for at in range(40)},
        )
        for n in range(200)
    ]
    page = opened(page_of(built_site(tmp_path, runs)))
    expect(page.locator("[data-runs-table]")).to_have_attribute("data-fixed", "")
    header(page, "p00").click()  # rows that have not been in view come
    row = page.locator("[data-runs-table] tbody tr").filter(has_text="run-000")
    assert row.locator("td").count() < 30
    row.locator("th a").focus()

    page.locator("[data-runs-frame]").evaluate("(element) => (element.scrollLeft = element.scrollWidth)")

    expect(row.get_by_role("cell", name="10039")).to_be_visible()
    assert {f"{10000 + at}" for at in range(40)} <= set(row.locator("td").all_inner_texts())
    expect(row.locator("th a")).to_be_focused()
    page.locator("[data-runs-frame]").evaluate("(element) => (element.scrollTop = element.scrollHeight / 2)")
    later = page.locator("[data-runs-table] tbody tr").filter(has_text="run-099")
    expect(later.get_by_role("cell", name="19939")).to_be_visible()


def test_names_stay_in_sight_when_the_table_is_scrolled_sideways(table):
    page = table(12, viewport={"width": 390, "height": 800})
    frame = page.locator("[data-runs-frame]")

    frame.evaluate("(element) => (element.scrollLeft = element.scrollWidth)")

    expect(frame).to_have_attribute("data-scrolled", "")
    left = page.locator("[data-runs-table] tbody th").first.bounding_box()["x"]
    assert left < 60
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_wide_table_is_remembered(table):
    page = table(12)

    page.get_by_role("button", name="Wide").click()
    expect(page.locator("figure[data-drawn=true]")).to_have_count(3)  # curves, scatter, parallel axes
    page.reload()

    expect(page.get_by_role("button", name="Wide")).to_have_attribute("aria-pressed", "true")


def test_the_first_chart_does_not_wait_for_the_table(table):
    page = table(200)
    page.add_init_script(
        "const later = window.setTimeout;"
        "window.setTimeout = (work, ms) => (ms < 1000 || ms === undefined ? later(work, ms) : 0);"
        "new MutationObserver(() => {"
        " window.first ??= document.querySelector('[data-runs-table] tbody input') ? 'table'"
        " : document.querySelector('figure[data-drawn]') ? 'chart' : undefined"
        "}).observe(document, {childList: true, subtree: true, attributes: true})"
    )

    page.wait_for_load_state("networkidle")  # else what is still on its way fails
    page.reload()

    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    assert page.evaluate("window.first") == "chart"


def test_the_frame_keeps_its_place_and_size_when_all_rows_come(sites, table, opened):
    plain = opened(before_scripts(sites(200))).locator("[data-runs-frame]").bounding_box()

    page = table(200)
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    alive = page.locator("[data-runs-frame]").bounding_box()

    assert (alive["x"], alive["y"], alive["height"]) == (plain["x"], plain["y"], plain["height"])


def test_a_table_without_charts_comes_alive(tmp_path, opened):
    runs = [RunPlan(experiment="quiet", name=f"run-{n}", params={"depth": n}) for n in range(3)]

    page = opened(page_of(built_site(tmp_path, runs)))

    expect(page.locator("[data-runs-table] tbody input")).to_have_count(3)


def test_a_wide_table_far_above_its_charts_comes_alive(table):
    page = table(40, viewport={"width": 1280, "height": 500})
    page.get_by_role("button", name="Wide").click()

    page.reload()

    expect(page.locator("[data-runs-table] tbody input")).to_have_count(40)
    frame = page.locator("[data-runs-frame]").bounding_box()
    rows = page.locator("[data-runs-table]").bounding_box()
    assert 0 <= frame["width"] - rows["width"] < 20  # a scroll bar


def test_the_table_stays_in_sight_as_a_whole_while_charts_scroll(tmp_path, opened):
    curves = {f"metric {n}": [n, n + 1.0] for n in range(12)}
    runs = [RunPlan(curves, experiment="many cards", name=f"run-{n}", params={"d": n}) for n in range(40)]
    page = opened(page_of(built_site(tmp_path, runs)))
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()

    page.mouse.move(1000, 500)
    page.mouse.wheel(0, 1500)

    expect(page.locator("[data-runs-foot]")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("searchbox", name="Filter runs")).to_be_in_viewport(ratio=1)


def test_without_scripts_a_cut_table_is_shaded_at_its_edge(table):
    page = table(12, viewport={"width": 390, "height": 800}, java_script_enabled=False)

    cell = page.locator("[data-runs-table] tbody td[data-kind=status]").first
    frame = page.locator("[data-runs-frame]")

    assert cell.evaluate("(element) => getComputedStyle(element).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert "gradient" in frame.evaluate("(element) => getComputedStyle(element).backgroundImage")


def test_names_of_runs_look_like_links(table):
    link = table(3).locator("[data-runs-table] tbody th a").first

    assert link.evaluate("(element) => getComputedStyle(element).textDecorationLine") == "underline"


def test_runs_drawn_are_one_click_or_key_from_the_compare_page(table):
    page = table(60)
    link = page.locator("[data-runs-tools]").get_by_role("link", name="Compare")

    page.locator("tr", has_text="run-9").first.get_by_role("checkbox").uncheck()
    page.keyboard.press("c")

    page.wait_for_url("**/compare/index.html#compare=*")
    expect(page.locator(".comparison__run a")).to_have_text([f"run-{number}" for number in range(9)])
    page.go_back()
    every = page.get_by_role("checkbox", name="draw all runs listed")
    every.check()
    expect(link).to_have_attribute("title", "the first 40 of the 60 runs drawn side by side")
    assert len(link.get_attribute("href").split("#compare=")[1].split(",")) == 40
    every.uncheck()
    expect(link).to_be_hidden()


def test_compare_page_takes_the_baseline_of_the_table_for_its_own(table):
    page = table(12)

    page.locator("[data-runs-table] tbody a", has_text="run-4").focus()
    page.keyboard.press("b")
    page.locator("[data-runs-tools]").get_by_role("link", name="Compare").click()

    expect(page.locator(".comparison__run").first).to_contain_text("run-4")
    expect(page.locator(".comparison__run").first).to_contain_text("baseline")
