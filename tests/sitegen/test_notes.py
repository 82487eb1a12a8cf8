"""Notes: Markdown that can say anything and do nothing."""

from __future__ import annotations

import re

import hostile
import html5lib
import pytest

from sitegen.notes import LONGEST, markup, safe_link


def tree(note):
    return html5lib.parseFragment(markup(note).text, namespaceHTMLElements=False)


def test_prose_lists_code_and_tables_are_set():
    html = markup("Some *words*.\n\n- one\n- `two`\n\n| a | b |\n|---|--:|\n| x | 1 |\n").text

    assert "<em>words</em>" in html
    assert "<code>two</code>" in html
    assert '<td data-align="right">1</td>' in html
    assert "style=" not in html


@pytest.mark.parametrize("text", hostile.NAMES)
def test_a_hostile_note_holds_only_elements_of_prose(text):
    allowed = {
        "p",
        "em",
        "strong",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "a",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "s",
    }

    elements = [element for element in tree(text).iter() if isinstance(element.tag, str)]

    assert {element.tag for element in elements} - {"DOCUMENT_FRAGMENT"} <= allowed
    assert {name for element in elements for name in element.attrib} <= {"href", "rel", "data-align"}
    assert all(re.match("(?i)https?:|mailto:", link.get("href")) for link in tree(text).iter("a"))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:x",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "../../x",
    ],
)
def test_only_addresses_of_the_web_and_of_mail_are_links(address):
    assert safe_link(address) is None
    assert not list(tree(f"[x](<{address}>) <{address}>\n\n[y][1]\n\n[1]: <{address}>").iter("a"))


def test_an_address_that_is_none_is_no_link():
    assert safe_link("http://[") is None
    assert safe_link("http://a:b") is None


def test_credentials_are_cut_from_links():
    assert safe_link("https://ann:secret@example.org:8080/x") == "https://example.org:8080/x"
    assert safe_link("http://ann@[::1]/x") == "http://[::1]/x"


def test_a_picture_becomes_a_link_and_nothing_is_loaded():
    html = markup("![a *plot*](https://example.org/p.png) ![x](javascript:alert(1))").text

    assert "<img" not in html
    assert '<a href="https://example.org/p.png"' in html


def test_a_picture_inside_a_link_is_its_text():
    html = markup("[![plot](https://example.org/p.png)](https://example.org)").text

    assert html.count("<a ") == 1
    assert ">plot</a>" in html


def test_headings_go_on_from_the_page_without_a_gap():
    html = markup("# one\n\n#### two\n\n# three", heading=2).text

    assert re.findall(r"<h(\d)>", html) == ["3", "4", "3"]


def test_the_language_of_a_code_block_is_no_class():
    assert "class" not in markup("```python onclick=x\nprint()\n```").text


def test_a_very_long_note_is_cut_and_says_so():
    html = markup("x" * (LONGEST + 7)).text

    assert "7 more characters" in html
    assert len(html) < LONGEST + 500


def test_deep_nesting_ends():
    assert len(markup(">" * 5000 + "x").text) < 100_000
