"""`logger.run`: what a run takes, refuses, and says at its end."""

from __future__ import annotations

import argparse
import copy
import dataclasses
import gc
import math
import pickle
import threading
import weakref
from pathlib import Path

import pytest
from pydantic import BaseModel
from stored import only_run, runs_of, steps_of, values_of

import logger
from logger import (
    InvalidName,
    InvalidType,
    InvalidValue,
    NameClash,
    ParamConflict,
    RunError,
    RunNotFound,
    WriteFailed,
    opening,
    start_run,
)
from logger.errors import StoreError
from logger.run import ended_here


def test_three_lines_make_a_finished_run(store: Path):
    with start_run(experiment="fake box") as run:
        run.log_param("n_estimators", 100)
        run.log_metric("auc/train", 0.91, step=1)

    record = only_run(store)
    assert (record.run_id, record.experiment, record.status) == (run.run_id, "fake box", "finished")
    assert record.params == {"n_estimators": 100}
    assert record.metrics["auc/train"].last == 0.91
    assert record.problems == ()


def test_everything_said_of_a_run_comes_back(store: Path):
    with start_run(
        run_name="first try", tags={"stage": "draft", "fold": 3}, description="a *note*", user="Ada"
    ) as run:
        run.set_tag("stage", "done")
        run.define_metric("auc", goal="max")
        run.define_metric("auc", unit="%")

    record = only_run(store)
    assert (record.name, record.note) == ("first try", "a *note*")
    assert record.tags == {"stage": "done", "fold": "3"}
    assert (record.definitions["auc"].goal, record.definitions["auc"].unit) == ("max", "%")
    assert record.provenance["user"] == "Ada"
    assert record.ended is not None
    assert record.ended >= record.started


def test_run_without_a_name_gets_two_words(store: Path):
    with start_run() as run:
        pass

    assert only_run(store).name == run.name
    assert len(run.name.split("-")) == 2


def test_params_keep_their_types(store: Path):
    params = {"text": "1", "whole": 1, "real": 1.0, "flag": True, "none": None, "nan": math.nan}

    with start_run() as run:
        run.log_params(params)

    found = only_run(store).params
    assert math.isnan(found.pop("nan"))
    params.pop("nan")
    assert {key: (type(value), value) for key, value in found.items()} == {
        key: (type(value), value) for key, value in params.items()
    }


@dataclasses.dataclass
class Optimizer:
    lr: float = 0.1
    betas: tuple[float, float] = (0.9, 0.99)


class Model(BaseModel):
    depth: int = 3


def test_nested_params_are_flattened_to_dotted_names(store: Path):
    with start_run() as run:
        run.log_param("opt", Optimizer())
        run.log_param("model", Model())
        run.log_params(argparse.Namespace(seed=7))
        run.log_params({"data": {"rows": 10, "columns": ["a", "b"], "empty": {}}})

    assert only_run(store).params == {
        "opt.lr": 0.1,
        "opt.betas.0": 0.9,
        "opt.betas.1": 0.99,
        "model.depth": 3,
        "seed": 7,
        "data.rows": 10,
        "data.columns.0": "a",
        "data.columns.1": "b",
        "data.empty": {},
    }


def test_same_param_again_is_fine_and_another_value_is_refused(store: Path):
    with start_run() as run:
        run.log_param("depth", 3)
        run.log_param("depth", 3)
        run.log_param("nan", math.nan)
        run.log_param("nan", math.nan)

        with pytest.raises(ParamConflict, match=r"(?s)param 'depth' is 3, not 4\..*Allowed: .*Try: "):
            run.log_params({"new": 1, "depth": 4})

    assert only_run(store).params["depth"] == 3
    assert "new" not in only_run(store).params


def test_true_and_one_are_different_params(store: Path):
    with start_run() as run:
        run.log_param("flag", True)

        with pytest.raises(ParamConflict):
            run.log_param("flag", 1)


