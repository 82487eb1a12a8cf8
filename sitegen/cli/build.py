"""`sitegen build`: stores → a site."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from .console import aligned, answering, line, one_line, progress_bar
from .outgoing import (
    BaseUrlOption,
    DropParamOption,
    DropTagOption,
    OnlyOption,
    PublishOption,
    discreet,
    found_lines,
    in_ci,
    refused,
    refusing,
)

if TYPE_CHECKING:
    from logger.records import Problem

    from ..build import BuildReport
    from ..config import SiteConfig
    from ..configfile import ConfigFile
    from ..earlier import Earlier

EXAMPLES = """\b
Examples:
  sitegen build
  sitegen build tracking -o public
  sitegen build mlruns -o public
  sitegen build tracking /mnt/cluster/tracking -o public --title "Fake boxes"
  sitegen build --only "tags.stage = 'final'" --drop-param "*_path" --publish command
  sitegen build public -o again
  sitegen build tracking --onto git:gh-pages --keep 90d,50
"""

Files: TypeAlias = Literal["none", "previews", "all"]
Data: TypeAlias = Literal["full", "charts", "none"]

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="TOML file of options. [default: sitegen.toml, else pyproject.toml, of this folder]",
    ),
]
TitleOption = Annotated[str | None, typer.Option(help="Heading of the home page. [default: Runfolio]")]
DeletedOption = Annotated[
    bool, typer.Option("--deleted", help="Also show what was deleted in another tracker.")
]
_MOST_NAMED = 5  # problems that are named; the page has them all


@answering
def command(
    stores: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="STORE...",
            help="Folders that logger wrote, sites, mlruns folders, MLflow databases. [default: tracking]",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the site; replaced as a whole.")] = Path(
        "public"
    ),
    config: ConfigOption = None,
    title: TitleOption = None,
    deleted: DeletedOption = False,
    artifacts: Annotated[
        Files | None,
        typer.Option(
            metavar="WHAT",
            help="Of files besides names: none, previews of what can be shown, all. [default: previews]",
        ),
    ] = None,
    publish: PublishOption = None,
    only: OnlyOption = None,
    drop_param: DropParamOption = None,
    drop_tag: DropTagOption = None,
    base_url: BaseUrlOption = None,
    data: Annotated[
        Data | None,
        typer.Option(
            metavar="WHAT",
            help="Of the data: full, charts (tables of runs, no points), none. [default: full]",
        ),
    ] = None,
    onto: Annotated[
        str | None,
        typer.Option(
            metavar="SITE",
            help="The site published before, whose runs come along: a folder, an address, git:BRANCH.",
        ),
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help="With --onto: go on when nothing is published there yet.")
    ] = False,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help="Runs that stay in the site: an age (90d), a count for each experiment (50), a filter.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit with 1 for problems or a site beyond its budget, with 3 for what looks private.",
        ),
    ] = False,
) -> None:
    """Build a site from one or several stores."""
    if first and onto is None:
        raise typer.BadParameter(
            "it says what --onto may find, and --onto was not given", param_hint="--first"
        )
    named = stores or [Path("tracking")]
    file = options_file(config)
    options = site_config(file, title, deleted_too=deleted, artifacts=artifacts, data=data, keep=keep)
    options = discreet(options, publish, only, drop_param, drop_tag, base_url)
    if strict:
        options = refusing(options)
    report = build_and_say(named, out, options, onto, first, file)
    over = report.warned is not None and report.warned.is_over
    if strict and (over or any(not problem.remark for problem in report.problems)):
        raise typer.Exit(1)


def build_and_say(
    stores: list[Path],
    out: Path,
    options: SiteConfig,
    onto: str | None,
    first: bool,
    file: ConfigFile | None,
) -> BuildReport:
    """Build a site and print what was made of what; for every command that builds one.

    `file` is where the options are from, for the places of what it says.
    """
    import time
    from contextlib import nullcontext

    from ..build import build
    from ..earlier import earlier_site
    from ..workers import workers

    begun = time.monotonic()
    with earlier_site(onto, first) if onto is not None else nullcontext() as earlier:
        with progress_bar() as progress, workers() as executor:
            report = build(stores, out, options, progress, executor, earlier)
        for text in closing_lines(report, stores, out, time.monotonic() - begun, earlier, options.allow):
            line(text)
    for text in slip_lines(report, file):
        line(text, sys.stderr)
    return report


def slip_lines(report: BuildReport, file: ConfigFile | None) -> list[str]:
    """What the options name and no run has, with its line in their file."""
    placed = [(f"{file.place(slip.keys)}: " if file else "", slip) for slip in report.slips]
    return [one_line(f"note: {place}{slip}") for place, slip in placed]


def options_file(named: Path | None) -> ConfigFile | None:
    """The file of options that holds here, and say so; None when there is none."""
    from ..configfile import find_config

    found = find_config(Path(), named)
    if found is not None:
        line(one_line(f"with   {found.path}"))
    return found


def site_config(
    file: ConfigFile | None,
    title: str | None,
    private: bool = False,
    deleted_too: bool = False,
    artifacts: Files | None = None,
    data: Data | None = None,
    keep: list[str] | None = None,
) -> SiteConfig:
    """The configuration that a file and these options make; what is said here holds."""
    from pydantic import ValidationError

    from ..allow import DEFAULT
    from ..config import SiteConfig
    from ..kinds import EVERYTHING

    said = {} if file is None else file.config.model_dump(exclude_unset=True)
    said |= {"deleted_too": deleted_too, "scan": "fail" if in_ci() else "warn"}
    if private:
        said |= {"scan": "off", "publish": EVERYTHING, "base_url": None}
    if "allow" not in said and Path(DEFAULT).is_file():
        said["allow"] = DEFAULT
    if title is not None:
        said["title"] = title
    given = {"artifacts": artifacts, "data": data, "keep": keep or None}
    said |= {name: value for name, value in given.items() if value is not None}
    try:
        return SiteConfig.model_validate(said)
    except ValidationError as error:
        raise refused(error) from None


def closing_lines(
    report: BuildReport,
    stores: list[Path],
    out: Path,
    seconds: float,
    earlier: Earlier | None = None,
    allow: str | None = None,
) -> list[str]:
    """What was read and written, what was wrong, and where to look next."""
    from ..numbers import byte_size, duration, plural

    read = ", ".join(
        [plural(report.runs, "run"), plural(report.metrics, "metric"), plural(report.points, "point")]
    )
    counted = problem_count(report.problems)
    remark = f"({counted}: see problems/index.html)" if counted else ""
    rows = [
        ("read", f"{read} from {', '.join(map(str, stores))}", remark),
        *(("left", text, "") for text in left_words(report)),
        *([("onto", _onto(report, earlier), "")] if earlier is not None else []),
        *([("forgot", _forgotten(report), "")] if report.retention.dropped else []),
        (
            "wrote",
            f"{plural(report.pages, 'page')}, {byte_size(report.bytes)} to {out}",
            f"in {duration(seconds)}",
        ),
        ("open", str(out / "index.html"), ""),
    ]
    read_line, *others = aligned([(verb, one_line(text), rest) for verb, text, rest in rows])
    return [
        read_line,
        *problem_lines(report.problems, stores),
        *others[:-1],
        *found_lines(report, allow),
        others[-1],
        *_size_lines(report),
    ]


def left_words(report: BuildReport) -> list[str]:
    """How many runs of the stores are not shown, and why."""
    from ..numbers import plural

    left = f"{plural(report.left, 'deleted run')}; --deleted shows them"
    left_out = f"{plural(report.left_out, 'run')} for which the filter `only` does not hold"
    return [text for count, text in ((report.left, left), (report.left_out, left_out)) if count]


def _onto(report: BuildReport, earlier: Earlier) -> str:
    """What came along from the site that was published before."""
    from ..numbers import plural

    if earlier.store is None:
        return f"nothing is published at {earlier.said} yet: this is its first site"
    return f"{plural(report.earlier, 'run')} that only {earlier.said} had"


def _forgotten(report: BuildReport) -> str:
    """What the rules of --keep left out, and what stays in spite of them."""
    from ..numbers import plural

    spared = report.retention.spared
    stay = "stays" if spared == 1 else "stay"
    more = f"; {plural(spared, 'more run')} {stay}: baseline, tagged keep, in progress, or a parent"
    return f"{plural(len(report.retention.dropped), 'run')} that no rule of --keep keeps" + more * bool(
        spared
    )


def _size_lines(report: BuildReport) -> list[str]:
    """That a site is close to its budget, and what takes the space."""
    if report.warned is None:
        return []
    lines = [f"size   {report.warned.sentence}", *(f"       {text}" for text in report.warned.lines)]
    return [one_line(text) for text in lines]


def problem_count(problems: Sequence[Problem]) -> str:
    """How many problems and how many remarks there are; empty when there are none."""
    from ..numbers import plural

    remarks = sum(problem.remark for problem in problems)
    counts = ((len(problems) - remarks, "problem"), (remarks, "remark"))
    return ", ".join(plural(count, word) for count, word in counts if count)


def problem_lines(problems: Sequence[Problem], stores: Sequence[Path] = ()) -> list[str]:
    """The first problems by name, remarks after them, and how many more there are.

    A file with the points of many runs is a problem of each, and named once.
    """
    problems = sorted(problems, key=lambda problem: problem.remark)
    counted = Counter(one_line(f"{_place(problem.path, stores)}: {problem.what}") for problem in problems)
    named = list(counted.items())[:_MOST_NAMED]
    lines = [f"       {text}" + (f" ({count} times)" if count > 1 else "") for text, count in named]
    more = len(problems) - sum(count for _, count in named)
    return [*lines, f"       and {more} more"] if more else lines


def _place(path: str, stores: Sequence[Path]) -> str:
    """Where a problem lies: a page says of several stores only which, a terminal may say its path."""
    number, _, rest = path.removeprefix("store ").partition(": ")
    if path.startswith("store ") and number.isdecimal() and 0 < int(number) <= len(stores):
        return str(stores[int(number) - 1] / rest)
    return path
