"""History without a server: the next site is built onto the one before, and nothing is lost on the way."""

from __future__ import annotations

import functools
import http.server
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from builders import START, RunPlan, fact_lines, make_run
from rich_stores import differing, files_in, rich_stores

from logger.errors import NewerFormat
from logger.layout import experiment_folder
from sitegen.build import BuildReport, build
from sitegen.config import SiteConfig
from sitegen.earlier import earlier_site
from sitegen.errors import EarlierSite
from sitegen.fetching import NotFetched, NotThere, WebSite, base_of

HOUR = 3_600_000_000  # microseconds
GIT = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def onto(
    said: str | Path, stores: list[Path], out: Path, first: bool = False, **options: object
) -> BuildReport:
    with earlier_site(str(said), first) as earlier:
        return build(stores, out, SiteConfig(**options), earlier=earlier)


def store_of(folder: Path, number: int, values: list[float], **plan: object) -> Path:
    """A store with one run, the `number`-th of all."""
    (folder / "tracking").mkdir(parents=True)
    (folder / "tracking/runfolio.json").write_text('{"format": 1}')
    said = RunPlan({"auc": values}, **{"experiment": "fake box", "name": f"run-{number}", **plan})
    make_run(folder / "tracking", said, START + number * HOUR, number)
    return folder / "tracking"


def run_pages(site: Path) -> dict[str, bytes]:
    return {path: content for path, content in files_in(site).items() if path.startswith("r/")}


def test_ten_rounds_of_new_stores_lose_nothing_and_equal_one_build_of_all(tmp_path):
    stores = [store_of(tmp_path / str(number), number, [0.5, 0.1 * number]) for number in range(10)]
    site = tmp_path / "public"

    build(stores[:1], site)
    for store in stores[1:]:
        onto(site, [store], site)

    report = build(stores, tmp_path / "at once")
    assert report.runs == 10
    assert differing(site, tmp_path / "at once") == []


def test_what_only_the_earlier_site_has_is_the_same_after_ten_rounds(tmp_path):
    build(rich_stores(tmp_path), tmp_path / "0")
    new = store_of(tmp_path / "new", 5000, [0.5], experiment="another")

    for number in range(10):
        onto(tmp_path / str(number), [new], tmp_path / str(number + 1))

    assert differing(tmp_path / "1", tmp_path / "10") == []
    counted = re.compile(rb'<a class="site-head__problems".*?</a>')  # those of stores are not said again
    before, after = (
        {path: counted.sub(b"", page) for path, page in run_pages(tmp_path / name).items()}
        for name in ("0", "10")
    )
    assert len(after) == len(before) + 1
    assert [path for path in before if before[path] != after[path]] == []


def test_a_site_built_onto_itself_from_the_same_store_stays_as_it_is(tmp_path):
    stores = rich_stores(tmp_path)
    build(stores, tmp_path / "public")
    build(stores, tmp_path / "kept")

    report = onto(tmp_path / "public", stores, tmp_path / "public")

    assert differing(tmp_path / "public", tmp_path / "kept") == []
    assert report.kept == report.files
    assert report.earlier == 0


def test_unchanged_files_are_links_to_those_of_the_earlier_site(tmp_path):
    stores = [
        store_of(tmp_path / str(number), number, [0.5] * 50, experiment=f"box {number % 3}")
        for number in range(6)
    ]
    build(stores, tmp_path / "public")
    inodes = {path: (tmp_path / "public" / path).stat().st_ino for path in files_in(tmp_path / "public")}

    onto(tmp_path / "public", [store_of(tmp_path / "new", 9, [0.5], experiment="box 0")], tmp_path / "public")

    now = {path: (tmp_path / "public" / path).stat().st_ino for path in files_in(tmp_path / "public")}
    changed = {path for path, inode in now.items() if inodes.get(path) != inode}
    assert not any(path.startswith(("assets/", "e/box-1", "e/box-2")) for path in changed)
    assert sum(path.startswith("shards/") for path in changed) <= 1 + sum(
        path.startswith("e/") for path in changed
    )
    assert sum(path.startswith("data/points-") for path in changed) == 1
    assert len(changed) < len(now) / 2


