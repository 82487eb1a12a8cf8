"""Manifest: `data/index.json`, the list of the files with a site's data. Written by a build, read from
anybody.

A file is named by what it holds, `points-<16 hex of SHA-256>.parquet`; the list says its size, rows and
whole checksum, so that a site can be read by its address alone, and a file that was cut or changed is
noticed. A higher format than ours is refused by name. Pure.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from logger.errors import NewerFormat, explain

from .parquet import MOST_BYTES
from .runtables import TABLES

FORMAT = 1  # of the data; a reader refuses a higher one by name
FOLDER = "data"
INDEX = f"{FOLDER}/index.json"
MOST_INDEX = 16 * 1024 * 1024  # bytes of the list

_NAME = re.compile(r"([a-z]{1,20})-[0-9a-f]{16}\.parquet")
_KINDS = (*TABLES, "points")


class BadManifest(ValueError):
    """A list of files that cannot be used. Says why, in words."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file with data of a site."""

    name: str  # in the folder `data/`
    kind: str  # which table: "runs", "params", …, "points"
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a site's data are."""

    files: tuple[DataFile, ...]  # the tables in their order, then points
    points: bool  # whether points are among them; else the charts' thinned ones are all there is

    def table(self, kind: str) -> DataFile | None:
        """The file with a table."""
        return next((file for file in self.files if file.kind == kind), None)


def data_file(kind: str, content: bytes, rows: int) -> DataFile:
    """How the list has a file with this content."""
    digest = hashlib.sha256(content).hexdigest()
    return DataFile(f"{kind}-{digest[:16]}.parquet", kind, rows, len(content), digest)


def manifest_bytes(manifest: Manifest) -> bytes:
    """The content of `data/index.json`."""
    files = [
        {"name": one.name, "table": one.kind, "rows": one.rows, "bytes": one.bytes, "sha256": one.sha256}
        for one in manifest.files
    ]
    lines = ",\n".join(f"  {json.dumps(file)}" for file in files)
    head = f'{{\n "runfolio data": {FORMAT},\n "points": {json.dumps(manifest.points)},\n "files": [\n'
    return f"{head}{lines}\n ]\n}}\n".encode()


def read_manifest(content: bytes, where: str) -> Manifest:
    """The list in the bytes of `data/index.json`.

    Args:
        where: the site, for messages.
    Raises: BadManifest: it is none. NewerFormat: a newer version wrote it.
    """
    if len(content) > MOST_INDEX:
        raise BadManifest(f"has {len(content):,} bytes; {MOST_INDEX:,} are the most")
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        raise BadManifest("is no JSON") from None
    number = said.get("runfolio data") if isinstance(said, dict) else None
    if type(number) is not int or number < 1:
        raise BadManifest("does not say the format of a site's data")
    if number > FORMAT:
        raise NewerFormat(
            explain(
                f"the data of the site {where} have format {number}.",
                f"format {FORMAT}, which is what this version reads.",
                "pip install --upgrade runfolio",
            )
        )
    try:
        found = _Index.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadManifest(f"is wrong at {place}: {first['msg']}"[:300]) from None
    files = tuple(DataFile(one.name, one.table, one.rows, one.bytes, one.sha256) for one in found.files)
    _check(files)
    return Manifest(files, found.points)


def _check(files: Sequence[DataFile]) -> None:
    for file in files:
        if file.kind not in _KINDS:
            continue  # a table that a later version of the same format adds
        if file.name != f"{file.kind}-{file.sha256[:16]}.parquet":
            raise BadManifest(f"lists a file {file.name} whose name is not that of its content")
    for kind in TABLES:
        if sum(file.kind == kind for file in files) != 1:
            raise BadManifest(f"does not list one table {kind}")
    if len({file.name for file in files}) != len(files):
        raise BadManifest("lists a file twice")


def total(files: Iterable[DataFile]) -> int:
    """Bytes of some files."""
    return sum(file.bytes for file in files)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _File(_Strict):
    name: str = Field(pattern=f"^{_NAME.pattern}$", max_length=60)
    table: str = Field(pattern="^[a-z]{1,20}$", max_length=20)
    rows: int = Field(ge=0, le=10**9)
    bytes: int = Field(ge=0, le=MOST_BYTES)
    sha256: str = Field(pattern="^[0-9a-f]{64}$", max_length=64)


class _Index(_Strict):
    points: bool
    files: list[_File] = Field(max_length=100_000)
