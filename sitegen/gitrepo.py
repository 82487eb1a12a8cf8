"""Git: the few commands by which a folder becomes a commit of a branch somewhere else.

Plumbing only, with an index of its own: the user's checkout, index, HEAD and branches are never touched (what
git last saw of the remote branch is noted, as by any push), hooks and filters do not run, and the bytes of a
file are committed as they are. What git says is never parsed but where it is made for programs.

Source: https://git-scm.com/docs; that a push names the old value it expects is `--force-with-lease`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from logger.errors import explain

from .errors import PublishFailed, PublishRefused

FILE, FOLDER, LINK = "100644", "040000", "120000"  # modes of entries of a tree

_USERINFO = re.compile(r"(?<=://)[^/@\s]*@")  # of an address: a password, perhaps
_SAID = 600  # characters of git's own words that are worth repeating
_SETTINGS = (
    "core.splitIndex=false",  # else part of our index would lie in the repository
    "index.sparse=false",
    "core.fsmonitor=false",  # a program to run
    f"core.hooksPath={os.devnull}",  # more of them
    "gc.auto=0",
    "maintenance.auto=false",
    "user.useConfigOnly=true",  # else git makes an address of login and host
)
_NAME, _MAIL = "sitegen", "sitegen@localhost"  # who commits where git does not know the user


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder in a tree."""

    mode: str
    id: str  # of its blob or tree


class Moved(Exception):
    """The branch is not where it was expected: somebody else pushed. Nothing was changed."""


