"""Sentences: what a page says in words before it shows pictures and tables.

They claim no more than the data: which value was best and of which run, never why; the last value beside
the best, because the best over steps is chosen with hindsight; no known goal, no best. A sentence is a
tuple of parts, so that a template can link the runs and isolate the names. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, takewhile

from logger.records import MetricSummary

from . import numbers
from .catalog import ExperimentData
from .cells import param_cell
from .differing import compared, how_it_differs
from .longnames import cut
from .metricinfo import MetricInfo, best_value
from .rundata import RunData
from .spreads import Chance, chance, seed_spreads
from .urls import Path, link, run_page

MOST_NAMED = 8  # of the things that differ; the others are counted
_MOST_LETTERS = 200  # of these: about five lines on a phone
_LONG_NAME = 60  # characters
_LONG_PARAM = 32  # characters of its name
_LONG_VALUE = 24  # characters
_LEAST_ID = 4  # characters of an id

_ENDS = {  # worth a word; finished runs are the rest
    **{end: end for end in ("running", "not ended", "failed", "killed", "lost")},
    "unknown": "of unknown end",
}
_ALSO_COMPARED = (
    ("user", "user"),
    ("script", "source"),
    ("git_commit", "commit"),
    ("git_branch", "branch"),
    ("python", "Python"),
    ("platform", "platform"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence."""

    text: str
    kind: str = "text"  # "text", "name" (a user's word), "value", "best" (the value of all), "note" (of ours)
    href: str = ""
    title: str = ""


Sentence = tuple[Part, ...]


def plain(*sentences: Sentence) -> str:
    """Sentences as one text."""
    return " ".join("".join(part.text for part in sentence) for sentence in sentences if sentence)


def best_of_experiment(experiment: ExperimentData, page: Path) -> Sentence:
    """Which run is best, in what it differs, and by how much; empty when no goal is known."""
    metric = experiment.main_metric
    if metric is None or metric.goal is None or not experiment.ranked:
        return ()
    first = experiment.runs[experiment.ranked[0]]
    found = best_value(first.record.metrics.get(metric.name), metric.goal)
    if found is None:
        return ()
    parts = [
        Part("Best "),
        Part(metric.called, "name"),
        Part(" "),
        value_part(found[0], metric, "best"),
        Part(" — "),
    ]
    beside = (experiment.runs[at] for at in experiment.ranked[1:2])
    parts.append(run_part(first, page, *beside, among=experiment.runs))
    parts += _differing(experiment, first)
    return (*parts, *_lead(experiment, metric, found[0], page), Part("."))


def more_of_experiment(experiment: ExperimentData) -> Sentence:
    """Where the best value was reached, how that run ended, what seeds do, and what is assumed."""
    metric = experiment.main_metric
    if metric is None or not experiment.ranked:
        return ()
    first = experiment.runs[experiment.ranked[0]]
    return (*_steps(first, metric), *_seeds(experiment, first, metric), *_assumed(metric))


def best_of_run(experiment: ExperimentData, run: RunData, beside: Sentence = ()) -> Sentence:
    """The best value of one run and its rank among the others; why there is none, where none is finite.

    Args:
        beside: how it stands against another run: `sitegen.versus.over_baseline`.
    """
    metric = experiment.main_metric
    if metric is None or metric.goal is None:
        return ()
    summary = run.record.metrics.get(metric.name)
    if summary is None:
        return ()
    found = best_value(summary, metric.goal)
    if found is None:
        yet = " yet" if run.goes_on else ""
        return (Part(metric.called, "name"), Part(f" has no finite value{yet}, so there is no best."))
    head = "So far best " if run.goes_on else "Best "
    parts = [Part(head), Part(metric.called, "name"), Part(" "), value_part(found[0], metric, "best")]
    if len(experiment.ranked) > 1:
        rank, sharing = experiment.rank(found[0])
        shared = f", shared by {numbers.count(sharing)}" if sharing > 1 else ""
        parts.append(Part(f", rank {rank} of {len(experiment.ranked)}{shared}"))
    return (*parts, *beside, Part("."))


def more_of_run(experiment: ExperimentData, run: RunData) -> Sentence:
    """Where the best value was reached, and the last one; and what is assumed."""
    metric = experiment.main_metric
    if metric is None or best_value(run.record.metrics.get(metric.name), metric.goal) is None:
        return ()
    return (*_steps(run, metric), *_assumed(metric))


