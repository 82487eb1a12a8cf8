"""Room of the runs table: names made narrow or wide, columns that stay at the left, rows out of sight."""

from __future__ import annotations

from functools import cache

import pytest
from builders import RunPlan
from playwright.sync_api import Locator, Page, expect
from sites import built_site, page_of

ANIMALS = ("bright-swan", "dewy-grebe", "balmy-raven", "calm-otter", "a run with a long name and depth=140")


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """The page of so many runs of twelve params, built once."""

    def made(count: int):
        runs = [
            RunPlan(
                {"test/auc": [0.5, 0.9 - n / 1000]},
                experiment="room",
                name=ANIMALS[n] if n < len(ANIMALS) else f"run-{n:03}",
                params={f"param_{at:02}": f"value {n % 5} of {at}" for at in range(12)},
            )
            for n in range(count)
        ]
        return page_of(built_site(tmp_path_factory.mktemp("room"), runs))

    return cache(made)


@pytest.fixture
def table(sites, opened):
    """Opens the table of so many runs."""

    def show(count: int, fragment: str = "", **options: object) -> Page:
        page = opened(sites(count), fragment, **options)
        expect(page.locator("[data-runs-table] tbody input").first).to_be_attached()
        return page

    return show


def name_header(page: Page) -> Locator:
    return page.locator("[data-runs-table] thead th[data-kind='name']")


def drag_edge(page: Page, by: int) -> None:
    edge = name_header(page).locator(".runs-table__edge").bounding_box()
    page.mouse.move(edge["x"] + 3, edge["y"] + 5)
    page.mouse.down()
    page.mouse.move(edge["x"] + 3 + by, edge["y"] + 5, steps=4)
    page.mouse.up()


def scroll_to_the_right(page: Page) -> None:
    page.locator("[data-runs-frame]").evaluate("(element) => (element.scrollLeft = element.scrollWidth)")
    expect(page.locator("[data-runs-frame]")).to_have_attribute("data-scrolled", "")


def is_in_sight(element: Locator) -> bool:
    """Whether nothing lies over the middle of an element."""
    return element.evaluate("""(element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }""")


def gaps(page: Page) -> list[float]:
    """How much wider than its text the beginning of a name is, px."""
    return page.locator("[data-runs-table] .name__start").evaluate_all("""(starts) => starts.map((start) => {
      const range = document.createRange();
      range.selectNodeContents(start);
      return start.getBoundingClientRect().width - range.getBoundingClientRect().width;
    })""")


def test_names_that_were_made_narrow_have_no_gaps_and_are_whole_when_there_is_room_again(table):
    page = table(12)
    before = name_header(page).bounding_box()["width"]

    drag_edge(page, -400)

    expect(page.locator("[data-runs-table] tbody .name").first).to_be_attached()
    assert 60 < name_header(page).bounding_box()["width"] < 80  # letters are left of each
    assert max(gaps(page)) < 2
    drag_edge(page, 300)
    assert name_header(page).bounding_box()["width"] > before
    assert max(gaps(page)) < 2
    seen = page.locator("[data-runs-table] tbody th").evaluate_all(
        "(all) => all.map((one) => one.textContent)"
    )
    assert set(ANIMALS[:4]) <= set(seen)


def test_names_leave_room_for_columns_however_wide_they_are_made(table):
    page = table(12)
    drag_edge(page, 700)
    frame = page.locator("[data-runs-frame]").bounding_box()
    assert name_header(page).bounding_box()["width"] < 0.7 * frame["width"]

    page.set_viewport_size({"width": 600, "height": 900})
    page.reload()

    expect(page.locator("[data-runs-table]")).to_have_attribute("data-fixed", "")
    assert (
        name_header(page).bounding_box()["width"]
        < 0.7 * page.locator("[data-runs-frame]").bounding_box()["width"]
    )
    page.locator("[data-runs-frame]").scroll_into_view_if_needed()
    scroll_to_the_right(page)
    assert is_in_sight(page.locator("[data-runs-table] thead th").last)


@pytest.mark.parametrize("count", [12, 200])
@pytest.mark.parametrize("width", [390, 1280])
def test_of_columns_kept_at_the_left_stay_those_that_there_is_room_for(table, count, width):
    fields = [f"param:param_{at:02}" for at in range(12)]
    columns = ",".join([*(f"*{field}" for field in fields[:9]), "best:test/auc", *fields[9:]])
    page = table(count, f"#cols={columns}", viewport={"width": width, "height": 900})
    page.locator("[data-runs-frame]").scroll_into_view_if_needed()

    scroll_to_the_right(page)

    last = page.locator("[data-runs-table] tbody tr").nth(1).locator("td").last
    expect(last).to_contain_text("of 11")
    assert is_in_sight(last)
    names = page.locator("[data-runs-table] tbody tr").nth(1).locator("th")
    assert is_in_sight(names.locator("a"))
    pinned = page.locator("[data-runs-table] tbody tr").nth(1).locator("td[data-pinned]")
    edges = pinned.evaluate_all("(all) => all.map((one) => getComputedStyle(one).borderRightWidth)")
    staying = pinned.evaluate_all(
        "(all) => all.filter((one) => getComputedStyle(one).left !== 'auto').length"
    )
    assert 0 < staying < 4
    assert [at for at, edge in enumerate(edges) if edge == "1px"] == [staying - 1]


def test_names_do_not_end_below_what_a_touch_opens(table):
    page = table(12, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)

    for row in page.locator("[data-runs-table] tbody tr").all():
        name, more = row.locator("th a").bounding_box(), row.locator(".runs-table__more").bounding_box()
        assert name["x"] + name["width"] <= more["x"] + 1


def test_keys_go_on_from_the_row_that_had_the_focus_though_it_is_out_of_sight(table):
    page = table(400)
    for _ in range(12):
        page.keyboard.press("j")
    focused = page.locator("[data-runs-table] tbody tr:focus-within")
    expect(focused).to_have_attribute("aria-rowindex", "13")
    frame = page.locator("[data-runs-frame]")

    frame.evaluate("(element) => (element.scrollTop = 4000)")
    expect(page.locator("[aria-rowindex='13']")).to_have_count(0)
    page.keyboard.press("j")

    expect(focused).to_have_attribute("aria-rowindex", "14")
    frame.evaluate("(element) => (element.scrollTop = 4000)")
    expect(focused).to_have_count(0)
    frame.evaluate("(element) => (element.scrollTop = 0)")
    expect(focused).to_have_attribute("aria-rowindex", "14")  # it is back, and with it the focus


def test_escape_closes_the_columns_after_one_was_dragged(table):
    page = table(12)
    page.get_by_role("button", name="Columns", exact=True).click()
    lines = page.locator(".chooser__line[draggable='true']")
    first = lines.nth(1).get_attribute("data-field")

    lines.nth(1).drag_to(lines.nth(3))

    expect(lines.nth(3)).to_have_attribute("data-field", first)
    page.keyboard.press("Escape")
    expect(page.locator(".chooser")).to_have_count(0)
