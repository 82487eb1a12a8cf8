"""Drawn first: the runs that charts show before any click, and those in progress that are kept in sight."""

from __future__ import annotations

from collections.abc import Sequence

from .rundata import RunData

RUN_COLORS = 10  # a run's colour is its ordinal modulo this
MOST_WATCHED = 4  # runs in progress that are kept in sight


def watched_runs(runs: Sequence[RunData]) -> tuple[int, ...]:
    """The newest runs known to live, and the one before them, of the same parent, that does not."""
    live = [run for run in reversed(runs) if run.record.status == "running" and run.record.alive][
        :MOST_WATCHED
    ]
    if not live:
        return ()
    others = (
        run.ordinal
        for run in reversed(runs[: live[0].ordinal])
        if run not in live and run.all_points and run.record.parent == live[0].record.parent
    )
    before = next(others, None)
    return (*(run.ordinal for run in live), *(() if before is None else (before,)))


def drawn_first(
    runs: Sequence[RunData], ranked: Sequence[int], baseline: int | None, watched: Sequence[int], count: int
) -> tuple[int, ...]:
    """The best by goal, the baseline, what is running and the run before it, then the newest.

    The best one, the baseline and what is running or watched always; of the others those first whose colour
    none has yet, so that ten runs are told apart at first sight. A run of which no point could be read takes
    no place.
    """
    with_points = [run for run in runs if run.all_points]
    drawable = {run.ordinal for run in with_points}
    ranked = [ordinal for ordinal in ranked if ordinal in drawable]
    running = [run.ordinal for run in reversed(with_points) if run.record.status == "running"]
    newest = [run.ordinal for run in reversed(with_points)]
    compared = [baseline] if baseline is not None and baseline in drawable else []
    watching = [ordinal for ordinal in watched if ordinal in drawable]
    certain = dict.fromkeys([*ranked[:1], *compared, *watching, *running])
    wanted = dict.fromkeys([*certain, *ranked, *newest])
    first_of_color: dict[int, int] = {}
    for ordinal in wanted:
        first_of_color.setdefault(ordinal % RUN_COLORS, ordinal)
    chosen = dict.fromkeys([*certain, *first_of_color.values(), *wanted])
    return tuple(sorted(list(chosen)[:count]))
