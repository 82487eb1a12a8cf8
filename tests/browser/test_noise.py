"""Noise: the same pair of runs gets the same verdict on every page."""

from __future__ import annotations

import re

import pytest
from builders import RunPlan, make_store
from noise_cases import CASES
from playwright.sync_api import Page, expect
from records import only, run
from sites import built_site, page_of

from sitegen.build import build
from sitegen.config import SiteConfig
from sitegen.spreads import seed_spreads
from sitegen.urls import run_page
from sitegen.versus import versus

RUNS: list[tuple[dict[str, int], float, float]] = [  # params, the best auc, the last norm
    ({"depth": 1, "seed": 0}, 0.900, 3.0),
    ({"depth": 1, "seed": 1}, 0.910, 3.1),
    ({"depth": 1, "seed": 2}, 0.930, 3.0),  # as far from the first as two deviations
    ({"depth": 2, "seed": 0}, 0.940, 4.0),
    ({"depth": 2, "seed": 1}, 0.920, 4.2),
    ({"depth": 3, "seed": 0}, 0.955, 4.1),  # was not repeated
    ({"depth": 4}, 0.990, 9.0),  # alike, but no seed says that they are repetitions
    ({"depth": 4}, 0.985, 9.0),
]
VERDICT = re.compile(r"within noise|better|worse|same|=")


def names() -> list[str]:
    return [f"run-{number}" for number in range(len(RUNS))]


def verdict(text: str) -> str:
    """The word of a verdict; "" where no goal says it."""
    found = VERDICT.search(text)
    return "" if found is None else found[0].replace("=", "same")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    plans = [
        RunPlan({"test/auc": [0.5, auc], "norm": [1.0, norm]}, experiment="one", name=name, params=params)
        for name, (params, auc, norm) in zip(names(), RUNS, strict=True)
    ]
    return built_site(tmp_path_factory.mktemp("noise"), plans)


def table_says(page: Page, field: str) -> dict[str, str]:
    rows = page.locator("[data-runs-table] tbody tr")
    at = page.locator(f"[data-runs-table] thead th[data-field='{field}']").evaluate(
        "cell => cell.cellIndex + 1"
    )
    return {
        row.locator("th a").inner_text(): verdict(row.locator(f":scope > :nth-child({at})").inner_text())
        for row in rows.all()
    }


def compare_says(page: Page, metric: str) -> dict[str, str]:
    row = page.locator(".comparison__table tr").filter(has_text=metric)
    cells = row.locator(".comparison__metric").all()[1:]  # the first run is the baseline
    said = page.locator(".comparison__title bdi").all_inner_texts()[1:]
    return {
        name: verdict(cell.locator(".comparison__delta").inner_text())
        for name, cell in zip(said, cells, strict=True)
    }


def sentences_say(metric: str, base: str) -> dict[str, str]:
    """The same of the sentence on the page of a run, for a pair that need not be neighbours."""
    column = 1 if metric == "test/auc" else 2
    records = [
        run(number, name=name, params=known[0], metrics={metric: [known[column]]})
        for number, (name, known) in enumerate(zip(names(), RUNS, strict=True))
    ]
    experiment = only(*records)
    spreads = seed_spreads(experiment, experiment.main_metric)
    (before,) = (one for one in experiment.runs if one.record.name == base)
    return {
        one.record.name: verdict(versus(experiment, one, before, spreads, run_page(one.run_id))[-2].text)
        for one in experiment.runs
        if one is not before
    }


