"""Remotes: the address of a repository in the form in which it may be published.

A public-looking one has a host with a name that everybody can look up. Nobody's user or password is part of
any form, nor what stands behind a `?`. `sitegen.origin` makes links of these. Pure.
"""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?P<scheme>https?|ssh)://(?:[^/@\s]*@)?(?P<host>[^/:@\s]+)(?P<rest>(?::\d+)?/[^?#\s]+)"
)
_SCP = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w-]+(?:\.[\w-]+)+):(?!//)(?P<path>[^?#\s]+)")  # git@host:path
_PUBLIC_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z]", re.IGNORECASE)
_PRIVATE_HOST = re.compile(
    r"(?:.*\.)?(?:internal|corp|local|lan|intranet|private|home|localdomain|arpa|test|invalid)"
)


def public_remote(remote: str) -> str:
    """The address without a user; "" when it is not one of http, https or ssh at a public-looking host."""
    match = _ADDRESS.fullmatch(remote)
    if match:
        host, address = match["host"], f"{match['scheme']}://{match['host']}{match['rest']}"
    else:
        match = _SCP.fullmatch(remote)
        if match is None:
            return ""
        host, address = match["host"], f"ssh://{match['host']}/{match['path'].lstrip('/')}"
    if not _PUBLIC_HOST.fullmatch(host) or _PRIVATE_HOST.fullmatch(host.casefold()):
        return ""
    return address


def nameless(remote: str) -> str:
    """Any address without its user and password; `git`, who is nobody, stays."""
    return re.sub(r"^((?:[a-z+]+://)?)(?!git@)[^/@\s]*@", r"\1", remote, count=1)
