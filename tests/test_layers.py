"""Imports go left only: the order below is the order in which the program is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A module may import those that stand before it, and no other of its package.
LOGGER = """
    errors  factlines  layout  arrays  schema  system  safefile  lifecycle  messages
    names  values  records  turn  frames  numbering  cibranch  provenance  artifacts
    runnames  environment  folders
    defaults  stream  summary  sealed  encode  liveness  foldfacts  pointfiles  runfolder
    facts  live  seal  writer
    store
    importers.imported  importers.flatyaml  importers.metriclines  importers.metricrows  importers.accepting
    importers.mlflow_artifacts  importers.mlflow_terms
    importers.mlflow_tree  importers.mlflow_run_files  importers.mlflow_files
    importers.mlflow_rows  importers.mlflow_run_rows  importers.mlflow_sqlite
    importers.present  importers.saying  importers.runwriting  importers.writing  importers
    fields  lexer  filters  selection  columns  search  queries
    notebook  run  opening  fluent
    __init__
"""
SITEGEN = """
    __init__  errors  safe  longnames  numbers  secretnames  rules  remotes  kinds  goals  options  ages
    keeprules  sides  gates  config  configfile  cards  differing  rundata  metricinfo  drawnfirst
    catalog  boards  privacy  seeds  screening
    allow  scan  associations  pictures  student  noise
    retention  budget
    series  sparkline  scales  charts  shards  parquet  pointgroups  runtables  runrecords  manifest  stores
    keeping  reading
    urls  notes  cells  spreads  sentences  versus  origin
    documents  revisions  groups  comparison  comparison_words  rulings  verdicts  verdict_words
    badges  badge_plan
    filekinds  encodings  drawings  rasters  picturemeta  imageseries  datatables  childprocess  tableprocess
    passivehtml  jsontext
    previews  keptpreviews  artifacts  datafolder  dataprocess
    pages.params  pages.artifacts  pages.charts  pages.frame  pages.island  pages.problems
    pages.columns  pages.runs_table  pages.table_data  pages.home  pages.compare  pages.data
    pages.experiment  pages.run  pages
    render  minifying  assets  target  site
    sitestore  fetching  gitbranch  earlier  sources  overview  hushing  slips  build  workers
    gitrepo  publish  pins  workflow
    serve  doctor  rescue
    cli.console  cli.outgoing  cli.build  cli.serve  cli.import_  cli.doctor  cli.publish  cli.init
    cli.compare  cli.check  cli
    __main__
"""
FROM_LOGGER = {"errors", "factlines", "layout", "names", "records", "schema", "search", "store"}
MORE_FROM_LOGGER = {
    "sources": {"importers"},  # what other trackers wrote
    "cli.import_": {"importers"},  # for its types
    "sitestore": {"safefile"},  # a site that somebody else published
    "site": {"system"},  # exchange of folders, lock
    "serve": {"system"},  # whether a writer holds its lock
    "doctor": {"foldfacts", "safefile", "seal"},  # seals
    "rescue": {"encode", "foldfacts", "pointfiles", "safefile"},  # copies damaged files
}
DOORS = {  # a package from outside → the only modules that import it
    "altair": {"charts"},
    "vl_convert": {"charts", "assets"},
    "jinja2": {"render"},
    "markdown_it": {"notes"},
    "typer": {
        "cli",
        *(f"cli.{name}" for name in ("build", "serve", "import_", "doctor", "publish", "init", "console")),
        *("cli.compare", "cli.check", "cli.outgoing"),
    },
    "yaml": {"importers.flatyaml"},
    "rich": {"cli.console", "cli.doctor"},
}


@cache
def modules(package: str) -> dict[str, ast.Module]:
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / package).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(package: str, module: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module that `module` imports anywhere, as an absolute name, and the line."""
    is_package = (ROOT / package / module.replace(".", "/")).is_dir()
    inside = [] if module == "__init__" else module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = [package, *inside][: len(inside) + 2 - node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield base, node.lineno
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


@pytest.mark.parametrize(("package", "order"), [("logger", LOGGER), ("sitegen", SITEGEN)])
def test_imports_go_left_only(package, order):
    places = {name: place for place, name in enumerate(order.split())}
    trees = modules(package)
    assert sorted(trees) == sorted(places), "every module has its place in this file"

    wrong = []
    for module, tree in trees.items():
        for name, line in imports(package, module, tree):
            imported = name.removeprefix(f"{package}.")
            if imported in places and imported != module and places[imported] > places[module]:
                wrong.append(f"{package}/{module}:{line} imports {imported}")
    assert wrong == []


def test_inside_logger_imports_are_relative_so_that_it_works_under_any_name():
    wrong = [
        f"{module}:{line} imports {name}"
        for module, tree in modules("logger").items()
        for node in ast.walk(tree)
        for name, line in absolute(node)
        if name.split(".")[0] in ("logger", "sitegen", "runfolio")
    ]

    assert wrong == []


def absolute(node: ast.AST) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, node.lineno) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield node.module or "", node.lineno


def test_sitegen_sees_of_logger_only_what_is_made_for_readers():
    wrong = []
    for module, tree in modules("sitegen").items():
        allowed = FROM_LOGGER | MORE_FROM_LOGGER.get(module, set())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "logger":
                wrong += [f"{module}:{node.lineno} {a.name}" for a in node.names if a.name not in allowed]
            for name, line in absolute(node):
                if name.startswith("logger.") and name.split(".")[1] not in allowed:
                    wrong.append(f"{module}:{line} {name}")
    assert wrong == []


@pytest.mark.parametrize("outside", DOORS)
def test_each_large_package_has_one_door(outside):
    importers = {
        module
        for package in ("logger", "sitegen")
        for module, tree in modules(package).items()
        for node in ast.walk(tree)
        for name, _ in absolute(node)
        if name.split(".")[0] == outside
    }

    assert importers <= DOORS[outside]


def test_only_the_command_line_prints():
    wrong = [
        f"{package}/{module}:{node.lineno}"
        for package in ("logger", "sitegen")
        for module, tree in modules(package).items()
        if not module.startswith("cli")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "input")
    ]

    assert wrong == []
