"""Student: how far chance moves a mean whose spread is known from few values only. Pure."""

from __future__ import annotations

import math

_PRECISION = 1e-14  # relative; what is left of it after a few hundred terms is far below what anybody reads
_MOST_TERMS = 10_000


def normal_tail(z: float) -> float:
    """The share of a normal distribution that lies above `z` standard deviations."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def student_tail(t: float, freedom: float) -> float:
    """The share of Student's distribution that lies above `t`.

    Args:
        freedom: degrees of freedom, above 0; they need not be whole.
    Source: DLMF 8.17(v), https://dlmf.nist.gov/8.17
    """
    square = t * t
    if square < freedom:  # so that what is small is never the rest of what is nearly one
        share = 0.5 - 0.5 * _beta(square / (freedom + square), 0.5, freedom / 2.0)
    else:
        share = 0.5 * _beta(freedom / (freedom + square), freedom / 2.0, 0.5)
    return share if t >= 0 else 1.0 - share


def student_quantile(tail: float, freedom: float) -> float:
    """Above which value the share `tail`, up to one half, of Student's distribution lies."""
    low, high = 0.0, 1.0
    while student_tail(high, freedom) > tail:
        low, high = high, 2.0 * high
    while high - low > _PRECISION * high:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if student_tail(middle, freedom) > tail:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function; the fraction of DLMF 8.17.22 by Lentz's method."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (a + 1.0) / (a + b + 2.0):  # where the fraction would converge slowly
        return 1.0 - _beta(1.0 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    tiny = 1e-300
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0) or tiny)
    fraction = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / (1.0 + term * d or tiny)
            c = 1.0 + term / c or tiny
            fraction *= c * d
        if abs(c * d - 1.0) < _PRECISION:
            break
    return front * fraction / a
