"""Numbers: how values, counts, durations, sizes and times are worded on a page.

Four significant digits to read, the full value for whoever points at it; numbers of one column share their
decimals, so that the eye compares places, not digits. `templates/static/js/numbers.js` words the cells of
tables by the same rules: change both together. Pure; knows nothing of pages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

DIGITS = 4
MISSING = "–"
MINUS = "−"
ROUNDING = 1e-12  # of a number: what sums in another order may differ by is no difference

_LARGE = 1e6  # from here on, and below _SMALL, powers of ten are easier to read than zeros
_SMALL = 1e-4
_WHOLE = 1e16  # below it whole numbers are told apart
_LONG_WHOLE = re.compile(rf"{MINUS}?\d{{5,}}")  # that is easier to read with commas
_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")
_EXACT_INT = 2.0**53
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number(value: float | None) -> str:
    """A number in four significant digits: "0.9431", "12.35", "1.2e7", "NaN", "−∞"; "–" for None.

    Whole numbers below ten million are written in full, and those below 1e16 that a power of ten with
    four digits would round.
    """
    if value is None:
        return MISSING
    if not math.isfinite(value):
        return _not_finite(value)
    if value == int(value) and abs(value) < _WHOLE:
        is_short = abs(value) >= 10 * _LARGE and float(f"{value:.{DIGITS - 1}e}") == value
        return _exponent(value) if is_short else _minus(str(int(value)))
    if not _SMALL <= abs(value) < _LARGE:
        return _exponent(value)
    return _minus(f"{value:.{max(0, DIGITS - 1 - _magnitude(value))}f}")


def rough(value: float) -> str:
    """The size of a difference, in two significant digits: "0.0027", "1.5", "150", "2.7e−5"."""
    if not math.isfinite(value):
        return _not_finite(value)
    rounded = float(f"{value:.1e}")
    if rounded == int(rounded) or not _SMALL <= abs(rounded) < _LARGE:
        return number(rounded)
    return _minus(f"{rounded:.2g}")


def gap(value: float) -> str:
    """The size of a difference, in four digits, as the compare page has it: "0.05202"; 1.1 − 0.1 is "1"."""
    return number(float(f"{abs(value):.12g}"))


def difference(new: float, old: float) -> str:
    """By how much two numbers differ as `number` writes them, with its sign and in their decimals: "+0.0012".

    So whoever subtracts them finds the same. Where they are written alike, the size of what lies behind.
    """
    words = [number(value).replace(MINUS, "-") for value in (new, old)]
    shown = Decimal(words[0]) - Decimal(words[1])
    sign = MINUS if new < old else "+"
    if not shown or any("e" in word for word in words):
        return sign + rough(abs(float(shown) or new - old))
    return sign + f"{abs(shown):.{max(len(word.partition('.')[2]) for word in words)}f}"


def column_decimals(values: Iterable[float | None]) -> int | None:
    """How many decimals the numbers of one column share; None when they are too far apart to share any.

    A typical number is given its four digits, the smallest at least three of its own.
    """
    finite = sorted(abs(v) for v in values if v is not None and math.isfinite(v) and v != 0)
    if not finite:
        return 0
    smallest, typical, largest = finite[0], finite[len(finite) // 2], finite[-1]
    if all(v == int(v) for v in finite):
        return 0 if largest < _WHOLE else None
    if largest >= _LARGE or smallest < _SMALL or _magnitude(largest) > _magnitude(typical) + 2:
        return None
    wanted = max(0, DIGITS - 1 - _magnitude(typical))
    for_smallest = max(0, 2 - _magnitude(smallest))
    return None if for_smallest > wanted + 3 else max(wanted, for_smallest)


def row_decimals(values: Iterable[float | None]) -> int | None:
    """How many decimals the numbers of one row share, so that each has four digits or more.

    None where the largest would have more than six: then each has four of its own.
    """
    finite = [abs(v) for v in values if v is not None and math.isfinite(v) and v != 0]
    if not finite or all(v == int(v) for v in finite):
        return column_decimals(finite)
    smallest, largest = min(finite), max(finite)
    apart = _magnitude(largest) - _magnitude(smallest)
    if smallest < _SMALL or largest >= _LARGE or apart > 2:
        return None
    return max(0, DIGITS - 1 - _magnitude(smallest))


def in_column(value: float | None, decimals: int | None) -> str:
    """A number as a column of `decimals` writes it; 0 is "0", and `decimals` None writes each by itself."""
    if value is None or decimals is None or value == 0 or not math.isfinite(value):
        return number(value)
    return _minus(f"{value:.{decimals}f}")


def on_axis(values: Sequence[float]) -> list[str]:
    """Finite numbers at the edges of a chart, each in four digits; whole ones of five and more have commas.

    `templates/static/js/axis.js` words the ticks of axes by the same rule.
    """
    words = aligned(values, least=DIGITS)
    return [_THOUSANDS.sub(",", word) if _LONG_WHOLE.fullmatch(word) else word for word in words]


def aligned(values: Sequence[float], least: int = 2) -> list[str]:
    """Finite numbers under one another: "0.50" and "0.95", four digits and no zeros that all end in.

    Args:
        least: how many digits the decimals of the largest must leave a number; one that they would round to
            fewer has four of its own: beside 1.1 that is "0.0006657".

    `alignedWords` in `templates/static/js/axis.js` words the values on a card by the same rule.
    """
    largest = max(map(abs, values), default=0.0)
    if not 1e-3 <= largest < 1e7:
        return [number(value) for value in values]
    decimals = min(max(0, DIGITS - 1 - math.floor(math.log10(largest))), 8)
    own = {
        value
        for value in values
        if abs(value) < 10.0 ** (least - 1 - decimals) and float(f"{value:.{decimals}f}") != value
    }
    while decimals and all(f"{value:.{decimals}f}".endswith("0") for value in values if value not in own):
        decimals -= 1
    return [
        number(value) if value in own else _minus(f"{value + 0.0:.{decimals}f}")  # + 0.0: no −0
        for value in values
    ]


def step(value: float) -> str:
    """A step on an axis: "1,200"."""
    return _minus(f"{value:,.0f}") if abs(value) < 10 * _LARGE else number(value)


def full(value: float | None) -> str:
    """The number in full, as Python would read it back: "0.9431234567", "nan", "-inf"."""
    if value is None:
        return ""
    if math.isfinite(value) and value == int(value) and abs(value) < _EXACT_INT:
        return str(int(value))
    return repr(float(value))


def count(amount: int) -> str:
    """A count with its thousands apart: "48,000"."""
    return f"{amount:,}"


def plural(amount: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 run", "24 runs"."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"


def duration(seconds: float | None) -> str:
    """A span of time in its two largest units: "420 ms", "3.2 s", "4 m 20 s", "1 h 05 m", "2 d 04 h"."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return MISSING
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    minutes = whole // 60
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} m"
    hours = whole // 3600
    return f"{count(hours // 24)} d {hours % 24:02d} h"


