"""What a link to a page shows elsewhere, and which address a page says it has."""

from __future__ import annotations

import hashlib
from pathlib import Path

import hostile
import html5lib
import pytest
from builders import RunPlan, make_runs, make_store
from made_pictures import jpeg

from sitegen.build import fill
from sitegen.config import SiteConfig
from sitegen.site import MemorySite

CURVE = {"test/auc": [0.5, 0.9]}
BASE = "https://ann.github.io/boxes/"


def site_of(store: Path, **options) -> dict[str, str]:
    site = MemorySite()
    fill(site, [store], SiteConfig(**options))
    return {path: data.decode() for path, data in site.files.items() if path.endswith(".html")}


def heads(html: str) -> dict[str, str]:
    """What the head of a page says, by name or property; its canonical address, too."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    found = {}
    for element in tree.find("head"):
        name = element.get("name") or element.get("property")
        if name:
            assert name not in found
            found[name] = element.get("content")
        elif element.get("rel") == "canonical":
            found["canonical"] = element.get("href")
    found["title"] = tree.find("head/title").text
    return found


def only(pages: dict[str, str], start: str) -> str:
    (html,) = (html for path, html in pages.items() if path.startswith(start))
    return html


def test_every_page_says_in_a_sentence_what_it_shows(tmp_path):
    plans = [
        RunPlan({"test/auc": [0.5, 0.6 + n / 10]}, "fake box", f"run-{n}", params={"depth": n})
        for n in range(3)
    ]
    pages = site_of(make_store(tmp_path, plans), title="Boxes")
    said = {path: heads(html) for path, html in pages.items() if path != "404.html"}

    for head in said.values():
        assert head["description"] == head["og:description"]
        assert 10 < len(head["description"]) <= 200
        assert head["og:title"] == head["title"]
        assert head["og:site_name"] == "Boxes"
    assert said["index.html"]["description"] == "1 experiment, 3 runs: fake box"
    assert said["index.html"]["og:type"] == "website"
    experiment = next(head for path, head in said.items() if path.startswith("e/"))
    assert experiment["description"].startswith("3 runs. Best test/auc 0.8")
    best = next(head for head in said.values() if head["title"].startswith("run-2"))
    assert best["description"].startswith("A run of fake box, finished. Best test/auc 0.8")
    assert "rank 1 of 3" in best["description"]
    assert len({head["description"] for head in said.values()}) == len(said)


def test_without_an_address_of_the_site_no_page_claims_one(tmp_path):
    pages = site_of(make_store(tmp_path, [RunPlan(CURVE)]))

    for html in pages.values():
        assert not {"canonical", "og:url", "og:image"} & heads(html).keys()
    assert "href=" not in pages["404.html"]


@pytest.mark.parametrize("base", [BASE, BASE.rstrip("/")])
def test_with_one_each_page_has_its_own(tmp_path, base):
    pages = site_of(make_store(tmp_path, [RunPlan(CURVE)]), base_url=base)

    for path, html in pages.items():
        if path != "404.html":
            head = heads(html)
            assert head["canonical"] == head["og:url"] == BASE + path.removesuffix("index.html")


def test_the_page_for_lost_addresses_leads_home_from_any_depth(tmp_path):
    html = site_of(make_store(tmp_path, [RunPlan(CURVE)]), base_url=BASE)["404.html"]

    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert [link.get("href") for link in tree.iter("a")] == [BASE]
    assert "canonical" not in heads(html)


def test_a_run_with_a_picture_shows_it_where_its_link_is_seen(tmp_path):
    data = jpeg()
    digest = hashlib.sha256(data).hexdigest()
    (run,) = make_runs(
        tmp_path / "tracking",
        [RunPlan(CURVE, facts=[("artifact", "roc.jpg", {"size": len(data), "sha256": digest})])],
    )
    (run.path / "artifacts").mkdir()
    (run.path / "artifacts" / "roc.jpg").write_bytes(data)

    shown, unknown = (site_of(tmp_path / "tracking", **options) for options in ({"base_url": BASE}, {}))

    assert heads(only(shown, "r/"))["og:image"] == f"{BASE}a/{digest[:32]}.jpg"
    assert "og:image" not in heads(only(unknown, "r/"))


@pytest.mark.parametrize("text", hostile.MARKUP)
def test_hostile_names_stay_texts_of_the_head(tmp_path, text):
    store = make_store(tmp_path, [RunPlan(CURVE, name=text, experiment=text)])

    pages = site_of(store, title=text, base_url=BASE)

    for path in ("e/", "r/"):
        head = heads(only(pages, path))
        assert head["og:title"] == f"{text} · {text}"
        assert text[:50] in head["og:description"] or path == "e/"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "boxes",
        "ftp://x.org/",
        "//x.org/",
        "javascript:alert(1)",
        "https://",
        "https://x.org/?a=1",
        "https://x.org/#a",
        "https://ann:pw@x.org/",
        "https://x.org/a b",
        'https://x.org/"><script>',
        "https://x.org:99999999/",
        "https://x.org\n",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(url):
    with pytest.raises(ValueError, match="is no address of a site"):
        SiteConfig(base_url=url)


@pytest.mark.parametrize("url", ["http://localhost:8000/x/", "https://x.org", "https://x.org/a/~b/"])
def test_addresses_of_sites_end_with_a_slash(url):
    assert str(SiteConfig(base_url=url).base_url) == url.rstrip("/") + "/"
