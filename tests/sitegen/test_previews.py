"""What is shown of a file: every kind is passive, and a text that seems to hold a secret is not shown."""

from __future__ import annotations

import json
import random

import hostile
import html5lib
import pytest
from test_rasters import PNG

from sitegen.datatables import read_table
from sitegen.previews import CHARACTERS, LINES, preview_of
from sitegen.privacy import secret_in

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><circle r='3'/></svg>"


def shown(data: bytes | str, kind: str, extension: str = ""):
    return preview_of(data.encode() if isinstance(data, str) else data, kind, extension or kind, read_table)


def test_a_picture_must_be_what_its_name_says():
    assert (shown(PNG, "image").width, shown(PNG, "image").height) == (30, 20)
    assert shown("<script>alert(1)</script>", "image").kind == "none"


def test_an_svg_is_an_image_inside_of_an_address():
    preview = shown(SVG, "svg")

    assert preview.kind == "image"
    assert preview.source.startswith("data:image/svg+xml;base64,")
    assert preview.extension == ""  # there is no copy that could be opened by itself


@pytest.mark.parametrize(
    "data", [b"no picture", b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + SVG, SVG + b" " * 300_000]
)
def test_an_svg_that_is_none_or_too_much_is_shown_as_text(data):
    assert shown(data, "svg").kind == "text"


def test_text_is_cut_after_lines_and_characters():
    many, long = shown("x\n" * 500, "text"), shown("y" * 100_000, "text")

    assert many.text.count("\n") == LINES - 1
    assert many.note == "The first 200 of 500 lines."
    assert len(long.text) == CHARACTERS
    assert "of 100,000 characters" in long.note


@pytest.mark.parametrize("data", [b"a\0b", b"\x89\xff\xfe" * 100])
def test_what_is_no_text_is_not_shown_as_one(data):
    assert shown(data, "text").kind == "none"


def test_text_of_another_encoding_is_shown_as_far_as_it_reads():
    assert shown("\ufefffür".encode(), "text").text == "für"
    assert shown("Die Größe der Box steht im Protokoll".encode("latin-1"), "text").kind == "text"


def test_json_gets_a_line_for_each_value_and_keeps_its_numbers():
    preview = shown('{"a":1.10,"b":[1,2],"c":{"d":"ü"},"e":[]}', "json")

    assert preview.text == '{\n  "a": 1.10,\n  "b": [1, 2],\n  "c": {\n    "d": "ü"\n  },\n  "e": []\n}'


@pytest.mark.parametrize(
    "text",
    ['{"a":1,"a":2}', "{broken", "[" * 100_000, '{"a":' * 50_000],
    ids=["twice", "broken", "deep", "deeper"],
)
def test_json_that_cannot_be_set_anew_is_shown_as_it_is(text):
    assert shown(text, "json").text == text[:CHARACTERS]


@pytest.mark.parametrize("text", [value for value in hostile.NAMES if "\0" not in value])
def test_any_text_is_json_text_again(text):
    written = json.dumps({text: [text]})

    assert json.loads(shown(written, "json").text) == {text: [text]}


def test_a_table_says_how_much_of_it_is_shown():
    preview = shown("name,score\nann,0.5\nbob,\n", "table", "csv")

    assert preview.names == ("name", "score")
    assert [cell.text for cell in preview.rows[0]] == ["ann", "0.5000"]
    assert preview.rows[1][1].kind == "missing"
    assert preview.note == "2 rows, 2 columns."
    assert "The first 50 rows" in shown("a\n" + "1\n" * 300_000, "table", "csv").note
    assert "The first 50 of 60 rows" in shown("a\n" + "1\n" * 60, "table", "csv").note


def test_a_csv_file_that_is_no_table_is_a_text_and_a_parquet_file_is_nothing():
    assert shown("a,b\n1\n", "table", "csv").kind == "text"
    assert "cannot be read as a table" in shown("a,b\n1\n", "table", "parquet").reason


def test_markdown_does_nothing():
    html = shown("# A\n<script>alert(1)</script> ![x](https://example.org/x.png)", "markdown").html.text

    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<SCRIPT src=//evil.example></SCRIPT>",
        "<script\n>alert(1)</script\t>",
        "<link rel=preconnect href=//evil.example>",
        "<LINK/rel=dns-prefetch href=//evil.example>",
        "<style>@import '//evil.example'</style>",
        "<svg><script>alert(1)</script><style>a{}</style></svg>",
        "<scr<script>ipt>alert(1)</script>",
        "<lin<link>k rel=preconnect href=//evil.example>",
    ],
)
def test_an_html_file_is_framed_without_scripts_styles_and_links(markup):
    preview = shown(f"<h1>Kept</h1>{markup}<p>kept, too", "html")
    tree = html5lib.parse(preview.source, namespaceHTMLElements=False)

    names = {element.tag.rpartition("}")[2] for element in tree.iter() if isinstance(element.tag, str)}
    assert names.isdisjoint({"script", "style", "link"})
    assert "kept, too" in "".join(tree.itertext())
    assert markup in preview.text.text


SECRETS = [
    "-----BEGIN RSA PRIVATE KEY-----",
    "AKIA" + "A1B2C3D4E5F6G7H8",
    "ghp_" + "a1" * 18,
    "glpat-" + "a1" * 10,
    "hf_" + "aB" * 15,
    "sk-" + "a1" * 20,
    "AIza" + "a" * 35,
    "https://ann:hunter22@example.org/",
    "eyJ" + "a" * 10 + ".eyJ" + "b" * 10 + "." + "c" * 10,
    "API_KEY=abcdefgh1234",
    '"password": "correct horse"',
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("kind", ["text", "json", "markdown", "html", "svg", "table"])
def test_a_file_that_seems_to_hold_a_secret_is_not_shown(secret, kind):
    preview = shown(f"before\n{secret}\nafter", kind, "csv" if kind == "table" else kind)

    assert preview.kind == "none"
    assert preview.secret
    assert secret not in preview.reason


def test_harmless_texts_are_not_taken_for_secrets():
    chance = random.Random(7)
    for _ in range(3_000):
        digits = chance.randbytes(32).hex()
        text = f"{digits} {digits[:8]}-{digits[8:12]} commit {digits[:40]} token_count: {chance.random()}"
        assert secret_in(text) == ""
    assert (
        secret_in("the password is asked for; tokens: 512; author: ann; https://example.org:8080/a@b") == ""
    )
