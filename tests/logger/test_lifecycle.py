"""`logger.lifecycle` and `logger.opening`: however processes end, and however many log into a run."""

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
from builders import RunPlan, make_store
from stored import only_run, runs_of, values_of

Script = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]

ROOT = Path(__file__).resolve().parents[2]
RUN_ID = "0199f3c2a7d87c1e9b0a5d3f6e2c4b18"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "tracking"


def test_interpreter_that_exits_finishes_its_run(script: Script, store: Path):
    done = script("import logger; logger.log_metric('loss', 1.0)")

    assert (done.returncode, done.stderr) == (0, "")
    assert only_run(store).status == "finished"
    assert only_run(store).writers[0].sealed


def test_exception_that_nobody_catches_fails_the_run(script: Script, store: Path):
    done = script("import logger; logger.log_metric('loss', 1.0); 1 / 0")

    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert (only_run(store).status, only_run(store).reason) == (
        "failed",
        "ZeroDivisionError: division by zero",
    )


def test_excepthook_of_the_program_is_still_called(script: Script, store: Path):
    done = script(
        """
        import sys, logger
        sys.excepthook = lambda *_: print("mine")
        logger.start_run()
        raise ValueError
        """
    )

    assert done.stdout == "mine\n"
    assert only_run(store).status == "failed"


def test_error_at_the_interactive_prompt_does_not_end_the_run(store: Path, tmp_path: Path):
    code = "import logger\nlogger.start_run()\n1 / 0\nlogger.log_metric('loss', 1.0)\n"

    subprocess.run(
        [sys.executable, "-i", "-q"], input=code, text=True, cwd=tmp_path, capture_output=True, check=True
    )

    assert only_run(store).status == "finished"
    assert values_of(store, only_run(store), "loss") == [1.0]


def test_keyboard_interrupt_kills_the_run(script: Script, store: Path):
    script("import logger; logger.start_run(); raise KeyboardInterrupt")

    assert (only_run(store).status, only_run(store).reason) == ("killed", "KeyboardInterrupt")


# Forks as many processes as its first argument says; when all are there, they run the second at once.
TOGETHER = """
import os, sys, logger, logger.store
given = os.environ.pop("LOGGER_RUN_ID", "")
logger.set_tracking_uri("elsewhere")
logger.log_metric("loss", 1.0)  # so that all is imported once
logger.end_run()
logger.set_tracking_uri("tracking")
reading, writing = os.pipe()
pids = []
for number in range(int(sys.argv[1])):
    pids.append(os.fork())
    if pids[-1] == 0:
        os.environ["LOGGER_RUN_ID"], logger.fluent._last = given, None  # as in a program that has just begun
        os.close(writing)
        os.read(reading, 1)  # until the parent lets go
        exec(sys.argv[2])
        sys.exit()
os.close(reading)
os.close(writing)
print([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids])
"""

WAITING = """
import sys, time, logger
{before}
run = logger.start_run()
logger.log_metric("loss", 1.0)
print("ready", flush=True)
{work}
"""


@pytest.mark.parametrize(
    "work",
    ["time.sleep(60)", "while True: logger.log_metric('loss', 0.5)", "while True: run.log_params({'a': 1})"],
    ids=["sleeping", "logging", "setting params"],
)
def test_sigterm_kills_the_run_and_the_process_dies_by_the_signal(start: Start, store: Path, work: str):
    process = start(WAITING.format(before="", work=work))
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.05)

    process.terminate()
    _, err = process.communicate(timeout=120)

    assert (process.returncode, err) == (-signal.SIGTERM, "")
    record = only_run(store)
    assert (record.status, record.reason) == ("killed", "SIGTERM")
    assert record.writers[0].sealed
    assert record.metrics["loss"].first == 1.0
    assert record.problems == ()


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("os.kill(os.getpid(), signal.SIGTERM)", "killed"),
        ("os.kill(os.getpid(), signal.SIGHUP)", "killed"),
        ("1 / 0", "failed"),
    ],
    ids=["SIGTERM", "SIGHUP", "exception"],
)
def test_threads_start_no_run_once_the_process_ends(script: Script, store: Path, end: str, status: str):
    script(
        f"""
        import os, signal, threading, time, logger
        from logger import lifecycle

        def work():
            while True:
                time.sleep(0.1)
                logger.log_metric("loss", 1.0)

        end_all = lifecycle.end_all
        def slow_end_all(*arguments):
            end_all(*arguments)
            time.sleep(0.5)  # the threads go on meanwhile
        lifecycle.end_all = slow_end_all

        logger.start_run()
        for _ in range(3):
            threading.Thread(target=work, daemon=True).start()
        {end}
        """
    )

    assert [record.status for record in runs_of(store)] == [status]


