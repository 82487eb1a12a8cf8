"""Search: runs and experiments of a store as tables, chosen by a filter.

All arguments are checked before anything is read. Nothing here writes.

Neighbours: `logger.store` reads, `logger.filters` parses, `logger.selection` chooses and orders,
`logger.columns` says what a run has for a field and makes the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, overload

import pyarrow as pa

from .columns import RUN_COUNT, experiment_columns, experiment_value, run_columns, run_value
from .errors import ExperimentNotFound, InvalidType, InvalidValue, MissingPackage, explain
from .fields import EXPERIMENTS, RUNS, Field, Vocabulary, printable
from .filters import parse_filter, parse_order
from .layout import experiment_key
from .lexer import close_to
from .names import check_name, of_type, quoted, shown
from .records import ExperimentRecord, RunRecord
from .schema import HISTORY
from .selection import Value, ordered, selected

if TYPE_CHECKING:
    from pandas import DataFrame

    from .store import Store

Row = TypeVar("Row")
Names: TypeAlias = str | Sequence[str] | None
Format: TypeAlias = Literal["arrow", "pandas", "list"]

_FORMATS = ("arrow", "pandas", "list")
_RUN_ORDER = ("start_time DESC", "run_id")
_EXPERIMENT_ORDER = ("created DESC", "name")


@overload
def search_runs(
    store: Store,
    experiment_names: Names = None,
    filter_string: str | None = "",
    order_by: Names = None,
    max_results: int | None = None,
    output_format: Literal["arrow"] = "arrow",
) -> pa.Table: ...
@overload
def search_runs(
    store: Store,
    experiment_names: Names = None,
    filter_string: str | None = "",
    order_by: Names = None,
    max_results: int | None = None,
    *,
    output_format: Literal["list"],
) -> list[RunRecord]: ...
@overload
def search_runs(
    store: Store,
    experiment_names: Names = None,
    filter_string: str | None = "",
    order_by: Names = None,
    max_results: int | None = None,
    *,
    output_format: Literal["pandas"],
) -> DataFrame: ...
@overload
def search_runs(
    store: Store,
    experiment_names: Names = None,
    filter_string: str | None = "",
    order_by: Names = None,
    max_results: int | None = None,
    output_format: Format = "arrow",
) -> pa.Table | DataFrame | list[RunRecord]: ...
def search_runs(
    store: Store,
    experiment_names: Names = None,
    filter_string: str | None = "",
    order_by: Names = None,
    max_results: int | None = None,
    output_format: Format = "arrow",
) -> pa.Table | DataFrame | list[RunRecord]:
    """The runs for which a filter holds.

    Args:
        store: where to look.
        experiment_names: one or several; None for all that are not deleted.
        filter_string: as `metrics.loss < 0.5 AND params.model = 'svm'`; empty for all runs.
        order_by: fields, each with ASC or DESC; what is missing comes last. The newest run comes first
            among equals, and where nothing is said.
        max_results: at most so many; None for all.
        output_format: "arrow", "pandas" or "list", which gives `RunRecord`s.
    Returns: a row for each run; times in UTC, durations in seconds.
    Raises: FilterError, ExperimentNotFound, MissingPackage (pandas), InvalidType, InvalidValue.
    """
    keep = _selection(RUNS, filter_string, order_by, _RUN_ORDER, max_results, output_format)
    chosen = keep(_runs(store, experiment_names), run_value)
    if output_format == "list":
        return chosen
    return _as(output_format, run_columns(chosen))


def matching_runs(runs: Sequence[RunRecord], filter_string: str) -> list[RunRecord]:
    """Those of some runs for which a filter holds, the newest first.

    Raises: FilterError.
    """
    orders = [parse_order(text, RUNS) for text in _RUN_ORDER]
    return ordered(orders, selected(parse_filter(filter_string, RUNS), runs, run_value), run_value)


def search_experiments(
    store: Store,
    filter_string: str | None = "",
    order_by: Names = None,
    max_results: int | None = None,
    output_format: Format = "arrow",
    include_deleted: bool = False,
) -> pa.Table | DataFrame | list[ExperimentRecord]:
    """The experiments for which a filter holds; the newest first where no order is given.

    Args: as those of `search_runs`. Fields are name, runs (how many), created, note, deleted and tags.
    Returns: a row for each experiment, or `ExperimentRecord`s.
    Raises: FilterError, MissingPackage (pandas), InvalidType, InvalidValue.
    """
    keep = _selection(EXPERIMENTS, filter_string, order_by, _EXPERIMENT_ORDER, max_results, output_format)
    counts: dict[str, int] = {}  # of runs, by folder; counted only when asked for

    def value_of(record: ExperimentRecord, field: Field) -> Value:
        if field == RUN_COUNT and record.folder not in counts:
            counts[record.folder] = len(store.run_folders(record.name))
        return experiment_value(record, field, counts.get(record.folder))

    found = [record for record in store.experiments() if include_deleted or not record.deleted]
    chosen = keep(found, value_of)
    if output_format == "list":
        return chosen
    return _as(output_format, experiment_columns(chosen, value_of))


def get_run(store: Store, run_id: str) -> RunRecord:
    """All that is known of a run, except its points.

    Raises: RunNotFound.
    """
    if not isinstance(run_id, str):
        problem = f"run id {shown(run_id)} is {of_type(run_id)}."
        raise InvalidType(explain(problem, "the 32 hex digits of run.run_id."))
    return store.find_run(run_id)


def get_metric_history(store: Store, run_id: str, key: str) -> pa.Table:
    """The points of one metric, in the order logged: step, time, value; none when it was never logged.

    Raises: RunNotFound; InvalidName: no metric can have this name.
    """
    run = get_run(store, run_id)
    metric = check_name(key, "metric")
    series = store.read_points(run.folder, [metric]).series
    return series[metric] if metric in series else HISTORY.empty_table()


def _runs(store: Store, names: Names) -> list[RunRecord]:
    """The runs of the experiments that are meant."""
    records = store.experiments()
    if names is None:
        deleted = {experiment_key(record.name) for record in records if record.deleted}
        return [run for run in store.runs() if experiment_key(run.experiment) not in deleted]
    known = [record.name for record in records]
    wanted = [check_name(name, "experiment") for name in _listed("experiment_names", names)]
    for name in wanted:
        if name not in known and not store.is_absent:
            raise _no_experiment(name, known)
    return store.runs(list(dict.fromkeys(wanted)))


def _no_experiment(name: str, known: list[str]) -> ExperimentNotFound:
    by_key = {experiment_key(other): other for other in known}
    proposal = by_key.get(experiment_key(name)) or by_key.get(close_to(experiment_key(name), tuple(by_key)))
    some = ", ".join(quoted(other) for other in sorted(known)[:10])
    allowed = f"{some}{', …' if len(known) > 10 else ''}" if known else "nothing yet: the store is empty."
    problem = f"no experiment is called {shown(name)}."
    return ExperimentNotFound(explain(problem, allowed, quoted(proposal)))


def _selection(
    vocabulary: Vocabulary,
    filter_string: object,
    order_by: Names,
    then: tuple[str, ...],
    max_results: object,
    output_format: object,
) -> Callable[[list[Row], Callable[[Row, Field], Value]], list[Row]]:
    """Check all arguments at once, before anything is read; what comes back selects, orders and cuts."""
    if output_format not in _FORMATS:
        problem = f"output_format {shown(output_format)} is unknown."
        close = close_to(output_format, _FORMATS) if isinstance(output_format, str) else ""
        raise InvalidValue(explain(problem, '"arrow", "pandas" or "list".', close and quoted(close)))
    if output_format == "pandas":
        _check_pandas()
    if max_results is not None and (isinstance(max_results, bool) or not isinstance(max_results, int)):
        problem = f"max_results {shown(max_results)} is {of_type(max_results)}."
        raise InvalidType(explain(problem, "a whole number, or None for all."))
    if max_results is not None and max_results < 0:
        raise InvalidValue(explain(f"max_results {max_results} is negative.", "0 or more, or None for all."))
    if filter_string is not None and not isinstance(filter_string, str):
        problem = f"filter_string {shown(filter_string)} is {of_type(filter_string)}."
        raise InvalidType(explain(problem, "text.", "\"metrics.loss < 0.5 AND params.model = 'svm'\""))
    tree = parse_filter(filter_string or "", vocabulary)
    orders = [parse_order(text, vocabulary) for text in (*_listed("order_by", order_by), *then)]
    limit = max_results

    def keep(rows: list[Row], value_of: Callable[[Row, Field], Value]) -> list[Row]:
        return ordered(orders, selected(tree, rows, value_of), value_of)[:limit]

    return keep


def _listed(what: str, names: Names) -> list[str]:
    """One text or several as a list."""
    if names is None:
        return []
    if isinstance(names, str):
        return [names]
    if not isinstance(names, Iterable):
        raise InvalidType(
            explain(f"{what} {shown(names)} is {of_type(names)}.", "a text or a list of texts.")
        )
    listed = list(names)
    if what == "order_by" and not all(isinstance(name, str) for name in listed):
        raise InvalidType(
            explain(f"{what} {shown(names)} holds what is no text.", "as ['metrics.loss DESC'].")
        )
    return listed


def _as(output_format: str, columns: dict[str, pa.Array]) -> pa.Table | DataFrame:
    table = pa.Table.from_arrays(list(columns.values()), names=[printable(name) for name in columns])
    return table.to_pandas() if output_format == "pandas" else table


def _check_pandas() -> None:
    try:
        import pandas  # noqa: F401
    except ImportError as error:
        problem = 'output_format "pandas" needs pandas, which is not installed.'
        raise MissingPackage(
            explain(problem, '"arrow" or "list" without it.', "pip install pandas")
        ) from error
