"""`sitegen build`: stores → a site."""

from __future__ import annotations

import os
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
  sitegen build --only "tags.stage = 'final'" --drop-param "*_path" --publish command
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
PublishOption = Annotated[
    str | None,
    typer.Option(
        metavar="KINDS",
        help="Kinds of what was recorded to publish, too, such as command,host; no-user leaves one out.",
    ),
]
OnlyOption = Annotated[
    str | None, typer.Option(metavar="FILTER", help="Only runs for which this filter of search_runs holds.")
]
DropParamOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN", help="Leave out params with such a name, as *_path; may be given several times."
    ),
]
DropTagOption = Annotated[
    list[str] | None,
    typer.Option(metavar="PATTERN", help="Leave out tags with such a name; may be given several times."),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Where the site will lie, for links that are seen elsewhere."),
]
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
    publish: PublishOption = None,
    only: OnlyOption = None,
    drop_param: DropParamOption = None,
    drop_tag: DropTagOption = None,
    base_url: BaseUrlOption = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Exit with 1 when a store has problems, with 3 when a text looks private."
        ),
    ] = False,
) -> None:
    """Build a site from one or several stores."""
    import time

    from ..allow import DEFAULT
    from ..build import build
    from ..workers import workers

    begun = time.monotonic()
    named = stores or [Path("tracking")]
    options = site_config(config, title, deleted_too=deleted, artifacts=artifacts)
    options = discreet(options, publish, only, drop_param, drop_tag, base_url)
    if strict or in_ci():
        options = options.model_copy(update={"scan": "fail"})
    with progress_bar() as progress, workers() as executor:
        report = build(named, out, options, progress, executor)
    for text in closing_lines(report, named, out, time.monotonic() - begun, options.allow or DEFAULT):
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

    from ..allow import DEFAULT
    from ..config import SiteConfig
    from ..configfile import find_config
    from ..kinds import EVERYTHING

    found = find_config(Path(), file)
    said = {} if found is None else found.config.model_dump(exclude_unset=True)
    said["deleted_too"] = deleted_too
    if private:
        said |= {"scan": "off", "publish": EVERYTHING, "base_url": None}
    if "allow" not in said and Path(DEFAULT).is_file():
        said["allow"] = DEFAULT
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


def discreet(
    config: SiteConfig,
    publish: str | None,
    only: str | None,
    drop_params: list[str] | None,
    drop_tags: list[str] | None,
    base_url: str | None,
) -> SiteConfig:
    """The configuration with what these options say of what goes out; patterns add to those of the file."""
    from pydantic import ValidationError

    from ..config import SiteConfig
    from ..kinds import published_too

    said: dict[str, object] = {
        "drop_params": [*config.drop_params, *(drop_params or ())],
        "drop_tags": [*config.drop_tags, *(drop_tags or ())],
    }
    said |= {key: value for key, value in (("only", only), ("base_url", base_url)) if value is not None}
    try:
        if publish is not None:
            said["publish"] = published_too(config.publish, publish)
        return SiteConfig.model_validate({**config.model_dump(exclude_unset=True), **said})
    except ValidationError as error:
        found = error.errors()[0]
        option = str(found["loc"][0]).replace("_", "-")
        raise typer.BadParameter(f"--{option} {found['msg'].removeprefix('Value error, ')}") from None
    except ValueError as error:
        raise typer.BadParameter(f"--publish: {error}") from None


def in_ci() -> bool:
    """Whether this runs in continuous integration, where nobody reads a warning."""
    return os.environ.get("CI", "").casefold() not in ("", "0", "false")


def closing_lines(
    report: BuildReport, stores: list[Path], out: Path, seconds: float, allow: str
) -> list[str]:
    """What was read and written, what was wrong, and where to look next."""
    from ..numbers import byte_size, duration, plural

    read = ", ".join(
        [plural(report.runs, "run"), plural(report.metrics, "metric"), plural(report.points, "point")]
    )
    counted = problem_count(report.problems)
    remark = f"({counted}: see problems/index.html)" if counted else ""
    left = f"{plural(report.left, 'deleted run')}; --deleted shows them"
    left_out = f"{plural(report.left_out, 'run')} for which --only does not hold"
    rows = [
        ("read", f"{read} from {', '.join(map(str, stores))}", remark),
        *([("left", left, "")] if report.left else []),
        *([("left", left_out, "")] if report.left_out else []),
        (
            "wrote",
            f"{plural(report.pages, 'page')}, {byte_size(report.bytes)} to {out}",
            f"in {duration(seconds)}",
        ),
        ("open", str(out / "index.html"), ""),
    ]
    read_line, *others = aligned([(verb, one_line(text), rest) for verb, text, rest in rows])
    return [read_line, *problem_lines(report.problems), *others[:-1], *found_lines(report, allow), others[-1]]


def found_lines(report: BuildReport, file: str) -> list[str]:
    """What looks secret or private, what was withheld for it, and the lines that would allow it.

    Args:
        file: the allow-file.
    """
    named = report.found[:_MOST_NAMED]
    lines = [f"{'kept' if one.withheld else 'found':<6} {one_line(one.said)}" for one in named]
    more = len(report.found) - len(named)
    lines += [f"       and {more} more"] if more else []
    if any(not one.withheld for one in report.found):
        lines.append("       with --strict, as in CI, nothing is written when something is found")
    if any(one.withheld for one in report.found):
        lines.append("       the content of what is kept is not published")
    if named:
        lines.append(f"       what may go out all the same is a line in {file}:")
        lines += dict.fromkeys(f"         {one.allowing}" for one in named)
    return [*lines, *(f"note   {one_line(place)} allows nothing that is there" for place in report.unused)]


def problem_count(problems: Sequence[Problem]) -> str:
    """How many problems and how many remarks there are; empty when there are none."""
    from ..numbers import plural

    remarks = sum(problem.remark for problem in problems)
    counts = ((len(problems) - remarks, "problem"), (remarks, "remark"))
    return ", ".join(plural(count, word) for count, word in counts if count)


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """The first problems by name, remarks after them, and how many more there are."""
    problems = sorted(problems, key=lambda problem: problem.remark)
    lines = [f"       {one_line(f'{problem.path}: {problem.what}')}" for problem in problems[:_MOST_NAMED]]
    more = len(problems) - len(lines)
    return [*lines, f"       and {more} more"] if more else lines
