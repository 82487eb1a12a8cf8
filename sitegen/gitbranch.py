"""Git branch: files of a branch at a remote, by the git command, without a trace in the user's repository.

What is fetched goes into a folder of its own, with the user's objects behind it: no ref, no object, no
file of the repository or of the checkout changes. The repository's own configuration holds, so whatever
lets `git fetch` in lets this in.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .fetching import NotFetched, NotThere

_TRIES = 10
_SECONDS = 900  # that a fetch may take
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+-]*")


class GitBranch:
    """The newest commit of a branch at a remote.

    Args:
        said: `gh-pages`, a branch of origin, or `remote/gh-pages`.
        scratch: an empty folder for what is fetched.
        here: a folder in the user's repository.
    Raises: NotThere: the remote answered, and has no such branch. NotFetched.
    """

    def __init__(self, said: str, scratch: Path, here: Path) -> None:
        if not _WORD.fullmatch(said) or ".." in said or said.endswith((".lock", "/")):
            raise NotFetched(f"git:{said} names no branch; git:gh-pages and git:origin/gh-pages do")
        self._here = here
        self._environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        common = Path(self._words("rev-parse", "--git-common-dir"))
        common = (here / common).resolve()
        top = self._words("rev-parse", "--show-toplevel") if self._is_worktree() else str(common)
        self._here = Path(top)
        remote, branch = self._split(said)
        self.name = f"branch {branch} of {remote}"
        address = self._words("remote", "get-url", remote)
        is_shallow = (common / "shallow").exists()
        if not is_shallow:
            self._isolate(scratch, common)
        for _ in range(_TRIES):  # somebody may push between the two questions
            self._commit = self._found(remote, branch)
            self._run(
                *("-c", "gc.auto=0", "-c", "maintenance.auto=false"),
                *("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"),
                *(["--depth=1"] if is_shallow else []),  # which would make a whole clone a shallow one
                *(address, f"refs/heads/{branch}"),
            )
            if self._try("cat-file", "-e", f"{self._commit}^{{tree}}").returncode == 0:
                return
        raise NotFetched(f"the {self.name} is moved faster than it can be fetched")

    def fetch(self, path: str, most: int, newest: bool = False) -> bytes:
        """The content of a file.

        Args:
            path: from the root of the branch.
            most: bytes.
            newest: changes nothing; a branch is always as it was fetched.
        Raises: NotThere, NotFetched.
        """
        name = f"{self._commit}:{path}"
        size = self._try("cat-file", "-s", name)
        if size.returncode:
            raise NotThere(path)
        if int(size.stdout) > most:
            raise NotFetched(f"{path} of the {self.name} has more than {most:,} bytes")
        return self._run("cat-file", "blob", name)

    def _split(self, said: str) -> tuple[str, str]:
        remotes = self._words("remote").split()
        first, slash, rest = said.partition("/")
        if slash and rest and first in remotes:
            return first, rest
        if "origin" not in remotes:
            raise NotFetched(f"git:{said}: the repository here has no remote origin")
        return "origin", said

    def _found(self, remote: str, branch: str) -> str:
        """The commit at the end of the branch."""
        ref = f"refs/heads/{branch}"
        answer = self._try("ls-remote", "--exit-code", remote, ref)
        if answer.returncode == 2:  # it answered, and has none
            raise NotThere(self.name)
        if answer.returncode:
            raise NotFetched(f"the {self.name} could not be had: {_reason(answer)}")
        for line in answer.stdout.decode("utf-8", "replace").splitlines():
            commit, _, found = line.partition("\t")
            if found == ref and re.fullmatch(r"[0-9a-f]{40,64}", commit):
                return commit
        raise NotThere(self.name)

    def _isolate(self, scratch: Path, common: Path) -> None:
        """From here on git writes into `scratch`, and reads the user's objects behind it.

        Not in a shallow clone: git notes in one place only where its history ends, and what is fetched
        there is part of that.
        """
        objects = scratch / "objects"
        (objects / "info").mkdir(parents=True)
        (objects / "pack").mkdir()
        self._environment |= {
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(common / "objects"),
        }

    def _is_worktree(self) -> bool:
        return self._try("rev-parse", "--is-inside-work-tree").stdout.strip() == b"true"

    def _words(self, *arguments: str) -> str:
        return self._run(*arguments).decode("utf-8", "replace").strip()

    def _run(self, *arguments: str) -> bytes:
        answer = self._try(*arguments)
        if answer.returncode:
            raise NotFetched(f"git could not: {_reason(answer)}")
        return answer.stdout

    def _try(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return _called(arguments, self._here, self._environment)


def _called(
    arguments: Sequence[str], here: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=here,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise NotFetched("git is not installed, or not on the path") from None
    except subprocess.TimeoutExpired:
        raise NotFetched(f"git took more than {_SECONDS} seconds") from None


def _reason(answer: subprocess.CompletedProcess[bytes]) -> str:
    """The last line that git said, without a login that an address may hold."""
    lines = answer.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
    return re.sub(r"://[^/\s@]*@", "://", lines[-1])[:300]