def test_of_a_run_in_both_the_store_holds(tmp_path):
    build([store_of(tmp_path / "then", 1, [0.5], status=None, tags={"stage": "a"})], tmp_path / "public")
    now = store_of(tmp_path / "now", 1, [0.5, 0.9], tags={"stage": "b"})

    report = onto(tmp_path / "public", [now], tmp_path / "public")

    assert (report.runs, report.points, report.earlier) == (1, 2, 0)
    build([now], tmp_path / "alone")
    assert differing(tmp_path / "public", tmp_path / "alone") == []


def test_an_experiment_that_a_store_deleted_is_gone(tmp_path):
    build([store_of(tmp_path / "then", 1, [0.5])], tmp_path / "public")
    now = store_of(tmp_path / "now", 2, [0.5])
    folder = now / "experiments" / experiment_folder("fake box")
    (folder / "facts-zz.jsonl").write_bytes(fact_lines([("deleted", "", True)]))

    report = onto(tmp_path / "public", [now], tmp_path / "public")

    assert report.runs == 0


def test_the_newer_note_and_tags_of_an_experiment_hold_and_the_others_stay(tmp_path):
    sites = []
    for number, said in enumerate(
        [
            [("note", "", "the first note"), ("tag", "team", "old"), ("tag", "area", "x")],
            [("note", "", "the second note"), ("tag", "team", "new")],
            [],
        ]
    ):
        store = store_of(tmp_path / str(number), number, [0.5])
        folder = store / "experiments" / experiment_folder("fake box")
        (folder / "facts-zz.jsonl").write_bytes(fact_lines(said))
        if number == 0:
            build([store], tmp_path / "public")
        else:
            onto(tmp_path / "public", [store], tmp_path / "public")
        (page,) = (tmp_path / "public/e").glob("*/index.html")
        sites.append(page.read_text())

    assert "the first note" in sites[0]
    for page in sites[1:]:
        assert "the second note" in page
        assert "the first note" not in page


def test_what_a_store_removed_of_an_experiment_does_not_come_back_from_the_earlier_site(tmp_path):
    store = store_of(tmp_path / "then", 1, [0.5])
    folder = store / "experiments" / experiment_folder("fake box")
    said = [("note", "", "a note too many"), ("tag", "team", "crimson")]
    (folder / "facts-zz.jsonl").write_bytes(fact_lines(said))
    build([store], tmp_path / "public")
    said += [("note", "", ""), ("tag", "team", None)]
    (folder / "facts-zz.jsonl").write_bytes(fact_lines(said))

    onto(tmp_path / "public", [store], tmp_path / "public")

    (page,) = (tmp_path / "public/e").glob("*/index.html")
    assert "a note too many" not in page.read_text()
    assert "crimson" not in page.read_text()


def test_of_a_run_that_was_alive_nothing_is_known_when_its_store_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr("logger.runfolder.is_alive", lambda path, start: True)
    build([store_of(tmp_path / "then", 1, [0.5], status=None)], tmp_path / "public")
    (page,) = run_pages(tmp_path / "public").values()
    assert b'data-alive="yes"' in page

    onto(tmp_path / "public", [store_of(tmp_path / "now", 2, [0.5])], tmp_path / "public")

    page = next(content for path, content in sorted(run_pages(tmp_path / "public").items()))
    assert b'data-alive="unknown"' in page


@pytest.mark.parametrize("made", [False, True], ids=["absent", "empty"])
def test_nothing_published_yet_is_an_error_unless_it_is_expected(tmp_path, made):
    store = store_of(tmp_path / "new", 1, [0.5])
    if made:
        (tmp_path / "public").mkdir()

    with pytest.raises(EarlierSite, match=r"(?s)nothing is published at .*--first"):
        onto(tmp_path / "public", [store], tmp_path / "public")
    report = onto(tmp_path / "public", [store], tmp_path / "public", first=True)

    assert report.runs == 1
    assert onto(tmp_path / "public", [store], tmp_path / "public", first=True).runs == 1


