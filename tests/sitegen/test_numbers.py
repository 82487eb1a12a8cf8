"""Numbers: worded to be compared at a glance, whole for whoever asks."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import numbers
from sitegen.cells import given as as_given
from sitegen.cells import given_decimals, padded, param_cell


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.94312, "0.9431"),
        (12.345678, "12.35"),
        (1234.56, "1235"),
        (123456.7, "123457"),
        (12345678.9, "1.235e7"),
        (12345678.0, "12345678"),
        (30_000_000.0, "3e7"),
        (12345678901.0, "12345678901"),
        (123456789012345678.0, "1.235e17"),
        (0.00001234, "1.234e−5"),
        (-0.5, "−0.5000"),
        (9.99996, "10.00"),
        (100.0, "100"),
        (1e300, "1e300"),
        (0.0, "0"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (None, "–"),
    ],
)
def test_a_number_is_read_in_four_significant_digits(value, text):
    assert numbers.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00274, "0.0027"),
        (0.5, "0.5"),
        (1.49, "1.5"),
        (12.3, "12"),
        (151.2, "150"),
        (123456.0, "120000"),
        (2.66e-5, "2.7e−5"),
        (1.234e9, "1.2e9"),
        (-0.0351, "−0.035"),
        (math.inf, "∞"),
    ],
)
def test_a_difference_is_read_in_two_significant_digits_and_as_other_numbers_are_written(value, text):
    assert numbers.rough(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-300, max_value=1e300))
def test_a_worded_number_is_within_half_a_digit_of_the_value(value):
    text = numbers.number(value).replace("−", "-")

    assert math.isclose(float(text), value, rel_tol=0.5001e-3)


@given(st.lists(st.floats(min_value=-1e9, max_value=1e9)))
def test_numbers_of_a_column_share_their_decimals(values):
    decimals = numbers.column_decimals(values)

    texts = [numbers.in_column(value, decimals) for value in values]

    if decimals is not None:
        assert {len(text.partition(".")[2]) for text in texts if text != "0"} <= {decimals}
        assert all(text == "0" for text, value in zip(texts, values, strict=True) if value == 0)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.0294, 0.4331, 0.01098], ["0.02940", "0.43310", "0.01098"]),
        ([1.87, 0.541, 0.522, 2.182], ["1.8700", "0.5410", "0.5220", "2.1820"]),
        ([0.9997, 1.0], ["0.9997", "1.0000"]),
        ([0.0, 0.95], ["0", "0.9500"]),
        ([2.302, 0.0098], ["2.302", "0.009800"]),
        ([3e-6, 0.5], ["3e−6", "0.5000"]),
        ([math.nan, 12.5, math.inf], ["NaN", "12.50", "∞"]),
        ([3.0, 200.0], ["3", "200"]),
    ],
)
def test_numbers_of_a_row_have_four_digits_each_and_share_decimals_unless_far_apart(values, texts):
    decimals = numbers.row_decimals(values)

    assert [numbers.in_column(value, decimals) for value in values] == texts


@given(st.lists(st.floats(min_value=-1e9, max_value=1e9)))
def test_a_row_says_no_less_of_a_number_than_a_sentence(values):
    decimals = numbers.row_decimals(values)

    for value in values:
        row, sentence = numbers.in_column(value, decimals), numbers.number(value)
        assert len(row) >= len(sentence) or "e" in sentence


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (0.91704, 0.91816, "+0.0012"),  # 0.00112
        (0.8339, 0.8318, "−0.0021"),
        (0.5, 0.7, "+0.2000"),
        (1.0, 3.0, "+2"),
        (9.998, 10.02, "+0.022"),
        (0.95004, 0.95001, "−3e−5"),
        (1e9, 3e9, "+2e9"),
        (2e-5, 1e-5, "−1e−5"),
    ],
)
def test_a_difference_is_what_a_reader_finds_who_subtracts(old, new, text):
    assert numbers.difference(new, old) == text


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([0.9431, 0.0312], 4),
        ([2.3021, 0.312], 3),
        ([1.0, 0.8702, 0.5], 4),
        ([12.5, 13.5, 100.25], 2),
        ([0.001, 0.002, 900.5], None),
        ([1.0, 2.0, 300.0], 0),
        ([1e-9, 1.0], None),
        ([1e9, 0.5], None),
        ([math.nan, None, 0.5], 4),
        ([], 0),
    ],
)
def test_the_decimals_of_a_column_suit_its_largest_and_smallest_number(values, decimals):
    assert numbers.column_decimals(values) == decimals


@given(st.floats())
def test_the_full_value_reads_back_as_the_value(value):
    assert float(numbers.full(value)) == value or math.isnan(value)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.42, "420 ms"),
        (3.21, "3.2 s"),
        (59.4, "59 s"),
        (59.6, "1 m 00 s"),
        (200, "3 m 20 s"),
        (3900, "1 h 05 m"),
        (100_000, "1 d 03 h"),
        (-1, "–"),
        (math.nan, "–"),
        (None, "–"),
    ],
)
def test_a_duration_has_two_units(seconds, text):
    assert numbers.duration(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (820, "820 B"), (1234, "1.2 kB"), (34_000_000, "34 MB"), (5 * 10**15, "5,000.0 TB")],
)
def test_a_size_has_a_unit(size, text):
    assert numbers.byte_size(size) == text


def test_counts_have_their_thousands_apart_and_agree_with_their_noun():
    assert numbers.plural(1, "run") == "1 run"
    assert numbers.plural(48_000, "run") == "48,000 runs"
    assert numbers.plural(2, "person", "people") == "2 people"


def test_times_are_utc_and_impossible_ones_a_dash():
    assert numbers.utc_minute(1_795_000_000_000_000) == "2026-11-18 11:06"
    assert numbers.utc_second(1_795_000_000_000_000) == "2026-11-18 11:06:40 UTC"
    assert numbers.iso(1_795_000_000_000_000) == "2026-11-18T11:06:40Z"
    for never in (None, 2**63 - 1, -(2**63)):
        assert numbers.utc_minute(never) == "–"
        assert numbers.iso(never) == ""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.5, 1.0], ["0.5", "1.0"]),
        ([0.12345, 0.9], ["0.1235", "0.9000"]),
        ([-0.0, 128.0], ["0", "128"]),
        ([-1500.25, 2e6], ["−1500", "2000000"]),
        ([2e-5, 3e-5], ["2e−5", "3e−5"]),
        ([0.0, 3e9], ["0", "3e9"]),
        ([1e-7, 0.001], ["1e−7", "0.001"]),
        ([1.1, 0.0251, 0.0006657], ["1.100", "0.025", "0.0006657"]),
        ([5.0, 0.001], ["5.000", "0.001"]),  # nothing is lost
        ([-3.7, 48000.0], ["−3.700", "48000"]),
    ],
)
def test_numbers_under_one_another_share_their_decimals_and_end_in_no_needless_zero(values, words):
    assert numbers.aligned(values) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.12345, 0.9], ["0.1235", "0.9000"]),
        ([1234.0, 9999.0], ["1234", "9999"]),
        ([-10000.0, 2e6], ["−10,000", "2,000,000"]),
        ([0.0, 123456.7], ["0", "123,457"]),
        ([5e6, 3e9], ["5,000,000", "3e9"]),
    ],
)
def test_long_whole_numbers_at_the_edges_of_a_chart_have_commas(values, words):
    assert numbers.on_axis(values) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.5, 0.95], ["0.50", "0.95"]),
        ([0.0006657, 1.1], ["0.0006657", "1.1"]),
        ([0.02512, 1.1234], ["0.02512", "1.123"]),
        ([1e-7, 0.001], ["1e−7", "0.001"]),
        ([0.4321, 12.35], ["0.4321", "12.35"]),
        ([100.01, 123456.7], ["100.0", "123,457"]),
    ],
)
def test_each_edge_of_a_chart_has_four_digits_and_only_zero_reads_as_zero(values, words):
    assert numbers.on_axis(values) == words


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_no_number_but_zero_reads_as_zero_beside_others(values):
    for words in (numbers.aligned(values), numbers.on_axis(values)):
        assert [bool(re.search("[1-9]", word)) for word in words] == [value != 0 for value in values]


def test_steps_have_commas_as_on_the_axes_that_scripts_draw():
    assert [numbers.step(step) for step in (0, 1200, -4000, 3e7)] == ["0", "1,200", "−4,000", "3e7"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (1e-05, "1e−5"),
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.3333"),
        (128, "128"),
        (-3, "−3"),
        (1e22, "1e22"),
    ],
)
def test_a_params_number_is_shown_as_it_was_given(value, text):
    assert as_given(value) == text


def test_params_numbers_of_a_column_are_aligned_at_the_point():
    values = [0.1, 0.001, 3]
    decimals = given_decimals(values)

    widths = {len(padded(as_given(value), decimals)) for value in values}

    assert decimals == 3
    assert widths == {5}


def test_a_params_value_keeps_its_kind():
    kinds = {param_cell(value).kind for value in (True, None, [], {})}

    assert kinds == {"word"}
    assert param_cell("True").kind == "text"
    assert param_cell(3).kind == "number"


def test_a_long_text_is_clipped_and_whole_in_its_title():
    cell = param_cell("x" * 500, clip=40)

    assert len(cell.text) == 40
    assert cell.title == "x" * 500
