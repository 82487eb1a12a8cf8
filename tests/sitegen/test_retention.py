"""Which runs stay in a site that is to stay small: by rules that can be read, never by the clock."""

from __future__ import annotations

import pytest
from builders import START, RunPlan, make_store
from pydantic import ValidationError
from records import DAY, catalog, run

from sitegen.build import build
from sitegen.config import SiteConfig
from sitegen.keeprules import Age, Matching, Newest, parse_rules
from sitegen.retention import retain

A_DAY = 86_400_000_000  # microseconds


def runs(count: int, **of: dict) -> list:
    """Runs a day apart; fields of some by number, as `_3={…}`."""
    return [
        run(
            number,
            started=DAY + number * A_DAY,
            ended=DAY + number * A_DAY,
            last_active=DAY + number * A_DAY,
            **of.get(f"_{number}", {}),
        )
        for number in range(count)
    ]


def kept(made: list, *rules: str, now_us: int | None = None, **options: object) -> list[int]:
    found = catalog(*made, **options)
    dropped = retain(found, rules, now_us).dropped
    return [int(one.run_id, 16) for one in made if one.run_id not in dropped]


def test_without_rules_all_runs_stay():
    assert kept(runs(5)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        (["2d"], [7, 8, 9]),
        (["48h"], [7, 8, 9]),
        (["3"], [7, 8, 9]),
        (["0"], []),
        (["1w"], [2, 3, 4, 5, 6, 7, 8, 9]),
        (["1d,4"], [6, 7, 8, 9]),
        (["1d", "4"], [6, 7, 8, 9]),
        (["attributes.run_name = 'run-3'"], [3]),
        (["attributes.run_name IN ('run-3', 'run-4')", "1"], [3, 4, 9]),
    ],
    ids=str,
)
def test_a_run_stays_when_one_of_the_rules_keeps_it(rules, left):
    assert kept(runs(10), *rules) == left


def test_the_count_is_of_each_experiment():
    made = [*runs(3), *(run(number, "other") for number in range(10, 13))]

    assert kept(made, "1") == [2, 12]


def test_age_counts_from_the_newest_fact_or_the_given_time():
    assert kept(runs(5), "1d") == [3, 4]
    assert kept(runs(5), "1d", now_us=DAY + 5 * A_DAY) == [4]


def test_baseline_tagged_living_and_parents_stay_whatever_the_rules_say():
    made = runs(
        10,
        _0={"tags": {"keep": ""}},
        _1={"tags": {"keep": "yes"}},
        _2={"tags": {"keep": "false"}},
        _3={"tags": {"base": "1"}},
        _4={"status": "running", "alive": True},
        _5={"status": "running", "alive": None},
        _6={},
        _7={"parent": f"{6:032x}"},
        _8={"tags": {"keep": "x"}, "parent": f"{7:032x}"},
    )

    assert kept(made, "1", baseline="tags.base = '1'") == [1, 3, 4, 6, 7, 8, 9]
    assert retain(catalog(*made, baseline="tags.base = '1'"), ["1"], None).spared == 6


def test_rules_are_read_as_they_are_meant():
    assert parse_rules("90d, 50") == (Age(90 * A_DAY, "90d"), Newest(50, "50"))
    assert parse_rules("params.a IN ('1', '2')") == (Matching("params.a IN ('1', '2')"),)


@pytest.mark.parametrize("text", ["", "90", "90x", "d", "-1", "1.5d", "90d,", "50,x", "metrics.", "90 years"])
def test_rules_that_say_nothing_are_refused(text):
    if text == "90":
        assert parse_rules(text) == (Newest(90, "90"),)
        return
    with pytest.raises(
        ValidationError, match=r"it can be an age such as 90d .*, a count such as 50, or a filter"
    ):
        SiteConfig(keep=[text])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90 days", "90d"),
        ("1 Day, 50 runs", "1d,50"),
        ("12hours", "12h"),
        ("5 mins", "5m"),
        ("2 wks,7d", "2w,7d"),
        ("3 months", "90d"),
        ("1 year", "365d"),
    ],
)
def test_a_rule_in_words_is_refused_with_the_one_that_was_meant(text, meant):
    with pytest.raises(ValueError, match=f"or a filter. Try: '{meant}'$"):
        parse_rules(text)
    assert len(parse_rules(meant)) == len(text.split(","))


def test_what_is_left_out_is_out_of_the_site_and_stays_in_the_store(tmp_path):
    plans = [
        RunPlan({"auc": [0.5]}, "old"),
        *(RunPlan({"auc": [0.5]}, "new", started=START + A_DAY * n) for n in (8, 9)),
    ]
    store = make_store(tmp_path, plans)

    report = build([store], tmp_path / "public", SiteConfig(keep=["2d"]))

    assert (report.runs, len(report.retention.dropped)) == (2, 1)
    assert len(list((tmp_path / "public/r").iterdir())) == 2
    assert len(list((tmp_path / "public/e").iterdir())) == 1
    assert build([store], tmp_path / "all").runs == 3


def test_a_site_with_its_rules_is_the_same_when_built_again(tmp_path):
    plans = [RunPlan({"auc": [0.5]}, started=START + A_DAY * n) for n in range(9)]
    config = SiteConfig(keep="3d,2")
    build([make_store(tmp_path, plans)], tmp_path / "public", config)

    report = build([tmp_path / "public"], tmp_path / "public", config)

    assert report.kept == report.files
    assert report.retention.dropped == frozenset()
