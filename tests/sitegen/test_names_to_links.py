"""Every name that may be logged comes out of the site as it went in, and every link lands."""

from __future__ import annotations

import posixpath
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import html5lib
import pytest
from builders import RunPlan, make_store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logger.errors import InvalidName
from logger.layout import experiment_key
from logger.names import check_name
from sitegen.build import fill
from sitegen.config import SiteConfig
from sitegen.safe import shown
from sitegen.site import MemorySite

ODD_NAMES = [
    "acc@5",
    "R²",
    "loss/train",
    "f1 (macro)",
    "réseau de neurones",
    "</script><script>alert(1)</script>",
    "<!--",
    "]]>",
    "{{ 7*7 }}{% raw %}",
    "&amp;&lt;",
    "\"'`=",
    "%2e%2e%2f",
    "javascript:alert(1)",
    "__proto__/constructor",
    "a\\b",
    "C:con",
    "NUL.txt",
    "train/test",
    "日本語/実験",
    "🦊🧪",
    "שלום",
    "x" * 250,
    "0",
    "-1",
    "#?&;",
]


def accepted(name: str, kind: str) -> bool:
    try:
        check_name(name, kind)
    except InvalidName:
        return False
    return True


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(
    lambda name: accepted(name, "metric")
)


def site_of(names: list[str]) -> dict[str, bytes]:
    """A site in which every name is that of an experiment, a run, a metric, a param and a tag."""
    plans = [
        RunPlan(
            {name: [0.1, 0.2]},
            experiment=name,
            name=name,
            params={name: name} if accepted(name, "param") else {},
            tags={name: name} if accepted(name, "tag") else {},
        )
        for name in names
    ]
    site = MemorySite()
    with TemporaryDirectory() as folder:
        fill(site, [make_store(Path(folder), plans)], SiteConfig())
    return site.files


def parsed(page: bytes) -> object:
    return html5lib.HTMLParser(namespaceHTMLElements=False).parse(page.decode())


def text_of(tree: object) -> str:
    return "\n".join(tree.itertext())


def broken_links(files: dict[str, bytes]) -> list[str]:
    broken = []
    for path, content in files.items():
        if path.endswith(".html"):
            for element in parsed(content).iter():
                if isinstance(element.tag, str):
                    target = element.get("href") or element.get("src") or ""
                    parts = urlsplit(target)
                    landed = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path))
                    if parts.path and not parts.scheme and landed not in files:
                        broken.append(f"{path}: {target}")
    return broken


def check(names: list[str]) -> None:
    files = site_of(names)

    home = text_of(parsed(files["index.html"]))
    first_of_key = {experiment_key(name): name for name in reversed(names)}
    for name in first_of_key.values():
        assert shown(name) in home
    runs = [text_of(parsed(content)) for path, content in files.items() if path.startswith("r/")]
    assert len(runs) == len(names)
    for name in names:
        assert any(shown(name) in text for text in runs)
    assert broken_links(files) == []
    assert all(path.isascii() and path == unicodedata.normalize("NFC", path) for path in files)


@pytest.mark.parametrize("kind", ["experiment", "run", "metric"])
@pytest.mark.parametrize("name", ODD_NAMES, ids=lambda name: ascii(name)[:20])
def test_odd_name_is_one_that_may_be_logged(name, kind):
    assert accepted(name, kind)


def test_odd_names_come_out_of_the_site_as_they_went_in_and_every_link_lands():
    check(ODD_NAMES)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NAMES, min_size=1, max_size=8, unique_by=experiment_key))
def test_any_name_that_may_be_logged_comes_out_of_the_site_as_it_went_in(names):
    check([unicodedata.normalize("NFC", name) for name in names])
