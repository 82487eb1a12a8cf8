"""A card as a file: SVG, PNG, CSV and Vega-Lite that others can read; a board as TOML that says the same."""

from __future__ import annotations

import csv
import io
import json
import math
import struct
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import altair as alt
import numpy as np
import pytest
import vl_convert as vlc
from boards import STARTED, Board, curve, points
from builders import RunPlan, make_store
from hostile import MARKUP
from playwright.sync_api import Locator, Page, expect
from sites import built_site, page_of

from sitegen.build import build
from sitegen.charts import VEGA_LITE
from sitegen.config import SiteConfig

NAMES = ["a,b", 'say "so"', "</svg><script>alert(1)</script>", "]]>&amp;", "été 🎉", "back\\slash"]


def drawn(page: Page, number: int = 0) -> Locator:
    figure = page.locator("figure.chart-card").nth(number)
    expect(figure).to_have_attribute("data-drawn", "true")
    return figure


def saved(page: Page, figure: Locator, what: str) -> tuple[str, bytes]:
    """Name and bytes of the file that a card is saved as."""
    figure.get_by_role("button", name="more to do").click()
    with page.expect_download() as download:
        figure.get_by_role("button", name=f"save: {what}").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def two_runs(count: int = 30) -> Board:
    series = {
        (run, metric): points(curve(count, len(run)))
        for run in ("one", "three")
        for metric in ("train/auc", "test/auc")
    }
    return Board(series, cards=[("auc: the Area!", ["test/auc", "train/auc"])], goals={"test/auc": "max"})


@pytest.mark.parametrize("served", [False, True], ids=["from disk", "under /repo/"])
def test_each_way_gives_a_file_named_after_the_card(opened, assets, tmp_path, served):
    site = tmp_path / "site"
    page = opened(two_runs().write(site, assets), site=site if served else None)
    figure = drawn(page)

    files = [saved(page, figure, what) for what in ("SVG", "PNG", "CSV of what", "CSV of all", "Vega-Lite")]

    names = [name for name, _ in files]
    endings = (".svg", ".png", ".csv", "-all-points.csv", ".vl.json")
    assert names == [f"auc-the-area{ending}" for ending in endings]
    assert all(content for _, content in files)


def test_svg_holds_title_lines_legend_and_footer(shown):
    page = shown(two_runs())

    _, content = saved(page, drawn(page), "SVG")

    root = ET.fromstring(content)
    texts = ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    for text in ("auc: the Area!", "test", "train", "step", "one", "three", "4 of 4 series · all points"):
        assert text in texts
    lines = [path for path in root.iter("{http://www.w3.org/2000/svg}path") if len(path.get("d", "")) > 200]
    assert len(lines) == 4
    assert len({path.get("stroke") for path in lines}) == 2
    assert float(root.get("width")) > 300


def test_svg_has_a_line_of_its_legend_for_what_colours_tell(shown):
    board = two_runs()
    page = shown(replace(board, params={"one": {"lr": 0.1}, "three": {"lr": 0.2}}), "#color=param:lr")

    root = ET.fromstring(saved(page, drawn(page), "SVG")[1])

    rows = {
        each.text: each.get("y") for each in root.iter() if each.text in ("lr", "0.1", "0.2", "one", "three")
    }
    assert rows["lr"] == rows["0.1"] == rows["0.2"]
    assert float(rows["one"]) == float(rows["three"]) > float(rows["lr"])


def test_svg_names_its_x_axis_within_its_width(shown):
    long = "a metric whose name goes on " * 8
    page = shown(Board({("one", "auc"): points(curve(9)), ("one", long): points(curve(9))}), "#x=relative")
    root = ET.fromstring(saved(page, drawn(page), "SVG")[1])

    assert "relative time" in ["".join(each.itertext()) for each in root.iter()]
    page.evaluate("runfolio.view.choose('x', `metric:${runfolio.data.page.metrics[1].name}`)")
    expect(drawn(page)).to_have_attribute("data-turn", "2")
    root = ET.fromstring(saved(page, drawn(page), "SVG")[1])
    (name,) = [each.text for each in root.iter() if (each.text or "").startswith(long[:40])]

    assert 60 < len(name) < 200
    before, behind = name.split("…")
    assert long.startswith(before)
    assert long.endswith(behind)


