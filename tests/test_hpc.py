"""The page on clusters: its job script and its training run as they stand, beside stand-ins for Slurm."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from logger.records import RunRecord
from logger.store import Store
from sitegen.build import build

PAGE = Path(__file__).resolve().parent.parent / "docs" / "hpc.md"


def code_of(language: str) -> list[str]:
    parts = PAGE.read_text("utf-8").split(f"```{language}\n")[1:]
    return [part.partition("```")[0] for part in parts]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the page's two files, and Slurm's commands as far as the script calls them."""
    folder = tmp_path / "My Project é"
    (folder / "bin").mkdir(parents=True)
    (folder / "train.sbatch").write_text(code_of("sh")[0])
    (folder / "train.py").write_text(code_of("python")[0])
    commands = {
        "srun": 'echo $$ > "$SLURM_SUBMIT_DIR/step.pid"; exec "$@"\n',
        "scontrol": 'echo "$@" >> "$SLURM_SUBMIT_DIR/requeued.txt"\n',
        "python": f'exec "{sys.executable}" -u "$@"\n',
    }
    for name, script in commands.items():
        (folder / "bin" / name).write_text(f"#!/bin/sh\n{script}")
        (folder / "bin" / name).chmod(0o755)
    return folder


def submitted(project: Path, task: int, restarts: int = 0, epochs: int = 5) -> subprocess.Popen[bytes]:
    given = {name: text for name, text in os.environ.items() if not name.startswith(("LOGGER_", "SLURM_"))}
    slurm = {
        "PATH": f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "SLURM_SUBMIT_DIR": str(project),
        "SLURM_CLUSTER_NAME": "test",
        "SLURM_ARRAY_JOB_ID": "4711",
        "SLURM_ARRAY_TASK_ID": str(task),
        "SLURM_JOB_ID": str(4711 + task),
        "EPOCHS": str(epochs),
    }
    if restarts:
        slurm["SLURM_RESTART_COUNT"] = str(restarts)
    return subprocess.Popen(
        ["bash", "train.sbatch"],
        cwd=project,
        env=given | slurm,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )


def until(run_is: object, project: Path) -> RunRecord:
    """The project's one run, once it is so."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if (project / "tracking" / "runfolio.json").exists():
            runs = Store(project / "tracking").runs()
            if runs and run_is(runs[0]):  # type: ignore[operator]
                return runs[0]
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def test_every_task_of_the_array_is_a_run_in_one_store(project: Path):
    jobs = [submitted(project, task) for task in range(4)]

    assert [job.wait(120) for job in jobs] == [0, 0, 0, 0]

    runs = Store(project / "tracking").runs()
    assert sorted(run.params["learning_rate"] for run in runs) == [0.003, 0.01, 0.03, 0.1]
    assert {run.status for run in runs} == {"finished"}
    assert [run.metrics["loss"].count for run in runs] == [5] * 4
    assert not (project / "requeued.txt").exists()


def test_task_that_is_told_to_stop_is_requeued_and_goes_on_in_the_same_run_and_copies_are_sites_all_along(
    project: Path,
):
    job = submitted(project, 0, epochs=1_000_000)
    running = until(lambda run: "loss" in run.metrics and run.metrics["loss"].count > 20, project)
    shutil.copytree(project / "tracking", project / "laptop")  # what rsync does
    report = build([project / "laptop"], project / "public")
    _stop_training(project)

    assert job.wait(60) == 143
    stopped = until(lambda run: run.status == "killed", project)
    epochs = stopped.metrics["loss"].last_step + 5
    assert submitted(project, 0, restarts=1, epochs=epochs).wait(60) == 0

    (run,) = Store(project / "tracking").runs()
    assert (project / "requeued.txt").read_text() == "requeue 4711\n"
    assert running.run_id == stopped.run_id == run.run_id
    assert (run.status, run.metrics["loss"].last_step) == ("finished", epochs)
    assert run.metrics["loss"].count >= epochs
    assert [writer.role for writer in run.writers] == ["create", "resume"]
    assert report.runs == 1
    assert report.points > 20


def test_only_the_first_process_of_a_task_logs(project: Path):
    for number in range(3):
        environment = os.environ | {"SLURM_PROCID": str(number), "LOGGER_RUN_ID": "a" * 32}
        subprocess.run([sys.executable, "-c", code_of("python")[1]], cwd=project, env=environment, check=True)

    (run,) = Store(project / "tracking").runs()
    assert run.metrics["loss"].count == 1


def _stop_training(project: Path) -> None:
    """SIGTERM to the training alone, as `--signal=TERM@90` sends it to the steps of a job."""
    os.kill(int((project / "step.pid").read_text()), signal.SIGTERM)
