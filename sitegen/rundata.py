"""Run data: a run as pages show it, with its place among the others and what could not be read of it.

Right of here nobody looks into the problems of a record to judge what they cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from logger.layout import facts_writer
from logger.records import Problem, RunRecord


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was logged and is not published, without saying what."""

    count: int = 0  # params
    mark: str = ""  # the same for runs that were alike in them; seeds have no say


@dataclass(frozen=True, slots=True)
class RunData:
    """A run, and its place among the others."""

    record: RunRecord
    ordinal: int  # by creation within its experiment, from 0; decides the colour
    store: int  # which of the stores it was read from, from 0
    lost: Mapping[str, int] = field(default_factory=dict)  # points that the summary of a metric counts …

    # … and that could not be read: its values are known, and nothing of it can be drawn, or not all.
    withheld: Withheld = Withheld()

    @property
    def run_id(self) -> str:
        """The id, which is also the address."""
        return self.record.run_id

    def points(self, metric: str) -> int:
        """How many points of a metric were read."""
        summary = self.record.metrics.get(metric)
        return summary.count - self.lost.get(metric, 0) if summary is not None else 0

    @property
    def goes_on(self) -> bool:
        """Whether it may go on, so that nothing of it is final; a browser, by the time, may know better."""
        return self.record.status == "running"

    @property
    def is_compared(self) -> bool:
        """Whether its params have a say in what differs: it logged some, and none may be missing."""
        return bool(self.record.params) and not self.record.facts_lost

    @property
    def damages(self) -> tuple[Problem, ...]:
        """What of it could not be read."""
        return tuple(problem for problem in self.record.problems if problem.is_damage)

    @property
    def lacks_facts(self) -> bool:
        """Whether it may have params, tags and the like that were not read."""
        return self.record.facts_lost or any(problem.imported for problem in self.damages)

    @property
    def lacks_metrics(self) -> bool:
        """Whether it may have metrics that were not read.

        A damaged file costs points alone where its summary was read: that counts more than were read. Of
        several files one may be lost whole.
        """
        measured = [one for one in self.damages if facts_writer(one.path.rpartition("/")[2]) is None]
        return len({one.path for one in measured}) > 1 or bool(measured and not self.lost)

    @property
    def all_points(self) -> int:
        """How many points were read."""
        return sum(map(self.points, self.record.metrics))
