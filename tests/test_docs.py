"""What the documents say is so: commands and options exist, links land, the README's code runs."""

from __future__ import annotations

import importlib.util
import itertools
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *(ROOT / name / "README.md" for name in ("site_example", "benchmarks", "tests")),
    ]
)
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())

FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMANDS = ("build", "import", "serve", "publish", "init", "doctor", "compare", "check")


def code_of(page: Path, language: str = "") -> list[str]:
    """The fenced blocks of a page, or those in one language."""
    found = FENCED.findall(page.read_text(encoding="utf-8"))
    return [code for _, label, code in found if language in ("", label)]


def commands_of(page: Path, program: str) -> list[list[str]]:
    """Every line of code in a page, fenced, indented or within a sentence, that calls `program`; as words."""
    text = page.read_text(encoding="utf-8")
    lines = [line.strip().removeprefix("$ ") for line in text.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", text)
    lines = [line.split("  ")[0].split(" #")[0] for line in lines]
    return [line.split() for line in lines if line == program or line.startswith(program + " ")]


@cache
def help_of(*words: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-m", "sitegen", *words, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def options_in(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", text))


@EACH_PAGE
def test_sitegen_commands_and_options_in_a_page_exist(page: Path):
    for words in commands_of(page, "sitegen"):
        arguments = words[1:]
        command = [word for word in arguments[:1] if not word.startswith("-")]

        known = options_in(help_of(*command)) | {"-h", "--help"}

        used = {word.split("=")[0] for word in arguments if word.startswith("-")}
        assert used <= known, f"{' '.join(words)}: {used - known}"


def test_readme_begins_with_the_command_that_makes_a_site_of_an_mlflow_folder():
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()

    assert lines[2] == "    sitegen build mlruns -o public"


def test_every_command_and_option_has_a_word_of_help_and_is_documented():
    documents = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)

    for command in COMMANDS:
        assert f"sitegen {command}" in documents
        for option in options_in(help_of(command)) - {"--help"}:
            if option.startswith("--") and not option.startswith("--no-"):
                assert option in documents, f"sitegen {command} {option} is not documented"


@EACH_PAGE
def test_targets_named_in_a_page_exist(page: Path):
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec
    assert spec.loader
    dev = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dev)

    by_make = []
    for words in commands_of(page, "make"):
        by_make += itertools.takewhile(lambda word: "=" not in word, words[1:])
    by_hand = [
        words[2] for words in commands_of(page, "python3") if words[1:2] == ["dev.py"] and len(words) > 2
    ]

    assert {*by_make, *by_hand} <= set(dev.TARGETS)


@EACH_PAGE
def test_links_within_the_project_land(page: Path):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:", "#")):
            assert (page.parent / target.split("#")[0]).exists(), f"{page.name} links to {target}"


@EACH_PAGE
def test_files_named_in_a_page_exist(page: Path):
    named = re.findall(
        r"`((?:docs|site_example|benchmarks|tests|templates|logger|sitegen)/[\w./-]+)`", page.read_text()
    )

    for name in named:
        if not name.startswith(
            ("site_example/tracking", "site_example/public", "site_example/screenshots", "sitegen/templates")
        ):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


@pytest.mark.parametrize("page", ["README.md", "docs/logging.md"])
def test_code_of_a_page_runs_and_the_site_of_it_is_built(page: str, tmp_path: Path):
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("LOGGER_")}

    def run(*command: str) -> None:
        answer = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=surroundings, capture_output=True, text=True
        )
        assert answer.returncode == 0, answer.stderr
        assert "Traceback" not in answer.stderr

    blocks = code_of(ROOT / page, "python")
    for number, block in enumerate(blocks):
        (tmp_path / f"block_{number}.py").write_text(block, encoding="utf-8")  # workers import it
        run("-W", "error", f"block_{number}.py")
    run("-m", "sitegen", "build")

    assert len(blocks) >= 2
    assert (tmp_path / "public" / "index.html").is_file()


def test_message_shown_in_the_readme_is_the_one_that_is_raised():
    import logger

    with pytest.raises(logger.InvalidName) as raised:
        logger.set_experiment(123)

    shown = [line.strip() for line in f"InvalidName: {raised.value}".splitlines()]
    readme = [line.strip() for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()]
    first = readme.index(shown[0])
    assert readme[first : first + len(shown)] == shown


def test_every_environment_variable_is_documented():
    used = set()
    for module in (ROOT / "logger").rglob("*.py"):
        used |= set(re.findall(r"\bLOGGER_[A-Z_]+\b", module.read_text(encoding="utf-8")))

    documents = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert used
    assert used <= set(re.findall(r"\bLOGGER_[A-Z_]+\b", documents))


def test_changelog_opens_with_what_is_not_released_or_a_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert re.fullmatch(r"Unreleased|\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", headings[0])