LONG = "the name that a sweep writes when it puts every knob of lr=0.001,depth=12,kind=boosted into it"
PAST_EDGES = """(text) => {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    document.body.append(document.adoptNode(svg));
    const edge = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].flatMap((each) => {
        const { left, right } = each.getBoundingClientRect();
        return left < edge.left || right > edge.right ? [each.textContent] : [];
    });
}"""


@pytest.mark.parametrize(("width", "size"), [(390, "normal"), (800, "normal"), (1280, "wide")])
@pytest.mark.parametrize(
    ("fragment", "count"),
    [("", 30), ("group=tag:t", 30), ("panel=run", 30), ("", 1)],
    ids=["curves", "grouped", "panels", "bars"],
)
def test_no_word_of_a_saved_picture_lies_past_its_edges(shown, width, size, fragment, count):
    names = [LONG, f"{LONG}, too", "x" * 120, "short"]
    metric = f"metric/{'of-one-word-' * 9}"
    series = {(name, metric): points(curve(count, number)) for number, name in enumerate(names)}
    tags = {name: {"t": f"{LONG} {number // 2}"} for number, name in enumerate(names)}
    page = shown(
        Board(series, tags=tags), f"#size={size}&{fragment}", viewport={"width": width, "height": 900}
    )

    _, content = saved(page, drawn(page), "SVG")

    assert page.evaluate(PAST_EDGES, content.decode()) == []
    if count > 1 and "group" not in fragment:
        words = words_in(ET.fromstring(content))
        assert any(word.startswith("…") and word.endswith("into it, too") for word in words)


def test_a_card_that_shows_its_table_is_saved_as_its_picture(shown):
    page = shown(two_runs())
    figure = drawn(page)
    before = saved(page, figure, "SVG")[1]
    figure.get_by_role("button", name="table").click()
    expect(figure.locator(".chart-card__plot")).to_be_hidden()

    after = saved(page, figure, "SVG")[1]

    assert after == before
    expect(figure.locator(".chart-card__plot")).to_be_hidden()


def test_png_is_twice_the_size_of_the_svg(shown):
    page = shown(two_runs(), color_scheme="dark")
    figure = drawn(page)
    root = ET.fromstring(saved(page, figure, "SVG")[1])

    _, content = saved(page, figure, "PNG")

    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == tuple(
        2 * int(root.get(side)) for side in ("width", "height")
    )
    assert len(content) > 5_000  # not a blank sheet