def test_a_site_that_would_lose_something_is_refused_and_stays(tmp_path):
    store = store_of(tmp_path / "new", 1, [0.5])
    old = store_of(tmp_path / "old", 2, [0.5] * 9)
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("<h1>mine</h1>")
    for data, words in (("charts", "its points are not in it"), ("none", "carries no data")):
        build([old], tmp_path / data, SiteConfig(data=data))
        with pytest.raises(EarlierSite, match=f"(?s){words}.*--data full"):
            onto(tmp_path / data, [store], tmp_path / "public", first=True)
    build([old], tmp_path / "damaged")
    (points,) = (tmp_path / "damaged/data").glob("points-*")
    points.write_bytes(points.read_bytes()[:-5])
    before = files_in(tmp_path / "damaged")

    with pytest.raises(EarlierSite, match=r"is damaged: data/points-.* was cut"):
        onto(tmp_path / "damaged", [store], tmp_path / "damaged", first=True)
    with pytest.raises(EarlierSite, match="no site that sitegen made"):
        onto(other, [store], tmp_path / "public", first=True)

    assert files_in(tmp_path / "damaged") == before
    assert not (tmp_path / "public").exists()


def test_a_newer_format_is_refused_by_name(tmp_path):
    (tmp_path / "site/data").mkdir(parents=True)
    (tmp_path / "site/data/index.json").write_text('{"runfolio data": 7}')

    with pytest.raises(NewerFormat, match="have format 7"), earlier_site(str(tmp_path / "site"), False):
        pass


# -- by its address ---------------------------------------------------------------------------------------


Answers = dict[str, tuple[int, dict[str, str]]]  # by path: status and headers