def what_differs(experiment: ExperimentData) -> Sentence:
    """What is not the same in all runs, and how many values it has; empty for one run.

    A run whose facts were not all read is left out: what it does not say may have been said.
    """
    damaged = sum(run.record.facts_lost for run in experiment.runs)
    if len(experiment.runs) - damaged < 2:
        return ()
    verb = "is" if damaged == 1 else "are"
    left_out = f"; {numbers.count(damaged)} whose facts are damaged {verb} left out" if damaged else ""
    bare = bare_runs(experiment)
    if bare:
        left_out = f"; {numbers.plural(bare, 'run')} logged no params{left_out}"
    given = [run.record.params for run in experiment.runs if run.is_compared]
    params = [(name, how_it_differs(name, given)) for name in experiment.varying_params]
    others = [
        Part(f"{label} ({values})")
        for key, label in _ALSO_COMPARED
        if (values := _values_of(experiment, key)) > 1
    ]
    named: list[Part] = []
    listed: list[list[Part]] = []
    for place, (name, spread) in enumerate(params[:MOST_NAMED]):
        if place and spread.endswith(" values"):
            spread = spread.removesuffix(" values")  # said once, it is understood
        listed.append([Part(", "), param_part(name, experiment.varying_params), Part(f" ({spread})")])
    named += _few(listed, len(params), "param")
    for other in others:
        named += [Part(", "), other]
    tagged = [run.record.tags for run in experiment.runs if not run.record.facts_lost]
    tags = [(name, how_it_differs(name, tagged)) for name in compared(tagged)[0]]
    of_tag = {name for name, _ in tags}
    listed = [
        [Part(", tag "), param_part(name, of_tag), Part(f" ({spread})")] for name, spread in tags[:MOST_NAMED]
    ]
    named += _few(listed, len(tags), "tag")
    withheld = any(run.withheld.count for run in experiment.runs)
    if not named:
        known = "is published" if withheld else "was recorded"
        return (Part(f"What differs: nothing that {known}{left_out}."),)
    named[0] = replace(named[0], text=named[0].text.removeprefix(", "))
    others_too = "Everything else that is published" if withheld else "Everything else"
    return (Part("What differs: "), *named, Part(f". {others_too} is the same in all runs{left_out}."))


def bare_runs(experiment: ExperimentData) -> int:
    """How many runs logged no params where others did: they have no say in which of these differ."""
    whole = [run.record for run in experiment.runs if not run.record.facts_lost]
    bare = sum(not record.params for record in whole)
    return bare if bare < len(whole) else 0


def drawn_first(experiment: ExperimentData) -> Part:
    """Which runs are drawn before any click, in a few words; in its title the whole rule.

    Puts into words what `sitegen.catalog` chose; empty when all runs are drawn.
    """
    if len(experiment.drawn) == len(experiment.runs):
        return Part("")
    drawn = frozenset(experiment.drawn)
    if not any(run.all_points for run in experiment.runs if run.ordinal not in drawn):
        others = "no other has points" if drawn else "none has points"
        return Part(others, title="All runs whose points were read are drawn at first.")
    good = "best" if experiment.ranked else "newest"
    running = any(experiment.runs[ordinal].record.status == "running" for ordinal in experiment.drawn)
    also = " and what is running" if running else ""
    return Part(
        f"the {good}{also}, then the {good} of other colours",
        title=f"Drawn at first: the {good} run{also}; then, the {good} first, runs whose colour none of these"
        f" has yet, so that lines are told apart; then the next {good}. Tick a row to draw its run.",
    )


def run_counts(runs: Sequence[RunData]) -> str:
    """How many runs, and how they ended when not all are finished: "24 runs, 1 failed".

    A run that never said how it ended runs only if it is known to live; else its age tells, in the browser.
    """
    ends = Counter(
        "not ended" if run.record.status == "running" and not run.record.alive else run.record.status
        for run in runs
    )
    counted = [f"{numbers.count(ends[end])} {words}" for end, words in _ENDS.items() if ends[end]]
    return ", ".join([numbers.plural(len(runs), "run"), *counted])


def run_part(run: RunData, page: Path, *others: RunData, among: Iterable[RunData] = ()) -> Part:
    """A run by its name, linked from `page`; a long name is told from those of `others`.

    Behind a name that another of `others` or `among` has, too, stands the start of the run's id that tells it
    from these: as `label` in `templates/static/js/data.js`.
    """
    name = cut(run.record.name, [other.record.name for other in others], _LONG_NAME)
    alike = [other.run_id for other in (*others, *among) if other.record.name == run.record.name]
    apart = [_shared_letters(run.run_id, other) for other in alike if other != run.run_id]
    if apart:
        name = f"{name} {run.run_id[: max(*apart, _LEAST_ID - 1) + 1]}…"
    return Part(
        name, "name", link(page, run_page(run.run_id)), "" if name == run.record.name else run.record.name
    )


