"""Runfolio: the logging side.

    from logger import start_run

    with start_run(experiment="fake box") as run:
        run.log_param("n_estimators", 100)
        run.log_metric("auc/train", 0.91, step=1)

The public names and nothing else; nothing heavy is imported before the first run starts.
"""

from .errors import (
    FilterError,
    InvalidName,
    InvalidType,
    InvalidValue,
    LoggerError,
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
    get_tracking_uri,
    last_active_run,
    log_artifact,
    log_artifacts,
    log_dict,
    log_metric,
    log_metrics,
    log_param,
    log_params,
    log_text,
    set_experiment,
    set_tag,
    set_tags,
    set_tracking_uri,
    start_run,
)
from .run import Run

__version__ = "0.1.0"

__all__ = [
    "FilterError",
    "InvalidName",
    "InvalidType",
    "InvalidValue",
    "LoggerError",
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
    "set_experiment",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
]
