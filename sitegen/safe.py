"""What of a user's text may reach a page, and in which form.

`Html` marks markup that we made ourselves; only `sitegen.notes`, `sitegen.sparkline` and `json_text` make
it, and templates print it as it is. All other text is escaped by the template engine. `shown` makes visible
what would otherwise hide in a text or reorder its neighbours; `json_text` is the one encoder for data inside
of a page. Pure.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

CLIP = 120  # characters of a user's text in a cell; the rest is one click or one hover away


@dataclass(frozen=True, slots=True)
class Html:
    """Markup of our own making, in which no user's text is left unescaped."""

    text: str

    def __html__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def shown(text: str) -> str:
    """The text with its invisible characters made visible.

    Control characters become control pictures (␛), bidirectional and zero-width ones and lone surrogates
    their code point (‹U+202E›); line breaks and tabs stay.
    """
    return _INVISIBLE.sub(_picture, text)


def clipped(text: str, most: int = CLIP) -> str:
    """The text, or its beginning and an ellipsis when it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def name_parts(text: str) -> list[str]:
    """A name in the parts between which a line may break: behind its separators."""
    return _SEPARATED.findall(text)


def json_text(value: object) -> Html:
    """JSON that is safe inside a `<script>` element: ASCII only, no `<`, `>` or `&`.

    Raises: ValueError: a NaN or an infinity, which JSON does not have.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    return Html(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


_SEPARATED = re.compile(r"[^/_.:…\-]*[/_.:…\-]+|[^/_.:…\-]+")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code == 0xFFFD:
        return match.group()
    if code == 0x200D or code == 0x200C:
        return match.group()  # joiners: words of several scripts and many emoji need them
    return f"‹U+{code:04X}›"
