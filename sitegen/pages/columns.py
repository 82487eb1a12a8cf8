"""The columns of the table of an experiment's runs: which there are, in which order, and their values.

Columns stand in the order a reader asks: which run and how it ended, how good it is, in what it differs, when
and who, its other metrics. What is the same in all runs is hidden at first, and so is what few ask for:
other values of metrics, tags, commits, notes. Hidden columns stand behind the others. Right of here,
`sitegen.pages.runs_table` words their cells and `sitegen.pages.table_data` makes them data. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from logger.factlines import JsonValue
from logger.records import MetricSummary, RunRecord

from .. import numbers
from ..cards import SYSTEM, split_of
from ..catalog import ExperimentData
from ..cells import given_decimals, param_cell
from ..metricinfo import MetricInfo, best_value, own_labels
from ..rundata import RunData
from ..safe import clipped, shown

LONGEST = 2_000  # characters of a text; it is whole on the run's page
_EXACT_INT = 2**53  # the browser rounds whole numbers beyond


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    kind: str  # "name", "status", "time", "duration", "number", "param", "text" or "id"
    label: str
    group: str  # "run", "goal", "param", "metric" or "tag"
    sub: str = ""  # what of the metric: "best", "last", "min" or "max"; "" when these are all the same
    also: tuple[str, ...] = ()  # what else of the metric it is: the best is also the highest
    called: str = ""  # what the site's owner calls the metric
    unit: str = ""  # of the metric
    goal: str = ""  # "max" or "min": which values are good
    title: str = ""
    named: bool = True  # the label is a user's word
    hidden: bool = False  # not printed; a reader may ask for it
    decimals: int | None = None  # that all numbers of the column share
    best: int | None = None  # index of the run with the best value
    unbounded: tuple[int, ...] = ()  # runs that logged the metric, but no finite value
    values: tuple[JsonValue, ...] = field(default=(), repr=False)  # per run, by creation

    @property
    def numeric(self) -> bool:
        """Whether its values stand to the right: numbers, maybe beside None, True or nothing."""
        if self.kind != "param":
            return self.kind in ("number", "duration")
        kinds = {type(value) for value in self.values}
        return bool(kinds & {int, float}) and str not in kinds


def columns_of(experiment: ExperimentData) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """The columns that are printed, and those that are hidden at first."""
    labels = own_labels(experiment.metrics)
    metrics = {
        info.name: _metric_columns(experiment.runs, replace(info, label=labels.get(info.name, "")))
        for info in experiment.metrics
    }
    printed = list(_printed(experiment, {name: shown for name, (shown, _) in metrics.items()}))
    rest = [column for _, hidden in metrics.values() for column in hidden]
    hidden = [replace(column, hidden=True) for column in (*_unasked(experiment), *rest)]
    return tuple(printed), tuple(hidden)


def _printed(experiment: ExperimentData, metrics: dict[str, list[Column]]) -> Iterator[Column]:
    runs = experiment.runs
    main = experiment.main_metric
    goals = [info for info in experiment.metrics if info.goal and not _is_system(info)]
    goals.sort(key=lambda info: (main is None or info.name != main.name, split_of(info.name)[1] == "train"))
    yield Column("name", "run", "run", named=False)
    yield Column("status", "status", "run", named=False)
    for info in goals[:1]:
        yield from metrics[info.name]
    for name in experiment.varying_params:
        yield _param_column(runs, name)
    yield Column("time", "started", "run", named=False)
    durations = tuple(_seconds(run.record) for run in runs)
    yield Column("duration", "duration", "run", named=False, values=durations)
    if len(experiment.users) > 1:
        yield _said_column(runs, "user", "user")
    if len(experiment.sources) > 1:
        yield _said_column(runs, "script", "source")
    for info in goals[1:]:
        yield from metrics[info.name]
    known = {info.name for info in goals}
    for name, columns in metrics.items():
        if name not in known:
            yield from columns


def _unasked(experiment: ExperimentData) -> Iterator[Column]:
    """What is the same in all runs, and what a run says of itself beside its params and metrics."""
    runs = experiment.runs
    for name in experiment.constant_params:
        yield _param_column(runs, name)
    for name in dict.fromkeys(name for run in runs for name in run.record.tags):
        yield _tag_column(runs, name)
    if len(experiment.users) == 1:
        yield _said_column(runs, "user", "user")
    if len(experiment.sources) == 1:
        yield _said_column(runs, "script", "source")
    yield from _if_any(_said_column(runs, "git_commit", "commit"), _said_column(runs, "git_branch", "branch"))
    ended = tuple(None if run.record.ended is None else run.record.ended // 1000 for run in runs)
    yield from _if_any(Column("time", "ended", "run", named=False, values=ended))
    yield Column("id", "run id", "run", named=False)
    yield from _if_any(
        _text_column(runs, "parent", "run", lambda record: record.parent),
        _text_column(runs, "note", "run", lambda record: record.note),
        _text_column(runs, "reason", "run", lambda record: record.reason),
    )


def _if_any(*columns: Column) -> Iterator[Column]:
    return (column for column in columns if any(value is not None for value in column.values))


def _metric_columns(runs: Sequence[RunData], info: MetricInfo) -> tuple[list[Column], list[Column]]:
    """What is printed of a metric, best and last or only last, and the rest; equal ones are one column."""
    summaries = [run.record.metrics.get(info.name) for run in runs]

    def column(sub: str, value: Callable[[MetricSummary], float | None]) -> Column:
        values = tuple(None if summary is None else value(summary) for summary in summaries)
        return _number(info, sub, values)

    last = column("last", lambda summary: summary.last)
    low, high = column("min", lambda summary: summary.min), column("max", lambda summary: summary.max)
    others = [low, high]
    printed = [last]
    if info.goal:
        others.remove(high if info.goal == "max" else low)
        found = [best_value(summary, info.goal) for summary in summaries]
        values = tuple(value[0] if value else None for value in found)
        best = replace(_number(info, "best", values), also=(info.goal,), best=_winner(values, info.goal))
        if _same(best.values, last.values):
            printed = [replace(last, sub="", also=("best", "last", info.goal), best=best.best)]
        else:
            decimals = numbers.column_decimals([*values, *(run.last for run in summaries if run)])
            unbounded = tuple(i for i, summary in enumerate(summaries) if summary and values[i] is None)
            best = replace(best, decimals=decimals, unbounded=unbounded)
            printed = [best, replace(last, decimals=decimals)]
    hidden: list[Column] = []
    for other in others:
        if not any(value is not None for value in other.values):
            continue
        twin = next((place for place, one in enumerate(printed) if _same(other.values, one.values)), None)
        if twin is None:
            missing = tuple(i for i, summary in enumerate(summaries) if summary and other.values[i] is None)
            hidden.append(replace(other, unbounded=missing))
        else:
            printed[twin] = replace(printed[twin], also=(*printed[twin].also, other.sub))
    return printed, hidden


def _winner(values: Sequence[float | None], goal: str) -> int | None:
    """Where the best value stands, the earliest of equals; None when there is nothing to beat."""
    rated = [(-value if goal == "max" else value, i) for i, value in enumerate(values) if value is not None]
    return min(rated)[1] if len(rated) > 1 else None


def _number(info: MetricInfo, sub: str, values: tuple[float | None, ...]) -> Column:
    notes = [info.name] if info.label else []
    if info.unit:
        notes.append(f"in {info.unit}")
    if info.goal:
        direction = "higher" if info.goal == "max" else "lower"
        notes.append(f"{direction} is better{' (assumed from the name)' if info.assumed else ''}")
    return Column(
        kind="number",
        label=info.name,
        called=info.label,
        group="goal" if info.goal else "metric",
        sub=sub,
        unit=info.unit or "",
        goal=info.goal or "",
        title=", ".join(notes),
        decimals=numbers.column_decimals(values),
        values=values,
    )


def _param_column(runs: Sequence[RunData], name: str) -> Column:
    having = [run.record.params[name] for run in runs if name in run.record.params]
    values = tuple(
        _data_value(run.record.params[name]) if name in run.record.params else None for run in runs
    )
    return Column("param", name, "param", decimals=given_decimals(having), values=values)


def _said_column(runs: Sequence[RunData], key: str, label: str) -> Column:
    def said(record: RunRecord) -> str | None:
        return value if isinstance(value := record.provenance.get(key), str) else None

    return _text_column(runs, label, "run", said)


def _tag_column(runs: Sequence[RunData], name: str) -> Column:
    return _text_column(runs, name, "tag", lambda record: record.tags.get(name))


def _text_column(
    runs: Sequence[RunData], label: str, group: str, said: Callable[[RunRecord], str | None]
) -> Column:
    tags = group == "tag"  # an empty tag was set; an empty note was not
    texts = [said(run.record) for run in runs]
    values = tuple(
        None if text is None or (text == "" and not tags) else clipped(shown(text), LONGEST) for text in texts
    )
    return Column("text", label, group, named=tags, values=values)


def _data_value(value: JsonValue) -> JsonValue:
    """A param as the browser gets it: text and numbers as they are, other values in a list of one."""
    if isinstance(value, str):
        return clipped(shown(value), LONGEST)
    if isinstance(value, float) or (type(value) is int and abs(value) <= _EXACT_INT):
        return value
    return [str(value)] if type(value) is int else [param_cell(value).text]


def _same(one: Sequence[JsonValue], other: Sequence[JsonValue]) -> bool:
    return all(a == b or (a is not None and a != a and b is None) for a, b in zip(one, other, strict=True))


def _seconds(run: RunRecord) -> float:
    return ((run.ended or run.last_active) - run.started) / 1e6


def _is_system(info: MetricInfo) -> bool:
    return info.name == SYSTEM or info.name.startswith(SYSTEM + "/")
