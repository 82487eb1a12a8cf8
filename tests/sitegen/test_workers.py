"""The processes that read runs: they give what one process gives, and leave none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor
from pathlib import Path

import pytest
from builders import RunPlan, make_store
from mlruns_made import make_mlruns, quiet
from typer.testing import CliRunner

from sitegen.build import build
from sitegen.cli import app
from sitegen.sources import import_store
from sitegen.workers import workers

WAIT = """
import os, sys, time
from sitegen import workers
workers._processors = lambda: 2
if __name__ == "__main__":
    with workers.workers() as executor:
        print(*{executor.submit(os.getpid).result() for _ in range(20)}, flush=True)
        time.sleep(600)
"""


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few runs are many, and there are two processors."""
    monkeypatch.setattr("sitegen.reading._FEW", 1)
    monkeypatch.setattr("logger.importers.writing._FEW", 1)
    monkeypatch.setattr("sitegen.workers._processors", lambda: 2)


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_site_and_store_are_the_same_whether_one_process_reads_or_several(busy, tmp_path: Path):
    mlruns = make_mlruns(tmp_path / "mlruns", runs=20)
    (mlruns / "123456789012345678" / "meta.yaml").write_bytes(b"")
    tracking = make_store(
        tmp_path, [RunPlan({"loss": [3.0, 2.0, 1.0]}, "box", params={"n": n}) for n in range(5)]
    )

    def made(name: str, executor: Executor | None) -> tuple[dict[str, bytes], dict[str, bytes], object]:
        report = import_store("mlflow", mlruns, tmp_path / f"store {name}", False, quiet, executor)
        build([tracking, tmp_path / f"store {name}"], tmp_path / name, executor=executor)
        return content(tmp_path / f"store {name}"), content(tmp_path / name), report

    alone = made("alone", None)
    with workers() as executor:
        together = made("together", executor)

    assert executor is not None
    assert together[2] == alone[2]
    assert together[:2] == alone[:2]


def test_worker_that_is_ended_from_outside_is_an_error_in_words(busy, tmp_path: Path, monkeypatch):
    mlruns = make_mlruns(tmp_path / "mlruns", runs=4)
    monkeypatch.setattr("logger.importers.writing.bring_run", kill_worker)

    answer = CliRunner().invoke(app, ["import", "mlflow", str(mlruns), "--store", str(tmp_path / "tracking")])

    assert answer.exit_code == 1
    assert "error: a process that read runs was ended from outside" in answer.stderr


def kill_worker(*given: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_one_processor_has_no_workers(monkeypatch):
    monkeypatch.setattr("sitegen.workers._processors", lambda: 1)

    with workers() as executor:
        assert executor is None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
def test_workers_end_with_the_process_that_started_them(how: signal.Signals, tmp_path: Path):
    (tmp_path / "wait.py").write_text(WAIT)
    with subprocess.Popen([sys.executable, tmp_path / "wait.py"], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        children = list(map(int, parent.stdout.readline().split()))
        parent.send_signal(how)
        parent.wait()

    end = time.monotonic() + 30
    while any(map(is_alive, children)) and time.monotonic() < end:
        time.sleep(0.05)
    assert children
    assert not any(map(is_alive, children))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
