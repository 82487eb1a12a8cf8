"""Origin: the way back to the code of a run: a link to its commit, and the lines that bring it back.

Nothing here decides what is public: what may not be published was taken out of the record before
(`sitegen.privacy`). The lines are for a terminal, so nothing that a run's record says may become a command
of its own: what is not plainly a commit, an address or a file name is left out; params stand in comments,
as ASCII. Pure.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping

from logger.factlines import JsonValue

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_REMOTE = re.compile(
    r"(?:https://|ssh://(?:git@)?|git@)(?P<host>[a-z0-9.-]+)[/:](?P<path>[\w.-]+(?:/[\w.-]+)+)/?",
    re.ASCII,
)
_COMMIT_PATHS = {
    "github.com": "commit",
    "codeberg.org": "commit",
    "gitlab.com": "-/commit",
    "bitbucket.org": "commits",
}
_SCRIPT = re.compile(r"[\w][\w.-]*\.py", re.ASCII)
_MOST_PARAMS = 40
_LONGEST = 100  # characters of a param's value


def commit_of(provenance: Mapping[str, JsonValue]) -> str:
    """The commit in full; "" when none that looks like one was recorded."""
    commit = provenance.get("git_commit")
    return commit if isinstance(commit, str) and _COMMIT.fullmatch(commit) else ""


def repository(provenance: Mapping[str, JsonValue]) -> str:
    """The https address of the repository, when it lies with a public host that we know; else ""."""
    remote = provenance.get("git_remote")
    match = _REMOTE.fullmatch(remote) if isinstance(remote, str) else None
    if match is None or match["host"] not in _COMMIT_PATHS or ".." in match["path"]:
        return ""
    return f"https://{match['host']}/{match['path'].removesuffix('.git')}"


def commit_link(provenance: Mapping[str, JsonValue]) -> str:
    """Where the commit can be seen; "" when that is not known or not published."""
    commit, place = commit_of(provenance), repository(provenance)
    if not commit or not place:
        return ""
    return f"{place}/{_COMMIT_PATHS[place.split('/')[2]]}/{commit}"


def reproduce(provenance: Mapping[str, JsonValue], params: Mapping[str, JsonValue]) -> str:
    """Lines for a terminal that bring the code of a run back and start it; "" when too little is known."""
    commit, place = commit_of(provenance), repository(provenance)
    lines = []
    if place:
        name = place.rpartition("/")[2]
        lines += [f"git clone {place}.git", f"cd {shlex.quote(name)}"]
    if commit:
        lines.append(f"git checkout {commit}")
        if provenance.get("git_dirty") is True:
            lines.append("# it ran with changes that were never committed; they are not in there")
    command = _command(provenance)
    if not lines and not command:
        return ""
    version = provenance.get("python")
    if isinstance(version, str) and re.fullmatch(r"3(?:\.\d+){1,2}", version):
        lines.append(f"# Python {version}")
    return "\n".join([*lines, *command, *_params(params)]) + "\n"


def _command(provenance: Mapping[str, JsonValue]) -> list[str]:
    command, script = provenance.get("command"), provenance.get("script")
    if isinstance(command, str) and command and command.isprintable():
        return [command]
    if isinstance(script, str) and _SCRIPT.fullmatch(script):
        return [f"python {script}    # its folder and arguments are not published"]
    return []


def _json(value: JsonValue) -> str:
    """JSON with the letters of every script; what hides, breaks a line or turns the writing is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text)


def _params(params: Mapping[str, JsonValue]) -> list[str]:
    if not params:
        return []
    lines = ["", "# params"]
    for name, value in list(params.items())[:_MOST_PARAMS]:
        text = _json(value)
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
        lines.append(f"#   {_json(name)[1:-1]} = {text}")
    if len(params) > _MOST_PARAMS:
        lines.append(f"#   and {len(params) - _MOST_PARAMS} more")
    return lines
