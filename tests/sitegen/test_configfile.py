"""Config files: what they may say, which one holds, and faults told by line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.configfile import find_config, line_of
from sitegen.errors import BadConfig

WHOLE = """\
title = "Fake boxes"
baseline = "tags.baseline = 'true'"
drawn_runs = 5

[goals]
"test/auc" = "max"
loss = { goal = "min", x = "epoch", unit = "nats", label = "Loss" }

[[boards]]
experiment = "fake box"
options = { smooth = "0.6", y = "log" }

[[boards.cards]]
title = "both"
metrics = ["train/auc", "test/auc"]
options = { size = "wide" }
"""


def written(folder: Path, text: str, name: str = "sitegen.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def fault(folder: Path, text: str, name: str = "sitegen.toml") -> str:
    with pytest.raises(BadConfig) as caught:
        find_config(written(folder, text, name))
    return str(caught.value).replace(f"{folder}/", "")


def test_every_key_is_read(tmp_path):
    found = find_config(written(tmp_path, WHOLE))

    assert found is not None
    config = found.config
    assert (config.title, config.drawn_runs, config.baseline) == ("Fake boxes", 5, "tags.baseline = 'true'")
    assert config.goals["test/auc"].goal == "max"
    assert config.goals["loss"].model_dump() == {
        "goal": "min", "x": "epoch", "unit": "nats", "label": "Loss"
    }  # fmt: skip
    (board,) = config.boards
    assert board.options == {"smooth": "0.6", "y": "log"}
    assert board.cards[0].metrics == ["train/auc", "test/auc"]


def test_table_of_pyproject_says_the_same(tmp_path):
    table = WHOLE.replace("[[boards", "[[tool.sitegen.boards").replace("[goals]", "[tool.sitegen.goals]")
    own = find_config(written(tmp_path, WHOLE))

    (tmp_path / "sitegen.toml").unlink()
    shared = find_config(written(tmp_path, "[tool.sitegen]\n" + table, "pyproject.toml"))

    assert own is not None
    assert shared is not None
    assert shared.config == own.config


def test_pyproject_that_speaks_of_sitegen_and_is_no_toml_is_refused(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.sitegen]\ntitle = "T"\n[tool.ruff\n')

    with pytest.raises(BadConfig, match=r"pyproject\.toml is no TOML: .*line 3"):
        find_config(tmp_path)


def test_own_file_holds_before_pyproject_and_a_named_one_before_both(tmp_path):
    written(tmp_path, '[tool.sitegen]\ntitle = "shared"\n', "pyproject.toml")
    written(tmp_path, 'title = "own"\n')
    written(tmp_path, 'title = "named"\n', "other.toml")

    own, named = find_config(tmp_path), find_config(tmp_path, tmp_path / "other.toml")

    assert own is not None
    assert named is not None
    assert (own.config.title, named.config.title) == ("own", "named")


@pytest.mark.parametrize(("name", "header"), [("sitegen.toml", ""), ("pyproject.toml", "[tool.sitegen]\n")])
def test_file_that_begins_with_a_byte_order_mark_is_read(tmp_path, name, header):
    found = find_config(written(tmp_path, f'\ufeff{header}title = "a"\n', name))

    assert found is not None
    assert found.config.title == "a"
    assert found.place(("title",)).endswith(f"line {header.count(chr(10)) + 1}")


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "this is no TOML"])
def test_pyproject_that_says_nothing_of_sitegen_is_passed_over(tmp_path, text):
    assert find_config(written(tmp_path, text, "pyproject.toml")) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('titel = "x"', "sitegen.toml, line 1: titel: is no option of sitegen's; did you mean title?"),
        ("zebra = 1", "sitegen.toml, line 1: zebra: is no option of sitegen's; docs/sitegen.md lists them"),
        (
            "# mine\n[tool.sitegen]\ntitle = 'x'",
            "sitegen.toml, line 2: tool: is no option of sitegen's: [tool.sitegen] is for pyproject.toml; "
            "in sitegen.toml leave it out of the headers",
        ),
        ("[[tool.sitegen.boards]]", "sitegen.toml, line 1: tool: is no option of sitegen's: [tool."),
        ("[goals]\nl = { gaol = 'min' }", "goals.l.gaol: is no option of sitegen's; did you mean goal?"),
        ("[goals]\nl = 3", 'line 2: goals.l: it should be "max", "min" or a table as { goal = "max" }: 3'),
        ("boards = ['auc']", "line 1: boards[0]: it should be a table, as below [[boards]]: 'auc'"),
        (
            "[[boards]]\noptions = { smooth = '2' }",
            "line 2: boards[0].options.smooth: cannot be '2'; with the smoother ema it can be 0 to 0.999",
        ),
        (
            "[[boards]]\noptions = { smoother = 'gauss' }\n[[boards.cards]]\noptions = { smooth = 'much' }",
            "line 4: boards[0].cards[0].options.smooth: cannot be 'much'; with the smoother gauss it",
        ),
        ('title = "a"\n[goals]\n"a/b" = "mx"', "sitegen.toml, line 3: goals.\"a/b\".goal: cannot be 'mx'; "),
        ("keep = 5", 'keep: it should be a rule in quotes, as "90d" or "50", or a list of such rules: 5'),
        ("\ndrawn_runs = 0", "line 2: drawn_runs: cannot be 0; it can be 1 or more"),
        ("drawn_runs = 1001", "line 1: drawn_runs: cannot be 1001; it can be 1000 or less"),
        ("drawn_runs = 'ten'", "line 1: drawn_runs: it should be a whole number: 'ten'"),
        ("title = ''", "line 1: title: cannot be ''; it can be 1 or more characters"),
        (f"title = '{'x' * 251}'", "xxx…'; it can be up to 250 characters"),
        ("publish = { command = 1 }", "line 1: publish.command: it should be true or false: 1"),
        ("data = 'some'", "line 1: data: cannot be 'some'; it can be 'full', 'charts' or 'none'"),
        ("baseline = 'tags.x ='", "line 1: baseline: 'tags.x =': filter does not parse at column 8: "),
        ("scan = 'off'", "line 1: scan: is said on the command line only"),
        (
            "[[boards]]\n[[boards]]\n[[boards.cards]]\noptions = { size = 'huge' }",
            "line 4: boards[1].cards[0].options.size: cannot be 'huge'; it can be large, normal, tall, wide",
        ),
        (
            "[[boards]]\noptions = { x = 'epohc' }",
            "line 2: boards[0].options.x: cannot be 'epohc'; it can be auto, metric:…, order, process,",
        ),
        (
            "[[boards]]\noptions = { group = 'seeds,zzz' }",
            "line 2: boards[0].options.group: cannot be 'zzz'; it can be none, param:…, seeds, tag:…",
        ),
        (
            "[[boards]]\noptions = { ylim = 'b..a' }",
            "line 2: boards[0].options.ylim: cannot be 'b..a'; it can be two ends like '0.5..1', '0..'",
        ),
        (
            "[[boards]]\noptions = { colour = 'run' }",
            "line 2: boards[0].options.colour: there is no such option; did you mean color?",
        ),
        (
            "[[boards]]\n[[boards.cards]]\noptions = { sise = 'wide' }",
            "line 3: boards[0].cards[0].options.sise: there is no such option; did you mean size?",
        ),
        ("[[boards.cards]]\ntitle = 'x'", "line 1: boards: it should be a list: [[boards]] stands"),
        ("[[boards]]\noptions = { wave = '1' }", "options.wave: there is no such option; there are band,"),
        ("[[boards]]\noptions = { size = 'wide' }", "[0].options.size: there is no such option; there are"),
        ("title = 'a", "sitegen.toml is no TOML: "),
    ],
    ids=lambda value: value if value.startswith(("line", "goals", "boards", "sitegen")) else "",
)  # fmt: skip
def test_fault_is_told_with_its_line_and_key(tmp_path, text, said):
    assert said in fault(tmp_path, text)


def test_rule_that_cannot_be_is_named_once_and_what_was_meant_stands_last(tmp_path):
    told = fault(tmp_path, 'keep = "90 days"')

    assert told.startswith("sitegen.toml, line 1: keep: '90 days' says of no run whether it stays; ")
    assert told.endswith(". Try: '90d'")


def test_fault_of_a_filter_ends_in_what_is_allowed(tmp_path):
    told = fault(tmp_path, 'baseline = "params.lr ="')

    assert told.splitlines()[0].startswith("sitegen.toml, line 1: baseline: 'params.lr =': filter does not")
    assert told.endswith("  Allowed: a number, a text in quotes, true or false.")


def test_all_faults_of_the_options_of_a_board_and_its_cards_are_told_at_once_each_at_its_line(tmp_path):
    text = """\
