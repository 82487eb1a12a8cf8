"""What a site's configuration says of metrics, as pages tell it: units, what they are drawn over."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import RunPlan, make_store
from playwright.sync_api import Page, expect
from sites import page_of

from sitegen.build import build
from sitegen.config import BoardConfig, CardConfig, SiteConfig

CURVES = {"train/auc": [0.5, 0.7, 0.9], "test/auc": [0.5, 0.6, 0.7], "loss": [3.0, 2.0, 1.0]}


def configured(folder: Path, **options: object) -> Path:
    """A site of two runs."""
    plans = [
        RunPlan({name: [value + number / 10 for value in values] for name, values in CURVES.items()})
        for number in range(2)
    ]
    build([make_store(folder, plans)], folder / "public", SiteConfig.model_validate(options))
    return folder / "public"


def card(page: Page, title: str) -> object:
    found = page.locator("[data-card]", has=page.locator("figcaption bdi", has_text=title)).first
    found.scroll_into_view_if_needed()
    expect(found).to_have_attribute("data-drawn", "true")
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_unit_stands_on_the_card_and_in_the_head_of_the_column(tmp_path, opened, scripts):
    goals = {"loss": {"label": "Log loss", "unit": "nats"}, "test/auc": {"unit": "%"}}
    site = configured(tmp_path, goals=goals)

    page = opened(page_of(site), java_script_enabled=scripts)

    if scripts:
        card(page, "Log loss")
    expect(page.locator("figcaption", has_text="Log loss").first).to_have_text("Log loss nats")
    expect(page.locator("figcaption", has_text="auc").first).to_have_text("auc")  # train/auc has none
    heads = [" ".join(text.split()) for text in page.locator(".runs-table__label").all_inner_texts()]
    assert {"Log loss nats", "test/auc %", "train/auc"} <= {head.rstrip(" ↓↑") for head in heads}


def test_metrics_with_one_label_go_by_their_names_everywhere(tmp_path, opened):
    goals = {"test/auc": {"goal": "max", "label": "Zebra"}, "loss": {"label": "Zebra"}}
    plans = [RunPlan(CURVES, params={"lr": 0.1 * number}) for number in range(3)]
    build([make_store(tmp_path, plans)], tmp_path / "public", SiteConfig.model_validate({"goals": goals}))

    page = opened(page_of(tmp_path / "public"))

    card(page, "loss")
    expect(page.locator("[data-card] figcaption bdi")).to_have_text(["auc", "loss", "test/auc by lr"])
    expect(page.locator("main")).not_to_contain_text("Zebra")


def test_unit_goes_with_the_metrics_that_a_reader_leaves_on_a_card(tmp_path, opened):
    page = opened(page_of(configured(tmp_path, goals={"test/auc": {"unit": "%"}})))

    auc = card(page, "auc")
    auc.get_by_role("button", name="remove train/auc from this card").click()

    expect(auc.locator("figcaption")).to_have_text("test/auc %")


def test_unit_is_not_said_of_values_that_are_drawn_from_0_to_1(tmp_path, opened):
    page = opened(page_of(configured(tmp_path, goals={"loss": {"unit": "nats"}})), "#normal=on")

    expect(card(page, "loss").locator("figcaption")).to_have_text("loss")


def test_card_goes_by_the_x_of_the_one_metric_that_has_it_set(tmp_path, opened):
    page = opened(page_of(configured(tmp_path, goals={"test/auc": {"x": "loss"}})))

    auc = card(page, "auc")

    expect(auc.locator(".chart-card__under")).to_have_text("loss")
    expect(auc.locator(".chart-card__footer")).to_have_text("4 of 4 series · all points")


@pytest.mark.parametrize(
    ("goals", "metrics"),
    [
        ({"test/auc": {"x": "loss"}, "train/auc": {"x": "time"}}, ["train/auc", "test/auc"]),
        ({"test/auc": {"x": "loss"}}, ["test/auc", "loss"]),
    ],
    ids=["two are set", "one that is on the card"],
)
def test_card_whose_metrics_disagree_about_x_goes_by_step_and_says_so(tmp_path, opened, goals, metrics):
    boards = [BoardConfig(cards=[CardConfig(title="both", metrics=metrics)])]
    page = opened(page_of(configured(tmp_path, goals=goals, boards=boards)))

    both = card(page, "both")

    expect(both.locator(".chart-card__under")).to_be_hidden()
    footer = both.locator(".chart-card__footer")
    expect(footer).to_contain_text("by step: its metrics are defined with different x")
    page.get_by_label("x axis").select_option("time")
    expect(both.locator(".chart-card__under")).to_have_text("wall time")
    expect(footer).not_to_contain_text("defined with")
