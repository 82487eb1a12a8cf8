"""What is decided once about all runs of some stores."""

from __future__ import annotations

import math
import random

import pytest
from records import DAY, catalog, only, run, summary

from logger.records import ExperimentRecord, MetricDefinition, Problem
from sitegen.catalog import Reading, make_catalog
from sitegen.config import SiteConfig
from sitegen.metricinfo import best_value


def test_runs_are_ordered_by_creation_and_keep_their_ordinal_when_a_new_one_comes():
    runs = [run(number) for number in (3, 1, 2)]

    before = {one.run_id: one.ordinal for one in only(*runs).runs}
    after = {one.run_id: one.ordinal for one in only(*runs, run(9)).runs}

    assert [before[f"{n:032x}"] for n in (1, 2, 3)] == [0, 1, 2]
    assert before.items() <= after.items()


def test_catalog_does_not_depend_on_the_order_in_which_runs_were_read():
    runs = [run(n, experiment=f"e{n % 3}", params={"a": n % 2}, metrics={"auc": [n / 10]}) for n in range(12)]
    shuffled = runs[:]
    random.Random(1).shuffle(shuffled)

    assert catalog(*runs) == catalog(*shuffled)


def test_param_that_differs_is_told_from_one_that_does_not():
    experiment = only(
        run(1, params={"depth": 3, "seed": 1, "solver": "lbfgs"}),
        run(2, params={"depth": 3.0, "seed": 2, "solver": "lbfgs"}),
    )

    assert experiment.varying_params == ("seed",)
    assert experiment.constant_params == {"depth": 3, "solver": "lbfgs"}


def test_param_that_only_some_runs_have_differs_unless_the_others_have_none_at_all():
    experiment = only(run(1, params={"depth": 3, "dropout": 0.1}), run(2, params={"depth": 3}), run(3))

    assert experiment.varying_params == ("dropout",)
    assert experiment.constant_params == {"depth": 3}


def test_run_whose_facts_were_not_all_read_has_no_say_in_what_differs():
    runs = [run(n, params={"depth": 3, "seed": n, "solver": "lbfgs"}) for n in range(2)]

    experiment = only(*runs, run(2, params={"depth": 3}, facts_lost=True))

    assert experiment.varying_params == ("seed",)
    assert experiment.constant_params == {"depth": 3, "solver": "lbfgs"}


def test_true_differs_from_one_and_nan_is_like_nan():
    experiment = only(run(1, params={"a": True, "b": math.nan}), run(2, params={"a": 1, "b": math.nan}))

    assert experiment.varying_params == ("a",)


def test_run_is_ranked_by_its_best_value_over_steps():
    experiment = only(
        run(1, metrics={"auc": [0.5, 0.9, 0.6]}),
        run(2, metrics={"auc": [0.8, 0.8, 0.8]}),
        run(3, metrics={"other": [1.0]}),
        run(4, metrics={"auc": [math.nan]}),
    )

    assert experiment.ranked == (0, 1)


def test_lower_loss_is_better_and_the_goal_is_marked_as_assumed():
    experiment = only(run(1, metrics={"loss": [0.5]}), run(2, metrics={"loss": [0.2]}))

    assert experiment.ranked == (1, 0)
    assert experiment.main_metric is not None
    assert (experiment.main_metric.goal, experiment.main_metric.assumed) == ("min", True)


def test_defined_goal_overrules_the_name_and_the_later_definition_wins():
    experiment = only(
        run(1, metrics={"loss": [0.5]}, definitions={"loss": MetricDefinition("min", None, None)}),
        run(2, metrics={"loss": [0.2]}, definitions={"loss": MetricDefinition("max", "nat", "time")}),
    )

    (info,) = experiment.metrics
    assert (info.goal, info.assumed, info.unit, info.x) == ("max", False, "nat", "time")
    assert experiment.ranked == (0, 1)


def test_without_a_goal_no_run_is_called_best():
    experiment = only(run(1, metrics={"thing": [1.0]}), run(2, metrics={"thing": [2.0]}))

    assert experiment.ranked == ()
    assert experiment.main_metric is not None
    assert experiment.main_metric.name == "thing"


@pytest.mark.parametrize(
    ("metrics", "main"),
    [
        (["train/auc", "test/auc"], "test/auc"),
        (["loss", "val_loss", "accuracy", "val_accuracy"], "val_accuracy"),
        (["thing", "loss"], "loss"),
        (["system/error", "thing"], "thing"),
    ],
    ids=["held-out data", "score before loss", "a goal", "nothing of the machine"],
)
def test_runs_are_judged_by(metrics, main):
    experiment = only(run(1, metrics={name: [0.5] for name in metrics}))

    assert experiment.main_metric is not None
    assert experiment.main_metric.name == main


