"""Values: what may be logged as a metric, a step, a time and a param.

A metric's value is one number, kept as a float64: NaN and the infinities stay what they are. A param
is a typed scalar; whatever is nested becomes several params with dotted names. What is refused says
the name it was meant for, what is allowed, and what would do.

Rules: no import of numpy, torch, pydantic or pandas here; their objects are known by what they can
do. An object is asked for its number once (`.item()` or `float`), before anything is taken down, so
one that fails, or logs on being asked, does no harm.

Neighbours: `logger.names` says what names may be; `logger.live` and `logger.facts` write what passes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from math import inf, isfinite, prod
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from .errors import InvalidType, InvalidValue, explain
from .names import check_name, of_type, shown

if TYPE_CHECKING:
    from .factlines import JsonValue as ParamValue  # bool, int, float, str, None; [] and {} when empty

DEEPEST_PARAM = 100  # levels of nesting
MOST_PARAMS = 10_000  # that one call may make
LONGEST_LIST = 1_000  # items; more is data, and belongs in an artifact
LONGEST_TEXT = 1_000_000  # characters of one param
LARGEST_INT = 3_000  # bits of one param; Python reads no decimal of more than 4,300 digits

_NUMBER = "one number: int, float, bool, numpy or torch scalar, Decimal, Fraction; also NaN and infinities."
_STEP = "a whole number of 64 bits, above -2**63."
_TIME = "seconds since 1970, or a datetime with a time zone."
_PARAM = (
    "text, int, float, bool, None, Path, Enum, datetime, and dicts, lists, dataclasses, "
    "pydantic models or namespaces of them."
)
_NOT_NUMBERS = frozenset("cmMSUV")  # numpy's kinds: complex, time spans, times, bytes, text, records
_FIRST_SECOND = -62_135_596_800  # year 1
_LAST_SECOND = 100_000_000_000  # year 5138; beyond it lie clocks that count milliseconds or less


def to_number(key: str, value: object) -> float:
    """The value of a metric as a float.

    Args:
        key: the metric, for the message.
        value: one number of any library.
    Raises:
        InvalidType: it is not a number, or it is several.
        InvalidValue: float64 cannot hold it, or it could not be read.
    """
    if type(value) is float:
        return value
    if isinstance(value, float):  # numpy.float64 and other subclasses
        return float.__float__(value)
    return _number("value", ("metric", key), value, _NUMBER)


def to_step(key: str, value: object) -> int:
    """A step as an int of 64 bits; the smallest is no step, for it marks empty cells on disk.

    Raises: InvalidType, InvalidValue.
    """
    step = value if type(value) is int else _whole(_of(("metric", key)), value)
    if -(2**63) < step < 2**63:
        return step
    problem = f"step {shown(value)} of metric {shown(key)} does not fit 64 bits."
    hint = "a smaller step; where none is given, it is one more than the metric's highest."
    raise InvalidValue(explain(problem, _STEP, hint))


def to_time(value: object) -> int:
    """A time as microseconds since the epoch, UTC.

    Args:
        value: seconds since the epoch, or a datetime that knows its time zone.
    Raises: InvalidType, InvalidValue: among them for a datetime without a time zone, and for a number
        that must have been meant as milliseconds.
    """
    if type(value) is float or type(value) is int:
        seconds: float = value
    else:
        datetime = sys.modules.get("datetime")
        if datetime is not None and isinstance(value, datetime.datetime):
            return _microseconds(value)
        if isinstance(value, bool):
            raise InvalidType(explain(f"timestamp {value} is a bool; it takes a time.", _TIME))
        seconds = _number("timestamp", None, value, _TIME)
    if _FIRST_SECOND <= seconds < _LAST_SECOND:
        return seconds * 1_000_000 if type(seconds) is int else round(seconds * 1_000_000)
    if _LAST_SECOND <= seconds < inf:
        problem = f"timestamp {shown(value)} looks like milliseconds."
        raise InvalidValue(explain(problem, _TIME, f"{shown(value)} / 1000"))
    raise InvalidValue(explain(f"timestamp {shown(value)} is no time.", _TIME))


def flatten_params(key: str | None, value: object) -> dict[str, ParamValue]:
    """The params that a value makes: one for a scalar, one with a dotted name for each leaf of a tree.

    `{"optimizer": {"lr": 0.1}, "layers": [64, 32]}` makes `optimizer.lr`, `layers.0` and `layers.1`.
    Empty dicts and lists stay what they are.

    Args:
        key: the param's name; None when `value` is a dict, dataclass, model or namespace of params.
        value: what to log.
    Returns: values by name, in the order met.
    Raises:
        InvalidName: a name that results breaks the rule of names.
        InvalidType: something in it is neither text, number, bool, None nor a tree of those.
        InvalidValue: it holds itself, is too deep or too large, or makes one name twice.
    """
    params: dict[str, ParamValue] = {}
    if key is not None:
        _flatten(check_name(key, "param"), value, [], params)
        return params
    branch = _branch("", value)
    if branch is None or branch[0] == []:
        problem = f"params {shown(value)} is {of_type(value)}; params have names."
        allowed = "a dict, dataclass, pydantic model or argparse.Namespace."
        raise InvalidType(explain(problem, allowed, 'log_param("name", value)'))
    for part, item in branch[1]:
        _flatten(check_name(_key_text("", part), "param"), item, [id(value)], params)
    return params


def to_json(value: object) -> ParamValue:
    """A tree as JSON holds it: with the leaves that params may have; NaN and infinities become null.

    Raises: InvalidType: something in it is none of those. InvalidValue: it holds itself, or is too deep.
    """
    try:
        return _json(value, [])
    except RecursionError:
        raise InvalidValue(explain("this dict is nested too deep for JSON.", _PARAM)) from None


def escaped(text: str) -> str:
    """Text that every encoder takes: lone surrogates, as in names of files, become `\\udc80`."""
    text = str.__str__(text)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _json(value: object, above: list[int]) -> ParamValue:
    value = _plain(value)
    if isinstance(value, str | bool | int | None):
        return value if value is None or isinstance(value, bool | str) else int.__int__(value)
    branch = _branch("", value, longest=None)
    if branch is None:
        try:
            leaf = _leaf("", value)
        except InvalidType:
            problem = f"value {shown(value)} is {of_type(value)}; JSON has none."
            raise InvalidType(explain(problem, _PARAM, _instead(value))) from None
        return leaf if not isinstance(leaf, float) or isfinite(leaf) else None
    if id(value) in above:
        raise InvalidValue(explain("this dict holds itself, which JSON cannot.", _PARAM))
    empty, items = branch
    above.append(id(value))
    tree: ParamValue
    if empty == {}:
        tree = {}
        for key, item in items:
            name = _json_key(key)
            if name in tree:
                problem = f"key {shown(name)} is there twice: JSON writes {shown(key)} as text."
                raise InvalidValue(explain(problem, "one value for each key.", "other keys for one of them"))
            tree[name] = _json(item, above)
    else:
        tree = [_json(item, above) for _, item in items]
    above.pop()
    return tree


def _json_key(key: object) -> str:
    plain = _json(key, [])
    if isinstance(plain, list | dict):
        raise InvalidType(explain(f"key {shown(key)} is {of_type(key)}.", "text and numbers.", "str(key)"))
    return plain if isinstance(plain, str) else json.dumps(plain)


def _flatten(name: str, value: object, above: list[int], params: dict[str, ParamValue]) -> None:
    """Add the params of one value; `above` holds the ids of the trees it lies in."""
    value = _plain(value)
    branch = _branch(name, value)
    if branch is None:
        _add(name, _leaf(name, value), params)
        return
    if id(value) in above:
        raise InvalidValue(explain(f"param {shown(name)} holds itself.", _PARAM))
    if len(above) >= DEEPEST_PARAM:
        problem = f"param {shown(name)} is nested deeper than {DEEPEST_PARAM} levels."
        raise InvalidValue(explain(problem, _PARAM, "log_dict(value, file name)"))
    empty, items = branch
    above.append(id(value))
    for part, item in items:
        empty = None
        _flatten(f"{name}.{_key_text(name, part)}", item, above, params)
    above.pop()
    if empty is not None:
        _add(name, empty, params)


def _branch(
    name: str, value: object, longest: int | None = LONGEST_LIST
) -> tuple[ParamValue, Iterable[tuple[object, object]]] | None:
    """What a tree is when it is empty, and its parts by key; None for a leaf."""
    if value is None or isinstance(value, str | int | float | bytes | bytearray | memoryview):
        return None
    if isinstance(value, Mapping):
        return {}, value.items()
    kind: Any = type(value)
    if isinstance(value, tuple) and hasattr(kind, "_fields"):  # a named tuple
        return {}, zip(kind._fields, value, strict=True)
    if hasattr(kind, "__dataclass_fields__"):
        fields = sys.modules["dataclasses"].fields(kind)
        return {}, ((field.name, getattr(value, field.name)) for field in fields)
    if hasattr(kind, "__pydantic_fields__"):
        named = [(field, getattr(value, field)) for field in kind.__pydantic_fields__]
        return {}, [*named, *(getattr(value, "__pydantic_extra__", None) or {}).items()]
    argparse = sys.modules.get("argparse")
    if isinstance(value, SimpleNamespace) or (argparse and isinstance(value, argparse.Namespace)):
        return {}, vars(value).items()
    if isinstance(value, Sequence):
        _check_length(name, value, len(value), longest)
        return [], enumerate(value)
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape and hasattr(value, "tolist"):  # an array or a series of numbers
        _check_length(name, value, prod(shape), longest)
        return [], enumerate(_asked(f"param {shown(name)}", value, value.tolist, _PARAM))
    return None


def _leaf(name: str, value: object) -> ParamValue:
    """A scalar as one of the types that facts keep."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > LARGEST_INT:
            problem = f"param {shown(name)} is an int of {value.bit_length():,} bits."
            raise InvalidValue(explain(problem, f"ints of up to {LARGEST_INT:,} bits.", "hex(value)"))
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            problem = f"param {shown(name)} is a text of {len(value):,} characters."
            allowed = f"texts of up to {LONGEST_TEXT:,} characters."
            raise InvalidValue(explain(problem, allowed, "log_text(value, file name)"))
        return escaped(value)
    kind = type(value)
    pathlib, datetime = sys.modules.get("pathlib"), sys.modules.get("datetime")
    if pathlib is not None and isinstance(value, pathlib.PurePath):
        return escaped(str(value))
    if datetime is not None and isinstance(value, datetime.date | datetime.time):
        return str(value.isoformat())
    if hasattr(kind, "get_secret_value"):  # pydantic's SecretStr: logged as it shows itself
        return "**********"
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        unit = getattr(getattr(value, "dtype", None), "kind", "")
        if unit == "M":  # numpy.datetime64: its item would be a bare count of nanoseconds
            return str(value)
        item = value if unit == "m" else _asked(f"param {shown(name)}", value, value.item, _PARAM)
        if isinstance(item, str | int | float) or item is None:
            return _leaf(name, item)
        if isinstance(item, kind) and unit == "f":  # numpy.longdouble is its own item
            return _number("value", ("param", name), item, _PARAM)
    problem = f"value {shown(value)} of param {shown(name)} is {of_type(value)}."
    raise InvalidType(explain(problem, _PARAM, _instead(value)))