def test_hostile_names_stay_text_in_every_file(shown):
    names = [*NAMES, *MARKUP[:12]]
    page = shown(Board({(name, name): points(curve(5, at)) for at, name in enumerate(names)},
                       cards=[("<b>&", names)], drawn=names[:9]))  # fmt: skip
    figure = drawn(page)

    svg = ET.fromstring(saved(page, figure, "SVG")[1])
    table = rows(saved(page, figure, "CSV of all")[1])
    spec = json.loads(saved(page, figure, "Vega-Lite")[1])

    texts = {"".join(element.itertext()) for element in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert {*NAMES, "<b>&"} <= texts
    assert not [element for element in svg.iter() if element.tag.endswith(("script", "img", "foreignObject"))]
    assert {row["run"] for row in table} == {row["metric"] for row in table} == set(names[:9])
    again = ET.fromstring(vlc.vegalite_to_svg(spec, vl_version=VEGA_LITE))
    assert not [element for element in again.iter() if element.tag.endswith(("script", "img"))]


def test_csv_of_all_points_holds_every_point_and_that_of_the_drawn_a_thinned_part(shown):
    values = curve(5000)
    values[7], values[8], values[9] = math.nan, math.inf, -math.inf
    page = shown(Board({("one", "auc"): points(values)}))
    figure = drawn(page)

    some = rows(saved(page, figure, "CSV of what")[1])
    every = rows(saved(page, figure, "CSV of all")[1])

    assert list(every[0]) == ["run", "metric", "step", "time", "value"]
    assert len(every) == 5000
    for row, step, value in zip(every, range(5000), values, strict=True):
        assert (row["run"], row["metric"], int(row["step"])) == ("one", "auc", step)
        np.testing.assert_equal(np.float32(row["value"]), np.float32(value))  # as pages hold them
    assert datetime.fromisoformat(every[2]["time"]) == datetime.fromtimestamp(STARTED / 1000 + 2, UTC)
    assert 100 < len(some) < 5000
    assert [row for row in every if row in some] == some


def test_csv_of_what_is_drawn_says_the_smoothed_values_beside_the_logged_ones(shown):
    page = shown(Board({("one", "auc"): points([1.0, 2.0, 3.0])}), "#smooth=0.5")

    table = rows(saved(page, drawn(page), "CSV of what")[1])

    assert [float(row["value"]) for row in table] == [1.0, 2.0, 3.0]
    assert [float(row["smoothed"]) for row in table] == pytest.approx([1.0, 5 / 3, 17 / 7])


@pytest.mark.parametrize("group", ["", "&group=tag:t"], ids=["of runs", "of groups"])
def test_bars_are_never_smoothed_and_nothing_says_so(shown, group):
    names = ("one", "two")
    series = {(name, "auc"): points([0.5]) for name in names}
    page = shown(Board(series, tags={name: {"t": "same"} for name in names}), f"#smooth=0.6{group}")
    figure = drawn(page)

    files = [saved(page, figure, what)[1].decode() for what in ("SVG", "CSV of what")]

    expect(figure.locator(".chart-card__footer")).not_to_contain_text("smooth")
    assert not any("smooth" in text for text in files)


@pytest.mark.parametrize(
    ("center", "band", "edges"),
    [("mean", "minmax", {"low": [0.75, 0.0], "high": [1.0, 0.5]}), ("median", "none", {})],
)
def test_csv_of_bars_of_groups_has_a_row_a_group(shown, center, band, edges):
    series = {(f"run {run}", "auc"): points([run / 4]) for run in (0, 2, 3, 4)}
    params = {name: {"depth": "deep" if name in ("run 3", "run 4") else "flat"} for name, _ in series}
    page = shown(Board(series, params=params), f"#group=param:depth&center={center}&band={band}&normal=on")

    table = rows(saved(page, drawn(page), "CSV of what")[1])

    assert list(table[0]) == ["group", "metric", center, *edges, "n"]
    assert [(row["group"], row["metric"], row["n"]) for row in table] == [
        ("depth deep", "auc", "2"),
        ("depth flat", "auc", "2"),
    ]
    told = {center: [0.875, 0.25], **edges}
    assert {name: [float(row[name]) for row in table] for name in told} == told


@pytest.mark.parametrize("what", ["CSV of what", "CSV of all"])
def test_csv_of_bars_has_those_that_are_not_drawn_too(shown, what):
    names = [f"run {run}" for run in range(45)]
    series = {(name, "auc"): points([run / 4]) for run, name in enumerate(names)}
    page = shown(Board(series, drawn=names))
    expect(drawn(page).locator(".chart-card__footer")).to_have_text("40 of 45 bars: the highest")

    table = rows(saved(page, drawn(page), what)[1])

    assert [row["run"] for row in table] == names[::-1]
    assert [float(row["value"]) for row in table] == [run / 4 for run in range(44, -1, -1)]


@pytest.mark.parametrize(("axis", "places"), [("relative", [0, 1, 2]), ("order", [0, 1, 2])])
def test_csv_of_what_is_drawn_says_the_place_on_x(shown, axis, places):
    page = shown(Board({("one", "auc"): points([1.0, 2.0, 3.0])}), f"#x={axis}")

    table = rows(saved(page, drawn(page), "CSV of what")[1])

    assert [float(row["x"]) for row in table] == pytest.approx(places)


def test_runs_of_one_name_are_told_apart_by_their_ids_in_csv(shown):
    page = shown(two_runs())
    drawn(page)
    page.evaluate("void runfolio.data.page.runs.forEach((run) => (run.name = 'same'))")

    table = rows(saved(page, drawn(page), "CSV of all")[1])

    assert len({row["run"] for row in table}) == 2
    assert all(row["run"].startswith("same (0199f3c2a7d8") for row in table)


@pytest.mark.parametrize("fragment", ["", "#y=log&smooth=0.6", "#x=time"], ids=["plain", "log", "clock"])
def test_saved_vega_lite_is_valid_and_draws_the_same_lines(shown, fragment):
    page = shown(two_runs(), fragment)

    _, content = saved(page, drawn(page), "Vega-Lite")

    spec = json.loads(content)
    alt.Chart.from_dict(spec)  # checked against the schema
    picture = ET.fromstring(vlc.vegalite_to_svg(spec, vl_version=VEGA_LITE))
    texts = ["".join(element.itertext()) for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    for text in ("auc: the Area!", "one", "three", "test/auc", "train/auc"):
        assert text in texts
    lines = [
        path for path in picture.iter("{http://www.w3.org/2000/svg}path") if len(path.get("d", "")) > 200
    ]
    assert len(lines) == (8 if "smooth" in fragment else 4)
    if not fragment:
        logged = [
            row["y"]
            for row in spec["datasets"]["series"]
            if row["run"] == "one" and row["split"] == "test/auc"
        ]
        assert logged[:30] == pytest.approx(list(curve(30, 3)))


def test_bars_are_saved_as_bars(shown):
    page = shown(Board({(f"run {run}", "auc"): points([run / 4]) for run in range(1, 4)}))

    _, content = saved(page, drawn(page), "Vega-Lite")

    spec = json.loads(content)
    alt.Chart.from_dict(spec)
    picture = vlc.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    assert [row["y"] for row in spec["datasets"]["bars"]] == [0.75, 0.5, 0.25]
    assert all(f"run {run}" in picture for run in range(1, 4))


def words_in(picture: ET.Element) -> set[str]:
    return {"".join(each.itertext()) for each in picture.iter("{http://www.w3.org/2000/svg}text")}


NAMED = {  # axes and colours of a picture of four runs
    "scatter": {"lr", "auc", "r0", "r1", "r2", "r3"},
    "parallel": {"lr", "auc", "0.6", "0.7875"},  # the ends of what colour tells
    "bars": {"r0", "r1", "r2", "r3"},
}


@pytest.mark.parametrize("kind", ["scatter", "parallel", "bars"])
def test_pictures_of_whole_runs_are_saved_too(tmp_path, opened, kind):
    runs = [
        RunPlan({"auc": [0.5, 0.6 + at / 16]}, experiment="e", name=f"r{at}", params={"lr": 0.25 * (at + 1)})
        for at in range(4)
    ]
    axes = "best:auc" if kind == "bars" else "param:lr,best:auc"
    page = opened(page_of(built_site(tmp_path, runs)), f"#kind:auc={kind}&axes:auc={axes}")
    figure = drawn(page)
    expect(figure).to_have_attribute("data-kind", kind)

    table = rows(saved(page, figure, "CSV of what")[1])
    spec = json.loads(saved(page, figure, "Vega-Lite")[1])
    root = ET.fromstring(saved(page, figure, "SVG")[1])

    best = next(name for name in table[0] if name.startswith("auc"))
    assert {row["run"]: float(row[best]) for row in table} == {f"r{at}": 0.6 + at / 16 for at in range(4)}
    if kind != "bars":
        assert {float(row["lr"]) for row in table} == {0.25, 0.5, 0.75, 1.0}
    alt.Chart.from_dict(spec)
    for picture in (root, ET.fromstring(vlc.vegalite_to_svg(spec, vl_version=VEGA_LITE))):
        marks = [path for path in picture.iter("{http://www.w3.org/2000/svg}path") if path.get("d")]
        assert len(marks) >= 4
        assert NAMED[kind] <= words_in(picture)
        assert (
            "#888" not in ET.tostring(picture).decode()
        )  # the colour that stands in until the page sets its own
    figure.get_by_role("button", name="more to do").click()
    expect(figure.get_by_role("button", name="save: CSV of all points")).to_have_count(0)


def grey_dots(tmp_path: Path) -> Path:
    """Twelve runs of two kinds, ten of which are drawn at first."""
    plans = [
        RunPlan({"auc": [0.5, 0.6 + n / 40]}, "e", name=f"r{n}", params={"lr": 0.5 + n, "kind": "ab"[n % 2]})
        for n in range(12)
    ]
    return page_of(built_site(tmp_path, plans))


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("#axes:auc=param:lr,best:auc", {"other runs"}),
        ("#axes:auc=param:lr,best:auc,param:kind", {"kind", "a", "b"}),
        ("#axes:auc=param:lr,best:auc,param:lr", {"lr", "0.5", "11.5"}),
        ("#axes:auc=param:lr,best:auc&group=param:kind", {"kind a", "kind b"}),
    ],
    ids=["runs", "a category", "a number", "groups"],
)
def test_a_saved_scatter_says_what_its_colours_tell(tmp_path, opened, fragment, said):
    page = opened(grey_dots(tmp_path), f"{fragment}&kind:auc=scatter")
    figure = drawn(page)

    spec = json.loads(saved(page, figure, "Vega-Lite")[1])
    root = ET.fromstring(saved(page, figure, "SVG")[1])

    assert said <= words_in(root)
    assert said <= words_in(ET.fromstring(vlc.vegalite_to_svg(spec, vl_version=VEGA_LITE)))
    keys = {row["run"] for row in spec["datasets"]["dots"]}
    (color,) = {json.dumps(layer["encoding"]["color"]["scale"]["domain"]) for layer in spec["layer"]}
    assert keys <= set(json.loads(color))


