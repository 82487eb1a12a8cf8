"""What of a run leaves the store."""

from __future__ import annotations

import pytest
from records import run

from logger.records import Problem, Writer
from sitegen.kinds import EVERYTHING, Publish
from sitegen.privacy import Discretion, discretion, published

PRIVATE = {
    "login": "annlogin",
    "host": "node17.cluster",
    "command": "python train.py --secret hunter2",
    "folder": "/home/annlogin/fake box",
    "git_remote": "git@box.internal:ann/box.git",
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
        ("/nfs/home/ann: no space left", "…: no space left"),
        (r"\\server\share\box.csv", "…/box.csv"),
        ("~/data/box.csv", "…/box.csv"),
        ("file:///home/ann/box.csv", "…/box.csv"),
        ('File "/srv/jobs/train.py", line 3', 'File "…/train.py", line 3'),
        ("data=/srv/a/b,/srv/c/d", "data=…/b,…/d"),
    ],
)
def test_absolute_path_keeps_only_its_last_part(text, shown):
    assert Discretion().redacted(text) == shown


@pytest.mark.parametrize(
    "text", ["train/auc", "a/b/c", "1/2", "https://example.org/a/b", "n/a", "50 %/epoch"]
)
def test_text_that_is_no_path_stays(text):
    assert Discretion().redacted(text) == text


def test_private_word_is_cut_out_as_a_whole_word_only():
    assert Discretion(("ann",)).redacted("ann cannot open it") == "… cannot open it"


def test_a_kind_that_is_asked_for_is_published_and_no_other():
    for kind in ("login", "host", "folder", "command", "slurm_job_id"):
        record = published(run(1, provenance=PRIVATE), Publish(**{kind: True}))

        assert set(record.provenance) == {kind}


def test_a_kind_that_is_published_by_default_can_be_left_out():
    record = published(run(1, provenance={"user": "Ann", "python": "3.11.7"}), Publish(user=False))

    assert record.provenance == {"python": "3.11.7"}


def test_what_no_kind_is_named_after_is_other():
    record = published(run(1, provenance=PRIVATE), Publish(other=True))

    assert record.provenance == {"something_new": "that nobody thought of"}


def test_a_command_that_is_published_keeps_no_secret_no_path_and_no_login():
    command = "python /home/annlogin/fake/train.py --token=ghp_" + "a1" * 18 + " --by annlogin --lr 0.1"

    record = published(run(1, provenance={**PRIVATE, "command": command}), Publish(command=True))

    assert record.provenance == {
        "command": "python …/train.py --token=[redacted:github-token] --by … --lr 0.1"
    }


def test_folder_that_is_published_stays_whole_in_texts_too():
    record = published(
        run(1, provenance=PRIVATE, reason="no /home/annlogin/x"), Publish(folder=True, login=True)
    )

    assert record.provenance["folder"] == "/home/annlogin/fake box"
    assert record.reason == "no /home/annlogin/x"


def test_the_owner_sees_everything_as_it_was_recorded():
    record = run(1, provenance=PRIVATE, reason="/home/annlogin: ann@uni.edu on node17.cluster")

    shown = published(record, EVERYTHING, censor=False)

    assert shown.provenance == PRIVATE
    assert shown.reason == record.reason


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("git@github.com:ann/box.git", "ssh://github.com/ann/box.git"),
        ("https://ann:pw@github.com/ann/box.git", "https://github.com/ann/box.git"),
        ("ssh://git@codeberg.org:2222/ann/box", "ssh://codeberg.org:2222/ann/box"),
        ("https://git.uni.edu/ann/box?token=x", None),
        ("git@gitlab.corp:ann/box.git", None),
        ("https://git.cluster.local/box", None),
        ("https://10.0.0.3/box", None),
        ("https://localhost/ann/box", None),
        ("/home/ann/box.git", None),
        ("file:///home/ann/box.git", None),
        ("git://github.com/ann/box.git", None),
        (17, None),
    ],
)
def test_remote_is_published_without_a_user_and_only_of_a_public_looking_host(remote, shown):
    record = published(run(1, provenance={"git_remote": remote}))

    assert record.provenance.get("git_remote") == shown


def test_remote_that_is_asked_for_is_published_whatever_its_host_without_a_user():
    remotes = ("https://ann:pw@git.corp/box", "git@git.corp:box", "/srv/box.git")

    shown = [published(run(1, provenance={"git_remote": one}), Publish(git_remote=True)) for one in remotes]

    assert [one.provenance["git_remote"] for one in shown] == [
        "https://git.corp/box",
        "git@git.corp:box",
        "/srv/box.git",
    ]


def test_secrets_and_private_texts_leave_what_a_machine_wrote():
    texts = discretion(Publish(), True, {"login": "annlogin"})

    said = texts.redacted("postgres://a:b1c2@db.corp/x refused annlogin, write to ann@uni.edu at 192.168.0.7")

    assert said == (
        "postgres://[redacted:url-login]@[redacted:private-host]/x refused …, write to [redacted:mail]"
        " at [redacted:private-address]"
    )