def test_closed_terminal_kills_the_run(start: Start, store: Path):
    process = start(WAITING.format(before="", work="time.sleep(60)"))
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=120)

    assert (process.returncode, err) == (-signal.SIGHUP, "")
    assert (only_run(store).status, only_run(store).reason) == ("killed", "SIGHUP")


def test_program_that_ignores_the_closing_of_its_terminal_goes_on(start: Start, store: Path):
    before = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does"
    process = start(WAITING.format(before=before, work="sys.stdin.readline()"))
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(signal.SIGHUP)
    process.communicate("go on\n", timeout=120)

    assert process.returncode == 0
    assert only_run(store).status == "finished"


def test_sigterm_at_any_moment_leaves_a_run_with_a_status(script: Script, store: Path):
    done = script(
        """
        import os, random, signal, time, logger
        logger.set_tracking_uri("elsewhere")
        logger.log_metric("loss", 1.0)  # so that all is imported once
        logger.end_run()
        logger.set_tracking_uri("tracking")
        for number in range(40):
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                logger.start_run()
                os.write(writing, b"x")
                for step in range(100):
                    logger.log_metric("loss", step)
                    logger.log_param(f"param {step}", step)
                logger.end_run()
                signal.pause()
            os.read(reading, 1)
            time.sleep(random.Random(number).random() / 50)
            os.kill(child, signal.SIGTERM)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
        """
    )

    assert (done.returncode, done.stderr) == (0, "")
    records = runs_of(store)
    assert len(records) == 40
    assert {record.status for record in records} <= {"killed", "finished"}
    assert [record.problems for record in records if record.problems] == []


def test_sigterm_kills_nested_runs_too(start: Start, store: Path):
    process = start(WAITING.format(before="", work="logger.start_run(nested=True); print(); time.sleep(60)"))
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.readline()
    time.sleep(0.05)

    process.terminate()
    process.communicate(timeout=120)

    assert [record.status for record in runs_of(store)] == ["killed", "killed"]


def test_signal_handler_of_the_program_stays(start: Start, store: Path):
    before = "import signal; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))"
    process = start(WAITING.format(before=before, work="time.sleep(60)"))
    assert process.stdout is not None
    process.stdout.readline()

    process.terminate()
    process.communicate(timeout=120)

    assert process.returncode == 0
    assert only_run(store).status == "finished"


def test_sigkill_leaves_a_lost_run_with_all_its_points(start: Start, store: Path):
    process = start(WAITING.format(before="", work="time.sleep(60)"))
    assert process.stdout is not None
    process.stdout.readline()
    assert only_run(store).status == "running"
    assert only_run(store).alive is True

    process.kill()
    process.communicate(timeout=120)

    assert only_run(store).status == "lost"
    assert values_of(store, only_run(store), "loss") == [1.0]


