"""Names: what passes is stored and found again, what is refused says why and what would pass."""

from __future__ import annotations

import enum
import unicodedata
from decimal import Decimal
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace

import numpy as np
import pytest
from hostile import NAMES, NOT_NAMES
from hypothesis import given
from hypothesis import strategies as st

from logger.errors import InvalidName
from logger.factlines import Fact, decode, encode
from logger.layout import experiment_folder, experiment_key, is_experiment_folder
from logger.names import check_artifact_path, check_name, suggest_name

KINDS = ["experiment", "run", "metric", "param", "tag", "user"]

odd = st.sampled_from(' ./\\\n\t\x00\x1b\u200b\u200d\u202e\ufe0f\u00a0\ud800\ue000\u0301\u0338é:*?"<>|a')
texts = st.one_of(
    st.text(max_size=300), st.text(odd, max_size=12), st.text(st.characters(codec=None), max_size=40)
)


def refusal(value: object, kind: str = "metric") -> str:
    with pytest.raises(InvalidName) as caught:
        check_name(value, kind)
    return str(caught.value)


def proposal(message: str) -> str | None:
    last = message.splitlines()[-1]
    if not last.startswith('  Try: "'):
        return None
    return last[len('  Try: "') : -1].replace('\\"', '"').replace("\\\\", "\\")


@pytest.mark.parametrize("name", NAMES)
def test_odd_but_printable_text_is_a_name(name):
    assert check_name(name, "metric") == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name", ["loss", "loss/train", "acc@5", "R²", "f1 (macro)", "a. b", "x/...", "é" * 250]
)
def test_name_comes_back_as_it_was_given(name):
    assert check_name(name, "metric") == name


def test_name_comes_back_in_its_composed_form_so_that_both_spellings_are_one():
    assert check_name("re\u0301seau", "experiment") == "r\u00e9seau"


def test_length_counts_characters_of_the_composed_form():
    assert check_name("e\u0301" * 250, "run") == "\u00e9" * 250
    assert "is 251 characters long" in refusal("e\u0301" * 251)


@pytest.mark.parametrize(("name", "why"), NOT_NAMES, ids=[ascii(name[:20]) for name, _ in NOT_NAMES])
def test_refused_name_says_what_is_wrong_with_it_and_where(name, why):
    first, *rest = refusal(name).splitlines()

    assert first.startswith("metric name '")
    assert why in first
    assert rest[0].startswith(
        "  Allowed: 1 to 250 printable characters, no line breaks, no space at either end"
    )


def test_message_reads_as_the_house_writes_it():
    assert refusal(123, "experiment") == (
        "experiment name 123 is an int; a name is text.\n"
        "  Allowed: 1 to 250 printable characters, no line breaks, no space at either end.\n"
        '  Try: "123"'
    )
    assert refusal("val loss\n") == (
        "metric name 'val loss\\n' has a line break at position 8.\n"
        "  Allowed: 1 to 250 printable characters, no line breaks, no space at either end.\n"
        '  Try: "val loss"'
    )


class Colour(enum.Enum):
    RED = "red"


class Split(enum.StrEnum):
    TRAIN = "train"


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


