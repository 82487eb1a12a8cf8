"""The files of an `mlruns` folder, listed and read one by one; what is damaged becomes a fault.

Links are not followed, pipes not waited for, nothing is written. Names and texts are such that every encoder
takes them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from ..foldfacts import clean_text
from ..safefile import Unreadable, read_file
from .flatyaml import DamagedYaml, read_flat
from .imported import Fault
from .mlflow_artifacts import files_in

META = "meta.yaml"
MOST_META = 1024 * 1024  # bytes
LINK = "is a symbolic link, which is not followed"

_MOST_TEXT = 16 * 1024 * 1024  # bytes of a param or tag that are looked at


@dataclass(slots=True)
class Place:
    """A run's folder, and the files in it."""

    folder: Path
    shown: str
    deleted: bool  # because its experiment is
    files: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)  # by kind: path, size, time
    links: list[str] = field(default_factory=list)


def folders_in(parent: Path) -> list[Path]:
    """The folders in a folder, by name; links to folders among them."""
    try:
        names = sorted(os.listdir(parent))  # noqa: PTH208 - names, not paths
    except OSError:
        return []
    return [parent / name for name in names if (parent / name).is_dir()]


def list_files(place: Place) -> str:
    """List all files of a run by kind, and return a fingerprint of paths, sizes and times."""
    seen = []
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            entries = list(os.scandir(place.folder / prefix if prefix else place.folder))
        except OSError:
            continue  # the read that follows says so
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_symlink():
                place.links.append(shown_name(path))
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(f"{path}/")
            else:
                with contextlib.suppress(FileNotFoundError):  # somebody writes, and replaced it
                    status = entry.stat(follow_symlinks=False)
                    seen.append((path, status.st_size, status.st_mtime_ns))
    seen.sort()
    for path, size, modified in seen:
        kind, _, rest = path.partition("/")
        place.files.setdefault(kind, []).append((rest or kind, size, modified))
    return hashlib.sha256(repr((seen, sorted(place.links))).encode("utf-8", "replace")).hexdigest()


def read_bytes(path: Path, shown: str, most: int, faults: list[Fault]) -> bytes | None:
    """A file of at most so many bytes; None when it cannot be read."""
    try:
        return read_file(path, most)
    except FileNotFoundError:
        faults.append(Fault(shown, "is missing"))
    except (OSError, Unreadable) as error:
        faults.append(Fault(shown, str(error)))
    return None


def read_text(path: Path, shown: str, faults: list[Fault]) -> str | None:
    """A file as text; None when it cannot be read."""
    data = read_bytes(path, shown, _MOST_TEXT, faults)
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        faults.append(Fault(shown, "is no UTF-8 text; what cannot be read shows as �", error.start))
        return data.decode("utf-8", "replace")


def read_yaml(path: Path, shown: str, faults: list[Fault]) -> dict[str, str | None]:
    """A flat YAML file; empty when it cannot be read."""
    data = read_bytes(path, shown, MOST_META, faults)
    if data is None:
        return {}
    try:
        return read_flat(data)
    except DamagedYaml as error:
        faults.append(Fault(shown, str(error)))
        return {}


def texts_below(folder: Path, shown: str, faults: list[Fault]) -> dict[str, str]:
    """The tags of an experiment, by the paths of their files."""
    if not folder.is_dir():
        return {}
    found = {}
    for file in files_in(folder, f"{shown}/tags", faults):
        text = read_text(file.file, f"{shown}/tags/{file.path}", faults)
        if text is not None:
            found[shown_name(file.path)] = text
    return found


def shown_name(name: str) -> str:
    """A file's name as text that every encoder takes."""
    return clean_text(os.fsencode(name).decode("utf-8", "replace"))
