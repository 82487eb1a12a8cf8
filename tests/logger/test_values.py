"""Values: what is one number, a step, a time and a param, and how all else is refused."""

from __future__ import annotations

import argparse
import collections
import dataclasses
import datetime
import enum
import json
import math
import struct
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pydantic
import pytest
from hostile import MARKUP, NAMES
from hypothesis import given
from hypothesis import strategies as st

from logger.errors import InvalidName, InvalidType, InvalidValue
from logger.factlines import Fact, decode, encode
from logger.names import check_name
from logger.values import flatten_params, to_number, to_step, to_time


class TorchLike:
    """What a tensor of torch does when it is asked; counts how often."""

    def __init__(self, value: Any, shape: tuple[int, ...] = (), error: Exception | None = None) -> None:
        self.value, self.shape, self.error, self.asked = value, shape, error, 0
        self.dtype = "torch.bfloat16"

    def item(self) -> Any:
        self.asked += 1
        if self.error:
            raise self.error
        return self.value

    def __float__(self) -> float:
        raise AssertionError("item() is enough")

    def __repr__(self) -> str:
        return "tensor(…, requires_grad=True)"


class Asked:
    """An object that gives a number, or an error, when it is asked for one."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, 0

    def __float__(self) -> float:
        self.asked += 1
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


class Indexed:
    def __index__(self) -> int:
        return 7


class Level(enum.IntEnum):
    TWO = 2


def in_words(value: object) -> str:
    plain = isinstance(value, str | float) or value is None or (isinstance(value, int) and abs(value) < 2**64)
    return ascii(value)[:30] if plain else type(value).__name__


def bits(value: float) -> bytes:
    return struct.pack("<d", value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0.5, 0.5),
        (-0.0, -0.0),
        (5e-324, 5e-324),
        (1.7976931348623157e308, 1.7976931348623157e308),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (1, 1.0),
        (2**53 + 1, float(2**53)),
        (True, 1.0),
        (False, 0.0),
        (Level.TWO, 2.0),
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.float16(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.int8(-3), -3.0),
        (np.uint64(2**64 - 1), 18446744073709551616.0),
        (np.bool_(True), 1.0),
        (np.array(3.5), 3.5),
        (np.array(np.uint64(2**64 - 1)), 18446744073709551616.0),
        (np.array(Decimal("2.5"), dtype=object), 2.5),
        (Decimal("0.1"), 0.1),
        (Decimal("-Infinity"), -math.inf),
        (Fraction(1, 3), 1 / 3),
        (TorchLike(0.25), 0.25),
        (TorchLike(2), 2.0),
        (TorchLike(True), 1.0),
        (Asked(1.5), 1.5),
        (Indexed(), 7.0),
    ],
    ids=in_words,
)
def test_whatever_is_one_number_becomes_a_plain_float(value, number):
    result = to_number("loss", value)

    assert type(result) is float
    assert bits(result) == bits(number)


@pytest.mark.parametrize(
    "value",
    [math.nan, np.float64("nan"), np.float32("nan"), Decimal("NaN"), np.array(math.nan), TorchLike(math.nan)],
    ids=in_words,
)
def test_nan_stays_nan(value):
    assert math.isnan(to_number("loss", value))


@pytest.mark.parametrize(
    ("value", "seen", "hint"),
    [
        ("0.5", "value '0.5' of metric 'loss' is a str.", "float('0.5')"),
        ("low", "value 'low' of metric 'loss' is a str.", None),
        (np.str_("0.5"), "is a numpy.str", "float("),
        (None, "value of metric 'loss' is None.", "log nothing"),
        (b"1", "is a bytes.", None),
        (bytearray(b"1"), "is a bytearray.", None),
        (1j, "is a complex.", "abs(value)"),
        (np.complex64(1), "is a numpy.complex64.", None),
        (np.complex128(1), "is a numpy.complex128.", "abs(value)"),
        (np.clongdouble(1), "is a numpy.clongdouble.", None),
        (TorchLike(1j), "TorchLike.", None),
        ([0.5], "value [0.5] of metric 'loss' is a list.", None),
        ((1, 2), "is a tuple.", None),
        ({}, "is a dict.", None),
        (np.array([0.5]), "is a numpy.ndarray of shape (1,).", "value.item()"),
        (np.zeros((2, 3)), "is a numpy.ndarray of shape (2, 3).", "value.mean()"),
        (np.array([]), "of shape (0,).", "value.mean()"),
        (TorchLike(0.5, shape=(1,)), "of shape (1,).", "value.item()"),
        (pd.Series([0.5]), "of shape (1,).", "value.item()"),
        (np.datetime64("2026-11-22"), "is a numpy.datetime64.", None),
        (np.timedelta64(5, "ns"), "is a numpy.timedelta64.", None),
        (datetime.timedelta(seconds=5), "is a datetime.timedelta.", None),
        (np.void(b"1"), "is a numpy.void.", None),
        (pd.NA, "NAType", None),
        (object(), "is an object.", None),
        (float, "is a type.", None),
        (Asked("0.5"), "gives no number", None),
        (Asked(TypeError("no number here")), "gives no number: 'no number here'", None),
    ],
    ids=in_words,
)
def test_what_is_no_number_or_several_is_a_type_error_that_names_the_metric(value, seen, hint):
    with pytest.raises(InvalidType) as caught:
        to_number("loss", value)

    first, *rest = str(caught.value).splitlines()
    assert isinstance(caught.value, TypeError)
    assert "metric 'loss'" in first
    assert seen in first
    assert rest[0].startswith("  Allowed: one number: ")
    assert (rest[1:] != []) == (hint is not None)
    assert hint is None or rest[1].startswith(f"  Try: {hint}")


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (2**1024, "is too large for a float64"),
        (-(10**5000), "is too large for a float64"),
        (Decimal("1e400"), "is too large for a float64"),
        (Fraction(10**400), "is too large for a float64"),
        (np.array(10**400, dtype=object), "is too large for a float64"),
        (Decimal("sNaN"), "cannot convert signaling NaN"),
        (np.ma.masked, "it is masked"),
        (TorchLike(0, error=RuntimeError("Tensor.item() cannot be called on meta tensors")), "meta tensors"),
        (Asked(RuntimeError("device gone")), "device gone"),
        (Asked(RecursionError("again")), "again"),
    ],
    ids=in_words,
)
def test_number_that_no_float_holds_or_that_cannot_be_read_is_a_value_error(value, seen):
    with pytest.raises(InvalidValue) as caught:
        to_number("loss", value)

    assert not isinstance(caught.value, InvalidType)
    assert seen in str(caught.value)
    assert "metric 'loss'" in str(caught.value)


def test_object_is_asked_for_its_number_once():
    tensor, asked = TorchLike(0.5), Asked(0.5)

    to_number("loss", tensor)
    to_number("loss", asked)
    to_step("loss", TorchLike(3))

    assert (tensor.asked, asked.asked) == (1, 1)


def test_interrupt_while_a_value_is_asked_for_goes_through():
    with pytest.raises(KeyboardInterrupt):
        to_number("loss", Asked(KeyboardInterrupt()))


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.decimals(), st.fractions()))
def test_every_number_is_the_float_that_python_makes_of_it_or_is_refused(value):
    try:
        expected = float(value)
    except (OverflowError, ValueError):
        expected = None
    if expected is None or (math.isinf(expected) and value != expected):
        with pytest.raises(InvalidValue):
            to_number("loss", value)
    else:
        result = to_number("loss", value)
        assert result == expected or (math.isnan(result) and math.isnan(expected))


@pytest.mark.parametrize(
    ("value", "step"),
    [
        (0, 0),
        (-5, -5),
        (2**63 - 1, 2**63 - 1),
        (-(2**63) + 1, -(2**63) + 1),
        (1.0, 1),
        (1e18, 10**18),
        (np.int64(4), 4),
        (np.uint8(4), 4),
        (np.float32(4), 4),
        (np.array(4), 4),
        (TorchLike(4), 4),
        (Level.TWO, 2),
        (Indexed(), 7),
    ],
    ids=in_words,
)
def test_whole_number_of_any_library_is_a_step(value, step):
    result = to_step("loss", value)

    assert type(result) is int
    assert result == step


@pytest.mark.parametrize(
    ("value", "error", "seen"),
    [
        (2**63, InvalidValue, "does not fit 64 bits"),
        (-(2**63), InvalidValue, "does not fit 64 bits"),
        (10**5000, InvalidValue, "does not fit 64 bits"),
        (9.3e18, InvalidValue, "does not fit 64 bits"),
        (np.uint64(2**63), InvalidValue, "does not fit 64 bits"),
        (1.5, InvalidValue, "is not a whole number"),
        (math.nan, InvalidValue, "is not a whole number"),
        (math.inf, InvalidValue, "is not a whole number"),
        (True, InvalidType, "is a bool"),
        (np.bool_(True), InvalidType, "is a numpy.bool"),
        ("3", InvalidType, "is a str"),
        (None, InvalidType, "step of metric 'loss' is None"),
        (Decimal(3), InvalidType, "is a decimal.Decimal"),
        (np.array([3]), InvalidType, "is a numpy.ndarray"),
        (TorchLike(3, error=RuntimeError("meta")), InvalidValue, "meta"),
        (1j, InvalidType, "is a complex"),
    ],
    ids=in_words,
)
def test_what_is_no_step_is_refused(value, error, seen):
    with pytest.raises(error) as caught:
        to_step("loss", value)

    assert type(caught.value) is error
    assert seen in str(caught.value)
    assert "metric 'loss'" in str(caught.value)


BERLIN = datetime.timezone(datetime.timedelta(hours=1))


@pytest.mark.parametrize(
    ("value", "microseconds"),
    [
        (0, 0),
        (1_795_384_936, 1_795_384_936_000_000),
        (1_795_384_936.322896, 1_795_384_936_322_896),
        (-1.5, -1_500_000),
        (99_999_999_999, 99_999_999_999_000_000),
        (np.float64(1.5), 1_500_000),
        (np.int32(2), 2_000_000),
        (datetime.datetime(2026, 11, 22, 22, 2, 16, 322896, datetime.UTC), 1_795_384_936_322_896),
        (datetime.datetime(2026, 11, 22, 23, 2, 16, 322896, BERLIN), 1_795_384_936_322_896),
        (datetime.datetime(1, 1, 1, tzinfo=datetime.UTC), -62_135_596_800_000_000),
        (datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, datetime.UTC), 253_402_300_799_999_999),
        (pd.Timestamp("2026-11-22T22:02:16.322896", tz="UTC"), 1_795_384_936_322_896),
    ],
    ids=in_words,
)
def test_time_is_kept_to_the_microsecond(value, microseconds):
    result = to_time(value)

    assert type(result) is int
    assert result == microseconds


@pytest.mark.parametrize(
    ("value", "error", "seen"),
    [
        (1e11, InvalidValue, "looks like milliseconds"),
        (1_795_384_936_322, InvalidValue, "looks like milliseconds"),
        (np.int64(1_795_384_936_322), InvalidValue, "looks like milliseconds"),
        (-1e12, InvalidValue, "is no time"),
        (math.nan, InvalidValue, "is no time"),
        (math.inf, InvalidValue, "is no time"),
        (10**400, InvalidValue, "looks like milliseconds"),
        (True, InvalidType, "is a bool"),
        ("2026-11-22", InvalidType, "is a str"),
        (None, InvalidType, "timestamp is None"),
        (datetime.datetime.fromisoformat("2026-11-22"), InvalidValue, "has no time zone"),
        (datetime.date(2026, 11, 22), InvalidType, "is a datetime.date"),
        (np.datetime64("2026-11-22"), InvalidType, "is a numpy.datetime64"),
        (pd.Timestamp("2026-11-22"), InvalidValue, "has no time zone"),
        (pd.NaT, InvalidValue, "NaTType that gives nothing"),
    ],
    ids=in_words,
)
def test_what_is_no_time_or_has_no_zone_is_refused(value, error, seen):
    with pytest.raises(error) as caught:
        to_time(value)

    assert type(caught.value) is error
    assert str(caught.value).startswith("timestamp ")
    assert seen in str(caught.value)


@dataclasses.dataclass
class Optimizer:
    name: str = "adam"
    betas: tuple[float, float] = (0.9, 0.999)
    shared: ClassVar[int] = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    lr: float
    optimizer: Optimizer = dataclasses.field(default_factory=Optimizer)


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow", arbitrary_types_allowed=True)
    depth: int = 3
    optimizer: Optimizer = Optimizer()
    token: pydantic.SecretStr = pydantic.SecretStr("hunter2")


class Colour(enum.Enum):
    RED = "red"


Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "params"),
    [
        ("svm", {"p": "svm"}),
        (None, {"p": None}),
        (True, {"p": True}),
        (3, {"p": 3}),
        (2**80, {"p": 2**80}),
        (0.1, {"p": 0.1}),
        (np.float64(0.1), {"p": 0.1}),
        (np.float32(0.5), {"p": 0.5}),
        (np.int64(3), {"p": 3}),
        (np.bool_(True), {"p": True}),
        (np.str_("svm"), {"p": "svm"}),
        (np.array(3), {"p": 3}),
        (np.longdouble(0.5), {"p": 0.5}),
        (np.datetime64("2026-11-22"), {"p": "2026-11-22"}),
        (TorchLike(0.5), {"p": 0.5}),
        (Colour.RED, {"p": "red"}),
        (Level.TWO, {"p": 2}),
        (PurePosixPath("data/train.csv"), {"p": "data/train.csv"}),
        (datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.UTC), {"p": "2026-11-22T10:00:00+00:00"}),
        (datetime.date(2026, 11, 22), {"p": "2026-11-22"}),
        ({}, {"p": {}}),
        ([], {"p": []}),
        ((), {"p": []}),
        (np.array([]), {"p": []}),
        ({"a": {}, "b": []}, {"p.a": {}, "p.b": []}),
        ([64, [32, 16]], {"p.0": 64, "p.1.0": 32, "p.1.1": 16}),
        (range(2), {"p.0": 0, "p.1": 1}),
        (np.array([0.5, 1.5]), {"p.0": 0.5, "p.1": 1.5}),
        (np.eye(2, dtype=int), {"p.0.0": 1, "p.0.1": 0, "p.1.0": 0, "p.1.1": 1}),
        (pd.Series([1, 2]), {"p.0": 1, "p.1": 2}),
        (Point(1, 2), {"p.x": 1, "p.y": 2}),
        (
            {1: "a", 0.5: "b", False: "c", Colour.RED: "d"},
            {"p.1": "a", "p.0.5": "b", "p.False": "c", "p.red": "d"},
        ),
        ({np.int64(1): 2}, {"p.1": 2}),
        (MappingProxyType({"a": 1}), {"p.a": 1}),
        (argparse.Namespace(lr=0.1, path=Path("x")), {"p.lr": 0.1, "p.path": "x"}),
        (SimpleNamespace(a=[1]), {"p.a.0": 1}),
        (
            Config(0.1),
            {
                "p.lr": 0.1,
                "p.optimizer.name": "adam",
                "p.optimizer.betas.0": 0.9,
                "p.optimizer.betas.1": 0.999,
            },
        ),
        (
            Model(more=1),
            {
                "p.depth": 3,
                "p.optimizer.name": "adam",
                "p.optimizer.betas.0": 0.9,
                "p.optimizer.betas.1": 0.999,
                "p.token": "**********",
                "p.more": 1,
            },
        ),
    ],
    ids=in_words,
)
def test_param_keeps_its_type_and_a_tree_becomes_dotted_names(value, params):
    result = flatten_params("p", value)

    assert list(result.items()) == list(params.items())
    assert [type(item) for item in result.values()] == [type(item) for item in params.values()]


def test_params_without_a_name_of_their_own_take_those_of_their_parts():
    assert flatten_params(None, {"a": 1, "b": {"c": 2}}) == {"a": 1, "b.c": 2}
    assert flatten_params(None, argparse.Namespace(lr=0.1)) == {"lr": 0.1}
    assert flatten_params(None, Point(1, 2)) == {"x": 1, "y": 2}
    assert flatten_params(None, {}) == {}


@pytest.mark.parametrize("value", [[1], 5, None, "lr", (1, 2), np.array([1]), {1, 2}], ids=in_words)
def test_params_without_names_are_refused(value):
    with pytest.raises(InvalidType, match="params have names"):
        flatten_params(None, value)


cyclic: dict[str, Any] = {}
cyclic["inner"] = [cyclic]
deep: Any = 1
for _ in range(1_000):
    deep = [deep]
wide = [[[[0] * 100] * 100] * 100] * 100  # a hundred million leaves in four lists


@pytest.mark.parametrize(
    ("value", "error", "seen"),
    [
        (cyclic, InvalidValue, "param 'p.inner.0' holds itself"),
        (deep, InvalidValue, "nested deeper than 100 levels"),
        (wide, InvalidValue, "more than 10,000 params"),
        (list(range(1_001)), InvalidValue, "is a list of 1,001 items"),
        (np.zeros((40, 40)), InvalidValue, "is a numpy.ndarray of 1,600 items"),
        (range(10**12), InvalidValue, "is a range of 1,000,000,000,000 items"),
        ("x" * 1_000_001, InvalidValue, "is a text of 1,000,001 characters"),
        (10**4000, InvalidValue, "is an int of 13,288 bits"),
        ({"a.b": 1, "a": {"b": 2}}, InvalidValue, "'p.a.b' is there twice, as 1 and as 2"),
        ({"1": 1, 1: True}, InvalidValue, "is there twice"),
        ({"é": 1, "e\u0301": 2}, InvalidValue, "is there twice"),
        ({"": 1}, InvalidName, "is empty"),
        ({"a\n": 1}, InvalidName, "a line break at position 3"),
        ({"k" * 250: 1}, InvalidName, "is 252 characters long"),
        ({None: 1}, InvalidType, "key None in param 'p' is None"),
        ({(1, 2): 1}, InvalidType, "is a tuple; keys become parts of names"),
        (b"svm", InvalidType, "value b'svm' of param 'p' is a bytes"),
        ({1, 2}, InvalidType, "is a set"),
        (1j, InvalidType, "is a complex"),
        (np.complex64(1), InvalidType, "is a numpy.complex64"),
        (np.timedelta64(5, "s"), InvalidType, "is a numpy.timedelta64"),
        (datetime.timedelta(1), InvalidType, "is a datetime.timedelta"),
        (Decimal("0.1"), InvalidType, "is a decimal.Decimal"),
        (len, InvalidType, "is a builtin_function_or_method"),
        (Optimizer, InvalidType, "is a type"),
        (object(), InvalidType, "is an object"),
        (pd.DataFrame({"a": [1]}), InvalidType, "is a pandas.DataFrame"),
        ({"f": [lambda: 1]}, InvalidType, "of param 'p.f.0' is a function"),
        (TorchLike(0, error=RuntimeError("meta")), InvalidValue, "meta"),
    ],
    ids=in_words,
)
def test_what_no_param_can_be_is_refused_with_its_place(value, error, seen):
    with pytest.raises(error) as caught:
        flatten_params("p", value)

    assert type(caught.value) is error
    assert seen in str(caught.value)


def test_name_met_twice_with_one_value_is_one_param():
    assert flatten_params(None, {"a.b": 1, "a": {"b": 1}}) == {"a.b": 1}
    assert list(flatten_params(None, {"a.b": math.nan, "a": {"b": math.nan}})) == ["a.b"]


def test_one_object_at_two_places_is_no_cycle():
    shared = {"x": 1}

    assert flatten_params(None, {"a": shared, "b": [shared]}) == {"a.x": 1, "b.0.x": 1}


def test_name_of_a_param_is_checked_before_its_value_is_looked_at():
    with pytest.raises(InvalidName):
        flatten_params(5, {"a": 1})  # type: ignore[arg-type]


def test_lone_surrogates_in_the_text_of_a_param_are_escaped():
    assert flatten_params("p", ["a\ud800é", "\udc80"]) == {"p.0": r"a\ud800é", "p.1": r"\udc80"}


@pytest.mark.parametrize("text", [*MARKUP, "a\x00b", "line\nbreak", "\x1b[2J", "x" * 100_000])
def test_any_text_is_a_value_of_a_param_and_survives_a_line_of_facts(text):
    (value,) = flatten_params("p", text).values()

    assert value == text
    assert json.dumps(decode(encode(Fact(1, "param", "p", value))).value) == json.dumps(text)


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**200), 2**200), st.floats(), st.text(), st.sampled_from(NAMES)
)
keys = st.one_of(st.sampled_from(NAMES), st.text(max_size=8), st.integers())
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@given(trees)
def test_every_tree_becomes_params_that_survive_a_line_of_facts_or_is_refused(tree):
    try:
        params = flatten_params("p", tree)
    except (InvalidName, InvalidValue):
        return
    assert params
    for name, value in params.items():
        assert check_name(name, "param") == name
        assert value in ([], {}) or value is None or isinstance(value, bool | int | float | str)
        again = decode(encode(Fact(1, "param", name, value))).value
        assert type(again) is type(value)
        assert again == value or again != again
