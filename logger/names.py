"""Names: what an experiment, a run, a metric, a param, a tag, a user and an artifact may be called.

One rule for every name: a `str`, taken in its NFC form, of 1 to 250 characters. Characters are
printable Unicode: no line breaks, control, bidirectional or zero-width characters, no lone
surrogates, no spaces but the plain one, which stands at neither end. Not only dots. `/` separates
parts that are not empty, `.` or `..`. So `acc@5`, `R²`, `loss/train` and `f1 (macro)` are names:
they are data and never become paths (`logger.layout` makes those).

Artifacts are files below a folder, so their rule is another: `check_artifact_path`.

What is printable follows the Unicode of the running Python: a character that it does not know yet
is refused.

Neighbours: `logger.values` says what may be logged under a name. Imports here stay light, for this
module is part of `import logger`.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from typing import NewType

from .errors import InvalidName, explain

ExperimentName = NewType("ExperimentName", str)
RunName = NewType("RunName", str)
MetricName = NewType("MetricName", str)
ParamName = NewType("ParamName", str)
TagName = NewType("TagName", str)
ArtifactPath = NewType("ArtifactPath", str)

LONGEST_NAME = 250  # characters, after NFC
LONGEST_PART = 200  # bytes of UTF-8 in one part of an artifact's path; file systems end at 255
LONGEST_PATH = 1000  # bytes of UTF-8 in an artifact's path; leaves room for the store's own folders

_ALLOWED = f"1 to {LONGEST_NAME} printable characters, no line breaks, no space at either end."
_ALLOWED_PARTS = _ALLOWED[:-1] + "; '/' only between parts that are not empty, '.' or '..'."
_ALLOWED_DOTS = _ALLOWED[:-1] + "; not only dots."
_ALLOWED_PATH = (
    "a relative path like 'plots/roc.png', also on Windows: no part that is empty, '.' or '..',"
    ' none of \\ : * ? " < > |, no dot at the end of a part.'
)

# Most names: printable ASCII without a slash. One match decides them, in well under a microsecond.
_PLAIN = re.compile(r"(?!\.*\Z)[!-.0-~](?:[ -.0-~]{0,248}[!-.0-~])?")

# Unicode's Default_Ignorable_Code_Point: drawn with no width, so two names would look the same.
_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # where str.splitlines breaks

_NOT_ON_WINDOWS = re.compile(r'[\\:*?"<>|]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\..*)?", re.I | re.S)


def check_name(value: object, kind: str) -> str:
    """The NFC form of a name, as plain `str`.

    Args:
        value: what the user gave as a name, of any type.
        kind: what it names, for the message: experiment, run, metric, param, tag or user.
    Raises: InvalidName: it breaks the rule; the message says where, and proposes a name that passes.
    """
    if type(value) is str and _PLAIN.fullmatch(value):
        return value
    if not isinstance(value, str):
        raise InvalidName(
            _of_wrong_type(value, f"{kind} name", "a name is text", _ALLOWED, suggest_name(value, kind))
        )
    text = str.__str__(value)  # numpy.str_ and text enums are names by what they hold
    problem = _problem(text)
    if problem is None:
        return unicodedata.normalize("NFC", text)
    what, allowed = problem
    proposal = suggest_name(text, kind)
    raise InvalidName(explain(f"{kind} name {shown(text)} {what}.", allowed, quoted(proposal)))


def suggest_name(value: object, kind: str) -> str | None:
    """A name that passes `check_name` and is close to `value`; None when nothing sensible is left of it."""
    text = _text_of(value)
    if text is None:
        return None
    text = _cleaned(text[: 4 * LONGEST_NAME])
    parts = [part for part in text.split("/") if part not in ("", ".", "..")]
    text = "/".join(parts).strip(" ")[:LONGEST_NAME].rstrip(" /")
    return text if _problem(text) is None else None


def check_artifact_path(value: object) -> str:
    """The path of an artifact below its run's artifacts, with `/` between its parts, in NFC.

    It works on every file system: nothing Windows refuses or reads differently, no part above
    200 bytes of UTF-8.

    Args:
        value: text, or a relative `pathlib` path.
    Raises: InvalidName: it leaves the folder, or some system could not hold it.
    """
    if isinstance(value, os.PathLike):
        value = value.as_posix() if hasattr(value, "as_posix") else os.fspath(value)
    if not isinstance(value, str):
        proposal = suggest_artifact_path(_text_of(value))
        raise InvalidName(_of_wrong_type(value, "artifact path", "a path is text", _ALLOWED_PATH, proposal))
    text = str.__str__(value)
    what = _path_problem(text)
    if what is None:
        return unicodedata.normalize("NFC", text)
    raise InvalidName(
        explain(f"artifact path {shown(text)} {what}.", _ALLOWED_PATH, quoted(suggest_artifact_path(text)))
    )


def shown(value: object, width: int = 60) -> str:
    """A value as a message shows it: its repr on one line, what is invisible escaped, cut to `width`."""
    try:
        text = repr(value[: width + 1] if type(value) in (str, bytes) else value)  # type: ignore[index]
    except Exception:  # a foreign object may fail in any way; the message is about something else
        text = object.__repr__(value)
    text = "".join(
        char if char.isprintable() and not _ZERO_WIDTH.match(char) else char.encode("unicode_escape").decode()
        for char in text[: width + 2]
    )
    return text if len(text) <= width else text[: width - 1] + "…"


def of_type(value: object) -> str:
    """The type of a value with its article: `an int`, `a numpy.ndarray`; None is `None`."""
    if value is None:
        return "None"
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def quoted(text: str | None) -> str:
    """A proposal as the user would type it; empty when there is none."""
    if text is None:
        return ""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _of_wrong_type(value: object, what: str, rule: str, allowed: str, proposal: str | None) -> str:
    seen = f"{what} is None" if value is None else f"{what} {shown(value)} is {of_type(value)}"
    return explain(f"{seen}; {rule}.", allowed, quoted(proposal))


def _problem(text: str) -> tuple[str, str] | None:
    """What is wrong with a name and what is allowed instead; None when nothing is."""
    if not text:
        return "is empty", _ALLOWED
    if len(text) > 4 * LONGEST_NAME:  # NFC makes no text shorter than a quarter
        return f"is {len(text):,} characters long", _ALLOWED
    for place, char in enumerate(text):
        if char != " " and (not char.isprintable() or _ZERO_WIDTH.match(char)):
            return f"has {_kind_of(char)} at position {place}", _ALLOWED
    if text[0] == " ":
        return "has a space at its start, position 0", _ALLOWED
    if text[-1] == " ":
        return f"has a space at its end, position {len(text) - 1}", _ALLOWED
    length = len(unicodedata.normalize("NFC", text))
    if length > LONGEST_NAME:
        return f"is {length:,} characters long", _ALLOWED
    if not text.strip("."):
        return "is only dots", _ALLOWED_DOTS
    return _parts_problem(text, _ALLOWED_PARTS)


def _parts_problem(text: str, allowed: str) -> tuple[str, str] | None:
    place = 0
    for part in text.split("/"):
        if part in ("", ".", ".."):
            return f"has {f'a part {part!r}' if part else 'an empty part'} at position {place}", allowed
        place += len(part) + 1
    return None


def _path_problem(text: str) -> str | None:
    if not text:
        return "is empty"
    size = len(text.encode("utf-8", "backslashreplace"))
    if size > LONGEST_PATH:
        return f"is {size:,} bytes long"
    for place, char in enumerate(text):
        if char != " " and (not char.isprintable() or _ZERO_WIDTH.match(char)):
            return f"has {_kind_of(char)} at position {place}"
    if text[0] == "/":
        return "is absolute"
    if match := _NOT_ON_WINDOWS.search(text):
        return f"has {match[0]!r} at position {match.start()}"
    if found := _parts_problem(text, ""):
        return found[0]
    for part in unicodedata.normalize("NFC", text).split("/"):
        if part[0] == " " or part[-1] in " .":
            end = "a space at its start" if part[0] == " " else "a space or a dot at its end"
            return f"has a part {shown(part)} with {end}"
        if _RESERVED.fullmatch(part):
            return f"has a part {shown(part)} that names a device on Windows"
        if (size := len(part.encode())) > LONGEST_PART:
            return f"has a part of {size:,} bytes"
    return None


def _kind_of(char: str) -> str:
    """What a refused character is, in words."""
    code = f"U+{ord(char):04X}"
    category = unicodedata.category(char)
    if char in _LINE_BREAKS:
        return "a line break"
    if category == "Cs":
        return f"a lone surrogate ({code})"
    if char in _BIDIRECTIONAL:
        return f"a bidirectional character ({code})"
    if _ZERO_WIDTH.match(char):
        return f"a zero-width character ({code})"
    if char == "\t":
        return "a tab"
    if category == "Cc":
        return f"a control character ({code})"
    if category == "Zs":
        return f"a space that is not the plain one ({code})"
    return f"a character without a printable form ({code})"


def _text_of(value: object) -> str | None:
    """The text that somebody who gave `value` as a name most likely means."""
    if isinstance(value, str):
        return str.__str__(value)
    try:
        if isinstance(value, bytes | bytearray):
            return bytes(value).decode()
        if isinstance(value, bool | int | float):
            return str(value)
        if isinstance(value, os.PathLike):
            return str(os.fspath(value)).replace(os.sep, "/")
        enum = sys.modules.get("enum")
        if enum is not None and isinstance(value, enum.Enum):
            return _text_of(value.value)
        if getattr(value, "shape", None) == () and hasattr(value, "item"):  # numpy and torch scalars
            item = value.item()
            return str(item) if isinstance(item, bool | int | float | str) else None
    except Exception:  # no proposal is better than a second error
        return None
    return None


def _cleaned(text: str) -> str:
    """The text with white space made plain, and what is invisible left out."""
    text = unicodedata.normalize("NFC", text)
    kept = []
    for char in text:
        if char.isspace():
            kept.append(" ")
        elif char.isprintable() and not _ZERO_WIDTH.match(char):
            kept.append(char)
    text = re.sub(r" +", " ", "".join(kept)) if " " in kept else "".join(kept)
    return unicodedata.normalize("NFC", text.strip(" "))


def suggest_artifact_path(text: str | None) -> str | None:
    """A path that passes `check_artifact_path` and is close to `text`; None when nothing is left of it."""
    if text is None:
        return None
    text = _NOT_ON_WINDOWS.sub("_", _cleaned(text[:LONGEST_PATH].replace("\\", "/")))
    parts = []
    for part in text.split("/"):
        part = part.encode()[:LONGEST_PART].decode("utf-8", "ignore").lstrip(" ").rstrip(" .")
        part = f"_{part}"[:LONGEST_PART] if _RESERVED.fullmatch(part) else part
        if part:
            parts.append(part)
    text = "/".join(parts)
    return text if text and _path_problem(text) is None else None
