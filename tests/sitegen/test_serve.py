"""The local server: whom it answers, with what, and how a page learns that it changed."""

from __future__ import annotations

import errno
import gzip
import hashlib
import http.client
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from builders import START, RunPlan, fact_lines, make_run, make_runs, make_store
from made_pages import find, parsed, text_of
from made_stores import private_run

from logger.factlines import JsonValue
from logger.store import Store
from sitegen.config import SiteConfig
from sitegen.configfile import find_config
from sitegen.errors import BadConfig, NothingToDo
from sitegen.kinds import EVERYTHING
from sitegen.serve import HOST, LiveSite, start, watch

CURVE = {"auc": [0.5, 0.7, 0.9]}


class Client:
    """Asks one server, as a browser would."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(
                method, path, headers={name.replace("_", "-"): h for name, h in headers.items()}
            )
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def news(self, page: str, seen: str) -> bool:
        _, _, script = self.get(f"/news.js?page={page}&seen={seen}")
        match = re.fullmatch(rb"runfolio\.news\((.*)\);\n", script)
        assert match
        told = json.loads(match.group(1))
        assert ("html" in told) == ("stamp" in told)
        return "html" in told

    def seen(self, page: str) -> str:
        _, headers, _ = self.get(page)
        return str(int(parsedate_to_datetime(headers["Last-Modified"]).timestamp()))


@contextmanager
def served(live: LiveSite) -> Iterator[Client]:
    server = start(live, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Client(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def store(tmp_path) -> Path:
    return make_store(tmp_path, [RunPlan(CURVE, "fake box")])


@pytest.fixture
def live(store) -> LiveSite:
    site = LiveSite([store], SiteConfig(publish=EVERYTHING, scan="off"), clock=lambda: 1000.0)
    site.refresh()
    return site


def test_pages_scripts_and_styles_come_with_their_types(live):
    wanted = {
        "/": "text/html; charset=utf-8",
        "/index.html": "text/html; charset=utf-8",
        next(f"/{path}" for path in live.snapshot.files if path.endswith(".css")): "text/css; charset=utf-8",
        next(
            f"/{path}" for path in live.snapshot.files if path.startswith("shards/")
        ): "text/javascript; charset=utf-8",
        "/assets/THIRD-PARTY.txt": "text/plain; charset=utf-8",
    }
    with served(live) as client:
        answers = {path: client.get(path) for path in wanted}

    assert {path: (status, headers["Content-Type"]) for path, (status, headers, _) in answers.items()} == {
        path: (200, kind) for path, kind in wanted.items()
    }
    assert all(headers["X-Content-Type-Options"] == "nosniff" for _, headers, _ in answers.values())


def test_page_is_never_cached_and_what_is_named_by_its_content_always(live):
    shard = next(path for path in live.snapshot.files if path.startswith("shards/"))
    with served(live) as client:
        _, page, _ = client.get("/")
        _, script, _ = client.get(f"/{shard}")

    assert page["Cache-Control"] == "no-store"
    assert "immutable" in script["Cache-Control"]


def test_text_is_squeezed_for_those_who_take_it(live):
    with served(live) as client:
        _, plain_headers, plain = client.get("/")
        _, headers, squeezed = client.get("/", Accept_Encoding="gzip")

    assert plain_headers["Content-Encoding"] is None
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed) == plain == live.snapshot.files["index.html"]


def test_head_answers_without_a_body(live):
    with served(live) as client:
        status, headers, body = client.get("/", method="HEAD")

    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == str(len(live.snapshot.files["index.html"]))


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::2]", "localhost@evil"]
)
def test_request_that_names_another_host_is_turned_away(live, host):
    with served(live) as client:
        status, _, body = client.get("/", Host=host)

    assert status == 421
    assert b"<html" not in body


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8765", "[::1]:80"])
def test_request_that_names_the_loopback_is_answered(live, host):
    with served(live) as client:
        assert client.get("/", Host=host)[0] == 200


@pytest.mark.parametrize(
    "path", ["/../secret", "/%2e%2e/secret", "//etc/passwd", "/%00", "/%ff", "/r/../../secret", "/nothing"]
)
def test_path_that_is_no_page_gives_the_page_for_that(live, path, tmp_path):
    (tmp_path / "secret").write_text("secret")

    with served(live) as client:
        status, _, body = client.get(path)

    assert status == 404
    assert body == live.snapshot.files["404.html"]


def test_folder_without_its_slash_is_redirected(live):
    run = next(path for path in live.snapshot.files if path.startswith("r/")).removesuffix("/index.html")
    with served(live) as client:
        status, headers, _ = client.get(f"/{run}")

    assert (status, headers["Location"]) == (301, f"/{run}/")


def test_page_starts_to_ask_for_news_only_when_it_is_served(live):
    first = next(path for path in live.snapshot.files if path.startswith("assets/theme."))
    with served(live) as client:
        _, _, script = client.get(f"/{first}")

    assert b"/news.js?" in script.removeprefix(live.snapshot.files[first])
    assert not any(b"/news.js?" in content for content in live.snapshot.files.values())


def test_page_that_was_opened_before_a_build_still_gets_its_data(live, store):
    shard = next(path for path in live.snapshot.files if path.startswith("shards/"))
    before = live.snapshot.files[shard]
    with served(live) as client:
        make_run(store, RunPlan(CURVE, "fake box"), START + 10**10, 1)
        live.refresh()
        status, _, content = client.get(f"/{shard}")

    assert shard not in live.snapshot.files
    assert (status, content) == (200, before)


def test_page_hears_that_it_changed_and_the_others_that_they_did_not(live, store):
    with served(live) as client:
        home, problems = client.seen("/"), client.seen("/problems/")
        before = client.news("/", home), client.news("/index.html", home), client.news("/problems/", problems)
        make_run(store, RunPlan(CURVE, "fake box"), START + 10**10, 1)
        report = live.refresh()
        after = client.news("/", home), client.news("/", client.seen("/"))

    assert before == (False, False, False)
    assert report is not None
    assert report.runs == 2
    assert after == (True, False)


def test_two_builds_of_one_second_are_told_apart(live, store):
    with served(live) as client:
        stamps = [client.seen("/")]
        for number in (1, 2):
            make_run(store, RunPlan(CURVE, "fake box"), START + number * 10**10, number)
            live.refresh()
            stamps.append(client.seen("/"))

    assert len(set(stamps)) == 3


def test_store_that_did_not_change_is_not_built_again(live):
    assert live.refresh() is None


def test_point_in_a_file_whose_size_and_time_stand_still_is_noticed(tmp_path):
    import os

    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, sealed=False, status=None)])
    site = LiveSite([tmp_path / "tracking"], SiteConfig())
    site.refresh()
    state, content = run.live.stat(), bytearray(run.live.read_bytes())
    content[-1] ^= 1
    run.live.write_bytes(content)
    os.utime(run.live, ns=(state.st_atime_ns, state.st_mtime_ns))

    assert site.refresh() is not None


def test_store_that_cannot_be_read_leaves_the_last_site_and_is_said_once(live, store):
    failures, done = [], threading.Event()
    format_file = store / "runfolio.json"
    format_file.write_text('{"format": 99}')
    files = live.snapshot.files
    rounds = iter(range(5))

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return next(rounds, None) is None

    watch(live, Stop(), lambda report: done.set(), failures.append)
    format_file.write_text('{"format": 1} ')
    report = live.refresh()

    assert len(failures) == 1
    assert "99" in str(failures[0])
    assert not done.is_set()
    assert report is not None
    assert live.snapshot.files.keys() == files.keys()


def test_what_is_private_is_shown_here(tmp_path):
    store = make_store(tmp_path, [private_run("finished")])
    live = LiveSite([store], SiteConfig(publish=EVERYTHING, scan="off"))
    live.refresh()

    assert b"annlogin" in b"".join(live.snapshot.files.values())


def test_taken_port_gives_the_next_free_one(live):
    first = start(live, 0)
    port = first.server_address[1]
    passed = []
    second = start(live, port, lambda number, why: passed.append((number, why)))
    try:
        assert passed[0] == (port, os.strerror(errno.EADDRINUSE))
        assert port < second.server_address[1] <= port + 20
    finally:
        first.server_close()
        second.server_close()


def test_port_that_cannot_be_had_is_said(live, monkeypatch):
    def refuse(*args: object) -> None:
        raise OSError

    monkeypatch.setattr("sitegen.serve._Server", refuse)

    with pytest.raises(NothingToDo, match="ports 9000 to 9019 cannot be had"):
        start(live, 9000)


def test_listens_on_the_loopback_only(live):
    server = start(live, 0)
    try:
        assert server.server_address[0] == "127.0.0.1"
    finally:
        server.server_close()


def artifact_of(content: bytes) -> tuple[str, str, JsonValue]:
    said = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return ("artifact", "notes.txt", said)


def test_what_did_not_change_is_not_read_again(tmp_path, monkeypatch):
    plans = [RunPlan(CURVE, "fake box", facts=[artifact_of(b"all fine")]), RunPlan(CURVE, "fake box")]
    built = make_runs(tmp_path, plans)
    place = built[0].path / "artifacts" / "notes.txt"
    place.parent.mkdir()
    place.write_bytes(b"all fine")
    read: list[str] = []
    for name in ("read_points", "read_artifact"):
        before = getattr(Store, name)
        monkeypatch.setattr(
            Store,
            name,
            lambda self, folder, *more, before=before: read.append(folder) or before(self, folder, *more),
        )
    live = LiveSite([tmp_path], SiteConfig(publish=EVERYTHING, scan="off"))
    live.refresh()
    page = f"r/{built[0].run_id}/index.html"
    first = live.snapshot.files[page]
    assert sorted(read) == sorted([built[0].folder, built[0].folder, built[1].folder])

    read.clear()
    new = make_run(tmp_path, RunPlan(CURVE, "other"), START + 10**11, 3)
    live.refresh()
    assert read == [new.folder]
    assert live.snapshot.files[page] == first

    place.write_bytes(b"all ruin")
    make_run(tmp_path, RunPlan(CURVE, "other"), START + 2 * 10**11, 4)
    live.refresh()
    assert b"its checksum differs" in live.snapshot.files[page]
    assert b"all fine" in first


def test_run_whose_facts_grow_after_its_end_is_read_again(tmp_path):
    (built,) = make_runs(tmp_path, [RunPlan(CURVE, "fake box")])
    live = LiveSite([tmp_path], SiteConfig(publish=EVERYTHING, scan="off"))
    live.refresh()

    with built.facts.open("ab") as file:
        file.write(fact_lines([("tag", "stage", "checked")], START + 10**9))
    live.refresh()

    assert b"checked" in live.snapshot.files[f"r/{built.run_id}/index.html"]


class Options:
    """A configuration that may become another one, or unreadable."""

    def __init__(self, **said: object) -> None:
        self.now: SiteConfig | BadConfig
        self.say(**said)

    def say(self, **said: object) -> None:
        self.now = SiteConfig.model_validate({"publish": EVERYTHING, "scan": "off"} | said)

    def __call__(self) -> SiteConfig:
        if isinstance(self.now, BadConfig):
            raise self.now
        return self.now


def test_options_that_changed_are_those_of_the_next_build_and_the_same_ones_make_none(store):
    options = Options(title="Before")
    live = LiveSite([store], options(), options=options)
    live.refresh()

    options.say(title="After", points_exact=10)
    with served(live) as client:
        seen = client.seen("/")
        report = live.refresh()
        heard = client.news("/", seen)
    options.say(title="After", points_exact=10)

    assert report is not None
    assert heard
    assert b"After" in live.snapshot.files["index.html"]
    assert live.refresh() is None


def test_options_that_cannot_be_read_are_a_problem_and_the_last_good_ones_hold_while_the_store_grows(store):
    options = Options(title="Good")
    live = LiveSite([store], options(), options=options)
    live.refresh()

    options.now = BadConfig("sitegen.toml, line 1: title: it should be text, in quotes: 3")
    broken = live.refresh()
    again = live.refresh()
    make_run(store, RunPlan(CURVE, "fake box"), START + 10**10, 1)
    grown = live.refresh()
    page = live.snapshot.files["problems/index.html"].decode()
    options.say(title="Good")
    mended = live.refresh()

    assert broken is not None
    assert [problem.path for problem in broken.problems] == ["options"]
    assert again is None
    assert grown is not None
    assert grown.runs == 2
    assert "sitegen.toml, line 1: title: it should be text" in page
    assert "Good" in page
    assert mended is not None
    assert mended.problems == ()


def test_each_fault_of_the_options_stands_on_the_page_of_problems_which_says_what_holds_meanwhile(
    store, tmp_path
):
    (store / "experiments" / "stray").write_text("")
    options = Options(title="Good")
    live = LiveSite([store], options(), options=options)
    live.refresh()
    file = tmp_path / "sitegen.toml"
    file.write_text('titel = "x"\n[goals]\nloss = "mni"\n')
    with pytest.raises(BadConfig) as caught:
        find_config(tmp_path)
    options.now = caught.value

    live.refresh()

    page = parsed(live.snapshot.files["problems/index.html"].decode())
    (listed,) = find(page, "ul", **{"class": "problems"})
    told = [[text_of(part) for part in item] for item in listed]
    holds = "The last good options hold until all that is wrong with the new ones is mended."
    assert [item[0] for item in told] == ["options", "options", "experiments/stray"]
    assert [item[1].removeprefix(f"{file}, ") for item in told[:2]] == [
        "line 3: goals.loss.goal: cannot be 'mni'; it can be 'max' or 'min'",
        "line 1: titel: is no option of sitegen's; did you mean title?",
    ]
    assert [item[2] for item in told[:2]] == [holds, holds]
    said = [text_of(each) for each in find(page, "p", **{"class": "sentence"})]
    assert said == [
        "The options cannot be used as they are: the last good ones hold, and all is shown with them.",
        "One file or folder is no part of a store, and was passed over.",
    ]


def test_problem_of_the_options_comes_before_those_of_stores_and_lies_in_none_of_them(store, tmp_path):
    make_runs(tmp_path / "other", [RunPlan(CURVE, "fake box", started=START + 10**12)])
    (store / "experiments" / "stray").write_text("")
    options = Options()
    live = LiveSite([store, tmp_path / "other"], options(), options=options)
    options.now = BadConfig("sitegen.toml is no TOML")

    report = live.refresh()

    assert report is not None
    assert [problem.path for problem in report.problems] == ["options", "store 1: experiments/stray"]
