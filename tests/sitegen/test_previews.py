"""What is shown of a file: every kind is passive, and what reading reveals is looked at."""

from __future__ import annotations

import base64
import json

import hostile
import html5lib
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_rasters import PNG

from sitegen.datatables import read_table
from sitegen.previews import CHARACTERS, FIRST, INLINE, LAST, NoPreview, preview_of

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


def test_an_svg_says_what_it_takes_from_other_files():
    head = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'>"
    inside = f"{head}<image href='data:image/png;base64,AA'/><use x:href='#a'/><a href='https://example.org'/></svg>"
    outside = (
        f"{head}<image x:href='https://example.org/a.png'/><use href='b.svg#a'/><image href='c.png'/></svg>"
    )

    assert shown(inside, "svg").lacks == ""
    assert shown(outside, "svg").lacks == "without 3 parts that it takes from other files"
    one = f"{head}<filter><feImage href='/a.png'/></filter></svg>"
    for encoding in ("utf-8", "utf-16"):
        assert shown(one.encode(encoding), "svg").lacks == "without 1 part that it takes from other files"


def test_an_svg_is_read_as_it_declares():
    declared = "<?xml version='1.0' encoding='iso-8859-1'?><svg xmlns='http://www.w3.org/2000/svg'><text>Größe</text></svg>"
    preview = shown(declared.encode("iso-8859-1"), "svg")

    assert preview.kind == "image"
    drawn = base64.b64decode(preview.source.rpartition(",")[2]).decode()
    assert drawn == declared.replace("iso-8859-1", "UTF-8")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no picture", "it is no whole XML: syntax error: line 1, column 0"),
        (SVG[:50], "it is no whole XML: unclosed token: line 1, column 40"),
        (b"<svg><rect/></svg>", 'it does not begin with <svg xmlns="http://www.w3.org/2000/svg">'),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + SVG, "it defines entities"),
        (SVG + b" " * 300_000, "it is larger than 262 kB"),
    ],
)
def test_an_svg_that_is_none_or_too_much_is_shown_as_text_that_says_why(data, why):
    preview = shown(data, "svg")

    assert preview.kind == "text"
    assert preview.note.startswith(f"Not shown as a picture: {why}.")


@pytest.mark.parametrize("kind", ["text", "json", "markdown", "html", "svg", "image"])
def test_a_file_of_no_bytes_is_said_to_be_empty(kind):
    assert shown(b"", kind) == NoPreview("empty file")


@pytest.mark.parametrize("extension", ["csv", "tsv", "parquet", "arrow"])
def test_a_table_of_no_bytes_is_said_to_be_empty(extension):
    assert shown(b"", "table", extension) == NoPreview("empty file")


def test_text_is_cut_after_lines_and_characters():
    lines = [f"epoch {number}" for number in range(FIRST + LAST + 1)]
    many, long = shown("\n".join([*lines, "died"]), "text"), shown("y" * 100_000, "text")
    few = shown("\n".join(lines[:-1]), "text")

    assert many.text.splitlines() == [*lines[:FIRST], "⋯ 2 lines ⋯", *lines[FIRST + 2 :], "died"]
    assert many.note == "The first 150 and the last 50 of 202 lines."
    assert (few.text.splitlines(), few.note) == (lines[:-1], "")
    assert len(long.text) == CHARACTERS
    assert "of 100,000 characters" in long.note


@pytest.mark.parametrize("data", [b"a\0b", b"\x89\xff\xfe" * 100])
def test_what_is_no_text_is_not_shown_as_one(data):
    assert shown(data, "text").kind == "none"


def test_text_of_western_europe_is_shown_whole_and_says_how_it_was_read():
    assert (shown("\ufefffür".encode(), "text").text, shown("für".encode(), "text").note) == ("für", "")
    for text in ("Die Größe der Box steht im Protokoll", "näme;x\né;1"):
        for kind in ("text", "html", "markdown"):
            preview = shown(text.encode("latin-1"), kind)
            words = preview.text if kind == "html" else preview

            assert (preview.source if kind in ("html", "markdown") else preview.text) == text
            assert words.note == "Not UTF-8: read as Windows-1252."
    assert shown('["für"]'.encode("cp1252"), "json").note == "Not UTF-8: read as Windows-1252."
    assert shown("10 € a box".encode("cp1252"), "text").text == "10 € a box"


