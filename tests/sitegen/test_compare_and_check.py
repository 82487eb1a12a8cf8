"""`sitegen compare` and `sitegen check` on a repository's life: pushes to main, pull requests, a fork."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest
from builders import START, RunPlan, make_store
from commands import sitegen
from hostile import MARKUP
from markdown_it import MarkdownIt
from trained import Repository, pull_request, push

from sitegen.allow import digest_of

GATES = """\
[tool.sitegen.gates]
"test/auc" = { min = 0.7, max_drop = 0.01, noise = "2 stderr" }
"test/loss" = { max_rise = 0.01, noise = "2 stderr" }
"""


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Main twice, a pull request that is worse, and one of a fork from its branch `main`, as CI has them."""
    made = Repository(tmp_path_factory.mktemp("life") / "project")
    (made.folder / "pyproject.toml").write_text(GATES)
    first = made.commit()
    made.git("checkout", "-q", "--detach", first)
    made.train(0.90, **push(first, "main"))
    second = made.commit()
    made.git("update-ref", "refs/heads/main", second)
    made.train(0.901, range(3, 6), **push(second, "main"))
    worse = made.commit()
    made.git("update-ref", "refs/tags/worse", worse)
    made.train(0.80, **pull_request(7, worse, "feature"))
    made.git("checkout", "-q", "main")
    fork = made.commit()  # git says the branch is main; GitHub says that it is a pull request
    made.git("update-ref", "refs/tags/fork", fork)
    made.train(0.999, **pull_request(8, fork, "main"))
    made.git("reset", "-q", "--hard", second)
    return made


def runs(commit: str, *values: float, branch: str = "main", **more: object) -> list[RunPlan]:
    """Finished runs of a commit that differ in their seeds."""
    provenance = {"git_commit": commit * 40, "git_branch": branch}
    return [
        RunPlan(
            {"test/auc": [value - 0.1, value]},
            "fake box",
            params={"seed": seed, **more},
            provenance=provenance,
        )
        for seed, value in enumerate(values)
    ]


def test_push_to_main_is_held_against_the_main_before(life: Repository):
    answer = sitegen(life.folder, "check", "git:main")

    assert answer.returncode == 0, answer.stdout
    assert answer.stdout.splitlines()[0] == "Gates hold: 3 kept"
    assert "judged: git:main, 3 runs, branch main, commit " in answer.stdout


def test_pull_request_that_is_worse_is_broken_by_a_sentence_for_each_limit(life: Repository):
    answer = sitegen(life.folder, "check", "git:worse")

    lines = answer.stdout.splitlines()
    assert answer.returncode == 1
    assert lines[0] == "Gates do not hold: 2 broken, 1 kept"
    assert "branch pr/7" in lines[2]
    broken = [line for line in lines if line.startswith("broken")]
    assert "test/auc of fake box fell by 0.1" in broken[0]
    assert "it may fall by 0.01, and by 0.0" in broken[0]
    assert "test/loss of fake box rose by 0.1" in broken[1]


def test_main_of_a_fork_is_no_base_and_the_newest_commit_is_judged_by_default(life: Repository):
    fork = sitegen(life.folder, "check")
    main = sitegen(life.folder, "compare", "latest main", "latest pr/8", "--format", "json")

    assert fork.returncode == 0, fork.stdout
    assert "branch pr/8" in fork.stdout
    compared = json.loads(main.stdout)
    assert compared["base"]["branches"] == ["main"]
    assert compared["base"]["commits"] == [life.git("rev-parse", "main")]
    assert compared["head"]["branches"] == ["pr/8"]


def test_comparison_says_which_params_differ_and_what_became_worse(life: Repository):
    answer = sitegen(life.folder, "compare", "latest main", "git:worse")

    said = {line.split()[0]: line for line in answer.stdout.splitlines() if line}
    assert answer.returncode == 0, answer.stderr
    assert said["depth"].split() == ["depth", "3", "2"]
    assert said["test/auc"].endswith("worse")
    assert said["test/loss"].endswith("worse")
    assert "(3 runs)" in said["test/auc"]


def test_two_pushes_that_change_nothing_are_within_noise(life: Repository):
    answer = sitegen(life.folder, "compare", "git:main~1", "git:main", "--format", "json")

    verdicts = {metric["name"]: metric["verdict"] for metric in json.loads(answer.stdout)["metrics"]}
    assert verdicts == {"test/auc": "within noise", "test/loss": "within noise"}


