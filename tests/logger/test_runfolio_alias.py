"""`runfolio`: the package under a name that no `logger.py` of a project hides."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FOREIGN = "level = 'mine'\n"
PROGRAM = """
import logger, runfolio
from runfolio import start_run
from runfolio.errors import InvalidName

assert logger.level == "mine"
assert InvalidName is runfolio.InvalidName
with start_run(experiment="beside") as run:
    run.log_metric("loss", 0.5)
    assert runfolio.active_run() is run
assert runfolio.search_runs()["metrics.loss"].to_pylist() == [0.5]
assert not any(name.startswith("logger.") for name in __import__("sys").modules)
print("done")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked into a folder as an installer does."""
    out = tmp_path_factory.mktemp("wheel")
    code = "import os, sys, hatchling.build; os.chdir(sys.argv[1]); hatchling.build.build_wheel(sys.argv[2])"
    subprocess.run([sys.executable, "-c", code, str(ROOT), str(out)], check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(out / "site-packages")
    return out / "site-packages"


@pytest.fixture(params=["editable", "wheel"])
def packages(request: pytest.FixtureRequest) -> Path:
    return ROOT if request.param == "editable" else request.getfixturevalue("installed")


def run(folder: Path, packages: Path, code: str) -> subprocess.CompletedProcess[str]:
    (folder / "train.py").write_text(code)
    # As Python starts: the folder of the script first, then what is installed.
    starter = (
        "import runpy, sys; sys.path[:0] = sys.argv[1:3]; sys.argv[:] = ['train.py'];"
        "runpy.run_path('train.py', run_name='__main__')"
    )
    command = [sys.executable, "-c", starter, str(folder), str(packages)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_runfolio_works_beside_a_foreign_logger_module(tmp_path: Path, packages: Path):
    (tmp_path / "logger.py").write_text(FOREIGN)

    done = run(tmp_path, packages, PROGRAM)

    assert (done.stdout, done.stderr) == ("done\n", "")


def test_runfolio_works_beside_a_foreign_logger_package(tmp_path: Path, packages: Path):
    (tmp_path / "logger").mkdir()
    (tmp_path / "logger" / "__init__.py").write_text(FOREIGN)

    done = run(tmp_path, packages, PROGRAM)

    assert (done.stdout, done.stderr) == ("done\n", "")


@pytest.mark.parametrize("first", ["logger", "runfolio"])
def test_runfolio_is_logger_where_nothing_hides_it(tmp_path: Path, packages: Path, first: str):
    second = {"logger": "runfolio", "runfolio": "logger"}[first]

    done = run(tmp_path, packages, f"import {first}, {second}; print(logger is runfolio, logger.__file__)")

    assert done.stdout.strip() == f"True {packages / 'logger' / '__init__.py'}"


def test_runfolio_of_the_wheel_is_the_module_of_the_checkout(installed: Path):
    assert (installed / "runfolio.py").read_text("utf-8") == (ROOT / "runfolio.py").read_text("utf-8")
