"""Verdicts: which runs a gate judges, against which others, and what comes of it.

A gate without an experiment is asked of every experiment of the runs that are judged in which its metric is
known, be it from earlier runs only: a metric that is no longer logged is told. `sitegen.rulings` decides by
the numbers. Pure: which commit a name means is asked of a function that is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from logger.errors import explain
from logger.layout import experiment_key

from .catalog import Catalog, ExperimentData
from .comparison import Measured, measured
from .documents import Quoted, Said
from .errors import BadConfig, NoSuchRuns
from .gates import Gate, Value
from .groups import CommitOf, Group, Member, find, group, the_side
from .metricinfo import MetricInfo
from .rulings import Ruling, limits, rulings
from .safe import shown
from .sides import Side


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one gate for one experiment."""

    metric: str
    experiment: str | None  # None: no experiment of the runs that are judged knows the metric
    rulings: tuple[Ruling, ...]
    head: Measured | None = None
    base: Measured | None = None
    remarks: tuple[Said, ...] = ()  # which runs were left out, and why there is no base


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of all gates."""

    head: Side
    members: tuple[Member, ...]  # the runs that were found, the newest first
    verdicts: tuple[Verdict, ...]
    judged: frozenset[str]  # ids of those of `members` that a gate judged; others were left out

    def passes(self, allow_no_base: bool) -> bool:
        """Whether no limit is broken, and each was judged."""
        good = ("holds", "no base") if allow_no_base else ("holds",)
        return all(ruling.state in good for verdict in self.verdicts for ruling in verdict.rulings)


def judge(gates: Mapping[str, Gate], catalog: Catalog, head: Side, commit_of: CommitOf) -> Judgement:
    """Judge all gates.

    Args:
        head: whose runs are judged.
        commit_of: what a name means in the repository.
    Raises: NoSuchRuns: there are none, or none has finished. BadConfig: a gate does not fit its metric.
    """
    members = find(catalog, head, commit_of)
    verdicts = []
    ids: set[str] = set()
    for metric, gate in gates.items():
        named = gate.experiment and experiment_key(gate.experiment)
        experiments = list({member.experiment.name: member.experiment for member in members}.values())
        meant = [one for one in experiments if not named or experiment_key(one.name) == named]
        known = [one for one in meant if _info(metric, one)]
        for one in known:
            of_it = [member for member in members if member.experiment is one]
            judged = group(head, of_it, metric)
            ids.update(run.run_id for run in judged.runs)
            verdicts.append(judge_gate(metric, gate, catalog, judged, commit_of))
        if not known:
            why = "was never logged" if meant else "is to be judged in an experiment of which there is no run"
            broken = tuple(Ruling(limit, bound, "broken", why) for limit, bound in limits(gate))
            verdicts.append(Verdict(metric, gate.experiment, broken))
    return Judgement(head, members, tuple(verdicts), frozenset(ids))


def judge_gate(metric: str, gate: Gate, catalog: Catalog, judged: Group, commit_of: CommitOf) -> Verdict:
    """Judge one gate for one group of runs.

    Raises: BadConfig: the gate does not fit its metric, or what it is held against is no side.
    """
    experiment = judged.experiment
    info = _info(metric, experiment)
    assert info is not None
    _check_fit(gate, info)
    value: Value = gate.value or ("best" if info.goal else "last")
    head = measured(judged, info, value)
    remarks = _told("head", judged)
    base: Measured | str = ""
    if gate.is_relative:
        try:
            compared = _base(gate, metric, catalog, judged, commit_of)
            base, remarks = measured(compared, info, value), (*remarks, *_told("base", compared))
        except NoSuchRuns as error:
            base = "has no base to be held against"
            remarks = (*remarks, ("base: ", Quoted(str(error).splitlines()[0])))
    found = rulings(gate, head, base)
    return Verdict(metric, experiment.name, found, head, None if isinstance(base, str) else base, remarks)


def _base(gate: Gate, metric: str, catalog: Catalog, judged: Group, commit_of: CommitOf) -> Group:
    side = the_side(gate.against)
    return group(side, find(catalog, side, commit_of, judged.experiment.name, judged), metric)


def _info(metric: str, experiment: ExperimentData) -> MetricInfo | None:
    return next((info for info in experiment.metrics if info.name == metric), None)


def _check_fit(gate: Gate, info: MetricInfo) -> None:
    wrong = {"max": ("max_rise", gate.max_rise, "larger"), "min": ("max_drop", gate.max_drop, "smaller")}
    if info.goal and wrong[info.goal][1] is not None:
        key, _, better = wrong[info.goal]
        other = "max_drop" if key == "max_rise" else "max_rise"
        why = " (guessed from its name)" if info.assumed else ""
        name = shown(info.name)
        problem = f'gates."{name}".{key} forbids what is better: a {better} {name} is better{why}.'
        hint = other if not info.assumed else f"{other}; or the goal it has, under [goals]"
        raise BadConfig(explain(problem, hint=hint))
    if gate.value == "best" and info.goal is None:
        problem = (
            f'gates."{shown(info.name)}".value is "best", and whether more or less is better is not known.'
        )
        raise BadConfig(explain(problem, '"last", or a goal for the metric under [goals].'))


def _told(name: str, runs: Group) -> tuple[Said, ...]:
    return tuple((f"{name}: ", *remark) for remark in runs.remarks)