def test_lost_run_is_resumed_and_its_points_are_sealed_at_the_end(start: Start, script: Script, store: Path):
    process = start(WAITING.format(before="", work="time.sleep(60)"))
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate(timeout=120)

    done = script(
        "import logger, sys\nwith logger.start_run(sys.argv[1]): logger.log_metric('loss', 0.5)",
        only_run(store).run_id,
    )

    assert done.stderr == ""
    record = only_run(store)
    assert record.status == "finished"
    assert [(writer.role, writer.sealed) for writer in record.writers] == [("create", True), ("resume", True)]
    assert values_of(store, record, "loss") == [1.0, 0.5]


def killed(start: Start) -> None:
    process = start(WAITING.format(before="", work="time.sleep(60)"), LOGGER_RUN_ID=RUN_ID)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate(timeout=120)


@pytest.mark.parametrize(
    ("work", "status"),
    [("pass", "finished"), ("1 / 0", "failed"), ("os.kill(os.getpid(), 15)", "killed")],
    ids=["finished", "failed", "killed"],
)
def test_copy_of_a_lost_run_ends_as_the_process_that_goes_on_with_it(
    start: Start, script: Script, store: Path, tmp_path: Path, work: str, status: str
):
    killed(start)
    shutil.copytree(store, tmp_path / "copy")

    script(
        f"import logger, os\nwith logger.start_run('{RUN_ID}'): {work}",
        LOGGER_TRACKING_URI=str(tmp_path / "copy"),
    )

    assert only_run(tmp_path / "copy").status == status


def test_run_of_another_machine_that_is_silent_for_long_is_resumed(script: Script, tmp_path: Path):
    store = make_store(tmp_path, [RunPlan(status=None, started=int((time.time() - 3600) * 1e6))])

    script("import logger, sys\nwith logger.start_run(sys.argv[1]): pass", only_run(store).run_id)

    record = only_run(store)
    assert [writer.role for writer in record.writers] == ["create", "resume"]
    assert record.status == "finished"


def test_run_of_another_machine_that_logged_just_now_is_joined(script: Script, tmp_path: Path):
    store = make_store(tmp_path, [RunPlan(status=None, started=int((time.time() - 60) * 1e6))])

    script("import logger, sys\nwith logger.start_run(sys.argv[1]): pass", only_run(store).run_id)

    record = only_run(store)
    assert [writer.role for writer in record.writers] == ["create", "join"]
    assert record.status == "finished"


def test_forked_child_logs_into_its_parents_run_and_never_ends_it(script: Script, store: Path):
    done = script(
        """
        import os, sys, logger
        with logger.start_run() as run:
            logger.log_metric("parent", 1.0)
            if os.fork() == 0:
                logger.log_metric("child", 2.0)
                logger.log_param("from", "child")
                logger.end_run()
                sys.exit(3)
            os.wait()
            print(run.status, logger.active_run() is run)
            logger.log_metric("parent", 3.0)
        """
    )

    assert (done.stdout, done.stderr) == ("running True\n", "")
    record = only_run(store)
    assert record.status == "finished"
    assert [(writer.role, writer.ended, writer.sealed) for writer in record.writers] == [
        ("create", True, True),
        ("child", True, True),
    ]
    assert values_of(store, record, "parent") == [1.0, 3.0]
    assert values_of(store, record, "child") == [2.0]
    assert record.params == {"from": "child"}
    assert record.problems == ()


def test_child_forked_while_a_thread_starts_a_run_can_start_one(script: Script, store: Path):
    done = script(
        """
        import os, pickle, signal, threading, logger
        from logger import fluent, opening

        with logger.start_run() as run:
            copy = pickle.dumps(run)
        begun = threading.Event()

        def work():
            with fluent._starting, opening._arriving:
                begun.set()
                threading.Event().wait()

        threading.Thread(target=work, daemon=True).start()
        begun.wait()
        if os.fork() == 0:
            signal.alarm(20)  # ends a child that hangs
            with logger.start_run():
                pickle.loads(copy)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.wait()[1]))
        """
    )

    assert done.stdout == "0\n", done.stderr
    assert [record.status for record in runs_of(store)] == ["finished", "finished"]


