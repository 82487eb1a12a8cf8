"""Pictures of every kind of page, in both themes and three widths, to be looked at side by side.

python3 dev.py screenshots             the site of the last `make demo`, and made-up ones of 300, 30, 3 and no
                                       runs → site_example/screenshots/
python3 dev.py screenshots --only demo --only 300 --page experiment    some of them
python3 dev.py screenshots --readme    only the README's picture → docs/images/experiment.png

Every page is taken at all widths in both themes: that takes many minutes; --only and --page take less.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
README_PICTURE = HERE.parent / "docs" / "images" / "experiment.png"
WIDTHS = (390, 1280, 1920)  # CSS pixels: a phone, a laptop, a large screen
EVERY = [(theme, width) for theme in ("light", "dark") for width in WIDTHS]
MADE = ("300", "30", "3", "0")  # runs of the made-up sites
MOST = 6000  # px of a page: more of a long table teaches nothing


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "site", nargs="?", type=Path, default=HERE / "public", help="the demo's site, if it lies elsewhere"
    )
    parser.add_argument("-o", "--out", type=Path, default=HERE / "screenshots", metavar="FOLDER")
    parser.add_argument("--only", action="append", choices=["demo", *MADE], help="this site; may be repeated")
    parser.add_argument("--page", default="", help="pages whose name starts so")
    parser.add_argument("--readme", action="store_true", help="take only the picture of the README")
    options = parser.parse_args()
    wanted = ["demo"] if options.readme else options.only or ["demo", *MADE]
    site = options.site.resolve()
    if "demo" in wanted and not (site / "index.html").is_file():
        print(f"error: there is no site in {site}\nrun:   python3 dev.py demo", file=sys.stderr)
        return 2

    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        if options.readme:
            take_readme_picture(browser, site)
            return 0
        options.out.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            shown = site if name == "demo" else made_site(Path(folder), name)
            take_all(browser, shown, options.out / name, options.page)
    return 0


def made_site(folder: Path, runs: str) -> Path:
    """A site of so many made-up runs."""
    store, site = folder / f"tracking-{runs}", folder / runs
    subprocess.run([sys.executable, HERE / "made_runs.py", runs, store], check=True)
    subprocess.run([sys.executable, "-m", "sitegen", "build", store, "-o", site], check=True)
    return site


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def take_all(browser: Browser, site: Path, out: Path, page_name: str) -> None:
    """All pages of a site whose names start with `page_name`, and what opens on them."""
    out.mkdir(parents=True, exist_ok=True)
    named = {name: address for name, address in pages(site).items() if name.startswith(page_name)}
    for name, address in named.items():
        for theme, width in EVERY:
            page = opened(browser, address, theme, width)
            save(page, out / f"{name}-{theme}-{width}.png")
            if name.startswith("experiment") and width != 1920:
                for panel, open_panel in PANELS.items():
                    if open_panel(page):
                        save(page, out / f"{name}-{panel}-{theme}-{width}.png", full_page=False)
                        page.reload()
                        drawn(page)
            if theme == "light" and width == 1280:
                page.emulate_media(media="print")
                page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins
                page.wait_for_timeout(400)
                save(page, out / f"{name}-print.png")
            page.context.close()


def save(page: Page, path: Path, full_page: bool = True) -> None:
    height = page.evaluate("document.documentElement.scrollHeight")
    if full_page and height > MOST:
        width = page.viewport_size["width"]  # type: ignore[index]
        page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": MOST})
    else:
        page.screenshot(path=path, full_page=full_page)
    print(path, flush=True)


def press(*names: str) -> Callable[[Page], bool]:
    """Presses buttons by their names, the first of each; false when one is not there."""

    def act(page: Page) -> bool:
        for name in names:
            found = page.get_by_role("button", name=name).locator("visible=true").first
            if not found.count():
                return False
            found.scroll_into_view_if_needed()
            found.click()
        page.wait_for_timeout(400)
        return True

    return act


def press_key(key: str) -> Callable[[Page], bool]:
    def act(page: Page) -> bool:
        page.keyboard.press(key)
        page.wait_for_timeout(300)
        return True

    return act


PANELS = {
    "settings": press("settings"),
    "menu": press("more to do with this card"),
    "columns": press("columns"),
    "keys": press_key("?"),
}


def take_readme_picture(browser: Browser, site: Path) -> None:
    """The experiment that the article is about, as a README shows it, small enough to be committed."""
    page = opened(browser, pages(site)["experiment-fake-box"], "light", width=1280, height=800)
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=README_PICTURE)
    print(f"{README_PICTURE} ({README_PICTURE.stat().st_size / 1024:.0f} KiB)")


def pages(site: Path) -> dict[str, str]:
    """A name and the address for: home, every experiment, a run of every status, a comparison, the rest."""
    found = {"home": (site / "index.html").as_uri()}
    for folder in sorted((site / "e").glob("*")):
        found[f"experiment-{folder.name.rpartition('-')[0]}"] = (folder / "index.html").as_uri()
    runs = sorted((site / "r").glob("*"))
    for folder in runs:
        status = status_of(folder / "index.html")
        found.setdefault(f"run-{status}", (folder / "index.html").as_uri())
    some = ",".join(folder.name for folder in runs[:3])
    found["compare"] = (site / "compare" / "index.html").as_uri() + (f"#compare={some}" if some else "")
    found["problems"] = (site / "problems" / "index.html").as_uri()
    found["404"] = (site / "404.html").as_uri()
    return found


def status_of(page: Path) -> str:
    """The status that a run's page shows."""
    text = page.read_text(encoding="utf-8")
    return next(
        (word for word in ("failed", "killed", "running") if f'data-status="{word}"' in text), "finished"
    )


def opened(browser: Browser, address: str, theme: str, width: int, height: int = 900) -> Page:
    """The page, once its charts are drawn."""
    context = browser.new_context(
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    drawn(page)
    return page


def drawn(page: Page) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)  # charts are drawn after the page; nothing depends on this but the picture
    for figure in page.locator("figure[data-card]").locator("visible=true").all():
        figure.scroll_into_view_if_needed()
        page.wait_for_timeout(120)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(200)


if __name__ == "__main__":
    sys.exit(main())