# ---- save as board


def toml(page: Page) -> str:
    page.get_by_role("button", name="save as board…").click()
    return page.locator("dialog pre").text_content()


def test_a_board_becomes_toml_that_says_what_was_chosen(shown):
    page = shown(
        Board(
            {("one", metric): points(curve(9)) for metric in ("test/auc", "train/auc", "lr")},
            cards=[("auc", ["test/auc", "train/auc"]), ("lr", ["lr"])],
            experiment="fake box",
        ),
        "#smooth=0.6&y=log&size:auc=wide&y:lr=linear&cards=lr",
    )

    text = toml(page)

    (board,) = tomllib.loads(text)["tool"]["sitegen"]["boards"]
    assert board == {
        "experiment": "fake box",
        "options": {"y": "log", "smooth": "0.6"},
        "cards": [
            {"title": "auc", "metrics": ["test/auc", "train/auc"], "options": {"size": "wide"}},
            {"title": "lr", "metrics": ["lr"], "options": {"y": "linear"}},
        ],
    }
    page.get_by_label("put them into").select_option("sitegen.toml")
    read = tomllib.loads(page.locator("dialog pre").text_content())
    assert read == {"boards": [board]}
    SiteConfig.model_validate(read)


def test_a_board_is_saved_with_the_smoothing_that_is_drawn(shown):
    page = shown(two_runs(), "#smooth=5&smoother=no-such")

    read = tomllib.loads(toml(page))["tool"]["sitegen"]

    assert read["boards"][0]["options"] == {"smooth": "0.999"}
    SiteConfig.model_validate(read)


