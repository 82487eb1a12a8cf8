"""All benchmarks in a row; with `--write`, their tables go into docs/speed.md and docs/gates.md.

    python3 dev.py bench                 measure and print
    python3 dev.py bench --write         also renew the tables of the pages
    python3 dev.py bench --only imports  one of them

Exits with 1 when a promise was not reached, so that it can be watched. Numbers compare only within one table:
everything in it was measured in turns on one machine within minutes.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from pathlib import Path

import table

ROOT = Path(__file__).resolve().parent.parent
SPEED = ("log_calls", "imports", "runs", "reading", "building", "importing", "pages", "runs_table_page")
HONESTY = ("gates",)
SCRIPTS = (*SPEED, *HONESTY)
PAGES = {  # page → the tables that it has
    ROOT / "docs" / "speed.md": ("machine", *SPEED),
    ROOT / "docs" / "gates.md": HONESTY,
}


def main() -> int:
    parser = table.parser(__doc__)
    parser.add_argument(
        "--write", action="store_true", help="renew the tables of docs/speed.md and docs/gates.md"
    )
    parser.add_argument(
        "--only", choices=SCRIPTS, action="append", help="run only this script; may be repeated"
    )
    given = parser.parse_args()
    options = table.Options(given.repeats, given.quick, given.peers, given.scratch)

    tables, missed = {"machine": machine()}, []
    print(tables["machine"])
    for name in given.only or SCRIPTS:
        print(f"\n{name}", flush=True)
        rows = importlib.import_module(name).measure(options)
        tables[name] = table.markdown(rows)
        missed += [row.what for row in rows if row.reached is False]
        print(tables[name], flush=True)
    if given.write:
        for page, names in PAGES.items():
            measured = {name: tables[name] for name in names if name in tables}
            if measured.keys() - {"machine"}:
                page.write_text(renewed(page.read_text(encoding="utf-8"), measured), encoding="utf-8")
                print(f"\nwrote {page.relative_to(ROOT)}")
    if missed:
        print(f"\nnot reached: {', '.join(missed)}")
    return 1 if missed else 0


def renewed(page: str, tables: dict[str, str]) -> str:
    """The page with each table between its markers replaced; what was not measured stays."""
    for name, text in tables.items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        page, found = marked.subn(lambda match, text=text: f"{match[1]}{text}\n{match[2]}", page)
        if not found:
            raise SystemExit(f"error: the page has no place for {name}")
    return page


def machine() -> str:
    """What it was measured on: cores, processor, system, Python."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = re.findall(r"model name\s*: (.+)", cpuinfo.read_text())
        model = models[0] if models else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores ({model}), {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
