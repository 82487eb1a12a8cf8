"""Columns of the runs table, chosen and laid out; its groups, baseline, exports and keys."""

from __future__ import annotations

import csv
import io
import re
import statistics
from datetime import datetime
from functools import cache

import pytest
from builders import SECOND, START, RunPlan, make_store
from playwright.sync_api import Page, expect
from sites import READ, built_site, page_of

from sitegen.build import build
from sitegen.config import MetricConfig, SiteConfig


def seeds() -> list[RunPlan]:
    """Two rates, three seeds each: 0.1 is better by far; beside them a text that spreadsheets would run."""
    heights = {0.1: (0.90, 0.92, 0.91), 0.3: (0.80, 0.84, 0.82)}
    return [
        RunPlan(
            {"test/auc": [height - 0.2, height, height - 0.1], "norm": [1.0 + seed]},
            experiment="seeds",
            name=f"run {rate} {seed}",
            params={"lr": rate, "seed": seed, "box": "fake", "formula": "=1+1|a"},
            tags={"stage": "keep" if seed else "try"},
        )
        for rate, values in heights.items()
        for seed, height in enumerate(values)
    ]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return page_of(built_site(tmp_path_factory.mktemp("seeds"), seeds()))


@pytest.fixture
def table(page_file, opened):
    def show(fragment: str = "", **options: object) -> Page:
        page = opened(page_file, fragment, **options)
        expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
        return page

    return show


def headers(page: Page) -> list[str]:
    labels = page.locator("[data-runs-table] thead th[data-field]")
    return [label.get_attribute("data-field") for label in labels.all()]


def names(page: Page) -> list[str]:
    return page.locator("[data-runs-table] tbody th").all_inner_texts()


def column(page: Page, field: str) -> list[str]:
    at = headers(page).index(field) + 2
    return page.locator(f"[data-runs-table] tbody tr > :nth-child({at})").all_inner_texts()


def test_numbers_of_many_runs_are_read_as_they_were_written(tmp_path, opened):
    rates = [None if number % 5 == 0 else 1 / (number + 3) for number in range(60)]
    runs = [
        RunPlan({"auc": [0.1, number / 7]}, name=f"run-{number}", params={"rate": rate} if rate else {})
        for number, rate in enumerate(rates)
    ]
    page_file = page_of(built_site(tmp_path, runs))
    assert page_file.read_text("utf-8").count('"packed"') >= 2

    page = opened(page_file)
    read = """async (field) => {
        const { columns, data } = runfolio;
        const rows = new Map(data.page.runs.map(({ name }, row) => [name, row]));
        const row = (number) => rows.get(`run-${number}`);
        const { values } = await data.overview(row(59), data.metricNumber("auc"));
        return { found: [...rows.keys()].map((_, n) => columns.field(field).value(row(n))), last: values[1] };
    }"""
    rate = page.evaluate(read, "param:rate")

    assert rate["found"] == rates
    assert rate["last"] == pytest.approx(59 / 7)
    assert page.evaluate(read, "last:auc")["found"] == [number / 7 for number in range(60)]


def test_columns_to_choose_stay_inside_of_the_window(table):
    page = table(viewport={"width": 1280, "height": 640})
    page.get_by_role("button", name="Columns", exact=True).click()
    panel = page.locator(".chooser")
    expect(panel).to_be_visible()

    box = panel.bounding_box()

    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 640
    expect(panel.get_by_role("button", name="none", exact=True)).to_be_in_viewport(ratio=1)
    assert panel.locator(".chooser__lists").evaluate("(lists) => lists.scrollHeight > lists.clientHeight")


def test_every_column_is_one_click_away_and_kept_in_the_address(table):
    page = table()
    assert "tag:stage" not in headers(page)

    page.get_by_role("button", name="Columns", exact=True).click()
    page.get_by_role("checkbox", name="stage").click()
    page.get_by_role("checkbox", name="box").click()
    page.get_by_role("checkbox", name="duration").click()

    assert headers(page)[-2:] == ["tag:stage", "param:box"]
    assert "run:duration" not in headers(page)
    assert "cols=run:status,best:test/auc," in page.url
    assert headers(table("#" + page.url.partition("#")[2])) == headers(page)
    page.get_by_role("button", name="as at first").click()
    assert "cols=" not in page.url


