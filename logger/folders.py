"""Makes the folders of a store, an experiment and a run: safe for any number of processes at once.

No locks and no scan: the name of an experiment leads to its folder, so all processes meet there; small
files are published whole, by the first who comes; a run's folder belongs to whoever made it.
Names arrive checked. Reading stores is `logger.store`'s work; here only what creation must know.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import system
from .errors import InvalidType, InvalidValue, NameClash, NewerFormat, StoreError, explain
from .layout import EXPERIMENT_FILE, EXPERIMENTS, STORE_FILE, RunId, experiment_folder, is_experiment_folder
from .names import of_type, quoted, shown

FORMAT = 1  # the same as `logger.schema.FORMAT`, which is too heavy to import here; a test compares them
_SCHEME = re.compile(  # C:/ is a drive
    r"[A-Z][A-Z0-9+.-]+:/|databricks(-uc)?$|"
    r"(https?|wss?|grpc|uc|databricks(-uc)?|s3a?|gs|gcs|abfss?|az|azure|wasbs?|hdfs|dbfs|r2|"
    r"(sqlite|postgres(ql)?|mysql|mssql|oracle|duckdb)(\+[A-Z0-9_]+)?):",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(r"[A-Z][A-Z0-9+.-]+:", re.IGNORECASE)  # "wandb:x"; it may also be a folder's name
_ALLOWED = "a path, or file:///path; a store is a plain folder."


def store_folder(uri: object) -> Path:
    """The folder that a tracking URI means, as an absolute path; nothing is made or read.

    Args:
        uri: a path, absolute or from the current folder, `~` allowed; or `file:///path`. What begins like an
            address is taken for a folder's name only behind "./", or where there is a folder of that name.

    Raises: InvalidType: not text and not a path. InvalidValue: a server, a database, a bucket, or what reads
        like the address of something else.
    """
    if not isinstance(uri, str | os.PathLike) or not isinstance(text := os.fspath(uri), str):
        raise InvalidType(explain(f"tracking URI {shown(uri)} is {of_type(uri)}.", _ALLOWED, '"tracking"'))
    scheme = _SCHEME.match(text)
    if text.lower().startswith("file:"):
        parts = urlsplit(text)
        if parts.netloc not in ("", "localhost"):
            raise InvalidValue(
                explain(
                    f"tracking URI {text!r} names the host {parts.netloc!r}.",
                    _ALLOWED,
                    f"file://{parts.path}",
                )
            )
        text = unquote(parts.path)
        if os.name == "nt":
            text = text.lstrip("/")
    elif scheme or (_UNKNOWN.match(text) and not os.path.isdir(text)):  # noqa: PTH112 - "\0" gives False
        raise InvalidValue(explain(f"tracking URI {text!r} {_what_it_is(text)}.", _ALLOWED, _instead(text)))
    if not text.strip() or "\0" in text:
        raise InvalidValue(explain(f"tracking URI {text!r} is no path.", _ALLOWED, '"tracking"'))
    return Path(os.path.abspath(os.path.expanduser(text)))  # noqa: PTH100, PTH111 - keeps links, and ".." goes


def check_store(store: Path) -> None:
    """Refuse what cannot serve as a store, before anything is made.

    Raises: StoreError: it is no folder. NewerFormat: a newer version of the program wrote it.
    """
    try:
        text = (store / STORE_FILE).read_bytes()[:4096]
    except FileNotFoundError:
        if store.exists() and not store.is_dir():
            raise _no_folder(store) from None
        return
    except NotADirectoryError:
        raise _no_folder(store) from None
    except OSError as error:
        raise StoreError(explain(f"the store {store} cannot be read: {error.strerror}.")) from error
    try:
        found = json.loads(text)["format"]
    except (ValueError, TypeError, KeyError):
        return  # damaged: what it would say is known, and `sitegen doctor` names it
    if isinstance(found, int) and found > FORMAT:
        raise NewerFormat(
            explain(
                f"the store {store} has format {found}.",
                f"format {FORMAT}, which is what this version writes.",
                "pip install --upgrade runfolio",
            )
        )


def check_experiment(store: Path, name: str) -> None:
    """Refuse an experiment that differs from an existing one only in case; a reader's look, nothing is made.

    Raises: NameClash: with the name of the existing one.
    """
    existing = name_in(store / EXPERIMENTS / experiment_folder(name))
    if existing is not None and existing != name:
        raise NameClash(
            explain(
                f"experiment name {name!r} differs from the existing {existing!r} only in how it is written.",
                "one spelling of a name in a store.",
                quoted(existing),
            )
        )


def make_experiment(store: Path, name: str, created: int | None = None) -> Path:
    """The folder of an experiment, made with its store when it is not there.

    Args:
        created: microseconds since the epoch; now when None.
    Raises: NameClash: another spelling of the name was first. StoreError: it cannot be made.
    """
    check_store(store)
    folder = store / EXPERIMENTS / experiment_folder(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _publish(store / STORE_FILE, {"format": FORMAT})
        created = time.time_ns() // 1000 if created is None else created
        _publish(folder / EXPERIMENT_FILE, {"format": FORMAT, "name": name, "created": created})
    except OSError as error:
        raise _unwritable(store, error) from error
    check_experiment(store, name)
    return folder


def make_run(store: Path, experiment: str, run: RunId) -> tuple[Path, bool]:
    """The folder of a run, and whether it was made just now, by us.

    Raises: NameClash, StoreError: as `make_experiment`.
    """
    folder = make_experiment(store, experiment) / run
    try:
        folder.mkdir()
    except FileExistsError:
        return folder, False
    except OSError as error:
        raise _unwritable(store, error) from error
    return folder, True


def find_run(store: Path, run: RunId) -> Path | None:
    """The folder of an existing run, in whichever experiment; None when there is none."""
    try:
        experiments = sorted(entry.name for entry in os.scandir(store / EXPERIMENTS))
    except OSError:
        return None
    for experiment in experiments:
        folder = store / EXPERIMENTS / experiment / run
        if is_experiment_folder(experiment) and folder.is_dir():
            return folder
    return None


def name_in(folder: Path) -> str | None:
    """The experiment's name as its folder tells it; None when there is none or it is damaged."""
    try:
        name = json.loads((folder / EXPERIMENT_FILE).read_bytes()[:65536])["name"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return name if isinstance(name, str) and experiment_folder(name) == folder.name else None


def _publish(path: Path, record: dict[str, object]) -> None:
    """Write a small file unless there is one, so that no reader ever sees half of it."""
    if path.exists():
        return
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        system.link_or_rename(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _unwritable(store: Path, error: OSError) -> StoreError:
    what = "written" if store.is_dir() else "made"
    return StoreError(
        explain(
            f"the store {store} cannot be {what}: {error.strerror or error}.",
            "a folder on a disk with room, where you may write.",
            "make room there, or set_tracking_uri(…), for another folder.",
        )
    )


def _no_folder(store: Path) -> StoreError:
    return StoreError(explain(f"{store} is no folder.", "a folder, or a path where one can be made."))


def _what_it_is(uri: str) -> str:
    scheme = uri.partition(":")[0].lower()
    if scheme in ("http", "https", "databricks", "databricks-uc", "uc", "ws", "wss", "grpc"):
        return "is the address of a server, and there is none here"
    if scheme.startswith(("sqlite", "postgres", "mysql", "mssql", "oracle", "duckdb")):
        return "is a database, and there is none here"
    if scheme in ("s3", "gs", "gcs", "abfs", "abfss", "az", "azure", "wasb", "wasbs", "hdfs", "dbfs", "r2"):
        return "is a bucket, and runs are logged into a folder"
    return "reads like an address"


def _instead(uri: str) -> str:
    if uri.partition(":")[0].lower() in ("s3", "gs", "gcs", "abfs", "abfss", "az", "azure", "wasb", "wasbs"):
        return 'set_tracking_uri("tracking"), and copy the folder there with rclone or rsync.'
    if not _SCHEME.match(uri):
        return f'{quoted(f"./{uri}")} for a folder of that name, or "tracking".'
    return 'set_tracking_uri("tracking"); `sitegen serve tracking` shows it, `sitegen build` publishes it.'
