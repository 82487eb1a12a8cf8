"""Promise: `import logger` adds at most 40 ms to the start of Python.

Starts fresh processes in turns: bare Python, `import logger`, and the modules of the csv writer. The time is
that of the whole process, byte code compiled before.
"""

from __future__ import annotations

import subprocess
import sys
import time

from table import Options, Row, main, median

PROGRAMS = {"bare": "pass", "logger": "import logger", "csv": "import csv, time", "pyarrow": "import pyarrow"}


def measure(options: Options) -> list[Row]:
    """Each beyond bare Python."""
    repeats = 2 if options.quick else 3 * options.repeats
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for repeat in range(repeats + 1):
        for name, program in PROGRAMS.items():
            seconds = _seconds(program)
            if repeat:  # the first warms the caches
                taken[name].append(seconds)
    bare = median(taken["bare"])
    beyond = {name: (median(seconds) - bare) * 1e3 for name, seconds in taken.items()}
    return [
        Row("import logger, over bare Python", beyond["logger"], "ms", beyond["csv"], most=40.0),
        Row(
            "for comparison: import pyarrow",
            beyond["pyarrow"],
            "ms",
            details="happens when the first run starts",
        ),
    ]


def _seconds(program: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(measure, __doc__)