def test_shallow_checkout_says_what_to_do_and_knows_latest_main(life: Repository, tmp_path: Path):
    life.git("clone", "-q", "--depth", "1", f"file://{life.folder}", str(tmp_path / "shallow"))
    store = str(life.folder / "tracking")

    unknown = sitegen(tmp_path / "shallow", "compare", "git:HEAD~1", "git:HEAD", "--store", store)
    tip = sitegen(tmp_path / "shallow", "compare", "latest main", "git:origin/main", "--store", store)
    by_name = sitegen(tmp_path / "shallow", "compare", "latest main", "git:main", "--store", store)

    assert unknown.returncode == 2
    assert "this checkout is shallow" in unknown.stderr
    assert "fetch-depth: 0" in unknown.stderr
    assert (tip.returncode, by_name.returncode) == (0, 0), tip.stderr


def test_branch_that_only_the_remote_has_is_found_by_its_name(life: Repository, tmp_path: Path):
    life.git("clone", "-q", str(life.folder), str(tmp_path / "clone"))
    life.git("-C", str(tmp_path / "clone"), "checkout", "-q", "--detach")
    life.git("-C", str(tmp_path / "clone"), "branch", "-D", "main")

    answer = sitegen(
        tmp_path / "clone", "compare", "latest pr/7", "git:main", "--store", str(life.folder / "tracking")
    )

    assert answer.returncode == 0, answer.stderr


def test_outside_of_a_repository_a_commit_is_found_by_its_hash_only(life: Repository, tmp_path: Path):
    store = str(life.folder / "tracking")

    worse = f"git:{life.git('rev-parse', 'worse')[:9]}"

    by_hash = sitegen(tmp_path, "compare", "latest main", worse, "--store", store)
    by_name = sitegen(tmp_path, "compare", "latest main", "git:worse", "--store", store)

    assert by_hash.returncode == 0, by_hash.stderr
    assert by_name.returncode == 2
    assert "not a git repository" in by_name.stderr


def test_first_run_passes_only_when_told_to(tmp_path: Path):
    make_store(tmp_path, runs("a", 0.90, 0.91))
    (tmp_path / "pyproject.toml").write_text(GATES.replace('"test/loss"', "#"))

    plain, told = sitegen(tmp_path, "check"), sitegen(tmp_path, "check", "--allow-no-base")

    assert (plain.returncode, told.returncode) == (1, 0)
    for answer in (plain, told):
        assert "no base  test/auc of fake box has no base to be held against" in answer.stdout
    assert plain.stdout.splitlines()[0] == "Gates do not hold: 1 no base, 1 kept"
    assert "--allow-no-base" in plain.stdout


def test_no_answer_is_exit_code_2_and_says_what_there_is(tmp_path: Path):
    make_store(tmp_path, [*runs("a", 0.9), *runs("b", 0.9, branch="dev")])

    nothing = sitegen(tmp_path, "check")
    (tmp_path / "sitegen.toml").write_text('[gates]\n"test/auc" = { min = "high" }\n')
    slip = sitegen(tmp_path, "check")
    (tmp_path / "sitegen.toml").write_text('[gates]\n"test/auc" = { min = 0.5 }\n')
    branch = sitegen(tmp_path, "check", "latest release")
    side = sitegen(tmp_path, "compare", "latest", "latest dev")
    store = sitegen(tmp_path, "check", "--store", "nowhere")
    usage = sitegen(tmp_path, "compare", "latest main")

    answers = (nothing, slip, branch, side, store, usage)
    assert [answer.returncode for answer in answers] == [2] * 6
    assert "there are no gates" in nothing.stderr
    assert 'sitegen.toml, line 2: gates."test/auc".min: ' in slip.stderr
    assert "'main' (1 run)" in branch.stderr
    assert "'dev' (1 run)" in branch.stderr
    assert "latest main" in side.stderr
    assert "nowhere" in store.stderr


