"""Publishing to a branch: what is there is kept, what is ours is replaced, and nobody's runs are lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from repositories import AUTHOR, files_of, git, make_checkout, make_site, state_of

from sitegen.errors import PublishFailed, PublishRefused
from sitegen.gitrepo import GitRepo, Moved, without_password
from sitegen.publish import Destination, Published, Wish, publish_built, publish_site, runs_of
from sitegen.urls import run_page

A, B, C = (letter * 32 for letter in "abc")


def to(checkout: Path, branch: str = "gh-pages", remote: str = "origin") -> Destination:
    return Destination(GitRepo(checkout), remote, branch)


def onto(repository: Path, out: Path, runs: set[str], head: str | None) -> Path:
    """A stand-in for a build onto a branch: a site of the runs there and of `runs`."""
    there = runs_of(files_of(repository, head)) if head else frozenset[str]()
    return make_site(out, there | runs)


def test_first_publish_makes_the_branch_with_all_files_and_no_jekyll(checkout, remote, tmp_path):
    site = make_site(tmp_path / "public", [A, B])

    published = publish_site(site, to(checkout))

    assert files_of(remote) == {
        ".nojekyll",
        "404.html",
        "index.html",
        "runfolio-site.json",
        run_page(A),
        run_page(B),
    }
    assert git(remote, "rev-parse", "gh-pages") == published.commit
    assert git(remote, "show", f"gh-pages:{run_page(A)}") == f"<h1>{A}</h1>"
    assert (published.first, published.changed, published.runs, published.added) == (True, True, 2, 2)
    assert git(remote, "show", "-s", "--format=%s|%an|%ae", "gh-pages") == (
        "Publish the site of 2 runs|sitegen|sitegen@localhost"
    )


def test_second_publish_is_a_commit_on_the_first(checkout, remote, tmp_path):
    first = publish_site(make_site(tmp_path / "one", [A]), to(checkout))

    second = publish_site(make_site(tmp_path / "two", [A, B]), to(checkout))

    assert git(remote, "rev-parse", "gh-pages^") == first.commit
    assert (second.first, second.runs, second.added) == (False, 2, 1)


def test_ten_publishes_from_fresh_shallow_clones_lose_nothing(remote, checkout, tmp_path):
    runs = [digit * 32 for digit in "0123456789"]
    for number, run in enumerate(runs):
        git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{remote}", f"clone{number}")
        clone = tmp_path / f"clone{number}"

        def build(head: str | None, clone: Path = clone, run: str = run, number: int = number) -> Path:
            return onto(clone, tmp_path / f"public{number}", {run}, head)

        publish_built(build, to(clone))

    assert runs_of(files_of(remote)) == set(runs)
    assert git(remote, "rev-list", "--count", "gh-pages") == "10"


@pytest.mark.parametrize("history", [True, False], ids=["a commit each", "one commit"])
def test_publishes_at_once_lose_nothing_and_build_again_when_another_was_faster(
    history, remote, checkout, tmp_path
):
    runs = [digit * 32 for digit in "012345"]
    built: list[str] = []

    def publish(number: int) -> Published:
        clone = make_checkout(tmp_path, remote, f"clone{number}")

        def build(head: str | None) -> Path:
            built.append(runs[number])
            return onto(clone, tmp_path / f"public{number}", {runs[number]}, head)

        return publish_built(build, to(clone), Wish(history=history), tries=50)

    with ThreadPoolExecutor(len(runs)) as threads:
        list(threads.map(publish, range(len(runs))))

    assert runs_of(files_of(remote)) == set(runs)
    assert git(remote, "rev-list", "--count", "gh-pages") == str(len(runs) if history else 1)
    assert len(built) >= len(runs)


def test_publish_whose_branch_moved_meanwhile_builds_again_onto_what_is_there(remote, checkout, tmp_path):
    other = make_checkout(tmp_path, remote, "other")
    heads: list[str | None] = []

    def build(head: str | None) -> Path:
        heads.append(head)
        if len(heads) == 1:  # somebody else is faster
            publish_site(make_site(tmp_path / "theirs", [B]), to(other))
        return onto(checkout, tmp_path / "ours", {A}, head)

    published = publish_built(build, to(checkout))

    assert heads == [None, git(remote, "rev-parse", "gh-pages^")]
    assert runs_of(files_of(remote)) == {A, B}
    assert published.runs == 2


def test_publish_that_always_comes_late_says_so_and_loses_nothing(remote, checkout, tmp_path):
    other = make_checkout(tmp_path, remote, "other")
    theirs: set[str] = set()

    def build(head: str | None) -> Path:
        theirs.add(f"{len(theirs):032}")
        publish_site(make_site(tmp_path / "theirs", theirs), to(other))
        return onto(checkout, tmp_path / "ours", {A}, head)

    with pytest.raises(PublishFailed, match="moved by others at each of 3 tries"):
        publish_built(build, to(checkout), tries=3)

    assert runs_of(files_of(remote)) == theirs
    assert len(theirs) == 3


def test_push_that_expects_another_commit_is_turned_down(remote, checkout, tmp_path):
    repo = GitRepo(checkout)
    first = publish_site(make_site(tmp_path / "public", [A]), to(checkout)).commit
    late = repo.commit(repo.tree_of(first), [], "late")

    with pytest.raises(Moved):
        repo.push("origin", "gh-pages", late, None)
    with pytest.raises(Moved):
        repo.push("origin", "gh-pages", late, "0" * 39 + "1")

    assert git(remote, "rev-parse", "gh-pages") == first


def test_site_that_lacks_a_run_of_the_branch_is_refused_with_what_to_do(remote, checkout, tmp_path):
    first = publish_site(make_site(tmp_path / "one", [A, B]), to(checkout))
    two = make_site(tmp_path / "two", [C])

    with pytest.raises(PublishRefused) as refused:
        publish_site(two, to(checkout))

    assert "the branch gh-pages shows 2 runs that" in str(refused.value)
    assert A in str(refused.value)
    assert "--build tracking" in str(refused.value)
    assert git(remote, "rev-parse", "gh-pages") == first.commit


def test_site_that_lacks_a_run_is_published_when_told_to_replace(remote, checkout, tmp_path):
    publish_site(make_site(tmp_path / "one", [A, B]), to(checkout))

    publish_site(make_site(tmp_path / "two", [C]), to(checkout), Wish(replace=True))

    assert runs_of(files_of(remote)) == {C}


def test_unchanged_site_makes_no_commit(remote, checkout, tmp_path):
    first = publish_site(make_site(tmp_path / "one", [A]), to(checkout))

    second = publish_site(make_site(tmp_path / "two", [A]), to(checkout))

    assert not second.changed
    assert second.commit == first.commit == git(remote, "rev-parse", "gh-pages")


def test_equal_sites_are_equal_trees_wherever_they_lie_and_whoever_publishes(remote, checkout, tmp_path):
    other = make_checkout(tmp_path, remote, "other")
    one = publish_site(make_site(tmp_path / "one", [A, B]), to(checkout, "one"))
    git(other, "config", "core.autocrlf", "true")
    (other / ".git" / "info" / "attributes").write_text("*.html eol=crlf\n")
    deep = tmp_path / "My Site é" / "public"
    deep.mkdir(parents=True)

    two = publish_site(make_site(deep, [B, A]), to(other, "two"))

    trees = {git(remote, "rev-parse", f"{each.commit}^{{tree}}") for each in (one, two)}
    assert len(trees) == 1


def test_without_history_the_branch_stays_one_commit(remote, checkout, tmp_path):
    for runs in ([A], [A, B], [A, B, C]):
        publish_site(make_site(tmp_path / str(len(runs)), runs), to(checkout), Wish(history=False))

    assert git(remote, "rev-list", "--count", "gh-pages") == "1"
    assert runs_of(files_of(remote)) == {A, B, C}


def test_user_s_checkout_is_as_it_was(remote, checkout, tmp_path):
    (checkout / "train.py").write_text("print('changed')\n")
    (checkout / "new.py").write_text("")
    git(checkout, "add", "new.py")
    before = state_of(checkout)

    publish_site(make_site(tmp_path / "one", [A]), to(checkout))
    publish_site(make_site(checkout / "public", [A, B]), to(checkout))

    (checkout / "public").rename(tmp_path / "away")
    assert state_of(checkout) == before


def test_hooks_of_the_user_do_not_run(remote, checkout, tmp_path):
    for name in ("pre-push", "pre-commit", "post-commit", "reference-transaction", "post-index-change"):
        hook = checkout / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/{name}-ran'\n")
        hook.chmod(0o755)

    publish_site(make_site(tmp_path / "public", [A]), to(checkout))

    assert [path.name for path in tmp_path.glob("*-ran")] == []


def test_what_others_put_at_the_top_of_the_branch_stays(remote, checkout, tmp_path):
    publish_site(make_site(tmp_path / "one", [A], {"old/page.html": "old"}), to(checkout))
    work = make_checkout(tmp_path, remote, "editor")
    git(work, "checkout", "--quiet", "gh-pages")
    (work / "CNAME").write_text("runs.example.org\n")
    (work / "preview" / "12").mkdir(parents=True)
    (work / "preview" / "12" / "index.html").write_text("a preview")
    git(work, "add", ".")
    git(work, *AUTHOR, "commit", "--quiet", "-m", "Domain")
    git(work, "push", "--quiet", "origin", "gh-pages")

    publish_site(make_site(tmp_path / "two", [A, B]), to(checkout))

    files = files_of(remote)
    assert {"CNAME", "preview/12/index.html", run_page(B)} <= files
    assert "old/page.html" not in files
    assert git(remote, "show", "gh-pages:CNAME") == "runs.example.org"


def test_domain_that_is_given_is_written(remote, checkout, tmp_path):
    publish_site(make_site(tmp_path / "one", [A]), to(checkout), Wish(cname="runs.example.org"))

    assert git(remote, "show", "gh-pages:CNAME") == "runs.example.org"


@pytest.mark.parametrize("name", ["localhost", "a b.org", "https://x.org", "x.org\ny", "-" * 260 + ".org"])
def test_what_is_no_domain_is_refused(name, checkout, tmp_path):
    with pytest.raises(PublishRefused, match="is no domain"):
        publish_site(make_site(tmp_path / "one", [A]), to(checkout), Wish(cname=name))


def test_branch_that_holds_something_else_is_refused(remote, checkout, tmp_path):
    git(checkout, "push", "--quiet", "origin", "main:docs")
    site = make_site(tmp_path / "one", [A])

    with pytest.raises(PublishRefused, match=r"holds no site of ours, but train\.py"):
        publish_site(site, to(checkout, "docs"))
    assert files_of(remote, "docs") == {"train.py"}

    publish_site(site, to(checkout, "docs"), Wish(replace=True))
    assert "train.py" not in files_of(remote, "docs")


def test_branch_that_is_checked_out_is_refused_even_when_told_to_replace(remote, checkout, tmp_path):
    with pytest.raises(PublishRefused, match="is checked out here"):
        publish_site(make_site(tmp_path / "one", [A]), to(checkout, "main"), Wish(replace=True))


@pytest.mark.parametrize("branch", ["", "-x", "a b", "a..b", "HEAD", "--force", "x.lock", "a\nb"])
def test_what_is_no_name_of_a_branch_is_refused(branch, checkout, tmp_path):
    with pytest.raises(PublishRefused, match="no name of a branch"):
        publish_site(make_site(tmp_path / "one", [A]), to(checkout, branch))


def test_folder_that_no_build_made_is_refused(checkout, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key.txt").write_text("x")

    with pytest.raises(PublishRefused, match=r"is no site that a build made(?s:.*) -o public$"):
        publish_site(tmp_path / "secrets", to(checkout))
    with pytest.raises(PublishRefused, match=r"is no site that a build made(?s:.*)/to come'$"):
        publish_site(tmp_path / "to come", to(checkout))


def test_links_and_folders_of_git_in_a_site_are_refused(remote, checkout, tmp_path):
    linked = make_site(tmp_path / "linked", [A])
    (linked / "r" / "hosts").symlink_to("/etc/hosts")
    nested = make_site(tmp_path / "nested", [A])
    (nested / ".git").mkdir()

    for site, words in ((linked, "r/hosts in the site is no plain file"), (nested, "'.git' in the site")):
        with pytest.raises(PublishRefused, match=words):
            publish_site(site, to(checkout))
    assert git(remote, "branch", "--list", "gh-pages") == ""


def test_user_known_to_git_is_the_author(remote, checkout, tmp_path):
    git(checkout, "config", "user.name", "Ann")
    git(checkout, "config", "user.email", "ann@example.org")

    publish_site(make_site(tmp_path / "one", [A]), to(checkout), Wish(message="Runs of Monday"))

    assert git(remote, "show", "-s", "--format=%an %s", "gh-pages") == "Ann Runs of Monday"


def test_remote_may_be_an_address(remote, checkout, tmp_path):
    publish_site(make_site(tmp_path / "one", [A]), to(checkout, remote=f"file://{remote}"))

    assert runs_of(files_of(remote)) == {A}


def test_remote_that_is_not_there_is_told_in_git_s_words_with_those_that_are_and_what_to_do(
    checkout, tmp_path
):
    site = make_site(tmp_path / "one", [A])

    with pytest.raises(PublishFailed, match=r"git ls-remote failed: .*'nowhere'") as unknown:
        publish_site(site, to(checkout, remote="nowhere"))
    with pytest.raises(PublishFailed, match="git ls-remote failed") as silent:
        publish_site(site, to(checkout, remote="file:///gone/x.git"))
    git(checkout, "remote", "remove", "origin")
    with pytest.raises(PublishFailed) as none:
        publish_site(site, to(checkout))
    assert "Allowed: origin; or the address of a repository." in str(unknown.value)
    assert "Try: git remote add nowhere ADDRESS" in str(unknown.value)
    assert "Try: git ls-remote file:///gone/x.git, until it answers" in str(silent.value)
    assert "a remote by its name, of which there is none yet" in str(none.value)
    assert "Try: git remote add origin ADDRESS" in str(none.value)
    with pytest.raises(PublishFailed, match="git ls-remote failed"):
        publish_site(site, to(checkout, remote="--upload-pack=touch x"))


def test_remote_that_refuses_the_push_is_told_in_its_words(remote, checkout, tmp_path):
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(PublishFailed, match="this branch is protected"):
        publish_site(make_site(tmp_path / "one", [A]), to(checkout))


def test_folder_without_a_repository_is_told(tmp_path):
    with pytest.raises(PublishRefused, match="lies in no git repository"):
        GitRepo(tmp_path)


def test_address_is_shown_without_its_password():
    said = "fatal: unable to access 'https://ann:ghp_x@example.org/box.git/'"

    assert without_password(said) == "fatal: unable to access 'https://example.org/box.git/'"
