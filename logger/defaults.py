"""Which store and which experiment: what the program chose, else the environment, else the default.

    set_tracking_uri(…)   LOGGER_TRACKING_URI   ./tracking
    set_experiment(…)     LOGGER_EXPERIMENT     Default

Choosing checks at once and makes nothing: the first run makes store and experiment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported by the first call, so that `import logger` stays light
    import os
    from pathlib import Path

_DEFAULT_STORE = "tracking"
_DEFAULT_EXPERIMENT = "Default"

_store: Path | None = None
_experiment: str | None = None


def set_tracking_uri(uri: str | os.PathLike[str]) -> None:
    """Choose the store for the runs that start from now on.

    Args:
        uri: a folder, absolute or from the current one, `~` allowed; or `file:///path`.

    Raises: InvalidType, InvalidValue: the address of a server, a database, a bucket or anything else that
        is no folder; the message says what there is instead. StoreError: a file is in the way. NewerFormat:
        a newer version wrote the store.
    """
    from . import folders

    global _store
    chosen = folders.store_folder(uri)
    folders.check_store(chosen)
    _store = chosen


def get_tracking_uri() -> str:
    """The folder of the store, as an absolute path.

    Raises: InvalidValue: LOGGER_TRACKING_URI is no folder.
    """
    return str(store())


def set_experiment(name: str) -> None:
    """Choose the experiment for the runs that start from now on.

    Raises: InvalidName: no experiment may be called so. NameClash: it differs from an existing one only in
        case. In both cases nothing changes, and nothing is written.
    """
    from . import environment, folders
    from .names import check_name

    global _experiment
    checked = check_name(name, "experiment")
    if not environment.disabled():
        folders.check_experiment(store(), checked)
    _experiment = checked


def store() -> Path:
    """The folder of the store that runs go to now.

    Raises: InvalidValue: LOGGER_TRACKING_URI is no folder.
    """
    if _store is not None:
        return _store
    from . import environment, folders
    from .errors import InvalidValue

    from_environment = environment.tracking_uri()
    if from_environment is None:
        return folders.store_folder(_DEFAULT_STORE)
    try:
        return folders.store_folder(from_environment)
    except InvalidValue as error:
        raise type(error)(f"LOGGER_TRACKING_URI: {error}") from None


def experiment() -> str:
    """The experiment that runs go to now.

    Raises: InvalidName: LOGGER_EXPERIMENT is no name.
    """
    from . import environment

    return _experiment or environment.experiment() or _DEFAULT_EXPERIMENT
