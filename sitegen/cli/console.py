"""Console: how text reaches the terminal.

Names and messages come from users and files, and a terminal obeys what is in them; so do the logs of CI
systems, where `::` or `##[` at the start of a line is a command. Every line passes through `plain`.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TextIO

import typer

if TYPE_CHECKING:
    from ..build import Progress

P = ParamSpec("P")

_COMMAND = re.compile(r"^(\s*)(:(?=:)|##(?=\[|vso\[))", re.MULTILINE)


def plain(text: str) -> str:
    """The text with what a terminal or a CI system would obey made visible; line breaks stay."""
    from ..safe import shown

    return _COMMAND.sub(r"\1\2 ", shown(text))


def line(text: str = "", file: TextIO | None = None) -> None:
    """Print a line, or several."""
    stream = file or sys.stdout
    written = plain(text) + "\n"
    encoding = stream.encoding or "ascii"
    stream.write(written.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def one_line(text: str) -> str:
    """The text without line breaks."""
    return re.sub(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+\s*", " ", text)


def aligned(rows: list[tuple[str, str, str]]) -> list[str]:
    """Lines of a verb, what it did, and a remark, in columns."""
    width = min(max((len(text) for _, text, remark in rows if remark), default=0), 80)
    return [f"{verb:<6} {text:<{width}}   {remark}".rstrip() for verb, text, remark in rows]


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at the stream, and not the log of a CI system."""
    return stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def answering(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a user can mend into a sentence on stderr and exit code 1; a bug keeps its traceback."""

    @functools.wraps(command)
    def answered(*args: P.args, **kwargs: P.kwargs) -> None:
        from concurrent.futures import BrokenExecutor

        from logger.errors import LoggerError

        from ..errors import SitegenError

        try:
            _check_paths(kwargs)
            command(*args, **kwargs)
        except (SitegenError, LoggerError) as error:
            line(f"error: {error}", sys.stderr)
            raise typer.Exit(error.exit_code if isinstance(error, SitegenError) else 1) from None
        except BrokenExecutor:
            line(
                "error: a process that read runs was ended from outside, as when memory runs short.",
                sys.stderr,
            )
            line("  Try: again with more memory; an import goes on where it stopped.", sys.stderr)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            line("stopped", sys.stderr)
            raise typer.Exit(130) from None
        except BrokenPipeError:  # `sitegen doctor | head`
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None

    return answered


def _check_paths(given: Mapping[str, object]) -> None:
    """Refuse what can be no path here, or lies where nobody may look, before anybody asks what is there."""
    for name, value in given.items():
        for path in value if isinstance(value, list) else [value]:
            if not isinstance(path, Path):
                continue
            try:
                path.lstat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or str(error)
                said = one_line(plain(f"{str(path)!r} cannot be looked at: {why}"))
                raise typer.BadParameter(said, param_hint=name.replace("_", "-")) from None


@contextmanager
def no_answer_is_2() -> Iterator[None]:
    """Exit code 2 for what a user can mend, in commands where 1 is an answer; logs of CI are public."""
    from logger.errors import LoggerError

    from ..errors import SitegenError
    from ..rules import censored

    try:
        yield
    except (SitegenError, LoggerError) as error:
        line(f"error: {censored(str(error))}", sys.stderr)  # it lists names and branches of runs
        raise typer.Exit(2) from None


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere."""
    from ..build import no_progress

    if not is_terminal(sys.stderr):
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:<6}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {step: bar.add_task(step, total=None, visible=False) for step in ("import", "read", "write")}

        def show(step: str, done: int, total: int) -> None:
            bar.update(tasks[step], completed=done, total=total or None, visible=True)

        yield show