def test_resumed_run_checks_params_against_the_store(store: Path):
    with start_run() as run:
        run.log_param("depth", 3)

    with start_run(run.run_id) as resumed:
        resumed.log_param("depth", 3)
        with pytest.raises(ParamConflict):
            resumed.log_param("depth", 4)

    assert only_run(store).conflicts == ()


def test_resumed_run_counts_steps_on(store: Path):
    with start_run() as run:
        for _ in range(3):
            run.log_metric("loss", 1.0)
        run.log_metric("acc", 1.0, step=41)

    with start_run(run_id=run.run_id) as resumed:
        resumed.log_metric("loss", 0.5)
        resumed.log_metric("acc", 0.5)

    assert resumed.run_id == run.run_id
    assert steps_of(store, only_run(store), "loss") == [0, 1, 2, 3]
    assert steps_of(store, only_run(store), "acc") == [41, 42]


def test_resumed_run_has_the_status_of_its_last_process(store: Path):
    with pytest.raises(ZeroDivisionError), start_run() as run:
        raise ZeroDivisionError("no")
    assert only_run(store).status == "failed"

    with start_run(run.run_id):
        pass

    assert (only_run(store).status, only_run(store).reason) == ("finished", None)
    assert [writer.role for writer in only_run(store).writers] == ["create", "resume"]


def test_resuming_can_rename_and_describe(store: Path):
    with start_run(run_name="draft") as run:
        pass

    with start_run(run.run_id, run_name="final", description="done", tags={"a": "b"}):
        pass

    record = only_run(store)
    assert (record.name, record.note, record.tags) == ("final", "done", {"a": "b"})


def test_id_may_be_written_as_a_uuid(store: Path):
    with start_run() as run:
        pass
    text = run.run_id.upper()
    text = "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])

    with start_run(text) as resumed:
        assert resumed.run_id == run.run_id


def test_text_that_is_no_id_proposes_run_name(store: Path):
    with pytest.raises(InvalidName, match=r"start_run\(run_name='baseline'\)"):
        start_run("baseline")

    assert not store.exists()


def test_unknown_id_is_not_found(store: Path):
    with start_run():
        pass

    with pytest.raises(RunNotFound, match="0199"):
        start_run("0199f3c2a7d87c1e9b0a5d3f6e2c4b18")

    assert len(runs_of(store)) == 1


def test_resuming_in_another_experiment_is_refused(store: Path):
    with start_run(experiment="one") as run:
        pass

    with pytest.raises(RunError, match=r"belongs to experiment 'one', not to 'two'"):
        start_run(run.run_id, experiment="two")


def test_number_as_experiment_is_refused_with_a_proposal_and_leaves_no_trace(store: Path):
    with pytest.raises(InvalidName, match=r'(?s)experiment name 123 is an int.*Try: "123"'):
        start_run(experiment=123)  # type: ignore[arg-type]

    assert not store.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"run_name": "a\nb"},
        {"tags": {"": "x"}},
        {"tags": {"x": object()}},
        {"tags": "x"},
        {"user": " "},
        {"description": 3},
        {"experiment": "a//b"},
        {"run_id": 7},
    ],
    ids=lambda wrong: f"{next(iter(wrong))}: {next(iter(wrong.values()))!r}"[:30],
)
def test_wrong_argument_of_start_run_leaves_no_trace(store: Path, wrong: dict[str, object]):
    with pytest.raises((InvalidName, InvalidType)):
        start_run(**wrong)  # type: ignore[arg-type]

    assert not store.exists()


def test_name_that_differs_only_in_case_is_refused_with_the_existing_one(store: Path):
    with start_run(experiment="Fake Box"):
        pass

    with pytest.raises(NameClash, match=r'(?s)fake box.*Try: "Fake Box"'):
        start_run(experiment="fake box")

    assert len(runs_of(store)) == 1


def test_names_that_look_like_paths_stay_below_the_store(store: Path, tmp_path: Path):
    with start_run(experiment="a/b/c", run_name="x/y") as run:
        run.log_metric("loss/train", 1)

    assert only_run(store).experiment == "a/b/c"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tracking"]


