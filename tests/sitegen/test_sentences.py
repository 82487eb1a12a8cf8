"""Sentences: no more than the data say."""

from __future__ import annotations

import math
from dataclasses import replace

from records import only, run, summary

from logger.records import MetricDefinition, RunRecord
from sitegen.sentences import (
    best_of_experiment,
    best_of_run,
    drawn_first,
    more_of_experiment,
    more_of_run,
    run_counts,
    what_differs,
)
from sitegen.urls import experiment_page


def said(sentence) -> str:
    return "".join(part.text for part in sentence).strip()


def best(*runs: RunRecord) -> str:
    experiment = only(*runs)
    return said(best_of_experiment(experiment, experiment_page(experiment.slug_href)))


def test_the_best_value_its_run_its_params_and_its_lead_are_named():
    text = best(
        run(1, name="calm-otter", params={"lr": 0.1, "depth": 6}, metrics={"test/auc": [0.9, 0.943]}),
        run(2, name="brisk-hare", params={"lr": 0.3, "depth": 6}, metrics={"test/auc": [0.9, 0.931]}),
    )

    assert text == "Best test/auc 0.9430 — calm-otter (lr 0.1), 0.012 ahead of brisk-hare."


def test_runs_of_one_name_are_told_apart_by_their_ids():
    ids = [f"01a2{n:028x}" for n in (0xA << 100, 0xB << 100, 1)]
    text = best(
        run(1, run_id=ids[0], name="growing", metrics={"auc": [0.9]}),
        run(2, run_id=ids[1], name="growing", metrics={"auc": [0.8]}),
        run(3, run_id=ids[2], name="old", metrics={"auc": [0.7]}),
    )

    assert text == "Best auc 0.9000 — growing 01a200a…, 0.1 ahead of growing 01a200b…."


def test_value_that_is_another_by_rounding_only_is_shared():
    text = best(run(1, metrics={"auc": [0.3]}), run(2, metrics={"auc": [0.1 + 0.2]}))

    assert "a value that 1 other run reached, too" in text


def test_runs_are_linked_and_values_carry_all_their_digits():
    experiment = only(run(1, metrics={"auc": [0.123456789]}), run(2, metrics={"auc": [0.1]}))

    parts = best_of_experiment(experiment, experiment_page(experiment.slug_href))

    assert [part.href for part in parts if part.href] == [
        f"../../r/{1:032x}/index.html",
        f"../../r/{2:032x}/index.html",
    ]
    assert "0.123456789" in {part.title for part in parts}


def test_run_that_shares_its_rank_says_with_how_many():
    experiment = only(*(run(n, metrics={"auc": [value]}) for n, value in enumerate([0.3, 0.1 + 0.2, 0.1])))

    said_of = [said(best_of_run(experiment, member)) for member in experiment.runs]

    assert said_of == [
        "Best auc 0.3000, rank 1 of 3, shared by 2.",
        "Best auc 0.3000, rank 1 of 3, shared by 2.",
        "Best auc 0.1000, rank 3 of 3.",
    ]


def test_run_without_a_finite_value_says_why_it_has_no_best():
    experiment = only(run(1, metrics={"auc": [math.nan, math.inf]}), run(2, metrics={"auc": [0.5]}), run(3))

    assert (
        said(best_of_run(experiment, experiment.runs[0])) == "auc has no finite value, so there is no best."
    )
    assert best_of_run(experiment, experiment.runs[2]) == ()


def test_the_step_of_the_best_and_the_last_value_stand_beside_it():
    experiment = only(run(1, metrics={"auc": [0.5, 0.9, 0.7]}))

    assert said(more_of_experiment(experiment)).startswith(
        "Reached at step 1; the last value, at step 2 (3 points), is 0.7000."
    )


def test_a_best_value_that_is_the_last_says_so():
    assert said(more_of_experiment(only(run(1, metrics={"auc": [0.5, 0.9]})))).startswith(
        "Reached at its last step, 1 (2 points)."
    )


def test_one_point_has_no_step_to_speak_of():
    assert said(more_of_experiment(only(run(1, metrics={"auc": [0.5]})))) == "Assumed: higher is better"


def test_a_goal_that_was_defined_is_not_assumed():
    definitions = {"auc": MetricDefinition(goal="max", unit=None, x=None)}

    experiment = only(run(1, metrics={"auc": [0.5, 0.9]}, definitions=definitions))

    assert "Assumed" not in said(more_of_experiment(experiment))


def test_lower_is_better_for_a_loss():
    text = best(run(1, name="a", metrics={"loss": [0.5]}), run(2, name="b", metrics={"loss": [0.4]}))

    assert text == "Best loss 0.4000 — b, 0.1 ahead of a."


