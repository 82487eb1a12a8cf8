"""`sitegen import`: runs of another tracker → a store."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .build import problem_count
from .console import aligned, answering, line, one_line, progress_bar

if TYPE_CHECKING:
    from logger.importers.writing import Report
    from logger.records import Problem

EXAMPLES = """\b
Examples:
  sitegen import mlflow mlruns --store tracking
  sitegen import mlflow mlflow.db --store tracking --deleted
"""


class Tracker(StrEnum):
    """What runs can be imported from."""

    MLFLOW = "mlflow"


@answering
def command(
    tracker: Annotated[Tracker, typer.Argument(metavar="TRACKER", help="Who wrote it: mlflow.")],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="An mlruns folder, or a SQLite database.")],
    store: Annotated[Path, typer.Option("--store", help="The store that takes the runs.")] = Path("tracking"),
    deleted: Annotated[bool, typer.Option("--deleted", help="Also what was deleted there.")] = False,
) -> None:
    """Write the runs of another tracker into a store, for good. Safe to repeat: only changes are read."""
    import time

    from ..sources import import_store
    from ..workers import workers

    begun = time.monotonic()
    with progress_bar() as progress, workers() as executor:
        report = import_store(tracker.value, path, store, deleted, progress, executor)
    for text in closing_lines(report, path, store, time.monotonic() - begun):
        line(text)


def closing_lines(report: Report, path: Path, store: Path, seconds: float) -> list[str]:
    """What came, what did not and why, and where to look next."""
    from ..numbers import duration, plural

    source = f"{plural(report.runs, 'run')} of {plural(report.experiments, 'experiment')} from {path}"
    counted = problem_count(report.problems)
    problems = sorted(report.problems, key=lambda problem: problem.remark)
    written = ", ".join(
        [
            f"{plural(report.read, 'run')} new or changed",
            plural(report.points, "point"),
            f"{plural(report.files, 'file')} to {store}",
        ]
    )
    rows = [
        ("read", source, f"({counted})" if counted else ""),
        ("wrote", written, f"in {duration(seconds)}"),
    ]
    if report.left:
        rows.append(("left", f"{plural(report.left, 'deleted run')}; --deleted brings them", ""))
    rows.append(("next", f"sitegen build {store}", ""))
    read_line, *others = aligned([(verb, one_line(text), remark) for verb, text, remark in rows])
    return [read_line, *(f"       {one_line(_said(problem))}" for problem in problems), *others]


def _said(problem: Problem) -> str:
    where = "" if problem.offset is None else f" (at byte {problem.offset:,})"
    return f"{problem.path}: {problem.what}{where}"
