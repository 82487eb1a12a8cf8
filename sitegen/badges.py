"""Badges: a metric and its value as a small picture for a README, in the look of shields.io. Pure.

Our own drawing: one SVG without scripts, styles, fonts or references. The width of a text is estimated from a
table, and the text is then fitted into it, so that it is right in whatever font the reader has.
"""

from __future__ import annotations

import unicodedata
from typing import Literal, TypeAlias

from .safe import clipped, shown

Color: TypeAlias = Literal["good", "bad", "neutral"]

_COLORS = {"good": "#2f7d1f", "bad": "#c0392b", "neutral": "#33689c"}  # white on each: 4.5 to 1 and more
_CLIP = 60  # characters of a text
_PADDING = 6  # pixels on each side of a text
_EM = 11.0  # pixels: the size of the font

# Widths of Verdana's characters, in thousandths of the size of the font, from space to tilde.
_WIDTHS = """
    352 394 459 818 636 1076 727 269 454 454 636 818 364 454 364 454
    636 636 636 636 636 636 636 636 636 636 454 454 818 818 818 545
    1000 684 686 698 771 632 575 775 751 421 455 693 557 843 748 787
    603 787 695 684 616 732 684 989 685 615 685 454 454 454 818 636
    636 601 623 521 623 596 352 623 633 274 344 592 274 973 633 607
    623 623 427 521 394 633 592 818 592 592 525 635 454 635 818
"""
_ASCII = dict(zip(map(chr, range(0x20, 0x7F)), map(int, _WIDTHS.split()), strict=True))
_WIDE, _OTHER = 1000, 650  # East Asian and emoji; all other letters


def badge_svg(label: str, value: str, color: Color) -> str:
    """A badge that says `label`, and beside it `value`."""
    left, right = _one_line(label), _one_line(value)
    left_px, right_px = text_width(left) + 2 * _PADDING, text_width(right) + 2 * _PADDING
    width = left_px + right_px
    said = escaped(f"{left}: {right}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" viewBox="0 0 {width} 20"'
        f' role="img" aria-label="{said}">\n'
        f"<title>{said}</title>\n"
        f'<path fill="#555" d="M{left_px} 0v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z"/>\n'
        f'<path fill="{_COLORS[color]}" d="M{left_px} 0v20h{right_px - 3}a3 3 0 0 0 3-3V3a3 3 0 0 0-3-3z"/>\n'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11"'
        ' text-anchor="middle">\n'
        f"{_text(left, left_px / 2)}{_text(right, left_px + right_px / 2)}</g>\n</svg>\n"
    )


def text_width(text: str) -> int:
    """The width of a text in pixels, about as Verdana sets it; 1 or more."""
    return max(1, round(sum(map(_character_width, text)) * _EM / 1000))


def escaped(text: str) -> str:
    """A text as XML has it, in an element or an attribute in double quotes.

    Characters that XML does not have, control characters and halves of surrogate pairs, are shown by name.
    """
    text = shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def _text(text: str, middle: float) -> str:
    place = f'x="{middle:g}" textLength="{text_width(text)}" lengthAdjust="spacingAndGlyphs"'
    said = escaped(text)
    shadow = f'<text aria-hidden="true" y="15" fill="#010101" fill-opacity=".3" {place}>{said}</text>\n'
    return f'{shadow}<text y="14" {place}>{said}</text>\n'


def _character_width(character: str) -> int:
    if character in _ASCII:
        return _ASCII[character]
    if unicodedata.combining(character):
        return 0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _OTHER


def _one_line(text: str) -> str:
    return clipped(" ".join(shown(text).split()), _CLIP)
