"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from builders import START, RunPlan, make_run, make_runs, make_store
from commands import sitegen

from sitegen.cli.console import aligned, one_line, plain

ROOT = Path(__file__).resolve().parents[2]
CURVE = {"train/auc": [0.5, 0.7, 0.9], "test/auc": [0.5, 0.6, 0.65]}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "sitegen", *words]


def surroundings(**more: str) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1"} | more


def started(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        command(*words),
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=surroundings(**more),
        check=False,
    )


def test_build_says_what_was_read_written_and_where_to_look(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE, "fake box") for _ in range(2)])

    answer = sitegen(tmp_path, "build")

    read, wrote, look = answer.stdout.splitlines()
    assert answer.returncode == 0, answer.stderr
    assert read == "read   2 runs, 2 metrics, 12 points from tracking"
    assert wrote.startswith("wrote  8 pages, ")
    assert " to public " in wrote
    assert look == "open   public/index.html"
    assert answer.stderr == ""
    assert (tmp_path / "public" / "index.html").is_file()


def test_what_the_configuration_names_and_no_run_has_is_a_note_that_costs_nothing(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE)])
    (tmp_path / "sitegen.toml").write_text('[goals]\n"test/aucc" = "max"\n')

    answer = sitegen(tmp_path, "build", "--strict")

    assert answer.returncode == 0
    assert (
        answer.stderr == 'note: sitegen.toml, line 2: goals."test/aucc": no run logged a metric test/aucc;'
        " did you mean test/auc?\n"
    )


def test_problems_are_named_and_cost_the_exit_code_only_when_strict(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE)])
    for number in range(7):
        (store / "experiments" / f"stray{number}").write_text("")

    loose, strict = (sitegen(tmp_path, "build", *words) for words in ((), ("--strict",)))

    assert (loose.returncode, strict.returncode) == (0, 1)
    assert "(7 problems: see problems/index.html)" in loose.stdout
    assert "experiments/stray0: " in loose.stdout
    assert "and 2 more" in loose.stdout


def test_what_a_user_can_mend_is_a_sentence_and_exit_code_1(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE)])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("")

    absent, full = started(tmp_path, "build", "nowhere"), started(tmp_path, "build", "-o", "full")

    for answer, word in ((absent, "nowhere"), (full, "thesis.tex")):
        assert answer.returncode == 1
        assert answer.stderr.startswith("error: ")
        assert word in answer.stderr
        assert "Traceback" not in answer.stderr
        assert answer.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("build", "https://x.y/z"),
        ("serve", "https://x.y/z"),
        ("doctor", "https://x.y/z"),
        ("build", "-o", "https://x.y/z"),
        ("doctor", "tracking", "--copy-good", "s3://bucket/copy"),
        ("import", "mlflow", "mlruns", "--store", "s3://bucket/store"),
    ],
    ids=" ".join,
)
def test_address_in_place_of_a_folder_is_refused_by_name(tmp_path, words):
    make_store(tmp_path, [RunPlan(CURVE)])
    (tmp_path / "mlruns/0").mkdir(parents=True)
    (tmp_path / "mlruns/0/meta.yaml").write_text("experiment_id: '0'\nname: box\n")

    answer = sitegen(tmp_path, *words)

    assert answer.returncode == 1
    assert "is an address" in answer.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"tracking", "mlruns"}


def test_server_says_why_it_is_not_at_the_port_that_was_asked_for(tmp_path, monkeypatch):
    make_store(tmp_path, [RunPlan(CURVE)])
    monkeypatch.setattr("webbrowser.open", lambda address: os.kill(os.getpid(), signal.SIGINT))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        before = signal.getsignal(signal.SIGTERM)
        try:
            answer = sitegen(tmp_path, "serve", "--open", "--port", str(port))
        finally:
            signal.signal(signal.SIGTERM, before)

    assert answer.returncode == 0
    assert f"note   port {port}: {os.strerror(errno.EADDRINUSE)}; another one is taken" in answer.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("build", "--nonsense"),
        ("build", "--title", ""),
        ("serve", "--port", "99999"),
        ("doctor", "--older-than", "2d"),
        ("doctor", "--seal", "--older-than", "soon"),
    ],
    ids=" ".join,
)
def test_arguments_that_make_no_sense_are_exit_code_2(tmp_path, words):
    make_store(tmp_path, [])

    answer = sitegen(tmp_path, *words)

    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


