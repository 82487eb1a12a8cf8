"""What MLflow would have written, made here: a folder of its file store, and a database with its tables.

Both hold the same runs: two params, three tags, and five metrics, each a curve of so many steps.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from stores import METRICS, point

NOW = 1_700_000_000_000  # ms
EXPERIMENT = (
    "artifact_location: {folder}\ncreation_time: 1\nexperiment_id: '1'\n"
    "last_update_time: 1\nlifecycle_stage: active\nname: bench\n"
)
RUN = (
    "artifact_uri: {folder}/artifacts\nend_time: {end}\nentry_point_name: ''\nexperiment_id: '1'\n"
    "lifecycle_stage: active\nrun_id: '{run}'\nrun_name: run {number}\nsource_name: ''\nsource_type: 4\n"
    "source_version: ''\nstart_time: {start}\nstatus: 3\ntags: []\nuser_id: ann\n"
)
TABLES = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
CREATE TABLE experiments (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL,
    artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32), creation_time BIGINT,
    last_update_time BIGINT, workspace VARCHAR(63) DEFAULT 'default' NOT NULL, UNIQUE (workspace, name));
CREATE TABLE experiment_tags (key VARCHAR(250) NOT NULL, value TEXT, experiment_id INTEGER NOT NULL,
    PRIMARY KEY (key, experiment_id));
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), source_type VARCHAR(20),
    source_name VARCHAR(500), entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9),
    start_time BIGINT, end_time BIGINT, source_version VARCHAR(50), lifecycle_stage VARCHAR(20),
    artifact_uri VARCHAR(200), experiment_id INTEGER, deleted_time BIGINT);
CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan));
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, key, step);
CREATE TABLE latest_metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT,
    step BIGINT NOT NULL, is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY (key, run_uuid));
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE TABLE tags (key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY (key, run_uuid));
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
CREATE TABLE datasets (dataset_uuid VARCHAR(36) NOT NULL, experiment_id INTEGER NOT NULL,
    name VARCHAR(500) NOT NULL, digest VARCHAR(36) NOT NULL, dataset_source_type VARCHAR(36) NOT NULL,
    dataset_source TEXT NOT NULL, dataset_schema TEXT, dataset_profile TEXT,
    PRIMARY KEY (experiment_id, name, digest));
CREATE TABLE inputs (input_uuid VARCHAR(36) NOT NULL, source_type VARCHAR(36) NOT NULL,
    source_id VARCHAR(36) NOT NULL, destination_type VARCHAR(36) NOT NULL,
    destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL,
    PRIMARY KEY (source_type, source_id, destination_type, destination_id));
CREATE TABLE input_tags (input_uuid VARCHAR(36) NOT NULL, name VARCHAR(255) NOT NULL,
    value VARCHAR(500) NOT NULL, PRIMARY KEY (input_uuid, name));
"""  # of MLflow 3.17, without its checks and foreign keys
REVISION = "dc11669786a5"  # what MLflow 3.17 calls these tables

Points = Iterator[tuple[str, float, int, str, int, int]]


def fill_files(mlruns: Path, first: int, runs: int, steps: int) -> None:
    """An experiment of MLflow's file store with so many runs more."""
    folder = mlruns / "1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "meta.yaml").write_text(EXPERIMENT.format(folder=folder))
    for number in range(first, first + runs):
        run = folder / f"{number:032x}"
        for kind in ("metrics", "params", "tags", "artifacts"):
            (run / kind).mkdir(parents=True)
        start = NOW + number * 1000
        (run / "meta.yaml").write_text(
            RUN.format(folder=run, end=start + steps, start=start, number=number, run=run.name)
        )
        for name, text in _params(number):
            (run / "params" / name).write_text(text)
        for name, text in _tags(number):
            (run / "tags" / name).write_text(text)
        curves = [point(number, step) for step in range(steps)]
        for metric in METRICS:
            path = run / "metrics" / metric
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                "".join(f"{start + step} {curve[metric]} {step}\n" for step, curve in enumerate(curves))
            )


def fill_database(database: Path, first: int, runs: int, steps: int) -> None:
    """A database of MLflow's with an experiment with so many runs more."""
    with closing(sqlite3.connect(database)) as connection, connection:
        if not first:
            connection.executescript(TABLES)
            connection.execute("INSERT INTO alembic_version VALUES (?)", (REVISION,))
            experiment = (1, "bench", str(database.parent / "mlartifacts" / "1"), "active", NOW, NOW)
            connection.execute("INSERT INTO experiments VALUES (?, ?, ?, ?, ?, ?, 'default')", experiment)
        for number in range(first, first + runs):
            key, start = f"{number:032x}", NOW + number * 1000
            folder = database.parent / "mlartifacts" / "1" / key / "artifacts"
            said = (key, f"run {number}", "LOCAL", "", "", "ann", "FINISHED", start, start + steps, "")
            row = (*said, "active", str(folder), 1, None)
            connection.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(row))})", row)
            for table, texts in (("params", _params(number)), ("tags", _tags(number))):
                rows = [(name, text, key) for name, text in texts]
                connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
            connection.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", _points(number, steps))
            last = [(name, value, time, step, nan, key) for name, value, time, key, step, nan in
                    list(_points(number, steps))[-len(METRICS):]]  # fmt: skip
            connection.executemany("INSERT INTO latest_metrics VALUES (?, ?, ?, ?, ?, ?)", last)


def _params(number: int) -> list[tuple[str, str]]:
    return [("learning_rate", str(0.1 / (1 + number % 7))), ("depth", str(number % 5))]


def _tags(number: int) -> list[tuple[str, str]]:
    return [("mlflow.runName", f"run {number}"), ("mlflow.user", "ann"), ("team", "a")]


def _points(number: int, steps: int) -> Points:
    """Rows of the table of metrics, as a training logs them: step by step."""
    for step in range(steps):
        for name, value in point(number, step).items():
            yield name, value, NOW + number * 1000 + step, f"{number:032x}", step, 0