class GitRepo:
    """A repository on this machine, from whose folder a remote one is reached."""

    def __init__(self, folder: Path) -> None:
        """Raises: PublishRefused: there is no git, or no repository."""
        self._folder = folder
        try:
            inside = self._run("rev-parse", "--absolute-git-dir", check=False)
        except FileNotFoundError:
            raise PublishRefused(explain("git is not installed.", hint="install git")) from None
        if inside.returncode:
            problem = f"{os.fspath(folder.resolve())} lies in no git repository."
            hint = "cd to it; `git init` makes a new one"
            raise PublishRefused(explain(problem, "a checkout of the repository that is meant.", hint))
        self._git = inside.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def root(self) -> Path:
        """The folder of the checkout.

        Raises: PublishFailed: there is none, as in a bare repository.
        """
        answer = self._run("rev-parse", "--show-toplevel", check=False)
        if answer.returncode:
            problem = f"{self._git} is a repository without a checkout."
            raise PublishFailed(explain(problem, "a clone of it, in which files lie.", "git clone"))
        said = answer.stdout
        return Path(said.decode("utf-8", "surrogateescape").removesuffix("\n"))

    def main_branch(self) -> str:
        """The branch that a clone of the remote checks out; "main" when nothing is known of it."""
        said = self._run("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", check=False).stdout.decode()
        return said.strip().removeprefix("refs/remotes/origin/") or "main"

    def check_branch(self, branch: str) -> None:
        """Raises: PublishRefused: no branch may have this name, or it is the one that is checked out."""
        named = self._run("check-ref-format", f"refs/heads/{branch}", check=False)
        if named.returncode or branch.startswith("-") or branch == "HEAD":  # as `git branch` has it
            raise PublishRefused(explain(f"{branch!r} is no name of a branch.", hint="--branch gh-pages"))
        head = self._run("symbolic-ref", "--quiet", "HEAD", check=False).stdout.decode().strip()
        if head == f"refs/heads/{branch}":
            problem = f"the branch {branch} is checked out here, and a site would replace all that is in it."
            raise PublishRefused(explain(problem, "a branch for the site alone.", "--branch gh-pages"))

    def check_remote(self, remote: str) -> None:
        """Raises: PublishRefused: the repository knows no remote by this name."""
        names = self._remotes()
        if remote not in names:
            problem = f"the repository here has no remote {without_password(remote)!r} to build onto."
            allowed = f"{', '.join(names)}." if names else "a remote by its name; there is none yet."
            raise PublishRefused(explain(problem, allowed, "git remote add NAME ADDRESS"))

    def _remotes(self) -> list[str]:
        return self._run("remote").stdout.decode("utf-8", "replace").splitlines()

    def remote_head(self, remote: str, branch: str) -> str | None:
        """The commit that a branch of a remote is at; None when there is no such branch.

        Raises: PublishFailed: the remote cannot be reached.
        """
        ref = f"refs/heads/{branch}"
        words = ("ls-remote", "--quiet", "--", remote, ref)
        answer = self._run(*words, check=False)
        if answer.returncode:
            raise self._unreachable(remote, self._failed(words, answer))
        said = answer.stdout.decode()
        ids = [line.split("\t")[0] for line in said.splitlines() if line.endswith(f"\t{ref}")]
        return ids[0] if ids else None

    def _unreachable(self, remote: str, failure: PublishFailed) -> PublishFailed:
        """The failure, with what may be said in place of this remote, and what to try."""
        names, shown = self._remotes(), without_password(remote)
        problem = f"{shown!r} cannot be reached: {' '.join(str(failure).split()).rstrip('.')}."
        if remote in names or re.search("[/:]", remote):
            return PublishFailed(
                explain(problem, hint=f"git ls-remote {shlex.quote(shown)}, until it answers")
            )
        known = ", ".join(names) or "a remote by its name, of which there is none yet"
        hint = f"git remote add {shlex.quote(shown)} ADDRESS, or --remote ADDRESS"
        return PublishFailed(explain(problem, f"{known}; or the address of a repository.", hint))

    def fetch(self, remote: str, branch: str, commit: str) -> None:
        """Bring a commit of a branch here, and no ref.

        A shallow clone stays shallow; a whole one is not made shallow.
        Raises: Moved: the branch no longer has that commit. PublishFailed: the remote cannot be reached.
        """
        if self._run("cat-file", "-e", f"{commit}^{{tree}}", check=False).returncode == 0:
            return
        shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        depth = ["--depth=1"] if shallow else []
        options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"]
        options += ["--no-prune", "--refmap="]  # no branch of the user's moves or goes
        self._run("fetch", *options, *depth, "--", remote, f"refs/heads/{branch}")
        if self._run("cat-file", "-e", f"{commit}^{{tree}}", check=False).returncode:
            raise Moved

    def paths(self, commit: str) -> list[str]:
        """All files in a commit."""
        said = self._run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).stdout
        return [path.decode("utf-8", "surrogateescape") for path in said.split(b"\0") if path]

    def top(self, commit: str) -> dict[str, Entry]:
        """What lies at the top of a commit, by name."""
        entries = {}
        for line in self._run("ls-tree", "-z", "--full-tree", commit).stdout.split(b"\0"):
            if line:
                about, name = line.split(b"\t", 1)
                mode, _, identity = about.decode().split(" ")
                entries[name.decode("utf-8", "surrogateescape")] = Entry(mode, identity)
        return entries

    def read(self, commit: str, path: str) -> bytes | None:
        """The content of a file in a commit; None when there is none."""
        answer = self._run("cat-file", "blob", f"{commit}:{path}", check=False)
        return None if answer.returncode else answer.stdout

    def tree_of(self, commit: str) -> str:
        """The tree of a commit."""
        return self._run("rev-parse", f"{commit}^{{tree}}").stdout.decode().strip()

    def write_tree(
        self, folder: Path, paths: Sequence[str], more: Mapping[str, bytes], kept: Mapping[str, Entry]
    ) -> str:
        """Make a tree of files and of entries that are there; its id.

        Args:
            folder: holds the files.
            paths: of the files, from `folder`, POSIX, without line breaks.
            more: files that lie in no folder.
            kept: entries of another tree's top, with all that is below them.
        """
        asked = "".join(f"./{path}\n" for path in paths).encode("utf-8", "surrogateescape")
        words = (f"--git-dir={self._git}", "hash-object", "-w", "--no-filters", "--stdin-paths")
        said = self._run(*words, given=asked, folder=folder)
        files = dict(zip(paths, said.stdout.decode().split(), strict=True))
        for path, content in more.items():
            made = self._run("hash-object", "-w", "--no-filters", "--stdin", given=content)
            files[path] = made.stdout.decode().strip()
        lines = b"".join(
            b"%s %s\t%s\0" % (FILE.encode(), identity.encode(), path.encode("utf-8", "surrogateescape"))
            for path, identity in files.items()
        )
        with tempfile.TemporaryDirectory(prefix="sitegen-index-") as place:
            index = {"GIT_INDEX_FILE": os.fspath(Path(place, "index"))}
            self._run("update-index", "-z", "--index-info", given=lines, more=index)
            for name, entry in kept.items():
                if entry.mode == FOLDER:
                    self._run("read-tree", f"--prefix={name}/", entry.id, more=index)
                else:
                    self._run("update-index", "--add", "--cacheinfo", entry.mode, entry.id, name, more=index)
            return self._run("write-tree", more=index).stdout.decode().strip()

    def commit(self, tree: str, parents: Iterable[str], message: str) -> str:
        """Make a commit of a tree; its id. It is by the user whom git knows, else by nobody in particular."""
        about = [word for parent in parents for word in ("-p", parent)]
        ours = {f"GIT_{role}_NAME": _NAME for role in ("AUTHOR", "COMMITTER")}
        ours |= {f"GIT_{role}_EMAIL": _MAIL for role in ("AUTHOR", "COMMITTER")}
        known = self._run("var", "GIT_COMMITTER_IDENT", check=False).returncode == 0
        said = self._run(
            "commit-tree",
            tree,
            *about,
            given=message.encode("utf-8", "surrogateescape"),
            more={} if known else ours,
        ).stdout
        return said.decode().strip()

    def push(self, remote: str, branch: str, commit: str, expected: str | None) -> None:
        """Let a branch of a remote be at `commit`, if it still is at `expected` (None: is not there).

        Raises: Moved: it is elsewhere. PublishFailed: the remote cannot be reached, or refuses.
        """
        ref = f"refs/heads/{branch}"
        lease = f"--force-with-lease={ref}:{expected or ''}"
        options = ["--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--no-signed"]
        words = ("push", *options, lease, "--", remote, f"{commit}:{ref}")
        answer = self._run(*words, check=False)
        if answer.returncode == 0:
            return
        now = self.remote_head(remote, branch)
        if now == commit:  # it came through, and the answer did not
            return
        if now != expected:
            raise Moved
        raise self._failed(words, answer)

    def _run(
        self,
        *words: str,
        given: bytes = b"",
        check: bool = True,
        more: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        options = [word for setting in _SETTINGS for word in ("-c", setting)]
        environ = os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"} | dict(more or {})
        command = ["git", *options, *words]
        answer = subprocess.run(
            command, cwd=folder or self._folder, env=environ, input=given, capture_output=True, check=False
        )
        if check and answer.returncode:
            raise self._failed(words, answer)
        return answer

    def _failed(self, words: Sequence[str], answer: subprocess.CompletedProcess[bytes]) -> PublishFailed:
        said = without_password(answer.stderr.decode("utf-8", "replace").strip())[-_SAID:]
        return PublishFailed(f"git {words[0]} failed: {said or f'exit code {answer.returncode}'}")


def without_password(text: str) -> str:
    """The text, what stands before the @ of an address left out."""
    return _USERINFO.sub("", text)