class Handler(http.server.SimpleHTTPRequestHandler):
    asked: list[str]
    answers: Answers

    def do_GET(self) -> None:
        self.asked.append(self.path)
        said = self.answers.get(self.path.partition("?")[0])
        if said is None:
            super().do_GET()
            return
        self.send_response(said[0])
        for name, value in said[1].items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def served(
    folder: Path, answers: dict[str, tuple[int, dict[str, str]]] | None = None
) -> Iterator[tuple[str, list[str]]]:
    """The address of a folder on a server of our own, and what was asked of it."""
    asked: list[str] = []
    members = {"asked": asked, "answers": {} if answers is None else answers}
    handler = functools.partial(type("Asked", (Handler,), members), directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("end", ["/repo", "/repo/", "/repo/index.html", "/repo/index.html#x"])
def test_a_site_is_fetched_by_its_address(tmp_path, end):
    build(rich_stores(tmp_path), tmp_path / "www/repo", SiteConfig(artifacts="all"))
    new = store_of(tmp_path / "new", 5000, [0.5], experiment="another")
    onto(tmp_path / "www/repo", [new], tmp_path / "from folder", artifacts="all")

    with served(tmp_path / "www") as (address, asked):
        onto(f"{address}{end}", [new], tmp_path / "from address", artifacts="all")

    assert differing(tmp_path / "from folder", tmp_path / "from address") == []
    assert all(path.startswith(("/repo/data/", "/repo/a/")) for path in asked)
    assert asked[0].startswith("/repo/data/index.json?")  # past the memory of a server between


def test_what_an_address_lacks_is_an_error_and_only_nothing_at_all_a_first_site(tmp_path):
    store = store_of(tmp_path / "new", 1, [0.5])
    (tmp_path / "www").mkdir()
    build([store], tmp_path / "www/bare", SiteConfig(data="none"))
    build([store], tmp_path / "www/half")
    next((tmp_path / "www/half/data").glob("points-*")).unlink()
    (tmp_path / "www/other").mkdir()
    (tmp_path / "www/other/index.html").write_text("<h1>mine</h1>")

    with served(tmp_path / "www") as (address, _):
        for name, words in (
            ("bare", "without data"),
            ("half", "lacks data/points-"),
            ("other", "another site"),
        ):
            with pytest.raises(EarlierSite, match=words):
                onto(f"{address}/{name}/", [store], tmp_path / "public", first=True)
        with pytest.raises(EarlierSite, match="nothing is published"):
            onto(f"{address}/nothing/", [store], tmp_path / "public")
        assert onto(f"{address}/nothing/", [store], tmp_path / "public", first=True).runs == 1


def test_a_server_that_is_down_is_no_first_site(tmp_path, monkeypatch):
    monkeypatch.setattr("sitegen.fetching.time.sleep", lambda seconds: None)
    store = store_of(tmp_path / "new", 1, [0.5])
    answers = {f"/{code}/data/index.json": (code, {}) for code in (403, 500, 503)}
    with served(tmp_path, answers) as (address, asked):
        for code, times in ((403, 1), (500, 3), (503, 3)):
            asked.clear()
            with pytest.raises(EarlierSite, match=f"the server said {code}"):
                onto(f"{address}/{code}/", [store], tmp_path / "public", first=True)
            assert len(asked) == times
    with pytest.raises(EarlierSite, match="could not be had"):
        onto(address, [store], tmp_path / "public", first=True)


def test_the_scheme_of_an_address_may_be_in_capitals(tmp_path):
    store = store_of(tmp_path / "new", 1, [0.5])
    build([store_of(tmp_path / "old", 2, [0.5])], tmp_path / "site")
    with served(tmp_path / "site") as (address, _):
        assert onto(address.replace("http", "HTTP"), [store], tmp_path / "public").runs == 2


@pytest.mark.parametrize(
    "address", ["htps://ann.github.io/boxes/", "ftp://127.0.0.1/x", "file:/tmp/x", "ssh://a/b"]
)
def test_an_address_with_another_scheme_is_no_folder_that_is_not_there_yet(tmp_path, address):
    store = store_of(tmp_path / "new", 1, [0.5])

    with pytest.raises(EarlierSite, match="is no address of a site"):
        onto(address, [store], tmp_path / "public", first=True)


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://127.0.0.1:1/x", "{}/other/x", "{}/repo/../x"],
)
def test_a_redirect_that_leads_away_is_not_followed(tmp_path, target):
    place = "/repo/data/index.json"
    answers: Answers = {}
    with served(tmp_path, answers) as (address, asked):
        answers[place] = (302, {"Location": target.format(address)})

        with pytest.raises(NotFetched, match=r"not followed|the server said 302"):
            WebSite(f"{address}/repo").fetch("data/index.json", 1000)

    assert asked == [place]


def test_files_larger_than_listed_are_given_up(tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 100)
    with served(tmp_path) as (address, _):
        site = WebSite(address)

        assert site.fetch("big", 100) == b"x" * 100
        with pytest.raises(NotFetched, match="more than 99 bytes"):
            site.fetch("big", 99)
        with pytest.raises(NotThere):
            site.fetch("small", 99)


@pytest.mark.parametrize(
    "address",
    ["file:///etc", "https://", "https://ann:secret@example.org/", "http://[", "//x", "http://x:y/"],
)
def test_what_is_no_address_of_a_site_is_refused_without_its_login(address):
    with pytest.raises(NotFetched) as refused:
        base_of(address)

    assert "secret" not in str(refused.value)


# -- by a branch ------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str:
    answer = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **GIT}, check=True, capture_output=True, text=True
    )
    return answer.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A clone of a bare repository, with a commit on main."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "bare.git")
    git(tmp_path, "clone", "--quiet", "bare.git", "work")
    work = tmp_path / "work"
    (work / "train.py").write_text("print()")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "-m", "train")
    git(work, "push", "--quiet", "origin", "HEAD:main")
    return work


