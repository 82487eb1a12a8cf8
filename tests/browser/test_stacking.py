"""The promise of the first page: three log lines, a build, and curves that lie on one another."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from logger import set_tracking_uri, start_run
from sitegen.build import build

METRICS = ("train/auc", "test/auc", "loss", "learning rate")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Four runs of four metrics, logged, then built."""
    set_tracking_uri(tmp_path / "tracking")
    for number in range(4):
        with start_run(experiment="fake box", run_name=f"run {number}") as run:
            run.log_param("depth", number)
            for step in range(30):
                for place, metric in enumerate(METRICS):
                    run.log_metric(metric, 0.9 - math.exp(-step / (5 + number + place)), step=step)
    build([tmp_path / "tracking"], tmp_path / "public")
    return tmp_path / "public"


def card(page: Page, title: str):
    return page.locator("figure.chart-card").filter(
        has=page.locator(".chart-card__title").get_by_text(title, exact=True)
    )


@pytest.mark.parametrize("served", [False, True], ids=["from disk", "under /repo/"])
def test_two_runs_show_train_and_test_stacked_on_one_card(tmp_path, opened, served):
    set_tracking_uri(tmp_path / "tracking")
    for number in range(2):
        with start_run(experiment="fake box") as run:
            for step in range(20):
                run.log_metric("train/auc", 0.7 + step / 100 + number / 50, step=step)
                run.log_metric("test/auc", 0.6 + step / 100 + number / 50, step=step)
    site = tmp_path / "public"
    build([tmp_path / "tracking"], site)

    page = opened(site / "index.html", site=site if served else None)
    page.get_by_role("link", name="fake box").first.click()

    figures = page.locator("figure.chart-card")
    expect(figures).to_have_count(1)
    expect(figures).to_have_attribute("data-drawn", "true")
    expect(figures).to_have_attribute("data-series", "4")
    expect(figures).to_have_attribute("data-points", "80")
    expect(figures.locator(".chart-card__title")).to_have_text("auc")
    expect(figures.locator(".chart-card__footer")).to_have_text("4 of 4 series · all points")
    expect(figures.locator("canvas.marks")).to_be_visible()


def test_stacked_metrics_of_chosen_runs_are_the_same_in_a_fresh_profile(site, opened):
    (path,) = (site / "e").glob("*/index.html")
    page = opened(path)
    auc = card(page, "auc")
    expect(auc).to_have_attribute("data-series", "8")
    for name in ("run 0", "run 2"):
        page.get_by_role("checkbox", name=f"draw {name}").uncheck()
    expect(auc).to_have_attribute("data-series", "4")
    auc.get_by_role("button", name="add metric…").click()
    page.get_by_role("searchbox", name="search metrics").fill("rate")
    page.keyboard.press("Enter")
    expect(card(page, "test/auc + train/auc + learning rate")).to_have_attribute("data-series", "6")
    address = page.url

    fresh = opened(path, "#" + address.partition("#")[2])

    again = card(fresh, "test/auc + train/auc + learning rate")
    expect(again).to_have_attribute("data-drawn", "true")
    expect(again).to_have_attribute("data-series", "6")
    expect(again.locator(".chart-chip")).to_have_text(["test/auc×", "train/auc×", "learning rate×"])
    expect(again.locator(".chart-legend__name")).to_have_text(["run 1", "run 3"])
    expect(fresh.get_by_role("checkbox", name="draw run 0")).not_to_be_checked()
    expect(fresh.get_by_role("checkbox", name="draw run 3")).to_be_checked()
    expect(card(fresh, "loss")).to_have_attribute("data-series", "2")


def test_copied_link_is_the_address_of_the_view(site, opened):
    (path,) = (site / "e").glob("*/index.html")
    page = opened(path, permissions=["clipboard-read", "clipboard-write"])
    expect(card(page, "auc")).to_have_attribute("data-drawn", "true")
    page.get_by_role("checkbox", name="log y").check()

    page.get_by_role("button", name="copy link").click()

    expect(page.get_by_role("button", name="copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.url.endswith("#y=log")


def test_run_page_tells_metrics_by_colour(site, opened):
    path = sorted((site / "r").glob("*/index.html"))[0]

    page = opened(path)

    auc = card(page, "auc")
    expect(auc).to_have_attribute("data-series", "2")
    samples = auc.locator(".chart-chip .chart-sample")
    expect(samples).to_have_count(2)
    colors = [samples.nth(number).get_attribute("data-color") for number in range(2)]
    assert colors == ["0", "1"]


def test_card_of_one_metric_says_on_which_data_it_was_measured(tmp_path, opened):
    set_tracking_uri(tmp_path / "tracking")
    with start_run(experiment="fake box") as run:
        for step in range(9):
            run.log_metrics({"train/loss": 1 / (step + 1), "val_acc": step, "auc": step}, step=step)
    build([tmp_path / "tracking"], tmp_path / "public")

    page = opened(next(tmp_path.glob("public/e/*/index.html")))

    expect(card(page, "loss").locator(".chart-chip")).to_have_text(["train×"])
    for title in ("val_acc", "auc"):  # these say it, or have nothing to say
        expect(card(page, title).locator(".chart-chip")).to_be_hidden()