def test_a_hidden_card_does_not_come_back_below_a_saved_board(shown):
    own = "card:+1=test/auc&x:+1=time&color:+1=param:a%20b"
    page = shown(two_runs(), f"#{own}&off=auc%3A%20the%20Area!")

    read = tomllib.loads(toml(page))["tool"]["sitegen"]

    assert read["boards"][0]["hide"] == ["train/auc"]
    assert "rest" not in read["boards"][0]
    assert [card["metrics"] for card in read["boards"][0]["cards"]] == [["test/auc"]]
    assert read["boards"][0]["cards"][0]["options"] == {"x": "time", "color": "param:a%20b"}
    SiteConfig.model_validate(read)


def test_what_a_legend_switched_off_is_not_on_the_saved_card(shown):
    page = shown(two_runs(), "#hide:auc%3A%20the%20Area!=mtrain/auc")

    read = tomllib.loads(toml(page))["tool"]["sitegen"]

    (saved_board,) = read["boards"]
    assert saved_board["cards"] == [{"title": "auc: the Area!", "metrics": ["test/auc"]}]
    assert saved_board["hide"] == ["train/auc"]
    SiteConfig.model_validate(read)


def test_a_board_of_which_all_is_hidden_is_saved_as_that(shown):
    page = shown(two_runs(), "#hide:auc%3A%20the%20Area!=mtrain/auc,mtest/auc")

    read = tomllib.loads(toml(page))["tool"]["sitegen"]

    assert read["boards"] == [{"experiment": "board", "hide": ["test/auc", "train/auc"]}]
    SiteConfig.model_validate(read)


