"""Where the artifacts of an MLflow run lie on this machine, if they do.

MLflow records an address: absolute, relative to where it ran (1.x), of a server or of a bucket. Folders move,
so what lies beside the run comes first, then the address as it is, then its end below what was imported.
Only a folder that ends in `<run id>/artifacts`, as all of MLflow's do, is ever read: a forged address leads
nowhere. Links are not followed. Reads only.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .imported import Fault, SourceFile

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # C:\ is a drive
_SECRETS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):(?P<slashes>//)?"
    r"(?(slashes)(?P<user>[^/?#]*@|[^/?#@]*:(?![0-9]*(?:[/?#]|$))[^@]*@)?)"  # a password may hold / or #
    r"(?P<rest>[^?#]*).*",
    re.DOTALL,
)
_CONTAINERS = re.compile(r"(?:wasb|abfs)s?", re.IGNORECASE)  # what comes before their @ is no user
_QUOTED = re.compile(r'(?<=")[A-Za-z][A-Za-z0-9+.-]+://[^"]*')
_SERVED = "mlflow-artifacts"  # kept by a server, which has them in `mlartifacts` unless told otherwise
_FOLDERS = ("", "mlruns", "mlartifacts")


def public_address(uri: str) -> str:
    """An address without what lets somebody in: its user and password, query and fragment. A path stays."""
    parts = _SECRETS.fullmatch(uri)
    if parts is None:
        return uri
    user = parts["user"] or ""
    if ":" in user or not _CONTAINERS.fullmatch(parts["scheme"]):
        user = ""
    return f"{parts['scheme']}:{parts['slashes'] or ''}{user}{parts['rest']}"


def public_json(text: str) -> str:
    """JSON whose addresses are without what lets somebody in; a text that is one address as well."""
    if "://" not in text:
        return text
    if _SCHEME.match(text):
        return public_address(text)
    return _QUOTED.sub(lambda found: public_address(found[0]), text)


def is_remote(uri: str) -> bool:
    """Whether an address is one of another machine: a bucket, a host, a service."""
    scheme = urlsplit(uri).scheme if _SCHEME.match(uri) else ""
    return scheme not in ("", "file", _SERVED)


def artifact_folder(uri: str | None, key: str, beside: Path | None, bases: Iterable[Path]) -> Path | None:
    """The folder of a run's artifacts; None when it is not on this machine.

    Args:
        uri: as MLflow recorded it.
        key: the run's id.
        beside: where they lie when nothing was moved.
        bases: folders that an address may be relative to, or may have moved into.
    """
    for folder in _candidates(uri, key, beside, list(bases)):
        if folder.is_dir() and not folder.is_symlink():
            return folder
    return None


def root_is_here(uri: str, experiment: str, base: Path) -> bool:
    """Whether the folder with the artifacts of all runs is on this machine, as recorded or below `base`.

    Args:
        uri: of one run's: `<root>/<experiment>/<run>/artifacts`, or without the experiment.
    """
    run = Path(_path_of(uri)).parent
    root = run.parent.parent if run.parent.name == experiment else run.parent
    is_served = uri.startswith(_SERVED)
    places = [root] if root.is_absolute() and not is_served else []
    places += [base / name for name in (root.name, "mlartifacts" if is_served else "") if name]
    return any(place.is_dir() for place in places)


def files_in(folder: Path, shown: str, faults: list[Fault]) -> Iterator[SourceFile]:
    """The files below a folder, by path; links and what is no file become faults."""
    waiting = [(folder, "")]
    while waiting:
        place, prefix = waiting.pop()
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError as error:
            faults.append(Fault(f"{shown}/{prefix}".rstrip("/"), f"cannot be listed: {error.strerror}"))
            continue
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_symlink():
                faults.append(Fault(f"{shown}/{path}", "is a symbolic link, which is not followed"))
            elif entry.is_dir(follow_symlinks=False):
                waiting.append((Path(entry.path), f"{path}/"))
            elif entry.is_file(follow_symlinks=False):
                with contextlib.suppress(FileNotFoundError):  # somebody writes, and replaced it
                    status = entry.stat(follow_symlinks=False)
                    yield SourceFile(path, Path(entry.path), status.st_size, status.st_mtime_ns)
            else:
                faults.append(Fault(f"{shown}/{path}", "is no regular file"))


def _candidates(uri: str | None, key: str, beside: Path | None, bases: list[Path]) -> Iterator[Path]:
    if beside is not None:
        yield beside
    if not uri or is_remote(uri):
        return
    text, parts = _path_of(uri), _parts(uri)
    if ".." in parts or parts[-2:] != [key, "artifacts"]:
        return
    if not uri.startswith(_SERVED) and Path(text).is_absolute():
        yield Path(text)
    for base in bases:
        for count in range(min(len(parts), 5), 1, -1):
            for folder in _FOLDERS:
                yield base.joinpath(folder, *parts[-count:])


def _path_of(uri: str) -> str:
    """The path in an address, or the path that it is."""
    text = unquote(urlsplit(uri).path) if _SCHEME.match(uri) else uri
    return text[1:] if os.name == "nt" and re.match(r"/[A-Za-z]:", text) else text


def _parts(uri: str) -> list[str]:
    return [part for part in re.split(r"[/\\]", _path_of(uri)) if part not in ("", ".")]
