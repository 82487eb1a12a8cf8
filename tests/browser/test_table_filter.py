"""The filter box: the grammar of `search_runs`, held to the same table of cases; plain words beside it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from builders import RunPlan
from playwright.sync_api import expect
from sites import built_site, page_of, sweep

from logger.search import search_runs
from logger.store import Store

TABLE = json.loads((Path(__file__).parents[1] / "filter_cases.json").read_text(encoding="utf-8"))

# The rows of the table as a page could hold them: what each field says, by its name.
EVALUATE = """async ([runs, filters]) => {
  const { filter, selection } = await runfolio.later("filter");
  const float = (value) => (value?.float ? Number(value.float.replace("inf", "Infinity")) : value ?? null);
  const told = (run, { kind, name }) => {
    if (kind === "params" || kind === "tags") {
      const value = new Map(Object.entries(run[kind])).get(name) ?? null;
      return Array.isArray(value) ? "[]" : value;
    }
    if (kind !== "attributes") {
      const metric = new Map(Object.entries(run.metrics)).get(name);
      const goal = new Map(Object.entries(run.goals)).get(name);
      const what = kind === "metrics" ? "last" : kind === "best" ? goal : kind;
      return metric && what ? float(metric[what]) : null;
    }
    const [started, ended] = [Date.parse(run.start_time), run.end_time && Date.parse(run.end_time)];
    if (name === "start_time") return started;
    if (name === "end_time") return ended;
    if (name === "duration") return ((ended ?? Date.parse(run.last_active)) - started) / 1000;
    return run[name] ?? null;
  };
  return filters.map((text) => {
    try {
      const read = (field) => (run) => told(run, field);
      return { runs: selection.selected(filter.parse(text), runs, read).map(({ name }) => name) };
    } catch (error) {
      if (error.name !== "FilterError") return { error: String(error) };
      return { column: error.column };
    }
  });
}"""


# The names of the runs that a page lists, for each filter.
LISTED = """(filters) => runfolio.later("filter").then(() => filters.map((text) => {
  runfolio.view.set("find", text, { step: false });
  return runfolio.table.listed().items.map((item) => runfolio.data.page.runs[item].name).sort();
}))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return page_of(built_site(tmp_path_factory.mktemp("filter"), sweep(12)))


def test_each_filter_of_the_table_means_the_same_as_in_a_search(site, opened):
    page = opened(site)
    cases = TABLE["filters"]

    found = page.evaluate(EVALUATE, [TABLE["runs"], [case["filter"] for case in cases]])

    wrong = {
        case["filter"]: answer
        for case, answer in zip(cases, found, strict=True)
        if answer != {key: value for key, value in case.items() if key in ("runs", "column")}
    }
    assert wrong == {}


def _plan(case):
    """A run of the table of cases as a store holds it, in one experiment with the others."""

    def values(told):
        last = float(told["last"]["float"]) if isinstance(told["last"], dict) else told["last"]
        return [value for value in (told["max"], told["min"]) if value is not None] + [last]

    started = datetime.fromisoformat(case["start_time"])
    ended = datetime.fromisoformat(case["end_time"] or case["last_active"])
    return RunPlan(
        {name: values(told) for name, told in case["metrics"].items()},
        experiment="fake box",
        name=case["name"],
        params=case["params"],
        tags=case["tags"],
        provenance={
            key: value
            for key, value in (("user", case["user"]), ("script", case["source"]))
            if value is not None
        },
        status=case["status"],
        reason=case.get("reason"),
        seconds=(ended - started).total_seconds(),
        started=round(started.timestamp() * 1e6),
    )


def test_columns_of_a_page_answer_as_a_search_of_its_store(tmp_path, opened):
    ours = (
        "experiment",
        "best.",
        "delta run",
        "end_time IS",
    )  # of one experiment, with assumed goals; it has ended
    plans = [_plan(case) for case in TABLE["runs"] if case["end_time"]]
    page = opened(page_of(built_site(tmp_path, plans)))
    cases = [
        case
        for case in TABLE["filters"]
        if case.get("runs") and not any(word in case["filter"] for word in ours)
    ]
    expect(page.locator("[data-runs-table] tbody input").first).to_be_visible()

    found = page.evaluate(LISTED, [case["filter"] for case in cases if case["filter"].strip()])

    wanted = [sorted(set(case["runs"]) - {"delta run"}) for case in cases if case["filter"].strip()]
    wrong = {
        case["filter"]: (answer, right)
        for case, answer, right in zip([c for c in cases if c["filter"].strip()], found, wanted, strict=True)
        if answer != right
    }
    assert len(found) > 100
    assert wrong == {}


