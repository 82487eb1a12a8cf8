"""The command line: arguments in, exit code out. The only place in the package that prints.

One module a command; each makes a configuration, calls one function of the core, and says what was made and
where to look next. The core is imported inside the commands, so that `--help` costs no Arrow and no Altair.

    0  all went well
    1  something that the user can mend, said in a sentence; for `doctor`: it found something; for `check`:
       a gate does not hold
    2  arguments that make no sense; for `compare` and `check` all that keeps them from an answer
    3  something secret or private is in what would go out; nothing was written
    130  stopped by Ctrl-C; but `serve` ends no other way, and that is 0
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from . import build, check, compare, doctor, import_, init, publish, serve
from .console import line


class _Commands(TyperGroup):
    """The commands; what is wrong with an argument is said without a word of the library that checks it."""

    def invoke(self, ctx: Any) -> object:  # of typer or of click, as the version has it
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise


app = typer.Typer(
    name="sitegen",
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("build", epilog=build.EXAMPLES)(build.command)
app.command("serve", epilog=serve.EXAMPLES)(serve.command)
app.command("import", epilog=import_.EXAMPLES)(import_.command)
app.command("publish", epilog=publish.EXAMPLES)(publish.command)
app.command("init", epilog=init.EXAMPLES)(init.command)
app.command("doctor", epilog=doctor.EXAMPLES)(doctor.command)
app.command("compare", epilog=compare.EXAMPLES)(compare.command)
app.command("check", epilog=check.EXAMPLES)(check.command)


def main() -> None:
    """What the command `sitegen` runs."""
    app()


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        line(f"sitegen {version('runfolio')}")
        raise typer.Exit


@app.callback(
    epilog="""\b
Examples:
  sitegen build                           ./tracking → ./public
  sitegen build runs/a runs/b -o public   two stores, one site
  sitegen serve --open                    look at it while a training runs
  sitegen doctor                          what is wrong in the store, if anything
  sitegen init github                     a workflow that publishes each push
  sitegen compare "latest main" git:HEAD  what this commit changed
  sitegen check git:HEAD                  whether the gates hold for it
"""
)
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Make a static dashboard of what `logger` wrote, look at it, or mend it."""
