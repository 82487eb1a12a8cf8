"""Serve: a site in memory over local http, built anew whenever the store grows or its options change.

It listens on the loopback only, answers only requests that name it (a page of another origin cannot read it
by giving its own name our address), and shows what is private, because only this machine can ask. Pages ask
for news by loading `/news.js?page=…&seen=…`, a script that holds the page anew when it changed since; what
makes them ask is put behind the site's first script on its way out. A store that cannot be read
leaves the last site standing, and the reason is said; of options that cannot be read the last good ones hold,
and each fault of theirs is one of the site's problems.
"""

from __future__ import annotations

import gzip
import json
import os
import stat
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from logger import system
from logger.errors import explain
from logger.layout import ARTIFACTS, facts_writer
from logger.records import Problem

from .assets import served_script
from .build import BuildReport, Keeping, fill
from .config import SiteConfig
from .configfile import OptionsProblem
from .errors import BadConfig, NothingToDo, SitegenError
from .site import MemorySite

HOST = "127.0.0.1"

_TRIES = 20  # ports after the wished one
_TAIL = 4096  # bytes at the end of a live file that are looked at: its size and time may stand still
_NAMES = frozenset(("localhost", "127.0.0.1", "[::1]"))
_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "parquet": "application/vnd.apache.parquet",
}
_SQUEEZED = frozenset(("html", "js", "css", "txt", "json", "svg"))
_HASHED = ("assets/", "shards/")  # their names change with their content
_FIRST = "assets/theme."  # the script that runs before the page is there


@dataclass(slots=True)
class Snapshot:
    """A built site, and when each of its pages last changed; no two builds share a second."""

    files: dict[str, bytes] = field(default_factory=dict)
    stamps: dict[str, int] = field(default_factory=dict)  # path → second of its last change
    squeezed: dict[str, bytes] = field(default_factory=dict)  # what was asked for, gzipped
    before: dict[str, bytes] = field(default_factory=dict)  # hashed files of the build before, for open pages


class LiveSite:
    """The newest site of some stores; safe to read from many threads while one builds."""

    def __init__(
        self,
        stores: Sequence[Path],
        config: SiteConfig,
        clock: Callable[[], float] = time.time,
        options: Callable[[], SiteConfig] | None = None,
    ) -> None:
        """`options` gives the configuration as it is by now; where it raises, the last one holds."""
        self._stores = stores
        self.config = config
        self._clock = clock
        self._options = options or (lambda: config)
        self._signature: object = None
        self._keeping = Keeping()
        self.snapshot = Snapshot()

    def refresh(self) -> BuildReport | None:
        """Build anew when stores or options changed since the last build; None when they did not.

        Raises: SitegenError, LoggerError: the stores cannot be read; the last site stays.
        """
        config, faults = self._read_options()
        signature = config, faults, [_signature(store) for store in self._stores]
        if signature == self._signature:
            return None
        if config != self.config:
            self.config, self._keeping = config, Keeping()
        site = MemorySite()
        report = fill(site, self._stores, config, keeping=self._keeping, beside=faults)
        self._keeping.turn()
        before = self.snapshot
        now = max(int(self._clock()), max(before.stamps.values(), default=0) + 1)
        stamps = {
            path: before.stamps[path] if before.files.get(path) == content else now
            for path, content in site.files.items()
        }
        gone = {path: before.files[path] for path in before.files.keys() - site.files.keys()}
        gone = {path: content for path, content in gone.items() if path.startswith(_HASHED)}
        self.snapshot = Snapshot(site.files, stamps, before=gone)
        self._signature = signature
        return report

    def _read_options(self) -> tuple[SiteConfig, tuple[Problem, ...]]:
        """The configuration that holds, and what is wrong with the one that does not."""
        try:
            return self._options(), ()
        except SitegenError as error:
            faults = error.faults if isinstance(error, BadConfig) else (str(error),)
            return self.config, tuple(OptionsProblem("options", fault) for fault in faults)


def start(
    live: LiveSite, port: int, passed: Callable[[int, str], None] = lambda port, why: None
) -> ThreadingHTTPServer:
    """A server for `live` at `port`, or at the next one that is free; 0 takes any.

    Args:
        passed: is told each port that could not be had, and why.
    Raises: NothingToDo: none of the ports is free.
    """
    wished = range(port, port + _TRIES) if port else range(1)
    for number in wished:
        try:
            return _Server((HOST, number), live)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or "there is no such port"
            passed(number, why)
    problem = f"ports {port} to {wished[-1]} cannot be had: {why}."
    raise NothingToDo(explain(problem, "a port that no other program listens on.", "--port 0"))


