"""Pages of runs in words, rendered without a store or a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html5lib
import numpy as np
from records import DAY, run

from logger.records import ExperimentRecord, Problem, RunRecord
from sitegen.assets import templates_dir
from sitegen.catalog import Catalog, Reading, make_catalog
from sitegen.config import SiteConfig
from sitegen.manifest import Manifest, data_file
from sitegen.pages import Page, data_page, plan_pages
from sitegen.render import AssetLinks, Renderer
from sitegen.runtables import TABLES
from sitegen.series import SeriesData
from sitegen.shards import pack_shards
from sitegen.sparkline import sketch

Curves = Mapping[str, Sequence[float]]  # metric → values at steps 0, 1, …
MANIFEST = Manifest(tuple(data_file(kind, b"", 0) for kind in (*TABLES, "points")), points=True)
LINKS = AssetLinks(
    style="assets/app.css",
    script="assets/app.js",
    pages_style="assets/pages.css",
    pages_script="assets/pages.js",
    print_style="assets/print.css",
    chart_scripts=("assets/vega.js", "assets/specs.js"),
    theme="assets/theme.js",
    compare="assets/compare.js",
    licences="assets/THIRD-PARTY.txt",
)


def curved(number: int, curves: Curves, **fields: Any) -> tuple[RunRecord, Curves]:
    """A run and its points."""
    return run(number, metrics={name: list(values) for name, values in curves.items()}, **fields), curves


def experiment(name: str = "fake box", **fields: Any) -> ExperimentRecord:
    """An experiment without runs."""
    return ExperimentRecord(name=name, folder=f"experiments/{name}-0", created=DAY, **fields)


@dataclass(frozen=True)
class MadeSite:
    """All pages of a site, planned and rendered."""

    catalog: Catalog
    pages: dict[str, Page]
    html: dict[str, str]

    @property
    def home(self) -> str:
        return self.html["index.html"]

    @property
    def experiment(self) -> str:
        """The page of the only experiment."""
        (path,) = (path for path in self.html if path.startswith("e/"))
        return self.html[path]

    def run(self, number: int) -> str:
        return self.html[f"r/{number:032x}/index.html"]

    def view(self, path: str) -> Any:
        return self.pages[path].view

    @property
    def experiment_view(self) -> Any:
        (path,) = (path for path in self.html if path.startswith("e/"))
        return self.view(path)

    def run_view(self, number: int) -> Any:
        return self.view(f"r/{number:032x}/index.html")


def made_site(
    *members: tuple[RunRecord, Curves] | RunRecord,
    experiments: Sequence[ExperimentRecord] = (),
    problems: Sequence[Problem] = (),
    **options: Any,
) -> MadeSite:
    """A site of these runs; options are those of `SiteConfig`."""
    config = SiteConfig(**{"title": "Lab", **options})
    pairs = [member if isinstance(member, tuple) else (member, {}) for member in members]
    catalog = make_catalog(
        [Reading(tuple(experiments), tuple(record for record, _ in pairs), tuple(problems))], config
    )
    series = {
        (record.run_id, metric): _series(values)
        for record, curves in pairs
        for metric, values in curves.items()
    }
    packed = pack_shards(series.items())
    sketches = {key: sketch(data) for key, data in series.items()}
    renderer = Renderer(Path(templates_dir()), LINKS, "0.1.0")
    pages = list(plan_pages(catalog, packed.index, sketches, config))
    pages.append(data_page(catalog, MANIFEST, config))
    return MadeSite(
        catalog,
        {page.path: page for page in pages},
        {page.path: renderer.render(page).decode() for page in pages},
    )


def parsed(html: str) -> Any:
    """The tree of a page; an error of syntax fails the test."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


def text_of(element: Any) -> str:
    """The text of an element, its blanks made one."""
    return " ".join(" ".join(element.itertext()).split())


def find(tree: Any, tag: str, **attributes: str) -> Iterator[Any]:
    """Elements by tag and attributes; `class_` and `data_x` stand for `class` and `data-x`."""
    wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    for element in tree.iter(tag):
        if all(element.get(name) == value for name, value in wanted.items()):
            yield element


def _series(values: Sequence[float]) -> SeriesData:
    steps = np.arange(len(values))
    return SeriesData(steps, DAY + steps * 1_000_000, np.asarray(values, dtype=float))
