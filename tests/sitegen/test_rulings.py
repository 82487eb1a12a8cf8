"""Rulings: limits kept and broken, what is not judged, and verdicts over the runs of a catalog."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from commits import A, B, knows, made
from hypothesis import given
from hypothesis import strategies as st
from records import catalog

from sitegen.catalog import Catalog
from sitegen.comparison import Measured
from sitegen.documents import as_markdown, as_text
from sitegen.errors import BadConfig, NoSuchRuns
from sitegen.gates import Gate
from sitegen.groups import the_side
from sitegen.noise import sample
from sitegen.rulings import rulings
from sitegen.sides import NEWEST
from sitegen.verdict_words import judgement_document, judgement_json
from sitegen.verdicts import Judgement, judge


def measured(*values: float, absent: int = 0, bad: int = 0) -> Measured:
    return Measured(sample(values) if values else None, absent, bad)


def states(gate: Gate, head: Measured, base: Measured | str = "has no base") -> list[str]:
    return [ruling.state for ruling in rulings(gate, head, base)]


@pytest.mark.parametrize(
    ("gate", "head", "base", "state"),
    [
        (Gate(min=0.9), 0.9, 0.0, "holds"),
        (Gate(min=0.9), 0.899, 0.0, "broken"),
        (Gate(max=1), 1.0, 0.0, "holds"),
        (Gate(max=1), 1.001, 0.0, "broken"),
        (Gate(max_drop=0.01), 0.90, 0.91, "holds"),
        (Gate(max_drop=0.01), 0.89, 0.91, "broken"),
        (Gate(max_drop=0.01), 2.0, 0.91, "holds"),
        (Gate(max_drop=0), 0.91, 0.91, "holds"),
        (Gate(max_drop=0), 0.9099, 0.91, "broken"),
        (Gate(max_rise=0.1), 0.4, 0.3, "holds"),
        (Gate(max_rise=0.1), 0.41, 0.3, "broken"),
        (Gate(max_rise=0.1), 0.0, 0.3, "holds"),
    ],
)
def test_limits_are_meant_as_they_are_written(gate, head, base, state):
    assert states(gate, measured(head), measured(base)) == [state]


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_drop_of_exactly_what_is_allowed_holds_however_decimals_subtract(head, base, allowed):
    gate = Gate(max_drop=allowed / 10_000)

    (ruling,) = rulings(gate, measured(head / 10_000), measured(base / 10_000))

    assert ruling.state == ("broken" if base - head > allowed else "holds")


def test_drop_is_broken_when_it_is_larger_than_allowed_by_more_than_noise():
    head, base = measured(0.0, 1.0, 2.0), measured(2.0, 3.0, 4.0)  # 2 apart, and 2.869 × 0.8165 is noise
    noise = 2.8693 * math.sqrt(2 / 3)

    (held,) = rulings(Gate(max_drop=0, noise="2 stderr"), head, base)
    (broken,) = rulings(Gate(max_drop=0, noise="1.5 stderr"), head, base)
    (plain,) = rulings(Gate(max_drop=0), head, base)

    assert held.noise == pytest.approx(noise, rel=1e-4)
    assert (held.state, broken.state, plain.state) == ("holds", "broken", "broken")
    assert "may be noise (2 stderr)" in held.why


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (measured(absent=2), "was not logged by 2 of 2 runs"),
        (measured(0.99, absent=1), "was not logged by 1 of 2 runs"),
        (measured(0.99, bad=1), "ended with NaN or infinity in 1 of 2 runs"),
        (
            measured(0.99, absent=1, bad=1),
            "was not logged by 1 of 3 runs and ended with NaN or infinity in 1 of 3 runs",
        ),
    ],
)
def test_run_without_a_value_breaks_every_limit(head, words):
    gate = Gate(min=0.9, max=1.0, max_drop=0.1, max_rise=0.1)

    found = rulings(gate, head, measured(0.9))

    assert [ruling.state for ruling in found] == ["broken"] * 4
    assert {ruling.why for ruling in found} == {words}


def test_what_has_no_base_is_neither_kept_nor_broken():
    gate = Gate(min=0.9, max_drop=0.1)

    assert states(gate, measured(0.95)) == ["holds", "no base"]
    assert states(gate, measured(0.95), measured(bad=1)) == ["holds", "no base"]


@pytest.mark.parametrize("sides", [(1, 3), (3, 1), (1, 1)])
def test_single_runs_cannot_be_judged_where_noise_is_asked_for(sides):
    gate = Gate(max_drop=0.1, noise="2 stderr")
    head, base = (measured(*(0.9 + number / 100 for number in range(count))) for count in sides)

    (ruling,) = rulings(gate, head, base)

    assert ruling.state == "unknown"
    assert "two runs on each side" in ruling.why


# Gates over a catalog: main at A, the runs that are judged at B.


def store(*head: float, base: tuple[float, ...] = (0.90, 0.91, 0.92), **fields: Any) -> Catalog:
    runs = [
        made(number, A, metrics={"test/auc": [value]}, params={"seed": number})
        for number, value in enumerate(base)
    ]
    runs += [
        made(10 + number, B, "pr/7", metrics={"test/auc": [value]}, params={"seed": number}, **fields)
        for number, value in enumerate(head)
    ]
    return catalog(*runs)


def judged(runs: Catalog, **gates: Any) -> Judgement:
    named = {name.replace("_", "/", 1): Gate(**gate) for name, gate in gates.items()}
    return judge(named, runs, NEWEST, knows(None))


def state_of(found: Judgement) -> list[str]:
    return [ruling.state for verdict in found.verdicts for ruling in verdict.rulings]


def test_gate_holds_the_newest_commit_against_the_latest_of_main():
    worse, same = store(0.80, 0.81, 0.82), store(0.90, 0.91, 0.93)

    assert state_of(judged(worse, test_auc={"max_drop": 0.01, "noise": "2 stderr"})) == ["broken"]
    assert state_of(judged(same, test_auc={"max_drop": 0.01, "noise": "2 stderr"})) == ["holds"]


def test_count_of_runs_that_are_judged_leaves_out_those_that_no_gate_judged():
    seeds = [made(n, B, metrics={"test/auc": [0.9]}, params={"seed": n, "depth": 3}) for n in (3, 4)]
    other = made(1, B, metrics={"test/auc": [0.8]}, params={"seed": 1, "depth": 2})
    elsewhere = made(2, B, experiment="svm", metrics={"rows": [1.0]})

    def counted(*runs: Any, **gates: Any) -> str:
        told = as_text(judgement_document(judged(catalog(*runs), **gates), allow_no_base=False))
        (line,) = (line for line in told.splitlines() if line.startswith("judged: "))
        return line.split(", ")[1]

    gate = {"min": 0.5}
    assert counted(*seeds, test_auc=gate) == "2 runs"
    assert counted(*seeds, other, elsewhere, test_auc=gate) == "2 of 4 runs"
    assert counted(*seeds, other, elsewhere, test_auc=gate, rows=gate) == "3 of 4 runs"
    assert counted(elsewhere, test_auc=gate) == "0 of 1 run"


def test_first_runs_there_are_pass_only_when_asked_to():
    found = judged(store(0.9, base=()), test_auc={"min": 0.5, "max_drop": 0.01})

    assert state_of(found) == ["holds", "no base"]
    assert not found.passes(allow_no_base=False)
    assert found.passes(allow_no_base=True)
    told = as_text(judgement_document(found, allow_no_base=True))
    assert "no base  test/auc of fake box has no base to be held against" in told
    assert "no finished run is on branch 'main'" in told


def test_metric_that_is_no_longer_logged_is_broken_even_without_a_base():
    renamed = catalog(made(1, A), made(2, B, "pr/7", metrics={"test/auc2": [0.99]}))

    found = judged(renamed, test_auc={"min": 0.5})

    assert state_of(found) == ["broken"]
    assert "was not logged by 1 of 1 run" in found.verdicts[0].rulings[0].why
    assert not found.passes(allow_no_base=True)


def test_metric_and_experiment_that_nobody_knows_are_broken():
    never = judged(store(0.9), test_f1={"min": 0.5})
    elsewhere = judged(store(0.9), test_auc={"min": 0.5, "experiment": "svm"})

    assert [state_of(never), state_of(elsewhere)] == [["broken"], ["broken"]]
    assert "was never logged" in never.verdicts[0].rulings[0].why
    assert elsewhere.verdicts[0].experiment == "svm"
    assert "of which there is no run" in elsewhere.verdicts[0].rulings[0].why


def test_runs_are_not_held_against_themselves():
    found = judge({"test/auc": Gate(max_drop=0.01, against="git:HEAD")}, store(0.9, 0.8), NEWEST, knows(B))

    assert state_of(found) == ["no base"]


def test_gate_without_an_experiment_is_asked_of_each_that_knows_its_metric():
    runs = catalog(
        made(1, B, experiment="svm", metrics={"test/auc": [0.9]}),
        made(2, B, experiment="forest", metrics={"test/auc": [0.4]}),
        made(3, B, experiment="data", metrics={"rows": [10.0]}),
    )

    found = judged(runs, test_auc={"min": 0.5})

    assert {verdict.experiment: verdict.rulings[0].state for verdict in found.verdicts} == {
        "svm": "holds",
        "forest": "broken",
    }
    assert state_of(judged(runs, test_auc={"min": 0.5, "experiment": "SVM"})) == ["holds"]


def test_run_that_ended_with_nan_is_broken_although_its_best_value_is_fine():
    diverged = catalog(made(1, metrics={"test/auc": [0.95, math.nan]}))

    assert state_of(judged(diverged, test_auc={"min": 0.5})) == ["broken"]


def test_best_or_last_value_is_judged_as_the_gate_says():
    runs = catalog(made(1, metrics={"test/auc": [0.5, 0.9, 0.7], "system/ram": [3.0, 1.0]}))

    assert state_of(judged(runs, test_auc={"min": 0.9})) == ["holds"]
    assert state_of(judged(runs, test_auc={"min": 0.9, "value": "best"})) == ["holds"]
    assert state_of(judged(runs, test_auc={"min": 0.9, "value": "last"})) == ["broken"]
    assert state_of(judged(runs, system_ram={"max": 2.0})) == ["holds"]


def test_limit_on_the_wrong_side_is_refused_with_the_right_one():
    with pytest.raises(
        BadConfig, match=r'gates\."test/auc"\.max_rise forbids what is better(.|\n)*Try: max_drop'
    ):
        judged(store(0.9), test_auc={"max_rise": 0.1})
    with pytest.raises(BadConfig, match="goal for the metric"):
        judged(catalog(made(1, metrics={"rows": [1.0]})), rows={"min": 1.0, "value": "best"})


def test_runs_that_are_to_be_judged_and_are_not_there_are_an_error_and_no_pass():
    gates = {"test/auc": Gate(min=0.5)}
    runs = store(0.9)

    with pytest.raises(NoSuchRuns):
        judge(gates, runs, the_side("latest release"), knows(None))


def test_many_broken_gates_fit_a_comment():
    names = [f"metric {number} | " + "`|" * 110 for number in range(300)]
    runs = catalog(made(1, experiment="|`" * 100, metrics={name: [0.5] for name in names}))
    found = judge(dict.fromkeys(names, Gate(min=0.9, max=1.0)), runs, NEWEST, knows(None))

    told = as_markdown(judgement_document(found, allow_no_base=False), "m")

    assert len(told) < 65_536
    assert "### Gates do not hold: 300 broken, 300 kept" in told
    assert told.count("| broken |") == 50
    assert "550 more limits not shown." in told


def test_json_of_a_judgement_has_no_key_of_a_users_and_no_nan():
    found = judged(store(math.nan, 0.9), test_auc={"min": 0.5, "max_drop": 0.01})

    record = json.loads(json.dumps(judgement_json(found, allow_no_base=False), allow_nan=False))

    assert record["passes"] is False
    assert record["head"]["commits"] == [B]
    (gate,) = record["gates"]
    assert (gate["metric"], gate["experiment"]) == ("test/auc", "fake box")
    assert gate["head"] == {"runs": 1, "mean": 0.9, "std": None, "not_logged": 0, "not_finite": 1}
    assert [limit["state"] for limit in gate["limits"]] == ["broken", "broken"]
