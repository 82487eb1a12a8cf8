"""What the article feared: one bad run or one bad name, and nothing can be seen any more.

Plants a run whose points are damaged on disk, then calls an experiment 123, which is no name.

    python what_we_feared.py
"""

import argparse
import os
from pathlib import Path

from fake_box import FakeBox, fake_data
from logger import InvalidName, log_params, set_experiment, start_run


def plant_a_damaged_run(store: Path, trees: int) -> Path:
    """Train one more box as anyone would, then overwrite the middle of its points as a power cut might."""
    set_experiment("fake box")
    box = FakeBox(n_estimators=trees, max_depth=8, learning_rate=0.1)
    with start_run(run_name="the one we feared", user="grace") as run:
        log_params(box)
        box.fit(*fake_data())

    points = next(store.glob(f"experiments/*/{run.run_id}/points-*"))
    content = bytearray(points.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)  # zeros, as a power cut leaves them
    points.write_bytes(content)
    return points.relative_to(store)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fast", action="store_true", help="a short run, for tests")
    trees = 12 if parser.parse_args().fast else 60
    store = Path(os.environ.get("LOGGER_TRACKING_URI", "tracking"))
    print(f"damaged on purpose: {plant_a_damaged_run(store, trees).as_posix()}")

    print("set_experiment(123) says:")
    try:
        set_experiment(123)  # type: ignore[arg-type]
    except InvalidName as error:
        print(f"InvalidName: {error}")
    else:
        raise SystemExit("set_experiment(123) was not refused")


if __name__ == "__main__":
    main()