@pytest.mark.parametrize(
    ("value", "kind_of_it", "proposed"),
    [
        (True, "a bool", "True"),
        (None, "None", None),
        (0.5, "a float", "0.5"),
        (float("nan"), "a float", "nan"),
        (b"loss", "a bytes", "loss"),
        (b"\xff", "a bytes", None),
        (bytearray(b"loss"), "a bytearray", "loss"),
        (10**5000, "an int", None),
        (Path("runs/first"), "Path", "runs/first"),
        (Colour.RED, "Colour", "red"),
        (np.int64(7), "a numpy.int64", "7"),
        (np.float32(0.5), "a numpy.float32", "0.5"),
        (np.bytes_(b"loss"), "a numpy.bytes", "loss"),
        (np.array(["loss"]), "a numpy.ndarray", None),
        (["loss"], "a list", None),
        ({"loss": 1}, "a dict", None),
        (Decimal("1.5"), "a decimal.Decimal", None),
        (1j, "a complex", None),
        (object, "a type", None),
        (len, "a builtin_function_or_method", None),
        (SimpleNamespace(shape=()), "a types.SimpleNamespace", None),
        (Hostile(), "Hostile", None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_text_is_named_with_its_type_and_a_proposal_where_one_is_plain(
    value, kind_of_it, proposed
):
    message = refusal(value, "run")

    assert message.startswith("run name ")
    assert kind_of_it in message.splitlines()[0]
    assert "a name is text" in message or value is None
    assert proposal(message) == proposed


@pytest.mark.parametrize("value", [np.str_("loss"), Split.TRAIN], ids=["numpy str", "text enum"])
def test_subclass_of_str_is_a_name_and_becomes_a_plain_str(value):
    name = check_name(value, "metric")

    assert type(name) is str
    assert name in ("loss", "train")


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("  val   loss \n", "val loss"),
        ("👩\u200d🔬", "👩🔬"),
        ("../../etc/passwd", "etc/passwd"),
        ("a//b/./c/", "a/b/c"),
        ("x" * 251, "x" * 250),
        ("x" * 249 + "/y", "x" * 249),
        ("\u202e", None),
        ("...", None),
        ("", None),
        ('say "hi"\n', 'say "hi"'),
        ("back\\slash\n", "back\\slash"),
        ("\ufeffloss\x00", "loss"),
    ],
)
def test_proposal_keeps_what_is_good_of_a_name(name, proposed):
    assert proposal(refusal(name)) == proposed


def test_message_stays_short_and_on_its_lines_whatever_the_value():
    for value in ["x" * 10_000_000, "\x1b[2J" * 1000, "a\u2028b", {"key": "v" * 10_000}, "\u0301" * 1000]:
        lines = refusal(value).splitlines()

        assert len(lines) <= 3
        assert all(len(line) < 300 and line.isprintable() for line in lines)


@given(texts, st.sampled_from(KINDS))
def test_every_text_is_a_name_or_is_refused_with_three_parts(text, kind):
    try:
        name = check_name(text, kind)
    except InvalidName as error:
        message = str(error)
    else:
        assert name == unicodedata.normalize("NFC", text)
        assert check_name(name, kind) == name
        assert 1 <= len(name) <= 250
        assert name.isprintable()
        assert name == name.strip()
        assert all(part not in ("", ".", "..") for part in name.split("/"))
        return
    lines = message.splitlines()
    assert lines[0].startswith(f"{kind} name ")
    assert lines[1].startswith("  Allowed: ")
    assert len(lines) == 2 or lines[2].startswith("  Try: ")
    proposed = proposal(message)
    assert proposed is None or check_name(proposed, kind) == proposed


@given(texts)
def test_every_name_survives_a_line_of_facts_and_has_a_folder_of_plain_letters(text):
    name = suggest_name(text, "experiment")
    if name is None:
        return

    folder = experiment_folder(name)

    assert decode(encode(Fact(1, "name", name, name))) == Fact(1, "name", name, name)
    assert folder.isascii()
    assert len(folder) <= 57
    assert is_experiment_folder(folder)
    assert experiment_folder(experiment_key(name)) == folder


@given(st.one_of(st.integers(), st.floats(), st.booleans(), st.binary(), st.none(), st.lists(st.text())))
def test_what_is_no_text_is_always_refused_and_its_proposal_passes(value):
    proposed = proposal(refusal(value))

    assert proposed is None or check_name(proposed, "metric") == proposed


@pytest.mark.parametrize(
    "path",
    [
        "model.pkl",
        "plots/roc.png",
        ".git/config",
        ".nojekyll",
        "a b/c d.txt",
        "100%.txt",
        "naïve.txt",
        "~",
        "-rf",
    ],
)
def test_artifact_path_comes_back_as_it_was_given(path):
    assert check_artifact_path(path) == path


def test_artifact_path_may_be_a_path_of_either_system():
    assert check_artifact_path(PurePosixPath("plots/roc.png")) == "plots/roc.png"
    assert check_artifact_path(PureWindowsPath("plots\\roc.png")) == "plots/roc.png"


@pytest.mark.parametrize(
    ("path", "why", "proposed"),
    [
        ("", "is empty", None),
        ("/etc/passwd", "is absolute", "etc/passwd"),
        ("../../etc/passwd", "a part '..'", "etc/passwd"),
        ("a/../../b", "a part '..'", "a/b"),
        ("a//b", "an empty part", "a/b"),
        ("./a", "a part '.'", "a"),
        ("a/", "an empty part", "a"),
        ("..\\..\\x", "has '\\\\' at position 2", "x"),
        ("C:\\Windows", "has ':' at position 1", "C_/Windows"),
        ("C:/x", "has ':' at position 1", "C_/x"),
        ("\\\\host\\share", "has '\\\\' at position 0", "host/share"),
        ("file:..", "has ':' at position 4", "file_"),
        ("a*b", "has '*'", "a_b"),
        ("CON", "names a device", "_CON"),
        ("logs/nul.txt", "names a device", "logs/_nul.txt"),
        ("com¹.log", "names a device", "_com¹.log"),
        ("aux .txt", "names a device", "_aux .txt"),
        ("a.", "a space or a dot at its end", "a"),
        ("a /b", "a space or a dot at its end", "a/b"),
        (" a", "a space at its start", "a"),
        ("a\x00b", "a control character (U+0000)", "ab"),
        ("a\nb", "a line break", "a b"),
        ("\u202egnp.exe", "a bidirectional character", "gnp.exe"),
        ("a\ud800", "a lone surrogate", "a"),
        ("é" * 128, "a part of 256 bytes", "é" * 100),
        ("x" * 5000, "is 5,000 bytes long", "x" * 200),
        (123, "is an int; a path is text", "123"),
        (None, "is None", None),
    ],
    ids=lambda value: ascii(value)[:24],
)
def test_artifact_path_that_leaves_its_folder_or_fits_no_system_is_refused(path, why, proposed):
    with pytest.raises(InvalidName) as caught:
        check_artifact_path(path)

    assert str(caught.value).startswith("artifact path ")
    assert why in str(caught.value)
    assert proposal(str(caught.value)) == proposed


@given(texts)
def test_every_artifact_path_stays_below_its_folder_and_its_proposal_passes(text):
    try:
        path = check_artifact_path(text)
    except InvalidName as error:
        path = proposal(str(error)) or "nothing"
        assert check_artifact_path(path) == path
    posix, windows = PurePosixPath("root", path), PureWindowsPath("root", path)
    assert posix.as_posix() == windows.as_posix() == f"root/{path}"
    assert ".." not in posix.parts
    assert all(len(part.encode()) <= 200 for part in posix.parts)
