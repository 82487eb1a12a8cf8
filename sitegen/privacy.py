"""Privacy: what of a run may be published. An allow-list: what is not named here stays in the store.

The runs of a store are passed through `published` before anything else sees them, so no page, script or data
file can show what was taken out. What the user logged (names, params, tags, notes, values) is theirs and
stays; what was captured without being asked for is private but for a few harmless keys. Of artifacts the
name, size and checksum are shown, never the content. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from logger.records import Problem, RunRecord

PUBLIC_PROVENANCE = frozenset(
    ("script", "user", "python", "platform", "git_commit", "git_branch", "git_dirty")
)  # a user is recorded under this key only when named on purpose

_SECRET = ("login", "host", "folder", "command", "git_remote")  # their values are cut out of texts as well
_SHORTEST = 3  # characters of a private value that is searched in texts; shorter ones would hit words
_HOMES = frozenset(("home", "users"))  # folders whose members are named after people
_PATH = re.compile(
    r"""
    (?: file:// | (?<![\w.:/\\]) )  # not in the middle of an address or a relative path
    (?: ~ | [A-Za-z]: )? [/\\]{1,2}
    ( (?: [^\s/\\'"<>|:*?,;()]+ [/\\]+ )+ [^\s/\\'"<>|:*?,;()]* )
    """,
    re.VERBOSE,
)


def published(run: RunRecord) -> RunRecord:
    """The run without what is private by nature."""
    secrets = [value for key in _SECRET if isinstance(value := run.provenance.get(key), str)]
    return replace(
        run,
        provenance={key: value for key, value in run.provenance.items() if key in PUBLIC_PROVENANCE},
        reason=None if run.reason is None else redacted(run.reason, secrets),
        writers=tuple(replace(writer, host="") for writer in run.writers),
        problems=published_problems(run.problems, secrets),
    )


def published_problems(problems: Iterable[Problem], secrets: Iterable[str] = ()) -> tuple[Problem, ...]:
    """The problems without absolute paths; the place within the store stays."""
    return tuple(replace(problem, what=redacted(problem.what, secrets)) for problem in problems)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """A text that a machine wrote, such as the message of an exception, without what it should not tell.

    Of absolute paths the last part stays: `open '/home/ann/fake/box.csv'` becomes `open '…/box.csv'`.
    """
    text = _PATH.sub(_shortened, text)
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "…", text)
    return text


def _shortened(path: re.Match[str]) -> str:
    *folders, last = re.split(r"[/\\]+", path.group(1))
    personal = len(folders) == 1 and folders[0].casefold() in _HOMES
    return "…" if personal else f"…/{last}"
