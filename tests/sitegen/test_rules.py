"""What is taken for a secret or a private text, and what is not."""

from __future__ import annotations

import random
from base64 import b64encode
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secret_texts import MAKERS, harmless

from sitegen.rules import BY_NAME, NAMED, RULES, censored, matches, matches_in_bytes

EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def found(text: str) -> set[str]:
    return {match.rule.name for match in matches(text)}


def test_every_rule_has_a_maker_of_examples_and_names_are_unique():
    assert set(MAKERS) == set(BY_NAME) - {NAMED.name}
    assert len(BY_NAME) == len(RULES) + 1


@EACH_RULE
@pytest.mark.parametrize(
    "around", ["{}", "see {} there", "line\n{}\nline", "key: '{}'", "({})", "[a]({})", "ö {}, ß"]
)
def test_what_a_rule_is_for_is_found_wherever_it_stands(rule, around):
    chance = random.Random(rule.name + around)
    for _ in range(50):
        secret = MAKERS[rule.name](chance)
        assert rule.name in found(around.format(secret)), secret


@EACH_RULE
def test_what_a_match_holds_is_in_the_text_and_gone_when_censored(rule):
    chance = random.Random(rule.name)
    for _ in range(20):
        text = f"before {MAKERS[rule.name](chance)} after"

        for match in matches(text):
            assert text[match.start : match.end] == match.text
            if match.rule.name != "home-path":  # shortened as a path
                assert match.text not in censored(text)
        assert censored(text).startswith("before ")
        assert censored(censored(text)) == censored(text)


@EACH_RULE
def test_what_marks_a_rule_is_in_all_that_it_finds(rule):
    """Else the search for anchors would pass over it."""
    chance = random.Random(rule.name)
    for _ in range(200):
        secret = MAKERS[rule.name](chance)
        for match in rule.pattern.finditer(secret):
            assert any(anchor in match.group().lower() for anchor in rule.anchors), secret


def test_ten_thousand_harmless_texts_raise_no_alarm():
    for text in islice(harmless(random.Random(4)), 12_000):
        assert found(text) == set(), text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"password": "hunter"}', "password"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "password"),
        ("jdbc:sqlserver://h;user=sa;Password=Hunter22;", "password"),
        ("https://ghp@github.com/x", "url-login"),
        ("mongodb+srv://ann:s3cret@cluster.mongodb.net", "url-login"),
        ("/scratch/home/ann/x", "home-path"),
        ("/home/é.durand/x", "home-path"),
        ("Anns-MacBook-Pro.local", "private-host"),
        ("jan.kowalski@onet.pl", "mail"),
        ("mailto:ann@uni.edu", "mail"),
        ("scp ann@cluster.uni.edu:/scratch/x .", "mail"),
        ("api_key='my-secret'", "password"),
        ("gcc -I/home/ann/include", "home-path"),
        (r"\\server\home\ann", "home-path"),
        *(
            (
                f"client-key-data: {b64encode(f'-----BEGIN {kind}PRIVATE KEY-----'.encode()).decode()}",
                "private-key",
            )
            for kind in ("", "RSA ", "EC ", "OPENSSH ")
        ),
    ],
)
def test_forms_that_are_easily_missed_are_found(text, rule):
    assert rule in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://medium.com/@user/story",
        "https://example.org:8080/a@b",
        "https://example.org/home/ann/",
        "the password is asked for; tokens: 512; author: ann",
        "postgres://ann:${PASSWORD}@db/x",
        "https://ann:***@example.org/",
        "ssh://git@github.com:22/a/b",
        "uses: actions/checkout@release.main",
        "10.2.10.91",
        "image@2x.png",
        "import torch._C.internal",
        "password=getpass()",
        "pwd=/data/box",
    ],
)
def test_forms_that_are_easily_mistaken_are_not(text):
    assert found(text) == set()


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "@",
        "a@",
        "a.",
        "://",
        "://a:",
        "/a",
        " /home",
        "password=",
        "password = '",
        "--a-",
        "10.",
        "a-",
        "eyJaaaaaaaa.",
        "a.local",
        "bearer ",
        "authorization: ",
        "wandb",
        "?key=",
        "1.",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----" + "A" * 40,
        "PuTTY-User-Key-File-3",
        "LS0tLS1CRUdJTiBQUklWQVRF",
        "ghp_",
        "\\users\\",
        "sk-",
        "secret'",
        "hooks.slack.com/services/",
        " ",
        "\n",
        "é",
        "\0",
    ],
)
@pytest.mark.parametrize(
    "end", ["", "@a", ".local", "token", "/home/", "://a:b@", "PRIVATE KEY", "=", "\0", ".eyJ"]
)
def test_no_text_takes_the_rules_hostage(piece, end):
    """A pattern that looked at a place again and again would not end before the test's time is out."""
    list(matches(piece * (200_000 // len(piece)) + end))


@given(st.text(alphabet=st.sampled_from("ab9@:/.-_=?& \n'\"\\hompswrdeyJ"), max_size=200))
def test_any_text_is_read_without_error_and_censoring_twice_changes_nothing(text):
    once = censored(text)

    assert {match.rule.name for match in matches(once)} <= {"home-path"}
    assert censored(once) == once


def test_a_file_that_is_no_text_is_looked_through_for_what_is_peculiar():
    chance = random.Random(1)
    noise = chance.randbytes(2_000_000)

    assert list(matches_in_bytes(noise)) == []
    for rule in RULES:
        if rule.in_bytes:
            data = noise[:1000] + b"\0" + MAKERS[rule.name](chance).encode() + b"\0" + noise[:1000]
            assert rule.name in {match.rule.name for match in matches_in_bytes(data)}


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC\n\n", "\n-----END RSA PRIVATE KEY-----"),
        ("-----BEGIN PRIVATE KEY-----\\n", "\\n"),
        ("PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 14\n", ""),
        ("LS0tLS1CRUdJTiBQUklWQVRF", "=="),
    ],
    ids=["whole", "cut", "PuTTY", "base64"],
)
def test_of_a_private_key_nothing_stays_and_two_keys_are_two_findings(head, tail):
    bodies = [b64encode(random.Random(seed).randbytes(96)).decode() for seed in (1, 2)]
    keys = [f"{head}{body[:64]}\n{body[64:]}{tail}" for body in bodies]
    if "PuTTY" not in head and "\n" not in head.replace("\\n", ""):
        keys = [key.replace("\n", "") for key in keys]

    for key, body in zip(keys, bodies, strict=True):
        told = censored(f"the key is {key}")
        assert told.startswith("the key is [redacted:private-key]")
        assert not [piece for piece in (body[:20], body[40:60], body[-40:-20]) if piece in told]
    (one,), (other,) = (list(matches(key)) for key in keys)
    assert one.text != other.text  # what an allow-file says of one must not hold for the other


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("metric 'https://hooks.slack.com/services/T0aB…' is", "metric 'https://[redacted:webhook]…' is"),
        ("param 'a ghp_aB3xaB3x…'", "param 'a [redacted:github-token]…'"),
        ("the param 'depth_of_all_trees…' is too long", "the param 'depth_of_all_trees…' is too long"),
    ],
)
def test_the_beginning_of_a_secret_is_taken_out_where_a_message_cut_it(text, told):
    assert censored(text) == told
    assert censored(told) == told
