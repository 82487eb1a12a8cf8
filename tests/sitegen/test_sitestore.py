"""A published site is somebody else's data: what is wrong with it costs only what is wrong, and is said."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from builders import RunPlan, make_runs, make_store
from rich_stores import FILES, artifact_facts, files_in, put

from logger.errors import NewerFormat, StoreError
from sitegen.build import build, fill, no_progress
from sitegen.config import SiteConfig
from sitegen.errors import OutputRefused
from sitegen.keptpreviews import given_back
from sitegen.overview import read_overview
from sitegen.site import MemorySite
from sitegen.sitestore import SiteStore, is_site

SECRET = b"not part of the site"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of three runs, their points in one file."""
    curve = {"auc": [0.5, 0.7, 0.9], "loss": [3.0, 2.0, 1.0]}
    plans = [RunPlan(curve, "fake box", f"run-{n}", params={"depth": n}, tags={"s": "x"}) for n in range(3)]
    store = make_store(tmp_path, plans)
    build([store], tmp_path / "public")
    return tmp_path / "public"


def files_of(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """What is built from a site, and the problems that are told."""
    memory = MemorySite()
    report = fill(memory, [folder], SiteConfig())
    return memory.files, [f"{problem.path}: {problem.what}" for problem in report.problems]


def index_of(site: Path) -> dict:
    return json.loads((site / "data/index.json").read_text())


def file_of(site: Path, kind: str) -> Path:
    (path,) = (site / "data").glob(f"{kind}-*.parquet")
    return path


def replaced(site: Path, kind: str, content: bytes, rows: int | None = None, **said: object) -> None:
    """Publish other bytes as a table, with a list that agrees with them but for what is said otherwise."""
    index = index_of(site)
    (entry,) = (one for one in index["files"] if one["table"] == kind)
    (site / "data" / entry["name"]).unlink()
    digest = hashlib.sha256(content).hexdigest()
    entry |= {"name": f"{kind}-{digest[:16]}.parquet", "sha256": digest, "bytes": len(content)}
    entry |= {"rows": entry["rows"] if rows is None else rows} | said
    name = str(entry["name"])
    if "/" not in name:
        (site / "data" / name).write_bytes(content)
    (site / "data/index.json").write_text(json.dumps(index))


def parquet(table: pa.Table, **options: object) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    return sink.getvalue().to_pybytes()


def flipped(content: bytes) -> bytes:
    return content[:40] + bytes([content[40] ^ 1]) + content[41:]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-20]), "was cut"),
        (lambda path: path.write_bytes(flipped(path.read_bytes())), "checksum differs"),
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes() + b"more"), "bytes"),
        (lambda path: (path.unlink(), path.symlink_to("/etc/passwd")), "link"),
        (lambda path: (path.unlink(), path.mkdir()), "regular file"),
    ],
    ids=["cut", "flipped", "missing", "longer", "a link", "a folder"],
)
def test_a_damaged_file_of_points_costs_the_points_in_it_and_is_named(site, damage, words):
    path = file_of(site, "points")
    damage(path)

    files, problems = files_of(site)

    assert len([name for name in files if name.startswith("r/")]) == 3
    assert len(problems) == 3
    assert all(path.name in problem and words in problem for problem in problems)


def test_a_damaged_table_costs_what_it_says(site):
    path = file_of(site, "params")
    path.write_bytes(flipped(path.read_bytes()))

    store = SiteStore(site)
    records = [store.read_run(folder) for folder in store.run_folders()]

    assert [(run.name, run.params, run.facts_lost) for run in records] == [
        (f"run-{number}", {}, True) for number in range(3)
    ]
    assert [one.path for one in store.damages()] == [f"data/{path.name}"]
    assert [run.tags for run in records] == [{"s": "x"}] * 3


def test_without_its_runs_a_site_is_refused_with_the_reason(site):
    path = file_of(site, "runs")
    path.write_bytes(flipped(path.read_bytes()))

    with pytest.raises(StoreError, match=f"{path.name} is not what was published"):
        SiteStore(site)