def byte_size(size: int) -> str:
    """A size in decimal units: "0 B", "820 B", "1.2 kB", "34 MB"."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 9.95 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} TB"


def utc_minute(time_us: int | None) -> str:
    """A time to the minute, in UTC: "2026-11-22 20:51"."""
    moment = _moment(time_us)
    return moment.strftime("%Y-%m-%d %H:%M") if moment else MISSING


def utc_second(time_us: int | None) -> str:
    """A time to the second, with its zone: "2026-11-22 20:51:07 UTC"."""
    moment = _moment(time_us)
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC") if moment else MISSING


def iso(time_us: int | None) -> str:
    """A time for machines: "2026-11-22T20:51:07Z"; empty when there is none."""
    moment = _moment(time_us)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _moment(time_us: int | None) -> datetime | None:
    if time_us is None:
        return None
    try:
        moment = _EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        return None
    return moment if moment.year >= 1000 else None  # strftime does not pad earlier years


def _magnitude(value: float) -> int:
    """The power of ten of the first digit, after rounding to four of them: 9.99996 is 10.00."""
    return int(f"{value:.{DIGITS - 1}e}".split("e")[1])


def _exponent(value: float) -> str:
    digits, power = f"{value:.{DIGITS - 1}e}".split("e")
    return _minus(f"{digits.rstrip('0').rstrip('.')}e{int(power)}")


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "∞" if value > 0 else f"{MINUS}∞"


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
