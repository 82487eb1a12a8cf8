"""Groups: which runs a side means, which of them are one group, and what an error says there is."""

from __future__ import annotations

from typing import Any

import pytest
from commits import A, B, C, knows, made
from records import DAY, catalog, run

from sitegen.catalog import Catalog
from sitegen.errors import NoSuchRuns
from sitegen.groups import Group, find, group, the_side
from sitegen.sides import NEWEST, Side, read_side


def grouped(store: Catalog, text: str, commit: str | None = None, **more: Any) -> Group:
    side = the_side(text)
    return group(side, find(store, side, knows(commit), **more))


def numbers_of(found: Group) -> list[int]:
    return [int(each.run_id, 16) for each in found.runs]


def remarks_of(found: Group) -> list[str]:
    return [
        "".join(part if isinstance(part, str) else part.text for part in remark) for remark in found.remarks
    ]


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("0199f3c2", "run", "0199f3c2"),
        ("0199F3C2-a7d8", "run", "0199f3c2a7d8"),
        ("latest main", "latest", "main"),
        ("latest  pr/12 ", "latest", "pr/12"),
        ("git:main", "git", "main"),
        ("git:HEAD~1", "git", "HEAD~1"),
        ("params.lr = 0.1", "filter", "params.lr = 0.1"),
        ("name = 'latest main'", "filter", "name = 'latest main'"),
    ],
)
def test_a_side_is_a_run_a_branch_a_commit_or_a_filter(text, kind, what):
    assert read_side(text) == Side(text, kind, what)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("latest", "lacks the branch"),
        ("git:", "no commit"),
        ("git:--upload-pack=x", "no commit"),
        ("the best one", "does not parse at column 0"),
    ],
)
def test_what_is_no_side_is_refused_with_what_is_allowed(text, words):
    with pytest.raises(NoSuchRuns, match=words) as raised:
        the_side(text)
    assert '"latest BRANCH", git:REF' in str(raised.value)


def test_latest_is_the_newest_finished_run_of_a_branch_and_the_seeds_of_its_commit():
    store = catalog(
        *(made(number, A, params={"seed": number, "depth": 3}) for number in (1, 2)),
        *(made(number, B, params={"seed": number, "depth": 3}) for number in (3, 4, 5)),
        made(6, C, "pr/1", params={"seed": 6, "depth": 3}),
        made(7, C, params={"seed": 7, "depth": 3}, status="running"),
    )

    found = grouped(store, "latest main")

    assert numbers_of(found) == [5, 4, 3]
    assert found.commits == {B}
    assert found.remarks == ()


def test_latest_passes_over_the_runs_it_is_compared_with():
    store = catalog(made(1, A), made(2, B), made(3, B))
    head = grouped(store, "git:HEAD", B)

    before = grouped(store, "latest main", but=head)

    assert numbers_of(head) == [3, 2]
    assert numbers_of(before) == [1]
    with pytest.raises(NoSuchRuns, match="'main' but those it is compared with"):
        grouped(catalog(made(2, B), made(3, B)), "latest main", but=head)


@pytest.mark.parametrize("text", ["git:HEAD", "params.depth = 3", f"{2:032x}"])
def test_runs_are_not_compared_with_themselves(text):
    store = catalog(made(1, A), made(2, B, params={"depth": 3}))
    head = grouped(store, "latest main")

    with pytest.raises(NoSuchRuns, match="the very runs that it is compared with"):
        grouped(store, text, B, but=head)


def test_filter_as_a_base_leaves_out_the_runs_it_is_compared_with():
    store = catalog(*(made(number, A, params={"depth": number}) for number in (1, 2, 3)))
    head = grouped(store, "params.depth = 3")

    assert numbers_of(grouped(store, "params.depth > 0", but=head)) == [2, 1]


def test_runs_that_were_named_and_did_not_finish_are_told():
    store = catalog(made(1), made(2, status="running"), made(3, status="failed"))

    assert remarks_of(grouped(store, "start_time > 0")) == ["2 runs did not finish: 1 failed, 1 running"]


def test_runs_that_differ_in_more_than_seeds_are_left_out_and_named():
    store = catalog(
        made(1, params={"seed": 0, "depth": 3}),
        made(2, params={"seed": 0, "depth": 5}),
        made(3, params={"seed": 0, "depth": 5, "extra": True}, provenance={"git_dirty": True}),
        made(4, params={"seed": 1, "depth": 5}),
    )

    found = grouped(store, "latest main")

    assert numbers_of(found) == [4, 2]
    assert remarks_of(found) == [
        "2 other runs of that commit differ in extra, uncommitted changes, depth and are left out"
    ]


def test_seed_that_was_run_again_counts_once_with_its_newest_run():
    store = catalog(*(made(number, params={"seed": number % 2}) for number in (1, 2, 3)))

    found = grouped(store, "latest main")

    assert numbers_of(found) == [3, 2]
    assert remarks_of(found) == ["1 run of a seed that was run again left out"]


def test_repeated_runs_without_a_seed_all_count():
    assert numbers_of(grouped(catalog(made(1), made(2)), "latest main")) == [2, 1]


def test_runs_of_the_commit_that_did_not_finish_are_told():
    store = catalog(made(1, params={"seed": 1}), made(2, params={"seed": 2}, status="failed"))

    assert remarks_of(grouped(store, "git:HEAD", A)) == ["1 run of that commit did not finish: 1 failed"]