def test_columns_are_found_moved_and_kept_at_the_left(table):
    page = table(viewport={"width": 700, "height": 700})
    page.get_by_role("button", name="Columns", exact=True).click()
    page.get_by_role("searchbox", name="search columns").fill("lr")
    expect(page.get_by_role("dialog").get_by_role("checkbox")).to_have_count(1)

    before = headers(page)
    page.get_by_role("button", name="lr further to the left").click()
    at = headers(page).index("param:lr")
    assert at == before.index("param:lr") - 1
    assert headers(page)[at + 1] == before[at]
    page.get_by_role("button", name="keep lr at the left").click()

    assert headers(page)[1] == "param:lr"
    assert "cols=*param:lr" in page.url
    page.keyboard.press("Escape")
    frame = page.locator("[data-runs-frame]")
    frame.evaluate("(element) => (element.scrollLeft = element.scrollWidth)")
    name, pinned = page.locator("[data-runs-table] tbody tr").first.locator("th, td[data-pinned]").all()
    assert abs(pinned.bounding_box()["x"] - name.bounding_box()["x"] - name.bounding_box()["width"]) < 1


def test_results_of_groups_stand_before_when_and_who(table):
    page = table("#group=seeds", viewport={"width": 1920, "height": 900})
    assert headers(page)[:5] == ["run:name", "run:status", "best:test/auc", "last:test/auc", "param:lr"]
    assert headers(page).index("run:started") > headers(page).index("param:lr")
    status = page.locator("[data-runs-table] tbody td[data-kind='status'] .status").first
    expect(status).to_have_attribute("data-brief", "")
    started = page.locator("[data-runs-table] tbody td[data-kind='time']").first
    expect(started).to_have_attribute("title", "of the first run of the group")
    expect(started.locator("time")).to_have_attribute("data-time", "brief")

    page.get_by_label("group by").select_option("none")
    assert headers(page)[:4] == ["run:name", "run:status", "best:test/auc", "last:test/auc"]


def test_a_metric_shows_another_of_its_values(table):
    page = table()
    before = column(page, "best:test/auc")

    page.get_by_role("combobox", name="which value of test/auc").first.select_option("min")

    assert column(page, "min:test/auc") != before
    assert column(page, "min:test/auc")[0].startswith("0.7")
    assert "best:test/auc" not in headers(page)


def test_a_column_is_as_wide_as_the_reader_made_it(table):
    page = table()
    header = page.locator("th[data-field='param:lr']")
    edge = header.locator(".runs-table__edge").bounding_box()
    before = header.bounding_box()["width"]

    page.mouse.move(edge["x"] + 3, edge["y"] + 5)
    page.mouse.down()
    page.mouse.move(edge["x"] + 63, edge["y"] + 5)
    page.mouse.up()
    assert abs(header.bounding_box()["width"] - before - 60) < 3
    header.get_by_role("button").press("Shift+ArrowLeft")
    assert abs(header.bounding_box()["width"] - before - 44) < 3

    page.reload()
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    assert abs(page.locator("th[data-field='param:lr']").bounding_box()["width"] - before - 44) < 3


def test_text_that_is_cut_leaves_room_for_the_columns_behind_it(tmp_path, opened):
    texts = ["x" * 400, "x" * 399 + "y", "tree", "a text that is shorter than forty"]
    runs = [
        RunPlan({"loss": [0.5]}, params={"text": text, "depth": at, "kind": text[:36]})
        for at, text in enumerate(texts)
    ]
    page_file = page_of(built_site(tmp_path, runs))
    page = opened(page_file, "#cols=param:depth,param:text", viewport={"width": 1280, "height": 800})
    header = page.locator("th[data-field='param:text']")
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()

    whole = page.locator("td[data-kind='text'] bdi", has_text="shorter").bounding_box()
    assert header.bounding_box()["width"] == pytest.approx(whole["width"] + 14, abs=1.5)

    page = opened(page_file, "#cols=param:text&find=xx", viewport={"width": 1280, "height": 800})
    header = page.locator("th[data-field='param:text']")
    expect(page.locator("[data-runs-table] tbody input")).to_have_count(2)
    assert header.bounding_box()["width"] == pytest.approx(144, abs=1)
    edge = header.locator(".runs-table__edge").bounding_box()
    page.mouse.move(edge["x"] + 3, edge["y"] + 5)
    page.mouse.down()
    page.mouse.move(edge["x"] + 203, edge["y"] + 5)
    page.mouse.up()
    assert header.bounding_box()["width"] == pytest.approx(344, abs=3)


