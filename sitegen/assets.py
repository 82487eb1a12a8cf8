"""Assets: the scripts and styles that all pages of a site share, and where the templates lie.

    app.<hash>.js     our scripts, one after another       vega.<hash>.js   Vega, out of vl-convert's wheel
    app.<hash>.css    our styles, one after another        specs.<hash>.js  the kinds of charts, compiled
    theme.<hash>.js   light or dark, before the first paint
    pages.<hash>.js, pages.<hash>.css  for all pages but those of experiments;   print.<hash>.css  for paper
    compare.<hash>.js loads the others on the compare page
    filter.<hash>.js, bars.<hash>.js, tables.<hash>.js, pictures.<hash>.js, tools.<hash>.js: on demand
    THIRD-PARTY.txt   whose code is in there, on what terms

Vega and the specs take seconds to make and depend on installed versions only, so they are kept in the
user's cache folder; without one they are made at every build. Left of here `sitegen.charts` makes the
specs; right of here `sitegen.site` puts the files in place.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from .errors import SitegenError
from .minifying import minified, minifier, without_comments

SCRIPTS = (
    *("data", "options", "order", "numbers", "noise", "time", "columns", "groups", "sorting", "rowgroups"),
    *("smooth", "address", "drawnfirst", "view", "groupcolors", "thin", "axis"),
    *("bindings", "aggregate", "grouped", "place", "zoom", "titles", "lines", "heights", "marks"),
    *("encode", "chart", "names", "gestures", "walk", "hover", "notes", "legend", "panels", "button"),
    *("refocus", "clipboard", "popover", "picker"),
    *("later", "smoother", "groupby", "dialog", "keys", "find", "layout", "cardkeys", "full"),
    *("fields", "brush", "kinds", "pointing", "resize", "card", "toolbar", "board"),
    *("tablelayout", "tablewidths", "baseline", "rows", "tablehead", "listing", "table"),
    *("tabletools", "tablekeys", "visits"),
)
PAGE_SCRIPTS = (  # of all pages but those of experiments
    *("copy", "sortable", "params", "artifacts"),
    *("runpicker", "comparewith"),
)
LATER = {  # scripts that a page loads when it needs one of them
    "filter": ("lexer", "regex", "filter", "selection"),
    "bars": ("bars",),
    "tables": ("cardtable",),
    "pictures": ("tints", "scatter", "parallel", "heads", "pictures"),
    "tools": (
        *("axeslist", "settings", "colornames", "picture", "csv", "vegalite", "save", "menu", "defaults"),
        *("exports", "chooser", "comparedpictures", "comparison"),
    ),
}
FIRST = ("theme",)  # runs before the first paint
SERVED = ("renewal", "news")  # `serve` puts them behind FIRST; no other site has them
COMPARE = ("compare",)  # starts the others on the compare page
STYLES = ("tokens", "page", "components", "tables", "runs", "charts", "groups", "board", "pictures")
PAGE_STYLES = ("run", "home", "compare")  # of all pages but those of experiments
PRINT_STYLES = ("print",)  # the last, so that they win
PARTS = {  # of Vega, inside vl-convert's wheel, which cannot be asked for their versions
    "vega-view": "6.1.0",
    "vega-parser": "7.1.0",
    "vega-dataflow": "6.1.0",
    "vega-transforms": "5.1.0",
    "vega-view-transforms": "5.1.0",
    "vega-encode": "5.1.0",
    "vega-interpreter": "2.0.0",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the site's folder `assets/`."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """Everything that pages load besides their own data. Pages load the scripts in this order."""

    css: Asset
    pages_css: Asset
    print_css: Asset
    theme: Asset  # a blocking script in the head; the others are deferred
    vega: Asset
    specs: Asset
    app: Asset
    pages: Asset
    compare: Asset  # loads the others on the compare page
    later: tuple[Asset, ...]  # loaded on demand: the script `specs` says their names
    third_party: Asset

    def files(self) -> tuple[Asset, ...]:
        styles = (self.css, self.pages_css, self.print_css)
        scripts = (self.theme, self.vega, self.specs, self.app, self.pages, self.compare)
        return (*styles, *scripts, *self.later, self.third_party)


def make_assets(templates: Path | None = None, cache_folder: Path | None = None) -> Assets:
    """The assets of a site.

    Args:
        templates: the folder of templates; ours when None.
        cache_folder: where what takes long is kept; the user's cache folder when None.
    Raises: SitegenError: the installed vl-convert does not hold the Vega that it says it holds.
    """
    static = (templates or templates_dir()) / "static"
    kept = cache_folder or user_cache_folder()
    later = {name: _joined(static, scripts, "js", kept) for name, scripts in LATER.items()}
    later["tools"] += vegalite_script(kept)  # for those who save it
    files = {name: _hashed(name, "js", text) for name, text in later.items()}
    names = f"runfolio.laterFiles={json.dumps({name: file.name for name, file in files.items()})};\n"
    return Assets(
        css=_hashed("app", "css", _joined(static, STYLES, "css", kept)),
        pages_css=_hashed("pages", "css", _joined(static, PAGE_STYLES, "css", kept)),
        print_css=_hashed("print", "css", _joined(static, PRINT_STYLES, "css", kept)),
        theme=_hashed("theme", "js", _joined(static, FIRST, "js", kept)),
        vega=_hashed("vega", "js", vega_script(kept)),
        specs=_hashed("specs", "js", specs_script(kept) + names),
        app=_hashed("app", "js", _joined(static, SCRIPTS, "js", kept)),
        pages=_hashed("pages", "js", _joined(static, PAGE_SCRIPTS, "js", kept)),
        compare=_hashed("compare", "js", _joined(static, COMPARE, "js", kept)),
        later=tuple(files.values()),
        third_party=Asset("THIRD-PARTY.txt", (static / "third-party.txt").read_bytes()),
    )


def served_script() -> str:
    """What keeps a page up to date that is open while its site grows."""
    return _joined(templates_dir() / "static", SERVED, "js", user_cache_folder())


def templates_dir() -> Path:
    """The folder of templates: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "static").is_dir():
            return folder
    raise SitegenError(
        f"the templates of sitegen are missing beside {package}.\n  Try: installing runfolio anew"
    )


