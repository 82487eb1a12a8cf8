"""Pictures of runs that stand on a page without being asked."""

from __future__ import annotations

import pytest
from made_pages import curved, find, made_site, parsed, text_of
from records import only, run

from sitegen.cards import Card, CardMetric, board
from sitegen.pages.charts import sections, with_associations
from sitegen.pictures import compared, with_pictures


def options(card):
    return dict(card.options)


def test_runs_that_differ_get_a_scatter_over_the_numeric_param_with_most_values_and_parallel_axes():
    runs = [
        run(
            n,
            params={"kind": "ab"[n % 2], "depth": n % 2, "lr": 0.1 * n, "seed": 10 * n, "same": 1},
            metrics={"test/auc": [n / 10]},
        )
        for n in range(4)
    ]

    scatter, parallel = compared(only(*runs))

    assert options(scatter) == {"kind": "scatter", "axes": "param:lr,best:test/auc"}
    assert options(parallel) == {
        "kind": "parallel",
        "axes": "param:kind,param:depth,param:lr,best:test/auc",
    }
    assert (scatter.metrics, scatter.section, scatter.title) == ((), "Runs compared", "test/auc by lr")


@pytest.mark.parametrize(
    ("other", "called"), [("of test", "Area"), ("Area", "test/auc")], ids=["its own", "shared"]
)
def test_pictures_are_called_by_the_label_of_the_goal_where_no_other_metric_has_it(other, called):
    goals = {"test/auc": {"label": "Area"}, "loss": {"label": other}}
    runs = [
        run(n, params={"lr": n, "depth": n}, metrics={"test/auc": [n / 10], "loss": [n]}) for n in range(4)
    ]

    titles = [card.title for card in compared(only(*runs, goals=goals))]

    assert titles == [f"{called} by lr", f"{called} by all that differs"]


@pytest.mark.parametrize(
    "runs",
    [
        [run(1, params={"lr": 1}, metrics={"auc": [1]})],
        [run(1, params={"lr": 1}, metrics={"auc": [1]}), run(2, params={"lr": 1}, metrics={"auc": [2]})],
        [run(1, params={"lr": 1}, metrics={"speed": [1]}), run(2, params={"lr": 2}, metrics={"speed": [2]})],
        [run(1, params={"lr": 1}, metrics={"auc": [1]}), run(2, params={"lr": 2})],
        [run(1, params={"seed": 1}, metrics={"auc": [1]}), run(2, params={"seed": 2}, metrics={"auc": [2]})],
    ],
    ids=["one run", "nothing differs", "no goal", "one value", "only seeds"],
)
def test_where_nothing_can_be_compared_there_is_no_picture(runs):
    assert compared(only(*runs)) == ()


def test_two_runs_and_texts_alone_have_a_picture_less():
    two = [run(n, params={"lr": n, "depth": n}, metrics={"auc": [n]}) for n in (1, 2)]
    texts = [run(n, params={"a": f"x{n}", "b": f"y{n}"}, metrics={"auc": [n]}) for n in (1, 2, 3)]

    assert [options(card)["kind"] for card in compared(only(*two))] == ["scatter"]
    assert [options(card)["kind"] for card in compared(only(*texts))] == ["parallel"]


def test_words_of_users_are_coded_as_the_browser_codes_them():
    runs = [run(n, params={"a,b&c=d/é": n}, metrics={"auc: 100%": [n]}) for n in (1, 2)]

    (scatter,) = compared(only(*runs))

    assert options(scatter)["axes"] == "param:a%2Cb%26c%3Dd/%C3%A9,best:auc%3A%20100%25"


def test_pictures_stand_behind_the_curves_and_before_what_the_machine_did():
    runs = [run(n, params={"lr": n}, metrics={"auc": [n], "system/cpu": [n]}) for n in (1, 2)]
    experiment = only(*runs)

    cards = with_pictures(board([info.name for info in experiment.metrics]), experiment)

    assert [card.section for card in cards] == ["", "Runs compared", "system"]


def test_picture_that_a_board_names_is_not_added_again():
    experiment = only(*(run(n, params={"lr": n, "depth": -n}, metrics={"auc": [n]}) for n in (1, 2, 3)))
    scatter, parallel = compared(experiment)

    assert with_pictures((scatter,), experiment) == (scatter, parallel)
    assert with_pictures((parallel, scatter), experiment) == (parallel, scatter)


def test_the_page_says_what_goes_with_the_goal_and_claims_no_cause():
    site = made_site(
        *(
            curved(n, {"loss": [9.0, 1 - n / 10]}, params={"lr": n / 10, "n<b>": [3, 1, 4, 1, 5, 9][n]})
            for n in range(6)
        )
    )

    tree = parsed(site.experiment)

    (section,) = find(tree, "div", class_="associations")
    rows = [[text_of(cell) for cell in row] for row in section.iter("tr")]
    assert rows[1] == ["lr", "−1.00", "6", "larger values go with lower ones of the metric: better"]
    assert rows[2][0] == "n<b>"
    assert rows[2][3] == "no more than chance gives"
    assert "cause" not in text_of(section)
    titles = [text_of(title) for title in find(tree, "figcaption", class_="chart-card__title")]
    assert titles == ["loss", "loss by lr", "loss by all that differs"]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (["", "Runs compared", "system"], "Runs compared"),
        (["", "other", "system"], "other"),
        (["", "system"], ""),
        (["system"], "system"),
    ],
    ids=["runs compared", "no such section", "one section", "what the machine did alone"],
)
def test_what_goes_with_the_goal_is_told_on_every_board(places, expected):
    experiment = only(*(run(n, params={"lr": n}, metrics={"auc": [n / 9]}) for n in range(6)))
    cards = [Card(f"card {at}", place, (CardMetric("auc", ""),)) for at, place in enumerate(places)]

    told = with_associations(sections(cards, [], {}, True), experiment)

    assert [view.name for view in told if view.associations] == [expected]


def test_what_goes_with_the_goal_stands_behind_the_first_pictures_of_a_board_without_their_section():
    experiment = only(*(run(n, params={"lr": n}, metrics={"auc": [n / 9]}) for n in range(6)))
    cards = [Card("picture", "mine", ()), Card("auc", "other", (CardMetric("auc", ""),))]

    told = with_associations(sections(cards, [], {}, True), experiment)

    assert [view.name for view in told if view.associations] == ["mine"]