@pytest.mark.parametrize("value", ["1", None, 1j, [1.0], {}], ids=repr)
def test_metric_that_is_no_number_is_refused_and_names_the_key(store: Path, value: object):
    with start_run() as run:
        with pytest.raises((InvalidType, InvalidValue), match="loss"):
            run.log_metric("loss", value)
        with pytest.raises((InvalidType, InvalidValue), match="loss"):
            run.log_metrics({"other": 1.0, "loss": value})

    assert only_run(store).metrics == {}


def test_metrics_must_be_a_mapping(store: Path):
    with start_run() as run, pytest.raises(InvalidType, match="log_metrics"):
        run.log_metrics([("a", 1.0)])  # type: ignore[arg-type]


def test_nan_and_infinities_are_kept(store: Path):
    with start_run() as run:
        for value in (math.nan, math.inf, -math.inf, 1.0):
            run.log_metric("loss", value)

    first, *others = values_of(store, only_run(store), "loss")
    assert math.isnan(first)
    assert others == [math.inf, -math.inf, 1.0]


def test_step_that_goes_back_is_kept_and_said_once_per_metric(store: Path):
    with start_run() as run:
        run.log_metric("loss", 1.0, step=5)
        with pytest.warns(RuntimeWarning, match=r"'loss' goes back from step 5 to step 1"):
            run.log_metric("loss", 0.9, step=1)
        run.log_metric("loss", 0.8, step=2)

    assert steps_of(store, only_run(store), "loss") == [5, 1, 2]


def test_timestamps_are_seconds_or_aware_datetimes(store: Path):
    with start_run() as run:
        run.log_metric("loss", 1.0, timestamp=1_700_000_000.5)
        with pytest.raises(InvalidValue, match="milliseconds"):
            run.log_metric("loss", 1.0, timestamp=1_700_000_000_500)

    assert only_run(store).metrics["loss"].last_time == 1_700_000_000_500_000


def test_calls_after_the_end_say_that_the_run_has_ended(store: Path):
    with start_run() as run:
        pass

    for call in (
        lambda: run.log_metric("loss", 1.0),
        lambda: run.log_metrics({"loss": 1.0}),
        lambda: run.log_param("a", 1),
        lambda: run.set_tag("a", "b"),
        lambda: run.define_metric("loss", goal="min"),
        lambda: run.log_text("x", "x.txt"),
    ):
        with pytest.raises(RunError, match=rf"(?s)has ended \(finished\).*{run.run_id}"):
            call()

    assert only_run(store).metrics == {}
    run.end()
    run.flush()


def test_points_are_sealed_at_the_end(store: Path):
    with start_run() as run:
        run.log_metric("loss", 1.0)
        assert run.folder is not None
        assert [path.suffix for path in run.folder.glob("points-*")] == [".arrows"]

    assert [path.suffix for path in run.folder.glob("points-*")] == [".arrow"]
    assert only_run(store).writers[0].sealed


def test_points_are_on_disk_when_the_call_returns(store: Path):
    with start_run() as run:
        run.log_metric("loss", 1.0)
        run.log_metrics({"loss": 0.5, "acc": 0.1})

        record = only_run(store)
        assert record.status == "running"
        assert values_of(store, record, "loss") == [1.0, 0.5]


@pytest.mark.parametrize("status", ["finished", "failed", "killed", "FINISHED"])
def test_end_takes_a_status(store: Path, status: str):
    run = start_run()

    run.end(status)

    assert only_run(store).status == run.status == status.lower()


def test_unknown_status_is_refused_and_the_run_goes_on(store: Path):
    run = start_run()

    with pytest.raises(InvalidValue, match="'done' is no ending"):
        run.end("done")

    run.log_metric("loss", 1.0)


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (ValueError("bad\nthing"), "failed", "ValueError: bad\nthing"),
        (ValueError(), "failed", "ValueError"),
        (KeyboardInterrupt(), "killed", "KeyboardInterrupt"),
        (SystemExit(0), "finished", None),
        (SystemExit(), "finished", None),
        (SystemExit(3), "failed", "SystemExit: 3"),
        (SystemExit("no data"), "failed", "SystemExit: no data"),
    ],
    ids=repr,
)
def test_exception_that_leaves_a_run_tells_its_status(
    store: Path, error: BaseException, status: str, reason: str | None
):
    with pytest.raises(type(error)), start_run():
        raise error

    assert (only_run(store).status, only_run(store).reason) == (status, reason)