def test_metric_with_a_defined_goal_is_preferred():
    experiment = only(
        run(
            1,
            metrics={"test/auc": [0.5], "cost": [3.0]},
            definitions={"cost": MetricDefinition("min", None, None)},
        )
    )

    assert experiment.main_metric is not None
    assert experiment.main_metric.name == "cost"


def test_the_best_the_running_and_the_newest_runs_are_drawn():
    runs = [run(n, metrics={"auc": [1 - n / 100]}) for n in range(1, 31)]
    runs[20] = run(21, metrics={"auc": [0.1]}, status="running", alive=True)

    experiment = only(*runs)

    assert len(experiment.drawn) == 10
    assert {0, 1, 2, 3, 4, 20} <= set(experiment.drawn)


def test_run_in_progress_and_the_one_before_it_are_watched_and_drawn():
    runs = [run(n, metrics={"auc": [1 - n / 100]}) for n in range(30)]
    live = run(30, metrics={"auc": [0.1]}, status="running", alive=True)
    unknown = run(30, metrics={"auc": [0.1]}, status="running", alive=None)

    experiment = only(*runs, live, drawn_runs=3)

    assert experiment.watched == (30, 29)
    assert experiment.drawn == (0, 29, 30)
    assert only(*runs, unknown).watched == ()
    assert only(live).watched == (0,)


def test_ten_drawn_runs_have_ten_colours():
    values = {n: 1.0 - n % 7 / 10 for n in range(43)}
    experiment = only(*(run(n, metrics={"auc": [values[n]]}) for n in range(43)))

    assert len({ordinal % 10 for ordinal in experiment.drawn}) == 10


def test_without_a_goal_the_newest_runs_are_drawn():
    experiment = only(*(run(n, metrics={"thing": [1.0]}) for n in range(30)), run(99), drawn_runs=3)

    assert experiment.drawn == (27, 28, 29)


def test_runs_without_points_are_not_drawn():
    assert only(run(1), run(2)).drawn == ()


