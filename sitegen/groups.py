"""Groups: the runs that one side of a comparison means.

A filter means all runs for which it holds, an id one run. Of a branch or a commit the newest finished run is
meant, and the runs of that commit that differ from it in nothing but their seeds: they are one group, whose
values have a mean and a spread. What was left out, and why, is said with it. Pure: which commit a name means
is asked of a function that is handed in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from logger.errors import explain
from logger.factlines import JsonValue
from logger.layout import experiment_key
from logger.search import matching_runs

from .catalog import Catalog, ExperimentData
from .differing import comparable
from .documents import Quoted, Said
from .errors import NoSuchRuns
from .numbers import plural
from .revisions import Revision
from .rundata import RunData
from .safe import clipped, shown
from .seeds import is_seed
from .sides import ALLOWED, Side, read_side

CommitOf = Callable[[str], Revision]

_MOST = 10  # branches, experiments, runs that an error lists
_SHORT = 7  # letters of a commit that are shown
_LEAST = 4  # … that tell one
_NAME = re.compile(r"(?!latest$)[\w-]+")  # what looks like a name rather than a filter


@dataclass(frozen=True, slots=True)
class Member:
    """A run, and whose it is."""

    experiment: ExperimentData
    run: RunData

    @property
    def commit(self) -> str:
        """What was checked out; "" when it is not known."""
        return said_of(self.run, "git_commit")

    @property
    def is_finished(self) -> bool:
        """Whether it ended well."""
        return self.run.record.status == "finished"


@dataclass(frozen=True, slots=True)
class Group:
    """Runs of one experiment whose values are taken together."""

    side: Side
    experiment: ExperimentData
    runs: tuple[RunData, ...]  # one or more, the newest first
    remarks: tuple[Said, ...] = ()  # what was left out, and why

    @property
    def commits(self) -> frozenset[str]:
        """Their commits, as far as they are known."""
        return frozenset(commit for run in self.runs if (commit := said_of(run, "git_commit")))

    @property
    def branches(self) -> tuple[str, ...]:
        """Their branches, as far as they are known."""
        return tuple(dict.fromkeys(branch for run in self.runs if (branch := said_of(run, "git_branch"))))


def said_of(run: RunData, key: str) -> str:
    """What a run's provenance says; "" when nothing."""
    value = run.record.provenance.get(key)
    return value if isinstance(value, str) else ""


def the_side(text: str) -> Side:
    """What a text of the command line means.

    Raises: NoSuchRuns: nothing.
    """
    try:
        return read_side(text)
    except ValueError as error:
        hint = f"\"name = '{shown(text)}'\", if that is the name of runs" if _NAME.fullmatch(text) else ""
        raise NoSuchRuns(explain(f"{shown(text)!r} names no runs: {error}", ALLOWED, hint)) from None


def find(
    catalog: Catalog,
    side: Side,
    commit_of: CommitOf,
    experiment: str | None = None,
    but: Group | None = None,
) -> tuple[Member, ...]:
    """The runs that a side may mean, the newest first: all of the commit, or all for which the filter holds.

    Args:
        commit_of: what a name means in the repository: `sitegen.revisions.revision`.
        experiment: in which they are; None for any.
        but: what they are compared with; its runs are not meant nor, by `latest` and `git:`, its commit.
    Raises: NoSuchRuns: there is none, or the beginning of an id has several ends.
    """
    wanted = None if experiment is None else experiment_key(experiment)
    members = [
        Member(one, run)
        for one in catalog.experiments
        if wanted is None or experiment_key(one.name) == wanted
        for run in one.runs
    ]
    members.sort(key=lambda member: (member.run.record.started, member.run.run_id), reverse=True)
    if not members:
        raise _nothing(catalog, experiment)
    if side.kind == "newest":
        return _same_commit(members[0], members)
    if side.kind == "latest":
        return _of_branch(members, side, but)
    if side.kind == "run":
        found = [_run(members, side)]
    elif side.kind == "filter":
        found = _matching(members, side)
    else:
        commit = _commit(members, side, commit_of)
        found = [member for member in members if member.commit == commit]
    others = [one for one in found if not _is_compared(one, but, by_commit=side.kind == "git")]
    if not others:
        raise NoSuchRuns(explain(f"{side.text!r} means the very runs that it is compared with.", ALLOWED))
    return tuple(others)


