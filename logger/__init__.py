"""Runfolio: the logging side.

    from logger import start_run

    with start_run(experiment="fake box") as run:
        run.log_param("n_estimators", 100)
        run.log_metric("auc/train", 0.91, step=1)

The public names and nothing else. What a run needs is imported when the first one starts.
"""

from typing import TYPE_CHECKING

from .defaults import get_tracking_uri, set_experiment, set_tracking_uri
from .errors import (
    ExperimentNotFound,
    FilterError,
    InvalidName,
    InvalidType,
    InvalidValue,
    LoggerError,
    MissingPackage,
    NameClash,
    NewerFormat,
    ParamConflict,
    RunError,
    RunNotFound,
    StoreError,
    StoreNotFound,
    WriteFailed,
)
from .fluent import (
    active_run,
    define_metric,
    end_run,
    last_active_run,
    log_artifact,
    log_artifacts,
    log_dict,
    log_metric,
    log_metrics,
    log_param,
    log_params,
    log_text,
    set_tag,
    set_tags,
    start_run,
)
from .queries import get_metric_history, get_run, search_experiments, search_runs

if TYPE_CHECKING:
    from .run import Run
else:

    def __getattr__(name: str) -> object:
        if name != "Run":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .run import Run

        return Run


__version__ = "0.1.0"

__all__ = [
    "ExperimentNotFound",
    "FilterError",
    "InvalidName",
    "InvalidType",
    "InvalidValue",
    "LoggerError",
    "MissingPackage",
    "NameClash",
    "NewerFormat",
    "ParamConflict",
    "Run",
    "RunError",
    "RunNotFound",
    "StoreError",
    "StoreNotFound",
    "WriteFailed",
    "active_run",
    "define_metric",
    "end_run",
    "get_metric_history",
    "get_run",
    "get_tracking_uri",
    "last_active_run",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "log_text",
    "search_experiments",
    "search_runs",
    "set_experiment",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
]