def _instead(value: object) -> str:
    """What to log in place of a param that is refused."""
    if isinstance(value, bytes | bytearray):
        return "value.decode()"
    if isinstance(value, set | frozenset):
        return "sorted(value)"
    if hasattr(value, "total_seconds"):
        return "value.total_seconds()"
    if hasattr(value, "__float__") and not hasattr(value, "shape"):
        return "float(value) or str(value)"
    if callable(value) and hasattr(value, "__qualname__"):
        return "value.__qualname__"
    return "str(value)"


def _add(name: str, value: ParamValue, params: dict[str, ParamValue]) -> None:
    name = check_name(name, "param")
    if name in params:
        known = params[name]
        if type(known) is type(value) and (known == value or known != known):
            return
        problem = f"param {shown(name)} is there twice, as {shown(known)} and as {shown(value)}."
        raise InvalidValue(explain(problem, "one value for each name.", "other names for one of them"))
    if len(params) >= MOST_PARAMS:
        problem = f"these are more than {MOST_PARAMS:,} params."
        raise InvalidValue(
            explain(problem, f"up to {MOST_PARAMS:,} in one call.", "log_dict(value, file name)")
        )
    params[name] = value


def _check_length(name: str, value: object, length: int, longest: int | None) -> None:
    if longest is not None and length > longest:
        problem = f"param {shown(name)} is {of_type(value)} of {length:,} items."
        allowed = f"lists and arrays of up to {longest:,} items."
        raise InvalidValue(explain(problem, allowed, "log_dict(value, file name), or log_artifact(path)"))


