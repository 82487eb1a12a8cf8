"""Image series: pictures that show the same thing at several steps, by what their paths have in common.

`samples/12.png` and `samples_0012.png` are step 12 of `samples`; so are `samples-12.png`, `samples step
12.png` and `samples.12.png`. Numbers that mean something else (`layer2.png`) stay names: a number counts as
a step only behind a separator, and a series has two steps at least. Pure; the pages of runs and comparisons
take it from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_STEP = re.compile(
    r"(?P<name>.+?)(?:/|[ _.-])(?:step|epoch|iter|iteration)?[ _.=-]?(?P<step>\d{1,15})", re.IGNORECASE
)


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
        match = _STEP.fullmatch(stem)
        if match is None:
            groups.setdefault((path, ""), []).append((None, path))
        else:
            groups.setdefault((match["name"], extension), []).append((int(match["step"]), path))
    found = []
    for (name, _), members in groups.items():
        steps = {step for step, _ in members}
        if len(members) == 1 or len(steps) < len(members):
            found += [ImageSeries(path, ((None, path),)) for _, path in members]
        else:
            found.append(ImageSeries(name, tuple(sorted(members, key=lambda member: member[0] or 0))))
    return tuple(sorted(found, key=lambda series: (series.name, series.pictures[0][1])))