def test_rows_are_grouped_with_mean_deviation_and_n_and_open(table):
    page = table("#group=param:lr")
    rows = page.locator("[data-runs-table] tbody tr")

    expect(rows).to_have_count(2)
    assert names(page) == ["lr 0.1n 3", "lr 0.3n 3"]
    assert column(page, "best:test/auc") == ["0.9100 ± 0.0100", "0.8200 ± 0.0200"]
    assert column(page, "param:lr")[0].strip() == "0.1"
    assert column(page, "param:seed") == ["3 values", "3 values"]
    expect(page.locator("[data-runs-foot]")).to_contain_text("2 groups")

    rows.get_by_role("button", name="lr 0.3").click()
    expect(rows).to_have_count(5)
    assert names(page)[2:] == ["run 0.3 1", "run 0.3 2", "run 0.3 0"]
    page.get_by_role("checkbox", name="draw the 3 runs with lr 0.1").click()
    expect(page.locator("[data-runs-foot]")).to_contain_text("3 of 6 runs drawn")
    page.locator("th[data-field='best:test/auc'] button").click()
    expect(rows.first).to_contain_text("lr 0.3")


def test_a_deviation_or_difference_reads_as_0_only_where_it_is_0(tmp_path, opened):
    heights = {0.1: (0.9494, 0.94943), 0.2: (0.9, 0.9, 0.9), 0.3: (0.8, 0.84)}
    runs = [
        RunPlan({"test/auc": [0.5, height]}, params={"lr": rate, "seed": seed}, name=f"{rate} {seed}")
        for rate, values in heights.items()
        for seed, height in enumerate(values)
    ]
    page_file = page_of(built_site(tmp_path, runs))
    page = opened(page_file, "#group=param:lr")
    expect(page.locator("[data-runs-table] tbody tr")).to_have_count(3)

    means = ["0.9494 ± 2.1e−5", "0.9000 ± 0", "0.8200 ± 0.0283"]
    assert column(page, "best:test/auc") == means

    page = opened(page_file)
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    row = page.locator("[data-runs-table] tbody tr", has_text="0.1 0")
    row.locator("a").focus()
    page.keyboard.press("b")
    deltas = dict(zip(names(page), column(page, "delta:best:test/auc"), strict=True))
    assert deltas["0.1 1"] == "+3e−5 (+0.0032 %) ≈ within noise"


def test_deviations_of_huge_and_tiny_values_are_what_they_are(tmp_path, opened):
    values = {"huge": [1e299, 4e299, 9e299], "tiny": [2e-300, 9e-300, 5e-300]}
    runs = [
        RunPlan({name: [column[seed]] for name, column in values.items()}, params={"lr": 0.1, "seed": seed})
        for seed in range(3)
    ]
    page = opened(page_of(built_site(tmp_path, runs)), "#group=param:lr&cols=last:huge,last:tiny")
    expect(page.locator("[data-runs-table] tbody tr[data-group]")).to_have_count(1)

    exported = page.evaluate("runfolio.later('tools').then(({ exports }) => exports.csv())")

    [head, line] = csv.reader(io.StringIO(exported))
    found = dict(zip(head, line, strict=True))
    deviations = {name: statistics.stdev(column) for name, column in values.items()}
    for name, deviation in deviations.items():
        assert float(found[f"{name} last std"]) == pytest.approx(deviation)
    [huge] = column(page, "last:huge")
    [title] = page.locator("tr[data-group] td bdi").evaluate_all(
        "(cells) => cells.map(({ title }) => title).filter((title) => title.includes('e+299'))"
    )
    assert "∞" not in huge
    assert "Infinity" not in title
    bars = page.evaluate("runfolio.rowGroups.spread([1.5e308, 1.7e308, 1.6e308])")
    assert bars == pytest.approx({"n": 3, "mean": 1.6e308, "std": 1e307})


