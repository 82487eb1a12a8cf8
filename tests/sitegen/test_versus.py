"""A run beside the one before it, in words that claim no more than the data."""

from __future__ import annotations

from dataclasses import replace

from records import only, run

from logger.records import MetricDefinition
from sitegen.spreads import seed_spreads
from sitegen.urls import run_page
from sitegen.versus import over_baseline, runs_before, versus


def said(*runs, of: int = -1) -> str:
    experiment = only(*runs)
    member = experiment.runs[of]
    spreads = seed_spreads(experiment, experiment.main_metric) if experiment.main_metric else {}
    before = runs_before(experiment)[member.ordinal]
    parts = versus(experiment, member, before, spreads, run_page(member.run_id))
    return "".join(part.text for part in parts)


def test_params_that_differ_and_what_the_metric_did_are_named():
    text = said(
        run(1, name="calm-otter", params={"learning_rate": 0.1, "depth": 6}, metrics={"test/auc": [0.931]}),
        run(2, params={"learning_rate": 0.3, "depth": 6}, metrics={"test/auc": [0.5, 0.943]}),
    )

    assert text == (
        "Versus the run before, calm-otter: learning_rate 0.1 → 0.3;"
        " best test/auc 0.9310 → 0.9430, +0.0120, better."
    )


def test_difference_of_rounding_is_none():
    assert said(run(1, metrics={"loss": [0.3]}), run(2, metrics={"loss": [0.1 + 0.2]})).endswith(
        ", the same."
    )


def test_less_is_better_where_that_is_the_goal():
    assert said(run(1, metrics={"loss": [0.5]}), run(2, metrics={"loss": [0.7]})).endswith("+0.2000, worse.")


def test_without_a_goal_last_values_stand_beside_each_other_and_none_is_better():
    text = said(run(1, metrics={"speed": [5.0, 1.0]}), run(2, metrics={"speed": [3.0]}))

    assert text.endswith("nothing that was recorded differs; last speed 1 → 3, +2.")


def test_a_change_that_seeds_alone_make_is_called_noise():
    seeds = [run(n, params={"lr": 0.1, "seed": n}, metrics={"auc": [0.90 + n / 100]}) for n in (1, 2, 3)]

    text = said(*seeds, run(4, params={"lr": 0.3, "seed": 3}, metrics={"auc": [0.935]}))

    assert text.endswith(", +0.0050, within noise.")


def test_a_change_larger_than_what_seeds_make_is_not():
    seeds = [run(n, params={"lr": 0.1, "seed": n}, metrics={"auc": [0.90 + n / 100]}) for n in (1, 2, 3)]

    assert said(*seeds, run(4, params={"lr": 0.3, "seed": 3}, metrics={"auc": [0.99]})).endswith("better.")


def test_params_that_only_one_of_them_has_are_not_set_in_the_other():
    text = said(run(1, params={"a": 1}), run(2, params={"b": 2}))

    assert "a 1 → not set, b not set → 2." in text


def test_param_of_all_runs_that_logged_some_is_not_set_in_one_that_logged_none():
    text = said(run(1), run(2, params={"k": "x"}))

    assert text == "Versus the run before, run-1: k not set → x."


def test_many_differences_are_counted():
    text = said(run(1, params={f"p{n}": 0 for n in range(9)}), run(2, params={f"p{n}": 1 for n in range(9)}))

    assert text.endswith("p4 0 → 1 and 4 more.")


def test_another_commit_is_a_difference():
    old, new = ({"git_commit": letter * 40} for letter in "ab")

    assert "commit aaaaaaa → bbbbbbb." in said(run(1, provenance=old), run(2, provenance=new))


def test_runs_are_compared_within_their_parent_and_with_one_that_has_a_value():
    parent = f"{1:032x}"
    experiment = only(
        run(1, metrics={"auc": [0.5]}),
        run(2, parent=parent, metrics={"auc": [0.6]}),
        run(3),
        run(4, parent=parent, metrics={"auc": [0.7]}),
        run(5, metrics={"auc": [0.8]}),
        run(6, metrics={"auc": [0.8]}),
    )

    assert {after: before.ordinal for after, before in runs_before(experiment).items()} == {3: 1, 5: 4}


def test_a_parent_is_compared_with_the_parent_before_it():
    sweeps = [run(n, metrics={"auc": [0.5]}) for n in (1, 5)]
    trials = [run(n, parent=f"{n - 1:032x}", metrics={"auc": [0.6]}) for n in (2, 6)]

    experiment = only(sweeps[0], trials[0], run(3, metrics={"auc": [0.7]}), sweeps[1], trials[1])

    assert {after: before.ordinal for after, before in runs_before(experiment).items()} == {3: 0}


def test_the_unit_stands_behind_values():
    definitions = {"time": MetricDefinition("min", "s", None)}

    text = said(*(run(n, metrics={"time": [float(n)]}, definitions=definitions) for n in (1, 2)))

    assert "best time 1 s → 2 s, +1, worse." in text


def test_a_run_in_progress_is_judged_so_far():
    going = run(2, metrics={"loss": [0.7]}, status="running", ended=None)

    assert said(run(1, metrics={"loss": [0.5]}), going).endswith("+0.2000, worse so far.")


def against(*runs, of: int, baseline: str = 'attributes.run_name = "calm-otter"') -> str:
    experiment = only(*runs, baseline=baseline)
    member = experiment.runs[of]
    spreads = seed_spreads(experiment, experiment.main_metric)
    return "".join(part.text for part in over_baseline(experiment, member, spreads, run_page(member.run_id)))


def test_best_value_stands_against_that_of_the_baseline():
    runs = [
        run(1, name="calm-otter", metrics={"test/auc": [0.931]}),
        run(2, metrics={"test/auc": [0.943, 0.1]}),
        run(3, metrics={"test/auc": [0.9]}),
        run(4, metrics={"test/auc": [0.931]}),
        run(5, metrics={"test/auc": [float("nan")]}),
    ]

    assert [against(*runs, of=number) for number in range(5)] == [
        "; it is the baseline of the others",
        ", 0.012 over the baseline calm-otter",
        ", 0.031 under the baseline calm-otter",
        ", the same as the baseline calm-otter",
        "",
    ]
    assert against(*runs, of=1, baseline="attributes.run_name = 'none'") == ""


def test_distance_to_the_baseline_that_seeds_explain_is_called_noise():
    def repeated(first: int, depth: int, *values: float):
        return [
            run(first + seed, params={"depth": depth, "seed": seed}, metrics={"auc": [value]}, name=name)
            for seed, (value, name) in enumerate(zip(values, ("calm-otter", "other"), strict=True))
        ]

    runs = [
        *repeated(1, 1, 0.90, 0.80),
        *[
            replace(one, name=f"x{one.name}")
            for one in (*repeated(3, 2, 0.91, 0.81), *repeated(5, 3, 0.5, 0.51))
        ],
    ]

    assert against(*runs, of=2) == ", 0.01 over the baseline calm-otter, within noise"
    assert against(*runs, of=4) == ", 0.4 under the baseline calm-otter"