def test_what_no_board_can_hold_is_said_where_it_is_set(shown):
    page = shown(two_runs())
    page.get_by_role("button", name="save as board…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Not part of it: which runs are drawn, whether zoom is linked.")
    page.keyboard.press("Escape")

    page.locator(".chart-legend__entry", has_text="three").click()
    expect(page.locator("figure.chart-card")).to_have_attribute("data-series", "2")
    page.evaluate("runfolio.view.set('find', 'one')")
    page.get_by_role("button", name="save as board…").click()

    expect(dialog).to_contain_text("nothing to save")
    expect(dialog).to_contain_text(
        "whether zoom is linked, runs switched off in a legend, the filter of the table."
    )


@pytest.mark.parametrize("kind", ["e/", "r/"], ids=["experiment", "run"])
def test_the_board_of_a_built_page_names_its_experiment(tmp_path, opened, kind):
    name = 'fake "box"\\'
    site = built_site(tmp_path, [RunPlan({"auc": [0.5, 0.6]}, experiment=name, name="one")])
    page = opened(page_of(site, kind))
    drawn(page)
    page.get_by_label("log y").check()

    (board,) = tomllib.loads(toml(page))["tool"]["sitegen"]["boards"]

    assert board == {"experiment": name, "options": {"y": "log"}}


def test_a_configured_board_keeps_its_cards_when_only_an_option_changes(tmp_path, opened):
    cards = [{"title": "Mine", "section": "Sec", "metrics": ["loss"]}]
    config = SiteConfig.model_validate({"boards": [{"experiment": "e", "rest": "none", "cards": cards}]})
    store = make_store(tmp_path, [RunPlan({"auc": [0.5, 0.6], "loss": [2.0, 1.0]}, "e")])
    build([store], tmp_path / "site", config=config)
    page = opened(page_of(tmp_path / "site"))
    drawn(page)
    page.get_by_label("log y").check()

    (board,) = tomllib.loads(toml(page))["tool"]["sitegen"]["boards"]

    assert board == {"experiment": "e", "options": {"y": "log"}, "rest": "none", "cards": cards}


def test_pictures_are_part_of_a_saved_board_which_gives_them_back_once(tmp_path, opened):
    plans = [RunPlan({"auc": [0.5, n / 9]}, "e", params={"lr": n, "depth": 9 - n}) for n in range(4)]
    page = opened(page_of(built_site(tmp_path, plans)))
    drawn(page)
    page.get_by_role("button", name="save as board…").click()
    expect(page.get_by_role("dialog")).to_contain_text("nothing to save")
    page.keyboard.press("Escape")

    page = opened(page_of(tmp_path / "public"), "#card:+1=&kind:+1=bars&off=auc")
    expect(page.locator("[data-card]").first).to_have_attribute("data-kind", "bars")
    read = tomllib.loads(toml(page))["tool"]["sitegen"]

    (board,) = read["boards"]
    assert [card["title"] for card in board["cards"]] == [
        "auc best",
        "auc by lr",
        "auc by all that differs",
    ]
    assert [card.get("section") for card in board["cards"]] == [None, "Runs compared", "Runs compared"]
    assert board["cards"][0]["options"] == {"kind": "bars", "axes": "best:auc"}
    build([tmp_path / "tracking"], tmp_path / "again", config=SiteConfig.model_validate(read))
    page = opened(page_of(tmp_path / "again"))
    expect(page.locator("[data-card]:visible")).to_have_count(3)
    expect(page.locator("[data-card]").nth(0)).to_have_attribute("data-kind", "bars")
    expect(page.locator("[data-card] figcaption")).to_have_text([card["title"] for card in board["cards"]])


