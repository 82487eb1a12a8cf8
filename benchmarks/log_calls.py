"""Promise: a log call through the module functions costs no more than appending a csv line and flushing it.

Measures tight loops over `logger.log_metric` and `logger.log_metrics`, each next to the csv writer, in turns.
The mean comes from loops without a clock inside; p50 and p99 from loops that read it around every call.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import logger
from plain_csv import PlainCsv
from table import Options, Row, main, median, percentile

TEN = {f"metric {number}": number * 0.1 for number in range(10)}

Loop = Callable[[range], object]  # makes a call for each of these steps
Call = Callable[[int], None]  # makes one call, for this step


class Steps:
    """Ranges of steps that go on where the last one ended, as a training's do."""

    def __init__(self) -> None:
        self._next = 0

    def take(self, count: int) -> range:
        first, self._next = self._next, self._next + count
        return range(first, self._next)


def measure(options: Options) -> list[Row]:
    """One metric, ten metrics, new names."""
    calls = 300 if options.quick else 20_000
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        folder = Path(scratch)
        logger.set_tracking_uri(str(folder / "tracking"))
        logger.set_experiment("log calls")
        plain = PlainCsv(folder / "plain.csv")
        with logger.start_run():
            rows = _one(plain, calls, options.repeats)
        with logger.start_run():
            rows += _ten(plain, calls // 4, options.repeats)
        rows.append(_new_names(folder, calls // 10, options.repeats))
        plain.close()
    if options.peers:
        import peers

        rows += peers.log_calls(calls, options)
    return rows


def _one(plain: PlainCsv, calls: int, repeats: int) -> list[Row]:
    log_metric, write_line = logger.log_metric, plain.log_metric

    def ours(steps: range) -> None:
        for step in steps:
            log_metric("loss", 0.5, step=step)

    def by_hand(steps: range) -> None:
        for step in steps:
            write_line("loss", 0.5, step)

    steps = Steps()
    mean, plain_mean = _in_turns(ours, by_hand, steps, calls, repeats)
    spread = _spread(lambda step: log_metric("loss", 0.5, step=step), steps.take(calls))
    plain_spread = _spread(lambda step: write_line("loss", 0.5, step), steps.take(calls))
    return [
        Row("log_metric, mean", mean, "µs", plain_mean, most=2.5, ratio=1.0),
        *(Row(f"log_metric, {name}", spread[name], "µs", plain_spread[name]) for name in spread),
    ]


def _ten(plain: PlainCsv, calls: int, repeats: int) -> list[Row]:
    log_metrics, write_line, write_lines = logger.log_metrics, plain.log_metric, plain.log_metrics

    def ours(steps: range) -> None:
        for step in steps:
            log_metrics(TEN, step=step)

    def ten_lines(steps: range) -> None:
        for step in steps:
            for key, value in TEN.items():
                write_line(key, value, step)

    def one_flush(steps: range) -> None:
        for step in steps:
            write_lines(TEN, step)

    steps = Steps()
    mean, ten = _in_turns(ours, ten_lines, steps, calls, repeats)
    again, flushed_once = _in_turns(ours, one_flush, steps, calls, repeats)
    spread = _spread(lambda step: log_metrics(TEN, step=step), steps.take(calls))
    return [
        Row(
            "log_metrics of ten, mean",
            mean,
            "µs",
            ten,
            most=6.0,
            ratio=0.5,
            details="csv: ten lines, each flushed",
        ),
        Row("log_metrics of ten, mean", again, "µs", flushed_once, details="csv: ten lines, flushed once"),
        *(Row(f"log_metrics of ten, {name}", spread[name], "µs") for name in spread),
    ]


def _new_names(folder: Path, names: int, repeats: int) -> Row:
    """A name's first point also writes its fact, so it costs more, once."""
    ours, by_hand = [], []
    for repeat in range(repeats):
        with logger.start_run() as run:
            ours.append(
                _seconds(
                    lambda steps, run=run: [run.log_metric(f"name {n}", 0.5) for n in steps], range(names)
                )
            )
        plain = PlainCsv(folder / f"names-{repeat}.csv")
        by_hand.append(
            _seconds(
                lambda steps, to=plain: [to.log_metric(f"name {n}", 0.5, 0) for n in steps], range(names)
            )
        )
        plain.close()
    return Row(
        "log_metric of a new name, mean", median(ours) / names * 1e6, "µs", median(by_hand) / names * 1e6
    )


def _in_turns(ours: Loop, plain: Loop, steps: Steps, calls: int, repeats: int) -> tuple[float, float]:
    """Median microseconds a call of both, measured in turns so that both meet the same machine."""
    ours(steps.take(calls // 10))
    plain(steps.take(calls // 10))
    pairs = [(_seconds(ours, steps.take(calls)), _seconds(plain, steps.take(calls))) for _ in range(repeats)]
    return median([pair[0] for pair in pairs]) / calls * 1e6, median(
        [pair[1] for pair in pairs]
    ) / calls * 1e6


def _seconds(loop: Loop, steps: range) -> float:
    started = time.perf_counter()
    loop(steps)
    return time.perf_counter() - started


def _spread(call: Call, steps: range) -> dict[str, float]:
    """p50 and p99 of single calls, in microseconds, the clock's own cost included."""
    clock = time.perf_counter_ns
    taken = []
    for step in steps:
        before = clock()
        call(step)
        taken.append(clock() - before)
    taken.sort()
    return {"p50": percentile(taken, 0.50) / 1e3, "p99": percentile(taken, 0.99) / 1e3}


if __name__ == "__main__":
    main(measure, __doc__)