[[boards]]
[boards.options]
smooth = 0.6
colour = "param:lr"
y = "lg"
[[boards.cards]]
options = { size = 1, x = "epohc" }
"""

    assert fault(tmp_path, text).splitlines() == [
        "sitegen.toml, line 3: boards[0].options.smooth: it should be text, in quotes: 0.6",
        "sitegen.toml, line 4: boards[0].options.colour: there is no such option; did you mean color?",
        "sitegen.toml, line 5: boards[0].options.y: cannot be 'lg'; it can be clip, linear, log, symlog",
        "sitegen.toml, line 7: boards[0].cards[0].options.size: it should be text, in quotes: 1",
        "sitegen.toml, line 7: boards[0].cards[0].options.x: cannot be 'epohc'; "
        "it can be auto, metric:…, order, process, relative, step, time",
    ]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ("{ smooth = '5', y = 'lg' }", ["y", "smooth"]),
        ("{ smooth = [5], y = 'lg' }", ["smooth", "y"]),
        ("{ smooth = '5', smoother = 'gaus' }", ["smoother"]),
        ("{ smoother = 3, smooth = '5' }", ["smoother"]),
    ],
)
def test_amount_of_smoothing_is_told_beside_other_faults_where_its_smoother_is_known(
    tmp_path, options, names
):
    told = fault(tmp_path, f"[[boards]]\noptions = {options}")

    assert [line.split(": ")[1] for line in told.splitlines()] == [f"boards[0].options.{n}" for n in names]


def test_fault_in_pyproject_is_told_with_its_line(tmp_path):
    text = "[project]\nname = 'x'\n\n[tool.sitegen.goals]\nacc = 'up'\n"

    assert "pyproject.toml, line 5: goals.acc.goal: " in fault(tmp_path, text, "pyproject.toml")


def test_named_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(BadConfig, match=r"missing\.toml cannot be read"):
        find_config(tmp_path, tmp_path / "missing.toml")


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("a", "b c"), 2),
        (("a", "d", "e"), 3),
        (("t", 1, "k"), 8),
        (("t", 0, "k"), 6),
        (("none",), None),
        (("u",), 9),
    ],
)
def test_line_of_a_key_is_found(keys, line):
    text = '[a]\n"b c" = 1\nd.e = 2\n\n[[t]]\nk = 1\n[[t]]\nk = 2\n[u.v]\n'

    assert line_of(text, keys) == line


def test_example_of_the_documentation_is_accepted(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "sitegen.md"
    example = page.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]

    found = find_config(written(tmp_path, example))

    assert found is not None
    assert found.config.boards[0].cards[0].title == "AUC"


@pytest.mark.parametrize(
    ("gate", "place", "words"),
    [
        ("{ min = 'high' }", "min", "it should be a number: 'high'"),
        ("{ min = nan }", "min", "finite number"),
        ("{ max_drop = -0.1 }", "max_drop", "cannot be -0.1; it can be 0 or more"),
        ("{ min = 0.9, min_drop = 0.1 }", "min_drop", "is no option of sitegen's"),
        ("{ max_drop = 0.1, noise = '2 sigma' }", "noise", 'as "2 stderr"'),
        ("{ max_drop = 0.1, noise = '0 stderr' }", "noise", 'as "2 stderr"'),
        ("{ max_drop = 0.1, against = 'latest' }", "against", "latest main"),
        (
            "{ max_drop = 0.1, against = 'params.lr >' }",
            "against",
            "'params.lr >': filter does not parse at column 11",
        ),
        ("{ max_drop = 0.1, value = 'mean' }", "value", "'best' or 'last'"),
        ("{}", "", "at least one of min, max, max_drop, max_rise"),
        ("{ min = 2, max = 1 }", "", "min 2 is above max 1"),
        ("{ min = 2, noise = '2 stderr' }", "", "noise goes with max_drop or max_rise"),
        ("{ min = 2, against = 'latest dev' }", "", "against goes with max_drop or max_rise"),
    ],
)
def test_slip_in_a_gate_is_told_with_line_and_key(tmp_path, gate, place, words):
    told = fault(tmp_path, f'title = "x"\n\n[gates]\n"test/auc" = {gate}\n')

    key = f'gates."test/auc".{place}' if place else 'gates."test/auc"'
    assert told.startswith(f"sitegen.toml, line 4: {key}: ")
    assert words in told


def test_gates_and_badges_are_read(tmp_path):
    text = """
badges = ["test/auc"]

[gates]
"test/auc" = { min = 0.9, max_drop = 0.01, against = "latest dev", noise = "1.5 stderr", value = "last" }

[gates.loss]
max_rise = 1
experiment = "fake box"
"""
    found = find_config(written(tmp_path, text))

    assert found is not None
    auc, loss = found.config.gates["test/auc"], found.config.gates["loss"]
    assert (auc.min, auc.max_drop, auc.against, auc.stderrs) == (0.9, 0.01, "latest dev", 1.5)
    assert (loss.max_rise, loss.against, loss.stderrs) == (1.0, "latest main", None)
    assert (auc.value, loss.value, loss.experiment) == ("last", None, "fake box")
    assert found.config.badges == ["test/auc"]
