"""Overview: the catalog of some stores without their points, for commands that compare runs.

What leaves this module has passed `sitegen.privacy`, as in a build: comparisons are posted where many read.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from logger.errors import StoreError, explain

from .catalog import Catalog, Reading, make_catalog
from .config import SiteConfig
from .runrecords import BadRow
from .screening import published_reading
from .sitestore import SiteStore
from .sources import Progress, open_stores


def read_overview(
    stores: Sequence[Path], config: SiteConfig, progress: Progress, executor: Executor | None = None
) -> Catalog:
    """All runs of some stores, but for their points.

    Raises: logger.errors.StoreError: there is no store, or none that can be read; a run of a site says what
        cannot be true: without it, a gate would be weaker and nobody would know.
    """
    opened = open_stores(stores, config.deleted_too, progress, executor)
    folders = [sorted(one.store.run_folders()) for one in opened]
    total = sum(map(len, folders))
    done = 0
    readings = []
    for number, (one, of_it) in enumerate(zip(opened, folders, strict=True)):
        records = []
        for folder in of_it:
            try:
                records.append(one.store.read_run(folder))
            except BadRow as error:
                problem = f"the run {folder} of {stores[number]} cannot be read: {error}."
                raise StoreError(explain(problem, hint="build that site again from its stores")) from None
            done += 1
            progress("read", done, total)
        withheld = one.store.withheld(f"{number}") if isinstance(one.store, SiteStore) else {}
        experiments = tuple(one.store.experiments())
        reading = Reading(experiments, tuple(records), one.problems, withheld=withheld)
        readings.append(published_reading(reading, config))
    return make_catalog(readings, config)