def test_rows_have_the_colour_of_their_group_in_the_charts(table):
    page = table("#group=param:lr,param:seed&runs=all")
    ticks = page.locator("[data-runs-table] tbody input")
    entries = page.locator("[data-card] .chart-card__legend").first.locator(".chart-legend__entry")
    expect(entries).to_have_count(6)

    alone = [tick.get_attribute("data-color") for tick in ticks.all()]
    page.goto(page.url.split("#")[0] + "#group=param:lr&runs=all")
    expect(entries).to_have_count(2)
    page.locator(".runs-table__open").last.click()
    together = [tick.get_attribute("data-color") for tick in ticks.all()]
    swatches = [swatch.get_attribute("data-color") for swatch in entries.locator(".swatch").all()]

    assert sorted(alone) == list("012345")
    assert together == ["0", "1", "1", "1", "1"]
    assert swatches == ["0", "1"]


def test_name_of_a_group_is_whole_where_there_is_room(tmp_path, opened):
    runs = [
        RunPlan({"auc": [0.5]}, params={"learning_rate": rate, "max_depth": 4, "seed": seed})
        for rate in (0.03, 0.3)
        for seed in range(2)
    ] + [RunPlan({"auc": [0.5]}, params={"learning_rate": 0.03, "max_depth": 6, "seed": 0})]
    page = opened(page_of(built_site(tmp_path, runs)), "#group=seeds")
    opener = page.locator(".runs-table__open")
    expect(opener).to_have_text(
        ["learning_rate 0.03", "learning_rate 0.3"]
    )  # the run with another depth is no group here

    cut = [each.evaluate("(element) => element.scrollWidth - element.clientWidth") for each in opener.all()]

    assert cut == [0, 0]
    expect(opener.first).to_have_attribute("title", "learning_rate 0.03, max_depth 4")


@pytest.mark.parametrize(("width", "count", "columns"), [(390, 6, 1), (390, 160, 1), (1280, 6, 2)])
def test_names_of_groups_leave_room_for_the_main_metric(tmp_path, opened, width, count, columns):
    runs = [
        RunPlan(
            {"test/auc": [0.5 + number / 1000 + seed / 100, 0.4 + number / 1000]},
            params={
                "learning_rate": number / 1000,
                "optimizer": f"adamw-with-warmup-{number % 2}-and-decay-{number % 3}",
                "seed": seed,
            },
        )
        for number in range(count)
        for seed in range(2)
    ]
    page = opened(
        page_of(built_site(tmp_path, runs)), "#group=seeds", viewport={"width": width, "height": 900}
    )
    opener = page.locator(".runs-table__open")
    expect(opener.first).to_be_visible()
    frame = page.locator("[data-runs-frame]").bounding_box()
    heads = [head.bounding_box() for head in page.locator("thead th[data-group=goal]").all()]

    whole = [head for head in heads if head["x"] + head["width"] <= frame["x"] + frame["width"]]

    assert len(whole) >= columns
    if count == 160:  # one line each
        read = opener.locator(".name").evaluate_all(READ)
        assert len(set(read)) == len(read) > 20
    else:
        assert opener.evaluate_all("(all) => all.every((open) => open.scrollWidth <= open.clientWidth)")


def test_long_texts_of_a_group_that_differ_late_are_not_taken_for_one(tmp_path, opened):
    path = "/data/of/the/experiment/and-more-of-it/part-"
    runs = [
        RunPlan({"auc": [n / 10]}, params={"depth": n % 2, "path": f"{path}{n if n % 2 else 7}"})
        for n in range(4)
    ]

    page = opened(page_of(built_site(tmp_path, runs)), "#group=param:depth&cols=param:path")

    cells = page.locator("[data-runs-table] tbody td[data-kind]")
    expect(cells).to_have_text([re.compile("2 values"), re.compile("part-.*7")])


def test_a_group_and_all_its_runs_light_up_together_in_table_and_charts(table):
    page = table("#group=param:lr")
    rows = page.locator("[data-runs-table] tbody tr")
    lit = page.locator("[data-runs-table] tbody tr[data-lit]")
    card = page.locator("[data-card]").first
    painted = card.locator(".chart-over__lit")
    rows.get_by_role("button", name="lr 0.3").click()
    expect(rows).to_have_count(5)
    expect(card).to_have_attribute("data-drawn", "true")

    card.locator(".chart-legend__entry", has_text="lr 0.3").hover()
    expect(lit.locator("th")).to_have_text(["lr 0.3n 3", "run 0.3 1", "run 0.3 2", "run 0.3 0"])
    expect(painted).to_be_visible()

    page.locator("h1").hover()
    expect(lit).to_have_count(0)
    expect(painted).to_be_hidden()

    rows.filter(has_text="lr 0.1").first.locator("th").hover()
    expect(lit.locator("th")).to_have_text(["lr 0.1n 3"])
    expect(painted).to_be_visible()


