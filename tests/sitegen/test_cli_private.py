"""The options that say what goes out, and how a build ends when something looks secret or private."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import RunPlan, make_store
from commands import Answer, sitegen
from made_stores import PRIVATE

CURVE = {"auc": [0.5, 0.9]}
MAIL = "ann@uni.edu"


def built(folder: Path, *words: str, **more: str) -> Answer:
    return sitegen(folder, "build", *words, **({"CI": ""} | more))


def pages(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in (folder / "public").rglob("index.html"))


def test_outside_of_ci_a_finding_is_told_with_the_line_that_allows_it(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE, "fake box", tags={"by": MAIL}) for _ in range(3)])

    answer = built(tmp_path)

    assert answer.returncode == 0
    assert MAIL not in answer.stdout + answer.stderr
    found = [line for line in answer.stdout.splitlines() if line.startswith("found")]
    assert len(found) == 1
    assert found[0].endswith("/tags.by and in 2 more places: a mail address (mail)")
    assert "a line in .sitegen-allow:" in answer.stdout
    assert (tmp_path / "public" / "index.html").is_file()


@pytest.mark.parametrize(
    ("words", "surroundings"),
    [((), {"CI": "true"}), ((), {"CI": "1"}), (("--strict",), {})],
    ids=["CI", "CI=1", "strict"],
)
def test_in_ci_or_when_strict_a_finding_ends_with_3_and_nothing_is_written(tmp_path, words, surroundings):
    make_store(tmp_path, [RunPlan(CURVE, "fake box", tags={"by": MAIL})])

    answer = built(tmp_path, *words, **surroundings)

    assert answer.returncode == 3
    assert answer.stdout == ""
    assert answer.stderr.startswith("error: ")
    assert "/tags.by: a mail address (mail)" in answer.stderr
    assert MAIL not in answer.stderr
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize("value", ["", "0", "false", "False"])
def test_ci_set_to_nothing_is_none(tmp_path, value):
    make_store(tmp_path, [RunPlan(CURVE, tags={"by": MAIL})])

    assert built(tmp_path, CI=value).returncode == 0


def test_the_line_that_is_told_lets_the_next_build_pass(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE, tags={"by": MAIL}, params={"api_key": "abcdef"})])
    told = built(tmp_path, CI="1").stderr.splitlines()
    lines = told[told.index("  What may go out all the same is a line in .sitegen-allow:") + 1 :]

    (tmp_path / ".sitegen-allow").write_text("# meant to\n" + "\n".join(lines))
    answer = built(tmp_path, CI="1")

    assert answer.returncode == 0, answer.stderr
    assert "found" not in answer.stdout
    assert MAIL in pages(tmp_path)


def test_lines_of_the_allow_file_that_are_of_no_use_are_told_and_slips_are_errors(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE)])
    (tmp_path / ".sitegen-allow").write_text("mail */note\n")
    (tmp_path / "other").write_text("\nnail */note\n")
    (tmp_path / "sitegen.toml").write_text('allow = "other"\n')

    unused = built(tmp_path, "--config", "/dev/null")
    slip = built(tmp_path)

    assert "note   .sitegen-allow, line 1 allows nothing that is there" in unused.stdout
    assert slip.returncode == 1
    assert "other, line 2: its first word names no rule" in slip.stderr


def test_files_with_something_found_are_kept_back_and_told(tmp_path):
    import hashlib

    from builders import make_runs

    data = b"API_KEY=abcdefgh1234"
    fact = ("artifact", "env.txt", {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, facts=[fact])])
    (run.path / "artifacts").mkdir()
    (run.path / "artifacts" / "env.txt").write_bytes(data)

    answer = built(tmp_path, CI="1")

    assert answer.returncode == 0  # it does not go out
    assert "kept   Default/" in answer.stdout
    assert "/artifacts/env.txt: a password or a key (password)" in answer.stdout
    assert "abcdefgh1234" not in answer.stdout + pages(tmp_path)


def test_kinds_that_are_asked_for_are_published(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE, provenance=PRIVATE)])
    (tmp_path / "sitegen.toml").write_text("publish = { slurm_job_id = true, user = false }\n")

    assert built(tmp_path).returncode == 0
    by_file = pages(tmp_path)
    assert built(tmp_path, "--publish", "host, no-git-commit,no-slurm-job-id").returncode == 0
    by_option = pages(tmp_path)

    assert [word in by_file for word in ("424242", "node17.cluster", "abc1234", "Ann Logged")] == [
        True,
        False,
        True,
        False,
    ]
    assert [word in by_option for word in ("424242", "node17.cluster", "abc1234", "Ann Logged")] == [
        False,
        True,
        False,
        False,
    ]
    assert "annlogin" not in by_file + by_option


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--publish", "hots"), "there is no kind 'hots'; there are script, user"),
        (("--only", "params.a ="), "--only"),
        (("--base-url", "ftp://x.org"), "--base-url"),
        (("--base-url", "https://x.org/?a=1"), "is no address of a site"),
    ],
)
def test_what_makes_no_sense_is_refused_with_2(tmp_path, words, said):
    make_store(tmp_path, [RunPlan(CURVE)])

    answer = built(tmp_path, *words)

    assert answer.returncode == 2
    assert said in answer.stderr
    assert not (tmp_path / "public").exists()


def test_only_and_drop_options_hold_and_patterns_add_to_those_of_the_file(tmp_path):
    params = {"depth": 1, "data_path": "/d/one", "secret": "x9y"}
    make_store(
        tmp_path,
        [
            RunPlan(CURVE, params=params | {"depth": n}, tags={"who": "crimson", "t": "azure"})
            for n in range(3)
        ],
    )
    (tmp_path / "sitegen.toml").write_text(
        'only = "params.depth >= 1"\ndrop_params = ["secret"]\ndrop_tags = ["t"]\n'
    )

    answer = built(tmp_path, "--drop-param", "*_PATH", "--drop-tag", "who")

    assert answer.returncode == 0
    assert "left   1 run for which the filter `only` does not hold" in answer.stdout.splitlines()
    assert not any(word in pages(tmp_path) for word in ("/d/one", "x9y", "crimson", "azure"))
    assert "2 params are not published." in pages(tmp_path)


def test_what_an_earlier_site_brings_along_is_looked_through_too(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE, "fake box", tags={"by": MAIL})])
    assert built(tmp_path, "-o", "before").returncode == 0
    (tmp_path / "tracking").rename(tmp_path / "gone")
    make_store(tmp_path, [])

    answer = built(tmp_path, "--onto", "before", CI="1")

    assert answer.returncode == 3
    assert "/tags.by: a mail address (mail)" in answer.stderr


def test_comparisons_say_nothing_of_dropped_params(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE, params={"depth": n, "data_path": f"/d/{n}x"}) for n in range(2)])
    words = ("compare", "params.depth = 0", "params.depth = 1")

    before = sitegen(tmp_path, *words)
    (tmp_path / "sitegen.toml").write_text('drop_params = ["*_path"]\n')
    after = sitegen(tmp_path, *words)

    assert "/d/1x" in before.stdout
    assert after.returncode == 0, after.stderr
    assert "depth" in after.stdout
    assert "data_path" not in after.stdout
    assert "/d/1x" not in after.stdout