def test_text_of_utf_8_with_a_broken_byte_stays_utf_8():
    preview = shown("Größe, Maß, für".encode() + b"\xc3", "text")

    assert preview.text == "Größe, Maß, für\ufffd"
    assert preview.note == "Bytes that are no UTF-8 are shown as \ufffd."


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_the_mark_at_the_beginning_says_how_a_text_is_written(encoding):
    preview = shown("\ufeffGröße".encode(encoding), "text")

    assert (preview.text, preview.note) == ("Größe", f"Read as {encoding[:6].upper()}.")


def test_foreign_bytes_with_control_characters_are_not_taken_for_letters():
    assert shown(b"value \xfc \x01\x02", "text").text == "value \ufffd \x01\x02"
    assert shown(b"value \xfc \x81", "text").text == "value \ufffd \ufffd"


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("latin-1", "Not UTF-8: read as Windows-1252. 2 rows, 2 columns."),
        ("utf-16", "Read as UTF-16. 2 rows"),
        ("utf-32", "Read as UTF-32. 2 rows"),
    ],
)
def test_a_table_of_another_encoding_is_a_table_of_text(encoding, note):
    preview = shown("name;wert\nMüller;1,5\nplain;2\n".encode(encoding), "table", "csv")

    assert [cell.text for row in preview.rows for cell in row] == ["Müller", "1,5", "plain", "2"]
    assert preview.types[0] == "string"
    assert preview.note.startswith(note)


def test_json_gets_a_line_for_each_value_and_keeps_its_numbers():
    preview = shown('{"a":1.10,"b":[1,2],"c":{"d":"ü"},"e":[]}', "json")

    assert preview.text == '{\n  "a": 1.10,\n  "b": [1, 2],\n  "c": {\n    "d": "ü"\n  },\n  "e": []\n}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a":1,"a":2}', "Shown as it was written: one of its objects has a key twice."),
        (
            "{broken",
            "It cannot be read as JSON: Expecting property name enclosed in double quotes: line 1, column 2.",
        ),
        ('["a\nb"]', "It cannot be read as JSON: Invalid control character at: line 1, column 4."),
        ("[" * 100_000, "Shown as it was written: it is nested too deep to be set anew."),
        ('{"a":' * 50_000, "Shown as it was written: it is nested too deep to be set anew."),
        (f"[{'1,' * 600_000}1]", "Shown as it was written: it is larger than 1.0 MB."),
    ],
    ids=["twice", "broken", "control", "deep", "deeper", "large"],
)
def test_json_that_cannot_be_set_anew_is_shown_as_it_is_and_says_why(text, why):
    preview = shown(text, "json")

    assert preview.text == text[:CHARACTERS]
    assert preview.note.startswith(why)


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


def test_a_cell_that_is_not_a_number_says_so_and_is_not_missing():
    preview = shown("score\nnan\n-inf\n", "table", "csv")

    assert [(cell.text, cell.kind) for (cell,) in preview.rows] == [("NaN", "number"), ("−∞", "number")]


def test_a_csv_file_that_is_no_table_is_a_text_and_a_parquet_file_is_nothing():
    text = shown("a,b\n1\n", "table", "csv")

    assert text.kind == "text"
    assert text.note.startswith(
        "It cannot be read as a table: CSV parse error: Row #2: Expected 2 columns, got 1"
    )
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


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='color:red'>text</p>",
        '<p STYLE = "a > b">text</p>',
        "<p/style=color:red>text</p>",
        "<p title='1'style='2'>text</p>",
        "<svg><rect style=fill:red /></svg>",
        "<p = style=x>text</p>",
        "<p title=>text</p><p style>text</p>",
        "<!-- <p title=' --><p style='x'>text</p>",
        "<script>if (a<b && c=='d') e</script><p style='x'>text</p>",
        "<p style='it never ends",
    ],
)
def test_a_framed_page_has_no_styles_of_single_elements(markup):
    tree = html5lib.parse(shown(f"<h1>Kept</h1>{markup}", "html").source, namespaceHTMLElements=False)

    assert not [element.tag for element in tree.iter() if "style" in element.attrib]


