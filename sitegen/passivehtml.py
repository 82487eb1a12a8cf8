"""Passive HTML: a page that somebody logged, without what would run, style or load something.

It is read tag by tag as browsers do, in time linear in its length: a parser would mend the page, and show
another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SCRIPT = re.compile(r"<script(?=[\s/>])", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<name>[a-z][^ \t\n\f\r/>]*)", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""[ \t\n\f\r/]*(?P<name>=?[^ \t\n\f\r/>=]+|=)
    (?:[ \t\n\f\r]*=[ \t\n\f\r]*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^ \t\n\f\r>"'][^ \t\n\f\r>]*|(?=>)))?""",
    re.VERBOSE,
)

_LOADS = frozenset(("src", "poster", "data", "background", "srcdoc"))  # attributes, of any element
_LINKS = frozenset(("a", "area"))  # elements whose address nothing loads
_BLANK = " \t\n\f\r"


def passive(text: str) -> str:
    """HTML without its scripts, styles, links and what it would load; the rest stays as it is.

    The first two become templates, which are not rendered: the policy would refuse them, and complain; so it
    would of attributes that style, run or load something, which become data. Links become nothing: no policy
    keeps a `<link rel=preconnect>` from calling another host.
    """
    text = re.sub(r"<(/?)(?:script|style)(?=[\s/>])", r"<\1template", text, flags=re.IGNORECASE)
    text = re.sub(r"<link(?=[\s/>])", "<wbr", text, flags=re.IGNORECASE)
    parts: list[str] = []
    done = 0
    for tag, attribute in _attributes(text):
        if _is_active(tag, attribute):
            parts += [text[done : attribute.start("name")], "data-"]
            done = attribute.start("name")
    return "".join([*parts, text[done:]])


def is_scripted(text: str) -> bool:
    """Whether a page has scripts."""
    return _SCRIPT.search(text) is not None


def is_styled(text: str) -> bool:
    """Whether HTML looks otherwise where it has no styles."""
    if any((tag["name"] or "").lower() == "style" for tag in _TAG.finditer(text)):
        return True
    return any(
        attribute["name"].lower() == "style"
        or (tag == "link" and attribute["name"].lower() == "rel" and "stylesheet" in attribute[0].lower())
        for tag, attribute in _attributes(text)
    )


def _is_active(tag: str, attribute: re.Match[str]) -> bool:
    """Whether an attribute styles, runs or loads something, other than a picture that it holds itself."""
    name = attribute["name"].lower()
    if name in ("style", "srcset") or name.startswith("on"):
        return True
    value = attribute[0].partition(attribute["name"])[2].lstrip(_BLANK + "=\"'").lower()
    if name in _LOADS:
        return not value.startswith("data:image/")
    if name in ("href", "xlink:href"):
        return tag not in _LINKS and not value.startswith(("#", "data:image/"))
    return name == "http-equiv" and value.startswith("refresh")


def _attributes(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """All attributes of HTML, split as browsers do, each with its element; linear in its length."""
    at = 0
    while tag := _TAG.search(text, at):
        at = tag.end()
        while tag["name"] and (attribute := _ATTRIBUTE.match(text, at)):
            at = attribute.end()
            yield tag["name"].lower(), attribute