def group(side: Side, members: Sequence[Member], metric: str | None = None) -> Group:
    """Those of the runs found that are one group.

    Args:
        members: of one experiment; of several only where the newest run decides.
        metric: the newest run that logged it is meant, where there is one.
    Raises: NoSuchRuns: they lie in several experiments; none has finished.
    """
    named = {member.experiment.name: member.experiment for member in members}
    if side.kind in ("filter", "git") and len(named) > 1:
        problem = f"{side.text!r} means runs of {plural(len(named), 'experiment')}, and one is compared."
        raise NoSuchRuns(explain(problem, f"one of {_listed(named)}.", "--experiment NAME"))
    if side.kind in ("filter", "run"):
        going = [member for member in members if not member.is_finished]
        said: Said = (f"{plural(len(going), 'run')} did not finish: {_statuses(going)}",)
        return Group(
            side, members[0].experiment, tuple(member.run for member in members), (said,) if going else ()
        )
    finished = [member for member in members if member.is_finished]
    if not finished:
        commit = f" of commit {members[0].commit[:_SHORT]}" if members[0].commit else ""
        problem = (
            f"{side.text!r} means {plural(len(members), 'run')}{commit}, and none has finished: "
            f"{_statuses(members)}."
        )
        raise NoSuchRuns(explain(problem, "runs that have finished."))
    newest = next((member for member in finished if metric in member.run.record.metrics), finished[0])
    here = [member.run for member in finished if member.experiment is newest.experiment]
    runs, remarks = _with_its_seeds(newest.run, here)
    going = [one for one in members if one.experiment is newest.experiment and not one.is_finished]
    if going:
        remarks.append((f"{plural(len(going), 'run')} of that commit did not finish: {_statuses(going)}",))
    if newest.run.record.provenance.get("git_dirty") is True:
        remarks.append(("there were changes that are in no commit",))
    return Group(side, newest.experiment, runs, tuple(remarks))


def _statuses(members: Iterable[Member]) -> str:
    counts = Counter(member.run.record.status for member in members)
    return ", ".join(f"{count} {status}" for status, count in counts.items())


def _is_compared(member: Member, but: Group | None, by_commit: bool) -> bool:
    """Whether a run is one of those that it would be compared with."""
    if but is None:
        return False
    same = any(run.run_id == member.run.run_id for run in but.runs)
    return same or (by_commit and member.commit in but.commits)


def _with_its_seeds(newest: RunData, runs: Sequence[RunData]) -> tuple[tuple[RunData, ...], list[Said]]:
    """The newest run and those that differ from it in seeds only, each seed once."""
    alike: list[RunData] = []
    seeds: set[tuple[tuple[str, object], ...]] = set()
    repeated = 0
    differing: dict[str, None] = {}
    for run in runs:  # the newest first, so that of two runs of a seed it is the newest that counts
        names = _differing(newest.record.params, run.record.params)
        if newest.record.provenance.get("git_dirty") != run.record.provenance.get("git_dirty"):
            names.append("uncommitted changes")
        if newest.withheld.mark != run.withheld.mark:
            names.append("what is not published")
        if (newest.record.parent is None) != (run.record.parent is None):
            names.append("nesting")
        if names:
            differing.update(dict.fromkeys(names))
            continue
        seed = tuple(
            (name, comparable(value)) for name, value in sorted(run.record.params.items()) if is_seed(name)
        )
        if seed and seed in seeds:
            repeated += 1
            continue
        seeds.add(seed)
        alike.append(run)
    remarks: list[Said] = []
    left = len(runs) - len(alike) - repeated
    if left:
        some: list[str | Quoted] = []
        for name in list(differing)[:_MOST]:
            some += [", ", Quoted(name)]
        more = f" and {len(differing) - _MOST} more" if len(differing) > _MOST else ""
        verb = "differs" if left == 1 else "differ"
        many = "is" if left == 1 else "are"
        other = plural(left, "other run")
        remarks.append((f"{other} of that commit {verb} in ", *some[1:], f"{more} and {many} left out"))
    if repeated:
        remarks.append((f"{plural(repeated, 'run')} of a seed that was run again left out",))
    return tuple(alike), remarks


def _differing(one: Mapping[str, JsonValue], other: Mapping[str, JsonValue]) -> list[str]:
    """The params, but for seeds, in which two runs differ."""
    return [
        name
        for name in dict.fromkeys((*one, *other))
        if not is_seed(name)
        and ((name in one) != (name in other) or comparable(one[name]) != comparable(other[name]))
    ]