LONG = "x" * 300


@pytest.mark.parametrize(
    "words",
    [
        ("build", LONG),
        ("build", "-o", LONG),
        ("serve", LONG),
        ("doctor", LONG),
        ("doctor", "--copy-good", LONG),
        ("import", "mlflow", LONG),
        ("compare", "a", "b", "--store", LONG),
        ("check", "--store", LONG),
    ],
    ids=lambda words: " ".join(words).replace(LONG, "LONG"),
)
def test_what_can_be_no_path_here_is_refused_by_name(tmp_path, words):
    make_store(tmp_path, [])

    answer = sitegen(tmp_path, *words, COLUMNS="1000")

    assert answer.returncode == 2
    assert f"'{LONG}' cannot be looked at: {os.strerror(errno.ENAMETOOLONG)}" in answer.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--title", ""), "--title '': it can be 1 or more characters"),
        (("--base-url", "foo"), "--base-url 'foo': is no address of a site, such as"),
        (("--only", "params.lr ="), "--only 'params.lr =': filter does not parse at column 11"),
        (("--keep", "soon"), "--keep: 'soon' says of no run whether it stays"),
        (("--publish", "nonsense"), "--publish: there is no kind 'nonsense'"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_option_with_a_wrong_value_is_told_by_its_name_and_the_value(tmp_path, words, said):
    make_store(tmp_path, [])

    answer = sitegen(tmp_path, "build", *words, COLUMNS="1000")

    assert answer.returncode == 2
    assert f"Invalid value: {said}" in answer.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("build", "--artifacts", "xml"),
            "for '--artifacts': 'xml' is not one of 'none', 'previews', 'all'.",
        ),
        (("check", "--format", "xml"), "for '--format': 'xml' is not one of 'text', 'markdown', 'json'."),
        (("compare", "a", "b", "--value", "xml"), "for '--value': 'xml' is not one of 'best', 'last'."),
        (("init", "gitlab"), "for 'HOST': 'gitlab' is not one of 'github'."),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_word_that_is_none_of_a_few_is_told_by_its_option_the_word_and_those_there_are(tmp_path, words, said):
    answer = sitegen(tmp_path, *words, COLUMNS="1000")

    assert answer.returncode == 2
    assert f"Invalid value {said}" in answer.stderr


def test_several_stores_and_a_title_make_one_site(tmp_path):
    make_store(tmp_path / "a", [RunPlan(CURVE, "fake box")])
    make_runs(tmp_path / "b", [RunPlan(CURVE, "fake box", started=START + 10**12)])

    answer = sitegen(tmp_path, "build", "a/tracking", "b", "-o", "my site", "--title", "Boxes & more")

    assert answer.stdout.splitlines()[0] == "read   2 runs, 2 metrics, 12 points from a/tracking, b"
    assert "Boxes &amp; more" in (tmp_path / "my site" / "index.html").read_text()


def test_problem_in_one_of_several_stores_is_named_by_its_path(tmp_path):
    for name in ("one", "other"):
        make_runs(tmp_path / name, [RunPlan(CURVE)])
    (tmp_path / "other" / "experiments" / "stray").write_text("")

    answer = sitegen(tmp_path, "build", "one", "other")

    assert "other/experiments/stray: " in answer.stdout
    assert "store 2" not in answer.stdout


def test_nothing_from_a_store_reaches_the_terminal_raw(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE, "fake box")])
    (store / "experiments" / "evil\x1b[31m\n::error::name").write_text("")

    for name in ("build", "doctor"):
        answer = sitegen(tmp_path, name)
        printed = answer.stdout + answer.stderr
        assert "evil" in printed
        assert "\x1b" not in printed
        assert not [text for text in printed.splitlines() if text.lstrip().startswith("::")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", ": :error::x"),
        ("a\n  ::set-output x", "a\n  : :set-output x"),
        ("##[section]x", "## [section]x"),
        ("##vso[task]x", "## vso[task]x"),
        ("a::b", "a::b"),
        ("a\x1b[31m", "a␛[31m"),
        ("a\u202eb", "a‹U+202E›b"),
    ],
)
def test_text_that_a_terminal_or_a_ci_system_would_obey_is_broken_up(text, shown):
    assert plain(text) == shown


