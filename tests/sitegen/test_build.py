"""From stores to a site: whole, the same every time, and without what is private."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zlib
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from builders import START, RunPlan, make_run, make_runs, make_store
from made_stores import PRIVATE_WORDS, private_run

from logger import start_run
from logger.errors import StoreNotFound
from logger.store import Store
from sitegen.build import build, fill, source_date_epoch
from sitegen.config import SiteConfig
from sitegen.doctor import examine, seal
from sitegen.errors import NothingToDo, OutputRefused
from sitegen.kinds import EVERYTHING
from sitegen.site import MemorySite

CURVE = {"train/auc": [0.5, 0.7, 0.9], "test/auc": [0.5, 0.6, 0.65]}


def site_of(*stores: Path, config: SiteConfig | None = None) -> dict[str, bytes]:
    site = MemorySite()
    fill(site, stores, config or SiteConfig())
    return site.files


def text_of(files: dict[str, bytes]) -> str:
    """Everything a site holds, what its scripts carry included."""
    parts = []
    for path, content in sorted(files.items()):
        if path.startswith("assets/vega."):
            continue  # code of others, with every hex digit in a row
        parts += [path, content.decode("utf-8", "replace")]
        if path.endswith(".parquet"):
            parts.append(str(pq.read_table(pa.BufferReader(content)).to_pylist()))
        if path.startswith("shards/"):
            blobs = re.findall(rb'"([A-Za-z0-9+/=]{20,})"', content)
            parts += [unpacked(blob) for blob in blobs]
    return "\n".join(parts)


def unpacked(blob: bytes) -> str:
    """The bytes of a blob as letters; a hash or a name among them holds nothing."""
    try:
        return zlib.decompress(b64decode(blob)).decode("latin-1")
    except (ValueError, zlib.error):
        return ""


def test_store_becomes_a_site(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE, "fake box", params={"depth": n}) for n in range(3)])

    report = build([store], tmp_path / "public")

    assert (report.runs, report.metrics, report.points, report.pages) == (3, 2, 18, 9)
    assert report.problems == ()
    assert {"index.html", "404.html", "e", "r", "assets", "shards", "problems"} <= {
        path.name for path in (tmp_path / "public").iterdir()
    }


def test_run_just_logged_becomes_a_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with start_run(experiment="fake box", user="Ann") as run:
        run.log_param("depth", 3)
        run.log_metric("auc", 0.91, step=1)

    files = site_of(Path("tracking"))

    assert "fake box" in files["index.html"].decode()
    assert f"r/{run.run_id}/index.html" in files


def test_same_store_gives_the_same_bytes(tmp_path):
    plans = [RunPlan(CURVE, f"experiment {n % 2}", params={"n": n}, tags={"t": "x"}) for n in range(5)]
    store = make_store(tmp_path, plans)

    assert site_of(store) == site_of(store)


def test_site_does_not_depend_on_where_the_store_lies_or_who_reads_it(tmp_path, monkeypatch):
    monkeypatch.setattr("sitegen.reading._FEW", 1)
    plans = [RunPlan(CURVE, "fake box", params={"n": n}) for n in range(5)]
    one, other = make_store(tmp_path / "a", plans), make_store(tmp_path / "b c" / "é", plans)

    with ThreadPoolExecutor(4) as executor:
        site = MemorySite()
        fill(site, [other], SiteConfig(), executor=executor)

    assert site.files == site_of(one)


def test_built_is_the_newest_fact_or_what_the_environment_says(tmp_path, monkeypatch):
    store = make_store(tmp_path, [RunPlan(CURVE, started=START)])  # 2026-11-18T07:06:40Z

    by_fact = site_of(store)["index.html"].decode()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "946684800")
    by_environment = site_of(store)["index.html"].decode()

    assert "2026-11" in by_fact
    assert "2000-01-01" not in by_fact
    assert "2000-01-01" in by_environment


@pytest.mark.parametrize("text", ["yesterday", "-1", "1.5", "1" * 13, "²"])
def test_time_of_a_build_that_is_no_time_is_refused(text):
    with pytest.raises(NothingToDo, match="SOURCE_DATE_EPOCH"):
        source_date_epoch({"SOURCE_DATE_EPOCH": text})


def test_two_stores_merge_and_a_run_in_both_is_shown_once(tmp_path):
    plans = [RunPlan(CURVE, "fake box", name=f"run-{n}") for n in range(3)]
    one = make_store(tmp_path / "one", plans[:2])
    other = make_store(tmp_path / "other", plans)

    report = build([one, other], tmp_path / "public")

    assert (report.runs, report.points) == (3, 18)


def test_problem_in_one_of_several_stores_says_in_which(tmp_path):
    one, other = (make_store(tmp_path / name, [RunPlan(CURVE)]) for name in ("one", "other"))
    (other / "experiments" / "stray").write_text("")

    report = build([one, other], tmp_path / "public")

    assert [problem.path for problem in report.problems] == ["store 2: experiments/stray"]


def test_damaged_run_costs_only_itself_and_is_named(tmp_path):
    store = tmp_path / "tracking"
    good, damaged = make_runs(store, [RunPlan(CURVE, name="good"), RunPlan(CURVE, name="damaged")])
    content = bytearray(damaged.sealed.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.sealed.write_bytes(content)
    damaged.facts.write_bytes(damaged.facts.read_bytes().replace(b"damaged", b"d\x00maged"))

    report = build([store], tmp_path / "public")

    problems = (tmp_path / "public" / "problems" / "index.html").read_text()
    assert report.runs == 2
    assert {problem.path for problem in report.problems} == {
        f"{damaged.folder}/{damaged.sealed.name}",
        f"{damaged.folder}/{damaged.facts.name}",
    }
    assert damaged.sealed.name in problems
    assert "good" in (tmp_path / "public" / "r" / good.run_id / "index.html").read_text()


def test_run_whose_points_cannot_be_read_claims_none_and_takes_no_drawn_place(tmp_path):
    store = tmp_path / "tracking"
    best, *_ = make_runs(store, [RunPlan({"auc": [0.5, 0.9]}), *[RunPlan({"auc": [0.5, 0.6]})] * 10])
    content = bytearray(best.sealed.read_bytes())
    content[700:740] = bytes(40)
    best.sealed.write_bytes(content)

    report = build([store], tmp_path / "public")

    page = (tmp_path / "public/r" / best.run_id / "index.html").read_text(encoding="utf-8")
    found = examine(store)
    assert report.points == found.points == 20
    assert "0 of 2" in page
    assert "Its points cannot be read" in page
    assert "come from the summary" in page
    assert "chart-card" not in page
    (experiment,) = (tmp_path / "public/e").glob("*/index.html")
    island = json.loads(experiment.read_text(encoding="utf-8").split('id="page-data">')[1].split("<")[0])
    drawn = {one["id"]: one["drawn"] for one in island["runs"]}
    assert not drawn[best.run_id]
    assert sum(drawn.values()) == 10


def test_of_two_copies_of_a_run_the_one_whose_points_can_be_read_is_shown(tmp_path):
    whole, broken = (tmp_path / name / "tracking" for name in ("whole", "broken"))
    for store in (broken, whole):
        (run,) = make_runs(store, [RunPlan({"auc": [0.5, 0.9]})])
        if store == broken:
            content = bytearray(run.sealed.read_bytes())
            content[700:740] = bytes(40)
            run.sealed.write_bytes(content)

    assert build([broken, whole], tmp_path / "public").points == 2


def test_params_that_a_cut_file_may_have_held_are_not_said_to_be_missing(tmp_path):
    store = tmp_path / "tracking"
    (run,) = make_runs(store, [RunPlan({"auc": [0.5, 0.9]}, params={"depth": 3}, sealed=False)])
    seal(store, None, 0)
    run.facts.write_bytes(run.facts.read_bytes().split(b'"param"')[0])

    build([store], tmp_path / "public")

    page = (tmp_path / "public/r" / run.run_id / "index.html").read_text(encoding="utf-8")
    assert "No params could be read." in page
    assert "No params were logged" not in page
    assert "facts are missing" in page


def test_foreign_file_is_not_called_damaged(tmp_path):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan({"auc": [0.5, 0.9]})])
    (run.path / "notes.txt").write_text("mine")

    build([tmp_path / "tracking"], tmp_path / "public")

    for path in (tmp_path / "public").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "Damaged" not in page
        assert "could not be read" not in page
        assert '"damaged":[' not in page
    (page_of_run,) = (tmp_path / "public/r").glob("*/index.html")
    assert '"damaged":null' in page_of_run.read_text(encoding="utf-8")
    problems = (tmp_path / "public/problems/index.html").read_text(encoding="utf-8")
    assert "One file or folder is no part of a store, and was passed over." in problems
    assert [finding.kind for finding in examine(tmp_path / "tracking").findings] == ["foreign"]


def test_run_that_the_reader_stumbles_over_costs_only_itself(tmp_path, monkeypatch):
    store = tmp_path / "tracking"
    good, bad = make_runs(store, [RunPlan(CURVE), RunPlan(CURVE)])
    read_run = Store.read_run

    def stumble(self: Store, folder: str) -> object:
        return 1 / 0 if folder == bad.folder else read_run(self, folder)

    monkeypatch.setattr(Store, "read_run", stumble)

    report = build([store], tmp_path / "public")

    assert report.runs == 1
    (problem,) = report.problems
    assert problem.path == bad.folder
    assert "ZeroDivisionError" in problem.what
    assert (tmp_path / "public" / "r" / good.run_id).is_dir()


def test_run_that_vanishes_during_a_build_is_named(tmp_path):
    store = tmp_path / "tracking"
    _, gone = make_runs(store, [RunPlan(CURVE), RunPlan(CURVE)])

    def remove_it(step: str, done: int, total: int) -> None:
        if (step, done) == ("read", 1):
            for path in gone.path.iterdir():
                path.unlink()
            gone.path.rmdir()

    report = build([store], tmp_path / "public", progress=remove_it)

    assert any(gone.folder in problem.path for problem in report.problems)


def test_odd_things_in_a_store_neither_stop_nor_delay_a_build(tmp_path):
    store = tmp_path / "tracking"
    (run,) = make_runs(store, [RunPlan(CURVE, sealed=False)])
    secret = tmp_path / "secret.jsonl"
    secret.write_bytes(run.facts.read_bytes().replace(b"run-0", b"secret"))
    os.mkfifo(run.path / "points-aaa.arrows")
    os.mkfifo(run.path / "facts-bbb.jsonl")
    (run.path / "facts-ccc.jsonl").symlink_to(secret)
    (run.path / "points-ddd.arrow").mkdir()
    (run.path.parent / ("f" * 32)).symlink_to(run.path.parent)
    (store / "experiments" / "loop-0123456789abcdef").symlink_to(store)

    report = build([store], tmp_path / "public")

    assert (report.runs, report.points) == (1, 6)
    named = {problem.path.rpartition("/")[2] for problem in report.problems}
    assert {"points-aaa.arrows", "facts-bbb.jsonl", "facts-ccc.jsonl", "points-ddd.arrow"} <= named


def test_builds_beside_a_busy_writer_see_ever_more_points_and_no_problem(tmp_path):
    busy = "from logger import *\nfor n in range(10**9): log_metrics({'auc': n, 'loss': -n})"
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, "-c", busy], cwd=tmp_path, env=os.environ | {"PYTHONPATH": path}
    ) as writer:
        try:
            while not list(tmp_path.rglob("points-*.arrows")):
                assert writer.poll() is None
            reports = [fill(MemorySite(), [tmp_path / "tracking"], SiteConfig()) for _ in range(4)]
        finally:
            writer.kill()

    points = [report.points for report in reports]
    assert points == sorted(points)
    assert points[-1] > points[0]
    assert all(report.problems == () for report in reports)


def test_empty_store_gives_a_site_that_says_so(tmp_path):
    report = build([make_store(tmp_path, [])], tmp_path / "public")

    assert (report.runs, report.problems) == (0, ())
    assert (tmp_path / "public" / "index.html").is_file()


def test_store_that_is_not_there_is_an_error_and_the_old_site_stays(tmp_path):
    build([make_store(tmp_path, [RunPlan(CURVE)])], tmp_path / "public")
    before = (tmp_path / "public" / "index.html").read_bytes()

    with pytest.raises(StoreNotFound):
        build([tmp_path / "nowhere"], tmp_path / "public")

    assert (tmp_path / "public" / "index.html").read_bytes() == before


def test_no_store_at_all_is_an_error(tmp_path):
    with pytest.raises(NothingToDo):
        build([], tmp_path / "public")


def test_output_inside_the_store_is_refused_and_nothing_is_written(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE)])
    before = sorted(store.rglob("*"))

    with pytest.raises(OutputRefused):
        build([store], store / "public")

    assert sorted(store.rglob("*")) == before


def test_building_changes_nothing_in_the_store(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE, sealed=False, status=None), RunPlan(CURVE)])
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in store.rglob("*")}

    build([store], tmp_path / "public")

    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in store.rglob("*")} == before


def test_second_build_keeps_all_files_of_the_first(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE) for _ in range(4)])
    first = build([store], tmp_path / "public")

    second = build([store], tmp_path / "public")

    assert second.kept == second.files == first.files


def test_one_more_run_changes_the_pages_that_show_it_and_no_others(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE, "a"), RunPlan(CURVE, "a"), RunPlan(CURVE, "b")])
    before = site_of(store)

    make_run(store, RunPlan(CURVE, "b"), START + 10**11, number=9)
    after = site_of(store)

    changed = {path for path in before if before[path] != after.get(path) and path.endswith(".html")}
    ranked = next(path for path in changed if path.startswith("r/"))  # its other run has a rank now
    experiment = next(path for path in before if path.startswith("e/b-"))
    whole = {"index.html", "compare/index.html", "problems/index.html", "data/index.html"}
    assert changed == {*whole, experiment, ranked}


def test_nothing_private_is_in_any_byte_of_a_site(tmp_path):
    store = make_store(tmp_path, [private_run("failed"), private_run("finished")])
    (store / "experiments" / "stray").write_text("")

    text = text_of(site_of(store))

    assert [word for word in PRIVATE_WORDS if word in text] == []
    assert str(tmp_path) not in text
    assert "Ann Logged" in text  # the name given on purpose
    assert "train.py" in text
    assert "FileNotFoundError" in text


def test_what_is_private_is_shown_to_those_who_may_see_it(tmp_path):
    store = make_store(tmp_path, [private_run("finished")])

    text = text_of(site_of(store, config=SiteConfig(publish=EVERYTHING, scan="off")))

    assert "annlogin" in text
    assert "node17" in text


def test_artifacts_are_listed_and_not_copied(tmp_path):
    facts = [("artifact", "model/weights.bin", {"size": 7, "sha256": "0" * 64})]
    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, facts=facts)])
    (run.path / "artifacts" / "model").mkdir(parents=True)
    (run.path / "artifacts" / "model" / "weights.bin").write_bytes(b"CONTENT")

    files = site_of(tmp_path / "tracking")

    assert "weights.bin" in files[f"r/{run.run_id}/index.html"].decode()
    assert b"CONTENT" not in b"".join(files.values())


def test_progress_is_told_from_nothing_to_all(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE) for _ in range(3)])
    told = []

    build([store], tmp_path / "public", progress=lambda *step: told.append(step))

    assert told[0] == ("read", 0, 3)
    assert ("read", 3, 3) in told
    assert told[-1] == ("write", 9, 9)


def test_the_commit_is_a_link_where_its_repository_looks_public(tmp_path):
    commit = "0f" * 20
    plans = [
        RunPlan(CURVE, provenance={"git_commit": commit, "git_remote": remote})
        for remote in ("git@github.com:ann/box.git", "git@git.corp:ann/box.git")
    ]
    public, private = make_runs(tmp_path / "tracking", plans)

    files = site_of(tmp_path / "tracking")

    assert (
        f'href="https://github.com/ann/box/commit/{commit}"'
        in files[f"r/{public.run_id}/index.html"].decode()
    )
    assert "commit/" not in files[f"r/{private.run_id}/index.html"].decode()
    assert "git.corp" not in text_of(files)