def test_exception_that_cannot_describe_itself_is_not_hidden(store: Path):
    class Mute(Exception):
        def __str__(self) -> str:
            raise TypeError

    with pytest.raises(Mute), start_run():
        raise Mute

    assert only_run(store).reason == "Mute"


def test_threads_log_into_one_run_without_losing_a_point(store: Path):
    with start_run() as run:

        def work(number: int) -> None:
            for step in range(200):
                run.log_metric(f"loss/{number}", step, step=step)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    record = only_run(store)
    assert all(steps_of(store, record, f"loss/{number}") == list(range(200)) for number in range(8))


def go_elsewhere():
    """From now on, this is another process as far as pickled runs can tell."""
    opening._here.clear()
    ended_here.clear()


def test_copy_of_an_open_run_is_the_run(store: Path):
    with start_run() as run:
        assert pickle.loads(pickle.dumps(run)) is run
        assert copy.deepcopy({"callback": [run]}) == {"callback": [run]}
        assert copy.copy(run) is run


def test_copy_made_before_the_end_is_the_ended_run_here(store: Path):
    with start_run() as run:
        sent = pickle.dumps(run)

    assert pickle.loads(sent) is run
    with pytest.raises(RunError, match="has ended"):
        pickle.loads(sent).log_metric("late", 1.0)


def test_copy_made_before_the_end_has_ended_here_when_the_run_itself_is_gone(store: Path):
    with start_run() as run:
        run.log_param("depth", 3)
        sent = pickle.dumps(run)
    gone = weakref.ref(run)
    del run
    with start_run():  # the last run is kept
        pass
    gc.collect()
    assert gone() is None

    late = pickle.loads(sent)

    assert late.status == "finished"
    calls = (
        lambda: late.log_metric("late", 1.0),
        lambda: late.log_param("late", 1),
        lambda: late.log_text("x", "late.txt"),
        lambda: late.define_metric("late", goal="max"),
    )
    for call in calls:
        with pytest.raises(RunError, match=r'has ended \(finished\)(?s:.*)start_run\("[0-9a-f]{32}"\)'):
            call()
    record = next(record for record in runs_of(store) if record.run_id == late.run_id)
    assert [writer.role for writer in record.writers] == ["create"]
    with start_run(late.run_id) as again:
        assert pickle.loads(sent) is again


def test_copy_of_an_ended_run_has_ended(store: Path):
    with start_run() as run:
        pass
    go_elsewhere()

    elsewhere = pickle.loads(pickle.dumps(run))

    assert (elsewhere.run_id, elsewhere.name, elsewhere.status) == (run.run_id, run.name, "finished")
    with pytest.raises(RunError, match="has ended"):
        elsewhere.log_metric("loss", 1.0)


def test_run_from_another_process_joins_with_the_first_call_that_writes(store: Path):
    with start_run() as run:
        run.log_metric("loss", 1.0, step=4)
        run.log_param("depth", 3)
        go_elsewhere()

        guest = pickle.loads(pickle.dumps(run))

        assert guest is not run
        assert (guest.run_id, guest.name, guest.folder) == (run.run_id, run.name, run.folder)
        assert len(only_run(store).writers) == 1
        guest.log_metric("loss", 0.5)
        with pytest.raises(ParamConflict):
            guest.log_param("depth", 4)
        guest.log_text("x", "x.txt")
        guest.define_metric("loss", goal="min")
        guest.set_tag("a", "b")
        guest.end()

    record = only_run(store)
    assert [(writer.role, writer.ended, writer.sealed) for writer in record.writers] == [
        ("create", True, True),
        ("join", True, True),
    ]
    assert steps_of(store, record, "loss") == [4, 5]
    assert (record.status, record.tags, record.artifacts[0].path) == ("finished", {"a": "b"}, "x.txt")


