"""The module functions that write: a thin layer over the run that is active.

One run is active in a process, so that worker threads log into the run of the main thread; a context
variable lies over it, so that runs which threads and asyncio tasks start for themselves do not meet: none
of them is active for, or lies around, what its neighbours do. Nested runs end inwards out: when one ends,
the run it is nested in is active again.

Rules: names are checked before anything else, and a call that is refused leaves no trace on disk.
Left of here is `logger.opening`; beside it `logger.queries` are the functions that read.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

from .errors import InvalidName, InvalidType, RunError, explain

if (
    TYPE_CHECKING
):  # `import logger` stays light: what starting a run needs is imported by the first that starts
    import asyncio
    import weakref
    from collections.abc import Mapping

    Task = weakref.ref[asyncio.Task[object]]
    Place = tuple[weakref.ref[threading.Thread], Task | None]  # a thread, and a task in it

    from .layout import RunId
    from .run import Goal, Run

_active: ContextVar[Run | None] = ContextVar("runfolio_active_run", default=None)
_shared: Run | None = None  # the run of the process, for threads without one of their own
_shared_place: Place | None = None  # that started it
_last: Run | None = None
_exiting = False  # the interpreter is about to end
_starting = threading.RLock()  # two threads that log without a run start one together


def start_run(
    run_id: str | None = None,
    *,
    run_name: str | None = None,
    experiment: str | None = None,
    nested: bool = False,
    tags: Mapping[str, object] | None = None,
    description: str | None = None,
    user: str | None = None,
) -> Run:
    """Start a run, or resume one, and make it the active one. Best used as `with start_run() as run:`.

    Args:
        run_id: of a run to go on with; by default the run is new, but for the first of a process that
            has LOGGER_RUN_ID.
        run_name: what to call it; by default two words, and the same name may be used again.
        experiment: where it belongs; by default what `set_experiment` chose, else LOGGER_EXPERIMENT, else
            `Default`; for a nested run the experiment of the run around it.
        nested: start it inside the active run, if there is one.
        tags: as for `set_tags`.
        description: a note in Markdown.
        user: who runs this; is published with the run. By default LOGGER_USER.

    Raises: InvalidName, InvalidType, InvalidValue, NameClash: an argument or a LOGGER_ variable; nothing is
        written then. RunError: a run is active already. RunNotFound: no run has this id. StoreError: the
        store cannot be written.
    """
    from . import defaults, environment, folders, opening
    from .names import check_name, of_type, shown
    from .run import check_tags
    from .values import escaped

    wanted = _checked_id(run_id)
    disabled = environment.disabled()
    if experiment is not None:
        experiment = check_name(experiment, "experiment")
    if description is not None and not isinstance(description, str):
        raise InvalidType(explain(f"description {shown(description)} is {of_type(description)}.", "text."))
    with _starting:
        outer = _around()
        if outer is not None and not nested:
            raise RunError(
                explain(
                    f"run {outer.name!r} is active already.",
                    "one active run, and runs nested in it.",
                    "end_run() before it, or start_run(nested=True).",
                )
            )
        wish = opening.Wish(
            store=defaults.store(),
            experiment=experiment or (defaults.experiment() if outer is None else outer.experiment),
            experiment_given=experiment is not None,
            run_name=None if run_name is None else check_name(run_name, "run"),
            parent=outer,
            tags={} if tags is None else check_tags(tags),
            note=None if description is None else escaped(description),
            user=environment.user() if user is None else check_name(user, "user"),
        )
        inherited = environment.run_id() if _last is None and outer is None else None
        if disabled:
            run = opening.pretend(wish, wanted or inherited)
        elif wanted is not None:
            run = opening.again(wish, wanted)
        elif inherited is not None and folders.find_run(wish.store, inherited) is not None:
            run = opening.again(wish, inherited, inherited=True)
        else:
            run = opening.create(wish, inherited)
        _activate(run, nested)
    return run


def end_run(status: str = "finished") -> None:
    """End the active run; without one, nothing happens.

    Args:
        status: "finished", "failed" or "killed".

    Raises: as `Run.end`.
    """
    run = _current()
    if run is not None:
        run.end(status)


def active_run() -> Run | None:
    """The run that is logged into now; None when there is none."""
    return _current()


def last_active_run() -> Run | None:
    """The run that this process started last, ended or not."""
    return _current() or _last


def log_metric(key: str, value: object, step: object = None, timestamp: object = None) -> None:
    """`Run.log_metric` of the active run; starts one when there is none."""
    run = _active.get()
    if run is None or run.ended:
        run = _current_or_new()
    run.log_metric(key, value, step, timestamp)


def log_metrics(metrics: Mapping[str, object], step: object = None, timestamp: object = None) -> None:
    """`Run.log_metrics` of the active run; starts one when there is none."""
    _current_or_new().log_metrics(metrics, step, timestamp)


def log_param(key: str, value: object) -> None:
    """`Run.log_param` of the active run; starts one when there is none."""
    _current_or_new().log_param(key, value)


def log_params(params: object) -> None:
    """`Run.log_params` of the active run; starts one when there is none."""
    _current_or_new().log_params(params)


def set_tag(key: str, value: object) -> None:
    """`Run.set_tag` of the active run; starts one when there is none."""
    _current_or_new().set_tag(key, value)


def set_tags(tags: Mapping[str, object]) -> None:
    """`Run.set_tags` of the active run; starts one when there is none."""
    _current_or_new().set_tags(tags)


def define_metric(name: str, goal: Goal | None = None, unit: str | None = None, x: str | None = None) -> None:
    """`Run.define_metric` of the active run; starts one when there is none."""
    _current_or_new().define_metric(name, goal, unit, x)


def log_artifact(local_path: str | os.PathLike[str], artifact_path: str | None = None) -> None:
    """`Run.log_artifact` of the active run; starts one when there is none."""
    _current_or_new().log_artifact(local_path, artifact_path)


def log_artifacts(local_dir: str | os.PathLike[str], artifact_path: str | None = None) -> None:
    """`Run.log_artifacts` of the active run; starts one when there is none."""
    _current_or_new().log_artifacts(local_dir, artifact_path)


def log_text(text: str, artifact_file: str) -> None:
    """`Run.log_text` of the active run; starts one when there is none."""
    _current_or_new().log_text(text, artifact_file)


def log_dict(dictionary: object, artifact_file: str) -> None:
    """`Run.log_dict` of the active run; starts one when there is none."""
    _current_or_new().log_dict(dictionary, artifact_file)


def _checked_id(run_id: object) -> RunId | None:
    if run_id is None:
        return None
    from . import environment
    from .names import of_type, shown

    if not isinstance(run_id, str):
        raise InvalidName(
            explain(f"run_id {shown(run_id)} is {of_type(run_id)}.", "32 hex digits, as in `run.run_id`.")
        )
    return environment.read_run_id(run_id, "run_id")


def _activate(run: Run, nested: bool) -> None:
    global _shared, _shared_place, _last
    place = _place()
    if not nested or _still_open(_shared) is None or _shared_place == place:
        _shared, _shared_place = run, place
    _active.set(run)
    _last = run


def _current() -> Run | None:
    return _still_open(_active.get()) or _still_open(_shared)


def _current_or_new() -> Run:
    run = _active.get()  # nearly always this one, and so the cheapest to ask
    if run is not None and not run.ended:
        return run
    run = _current()
    if run is None:
        with _starting:
            run = _current()
            if run is None:
                _check_that_the_process_goes_on()
                _warn_of_a_stray_run()
                run = start_run()
    return run


def _check_that_the_process_goes_on() -> None:
    lifecycle = sys.modules.get("logger.lifecycle")  # there since the first run
    if _exiting or (lifecycle is not None and lifecycle.exiting):
        raise RunError(explain("no run is open, and none starts while the interpreter shuts down."))


def _warn_of_a_stray_run() -> None:
    process = sys.modules.get("multiprocessing.process")
    if process is None or process.parent_process() is None:
        return
    from . import environment
    from .turn import warn_user

    if _last is None and environment.run_id() is None and not environment.disabled():
        warn_user(
            explain(
                "a worker process logs without a run, and starts one of its own.",
                "hand it the parent's run as an argument, and call run.log_metric(…) and the like.",
                "LOGGER_RUN_ID in its environment, or start_run() in it, for a run of its own.",
            )
        )


def _at_exit() -> None:
    global _exiting
    _exiting = True
    if _last is not None:
        from . import lifecycle

        lifecycle.end_all()


# Hooks run in reverse order. This one is there since the import, so those of the program come before it,
# and what they log is taken.
atexit.register(_at_exit)


def _renew_lock_in_child() -> None:
    global _starting
    _starting = threading.RLock()  # a thread that does not exist here may have held the other


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock_in_child)


def _still_open(run: Run | None) -> Run | None:
    """The run, or the innermost of those around it that is open."""
    while run is not None and run.ended:
        run = run.parent
    return run


def _around() -> Run | None:
    """The run that a further one lies in.

    A run that a neighbour, thread or task, started for itself is none, though threads without a run log
    into it.
    """
    own = _still_open(_active.get())
    if own is not None or _shared_place is None:
        return own
    (thread, task), (its_thread, its_task) = _place(), _shared_place
    if thread == its_thread:
        foreign = task is not None and its_task is not None and task != its_task and _is_at_work(its_task)
    else:
        foreign = its_thread() is not threading.main_thread()
    return None if foreign else _still_open(_shared)


def _place() -> Place:
    """Where this call is made: the thread, and the task of asyncio if it is one."""
    import weakref

    thread = weakref.ref(threading.current_thread())  # an ident is given to a later thread again
    tasks = sys.modules.get("asyncio.tasks")  # where nobody has imported it, there are none
    if tasks is None:
        return thread, None
    try:
        task = tasks.current_task()
    except RuntimeError:  # no loop runs here
        return thread, None
    return thread, None if task is None else weakref.ref(task)


def _is_at_work(reference: Task) -> bool:
    task = reference()
    return task is not None and not task.done()