def test_without_a_goal_no_run_is_best():
    experiment = only(run(1, metrics={"thing": [1.0]}), run(2, metrics={"thing": [2.0]}))

    assert best_of_experiment(experiment, experiment_page(experiment.slug_href)) == ()
    assert more_of_experiment(experiment) == ()
    assert best_of_run(experiment, experiment.runs[0]) == ()


def test_without_a_finite_value_no_run_is_best():
    assert best(run(1, metrics={"auc": [math.nan]})) == ""


def test_equals_share_the_place():
    text = best(*(run(n, name=f"r{n}", metrics={"auc": [1.0]}) for n in range(3)))

    assert text == "Best auc 1 — r0, a value that 2 other runs reached, too."


def test_runs_that_differ_in_their_seed_only_give_a_mean():
    runs = [run(n, params={"lr": 0.1, "seed": n}, metrics={"auc": [0.9 + n / 100]}) for n in range(3)]
    other = run(9, params={"lr": 0.3, "seed": 0}, metrics={"auc": [0.5]})

    text = said(more_of_experiment(only(*runs, other)))

    assert text.startswith("Mean of the 3 runs that differ only in seed: 0.9100 ± 0.01.")


def test_runs_that_logged_no_seed_are_no_repeats():
    metrics = {"test/auc": [0.95]}
    runs = [run(n, params={"lr": 0.1}, metrics=metrics) for n in range(3)]
    odd = run(4, params={"lr": 0.1, "seed": 1}, metrics=metrics)
    experiment = only(*runs, odd)

    assert "Mean" not in said(more_of_experiment(experiment))


def test_a_lead_that_seeds_alone_make_is_called_noise():
    values = {0: 0.92, 1: 0.93, 2: 0.95}
    runs = [run(n, params={"lr": 0.1, "seed": n}, metrics={"auc": [values[n]]}) for n in values]
    other = run(9, params={"lr": 0.3, "seed": 0}, metrics={"auc": [0.949]})
    far = run(10, params={"lr": 0.5, "seed": 0}, metrics={"auc": [0.99]})

    assert best(*runs, other).endswith("0.001 ahead of run-9, within noise.")
    assert best(*runs, far).endswith("0.04 ahead of run-2.")


def test_what_differs_is_counted_and_the_rest_is_the_same():
    runs = [
        run(
            n,
            params={"learning_rate": n / 10, "depth": n % 3, "batch": 32},
            provenance={"user": f"user {n % 2}", "script": "train.py"},
        )
        for n in range(5)
    ]

    assert said(what_differs(only(*runs))) == (
        "What differs: learning_rate (5 values), depth (3), user (2)."
        " Everything else is the same in all runs."
    )


def test_a_param_that_only_some_runs_have_differs():
    text = said(what_differs(only(run(1, params={"a": 1, "b": 2}), run(2, params={"a": 1}))))

    assert text == "What differs: b (only in 1 run). Everything else is the same in all runs."


def test_tags_that_differ_are_named_behind_the_params():
    tags = [{"team": "x", "variant": "A"}, {"team": "x", "variant": "B", "odd": "1"}]
    runs = [run(n, params={"a": n}, tags=tags[n]) for n in range(2)]

    assert said(what_differs(only(*runs))) == (
        "What differs: a (2 values), tag variant (2 values), tag odd (only in 1 run)."
        " Everything else is the same in all runs."
    )
    assert said(what_differs(only(run(1, tags={"variant": "A"}), run(2, tags={"variant": "B"})))) == (
        "What differs: tag variant (2 values). Everything else is the same in all runs."
    )


def test_runs_without_params_are_counted_where_others_have_some():
    text = said(what_differs(only(run(1), run(2, params={"k": "x"}), run(3, params={"k": "x"}))))

    assert text == "What differs: nothing that was recorded; 1 run logged no params."


def test_run_whose_facts_were_not_all_read_is_left_out_of_what_differs():
    runs = [run(n, params={"a": n, "b": 2}) for n in range(2)]
    cut = run(2, params={"a": 7}, facts_lost=True, status="unknown")

    assert said(what_differs(only(*runs, cut))) == (
        "What differs: a (2 values). Everything else is the same in all runs;"
        " 1 whose facts are damaged is left out."
    )
    assert what_differs(only(runs[0], cut)) == ()


def test_one_run_differs_from_nothing():
    assert what_differs(only(run(1, params={"a": 1}))) == ()


def test_runs_that_are_all_alike_are_said_to_be():
    text = said(what_differs(only(run(1, params={"a": 1}), run(2, params={"a": 1}))))

    assert text == "What differs: nothing that was recorded."


