"""The module functions that read: `logger.search` over the store that runs go to.

Each looks at the disk anew, so what any process logged a moment ago is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

from . import defaults

if TYPE_CHECKING:
    import pyarrow as pa
    from pandas import DataFrame

    from .records import ExperimentRecord, RunRecord
    from .search import Format, Names
    from .store import Store


@overload
def search_runs(
    experiment_names: Names = None,
    filter_string: str = "",
    order_by: Names = None,
    max_results: int | None = None,
    output_format: Literal["arrow"] = "arrow",
) -> pa.Table: ...
@overload
def search_runs(
    experiment_names: Names = None,
    filter_string: str = "",
    order_by: Names = None,
    max_results: int | None = None,
    *,
    output_format: Literal["pandas"],
) -> DataFrame: ...
@overload
def search_runs(
    experiment_names: Names = None,
    filter_string: str = "",
    order_by: Names = None,
    max_results: int | None = None,
    *,
    output_format: Literal["list"],
) -> list[RunRecord]: ...
def search_runs(
    experiment_names: Names = None,
    filter_string: str = "",
    order_by: Names = None,
    max_results: int | None = None,
    output_format: Format = "arrow",
) -> pa.Table | DataFrame | list[RunRecord]:
    """The runs for which a filter holds, the newest first where no order is given.

    Args:
        experiment_names: one or several; None for all that are not deleted.
        filter_string: as `metrics.loss < 0.5 AND params.model = 'svm'`; empty for all runs.
        order_by: fields, each with ASC or DESC; what is missing comes last.
        max_results: at most so many; None for all.
        output_format: "arrow", "pandas" where pandas is installed, or "list" of `RunRecord`s.

    Returns: a row for each run, with columns `params.*`, `tags.*` and `metrics.*` (the last value).
    Raises: StoreNotFound, ExperimentNotFound, FilterError, MissingPackage, InvalidType, InvalidValue.
    """
    from . import search

    return search.search_runs(
        _store(), experiment_names, filter_string, order_by, max_results, output_format=output_format
    )


@overload
def search_experiments(
    filter_string: str = "",
    order_by: Names = None,
    max_results: int | None = None,
    output_format: Literal["arrow"] = "arrow",
    include_deleted: bool = False,
) -> pa.Table: ...
@overload
def search_experiments(
    filter_string: str = "",
    order_by: Names = None,
    max_results: int | None = None,
    *,
    output_format: Literal["pandas"],
    include_deleted: bool = False,
) -> DataFrame: ...
@overload
def search_experiments(
    filter_string: str = "",
    order_by: Names = None,
    max_results: int | None = None,
    *,
    output_format: Literal["list"],
    include_deleted: bool = False,
) -> list[ExperimentRecord]: ...
def search_experiments(
    filter_string: str = "",
    order_by: Names = None,
    max_results: int | None = None,
    output_format: Format = "arrow",
    include_deleted: bool = False,
) -> pa.Table | DataFrame | list[ExperimentRecord]:
    """The experiments for which a filter holds, the newest first where no order is given.

    Args: as those of `search_runs`; fields are name, runs (how many), created, note, deleted and tags.
    Returns: a row for each experiment, or `ExperimentRecord`s.
    Raises: StoreNotFound, FilterError, MissingPackage, InvalidType, InvalidValue.
    """
    from . import search

    return search.search_experiments(
        _store(), filter_string, order_by, max_results, output_format, include_deleted
    )


def get_run(run_id: str) -> RunRecord:
    """All that is known of a run, except its points.

    Raises: StoreNotFound, RunNotFound, InvalidType.
    """
    from . import search

    return search.get_run(_store(), run_id)


def get_metric_history(run_id: str, key: str) -> pa.Table:
    """The points of one metric in the order logged: step, time, value; none when it was never logged.

    Raises: StoreNotFound, RunNotFound, InvalidName.
    """
    from . import search

    return search.get_metric_history(_store(), run_id, key)


def _store() -> Store:
    from . import environment
    from .store import Store  # imports pyarrow

    return Store(defaults.store(), may_be_absent=environment.disabled())
