"""The page of data: which files hold what the site shows, what their columns mean, how to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .. import numbers
from ..manifest import FOLDER, Manifest, total
from ..pointgroups import POINTS
from ..runtables import TABLES
from ..urls import DATA, Link, Path, link
from .frame import Frame, Framer


@dataclass(frozen=True, slots=True)
class FileView:
    """A file."""

    name: str
    href: Link
    holds: str
    rows: str
    size: str


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a table."""

    name: str
    type: str  # in Arrow's words
    meaning: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table, whichever files it is in."""

    name: str
    holds: str
    columns: tuple[ColumnView, ...]


@dataclass(frozen=True, slots=True)
class LinesView:
    """Ready lines for a program."""

    key: str  # for ids of the page
    program: str
    lines: str
    note: str


@dataclass(frozen=True, slots=True)
class DataView:
    """What the page of data shows."""

    frame: Frame
    size: str  # "12 files, 3.1 MB"
    points: bool
    files: tuple[FileView, ...]
    tables: tuple[TableView, ...]
    lines: tuple[LinesView, ...]


HOLDS: Mapping[str, str] = {
    "experiments": "a row an experiment",
    "runs": "a row a run",
    "params": "a row a param of a run",
    "tags": "a row a tag of a run",
    "metrics": "a row a metric of a run: its summary",
    "provenance": "where runs came from, a row a thing",
    "artifacts": "a row a file of a run",
    "problems": "a row a problem in a store",
    "points": "a row a point that was logged",
}

_RUN = {"run": "id of the run: 32 hex digits, and its address r/<id>/"}
_VALUES = {
    **_RUN,
    "name": "what was set",
    "type": "str, int, float, bool, none, list or dict",
    "value": "text as it is; all else as JSON",
    "number": "the value where it is a number",
}

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "experiments": {
        "name": "of the experiment",
        "created": "when, UTC",
        "runs": "how many",
        "note": "Markdown",
        "tags": "a JSON object",
    },
    "runs": {
        **_RUN,
        "experiment": "name of its experiment",
        "name": "of the run",
        "status": "running, finished, failed, killed, lost or unknown",
        "alive": "whether its process lived when the site was built; empty when that was not known",
        "reason": "why it failed",
        "started": "UTC",
        "ended": "UTC; empty while it runs",
        "last_active": "time of its newest fact or point, UTC",
        "parent": "id of the run it is nested in",
        "note": "Markdown",
        "incomplete": "some of what was said of it was lost",
        "withheld": "how many of its params are not published",
        "withheld_as": "a number that runs of an experiment share when alike in them, seeds aside; or 0",
        "points": "how many there are; fewer than its metrics count where some were lost",
        "files": "names of the files with its points, a space between them",
    },
    "params": {**_VALUES, "others": "all values, as a JSON list, where two processes set different ones"},
    "tags": {**_RUN, "name": "of the tag", "value": "its text"},
    "metrics": {
        **_RUN,
        "name": "of the metric",
        "count": "points that were logged",
        "bad": "how many of them are NaN or infinite",
        "first": "the value logged first",
        "first_time": "when, UTC",
        "last": "the value of the highest step; among equals, the one logged last",
        "last_step": "its step",
        "last_time": "its time, UTC",
        "min": "smallest finite value; empty when there is none",
        "min_step": "the earliest step that has it",
        "max": "largest finite value; empty when there is none",
        "max_step": "the earliest step that has it",
        "goal": "max or min, where the run defined it",
        "unit": "where the run defined it",
        "x": "what it goes by, where the run defined it",
    },
    "provenance": _VALUES,
    "artifacts": {
        **_RUN,
        "path": "of the file, below the run's artifacts",
        "size": "bytes",
        "sha256": "of its content as it was logged; a picture's copy may lack what was beside the pixels",
        "copy": "where its content is, from the root of the site; empty when that is not published",
        "preview": "what the site shows of a file without a copy, as JSON",
    },
    "problems": {
        "path": "of the file or folder, in its store",
        "what": "is wrong",
        "offset": "where, in bytes",
        "run": "id of the run it belongs to",
        "experiment": "name of the experiment it belongs to",
        "kind": "damage, foreign or remark",
        "imported": "it was in what was imported",
        "shown": "on which page besides that of problems: run, experiment or none",
    },
    "points": {
        **_RUN,
        "metric": "its name",
        "step": "as logged",
        "time": "when, UTC, to the microsecond",
        "value": "as logged; NaN and infinities, too",
    },
}


def data_view(manifest: Manifest, framer: Framer) -> DataView:
    """The page of data of a site."""
    schemas = {**TABLES, **({"points": POINTS} if manifest.points else {})}
    size = numbers.byte_size(total(manifest.files))
    return DataView(
        framer.frame(DATA, "Data", description="All that this site shows, as tables to download and query."),
        f"{numbers.plural(len(manifest.files), 'file')}, {size}",
        manifest.points,
        tuple(
            FileView(
                file.name,
                link(DATA, Path(f"{FOLDER}/{file.name}")),
                HOLDS[file.kind],
                numbers.count(file.rows),
                numbers.byte_size(file.bytes),
            )
            for file in manifest.files
        ),
        tuple(
            TableView(
                kind,
                HOLDS[kind],
                tuple(
                    ColumnView(field.name, str(field.type), MEANINGS[kind][field.name]) for field in schema
                ),
            )
            for kind, schema in schemas.items()
        ),
        ready_lines(any(file.kind == "points" for file in manifest.files)),
    )


def ready_lines(points: bool) -> tuple[LinesView, ...]:
    """Lines that read the tables, for several programs, to be run in the folder of the site.

    Args:
        points: whether there are files of points.
    """
    lines = []
    for key, program, note, parts in _LINES:
        kept = [text for about_points, text in parts if points or not about_points]
        lines.append(LinesView(key, program, "\n".join(kept) + "\n", note))
    return tuple(lines)


_LINES: tuple[tuple[str, str, str, tuple[tuple[bool, str], ...]], ...] = (
    (
        "duckdb",
        "DuckDB",
        "",
        (
            (False, "import duckdb"),
            (False, ""),
            (False, 'runs = duckdb.sql("""SELECT * FROM \'data/runs-*.parquet\'""").df()'),
            (
                False,
                'best = duckdb.sql("""SELECT r.name, m.name AS metric, m.max, m.max_step\n'
                "  FROM 'data/metrics-*.parquet' m JOIN 'data/runs-*.parquet' r USING (run)\n"
                '  ORDER BY metric, m.max DESC""").df()',
            ),
            (True, 'points = duckdb.sql("""SELECT * FROM \'data/points-*.parquet\'""").df()'),
        ),
    ),
    (
        "pandas",
        "pandas",
        "",
        (
            (False, "from glob import glob"),
            (False, "import pandas as pd"),
            (False, ""),
            (False, 'runs = pd.concat(map(pd.read_parquet, glob("data/runs-*.parquet")))'),
            (False, 'params = pd.concat(map(pd.read_parquet, glob("data/params-*.parquet")))'),
            (False, 'wide = params.pivot(index="run", columns="name", values="value")'),
            (True, 'points = pd.concat(map(pd.read_parquet, sorted(glob("data/points-*.parquet"))))'),
        ),
    ),
    (
        "polars",
        "Polars",
        "",
        (
            (False, "import polars as pl"),
            (False, ""),
            (False, 'runs = pl.read_parquet("data/runs-*.parquet")'),
            (False, 'metrics = pl.read_parquet("data/metrics-*.parquet").join(runs, on="run")'),
            (
                True,
                'points = pl.scan_parquet("data/points-*.parquet").group_by("run", "metric").len().collect()',
            ),
        ),
    ),
    (
        "r",
        "R",
        "Untested: no test of ours runs these.",
        (
            (False, "library(arrow)"),
            (False, ""),
            (False, 'runs <- read_parquet(Sys.glob("data/runs-*.parquet"))'),
            (True, 'points <- open_dataset(Sys.glob("data/points-*.parquet")) |> dplyr::collect()'),
        ),
    ),
)
