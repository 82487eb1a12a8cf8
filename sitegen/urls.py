"""Every address inside a site. Python decides, the browser receives.

A *path* names a file from the root of the site: POSIX, ASCII, made of ids, hashes and slugs, never of a
user's text as it is. A *link* is what a page writes to reach it: relative, and always down to the file,
because a folder opened from disk shows a listing instead of its index. Pure.
"""

from __future__ import annotations

import hashlib
import itertools
import posixpath
from collections.abc import Iterable
from typing import NewType

Path = NewType("Path", str)  # of a file, from the root of the site
Link = NewType("Link", str)  # as written on a page

HOME = Path("index.html")
NOT_FOUND = Path("404.html")
PROBLEMS = Path("problems/index.html")
DATA = Path("data/index.html")
COMPARE = Path("compare/index.html")  # which runs, its fragment says: `compare_link`
COMPARABLE = Path("compare/runs.js")  # which runs the site has, for pages that let a reader choose some

_SHORT = 12  # letters of an id that name a run in a fragment, where they suffice


def experiment_page(slug_href: str) -> Path:
    """The page of an experiment, whose folder the catalog chose."""
    return Path(f"{slug_href}index.html")


def run_page(run_id: str) -> Path:
    """The page of a run."""
    return Path(f"r/{run_id}/index.html")


def shard(digest: str) -> Path:
    """A data script, named by what it holds."""
    return Path(f"shards/{digest}.js")


def asset(stem: str, digest: str, extension: str) -> Path:
    """A script or a style sheet that pages share, named by what it holds."""
    return Path(f"assets/{stem}.{digest}.{extension}")


def artifact(sha256: str, extension: str) -> Path:
    """The content of an artifact: named by what it holds, its extension from a list of ours."""
    return Path(f"a/{sha256[:32]}.{extension}")


def badge(slug: str) -> Path:
    """The picture of a metric's value; its name is to be readable, because people write it into a README."""
    return Path(f"badges/{slug}.svg")


def run_words(run_ids: Iterable[str]) -> dict[str, str]:
    """What a fragment calls each run of a site: the start of its id that no other has.

    It has 12 letters or more: the millisecond in which a run of `logger` started.
    """
    ordered = sorted(run_ids)
    shared = [len(posixpath.commonprefix(pair)) for pair in itertools.pairwise(ordered)]
    beside = zip(ordered, [0, *shared], [*shared, 0], strict=False)
    return {run_id: run_id[: max(_SHORT, before + 1, behind + 1)] for run_id, before, behind in beside}


def compare_link(page: str, words: Iterable[str]) -> Link:
    """How the page at path `page` links the comparison of runs by their words, the baseline first."""
    return link(page, COMPARE, f"compare={','.join(words)}")


def digest(content: bytes) -> str:
    """The part of a name that changes with the content: 64 bits of SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()[:16]


def link(page: str, target: str, fragment: str = "") -> Link:
    """How the page at path `page` writes a link to the file at path `target`."""
    relative = posixpath.relpath(target, posixpath.dirname(page) or ".")
    return Link(f"{relative}#{fragment}" if fragment else relative)


def address(base: str, path: str) -> str:
    """The whole address of a file of a site that lies at `base`; of an index that of its folder."""
    return base + path.removesuffix("index.html")


def target(page: str, link: str) -> Path:
    """The file that a link on a page leads to."""
    return Path(posixpath.normpath(posixpath.join(posixpath.dirname(page), link)))


def root(page: str) -> str:
    """What leads from a page to the root of the site: "", "../", "../../"."""
    return "../" * page.count("/")
