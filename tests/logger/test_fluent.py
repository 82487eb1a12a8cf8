"""`logger.fluent`, `logger.defaults`, `logger.queries`: the module functions, and which run they mean."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from stored import only_run, runs_of, values_of

import logger
from logger import (
    InvalidName,
    InvalidType,
    InvalidValue,
    NameClash,
    NewerFormat,
    RunError,
    RunNotFound,
    StoreError,
    StoreNotFound,
    fluent,
)
from logger.layout import is_run_id


def test_logging_without_an_open_run_starts_one(store: Path):
    logger.log_metric("loss", 1.0)
    logger.log_param("depth", 3)
    logger.end_run()

    record = only_run(store)
    assert (record.status, record.experiment, record.params) == ("finished", "Default", {"depth": 3})
    assert logger.active_run() is None


def test_all_verbs_go_to_the_active_run(store: Path, tmp_path: Path):
    (tmp_path / "model.bin").write_bytes(b"x")
    with logger.start_run() as run:
        logger.log_metric("a", 1, step=2)
        logger.log_metrics({"b": 1, "c": 2})
        logger.log_param("p", 1)
        logger.log_params({"q": 2})
        logger.set_tag("t", "1")
        logger.set_tags({"u": "2"})
        logger.define_metric("a", goal="min")
        logger.log_artifact("model.bin")
        logger.log_artifacts(tmp_path / "tracking" / "experiments", "copy")
        logger.log_text("x", "x.txt")
        logger.log_dict({"x": 1}, "x.json")
        assert logger.active_run() is run

    record = only_run(store)
    assert list(record.metrics) == ["a", "b", "c"]
    assert (record.params, record.tags) == ({"p": 1, "q": 2}, {"t": "1", "u": "2"})
    assert {"model.bin", "x.txt", "x.json"} <= {artifact.path for artifact in record.artifacts}


def test_second_run_without_nested_is_refused_and_says_what_to_do(store: Path):
    with logger.start_run(), pytest.raises(RunError, match=r"(?s)active already.*nested=True"):
        logger.start_run()

    assert len(runs_of(store)) == 1


def test_nested_runs_know_their_parent_and_give_way_to_it(store: Path):
    logger.set_experiment("outer")
    with logger.start_run() as outer:
        with logger.start_run(nested=True) as inner:
            logger.log_metric("inner", 1)
            with logger.start_run(nested=True, experiment="elsewhere") as innermost:
                logger.log_metric("innermost", 1)
        logger.log_metric("outer", 1)

    parents = {record.run_id: (record.parent, record.experiment) for record in runs_of(store)}
    assert parents == {
        outer.run_id: (None, "outer"),
        inner.run_id: (outer.run_id, "outer"),
        innermost.run_id: (inner.run_id, "elsewhere"),
    }
    assert {name for record in runs_of(store) for name in record.metrics} == {"inner", "innermost", "outer"}
    assert all(len(record.metrics) == 1 for record in runs_of(store))


def test_end_run_ends_the_innermost(store: Path):
    outer = logger.start_run()
    logger.start_run(nested=True)

    logger.end_run()

    assert logger.active_run() is outer
    logger.end_run("failed")
    assert logger.active_run() is None
    assert logger.last_active_run() is not None
    logger.end_run()
    assert [record.status for record in runs_of(store)] == ["failed", "finished"]


def in_thread(work: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def test_worker_threads_log_into_the_run_of_the_main_thread(store: Path):
    with logger.start_run():
        in_thread(lambda: logger.log_metric("outer", 1))
        with logger.start_run(nested=True):
            in_thread(lambda: logger.log_metric("inner", 1))

    assert [list(record.metrics) for record in runs_of(store)] == [["outer"], ["inner"]]


def test_worker_thread_needs_nested_beside_a_run_of_the_main_thread(store: Path):
    with logger.start_run() as run:
        with pytest.raises(RunError, match="nested=True"):
            in_thread(logger.start_run)

        def nested() -> None:
            with logger.start_run(nested=True):
                logger.log_metric("inner", 1)

        in_thread(nested)
        assert logger.active_run() is run

    assert runs_of(store)[1].parent == run.run_id


def test_threads_without_a_run_around_them_each_start_their_own(store: Path):
    barrier = threading.Barrier(4)
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            with logger.start_run(run_name=f"run {number}"):
                barrier.wait(timeout=20)
                logger.log_metric(f"metric {number}", number)
                barrier.wait(timeout=20)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert {record.name: list(record.metrics) for record in runs_of(store)} == {
        f"run {number}": [f"metric {number}"] for number in range(4)
    }


def test_threads_that_log_at_once_without_a_run_start_one_together(store: Path):
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait(timeout=20)
        logger.log_metric("loss", 1.0)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    logger.end_run()

    assert values_of(store, only_run(store), "loss") == [1.0] * 8


def test_nested_run_of_a_thread_does_not_lie_in_that_of_its_neighbour(store: Path):
    barrier = threading.Barrier(2)

    def work() -> None:
        with logger.start_run(nested=True):
            barrier.wait(timeout=20)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [record.parent for record in runs_of(store)] == [None, None]


def test_nested_run_of_a_thread_does_not_lie_in_what_a_thread_before_it_left_open(store: Path):
    idents: list[int] = []

    def work() -> None:
        idents.append(threading.get_ident())
        logger.start_run(nested=True)

    for _ in range(8):  # the system gives the ident of a thread that has ended to the next one
        in_thread(work)

    assert len(set(idents)) < len(idents)
    assert {record.parent for record in runs_of(store)} == {None}


def test_run_of_the_main_thread_is_that_of_the_process_though_a_thread_began_first(store: Path):
    begun, done = threading.Event(), threading.Event()

    def work() -> None:
        with logger.start_run(run_name="first", nested=True):
            begun.set()
            assert done.wait(timeout=20)
            logger.log_metric("own", 1.0)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(timeout=20)
    with logger.start_run(run_name="main"):
        in_thread(lambda: logger.log_metric("loss", 1.0))
        done.set()
        thread.join()

    metrics = {record.name: list(record.metrics) for record in runs_of(store)}
    assert metrics == {"first": ["own"], "main": ["loss"]}


def test_run_of_the_main_task_is_that_of_the_process_though_another_task_began_first(store: Path):
    async def main() -> None:
        done = asyncio.Event()

        async def background() -> None:
            with logger.start_run(run_name="first", nested=True):
                await done.wait()

        task = asyncio.create_task(background())
        await asyncio.sleep(0)
        with logger.start_run(run_name="main"):
            in_thread(lambda: logger.log_metric("loss", 1.0))
            done.set()
            await task

    asyncio.run(main())

    assert {record.name: list(record.metrics) for record in runs_of(store)} == {"first": [], "main": ["loss"]}


def test_nested_run_of_a_thread_is_not_active_elsewhere(store: Path):
    with logger.start_run() as outer:
        begun, done = threading.Event(), threading.Event()

        def work() -> None:
            with logger.start_run(nested=True):
                begun.set()
                assert done.wait(timeout=20)

        thread = threading.Thread(target=work)
        thread.start()
        assert begun.wait(timeout=20)
        assert logger.active_run() is outer
        in_thread(lambda: logger.log_metric("loss", 1.0))
        done.set()
        thread.join()

    assert [list(record.metrics) for record in runs_of(store)] == [["loss"], []]


async def nested_at_once(number: int, all_begun: asyncio.Barrier) -> logger.Run:
    with logger.start_run(run_name=f"trial {number}", nested=True) as run:
        await all_begun.wait()
        logger.log_metric("number", number)
        await all_begun.wait()
        with logger.start_run(run_name=f"within {number}", nested=True):
            await all_begun.wait()
        assert logger.active_run() is run
        return run


async def three_trials() -> None:
    barrier = asyncio.Barrier(3)
    await asyncio.gather(*(nested_at_once(number, barrier) for number in range(3)))


@pytest.mark.parametrize("around", ["nothing", "a run before the loop", "a run in the main task"])
def test_nested_runs_of_tasks_lie_in_the_run_around_them_and_never_in_each_other(store: Path, around: str):
    async def in_a_run() -> None:
        with logger.start_run(run_name="outer"):
            await three_trials()

    if around == "nothing":
        asyncio.run(three_trials())
    elif around == "a run in the main task":
        asyncio.run(in_a_run())
    else:
        with logger.start_run(run_name="outer"):
            asyncio.run(three_trials())

    records = {record.name: record for record in runs_of(store)}
    outer = records["outer"].run_id if "outer" in records else None
    for number in range(3):
        trial = records[f"trial {number}"]
        assert (trial.parent, trial.metrics["number"].last) == (outer, number)
        assert records[f"within {number}"].parent == trial.run_id


def test_task_that_starts_a_run_after_another_task_is_done_nests_in_what_that_left_open(store: Path):
    async def start() -> None:
        logger.start_run()

    async def start_nested() -> None:
        logger.start_run(nested=True)

    asyncio.run(start())
    asyncio.run(start_nested())

    outer, inner = runs_of(store)
    assert inner.parent == outer.run_id


def test_run_ended_elsewhere_is_no_longer_active(store: Path):
    logger.start_run()
    in_thread(logger.end_run)

    logger.log_metric("loss", 1.0)

    assert len(runs_of(store)) == 2


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:5000",
        "https://example.org/mlflow",
        "databricks",
        "databricks://profile",
        "sqlite:///mlflow.db",
        "postgresql+psycopg2://user:secret@host/db",
        "s3://bucket/runs",
        "gs://bucket",
        "http:x",
        "HTTPS:/x",
        "sqlite:runs.db",
        "postgresql+psycopg2:x",
        "s3:bucket",
        "wandb:x",
        "Comet-ML:project",
        "server:runs/tracking",
        "aim://x",
        Path("http://localhost:5000"),
        "file://other-host/data",
    ],
    ids=str,
)
def test_uri_that_is_no_folder_is_refused_and_says_what_there_is(store: Path, tmp_path: Path, uri: str):
    with pytest.raises(InvalidValue, match=r"(?s)tracking URI.*Allowed: a path.*Try: "):
        logger.set_tracking_uri(uri)

    with logger.start_run():
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["tracking"]
    assert logger.get_tracking_uri() == str(store)


@pytest.mark.parametrize(
    "name", ["2026-11-22 10:30", "a:b", "my runs: old", "réseau:1", "./wandb:x", "runs/wandb:x", ":", "C:\\x"]
)
def test_folder_may_have_a_colon_in_its_name(store: Path, tmp_path: Path, name: str):
    logger.set_tracking_uri(name)

    with logger.start_run():
        pass
    only_run(tmp_path / name)


def test_folder_that_is_there_is_no_address(store: Path, tmp_path: Path):
    (tmp_path / "wandb:x").mkdir()

    logger.set_tracking_uri("wandb:x")

    assert logger.get_tracking_uri() == str(tmp_path / "wandb:x")


@pytest.mark.parametrize("uri", [None, 3, b"tracking"], ids=repr)
def test_uri_of_a_wrong_type_is_refused(store: Path, uri: object):
    with pytest.raises(InvalidType, match="tracking URI"):
        logger.set_tracking_uri(uri)  # type: ignore[arg-type]


@pytest.mark.parametrize("uri", ["", "  ", "a\0b"], ids=repr)
def test_uri_that_is_no_path_is_refused(store: Path, uri: str):
    with pytest.raises(InvalidValue, match="is no path"):
        logger.set_tracking_uri(uri)


def test_uri_may_be_a_file_url_or_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))

    logger.set_tracking_uri(f"file://{tmp_path}/My%20Runs")
    assert logger.get_tracking_uri() == str(tmp_path / "My Runs")

    logger.set_tracking_uri("~/runs")
    assert logger.get_tracking_uri() == str(tmp_path / "runs")


def test_relative_uri_stays_where_it_was_when_the_program_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    logger.set_tracking_uri("runs")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    with logger.start_run():
        pass

    only_run(tmp_path / "runs")


def test_default_store_is_tracking_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    with logger.start_run():
        pass

    only_run(tmp_path / "tracking")


def test_file_in_the_place_of_a_store_is_refused_at_once(store: Path, tmp_path: Path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(StoreError, match="is no folder"):
        logger.set_tracking_uri(tmp_path / "file")
    with pytest.raises(StoreError, match="is no folder"):
        logger.set_tracking_uri(tmp_path / "file" / "below")


def test_store_of_a_newer_format_is_refused_by_name(store: Path):
    store.mkdir()
    (store / "runfolio.json").write_text('{"format": 2}')

    with pytest.raises(NewerFormat, match=r"(?s)has format 2.*pip install --upgrade runfolio"):
        logger.start_run()
    with pytest.raises(NewerFormat):
        logger.set_tracking_uri(store)

    assert [path.name for path in store.iterdir()] == ["runfolio.json"]


def test_set_experiment_refuses_at_once_and_leaves_no_trace(store: Path):
    with pytest.raises(InvalidName, match=r'(?s)experiment name 123 is an int.*Allowed: .*Try: "123"'):
        logger.set_experiment(123)  # type: ignore[arg-type]

    assert not store.exists()


def test_set_experiment_refuses_another_case_of_an_existing_name(store: Path):
    logger.set_experiment("Réseau")
    with logger.start_run():
        pass

    with pytest.raises(NameClash, match=r'Try: "Réseau"'):
        logger.set_experiment("RÉSEAU")
    logger.set_experiment("Re\u0301seau")  # the same letters in another Unicode form

    with logger.start_run() as run:
        assert run.experiment == "Réseau"


def test_experiment_of_the_call_outweighs_the_one_set(store: Path):
    logger.set_experiment("set")
    with logger.start_run(experiment="given"):
        pass
    with logger.start_run():
        pass

    assert [record.experiment for record in runs_of(store)] == ["given", "set"]


def test_environment_chooses_store_experiment_and_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOGGER_TRACKING_URI", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("LOGGER_EXPERIMENT", "from the job")
    monkeypatch.setenv("LOGGER_USER", "Ada")

    with logger.start_run():
        pass

    record = only_run(tmp_path / "elsewhere")
    assert (record.experiment, record.provenance["user"]) == ("from the job", "Ada")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOGGER_TRACKING_URI", "http://localhost"),
        ("LOGGER_EXPERIMENT", " x"),
        ("LOGGER_USER", "a\nb"),
        ("LOGGER_RUN_ID", "baseline"),
        ("LOGGER_MODE", "offline"),
    ],
)
def test_wrong_variable_is_named_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)

    with pytest.raises(
        InvalidValue if "URI" in variable or "MODE" in variable else InvalidName, match=variable
    ):
        logger.start_run()

    assert list(tmp_path.iterdir()) == []


def test_empty_variables_count_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("TRACKING_URI", "EXPERIMENT", "RUN_ID", "MODE", "USER"):
        monkeypatch.setenv(f"LOGGER_{name}", "")

    with logger.start_run():
        pass

    assert only_run(tmp_path / "tracking").experiment == "Default"


WANTED = "0199f3c2a7d87c1e9b0a5d3f6e2c4b18"


def in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has started so far was another one's."""
    monkeypatch.setattr(fluent, "_last", None)


