"""`sitegen doctor`: what is wrong in a store, sealing, and a copy of what is good."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..ages import UNITS_US
from .console import answering, is_terminal, line, one_line, plain

if TYPE_CHECKING:
    from ..doctor import Examination, Finding

EXAMPLES = """\b
Examples:
  sitegen doctor
  sitegen doctor tracking --seal --older-than 2d
  sitegen doctor tracking --copy-good tracking-good
"""


@answering
def command(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="Folder that logger wrote.")] = Path(
        "tracking"
    ),
    seal: Annotated[
        bool, typer.Option("--seal", help="Make the points of finished and dead processes compact.")
    ] = False,
    older_than: Annotated[
        str | None,
        typer.Option(
            metavar="AGE", help="With --seal: also what was silent for so long (90s, 30m, 12h, 2d, 1w)."
        ),
    ] = None,
    copy_good: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write a new store of all that reads; the old one stays."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what is damaged, foreign, lost, unsealed or in conflict. Exits with 1 when something is."""
    from ..doctor import examine
    from ..sitestore import is_site

    if is_site(store):
        raise typer.BadParameter(
            f"{store} is a site, and the doctor examines stores; `sitegen build {store} -o DIR` reads it, and"
            " names what is damaged",
            param_hint="STORE",
        )
    age_us = _microseconds(older_than)
    if older_than is not None and not seal:
        raise typer.BadParameter(
            "it says what --seal may seal, and --seal was not given", param_hint="--older-than"
        )
    if seal:
        _seal(store, age_us, quiet=as_json)
    if copy_good is not None:
        _copy(store, copy_good, quiet=as_json)
    found = examine(store)
    if as_json:
        _print_json(found)
    else:
        _print(found, store)
    if not found.is_clean:
        raise typer.Exit(1)


def _seal(store: Path, age_us: int | None, quiet: bool) -> None:
    import time

    from ..doctor import seal

    for sealing in seal(store, age_us, time.time_ns() // 1000):
        said = f"sealed  {sealing.path}" if sealing.done else f"refused {sealing.path}: {sealing.why}"
        line(one_line(said), sys.stderr if quiet else None)


def _copy(store: Path, target: Path, quiet: bool) -> None:
    from ..numbers import plural
    from ..rescue import copy_good

    copied = copy_good(store, target)
    stream = sys.stderr if quiet else None
    for path, why in copied.left:
        line(one_line(f"left   {path}: {why}"), stream)
    line(f"copied {plural(copied.runs, 'run')}, {plural(copied.points, 'point')} to {target}", stream)


def _print_json(found: Examination) -> None:
    import json
    from dataclasses import asdict

    record = {
        "runs": found.runs,
        "points": found.points,
        "findings": [asdict(finding) for finding in found.findings],
    }
    line(json.dumps(record, indent=1))  # ASCII only: nothing a terminal would obey


def _print(found: Examination, store: Path) -> None:
    from ..numbers import plural

    line(one_line(f"read   {plural(found.runs, 'run')}, {plural(found.points, 'point')} from {store}"))
    if found.findings and is_terminal(sys.stdout):
        _print_table(found.findings)
    else:
        for finding in found.findings:
            line(one_line(f"{finding.kind:<8} {finding.path}: {_said(finding)}"))
    faults = sum(finding.is_fault for finding in found.findings)
    line(f"found  {plural(faults, 'fault')}" if faults else "found  nothing wrong")


def _print_table(findings: tuple[Finding, ...]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("what", "where", "why", box=None, pad_edge=False, header_style="bold")
    for finding in findings:
        table.add_row(*(Text(plain(one_line(text))) for text in (finding.kind, finding.path, _said(finding))))
    Console().print(table)


def _said(finding: Finding) -> str:
    return finding.what if finding.offset is None else f"{finding.what} (at byte {finding.offset:,})"


def _microseconds(age: str | None) -> int | None:
    """An age such as 2d or 1.5h."""
    if age is None:
        return None
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([smhdw])", age.strip().lower())
    if match is None:
        raise typer.BadParameter(
            f"{age!r} is no age such as 90s, 30m, 12h, 2d or 1w", param_hint="--older-than"
        )
    return round(float(match.group(1)) * UNITS_US[match.group(2)])
