"""The data of a site: read by other libraries with the lines of its page, and no more than is published."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from builders import RunPlan, make_store
from made_pages import find, parsed, text_of
from made_stores import PRIVATE_WORDS, private_run
from rich_stores import HARD, files_in

from sitegen.build import build, fill
from sitegen.config import SiteConfig
from sitegen.kinds import EVERYTHING
from sitegen.pages.data import HOLDS, MEANINGS
from sitegen.pointgroups import POINTS
from sitegen.runtables import TABLES
from sitegen.site import MemorySite

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "data.md"
LONG = [math.sin(step / 50) for step in range(5000)]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site, and the current folder."""
    plans = [
        RunPlan({"auc": HARD, "loss": [3.0, 2.0, 1.0 / (n + 1)]}, "fake box", f"run-{n}", params={"depth": n})
        for n in range(3)
    ]
    build([make_store(tmp_path, plans)], tmp_path / "public")
    monkeypatch.chdir(tmp_path / "public")
    return tmp_path / "public"


def lines_for(site: Path, program: str) -> str:
    """The lines that the page offers."""
    tree = parsed((site / "data/index.html").read_text())
    (title,) = find(tree, "h3", id=f"{program}-title")
    places = list(find(tree, "pre", aria_labelledby=title.get("id"))) or [
        one for one in tree.iter("pre") if one.get("aria-labelledby") == title.get("id")
    ]
    return "".join(places[0].itertext())


def ran(lines: str) -> dict:
    names: dict = {}
    exec(lines, names)
    return names


def test_the_lines_for_duckdb_run(site):
    names = ran(lines_for(site, "duckdb"))

    assert sorted(names["runs"]["name"]) == ["run-0", "run-1", "run-2"]
    assert len(names["points"]) == 30
    assert set(names["best"]["metric"]) == {"auc", "loss"}
    assert str(names["points"]["time"].dtype).startswith("datetime64[us")
    names["duckdb"].default_connection().close()


def test_the_lines_for_pandas_run(site):
    names = ran(lines_for(site, "pandas"))

    assert sorted(names["runs"]["name"]) == ["run-0", "run-1", "run-2"]
    assert sorted(names["wide"]["depth"]) == ["0", "1", "2"]
    values = names["points"].query("metric == 'auc'")["value"].to_list()[: len(HARD)]
    assert repr(values) == repr(HARD)


def test_the_lines_for_polars_run(site):
    names = ran(lines_for(site, "polars"))

    assert sorted(names["runs"]["name"]) == ["run-0", "run-1", "run-2"]
    assert names["metrics"].height == 6
    assert sorted(names["points"]["len"]) == [3, 3, 3, 7, 7, 7]


@pytest.mark.parametrize("library", ["duckdb", "pandas", "polars"])
def test_points_are_read_without_loss_by(library, site):
    path = str(next((site / "data").glob("points-*")))
    if library == "duckdb":
        with duckdb.connect() as connection:
            found = connection.sql(f"SELECT step, value FROM '{path}' WHERE metric = 'auc'").fetchall()
    elif library == "pandas":
        table = pd.read_parquet(path).query("metric == 'auc'")
        found = list(zip(table["step"].to_list(), table["value"].to_list(), strict=True))
    else:
        found = pl.read_parquet(path).filter(pl.col("metric") == "auc").select("step", "value").rows()

    assert repr(found) == repr(list(enumerate(HARD)) * 3)


def test_every_page_links_the_data_and_the_page_every_file(site):
    for path in {*site.rglob("*.html")} - {site / "404.html"}:  # that one is served at any depth
        links = {a.get("href") or "" for a in parsed(path.read_text()).iter("a")}
        landing = {(path.parent / link).resolve() for link in links}
        assert (site / "data/index.html").resolve() in landing, path
    tree = parsed((site / "data/index.html").read_text())
    linked = {a.get("href") for a in tree.iter("a")}

    assert {file.name for file in (site / "data").iterdir()} <= linked