def test_one_line_has_no_line_breaks():
    assert one_line("a\n  b\r\nc\u2028d  e") == "a b c d  e"


def test_columns_of_remarks_are_aligned():
    assert aligned([("read", "one", "(x)"), ("wrote", "longer", "in 1 s"), ("open", "it", "")]) == [
        "read   one      (x)",
        "wrote  longer   in 1 s",
        "open   it",
    ]


def test_printing_to_a_terminal_that_knows_only_ascii_does_not_fail(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE, "fake box")])

    answer = started(tmp_path, "build", "-o", "öffentlich", PYTHONUTF8="0", PYTHONIOENCODING="ascii")

    assert answer.returncode == 0, answer.stderr
    assert r"\xf6ffentlich" in answer.stdout


def test_version_is_that_of_the_package(tmp_path):
    from importlib.metadata import version

    assert sitegen(tmp_path, "--version").stdout == f"sitegen {version('runfolio')}\n"


@pytest.mark.parametrize(
    "words", [("--help",), ("build", "--help"), ("check", "--help"), ("--version",)], ids=" ".join
)
def test_help_imports_nothing_heavy(tmp_path, words):
    look = (
        "import sys; from sitegen.cli import main\n"
        "try: main()\n"
        "finally: print([m for m in ('pyarrow', 'altair', 'jinja2', 'numpy', 'rich') if m in sys.modules])"
    )

    answer = subprocess.run(
        [sys.executable, "-c", look, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=surroundings(),
        check=True,
    )

    assert answer.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["", "build", "serve", "doctor", "compare", "check"])
def test_help_has_examples_and_a_word_on_every_option(tmp_path, name):
    answer = sitegen(tmp_path, *filter(None, [name]), "--help", COLUMNS="200")

    lines = [line.strip() for line in answer.stdout.splitlines()]
    options = [line for line in lines if line.startswith("-")]
    assert "Examples:" in lines
    assert all(len(option.split("  ", 1)[-1].split()) >= 3 for option in options), options


def test_doctor_finds_nothing_in_a_sound_store(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE)])

    answer = sitegen(tmp_path, "doctor")

    assert answer.stdout.splitlines() == ["read   1 run, 6 points from tracking", "found  nothing wrong"]
    assert answer.returncode == 0


def test_doctor_names_what_is_wrong_and_exits_with_1(tmp_path):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, sealed=False)])

    before = sitegen(tmp_path, "doctor")
    sealing = sitegen(tmp_path, "doctor", "--seal")

    assert before.returncode == 1
    assert f"unsealed {run.folder}/{run.live.name}: " in before.stdout
    assert "found  1 fault" in before.stdout
    assert sealing.returncode == 0
    assert f"sealed  {run.folder}/{run.live.name}" in sealing.stdout


def test_doctor_speaks_json(tmp_path):
    (run,) = make_runs(tmp_path / "tracking", [RunPlan(CURVE, sealed=False)])

    answer = sitegen(tmp_path, "doctor", "--json")

    found = json.loads(answer.stdout)
    assert (found["runs"], found["points"]) == (1, 6)
    (finding,) = found["findings"]
    assert (finding["kind"], finding["path"]) == ("unsealed", f"{run.folder}/{run.live.name}")


def test_doctor_copies_what_is_good(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE)])

    answer = sitegen(tmp_path, "doctor", "--copy-good", "good")
    again = sitegen(tmp_path, "doctor", "good")

    assert "copied 1 run, 6 points to good" in answer.stdout
    assert again.returncode == 0


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("file", "file is a file."),
        ("file/copy", f"file/copy cannot be written: {os.strerror(errno.EEXIST)}."),
        ("tracking/copy", "tracking/copy and the store tracking lie in one another."),
    ],
)
def test_copy_of_what_is_good_that_cannot_be_made_is_told_with_a_place_that_would_do(tmp_path, place, said):
    make_store(tmp_path, [RunPlan(CURVE)])
    (tmp_path / "file").write_text("")

    answer = sitegen(tmp_path, "doctor", "--copy-good", place)

    assert answer.returncode == 1
    assert answer.stderr.startswith(f"error: {said}")
    assert "Try: --copy-good" in answer.stderr
    assert "--copy-good tracking/" not in answer.stderr


