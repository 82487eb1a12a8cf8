"""CI: on which branch a run counts, where a CI system checked out what is trained.

Checkouts of CI systems are often detached, so git knows no branch; and those of pull requests are named by
whoever opened them: a fork may call its branch `main`. So a run of a pull request is on `pr/<number>`, of
a merge request on `mr/<number>`, whatever the checkout says, and never on the branch that it would change.
Elsewhere the name that the CI system gives counts for the very commit it was started for, and for no other
that a script has checked out. Pure.

Source: https://docs.github.com/actions/reference/workflows-and-actions/variables,
https://docs.gitlab.com/ci/variables/predefined_variables/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# What only somebody with write access can cause. Other events (issue_comment, workflow_run, …) run on the
# default branch, and what their jobs then check out may be anybody's.
_OWN_EVENTS = frozenset(("push", "schedule", "workflow_dispatch"))
_PULL = re.compile(r"refs/pull/(\d+)/")


def branch_in_ci(environ: Mapping[str, str], commit: str, checked_out: str | None) -> str | None:
    """The branch to record; outside of a CI system that is known, what git says.

    Args:
        commit: the one that is checked out.
        checked_out: the branch that git has checked out; None when it is on none.
    Returns: None when no branch can be told.
    """
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github(environ, commit, checked_out)
    if environ.get("GITLAB_CI") == "true":
        return _gitlab(environ, commit, checked_out)
    return checked_out


def _github(environ: Mapping[str, str], commit: str, checked_out: str | None) -> str | None:
    pull = _PULL.match(environ.get("GITHUB_REF", ""))
    if pull:
        return f"pr/{pull[1]}"
    head = environ.get("GITHUB_HEAD_REF")
    if head:  # pull_request_target, which gives no number: its ref is the branch it would be merged into
        return f"pr/{head}"
    if commit == environ.get("GITHUB_SHA"):
        is_branch = environ.get("GITHUB_REF_TYPE") == "branch"
        return (environ.get("GITHUB_REF_NAME") if is_branch else None) or checked_out
    return checked_out if environ.get("GITHUB_EVENT_NAME") in _OWN_EVENTS else None


def _gitlab(environ: Mapping[str, str], commit: str, checked_out: str | None) -> str | None:
    for variable, prefix in (("CI_MERGE_REQUEST_IID", "mr"), ("CI_EXTERNAL_PULL_REQUEST_IID", "pr")):
        if environ.get(variable):
            return f"{prefix}/{environ[variable]}"
    if commit == environ.get("CI_COMMIT_SHA"):
        return environ.get("CI_COMMIT_BRANCH") or checked_out
    return checked_out
