"""JSON as text: a line for each value, its numbers as they were written."""

from __future__ import annotations

import json

from . import numbers

PARSED = 1024 * 1024  # characters of a JSON file that is printed anew


def laid_out(text: str) -> tuple[str, str]:
    """JSON with a line for each value, its numbers as they were written; any other text as it is, and why."""
    if len(text) > PARSED:
        return text, f"Shown as it was written: it is larger than {numbers.byte_size(PARSED)}."
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_float=_Number, parse_int=_Number, parse_constant=_Number
        )
        return _laid(value, "\n"), ""
    except json.JSONDecodeError as error:
        what = error.msg.rstrip(": ")
        return text, f"It cannot be read as JSON: {what}: line {error.lineno}, column {error.colno}."
    except _Twice:
        return text, "Shown as it was written: one of its objects has a key twice."
    except RecursionError:
        return text, "Shown as it was written: it is nested too deep to be set anew."


class _Twice(Exception):
    """An object of a JSON file has a key twice, of which a dict would lose one."""


class _Number(str):
    """A number of a JSON file, as it was written."""

    __slots__ = ()


def _laid(value: object, line: str) -> str:
    inner = line + "  "
    if isinstance(value, dict) and value:
        pairs = [
            f"{json.dumps(key, ensure_ascii=False)}: {_laid(item, inner)}" for key, item in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(pairs)}{line}}}"
    if isinstance(value, list) and value:
        if all(isinstance(item, _Number) for item in value):  # numbers in a row read best in a row
            return f"[{', '.join(value)}]"
        return f"[{inner}{f',{inner}'.join(_laid(item, inner) for item in value)}{line}]"
    return value if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(found := dict(pairs)) < len(pairs):
        raise _Twice
    return found
