"""Stores with a story, for tests that look at what a site says or does not say."""

from __future__ import annotations

from builders import RunPlan

PRIVATE_WORDS = (
    "annlogin",
    "node17",
    "hunter2",
    "--secret",
    "/home",
    "424242",
    "git@",
    "fedcba98",
    "0123456789abcdef",
)

PRIVATE = {
    "script": "train.py",
    "user": "Ann Logged",
    "login": "annlogin",
    "host": "node17.cluster",
    "command": "python train.py --secret hunter2",
    "folder": "/home/annlogin/box",
    "git_remote": "git@gitlab.corp:annlogin/box.git",
    "git_commit": "abc1234",
    "slurm_job_id": "424242",
    "machine": "fedcba98",
}


def private_run(status: str) -> RunPlan:
    """A run that knows more than it should tell."""
    return RunPlan(
        {"auc": [0.5, 0.6]},
        params={"depth": 3},
        provenance=PRIVATE,
        status=status,
        reason="FileNotFoundError: '/home/annlogin/box/data.csv' on node17.cluster",
    )
