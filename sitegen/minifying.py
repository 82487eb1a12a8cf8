"""Minifying: scripts and styles without what is for their writers, and with short local names.

Where the minifier has no wheel (macOS on Apple's processors), only our own comments and indents are taken
out: the scripts are half as large again, and do the same.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

_TYPES = {"js": "application/javascript", "css": "text/css"}
_PACKAGE = "tdewolff-minify"


def minified(text: str, language: Literal["js", "css"]) -> str:
    """A script or a style sheet that does the same in fewer bytes; as it was, where nothing minifies."""
    try:
        import minify
    except ImportError:
        return text
    return str(minify.string(_TYPES[language], text)) + "\n"


def minifier() -> str:
    """What minifies here, and its version: what is kept of its work depends on it."""
    try:
        return f"{_PACKAGE} {version(_PACKAGE)}"
    except PackageNotFoundError:
        return "none"


def without_comments(text: str) -> str:
    """A text of our own without comments and indents.

    Looks at whole lines: a comment begins its line and ends one, and no text of ours runs over lines, as
    one of others may. One behind code goes, too, where no quote or slash stands before it, so that it
    cannot be a part of a text.
    """
    text = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*\n", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^[ \t]*//.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^([^\"'`/\n]*[^\"'`/\s])[ \t]+//.*$", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"^\s+", "", text, flags=re.MULTILINE)