def test_a_run_whose_row_cannot_be_true_costs_itself(site):
    table = pq.read_table(file_of(site, "runs"))
    names = pa.array(["two\nlines", *table["name"].to_pylist()[1:]])
    place = table.column_names.index("name")
    replaced(site, "runs", parquet(table.set_column(place, table.schema.field("name"), names)))

    files, problems = files_of(site)

    assert len([name for name in files if name.startswith("r/")]) == 2
    assert len(problems) == 1
    assert "BadRow" in problems[0]
    with pytest.raises(
        StoreError, match=r"the run \w{32} of .* cannot be read: .*\n  Try: build that site again"
    ):
        read_overview([site], SiteConfig(), no_progress)


HUGE = pa.table({"metric": ["x"] * 3})


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (HUGE, 3),
        (pa.table({"run": pa.array(["0" * 3_000_000] * 9)}), 9),
        (pa.table({"run": [[1], [2]]}), 2),
    ],
    ids=["other columns", "long texts", "lists"],
)
def test_another_table_in_the_place_of_points_costs_the_points(site, table, rows):
    replaced(site, "points", parquet(table), rows)

    files, problems = files_of(site)

    assert len([name for name in files if name.startswith("r/")]) == 3
    assert problems


def test_rows_and_sizes_that_lie_are_noticed(site):
    content = file_of(site, "points").read_bytes()
    replaced(site, "points", content, rows=17)
    _, problems = files_of(site)
    assert all("rows" in problem for problem in problems)

    replaced(site, "points", content, rows=18, bytes=len(content) + 1)
    _, problems = files_of(site)
    assert all("was cut" in problem for problem in problems)


@pytest.mark.parametrize(
    "said",
    [
        {"name": "../secret.parquet"},
        {"name": "/etc/passwd"},
        {"name": "points-0123456789abcdef.parquet"},
        {"name": "points-0123456789abcdef.parquet\n"},
        {"rows": -1},
        {"rows": 10**12},
        {"rows": 1.5},
        {"bytes": -1},
        {"bytes": 10**12},
        {"sha256": "x"},
        {"sha256": None},
        {"table": "../x"},
        {"table": 7},
    ],
    ids=str,
)
def test_a_list_of_files_that_lies_is_refused_in_a_sentence(site, said):
    (site.parent / "secret.parquet").write_bytes(SECRET)
    content = file_of(site, "points").read_bytes()
    replaced(site, "points", content, **{"rows": 18, **said})

    with pytest.raises(StoreError, match=r"index\.json"):
        SiteStore(site)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"runfolio data": "1"}',
        b'{"runfolio data": 1}',
        b'{"runfolio data": 1, "points": true, "files": []}',
        b'{"runfolio data": 1, "points": true, "files": {}}',
        b'{"runfolio data": 1, "points": 1, "files": [7]}',
        b'{"runfolio data": 1,' + b"[" * 100_000,
    ],
)
def test_a_list_of_files_that_is_none_is_refused_in_a_sentence(site, content):
    (site / "data/index.json").write_bytes(content)

    with pytest.raises(StoreError, match=r"index\.json"):
        SiteStore(site)


def test_a_newer_format_is_refused_by_name(site):
    index = index_of(site) | {"runfolio data": 2, "files": "in a way we do not know"}
    (site / "data/index.json").write_text(json.dumps(index))

    with pytest.raises(NewerFormat, match="have format 2"):
        SiteStore(site)


def test_a_table_that_a_later_version_added_is_passed_over(site):
    index = index_of(site)
    index["files"].append({"name": "news-0123456789abcdef.parquet", "table": "news", "rows": 1, "bytes": 1})
    index["files"][-1]["sha256"] = "0123456789abcdef" * 4
    (site / "data/index.json").write_text(json.dumps(index))

    assert files_of(site)[1] == []


def test_what_lies_beside_the_site_is_never_read(site):
    (site.parent / "secret.png").write_bytes(SECRET)
    table = pa.table(
        {
            "run": [SiteStore(site).run_folders()[0]] * 2,
            "path": ["a.png", "b.png"],
            "size": [len(SECRET)] * 2,
            "sha256": [hashlib.sha256(SECRET).hexdigest()] * 2,
            "copy": ["../secret.png", "a/../../secret.png"],
            "preview": pa.array([None, None], pa.string()),
        }
    )
    replaced(site, "artifacts", parquet(table), 2)

    files, _ = files_of(site)

    assert not any(SECRET in content for content in files.values())


