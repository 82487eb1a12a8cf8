"""A site as a store: what is built from it equals it, and what is wrong with it costs only what is wrong."""

from __future__ import annotations

import pytest
from rich_stores import differing, files_in, rich_stores

from sitegen.build import build
from sitegen.config import SiteConfig
from sitegen.kinds import EVERYTHING


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"artifacts": "all"},
        {"artifacts": "none"},
        {"drop_params": ["rate", "k*"], "drop_tags": ["stage"], "only": "status != 'killed'"},
        {"publish": EVERYTHING, "base_url": "https://ann.github.io/boxes/"},
        {"artifact_bytes": 100, "artifacts_bytes": 200},
        {
            "deleted_too": True,
            "points_exact": 50,
            "goals": {"loss": "min"},
            "baseline": "tags.stage = 'prod'",
        },
    ],
    ids=["as it comes", "all files", "no files", "dropped", "published", "few files", "other options"],
)
def test_a_site_rebuilt_from_itself_equals_the_original(tmp_path, options):
    config = SiteConfig(**options)
    built = build(rich_stores(tmp_path), tmp_path / "public", config)

    again = build([tmp_path / "public"], tmp_path / "again", config)

    assert built.problems
    assert built.runs == again.runs == (12 if config.only else 13)
    assert differing(tmp_path / "public", tmp_path / "again") == []


def test_a_site_rebuilt_onto_its_own_folder_stays_as_it_is(tmp_path):
    build(rich_stores(tmp_path), tmp_path / "public")
    before = files_in(tmp_path / "public")

    report = build([tmp_path / "public"], tmp_path / "public")

    assert files_in(tmp_path / "public") == before
    assert report.kept == report.files
