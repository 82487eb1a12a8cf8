"""What the fault tests share: a writer without a run around it, and a reader of what it left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from logger import factlines, layout
from logger.facts import FactsFile
from logger.layout import WriterId
from logger.live import LivePoints
from logger.stream import decode_live
from logger.turn import Turn

PYTHONPATH = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parent)])


class Writing:
    """The facts and points of this process in one folder; new writers are made as `logger.run` does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.turn = Turn()
        self.facts = self._make_facts("create")
        self.points = LivePoints(
            folder,
            self.facts.writer,
            lambda names: self.facts.name_series(names),
            new_writer=self._new_writer,
            turn=self.turn,
        )
        self.log = self.points.log
        self.log_many = self.points.log_many

    def close(self) -> None:
        try:
            self.points.close()
        finally:
            self.facts.close()

    def _make_facts(self, role: str) -> FactsFile:
        writer = layout.writer_id(time.time_ns() // 1_000_000, os.urandom(6))
        return FactsFile(self.folder, writer, {"role": role}, turn=self.turn)

    def _new_writer(self, forked: bool) -> WriterId:
        self.facts.close()
        self.facts = self._make_facts("child" if forked else "resume")
        return self.facts.writer


def facts_in(path: Path) -> list[factlines.Fact]:
    """The facts of one file; the torn tail of a writer that died is left out, damage is not forgiven."""
    lines = path.read_bytes().split(b"\n")
    return [factlines.decode(line) for line in lines[:-1]]


def points_of(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Step and value of each metric in a folder, writers in the order of their ids, rows as logged."""
    found: dict[str, list[tuple[int, float]]] = {}
    for path in sorted(folder.glob("points-*.arrows")):
        live = layout.points_writer(path.name)
        assert live is not None
        facts = facts_in(folder / layout.facts_file(live[0]))
        names = {fact.value: fact.key for fact in facts if fact.kind == "metric"}
        rows = decode_live(path.read_bytes())
        assert rows.problem is None
        columns = (rows.table[name].to_numpy().tolist() for name in ("series", "step", "value"))
        for number, step, value in zip(*columns, strict=True):
            found.setdefault(names[number], []).append((step, value))
    return found


def values_of(folder: Path, metric: str) -> list[float]:
    """The values of one metric, as logged."""
    return [value for _, value in points_of(folder).get(metric, [])]


def run_script(code: str, *arguments: object, prefix: tuple[str, ...] = ()) -> str:
    """Run Python in a process of its own, where it may fork, kill and be killed; returns what it printed."""
    done = subprocess.run(
        [*prefix, sys.executable, "-W", "error::ResourceWarning", "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
