"""`sitegen serve`: a site in memory over local http, built anew when the store or its options change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .build import (
    ConfigOption,
    DeletedOption,
    TitleOption,
    left_words,
    options_file,
    problem_lines,
    site_config,
    slip_lines,
)
from .console import answering, line, one_line

if TYPE_CHECKING:
    from logger.records import Problem

    from ..build import BuildReport
    from ..config import SiteConfig
    from ..configfile import ConfigFile
    from ..slips import Slip

EXAMPLES = """\b
Examples:
  sitegen serve --open
  sitegen serve tracking --port 9000
  sitegen serve mlruns
"""


@answering
def command(
    stores: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="STORE...",
            help="Folders that logger writes, sites, mlruns folders, MLflow databases. [default: tracking]",
        ),
    ] = None,
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="Port to listen on; the next free one when it is taken, 0 for any."
        ),
    ] = 8765,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the site in the browser.")] = False,
    config: ConfigOption = None,
    title: TitleOption = None,
    deleted: DeletedOption = False,
) -> None:
    """Show a site of the stores on this machine only, and keep it up to date.

    It shows what a published site leaves out: login, host, command and folders. Ctrl-C stops it.
    """
    import signal
    import threading
    import webbrowser

    from ..allow import read_allowed
    from ..configfile import find_config
    from ..serve import LiveSite, start, watch

    named = stores or [Path("tracking")]

    def read(found: ConfigFile | None) -> SiteConfig:
        options = site_config(found, title, private=True, deleted_too=deleted)
        if options.allow is not None:
            read_allowed(Path(options.allow))  # what is wrong there is told before it is needed
        return options

    def read_anew() -> SiteConfig:
        found = find_config(Path(), config)
        options = read(found)
        telling.file = found
        return options

    taken: list[str] = []
    file = options_file(config)
    options = read(file)
    telling = _Telling(named, file, options)
    live = LiveSite(named, options, options=read_anew)

    def told(report: BuildReport) -> None:
        telling.tell(report, live.config)

    first = live.refresh()
    if first is not None:
        told(first)
    server = start(live, port, lambda number, why: taken.append(f"port {number}: {why}"))
    if taken:
        line(one_line(f"note   {taken[0]}; another one is taken"))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True),
        threading.Thread(target=watch, args=(live, stop, told, _say), daemon=True),
    ]
    try:
        for thread in threads:
            thread.start()
        address = f"http://{server.server_address[0]!s}:{server.server_address[1]}/"
        line(f"open   {address}     Ctrl-C stops")
        if open_browser:
            webbrowser.open(address)
        while not stop.wait(3600):
            pass
    except KeyboardInterrupt:
        line("stopped")
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        threads[1].join(timeout=5)


@dataclass(slots=True)
class _Telling:
    """Says of each build what was not said of the one before it."""

    stores: list[Path]
    file: ConfigFile | None  # of the options, as it is by now
    options: SiteConfig  # that the build before had
    left: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    slips: Sequence[Slip] = ()

    def tell(self, report: BuildReport, options: SiteConfig) -> None:
        from ..configfile import OptionsProblem
        from ..numbers import plural

        faults = [problem for problem in report.problems if isinstance(problem, OptionsProblem)]
        if faults and report.problems != self.problems:
            line("with   the last good options: the new ones cannot be used")
        elif options != self.options:
            line(one_line(f"with   {self.file.path if self.file else 'no file of options'}"))
        line(f"built  {plural(report.runs, 'run')}, {plural(report.points, 'point')}")
        left = left_words(report)
        if left != self.left:
            for text in left:
                line(f"left   {text}")
        if report.problems != self.problems:
            for text in problem_lines(report.problems, self.stores):
                line(text)
        if report.slips != self.slips:
            for text in slip_lines(report, self.file):
                line(text)
        self.options, self.left, self.problems, self.slips = options, left, report.problems, report.slips


def _say(error: Exception) -> None:
    line(one_line(f"not built: {error}"))
