"""Ages: the units in which users say how long ago something was: 90s, 30m, 12h, 2d, 1w."""

from __future__ import annotations

UNITS_US = {  # microseconds
    "s": 1_000_000,
    "m": 60 * 1_000_000,
    "h": 3_600 * 1_000_000,
    "d": 86_400 * 1_000_000,
    "w": 604_800 * 1_000_000,
}