def test_run_id_of_the_environment_creates_then_resumes(store: Path, monkeypatch: pytest.MonkeyPatch):
    wanted = WANTED
    monkeypatch.setenv("LOGGER_RUN_ID", wanted)

    with logger.start_run(experiment="requeued") as run:
        logger.log_metric("loss", 1.0)
        with logger.start_run(nested=True) as nested:
            assert nested.run_id != wanted
    in_another_process(monkeypatch)
    with logger.start_run() as again:
        logger.log_metric("loss", 0.5)

    assert run.run_id == again.run_id == wanted
    record = next(record for record in runs_of(store) if record.run_id == wanted)
    assert (record.experiment, values_of(store, record, "loss")) == ("requeued", [1.0, 0.5])


def test_run_id_of_the_environment_is_for_the_first_run_of_a_process(
    store: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LOGGER_RUN_ID", WANTED)

    with logger.start_run(run_name="first"):
        pass
    with logger.start_run(run_name="second") as second:
        pass

    assert second.run_id != WANTED
    assert {record.name for record in runs_of(store)} == {"first", "second"}


def test_run_id_of_the_environment_is_for_a_nested_run_too_when_nothing_is_around_it(
    store: Path, monkeypatch: pytest.MonkeyPatch
):
    run_id = "0199f3c2a7d87c1e9b0a5d3f6e2c4b18"
    monkeypatch.setenv("LOGGER_RUN_ID", run_id)

    with logger.start_run(nested=True) as outer, logger.start_run(nested=True) as inner:
        pass

    assert outer.run_id == run_id
    assert inner.run_id != run_id


def test_run_of_the_environment_keeps_its_name_and_another_one_is_given_on_purpose(
    store: Path, monkeypatch: pytest.MonkeyPatch
):
    with logger.start_run(run_name="of the parent") as parent:
        pass
    monkeypatch.setenv("LOGGER_RUN_ID", parent.run_id)
    in_another_process(monkeypatch)

    with logger.start_run(run_name="of the child") as run:
        assert run.name == "of the parent"
    assert only_run(store).name == "of the parent"

    with logger.start_run(parent.run_id, run_name="new"):
        pass
    assert only_run(store).name == "new"


def test_error_that_comes_from_the_run_of_the_environment_names_the_variable(
    store: Path, monkeypatch: pytest.MonkeyPatch
):
    with logger.start_run(experiment="one") as parent:
        pass
    monkeypatch.setenv("LOGGER_RUN_ID", parent.run_id)
    in_another_process(monkeypatch)

    with pytest.raises(RunError, match=r"(?s)LOGGER_RUN_ID.*'one', not to 'two'.*unset LOGGER_RUN_ID"):
        logger.start_run(experiment="two")


def test_disabled_mode_checks_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGGER_MODE", "disabled")
    source = tmp_path.parent / f"{tmp_path.name}.txt"
    source.write_text("x")

    logger.set_experiment("dry run")
    with logger.start_run(tags={"a": "b"}) as run:
        assert is_run_id(run.run_id)
        assert (run.experiment, run.folder) == ("dry run", None)
        logger.log_metric("loss", 1.0, step=3)
        logger.log_metrics({"loss": 1.0}, timestamp=1.0)
        logger.log_params({"a": {"b": 1}})
        logger.log_artifact(source)
        logger.log_text("x", "x.txt")
        run.flush(durable=True)
        for call in (
            lambda: logger.log_metric("loss\n", 1.0),
            lambda: logger.log_metric("loss", "1"),
            lambda: logger.log_metric("loss", 1.0, step=1.5),
            lambda: logger.log_param("a.b", 2),
            lambda: logger.log_text("x", "../x"),
        ):
            with pytest.raises(logger.LoggerError):
                call()
        assert "running" in run._repr_html_()
    with pytest.raises(RunError):
        run.log_metric("loss", 1.0)

    assert list(tmp_path.iterdir()) == []
    assert run.status == "finished"


def test_search_in_disabled_mode_finds_nothing_where_there_is_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGGER_MODE", "disabled")
    with logger.start_run(experiment="fake box") as run:
        run.log_metric("loss", 1.0)

    assert logger.search_runs().num_rows == 0
    assert logger.search_runs("fake box", "metrics.loss < 1").num_rows == 0
    assert logger.search_runs(["fake box"], output_format="list") == []
    assert logger.search_experiments().num_rows == 0
    for call in (lambda: logger.get_run(run.run_id), lambda: logger.get_metric_history(run.run_id, "loss")):
        with pytest.raises(RunNotFound):
            call()


def test_search_functions_look_at_the_chosen_store(store: Path):
    with logger.start_run(experiment="one") as run:
        run.log_param("depth", 3)
        run.log_metric("loss", 0.5, step=1)
        run.log_metric("loss", 0.25, step=2)

    table = logger.search_runs(filter_string="metrics.loss < 0.3 AND params.depth = 3")

    assert table["run_id"].to_pylist() == [run.run_id]
    assert table["metrics.loss"].to_pylist() == [0.25]
    assert [record.run_id for record in logger.search_runs("one", output_format="list")] == [run.run_id]
    assert logger.get_run(run.run_id).params == {"depth": 3}
    assert logger.get_metric_history(run.run_id, "loss")["value"].to_pylist() == [0.5, 0.25]
    assert logger.search_experiments()["name"].to_pylist() == ["one"]


def test_search_without_a_store_says_where_it_looked(store: Path):
    with pytest.raises(StoreNotFound, match="tracking"):
        logger.search_runs()


def test_uri_of_another_path_type_is_taken(tmp_path: Path):
    class Folder(os.PathLike[str]):
        def __fspath__(self) -> str:
            return str(tmp_path / "runs")

    logger.set_tracking_uri(Folder())

    assert logger.get_tracking_uri() == str(tmp_path / "runs")
