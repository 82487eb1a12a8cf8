"""Git branch: files of a branch at a remote, by the git command, without a trace in the user's repository.

What is fetched goes into a repository of its own: no ref, no object, no file of the user's changes. Of the
user's configuration what has to do with the way to the remote is handed over in the environment, so whatever
lets `git fetch` in lets this in, and no credential is written anywhere.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .fetching import NotFetched, NotThere

_SECONDS = 900  # that a fetch may take
_WAYS = (
    "http.",
    "credential.",
    "url.",
    "ssh.",
    "protocol.",
    "core.sshcommand",
    "core.askpass",
    "core.gitproxy",
)


class GitBranch:
    """The newest commit of a branch at a remote.

    Args:
        said: `gh-pages`, a branch of origin, or `remote/gh-pages`.
        scratch: an empty folder for what is fetched.
        here: a folder in the user's repository.
    Raises: NotThere: the remote answered, and has no such branch. NotFetched.
    """

    def __init__(self, said: str, scratch: Path, here: Path) -> None:
        self._here = here
        self._environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        if said.startswith("-") or self._try("check-ref-format", f"refs/heads/{said}").returncode:
            raise NotFetched(f"git:{said} names no branch; git:gh-pages and git:origin/gh-pages do")
        is_worktree = self._try("rev-parse", "--is-inside-work-tree").stdout.strip() == b"true"
        self._here = Path(
            self._words("rev-parse", "--show-toplevel" if is_worktree else "--absolute-git-dir")
        )
        remote, branch = self._split(said)
        self.name = f"branch {branch} of {remote}"
        address = self._words("remote", "get-url", remote)
        try:
            self._check_there(remote, branch)
        except NotThere:
            first, slash, _ = branch.partition("/")
            if slash and branch == said:  # it may be a remote that is not known here, and has a site
                raise NotFetched(
                    f"origin has no branch {branch}, and there is no remote {first} here; "
                    f"git:origin/{branch} means a branch that is yet to be"
                ) from None
            raise
        form = self._words("rev-parse", "--show-object-format")
        self._environment |= self._way()
        self._run("init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(scratch))
        self._environment["GIT_DIR"] = str(scratch)
        self._run(
            *("-c", "gc.auto=0", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--depth=1"),
            *(address, f"refs/heads/{branch}"),
        )
        self._commit = self._words("rev-parse", "FETCH_HEAD")  # which may be newer than what was looked up

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
        for remote in sorted(remotes, key=len, reverse=True):  # the name of one may have a slash, too
            if said.startswith(f"{remote}/"):
                return remote, said.removeprefix(f"{remote}/")
        if "origin" not in remotes:
            raise NotFetched(f"git:{said}: the repository here has no remote origin")
        return "origin", said

    def _check_there(self, remote: str, branch: str) -> None:
        """Raises: NotThere: the remote answered, and has no such branch. NotFetched: it did not answer."""
        ref = f"refs/heads/{branch}"
        answer = self._try("ls-remote", "--exit-code", remote, ref)
        if answer.returncode == 2:  # it answered, and has none
            raise NotThere(self.name)
        if answer.returncode:
            raise NotFetched(f"the {self.name} could not be had: {_reason(answer)}")
        lines = answer.stdout.decode("utf-8", "replace").splitlines()
        if not any(line.endswith(f"\t{ref}") for line in lines):  # only one whose name ends alike
            raise NotThere(self.name)

    def _way(self) -> dict[str, str]:
        """What the configuration says of the way to remotes, as git takes it from the environment."""
        listed = self._words("config", "--local", "--includes", "--list", "-z")
        pairs = [entry.partition("\n")[::2] for entry in listed.split("\0") if entry]
        kept = [(key, value) for key, value in pairs if key.startswith(_WAYS)]
        first = int(self._environment.get("GIT_CONFIG_COUNT") or 0)
        given = {"GIT_CONFIG_COUNT": str(first + len(kept))}
        for number, (key, value) in enumerate(kept, first):
            given |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return given

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
