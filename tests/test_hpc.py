"""The page on clusters: its job script and its training run as they stand, beside stand-ins for Slurm."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from logger.records import RunRecord
from logger.store import Store
from sitegen.build import build

TOGETHER = """
import os, time
from pathlib import Path
from logger import start_run
with start_run() as run:
    run.log_metric("loss", 0.5)
    Path(f"{os.getpid()}.logged").touch()
    while len(list(Path().glob("*.logged"))) < 4:
        time.sleep(0.01)
"""
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
    programs = Path(sys.executable).parent
    commands = {
        "sitegen": f'exec "{programs}/sitegen" "$@"\n',
        "rsync": 'test "$1" = -a && mkdir -p "$3" && cp -a "$CLUSTER/${2#cluster:project/}." "$3"\n',
        "srun": 'echo $$ > "$SLURM_SUBMIT_DIR/step-$SLURM_ARRAY_TASK_ID.pid"; exec "$@"\n',
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


def until(run_is: Callable[[RunRecord], bool], project: Path) -> RunRecord:
    """The project's one run, once it is so."""
    wait_for(lambda: any(map(run_is, runs_of(project)[:1])))
    return runs_of(project)[0]


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


def test_commands_of_the_laptop_give_a_site_while_jobs_run_and_again_when_they_are_done(project: Path):
    laptop = project / "laptop"
    laptop.mkdir()
    jobs = [submitted(project, task, epochs=1_000_000) for task in range(2)]
    wait_for(lambda: len([run for run in runs_of(project) if "loss" in run.metrics]) == 2)

    on_laptop(project, code_of("sh")[1])
    while_running = Store(laptop / "tracking").runs()
    for task in range(2):
        _stop_training(project, task)
    assert [job.wait(60) for job in jobs] == [143, 143]
    on_laptop(project, code_of("sh")[1])

    done = Store(laptop / "tracking").runs()
    assert {run.status for run in while_running} == {"running"}
    assert all(run.metrics["loss"].count > 0 for run in while_running)
    assert {run.status for run in done} == {"killed"}
    assert {run.run_id: run.metrics["loss"].count for run in done} == {
        run.run_id: run.metrics["loss"].count for run in runs_of(project)
    }
    assert list((laptop / "tracking").rglob("*.arrows"))  # the live form stayed beside the sealed one
    for run in done:
        assert (laptop / "public" / "r" / run.run_id / "index.html").is_file()


def test_stores_of_several_clusters_become_one_site(project: Path):
    for name in ("tracking-a", "tracking-b"):
        assert submitted(project, 0 if name == "tracking-a" else 1).wait(60) == 0
        (project / "laptop").mkdir(exist_ok=True)
        (project / "tracking").rename(project / "laptop" / name)

    on_laptop(project, code_of("sh")[2])

    assert len(list((project / "laptop" / "public" / "r").glob("*/index.html"))) == 2


def test_processes_of_one_task_at_once_are_one_run(project: Path):
    environment = os.environ | {"LOGGER_RUN_ID": "b" * 32, "LOGGER_TRACKING_URI": str(project / "tracking")}
    tasks = [
        subprocess.Popen([sys.executable, "-c", TOGETHER], cwd=project / "bin", env=environment)
        for _ in range(4)
    ]

    assert [task.wait(60) for task in tasks] == [0] * 4

    (run,) = runs_of(project)
    assert run.metrics["loss"].count == 4
    assert sorted(writer.role for writer in run.writers) == ["create", "join", "join", "join"]


def test_only_the_first_process_of_a_task_logs(project: Path):
    for number in range(3):
        environment = os.environ | {"SLURM_PROCID": str(number), "LOGGER_RUN_ID": "a" * 32}
        subprocess.run([sys.executable, "-c", code_of("python")[1]], cwd=project, env=environment, check=True)

    (run,) = Store(project / "tracking").runs()
    assert run.metrics["loss"].count == 1


def _stop_training(project: Path, task: int = 0) -> None:
    """SIGTERM to the training alone, as `--signal=TERM@90` sends it to the steps of a job."""
    os.kill(int((project / f"step-{task}.pid").read_text()), signal.SIGTERM)


def on_laptop(project: Path, script: str) -> None:
    """Run commands of the page in a folder of their own; `cluster:project/` is the project."""
    path = f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}"
    given = os.environ | {"PATH": path, "CLUSTER": f"{project}/"}
    subprocess.run(["bash", "-euc", script], cwd=project / "laptop", env=given, check=True)


def runs_of(project: Path) -> list[RunRecord]:
    is_there = (project / "tracking" / "runfolio.json").exists()
    return Store(project / "tracking").runs() if is_there else []


def wait_for(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)