def test_many_differences_are_counted_not_listed():
    runs = [run(n, params={f"p{i}": n for i in range(20)}) for n in range(2)]

    text = said(what_differs(only(*runs)))

    assert "p7" in text
    assert "p8" not in text
    assert "and 12 more params" in text


def test_long_params_and_their_values_leave_a_sentence_short():
    name = "very.long.nested.name.that.goes.on.and.on.learning_rate_multiplier"
    others = [f"param_{i}.{'of_the_model_' * 4}{i}" for i in range(8)]
    runs = [
        run(n, params={"text": "x" * 400 + str(n), name: n, **dict.fromkeys(others, n)}, metrics={"auc": [n]})
        for n in (1, 2)
    ]
    experiment = only(*runs)

    found = best_of_experiment(experiment, experiment_page(experiment.slug_href))
    differs = what_differs(experiment)

    assert said(found).startswith(
        "Best auc 2 — run-2 (text xxxxxxxxxxxxxxxxxxxxxxx…, very.long.nested.name…multiplier 2, "
    )
    assert {part.text: part.title for part in found}["very.long.nested.name…multiplier"] == name
    assert next(part.title for part in found if part.text.startswith("xx")).startswith("x" * 40)
    for sentence in (said(found), said(differs)):
        assert "more params" in sentence
        assert len(sentence) < 330


def test_long_params_of_a_sentence_are_told_apart():
    names = [f"encoder.block_{n}.attention.inner.dropout_rate" for n in (1, 2)]
    runs = [run(n, params=dict.fromkeys(names, n)) for n in (1, 2)]

    sentence = what_differs(only(*runs))

    parts = {part.text: part.title for part in sentence if part.kind == "name"}
    assert list(parts.values()) == names
    assert all(len(text) <= 32 for text in parts)


def test_a_run_knows_its_rank():
    experiment = only(run(1, metrics={"auc": [0.5]}), run(2, metrics={"auc": [0.9]}))

    assert said(best_of_run(experiment, experiment.runs[0])) == "Best auc 0.5000, rank 2 of 2."


def test_nothing_of_a_run_in_progress_is_final():
    going = run(2, metrics={"auc": [0.7, 0.6]}, status="running", ended=None)
    experiment = only(run(1, metrics={"auc": [0.9]}), going)

    assert said(best_of_run(experiment, experiment.runs[1])) == "So far best auc 0.7000, rank 2 of 2."
    assert "the last value so far, at step 1" in said(more_of_run(experiment, experiment.runs[1]))
    rising = only(replace(going, metrics={"auc": summary(0.6, 0.7)}))
    assert "Reached at its last step so far, 1" in said(more_of_run(rising, rising.runs[0]))
    assert said(more_of_run(experiment, experiment.runs[0])) == "Assumed: higher is better"


def test_how_runs_ended_is_counted_when_not_all_are_finished():
    ends = ["finished", "failed", "failed", "running", "lost"]

    text = run_counts(only(*(run(n, status=status) for n, status in enumerate(ends))).runs)

    assert text == "5 runs, 1 not ended, 2 failed, 1 lost"
    assert run_counts(only(run(1, status="running", alive=True)).runs) == "1 run, 1 running"
    assert run_counts(only(run(1, status="unknown")).runs) == "1 run, 1 of unknown end"
    assert run_counts(only(run(1)).runs) == "1 run"


def test_a_very_long_name_does_not_fill_the_sentence():
    text = best(run(1, name="x" * 250, metrics={"auc": [0.5]}))

    assert len(text) < 120


def test_runs_drawn_at_first_are_put_into_words():
    runs = [run(n, metrics={"auc": [n / 100]}) for n in range(12)]

    some = drawn_first(only(*runs))

    assert some.text == "the best, then the best of other colours"
    assert "whose colour none of these has yet" in some.title
    assert drawn_first(only(*runs[:3])).text == ""


def test_runs_drawn_because_they_are_running_are_said_to_be():
    runs = [run(n, metrics={"thing": [1.0]}, status="running" if n == 5 else "finished") for n in range(12)]

    assert drawn_first(only(*runs)).text == "the newest and what is running, then the newest of other colours"


def test_a_last_step_that_is_the_number_of_points_says_both():
    counted = replace(summary(0.5, 0.9), last_step=2, max_step=2)

    assert said(more_of_experiment(only(run(1, metrics={"auc": counted})))).startswith(
        "Reached at its last step, 2."
    )


def test_runs_without_points_are_not_drawn_and_the_page_says_why():
    with_points = [run(n, metrics={"auc": [0.5]}) for n in range(2)]

    assert drawn_first(only(*with_points, run(2))).text == "no other has points"
    assert drawn_first(only(run(0), run(1))).text == "none has points"
