"""Documents: a user's text in Markdown is that text and nothing else, in a sentence and in a cell."""

from __future__ import annotations

import re

import html5lib
import pytest
from hostile import NAMES
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sitegen.documents import CLIP, Heading, Lines, Quoted, Table, as_markdown, as_text, code_span
from sitegen.safe import shown

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TROUBLE = [
    "|",
    "a|b|c",
    "\\",
    "a\\|b",
    "a\\\\|b",
    "\\|",
    "`",
    "``",
    "a`b``c",
    "`a|b`",
    " a ",
    "` `",
    "@octocat",
    "@org/team",
    "#1",
    "GH-1",
    "org/repo#1",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example",
    "www.evil.example",
    "me@evil.example",
    "-->",
    "<!-- sitegen-compare -->",
    "*a* _b_ ~~c~~",
    "a\nb",
    "| a |\n| --- |",
    "&lt;",
    ":tada:",
    "$x$",
    *NAMES,
]
texts = st.one_of(
    st.sampled_from(TROUBLE), st.text(st.sampled_from("|`\\ a<>@-\n*"), max_size=12), st.text(max_size=30)
)


def meant(text: str) -> str:
    """What a reader is to see of a text."""
    text = re.sub(r"\s+", " ", shown(text))
    return text if len(text) <= CLIP else text[: CLIP - 1].rstrip() + "…"


def elements(markdown: str) -> html5lib.treebuilders.etree:
    return html5lib.parse(READER.render(markdown), namespaceHTMLElements=False)


@pytest.mark.parametrize("text", TROUBLE)
def test_troublesome_text_in_a_cell_is_one_code_span(text):
    check_cell(text)


@given(texts, texts)
def test_any_text_in_a_cell_is_one_code_span(text, neighbour):
    check_cell(text, neighbour)


def check_cell(text: str, neighbour: str = "x") -> None:
    table = Table(("a", "b"), (((Quoted(text),), (Quoted(neighbour), " of ours")), (("end",), ("end",))))

    root = elements(as_markdown([table], "marker"))

    rows = [list(row.iter("td")) for row in root.iter("tr")][1:]
    assert [len(row) for row in rows] == [2, 2]
    for cell, expected in ((rows[0][0], text), (rows[0][1], neighbour)):
        inner = list(cell)
        assert [child.tag for child in inner] == (["code"] if meant(expected) else [])
        assert "".join(code.text or "" for code in inner) == meant(expected)
    assert rows[1][0].text == "end"
    tags = {each.tag for each in root.find("body").iter()}
    assert tags <= {"body", "table", "thead", "tbody", "tr", "th", "td", "code"}


@given(texts)
def test_any_text_in_a_sentence_or_a_heading_is_one_code_span(text):
    said = ("of ", Quoted(text), " it is")

    root = elements(as_markdown([Heading(said), Lines((said, said))], "marker"))

    parts = [*root.iter("h3"), *root.iter("li")]
    assert len(parts) == 3
    for part in parts:
        assert [child.tag for child in part] == (["code"] if meant(text) else [])
        assert "".join(part.itertext()).strip() == f"of {meant(text)} it is".strip()


def test_marker_is_the_first_line_and_is_not_seen():
    markdown = as_markdown([Lines((("text",),))], "sitegen-compare 12ab")

    assert markdown.splitlines()[0] == "<!-- sitegen-compare 12ab -->"
    assert "".join(elements(markdown).find("body").itertext()).split() == ["text"]


def test_table_without_rows_and_no_sentences_leave_no_trace():
    assert as_text([Table(("a",), ()), Lines(())]) == ""
    assert as_markdown([Table(("a",), ()), Lines(())], "m") == "<!-- m -->"


def test_columns_of_a_table_are_aligned_on_a_terminal():
    table = Table(
        ("name", "value"),
        (((Quoted("auc"),), ("0.9",)), ((Quoted("a long name"),), ("12.5",))),
        frozenset([1]),
    )

    assert as_text([table]).splitlines() == [
        "name         value",
        "auc            0.9",
        "a long name   12.5",
    ]


def test_line_break_or_control_character_of_a_user_makes_no_line():
    assert as_text([Lines((("it is ", Quoted("a\n::error::b\x1b[2J")),))]) == "it is a ::error::b␛[2J"


def test_code_span_outside_of_a_table_has_its_bars_as_they_are():
    assert code_span("a|b", table=False) == "`a|b`"
    assert code_span("a|b", table=True) == "`a\\|b`"
