"""`sitegen build`: stores → a site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from .console import aligned, answering, line, one_line, progress_bar

if TYPE_CHECKING:
    from logger.records import Problem

    from ..build import BuildReport
    from ..config import SiteConfig

EXAMPLES = """\b
Examples:
  sitegen build
  sitegen build tracking -o public
  sitegen build mlruns -o public
  sitegen build tracking /mnt/cluster/tracking -o public --title "Fake boxes"
"""

Files: TypeAlias = Literal["none", "previews", "all"]

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="TOML file of options. [default: sitegen.toml, else pyproject.toml, of this folder]",
    ),
]
TitleOption = Annotated[str | None, typer.Option(help="Heading of the home page. [default: Runfolio]")]
_MOST_NAMED = 5  # problems that are named; the page has them all


@answering
def command(
    stores: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="STORE...",
            help="Folders that logger wrote, mlruns folders, MLflow databases. [default: tracking]",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the site; replaced as a whole.")] = Path(
        "public"
    ),
    config: ConfigOption = None,
    title: TitleOption = None,
    deleted: Annotated[
        bool, typer.Option("--deleted", help="Also show what was deleted in another tracker.")
    ] = False,
    artifacts: Annotated[
        Files | None,
        typer.Option(
            metavar="WHAT",
            help="Of files besides names: none, previews of what can be shown, all. [default: previews]",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when a store has problems.")] = False,
) -> None:
    """Build a site from one or several stores."""
    import time

    from ..build import build
    from ..workers import workers

    begun = time.monotonic()
    named = stores or [Path("tracking")]
    options = site_config(config, title, deleted_too=deleted, artifacts=artifacts)
    with progress_bar() as progress, workers() as executor:
        report = build(named, out, options, progress, executor)
    for text in closing_lines(report, named, out, time.monotonic() - begun):
        line(text)
    if strict and any(not problem.remark for problem in report.problems):
        raise typer.Exit(1)


def site_config(
    file: Path | None,
    title: str | None,
    private: bool = False,
    deleted_too: bool = False,
    artifacts: Files | None = None,
) -> SiteConfig:
    """The configuration that a file and these options make; what is said here holds."""
    from pydantic import ValidationError

    from ..config import SiteConfig
    from ..configfile import find_config

    found = find_config(Path(), file)
    said = {} if found is None else found.config.model_dump(exclude_unset=True)
    said |= {"publish_private": private, "deleted_too": deleted_too}
    if title is not None:
        said["title"] = title
    if artifacts is not None:
        said["artifacts"] = artifacts
    if found is not None:
        line(one_line(f"with   {found.path}"))
    try:
        return SiteConfig.model_validate(said)
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"]) from None


def closing_lines(report: BuildReport, stores: list[Path], out: Path, seconds: float) -> list[str]:
    """What was read and written, what was wrong, and where to look next."""
    from ..numbers import byte_size, duration, plural

    read = ", ".join(
        [plural(report.runs, "run"), plural(report.metrics, "metric"), plural(report.points, "point")]
    )
    counted = problem_count(report.problems)
    remark = f"({counted}: see problems/index.html)" if counted else ""
    left = f"{plural(report.left, 'deleted run')}; --deleted shows them"
    rows = [
        ("read", f"{read} from {', '.join(map(str, stores))}", remark),
        *([("left", left, "")] if report.left else []),
        (
            "wrote",
            f"{plural(report.pages, 'page')}, {byte_size(report.bytes)} to {out}",
            f"in {duration(seconds)}",
        ),
        ("open", str(out / "index.html"), ""),
    ]
    read_line, *others = aligned([(verb, one_line(text), rest) for verb, text, rest in rows])
    return [read_line, *problem_lines(report.problems, stores), *others]


def problem_count(problems: Sequence[Problem]) -> str:
    """How many problems and how many remarks there are; empty when there are none."""
    from ..numbers import plural

    remarks = sum(problem.remark for problem in problems)
    counts = ((len(problems) - remarks, "problem"), (remarks, "remark"))
    return ", ".join(plural(count, word) for count, word in counts if count)


def problem_lines(problems: Sequence[Problem], stores: Sequence[Path] = ()) -> list[str]:
    """The first problems by name, remarks after them, and how many more there are."""
    problems = sorted(problems, key=lambda problem: problem.remark)
    lines = [
        f"       {one_line(f'{_place(problem.path, stores)}: {problem.what}')}"
        for problem in problems[:_MOST_NAMED]
    ]
    more = len(problems) - len(lines)
    return [*lines, f"       and {more} more"] if more else lines


def _place(path: str, stores: Sequence[Path]) -> str:
    """Where a problem lies: a page says of several stores only which, a terminal may say its path."""
    number, _, rest = path.removeprefix("store ").partition(": ")
    if path.startswith("store ") and number.isdecimal() and 0 < int(number) <= len(stores):
        return str(stores[int(number) - 1] / rest)
    return path
