"""Render: views in, HTML out. The only module that imports jinja2.

Everything a template prints is escaped; names that are not there are errors, not blanks. The one exception
is `sitegen.safe.Html`, which says itself that it is markup. Left of here `sitegen.pages` decides what is
shown, right of here `sitegen.site` writes the bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .pages import Page
from .safe import name_parts, shown


@dataclass(frozen=True, slots=True)
class AssetLinks:
    """Addresses of what pages share, from the root of the site."""

    style: str
    script: str  # deferred, on every page
    pages_style: str = ""  # on all pages but those of experiments
    pages_script: str = ""  # likewise, behind `script`
    print_style: str = ""
    chart_scripts: tuple[str, ...] = ()  # deferred, before `script`, on pages with charts
    theme: str = ""  # runs before the first paint
    compare: str = ""  # loads the others on the compare page
    licences: str = ""  # of what others wrote


class Renderer:
    """Turns pages into the bytes of files."""

    def __init__(self, templates: Path, assets: AssetLinks, version: str = "") -> None:
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=_finalize,
        )
        self._environment.filters["parts"] = name_parts
        self._environment.globals.update(
            assets=assets, version=version, csp=CSP, csp_with_style=csp_with_style
        )

    def render(self, page: Page) -> bytes:
        """The HTML of a page, in UTF-8."""
        template = self._environment.get_template(page.template)
        return template.render(view=page.view, frame=page.view.frame).encode()


CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self';"
    " base-uri 'none'; form-action 'none'"
)


def csp_with_style(style: str) -> str:
    """The policy of a page that loads no file: nothing but this text in its `<style>`."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def render_pages(renderer: Renderer, pages: Iterable[Page]) -> Iterable[tuple[str, bytes]]:
    """Paths and contents of pages, one after the other."""
    return ((page.path, renderer.render(page)) for page in pages)


def _finalize(value: object) -> object:
    if isinstance(value, str) and not hasattr(value, "__html__"):  # a macro's result is markup already
        return shown(value)
    return value