@pytest.mark.parametrize(
    "call",
    [
        lambda run: run.log_param("a", 1),
        lambda run: run.define_metric("a", goal="max"),
        lambda run: run.log_text("x", "x.txt"),
        lambda run: run.log_metrics({"a": 1}),
        lambda run: run.set_tag("a", "b"),
    ],
    ids=["param", "definition", "artifact", "metrics", "tag"],
)
def test_whatever_is_written_first_joins_the_run(store: Path, call):
    with start_run() as run:
        go_elsewhere()
        guest = pickle.loads(pickle.dumps(run))
        call(guest)
        guest.end()

    assert [writer.role for writer in only_run(store).writers] == ["create", "join"]


def test_run_from_another_process_never_resumes_a_run_that_has_ended(store: Path):
    with start_run() as run:
        sent = pickle.dumps(run)
    go_elsewhere()

    guest = pickle.loads(sent)
    guest.log_metric("late", 1.0)
    assert only_run(store).status == "finished"
    guest.end("failed")

    record = only_run(store)
    assert (record.status, list(record.metrics)) == ("finished", ["late"])


def test_run_from_another_process_that_writes_nothing_leaves_nothing(store: Path):
    with start_run() as run:
        go_elsewhere()
        with pickle.loads(pickle.dumps(run)):
            pass

    assert len(only_run(store).writers) == 1


def test_run_that_arrives_in_disabled_mode_writes_nothing(store: Path, monkeypatch: pytest.MonkeyPatch):
    with start_run() as run:
        go_elsewhere()
        monkeypatch.setenv("LOGGER_MODE", "disabled")
        with pickle.loads(pickle.dumps(run)) as guest:
            guest.log_metric("loss", 1.0)
            guest.log_param("depth", 3)
            guest.log_text("x", "x.txt")
            with pytest.raises(InvalidType):
                guest.log_metric("loss", "x")

    record = only_run(store)
    assert (len(record.writers), record.metrics, record.params, record.artifacts) == (1, {}, {}, ())


def test_pickled_run_of_disabled_mode_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGGER_MODE", "disabled")
    with start_run() as run:
        go_elsewhere()
        pickle.loads(pickle.dumps(run)).log_metric("loss", 1.0)

    assert list(tmp_path.iterdir()) == []


def test_durable_flush_and_repr(store: Path):
    with start_run(run_name="quick") as run:
        run.log_text("x", "notes/x.txt")
        run.log_metric("loss", 1)

        run.flush(durable=True)

        assert repr(run) == f"<Run 'quick' of 'Default', running: {run.run_id}>"


@pytest.mark.parametrize("made", [True, False], ids=["a store that is there", "a new store"])
def test_disk_that_is_full_at_the_start_is_an_error_that_says_what_to_do(
    store: Path, monkeypatch: pytest.MonkeyPatch, made: bool
):
    if made:
        start_run().end()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("logger.folders.Path.mkdir", full)
    what = "written" if made else "made"
    with pytest.raises(StoreError, match=f"cannot be {what}: No space left on device\\.") as caught:
        start_run()

    assert "None" not in str(caught.value)
    assert "Try: make room" in str(caught.value)


def test_text_that_no_encoder_takes_is_written_with_escapes(store: Path):
    with start_run(description="note \udc80", tags={"a": "\udc80"}) as run:
        run.log_param("file", "\udc80.csv")
        run.log_param("path", Path("\udc80"))
        run.set_tag("b", "\ud800")
    with start_run(run.run_id) as again:
        again.log_param("file", "\udc80.csv")

    record = only_run(store)
    assert record.note == r"note \udc80"
    assert record.params == {"file": r"\udc80.csv", "path": r"\udc80"}
    assert record.tags == {"a": r"\udc80", "b": r"\ud800"}
    assert record.conflicts == ()


