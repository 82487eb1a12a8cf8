"""`sitegen check`: whether the gates hold."""

from __future__ import annotations

from typing import Annotated

import typer

from .build import ConfigOption
from .compare import Format, FormatOption, StoreOption, SummaryOption, allow_list, checked, overview, say
from .console import answering, no_answer_is_2

EXAMPLES = """\b
Examples:
  sitegen check git:HEAD
  sitegen check git:HEAD --summary --format markdown
  sitegen check --store tracking --allow-no-base
"""


@answering
def command(
    head: Annotated[
        str | None,
        typer.Argument(
            metavar="HEAD",
            help='What is judged: a run id, "latest BRANCH", git:REF, a filter. [default: the newest]',
        ),
    ] = None,
    store: StoreOption = None,
    allow_no_base: Annotated[
        bool,
        typer.Option("--allow-no-base", help="What has nothing to be held against yet, passes; it is said."),
    ] = False,
    form: FormatOption = Format.TEXT,
    summary: SummaryOption = False,
    config: ConfigOption = None,
) -> None:
    """Hold runs against the gates of the file of options. Exits with 1 when one does not hold."""
    with no_answer_is_2():
        from logger.errors import explain

        from ..errors import NothingToDo
        from ..groups import the_side
        from ..revisions import revision
        from ..sides import NEWEST
        from ..verdict_words import MARKER, judgement_document, judgement_json
        from ..verdicts import judge

        stores = checked(store)
        side = NEWEST if head is None else the_side(head)
        catalog, options = overview(stores, config)
        if not options.gates:
            hint = "[tool.sitegen.gates] in pyproject.toml, as docs/gates.md has it."
            raise NothingToDo(explain("there are no gates.", hint=hint))
        found = judge(options.gates, catalog, side, revision)
        document = judgement_document(found, allow_no_base)
        say(form, document, MARKER, judgement_json(found, allow_no_base), summary, allow_list(options))
    if not found.passes(allow_no_base):
        raise typer.Exit(1)
