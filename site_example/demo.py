"""The demo: train real models that log, let go wrong what may go wrong, build the site of it all.

Runs the scripts beside it the way anyone would run them, each as a program of its own with
`LOGGER_TRACKING_URI` pointing at one store; three of them write into it at the same time.

    python site_example/demo.py                       store and site in this folder
    python site_example/demo.py --fast -o FOLDER      a small one elsewhere, in seconds
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TRAINING = ("fake_box.py", "diabetes.py", "digits.py")

_running: list[subprocess.Popen[bytes]] = []


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=HERE, metavar="FOLDER", help="where tracking/ and public/ go"
    )
    parser.add_argument("--fast", action="store_true", help="fewer and shorter runs")
    options = parser.parse_args()
    out = options.out.resolve()
    store, site = out / "tracking", out / "public"
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        return make(store, site, ["--fast"] if options.fast else [])
    except KeyboardInterrupt:
        stop()
        print(f"stopped; the runs up to here are in {shown(store)}", file=sys.stderr)
        return 130


def make(store: Path, site: Path, flags: list[str]) -> int:
    """The whole demo; its exit code."""
    started = time.monotonic()
    forget(store)
    say(f"training: {', '.join(TRAINING)}, all at once")
    trained = train(store, flags)
    if trained:
        return trained
    say(f"trained in {time.monotonic() - started:.0f} s; now what the article feared")
    feared = run(["what_we_feared.py", *flags], store).wait()
    if feared:
        return feared
    say("building the site")
    built = run(["-m", "sitegen", "build", str(store), "-o", str(site)], store).wait()
    if built:
        return built
    page = site / "index.html"
    say(f"open {shown(page)} by double-click, or copy this into a browser:\n  {page.as_uri()}")
    return 0


def forget(store: Path) -> None:
    """Remove the store of an earlier demo, and nothing that is not a store."""
    if store.exists():
        if not (store / "runfolio.json").is_file():
            raise SystemExit(f"error: {store} is there, and it is no store.\n  Try: -o with an empty folder")
        shutil.rmtree(store)


def train(store: Path, flags: list[str]) -> int:
    """Run the training scripts side by side; the first exit code that is not 0, or 0."""
    running = [run([script, *flags], store) for script in TRAINING]
    return next(filter(None, [process.wait() for process in running]), 0)


def run(command: list[str], store: Path) -> subprocess.Popen[bytes]:
    """Start one of our scripts, logging into `store`, one thread each."""
    surroundings = os.environ | {
        "LOGGER_TRACKING_URI": str(store),
        "OMP_NUM_THREADS": "1",  # the scripts run side by side and must not fight for cores
        "OPENBLAS_NUM_THREADS": "1",
    }
    for name in ("LOGGER_EXPERIMENT", "LOGGER_RUN_ID", "LOGGER_MODE", "LOGGER_USER"):
        surroundings.pop(name, None)  # the demo is the same whatever the shell around it is set to
    # A session of its own: Ctrl-C reaches us alone, and `stop` ends the others without a traceback each.
    process = subprocess.Popen([sys.executable, *command], cwd=HERE, env=surroundings, start_new_session=True)
    _running.append(process)
    return process


def stop() -> None:
    """End all that runs; a script's open runs end as *killed*."""
    for process in _running:
        process.terminate()
    for process in _running:
        process.wait()


def shown(path: Path) -> Path:
    """`path` from here when that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def say(text: str) -> None:
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