def test_a_copy_that_was_changed_is_not_published(tmp_path):
    (run,) = make_runs(
        tmp_path / "store", [RunPlan({"auc": [0.5]}, facts=artifact_facts({"a.txt": b"good"}))]
    )
    put(run, {"a.txt": b"good"})
    build([tmp_path / "store"], tmp_path / "public", SiteConfig(artifacts="all"))
    (copy,) = (tmp_path / "public/a").iterdir()
    copy.write_bytes(b"evil")

    memory = MemorySite()
    fill(memory, [tmp_path / "public"], SiteConfig(artifacts="all"))

    assert not any(b"evil" in content for content in memory.files.values())
    assert any(b"checksum differs" in content for path, content in memory.files.items() if path[:2] == "r/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"kind": "markup", "html": "<script>alert(1)</script>"}',
        '{"kind": "none", "reason": 7, "secret": false}',
        '{"kind": "svg", "data": "no base64"}',
        '{"kind": "svg", "data": "' + "PGh0bWw+" * 3 + '"}',
        '{"kind": "text", "text": "x", "note": "", "html": "<b>"}',
        '{"kind": "text", "text": "' + "x" * 70_000 + '", "note": ""}',
        '{"kind": "table", "names": ["a"], "types": ["f"], "rows": [[["1", "", "on"]]], "note": ""}',
        '{"kind": "table", "names": ["a"], "types": ["int64"], "rows": [[]], "note": ""}',
        '{"kind": "markdown", "text": "a", "cut": -1}',
        "[" * 100_000,
    ],
)
def test_a_preview_that_no_build_made_is_none(text):
    assert given_back(text) is None


def test_markup_and_pages_in_a_preview_are_tamed_again():
    markup = given_back(json.dumps({"kind": "markdown", "text": "<script>alert(1)</script>", "cut": 0}))
    page = {
        "kind": "html",
        "source": "<script>x</script><link rel=x><style>y</style>",
        "text": "",
        "note": "",
    }
    framed = given_back(json.dumps(page))

    assert markup is not None
    assert "<script" not in markup.html.text
    assert framed is not None
    assert not any(word in framed.source for word in ("<script", "<link", "<style"))


def test_a_site_without_points_or_without_data_is_refused_with_the_remedy(tmp_path):
    store = make_store(tmp_path, [RunPlan({"auc": [0.5]})])
    for data, words in (("charts", "its points are not in it"), ("none", "carries no data")):
        build([store], tmp_path / data, SiteConfig(data=data))

        with pytest.raises(StoreError, match=f"(?s){words}.*--data full"):
            build([tmp_path / data], tmp_path / "again")
        assert not (tmp_path / "again").exists()


def test_a_site_and_a_store_become_one(tmp_path):
    first = make_store(tmp_path / "1", [RunPlan({"auc": [0.5]}, "fake box")])
    second = make_store(tmp_path / "2", [RunPlan({"auc": [0.6]}, "Fake Box", started=1_796_000_000_000_000)])
    build([first], tmp_path / "public")

    report = build([tmp_path / "public", second], tmp_path / "both")

    assert report.runs == 2
    assert len(list((tmp_path / "both/e").iterdir())) == 1


def test_an_output_inside_of_a_site_or_around_it_is_refused(site):
    for out in (site / "inner", site.parent):
        with pytest.raises(OutputRefused):
            build([site], out)

    assert files_of(site)[1] == []


def test_nothing_is_written_into_a_site_that_is_read(site):
    before = files_in(site)

    files_of(site)

    assert files_in(site) == before


def test_a_site_is_known_by_what_it_holds(site, tmp_path):
    shutil.copytree(site / "data", tmp_path / "copy/data")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/index.html").write_text("<h1>mine</h1>")

    assert is_site(site)
    assert is_site(tmp_path / "copy")
    assert not is_site(tmp_path / "other")
    assert not is_site(tmp_path / "absent")
    assert not is_site(tmp_path / "tracking")


def test_files_of_runs_come_along_as_far_as_they_were_published(tmp_path):
    (run,) = make_runs(tmp_path / "store", [RunPlan({"auc": [0.5]}, facts=artifact_facts(FILES))])
    put(run, FILES)
    build([tmp_path / "store"], tmp_path / "public")

    memory = MemorySite()
    fill(memory, [tmp_path / "public"], SiteConfig(artifacts="all"))
    page = next(content.decode() for path, content in memory.files.items() if path.startswith("r/"))

    assert "print('code')" not in page  # it was never published
    assert "is not in the site that this one was made of" in page
    assert "Größe" in page
