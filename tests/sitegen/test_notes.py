"""Notes: Markdown that can say anything and do nothing."""

from __future__ import annotations

import re

import hostile
import html5lib
import pytest

from sitegen.notes import LONGEST, Picture, Pictures, markup, safe_link
from sitegen.urls import Link

PICTURES = Pictures(
    {
        path: Picture(Link(f"../../a/{number}.png"), 30, 20)
        for number, path in enumerate(("docs/one.png", "plots/two ä.png", "three.png", "docs/a#1?b.png"))
    },
    frozenset(["plots/curve.svg"]),
    "docs",
)


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


def sources(note: str) -> list[str]:
    html = markup(note, pictures=PICTURES).text
    return [img.get("src") for img in html5lib.parseFragment(html, namespaceHTMLElements=False).iter("img")]


def test_a_picture_that_the_site_holds_for_a_note_is_shown():
    html = markup("![a *plot* <b>](one.png 'a title')", pictures=PICTURES).text

    assert '<img src="../../a/0.png" alt="a plot &lt;b&gt;" width="30" height="20"' in html
    assert sources("![](../plots/two%20ä.png) ![x](<../plots/two ä.png>)") == ["../../a/1.png"] * 2
    assert sources("![x][1]\n\n[1]: ./../docs/one.png") == ["../../a/0.png"]
    assert sources("[![x](../three.png)](https://example.org)") == ["../../a/2.png"]


@pytest.mark.parametrize(
    "address",
    [
        "two.png",
        "three.png",
        "../../three.png",
        "/three.png",
        "../../a/0.png",
        "two.png?raw=true",
        "//evil.example/one.png",
        "https://evil.example/docs/one.png",
        "file:one.png",
        "javascript:one.png",
        "data:image/png;base64,AAAA",
        "..%5Cthree.png",
    ],
)
def test_any_other_address_shows_no_picture_and_is_none_to_load(address):
    html = markup(f"![words](<{address}>)", pictures=PICTURES).text

    assert sources(f"![words](<{address}>)") == []
    assert "words" in html
    assert "src=" not in html


def test_what_stands_behind_the_path_of_a_picture_is_no_part_of_it():
    assert (
        sources("![x](one.png?raw=true) ![x](one.png#top) ![x](one.png?a=/b.png#c)") == ["../../a/0.png"] * 3
    )
    assert sources("![x](a%231%3Fb.png) ![x](<a#1?b.png>)") == ["../../a/3.png"] * 2


def test_a_picture_that_is_not_shown_is_words_with_its_path():
    def words(note: str) -> str:
        return "".join(html5lib.parseFragment(markup(note, pictures=PICTURES).text).itertext()).strip()

    assert words("![x](two.png?raw=true)") == "x (two.png?raw=true)"
    assert words("![x](/docs/one.png) ![](/one.png)") == "x (/docs/one.png) /one.png"
    svg = "../plots/curve.svg"
    assert words(f"![x]({svg})") == f"x ({svg}: an SVG, shown among the artifacts)"
    assert words(f"![]({svg}?raw=true)") == f"{svg}?raw=true (an SVG, shown among the artifacts)"
    assert words("![x](curve.svg)") == "x (curve.svg)"
    assert words("![]() ![x]()") == "x"


def test_a_relative_link_stays_as_it_was_written():
    written = "[the **curve**](../näher.png) [scores](scores.csv) [^1] and [![x](no.png)](more.png)"
    html = markup(f"{written}\n\n[^1]: note").text

    assert "[the <strong>curve</strong>](../näher.png) [scores](scores.csv) [^1]" in html
    assert "[x (no.png)](more.png)" in html
    assert "<p>[^1]: note</p>" in html
    assert "href" not in html


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_end_as_other_systems_end_them(end):
    note = "---\na: b\n---\n# A\n\n| a |\n|---|\n| 1 |\n\n```\nx\ny\n```\n"

    assert markup(note.replace("\n", end)) == markup(note)


def test_boxes_of_tasks_are_letters():
    html = markup("- [ ] to do\n- [x] *done*\n1. [X] done\n- [y] no\n- `[ ]` no\n\n[ ] no box").text

    assert re.findall("[☐☑][^<]*", html) == ["☐ to do", "☑ ", "☑ done"]
    assert "<li>[y] no</li>" in html
    assert "<p>[ ] no box</p>" in html


@pytest.mark.parametrize(
    "matter",
    ["title: T\n", "# made by hand\n\ntags:\n  - a\n  - '*b*'\n", "run-id: <b>\n\n# x\n", "a b: 'c: d'\n"],
)
@pytest.mark.parametrize("end", ["---\n", "---", "... \n"])
def test_front_matter_is_code_and_neither_a_rule_nor_a_heading(matter, end):
    html = markup(f"---\n{matter}{end}{'# Body' if end.endswith(chr(10)) else ''}").text

    root = html5lib.parseFragment(html, namespaceHTMLElements=False)
    assert root.find("pre").find("code").text == matter
    assert [heading.text for heading in root.iter("h3")] == (["Body"] if end.endswith("\n") else [])
    assert "<hr" not in html


@pytest.mark.parametrize(
    "note",
    [
        "---\ntitle: T\n",
        "---\nsome words: x y\n",
        "\n---\na: b\n---\n",
        "---\nWhy?\n---\n",
        "a\n\n---\nb: c\n---\n",
    ],
)
def test_dashes_that_hold_no_front_matter_are_rules_and_headings(note):
    html = markup(note).text

    assert "<hr" in html
    assert "<pre>" not in html


def test_headings_go_on_from_the_page_without_a_gap():
    html = markup("# one\n\n#### two\n\n# three", heading=2).text

    assert re.findall(r"<h(\d)>", html) == ["3", "4", "3"]


def test_the_language_of_a_code_block_is_no_class():
    assert "class" not in markup("```python onclick=x\nprint()\n```").text


def test_a_very_long_note_is_cut_and_says_so():
    html = markup("x" * (LONGEST + 7)).text

    assert "7 more characters" in html
    assert len(html) < LONGEST + 500


@pytest.mark.parametrize("note", ["> " * 3000 + "x", ">" * 20 + "x", "- " * 10 + "x", "1. > " * 7 + "x"])
def test_a_note_that_is_nested_too_deep_is_shown_as_it_was_written_and_says_so(note):
    html = markup(note)

    root = html5lib.parseFragment(html.text, namespaceHTMLElements=False)
    assert root.find("pre").find("code").text == note
    assert "nested more than 20 levels deep" in html.text
    assert len(html.text) < 100_000


@pytest.mark.parametrize("note", [">" * 19 + "x", "- " * 9 + "x", "> " * 18 + "# x", "*a **b " * 50 + "x"])
def test_a_note_that_is_nested_less_is_whole(note):
    html = markup(note).text

    assert html.count("x") == 1
    assert "as it was written" not in html
