"""The board is the reader's: cards are found, folded, moved, doubled, split, sized and pinned."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from boards import Board, curve, points
from playwright.sync_api import Locator, Page, expect
from sites import built_site, page_of, sweep

METRICS = ("test/auc", "train/auc", "lr", "loss/total", "loss/kl", "system/cpu")
CARDS = [
    ("auc", ["test/auc", "train/auc"]),
    ("lr", ["lr"]),
    ("total", ["loss/total"]),
    ("kl", ["loss/kl"]),
    ("cpu", ["system/cpu"]),
]
SECTIONS = {"total": "loss", "kl": "loss", "cpu": "system"}


def board(count: int = 20, **options) -> Board:
    series = {(f"run {run}", metric): points(curve(count, run)) for run in range(2) for metric in METRICS}
    return Board(series, cards=CARDS, sections=SECTIONS, **options)


def words(page: Page) -> str:
    return page.url.partition("#")[2]


def card(page: Page, title: str) -> Locator:
    title_there = page.locator(".chart-card__title").get_by_text(title, exact=True)
    return page.locator("figure.chart-card").filter(has=title_there)


def titles(page: Page) -> Locator:
    return page.locator("figure.chart-card:visible .chart-card__title")


def press(figure: Locator, name: str | re.Pattern[str]) -> None:
    figure.get_by_role("button", name="more to do").click()
    figure.locator(".menu").get_by_role("button", name=name, exact=True).click()


def again(opened, page: Page) -> Page:
    """The same address in a fresh profile."""
    path, _, fragment = page.url.partition("#")
    return opened(_Address(path), f"#{fragment}")


class _Address:
    """What `opened` takes for a path."""

    def __init__(self, address: str) -> None:
        self._address = address

    def as_uri(self) -> str:
        return self._address


def test_sections_fold_and_what_the_machine_did_is_folded_at_first(shown, opened):
    page = shown(board())
    expect(titles(page)).to_have_text(["auc", "lr", "total", "kl"])
    assert words(page) == ""

    page.get_by_role("button", name="system 1 card").click()
    page.get_by_role("button", name="loss").click()

    expect(titles(page)).to_have_text(["auc", "lr", "cpu"])
    expect(card(page, "cpu")).to_have_attribute("data-drawn", "true")
    assert words(page) == "fold=loss"
    fresh = again(opened, page)
    expect(titles(fresh)).to_have_text(["auc", "lr", "cpu"])
    expect(fresh.get_by_role("button", name="loss 2 cards")).to_have_attribute("aria-expanded", "false")


def test_what_is_pinned_and_what_follows_have_a_heading_each(shown):
    page = shown(board())
    headings = page.locator(".board__section:visible")
    expect(titles(page)).to_have_text(["auc", "lr", "total", "kl"])
    assert [each.inner_text() for each in headings.all()] == ["loss", "system 1 card"]

    press(card(page, "lr"), "pin: stand first")

    expect(titles(page)).to_have_text(["lr", "auc", "total", "kl"])
    assert [each.inner_text() for each in headings.all()] == ["Pinned", "Cards", "loss", "system 1 card"]
    tops = [each.bounding_box()["y"] for each in (card(page, "lr"), headings.nth(1), card(page, "auc"))]
    assert tops == sorted(tops)
    assert tops[1] < tops[2]

    press(card(page, "lr"), "unpin")
    expect(titles(page)).to_have_text(["auc", "lr", "total", "kl"])
    assert [each.inner_text() for each in headings.all()] == ["loss", "system 1 card"]


def test_cards_are_found_by_name_and_by_regular_expression(shown):
    page = shown(board())
    box = page.get_by_role("searchbox", name="find cards")
    found = page.locator(".board__found")

    box.fill("LOSS")
    expect(titles(page)).to_have_text(["total", "kl"])
    expect(found).to_have_text("2 of 5 cards")
    assert words(page) == "cards=LOSS"
    box.fill("^(lr|system/.*)$")
    expect(titles(page)).to_have_text(["lr", "cpu"])
    box.fill("(")

    expect(found).to_have_text("not a regular expression (Unterminated group): all 5 cards are shown")
    expect(titles(page)).to_have_count(5)
    box.fill("zzz")
    expect(found).to_have_text("0 of 5 cards: none has such a metric")
    page.get_by_role("button", name="Show all").click()
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    expect(page.get_by_role("button", name="Show all")).to_be_hidden()
    expect(titles(page)).to_have_text(["auc", "lr", "total", "kl"])


def test_what_goes_with_the_goal_does_not_stand_alone_where_no_card_is_found(tmp_path, opened):
    page = opened(page_of(built_site(tmp_path, sweep(6))), "#cards=zzz")

    expect(page.locator(".board__found")).to_contain_text("none has such a metric")
    expect(page.get_by_text("What goes with")).to_be_hidden()
    page.get_by_role("button", name="Show all").click()

    expect(page.get_by_text("What goes with")).to_be_visible()


def test_text_that_is_no_regular_expression_is_still_found_as_text(shown):
    series = {("one", metric): points(curve(5)) for metric in ("loss (a+b", "loss b", "c", "d", "e")}

    page = shown(Board(series), "#cards=(a%2B")

    expect(titles(page)).to_have_text(["loss (a+b"])
    expect(page.locator(".board__found")).to_have_text("1 of 5 cards")


def test_title_of_a_card_is_the_built_one_while_its_metrics_are(shown):
    three = ("test/f1", "train/f1", "val/f1")
    series = {("one", metric): points(curve(5)) for metric in (*METRICS, *three)}
    page = shown(
        Board(series, cards=[*CARDS, ("f1", three), ("Rate!", ["lr"])], sections=SECTIONS, named=["Rate!"])
    )
    edit = "([card, metrics]) => runfolio.view.change((now) => (now.cards[card].metrics = metrics))"

    def title(number: int) -> Locator:
        return page.locator(f'[data-card="{number}"] .chart-card__title')

    def change(number: int, *metrics: int) -> None:
        page.evaluate(edit, [number, metrics])

    change(0, 0, 1, 2)
    expect(title(0)).to_have_text("test/auc + train/auc + lr")
    change(0, 0, 1, 2, 3, 4)
    expect(title(0)).to_have_text("test/auc + train/auc + lr and 2 more")
    change(0, 1, 0)
    expect(title(0)).to_have_text("auc")
    change(5, 6, 8)
    expect(title(5)).to_have_text("f1")  # what the two share
    change(2, 4, 2)
    expect(title(2)).to_have_text("loss/kl + lr")
    change(6, 2, 3)
    expect(title(6)).to_have_text("Rate!")
    page.evaluate("runfolio.view.reset()")
    press(card(page, "auc"), "duplicate")
    expect(titles(page).nth(1)).to_have_text("auc")
    expect(card(page, "auc").nth(1).locator(".chart-chip")).to_have_text(["test×", "train×"])
    page.evaluate("runfolio.view.addCard([3])")
    expect(titles(page).first).to_have_text("loss/total")


def test_a_board_arranged_by_hand_is_the_same_from_its_address(shown, opened):
    page = shown(board())

    press(card(page, "auc"), "split: one card per metric")
    expect(titles(page)).to_have_text(["test/auc", "train/auc", "lr", "total", "kl"])
    press(card(page, "total"), "duplicate")
    expect(titles(page)).to_have_text(["test/auc", "train/auc", "lr", "total", "total", "kl"])
    press(card(page, "kl"), "move: up")
    press(card(page, "lr"), "pin: stand first")
    press(card(page, "train/auc"), "size: wide and tall")
    press(card(page, "test/auc"), "hide")

    arranged = ["lr", "train/auc", "total", "kl", "total"]
    expect(titles(page)).to_have_text(arranged)
    expect(page.locator(".board__section:visible")).to_have_text(["Pinned", "Cards", "loss", "system 1 card"])
    fresh = again(opened, page)
    expect(titles(fresh)).to_have_text(arranged)
    expect(card(fresh, "train/auc")).to_have_attribute("data-size", "large")
    assert fresh.evaluate("runfolio.address.format(runfolio.view.state)") == words(page)
    fresh.get_by_role("button", name="1 hidden: show it").click()
    expect(titles(fresh)).to_have_text(["lr", "test/auc", *arranged[1:]])
    fresh.get_by_role("button", name="reset view").click()
    expect(titles(fresh)).to_have_text(["auc", "lr", "total", "kl"])
    assert words(fresh) == ""


def test_any_order_of_cards_comes_back_from_its_address(shown):
    page = shown(Board({("one", f"m{number}"): points([1.0, 2.0]) for number in range(12)}))

    lost = page.evaluate(
        """() => {
          const { address } = runfolio;
          let seed = 7;
          const random = (below) => (seed = (seed * 16807) % 2147483647) % below;
          const names = (state) => state.cards.map((card) => card.key).join();
          const lost = [];
          for (let round = 0; round < 200; round++) {
            const state = address.parse("");
            if (round % 3 === 0) state.cards = address.parse("card:+1=m1&card:+2=m2").cards;
            for (let at = state.cards.length - 1; at > 0; at--) {
              const other = random(at + 1);
              [state.cards[at], state.cards[other]] = [state.cards[other], state.cards[at]];
            }
            if (names(address.parse(address.format(state))) !== names(state)) lost.push(names(state));
          }
          return lost;
        }"""
    )

    assert lost == []


@pytest.mark.parametrize(
    "fragment",
    [
        "#after:lr=auc&after:auc=lr",
        "#after:lr=lr&after:lr=&off=,,nothing&fold=%FF&full=nobody",
        "#after:gone=lr&section:%2B1=loss&full=+7",
    ],
    ids=["in a circle", "twice and of itself", "of what is not there"],
)
def test_an_address_that_makes_no_sense_costs_no_card(shown, fragment):
    page = shown(board(), fragment)

    expect(card(page, "auc")).to_have_attribute("data-drawn", "true")
    assert page.evaluate("new Set(runfolio.view.state.cards.map((card) => card.key)).size") == len(
        page.evaluate("runfolio.view.state.cards.map((card) => card.key)")
    )
    for title in ("auc", "lr", "total", "kl"):
        expect(card(page, title)).to_be_visible()


def test_a_corner_sizes_a_card_by_dragging_and_by_arrow_keys(shown):
    page = shown(board())
    auc = card(page, "auc")
    expect(auc).to_have_attribute("data-drawn", "true")
    before = auc.locator(".chart-card__plot").bounding_box()
    auc.hover()
    box = auc.locator(".chart-card__corner").bounding_box()

    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 10)
    page.mouse.up()

    expect(auc).to_have_attribute("data-size", "wide")
    assert words(page) == "size:auc=wide"
    assert auc.locator(".chart-card__plot").bounding_box()["width"] > 1.8 * before["width"]
    corner = auc.get_by_role("button", name="size of this card")
    corner.press("ArrowDown")
    expect(auc).to_have_attribute("data-size", "large")
    expect(corner).to_be_focused()
    canvas = auc.locator("canvas.marks")
    expect(canvas).to_have_css("height", re.compile(r"^[4-9]\d\dpx$"))
    assert canvas.bounding_box()["width"] > 1.8 * before["width"]
    corner.press("ArrowLeft")
    corner.press("ArrowUp")
    expect(auc).to_have_attribute("data-size", "normal")
    assert words(page) == ""


def test_a_card_fills_the_window_with_more_points_and_gives_it_back(shown):
    page = shown(board(5000))
    auc = card(page, "auc")
    expect(auc).to_have_attribute("data-drawn", "true")
    few = int(auc.get_attribute("data-points"))
    assert few < 20_000
    auc.focus()

    page.keyboard.press("f")

    dialog = page.get_by_role("dialog", name="auc")
    expect(dialog.locator("figure")).to_have_attribute("data-card", "0")
    expect(auc.locator("canvas.marks")).to_have_count(1)
    expect(auc).not_to_have_attribute("data-points", str(few))
    assert int(auc.get_attribute("data-points")) > few
    assert auc.locator(".chart-card__plot").bounding_box()["height"] > 600
    assert words(page) == "full=auc"
    expect(dialog.get_by_role("button", name="close")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="lr").locator("figure")).to_have_attribute("data-card", "1")
    expect(page.locator(".full__count")).to_have_text("2 of 4")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("dialog", name="kl")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(titles(page)).to_have_text(["auc", "lr", "total", "kl"])
    expect(card(page, "kl")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("dialog", name="kl")).to_be_visible()


def test_a_menu_opens_and_acts_in_a_card_that_fills_the_window(shown):
    page = shown(board(), "#full=lr")
    lr = card(page, "lr")

    lr.get_by_role("button", name="more to do").click()
    expect(page.get_by_role("dialog", name="more to do")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="lr")).to_be_visible()
    press(lr, re.compile("back to the board"))

    expect(titles(page)).to_have_text(["auc", "lr", "total", "kl"])


def test_a_menu_opens_above_its_button_where_there_is_no_room_below(shown):
    page = shown(board())
    more = card(page, "auc").get_by_role("button", name="more to do")
    page.set_viewport_size({"width": 1280, "height": 480})

    more.click()

    panel = page.get_by_role("dialog", name="more to do").bounding_box()
    assert panel["y"] >= 0
    assert panel["y"] + panel["height"] <= more.bounding_box()["y"] + 1


def test_table_of_a_card_has_its_values_by_step(shown):
    values = [0.5] * 1000
    values[777] = 9.25
    series = {("run", "loss"): points(values), ("run", "val_loss"): points([0.25, 1.0], steps=[0, 999])}
    page = shown(Board(series, cards=[("loss", ["loss", "val_loss"])]))
    figure = card(page, "loss")
    expect(figure).to_have_attribute("data-drawn", "true")
    expect(figure.locator(".chart-card__table table")).to_have_count(0)

    figure.get_by_role("button", name="table", exact=True).click()

    tables = figure.locator(".chart-card__table table")
    expect(tables.nth(0).locator("tbody tr").first).to_have_text("loss0.5000–1,000")
    expect(tables.nth(1).locator("thead th")).to_have_text(["step", "loss", "val_loss"])
    rows = tables.nth(1).locator("tbody tr")
    expect(rows).to_have_count(100)
    expect(rows.first).to_have_text("00.50000.2500")
    expect(rows.last).to_have_text("9990.50001.0000")
    expect(tables.nth(1).get_by_role("row", name="777")).to_have_text("7779.2500–")
    expect(figure.get_by_text("100 of 1,000 steps; CSV has all")).to_have_count(1)
    found = Axe().run(page, context="figure", options={"preload": False}).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


def test_values_of_many_series_are_left_to_the_csv(shown):
    page = shown(
        Board(
            {(f"run {n}", "lr"): points([0.1, 0.2]) for n in range(11)}, drawn=[f"run {n}" for n in range(11)]
        )
    )
    figure = card(page, "lr")
    expect(figure).to_have_attribute("data-drawn", "true")

    figure.get_by_role("button", name="table", exact=True).click()

    expect(figure.get_by_text("Values are listed of up to 10 series; CSV has all")).to_be_visible()
    expect(figure.locator(".chart-card__table table")).to_have_count(1)


def test_keys_act_on_the_card_with_the_focus_and_never_while_somebody_types(shown):
    page = shown(board())
    expect(card(page, "auc")).to_have_attribute("data-drawn", "true")

    page.keyboard.press("]")
    page.keyboard.press("]")
    expect(card(page, "lr")).to_be_focused()
    page.keyboard.press("t")
    expect(card(page, "lr").locator(".chart-card__table")).to_be_visible()
    page.keyboard.press("s")
    expect(card(page, "lr").locator(".settings")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("{")
    expect(titles(page)).to_have_text(["lr", "auc", "total", "kl"])
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="find cards")
    expect(box).to_be_focused()
    page.keyboard.type("?f/tn")

    expect(box).to_have_value("?f/tn")
    expect(page.get_by_role("dialog")).to_have_count(0)
    box.fill("")
    card(page, "auc").focus()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    for key in ("?", "Esc", "f", "t", "s", "/", "[", "]", "←", "→"):
        expect(sheet.locator("kbd").get_by_text(key, exact=True).first).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator("dialog.full")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(card(page, "auc")).to_be_focused()


@pytest.mark.parametrize("height", [1000, 500])
@pytest.mark.parametrize("full", [False, True], ids=["card", "full"])
def test_settings_are_as_high_as_the_window_allows(shown, height, full):
    page = shown(board(), viewport={"width": 1280, "height": height})
    expect(card(page, "auc")).to_have_attribute("data-drawn", "true")
    page.keyboard.press("]")
    if full:
        page.keyboard.press("f")
        expect(page.locator("dialog.full")).to_be_visible()
    page.keyboard.press("s")
    panel = page.locator(".settings")
    expect(panel).to_be_visible()

    content = panel.evaluate("(panel) => panel.scrollHeight")
    box = panel.bounding_box()
    button = page.get_by_role("button", name="more to do with this card", expanded=True).bounding_box()

    room = max(button["y"], height - button["y"] - button["height"])
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height
    assert box["height"] == pytest.approx(min(content + 2, room - 8), abs=1)


def test_a_panel_that_is_cut_off_has_a_shade_until_its_end_is_reached(shown):
    page = shown(board(), viewport={"width": 1280, "height": 500})
    page.get_by_role("button", name="settings", exact=True).first.click()
    panel = page.locator(".settings")
    expect(panel).to_be_visible()
    assert panel.evaluate("(panel) => panel.scrollHeight > panel.clientHeight + 40")

    def lower_edge() -> bytes:
        box = panel.bounding_box()
        strip = {"x": box["x"] + 3, "y": box["y"] + box["height"] - 6, "width": 4, "height": 4}
        return page.screenshot(clip=strip)

    cut = lower_edge()
    panel.evaluate("(panel) => panel.scrollTo(0, panel.scrollHeight)")
    end = lower_edge()
    panel.evaluate("(panel) => panel.scrollTo(0, 0)")

    assert cut != end
    assert lower_edge() == cut


def test_letters_choose_where_a_list_of_choices_has_the_focus(shown):
    page = shown(board())
    expect(card(page, "auc")).to_have_attribute("data-drawn", "true")
    page.get_by_label("x axis").focus()
    page.keyboard.press("w")
    expect(page.get_by_label("x axis").locator("option:checked")).to_contain_text("wall")
    assert words(page) == "x=time"
    page.keyboard.press("f")
    page.keyboard.press("]")  # chooses nothing
    expect(card(page, "auc")).to_be_focused()
    expect(page.locator("dialog.full")).to_have_count(0)

    page.keyboard.press("s")
    expect(card(page, "auc").locator(".settings select").first).to_be_focused()
    page.keyboard.press("f")
    page.keyboard.press("]")
    expect(card(page, "auc").locator(".settings")).to_be_visible()
    expect(page.locator("dialog.full")).to_have_count(0)


def test_run_that_is_lit_is_hidden_by_a_key(shown):
    page = shown(board())
    figure = card(page, "auc")
    expect(figure).to_have_attribute("data-drawn", "true")
    entry = figure.locator(".chart-card__legend .chart-legend__entry").first
    name = entry.inner_text()
    page.keyboard.press("h")
    assert words(page) == ""

    entry.focus()
    page.keyboard.press("h")

    expect(figure.locator(".chart-card__legend")).not_to_contain_text(name)
    assert words(page).startswith("runs=")


def test_key_turns_a_chart_with_the_focus_into_its_table_and_back(shown):
    page = shown(board())
    figure = card(page, "auc")
    plot = figure.locator(".chart-card__plot")
    lit = card(page, "lr").locator(".chart-over__lit")
    mate = card(page, "lr").locator(".chart-over__mate")
    for one in (figure, card(page, "lr")):
        expect(one).to_have_attribute("data-drawn", "true")
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(lit).to_be_visible()
    expect(mate).to_be_visible()

    page.keyboard.press("t")

    expect(figure.locator(".chart-card__table")).to_be_focused()
    expect(lit).to_be_hidden()
    expect(mate).to_be_hidden()
    page.keyboard.press("t")
    expect(plot).to_be_focused()
    expect(figure.locator(".chart-card__table")).to_be_hidden()


def test_key_for_the_table_ends_what_the_pointer_lit(shown):
    page = shown(board())
    figure = card(page, "auc")
    lit = card(page, "lr").locator(".chart-over__lit")
    for one in (figure, card(page, "lr")):
        expect(one).to_have_attribute("data-drawn", "true")
    place = page.evaluate(
        """() => {
            const {drawn} = [...runfolio.board.cards.values()][0];
            const line = drawn.lines[0];
            return [drawn.box.left + drawn.x.to(line.x[9]) * drawn.box.width,
                    drawn.box.top + (1 - drawn.y.to(line.drawn[9])) * drawn.box.height];
        }"""
    )
    figure.locator(".chart-card__plot").click(position={"x": place[0], "y": place[1]})
    expect(lit).to_be_visible()

    page.keyboard.press("t")

    expect(figure.locator(".chart-card__table")).to_be_visible()
    expect(lit).to_be_hidden()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_an_entry_of_the_legend_keeps_the_focus_when_it_is_pressed(shown, key):
    page = shown(Board({(f"run {run}", "auc"): points(curve(20, run)) for run in range(8)}))
    figure = card(page, "auc")
    entry = figure.locator(".chart-card__legend .chart-legend__entry").nth(2)
    expect(figure).to_have_attribute("data-drawn", "true")
    entry.focus()

    for turn, pressed in enumerate(["false", "true"]):
        page.keyboard.press(key)
        expect(entry, f"press {turn}").to_have_attribute("aria-pressed", pressed)
        expect(entry).to_be_focused()


def test_what_goes_hands_the_focus_to_its_neighbour_or_the_menu_of_the_card(shown):
    series = {(f"run {run}", metric): points(curve(20, run)) for run in range(2) for metric in "abc"}
    page = shown(Board(series, cards=[("all", list("abc"))]))
    figure = page.locator("figure.chart-card")
    expect(figure).to_have_attribute("data-drawn", "true")
    removes = figure.locator(".chart-chip__remove")
    more = figure.get_by_role("button", name="more to do")

    removes.nth(1).focus()
    page.keyboard.press("Enter")
    expect(removes).to_have_count(2)
    expect(removes.nth(1)).to_be_focused()
    expect(removes.nth(1)).to_have_accessible_name("remove c from this card")

    figure.locator(".chart-card__plot").focus()
    page.keyboard.press("+")
    zoomed_out = figure.get_by_role("button", name="zoom out")
    expect(zoomed_out).to_be_visible()
    zoomed_out.focus()
    page.keyboard.press("Enter")
    expect(zoomed_out).to_be_hidden()
    expect(more).to_be_focused()


def test_other_scripts_add_keys_to_the_same_list(shown):
    page = shown(board())
    page.evaluate(
        "void runfolio.keys.add('table', [['j', 'next row', () => runfolio.view.set('row', 'next')]])"
    )

    page.keyboard.press("Control+j")
    assert words(page) == ""
    page.keyboard.press("j")

    assert words(page) == "row=next"
    page.get_by_role("button", name="keys: ?").click()
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("next row")


def test_a_frame_shows_one_card_alone_in_the_theme_asked_for(shown, opened):
    page = shown(board(), "#full=auc&y=log")
    address = page.url.replace("index.html#", "index.html?embed&theme=dark#")

    frame = opened(_Address(address), viewport={"width": 500, "height": 260})

    auc = frame.locator("figure.chart-card")
    expect(auc).to_have_count(1)
    expect(auc).to_have_attribute("data-drawn", "true")
    expect(auc).to_have_attribute("data-theme", "dark")
    expect(frame.get_by_role("heading")).to_have_count(0)
    expect(frame.locator("body > *:visible")).to_have_count(1)
    assert frame.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    ) == [500, 260]
    assert 100 < auc.locator("canvas.marks").bounding_box()["height"] < 260
    frame.set_viewport_size({"width": 800, "height": 600})
    expect(auc.locator("canvas.marks")).to_have_css("height", re.compile(r"^[4-9]\d\dpx$"))
    frame.keyboard.press("f")
    expect(auc).to_be_visible()


def listed(page: Page) -> dict[str, list[str]]:
    """What the list of keys says: by its parts, the keys."""
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    parts = {}
    for part in sheet.locator(".keys__part").all():
        keys = part.locator("dt").all_inner_texts()
        parts[part.locator("h3").inner_text()] = [" ".join(key.split()) for key in keys]
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    return parts


def test_a_frame_has_only_the_keys_of_a_chart_that_stands_alone(shown, opened):
    page = shown(board(), "#full=auc")
    frame = opened(_Address(page.url.replace("index.html#", "index.html?embed#")))
    auc = frame.locator("figure.chart-card")
    expect(auc).to_have_attribute("data-drawn", "true")
    auc.hover()
    before = frame.url

    for key in "sf{}[]/hnl":
        frame.keyboard.press(key)

    assert frame.url == before
    expect(frame.locator(".settings")).to_have_count(0)
    expect(frame.locator(".full")).to_have_count(0)
    assert list(listed(frame)) == ["everywhere", "card", "chart with the focus"]
    assert listed(frame)["card"] == ["t"]
    auc.hover()
    frame.keyboard.press("t")
    expect(auc.locator(".chart-card__table")).to_be_visible()


def test_a_legend_that_goes_on_below_is_shaded_at_its_edge_in_a_frame(shown, opened):
    page = shown(
        Board({(f"a name that takes a line of its own {n}", "auc"): points(curve(n)) for n in range(9)})
    )
    address = page.url.replace("index.html", "index.html?embed")

    frame = opened(_Address(address), viewport={"width": 420, "height": 260})

    legend = frame.locator(".chart-card__legend")
    expect(frame.locator("figure.chart-card")).to_have_attribute("data-drawn", "true")
    assert legend.evaluate("(legend) => legend.scrollHeight > legend.clientHeight")
    style = legend.evaluate("(legend) => ({ ...getComputedStyle(legend) })")
    assert style["backgroundImage"].count("linear-gradient") == 2
    assert style["backgroundAttachment"] == "local, scroll"  # the first, of the end, covers the shade there


def test_keys_that_have_nothing_to_do_on_a_page_are_not_listed(shown):
    page = shown(Board({("one", "m"): points(curve(9))}, kind="run"))
    expect(page.locator("figure.chart-card")).to_have_attribute("data-drawn", "true")

    parts = listed(page)

    assert parts["board"] == ["h", "n", "l"]  # so few cards have no box that finds them
    assert parts["card"] == ["]", "[", "s", "t", "f"]  # and one alone is not moved
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).not_to_contain_text(re.compile("row|runs in the table"))


def test_a_frame_of_a_card_that_is_gone_says_so_and_shows_no_other(shown, opened):
    page = shown(board(), "#full=gone")
    expect(page.locator(".chart-notice")).to_contain_text("a card (gone)")

    frame = opened(_Address(page.url.replace("#", "?embed#")))

    expect(frame.locator("body")).to_have_text("This page has no such chart any more.")


def test_embed_code_frames_the_card_as_it_is(shown, opened):
    title = 'a "b" <c> & d'
    series = {(run, "m"): points(curve(9)) for run in ("one", "two")}
    page = shown(Board(series, cards=[(title, ["m"])]), permissions=["clipboard-read", "clipboard-write"])
    figure = page.locator("figure.chart-card")
    expect(figure).to_have_attribute("data-drawn", "true")
    page.get_by_label("log y").check()
    figure.get_by_role("button", name="more to do").click()
    figure.get_by_role("button", name="copy embed code").click()
    expect(figure.get_by_role("button", name="copied")).to_be_visible()
    code = page.evaluate("navigator.clipboard.readText()")

    read: list[dict[str, str | None]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: read.append({"tag": tag, **dict(attributes)})
    parser.feed(code)

    assert [(tag["tag"], tag["title"]) for tag in read] == [("iframe", title)]
    assert "?embed#y=log&full=" in read[0]["src"]
    frame = opened(_Address(read[0]["src"]))
    expect(frame.locator("figure.chart-card")).to_have_attribute("data-drawn", "true")
    expect(frame.locator(".chart-card__title")).to_have_text(title)


def test_a_phone_folds_the_toolbar_into_one_button(shown):
    page = shown(board(), viewport={"width": 390, "height": 800})
    expect(page.get_by_label("log y")).to_be_hidden()

    page.get_by_role("button", name="Charts ⋯").click()

    page.get_by_label("log y").check()
    assert words(page) == "y=log"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_menus_sheets_and_the_full_card_have_no_accessibility_fault(shown, scheme):
    page = shown(board(), color_scheme=scheme)
    auc = card(page, "auc")
    expect(auc).to_have_attribute("data-drawn", "true")

    def clean() -> None:
        found = Axe().run(page, options={"preload": False})
        assert found.violations_count == 0, found.generate_report()

    auc.get_by_role("button", name="more to do").click()
    clean()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    clean()
    page.keyboard.press("Escape")
    page.get_by_label("log y").check()
    page.get_by_role("button", name="save as board…").click()
    clean()
    page.keyboard.press("Escape")
    auc.focus()
    page.keyboard.press("f")
    clean()


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("cards", [1, 4])
def test_charts_fill_their_places_on_paper_undistorted(shown, cards, paper, landscape):
    page = shown(Board({("one", f"metric {n}"): points(curve(20, n)) for n in range(cards)}, kind="run"))
    canvases = page.locator("canvas.marks")
    expect(canvases).to_have_count(cards)
    on_screen = canvases.first.bounding_box()["width"]
    # what runs while the page is laid out as on paper; the promises of drawing have no more time than that
    page.evaluate(
        """matchMedia("print").addEventListener("change", ({matches}) => {
          if (!matches) return;
          const board = document.querySelector("[data-board]").getBoundingClientRect();
          window.paper = [...document.querySelectorAll(".chart-card")].map((card) => {
            const [plot, canvas] = [".chart-card__plot", "canvas"].map((part) =>
              card.querySelector(part).getBoundingClientRect());
            const {width, height} = card.querySelector("canvas");
            const room = [canvas.width / board.width, plot.width, plot.height];
            return [...room, canvas.width, canvas.height, width, height];
          });
        })"""
    )

    page.pdf(format=paper, landscape=landscape)

    printed = page.evaluate("window.paper")
    assert len(printed) == cards
    beside = 1 if cards == 1 else 3 if landscape else 2
    for share, width, height, shown_width, shown_height, pixels, rows in printed:
        assert share == pytest.approx(1 / beside, abs=0.025)
        assert (shown_width, shown_height) == (pytest.approx(width, abs=1), pytest.approx(height, abs=1))
        assert shown_height / rows == pytest.approx(shown_width / pixels, rel=0.01)
        assert 0.8 < shown_width / pixels < 1.3  # so that words have about the size they were drawn in
    expect(canvases.first).to_have_js_property("width", on_screen)


def test_charts_out_of_sight_have_their_size_again_after_printing(shown):
    page = shown(Board({("one", f"metric {n}"): points(curve(20, n)) for n in range(14)}, kind="run"))
    canvases = page.locator("canvas.marks")
    cards = page.locator(".chart-card")
    for number in range(14):
        cards.nth(number).scroll_into_view_if_needed()
        expect(cards.nth(number)).to_have_attribute("data-drawn", "true")
    page.evaluate("scrollTo(0, 0)")
    expect(cards.last).not_to_be_in_viewport()
    widths = canvases.evaluate_all("found => found.map(({width}) => width)")
    page.pdf(format="A4")

    for number, width in enumerate(widths):
        expect(canvases.nth(number)).to_have_js_property("width", width)
