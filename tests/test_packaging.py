"""What is shipped: a wheel and a source distribution that hold all the program needs, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BUILDER = """
import os, sys
from hatchling.build import build_sdist, build_wheel
os.chdir(sys.argv[1])
print(build_wheel(sys.argv[2]))
print(build_sdist(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source distribution of the checkout, built by the real backend, offline."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-c", BUILDER, str(ROOT), str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(out.glob("*.whl")), next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel_names(built: tuple[Path, Path]) -> set[str]:
    with zipfile.ZipFile(built[0]) as wheel:
        return set(wheel.namelist())


def tracked(*folders: str) -> set[str]:
    """The files in `folders` that are the program's: all but caches."""
    files = (file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file())
    return {file.relative_to(ROOT).as_posix() for file in files if "__pycache__" not in file.parts}


def test_wheel_holds_every_module_and_both_type_markers(wheel_names: set[str]):
    assert tracked("logger", "sitegen") <= wheel_names
    assert {"logger/py.typed", "sitegen/py.typed"} <= wheel_names


def test_wheel_holds_every_template(wheel_names: set[str]):
    templates = {f"sitegen/{name}" for name in tracked("templates")}

    assert templates
    assert templates <= wheel_names


def test_wheel_holds_the_module_for_projects_with_a_logger_of_their_own(wheel_names: set[str]):
    assert {"runfolio.py", "runfolio/__init__.py"} & wheel_names


def test_wheel_holds_nothing_but_the_program_and_its_papers(wheel_names: set[str]):
    tops = {name.split("/")[0] for name in wheel_names}

    papers = {top for top in tops if top.endswith(".dist-info")}
    assert len(papers) == 1
    assert tops - papers <= {"logger", "sitegen", "runfolio", "runfolio.py"}
    assert any(name.endswith("/licenses/LICENSE") for name in wheel_names)


def test_source_distribution_builds_again_what_the_wheel_holds(built: tuple[Path, Path], tmp_path: Path):
    with tarfile.open(built[1]) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = next(tmp_path.iterdir())
    out = tmp_path / "again"

    subprocess.run(
        [sys.executable, "-c", BUILDER, str(unpacked), str(out)], check=True, stdout=subprocess.DEVNULL
    )

    with zipfile.ZipFile(next(out.glob("*.whl"))) as again, zipfile.ZipFile(built[0]) as first:
        assert set(again.namelist()) == set(first.namelist())


def test_unpacked_wheel_works_without_the_checkout(built: tuple[Path, Path], tmp_path: Path):
    with zipfile.ZipFile(built[0]) as wheel:
        wheel.extractall(tmp_path / "installed")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import logger, sitegen.assets\n"
        "assert logger.__file__.startswith(sys.argv[1]), logger.__file__\n"
        "with logger.start_run() as run: run.log_metric('auc', 0.5)\n"
        "folder = sitegen.assets.templates_dir()\n"
        "assert str(folder).startswith(sys.argv[1]), folder\n"
        "assert any(folder.rglob('*')), folder\n"
    )
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    answer = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "installed")],
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 0, answer.stderr


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    dependencies = tomllib.loads(text)["project"]["dependencies"]

    for dependency in dependencies:
        line = next(line for line in text.splitlines() if f'"{dependency}"' in line)
        assert "# " in line, line


def test_versions_of_the_packages_agree():
    import logger

    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == logger.__version__
