"""Promise: 200 runs × 5 metrics × 1,000 steps are a site in 6 s, and in 3 s when it was built before; the
experiment's page loads at most 1 MB and shows its first chart within 1 s.

Each build is a process of its own, as a user starts it. *Cold* has neither a site nor a cache; *warm* has
both, and one more run in the store. Pages are opened in Chromium with a fresh profile, from a local server
that counts what it sends, until the page comes to rest. The first chart is timed in the page, from the
start of the navigation until its card says that it is drawn.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from stores import fill
from table import Options, Row, main, median

STOPWATCH = """new MutationObserver((records) => {
  if (records.some((record) => record.target.dataset.drawn === "true"))
    window.firstChart ??= performance.now();
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-drawn"] });"""


def measure(options: Options) -> list[Row]:
    """Builds, then what the page costs."""
    runs, steps = (4, 50) if options.quick else (200, 1000)
    repeats = 1 if options.quick else max(3, options.repeats // 2)
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        folder = Path(scratch)
        store, site, cache = folder / "tracking", folder / "public", folder / "cache"
        fill(store, runs, steps)
        cold, cached, warm = [], [], []
        for _ in range(repeats):
            shutil.rmtree(site, ignore_errors=True)
            shutil.rmtree(cache, ignore_errors=True)
            cold.append(_build(store, site, cache))
            shutil.rmtree(site)
            cached.append(_build(store, site, cache))
            fill(store, 1, steps)
            warm.append(_build(store, site, cache))
        size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
        loaded, packed, first = _open(site, repeats)
    return [
        Row("build, cold", median(cold), "s", most=6.0, details="no site, no cache"),
        Row("build, new site", median(cached), "s", details="with the cache of an earlier build"),
        Row("build, warm", median(warm), "s", most=3.0, details="one run was added"),
        Row("the whole site", size / 1e6, "MB"),
        Row("experiment page, loaded", loaded / 1e6, "MB", most=1.0, details="at rest, uncompressed"),
        Row(
            "experiment page, loaded",
            packed / 1e6,
            "MB",
            details="the same with gzip, as GitHub Pages sends it",
        ),
        Row("experiment page, first chart", median(first), "s", most=1.0),
    ]


def _build(store: Path, site: Path, cache: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "sitegen", "build", store, "-o", site],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
    )
    return time.perf_counter() - started


def _open(site: Path, repeats: int) -> tuple[float, float, list[float]]:
    """Bytes that the page asks for before anyone touches it, plain and packed; seconds to its first chart."""
    page_folder = next(site.glob("e/*"))
    loaded, packed, seconds = [], [], []
    with _served(site) as server, sync_playwright() as playwright:
        for _ in range(repeats):
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
                timeout=120_000,
            )
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            server.sent.clear()
            page.add_init_script(STOPWATCH)
            page.goto(f"http://127.0.0.1:{server.server_port}/e/{page_folder.name}/", wait_until="commit")
            page.wait_for_function("() => window.firstChart", timeout=120_000)
            seconds.append(page.evaluate("window.firstChart") / 1e3)
            page.wait_for_timeout(1_500)  # what comes into view late asks for scripts of its own
            page.wait_for_load_state("networkidle")
            loaded.append(sum(map(len, server.sent)))
            packed.append(sum(len(gzip.compress(content)) for content in server.sent))
            browser.close()
    return median(loaded), median(packed), seconds


class _CountingServer(http.server.ThreadingHTTPServer):
    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.sent: list[bytes] = []


class _Handler(http.server.SimpleHTTPRequestHandler):
    def copyfile(self, source, outputfile) -> None:  # type: ignore[no-untyped-def]
        content = source.read()
        self.server.sent.append(content)  # type: ignore[attr-defined]
        outputfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def _served(site: Path) -> Iterator[_CountingServer]:
    with _CountingServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    main(measure, __doc__)