def _key_text(name: str, key: object) -> str:
    """The part of a dotted name that a key of a dict makes."""
    key = _plain(key)
    if getattr(key, "shape", None) == () and hasattr(key, "item"):
        key = _asked(f"a key of param {shown(name)}", key, key.item, "text and numbers.")
    if isinstance(key, str):
        text = str.__str__(key)
    elif isinstance(key, bool | int | float):
        text = str(key)
    else:
        place = f" in param {shown(name)}" if name else ""
        problem = f"key {shown(key)}{place} is {of_type(key)}; keys become parts of names."
        raise InvalidType(explain(problem, "text and numbers.", "str(key)"))
    return text or check_name(text, "param")  # an empty key is refused as a name


def _plain(value: object) -> object:
    """The value of an enum's member, else the value itself."""
    enum = sys.modules.get("enum")
    while enum is not None and isinstance(value, enum.Enum):
        value = value.value
    return value


def _number(noun: str, owner: tuple[str, str] | None, value: object, allowed: str) -> float:
    """One number as float; `noun` and `owner` say what it was meant for: the value of metric 'loss'."""
    try:
        if isinstance(value, int):
            return int.__float__(value)
        number = _scalar(value)
        if number is not None:
            result = float(number)  # type: ignore[arg-type]
            if (result == inf or result == -inf) and not number == result:
                raise OverflowError
            return result
    except OverflowError:
        problem = f"{noun} {shown(value)}{_of(owner)} is too large for a float64."
        raise InvalidValue(explain(problem, allowed, 'float("inf")')) from None
    except Exception as error:  # what an object of a foreign library raises when it is asked
        problem = f"{noun}{_of(owner)} is {of_type(value)} that gives no number: {shown(str(error))}."
        kind = InvalidType if isinstance(error, TypeError) else InvalidValue
        raise kind(explain(problem, allowed)) from error
    place = _of(owner)
    what = f"{noun} {shown(value)}{place}"
    shape = getattr(value, "shape", None)
    if value is None:
        problem, hint = f"{noun}{place} is None.", 'log nothing, or float("nan")'
    elif isinstance(value, str):
        problem, hint = f"{what} is {of_type(value)}.", _float_of(value)
    elif isinstance(value, complex):
        problem, hint = f"{what} is {of_type(value)}.", "abs(value), or value.real and value.imag"
    elif isinstance(shape, tuple) and shape:
        problem = f"{noun}{place} is {of_type(value)} of shape {tuple(shape)}."
        hint = "value.item()" if prod(shape) == 1 else "value.mean(), or one metric for each element"
    else:
        problem, hint = f"{what} is {of_type(value)}.", ""
    raise InvalidType(explain(problem, allowed, hint))