def test_exception_in_a_forked_child_does_not_fail_the_run(script: Script, store: Path):
    script(
        """
        import os, logger
        with logger.start_run():
            if os.fork() == 0:
                logger.log_metric("child", 2.0)
                raise ValueError
            os.wait()
        """
    )

    assert only_run(store).status == "finished"
    assert len(only_run(store).writers) == 2


def test_child_that_outlives_its_parent_goes_on_and_the_status_stays(script: Script, store: Path):
    done = script(
        """
        import os, sys, time, logger
        run = logger.start_run()
        logger.log_metric("parent", 1.0)
        reading, writing = os.pipe()
        if os.fork() == 0:
            os.read(reading, 1)  # the parent has ended the run
            logger.log_metric("child", 1.0)
            logger.log_metric("child", 2.0)
            sys.exit()
        run.end("failed")
        os.write(writing, b"x")
        """
    )
    deadline = time.monotonic() + 120
    while "child" not in only_run(store).metrics or not all(w.ended for w in only_run(store).writers):
        assert time.monotonic() < deadline, done.stderr
        time.sleep(0.02)

    record = only_run(store)
    assert record.status == "failed"
    assert values_of(store, record, "child") == [1.0, 2.0]
    assert values_of(store, record, "parent") == [1.0]


def test_end_of_the_run_seals_what_a_killed_child_left(script: Script, store: Path):
    done = script(
        """
        import os, signal, logger
        with logger.start_run():
            if os.fork() == 0:
                logger.log_metric("child", 2.0)
                os.kill(os.getpid(), signal.SIGKILL)
            os.wait()
            logger.log_metric("parent", 2.0)
        """
    )

    assert (done.returncode, done.stderr) == (0, "")
    record = only_run(store)
    assert [(writer.role, writer.sealed) for writer in record.writers] == [("create", True), ("child", True)]
    assert not list(store.rglob("*.arrows"))


def test_parent_dead_and_child_alive_is_a_lost_run(start: Start, store: Path):
    process = start(
        """
        import os, time, logger
        logger.start_run()
        logger.log_metric("loss", 1.0)
        if os.fork() == 0:
            print(os.getpid(), flush=True)
            time.sleep(60)
        time.sleep(60)
        """
    )
    assert process.stdout is not None
    child = int(process.stdout.readline())

    process.kill()
    process.wait()

    assert only_run(store).status == "lost"
    os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_of_multiprocessing_leave_sealed_points(script: Script, store: Path, method: str):
    done = script(
        """
        import multiprocessing, os, sys, logger

        def work(number):
            logger.log_metric(f"worker/{number}", number)

        if __name__ == "__main__":
            with logger.start_run() as run:
                os.environ["LOGGER_RUN_ID"] = run.run_id
                context = multiprocessing.get_context(sys.argv[1])
                workers = [context.Process(target=work, args=(number,)) for number in range(3)]
                for worker in workers: worker.start()
                for worker in workers: worker.join()
                print([worker.exitcode for worker in workers])
        """,
        method,
    )

    assert (done.stdout, done.stderr) == ("[0, 0, 0]\n", "")
    record = only_run(store)
    assert record.status == "finished"
    assert sorted(record.metrics) == ["worker/0", "worker/1", "worker/2"]
    assert [writer.role for writer in record.writers] == ["create"] + [
        "child" if method == "fork" else "join"
    ] * 3
    assert all(writer.ended and writer.sealed for writer in record.writers)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_recipe_for_pools_logs_into_the_run_of_the_parent(script: Script, store: Path, method: str):
    page = (ROOT / "docs" / "logging.md").read_text("utf-8")
    (recipe,) = (block for block in page.split("```") if "ProcessPoolExecutor" in block)

    done = script(recipe.removeprefix("python").replace("spawn", method))

    assert (done.returncode, done.stderr) == (0, "")
    record = only_run(store)
    assert sorted(record.metrics) == ["auc/fold 0", "auc/fold 1", "auc/fold 2", "auc/fold 3"]
    assert record.status == "finished"
    assert all(writer.ended and writer.sealed for writer in record.writers)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_worker_that_logs_without_a_run_is_told_how_to_get_one(script: Script, store: Path, method: str):
    done = script(
        """
        import multiprocessing, sys, logger

        def work():
            logger.log_metric("loss", 1.0)
            logger.log_metric("loss", 0.5)

        if __name__ == "__main__":
            with logger.start_run() as run:
                worker = multiprocessing.get_context(sys.argv[1]).Process(target=work)
                worker.start()
                worker.join()
        """,
        method,
    )

    assert done.returncode == 0
    assert done.stderr.count("RuntimeWarning") == 1
    assert "run.log_metric(…)" in done.stderr
    assert len(runs_of(store)) == 2


