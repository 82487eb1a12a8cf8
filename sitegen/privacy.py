"""Privacy: what of a run may be published. An allow-list: what is not named here stays in the store.

The runs of a store are passed through `published` before anything else sees them, so no page, script or data
file can show what was taken out. What the user logged (names, params, tags, notes, values) is theirs and
stays; what was captured without being asked for is private but for a few harmless keys. Which artifacts are
shown with their content, `sitegen.artifacts` decides; `secret_in` is asked before a text of theirs is. Pure.
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


_SECRET_TEXTS = (
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    ("a key of AWS", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a token of GitHub", r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}"),
    ("a token of GitLab", r"\bglpat-[A-Za-z0-9_-]{20}"),
    ("a token of Hugging Face", r"\bhf_[A-Za-z]{30}"),
    ("an API key", r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32}"),
    ("a key of Google", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("a token of Slack", r"\bxox[abprs]-[0-9A-Za-z-]{10}"),
    ("a token of PyPI", r"\bpypi-AgEI[A-Za-z0-9_-]{20}"),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    ("an address with a password", r"://[^\s/:@'\"]{1,100}:[^\s/@'\"]{1,100}@"),
    (
        "a password or a key",
        r"(?i)(?<![a-z])(?:api_?key|secret(?:_?key)?|access_?token|auth_?token|passw(?:or)?d|private_?key)"
        r"['\"]?\s{0,4}[:=]\s{0,4}['\"]?[^\s'\",;{}\[\]<>]{6}",
    ),
)
_SECRET_IN = tuple((what, re.compile(pattern)) for what, pattern in _SECRET_TEXTS)


def secret_in(text: str) -> str:
    """What kind of secret a text seems to hold, in words; "" when none was recognised."""
    return next((what for what, pattern in _SECRET_IN if pattern.search(text)), "")


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
