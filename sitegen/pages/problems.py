"""The page of problems: what could not be read, where it lies, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from logger.layout import EXPERIMENT_FILE, STORE_FILE, facts_writer, points_writer
from logger.records import Problem

from .. import numbers
from ..catalog import Catalog
from ..configfile import OptionsProblem
from ..rundata import RunData
from ..urls import PROBLEMS, Link, Path, link, run_page
from .frame import Frame, Framer


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Something in a store that could not be read."""

    kind: str  # "Damaged", "Foreign" or "Remark"
    path: str  # in the store
    what: str
    where: str  # "at byte 1,024", or ""
    advice: str
    command: str  # that helps, or ""
    run: str  # name of the run it belongs to, or ""
    href: Link | None  # of that run


@dataclass(frozen=True, slots=True)
class ProblemsView:
    """What the page of problems shows."""

    frame: Frame
    problems: tuple[ProblemView, ...]
    read: str  # what was read all the same: "24 runs of 3 experiments"
    sentences: tuple[str, ...]  # what the list is of


def problems_view(catalog: Catalog, framer: Framer) -> ProblemsView:
    """The page of problems of a site."""
    runs = {run.run_id: run for experiment in catalog.experiments for run in experiment.runs}
    experiments = numbers.plural(len(catalog.experiments), "experiment")
    read = f"{numbers.plural(catalog.run_count, 'run')} of {experiments}"
    sentences = tuple(_sentences(catalog.problems))
    return ProblemsView(
        framer.frame(PROBLEMS, "Problems", description=" ".join(sentences)),
        problem_views(sorted(catalog.problems, key=lambda problem: problem.remark), runs, PROBLEMS),
        read,
        sentences,
    )


def problem_views(
    problems: Iterable[Problem], runs: Mapping[str, RunData], page: Path
) -> tuple[ProblemView, ...]:
    """Problems as pages show them; those of known runs carry a link."""
    views = []
    for problem in problems:
        run = runs.get(problem.run_id or "")
        advice, command = _advice(problem, any_rows=run is None or run.all_points > 0)
        views.append(
            ProblemView(
                kind="Remark" if problem.remark else "Foreign" if problem.foreign else "Damaged",
                path=problem.path,
                what=problem.what,
                where="" if problem.offset is None else f"at byte {numbers.count(problem.offset)}",
                advice=advice,
                command=command,
                run=run.record.name if run else "",
                href=link(page, run_page(run.run_id)) if run else None,
            )
        )
    return tuple(views)


def _sentences(problems: Sequence[Problem]) -> Iterator[str]:
    foreign = sum(problem.foreign for problem in problems)
    remarks = sum(problem.remark for problem in problems)
    options = sum(isinstance(problem, OptionsProblem) for problem in problems)
    damaged = len(problems) - foreign - remarks - options
    if options:
        yield "The options cannot be used as they are: the last good ones hold, and all is shown with them."
    if damaged == 1:
        yield "One file or folder could not be read whole. It costs only itself: everything else is shown."
    elif damaged:
        rest = "Each costs only itself: everything else is shown."
        yield f"{numbers.count(damaged)} files or folders could not be read whole. {rest}"
    if foreign == 1:
        yield "One file or folder is no part of a store, and was passed over."
    elif foreign:
        yield f"{numbers.count(foreign)} files or folders are no part of a store, and were passed over."
    if remarks:
        yield f"{numbers.plural(remarks, 'remark')} on what was imported: nothing is damaged."
    if not problems:
        yield "Nothing: every file of the store was read whole."


def _advice(problem: Problem, any_rows: bool) -> tuple[str, str]:
    """What a person can do, by the kind of file, and the command that does it.

    Args:
        any_rows: whether points of its run were read.
    """
    name = problem.path.rpartition("/")[2]
    if isinstance(problem, OptionsProblem):
        return "The last good options hold until all that is wrong with the new ones is mended.", ""
    if problem.remark:
        return "Nothing is damaged: said of what was imported, so that nobody misses it.", ""
    if problem.imported:
        return (
            "Said of what was imported, which is as it was. Everything else of it is shown. Once it is mended"
            " there, another import takes this off the list; of a run that is there no more, it stays.",
            "",
        )
    if problem.foreign:
        return "Nothing is affected. If you do not know it, look at it; then move it out of the store.", ""
    if points_writer(name):
        return (
            f"{'Every row that could be read is shown' if any_rows else 'No row of it could be read'}. If the"
            " run was copied here, copy this file again from where it was written; else make a new store"
            " without the damage:",
            "sitegen doctor STORE --copy-good DIR",
        )
    if facts_writer(name):
        return (
            "All other facts and all points are shown. If the run was copied here, copy this file again;"
            " else look at the line: the file is plain text.",
            "",
        )
    if name == EXPERIMENT_FILE:
        return "Only this file is affected: the runs carry the name of the experiment themselves.", ""
    if name == STORE_FILE:
        return "Every run that could be read is shown. The file holds the number of the store's format.", ""
    return "Nothing else is affected.", ""