def test_terminated_worker_dies_by_the_signal_and_the_run_goes_on(script: Script, store: Path):
    done = script(
        """
        import multiprocessing, time, logger

        def work(ready):
            logger.log_metric("worker", 1.0)
            ready.set()
            time.sleep(60)

        context = multiprocessing.get_context("fork")
        with logger.start_run() as run:
            ready = context.Event()
            worker = context.Process(target=work, args=(ready,))
            worker.start()
            ready.wait()
            worker.terminate()
            worker.join()
            print(worker.exitcode, run.status)
        """
    )

    assert (done.stdout, done.stderr) == ("-15 running\n", "")
    assert only_run(store).status == "finished"
    assert only_run(store).writers[1].sealed


def test_child_process_joins_the_run_of_its_environment(script: Script, store: Path):
    done = script(
        """
        import os, subprocess, sys, logger
        with logger.start_run() as run:
            logger.log_metric("parent", 1.0)
            code = "import logger; logger.log_metric('child', 2.0); print(logger.active_run().name)"
            environ = os.environ | {"LOGGER_RUN_ID": run.run_id}
            name = subprocess.run([sys.executable, "-c", code], env=environ, check=True, capture_output=True)
            print(name.stdout.decode().strip() == run.name)
        """
    )

    assert (done.stdout, done.stderr) == ("True\n", "")
    record = only_run(store)
    assert [writer.role for writer in record.writers] == ["create", "join"]
    assert (record.status, list(record.metrics)) == ("finished", ["parent", "child"])


@pytest.mark.parametrize("how", ["worker", "program"])
def test_run_that_is_shot_is_lost_whoever_joined_it(script: Script, store: Path, how: str):
    done = script(
        """
        import multiprocessing, os, signal, subprocess, sys, logger

        def work(run):
            with run: run.log_metric("guest", 1.0)

        if __name__ == "__main__":
            run = logger.start_run()
            if sys.argv[1] == "worker":
                worker = multiprocessing.get_context("spawn").Process(target=work, args=(run,))
                worker.start()
                worker.join()
            else:
                code = "import logger; logger.log_metric('guest', 1.0)"
                environ = os.environ | {"LOGGER_RUN_ID": run.run_id}
                subprocess.run([sys.executable, "-c", code], env=environ, check=True)
            os.kill(os.getpid(), signal.SIGKILL)
        """,
        how,
    )

    assert done.returncode == -signal.SIGKILL
    record = only_run(store)
    assert [(writer.role, writer.ended) for writer in record.writers] == [("create", False), ("join", True)]
    assert (record.status, record.alive, list(record.metrics)) == ("lost", False, ["guest"])


def test_failure_of_a_joined_process_is_not_the_failure_of_the_run(script: Script, store: Path):
    script(
        """
        import os, subprocess, sys, logger
        with logger.start_run() as run:
            environ = os.environ | {"LOGGER_RUN_ID": run.run_id}
            code = "import logger; logger.start_run(); 1 / 0"
            subprocess.run([sys.executable, "-c", code], env=environ, stderr=subprocess.DEVNULL)
        """
    )

    assert only_run(store).status == "finished"


