"""Notes: Markdown written by users, as markup that cannot do anything.

CommonMark with tables, strikethrough and boxes of tasks; front matter is code. Raw HTML stays text, links
lead only to http, https and mailto. A picture is shown only when its path is that of one that the site holds
for this note; others become links (a page calls no other host) or words. The headings of a note continue
those of the page without leaving out a level. Pure.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .safe import Html, shown
from .urls import Link

LONGEST = 200_000  # characters of a note that are printed

_SCHEMES = ("http", "https", "mailto")
_PICTURE_PATH = re.compile(r"\.(?:png|jpe?g|gif|webp|svg)(?=[?#]|$)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?")
_FRONT_MATTER = re.compile(  # YAML between two lines of dashes, known by the key that it begins with
    r"---[ \t]*\n((?:#.*\n|[ \t]*\n)*\w[\w -]*:(?:[ \t].*)?\n(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_BEHIND_PATH = re.compile(r"[?#]")
_TASKS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the site."""

    source: Link
    width: int  # pixels
    height: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures that a note may show."""

    by_path: Mapping[str, Picture] = field(default_factory=dict)
    drawings: frozenset[str] = frozenset()  # paths of SVGs, which have no address that a note could show
    folder: str = ""  # of the note, from where its paths go

    def of(self, url: str) -> Picture | None:
        """The picture that a relative address names; None when it is none of these."""
        return next((self.by_path[path] for path in self._paths(url) if path in self.by_path), None)

    def has_drawing(self, url: str) -> bool:
        """Whether a relative address names an SVG that the page shows elsewhere."""
        return any(path in self.drawings for path in self._paths(url))

    def _paths(self, url: str) -> tuple[str, ...]:
        """What an address may name: "?" and "#" may be letters of a name, or begin what is no part of it."""
        written = (url, _BEHIND_PATH.split(url, maxsplit=1)[0])
        return tuple(posixpath.normpath(posixpath.join(self.folder, unquote(path))) for path in written)


NO_PICTURES = Pictures()


def markup(note: str, heading: int = 2, cut: int = 0, pictures: Pictures = NO_PICTURES) -> Html:
    """A note as markup.

    Args:
        note: Markdown of unknown origin.
        heading: The level of the heading above the note; those inside go on from there.
        cut: characters that were behind the note.
        pictures: what it may show.
    """
    text = shown(_LINE_END.sub("\n", note[:LONGEST]))
    front = _FRONT_MATTER.match(text)
    tokens = _MARKDOWN.parse(text[front.end() :] if front else text)
    lost = _is_too_deep(tokens)
    if lost:
        tokens = [_code(text)]
    elif front:
        tokens = [_code(front[1]), *tokens]
    _tame(tokens, heading, pictures)
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    if lost:
        html += f"<p><em>Shown as it was written: it is nested more than {_DEEPEST} levels deep.</em></p>\n"
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


def _names_picture(url: str) -> bool:
    """Whether an address is a path, no other host's, that ends as those of pictures."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    elsewhere = parts.scheme or parts.netloc or url.startswith(("//", "/\\", "\\"))
    return not elsewhere and _PICTURE_PATH.search(url) is not None


def _tame(tokens: Sequence[Token], heading: int, pictures: Pictures) -> None:
    """Change in place what our pages print differently from CommonMark."""
    previous = heading
    for place, token in enumerate(tokens):
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
            if tokens[place - 2].type == "list_item_open":
                _tick(token.children[0])
            token.children = _inline(token.children, pictures)


def _is_too_deep(tokens: Sequence[Token]) -> bool:
    """Whether a quote or an item of a list lies so deep that the parser left out what is in it."""
    return any(
        token.level >= _DEEPEST - 1 and token.type in ("blockquote_open", "list_item_open")
        for token in tokens
    )


def _code(text: str) -> Token:
    return Token("code_block", "code", 0, content=text)


def _tick(token: Token) -> None:
    """The first words of an item of a list, with the box of a task as a letter."""
    if token.type == "text" and token.content[:4] in _TASKS:
        token.content = _TASKS[token.content[:4]] + token.content[4:]


def _inline(tokens: Sequence[Token], pictures: Pictures) -> list[Token]:
    """Links without credentials; relative ones as they were written; pictures as `_picture` has them."""
    kept: list[Token] = []
    written: str | None = None  # the end of the relative link around what follows
    inside = False
    for token in tokens:
        if token.type == "image":
            kept += _picture(token, pictures, inside)
        elif token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            target = safe_link(href)
            written = None if target else f"]({_MARKDOWN.normalizeLinkText(href)})"
            token.attrs = {"href": target or "", **_OUTWARD}
            kept.append(token if target else _text("["))
            inside = True
        elif token.type == "link_close":
            kept.append(token if written is None else _text(written))
            inside = False
        else:
            kept.append(token)
    return kept


def _picture(token: Token, pictures: Pictures, inside: bool) -> list[Token]:
    """A picture of the site; of any other its words, as a link where that is safe and none is around."""
    source = str(token.attrs.get("src", ""))
    target = safe_link(source)
    if target is not None:
        text = _text(token.content or "picture")
        opened = Token("link_open", "a", 1, attrs={"href": target, **_OUTWARD})
        return [text] if inside else [opened, text, Token("link_close", "a", -1)]
    picture = pictures.of(source)
    if picture is None:
        words = [token.content, _MARKDOWN.normalizeLinkText(source)]
        if pictures.has_drawing(source):
            words.append("an SVG, shown among the artifacts")
        said = [one for one in words if one]
        return [_text(f"{said[0]} ({': '.join(said[1:])})" if len(said) > 1 else "".join(said))]
    size: dict[str, str | int | float] = {"width": picture.width, "height": picture.height}
    token.attrs = {"src": picture.source, "alt": "", **size, "loading": "lazy", "decoding": "async"}
    return [token]


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


_OUTWARD: dict[str, str | int | float] = {"rel": "noopener noreferrer nofollow"}
_DEEPEST = 20  # levels of quotes and lists, an item of a list being two; the parser leaves out what is deeper
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST}).enable(
    ["table", "strikethrough"]
)
# Of a relative one `_inline` makes no link.
_MARKDOWN.validateLink = lambda url: safe_link(url) is not None or _names_picture(url)  # type: ignore[method-assign]
