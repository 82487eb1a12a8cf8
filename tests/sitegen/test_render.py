"""Render: valid pages, strict templates, and texts that stay texts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import hostile
import pytest
from jinja2 import UndefinedError
from made_pages import LINKS, curved, experiment, find, made_site, parsed, text_of
from records import run

from logger.records import Artifact, Problem
from sitegen.assets import templates_dir
from sitegen.pages import Page
from sitegen.render import CSP, Renderer
from sitegen.urls import Path


def story():
    """A site with something of everything."""
    problem = Problem("experiments/x/points-1.arrow", "is cut short", 12, f"{1:032x}", "fake box")
    return made_site(
        curved(
            1,
            {"train/auc": [0.5, 0.6], "test/auc": [0.4], "system/cpu": [1.0]},
            params={"a.b": 1, "a.c": "x" * 500, "lr": 0.1},
            tags={"t": "u"},
            note="# One\n\n- two\n",
            artifacts=(Artifact("a.txt", 3, "00"),),
            provenance={"script": "a.py", "user": "ann"},
            problems=(problem,),
        ),
        curved(2, {"test/auc": [0.5]}, status="failed", reason="no", params={"lr": 0.2}),
        run(3, status="running", ended=None, experiment="empty"),
        experiments=[experiment("fake box", note="words", tags={"team": "red"}), experiment("nothing")],
        problems=(problem,),
    )


PAGES = story().html


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_valid_html(path):
    tree = parsed(PAGES[path])
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]

    ids = [element.get("id") for element in elements if element.get("id")]
    levels = [int(e.tag[1]) for e in elements if re.fullmatch(r"h[1-6]", e.tag)]
    assert tree.get("lang") == "en"
    assert len(ids) == len(set(ids))
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [len(list(tree.iter(tag))) for tag in ("title", "main", "h1")] == [1, 1, 1]
    for label in (e.get("aria-labelledby") for e in elements if e.get("aria-labelledby")):
        assert label in ids


@pytest.mark.parametrize("path", [path for path in PAGES if path != "404.html"])
def test_a_page_keeps_to_its_policy(path):
    tree = parsed(PAGES[path])

    first = next(tree.iter("meta"))

    assert first.get("http-equiv") == "Content-Security-Policy"
    assert first.get("content") == CSP
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert element.tag not in ("style", "iframe", "object", "embed", "base", "form")
            assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        if element.tag == "script":
            assert element.get("src") or element.get("type") == "application/json"


def test_the_page_for_lost_addresses_loads_no_file_and_allows_its_own_style_alone():
    html = PAGES["404.html"]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    policy = next(parsed(html).iter("meta")).get("content")

    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"(?:href|src)=", html)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_of_no_other_host(path):
    assert not re.findall(r'(?:href|src)="(?:https?:)?//[^"]*', PAGES[path])


def test_pages_with_charts_load_vega_and_others_do_not():
    assert "vega.js" not in PAGES["index.html"]
    assert all("vega.js" in html for path, html in PAGES.items() if path == f"r/{1:032x}/index.html")


def test_the_theme_is_set_before_the_first_paint():
    html = PAGES["index.html"]

    assert '<script src="assets/theme.js"></script>' in html
    assert html.index("theme.js") < html.index("app.css")


def test_a_name_that_is_not_in_the_view_is_an_error(tmp_path):
    (tmp_path / "broken.html.j2").write_text("{{ view.absent }}")
    page = Page(Path("x.html"), "broken.html.j2", story().view("404.html"))

    with pytest.raises(UndefinedError):
        Renderer(tmp_path, LINKS).render(page)


def test_the_same_pages_give_the_same_bytes():
    assert story().html == PAGES


def test_no_template_prints_text_unescaped():
    for template in templates_dir().rglob("*.j2"):
        source = template.read_text("utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup", source), template


def test_every_template_says_what_it_takes():
    for template in templates_dir().rglob("*.j2"):
        opening = template.read_text("utf-8").split("-#}")[0]
        assert opening.startswith("{#-\n"), template
        assert re.search(r"Takes|\(", opening), template


@cache
def everywhere(text: str):
    """A site that holds a text at every place a user can put one."""
    problem = Problem(text, text, None, f"{1:032x}", text)
    record, curves = curved(
        1,
        {text: [0.1, 0.2], f"{text}/auc": [0.3]},
        name=text,
        experiment=text,
        params={text: text, "same": text, "tree." + text: 1, "tree.b": 2},
        tags={text: text},
        note=text,
        status="failed",
        reason=text,
        artifacts=(Artifact(text, 1, text),),
        provenance={"user": text, "script": text, "git_commit": text, "python": text},
        problems=(problem,),
        conflicts=((text, (text, 1)),),
    )
    other = replace(record, run_id=f"{2:032x}", params={text: 1, "same": text}, provenance={"user": "u"})
    return made_site(
        (record, curves),
        (other, curves),
        experiments=[experiment(text, note=text, tags={text: text})],
        problems=(problem,),
        title=text,
    )


@pytest.mark.parametrize("text", hostile.NAMES)
def test_a_hostile_text_stays_a_text_everywhere(text):
    site = everywhere(text)
    plain = everywhere("harmless")

    for html, model in zip(site.html.values(), plain.html.values(), strict=True):
        tree, expected = parsed(html), parsed(model)
        assert skeleton(tree) == skeleton(expected)
        for script in find(tree, "script", id="page-data"):
            assert json.loads(script.text)["runs"][0]["name"] == text
        for script in find(tree, "script", id="compare-index"):
            assert json.loads(script.text)["runs"][0][2] == text
    words = " ".join(text.split())
    assert words in text_of(next(parsed(site.run(1)).iter("h1")))
    assert words in text_of(next(parsed(site.home).iter("tbody")))
    assert words in text_of(next(parsed(site.html["problems/index.html"]).iter("ul")))


def skeleton(tree):
    """All elements that could do something, with the names of their attributes."""
    doing = ("script", "img", "iframe", "object", "form", "input", "button", "base", "meta", "link", "style")
    elements = [element for element in tree.iter() if element.tag in doing]
    harmless = r"\.\./|[a-z0-9]+/|index|[a-z]+-[0-9a-f]{16}\.parquet$|#|https?:"
    assert all(re.match(harmless, a.get("href")) for a in tree.iter("a"))
    return [(element.tag, tuple(sorted(element.attrib))) for element in elements]
