"""Notes: Markdown written by users, as markup that cannot do anything.

CommonMark with tables and strikethrough. Raw HTML stays text, links lead only to http, https and mailto,
pictures become links (a page calls no other host), and the headings of a note continue those of the page
without leaving out a level. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .safe import Html, shown

LONGEST = 200_000  # characters of a note that are printed

_SCHEMES = ("http", "https", "mailto")


def markup(note: str, heading: int = 2, cut: int = 0) -> Html:
    """A note as markup.

    Args:
        note: Markdown of unknown origin.
        heading: The level of the heading above the note; those inside go on from there.
        cut: characters that were behind the note.
    """
    text = shown(note[:LONGEST])
    tokens = _MARKDOWN.parse(text)
    _tame(tokens, heading)
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    more = max(0, len(note) - LONGEST) + cut
    if more:
        html += f"<p><em>The note goes on: {more:,} more characters are not shown.</em></p>\n"
    return Html(html)


def safe_link(url: str) -> str | None:
    """The address when it may be linked, without credentials; None when it may not."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES:
        return None
    if parts.scheme.lower() == "mailto":
        return url.strip()
    if not host:
        return None
    if "@" in parts.netloc:
        place = f"[{host}]" if ":" in host else host
        return urlunsplit(parts._replace(netloc=f"{place}:{port}" if port else place))
    return url.strip()


def _tame(tokens: Sequence[Token], heading: int) -> None:
    """Change in place what our pages print differently from CommonMark."""
    previous = heading
    for token in tokens:
        if token.type == "heading_open":
            previous = min(heading + int(token.tag[1:]), previous + 1, 6)
            token.tag = f"h{previous}"
        elif token.type == "heading_close":
            token.tag = f"h{previous}"
        elif token.type == "fence":
            token.info = ""  # would become a class
        elif token.type in ("th_open", "td_open"):
            style = str(token.attrs.pop("style", ""))
            if style:
                token.attrSet("data-align", style.rpartition(":")[2])
        elif token.type == "inline" and token.children:
            token.children = _inline(token.children)


def _inline(tokens: Sequence[Token]) -> list[Token]:
    """Links without credentials; pictures as links, or as their words inside of a link."""
    kept: list[Token] = []
    inside = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            inside = token.type == "link_open"
        if token.type == "link_open":
            token.attrs = {"href": safe_link(str(token.attrs.get("href", ""))) or "", **_OUTWARD}
        if token.type != "image":
            kept.append(token)
            continue
        text = Token("text", "", 0, content=token.content or "picture")
        target = safe_link(str(token.attrs.get("src", "")))
        if inside or target is None:
            kept.append(text)
        else:
            opened = Token("link_open", "a", 1, attrs={"href": target, **_OUTWARD})
            kept += [opened, text, Token("link_close", "a", -1)]
    return kept


_OUTWARD: dict[str, str | int | float] = {"rel": "noopener noreferrer nofollow"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
_MARKDOWN.validateLink = lambda url: safe_link(url) is not None  # type: ignore[method-assign]