def test_markdown_begins_with_a_marker_that_stays_the_same_for_an_experiment(tmp_path: Path):
    make_store(
        tmp_path, [*runs("a", 0.9, 0.91), *runs("b", 0.8, 0.81, branch="dev"), *runs("c", 0.7, branch="x")]
    )

    one = sitegen(tmp_path, "compare", "latest main", "latest dev", "--format", "markdown").stdout
    other = sitegen(tmp_path, "compare", "latest main", "latest x", "--format", "markdown").stdout

    assert one.splitlines()[0] == other.splitlines()[0]
    assert one.startswith("<!-- sitegen-compare ")
    assert "| `test/auc` | 0.9050 ± 0.0071 (2 runs) | 0.8050 ± 0.0071 (2 runs) | −0.1000 | worse |" in one


def test_names_that_are_markup_stay_text_in_markdown_and_json(tmp_path: Path):
    names = [name for name in MARKUP if "\n" not in name and "//" not in name and not name.startswith("/")]
    plan = {"experiment": "<img src=x>|`@octocat`", "params": dict.fromkeys(names, 1)}
    make_store(
        tmp_path,
        [
            RunPlan({"a|b`c": [1.0]}, **plan, provenance={"git_branch": "main", "git_commit": "a" * 40}),
            RunPlan({"a|b`c": [2.0]}, experiment=plan["experiment"], provenance={"git_branch": "@me"}),
        ],
    )

    told = sitegen(tmp_path, "compare", "latest main", "latest @me", "--format", "markdown").stdout
    record = json.loads(sitegen(tmp_path, "compare", "latest main", "latest @me", "--format", "json").stdout)

    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(told)
    root = html5lib.parse(html, namespaceHTMLElements=False)
    tags = {element.tag for element in root.find("body").iter() if isinstance(element.tag, str)}
    assert tags <= {"body", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code"}
    assert {param["name"] for param in record["params"]} == set(names)
    assert {"<img src=x>|`@octocat`", "a|b`c", "@me"} <= {code.text for code in root.iter("code")}


def test_summary_of_a_job_is_appended_when_asked_for(tmp_path: Path):
    make_store(tmp_path, [*runs("a", 0.9, 0.91), *runs("b", 0.8, 0.81, branch="dev")])
    (tmp_path / "sitegen.toml").write_text('[gates]\n"test/auc" = { max_drop = 0.01 }\n')
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")

    unasked = sitegen(tmp_path, "check", GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text() == "before\n"
    asked = sitegen(tmp_path, "check", "--summary", GITHUB_STEP_SUMMARY=str(summary))
    absent = sitegen(tmp_path, "check", "--summary")

    told = summary.read_text()
    assert (unasked.returncode, asked.returncode, absent.returncode) == (1, 1, 2)
    assert asked.stdout == unasked.stdout
    assert told.startswith("before\n<!-- sitegen-check -->\n\n### Gates do not hold: 1 broken")
    assert "| broken | `test/auc` of `fake box` fell by 0.1" in told
    assert "GITHUB_STEP_SUMMARY" in absent.stderr


def test_answers_as_json_are_nothing_but_json(tmp_path: Path):
    make_store(tmp_path, [*runs("a", 0.9), *runs("b", 0.8, branch="dev")])
    (tmp_path / "sitegen.toml").write_text('[gates]\n"test/auc" = { min = 0.85 }\n')

    check = sitegen(tmp_path, "check", "--format", "json")
    compare = sitegen(tmp_path, "compare", "latest main", "latest dev", "--format", "json")

    assert check.returncode == 1
    (limit,) = json.loads(check.stdout)["gates"][0]["limits"]
    assert (limit["limit"], limit["bound"], limit["state"]) == ("min", 0.85, "broken")
    (metric,) = json.loads(compare.stdout)["metrics"]
    assert (metric["verdict"], metric["goal"], metric["value"]) == ("worse", "max", "best")
    assert metric["base"] == {"runs": 1, "mean": 0.9, "std": None, "not_logged": 0, "not_finite": 0}


def test_several_stores_are_one(tmp_path: Path):
    make_store(tmp_path / "here", runs("a", 0.9))
    make_store(
        tmp_path / "there", [replace(plan, started=START + 10**12) for plan in runs("b", 0.8, branch="dev")]
    )
    stores = ("--store", "here/tracking", "--store", "there/tracking")

    assert sitegen(tmp_path, "compare", "latest main", "latest dev", *stores).returncode == 0
    assert sitegen(tmp_path, "compare", "latest main", "latest dev", *stores[:2]).returncode == 2


def test_last_value_is_compared_when_asked_for(tmp_path: Path):
    provenance = {"git_branch": "main"}
    make_store(tmp_path, [RunPlan({"auc": [0.9, 0.5]}, provenance=provenance), RunPlan({"auc": [0.8, 0.7]})])
    first, second = ("name = 'run-0'", "name = 'run-1'")

    best, last = (
        json.loads(sitegen(tmp_path, "compare", first, second, "--format", "json", *more).stdout)["metrics"][
            0
        ]
        for more in ((), ("--value", "last"))
    )

    assert (best["value"], best["verdict"]) == ("best", "worse")
    assert (last["value"], last["verdict"]) == ("last", "better")


def test_what_is_private_is_in_no_answer(tmp_path: Path):
    private = {
        "login": "ann-the-login",
        "host": "host-17",
        "folder": "/home/ann/secret",
        "command": "train --x",
    }
    plans = [replace(plan, provenance={**plan.provenance, **private}) for plan in runs("a", 0.9, 0.8)]
    make_store(tmp_path, plans)

    for form in ("text", "markdown", "json"):
        out = sitegen(tmp_path, "compare", "params.seed = 0", "params.seed = 1", "--format", form).stdout
        assert "test/auc" in out
        assert not [value for value in private.values() if value in out]


def test_secrets_are_replaced_by_the_names_of_their_rules_in_every_answer(tmp_path: Path):
    token, mail = "hf_" + "aB3x" * 9, "ann.k@uni-x.de"
    params = [
        {"hub": f"login with {token} at last", "api_key": "hunter2x"},
        {"hub": mail, "api_key": "other"},
    ]
    plans = [
        replace(plan, params=said, name=f"by {mail}")
        for plan, said in zip(runs("a", 0.9, 0.8), params, strict=True)
    ]
    root = make_store(tmp_path, plans)
    first, second = sorted(path.name for path in root.glob("experiments/*/*") if path.is_dir())
    summary = tmp_path / "summary.md"

    told = [
        sitegen(
            *(tmp_path, "compare", first, second, "--summary", "--format", form),
            GITHUB_STEP_SUMMARY=str(summary),
        ).stdout
        for form in ("text", "markdown", "json")
    ]

    for answer in (*told, summary.read_text()):
        assert not [text for text in (token, token[:20], mail, "hunter2x", "other") if text in answer]
        rules = ("huggingface-token", "mail", "secret-name")
        assert all(f"[redacted:{rule}]" in answer for rule in rules)


def test_an_error_that_lists_branches_tells_no_secrets(tmp_path: Path):
    make_store(tmp_path, runs("a", 0.9, branch="ann.k@uni-x.de"))

    answer = sitegen(tmp_path, "compare", "latest main", "latest dev")

    assert answer.returncode == 2
    assert "branches that are recorded: '[redacted:mail]' (1 run)" in answer.stderr


def test_what_the_allow_file_names_by_its_hash_is_in_the_answer(tmp_path: Path):
    mail = "ann.k@uni-x.de"
    make_store(tmp_path, [RunPlan({"auc": [0.9]}, params={"by": by}) for by in (mail, "nobody")])
    (tmp_path / ".sitegen-allow").write_text(f"mail {digest_of(mail)}\n")

    assert mail in sitegen(tmp_path, "compare", "name = 'run-0'", "name = 'run-1'").stdout


def test_runs_that_differ_in_a_dropped_param_are_no_seeds_of_one_another(tmp_path: Path):
    plans = [replace(plan, params={**plan.params, "lr": lr}) for lr in (0.1, 0.2) for plan in runs("a", 0.9)]
    make_store(tmp_path, [*plans, *runs("b", 0.8, branch="dev")])
    (tmp_path / "sitegen.toml").write_text('drop_params = ["lr"]\n')

    told = json.loads(sitegen(tmp_path, "compare", "latest main", "latest dev", "--format", "json").stdout)

    assert len(told["base"]["runs"]) == 1
    assert told["base"]["remarks"] == [
        "1 other run of that commit differs in what is not published and is left out"
    ]


@pytest.mark.parametrize("words", [("compare", "a", "b"), ("check", "a")], ids=" ".join)
def test_store_that_is_not_there_is_told_before_what_is_wrong_with_the_runs_asked_for(tmp_path, words):
    answer = sitegen(tmp_path, *words, "--store", "nowhere")

    assert answer.returncode == 2
    assert answer.stderr.startswith("error: there is nothing at 'nowhere'.")
