"""A site that grows towards the limit of its host says so, and what takes the space."""

from __future__ import annotations

from builders import RunPlan, make_store

from sitegen.budget import Spent, judged
from sitegen.build import build
from sitegen.config import SiteConfig


def spent() -> Spent:
    made = Spent()
    made.add("index.html", 100)
    made.add("r/x/index.html", 200)
    made.add("data/points-0.parquet", 400)
    made.add("shards/x.js", 300)
    made.add_to("big box", 600)
    made.add_to("small box", 100)
    return made


def test_a_site_well_below_its_budget_says_nothing():
    assert judged(spent(), 1251) is None


def test_close_to_the_budget_the_largest_come_first():
    warned = judged(spent(), 1250)

    assert warned is not None
    assert not warned.is_over
    assert warned.sentence.startswith("the site has 1.0 kB, 80% of the budget of 1.2 kB")
    assert warned.lines == (
        "400 B data",
        "300 B pages",
        "300 B points of charts",
        "600 B experiment big box",
        "100 B experiment small box",
    )


def test_beyond_the_budget_is_said_as_that():
    assert judged(spent(), 1000).is_over is False
    assert judged(spent(), 999).is_over is True


def test_what_a_build_counts_is_what_it_wrote(tmp_path):
    store = make_store(tmp_path, [RunPlan({"auc": [0.5]}, "a"), RunPlan({"auc": [0.5] * 500}, "b")])

    report = build([store], tmp_path / "public", SiteConfig(budget_bytes=1))

    assert report.warned is not None
    assert report.warned.is_over
    named = [line.rpartition("experiment ")[2] for line in report.warned.lines if "experiment" in line]
    assert named == ["b", "a"]
    assert (tmp_path / "public/index.html").is_file()
