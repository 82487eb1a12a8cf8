"""Which differences of two runs are noise: for Python and the browser."""

from __future__ import annotations

TEN, FIVE = (0.01, 0), (0.005, 7)  # deviation of the repetitions, the first run of them

# gap, what is known of one run and the other, whether chance is all, what is said
CASES = [
    (0.0, TEN, TEN, True, "only their seeds differ, which alone give ± 0.01"),
    (
        0.0299,
        TEN,
        TEN,
        True,
        "only their seeds differ, which alone give ± 0.01",
    ),  # of one group: whatever the gap
    (-0.0149, TEN, FIVE, True, "chance alone gives ± 0.01 and ± 0.005, 0.015 together"),
    (0.0151, TEN, FIVE, False, "chance alone gives ± 0.01 and ± 0.005, 0.015 together"),
    (-0.0151, FIVE, TEN, False, "chance alone gives ± 0.005 and ± 0.01, 0.015 together"),
    (
        0.0199,
        TEN,
        (0.01, 7),
        True,
        "chance alone gives ± 0.01 and ± 0.01, 0.02 together",
    ),  # as spread, another group
    (0.0199, TEN, None, True, "chance alone gives ± 0.01 and ± 0.01, 0.02 together"),
    (0.0099, None, FIVE, True, "chance alone gives ± 0.005 and ± 0.005, 0.01 together"),
    (0.0101, None, FIVE, False, "chance alone gives ± 0.005 and ± 0.005, 0.01 together"),
    (1e-9, (0.0, 0), (0.0, 7), False, "chance alone gives ± 0 and ± 0, 0 together"),  # seeds do nothing here
    (5.0, (2.0, 0), (3e9, 7), True, "chance alone gives ± 2 and ± 3e9, 3e9 together"),
]
