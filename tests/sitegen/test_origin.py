"""The way back to the code: nothing that a record says becomes a command, or an address elsewhere."""

from __future__ import annotations

import hostile
import pytest

from sitegen.origin import commit_link, reproduce

COMMIT = "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6a1b2"


@pytest.mark.parametrize(
    ("remote", "link"),
    [
        ("https://github.com/ann/box", f"https://github.com/ann/box/commit/{COMMIT}"),
        ("https://github.com/ann/box.git", f"https://github.com/ann/box/commit/{COMMIT}"),
        ("git@github.com:ann/box.git", f"https://github.com/ann/box/commit/{COMMIT}"),
        ("ssh://git@gitlab.com/lab/sub/box.git", f"https://gitlab.com/lab/sub/box/-/commit/{COMMIT}"),
        ("https://bitbucket.org/ann/box/", f"https://bitbucket.org/ann/box/commits/{COMMIT}"),
        ("https://git.corp.local/ann/box.git", ""),
        ("https://ann:token@github.com/ann/box.git", ""),
        ("https://github.com.evil.example/ann/box", ""),
        ("https://github.com/../../x", ""),
        ("javascript:alert(1)", ""),
        ("/home/ann/box.git", ""),
        ("https://github.com/ann", ""),
        (None, ""),
    ],
)
def test_a_commit_is_linked_at_public_hosts_only(remote, link):
    assert commit_link({"git_commit": COMMIT, "git_remote": remote}) == link


@pytest.mark.parametrize("commit", ["HEAD", "abc", "a1b2c3d; rm -rf ~", "../x", None, 7])
def test_what_is_no_commit_is_neither_linked_nor_checked_out(commit):
    provenance = {"git_commit": commit, "git_remote": "https://github.com/ann/box"}

    assert commit_link(provenance) == ""
    assert "checkout" not in reproduce(provenance, {})


def test_a_published_run_says_commit_script_and_params():
    provenance = {"git_commit": COMMIT, "git_dirty": True, "script": "train.py", "python": "3.12.1"}

    assert reproduce(provenance, {"lr": 0.1, "name": "a\nb"}) == (
        f"git checkout {COMMIT}\n"
        "# it ran with changes that were never committed; they are not in there\n"
        "# Python 3.12.1\n"
        "python train.py    # its folder and arguments are not published\n"
        "\n# params\n"
        "#   lr = 0.1\n"
        '#   name = "a\\nb"\n'
    )


def test_a_run_that_may_be_shown_whole_says_its_command_and_repository():
    provenance = {
        "git_commit": COMMIT,
        "git_remote": "git@github.com:ann/box.git",
        "command": "python train.py --lr 0.1",
        "script": "train.py",
    }

    assert reproduce(provenance, {}).splitlines() == [
        "git clone https://github.com/ann/box.git",
        "cd box",
        f"git checkout {COMMIT}",
        "python train.py --lr 0.1",
    ]


def test_nothing_is_said_where_nothing_is_known():
    assert reproduce({}, {"lr": 0.1}) == ""


@pytest.mark.parametrize(
    "text", [*hostile.NAMES, "a\nrm -rf ~", "x; rm -rf ~", "$(rm -rf ~)", "run\u202egnp.py"]
)
def test_no_text_becomes_a_line_of_its_own(text):
    provenance = {
        "git_commit": COMMIT,
        "script": text,
        "git_branch": text,
        "python": text,
        "git_remote": text,
    }

    lines = reproduce(provenance, {text: text, "nested": text}).splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == [f"git checkout {COMMIT}"]
    assert all(line.isprintable() for line in lines)


def test_letters_of_every_script_are_written_themselves_and_what_hides_or_turns_is_escaped():
    lines = reproduce(
        {"git_commit": COMMIT}, {"名前": ["日本語", "naïve"], "x": "a\u202eb\u2028c\u200dd\ud800"}
    )

    assert '#   名前 = ["日本語", "naïve"]' in lines.splitlines()
    assert r'#   x = "a\u202eb\u2028c\u200dd\ud800"' in lines.splitlines()


def test_a_command_with_characters_that_hide_or_break_lines_is_left_out():
    for command in ("python x\nrm -rf ~", "python \u202ex", "python x\r"):
        assert command not in reproduce({"command": command, "script": "train.py"}, {})
