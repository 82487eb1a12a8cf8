"""`sitegen serve`: a site in memory over local http, built anew when the store grows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .build import ConfigOption, DeletedOption, TitleOption, problem_lines, site_config
from .console import answering, line, one_line

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

    from ..build import BuildReport
    from ..numbers import plural
    from ..serve import LiveSite, start, watch

    named = stores or [Path("tracking")]

    def told(report: BuildReport) -> None:
        line(f"built  {plural(report.runs, 'run')}, {plural(report.points, 'point')}")
        if [problem.path for problem in report.problems] != known:
            known[:] = [problem.path for problem in report.problems]
            for text in problem_lines(report.problems, named):
                line(text)

    known: list[str] = []
    taken: list[str] = []
    live = LiveSite(named, site_config(config, title, private=True, deleted_too=deleted))
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


def _say(error: Exception) -> None:
    line(one_line(f"not built: {error}"))