def test_pointing_at_the_line_of_a_group_lights_its_rows(table):
    page = table("#group=param:lr")
    plot = page.locator("[data-card]").first.locator(".chart-card__plot")
    expect(page.locator("[data-card]").first).to_have_attribute("data-drawn", "true")
    place = page.evaluate(
        """() => {
            const {drawn} = [...runfolio.board.cards.values()][0];
            const line = drawn.lines.find(({name}) => name === 'lr 0.1');
            return [drawn.box.left + drawn.x.to(line.x[1]) * drawn.box.width,
                    drawn.box.top + (1 - drawn.y.to(line.drawn[1])) * drawn.box.height];
        }"""
    )

    plot.hover(position={"x": place[0], "y": place[1] + 2})

    expect(page.locator("tr[data-lit] th")).to_have_text(["lr 0.1n 3"])


def test_a_baseline_shows_differences_in_words_and_noise_as_noise(table):
    page = table()
    row = page.locator("[data-runs-table] tbody tr", has_text="run 0.1 2")
    row.hover()
    row.get_by_role("button", name="more for run 0.1 2").click()
    page.get_by_role("button", name="Use as baseline").click()

    deltas = dict(zip(names(page), column(page, "delta:best:test/auc"), strict=True))
    assert deltas["run 0.1 2"] == "baseline"
    assert deltas["run 0.3 1"] == "−0.0700 (−7.7 %) ▼ worse"
    assert deltas["run 0.1 1"] == "+0.0100 (+1.1 %) ≈ within noise"
    norms = dict(zip(names(page), column(page, "delta:last:norm"), strict=True))
    assert norms["run 0.3 1"] == "−1 (−33 %) ≈ within noise"
    assert norms["run 0.3 0"] == "−2 (−67 %) ▼"  # as far as both deviations together
    assert re.search(r"baseline=[0-9a-f]+", page.url)

    page.locator("th[data-field='delta:best:test/auc'] button").click()
    assert names(page)[0] == "run 0.1 1"
    row.hover()
    row.get_by_role("button", name="more for run 0.1 2").click()
    expect(page.get_by_role("button", name="No longer baseline")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="no baseline", exact=True).press("Enter")
    expect(page.locator("th[data-field^='delta:']")).to_have_count(0)
    expect(page.get_by_role("button", name="Columns", exact=True)).to_be_focused()


def test_grouped_rows_are_all_compared_with_the_group_of_the_baseline(tmp_path, opened):
    heights = {(0.1, 4): (0.90, 0.92), (0.1, 6): (0.80,), (0.3, 4): (0.82, 0.86), (0.3, 6): (0.70,)}
    runs = [
        RunPlan(
            {"test/auc": [0.5, height]},
            params={"lr": rate, "depth": depth, "seed": seed},
            name=f"{rate} {depth} {seed}",
        )
        for (rate, depth), values in heights.items()
        for seed, height in enumerate(values)
    ]
    page = opened(page_of(built_site(tmp_path, runs)), "#group=seeds")
    line = page.locator(".runs__compared")
    marked = page.locator("[data-runs-table] tbody tr[data-baseline] th")
    expect(page.locator("[data-runs-table] tbody tr")).to_have_count(4)
    base = page.evaluate("runfolio.data.page.runs.find(({name}) => name === '0.1 4 1').id.slice(0, 20)")

    def compared(words: str, said: str) -> dict[str, str]:
        """The address changes at once and the page follows: what it then says is waited for."""
        page.evaluate("(words) => { location.hash = words; }", words)
        expect(line).to_contain_text(said)
        return dict(zip(names(page), column(page, "delta:best:test/auc"), strict=True))

    deltas = compared(f"group=seeds&baseline={base}", "Δ over the group of 0.1 4 1, mean of 2")
    assert list(deltas.values()) == [
        "baseline",
        "−0.0700 (−7.7 %) ▼ worse",  # the group
        "−0.1100 (−12 %) ▼ worse",  # a run alone in its group
        "−0.2100 (−23 %) ▼ worse",
    ]
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("n 2")

    page.locator(".runs-table__open").first.click()
    expect(page.locator("[data-runs-table] tbody tr")).to_have_count(6)
    opened_group = column(page, "delta:best:test/auc")[1:3]
    assert opened_group == ["+0.0100 (+1.1 %) ≈ within noise", "−0.0100 (−1.1 %) ≈ within noise"]

    deltas = compared(f"group=param:lr&baseline={base}", "mean of 3")
    assert list(deltas.values()) == ["baseline", "−0.0800 (−9.2 %) ≈ within noise"]

    deltas = compared(
        f"group=seeds&baseline={base}&find=params.seed < 1", "Δ over the group of 0.1 4 1, 1 run listed"
    )
    assert deltas == {
        "0.1 4 0": "baseline",
        "0.3 4 0": "−0.0800 (−8.9 %) ▼ worse",
        "0.1 6 0": "−0.1000 (−11 %) ▼ worse",
        "0.3 6 0": "−0.2000 (−22 %) ▼ worse",
    }

    deltas = compared(f"baseline={base}", "Δ over baseline 0.1 4 1")
    assert deltas["0.1 4 1"] == "baseline"
    assert deltas["0.1 6 0"] == "−0.1200 (−13 %) ▼ worse"


