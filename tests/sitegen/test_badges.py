"""Badges: strict SVG whatever the names, stable addresses, values of main, colours of gates."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from commits import A, B, made
from hostile import NAMES
from hypothesis import given
from hypothesis import strategies as st
from records import catalog, run

from sitegen.badge_plan import badge_path, plan_badges
from sitegen.badges import badge_svg, text_width
from sitegen.build import fill
from sitegen.config import SiteConfig
from sitegen.safe import shown
from sitegen.site import MemorySite

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    "svg": {"width", "height", "viewBox", "role", "aria-label"},
    "title": set(),
    "path": {"fill", "d"},
    "g": {"fill", "font-family", "font-size", "text-anchor"},
    "text": {"aria-hidden", "x", "y", "fill", "fill-opacity", "textLength", "lengthAdjust"},
}
COLORS = {"#2f7d1f": "good", "#c0392b": "bad", "#33689c": "neutral"}


def badges(*runs, **options: Any) -> dict[str, str]:
    """The badges of a site, by path."""
    return {badge.path: badge.svg for badge in plan_badges(catalog(*runs, **options), SiteConfig(**options))}


def said(svg: str) -> tuple[str, str]:
    """What a badge says, and its colour by name."""
    root = ET.fromstring(svg)
    color = root.findall(f"{SVG}path")[1].attrib["fill"]
    return root.findtext(f"{SVG}title") or "", COLORS[color]


def only(*runs, **options: Any) -> tuple[str, str]:
    ((_, svg),) = badges(*runs, **options).items()
    return said(svg)


def check_strict(svg: str, label: str, value: str) -> None:
    root = ET.fromstring(svg)
    expected = [" ".join(shown(text).split()) for text in (label, value)]
    for element in root.iter():
        tag = element.tag.removeprefix(SVG)
        assert element.attrib.keys() <= ALLOWED[tag]
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert len(texts) == 4
    for text, whole in zip(texts[::2], expected, strict=True):
        assert text == whole or (text.endswith("…") and whole.startswith(text[:-1]))
    assert root.attrib["aria-label"] == root.findtext(f"{SVG}title")


@pytest.mark.parametrize("name", NAMES)
def test_hostile_name_stays_a_text(name):
    check_strict(badge_svg(name, name, "neutral"), name, name)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_makes_strict_svg_and_nothing_else(label, value):
    check_strict(badge_svg(label, value, "good"), label, value)


def test_texts_have_the_room_that_verdana_takes():
    assert text_width("test/auc") == 45  # 4,114 thousandths of 11 pixels
    assert text_width("0.9123") == 39
    assert text_width("学習率") == 33
    assert text_width("iiii") < text_width("mmmm")


def test_address_is_made_of_what_the_names_say():
    assert badge_path("Fake box", "test/AUC (macro)") == "badges/fake-box-test-auc-macro.svg"
    assert badge_path("réseau", "R²") == "badges/reseau-r2.svg"


def test_name_of_which_nothing_can_stand_in_an_address_gets_a_hash():
    one, other = badge_path("学習", "精度"), badge_path("学習", "損失")

    assert one != other
    assert badge_path("box", "精度").startswith("badges/box-")
    assert all(path.isascii() and path.endswith(".svg") for path in (one, other))


def test_two_badges_never_share_an_address_and_the_older_keeps_its_own():
    old = made(1, experiment="a b", metrics={"c/auc": [0.1]})
    new = made(2, experiment="a", metrics={"b/c/auc": [0.2]})

    alone, both = badges(old), badges(old, new)

    assert list(alone) == ["badges/a-b-c-auc.svg"]
    assert len(both) == 2
    assert both["badges/a-b-c-auc.svg"] == alone["badges/a-b-c-auc.svg"]


def test_value_is_the_mean_over_the_seeds_of_the_newest_commit_of_main():
    main = [made(n, A, params={"seed": n}, metrics={"auc": [value]}) for n, value in ((1, 0.8), (2, 0.9))]
    later = made(3, B, "pr/1", metrics={"auc": [0.1]})

    assert only(*main, later) == ("auc: 0.8500", "neutral")
    assert only(later) == ("auc: 0.1000", "neutral")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"metrics": {"auc": [0.9, math.nan]}}, "auc: NaN"),
        ({"status": "running", "metrics": {"auc": [0.9]}}, "auc: no finished run"),
    ],
)
def test_what_has_no_value_is_told(fields, told):
    assert only(made(1, **fields)) == (told, "neutral")


def test_label_and_unit_are_those_of_the_configuration():
    goals = {"loss": {"goal": "min", "unit": "nats", "label": "Loss <b>"}}

    assert only(made(1, metrics={"loss": [0.5]}), goals=goals) == ("Loss <b>: 0.5000 nats", "neutral")


@pytest.mark.parametrize(
    ("gate", "color"),
    [
        ({"min": 0.8}, "good"),
        ({"min": 0.95}, "bad"),
        ({"min": 0.8, "max_drop": 0.2}, "good"),
        ({"max_drop": 0.05}, "bad"),
        ({"min": 0.8, "max_drop": 0.2, "noise": "2 stderr"}, "neutral"),
        ({"max_drop": 0.2, "against": "latest nowhere"}, "neutral"),
        ({"min": 0.95, "max_drop": 0.2, "against": "git:v1"}, "bad"),
        ({"max_rise": 0.2}, "neutral"),
        ({"min": 0.95, "experiment": "another"}, "neutral"),
    ],
)
def test_colour_is_that_of_the_gate(gate, color):
    before, newest = made(1, A, metrics={"auc": [1.0]}), made(2, B, metrics={"auc": [0.9]})

    assert only(before, newest, gates={"auc": gate}) == ("auc: 0.9000", color)


def test_main_metric_and_those_with_a_goal_or_a_gate_have_badges_unless_others_are_named():
    metrics = {"test/auc": [0.9], "train/auc": [0.99], "rows": [3.0], "loss": [0.1], "x": [1.0]}
    one = run(1, metrics=metrics)

    def names(**options: Any) -> list[str]:
        return [path.removeprefix("badges/fake-box-") for path in badges(one, **options)]

    assert names() == ["test-auc.svg"]
    assert names(gates={"x": {"min": 0.0}}, goals={"loss": "min"}) == ["loss.svg", "x.svg"]
    assert names(badges=["rows", "never"]) == ["rows.svg"]
    assert names(badges=[]) == []


def test_badge_in_our_own_readme_is_one_that_a_site_has(example):
    shown_there = (ROOT / "docs/images/badge.svg").read_text(encoding="utf-8")

    label, _, value = said(shown_there)[0].rpartition(": ")

    assert "docs/images/badge.svg" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert shown_there == badge_svg(label, value, "neutral")
    built = (example.site / badge_path("fake box", label)).read_text(encoding="utf-8")
    assert said(built)[0].rpartition(": ")[0] == label


def test_badges_lie_in_the_site(example):
    site = MemorySite()

    fill(site, [example.store], SiteConfig())

    found = {path for path in site.files if path.startswith("badges/")}
    assert "badges/fake-box-auc-in-test.svg" in found
    for path in found:
        ET.fromstring(site.files[path])
