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

Loop = Callable[[int], None]  # makes that many calls
Call = Callable[[int], None]  # makes one call, for this step


def measure(options: Options) -> list[Row]:
    """One metric, ten metrics, new names."""
    calls = 300 if options.quick else 20_000
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        folder = Path(scratch)
        logger.set_tracking_uri(str(folder / "tracking"))
        logger.set_experiment("log calls")
        with logger.start_run():
            plain = PlainCsv(folder / "plain.csv")
            rows = [*_one(plain, calls, options), *_ten(plain, calls // 4, options)]
            rows += [_new_names(folder, calls // 10, options)]
            plain.close()
    if options.peers:
        import peers

        rows += peers.log_calls(calls, options)
    return rows


def _one(plain: PlainCsv, calls: int, options: Options) -> list[Row]:
    def ours_loop(count: int) -> None:
        log_metric = logger.log_metric
        for step in range(count):
            log_metric("loss", 0.5, step=step)

    def plain_loop(count: int) -> None:
        log_metric = plain.log_metric
        for step in range(count):
            log_metric("loss", 0.5, step)

    def ours(step: int) -> None:
        logger.log_metric("loss", 0.5, step=step)

    def by_hand(step: int) -> None:
        plain.log_metric("loss", 0.5, step)

    ours_mean, plain_mean = _in_turns(ours_loop, plain_loop, calls, options.repeats)
    ours_spread, plain_spread = _spread(ours, calls), _spread(by_hand, calls)
    return [
        Row("log_metric, mean", ours_mean, "µs", plain_mean, most=2.5, ratio=1.0),
        *(Row(f"log_metric, {name}", ours_spread[name], "µs", plain_spread[name]) for name in ours_spread),
    ]


def _ten(plain: PlainCsv, calls: int, options: Options) -> list[Row]:
    def ours_loop(count: int) -> None:
        for step in range(count):
            logger.log_metrics(TEN, step=step)

    def ten_lines(count: int) -> None:
        for step in range(count):
            for key, value in TEN.items():
                plain.log_metric(key, value, step)

    def one_flush(count: int) -> None:
        for step in range(count):
            plain.log_metrics(TEN, step)

    ours, ten = _in_turns(ours_loop, ten_lines, calls, options.repeats)
    again, flushed_once = _in_turns(ours_loop, one_flush, calls, options.repeats)
    spread = _spread(lambda step: logger.log_metrics(TEN, step=step), calls)
    return [
        Row(
            "log_metrics of ten, mean",
            ours,
            "µs",
            ten,
            most=6.0,
            ratio=0.5,
            details="csv: ten lines, each flushed",
        ),
        Row("log_metrics of ten, mean", again, "µs", flushed_once, details="csv: ten lines, flushed once"),
        *(Row(f"log_metrics of ten, {name}", spread[name], "µs") for name in spread),
    ]


def _new_names(folder: Path, names: int, options: Options) -> Row:
    """A name's first point also writes its fact, so it costs more, once."""
    ours, by_hand = [], []
    for repeat in range(options.repeats):
        plain = PlainCsv(folder / f"names-{repeat}.csv")
        with logger.start_run(nested=True):
            ours.append(
                _seconds(
                    lambda count: [logger.log_metric(f"name {n}", 0.5, step=0) for n in range(count)], names
                )
            )
        by_hand.append(
            _seconds(
                lambda count, to=plain: [to.log_metric(f"name {n}", 0.5, 0) for n in range(count)], names
            )
        )
        plain.close()
    return Row(
        "log_metric of a new name, mean", median(ours) / names * 1e6, "µs", median(by_hand) / names * 1e6
    )


def _in_turns(ours: Loop, plain: Loop, calls: int, repeats: int) -> tuple[float, float]:
    """Median microseconds a call of both, measured in turns so that both meet the same machine."""
    ours(calls // 10)
    plain(calls // 10)
    pairs = [(_seconds(ours, calls), _seconds(plain, calls)) for _ in range(repeats)]
    return median([pair[0] for pair in pairs]) / calls * 1e6, median(
        [pair[1] for pair in pairs]
    ) / calls * 1e6


def _seconds(loop: Callable[[int], object], calls: int) -> float:
    started = time.perf_counter()
    loop(calls)
    return time.perf_counter() - started


def _spread(call: Call, calls: int) -> dict[str, float]:
    """p50 and p99 of single calls, in microseconds, the clock's own cost included."""
    clock = time.perf_counter_ns
    taken = []
    for step in range(calls):
        before = clock()
        call(step)
        taken.append(clock() - before)
    taken.sort()
    return {"p50": percentile(taken, 0.50) / 1e3, "p99": percentile(taken, 0.99) / 1e3}


if __name__ == "__main__":
    main(measure, __doc__)
