"""What of the files of runs gets into a site, and what never does."""

from __future__ import annotations

import hashlib
import os
import random
import re
from base64 import b64encode
from pathlib import Path

import hostile
import html5lib
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from builders import BuiltRun, RunPlan, make_runs
from made_pictures import TELLING, chunk, jpeg, png, segment
from secret_texts import MAKERS

from logger.names import check_artifact_path
from sitegen.build import build, fill
from sitegen.config import SiteConfig
from sitegen.filekinds import DOWNLOADED, OTHER
from sitegen.rules import RULES
from sitegen.site import MemorySite

PNG = png()
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4"/></svg>'
CURVE = {"auc": [0.5, 0.9]}
PUBLIC = {"plots/roc.png": PNG, "scores.csv": b"name,score\nann,0.5\n", "notes.txt": b"all fine"}
CODE = {"train.py": b"print('CODE')", "run.log": b"CODE of a log"}
MODEL = {"model/weights.bin": b"WEIGHTS"}
HIDDEN = {
    ".env": b"HIDDEN",
    ".ssh/notes.txt": b"HIDDEN",
    "server.key": b"HIDDEN",
    "secrets.json": b'"HIDDEN"',
}


def store_of(root: Path, *runs: dict[str, bytes]) -> list[BuiltRun]:
    """A store whose runs left these files."""
    facts = [
        [
            ("artifact", path, {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
            for path, data in files.items()
        ]
        for files in runs
    ]
    built = make_runs(root, [RunPlan(CURVE, facts=said) for said in facts])
    for run, files in zip(built, runs, strict=True):
        for path, data in files.items():
            place = run.path / "artifacts" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    return built


def site_of(root: Path, **options) -> dict[str, bytes]:
    site = MemorySite()
    fill(site, [root], SiteConfig(**options))
    return site.files


def page(files: dict[str, bytes], run: BuiltRun) -> str:
    return files[f"r/{run.run_id}/index.html"].decode()


def everything(files: dict[str, bytes]) -> bytes:
    """All that a site says, but for the scripts and styles that every site has."""
    tables = [rows(data) for path, data in files.items() if path.endswith(".parquet")]
    return b"".join([*(data for path, data in files.items() if not path.startswith("assets/")), *tables])


def rows(data: bytes) -> bytes:
    """The texts of a table, which are compressed in its file."""
    return str(pq.read_table(pa.BufferReader(data)).to_pylist()).encode()


def copies(files: dict[str, bytes]) -> set[str]:
    return {path for path in files if path.startswith("a/")}


def remarks(html: str) -> dict[str, str]:
    """What is said beside files that are not shown, by path."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    lines = (one for one in tree.iter("p") if one.get("class") == "file__line")
    said = {}
    for line in lines:
        path, *rest = (
            part for part in line.iter("span") if part.get("class") in ("file__path path", "remark")
        )
        said |= {"".join(path.itertext()): part.text for part in rest}
    return said


def test_by_default_what_can_be_shown_is_and_code_logs_and_models_are_listed(tmp_path):
    (run,) = store_of(tmp_path, {**PUBLIC, **CODE, **MODEL, **HIDDEN})

    files = site_of(tmp_path)

    assert copies(files) == {f"a/{hashlib.sha256(PNG).hexdigest()[:32]}.png"}
    html = page(files, run)
    assert all(text in html for text in ("all fine", "0.5000", "weights.bin", "train.py", "server.key"))
    assert not any(word in everything(files) for word in (b"CODE", b"WEIGHTS", b"HIDDEN"))
    said = "Of 7 only name, size and checksum are published: <code>sitegen build --artifacts all</code> shows"
    assert said in html
    assert remarks(html) == {
        **dict.fromkeys(CODE, "source code, log or file of a program"),
        **dict.fromkeys(MODEL, "of no kind that is shown"),
        **dict.fromkeys(HIDDEN, "hidden, or named after a key or password"),
    }


def test_all_publishes_copies_of_everything_but_what_is_hidden(tmp_path):
    (run,) = store_of(tmp_path, {**PUBLIC, **CODE, **MODEL, **HIDDEN})

    files = site_of(tmp_path, artifacts="all")

    assert sorted(path.rpartition(".")[2] for path in copies(files)) == [
        "bin",
        "bin",
        "bin",
        "csv",
        "png",
        "txt",
    ]
    assert b"HIDDEN" not in everything(files)
    assert 'download="weights.bin"' in page(files, run)
    assert set(remarks(page(files, run))) == set(HIDDEN)
    assert "Of 4 only name, size and checksum are published." in page(files, run)
    assert "print(&#39;CODE&#39;)" in page(files, run)


def test_an_svg_is_saved_not_opened_and_where_it_has_no_copy_its_row_says_why(tmp_path):
    (run,) = store_of(tmp_path, {"drawing.svg": DRAWING, "roc.png": PNG})

    pages = {what: page(site_of(tmp_path, artifacts=what), run) for what in ("all", "previews")}

    assert {what: text.count('download="drawing.svg"') for what, text in pages.items()} == {
        "all": 1,
        "previews": 0,
    }
    assert {what: text.count(">open</a>") for what, text in pages.items()} == {"all": 1, "previews": 1}
    assert "without a link: opened by itself, an SVG could run scripts" in pages["previews"]
    assert "without a link" not in pages["all"]


def test_the_row_of_an_svg_says_what_the_picture_above_lacks(tmp_path):
    drawing = DRAWING.replace(b"<rect", b"<image href='https://evil.example/a.png'/><rect")
    (run,) = store_of(tmp_path, {"drawing.svg": drawing})

    said = {what: remarks(page(site_of(tmp_path, artifacts=what), run)) for what in ("all", "previews")}

    lacks = "shown above without 1 part that it takes from other files"
    assert said["all"] == {"drawing.svg": lacks}
    alone = "and without a link: opened by itself, an SVG could run scripts"
    assert said["previews"] == {"drawing.svg": f"{lacks} {alone}"}


def test_markdown_shows_pictures_of_its_own_run_that_are_published(tmp_path):
    note = b"![roc](../plots/roc.png) ![hidden](../.roc.png) ![other](../other.png) ![drawn](../drawing.svg)"
    files = {"notes/read.md": note, "plots/roc.png": PNG, ".roc.png": PNG, "drawing.svg": DRAWING}
    run, other = store_of(tmp_path, files, {"other.png": PNG, "notes/read.md": note})

    for what, count in (("previews", 1), ("all", 1), ("none", 0)):
        pages = site_of(tmp_path, artifacts=what)
        shown = [re.findall(r'alt="(\w+)" width', page(pages, each)) for each in (run, other)]

        assert shown == [["roc"] * count, ["other"] * count]
        assert what == "none" or "hidden (../.roc.png)" in page(pages, run)
        assert what == "none" or "drawn (../drawing.svg: an SVG, shown among" in page(pages, run)


def test_none_publishes_names_only(tmp_path):
    (run,) = store_of(tmp_path, PUBLIC)

    files = site_of(tmp_path, artifacts="none")

    assert copies(files) == set()
    assert "all fine" not in page(files, run)
    assert "Of all only name, size and checksum are published." in page(files, run)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_text_that_a_rule_recognises_is_not_published_in_any_form(tmp_path, rule):
    secret = MAKERS[rule.name](random.Random(rule.name))
    text = f"before\n{secret}\nafter".encode()
    names = ("a.txt", "a.csv", "a.md", "a.json", "a.html", "a.svg", "a.py", "a.bin", "a.log", "a.png", "a")
    wide = {
        "wide.txt": b"\xff\xfe" + text.decode().encode("utf-16-le"),
        "wide.bin": text.decode().encode("utf-16"),
    }
    (run,) = store_of(tmp_path, dict.fromkeys(names, text) | wide)

    site = MemorySite()
    report = fill(site, [tmp_path], SiteConfig(artifacts="all"))

    assert secret.encode() not in b"".join(site.files.values())
    assert copies(site.files) == set()
    assert page(site.files, run).count("not shown: it seems to hold") == len(names) + len(wide)
    (finding,) = (one for one in report.found if one.rule == rule.name)
    assert finding.withheld
    assert finding.place == f"Default/{run.run_id}/artifacts/a"
    assert secret not in finding.said


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.in_bytes], ids=lambda rule: rule.name)
def test_a_secret_in_a_file_that_is_no_text_keeps_it_from_going_out(tmp_path, rule):
    secret = MAKERS[rule.name](random.Random(rule.name)).encode()
    store_of(tmp_path, {"a.bin": b"\0" + secret + b"\0\xff", "b.png": png(chunk(b"iCCP", b"icc\0" + secret))})

    files = site_of(tmp_path, artifacts="all")

    assert copies(files) == set()
    assert secret not in b"".join(files.values())


def test_what_the_allow_file_lets_pass_is_published(tmp_path):
    (run,) = store_of(tmp_path / "tracking", {"a.txt": b"by ann@uni.edu", "b.txt": b"by bob@uni.edu"})
    (tmp_path / "allow").write_text("mail */artifacts/a.txt\nmail */artifacts/c.txt\n")

    site = MemorySite()
    report = fill(site, [tmp_path / "tracking"], SiteConfig(allow=str(tmp_path / "allow")))

    assert "ann@uni.edu" in page(site.files, run)
    assert b"bob@uni.edu" not in b"".join(site.files.values())
    assert report.unused == (f"{tmp_path / 'allow'}, line 2",)


def test_what_a_site_held_by_leave_is_not_published_again_without_it(tmp_path):
    mail = b"ann.k@uni-x.de"
    files = {
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><text>' + mail + b"</text></svg>",
        "note.md": b"by " + mail,
        "table.csv": b"a,b\n1," + mail + b"\n",
        "page.html": b"<p>" + mail + b"</p>",
        "data.json": b'{"by": "' + mail + b'"}',
    }
    store_of(tmp_path / "tracking", files)
    (tmp_path / "allow").write_text("mail *\n")
    build([tmp_path / "tracking"], tmp_path / "once", SiteConfig(allow=str(tmp_path / "allow")))

    site = MemorySite()
    report = fill(site, [tmp_path / "once"], SiteConfig())

    kept = [one for one in report.found if one.withheld]
    assert sum(1 + one.more for one in kept) == len(files)
    assert mail not in everything(site.files)
    assert b64encode(files["drawing.svg"]) not in everything(site.files)


def test_the_owner_sees_private_texts_of_files_and_still_no_secrets(tmp_path):
    (run,) = store_of(tmp_path, {"a.log": b"/home/ann/x by ann@uni.edu", "b.log": b"API_KEY=abcdefgh1234"})

    files = site_of(tmp_path, scan="off")

    assert "/home/ann/x by ann@uni.edu" in page(files, run)
    assert b"abcdefgh1234" not in b"".join(files.values())


@pytest.mark.parametrize("artifacts", ["previews", "all"])
def test_pictures_go_out_without_what_cameras_wrote_beside_them(tmp_path, artifacts):
    exif = segment(0xE1, b"Exif\0\0" + TELLING)
    telling = {
        "a.jpg": jpeg(exif),
        "b.png": png(chunk(b"tEXt", TELLING)),
        "c.bin": jpeg(exif, trailer=TELLING),
    }
    store_of(tmp_path, telling)

    files = site_of(tmp_path, artifacts=artifacts)

    published = {files[path] for path in copies(files)}
    assert published == {jpeg(), png()}
    assert TELLING not in b"".join(files.values())


def test_a_picture_that_cannot_be_walked_through_is_listed_only(tmp_path):
    (run,) = store_of(tmp_path, {"a.jpg": jpeg()[:-2] + TELLING, "b.png": png()[:40] + TELLING})

    files = site_of(tmp_path, artifacts="all")

    assert copies(files) == set()
    assert page(files, run).count("not published: the picture is damaged or cut short") == 2
    assert TELLING not in b"".join(files.values())


def test_links_pipes_and_what_lies_outside_are_not_read(tmp_path):
    store = tmp_path / "tracking"
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "notes.txt").write_bytes(b"OUTSIDE")
    names = ("link.txt", "folder/notes.txt", "pipe.txt", "gone.txt")
    (run,) = store_of(store, dict.fromkeys(names, b"OUTSIDE"))
    artifacts = run.path / "artifacts"
    for name in names:
        (artifacts / name).unlink()
    (artifacts / "folder").rmdir()
    (artifacts / "link.txt").symlink_to(outside / "notes.txt")
    (artifacts / "folder").symlink_to(outside)
    os.mkfifo(artifacts / "pipe.txt")

    files = site_of(store, artifacts="all")

    assert b"OUTSIDE" not in b"".join(files.values())
    html = page(files, run)
    for reason in (
        "is a symbolic link",
        "lies behind a symbolic link",
        "is not a regular file",
        "not in this store",
    ):
        assert reason in html


def test_a_folder_of_artifacts_that_is_a_link_is_not_followed(tmp_path):
    store = tmp_path / "tracking"
    (run,) = store_of(store, {"notes.txt": b"OUTSIDE"})
    (run.path / "artifacts").rename(tmp_path / "outside")
    (run.path / "artifacts").symlink_to(tmp_path / "outside")

    assert b"OUTSIDE" not in b"".join(site_of(store).values())


@pytest.mark.parametrize("data", [b"", b"all fin", b"all fin3", b"all fine and more"])
def test_content_that_is_not_what_was_recorded_is_not_shown(tmp_path, data):
    (run,) = store_of(tmp_path, {"notes.txt": b"all fine"})
    (run.path / "artifacts" / "notes.txt").write_bytes(data)

    html = page(site_of(tmp_path), run)

    assert "is not what was recorded" in html or "8 are the most" in html
    assert "file__text" not in html


def test_a_file_larger_than_the_limit_is_not_read(tmp_path):
    (run,) = store_of(tmp_path, {"long.txt": b"x" * 2_000})

    assert "larger than 1.0 kB: its content is not published" in page(
        site_of(tmp_path, artifact_bytes=1_000), run
    )


def test_the_newest_runs_come_first_into_a_site_with_a_limit(tmp_path):
    old, new = store_of(tmp_path, {"notes.txt": b"old text"}, {"notes.txt": b"new text"})

    files = site_of(tmp_path, artifacts_bytes=10)

    assert "new text" in page(files, new)
    assert "old text" not in page(files, old)
    assert "of newer runs&#39; files already" in page(files, old)


def test_equal_files_are_copied_once(tmp_path):
    store_of(tmp_path, {"a.png": PNG, "b.png": PNG}, {"c.png": PNG})

    assert len(copies(site_of(tmp_path, artifacts_bytes=len(PNG)))) == 1


def test_a_page_holds_so_many_previews_and_says_of_the_others_that_it_does(tmp_path):
    (run,) = store_of(tmp_path, {f"{n:02}.txt": f"{n:02} ".encode() * 21_000 for n in range(40)})

    html = page(site_of(tmp_path), run)

    assert len(html) < 2_000_000
    assert "this page holds enough previews" in html


def test_names_and_contents_that_are_hostile_stay_text(tmp_path):
    names = []
    for name in hostile.NAMES:
        try:
            names.append(check_artifact_path(f"{name}.txt"))
        except ValueError:
            continue
    markup = "".join(hostile.NAMES).encode()
    (run,) = store_of(
        tmp_path,
        {
            **dict.fromkeys(dict.fromkeys(names), markup),
            "x.md": markup,
            "x.html": markup,
            "x.json": markup,
            "x.csv": b"a,b\n<script>alert(1)</script>,<img src=x onerror=alert(1)>\n",
            "x.png": b"<script>alert(1)</script>",
            "index.html": b"<script>alert(1)</script>",
            "CNAME": b"evil.example",
        },
    )

    for option in ("previews", "all"):
        files = site_of(tmp_path, artifacts=option)
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page(files, run))

        assert not [e for e in tree.iter() if isinstance(e.tag, str) and e.tag in ("iframe", "img", "object")]
        assert all(e.get("src") or e.get("type") for e in tree.iter("script"))
        assert {path.rpartition(".")[2] for path in copies(files)} <= DOWNLOADED | {OTHER}
        assert all(re.fullmatch(r"a/[0-9a-f]{32}\.[a-z]+", path) for path in copies(files))
        assert "CNAME" not in files


def test_the_same_store_gives_the_same_bytes_and_the_second_build_writes_nothing(tmp_path):
    store_of(tmp_path / "tracking", {**PUBLIC, **MODEL}, PUBLIC)
    config = SiteConfig(artifacts="all")

    first = build([tmp_path / "tracking"], tmp_path / "public", config)
    second = build([tmp_path / "tracking"], tmp_path / "public", config)

    assert second.kept == second.files == first.files


def test_a_build_without_tables_starts_no_process(tmp_path, monkeypatch):
    store_of(tmp_path, {"notes.txt": b"all fine", "a.png": PNG})
    monkeypatch.setattr("sitegen.childprocess._started", lambda module: 1 / 0)

    assert copies(site_of(tmp_path))
