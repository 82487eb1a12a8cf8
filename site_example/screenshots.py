"""Pictures of every kind of page of the demo's site, in both themes and three widths, to be looked at.

python3 dev.py screenshots             the site of the last `make demo` → site_example/screenshots/
python3 dev.py screenshots --readme    only the README's picture → docs/images/experiment.png
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
README_PICTURE = HERE.parent / "docs" / "images" / "experiment.png"
WIDTHS = (390, 1280, 1920)  # CSS pixels: a phone, a laptop, a large screen
THEMES = ("light", "dark")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site", nargs="?", type=Path, default=HERE / "public", help="the built site")
    parser.add_argument("-o", "--out", type=Path, default=HERE / "screenshots", metavar="FOLDER")
    parser.add_argument("--readme", action="store_true", help="take only the picture of the README")
    options = parser.parse_args()
    site = options.site.resolve()
    if not (site / "index.html").is_file():
        print(f"error: there is no site in {site}\nrun:   python3 dev.py demo", file=sys.stderr)
        return 2

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        if options.readme:
            take_readme_picture(browser, site)
        else:
            take_all(browser, site, options.out)
        browser.close()
    return 0


def take_all(browser: Browser, site: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        for width in WIDTHS:
            for name, address in pages(browser, site).items():
                page = opened(browser, address, theme, width, height=900)
                picture = out / f"{name}-{theme}-{width}.png"
                page.screenshot(path=picture, full_page=True)
                page.context.close()
                print(picture)


def take_readme_picture(browser: Browser, site: Path) -> None:
    """The experiment that the article is about, as a README shows it, small enough to be committed."""
    page = opened(browser, pages(browser, site)["experiment-fake-box"], "light", width=1280, height=800)
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=README_PICTURE)
    print(f"{README_PICTURE} ({README_PICTURE.stat().st_size / 1024:.0f} KiB)")


def pages(browser: Browser, site: Path) -> dict[str, str]:
    """A name and the address for: home, every experiment, a run of every status, the problems."""
    found = {"home": (site / "index.html").as_uri()}
    for folder in sorted((site / "e").iterdir()):
        found[f"experiment-{folder.name.rpartition('-')[0]}"] = (folder / "index.html").as_uri()
    for folder in sorted((site / "r").iterdir()):
        status = status_of(folder / "index.html")
        found.setdefault(f"run-{status}", (folder / "index.html").as_uri())
    found["problems"] = (site / "problems" / "index.html").as_uri()
    return found


def status_of(page: Path) -> str:
    """The status that a run's page shows."""
    text = page.read_text(encoding="utf-8")
    return next(
        (word for word in ("failed", "killed", "running") if f'data-status="{word}"' in text), "finished"
    )


def opened(browser: Browser, address: str, theme: str, width: int, height: int) -> Page:
    """The page, once its charts are drawn."""
    context = browser.new_context(
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("load")
    page.wait_for_timeout(700)  # charts are drawn after the page; nothing depends on this but the picture
    return page


if __name__ == "__main__":
    sys.exit(main())
