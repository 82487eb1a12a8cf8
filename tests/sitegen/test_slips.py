"""Slips of a configuration: what it names and no run has."""

from __future__ import annotations

import pytest
from records import catalog, run

from sitegen.config import SiteConfig
from sitegen.slips import slips

RUNS = [
    run(1, metrics={"test/auc": [0.5]}, params={"lr": 0.1}, tags={"stage": "final"}),
    run(2, "other", metrics={"loss": [1.0]}, status="failed"),
]


def said(*runs, **options) -> tuple[str, ...]:
    return tuple(map(str, slips(SiteConfig(**options), catalog(*runs, **options))))


@pytest.mark.parametrize(
    "case",
    [
        (
            {"goals": {"test/aucc": "max"}},
            'goals."test/aucc": no run logged a metric test/aucc; did you mean test/auc?',
        ),
        ({"goals": {"zebra": "max"}}, "goals.zebra: no run logged a metric zebra"),
        (
            {"boards": [{"cards": [{"metrics": ["loss"]}, {"metrics": ["los"]}]}]},
            "boards[0].cards[1].metrics: no run logged a metric los; did you mean loss?",
        ),
        (
            {"boards": [{"experiment": "Fake Box", "cards": [{"metrics": ["loss"]}]}]},
            "boards[0].cards[0].metrics: no run logged a metric loss",
        ),
        (
            {"boards": [{"hide": ["los"]}]},
            "boards[0].hide: no run logged a metric los; did you mean loss?",
        ),
        (
            {"boards": [{"experiment": "fake bx"}]},
            "boards[0].experiment: there is no experiment fake bx; did you mean fake box?",
        ),
        (
            {"goals": {"loss": {"x": "los"}}},
            "goals.loss.x: no run logged a metric los; did you mean loss?",
        ),
        ({"badges": ["los"]}, "badges: no run logged a metric los; did you mean loss?"),
        ({"gates": {"los": {"min": 0.9}}}, "gates.los: no run logged a metric los; did you mean loss?"),
        (
            {"boards": [{"options": {"x": "metric:los"}}]},
            "boards[0].options.x: no run logged a metric los; did you mean loss?",
        ),
        (
            {"boards": [{"options": {"group": "param:lrr,tag:stagy", "color": "param:l%20r", "y": "log"}}]},
            "boards[0].options.group: no run logged a param lrr; did you mean lr?",
            "boards[0].options.group: no run logged a tag stagy; did you mean stage?",
            "boards[0].options.color: no run logged a param l r; did you mean lr?",
        ),
        (
            {
                "boards": [
                    {"cards": [{"options": {"kind": "scatter", "axes": "param:lr,best:los,run:duration"}}]}
                ]
            },
            "boards[0].cards[0].options.axes: no run logged a metric los; did you mean loss?",
        ),
        (
            {"boards": [{"cards": [{"title": "empty"}, {"metrics": [], "options": {"kind": "scatter"}}]}]},
            "boards[0].cards[0]: it has neither metrics nor options.axes, and is not drawn",
            "boards[0].cards[1]: it has neither metrics nor options.axes, and is not drawn",
        ),
        (
            {"boards": [{"experiment": "other"}, {}, {"experiment": "Other"}, {"options": {"y": "log"}}]},
            "boards[2]: boards[0] is for Other, too, and holds: the first one does",
            "boards[3]: boards[1] is without an experiment, too, and holds: the first one does",
        ),
        ({"boards": [{"rest": "none"}]}, "boards[0].rest: it leaves no card to show of other, fake box"),
        (
            {"boards": [{"experiment": "other", "hide": ["loss"]}]},
            "boards[0].hide: it leaves no card to show of other",
        ),
        (
            {"boards": [{"experiment": "other", "cards": [{"metrics": ["los"]}], "rest": "none"}]},
            "boards[0].cards[0].metrics: no run logged a metric los; did you mean loss?",
            "boards[0].rest: it leaves no card to show of other",
        ),
        (
            {"baseline": "tags.stage = 'finl'"},
            "baseline: there is no finished run for which tags.stage = 'finl' holds",
        ),
    ],
    ids=lambda case: case[1].split(":")[0],
)
def test_what_a_configuration_names_and_no_run_has_or_shows_nothing_is_said(case):
    options, *words = case

    assert said(*RUNS, **options) == tuple(words)


def test_label_of_two_metrics_is_told_where_both_are_logged():
    goals = {name: {"label": "same"} for name in ("test/auc", "loss", "train/auc", "lr")}
    runs = [
        run(1, metrics={"loss": [1.0], "test/auc": [0.5], "train/auc": [0.5]}),
        run(2, "another", metrics={"lr": [0.1]}),
    ]

    assert said(*runs, goals=goals) == (
        "goals.loss.label: test/auc has the same label: both go by their names",
    )


@pytest.mark.parametrize(
    ("baseline", "more"),
    [
        ("attributes.run_id = '5eed0001'", f"; an id is compared as a whole: 5eed0001{'0' * 24}"),
        ('status = "finished" AND run_id=="5EED0002"', f"; an id is compared as a whole: 5eed0002{'0' * 24}"),
        ("run_id = '5eed000'", ""),
        ("run_id = '5eed0003'", ""),
        ("tags.run_id = '5eed0001'", ""),
        (f"run_id = '5eed0002{'0' * 24}' AND status = 'failed'", ""),
    ],
    ids=["its beginning", "in capitals", "that of two", "that of none", "in a tag", "the whole"],
)
def test_baseline_by_the_beginning_of_an_id_is_told_the_whole(baseline, more):
    runs = [run(n, run_id=f"5eed000{n}{'0' * 24}", metrics={"loss": [1.0]}) for n in (1, 2)]

    told = said(*runs, baseline=baseline)

    assert told == (f"baseline: there is no finished run for which {baseline} holds{more}",)


def test_what_is_there_and_a_site_without_runs_have_none():
    options = {
        "goals": {"test/auc": "max", "loss": "min"},
        "boards": [
            {"experiment": "FAKE BOX", "cards": [{"metrics": ["test/auc"], "options": {"line": "run"}}]},
            {"options": {"color": "metric", "line": "metric", "panel": "metric"}},
        ],
        "baseline": "tags.stage = 'final'",
    }

    assert said(*RUNS, **options) == ()
    assert said(goals={"test/aucc": "max"}) == ()