@pytest.mark.parametrize(
    "markup",
    [
        "<body onload=alert(1)>",
        "<img src=x onerror=alert(1)>",
        "<IMG ONERROR = 'a' SRC=https://evil.example/x.png>",
        "<img srcset='data:image/png;base64,AA 1x, //evil.example/x.png 2x'>",
        '<img/src="//evil.example/x.png"/onload=x>',
        "<video poster=//evil.example><source src=//evil.example></video>",
        "<object data=//evil.example></object><embed src=//evil.example>",
        "<iframe src=data:text/html,x></iframe><iframe srcdoc='<b>x</b>'></iframe>",
        "<table background=//evil.example><td>x</table>",
        "<base href=//evil.example>",
        "<svg><image xlink:href=//evil.example /><use href=//evil.example#a /></svg>",
        "<meta http-equiv=Refresh content='0;url=//evil.example'>",
    ],
)
def test_a_framed_page_loads_and_runs_nothing(markup):
    tree = html5lib.parse(shown(f"<h1>Kept</h1>{markup}", "html").source, namespaceHTMLElements=False)

    names = {str(name).rpartition("}")[2] for element in tree.iter() for name in element.attrib}
    assert {name for name in names if not name.startswith("data-")} <= {"content"}


@pytest.mark.parametrize(
    "text",
    [
        "<p title=\" style='a'\" data-style=b class=style>x style='c' &lt;p style='d'&gt;</p>",
        '<img alt="src=\'x\' onload=y" src="data:image/png;base64,AAAA">',
        "<a href=https://example.org title=once>on src=x</a><svg><use href='#mark' /></svg>",
        "<meta http-equiv=content-type content='text/html'>",
    ],
)
def test_what_neither_styles_nor_runs_nor_loads_stays_as_it_is_in_a_frame(text):
    assert shown(text, "html").source == text


@pytest.mark.parametrize("part", ["<a ", "<a '", '<a b="', "<!--", "<a =", "<a /", "<a style= ", "<a src= "])
def test_a_large_page_of_parts_that_never_end_is_framed_whole(part):
    text = part * (INLINE // len(part))  # would take minutes, were it read from every tag to its end

    assert shown(text, "html").source.replace("data-", "") == text


def test_a_page_says_that_its_scripts_do_not_run_and_a_page_without_any_says_nothing():
    for markup in ("<script>draw()</script>", "<SCRIPT\nsrc=x>"):
        assert "Scripts of this page do not run here" in shown(f"<p>x</p>{markup}", "html").lacks
        assert "Styles" not in shown(f"<p>x</p>{markup}", "html").lacks
    for markup in ("<p>x</p>", "&lt;script>", "<scripts>"):
        assert shown(markup, "html").lacks == ""


@pytest.mark.parametrize(
    "markup",
    ["<style>a{}</style>", "<p STYLE = 'a'>", "<p/style=a>", "<link href=a.css rel='alternate StyleSheet'>"],
)
def test_a_page_says_that_it_is_shown_without_its_styles(markup):
    styles = "Styles of this page are left out: its colours and its layout are missing."

    assert shown(f"<p>x</p>{markup}", "html").lacks == styles
    both = shown(f"{markup}<script>draw()</script>", "html").lacks
    assert both.startswith("Scripts of this page do not run here.")
    assert both.endswith(f". {styles}")


@pytest.mark.parametrize(
    "markup",
    [
        "<p title=\" style='a'\">",
        "<!-- <style> -->",
        "<styled>",
        "<link rel=icon>",
        "<p data-style=a>style=b",
        "<p class=style>",
    ],
)
def test_a_page_that_has_no_styles_says_nothing_of_them(markup):
    assert shown(markup, "html").lacks == ""


def test_a_page_that_is_too_large_for_a_frame_says_so():
    large = shown("<p>x</p>" * INLINE, "html")
    plotly = shown("<div></div><script>" + "x=1;" * INLINE, "html")

    assert (large.kind, plotly.kind) == ("text", "text")
    assert large.note.startswith("Not shown as a page: it is larger than 262 kB. The first 65,536 of")
    assert "its scripts would not run either: log a picture of it, too" in plotly.note


def test_json_is_looked_at_once_its_escapes_are_letters():
    preview = shown('{"by": "ann\\u0040uni.edu"}', "json")

    assert preview.kind == "none"
    assert preview.secret
    assert "a mail address" in preview.reason
    assert "ann" not in preview.reason


def test_names_and_cells_of_a_table_that_only_reading_reveals_are_looked_at():
    secret = "ghp_" + "a1" * 18
    for table in (pa.table({secret: [1]}), pa.table({"a": [secret]})):
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)

        preview = shown(sink.getvalue().to_pybytes(), "table", "parquet")

        assert preview.kind == "none"
        assert secret not in preview.reason


def test_what_is_suspect_is_for_the_caller_to_say():
    data = b'{"by": "ann@uni.edu"}'

    assert preview_of(data, "json", "json", read_table, lambda text: "").kind == "text"
