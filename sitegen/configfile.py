"""Config files: `sitegen.toml`, or `[tool.sitegen]` in `pyproject.toml`.

A fault is told with its line and key: the file is read by the standard library, checked by pydantic, and the
place of a key is then looked up in the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from logger.errors import explain
from logger.records import Problem

from .config import BoardConfig, CardConfig, MetricConfig, SiteConfig
from .errors import BadConfig
from .gates import Gate
from .kinds import Publish
from .safe import clipped

OWN = "sitegen.toml"
SHARED = "pyproject.toml"
_TABLE = ("tool", "sitegen")  # where SHARED has it
_LARGEST = 1_000_000  # bytes
_MOST = 10  # faults that are told at once
_FROM_COMMAND_LINE = frozenset(("deleted_too", "scan"))  # no file decides these
_KINDS = {
    "string_type": "text, in quotes",
    "dict_type": "a table",
    "list_type": "a list",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
}
_LIMITS = {
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
    "string_too_short": "{min_length} or more characters",
    "string_too_long": "up to {max_length} characters",
    "literal_error": "{expected}",
}
_TABLES = {
    "MetricConfig": '"max", "min" or a table as { goal = "max" }',
    "BoardConfig": "a table, as below [[boards]]",
    "CardConfig": 'a table as { metrics = ["test/auc"] }',
    "Gate": "a table as { min = 0.9 }",
    "Publish": "a table as { command = true }",
}
_HEADER = re.compile(r"\s*(\[\[?)(.*?)\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+|[ \t.])+?)\s*=""")


@dataclass(frozen=True, slots=True)
class OptionsProblem(Problem):
    """A fault of options that became unusable while those before them hold; it costs nothing of a store."""


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that says how a site is made."""

    path: Path
    config: SiteConfig
    text: str
    above: tuple[str, ...]  # keys above those of the configuration

    def place(self, keys: Sequence[int | str]) -> str:
        """Where a path of keys is set: "sitegen.toml, line 3"; the file alone where that is not known."""
        return _place(self.path, self.text, (*self.above, *keys))


def find_config(folder: Path, named: Path | None = None) -> ConfigFile | None:
    """The configuration that holds in a folder: `named`, else its sitegen.toml, else its pyproject.toml.

    Returns: None when none is named and none of the two says anything of sitegen.
    Raises: BadConfig: the file cannot be read, is no TOML, or holds what is not known or not allowed.
    """
    if named is not None:
        return _read(named, required=True)
    return _read(folder / OWN) or _read(folder / SHARED)


def _read(path: Path, required: bool = False) -> ConfigFile | None:
    if not required and not path.is_file():
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}."
        hint = f"--config {OWN}, or none: then {OWN} and {SHARED} of this folder are looked for"
        raise BadConfig(explain(problem, "a TOML file of options.", hint)) from error
    shared = path.name == SHARED
    if len(data) > _LARGEST:
        raise BadConfig(f"{path} is larger than a file of options can be: {len(data):,} bytes.")
    try:
        text = data.decode("utf-8-sig")  # some editors of Windows begin a file with a mark
        tables: Mapping[str, Any] = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        if shared and not required and b"[tool.sitegen" not in data:
            return None  # somebody else's file, and not known to speak of us
        raise BadConfig(explain(f"{path} is no TOML: {error}", "the TOML of https://toml.io")) from None
    if shared:
        for key in _TABLE:
            tables = tables.get(key, {}) if isinstance(tables, Mapping) else {}
        if not tables:
            return None
    above = _TABLE if shared else ()
    return ConfigFile(path, _checked(path, text, tables, above), text, above)


def _checked(path: Path, text: str, values: Mapping[str, Any], above: tuple[str, ...]) -> SiteConfig:
    try:
        for key in _FROM_COMMAND_LINE & values.keys():
            raise BadConfig(_fault(path, text, above, (key,), "is said on the command line only"))
        return SiteConfig.model_validate(dict(values))
    except ValidationError as error:
        found = error.errors(include_url=False)
        faults = [_fault(path, text, above, each["loc"], _words(each)) for each in found[:_MOST]]
        if len(found) > _MOST:
            faults[-1] += f"\n  and {len(found) - _MOST} more"
        raise BadConfig(*faults) from None


def _words(error: Any) -> str:
    """What is wrong, in our words where pydantic's are about Python."""
    kind = error["type"]
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        if error["loc"] in (("tool",), ("sitegen",)):
            hint = f"[tool.sitegen] is for {SHARED}; in {OWN} leave it out of the headers"
            return f"is no option of sitegen's: {hint}"
        near = get_close_matches(key, _known_beside(error["loc"]), 1)
        hint = f"did you mean {near[0]}?" if near else "docs/sitegen.md lists them"
        return f"is no option of sitegen's; {hint}"
    wanted = _TABLES[error["ctx"]["class_name"]] if kind == "model_type" else _KINDS.get(kind)
    if kind == "list_type" and error["loc"] == ("boards",):
        wanted = "a list: [[boards]] stands above each board, and above its [[boards.cards]]"
    if kind == "list_type" and error["loc"] == ("keep",):
        wanted = 'a rule in quotes, as "90d" or "50", or a list of such rules'
    given = error["input"]
    shown = repr(clipped(given) if isinstance(given, str) else given)
    is_shown = isinstance(given, str | int | float | bool)
    limit = limit_of(error)
    if limit:
        return f"cannot be {shown}; {limit}" if is_shown else limit
    said = f"it should be {wanted}" if wanted else error["msg"].removeprefix("Value error, ")
    said = said[:1].lower() + said[1:]
    if not is_shown or (isinstance(given, str) and shown in said):
        return said
    return f"{shown}: {said}" if said.endswith(".") or "\n" in said else f"{said}: {shown}"


