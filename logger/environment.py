"""The `LOGGER_*` variables: how a job script steers a program without changing it.

    LOGGER_TRACKING_URI   the folder of the store             what `set_tracking_uri` takes
    LOGGER_EXPERIMENT     the experiment                      what `set_experiment` takes
    LOGGER_RUN_ID         the run to join, resume or create   for children and requeued jobs; for the first
                                                              run that a process starts
    LOGGER_MODE           `disabled`: calls are checked, nothing is written
    LOGGER_USER           who runs this; is published with the run

A call in the program outweighs its variable. An empty variable counts as unset. They are read when a run
starts, so a program may set them itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from .errors import InvalidName, InvalidValue, explain
from .layout import RunId, is_run_id
from .names import check_name

_MODES = ("enabled", "disabled")


def tracking_uri(environ: Mapping[str, str] = os.environ) -> str | None:
    """Where the store lies, as text that is not yet checked."""
    return environ.get("LOGGER_TRACKING_URI") or None


def experiment(environ: Mapping[str, str] = os.environ) -> str | None:
    """Which experiment runs go to.

    Raises: InvalidName: no experiment may be called so.
    """
    return _name("LOGGER_EXPERIMENT", "experiment", environ)


def user(environ: Mapping[str, str] = os.environ) -> str | None:
    """Who runs this program, given on purpose.

    Raises: InvalidName: it is not a name.
    """
    return _name("LOGGER_USER", "user", environ)


def run_id(environ: Mapping[str, str] = os.environ) -> RunId | None:
    """The run that this process is to join, resume or create.

    Raises: InvalidName: it is not the id of a run.
    """
    text = environ.get("LOGGER_RUN_ID")
    return read_run_id(text, "LOGGER_RUN_ID") if text else None


def disabled(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether nothing is to be written.

    Raises: InvalidValue: the mode is none of ours.
    """
    mode = environ.get("LOGGER_MODE") or "enabled"
    if mode not in _MODES:
        raise InvalidValue(
            explain(
                f"LOGGER_MODE is {mode!r}.", " or ".join(_MODES) + ".", "unset LOGGER_MODE, to log as usual."
            )
        )
    return mode == "disabled"


def requeued(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether Slurm started this job again: then its earlier process is gone, whatever host it ran on."""
    return environ.get("SLURM_RESTART_COUNT", "0") not in ("", "0")


def read_run_id(text: str, what: str) -> RunId:
    """The id in `text`, which may be written with dashes or capitals as UUIDs are.

    Raises: InvalidName: it is not the id of a run; `what` says where it was found.
    """
    plain = text.strip().lower().replace("-", "")
    if not is_run_id(plain):
        raise InvalidName(
            explain(
                f"{what} {text!r} is no id of a run.",
                "32 hex digits, as in `run.run_id`.",
                f"start_run(run_name={text!r}), for a new run of this name.",
            )
        )
    return RunId(plain)


def _name(variable: str, kind: str, environ: Mapping[str, str]) -> str | None:
    text = environ.get(variable)
    if not text:
        return None
    try:
        return check_name(text, kind)
    except InvalidName as error:
        raise InvalidName(f"{variable}: {error}") from None
