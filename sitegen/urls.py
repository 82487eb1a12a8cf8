"""Every address inside a site. Python decides, the browser receives.

A *site path* names a file from the root of the site: POSIX, ASCII, made of ids and hashes, never of a
user's text. An *href* is what a page writes to reach it: relative, and always down to the file,
because a folder opened from disk shows a listing instead of its index. Pure.
"""

from __future__ import annotations

import hashlib
import posixpath
from typing import NewType

SitePath = NewType("SitePath", str)  # of a file, from the root of the site
Href = NewType("Href", str)  # as written on a page

HOME = SitePath("index.html")
NOT_FOUND = SitePath("404.html")
PROBLEMS = SitePath("problems/index.html")


def experiment_page(slug_href: str) -> SitePath:
    """The page of an experiment, whose folder the catalog chose."""
    return SitePath(f"{slug_href}index.html")


def run_page(run_id: str) -> SitePath:
    """The page of a run."""
    return SitePath(f"r/{run_id}/index.html")


def shard(digest: str) -> SitePath:
    """A data script, named by what it holds."""
    return SitePath(f"shards/{digest}.js")


def asset(stem: str, digest: str, extension: str) -> SitePath:
    """A script or a style sheet that pages share, named by what it holds."""
    return SitePath(f"assets/{stem}.{digest}.{extension}")


def digest(content: bytes) -> str:
    """The part of a name that changes with the content: 64 bits of SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()[:16]


def link(page: str, target: str, fragment: str = "") -> Href:
    """How the page at path `page` writes a link to the file at path `target`."""
    relative = posixpath.relpath(target, posixpath.dirname(page) or ".")
    return Href(f"{relative}#{fragment}" if fragment else relative)


def root(page: str) -> str:
    """What leads from a page to the root of the site: "", "../", "../../"."""
    return "../" * page.count("/")
