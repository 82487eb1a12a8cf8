"""`import runfolio`: the package `logger`, for projects that have a `logger.py` of their own.

Where `import logger` would find our package, `runfolio` is that very module. Where it would find another,
our package is loaded by its path, under this name; its modules import each other relatively, so they do
not mind. See docs/logging.md, "Your project has its own logger.py".
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

_INIT = Path(__file__).resolve().parent / "logger" / "__init__.py"


def _is_ours(origin: str | None) -> bool:
    return origin is not None and Path(origin).resolve() == _INIT


def _load() -> None:
    loaded = sys.modules.get("logger")
    spec = loaded.__spec__ if loaded else importlib.util.find_spec("logger")
    if spec is not None and _is_ours(spec.origin):
        sys.modules[__name__] = importlib.import_module("logger")
        return
    spec = importlib.util.spec_from_file_location(
        __name__, _INIT, submodule_search_locations=[str(_INIT.parent)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[__name__] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


_load()
