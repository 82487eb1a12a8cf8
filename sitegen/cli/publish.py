"""`sitegen publish`: a site → a branch of a repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import aligned, answering, line, one_line

if TYPE_CHECKING:
    from ..publish import Published

EXAMPLES = """\b
Examples:
  sitegen publish
  sitegen publish public --branch gh-pages --remote origin
"""


@answering
def command(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="Folder that a build made.")] = Path("public"),
    branch: Annotated[str, typer.Option(help="Branch that holds the site, and nothing else.")] = "gh-pages",
    remote: Annotated[
        str, typer.Option(help="Repository: a remote of the one you are in, or an address.")
    ] = "origin",
    history: Annotated[
        bool,
        typer.Option(
            "--history/--no-history",
            help="A commit for each publish, or a branch that is one commit and stays small.",
        ),
    ] = True,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Also where the branch holds something else, or runs that the site lacks."
        ),
    ] = False,
    cname: Annotated[
        str | None,
        typer.Option(metavar="DOMAIN", help="Domain of the site. [default: the one that the branch has]"),
    ] = None,
    message: Annotated[str | None, typer.Option(help="Message of the commit.")] = None,
) -> None:
    """Push a site to a branch, without touching your checkout. Runs that the branch shows are never lost."""
    from ..gitrepo import GitRepo
    from ..publish import Destination, Wish, publish_site

    to = Destination(GitRepo(Path()), remote, branch)
    wish = Wish(history=history, replace=replace, cname=cname, message=message or "")
    published = publish_site(site, to, wish)
    for text in closing_lines(published, branch, remote):
        line(text)


def closing_lines(published: Published, branch: str, remote: str) -> list[str]:
    """What was read and pushed, and after the first time where to turn Pages on."""
    from ..gitrepo import without_password
    from ..numbers import byte_size, plural

    files = f"{plural(published.files, 'file')}, {byte_size(published.bytes)} from {published.site}"
    where = f"{branch} of {without_password(remote)}"
    runs = f"({plural(published.runs, 'run')}, {published.added} of them new)"
    rows = [("read", files, "")]
    if published.changed:
        rows.append(("pushed", f"commit {published.commit[:12]} to {where}", runs))
    else:
        rows.append(("kept", f"{where} as it is: it has all of that", ""))
    if published.first:
        rows.append(("next", f"on GitHub: Settings, Pages, Deploy from a branch, {branch}", ""))
    return aligned([(verb, one_line(text), rest) for verb, text, rest in rows])