def test_a_difference_has_a_percentage_while_that_tells_something(tmp_path, opened):
    values = {"one": 1e-4, "two": 61_887_582.5, "three": 0.009, "four": 0.0008}
    runs = [RunPlan({"norm": [0.5, value]}, name=name) for name, value in values.items()]
    page = opened(page_of(built_site(tmp_path, runs)), "#baseline=01")
    expect(page.locator("th[data-field='delta:last:norm']")).to_be_visible()

    deltas = dict(zip(names(page), column(page, "delta:last:norm"), strict=True))

    words = {name: text.split(" ▲")[0] for name, text in deltas.items()}
    assert words == {
        "one": "baseline",
        "two": "+6.189e7",
        "three": "+0.008900",
        "four": "+0.0007000 (+700 %)",
    }


def test_difference_of_a_run_in_progress_is_so_far_and_in_no_colour(tmp_path, opened):
    runs = [
        RunPlan({"test/auc": [0.9]}, name="done", params={"depth": 1}),
        RunPlan(
            {"test/auc": [0.8]},
            name="going",
            params={"depth": 2},
            status=None,
            started=START + 60 * SECOND,
        ),
    ]
    page = opened(page_of(built_site(tmp_path, runs)))
    page.clock.set_fixed_time((START + 120 * SECOND) / SECOND)
    page.goto(f"{page.url}?#baseline=01a1ee565e00")
    row = page.locator("[data-runs-table] tbody tr", has_text="going")

    expect(row.locator(".sense")).to_have_text("▼ worse so far")
    expect(page.locator("th[data-field='delta:best:test/auc'] small")).to_have_text("over baseline")

    expect(row.locator(".sense")).to_have_attribute("data-sense", "unknown")
    expect(row.locator("[title^='so far']")).to_be_visible()


def test_keys_move_along_the_rows_tick_compare_and_keep_on_top(table):
    page = table()
    first, second = names(page)[:2]

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tbody").get_by_role("link", name=second)).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name=f"draw {second}")).not_to_be_checked()
    page.keyboard.press("p")
    assert names(page)[:2] == [second, first]
    expect(page.locator("tbody").get_by_role("link", name=second)).to_be_focused()
    page.keyboard.press("b")
    expect(page.locator(".runs__compared")).to_contain_text(second)
    page.get_by_role("searchbox").fill("no such words")
    expect(page.locator("[data-runs-table] tbody th")).to_have_text([second])  # what is on top stays there
    page.locator("tbody").get_by_role("link", name=second).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/r/[0-9a-f]+/index.html"))


