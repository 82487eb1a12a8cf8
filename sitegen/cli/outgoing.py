"""Outgoing: the options that say what of a store goes out, and how findings of the scan are told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from .console import one_line

if TYPE_CHECKING:
    from pydantic import ValidationError

    from ..build import BuildReport
    from ..config import SiteConfig

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
_MOST_NAMED = 5  # findings that are named


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
        raise refused(error) from None
    except ValueError as error:
        raise typer.BadParameter(f"--publish: {error}") from None


def refused(error: ValidationError) -> typer.BadParameter:
    """The first fault of a configuration as one of the option that said it: its value, and what is wrong."""
    from ..configfile import limit_of
    from ..safe import clipped

    found = error.errors()[0]
    given = f" {clipped(found['input'])!r}" if isinstance(found["input"], str) else ""
    option = str(found["loc"][0]).replace("_", "-")
    said = limit_of(found) or found["msg"].removeprefix("Value error, ")
    return typer.BadParameter(f"--{option}{given}: {said[:1].lower()}{said[1:]}")


def refusing(config: SiteConfig) -> SiteConfig:
    """The configuration of a build that writes nothing when something looks secret or private."""
    return config.model_copy(update={"scan": "fail"})


def in_ci() -> bool:
    """Whether this runs in continuous integration, where nobody reads a warning."""
    return os.environ.get("CI", "").casefold() not in ("", "0", "false")


def found_lines(report: BuildReport, file: str | None) -> list[str]:
    """What looks secret or private, what was withheld for it, and the lines that would allow it.

    Args:
        file: the allow-file, when there is one.
    """
    from ..allow import DEFAULT

    file = file or DEFAULT
    named = report.found[:_MOST_NAMED]
    lines = [f"{'kept' if one.withheld else 'found':<6} {one_line(one.said)}" for one in named]
    more = len(report.found) - len(named)
    lines += [f"       and {more} more"] if more else []
    if any(not one.withheld for one in report.found):
        lines.append("       with --strict, as in CI, nothing is written when something is found")
    if any(one.withheld for one in report.found):
        lines.append("       the content of what is kept is not published")
    if named:
        lines.append(f"       what may go out all the same is a line in {one_line(file)}:")
        lines += dict.fromkeys(f"         {one.allowing}" for one in named)
    return [*lines, *(f"note   {one_line(place)} allows nothing that is there" for place in report.unused)]