def test_two_stores_merge_by_experiment():
    one = Reading((ExperimentRecord("Fake Box", "a", DAY + 5),), (run(1, "Fake Box"),))
    other = Reading((ExperimentRecord("fake box", "b", DAY, note="older"),), (run(2, "fake box"),))

    merged = make_catalog([one, other])

    (experiment,) = merged.experiments
    assert (experiment.name, experiment.record.note) == ("fake box", "older")
    assert [(r.run_id[-1], r.store) for r in experiment.runs] == [("1", 0), ("2", 1)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_of_an_experiment_in_several_stores_what_was_said_last_holds(order):
    said = [
        ExperimentRecord(
            "box", "experiments/box-0", 1, "old", {"team": "a", "gone": "x", "own": "1"}, {"": 10, "team": 50}
        ),
        ExperimentRecord(
            "box", "experiments/box-0", 2, "new", {"team": "b"}, {"": 20, "team": 40, "gone": 60}
        ),
        ExperimentRecord("box", "experiments/box-0", 3, "of a site", {"team": "c", "more": "2"}),
    ]

    (merged,) = make_catalog([Reading((said[number],), ()) for number in order]).experiments

    assert merged.record.note == "new"
    assert merged.record.tags == {"team": "a", "own": "1", "more": "2"}
    assert merged.record.created == 1


def test_run_found_in_two_stores_is_shown_once_with_the_more_points():
    short = Reading((), (run(1, metrics={"auc": summary(0.1, 0.2)}),))
    long = Reading((), (run(1, metrics={"auc": summary(0.1, 0.2, 0.3)}),))

    for stores in ([short, long], [long, short]):
        (experiment,) = make_catalog(stores).experiments

        (only_run,) = experiment.runs
        assert only_run.record.metrics["auc"].count == 3
        assert stores[only_run.store] is long


def test_deleted_experiment_is_left_out():
    record = ExperimentRecord("fake box", "a", DAY, deleted=True)

    assert make_catalog([Reading((record,), (run(1),))]).experiments == ()


def test_experiment_without_runs_is_shown():
    (experiment,) = make_catalog([Reading((ExperimentRecord("empty", "a", DAY),), ())]).experiments

    assert (experiment.runs, experiment.main_metric, experiment.last_active) == ((), None, DAY)


def test_run_whose_experiment_lost_its_record_is_still_shown():
    (experiment,) = catalog(run(1, "lost one")).experiments

    assert experiment.name == "lost one"
    assert experiment.slug_href.startswith("e/lost-one-")


def test_problems_of_stores_experiments_and_runs_are_gathered_once():
    of_store, of_run = Problem("x", "foreign"), Problem("y", "damaged")
    reading = Reading(
        (ExperimentRecord("fake box", "a", DAY, problems=(of_store,)),),
        (run(1, problems=(of_run,)),),
        (of_store,),
    )

    assert make_catalog([reading]).problems == (of_store, of_run)


@pytest.mark.parametrize(
    ("files", "lost", "facts", "metrics"),
    [
        pytest.param([], {}, False, False, id="nothing damaged"),
        pytest.param(["points-a.arrow"], {"auc": 2}, False, False, id="points that a summary counts"),
        pytest.param(["points-a.arrow"], {}, False, True, id="points without a summary"),
        pytest.param(
            ["points-a.arrow", "points-b.arrow"], {"auc": 2}, False, True, id="points of two writers"
        ),
        pytest.param(["facts-a.jsonl"], {}, True, False, id="facts"),
        pytest.param(["facts-a.jsonl", "points-a.arrows"], {}, True, True, id="facts and points"),
    ],
)
def test_a_damaged_file_leaves_open_only_what_could_have_been_in_it(files, lost, facts, metrics):
    problems = tuple(Problem(f"experiments/x/y/{name}", "damaged") for name in files)
    record = run(1, metrics={"auc": [0.5, 0.6]}, problems=problems, facts_lost=facts)

    (experiment,) = make_catalog(
        [Reading((), (record,), lost={record.folder: lost})], SiteConfig()
    ).experiments

    (found,) = experiment.runs
    assert (found.lacks_facts, found.lacks_metrics) == (facts, metrics)


def test_an_import_that_could_not_read_all_leaves_open_what_was_set_and_what_was_measured():
    record = run(1, problems=(Problem("mlruns/0/1/params/lr", "is no text", imported=True),))

    (found,) = only(record).runs

    assert (found.lacks_facts, found.lacks_metrics) == (True, True)


def test_best_value_comes_with_its_step_and_needs_a_goal():
    values = summary(0.5, 0.9, math.inf, 0.9)

    assert best_value(values, "max") == (0.9, 1)
    assert best_value(values, "min") == (0.5, 0)
    assert best_value(values, None) is None
    assert best_value(summary(math.nan), "max") is None
    assert best_value(None, "max") is None


def test_experiments_are_listed_by_last_activity():
    found = catalog(run(1, "old"), run(5, "new"), run(3, "middle")).experiments

    assert [experiment.name for experiment in found] == ["new", "middle", "old"]


def test_empty_catalog_has_no_newest_time():
    assert (catalog().newest, catalog().run_count) == (0, 0)


def test_equal_scores_share_the_better_rank():
    experiment = only(*(run(n, metrics={"auc": [value]}) for n, value in enumerate([0.5, 0.9, 0.9, 0.7])))

    assert experiment.scores == (0.9, 0.9, 0.7, 0.5)
    assert [experiment.rank(score) for score in (0.9, 0.7, 0.5, 1.0)] == [(1, 2), (3, 1), (4, 1), (1, 0)]


def test_lower_scores_come_first_when_less_is_better():
    experiment = only(*(run(n, metrics={"loss": [value]}) for n, value in enumerate([0.5, 0.1, 0.7])))

    assert [experiment.rank(score) for score in experiment.scores] == [(1, 1), (2, 1), (3, 1)]
    assert experiment.ranked == (1, 0, 2)


# ---- what a configuration says


def test_goal_of_the_configuration_holds_before_what_runs_define_or_names_say():
    experiment = only(run(0, metrics={"loss": [1.0], "score": [2.0]}), goals={"score": {"goal": "min"}})

    metric = experiment.main_metric
    assert metric is not None
    assert (metric.name, metric.goal, metric.assumed) == ("score", "min", False)


def test_first_goal_of_the_configuration_that_was_logged_judges_runs():
    goals = {"gone": "max", "b": "min", "a": "max"}

    experiment = only(run(0, metrics={"a": [1.0], "b": [2.0]}), goals=goals)

    assert experiment.main_metric is not None
    assert experiment.main_metric.name == "b"


def test_baseline_is_the_newest_finished_run_that_matches_and_is_drawn():
    runs = [
        run(n, tags={"baseline": "true"} if n in (1, 2, 3) else {}, metrics={"acc": [n / 100]})
        for n in range(40)
    ]
    runs[3] = run(3, tags={"baseline": "true"}, status="failed", metrics={"acc": [0.0]})

    experiment = only(*runs, baseline="tags.baseline = 'true'")

    assert experiment.baseline == 2
    assert 2 in experiment.drawn


def test_there_is_no_baseline_where_none_matches():
    assert only(run(0), baseline="attributes.name = 'other'").baseline is None
