"""`sitegen compare`: what differs between two groups of runs."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from .build import ConfigOption
from .console import answering, line, no_answer_is_2, progress_bar

if TYPE_CHECKING:
    from logger.factlines import JsonValue

    from ..allow import AllowList
    from ..catalog import Catalog
    from ..config import SiteConfig
    from ..documents import Document

EXAMPLES = """\b
Examples:
  sitegen compare "latest main" git:HEAD
  sitegen compare "latest main" git:HEAD --format markdown --summary
  sitegen compare 0199f3c2a7d8 0199f3c41b02
  sitegen compare "params.depth = 3" "params.depth = 5" --experiment "fake box" --store tracking
"""


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


Value: TypeAlias = Literal["best", "last"]

StoreOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--store",
        metavar="STORE",
        help="Folder that logger wrote, mlruns folder, MLflow database; may be repeated. [default: tracking]",
    ),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="For a terminal, for a comment or summary, or for programs.")
]
SummaryOption = Annotated[
    bool,
    typer.Option("--summary", help="Also append the Markdown to the job's summary ($GITHUB_STEP_SUMMARY)."),
]


@answering
def command(
    base: Annotated[
        str,
        typer.Argument(metavar="BASE", help='A run id, "latest BRANCH", git:REF, or a filter for runs.'),
    ],
    head: Annotated[str, typer.Argument(metavar="HEAD", help="The runs that are held against these.")],
    store: StoreOption = None,
    experiment: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only runs of this experiment are meant.")
    ] = None,
    value: Annotated[
        Value | None,
        typer.Option(metavar="WHICH", help="Of a run: best or last. [default: best where a goal is known]"),
    ] = None,
    form: FormatOption = Format.TEXT,
    summary: SummaryOption = False,
    config: ConfigOption = None,
) -> None:
    """Show what differs between two runs, or two groups of seeds: params, and metrics with their noise."""
    with no_answer_is_2():
        from ..comparison import compare
        from ..comparison_words import comparison_document, comparison_json, comparison_marker
        from ..groups import find, group, the_side
        from ..hushing import without_named_secrets
        from ..revisions import revision

        stores = checked(store)
        base_side, head_side = the_side(base), the_side(head)
        catalog, options = overview(stores, config)
        allowed = allow_list(options)
        after = group(head_side, find(catalog, head_side, revision, experiment))
        within = None if base_side.kind == "run" else experiment or after.experiment.name
        before = group(base_side, find(catalog, base_side, revision, within, but=after))
        found = without_named_secrets(compare(before, after, value), allowed)
        document = comparison_document(found)
        say(form, document, comparison_marker(found), comparison_json(found), summary, allowed)


def checked(stores: list[Path] | None) -> list[Path]:
    """The stores that are meant.

    Raises: StoreNotFound, StoreError: one of them is none, which is said before what is wrong with its runs.
    """
    from ..sources import check_known

    named = stores or [Path("tracking")]
    check_known(named)
    return named


def overview(stores: list[Path], config: Path | None) -> tuple[Catalog, SiteConfig]:
    """The runs of some stores, and what the file of options says."""
    from ..config import SiteConfig
    from ..configfile import find_config
    from ..overview import read_overview
    from ..workers import workers

    found = find_config(Path(), config)
    options = found.config if found else SiteConfig()
    with progress_bar() as progress, workers() as executor:
        return read_overview(stores, options, progress, executor), options


def allow_list(options: SiteConfig) -> AllowList:
    """What may go out although the scan recognises it."""
    from ..allow import DEFAULT, AllowList, read_allowed

    file = options.allow or (DEFAULT if Path(DEFAULT).is_file() else None)
    return AllowList() if file is None else read_allowed(Path(file))


def say(
    form: Format,
    document: Document,
    marker: str,
    record: dict[str, JsonValue],
    summary: bool,
    allowed: AllowList,
) -> None:
    """Print an answer without secrets, and append it to the summary of the job when asked to.

    Raises: NothingToDo: there is no such summary.
    """
    import json

    from ..documents import as_markdown, as_text
    from ..hushing import hushed_document, hushed_json

    document = hushed_document(document, allowed)
    if summary:
        _append_summary(as_markdown(document, marker))
    if form is Format.JSON:
        line(
            json.dumps(hushed_json(record, allowed), indent=1, allow_nan=False)
        )  # ASCII only: nothing a terminal would obey
    else:
        line(as_text(document) if form is Format.TEXT else as_markdown(document, marker))


def _append_summary(text: str) -> None:
    from logger.errors import explain

    from ..errors import NothingToDo

    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        problem = "GITHUB_STEP_SUMMARY names no file: there is no job with a summary here."
        raise NothingToDo(explain(problem, hint="--format markdown > summary.md"))
    try:
        with Path(place).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text + "\n\n")
    except OSError as error:
        raise NothingToDo(f"the summary {place} cannot be written: {error.strerror}.") from error
