"""Safe: what users wrote stays text, and what hides in it is seen."""

from __future__ import annotations

import json
import re

import hostile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.safe import clipped, json_text, name_parts, shown


@pytest.mark.parametrize("text", hostile.NAMES)
def test_texts_that_hide_nothing_are_shown_as_they_are(text):
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("run\u202egnp.exe", "run‹U+202E›gnp.exe"),
        ("\x1b[2J", "␛[2J"),
        ("lo\u200bss", "lo‹U+200B›ss"),
        ("\x00", "␀"),
        ("a\ud800", "a‹U+D800›"),
        ("a\u2028b", "a‹U+2028›b"),
        ("\ufeff", "‹U+FEFF›"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_hides_in_a_text_is_made_visible(text, seen):
    assert shown(text) == seen


@given(st.text(alphabet=st.characters()))
def test_a_shown_text_can_be_written(text):
    shown(text).encode()


@given(st.recursive(st.text() | st.floats(allow_nan=False, allow_infinity=False) | st.none(), st.lists))
def test_data_of_a_page_read_back_and_never_end_their_element(value):
    text = json_text(value).text

    assert json.loads(text) == value
    assert not re.search(r"[<>&\u2028\u2029]", text)
    assert text.isascii()


def test_data_of_a_page_hold_no_nan():
    with pytest.raises(ValueError, match="JSON"):
        json_text(float("nan"))


def test_a_long_text_is_clipped():
    assert clipped("abcdef", 4) == "abc…"
    assert clipped("abc", 4) == "abc"


def test_a_name_may_break_behind_its_separators_only():
    assert name_parts("val_accuracy") == ["val_", "accuracy"]
    assert name_parts("//a/b.c--") == ["//", "a/", "b.", "c--"]
    assert "".join(name_parts("läß in\n–x")) == "läß in\n–x"
