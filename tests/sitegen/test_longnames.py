"""Long names: cut, they are still told apart."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.longnames import cut, halves, told

PIECES = st.sampled_from([*"ab1.-/= 😀", "a" * 20])
WORDS = st.sets(st.lists(PIECES, max_size=12).map("".join), min_size=1, max_size=8)


def ends(words: list[str]) -> list[tuple[str, str]]:
    parts = told(words)
    return [halves(word, parts) for word in words]


@given(WORDS)
def test_what_is_a_word_s_own_tells_it_from_all_others(words):
    parts = told(words)

    assert all("".join(part for part, _ in parts[word]) == word for word in words)
    own = {tuple(part for part, is_own in parts[word] if is_own) for word in words}
    assert len(own) == len(words)


def test_what_tells_names_apart_stays_at_their_end():
    names = [f"experiments/2024/resnet50-lr0.001-seed{n}-with-label-smoothing" for n in range(3)]

    assert ends(names) == [
        ("experiments/2024/resnet50-lr0.001-", f"seed{n}-with-label-smoothing") for n in range(3)
    ]
    assert ends([*names, "experiments/2023/something-else"])[:3] == [
        ("experiments/", f"2024…seed{n}…") for n in range(3)
    ]


def test_names_that_differ_in_several_places_keep_these_alone():
    grid = list(itertools.product((0.1, 0.01), (4, 8), (0, 1)))
    names = [f"sweep-lr={lr},depth={depth},kind=boosted,seed={seed}-with-more" for lr, depth, seed in grid]

    assert ends(names) == [("sweep-lr=", f"{lr}…{depth}…{seed}…") for lr, depth, seed in grid]


def test_name_that_its_beginning_tells_from_others_keeps_its_last_letters():
    assert ends(["calm-otter-of-the-long-river", "brisk-hare-of-the-long-river"]) == [
        ("calm-otter-of-the-", "long-river"),
        ("brisk-hare-of-the-", "long-river"),
    ]


def test_names_without_separators_are_told_letter_by_letter():
    names = ["a" * 30 + letter + "b" * 30 for letter in "xy"]

    assert ends(names) == [("a" * 30, letter + "b" * 30) for letter in "xy"]


def test_texts_of_one_letter_are_told_by_how_often_it_comes():
    words = ["x" * n for n in (30, 70, 110)]

    assert ends(words) == [(word, f" ×{len(word)}") for word in words]
    assert ends([*words[:1], "y" * 40]) == [("x" * 20, "x" * 10), ("y" * 30, "y" * 10)]


@given(WORDS)
def test_no_name_has_two_ellipses_in_a_row(words):
    assert all(not end.startswith("…") and "……" not in end for _, end in ends(list(words)))


@pytest.mark.parametrize("most", [24, 60])
def test_two_names_cut_beside_each_other_differ(most):
    one, other = (f"{'an-experiment-' * 4}seed{n}{'-with-smoothing' * 4}" for n in range(2))

    shown = {cut(one, [other], most), cut(other, [one], most)}

    assert len(shown) == 2
    assert all(len(name) <= most for name in shown)


def test_name_that_has_room_is_whole():
    assert cut("calm-otter", ["calm-hare"], 10) == "calm-otter"