def vega_script(cache_folder: Path | None) -> str:
    """Vega as one classic script: window.vega (View, parse, version) and window.vegaInterpreter.

    Only the parts that our kinds of charts run: without maps, forces, trees and regressions it is a
    quarter smaller.
    """
    return _kept(cache_folder, "vega", [version("vl-convert-python"), _snippet(""), minifier()], _bundle)


def specs_script(cache_folder: Path | None) -> str:
    """The compiled kinds of charts as a script that sets runfolio.specs."""
    return _kept(cache_folder, "specs", _charts_depend_on(), _compiled_specs)


def vegalite_script(cache_folder: Path | None) -> str:
    """The kinds of charts in Vega-Lite, as a script that sets runfolio.vegaLite."""
    return _kept(cache_folder, "vegalite", _charts_depend_on(), _written_specs)


def user_cache_folder() -> Path | None:
    """The folder of this user for what can be made again; None where there is none."""
    if given := os.environ.get("XDG_CACHE_HOME", ""):
        return Path(given) / "runfolio"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "runfolio" / "cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "runfolio"
    return home / ".cache" / "runfolio"


@cache
def _bundle() -> str:
    import vl_convert  # 90 MB on disk: only when there is nothing in the cache

    vega = vl_convert.get_vega_version()
    try:
        script = vl_convert.javascript_bundle(_snippet(vega))
    except BaseException as error:  # a version that is not in the wheel is a Rust panic
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise SitegenError(
            f"vl-convert-python {version('vl-convert-python')} does not hold the parts of Vega that the "
            f"charts need: {', '.join(f'{name} {number}' for name, number in PARTS.items())}.\n"
            '  Try: pip install "vl-convert-python>=1.9,<1.10"'
        ) from error
    return minified(f"(function(){{{script}\n}})();\n", "js")  # bare, it would put 2,500 names on window


def _snippet(vega: str) -> str:
    """What the bundle holds. The addresses are names of files in the wheel; nothing is loaded from there."""
    part = {name: f'"https://cdn.jsdelivr.net/npm/{name}@{number}/+esm"' for name, number in PARTS.items()}
    return (
        f"import {{View}} from {part['vega-view']};"
        f"import {{parse}} from {part['vega-parser']};"
        f"import {{transforms}} from {part['vega-dataflow']};"
        f"import * as general from {part['vega-transforms']};"
        f"import * as layout from {part['vega-view-transforms']};"
        f"import * as encoding from {part['vega-encode']};"
        f"import {{expressionInterpreter}} from {part['vega-interpreter']};"
        "Object.assign(transforms,general,layout,encoding);"
        f'window.vega={{View,parse,version:"{vega}"}};window.vegaInterpreter=expressionInterpreter;'
    )


@cache
def _compiled_specs() -> str:
    from . import charts  # and with it altair: a third of a second

    script = f"(window.runfolio??={{}}).specs={charts.specs_json(charts.chart_kinds())};\n"
    return minified(script, "js")


@cache
def _written_specs() -> str:
    from . import charts

    return f"(window.runfolio??={{}}).vegaLite={charts.vega_lite_json(charts.chart_kinds())};\n"


def _charts_depend_on() -> list[str]:
    ours = (Path(__file__).parent / "charts.py").read_text("utf-8")
    return [version("altair"), version("vl-convert-python"), minifier(), ours]


def _kept(folder: Path | None, name: str, depends_on: list[str], make: Callable[[], str]) -> str:
    """The text of a cache file, or a new one. A file whose first line is not its text's hash is made anew."""
    if folder is None:
        return make()
    path = folder / f"{name}-{_hash(chr(0).join(depends_on))}.js"
    with suppress(OSError, UnicodeDecodeError):
        digest, _, text = path.read_bytes().decode("utf-8").partition("\n")
        if digest == f"// {_hash(text)}":
            return text
    text = make()
    with suppress(OSError):  # a full disk or a folder of somebody else costs time, never the build
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, f"// {_hash(text)}\n{text}")
    return text


def _write(path: Path, text: str) -> None:
    """Write whole or not at all, whoever else writes the same file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).replace(path)
    except OSError:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _joined(static: Path, names: tuple[str, ...], language: Literal["js", "css"], kept: Path | None) -> str:
    text = "".join((static / language / f"{name}.{language}").read_text("utf-8") for name in names)
    bare = without_comments(text)
    return _kept(kept, f"{names[0]}-and-on", [minifier(), bare], lambda: minified(bare, language))


def _hashed(name: str, extension: str, text: str) -> Asset:
    data = text.encode("utf-8")
    return Asset(f"{name}.{hashlib.sha256(data).hexdigest()[:10]}.{extension}", data)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
