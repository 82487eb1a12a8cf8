"""Image series: pictures that show the same thing at several steps, by what their paths have in common.

A number that a path calls a step (`step`, `epoch`, `iter`, `iteration`) is one wherever it stands:
`gen/step-5-class-0.png` is step 5 of `gen/class-0`, `conf/epoch=1/matrix.png` step 1 of `conf/matrix`. Else
it is the last one, behind a separator: `samples/12.png`, `samples_0012.png` and `samples.12.png` are step 12
of `samples`. Numbers that mean something else (`layer2.png`) stay names, and a series has two steps at least.
Pure; the pages of runs and comparisons take it from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CALLED = re.compile(
    r"(?P<before>(?:.*[/ _.-])?)(?P<word>step|epoch|iter|iteration)[ _.=-]?(?P<step>\d{1,15})"
    r"(?P<after>(?:[/ _.-].*)?)",
    re.IGNORECASE | re.DOTALL,
)
_LAST = re.compile(r"(?P<name>.+?)[/ _.-][ _.=-]?(?P<step>\d{1,15})")
_SEPARATORS = "/ _.-"


@dataclass(frozen=True, slots=True)
class ImageSeries:
    """Pictures by step, or a single picture that has none."""

    name: str  # what their paths have in common; of a single picture its path
    pictures: tuple[tuple[int | None, str], ...]  # (step, path), ascending


def image_series(paths: Iterable[str]) -> tuple[ImageSeries, ...]:
    """The paths in series, in the order of their names.

    Paths that differ in their extension only are different series; where two paths claim the same step of a
    series, all of them stand alone, for nobody can tell which is meant.
    """
    groups: dict[tuple[str, str], list[tuple[int | None, str]]] = {}
    for path in paths:
        stem, _, extension = path.rpartition(".")
        found_step = _step(stem)
        if found_step is None:
            groups.setdefault((path, ""), []).append((None, path))
        else:
            name, step = found_step
            groups.setdefault((name, extension), []).append((step, path))
    found = []
    for (name, _), members in groups.items():
        steps = {step for step, _ in members}
        if len(members) == 1 or len(steps) < len(members):
            found += [ImageSeries(path, ((None, path),)) for _, path in members]
        else:
            found.append(ImageSeries(name, tuple(sorted(members, key=lambda member: member[0] or 0))))
    return tuple(sorted(found, key=lambda series: (series.name, series.pictures[0][1])))


def _step(stem: str) -> tuple[str, int] | None:
    """What a path is without its step, and that step; None when it has none."""
    if called := _CALLED.fullmatch(stem):
        before, after = called["before"], called["after"]
        between = "/" if after.startswith("/") else before[-1:]
        ends = (before.rstrip(_SEPARATORS), after.lstrip(_SEPARATORS))
        return between.join(filter(None, ends)) or called["word"], int(called["step"])
    if last := _LAST.fullmatch(stem):
        return last["name"], int(last["step"])
    return None
