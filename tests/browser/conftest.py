"""Pages in Chromium: every test's page fails it on a console message, a CSP violation or a request elsewhere.

`opened(path)` and `opened(path, site=folder)` are in `opening.py`. `Page.evaluate` runs code that the page
itself may not, so tests let the page do the work and read what it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from boards import Board
from opening import Opened, opened
from playwright.sync_api import Page

from sitegen.assets import Assets, make_assets

__all__ = ["opened"]


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Assets:
    """The assets of a site, made once."""
    return make_assets()


@pytest.fixture
def shown(opened: Opened, assets: Assets, tmp_path: Path) -> Callable[..., Page]:
    """Opens a page of cards: `shown(Board(...), "#smooth=0.6")`."""

    def show(board: Board, fragment: str = "", **options: object) -> Page:
        return opened(board.write(tmp_path / "site", assets), fragment, **options)

    return show
