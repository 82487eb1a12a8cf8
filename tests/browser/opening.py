"""Opens pages in Chromium, and fails the test on a console message, a CSP violation or a request elsewhere.

`opened(path)` opens a file of a site, by default from disk; `opened(path, site=folder)` serves the folder
under `/repo/`, as GitHub Pages does. A folder of tests takes the fixture by importing it in its conftest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

Opened = Callable[..., Page]

expect.set_options(timeout=20_000)  # a loaded machine is slow, not wrong


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens pages, each call in a fresh profile, and watches them to the end of the test."""
    faults: list[str] = []
    contexts = []
    servers: list[_Server] = []

    def open_page(path: Path, fragment: str = "", site: Path | None = None, **options: object) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.add_init_script(
            "addEventListener('securitypolicyviolation',"
            " (event) => console.error('CSP', event.violatedDirective, event.blockedURI))"
        )
        if site is None:
            address = path.as_uri()
            home = "file://"
        else:
            server = _Server(site)
            servers.append(server)
            home = f"{server.home}/repo/"
            address = home + quote(path.relative_to(site).as_posix())
        page.on("console", lambda message: faults.extend(_fault(message)))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("request", lambda request: faults.extend(_elsewhere(request, home)))
        page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
        page.goto(address + fragment)
        return page

    yield open_page
    for context in contexts:
        context.close()
    for server in servers:
        server.close()
    assert not faults, "\n".join(faults)


def _fault(message: ConsoleMessage) -> list[str]:
    return [f"{message.type}: {message.text}"] if message.type in ("error", "warning") else []


def _elsewhere(request: Request, home: str) -> list[str]:
    own = request.url.startswith((home, "data:", "blob:"))
    return [] if own else [f"request to another place: {request.url}"]


class _Server:
    """Serves a folder under /repo/ on a free port."""

    def __init__(self, folder: Path) -> None:
        handler = partial(_Handler, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.home = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        inside = path.removeprefix("/repo")
        return super().translate_path(inside if path.startswith("/repo/") else "/missing")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""