def _of(owner: tuple[str, str] | None) -> str:
    return f" of {owner[0]} {shown(owner[1])}" if owner else ""


def _scalar(value: object) -> object:
    """What `float` can be asked of, got by one `.item()` of an array's scalar; None for all else."""
    if value is None or isinstance(value, str | bytes | bytearray | complex):
        return None
    shape = getattr(value, "shape", None)
    if shape is not None:
        if tuple(shape) != ():
            return None
        if getattr(getattr(value, "dtype", None), "kind", "") in _NOT_NUMBERS:
            return None
        if type(value).__module__.startswith("numpy.ma") and bool(getattr(value, "mask", False)):
            raise ValueError("it is masked")
        item: Any = getattr(value, "item", None)
        if item is not None:
            value = item()
            if value is None or isinstance(value, str | bytes | bytearray | complex):
                return None
    kind = type(value)
    return value if hasattr(kind, "__float__") or hasattr(kind, "__index__") else None


def _whole(place: str, value: object) -> int:
    """A step of any type as int."""
    whole: Any = value
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        whole = _asked(f"step{place}", value, value.item, _STEP)
    if not isinstance(whole, bool):
        if isinstance(whole, int):
            return int.__int__(whole)
        if isinstance(whole, float):
            if whole.is_integer():
                return int(whole)
            raise InvalidValue(explain(f"step {shown(value)}{place} is not a whole number.", _STEP))
        if hasattr(type(whole), "__index__") and not getattr(whole, "shape", None):
            return int(_asked(f"step{place}", value, whole.__index__, _STEP))
    seen = f"step{place} is None" if value is None else f"step {shown(value)}{place} is {of_type(value)}"
    raise InvalidType(explain(f"{seen}.", _STEP))


def _asked(what: str, value: object, method: Any, allowed: str) -> Any:
    """What a foreign object's method returns; its error as ours."""
    try:
        return method()
    except Exception as error:  # torch's meta tensors, arrays whose device is gone, …
        problem = f"{what} is {of_type(value)} that gives nothing: {shown(str(error))}."
        raise InvalidValue(explain(problem, allowed)) from error


def _microseconds(value: Any) -> int:
    """A datetime, exactly."""
    from datetime import UTC, datetime, timedelta

    if _asked("timestamp", value, value.utcoffset, _TIME) is None:
        problem = f"timestamp {shown(value)} has no time zone."
        raise InvalidValue(explain(problem, _TIME, "datetime.now(UTC), or value.astimezone()"))
    return int((value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))


def _float_of(text: str) -> str:
    """The call that makes a number of a text; empty when none does."""
    try:
        float(text)
    except ValueError:
        return ""
    return f"float({shown(text)})"
