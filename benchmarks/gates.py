"""Promise: seeds alone raise no alarm in 19 of 20 comparisons; a real drop of 3 stderr is caught in 19 of 20.

What decides is the code of `sitegen check`, with `max_drop = 0, noise = "2 stderr"`; only the values of runs
are made up, from a fixed seed. A series is 20 comparisons:

    no change    20 values of one distribution, shuffled 20 times into a base and a head of 10
    a drop       20 times, a base, and a head whose true mean is lower by 3 standard errors of each mean:
                 bars of 3 stderr around both just touch, 3 × (σ/√n + σ/√n)

The rates are over all comparisons of many series: those that a user meets, not those of a lucky 20.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sitegen.comparison import Measured
from sitegen.gates import Gate
from sitegen.noise import sample
from sitegen.rulings import rulings
from table import Options, Row, main

GATE = Gate(max_drop=0.0, noise="2 stderr")
SEED = 20_261_126
SERIES = 500  # of each kind
COMPARISONS = 20  # a series
PROMISE = 5.0  # per cent: 1 of 20

Draw = Callable[[random.Random], float]  # one value, of mean 0 and standard deviation 1


@dataclass(frozen=True, slots=True)
class Side:
    """How the values of one side come about."""

    runs: int
    deviation: float = 1.0


def normal(chance: random.Random) -> float:
    return chance.gauss(0.0, 1.0)


def skewed(chance: random.Random) -> float:
    """Mostly a little good, sometimes very bad, as accuracies of unlucky seeds are."""
    return 1.0 - chance.expovariate(1.0)


def measure(options: Options) -> list[Row]:
    """How often a gate was wrong, in per cent."""
    series = 3 if options.quick else SERIES
    rows = []
    for name, side, draw, promised in (
        ("10 runs a side", Side(10), normal, True),
        ("10 runs a side, skewed", Side(10), skewed, True),
        ("20 runs a side", Side(20), normal, True),
        ("5 runs a side", Side(5), normal, False),
        ("3 runs a side", Side(3), normal, False),
    ):
        alarms = list(_shuffles(series, side, draw))
        missed = [not alarm for alarm in _drops(series, side, side, draw)]
        rows.append(_row(f"false alarms, no change: {name}", alarms, PROMISE))
        rows.append(_row(f"missed, a drop of 3 stderr: {name}", missed, PROMISE if promised else None))
        if (side.runs, draw) == (10, normal):
            rows += [_whole("no change", alarms), _whole("a drop of 3 stderr", missed)]
    few, many = Side(5, 3.0), Side(15)
    for name, base, head in (("5 against 15", few, many), ("15 against 5", many, few)):
        fresh = list(_drops(series, base, head, normal, stderrs=0.0))
        rows.append(
            _row(f"false alarms, no change: {name} runs, those of 5 three times as spread", fresh, PROMISE)
        )
    of_difference = 3 / math.sqrt(2)  # in standard errors of one mean
    missed = [not alarm for alarm in _drops(series, Side(10), Side(10), normal, of_difference)]
    rows.append(
        _row("missed, for comparison: a drop of 3 stderr of the difference, 10 runs a side", missed, None)
    )
    return rows


def _shuffles(series: int, side: Side, draw: Draw) -> Iterator[bool]:
    """Whether there was an alarm, where nothing changed."""
    chance = random.Random(f"{SEED} shuffles {side} {draw.__name__}")
    for _ in range(series):
        values = [draw(chance) for _ in range(2 * side.runs)]
        for _ in range(COMPARISONS):
            chance.shuffle(values)
            yield _alarm(values[: side.runs], values[side.runs :])


def _drops(series: int, base: Side, head: Side, draw: Draw, stderrs: float = 3.0) -> Iterator[bool]:
    """Whether there was an alarm, where the head is lower by so many standard errors of each mean."""
    chance = random.Random(f"{SEED} drops {base} {head} {draw.__name__} {stderrs}")
    drop = stderrs * sum(side.deviation / math.sqrt(side.runs) for side in (base, head))
    for _ in range(series * COMPARISONS):
        before = [base.deviation * draw(chance) for _ in range(base.runs)]
        yield _alarm(before, [head.deviation * draw(chance) - drop for _ in range(head.runs)])


def _alarm(base: list[float], head: list[float]) -> bool:
    before, after = (Measured(sample(tuple(values)), absent=0, bad=0) for values in (base, head))
    (ruling,) = rulings(GATE, after, before)
    return ruling.state == "broken"


def _row(what: str, wrong: list[bool], most: float | None) -> Row:
    """Of all comparisons, how many went wrong, and how exactly that is known."""
    share = sum(wrong) / len(wrong)
    known = 100 * 2 * math.sqrt(share * (1 - share) / len(wrong))
    return Row(what, 100 * share, "%", most=most, details=f"± {known:.2g} %, {len(wrong):,} comparisons")


def _whole(what: str, wrong: list[bool]) -> Row:
    """Of all series of 20, how many had 19 or 20 right."""
    series = [wrong[start : start + COMPARISONS] for start in range(0, len(wrong), COMPARISONS)]
    good = sum(sum(each) <= 1 for each in series) / len(series)
    return Row(f"series of 20 with 19 or 20 right: {what}, 10 runs a side", 100 * good, "%")


if __name__ == "__main__":
    main(measure, __doc__)