def limit_of(error: Any) -> str:
    """What a value can be, of a fault that says it is beyond that: "it can be 1 or more"; else nothing."""
    words = _LIMITS.get(error["type"])
    return f"it can be {words.format(**error['ctx'])}" if words else ""


def _known_beside(loc: Sequence[int | str]) -> Sequence[str]:
    """The keys of the table in which a key stands."""
    table: type[BaseModel]
    match loc:
        case ("goals", _, _):
            table = MetricConfig
        case ("boards", _, _):
            table = BoardConfig
        case ("boards", _, "cards", _, _):
            table = CardConfig
        case ("gates", _, _):
            table = Gate
        case ("publish", _):
            table = Publish
        case _:
            table = SiteConfig
    return [key for key in table.model_fields if key not in _FROM_COMMAND_LINE]


def _fault(path: Path, text: str, above: tuple[str, ...], loc: Sequence[int | str], what: str) -> str:
    return f"{_place(path, text, (*above, *loc))}: {dotted(loc)}: {what}"


def _place(path: Path, text: str, keys: Sequence[int | str]) -> str:
    number = line_of(text, keys)
    return f"{path}, line {number}" if number else str(path)


def dotted(keys: Sequence[int | str]) -> str:
    """`boards[1].options` as a reader would write it."""
    said = ""
    for key in keys:
        if isinstance(key, int):
            said += f"[{key}]"
        else:
            plain = re.fullmatch(r"[A-Za-z0-9_-]+", key)
            said += ("." if said else "") + (key if plain else f'"{key}"')
    return said


def line_of(text: str, keys: Sequence[int | str]) -> int | None:
    """The line, from 1, where the longest known part of a path of keys is set; None when nothing of it is.

    A header sets the tables above its own, too: `[tool.sitegen]` sets `tool`. Numbers in the path count the
    tables of an array: ("boards", 1, "options").
    """
    best: tuple[int, int] | None = None  # how much of the path, and where
    table: tuple[int | str, ...] = ()
    seen: dict[tuple[int | str, ...], int] = {}  # array of tables → its last index
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.fullmatch(line)
        if header:
            path = _indexed(_parsed(header[2]), seen)
            if header[1] == "[[":
                seen[path] = seen.get(path, -1) + 1
                path = (*path, seen[path])
            table = here = path
        else:
            key = _KEY.match(line)
            if not key:
                continue
            here = (*table, *_parsed(key[1]))
        shared = min(len(here), len(keys))
        if shared and tuple(keys[:shared]) == here[:shared] and (best is None or shared > best[0]):
            best = (shared, number)
    return best[1] if best else None


def _indexed(keys: Sequence[str], seen: Mapping[tuple[int | str, ...], int]) -> tuple[int | str, ...]:
    """The path with the last index of each array of tables above its end."""
    path: tuple[int | str, ...] = ()
    for place, key in enumerate(keys):
        path = (*path, key)
        if path in seen and place < len(keys) - 1:
            path = (*path, seen[path])
    return path


def _parsed(written: str) -> tuple[str, ...]:
    """A dotted key as TOML reads it; nothing when it is none."""
    try:
        value: Any = tomllib.loads(f"{written} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    keys = []
    while isinstance(value, dict):
        ((key, value),) = value.items()
        keys.append(key)
    return tuple(keys)
