"""Real MLflow versions, each in an environment of its own, and what they wrote.

The environments are made once per checkout, below `.runfolio-env/peers`, and stay there. What an MLflow wrote
is made once per run of the tests and shared: read it, copy it, do not write to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mlruns_made import make_mlruns

ROOT = Path(__file__).resolve().parent.parent.parent
PEERS = ROOT / ".runfolio-env" / "peers"
WORLD = Path(__file__).with_name("mlflow_world.py")
VERSIONS = {  # with what each needs to talk to SQLite, and to run on a Python of today
    "1.14.0": ["mlflow-skinny==1.14.0", "sqlparse", "protobuf<4", "setuptools<81"],  # the first of its kind
    "1.30.1": ["mlflow-skinny==1.30.1", "sqlalchemy>=1.4,<2", "alembic<2", "setuptools<81"],
    "2.9.2": ["mlflow-skinny==2.9.2", "sqlalchemy>=2,<2.1", "alembic<2", "setuptools<81"],
    "3.17.2": ["mlflow-skinny==3.17.2", "sqlalchemy>=2", "alembic>=1.13"],
}


KINDS = [(version, kind) for version in VERSIONS for kind in ("files", "sqlite")]
KINDS.remove(("1.14.0", "sqlite"))  # its package lacks the tables


@dataclass(frozen=True)
class World:
    """What an MLflow wrote, and what its own API reads there."""

    folder: Path  # mlruns and judge.json, or mlflow.db as well
    source: Path  # what is imported
    judge: dict[str, Any]
    version: str

    @property
    def has_files(self) -> bool:
        return self.source.is_dir()


@pytest.fixture(scope="session", params=KINDS, ids=" ".join)
def world(request: pytest.FixtureRequest, shared: Path) -> World:
    """A tracking store of each kind, of each version."""
    return made_world(shared, *request.param)


@pytest.fixture(scope="session")
def files_world(shared: Path) -> World:
    """A folder that the newest MLflow wrote."""
    return made_world(shared, "3.17.2", "files")


@pytest.fixture(scope="session")
def sqlite_world(shared: Path) -> World:
    """A database that the newest MLflow wrote."""
    return made_world(shared, "3.17.2", "sqlite")


@pytest.fixture
def mlruns(tmp_path: Path) -> Path:
    """A folder of two runs, made in a moment."""
    return make_mlruns(tmp_path / "mlruns")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test finds what another has imported; what assets keep is shared as ever."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("sitegen.sources.user_cache_folder", lambda: folder)
    return folder


def made_world(shared: Path, version: str, kind: str) -> World:
    folder = shared / f"MLflow é {version} {kind}"
    source = folder / ("mlruns" if kind == "files" else "mlflow.db")
    with locked(shared / f"mlflow-{version}-{kind}.lock"):
        if not (folder / "judge.json").exists():
            folder.mkdir()
            uri = "./mlruns" if kind == "files" else "sqlite:///mlflow.db"
            run([mlflow_python(version), WORLD, uri, "part.json"], folder)
            (folder / "part.json").rename(folder / "judge.json")
    return World(folder, source, json.loads((folder / "judge.json").read_text("utf-8")), version)


def mlflow_python(version: str) -> Path:
    """The Python of an environment with this MLflow in it, made when it is not there."""
    PEERS.mkdir(parents=True, exist_ok=True)
    folder = PEERS / f"mlflow-{version}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with locked(PEERS / f"mlflow-{version}.lock"):
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            run([python, "-m", "pip", "install", "--quiet", *VERSIONS[version]], ROOT)
            (folder / "done").touch()
    return python


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("a+b") as file:
        if os.name == "nt":
            yield
            return
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run(command: list[object], folder: Path) -> None:
    surroundings = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MLFLOW_", "PYTHON", "COVERAGE", "LOGGER_"))
    }
    answer = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert answer.returncode == 0, answer.stdout