def test_the_rows_are_exported_without_changing_a_value(table, tmp_path):
    page = table("#find=seed=1&cols=param:formula,best:test/auc,run:started,run:duration")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="CSV file").click()
    downloading.value.save_as(tmp_path / "runs.csv")

    rows = list(csv.reader(io.StringIO((tmp_path / "runs.csv").read_text("utf-8"))))
    run_id = page.evaluate("runfolio.data.page.runs.find(({ name }) => name === 'run 0.1 1').id")
    assert rows[0] == ["run", "formula", "test/auc best", "started", "duration", "run_id"]
    assert rows[1] == ["run 0.1 1", "=1+1|a", "0.92", rows[1][3], "60", run_id]
    assert datetime.fromisoformat(rows[1][3]).timestamp() * 1e6 == START + 3600e6
    assert page.evaluate("runfolio.later('tools').then(({ exports }) => exports.markdown())").splitlines()[
        :2
    ] == [
        "| run | formula | test/auc best | started | duration |",
        "| --- | --- | --: | --- | --: |",
    ]
    assert r"=1+1\|a | 0.9200 |" in page.evaluate(
        "runfolio.later('tools').then(({ exports }) => exports.markdown())"
    )
    assert r"=1+1\textbar{}a & 0.9200 &" in page.evaluate(
        "runfolio.later('tools').then(({ exports }) => exports.latex())"
    )


def test_words_of_exports_tell_runs_of_one_name_apart_and_stay_words(tmp_path, opened):
    names = ["normal", "normal", r"a|b_ $x$ \c"]
    runs = [RunPlan({"loss": [0.5]}, name=name, params={"seed": seed}) for seed, name in enumerate(names)]
    page = opened(page_of(built_site(tmp_path, runs)), "#cols=param:seed&sort=param:seed")
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    labels = page.evaluate("runfolio.data.page.runs.map(({ label }) => label)")

    exported = page.evaluate(
        "runfolio.later('tools').then(({ exports }) => [exports.markdown(), exports.latex()])"
    )

    markdown, latex = (text.splitlines() for text in exported)
    shown = [text.replace("\u2026", r"\ldots{}") for text in labels[:2]]
    assert len(set(shown)) == 2
    assert all(text.startswith("normal ") for text in shown)
    assert markdown[2:5] == [f"| {labels[0]} | 0 |", f"| {labels[1]} | 1 |", r"| a\|b\_ \$x\$ \\c | 2 |"]
    assert [line.strip() for line in latex[4:6]] == [rf"{text} & {at} \\" for at, text in enumerate(shown)]


def test_words_of_exports_tell_long_texts_apart(tmp_path, opened):
    notes = [f"{'word ' * 60}{at}" for at in range(3)] + ["brief"]
    runs = [RunPlan({"loss": [0.5]}, params={"notes": text, "seed": at}) for at, text in enumerate(notes)]
    page = opened(page_of(built_site(tmp_path, runs)), "#cols=param:notes&sort=param:seed")
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()

    exported = page.evaluate(
        "runfolio.later('tools').then(({ exports }) => [exports.markdown(), exports.latex()])"
    )

    for text in exported:
        told = [found for line in text.splitlines() for found in re.findall(r"word .*word.*\d|brief", line)]
        assert [one[-1] for one in told] == ["0", "1", "2", "f"]
        assert all(len(one) < 60 for one in told)


def test_a_menu_that_copied_closes_no_other_one(table):
    page = table()
    page.clock.install()
    export = page.get_by_role("button", name="Export")
    export.click()
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.locator(".run-menu__item").nth(1)).to_have_text("copied")
    page.keyboard.press("Escape")
    export.click()

    page.clock.run_for(5000)

    expect(page.get_by_role("dialog", name="export")).to_be_visible()
    page.get_by_role("button", name="Copy as LaTeX").click()
    expect(page.locator(".run-menu__item").nth(2)).to_have_text("copied")
    page.clock.run_for(5000)
    expect(page.get_by_role("dialog", name="export")).to_have_count(0)
    expect(export).to_be_focused()