def published(bare: Path, site: Path, branch: str) -> None:
    """Put a site on a branch, as a commit of its own."""
    work = site.with_name(f"{site.name}-pushed")
    git(site.parent, "init", "--quiet", f"--initial-branch={branch}", str(work))
    for path, content in files_in(site).items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(content)
    git(work, "add", "--all", "--force")
    git(work, "commit", "--quiet", "-m", "site")
    git(work, "push", "--quiet", "--force", str(bare), f"HEAD:{branch}")


def onto_branch(said: str, here: Path, stores: list[Path], out: Path, first: bool = False) -> BuildReport:
    with earlier_site(said, first, here) as earlier:
        return build(stores, out, earlier=earlier)


@pytest.mark.parametrize("shallow", [False, True], ids=["whole", "shallow"])
def test_a_site_is_fetched_from_a_branch_and_the_repository_stays_untouched(tmp_path, repository, shallow):
    build(rich_stores(tmp_path), tmp_path / "site")
    published(tmp_path / "bare.git", tmp_path / "site", "gh-pages")
    new = store_of(tmp_path / "new", 5000, [0.5], experiment="another")
    onto(tmp_path / "site", [new], tmp_path / "from folder")
    if shallow:
        git(repository, "commit", "--quiet", "--allow-empty", "-m", "more")
        git(repository, "push", "--quiet", "origin", "HEAD:main")
        git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/bare.git", "shallow")
        repository = tmp_path / "shallow"
    before = files_in(repository)

    for said in ("git:gh-pages", "git:origin/gh-pages"):
        onto_branch(said, repository / ".", [new], tmp_path / "from branch")

        assert differing(tmp_path / "from folder", tmp_path / "from branch") == []
    assert files_in(repository) == before


def test_a_branch_that_is_not_there_yet_is_a_first_site_only_when_expected(tmp_path, repository):
    store = store_of(tmp_path / "new", 1, [0.5])

    with pytest.raises(EarlierSite, match=r"nothing is published at git:gh-pages yet"):
        onto_branch("git:gh-pages", repository, [store], tmp_path / "public")

    assert onto_branch("git:gh-pages", repository, [store], tmp_path / "public", first=True).runs == 1


@pytest.mark.parametrize("said", ["git:upsteam/gh-pages", "git:refs/heads/gh-pages"])
def test_what_may_be_a_branch_of_an_unknown_remote_is_no_first_site(tmp_path, repository, said):
    store = store_of(tmp_path / "new", 1, [0.5])

    with pytest.raises(EarlierSite, match=r"there is no remote (upsteam|refs) here"):
        onto_branch(said, repository, [store], tmp_path / "public", first=True)

    plain = f"git:origin/{said.removeprefix('git:')}"
    assert onto_branch(plain, repository, [store], tmp_path / "public", first=True).runs == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("git:main", "no site that sitegen made"),
        ("git:--upload-pack=x", "names no branch"),
        ("git:", "names no branch"),
        ("git:a..b", "names no branch"),
        ("git:gh-pages:main", "names no branch"),
        ("git:gh-*", "names no branch"),
        ("git:a b", "names no branch"),
    ],
)
def test_branches_that_hold_no_site_are_refused(tmp_path, repository, said, words):
    store = store_of(tmp_path / "new", 1, [0.5])

    with pytest.raises(EarlierSite, match=words):
        onto_branch(said, repository, [store], tmp_path / "public", first=True)


def test_a_remote_that_does_not_answer_is_no_first_site(tmp_path, repository):
    store = store_of(tmp_path / "new", 1, [0.5])
    (tmp_path / "bare.git").rename(tmp_path / "moved.git")

    with pytest.raises(EarlierSite, match="could not be had"):
        onto_branch("git:gh-pages", repository, [store], tmp_path / "public", first=True)
    with pytest.raises(EarlierSite, match="git could not"):
        onto_branch("git:gh-pages", tmp_path / "new", [store], tmp_path / "public", first=True)
