"""Allow: a file of what the scan finds and that goes out all the same: false alarms, and what is meant to.

A line names a rule and, behind it, a place as the scan printed it, with `*` and `?` for any letters, or the
hash of the piece that was found; never the piece itself. What begins with `#` is a comment:

    # the address of the group is on its home page anyway
    mail       sha256:3f9a1c024b7d6e58
    home-path  */params.data_dir
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from logger.errors import explain

from .errors import BadConfig
from .rules import BY_NAME

DEFAULT = ".sitegen-allow"
_LARGEST = 1_000_000  # bytes
_HASH = re.compile(r"sha256:[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class AllowLine:
    """One line: what it lets pass."""

    number: int  # in its file, from 1
    rule: str
    what: str  # a hash, or a pattern of places


class AllowList:
    """The lines of a file, and which of them were of use."""

    def __init__(self, lines: Iterable[AllowLine] = (), file: str = DEFAULT) -> None:
        self.file = file
        self._used: set[AllowLine] = set()
        self._lines = tuple(lines)
        self._by_hash = {(line.rule, line.what): line for line in self._lines}
        self._patterns = [line for line in self._lines if not _HASH.fullmatch(line.what)]

    def allows(self, rule: str, digest: str, place: str) -> bool:
        """Whether what a rule found at a place may go out."""
        line = self._by_hash.get((rule, digest))
        if line is None:
            line = next(
                (one for one in self._patterns if one.rule == rule and fnmatchcase(place, one.what)), None
            )
        if line is None:
            return False
        self._used.add(line)
        return True

    def unused(self) -> list[str]:
        """The lines that allowed nothing, as `file, line 3`."""
        return [f"{self.file}, line {line.number}" for line in self._lines if line not in self._used]


def digest_of(text: str) -> str:
    """What stands in an allow-file for a piece of text."""
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def read_allowed(path: Path) -> AllowList:
    """The allow-file at `path`.

    Raises: BadConfig: it cannot be read, or a line of it is not understood.
    """
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise BadConfig(f"{path} is larger than an allow-file can be: {len(data):,} bytes.")
        text = data.decode("utf-8-sig")
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}."
        raise BadConfig(explain(problem, "a text file that lists what the scan may find.")) from error
    except UnicodeDecodeError:
        raise BadConfig(explain(f"{path} is no text in UTF-8.", "lines of a rule and a place.")) from None
    return AllowList(parsed(text, str(path)), str(path))


def parsed(text: str, file: str = DEFAULT) -> list[AllowLine]:
    """The lines of an allow-file.

    Raises: BadConfig: a line that is not understood; it is told with its number.
    """
    lines = []
    for number, written in enumerate(text.splitlines(), 1):
        said = written.strip()
        if not said or said.startswith("#"):
            continue
        rule, *rest = said.split(maxsplit=1)
        what = rest[0] if rest else ""
        if rule not in BY_NAME:
            problem = f"{file}, line {number}: its first word names no rule."
            raise BadConfig(explain(problem, f"{', '.join(BY_NAME)}."))
        if not what or (what.startswith("sha256:") and not _HASH.fullmatch(what)):
            problem = f"{file}, line {number}: behind {rule} stands no place and no hash."
            raise BadConfig(explain(problem, "a place, or sha256: and 16 digits.", f"{rule} */params.name"))
        lines.append(AllowLine(number, rule, what))
    return lines