@pytest.mark.parametrize("base", ["run-0", "run-2", "run-4", "run-5", "run-6"])
def test_table_comparison_and_sentence_agree_on_every_pair(site, opened, base):
    page = opened(page_of(site))
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    ids = dict(page.evaluate("runfolio.data.page.runs.map(({name, id}) => [name, id])"))
    page.evaluate("(id) => { location.hash = `baseline=${id}`; }", ids[base])
    expect(page.locator(".runs__compared")).to_contain_text(base)
    in_table = {
        metric: table_says(page, f"delta:{field}:{metric}")
        for field, metric in (("best", "test/auc"), ("last", "norm"))
    }
    chosen = [ids[base], *(ids[name] for name in names() if name != base)]
    page = opened(site / "compare/index.html", f"#compare={','.join(chosen)}")
    expect(page.locator(".comparison__delta").first).to_be_visible()

    for metric in ("test/auc", "norm"):
        found = in_table[metric]
        found.pop(base)
        assert len(set(found.values())) > 1 or base == "run-6"
        assert found == compare_says(page, metric)
        assert found == sentences_say(metric, base)
    alike = {"run-0": {"run-1", "run-2"}, "run-2": {"run-0", "run-1"}, "run-4": {"run-3"}}.get(base, set())
    assert {name for name in alike if in_table["test/auc"][name] != "within noise"} == set()


def test_runs_that_differ_in_what_is_not_published_are_no_repetitions(tmp_path, opened):
    values = {1: (0.90, 0.91), 2: (0.95, 0.96)}  # by a param that is left out, of two seeds
    plans = [
        RunPlan({"test/auc": [value]}, name=f"{secret}-{seed}", params={"secret": secret, "seed": seed})
        for secret, pair in values.items()
        for seed, value in enumerate(pair)
    ]
    build([make_store(tmp_path, plans)], tmp_path / "public", SiteConfig(drop_params=["secret"]))
    page = opened(page_of(tmp_path / "public"))
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()
    ids = dict(page.evaluate("runfolio.data.page.runs.map(({name, id}) => [name, id])"))
    page.evaluate("(id) => { location.hash = `baseline=${id}`; }", ids["1-0"])
    expect(page.locator(".runs__compared")).to_contain_text("1-0")
    found = table_says(page, "delta:best:test/auc")
    page = opened(
        tmp_path / "public/compare/index.html", f"#compare={','.join(ids[name] for name in sorted(ids))}"
    )
    expect(page.locator(".comparison__delta").first).to_be_visible()

    assert compare_says(page, "test/auc") == {"1-1": "within noise", "2-0": "better", "2-1": "better"}
    assert found == {"1-0": "", "1-1": "within noise", "2-0": "better", "2-1": "better"}


def test_the_best_of_seeds_is_no_better_than_the_others(site, opened):
    """What was asked by the run page and answered otherwise by the compare page."""
    page = opened(page_of(site))
    page.locator("[data-runs-table] tbody th a", has_text="run-2").click()

    expect(page.locator(".sentence__versus")).to_contain_text(
        "seed 1 → 2; best test/auc 0.9100 → 0.9300, +0.0200, within noise"
    )
    page.get_by_role("link", name="Compare with previous").click()

    expect(page.locator(".comparison__delta").first).to_contain_text("within noise")


def test_differences_that_chance_alone_makes_are_noise_in_the_browser_too(site, opened):
    page = opened(page_of(site))
    given = [
        [gap, *({"n": 1, "std": each[0], "group": str(each[1])} if each else None for each in pair)]
        for gap, *pair, _, _ in CASES
    ]

    found = page.evaluate(
        """(cases) => cases.map((pair) =>
            runfolio.noise(...pair.map((one) => one ?? {n: 1, std: NaN, group: null})))""",
        given,
    )

    assert [(one["isAll"], one["said"]) for one in found] == [(is_all, said) for *_, is_all, said in CASES]


def test_a_mean_is_less_uncertain_than_a_run(site, opened):
    page = opened(page_of(site))

    found = page.evaluate(
        """[0.0149, 0.0151].map((gap) =>
            runfolio.noise(gap, {n: 1, std: 0.01, group: null}, {n: 4, std: 0.01, group: null}))"""
    )

    assert [one["isAll"] for one in found] == [True, False]
    assert found[0]["said"] == "chance alone gives ± 0.01 and ± 0.005, 0.015 together"
    assert (
        page.evaluate("runfolio.noise(0.1, {n: 1, std: NaN, group: null}, {n: 3, std: NaN, group: null})")
        is None
    )
