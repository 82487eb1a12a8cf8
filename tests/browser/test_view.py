"""The view is the address: readable, short, proof against any name, and Back undoes."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from boards import Board, curve, points
from builders import RunPlan
from playwright.sync_api import Page, expect
from sites import built_site, page_of

from sitegen.options import CARD_CHOICES, CHOICES, NAMED, SMOOTHEST

HOSTILE = [
    "__proto__",
    "a.b[0]",
    "</script>",
    "a&b=c",
    "50%+1",
    "x,y",
    "#:+1",
    "constructor",
    "été 🎉",
    "%2F/",
]


def board(runs=3, metrics=("auc", "loss", "lr"), **options) -> Board:
    return Board(
        {(f"run {run}", metric): points(curve(20, run)) for run in range(runs) for metric in metrics},
        **options,
    )


def figure(page: Page, number: int = 0):
    return page.locator("figure.chart-card").nth(number)


def words(page: Page) -> str:
    return page.url.partition("#")[2]


def add(page: Page, name: str, number: int = 0) -> None:
    figure(page, number).get_by_role("button", name="add metric…").click()
    page.get_by_role("searchbox", name="search metrics").fill(name)
    page.locator(".chart-picker__list button").get_by_text(name, exact=True).click()


def test_page_as_built_has_no_words_in_its_address(shown):
    page = shown(board())

    expect(figure(page)).to_have_attribute("data-drawn", "true")
    assert words(page) == ""
    expect(page.get_by_role("button", name="reset view")).to_be_hidden()


def test_every_choice_is_readable_in_the_address(shown):
    page = shown(board())

    page.get_by_label("x axis").select_option("relative time")
    page.get_by_label("log y").check()
    add(page, "loss")

    assert words(page) == "x=relative&y=log&card:auc=auc,loss"
    expect(figure(page)).to_have_attribute("data-series", "6")


def test_any_name_survives_the_way_through_the_address(shown, opened):
    page = shown(board(runs=1, metrics=("auc", *HOSTILE)))
    for count, name in enumerate(HOSTILE, 2):
        add(page, name)
        expect(figure(page)).to_have_attribute("data-series", str(count))

    fresh = opened_again(opened, page)

    expect(figure(fresh)).to_have_attribute("data-series", str(1 + len(HOSTILE)))
    expect(figure(fresh).locator(".chart-chip__word")).to_have_text(["auc", *HOSTILE])
    expect(fresh.locator(".chart-notice")).to_have_count(0)


def test_card_with_a_hostile_title_keeps_its_metrics(shown, opened):
    title = "+1 & card:auc=</script>"
    page = shown(board(runs=2, cards=[(title, ["auc"]), ("loss", ["loss", "lr"])]))
    add(page, "lr")
    expect(figure(page)).to_have_attribute("data-series", "4")

    fresh = opened_again(opened, page)

    expect(fresh.locator("figure.chart-card")).to_have_count(2)
    expect(figure(fresh)).to_have_attribute("data-series", "4")


def test_back_undoes_and_forward_does_it_again(shown):
    page = shown(board())
    add(page, "loss")
    expect(figure(page)).to_have_attribute("data-series", "6")
    page.get_by_label("log y").check()

    page.go_back()
    expect(page.get_by_label("log y")).not_to_be_checked()
    page.go_back()
    expect(figure(page)).to_have_attribute("data-series", "3")
    page.go_forward()

    expect(figure(page)).to_have_attribute("data-series", "6")


def test_runs_are_named_by_their_shortest_unique_prefix(shown):
    page = shown(board())

    page.evaluate("runfolio.view.toggleRun(1)")

    short = "0199f3c2a7d8000"
    assert words(page) == f"runs={short}0,{short}2"
    expect(figure(page)).to_have_attribute("data-series", "2")


def test_all_runs_and_no_run_are_short_words(shown):
    page = shown(board(runs=12))
    expect(figure(page)).to_have_attribute("data-series", "10")

    page.evaluate("runfolio.view.setRuns([...Array(12).keys()])")
    assert words(page) == "runs=all"
    expect(figure(page)).to_have_attribute("data-series", "12")
    page.evaluate("runfolio.view.setRuns([])")

    assert words(page) == "runs="
    expect(figure(page)).to_have_attribute("data-series", "0")
    expect(figure(page)).to_contain_text("No run is drawn")


def test_fifty_runs_fit_into_two_thousand_characters(shown):
    page = shown(board(runs=60, metrics=("auc",)))

    page.evaluate("runfolio.view.setRuns([...Array(50).keys()])")

    assert len(words(page)) < 2_000


def test_what_a_link_names_and_the_page_lacks_is_said(shown):
    page = shown(board(), "#runs=0199f3c2a7d80001,ffff&card:auc=auc,gone%20metric")

    notice = page.locator("[data-view-notice]")
    expect(notice).to_contain_text("ffff")
    expect(notice).to_contain_text("gone metric")
    expect(figure(page)).to_have_attribute("data-series", "1")


def test_link_whose_runs_are_all_gone_shows_the_page_as_built_below_a_line_that_says_so(shown):
    page = shown(board(), "#runs=ffff&baseline=eeee")

    expect(figure(page)).to_have_attribute("data-series", "3")
    notice = page.locator("[data-view-notice]")
    expect(notice).to_contain_text("2 runs (ffff, eeee)")
    assert notice.bounding_box()["height"] < 60


TOLD = {  # what a link says → how the page tells that it has no such thing
    "x=foo": "says what cannot be read: x=foo",
    "smooth=abc&y=logg": "says what cannot be read: smooth=abc, y=logg",
    "smooth=-1": "says what cannot be read: smooth=-1",
    "smooth=20000&smooth:auc=1002&smoother:auc=median": "says what cannot be read: "
    "smooth=20000 (0.999 at most), smooth:auc=1002 (1001 at most)",
    "ylim=a..b&zoom=10..5": "says what cannot be read: ylim=a..b, zoom=10..5",
    "ylim:auc=0.9..0.5": "says what cannot be read: ylim:auc=0.9..0.5",
    "group=opt": "says what cannot be read: group=opt",
    "link=all&step=last&same=no": "says what cannot be read: link=all, step=last, same=no",
    "brush=param:opt=2..1": "says what cannot be read: brush=param:opt=2..1",
    "hide:auc=z": "says what cannot be read: hide:auc=z",
    "hide:auc=rffff,mgone": "names a run (ffff) and a metric (gone)",
    "x=metric:gone": "names a metric (gone)",
    "sort=nosuch:x": "names a column (nosuch:x)",
    "sort=-delta:best:gone&cols=param:opt,odd": "names 2 columns (best:gone, odd)",
    "color=param:none&line=tag:a&panel=tag:b": "names 3 columns (param:none, tag:a, tag:b)",
    "axes:auc=best:gone": "names a column (best:gone)",
    "card:nosuch=auc": "names a card (nosuch)",
    "off=one&after:two=auc&after:auc=three": "names 3 cards (two, three, one)",
    "fold=attic": "names a section (attic)",
    f"x={'long' * 20}": "says what cannot be read: x=longlonglonglonglonglon…nglonglonglong",
}
HEEDED = (  # words that this page has use for, and keys that nobody knows
    "runs=&x=relative&smooth=0.5&ylim=0.1..&zoom:auc=..3&group=param:opt,seeds&sort=-best:auc,param:opt&cols=none",
    "x=metric:auc&color=param:opt&line=run&cols=*param:opt&sort=-delta:best:auc&baseline=none&pins=none&brush=param:opt=adam",
    "card:+1=auc&hide:auc=mauc&off=auc&after:auc=&fold=&link=zoom&full=auc&cards=(&find=a%20=&group=&sort=&brush=",
    "later=1&what:auc=2&__proto__=3",
    "smooth=0.999&smoother:auc=gauss&smooth:auc=100",
)


def test_any_known_key_whose_value_the_page_has_no_use_for_is_told(tmp_path, opened):
    runs = [RunPlan({"auc": [0.5]}, params={"opt": opt}, name=opt) for opt in ("adam", "sgd")]
    page = opened(page_of(built_site(tmp_path, runs)))
    notice = page.locator("[data-view-notice]")

    for fragment, told in TOLD.items():
        page.evaluate("(words) => (location.hash = words)", fragment)
        expect(notice).to_contain_text(f"The link {told}")
    for fragment in HEEDED:
        page.evaluate("(words) => (location.hash = words)", fragment)
        expect(notice).to_have_count(0)


def test_limits_of_x_go_with_the_x_that_they_were_chosen_for(shown):
    page = shown(board(), "#zoom:auc=0..5&ylim:auc=0..1")
    expect(figure(page)).to_have_attribute("data-drawn", "true")
    page.get_by_label("x axis").select_option("relative")

    expect(page.locator("figure.chart-card").first).to_have_attribute("data-drawn", "true")
    assert words(page) == "x=relative&ylim:auc=0..1"
    page.evaluate("location.hash = 'zoom:auc=1e6..2e6'")
    expect(figure(page).locator(".chart-card__footer")).to_contain_text("nothing within the limits of x")


def test_card_that_is_gone_but_has_its_metrics_is_shown_in_a_frame_of_its_own(shown):
    page = shown(board(), "?embed#card:gone=auc&full=gone")

    expect(page.locator("figure.chart-card")).to_have_attribute("data-series", "3")


def test_a_card_that_is_gone_is_told_and_not_made_anew(shown):
    page = shown(board(), "#size:gone=large&pin:old=on&y:auc=log")

    expect(page.locator("[data-view-notice]")).to_contain_text("2 cards (gone, old)")
    expect(page.locator("figure.chart-card")).to_have_count(3)
    assert page.evaluate("runfolio.view.option('y', runfolio.view.state.cards[0])") == "log"


def test_columns_that_are_gone_are_told_and_nothing_goes_by_them(tmp_path, opened):
    runs = [RunPlan({"auc": [0.5]}, params={"opt": opt}, name=opt) for opt in ("adam", "sgd")]
    site = built_site(tmp_path, runs)
    page = opened(
        page_of(site),
        "#group=param:gone&sort=-best:never&cols=*param:opt,param:left&brush=param:old=1..2;param:opt=adam",
    )

    expect(page.locator("[data-view-notice]")).to_contain_text(
        "4 columns (param:gone, best:never, param:left, param:old)"
    )
    expect(page.get_by_label("group by")).to_have_value("")
    expect(page.locator("[data-runs-table] thead th[data-field]")).to_have_count(2)

    page.evaluate("location.hash = '#group=param:opt,param:gone'")
    expect(page.locator("[data-view-notice]")).to_contain_text("a column (param:gone)")
    assert page.evaluate("runfolio.view.option('group')") == ["param:opt"]


@pytest.mark.parametrize("name", ["a,b", "50%", "a%2Cb", "x;y=1..2|z", "-*p", "q&r"])
def test_columns_of_any_name_are_not_taken_for_gone(tmp_path, opened, name):
    runs = [RunPlan({"auc": [0.5]}, params={name: value}, name=f"run {value}") for value in (1, 2)]
    page = opened(page_of(built_site(tmp_path, runs)))
    expect(page.locator("[data-runs-table] tbody input")).to_have_count(2)
    page.evaluate(
        """(name) => {
          const { brush, columns, sorting, tableLayout, view } = runfolio;
          const column = columns.field(`param:${name}`);
          view.set("sort", sorting.text([{ column, falling: true }]));
          tableLayout.set([{ column, pinned: true }]);
          brush.set(column.field, { range: [0, 9], ids: new Set() });
          view.choose("group", [column.field]);
        }""",
        name,
    )
    address = page.url

    page = opened(page_of(tmp_path / "public"), "#" + address.partition("#")[2])

    expect(page.locator("[data-runs-table] tbody input")).to_have_count(2)
    assert page.evaluate("runfolio.view.state.missing.columns") == []
    assert page.evaluate("runfolio.view.option('group')") == [f"param:{name}"]


@pytest.mark.parametrize(
    "fragment",
    [
        "#nonsense&=&&x",
        "#x=%E0%A4%A&smooth=abc&y=",
        "#zoom:auc=9..1&hide:auc=z,m,r",
        "#card:%=%&__proto__=1",
        "#x=metric:",
    ],
)
def test_broken_address_shows_the_page(shown, fragment):
    page = shown(board(), fragment)

    expect(page.locator("figure[data-drawn=true]").last).to_have_attribute("data-series", "3")


def test_keys_of_others_are_kept(shown):
    page = shown(board(), "#sort=-auc&later%20key=1")
    assert page.evaluate("runfolio.view.get('sort')") == "-auc"

    page.get_by_label("log y").check()

    assert words(page) == "y=log&sort=-auc&later%20key=1"


def test_new_card_holds_what_is_put_on_it(shown, opened):
    page = shown(board())
    page.get_by_role("button", name="new card…").click()
    page.locator(".chart-picker__list button").get_by_text("lr", exact=True).click()
    expect(page.locator("figure.chart-card")).to_have_count(4)
    add(page, "loss")
    expect(figure(page)).to_have_attribute("data-series", "6")

    fresh = opened_again(opened, page)
    expect(fresh.locator("figure.chart-card")).to_have_count(4)
    expect(figure(fresh)).to_have_attribute("data-series", "6")
    expect(figure(fresh).locator(".chart-card__title")).to_have_text("lr + loss")
    figure(fresh).get_by_role("button", name="more to do").click()
    figure(fresh).get_by_role("button", name="remove", exact=True).click()

    expect(fresh.locator("figure.chart-card")).to_have_count(3)


def test_card_of_a_metric_set_that_is_gone_stays_a_card(shown):
    page = shown(board(), "#card:old%20name=auc,lr&hide:old%20name=mlr&zoom:old%20name=3..9")

    expect(page.locator("figure.chart-card")).to_have_count(4)
    expect(figure(page)).to_have_attribute("data-series", "3")
    assert page.evaluate("runfolio.view.option('zoom', runfolio.view.state.cards[0])") == [3, 9]


@pytest.mark.parametrize("title", ["lr", "+1"], ids=["plain titles", "a title as names of own cards are"])
def test_keys_say_the_same_however_much_of_them_is_encoded(shown, title):
    page = shown(board(cards=[(title, ["lr"]), ("a: b", ["auc"]), ("loss", ["loss"])]))
    own = [
        "card:+2=loss",
        "x:+2=metric:lr",
        "size:+2=wide",
        "y:a%3A%20b=log",
        "after:a%3A%20b=+2",
        "off=loss",
    ]
    read = "(text) => runfolio.address.format(runfolio.address.parse(text))"
    plain = page.evaluate(read, "&".join(own))
    assert sorted(plain.split("&")) == sorted(own)

    for written in (
        [word.replace("+", "%2B") for word in own],
        [word.replace(":", "%3A", 1) for word in own],
        [word.replace("+", "%2b").replace(":", "%3a") for word in own],
    ):
        assert page.evaluate(read, "&".join(written)) == plain
        page.evaluate("(text) => { location.hash = text; }", "&".join(written))
        expect(figure(page)).to_have_attribute("data-size", "wide")
        expect(page.locator("[data-view-notice]")).to_be_hidden()
    assert page.evaluate(read, "y:%2B1=log") == ("y:%2B1=log" if title == "+1" else "")


def test_runs_are_found_also_where_what_is_between_them_was_encoded(shown):
    page = shown(board())
    page.evaluate("runfolio.view.toggleRun(1)")
    chosen = words(page)

    page.evaluate(
        "(text) => { location.hash = text; }",
        chosen.replace(",", "%2C") + "&pins=" + chosen[5:].replace(",", "%2c"),
    )

    expect(page.locator("[data-view-notice]")).to_be_hidden()
    assert page.evaluate("[...runfolio.view.state.runs]") == [0, 2]
    assert page.evaluate("runfolio.view.get('pins').split(',').length") == 2


def test_chip_is_removed_and_the_reset_brings_it_back(shown):
    page = shown(board(cards=[("auc", ["auc", "loss"])]))

    figure(page).get_by_role("button", name="remove loss from this card").click()
    expect(figure(page)).to_have_attribute("data-series", "3")
    page.get_by_role("button", name="reset view").click()

    expect(figure(page)).to_have_attribute("data-series", "6")
    assert words(page) == ""


def test_legend_toggles_one_and_isolates_with_a_double_click(shown, opened):
    page = shown(board())
    entry = figure(page).get_by_role("button", name="run 1")

    entry.click()
    expect(figure(page)).to_have_attribute("data-series", "2")
    expect(entry).to_have_attribute("aria-pressed", "false")
    entry.dblclick()
    expect(figure(page)).to_have_attribute("data-series", "1")
    assert re.fullmatch(r"hide:auc=r[0-9a-f]+,r[0-9a-f]+", words(page))

    fresh = opened_again(opened, page)
    expect(figure(fresh)).to_have_attribute("data-series", "1")


def test_zoom_is_in_the_address_and_a_double_click_takes_it_out(shown, opened):
    page = shown(board())
    expect(figure(page)).to_have_attribute("data-drawn", "true")
    box = figure(page).locator(".chart-card__plot").bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 90, steps=4)
    page.mouse.up()
    expect(figure(page).get_by_role("button", name="zoom out")).to_be_visible()
    assert re.fullmatch(r"zoom:auc=[\d.]+\.\.[\d.]+", words(page))

    fresh = opened_again(opened, page)
    expect(figure(fresh).get_by_role("button", name="zoom out")).to_be_visible()
    expect(figure(fresh)).to_have_attribute("data-drawn", "true")
    figure(fresh).locator(".chart-over").dblclick(position={"x": 150, "y": 90})

    expect(figure(fresh).get_by_role("button", name="zoom out")).to_be_hidden()
    assert words(fresh) == ""


def test_wheel_zooms_only_with_control(shown):
    page = shown(board())
    expect(figure(page)).to_have_attribute("data-drawn", "true")
    figure(page).locator(".chart-over").hover(position={"x": 200, "y": 80})

    page.mouse.wheel(0, -200)
    page.wait_for_timeout(200)
    assert words(page) == ""
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)

    expect(figure(page).get_by_role("button", name="zoom out")).to_be_visible()
    assert words(page).startswith("zoom:auc=")


def opened_again(opened, page: Page) -> Page:
    """The page at the same address, in a fresh profile."""
    address = urlsplit(page.url)
    return opened(Path(unquote(address.path)), f"#{address.fragment}")


def test_configuration_knows_the_options_of_the_page(shown):
    page = shown(board())

    known = page.evaluate(
        "[...runfolio.options].map(([name, { group, choices, kinds }]) =>"
        " [name, group, choices && !kinds ? choices.map(([word]) => word) : []])"
    )

    assert {name: tuple(words) for name, _, words in known} == dict(CARD_CHOICES)
    assert {name for name, group, _ in known if group != "card"} == set(CHOICES)
    named = page.evaluate(
        "[...runfolio.options].filter(([, { kinds }]) => kinds).map(([name, { choices, words, kinds }]) =>"
        " [name, (words ?? choices.map(([word]) => word)).sort(), [...kinds].sort()])"
    )
    assert {name: (words, kinds) for name, words, kinds in named} == {
        name: (sorted(words), sorted(kinds)) for name, (words, kinds) in NAMED.items()
    }
    limits = page.evaluate("[...runfolio.smooth.KINDS].map(([name, {limit}]) => [name, limit])")
    assert dict(limits) == dict(SMOOTHEST)


def test_options_that_the_site_sets_hold_until_the_reader_chooses(shown, opened):
    page = shown(board(options={"y": "log"}, card_options={"auc": {"y": "linear"}}))
    expect(page.get_by_label("log y")).to_be_checked()
    assert page.evaluate("runfolio.view.option('y', runfolio.view.card('=auc'))") == "linear"
    assert words(page) == ""

    page.get_by_label("log y").uncheck()
    page.evaluate("runfolio.view.choose('y', null, '=auc')")

    assert words(page) == "y=linear&y:auc="
    fresh = opened_again(opened, page)
    expect(fresh.get_by_label("log y")).not_to_be_checked()
    assert fresh.evaluate("runfolio.view.card('=auc').options.size") == 0
