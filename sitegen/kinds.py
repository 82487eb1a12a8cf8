"""Kinds: what is recorded of where a run came from, kind by kind, and which of it a site publishes.

An allow-list: what no kind is named after is `other`, and stays in the store. A kind has the name under
which it is recorded (`logger.provenance`). Users choose kinds in a configuration or with `--publish`;
`sitegen.privacy` acts on it. Pure.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

Remote: TypeAlias = Literal["public"] | bool


class Publish(BaseModel):
    """Which kinds of provenance are published."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    script: bool = True  # its name, without its folder
    user: bool = True  # who is recorded under this name was named on purpose
    python: bool = True
    platform: bool = True  # family of the operating system
    git_commit: bool = True
    git_branch: bool = True
    git_dirty: bool = True
    git_remote: Remote = "public"  # only when its host looks public; True: whatever it is
    login: bool = False
    host: bool = False
    folder: bool = False
    command: bool = False  # with its arguments
    slurm_job_id: bool = False
    other: bool = False  # what else was recorded, as by other trackers


KINDS = tuple(Publish.model_fields)
EVERYTHING = Publish(**dict.fromkeys(KINDS, True))


def published_too(publish: Publish, listed: str) -> Publish:
    """The same with some kinds more, or, with `no-` before them, less: "command,host,no-user".

    Raises: ValueError: a kind that there is not.
    """
    said: dict[str, bool] = {}
    for word in filter(None, (one.strip() for one in listed.split(","))):
        kind = word.removeprefix("no-").replace("-", "_")
        if kind not in KINDS:
            raise ValueError(f"there is no kind {word!r}; there are {', '.join(KINDS)}, and no- before each")
        said[kind] = not word.startswith("no-")
    return publish.model_copy(update=said)
