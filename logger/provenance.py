"""Provenance: where a run came from, recorded once when it starts.

Recorded is what one needs to find the run's origin again; what may be *published* of it is for
`sitegen` to say (`sitegen.kinds`): script, user, python, platform and the commit by default, the remote of a
public-looking host; login, host, command and folder not. Values of options that look secret are not recorded.
What git says is asked once per process and folder, with a time limit; without git it is absent. On which
branch a run of a CI system counts, `logger.cibranch` says.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from functools import lru_cache
from pathlib import Path

from .cibranch import branch_in_ci
from .factlines import JsonValue

_GIT_SECONDS = 2.0  # a status of a large repository may take long; then it is left out
_SYSTEMS = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}
_SECRET_WORD = r"(?:api[-_]?key|token|secret|passw(?:or)?d|pwd|auth|credentials?)"
_SECRET_OPTION = re.compile(rf"-{{1,2}}(?:[\w.-]*[-_.])?{_SECRET_WORD}", re.IGNORECASE)
_SECRET_ASSIGNED = re.compile(rf"((?:[\w.-]*[-_.])?{_SECRET_WORD}=).*", re.IGNORECASE | re.DOTALL)
_USERINFO = re.compile(r"(?<=://)[^/@\s]*@")


def collect(user: str | None = None) -> dict[str, JsonValue]:
    """What is known of this process: script, login, host, command, folder, versions, commit, job.

    Args:
        user: who runs it, when given on purpose.
    """
    folder = _working_folder()
    found: dict[str, JsonValue] = {
        "script": _script(),
        "user": user,
        "login": _login(),
        "host": _host(),
        "command": shlex.join(without_secrets(sys.orig_argv)),
        "folder": folder,
        "python": ".".join(map(str, sys.version_info[:3])),
        "platform": _SYSTEMS.get(sys.platform, sys.platform),
        "slurm_job_id": os.environ.get("SLURM_JOB_ID"),
    }
    found |= git_state(_source_folder() or folder or "")
    return {key: value for key, value in found.items() if value not in (None, "")}


def without_secrets(arguments: list[str]) -> list[str]:
    """The arguments, with `…` for the values of options called token, password, api-key and the like."""
    shown = []
    hide_next = False
    for argument in arguments:
        if hide_next and not argument.startswith("-"):
            shown.append("…")
        else:
            shown.append(_USERINFO.sub("…@", _SECRET_ASSIGNED.sub(r"\1…", argument)))
        hide_next = _SECRET_OPTION.fullmatch(argument) is not None
    return shown


def git_state(folder: str) -> dict[str, JsonValue]:
    """Commit, branch, whether tracked files differ from it, and the remote; empty outside a repository.

    The commit is the one that is checked out: in CI, of a pull request, usually the one that merges it.
    """
    if not folder or not any((parent / ".git").exists() for parent in (Path(folder), *Path(folder).parents)):
        return {}
    found = dict(_ask_git(folder))
    commit, branch = found.get("git_commit"), found.pop("git_branch", None)
    if isinstance(commit, str):
        branch = branch_in_ci(os.environ, commit, branch if isinstance(branch, str) else None)
        if branch:
            found["git_branch"] = branch
    return found


@lru_cache(maxsize=64)
def _ask_git(folder: str) -> tuple[tuple[str, JsonValue], ...]:
    import subprocess
    import time

    # `git status` would refresh the index, and so write; a file system monitor would be a program to run.
    environ = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    questions = (
        ["rev-parse", "HEAD", "--abbrev-ref", "HEAD"],
        ["status", "--porcelain", "--untracked-files=no", "--ignore-submodules"],
        ["config", "--get", "remote.origin.url"],
    )
    processes = []
    answers: list[str | None] = []
    try:
        for question in questions:
            processes.append(
                subprocess.Popen(
                    ["git", "-c", "core.fsmonitor=false", "-C", folder, *question],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environ,
                )
            )
    except OSError:  # no git, or no more processes
        pass
    deadline = time.monotonic() + _GIT_SECONDS
    for process in processes:
        try:
            output, _ = process.communicate(timeout=max(0.0, deadline - time.monotonic()))
            answers.append(output.decode(errors="replace").strip() if process.returncode == 0 else None)
        except (subprocess.TimeoutExpired, OSError):
            process.kill()
            process.communicate()
            answers.append(None)
    answers += [None] * (len(questions) - len(answers))

    head, changes, remote = answers
    found: dict[str, JsonValue] = {}
    if head:
        commit, _, branch = head.partition("\n")
        found["git_commit"] = commit
        if branch and branch != "HEAD":  # HEAD: detached
            found["git_branch"] = branch
        if changes is not None:
            found["git_dirty"] = bool(changes)
    if remote:
        found["git_remote"] = _USERINFO.sub("", remote)
    return tuple(found.items())


def _script() -> str | None:
    """The name of what is running: a script, `-m` module or notebook; None at a prompt."""
    main = sys.modules.get("__main__")
    first = sys.argv[0] if sys.argv else ""
    if "ipykernel" in first or "colab_kernel" in first:
        notebook = os.environ.get("JPY_SESSION_NAME") or str(getattr(main, "__vsc_ipynb_file__", ""))
        return Path(notebook).name or None
    if first in ("", "-c", "-m"):
        return None
    if Path(first).name == "__main__.py":
        spec = getattr(main, "__spec__", None)
        return spec.name.removesuffix(".__main__") if spec else Path(first).parent.name
    return Path(first).name


def _source_folder() -> str | None:
    """The folder of the script; None for a notebook or a prompt, whose code lies in no file we know."""
    first = sys.argv[0] if sys.argv else ""
    if not first or "ipykernel" in first or not Path(first).is_file():
        return None
    folder = Path(first).resolve().parent
    if any(folder.is_relative_to(Path(prefix).resolve()) for prefix in (sys.prefix, sys.base_prefix)):
        return None  # a command such as `pytest` is not the source
    return str(folder)


def _working_folder() -> str | None:
    try:
        return str(Path.cwd())
    except OSError:  # it was removed
        return None


def _login() -> str | None:
    import getpass

    try:
        return getpass.getuser()
    except Exception:  # no such user in this container: KeyError, OSError or ImportError by version
        return None


def _host() -> str | None:
    import socket

    return socket.gethostname() or None
