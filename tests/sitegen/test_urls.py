"""Addresses inside a site."""

from __future__ import annotations

import posixpath

from hypothesis import given
from hypothesis import strategies as st

from sitegen.urls import (
    HOME,
    NOT_FOUND,
    PROBLEMS,
    asset,
    digest,
    experiment_page,
    link,
    root,
    run_page,
    shard,
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