def watch(
    live: LiveSite,
    stop: threading.Event,
    told: Callable[[BuildReport], None],
    failed: Callable[[Exception], None],
    every_s: float = 2.0,
) -> None:
    """Build anew whenever stores or options change, until `stop` is set. What goes wrong is said once."""
    last = ""
    while not stop.wait(every_s):
        try:
            report = live.refresh()
        except Exception as error:  # a bug of ours must not end the watching either
            if str(error) != last:
                failed(error)
            last = str(error)
        else:
            last = ""
            if report is not None:
                told(report)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, address: tuple[str, int], live: LiveSite) -> None:
        super().__init__(address, _Handler)
        self.live = live
        self.live_script = served_script().encode()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "sitegen"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds a silent connection is kept

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        """Nothing: the terminal says what was built, not what was asked for."""

    def _answer(self, body: bool) -> None:
        with suppress(ConnectionError, TimeoutError):
            if not _is_ours(self.headers.get("Host", "")):
                self._send(
                    HTTPStatus.MISDIRECTED_REQUEST, "txt", b"This server answers to localhost only.\n", body
                )
                return
            target = urlsplit(self.path)
            path = _path(target.path)
            snapshot = self.server.live.snapshot
            if path == "news.js":
                self._send(HTTPStatus.OK, "js", _news(snapshot, target.query), body)
            elif path is not None and (path in snapshot.files or path in snapshot.before):
                self._send_file(snapshot, path, HTTPStatus.OK, body)
            elif path is not None and f"{path}/index.html" in snapshot.files:
                self._redirect(f"/{path}/")
            else:
                self._send_file(snapshot, "404.html", HTTPStatus.NOT_FOUND, body)

    def _send_file(self, snapshot: Snapshot, path: str, status: HTTPStatus, body: bool) -> None:
        content = snapshot.files.get(path, snapshot.before.get(path, b"Nothing here.\n"))
        extension = path.rpartition(".")[2]
        headers = {"Last-Modified": formatdate(snapshot.stamps.get(path, 0), usegmt=True)}
        lasting = path.startswith(_HASHED) and extension != "txt"
        headers["Cache-Control"] = "max-age=31536000, immutable" if lasting else "no-store"
        if path.startswith(_FIRST):
            content, headers["Cache-Control"] = content + self.server.live_script, "no-store"
        if extension in _SQUEEZED and "gzip" in self.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            if path not in snapshot.squeezed:
                snapshot.squeezed[path] = gzip.compress(content, 6, mtime=0)
            content = snapshot.squeezed[path]
        self._send(status, extension, content, body, headers)

    def _send(
        self,
        status: HTTPStatus,
        extension: str,
        content: bytes,
        body: bool,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", _TYPES.get(extension, "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Vary", "Accept-Encoding")
        for name, value in (headers or {"Cache-Control": "no-store"}).items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _redirect(self, place: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()


def _is_ours(host: str) -> bool:
    """Whether the Host header names the loopback, at any port."""
    name, colon, port = host.rpartition(":")
    if not colon or not port.isdecimal():
        name = host
    return name.casefold() in _NAMES


def _path(asked: str) -> str | None:
    """The path of a file from what a browser asks for; None when no file has it."""
    with suppress(UnicodeDecodeError):
        path = unquote(asked, errors="strict").removeprefix("/")
        if path == "" or path.endswith("/"):
            path += "index.html"
        return path
    return None


def _news(snapshot: Snapshot, query: str) -> bytes:
    """The script that gives a page anew, with the second in which it changed, unless it has it already.

    `page` is its path as the browser has it, `seen` the second of the `Last-Modified` it came with.
    """
    asked = parse_qs(query)
    path = _path(asked.get("page", [""])[0]) or ""
    if path not in snapshot.files and f"{path}/index.html" in snapshot.files:
        path += "/index.html"
    stamp = snapshot.stamps.get(path, snapshot.stamps.get("404.html", 0))
    told: dict[str, object] = {}
    if asked.get("seen", [""])[0] != str(stamp):
        content = snapshot.files.get(path, snapshot.files.get("404.html", b""))
        told = {"stamp": stamp, "html": content.decode()}
    return f"runfolio.news({json.dumps(told)});\n".encode()


def _signature(store: Path) -> list[tuple[object, ...]]:
    """What changes when a store grows: names, sizes and times of its files.

    Of a run that is being written also the ends of its points, whose size and time may stand still, and
    whether its writers hold their locks: a process that was killed changes no file.
    """
    found: list[tuple[object, ...]] = []
    for file in (store, store.with_name(f"{store.name}-wal")) if store.is_file() else ():  # a database
        with suppress(OSError):
            state = file.lstat()
            found.append((str(file), state.st_size, state.st_mtime_ns))
    for folder, folders, files in os.walk(store):  # follows no links
        folders[:] = [name for name in folders if name != ARTIFACTS]
        live = any(name.endswith(".arrows") for name in files)
        for name in files:
            path = os.path.join(folder, name)  # noqa: PTH118  (a store may have 100,000 of them)
            with suppress(OSError):
                state = os.lstat(path)
                entry: tuple[object, ...] = (path, state.st_size, state.st_mtime_ns)
                if live and stat.S_ISREG(state.st_mode):
                    held = system.is_locked(Path(path)) if facts_writer(name) else None
                    entry = (*entry, held, _tail(path, state.st_size))
                found.append(entry)
    return sorted(found, key=lambda entry: str(entry[0]))


def _tail(path: str, size: int) -> int:
    if not path.endswith(".arrows"):
        return 0
    with open(path, "rb") as file:  # noqa: PTH123  (a text, see above)
        file.seek(max(0, size - _TAIL))
        return zlib.crc32(file.read(_TAIL))