@pytest.mark.parametrize("name", [["a"], {"a": 1}, {1}, (["a"],)], ids=repr)
def test_name_that_is_no_key_of_a_dict_is_refused_as_all_others(store: Path, name: object):
    with start_run() as run:
        run.log_metric("loss", 1.0)
        for call in (
            lambda: run.log_metric(name, 1.0),  # type: ignore[arg-type]
            lambda: run.log_param(name, 1),  # type: ignore[arg-type]
            lambda: run.set_tag(name, "x"),  # type: ignore[arg-type]
            lambda: run.define_metric(name, goal="max"),  # type: ignore[arg-type]
            lambda: run.log_text("x", name),  # type: ignore[arg-type]
            lambda: start_run(run_name=name, nested=True),  # type: ignore[arg-type]
            lambda: start_run(experiment=name, nested=True),  # type: ignore[arg-type]
            lambda: start_run(name, nested=True),  # type: ignore[arg-type]
            lambda: logger.set_experiment(name),  # type: ignore[arg-type]
            lambda: logger.get_metric_history(run.run_id, name),  # type: ignore[arg-type]
        ):
            with pytest.raises(InvalidName):
                call()
        with pytest.raises(InvalidType):
            logger.get_run(name)  # type: ignore[arg-type]

    assert list(only_run(store).metrics) == ["loss"]


def test_step_beyond_the_largest_is_refused_and_says_what_to_do(store: Path):
    with start_run() as run:
        run.log_metric("loss", 1.0, step=2**63 - 1)
        with pytest.raises(InvalidValue, match=r"(?s)does not fit 64 bits.*Try: a smaller step"):
            run.log_metric("loss", 1.0)
        with pytest.raises(InvalidValue, match=r"(?s)does not fit 64 bits.*Try: a smaller step"):
            run.log_metrics({"loss": 1.0})


def test_record_of_a_run_says_in_one_line_which_it_is(store: Path):
    with start_run(run_name="quick", experiment="fake box") as run:
        run.log_params({str(number): number for number in range(100)})

    assert repr(only_run(store)) == f"<RunRecord 'quick' of 'fake box', finished: {run.run_id}>"


def test_store_that_cannot_be_made_is_an_error_at_the_start(store: Path):
    store.write_text("in the way")

    with pytest.raises(StoreError, match="is no folder"):
        start_run()


def test_facts_that_never_reach_the_disk_raise_at_the_end(store: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    run = start_run()
    monkeypatch.setattr("logger.facts.os.write", full)
    with pytest.warns(RuntimeWarning, match="No space left"):
        run.log_param("depth", 3)
    run.set_tag("a", "b")

    with pytest.raises(WriteFailed, match="never reached the disk"):
        run.end()


def test_failing_disk_does_not_hide_the_users_exception(store: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    def train() -> None:
        with start_run() as run:
            monkeypatch.setattr("logger.facts.os.write", full)
            run.log_param("depth", 3)
            raise ZeroDivisionError

    with pytest.warns(RuntimeWarning), pytest.raises(ZeroDivisionError):
        train()


def test_failed_sealing_costs_no_point(store: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    run = start_run()
    run.log_metric("loss", 1.0)
    monkeypatch.setattr("logger.seal.seal_writer", fails)

    with pytest.warns(RuntimeWarning, match="stay unsealed"):
        run.end()

    assert values_of(store, only_run(store), "loss") == [1.0]
    assert only_run(store).status == "finished"


def test_removed_run_folder_is_made_again_with_all_that_was_said(store: Path):
    import shutil
    import time

    run = start_run(run_name="stays")
    run.log_param("depth", 3)
    run.log_metric("loss", 1.0)
    shutil.rmtree(store)
    time.sleep(1.1)  # the writer compares once a second

    with pytest.warns(RuntimeWarning):
        run.log_metric("loss", 2.0)
    run.end()

    record = only_run(store)
    assert (record.name, record.params, record.status) == ("stays", {"depth": 3}, "finished")
    assert values_of(store, record, "loss")[-1] == 2.0
