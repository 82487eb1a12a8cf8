"""The file that says what may go out although the scan finds it."""

from __future__ import annotations

import pytest

from sitegen.allow import AllowList, digest_of, parsed, read_allowed
from sitegen.errors import BadConfig

TEXT = """
# the group's own address
mail      sha256:0123456789abcdef
\thome-path\t*/params.data dir
"""


def test_lines_name_a_rule_and_a_hash_or_a_place():
    lines = parsed(TEXT)

    assert [(line.number, line.rule, line.what) for line in lines] == [
        (3, "mail", "sha256:0123456789abcdef"),
        (4, "home-path", "*/params.data dir"),
    ]


def test_a_hash_allows_one_piece_anywhere_and_a_place_any_piece_there():
    allowed = AllowList(parsed(f"mail {digest_of('ann@uni.edu')}\nhome-path */params.dir\n"))

    assert allowed.allows("mail", digest_of("ann@uni.edu"), "box/1/note")
    assert not allowed.allows("mail", digest_of("bob@uni.edu"), "box/1/note")
    assert not allowed.allows("home-path", digest_of("ann@uni.edu"), "box/1/note")
    assert allowed.allows("home-path", "sha256:0", "box/1/params.dir")
    assert not allowed.allows("home-path", "sha256:0", "box/1/params.directory")


def test_lines_that_allowed_nothing_are_told():
    allowed = AllowList(parsed(TEXT), "allow.txt")

    allowed.allows("home-path", "sha256:0", "box/1/params.data dir")

    assert allowed.unused() == ["allow.txt, line 3"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hunter2 */note", "line 2: its first word names no rule"),
        ("mail", "line 2: behind mail stands no place and no hash"),
        ("mail sha256:XYZ", "line 2: behind mail stands no place and no hash"),
    ],
)
def test_a_line_that_is_not_understood_is_told_with_its_number_and_not_repeated(tmp_path, line, said):
    (tmp_path / "allow").write_text(f"# comment\n{line}\n")

    with pytest.raises(BadConfig, match=said) as raised:
        read_allowed(tmp_path / "allow")

    assert "hunter2" not in str(raised.value)
    assert "XYZ" not in str(raised.value)


@pytest.mark.parametrize(
    "data", [None, b"\xff\xfe\0", b"#" * 1_000_001], ids=["absent", "no text", "too large"]
)
def test_a_file_that_cannot_be_read_is_told(tmp_path, data):
    if data is not None:
        (tmp_path / "allow").write_bytes(data)

    with pytest.raises(BadConfig, match="allow"):
        read_allowed(tmp_path / "allow")