def test_commit_of_which_no_run_has_finished_is_an_error():
    store = catalog(made(1, A), made(2, B, status="failed"), made(3, B, status="running"))

    for text, commit in (("git:HEAD", B), ("newest", None)):
        side = NEWEST if text == "newest" else the_side(text)
        with pytest.raises(
            NoSuchRuns, match="2 runs of commit bbbbbbb, and none has finished: 1 running, 1 failed"
        ):
            group(side, find(store, side, knows(commit)))


def test_uncommitted_changes_of_the_runs_are_told():
    store = catalog(made(1, provenance={"git_dirty": True}))

    assert remarks_of(grouped(store, "latest main")) == ["there were changes that are in no commit"]


def test_run_whose_commit_is_not_known_stands_alone():
    store = catalog(made(1, ""), made(2, ""))

    assert numbers_of(grouped(store, "latest main")) == [2]


def test_folds_nested_in_a_run_are_a_group_without_it():
    folds = [made(number, parent=f"{1:032x}", params={"fold": number}) for number in (2, 3, 4)]
    store = catalog(made(1, metrics={"mean/auc": [0.8]}), *folds)
    side = the_side("latest main")

    members = find(store, side, knows(None))

    assert numbers_of(group(side, members, "test/auc")) == [4, 3, 2]
    assert numbers_of(group(side, members, "mean/auc")) == [1]


def test_filter_means_all_runs_for_which_it_holds():
    store = catalog(*(made(number, params={"depth": number}) for number in (1, 2, 3)))

    assert numbers_of(grouped(store, "params.depth > 1")) == [3, 2]


def test_beginning_of_an_id_means_its_run_and_several_ends_are_listed():
    one, other = (
        run(1, run_id="0199f3c2" + "0" * 24, name="first"),
        run(2, run_id="0199f3c3" + "0" * 24, name="second"),
    )
    store = catalog(one, other)

    assert grouped(store, "0199f3c2").runs[0].record is one
    assert grouped(store, one.run_id).runs[0].record is one
    with pytest.raises(NoSuchRuns, match=r"0199 is the beginning of 2 ids") as raised:
        grouped(store, "0199")
    assert "(first)" in str(raised.value)
    assert "(second)" in str(raised.value)


def test_what_is_a_commit_and_no_id_is_told():
    with pytest.raises(NoSuchRuns, match="Try: git:aaaaaaa"):
        grouped(catalog(made(1)), "aaaaaaa")


def test_word_that_is_no_filter_is_asked_for_as_a_name():
    with pytest.raises(NoSuchRuns, match="Try: \"name = 'calm-otter'\""):
        the_side("calm-otter")
    with pytest.raises(NoSuchRuns) as latest:
        the_side("latest")
    assert "Try" not in str(latest.value)


def test_absent_branch_lists_those_that_are_recorded():
    store = catalog(made(1, branch="dev"), made(2, branch="dev"), made(3, B, branch="pr/1"))

    with pytest.raises(NoSuchRuns, match=r"'dev' \(2 runs\), 'pr/1' \(1 run\)"):
        grouped(store, "latest main")
    with pytest.raises(NoSuchRuns, match="no finished run has a branch"):
        grouped(catalog(run(1)), "latest main")


def test_pull_request_from_a_branch_called_main_does_not_count_as_main():
    store = catalog(made(1, A, "main"), made(2, B, "pr/7"))

    assert numbers_of(grouped(store, "latest main")) == [1]
    assert numbers_of(grouped(store, "latest pr/7")) == [2]


def test_commit_that_the_repository_does_not_know_is_found_among_those_recorded():
    store = catalog(made(1, A), made(2, B))

    assert numbers_of(grouped(store, "git:bbbbbbb")) == [2]
    shallow, side = knows(None, "it is shallow", "unshallow"), the_side("git:v1")
    with pytest.raises(NoSuchRuns, match=r"git:v1 names no commit: it is shallow\.\n  Try: unshallow"):
        find(store, side, shallow)
    with pytest.raises(
        NoSuchRuns, match=r"no run is of commit ccccccc.*\n.*bbbbbbb \(main\), aaaaaaa \(main\)"
    ):
        grouped(store, "git:HEAD", C)


def test_runs_of_several_experiments_ask_for_one_of_them():
    store = catalog(made(1, experiment="svm"), made(2, experiment="forest"))

    with pytest.raises(NoSuchRuns, match="--experiment"):
        grouped(store, "git:HEAD", A)
    assert numbers_of(grouped(store, "git:HEAD", A, experiment="SVM")) == [1]
    assert numbers_of(grouped(store, "latest main")) == [2]
    with pytest.raises(NoSuchRuns, match="one of 'forest', 'svm'"):
        grouped(store, "git:HEAD", A, experiment="tree")


def test_empty_store_says_so():
    with pytest.raises(NoSuchRuns, match="there are no runs"):
        grouped(catalog(), "latest main")


def test_newest_run_decides_where_nobody_says_which_runs_are_meant():
    store = catalog(made(1, A), made(2, B, "dev"), made(3, B, "dev", started=DAY + 10))

    assert numbers_of(group(NEWEST, find(store, NEWEST, knows(None)))) == [2, 3]