def test_groups_are_exported_as_mean_and_deviation(table):
    page = table("#group=param:lr&cols=param:lr,best:test/auc")

    rows = list(
        csv.reader(io.StringIO(page.evaluate("runfolio.later('tools').then(({ exports }) => exports.csv())")))
    )

    assert rows[0] == ["runs", "n", "lr", "test/auc best mean", "test/auc best std", "run_id"]
    assert rows[1][:3] == ["lr 0.1", "3", "0.1"]
    assert [float(value) for value in rows[1][3:5]] == pytest.approx([0.91, 0.01])


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Six hundred runs with so many columns that the page holds but some of them."""

    @cache
    def site():
        runs = [
            RunPlan(
                {"test/auc": [0.5 + number / 2000], "loss": [1.0, number / 7]},
                experiment="many",
                name=f"run {number}",
                params={f"p{place}": number * place % 13 for place in range(1, 20)},
                tags={"stage": f"stage {number % 3}"},
            )
            for number in range(600)
        ]
        return page_of(built_site(tmp_path_factory.mktemp("many"), runs))

    return site()


def test_columns_that_are_not_in_the_page_come_when_they_are_asked_for(many, opened):
    page = opened(many, "#find=params.p19%20%3D%203%20AND%20tags.stage%20%3D%20'stage%201'")
    wanted = [n for n in reversed(range(600)) if n * 19 % 13 == 3 and n % 3 == 1]

    expect(page.locator("[data-runs-table] tbody input")).to_have_count(len(wanted))
    assert names(page) == [f"run {number}" for number in wanted]
    page.get_by_role("button", name="Columns", exact=True).click()
    page.get_by_role("checkbox", name="stage").click()
    expect(page.locator("th[data-field='tag:stage']")).to_have_count(1)
    assert set(column(page, "tag:stage")) == {"stage 1"}
    assert column(page, "param:p19") == ["3"] * len(wanted)
    expect(page.locator("figure[data-drawn=true]").first).to_be_attached()


def test_label_of_a_metric_stands_everywhere_for_its_name(tmp_path, opened):
    runs = [RunPlan({"test/auc": [0.5, 0.6 + n / 10], "norm": [1.0]}, params={"lr": n}) for n in range(2)]
    config = SiteConfig(goals={"test/auc": MetricConfig(goal="max", label="Area under curve")})
    build([make_store(tmp_path, runs)], tmp_path / "public", config)
    site = tmp_path / "public"
    page = opened(page_of(site), "#baseline=01")
    head = page.locator("[data-runs-table] th[data-field='best:test/auc']")
    expect(head.locator("bdi")).to_have_text("Area under curve")
    expect(head).to_have_attribute("title", re.compile("^test/auc, higher is better"))
    expect(page.locator("[data-runs-table] th[data-field='delta:best:test/auc'] bdi")).to_have_text(
        "Δ Area under curve"
    )
    figure = page.locator("figure[data-card]").first
    expect(figure).to_have_attribute("data-drawn", "true")
    expect(figure.locator("figcaption")).to_have_text("Area under curve")
    plot = figure.locator(".chart-card__plot")
    plot.focus()
    plot.press("ArrowRight")
    expect(figure.locator(".unseen[aria-live]")).not_to_contain_text("test/auc")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("searchbox", name="search columns").fill("test/auc")
    expect(page.locator(".chooser__tick bdi").first).to_have_text("Area under curve")
    page.keyboard.press("Escape")
    page.locator("[data-runs-find]").fill("metrics.test/auc > 0.65")
    expect(page.locator("[data-runs-foot]")).to_contain_text("1 listed")
    expect(page.locator("body")).not_to_contain_text("best test/auc")

    ids = sorted(path.name for path in (site / "r").iterdir())
    page.goto((site / "compare/index.html").as_uri() + f"#compare={','.join(ids)}")
    expect(page.locator(".comparison__name bdi").first).to_have_text("Area under curve")
    page.goto((site / "r" / ids[0] / "index.html").as_uri())
    expect(page.locator(".metrics tbody th").first).to_have_text("Area under curve")
    expect(page.locator(".metrics tbody th").first).to_have_attribute("title", "test/auc")


@pytest.mark.parametrize("width", [390, 1280, 1500])
def test_no_header_is_cut_at_the_edge_at_first(tmp_path, opened, width):
    params = {f"parameter {n}": n for n in range(12)}
    runs = [
        RunPlan({"auc": [0.5]}, params={key: n + value for key, value in params.items()}) for n in range(2)
    ]
    page = opened(page_of(built_site(tmp_path, runs)), viewport={"width": width, "height": 900})
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    frame = page.locator("[data-runs-frame]").bounding_box()
    edge = frame["x"] + frame["width"]

    heads = [head.bounding_box() for head in page.locator("[data-runs-table] thead th").all()]
    cut = [head for head in heads if head["x"] < edge - 3 and head["x"] + head["width"] > edge + 3]

    assert cut == []
    assert any(head["x"] > edge for head in heads)
