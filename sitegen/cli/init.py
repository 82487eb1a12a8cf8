"""`sitegen init`: writes the workflow by which a repository publishes its runs."""

from __future__ import annotations

import difflib
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from .console import answering, line, one_line

if TYPE_CHECKING:
    from ..workflow import Pages

EXAMPLES = """\b
Examples:
  sitegen init github
  sitegen init github --pages public
  sitegen init github --pages artifact --force
"""

_QUESTION = """\
A GitHub Pages site can be read by everyone, as a rule also when the repository is private.
  public    publish the runs there
  artifact  keep the site as an artifact of the workflow, for those who may read the repository"""


class Host(StrEnum):
    """Where a repository may lie."""

    GITHUB = "github"


@answering
def command(
    host: Annotated[Host, typer.Argument(metavar="HOST", help="Where the repository lies: github.")],
    pages: Annotated[
        Literal["public", "artifact"] | None,
        typer.Option(
            metavar="WHERE",
            help="Who may read the site: public, everyone on GitHub Pages; artifact, who may read the "
            "repository. [default: asks]",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also over a workflow that is there.")] = False,
) -> None:
    """Write a workflow that trains, publishes the runs, and compares pull requests with them."""
    from importlib.metadata import version

    from logger.errors import explain

    from ..assets import templates_dir
    from ..errors import OutputFailed
    from ..gitrepo import GitRepo
    from ..workflow import VARIANTS, WORKFLOW, workflow

    repo = GitRepo(Path())
    chosen = pages or _asked()
    text = workflow(chosen, repo.main_branch(), version("runfolio"), templates_dir())
    path = repo.root() / WORKFLOW
    there = path.read_text("utf-8", "replace") if path.is_file() else None
    if there == text:
        line(f"kept   {WORKFLOW} as it is")
    else:
        if there is not None:
            _show_difference(there, text, str(WORKFLOW))
            if not force:
                line(f"error: {WORKFLOW} is there and differs, as shown above.", sys.stderr)
                line("  Try: --force, which replaces it", sys.stderr)
                raise typer.Exit(1)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            problem = f"{path} cannot be written: {error.strerror}."
            hint = f"a look at {path.parent}, which has to be a folder where you may write"
            raise OutputFailed(explain(problem, hint=hint)) from error
        line(f"wrote  {WORKFLOW}")
        line("next   look at the lines marked EDIT, commit, push")
    for step in VARIANTS[chosen].next:
        line(one_line(f"next   {step}"))


def _asked() -> Pages:
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            "nobody can be asked here whether the runs may be read by everyone: say public or artifact",
            param_hint="--pages",
        )
    line(_QUESTION)
    answer = typer.prompt("Which", default="artifact")
    if answer not in ("public", "artifact"):
        raise typer.BadParameter(f"{answer!r} is neither public nor artifact", param_hint="--pages")
    return cast("Pages", answer)


def _show_difference(old: str, new: str, name: str) -> None:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"{name} as it is", f"{name} anew", n=1)
    for text in lines:
        line(one_line(text))