def test_a_filter_selects_rows_and_an_error_lists_all_and_says_where(site, opened):
    page = opened(site)
    rows = page.locator("[data-runs-table] tbody tr")
    box = page.get_by_role("searchbox")
    expect(rows.locator("input").first).to_be_visible()

    box.fill("params.depth = 3 AND params.kind = 'odd'")
    expect(rows).to_have_count(1)
    expect(page.locator("#runs-wrong")).to_be_empty()

    box.fill("params.depth = 3 AND param.kind =")
    expect(page.locator("#runs-wrong")).to_contain_text("expected a value, found the end")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(rows).to_have_count(12)

    box.fill("params.kind = 'odd' and depth > 2")
    expect(page.locator("#runs-wrong")).to_contain_text("depth is no attribute of a run. Try: params.depth")
    expect(page.locator("#runs-wrong")).not_to_contain_text("metrics.depth")

    box.fill("")
    expect(rows).to_have_count(12)
    expect(page.locator("#runs-wrong")).to_be_empty()

    nothing = page.locator(".runs-table__nothing")
    box.fill("odd AND params.depth > 2")
    expect(nothing).to_contain_text("This was read as words")
    box.fill("params.nosuch = 1 and metrics.nor > 2")
    expect(nothing).to_contain_text("No run has params.nosuch or metrics.nor.")


def test_whole_numbers_that_are_too_large_for_a_float_are_told_apart(tmp_path, opened):
    versions = [2**53 - 1, 2**53 + 1, -(2**53) - 1, 2**64 - 1, 10**40, "18446744073709551615", 2.0**53, 0.5]
    plans = [
        RunPlan({"auc": [0.5]}, params={"version": version}, name=f"run {number}")
        for number, version in enumerate(versions)
    ]
    site = built_site(tmp_path, plans)
    filters = [
        f"params.version {operator} {value}"
        for operator in ("=", "!=", "<", ">=")
        for value in (2**53, f"+{2**53 + 1}", -(2**53) - 1, 2**64 - 1, f"'{2**64 - 1}'", "1e19", 10**40)
    ]
    page = opened(page_of(site))
    expect(page.locator("[data-runs-table] tbody input")).to_have_count(len(versions))

    found = page.evaluate(LISTED, filters)

    store = Store(tmp_path / "tracking")
    searched = [search_runs(store, filter_string=text, output_format="list") for text in filters]
    assert found == [sorted(run.name for run in runs) for runs in searched]


@pytest.mark.parametrize(
    ("text", "is_filter"),
    [
        ("metrics.loss < 0.5", True),
        ("NOT (status = 'failed')", True),
        ("status=failed", True),
        ("depth = 3", True),
        ("metrcs.loss < 3", True),
        ('params."weird name" IS NULL', True),
        ("params.a,b = 1", True),
        ("params.calm otter", False),
        ("depth=3", False),
        ("depth=3 odd", False),
        ("calm otter", False),
        ("model in box", False),
        ("it's", False),
        ("(a) b", False),
    ],
    ids=lambda value: str(value),
)
def test_a_text_that_does_not_begin_like_a_filter_is_plain_words(site, opened, text, is_filter):
    page = opened(site)

    assert (
        page.evaluate("(text) => runfolio.later('filter').then(({ filter }) => filter.begins(text))", text)
        is is_filter
    )


def test_a_regular_expression_means_what_it_means_in_a_search(site, opened):
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = ["a.b", "aXb", "a\nb", "x-1", "x_1", "Ärger", "tab\there", "{3}", "a]b", "(q)", "ab\u00a0c", "é1"]
    patterns = [
        r"a.b", r"(?s)a.b", r"a\.b", r"[[:digit:]]$", r"[\w-]+1", r"\pL\d", r"\p{Lu}", r"\s", r"\Qa.b\E",
        r"^\{3\}$", r"{x|{3", r"]", r"\x{c4}", r"(?P<sign>[-_])1", r"(?i)ä",
        r"[^[:alpha:]]b", r"\A[a-x]", r"b\z",
        r"\_1", r"[\s]",
    ]  # fmt: skip
    wanted = [pc.match_substring_regex(pa.array(texts), pattern).to_pylist() for pattern in patterns]

    found = opened(site).evaluate(
        """([patterns, texts]) => runfolio.later("filter").then(({ regex }) =>
          patterns.map((one) => texts.map((text) => regex(one).test(text))))""",
        [patterns, texts],
    )

    assert dict(zip(patterns, found, strict=True)) == dict(zip(patterns, wanted, strict=True))