def _run(members: Sequence[Member], side: Side) -> Member:
    found = [member for member in members if member.run.run_id.startswith(side.what)]
    if len(found) == 1:
        return found[0]
    if found:
        problem = f"{side.text} is the beginning of {plural(len(found), 'id')}."
        runs = ", ".join(f"{one.run.run_id} ({clipped(shown(one.run.record.name))})" for one in found[:_MOST])
        more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
        raise NoSuchRuns(explain(problem, f"one of {runs}{more}."))
    commits = {member.commit for member in members if member.commit.startswith(side.what)}
    hint = f"git:{side.text}, which is a commit" if commits else ""
    raise NoSuchRuns(explain(f"no run has an id that begins with {side.text}.", ALLOWED, hint))


def _matching(members: Sequence[Member], side: Side) -> list[Member]:
    by_id = {member.run.run_id: member for member in members}
    found = matching_runs([member.run.record for member in members], side.what)
    if not found:
        names = {member.run.record.name for member in members}
        looser = "a looser one; the box above the runs table of `sitegen serve` shows what it finds"
        hint = f"name = '{side.what}'" if side.what in names else looser
        raise NoSuchRuns(explain(f"the filter {side.text!r} holds for no run.", hint=hint))
    return [by_id[record.run_id] for record in found]


def _commit(members: Sequence[Member], side: Side, commit_of: CommitOf) -> str:
    """The commit that is meant: by what git knows, else by what runs have recorded."""
    recorded = list(dict.fromkeys(member.commit for member in members if member.commit))
    found = commit_of(side.what)
    if found.commit in recorded:
        return found.commit
    if len(side.what) >= _LEAST and found.commit is None:
        begun = [commit for commit in recorded if commit.startswith(side.what.lower())]
        if len(begun) == 1:
            return begun[0]
        if begun:
            raise NoSuchRuns(
                explain(f"{side.text} is the beginning of {plural(len(begun), 'commit')}.", _listed(begun))
            )
    if found.commit is None:
        raise NoSuchRuns(explain(f"{side.text} names no commit: {found.why}.", hint=found.hint))
    newest = ", ".join(
        f"{commit[:_SHORT]} ({_branch_of(members, commit) or 'no branch'})" for commit in recorded[:_MOST]
    )
    problem = f"no run is of commit {found.commit[:_SHORT]}, which is {side.text}."
    raise NoSuchRuns(explain(problem, f"commits with runs, the newest first: {newest or 'none'}."))


def _branch_of(members: Iterable[Member], commit: str) -> str:
    return next((said_of(one.run, "git_branch") for one in members if one.commit == commit), "")


def _of_branch(members: Sequence[Member], side: Side, but: Group | None) -> tuple[Member, ...]:
    on_it = [member for member in members if said_of(member.run, "git_branch") == side.what]
    others = [one for one in on_it if not _is_compared(one, but, by_commit=True)]
    newest = next((member for member in others if member.is_finished), None)
    if newest is not None:
        return _same_commit(newest, others)
    left = " but those it is compared with" if len(others) < len(on_it) else ""
    problem = f"no finished run is on branch {side.what!r}{left}."
    finished = [said_of(member.run, "git_branch") for member in members if member.is_finished]
    counts = Counter(branch for branch in finished if branch)
    if not counts:
        why = "no finished run has a branch: they ran outside of a git repository, or on a detached checkout."
        raise NoSuchRuns(explain(problem, why))
    branches = [f"{branch!r} ({plural(count, 'run')})" for branch, count in counts.most_common(_MOST)]
    more = f" and {len(counts) - _MOST} more" if len(counts) > _MOST else ""
    raise NoSuchRuns(explain(problem, f"branches that are recorded: {', '.join(branches)}{more}."))


def _same_commit(newest: Member, members: Iterable[Member]) -> tuple[Member, ...]:
    """All runs of a run's commit; that run alone where it is not known."""
    if not newest.commit:
        return (newest,)
    return tuple(member for member in members if member.commit == newest.commit)


def _nothing(catalog: Catalog, experiment: str | None) -> NoSuchRuns:
    with_runs = [one.name for one in catalog.experiments if one.runs]
    if experiment is None or not with_runs:
        return NoSuchRuns(explain("there are no runs.", "a store with runs.", "--store FOLDER"))
    return NoSuchRuns(explain(f"no run is of experiment {experiment!r}.", f"one of {_listed(with_runs)}."))


def _listed(texts: Collection[str]) -> str:
    some = ", ".join(repr(clipped(text)) for text in list(texts)[:_MOST])
    return f"{some} and {len(texts) - _MOST} more" if len(texts) > _MOST else some
