"""Assets: Vega out of its wheel, our scripts and styles, and a cache that may be missing or broken."""

from __future__ import annotations

import json
import re
import sys

import pytest
import vl_convert

from sitegen import assets
from sitegen.assets import Asset, make_assets, specs_script, templates_dir, user_cache_folder, vega_script
from sitegen.minifying import minified, without_comments


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_assets(cache_folder=tmp_path_factory.mktemp("cache"))


def test_bundle_is_one_function_and_holds_the_vega_that_compiles(made):
    script = made.vega.data.decode("utf-8")

    assert script.startswith("(function(){")
    assert script.endswith("})()\n")
    assert f'"{vl_convert.get_vega_version()}"' in script
    assert len(script) < 440_000


def test_names_carry_the_hash_of_what_is_inside(made):
    for asset in (made.css, made.vega, made.specs, made.app, *made.later):
        assert re.fullmatch(
            r"(app|vega|specs|filter|bars|tables|pictures|tools)\.[0-9a-f]{10}\.(js|css)", asset.name
        )


def test_making_twice_gives_the_same_bytes(made, tmp_path):
    assert make_assets(cache_folder=tmp_path) == made


def test_scripts_lie_in_the_fixed_order(made):
    script = made.app.data.decode("utf-8")

    places = [
        re.search(rf"\.{name}=[^=]", script).start()
        for name in ("data", "view", "axis", "lines", "chart", "board")
    ]

    assert places == sorted(places)


def test_what_is_for_their_writers_stays_behind(made):
    static = templates_dir() / "static"
    written = "".join((static / "js" / f"{name}.js").read_text("utf-8") for name in assets.SCRIPTS)

    assert "Gives    runfolio.hover" in written
    assert "Gives    runfolio." not in made.app.data.decode("utf-8")
    assert len(made.app.data) < len(written) / 2
    assert b"/*" not in made.css.data


def test_where_nothing_minifies_our_comments_and_indents_go_and_vega_stays_as_it_was(monkeypatch):
    monkeypatch.setitem(sys.modules, "minify", None)
    kept = 'const text = "// stays"; // so does this: a quote stands before\n'
    written = f"// Card: one figure\n{{\n  {kept}  go(); // goes\n}}\n"

    assert minified(written, "js") == written
    assert without_comments(written) == f"{{\n{kept}go();\n}}\n"
    assert b"Gives    runfolio" not in make_assets().app.data


def test_no_text_of_a_script_runs_over_lines():
    for path in (templates_dir() / "static" / "js").glob("*.js"):
        for line in path.read_text("utf-8").splitlines():
            assert line.count("`") % 2 == 0, f"{path.name}: {line}"


def test_every_script_and_style_of_the_templates_is_in_the_order():
    static = templates_dir() / "static"

    assert {path.stem for path in (static / "js").glob("*.js")} == {
        *assets.FIRST,
        *assets.SERVED,
        *assets.COMPARE,
        *assets.SCRIPTS,
        *assets.PAGE_SCRIPTS,
        *(name for names in assets.LATER.values() for name in names),
    }
    assert {path.stem for path in (static / "css").glob("*.css")} == {
        *assets.STYLES,
        *assets.PAGE_STYLES,
        *assets.PRINT_STYLES,
    }


def test_every_script_of_ours_is_one_strict_block():
    for path in (templates_dir() / "static" / "js").glob("*.js"):
        code = re.sub(r"^//.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE).strip()
        assert code.startswith('"use strict";\n{'), path.name
        assert code.endswith("}"), path.name


def test_no_script_of_ours_makes_html_or_code_of_text():
    for path in (templates_dir() / "static" / "js").glob("*.js"):
        code = path.read_text("utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert word not in code, path.name


def test_licences_name_whose_code_the_site_runs(made):
    text = made.third_party.data.decode("utf-8")

    for owner in ("University of Washington Interactive Data Lab", "Mike Bostock", "Mapbox"):
        assert owner in text
    assert made.third_party.name == "THIRD-PARTY.txt"


def test_script_of_specs_names_the_files_that_are_loaded_when_they_are_needed(made):
    said = re.search(r"runfolio\.laterFiles=(\{.*\});", made.specs.data.decode("utf-8")).group(1)

    assert json.loads(said) == {file.name.partition(".")[0]: file.name for file in made.later}
    assert '"https://vega.github.io/schema/vega-lite/' in made.later[-1].data.decode("utf-8")


def test_second_build_reads_the_cache(tmp_path, monkeypatch):
    first = specs_script(tmp_path)
    monkeypatch.setattr(assets, "_compiled_specs", lambda: pytest.fail("was made anew"))

    assert specs_script(tmp_path) == first


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe", b"// 0\nwrong", b"half of it"])
def test_broken_cache_file_is_made_anew(tmp_path, broken):
    whole = specs_script(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(broken)

    assert specs_script(tmp_path) == whole
    assert path.read_text("utf-8").endswith(whole)


def test_cut_cache_file_is_made_anew(tmp_path):
    whole = vega_script(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:1000])

    assert vega_script(tmp_path) == whole


def test_builds_without_a_folder_for_the_cache(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    assert specs_script(tmp_path / "file") == specs_script(None)


def test_cache_lies_where_the_system_wants_it(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert user_cache_folder() == tmp_path / "runfolio"


def test_files_are_all_the_assets(made):
    assert {asset.name for asset in made.files()} == {
        made.css.name,
        made.pages_css.name,
        made.print_css.name,
        made.theme.name,
        made.vega.name,
        made.specs.name,
        made.app.name,
        made.pages.name,
        made.compare.name,
        *(file.name for file in made.later),
        "THIRD-PARTY.txt",
    }
    assert all(isinstance(asset, Asset) for asset in made.files())
