"""What a file's name says of how it may be shown."""

from __future__ import annotations

import hostile
import pytest

from sitegen.filekinds import DOWNLOADED, OTHER, download_extension, is_private, kind_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("plots/roc.PNG", "image"),
        ("a.jpeg", "image"),
        ("a.svg", "svg"),
        ("scores.csv", "table"),
        ("x.parquet", "table"),
        ("config.json", "json"),
        ("README.md", "markdown"),
        ("notes.txt", "text"),
        ("train.py", "code"),
        ("run.log", "code"),
        ("report.html", "html"),
        ("report.xhtml", None),
        ("model.pkl", None),
        ("png", None),
        ("paper.pdf", None),
        ("a.png/b", None),
    ],
)
def test_kind_goes_by_the_extension_and_what_is_not_listed_has_none(path, kind):
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    "path",
    [".env", ".git/config", "a/.aws/b.txt", "id_rsa", "tls/server.pem", "my_secrets.json", "credentials.csv"],
)
def test_hidden_files_and_those_that_keep_keys_are_private(path):
    assert is_private(path)


@pytest.mark.parametrize("path", ["tokenizer.json", "keys.csv", "model/a.b/c.txt", "password-free/x.png"])
def test_names_that_only_look_a_little_like_it_are_not(path):
    assert not is_private(path)


@pytest.mark.parametrize(
    "name",
    ["x.html", "x.svg", "x.js", "x.xml", "x.pdf", "x.xhtml", "x.mjs", "CNAME", "x.wasm", *hostile.NAMES],
)
def test_a_copy_never_has_an_extension_that_a_browser_runs(name):
    assert download_extension(name) in DOWNLOADED | {OTHER}
    assert not DOWNLOADED & {"html", "htm", "xhtml", "svg", "js", "mjs", "xml", "pdf", "css", "swf", "wasm"}
