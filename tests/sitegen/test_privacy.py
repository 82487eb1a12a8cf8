"""What of a run leaves the store."""

from __future__ import annotations

import pytest
from records import run

from logger.records import Problem, Writer
from sitegen.privacy import published, redacted

PRIVATE = {
    "login": "annlogin",
    "host": "node17.cluster",
    "command": "python train.py --secret hunter2",
    "folder": "/home/annlogin/fake box",
    "git_remote": "git@example.org:ann/box.git",
    "slurm_job_id": "424242",
    "something_new": "that nobody thought of",
}


def test_only_provenance_on_the_list_is_published():
    public = {
        "script": "train.py",
        "user": "Ann",
        "python": "3.11.7",
        "platform": "Linux",
        "git_commit": "abc",
    }

    record = published(run(1, provenance={**PRIVATE, **public}))

    assert record.provenance == public


def test_reason_of_a_failed_run_keeps_its_words_and_loses_what_is_private():
    reason = "FileNotFoundError: '/home/annlogin/fake box/data.csv' for annlogin on node17.cluster"

    record = published(run(1, provenance=PRIVATE, reason=reason))

    assert record.reason is not None
    assert record.reason.startswith("FileNotFoundError: ")
    assert "data.csv" in record.reason
    assert not any(value in record.reason for value in ("annlogin", "node17", "/home"))


def test_writers_and_problems_do_not_name_the_machine():
    writer = Writer("w", "create", "hash-of-host", None, True, True, 0)
    problem = Problem("experiments/a/points-w.arrow", "cannot open /home/annlogin/tracking/x")

    record = published(run(1, provenance=PRIVATE, writers=(writer,), problems=(problem,)))

    assert record.writers[0].host == ""
    assert record.problems == (Problem("experiments/a/points-w.arrow", "cannot open …/x"),)


def test_what_the_user_logged_stays():
    logged = {"params": {"data": "/data/box.csv"}, "tags": {"host": "mine"}, "note": "on /my/disk"}

    record = published(run(1, provenance=PRIVATE, **logged))

    assert (record.params, record.tags, record.note) == (logged["params"], logged["tags"], logged["note"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("open '/home/ann/box.csv'", "open '…/box.csv'"),
        ("/home/ann is gone", "… is gone"),
        (r"C:\Users\ann\box.csv", "…/box.csv"),
        (r"C:\Users\ann", "…"),
        (r"\\server\share\box.csv", "…/box.csv"),
        ("~/data/box.csv", "…/box.csv"),
        ("file:///home/ann/box.csv", "…/box.csv"),
        ('File "/srv/jobs/train.py", line 3', 'File "…/train.py", line 3'),
        ("data=/srv/a/b,/srv/c/d", "data=…/b,…/d"),
    ],
)
def test_absolute_path_keeps_only_its_last_part(text, shown):
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text", ["train/auc", "a/b/c", "1/2", "https://example.org/a/b", "n/a", "50 %/epoch"]
)
def test_text_that_is_no_path_stays(text):
    assert redacted(text) == text


def test_private_word_is_cut_out_as_a_whole_word_only():
    assert redacted("ann cannot open it", ["ann"]) == "… cannot open it"
