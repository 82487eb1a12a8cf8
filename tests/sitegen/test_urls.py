"""Addresses inside a site."""

from __future__ import annotations

import posixpath

from hypothesis import given
from hypothesis import strategies as st

from sitegen.urls import (
    HOME,
    NOT_FOUND,
    PROBLEMS,
    address,
    asset,
    compare_link,
    digest,
    experiment_page,
    link,
    root,
    run_page,
    run_words,
    shard,
    target,
)

PATHS = [
    HOME,
    NOT_FOUND,
    PROBLEMS,
    experiment_page("e/fake-box-3f9a1c02/"),
    run_page("0" * 32),
    shard("ab12"),
    asset("app", "ab12", "js"),
]


@given(st.sampled_from(PATHS), st.sampled_from(PATHS))
def test_link_leads_from_any_page_to_any_file(page, target):
    written = link(page, target)

    assert posixpath.normpath(posixpath.join(posixpath.dirname(page), written)) == target
    assert not written.startswith("/")


def test_link_leads_to_the_file_because_a_folder_on_disk_shows_a_listing():
    assert link(HOME, run_page("a" * 32)) == f"r/{'a' * 32}/index.html"
    assert link(run_page("a" * 32), HOME) == "../../index.html"


def test_link_may_lead_to_a_place_on_the_page():
    assert link(HOME, PROBLEMS, "damaged") == "problems/index.html#damaged"


def test_root_climbs_as_many_folders_as_the_page_lies_deep():
    assert [root(page) for page in PATHS[:5]] == ["", "", "../", "../../", "../../"]


def test_digest_changes_with_the_content():
    assert digest(b"a") != digest(b"b")
    assert len(digest(b"")) == 16


def test_the_target_of_a_link_is_what_was_linked():
    for page in ("index.html", "r/1/index.html", "e/a/index.html"):
        for path in ("index.html", "a/x.png", "r/1/y.js"):
            assert target(page, link(page, path)) == path


def test_the_address_of_an_index_is_that_of_its_folder():
    assert address("https://x.org/b/", "index.html") == "https://x.org/b/"
    assert address("https://x.org/b/", "r/1/index.html") == "https://x.org/b/r/1/"
    assert address("https://x.org/b/", "a/x.png") == "https://x.org/b/a/x.png"


def test_runs_are_called_by_the_start_of_their_ids_that_no_other_has():
    alone, one, other = "a" * 32, "b" * 20 + "1" * 12, "b" * 20 + "2" * 12

    words = run_words([other, alone, one])

    assert words == {alone: "a" * 12, one: "b" * 20 + "1", other: "b" * 20 + "2"}
    assert run_words([]) == {}
    assert compare_link("r/1/index.html", words.values()).endswith(f"#compare={','.join(words.values())}")
