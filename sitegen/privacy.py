"""Privacy: what of a run may be published. An allow-list: what is not named there stays in the store.

The runs of a store are passed through `published` before anything else sees them, so no page, script or
data file can show what was taken out. What the user logged (names, params, tags, notes, values) is theirs
and stays, and `sitegen.scan` looks at it; what was captured without being asked for is published by kind
(`sitegen.kinds`). Texts that a machine wrote lose paths, the values of kinds that are not published, and
secrets. Which artifacts are shown with their content, `sitegen.artifacts` decides. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from logger.factlines import JsonValue
from logger.records import Problem, RunRecord

from .kinds import KINDS, Publish
from .remotes import nameless, public_remote
from .rules import censored

_CUT = ("login", "host", "folder", "command", "git_remote")  # their values leave texts, too
_AS_RECORDED = ("script", "user", "python", "platform", "git_commit", "git_branch", "git_dirty")
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


@dataclass(frozen=True, slots=True)
class Discretion:
    """What is taken out of texts that a machine wrote."""

    words: tuple[str, ...] = ()  # as whole words
    paths: bool = True  # absolute ones, but for their last part
    censor: bool = True  # whatever looks secret or private

    def redacted(self, text: str, private: bool = True) -> str:
        """A text, such as the message of an exception, without what it should not tell.

        Of absolute paths the last part stays: `open '/home/ann/fake/box.csv'` becomes `open '…/box.csv'`.

        Args:
            private: also what is no secret, such as hosts; not of a text that was asked for.
        """
        if self.censor:
            text = censored(text, private)
        if self.paths:
            text = _PATH.sub(_shortened, text)
        for word in sorted(set(self.words), key=len, reverse=True):
            if len(word) >= _SHORTEST:
                text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "…", text)
        return text

    def problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The same problems, without what they should not tell; the place within the store stays."""
        return tuple(replace(problem, what=self.redacted(problem.what)) for problem in problems)


def discretion(
    publish: Publish, censor: bool, provenance: Mapping[str, JsonValue] | None = None
) -> Discretion:
    """What texts of a machine must lose, by what is published.

    Args:
        censor: take out secrets, too; else everything else only.
        provenance: of the run that they are about.
    """
    words = tuple(
        value
        for kind in _CUT
        if getattr(publish, kind) is not True and isinstance(value := (provenance or {}).get(kind), str)
    )
    return Discretion(words, not publish.folder, censor)


def published(run: RunRecord, publish: Publish | None = None, censor: bool = True) -> RunRecord:
    """The run without what is private by nature.

    Args:
        publish: which kinds of provenance stay.
        censor: also take secrets out of what a machine wrote.
    """
    publish = publish or Publish()
    texts = discretion(publish, censor, run.provenance)
    return replace(
        run,
        provenance=_provenance(run.provenance, publish, texts),
        reason=None if run.reason is None else texts.redacted(run.reason),
        writers=run.writers if publish.host else tuple(replace(one, host="") for one in run.writers),
        problems=texts.problems(run.problems),
    )


def _provenance(
    provenance: Mapping[str, JsonValue], publish: Publish, texts: Discretion
) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {}
    for key, value in provenance.items():
        kind = key if key in KINDS else "other"
        if not getattr(publish, kind):
            continue
        if key == "git_remote":
            value = _remote(value, publish)
            if not value:
                continue
        elif kind not in _AS_RECORDED and isinstance(value, str):
            value = texts.redacted(value, private=False)
        shown[key] = value
    return shown


def _remote(value: JsonValue, publish: Publish) -> str:
    if not isinstance(value, str):
        return ""
    return nameless(value) if publish.git_remote is True else public_remote(value)


def _shortened(path: re.Match[str]) -> str:
    *folders, last = re.split(r"[/\\]+", path.group(1))
    personal = folders[-1].casefold() in _HOMES  # `/nfs/home/ann`, too
    return "…" if personal else f"…/{last}"