def test_requeued_slurm_job_takes_its_run_over(start: Start, script: Script, store: Path):
    before = start(WAITING.format(before="", work="time.sleep(60)"), LOGGER_RUN_ID=RUN_ID)
    assert before.stdout is not None
    before.stdout.readline()

    script(
        "import logger\nwith logger.start_run(): logger.log_metric('loss', 0.5)",
        LOGGER_RUN_ID=RUN_ID,
        SLURM_RESTART_COUNT="1",
    )

    assert [writer.role for writer in only_run(store).writers] == ["create", "resume"]
    assert only_run(store).status == "finished"


def test_processes_given_one_new_id_at_once_make_one_run(script: Script, store: Path):
    done = script(
        TOGETHER,
        "8",
        """
with logger.start_run():
    logger.log_metric(f"rank/{number}", 1.0)
""",
        LOGGER_RUN_ID=RUN_ID,
    )

    assert (done.stdout, done.stderr) == ("[0, 0, 0, 0, 0, 0, 0, 0]\n", "")
    record = only_run(store)
    assert record.status == "finished"
    assert len(record.metrics) == 8
    assert sum(writer.role == "create" for writer in record.writers) == 1


def test_two_processes_resume_one_run_and_both_keep_their_points(script: Script, store: Path):
    script("import logger; logger.log_metric('loss', 1.0)", LOGGER_RUN_ID=RUN_ID)

    done = script(
        TOGETHER,
        "2",
        f"""
with logger.start_run("{RUN_ID}"):
    for _ in range(100): logger.log_metric("loss", 0.5)
""",
    )

    assert (done.stdout, done.stderr) == ("[0, 0]\n", "")
    assert len(values_of(store, only_run(store), "loss")) == 201
    assert (only_run(store).status, only_run(store).problems) == ("finished", ())


def test_32_processes_create_one_experiment_at_once(script: Script, store: Path):
    done = script(
        TOGETHER,
        "32",
        """
with logger.start_run(experiment="fake box", run_name=str(number)) as run:
    run.log_metric("loss", number)
""",
    )

    assert (done.stdout, done.stderr) == (f"{[0] * 32}\n", "")
    assert len(list((store / "experiments").iterdir())) == 1
    records = runs_of(store)
    assert {record.name: record.metrics["loss"].last for record in records} == {
        str(number): number for number in range(32)
    }
    assert {(record.status, record.experiment, record.problems) for record in records} == {
        ("finished", "fake box", ())
    }
    assert not list(store.rglob(".*"))


def test_of_two_spellings_at_once_one_is_refused(script: Script, store: Path):
    done = script(
        TOGETHER,
        "8",
        """
try:
    logger.start_run(experiment=["Loss", "loss"][number % 2])
except logger.NameClash:
    os._exit(7)
""",
    )

    assert sorted(eval(done.stdout)) == [0] * 4 + [7] * 4
    assert len({record.experiment for record in runs_of(store)}) == 1


def test_slurm_job_is_recorded(script: Script, store: Path):
    script("import logger; logger.start_run()", SLURM_JOB_ID="4711")

    assert only_run(store).provenance["slurm_job_id"] == "4711"


def test_logging_at_the_very_end_of_the_interpreter_is_taken_or_refused_but_never_hangs(
    script: Script, store: Path
):
    done = script(
        """
        import atexit, logger

        class Late:
            def __del__(self):
                try:
                    logger.log_metric("late", 1.0)
                except logger.LoggerError:
                    pass

        atexit.register(lambda: logger.log_metric("atexit", 1.0))
        logger.log_metric("loss", 1.0)
        late = Late()
        """
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert values_of(store, only_run(store), "loss") == [1.0]
    assert values_of(store, only_run(store), "atexit") == [1.0]
    assert only_run(store).status == "finished"
