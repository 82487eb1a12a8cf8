"""Rulings: whether the limits of a gate hold for numbers. Nothing passes without a word. Pure.

    holds     the limit is kept
    broken    it is not, or a run that is judged has no value
    no base   there is nothing to hold the value against
    unknown   chance is to be granted, and single runs do not tell how much

A drop is too large when it is larger than what is allowed by more than chance explains: with noise =
"2 stderr" a change that stays within the limit raises at most 2.3 % of false alarms (`sitegen.noise`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from . import numbers
from .comparison import Measured
from .comparison_words import mean_text
from .gates import Gate
from .noise import Sample, noise

State: TypeAlias = Literal["holds", "broken", "no base", "unknown"]
Limit: TypeAlias = Literal["min", "max", "max_drop", "max_rise"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of one limit."""

    limit: Limit
    bound: float  # as the gate has it
    state: State
    why: str  # what is to be said of the metric, in which no word is a user's
    noise: float | None = None  # what chance was granted


def rulings(gate: Gate, head: Measured, base: Measured | str) -> tuple[Ruling, ...]:
    """What comes of each limit of a gate.

    Args:
        head: the metric in the runs that are judged.
        base: … in those they are held against; in words, why there are none.
    """
    return tuple(
        Ruling(limit, bound, *_ruling(gate, limit, bound, head, base)) for limit, bound in limits(gate)
    )


def limits(gate: Gate) -> Iterator[tuple[Limit, float]]:
    """The limits that a gate has."""
    bounds: tuple[tuple[Limit, float | None], ...] = (
        ("min", gate.min),
        ("max", gate.max),
        ("max_drop", gate.max_drop),
        ("max_rise", gate.max_rise),
    )
    for limit, bound in bounds:
        if bound is not None:
            yield limit, bound


def _ruling(
    gate: Gate, limit: Limit, bound: float, head: Measured, base: Measured | str
) -> tuple[State, str, float | None]:
    if head.sample is None or not head.is_whole:
        return "broken", _incomplete(head), None
    if limit in ("min", "max"):
        return (*_bounded(limit, bound, head.sample.mean, mean_text(head)), None)
    if isinstance(base, str):
        return "no base", base, None
    if base.sample is None:
        return "no base", f"has no value in the base: it {_incomplete(base)}", None
    if gate.stderrs is None:
        return (*_changed(limit, bound, base.sample, head.sample, 0.0, ""), None)
    chance = noise(base.sample, head.sample, gate.stderrs)
    if chance is None:
        counts = f"the base has {_runs(base.sample)}, the head {_runs(head.sample)}"
        return "unknown", f"cannot be told from noise, which takes two runs on each side: {counts}", None
    granted = f", and by {numbers.rough(chance)} more, which may be noise ({gate.noise})"
    return (*_changed(limit, bound, base.sample, head.sample, chance, granted), chance)


def _incomplete(measured: Measured) -> str:
    total = measured.absent + measured.bad + (measured.sample.count if measured.sample else 0)
    of = f"of {numbers.plural(total, 'run')}"
    counts = ((measured.absent, "was not logged by"), (measured.bad, "ended with NaN or infinity in"))
    return " and ".join(f"{what} {count} {of}" for count, what in counts if count)


def _bounded(limit: Limit, bound: float, mean: float, said: str) -> tuple[State, str]:
    slack = numbers.ROUNDING * max(abs(mean), abs(bound))
    if limit == "min":
        holds, word = mean >= bound - slack, "at least" if mean >= bound - slack else "below"
    else:
        holds, word = mean <= bound + slack, "at most" if mean <= bound + slack else "above"
    return "holds" if holds else "broken", f"is {said}, {word} {numbers.full(bound)}"


def _changed(
    limit: Limit, allowed: float, base: Sample, head: Sample, chance: float, granted: str
) -> tuple[State, str]:
    same = math.isclose(head.mean, base.mean, rel_tol=numbers.ROUNDING)
    change = 0.0 if same else head.mean - base.mean
    harm = -change if limit == "max_drop" else change
    slack = numbers.ROUNDING * max(abs(base.mean), abs(head.mean), allowed)  # 0.91 − 0.90 is above 0.01
    verb = "rose" if change > 0 else "fell"
    moved = f"{verb} by {numbers.gap(change)}" if change else "stayed the same"
    state: State = "broken" if harm > allowed + chance + slack else "holds"
    before, after = (f"{numbers.number(one.mean)} ({_runs(one)})" for one in (base, head))
    may = "fall" if limit == "max_drop" else "rise"
    return state, f"{moved}, from {before} to {after}; it may {may} by {numbers.full(allowed)}{granted}"


def _runs(sample: Sample) -> str:
    return numbers.plural(sample.count, "run")
