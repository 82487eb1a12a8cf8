"""What `import logger` offers, and what it costs."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

import logger
from logger import errors, folders, schema

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "pyarrow",
    "pydantic",
    "numpy",
    "pandas",
    "altair",
    "jinja2",
    "vl_convert",
    "typer",
    "rich",
    "sitegen",
)


def test_all_is_sorted_and_complete():
    tree = ast.parse((ROOT / "logger" / "__init__.py").read_text("utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
    }

    assert logger.__all__ == sorted(logger.__all__)
    assert set(logger.__all__) == imported


def test_all_errors_are_public():
    raised = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.LoggerError)
    }

    assert raised <= set(logger.__all__)


@pytest.mark.parametrize("name", logger.__all__)
def test_every_public_name_is_there_and_says_what_it_does(name: str):
    assert inspect.getdoc(getattr(logger, name))


def test_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="set_expriment"):
        logger.set_expriment  # noqa: B018


def test_import_brings_nothing_heavy():
    code = f"import logger, sys; print([name for name in {HEAVY!r} if name in sys.modules])"

    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert printed.strip() == "[]"


def test_module_functions_and_methods_of_a_run_take_the_same():
    verbs = [name for name in logger.__all__ if name.startswith(("log_", "set_tag", "define_"))]

    assert len(verbs) > 8
    for name in verbs:
        function = inspect.signature(getattr(logger, name))
        method = inspect.signature(getattr(logger.Run, name))
        assert list(function.parameters.values()) == list(method.parameters.values())[1:], name


def test_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert logger.__version__ == project["version"]


def test_format_is_written_down_twice_alike():
    assert folders.FORMAT == schema.FORMAT


def test_logging_never_imports_pandas():
    # pyarrow does so in passing: a third of a second, and an error in a run that ends with the interpreter
    code = """
import logger, sys
run = logger.start_run()
logger.log_metric("loss", 1.0)
logger.end_run()
with logger.start_run(run.run_id):
    logger.log_metric("loss", 0.5)
run._repr_html_()
logger.get_metric_history(run.run_id, "loss")
print("pandas" in sys.modules)
"""

    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=environ, check=True, capture_output=True, text=True
        )

    assert (done.stdout, done.stderr) == ("False\n", "")
