"""The page of a run: its files, its params as a tree, its tables, and what is copied."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from axe_playwright_python.sync_playwright import Axe
from builders import RunPlan, make_runs
from files import artifact_facts, png, write_artifacts
from playwright.sync_api import Page, expect
from sites import built_site, page_of

from sitegen.build import build

HOSTILE_HTML = (
    "<h1 style='color:red'>Report</h1><script>top.document.title='ran'</script><style>h1{color:red}</style>"
    "<link rel=preconnect href=https://evil.example><table><tr><td>cell</td></tr></table>"
    "<form action=https://evil.example><button>send</button></form>"
    "<a href=https://evil.example target=_top>leave</a>"
    "<img src=https://evil.example/x.png onerror=top.document.title='ran'><img src=/x.png>"
    "<iframe src=https://evil.example></iframe><iframe srcdoc='<script>1</script>'></iframe>"
    "<meta http-equiv=refresh content='0;url=https://evil.example'>"
    "<svg onload=alert(1)><image href=/y.png /></svg>"
    f"<img alt=held src=data:image/png;base64,{base64.b64encode(png(3)).decode()}>"
)


def table() -> bytes:
    sink = io.BytesIO()
    parquet.write_table(pa.table({"name": ["ann", "<b>bob</b>"], "score": [0.5, None]}), sink)
    return sink.getvalue()


FILES = {
    **{f"samples/{step}.png": png(step) for step in (0, 10, 200)},
    "roc.png": png(50),
    "wide.png": png(60, size=200, width=800),
    "shape.svg": b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>alert(1)</script>"
    b"<rect width='9' height='9'/></svg>",
    "broken.png": b"<script>alert(1)</script>",
    "scores.parquet": table(),
    "bad.parquet": b"PAR1",
    "config.json": b'{"lr":0.10,"layers":[1,2]}',
    "notes.txt": b"".join(b"line %d\n" % number for number in range(500)),
    "report.md": b"# Fine\n\n<script>alert(1)</script>\n\n![curve](./roc.png)\n\n- [x] trained",
    "report.html": HOSTILE_HTML.encode(),
    "<img src=x onerror=alert(1)>": b"x",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """One run that left a file of every kind, with a tree of params, and a child."""
    folder = tmp_path_factory.mktemp("run")
    facts = [*artifact_facts(FILES), ("note", "", "![noted](roc.png)")]
    params = {"lr": 0.1, "model.depth": 3, "model.head.act": "relu"}
    params |= {f"data.column.{number}": number for number in range(40)}
    plan = RunPlan(
        {"auc": [0.5, 0.9], "loss": [3.0, 1.0], "speed": [10.0, 20.0]},
        name="whole",
        params=params,
        provenance={"git_commit": "a1b2c3d4e5", "script": "train.py"},
        facts=facts,
    )
    (run,) = make_runs(folder / "tracking", [plan])
    # no store holds a file of such a name; the fact that names it is refused
    write_artifacts(run.path, {path: data for path, data in FILES.items() if "<" not in path})
    build([folder / "tracking"], folder / "public")
    return folder / "public"


def run_page(site: Path) -> Path:
    (found,) = site.glob("r/*/index.html")
    return found


def opened_file(page: Page, name: str):
    """The preview of a file, unfolded."""
    item = page.locator(".file", has=page.locator(f"summary:has-text('{name}')"))
    item.locator("summary").first.click()
    return item.locator(".file__preview")


def test_every_kind_of_file_is_shown(site, opened):
    page = opened(run_page(site))

    rows = opened_file(page, "scores.parquet").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("<b>bob</b>")
    expect(opened_file(page, "config.json").locator("pre")).to_have_text(
        '{\n  "lr": 0.10,\n  "layers": [1, 2]\n}'
    )
    expect(opened_file(page, "notes.txt")).to_contain_text("The first 150 and the last 50 of 500 lines.")
    markdown = opened_file(page, "report.md")
    expect(markdown.get_by_role("heading", name="Fine")).to_be_visible()
    expect(markdown).to_contain_text("<script>alert(1)</script>")
    expect(markdown.get_by_role("listitem")).to_have_text("☑ trained")
    markdown.get_by_alt_text("curve").scroll_into_view_if_needed()
    expect(markdown.get_by_alt_text("curve")).to_have_js_property("naturalWidth", 80)
    expect(page.locator(".note").get_by_alt_text("noted")).to_have_js_property("naturalWidth", 80)
    for name, reason in (("broken.png", "is no picture"), ("bad.parquet", "cannot be read as a table")):
        expect(page.locator(".file", has_text=name)).to_contain_text(reason)
    drawing = page.locator(".file", has_text="shape.svg")
    expect(drawing).to_contain_text("shown above, without a link")
    expect(drawing.get_by_role("link")).to_have_count(0)
    for name in ("roc.png", "shape.svg"):
        picture = page.locator(f'img[alt="{name}"]')
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        page.wait_for_function(
            "image => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
        )


def test_pictures_of_a_series_are_shown_one_at_a_time_by_their_step(site, opened):
    page = opened(run_page(site))
    gallery = page.locator("[data-gallery]", has_text="samples")
    slider = gallery.get_by_role("slider")
    expect(gallery.locator("img:visible")).to_have_attribute("alt", "samples/200.png")

    slider.focus()
    page.keyboard.press("ArrowLeft")

    expect(gallery.locator("img:visible")).to_have_count(1)
    expect(gallery.locator("img:visible")).to_have_attribute("alt", "samples/10.png")
    expect(slider).to_have_attribute("aria-valuetext", "step 10")


@pytest.mark.parametrize("width", [1280, 700, 390])
def test_a_picture_that_is_drawn_smaller_than_it_is_leaves_no_hole_beside_it(site, opened, width):
    page = opened(run_page(site), viewport={"width": width, "height": 900})
    image = page.get_by_role("img", name="wide.png")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", 800)

    gallery, shown = page.locator("[data-gallery]", has=image).bounding_box(), image.bounding_box()

    assert shown["width"] == min(28 * 16, page.locator(".galleries").bounding_box()["width"])
    assert shown["height"] == pytest.approx(shown["width"] / 4)
    assert gallery["width"] == shown["width"]


def test_nothing_of_an_html_file_runs_or_leaves_its_frame(site, opened):
    page = opened(run_page(site))

    preview = opened_file(page, "report.html")

    frame = page.frame_locator("iframe.file__frame")
    expect(frame.get_by_role("cell", name="cell")).to_be_visible()
    expect(page.locator("iframe")).to_have_attribute("sandbox", "")
    assert frame.locator("script, style, link").count() == 0
    expect(frame.get_by_alt_text("held")).not_to_have_js_property("naturalWidth", 0)
    assert page.title().startswith("whole")
    expect(preview.get_by_text("Scripts of this page do not run here.")).to_be_visible()
    expect(preview.locator("pre")).to_contain_text("<h1 style='color:red'>Report</h1>")


def test_params_fold_and_can_be_searched(site, opened):
    page = opened(run_page(site))
    rows = page.locator("[data-params] tbody tr")
    depth = rows.filter(has_text="depth")

    page.get_by_role("button", name="params below model", exact=True).click()
    expect(depth).to_be_hidden()
    expect(rows.filter(has_text="act")).to_be_hidden()
    page.get_by_role("searchbox", name="Find a param").fill("RELU")

    expect(page.locator("[data-params] tbody tr:visible")).to_have_count(2)  # the heading, and what it has
    none = page.get_by_role("status").filter(has_text="No param has this in its name or value.")
    expect(none).to_have_count(0)
    page.get_by_role("searchbox", name="Find a param").fill("no such thing")
    expect(none).to_be_visible()
    page.get_by_role("searchbox", name="Find a param").fill("")
    expect(none).to_have_count(0)
    expect(depth).to_be_hidden()
    expect(rows.filter(has_text="lr").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_long_name_of_a_param_begins_beside_its_value_or_its_button(tmp_path, opened, width):
    leaf, heading = "t" * 120, "h" * 120
    params = {leaf: "v", f"{heading}.a": "1", f"{heading}.b": "2"}
    site = built_site(tmp_path, [RunPlan(params=params)])
    page = opened(page_of(site, "r/"), viewport={"width": width, "height": 900})
    button = page.get_by_role("button", name=f"params below {heading}")
    expect(button).to_be_visible()

    name, value = (
        page.locator("[data-params] tr", has_text=leaf).locator(f"{tag} bdi") for tag in ("th", "td")
    )
    head = page.locator("[data-params] tr", has_text=heading).locator("th bdi")

    assert abs(name.bounding_box()["y"] - value.bounding_box()["y"]) < 3
    assert abs(head.bounding_box()["y"] - button.bounding_box()["y"]) < 5
    assert name.bounding_box()["x"] == head.bounding_box()["x"]


def test_long_tag_is_opened_to_be_read_whole_and_a_short_one_has_nothing_to_open(tmp_path, opened):
    long = "words of a tag, " * 20 + "and its end"
    tags = {"long": long, "short": "brief", "fits": "f" * 120}
    page = opened(page_of(built_site(tmp_path, [RunPlan(tags=tags)]), "r/"))
    rows = page.locator("section", has=page.get_by_role("heading", name="Tags")).locator("tbody tr")
    whole = rows.filter(has_text="long").get_by_role("group", name="the whole value")
    expect(whole).to_be_hidden()

    rows.filter(has_text="long").locator("summary").click()

    expect(whole).to_be_visible()
    expect(whole).to_have_text(long)
    expect(rows.locator("summary")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1280])
def test_many_metrics_lie_in_a_frame_and_can_be_searched(tmp_path, opened, width):
    curves = {f"layer.{number}/norm": [1.0, 2.0] for number in range(60)}
    page = opened(
        page_of(built_site(tmp_path, [RunPlan(curves)]), "r/"), viewport={"width": width, "height": 900}
    )
    frame = page.get_by_role("group", name="Metrics", exact=True)
    rows = page.locator("[data-metrics] tbody tr:visible")
    expect(rows).to_have_count(60)
    assert frame.bounding_box()["height"] < 650

    page.get_by_role("searchbox", name="Find a metric").fill("LAYER.5")

    expect(rows).to_have_count(11)
    page.get_by_role("searchbox", name="Find a metric").fill("no such thing")
    expect(page.get_by_text("No metric has this in its name.")).to_have_role("status")
    page.get_by_role("searchbox", name="Find a metric").fill("")
    expect(rows).to_have_count(60)


@pytest.mark.parametrize("width", [1280, 390])
def test_lists_that_are_not_long_are_seen_whole_and_longer_ones_say_how_long_they_are(
    tmp_path, opened, width
):
    long = {"text": "words that go on " * 150}
    params = {f"param {number}": number for number in range(29)}
    metrics = {f"metric {number}": [0.5] for number in range(30)}
    more = {**params, "last": 1, "beyond": 2}
    runs = [RunPlan(metrics, params={**params, **long}), RunPlan({**metrics, "beyond": [1.0]}, params=more)]
    site = built_site(tmp_path, runs)
    few, many = sorted(page for page in (site / "r").iterdir() if page.is_dir())
    inner = "(all) => all.map((one) => one.scrollHeight > one.clientHeight)"

    page = opened(few / "index.html", viewport={"width": width, "height": 800})
    page.locator("summary", has_text="words that").click()
    assert page.locator(".params-frame").evaluate_all(inner) == [False, False]

    page = opened(many / "index.html", viewport={"width": width, "height": 800})
    expect(page.get_by_label("Find a param")).to_have_attribute("placeholder", "find one of 31 params")
    expect(page.get_by_label("Find a metric")).to_have_attribute("placeholder", "find one of 31 metrics")
    frames = page.locator(".params-frame")
    assert frames.evaluate_all(inner) == [True, True]
    shades = frames.evaluate_all("(all) => all.map((one) => getComputedStyle(one).backgroundAttachment)")
    assert shades == ["local, local, local, scroll, scroll, scroll"] * 2  # the last is seen until the end is


def test_metrics_are_sorted_by_a_column(site, opened):
    page = opened(run_page(site))
    names = page.locator(".metrics tbody th")
    expect(names).to_have_text(["auc", "loss", "speed"])

    page.get_by_role("button", name="first").click()
    expect(names).to_have_text(["speed", "loss", "auc"])
    page.get_by_role("button", name="first").click()

    expect(names).to_have_text(["auc", "loss", "speed"])
    expect(page.get_by_role("columnheader", name="first")).to_have_attribute("aria-sort", "ascending")


@pytest.mark.parametrize("clipboard", [True, False], ids=["with a clipboard", "without, as from disk"])
def test_the_lines_that_reproduce_a_run_are_copied(site, opened, clipboard):
    page = opened(run_page(site), permissions=["clipboard-read", "clipboard-write"])
    if not clipboard:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")

    page.get_by_role("button", name="Copy", exact=True).click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.get_by_role("searchbox", name="Find a param").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_role("searchbox", name="Find a param")).to_have_value(
        re.compile("git checkout a1b2c3d4e5")
    )


def test_without_scripts_everything_is_there(site, opened):
    page = opened(run_page(site), java_script_enabled=False)

    expect(page.locator("[data-gallery] img")).to_have_count(6)
    expect(page.locator("[data-params] tbody tr")).to_have_count(45)
    opened_file(page, "report.html")
    expect(page.locator(".file", has_text="report.html").locator("pre")).to_contain_text(
        "<h1 style='color:red'>Report</h1>"
    )
    expect(page.locator("iframe")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_all_files_open(site, opened, scheme):
    page = opened(run_page(site), color_scheme=scheme)
    for details in page.locator(".file > details > summary").all():
        details.click()

    found = Axe().run(page, options={"iframes": False, "preload": False}).response["violations"]

    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


def test_names_of_files_are_whole_on_paper(site, opened):
    page = opened(run_page(site))

    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins

    for name in ("scores.parquet", "samples/200.png", "broken.png"):
        box = page.locator(".file__path bdi", has_text=name).bounding_box()
        assert box["height"] < 25, name  # one line


def test_paper_names_the_experiment_and_offers_no_comparison(tmp_path, opened):
    site = built_site(tmp_path, [RunPlan(params={"lr": lr}, experiment="boxes") for lr in (0.1, 0.2)])
    page = opened(next(site.glob("r/*/index.html")))
    compare = page.get_by_role("button", name="Compare with…")
    expect(compare).to_be_visible()

    page.emulate_media(media="print")

    expect(page.get_by_role("navigation", name="Where you are")).to_contain_text("boxes")
    expect(page.get_by_role("link", name="boxes").first).to_be_visible()
    expect(page.locator("[data-theme-switch]")).to_be_hidden()
    expect(compare).to_be_hidden()


def test_a_phone_shows_the_page_without_scrolling_sideways(site, opened):
    page = opened(run_page(site), viewport={"width": 390, "height": 800})
    for details in page.locator(".file > details > summary").all():
        details.click()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_picture_of_runs_says_where_it_is(tmp_path, opened):
    site = built_site(tmp_path, [RunPlan({"auc": [0.5, 0.75]}, params={"lr": 0.1})])
    page = opened(page_of(site, "r/"), "#card:+1=&kind:+1=scatter&axes:+1=param:lr,best:auc")

    expect(page.locator("figure.chart-card").first).to_contain_text("it is on the page of their experiment")