def test_a_saved_board_keeps_its_sections_and_takes_what_is_logged_later(tmp_path, opened):
    def plan(n: int, *more: str) -> RunPlan:
        names = ("auc", "huge", "system/memory", *more)
        return RunPlan({name: [0.0, n / 9] for name in names}, "e", params={"lr": n, "depth": n * n})

    config = SiteConfig.model_validate({"goals": {"auc": "max"}})
    build([make_store(tmp_path / "first", [plan(n) for n in range(5)])], tmp_path / "site", config=config)
    page = opened(page_of(tmp_path / "site"), "#off=huge")
    drawn(page)
    expect(page.get_by_text("What goes with auc")).to_be_visible()
    read = tomllib.loads(toml(page))["tool"]["sitegen"]
    assert read["boards"][0]["hide"] == ["huge"]
    assert "rest" not in read["boards"][0]

    later = make_store(tmp_path / "later", [plan(n, "logged later") for n in range(5)])
    build([later], tmp_path / "again", config=SiteConfig.model_validate({"goals": {"auc": "max"}} | read))
    page = opened(page_of(tmp_path / "again"))
    drawn(page)

    expect(page.locator("[data-section]")).to_contain_text(["Runs compared", "system", "More"])
    expect(page.locator("[data-card]:visible figcaption")).to_have_text(
        ["auc", "auc by lr", "auc by all that differs", "logged later"]
    )
    expect(page.locator("[data-section] button", has_text="system")).to_have_attribute(
        "aria-expanded", "false"
    )
    expect(page.get_by_text("What goes with auc")).to_be_visible()
    page.get_by_label("log y").check()
    page.evaluate("runfolio.view.choose('size', 'tall', runfolio.view.state.cards[0].key)")
    assert tomllib.loads(toml(page))["tool"]["sitegen"]["boards"][0]["hide"] == ["huge"]


def test_a_saved_board_has_the_same_names_and_strokes_as_before(tmp_path, opened):
    mixed = ("test/auc", "train/auc", "loss")
    logged = {name: [0.5, 0.6, 0.7] for name in (*mixed, "val:acc, top=5|x", "mix/other", "train/own")}
    plans = [RunPlan(logged, "e", name=name) for name in ("one", "two")]
    page = opened(
        page_of(built_site(tmp_path, plans)),
        "#card:auc=test/auc,train/auc,loss&pin:loss=on&card:+1=val%3Aacc%2C%20top%3D5%7Cx,mix/other",
    )

    def told(page: Page) -> dict[str, object]:
        """By its title, what the chips, the tooltip and the strokes of each card of curves say."""
        drawn(page)
        for card in page.locator("figure.chart-card").all():
            card.scroll_into_view_if_needed()
            expect(card).to_have_attribute("data-drawn", "true")
        return page.evaluate(
            """() => {
                const cards = [...runfolio.board.cards.values()].filter((card) => card.state.metrics.length);
                const words = ({ children }) => [...children].map((chip) => chip.firstChild.textContent);
                return Object.fromEntries(cards.map(({ title, chips, drawn }) => [title.textContent, [
                    chips.hidden ? [] : words(chips),
                    drawn.lines.map((line) => `${runfolio.hover.nameOf(line, drawn.lines)}: ${line.stroke}`),
                ]]));
            }"""
        )

    before = told(page)
    assert before["test/auc + train/auc + loss"] == [
        list(mixed),
        [
            f"{run} · {name}: {stroke}"
            for name, stroke in zip(mixed, ("solid", "dashed", "dotted"), strict=True)
            for run in ("one", "two")
        ],
    ]
    assert before["loss"] == [[], ["one: solid", "two: solid"]]
    assert before["own"] == [["train"], ["one: solid", "two: solid"]]
    assert before["val:acc, top=5|x + mix/other"][0] == ["val:acc, top=5|x", "mix/other"]
    config = SiteConfig.model_validate(tomllib.loads(toml(page))["tool"]["sitegen"])
    build([tmp_path / "tracking"], tmp_path / "again", config=config)

    assert told(opened(page_of(tmp_path / "again"))) == before


