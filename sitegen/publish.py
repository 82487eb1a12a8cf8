"""Publish: a site becomes a commit of a branch of a repository, for Pages or whoever serves a branch.

A site is whole, so the one published last takes the place of the one before. What keeps the runs of two that
publish at the same time: the push says which commit it replaces, and is turned down when the branch moved.
`publish_built` then builds again, onto what the branch has now; `publish_site`, which is given a site as it
is, refuses one that lacks a run of the branch.

What others put at the top of the branch (`CNAME`, `robots.txt`, a folder) stays; `sitegen.gitrepo` knows git.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from logger.errors import explain

from .errors import PublishFailed, PublishRefused
from .gitrepo import Entry, GitRepo, Moved
from .numbers import plural
from .target import JUNK, MARKER, made_by, read_marker
from .urls import run_page

NO_JEKYLL = ".nojekyll"  # GitHub would run Jekyll over the branch, and leave out what begins with _ or a dot
CNAME = "CNAME"  # the domain under which GitHub Pages serves the branch
TRIES = 10  # each one that is lost was won by somebody else's publish

_RUN_PAGE = re.compile(re.escape(run_page("@")).replace("@", "([^/]+)"))
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_OURS = frozenset((MARKER, NO_JEKYLL))


@dataclass(frozen=True, slots=True)
class Destination:
    """A branch of a repository."""

    repo: GitRepo
    remote: str  # a name that the repository knows, or an address
    branch: str


@dataclass(frozen=True, slots=True)
class Wish:
    """How to publish."""

    history: bool = True  # False: the branch is one commit without a parent
    replace: bool = False  # also what is no site, and runs that the site to publish lacks
    cname: str | None = None  # the domain of the site
    message: str = ""  # of the commit


@dataclass(frozen=True, slots=True)
class Published:
    """What a publish did."""

    site: Path
    files: int
    bytes: int
    runs: int
    added: int  # runs that the branch did not show
    commit: str  # that the branch is at
    changed: bool  # False: the branch had all that already
    first: bool  # there was no such branch


def publish_site(site: Path, to: Destination, wish: Wish | None = None, tries: int = TRIES) -> Published:
    """Publish a site that was built.

    Raises: PublishRefused: it is no site, the branch holds something else, or shows a run that it lacks.
        PublishFailed: the repository cannot be reached, or refuses.
    """
    wish = wish or Wish()
    check_site(site)

    def same(head: str | None) -> Path:
        if head is not None and not wish.replace:
            _check_runs_stay(site, to, head)
        return site

    return publish_built(same, to, wish, tries)


def publish_built(
    build: Callable[[str | None], Path], to: Destination, wish: Wish | None = None, tries: int = TRIES
) -> Published:
    """Build onto what the branch has and publish that; again, when somebody else was faster.

    Args:
        build: makes a site of the site in a commit (None: there is none yet) and of what is new; its folder.
        tries: how often at most.
    Raises: as `publish_site`, and whatever `build` does. PublishFailed: the branch moved at every try.
    """
    wish = wish or Wish()
    _check_host(wish.cname)
    to.repo.check_branch(to.branch)
    for _ in range(tries):
        try:
            return _attempt(build, to, wish)
        except Moved:
            continue
    problem = f"the branch {to.branch} was moved by others at each of {plural(tries, 'try', 'tries')}."
    raise PublishFailed(explain(problem, hint="again in a moment; nothing is lost"))


def _attempt(build: Callable[[str | None], Path], to: Destination, wish: Wish) -> Published:
    repo = to.repo
    head = repo.remote_head(to.remote, to.branch)
    top: dict[str, Entry] = {}
    if head is not None:
        repo.fetch(to.remote, to.branch, head)
        top = repo.top(head)
        if not wish.replace and top.keys() - {CNAME, *_OURS} and MARKER not in top:
            problem = f"the branch {to.branch} holds no site of ours, but {_some(top)}."
            raise PublishRefused(explain(problem, "a branch for the site alone.", "--branch, or --replace"))
    shown = runs_of(repo.paths(head)) if head else frozenset[str]()
    folder = build(head)
    paths = site_files(folder)
    more = {NO_JEKYLL: b""} | ({CNAME: f"{wish.cname}\n".encode()} if wish.cname else {})
    paths = [path for path in paths if path not in more]
    names = {path.split("/")[0] for path in (*paths, *more)}
    theirs = _of_others(top, made_by(repo.read(head, MARKER) or b"") if head else None)
    kept = {name: entry for name, entry in theirs.items() if name not in names}
    tree = repo.write_tree(folder, paths, more, kept)
    runs = runs_of(paths)
    changed = head is None or repo.tree_of(head) != tree
    if changed:
        parents = [head] if head and wish.history else []
        said = wish.message or f"Publish the site of {plural(len(runs), 'run')}"
        commit = repo.commit(tree, parents, said)
        repo.push(to.remote, to.branch, commit, head)
    return Published(
        site=folder,
        files=len(paths),
        bytes=sum((folder / path).stat().st_size for path in paths),
        runs=len(runs),
        added=len(runs - shown),
        commit=commit if changed else head or "",
        changed=changed,
        first=head is None,
    )


def runs_of(paths: Iterable[str]) -> frozenset[str]:
    """The ids of the runs that have a page among the files of a site."""
    return frozenset(match[1] for match in map(_RUN_PAGE.fullmatch, paths) if match)


def site_files(folder: Path) -> list[str]:
    """The files of the site in a folder, from there, in a fixed order.

    Raises: PublishRefused: it is no site, or holds what cannot be published.
    """
    check_site(folder)
    return sorted(_files(folder, folder))


def check_site(folder: Path) -> None:
    """Raises: PublishRefused: no build made what lies there."""
    if read_marker(folder) is None:
        problem = f"{os.fspath(folder)} is no site that a build made."
        raise PublishRefused(explain(problem, hint=f"sitegen build tracking -o {_to_build_in(folder)}"))


def _to_build_in(folder: Path) -> str:
    """Where a build could put the site that is missing: there, unless something is in the way."""
    is_free = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    return shlex.quote(os.fspath(folder)) if is_free else "public"


def _files(folder: Path, root: Path) -> Iterator[str]:
    for path in folder.iterdir():
        if path.name in JUNK:
            continue
        shown = path.relative_to(root).as_posix()
        mode = path.lstat().st_mode
        if path.name.casefold().startswith(".git") or not path.name.isprintable():
            raise PublishRefused(f"{shown!r} in the site cannot be published: move it out of it.")
        if stat.S_ISDIR(mode):
            yield from _files(path, root)
        elif stat.S_ISREG(mode):
            yield shown
        else:
            raise PublishRefused(
                f"{shown} in the site is no plain file, and is not followed: move it out of it."
            )


def _of_others(top: Mapping[str, Entry], made: frozenset[str] | None) -> dict[str, Entry]:
    """What no build made of what lies at the top of a branch; of a branch that is no site, its domain."""
    if made is None:
        return {name: entry for name, entry in top.items() if name == CNAME}
    return {name: entry for name, entry in top.items() if name not in made}


def _check_runs_stay(site: Path, to: Destination, head: str) -> None:
    missing = sorted(runs_of(to.repo.paths(head)) - runs_of(site_files(site)))
    if missing:
        who = plural(len(missing), "run")
        problem = f"the branch {to.branch} shows {who} that {os.fspath(site)} lacks ({_some(missing)})."
        hint = f"sitegen publish {os.fspath(site)} --build tracking, which builds onto the branch"
        raise PublishRefused(explain(problem, "a site with all runs of the branch; or --replace.", hint))


def _check_host(name: str | None) -> None:
    if name is not None and (not _HOST.fullmatch(name) or len(name) > 253):
        raise PublishRefused(explain(f"{name!r} is no domain.", "a name such as runs.example.org"))


def _some(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    return ", ".join(map(ascii, ordered[:3])).replace("'", "") + more
