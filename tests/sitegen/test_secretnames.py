"""Which names of params say that what they name is a secret, and which values are harmless under any name."""

from __future__ import annotations

import random

import pytest
from secret_texts import SECRET_NAMES, letters, token

from sitegen.secretnames import is_harmless, is_random, names_secret


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_name_that_says_secret_makes_one_of_its_value(name):
    chance = random.Random(name)

    assert all(names_secret(name, letters(chance, 8)) for _ in range(100))


@pytest.mark.parametrize("name", SECRET_NAMES)
@pytest.mark.parametrize(
    "value",
    [
        True,
        512,
        0.5,
        None,
        [],
        "",
        "512",
        "1e-3",
        "none",
        "True",
        "***",
        "…",
        "<secret>",
        "${TOKEN}",
        "$TOKEN",
        "env:TOKEN",
        "OPENAI_API_KEY",
        "{token}",
        "redacted",
    ],
)
def test_a_harmless_value_is_none_under_any_name(name, value):
    assert not names_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_tokens", "many"),
        ("tokenizer", "bpe"),
        ("pad_token", "<pad>"),
        ("token", "word-level"),
        ("author", "ann"),
        ("eos_token", "<|endoftext|>"),
        ("api_key_env", "MY_VARIABLE"),
        ("password_file", "/run/secrets/db"),
        ("auth", "oauth"),
        ("token_type", "subword"),
        ("key", "abc123def456"),
        ("secretary", "ann"),
        ("session", "a1"),
        ("passwords_seen", "a lot"),
    ],
)
def test_names_that_only_sound_like_it_are_not_taken_for_one(name, value):
    assert not names_secret(name, value)


def test_a_token_is_a_secret_when_it_looks_drawn_by_lot():
    chance = random.Random(2)

    assert all(names_secret("token", token(chance, 24)) for _ in range(100))
    assert all(names_secret("github.token", letters(chance, 12)) for _ in range(100))


def test_words_and_numbers_are_not_random_and_no_long_text_is_harmless():
    assert not any(
        map(is_random, ["transformers", "123456789012345", "convolutional-network-2026", "aaaaaaaaaaaaaaa"])
    )
    assert not is_harmless("x" * 1000)