def test_the_list_and_the_page_say_sizes_and_rows_as_they_are(site):
    index = json.loads((site / "data/index.json").read_text())
    page = text_of(parsed((site / "data/index.html").read_text()))

    for file in index["files"]:
        path = site / "data" / file["name"]
        assert path.stat().st_size == file["bytes"]
        assert pq.read_metadata(path).num_rows == file["rows"]
        assert file["name"] in page
    assert {file["table"] for file in index["files"]} == {*TABLES, "points"}


def test_every_column_is_explained_on_the_page_and_in_the_document():
    document = DOCUMENT.read_text(encoding="utf-8")
    for kind, schema in {**TABLES, "points": POINTS}.items():
        section = document.split(f"### `{kind}`: {HOLDS[kind]}\n")[1].split("\n#")[0]
        rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", section, re.MULTILINE)
        null = {True: ", may be null", False: ""}

        assert rows == [
            (field.name, f"{field.type}{null[field.nullable]}", MEANINGS[kind][field.name])
            for field in schema
        ]


def site_of(store: Path, **options: object) -> dict[str, bytes]:
    memory = MemorySite()
    fill(memory, [store], SiteConfig(**options))
    return memory.files


def test_full_charts_and_none_publish_what_they_say(tmp_path):
    store = make_store(tmp_path, [RunPlan({"loss": LONG, "auc": [0.5]})])
    full, charts, none = (site_of(store, data=data) for data in ("full", "charts", "none"))

    def tables(files: dict[str, bytes]) -> set[str]:
        return {path.split("/")[1].split("-")[0] for path in files if path.endswith(".parquet")}

    def shards(files: dict[str, bytes]) -> int:
        return sum(len(content) for path, content in files.items() if path.startswith("shards/"))

    assert tables(full) == {*TABLES, "points"}
    assert tables(charts) == set(TABLES)
    assert not any(path.startswith("data/") for path in none)
    assert shards(charts) == shards(none) < shards(full)
    assert json.loads(charts["data/index.json"])["points"] is False
    assert b"data/index.html" in charts["index.html"]
    assert b"data/index.html" not in none["index.html"]
    assert b"Points were not published" in charts["data/index.html"]
    assert b"points-" not in charts["data/index.html"]


def test_what_is_thinned_for_good_says_how_many_points_there_were(tmp_path):
    store = make_store(tmp_path, [RunPlan({"loss": LONG})])
    files = site_of(store, data="charts")
    (page,) = (content.decode() for path, content in files.items() if path.startswith("r/"))

    series = json.loads(re.findall(r'id="page-data">(.*?)</script>', page)[0])["series"]

    assert [(one[4], one[5]) for one in series] == [(5000, None)]


def test_a_site_of_private_things_carries_no_data(tmp_path):
    store = make_store(tmp_path, [private_run("failed")])

    files = site_of(store, publish=EVERYTHING, scan="off")

    assert not any(path.startswith("data/") for path in files)
    assert b"data/index.html" not in files["index.html"]


def test_nothing_private_is_in_the_data(tmp_path):
    build([make_store(tmp_path, [private_run("failed"), private_run("finished")])], tmp_path / "public")

    for path in (tmp_path / "public/data").glob("*.parquet"):
        rows = str(pq.read_table(path).to_pylist())
        assert [word for word in PRIVATE_WORDS if word in rows] == []


def test_a_store_without_runs_has_data_of_no_rows(tmp_path):
    (tmp_path / "tracking").mkdir()
    (tmp_path / "tracking/runfolio.json").write_text('{"format": 1}')
    build([tmp_path / "tracking"], tmp_path / "public")
    build([tmp_path / "public"], tmp_path / "again")

    assert files_in(tmp_path / "public") == files_in(tmp_path / "again")
    assert not list((tmp_path / "public/data").glob("points-*"))
