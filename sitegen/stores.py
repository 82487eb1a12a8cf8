"""What a build reads runs from: a store of `logger`'s, or whatever else has these few methods.

`logger.store.Store` is one; `sitegen.sitestore.SiteStore`, the data of a published site, is another. A run
is known by its folder, which `run_folders` gives. Nothing is written by any of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from logger.records import Artifact, ExperimentRecord, Points, Problem, RunRecord


class RunStore(Protocol):
    """Runs to read. An object is handed to other processes, so it can be pickled."""

    def experiments(self) -> list[ExperimentRecord]:
        """All experiments."""

    def run_folders(self, experiment: str | None = None) -> list[str]:
        """What names the runs, of all experiments or of one."""

    def read_run(self, folder: str) -> RunRecord:
        """All that is known of a run but for its points."""

    def read_points(self, folder: str, metrics: Collection[str] | None = None) -> Points:
        """The points of a run, of all its metrics or of some."""

    def read_artifact(self, folder: str, artifact: Artifact, most: int) -> bytes | Problem:
        """The content of a file of a run as it was recorded, else what is wrong with it."""

    def run_identity(self, folder: str) -> tuple[object, ...] | None:
        """What changes whenever a run does; None where nothing tells."""

    def artifact_identity(self, folder: str, artifact: Artifact) -> tuple[object, ...] | None:
        """What changes whenever a file of a run does; None where nothing tells."""

    def problems(self) -> list[Problem]:
        """What is wrong outside of runs."""
