"""Workflow: the text of a GitHub workflow that trains, compares, publishes, and comments on pull requests.

Put together from the parts in `templates/github/`, which are YAML with a few words in «guillemets», because
a workflow is full of braces and dollars already. Pure but for reading them; `sitegen.pins` knows the versions
of actions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from logger.errors import explain

from .errors import PublishRefused
from .pins import PINS

WORKFLOW = Path(".github/workflows/runfolio.yml")

Pages = Literal["public", "artifact"]

_PLAIN = re.compile("[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?")  # means nothing in YAML, bash, expressions
_WORD = re.compile("«([a-z-]+)»")


@dataclass(frozen=True, slots=True)
class Variant:
    """What differs between a site for everyone and one for those who may read the repository."""

    branch: str
    branch_why: str
    shows: str
    parts: tuple[str, ...]
    next: tuple[str, ...]  # what is left to do on GitHub


VARIANTS: Mapping[Pages, Variant] = {
    "public": Variant(
        branch="gh-pages",
        branch_why="it is the record of all runs, and what Pages shows",
        shows="shows that branch as GitHub Pages",
        parts=("head.yml", "publish.yml", "deploy.yml", "comment.yml"),
        next=("on GitHub: Settings, Pages, Source: GitHub Actions",),
    ),
    "artifact": Variant(
        branch="runfolio",
        branch_why="not gh-pages, which may turn Pages on by itself",
        shows="keeps the site as an artifact of the workflow",
        parts=("head.yml", "publish.yml", "keep.yml", "comment.yml"),
        next=("on GitHub: Actions, Runfolio, a run, runfolio-site; unpack it and open index.html",),
    ),
}


def workflow(pages: Pages, main: str, version: str, templates: Path) -> str:
    """The text of a workflow.

    Args:
        main: the branch whose runs are published.
        version: of Runfolio, which the workflow installs.
        templates: the folder of templates.
    Raises: PublishRefused: the branch has a name that would not stay a name in a workflow.
    """
    if not _PLAIN.fullmatch(main):
        allowed = "letters, digits, and . _ / - between them."
        raise PublishRefused(explain(f"a workflow cannot name the branch {main!r}.", allowed))
    variant = VARIANTS[pages]
    words = {name: str(pin) for name, pin in PINS.items()}
    words |= {"branch": variant.branch, "branch-why": variant.branch_why, "shows": variant.shows}
    words |= {"main": main, "version": version}
    text = "".join((templates / "github" / part).read_text("utf-8") for part in variant.parts)
    return _WORD.sub(lambda match: words[match[1]], text)
