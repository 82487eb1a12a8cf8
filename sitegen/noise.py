"""Noise: how far the means of two groups of runs differ by chance alone, where their seeds tell it. Pure.

The measure is the standard error of the difference, each group with a spread of its own (Welch). Of few runs
the spread itself is badly known, so "2 stderr" is not two times it: it is as many times as keep the meaning
that 2 has for many runs, which is that chance alone goes beyond in 2.3 % of comparisons (Student's t).
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from .student import normal_tail, student_quantile

STDERRS = 2.0  # that two means may differ before they are called different, where nobody says anything else


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one metric, one a run."""

    values: tuple[float, ...]  # finite; one or more
    mean: float
    deviation: float | None  # standard, of a sample; None of a single value

    @property
    def count(self) -> int:
        """Of runs."""
        return len(self.values)


def sample(values: tuple[float, ...]) -> Sample:
    """The sample of one or more finite values."""
    # By fractions, not by floats: the mean of equal values is that value, and their spread is 0.
    mean = float(statistics.mean(values))
    return Sample(values, mean, float(statistics.stdev(values)) if len(values) > 1 else None)


def stderr_of_difference(one: Sample, other: Sample) -> tuple[float, float] | None:
    """The standard error of the difference of two means, and its degrees of freedom; None of single values.

    Source: B. L. Welch 1947, doi:10.1093/biomet/34.1-2.28
    """
    if one.deviation is None or other.deviation is None:
        return None
    scale = max(one.deviation, other.deviation)
    if scale == 0 or not math.isfinite(scale):
        return scale, math.inf
    parts = [(each.deviation or 0.0) / scale for each in (one, other)]  # scaled: squares of tiny ones vanish
    squares = [part * part / each.count for part, each in zip(parts, (one, other), strict=True)]
    whole = math.fsum(squares)
    shares = (part * part / (each.count - 1) for part, each in zip(squares, (one, other), strict=True))
    return scale * math.sqrt(whole), whole * whole / math.fsum(shares)


def noise(one: Sample, other: Sample, stderrs: float = STDERRS) -> float | None:
    """How far the means may differ, in one direction, and still be called the same; None of single values.

    Args:
        stderrs: standard errors; 2 are 2.3 % of false alarms, 3 are 0.13 %.
    """
    found = stderr_of_difference(one, other)
    if found is None:
        return None
    error, freedom = found
    return error * (stderrs if math.isinf(freedom) else student_quantile(normal_tail(stderrs), freedom))