def _serving(folder: Path) -> subprocess.Popen[str]:
    """`sitegen serve` in a folder, its words to be read as they come."""
    return subprocess.Popen(
        command("serve", "--port", "0"),
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings(PYTHONUNBUFFERED="1"),
    )


def test_ctrl_c_stops_the_server_cleanly(tmp_path):
    store = make_store(tmp_path, [RunPlan(CURVE, "fake box")])
    with _serving(tmp_path) as server:
        built, look = server.stdout.readline(), server.stdout.readline()
        page = urllib.request.urlopen(look.split()[1], timeout=30).read().decode()
        make_run(store, RunPlan(CURVE, "fake box"), START + 10**10, 1)
        again = server.stdout.readline()
        server.send_signal(signal.SIGINT)
        rest = server.stdout.read()
        code = server.wait(timeout=30)

    assert built == "built  1 run, 6 points\n"
    assert "fake box" in page
    assert again == "built  2 runs, 12 points\n"
    assert rest == "stopped\n"
    assert code == 0


def test_server_takes_up_its_options_when_their_file_changes_and_keeps_the_last_good_ones(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE, "fake box")])
    (tmp_path / "pyproject.toml").write_text('[tool.sitegen]\ntitle = "Shared"\n')
    own = tmp_path / "sitegen.toml"

    def becomes(text: str | None) -> None:
        if text is None:
            own.unlink()
        else:
            (tmp_path / "new").write_text(text)
            (tmp_path / "new").rename(own)

    with _serving(tmp_path) as server:
        said = [server.stdout.readline() for _ in range(3)]
        home = said[-1].split()[1]
        titles = []
        for text, lines in (
            ('title = "Own"\n[goals]\n"test/aucc" = "max"\n', 3),
            ("title = 3\nbaselin = 1\n", 4),
            ('title = "Else"\nallow = "nowhere"\n', 3),
            (None, 2),
        ):
            becomes(text)
            said += [server.stdout.readline() for _ in range(lines)]
            page = urllib.request.urlopen(home, timeout=30).read().decode()
            titles += re.findall("<title>(.*)</title>", page)
        server.send_signal(signal.SIGINT)
        server.stdout.read()

    built = "built  1 run, 6 points\n"
    held = "with   the last good options: the new ones cannot be used\n"
    assert said == [
        "with   pyproject.toml\n",
        built,
        said[2],
        "with   sitegen.toml\n",
        built,
        'note: sitegen.toml, line 3: goals."test/aucc": no run logged a metric test/aucc;'
        " did you mean test/auc?\n",
        held,
        built,
        "       options: sitegen.toml, line 1: title: it should be text, in quotes: 3\n",
        "       options: sitegen.toml, line 2: baselin: is no option of sitegen's; did you mean baseline?\n",
        held,
        built,
        f"       options: nowhere cannot be read: {os.strerror(errno.ENOENT)}."
        " Allowed: a text file that lists what the scan may find.\n",
        "with   pyproject.toml\n",
        built,
    ]
    assert titles == ["Own", "Own", "Own", "Shared"]


def test_build_stopped_by_a_signal_leaves_the_old_site(tmp_path):
    make_store(tmp_path, [RunPlan(CURVE)])
    sitegen(tmp_path, "build")
    before = (tmp_path / "public" / "index.html").read_bytes()
    stop = (
        "import os, signal, sitegen.build as b\n"
        "b.make_assets = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "from sitegen.cli import main; main()"
    )

    answer = subprocess.run(
        [sys.executable, "-c", stop, "build", "--title", "New"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=surroundings(),
        check=False,
    )

    assert answer.returncode == 130
    assert answer.stderr == "stopped\n"
    assert (tmp_path / "public" / "index.html").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["public", "tracking"]
