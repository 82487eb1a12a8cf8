"""Long names: which letters of a name stay where it has no room, so that no two that differ read the same.

`names.js` and `rows.js` do the same for what scripts print. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .safe import clipped

SHORT = 26  # characters of a name that is not cut
_END = 10  # characters that stay at the end of a name that its beginning tells from others
_MOST = 16  # characters at the end that have room beside a beginning
_LONG = 16  # characters of a part that is told character by character

Parts = list[
    tuple[str, bool]
]  # of a name: text, and whether the name leaves here others that begin as it does


def told(words: Iterable[str]) -> dict[str, Parts]:
    """Each word as parts; those marked, taken alone, tell all words apart."""
    parts = {word: _parts(word) for word in words}
    own: dict[str, set[int]] = {word: set() for word in parts}
    groups = [(list(parts), 0)]  # words that are the same before a place
    while groups:
        alike, at = groups.pop()
        ways: dict[str, list[str]] = {}
        for word in alike:
            ways.setdefault(next(iter(parts[word][at : at + 1]), ""), []).append(word)
        for some in ways.values():
            if len(ways) > 1:
                for word in some:
                    own[word].add(at)
            if len(some) > 1:
                groups.append((some, at + 1))
    return {word: [(part, at in own[word]) for at, part in enumerate(parts[word])] for word in parts}


def halves(word: str, words: dict[str, Parts]) -> tuple[str, str]:
    """A word as its beginning, which gives way, and its end: from where it leaves others that begin alike.

    Texts of one letter, again and again, are told from one another by how often it comes. `words` is what
    `told` gave.
    """
    if _REPEATED.fullmatch(word) and any(
        other != word and other[:1] == word[0] and _REPEATED.fullmatch(other) for other in words
    ):
        return word, f" ×{len(word)}"
    parts = words[word]
    for found in (parts, _bare(parts)):
        shared = next((at for at, (_, own) in enumerate(found) if not own), len(found))
        begun = next((at for at, (_, own) in enumerate(found) if own and at > shared), None)
        if begun is None:
            break
        rest = found[begun:]
        last = max(at for at, (_, own) in enumerate(rest) if own)
        short = len(_text(rest[: last + 1])) <= _MOST
        end = _text(rest) if short else _brief(rest)
        if short or len(end) <= _MOST or found is not parts:
            return _text(found[:begun]), end
    return word[:-_END], word[-_END:]


def cut(word: str, others: Iterable[str], most: int) -> str:
    """A word in at most so many characters, such that it is told from others where they allow it."""
    if len(word) <= most:
        return word
    start, end = halves(word, told([word, *others]))
    end = clipped(end, max(most // 2, most - len(start)))
    return clipped(start, most - len(end)) + end


def _parts(word: str) -> list[str]:
    found: list[str] = _PART.findall(word)
    return [piece for part in found for piece in (part if len(part) > _LONG else [part])]


def _bare(parts: Parts) -> Parts:
    """Parts of which own is the value alone, not what it is called: "4" of "depth=4"."""
    found: Parts = []
    for part, own in parts:
        label = match.group() if own and (match := _LABEL.match(part)) else ""
        found += [(label, False), (part[len(label) :], True)] if label else [(part, own)]
    return found


def _brief(parts: Parts) -> str:
    said = "".join(part if own else "…" for part, own in parts)
    return _GAPS.sub("…", said)


def _text(parts: Sequence[tuple[str, bool]]) -> str:
    return "".join(part for part, _ in parts)


_PART = re.compile(r"(?:[^-_/:,;. ]|\.(?=[0-9]))+[-_/:,;. ]*|[-_/:,;. ]+")  # a number keeps its point
_REPEATED = re.compile(r"(.)\1{16,}", re.DOTALL)
_LABEL = re.compile(r".*=(?=.)|[^0-9]+(?=[0-9])", re.DOTALL)
_GAPS = re.compile(r"[-_/:,;. ]*…+")