def _shared_letters(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def param_part(name: str, others: Iterable[str]) -> Part:
    """A param or tag by its name; a long one is told from `others`."""
    text = cut(name, others, _LONG_PARAM)
    return Part(text, "name", "", "" if text == name else name)


def _few(first: Sequence[list[Part]], count: int, what: str) -> list[Part]:
    """Of so many things in a sentence the first, as many as it has room for; the others are counted."""
    ends = accumulate(len(plain(tuple(parts))) for parts in first)
    room = max(1, sum(end <= _MOST_LETTERS for end in ends))
    named = [*chain.from_iterable(first[:room])]
    if count > room:
        named.append(Part(f" and {numbers.plural(count - room, f'more {what}')}"))
    return named


def noise_parts(found: Chance | None) -> list[Part]:
    """The verdict on a difference that chance alone makes, to go on in a sentence; nothing on another one."""
    return [Part(", "), Part("within noise", "note", "", found.said)] if found and found.is_all else []


def value_part(value: float, metric: MetricInfo, kind: str = "value") -> Part:
    """A value of a metric with its unit."""
    unit = f" {metric.unit}" if metric.unit else ""
    return Part(numbers.number(value) + unit, kind, "", numbers.full(value))


def _differing(experiment: ExperimentData, run: RunData) -> list[Part]:
    """The params in which the run differs, with their values."""
    present = [name for name in experiment.varying_params if name in run.record.params]
    listed: list[list[Part]] = []
    for name in present[:MOST_NAMED]:
        cell = param_cell(run.record.params[name], clip=_LONG_VALUE)
        value = Part(cell.text, "value", "", cell.title)
        listed.append([Part(", "), param_part(name, experiment.varying_params), Part(" "), value])
    parts = _few(listed, len(present), "param")
    return [Part(" ("), *parts[1:], Part(")")] if parts else []


def _lead(experiment: ExperimentData, metric: MetricInfo, best: float, page: Path) -> list[Part]:
    """By how much the best is ahead of the next, or who shares its place."""
    scores = experiment.scores
    shared = experiment.rank(best)[1] - 1
    if shared:
        return [Part(f", a value that {numbers.plural(shared, 'other run')} reached, too")]
    if len(scores) < 2:
        return []
    second = experiment.runs[experiment.ranked[1]]
    gap = abs(scores[0] - scores[1])
    spreads = seed_spreads(experiment, metric)
    return [
        Part(", "),
        Part(numbers.rough(gap), "value", "", numbers.full(gap)),
        Part(" ahead of "),
        run_part(second, page, experiment.runs[experiment.ranked[0]], among=experiment.runs),
        *noise_parts(chance(gap, *(spreads.get(ordinal) for ordinal in experiment.ranked[:2]))),
    ]


def _steps(run: RunData, metric: MetricInfo) -> list[Part]:
    summary = run.record.metrics[metric.name]
    best = best_value(summary, metric.goal)
    if best is None or summary.count == 1:
        return []
    so_far = " so far" if run.goes_on else ""
    if summary.last_step == best[1]:
        return [Part(f"Reached at its last step{so_far}, {best[1]}{_points(summary)}. ")]
    last = value_part(summary.last, metric)
    return [
        Part(f"Reached at step {best[1]}; the last value{so_far},"),
        Part(f" at step {summary.last_step}{_points(summary)}, is "),
        last,
        Part(". "),
    ]


def _points(summary: MetricSummary) -> str:
    """How many points there are, where the last step does not say it: steps may start at 0 or leap."""
    return "" if summary.last_step == summary.count else f" ({numbers.plural(summary.count, 'point')})"


def _seeds(experiment: ExperimentData, run: RunData, metric: MetricInfo) -> list[Part]:
    """Mean and deviation over the runs that differ from this one in nothing but their seed."""
    spread = seed_spreads(experiment, metric).get(run.ordinal)
    if spread is None:
        return []
    return [
        Part(f"Mean of the {spread.runs} runs that differ only in "),
        Part(", ".join(spread.seeds), "name"),
        Part(": "),
        Part(numbers.number(spread.mean), "value", "", numbers.full(spread.mean)),
        Part(
            f" ± {numbers.rough(spread.deviation)}",
            "value",
            "",
            f"standard deviation {numbers.full(spread.deviation)}",
        ),
        Part(". "),
    ]


def _assumed(metric: MetricInfo) -> list[Part]:
    if not metric.assumed:
        return []
    direction = "higher" if metric.goal == "max" else "lower"
    return [
        Part(
            f"Assumed: {direction} is better",
            "note",
            "",
            f'Judged by the metric\'s name. Say it with define_metric(…, goal="{metric.goal}").',
        )
    ]


def _values_of(experiment: ExperimentData, key: str) -> int:
    return len(
        {repr(v) for run in experiment.runs if (v := run.record.provenance.get(key)) not in (None, "")}
    )
