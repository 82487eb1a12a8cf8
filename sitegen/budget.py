"""Budget: what of a site takes how much space, for a host that takes only so much (GitHub Pages: 1 GB).
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from . import numbers

WARN = 0.8  # of the budget
_NAMED = 3  # experiments that are named
_KINDS = {"data": "data", "shards": "points of charts", "a": "files of runs", "assets": "scripts and styles"}
PAGES = "pages"


@dataclass(slots=True)
class Spent:
    """Bytes so far, by what they are for."""

    kinds: dict[str, int] = field(default_factory=dict)
    experiments: dict[str, int] = field(default_factory=dict)  # by name: pages, points of charts, data

    def add(self, path: str, size: int) -> None:
        """A file of the site."""
        kind = PAGES if path.endswith(".html") else _KINDS.get(path.partition("/")[0], PAGES)
        self.kinds[kind] = self.kinds.get(kind, 0) + size

    def add_to(self, experiment: str, size: int) -> None:
        """What an experiment takes."""
        self.experiments[experiment] = self.experiments.get(experiment, 0) + size


@dataclass(frozen=True, slots=True)
class Warned:
    """A site that is close to its budget, or beyond."""

    sentence: str
    lines: tuple[str, ...]  # what takes space, the largest first
    is_over: bool


def judged(spent: Spent, budget: int) -> Warned | None:
    """What to say of the size of a site; nothing below four fifths of the budget.

    Args:
        budget: bytes.
    """
    size = sum(spent.kinds.values())
    if size < WARN * budget:
        return None
    over = size > budget
    share = f"{size / budget:.0%} of the budget of {numbers.byte_size(budget)}"
    hint = "--keep, --artifacts none or --data charts make it smaller"
    sentence = f"the site has {numbers.byte_size(size)}, {share}: {hint}"
    largest = _largest(spent.experiments)[:_NAMED] if len(spent.experiments) > 1 else ()
    lines = [*_largest(spent.kinds), *((f"experiment {name}", size) for name, size in largest)]
    return Warned(sentence, tuple(f"{numbers.byte_size(size)} {what}" for what, size in lines), over)


def _largest(sizes: Mapping[str, int]) -> list[tuple[str, int]]:
    found: Iterable[tuple[str, int]] = ((name, size) for name, size in sizes.items() if size)
    return sorted(found, key=lambda item: (-item[1], item[0]))
