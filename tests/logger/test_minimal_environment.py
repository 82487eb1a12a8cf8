"""The logging side alone: in an environment with pyarrow and pydantic and nothing else, all of it works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("pyarrow", "pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection")
PROGRAM = """
import importlib.util
import logger
from pydantic import BaseModel

for name in ("numpy", "pandas", "altair", "jinja2", "vl_convert", "typer", "rich"):
    assert importlib.util.find_spec(name) is None, name

class Config(BaseModel):
    depth: int = 3

logger.set_experiment("bare")
with logger.start_run() as run:
    logger.log_param("model", Config())
    for step in range(200):
        logger.log_metrics({"loss/train": 1 / (step + 1), "loss/test": 2 / (step + 1)}, step=step)
    logger.log_text("x", "x.txt")
    assert "<svg" in run._repr_html_()

assert not list(run.folder.glob("*.arrows")), "not sealed"
found = logger.search_runs(filter_string="metrics.`loss/test` < 0.1 AND params.`model.depth` = 3")
assert found["run_id"].to_pylist() == [run.run_id]
assert logger.get_run(run.run_id).metrics["loss/train"].count == 200
assert logger.get_metric_history(run.run_id, "loss/train").num_rows == 200
with logger.start_run(run.run_id):
    logger.log_metric("loss/train", 0.0)
assert logger.search_experiments()["name"].to_pylist() == ["bare"]
print("done")
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment with our wheel, without its dependencies, and the two it needs."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    python = folder / "env" / "bin" / "python"
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())
    for name in NEEDED:
        link_distribution(name, packages)
    build = "import os, sys, hatchling.build; os.chdir(sys.argv[1]); hatchling.build.build_wheel(sys.argv[2])"
    subprocess.run([sys.executable, "-c", build, str(ROOT), str(folder)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    shutil.unpack_archive(wheel, packages, "zip")
    return python


def link_distribution(name: str, packages: Path) -> None:
    """Put an installed distribution into another environment too, without a network and without a copy."""
    found = distribution(name)
    assert found.files is not None
    for top in {file.parts[0] for file in found.files if file.parts[0] not in ("..", "__pycache__")}:
        (packages / top).symlink_to(Path(str(found.locate_file(top))).resolve())


def test_logger_logs_seals_searches_and_resumes(python: Path, tmp_path: Path):
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

    done = subprocess.run([python, "-c", PROGRAM], cwd=tmp_path, env=environ, capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ("done\n", "")
