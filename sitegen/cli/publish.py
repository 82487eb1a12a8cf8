"""`sitegen publish`: a site → a branch of a repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .build import ConfigOption, TitleOption, build_and_say, options_file, site_config
from .console import aligned, answering, line, one_line
from .outgoing import refusing

if TYPE_CHECKING:
    from ..publish import Published

EXAMPLES = """\b
Examples:
  sitegen publish
  sitegen publish public --branch gh-pages --remote origin
  sitegen publish --build tracking
"""


@answering
def command(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="Folder that a build made.")] = Path("public"),
    branch: Annotated[str, typer.Option(help="Branch that holds the site, and nothing else.")] = "gh-pages",
    remote: Annotated[
        str, typer.Option(help="Repository: a remote of the one you are in, or an address.")
    ] = "origin",
    build: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="STORE",
            help="Build the site of this store first, onto what the branch has, and again whenever somebody "
            "else was faster; may be given several times.",
        ),
    ] = None,
    config: ConfigOption = None,
    title: TitleOption = None,
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
    from ..publish import Destination, Wish, publish_built, publish_site
    from ..sources import check_known

    if not build and (config is not None or title is not None):
        raise typer.BadParameter(
            "it is for a build, and --build was not given", param_hint="--config, --title"
        )
    to = Destination(GitRepo(Path()), remote, branch)
    wish = Wish(history=history, replace=replace, cname=cname, message=message or "")
    if build:
        check_known(build)
        if not replace:
            to.repo.check_remote(remote)
        file = options_file(config)
        options = refusing(site_config(file, title))  # what is pushed is public, and there is no way back

        def onto(head: str | None) -> Path:
            earlier = None if replace else f"git:{remote}/{branch}"
            build_and_say(build, site, options, earlier, head is None, file)
            return site

        published = publish_built(onto, to, wish)
    else:
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