def test_options_alone_need_no_cards_and_nothing_chosen_needs_no_lines(shown):
    page = shown(two_runs())
    page.get_by_role("button", name="save as board…").click()
    expect(page.get_by_role("dialog")).to_contain_text("nothing to save")
    page.keyboard.press("Escape")
    page.get_by_label("log y").check()

    text = toml(page)

    assert tomllib.loads(text)["tool"]["sitegen"]["boards"] == [
        {"experiment": "board", "options": {"y": "log"}}
    ]


def test_any_name_survives_the_way_through_toml(shown):
    names = [
        *MARKUP,
        *NAMES,
        '"""',
        "'''",
        "tab\tand\x7f\x01\x1f",
        "a\nb\r\n",
        "\\u0041 \\",
        "# no comment",
        "[x]",
    ]
    page = shown(Board({("one", name): points([1.0, 2.0]) for name in names}, experiment=" \" \\ \n'"),
                 permissions=["clipboard-read", "clipboard-write"])  # fmt: skip
    drawn(page)
    page.evaluate("runfolio.view.choose('size', 'tall', runfolio.view.state.cards[0].key)")

    text = toml(page)

    (board,) = tomllib.loads(text)["tool"]["sitegen"]["boards"]
    assert board["experiment"] == " \" \\ \n'"
    assert [card["metrics"] for card in board["cards"]] == [[name] for name in names]
    assert [card["title"] for card in board["cards"]] == names
    page.get_by_role("button", name="copy", exact=True).click()
    expect(page.get_by_role("button", name="copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text


GROUPED = "#group=seeds&band=minmax"


def grouped_board() -> Board:
    """Two depths, three seeds each."""
    runs = [(f"run {number}", number % 2, number // 2) for number in range(6)]
    params = {name: {"depth": depth, "seed": seed} for name, depth, seed in runs}
    return Board({(name, "auc"): points([depth, depth + seed]) for name, depth, seed in runs}, params=params)


def test_groups_are_saved_with_their_bands_and_all_points_with_their_runs(shown):
    page = shown(grouped_board(), GROUPED)
    drawn(page)

    card = "[...runfolio.board.cards.values()][0]"
    lines = page.evaluate(f"runfolio.later('tools').then(() => runfolio.csv.drawn({card}))").split("\r\n")
    assert lines[0] == "group,metric,x,mean,low,high,n"
    assert lines[1:3] == ["depth 0,auc,0,0,0,0,3", "depth 0,auc,1,1,0,2,3"]
    whole = page.evaluate(f"runfolio.later('tools').then(() => runfolio.csv.all({card}))").split("\r\n")
    assert len(whole) == 1 + 12 + 1
    page.evaluate("runfolio.view.choose('band', 'none')")
    expect(drawn(page).locator(".chart-card__footer")).not_to_contain_text("band")
    bare = page.evaluate(f"runfolio.later('tools').then(() => runfolio.csv.drawn({card}))").split("\r\n")
    assert bare[:2] == ["group,metric,x,mean,n", "depth 0,auc,0,0,3"]
    page.evaluate("runfolio.view.choose('band', 'minmax')")
    svg = page.evaluate(
        f"runfolio.later('tools').then(() => runfolio.picture.svg({card})).then(({{ text }}) => text)"
    )
    assert "depth 1 n 3" in svg


def test_panels_are_saved_all_together(shown):
    page = shown(grouped_board(), GROUPED + "&panel=param:depth&color=param:depth")
    drawn(page)

    card = "[...runfolio.board.cards.values()][0]"
    spec = json.loads(page.evaluate(f"runfolio.later('tools').then(() => runfolio.vegalite.json({card}))"))
    assert [each["title"] for each in spec["concat"]] == ["depth 0", "depth 1"]
    alt.Chart.from_dict(spec)  # checked against the schema
    picture = ET.fromstring(vlc.vegalite_to_svg(spec, vl_version=VEGA_LITE))
    texts = ["".join(element.itertext()) for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"depth 0", "depth 1"} <= set(texts)
    svg = page.evaluate(
        f"runfolio.later('tools').then(() => runfolio.picture.svg({card})).then(({{ text }}) => text)"
    )
    assert svg.count("<svg") == 3
    assert svg.count("depth 1") >= 1
