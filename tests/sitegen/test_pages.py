"""Pages: what stands where, and that it leads somewhere."""

from __future__ import annotations

import base64
import json
import math
import posixpath

from made_pages import MANIFEST, curved, experiment, find, made_site, parsed, text_of
from records import DAY, run

from logger.records import Artifact, MetricDefinition, Problem

AUC = {"train/auc": [0.6, 0.8, 0.9], "test/auc": [0.5, 0.7, 0.6]}


def headers(html):
    (table,) = find(parsed(html), "table", data_runs_table="")
    return [text_of(header) for header in table.iter("th") if header.get("scope") == "col"]


def rows(html):
    (table,) = find(parsed(html), "table", data_runs_table="")
    body = table.find("tbody")
    return [[text_of(cell) for cell in row][1:] for row in body.iter("tr")]


def island(html):
    (script,) = find(parsed(html), "script", id="page-data")
    return json.loads(script.text)


def test_home_has_a_row_for_each_experiment_the_last_active_first():
    site = made_site(
        curved(1, {"auc": [0.5, 0.9]}, experiment="old"),
        curved(2, {"thing": [1.0]}, experiment="new"),
    )

    table = next(find(parsed(site.home), "tbody"))

    assert [text_of(next(row.iter("th"))) for row in table.iter("tr")] == ["new", "old"]
    assert "0.9000" in text_of(table)
    assert "assumed" in text_of(table)


def test_home_lists_the_runs_that_came_last_with_what_they_reached():
    runs = [curved(n, {"auc": [n / 100]}, name=f"run-{n}") for n in range(1, 13)]

    site = made_site(*runs)

    _, latest = find(parsed(site.home), "tbody")
    rows = [[text_of(cell) for cell in row] for row in latest.iter("tr")]
    assert [row[0] for row in rows] == [f"run-{n}" for n in range(12, 2, -1)]
    assert rows[0][1:5] == ["fake box", "finished", "0.1200", "auc"]


def test_home_says_units_and_where_no_metric_was_logged():
    definitions = {"acc": MetricDefinition("max", "%", None)}
    runs = [curved(1, {"acc": [91.5]}, definitions=definitions), run(2, "quiet", params={"lr": 0.1})]

    experiments, latest = find(parsed(made_site(*runs).home), "tbody")

    assert "91.50 %" in text_of(experiments)
    assert "91.50 %" in text_of(latest)
    assert "quiet no metrics yet" in text_of(experiments)


def test_home_without_experiments_says_how_to_make_one():
    html = made_site().home

    assert "No experiments yet" in html
    assert "run.log_metric(" in text_of(parsed(html))


def test_an_experiment_without_runs_says_how_to_make_one():
    html = made_site(experiments=[experiment('say "box"')]).experiment

    assert 'start_run(experiment="say \\"box\\"")' in text_of(parsed(html))
    assert "page-data" not in html


def test_the_table_shows_the_main_metric_then_what_differs_then_when_and_who_then_the_rest():
    site = made_site(
        curved(1, {**AUC, "seconds": [3.0]}, params={"lr": 0.1, "batch": 32}, provenance={"user": "ann"}),
        curved(2, {"test/auc": [0.9]}, params={"lr": 0.3, "batch": 32}, provenance={"user": "bob"}),
    )

    assert headers(site.experiment) == [
        "colour",
        "run",
        "status",
        "test/auc best",
        "test/auc last",
        "lr",
        "started",
        "duration",
        "user",
        "train/auc",
        "seconds last",
    ]


def test_the_best_run_stands_first_and_its_value_is_marked():
    site = made_site(*(curved(n, {"auc": [n / 10]}, name=f"r{n}") for n in range(1, 4)))

    assert [row[0] for row in rows(site.experiment)] == ["r3", "r2", "r1"]
    assert [text_of(cell) for cell in find(parsed(site.experiment), "td", data_best="")] == ["0.3000"]
    assert len(list(find(parsed(site.experiment), "th", aria_sort="descending"))) == 1


def test_without_a_goal_the_newest_run_stands_first():
    site = made_site(*(curved(n, {"thing": [n / 10]}, name=f"r{n}") for n in range(1, 4)))

    assert [row[0] for row in rows(site.experiment)] == ["r3", "r2", "r1"]
    assert "data-best" not in site.experiment
    assert "aria-sort" not in site.experiment


def test_params_that_are_the_same_in_all_runs_stand_once_above_the_table():
    site = made_site(run(1, params={"lr": 0.1, "batch": 32}), run(2, params={"lr": 0.3, "batch": 32}))

    assert "batch" not in headers(site.experiment)
    assert "batch 32" in text_of(next(find(parsed(site.experiment), "dl")))


def test_what_is_missing_is_a_dash_with_its_reason():
    site = made_site(
        curved(1, {"auc": [0.5]}, params={"lr": 0.1}), curved(2, {"auc": [math.nan]}, params={"depth": 3})
    )

    titles = {
        value.get("title")
        for cell in find(parsed(site.experiment), "td", data_kind="missing")
        for value in cell.iter("bdi")
    }

    assert titles == {"not set in this run", "no finite value was logged"}


def test_nan_is_shown_as_nan_and_is_null_in_the_data():
    site = made_site(curved(1, {"thing": [math.nan]}), curved(2, {"thing": [math.inf]}))

    assert {row[-1] for row in rows(site.experiment)} == {"NaN", "∞"}
    (column,) = (one for one in island(site.experiment)["table"]["columns"] if one["label"] == "thing")
    assert column["values"] == [None, None]
    assert column["bad"] == [[0, "NaN"], [1, "∞"]]


def test_numbers_of_a_column_share_their_decimals():
    site = made_site(curved(1, {"auc": [0.5]}), curved(2, {"auc": [0.98765]}))

    assert [row[-3] for row in rows(site.experiment)] == ["0.9877", "0.5000"]


def test_only_the_first_rows_are_printed_and_all_are_in_the_data():
    site = made_site(*(curved(n, {"auc": [n / 300]}) for n in range(1, 131)))

    table = island(site.experiment)["table"]

    assert len(rows(site.experiment)) == 25
    assert len(table["order"]) == 130
    numbers = [column for column in table["columns"] if column["kind"] == "number"]
    assert numbers
    assert all(len(base64.b64decode(column["packed"])) == 130 * 8 for column in numbers)
    assert "the first 25 of 130 runs are listed" in site.experiment


def test_texts_of_a_column_are_stored_once():
    site = made_site(*(run(n, params={"model": "ab"[n % 2]}) for n in range(1, 7)))

    column = next(c for c in island(site.experiment)["table"]["columns"] if c["label"] == "model")

    assert column["texts"] == ["b", "a"]
    assert column["codes"] == [0, 1] * 3


def test_params_of_several_kinds_keep_them_in_the_data():
    values = [1, 0.5, "text", None, True, {}, 2**60]
    site = made_site(*(run(n, params={"p": value}) for n, value in enumerate(values)))

    column = next(c for c in island(site.experiment)["table"]["columns"] if c["label"] == "p")

    assert column["values"] == [1, 0.5, "text", ["None"], ["True"], ["{}"], [str(2**60)]]


def test_the_data_say_where_the_points_of_each_series_lie():
    site = made_site(curved(1, AUC), curved(2, {"test/auc": [0.1]}))

    data = island(site.experiment)

    assert [metric["name"] for metric in data["metrics"]] == ["train/auc", "test/auc"]
    assert sorted(entry[:2] for entry in data["series"]) == [[0, 0], [0, 1], [1, 1]]
    assert [entry[4] for entry in sorted(data["series"])] == [3, 3, 1]
    assert all(href.startswith("../../shards/") and href.endswith(".js") for href in data["shards"])
    assert data["cards"] == [{"title": "auc", "section": "", "metrics": [1, 0]}]
    assert [(metric["split"], metric["base"]) for metric in data["metrics"]] == [
        ("train", "auc"),
        ("test", "auc"),
    ]


def test_the_runs_of_the_data_have_their_colours_and_addresses():
    site = made_site(*(curved(n, {"auc": [0.5]}) for n in range(12)))

    runs = island(site.experiment)["runs"]

    assert [entry["color"] for entry in runs] == [*range(10), 0, 1]
    assert sum(entry["drawn"] for entry in runs) == 10
    assert runs[3]["href"] == f"../../r/{3:032x}/index.html"


def test_an_axis_defined_as_another_metric_is_its_number():
    definitions = {"loss": MetricDefinition(None, None, "epoch"), "auc": MetricDefinition(None, None, "time")}
    site = made_site(curved(1, {"epoch": [1.0], "loss": [1.0], "auc": [1.0]}, definitions=definitions))

    metrics = island(site.experiment)["metrics"]

    assert [metric["x"] for metric in metrics] == [None, 0, "time"]


def test_a_card_without_scripts_has_a_picture_and_its_range():
    html = made_site(curved(1, AUC), curved(2, AUC)).experiment

    (figure,) = find(parsed(html), "figure", data_card="0")

    assert text_of(next(figure.iter("figcaption"))) == "auc"
    assert len([path for path in figure.iter() if path.get("data-stroke") == "dashed"]) == 2
    assert "0.9 0.5 0 step 2" in text_of(figure)


def paths_of(figure):
    """The lines of a card's picture."""
    return [element.get("d") for element in figure.iter() if element.get("d")]


def test_a_picture_is_on_the_scale_that_its_card_or_the_board_is_configured_to_have():
    values = [1.0, 0.1, 0.01]  # on a log scale a straight line
    boards = [
        {
            "options": {"y": "log"},
            "cards": [{"metrics": ["loss"]}, {"metrics": ["lr"], "options": {"y": "linear", "ylim": "0.."}}],
        }
    ]
    site = made_site(curved(1, {"loss": values, "lr": values}), curved(2, {"loss": values}), boards=boards)

    for html in (site.experiment, site.run(1)):
        bent, straight = find(parsed(html), "figure")
        assert set(paths_of(bent)) == {"M4 4l592 192"}
        assert paths_of(straight) == ["M4 4l296 173 296 17"]
        assert text_of(straight).startswith("lr 1 0 0 step 2")


def test_a_log_scale_of_x_holds_for_pictures_where_x_is_the_step():
    curves = {name: [1.0, 2.0, 3.0] for name in ("loss", "lr", "auc", "system/cpu")}
    cards = [
        {"metrics": ["lr"], "options": {"x": "relative"}},
        {"metrics": ["auc"], "options": {"x": "step"}},
    ]
    site = made_site(
        curved(1, curves),
        boards=[{"options": {"xscale": "symlog"}, "cards": cards}],
        goals={"auc": {"x": "time"}},
    )

    figures = find(parsed(site.experiment), "figure")

    paths = {text_of(next(one.iter("figcaption"))): paths_of(one) for one in figures if paths_of(one)}
    even = ["M4 196l592-192"]
    assert {title for title, path in paths.items() if path == even} == {"lr", "cpu"}
    assert paths["loss"] == paths["auc"] == ["M4 196l374-96 218-96"]


def test_a_picture_of_a_value_that_never_changes_names_it_once():
    html = made_site(curved(1, {"lr": [2.0, 2.0, 2.0]})).experiment

    (figure,) = find(parsed(html), "figure", data_card="0")

    assert "2 0 step 2" in text_of(figure)
    assert "2 2 0" not in text_of(figure)


def test_a_picture_of_what_was_logged_once_is_a_named_bar_a_series():
    html = made_site(curved(1, {"train/auc": [0.5], "test/auc": [0.25]})).experiment

    (figure,) = find(parsed(html), "figure", data_card="0")

    assert text_of(figure) == "auc train/auc 0.50 test/auc 0.25"  # the better one first


def footers_of(html: str) -> list[str]:
    """What stands below each card."""
    footers = find(parsed(html), "p", class_="chart-card__footer")
    return [text_of(footer).replace(" ;", ";") for footer in footers]


def test_a_picture_of_two_strokes_says_what_they_tell():
    site = made_site(curved(1, {**AUC, "val/loss": [2.0, 1.0], "lr": [0.1], "train/lr": [0.1]}))

    footers = footers_of(site.experiment)

    assert footers == ["solid: test; dashed: train", "val", ""]


def test_pictures_of_a_run_say_by_colour_and_stroke_which_metric_is_which():
    curves = {name: [0.5, 0.6] for name in ("loss", "val_loss", "val/auc", "test/auc", "lr", "f1", "kappa")}
    boards = [{"cards": [{"metrics": ["f1", "lr", "kappa"]}]}]
    site = made_site(curved(1, curves), boards=boards, goals={"lr": {"label": "Rate"}})

    page = parsed(site.run(1))

    footers = find(page, "p", class_="chart-card__footer")
    colors = [[key.get("data-color") for key in find(one, "span", class_="swatch")] for one in footers]
    told = list(zip(footers_of(site.run(1)), colors, strict=True))
    assert told == [
        ("f1; Rate; kappa", ["0", "1", "2"]),
        ("test; val", ["0", "1"]),
        ("solid: val; dashed: loss", ["0", "1"]),
    ]
    (losses,) = (card for card in find(page, "figure") if "dashed: loss" in text_of(card))
    assert [path.get("data-stroke") for path in losses.iter() if path.get("d")] == [None, "dashed"]


def test_pictures_of_runs_give_each_metric_of_a_card_a_stroke():
    curves = {name: [0.5, 0.6] for name in ("loss", "f1", "lr")}
    boards = [{"cards": [{"metrics": ["f1", "lr", "loss"]}]}]
    site = made_site(curved(1, curves), curved(2, curves), boards=boards)

    (card,) = (each for each in find(parsed(site.experiment), "figure") if "f1 + lr" in text_of(each))

    assert footers_of(site.experiment)[0] == "solid: f1; dotted: lr; dashdot: loss"
    strokes = [path.get("data-stroke") for path in card.iter() if path.get("d")]
    assert strokes == [None, None, "dotted", "dotted", "dashdot", "dashdot"]


def test_values_that_a_picture_has_no_place_for_are_counted_below_it():
    values = {"train/auc": [0.5, math.inf, math.nan, 0.25], "test/auc": [0.5, 0.75], "lr": [math.nan]}
    site = made_site(curved(1, values))

    footers = footers_of(site.experiment)

    assert footers == [
        "solid: test; dashed: train · 2 values are NaN or infinite",
        "1 value is NaN or infinite",
    ]


def test_a_card_without_a_finite_value_says_so():
    html = made_site(curved(1, {"auc": [math.nan]})).experiment

    assert "None of the drawn runs has a finite value here." in html


def test_a_run_shows_its_params_as_a_tree():
    params = {"model.depth": 3, "model.layers.0": 8, "model.layers.1": 4, "lr": 0.1, "data.path": "x"}

    view = made_site(run(1, params=params)).run_view(1)

    assert [(row.depth, row.label, row.value.text if row.value else None) for row in view.params] == [
        (0, "model", None),
        (1, "depth", "3"),
        (1, "layers", None),
        (2, "0", "8"),
        (2, "1", "4"),
        (0, "lr", "0.1"),
        (0, "data.path", "x"),
    ]


def test_a_param_may_be_a_value_and_a_heading_at_once():
    view = made_site(run(1, params={"a": 1, "a.b": 2, "..": 3, "x.": 4})).run_view(1)

    assert [(row.name, row.value.text) for row in view.params if row.value] == [
        ("a", "1"),
        ("a.b", "2"),
        ("..", "3"),
        ("x.", "4"),
    ]


def test_a_run_marks_the_params_that_differ():
    view = made_site(run(1, params={"a": 1, "b": 1}), run(2, params={"a": 1, "b": 2})).run_view(1)

    assert [row.name for row in view.params if row.differs] == ["b"]


def test_a_param_that_a_failed_run_lacks_does_not_differ_between_the_others_for_that():
    given = {"a": 1, "b": 1, "c": 1}
    site = made_site(
        run(1, params=given), run(2, params={**given, "b": 2}), run(3, params={"c": 2}, status="failed")
    )

    marked = [[row.name for row in site.run_view(number).params if row.differs] for number in (1, 3)]

    assert marked == [["b", "c"], ["c"]]


def test_a_long_param_can_be_read_whole():
    html = made_site(run(1, params={"prompt": "word " * 500})).run(1)

    (details,) = parsed(html).iter("details")

    assert text_of(next(find(details, "bdi", class_="whole"))) == ("word " * 500).strip()


def test_a_run_shows_first_last_min_and_max_of_its_metrics():
    html = made_site(curved(1, {"loss": [0.9, 0.4, 0.5, math.nan]})).run(1)

    (row,) = next(find(parsed(html), "table", class_="list metrics")).find("tbody").iter("tr")

    assert [text_of(cell) for cell in row] == ["loss", "", "NaN", "0.9000", "0.4000", "0.9000", "1", "4"]
    assert [text_of(cell) for cell in find(row, "td", data_best="")] == ["0.4000"]


def test_a_run_shows_how_it_ended_and_why():
    html = made_site(run(1, status="failed", reason="ValueError: no")).run(1)

    assert next(find(parsed(html), "span", data_status="failed")).text == "failed"
    assert "ValueError: no" in html


def test_a_lost_run_says_what_that_means_and_how_to_go_on():
    html = made_site(run(1, status="lost", ended=None)).run(1)

    (lost,) = find(parsed(html), "p", class_="lost")

    assert lost.get("hidden") is None
    assert text_of(lost).startswith("Lost: its process is gone")
    assert text_of(lost).endswith(f'All that it logged is here. start_run("{1:032x}") goes on with it.')


def test_a_run_that_may_be_lost_tells_the_browser_since_when():
    html = made_site(run(1, status="running", alive=None, ended=None)).run(1)

    (mark,) = find(parsed(html), "span", data_status="running")

    assert mark.get("data-alive") == "unknown"
    assert mark.get("data-last").endswith("Z")


def test_a_run_shows_tags_note_artifacts_and_where_it_came_from():
    html = made_site(
        run(
            1,
            tags={"stage": "try"},
            note="# Why\nbecause",
            artifacts=(Artifact("model/weights.bin", 1234, "ab" * 32),),
            provenance={"script": "train.py", "git_commit": "a1b2c3d4", "git_dirty": True, "user": "ann"},
        )
    ).run(1)

    text = text_of(parsed(html))

    for words in ("stage try", "Why because", "model/ weights.bin 1.2 kB abababababab", "source train.py"):
        assert words in text
    assert "commit a1b2c3d with uncommitted changes" in text


def test_parents_and_children_are_linked():
    site = made_site(run(1, name="sweep"), run(2, name="trial", parent=f"{1:032x}"))

    assert f'<a href="../{1:032x}/index.html"><bdi>sweep</bdi></a></th><td>parent</td>' in site.run(2)
    assert f'<a href="../{2:032x}/index.html"><bdi>trial</bdi></a></th><td>child</td>' in site.run(1)
    assert [site.run_view(number).relatives.title for number in (1, 2)] == ["Children", "Parent"]


def test_children_are_shown_with_what_they_are_judged_by():
    said = {"parent": f"{1:032x}", "definitions": {"test/auc": MetricDefinition("max", "%", None)}}
    trials = [curved(n, {"test/auc": [0.5, 0.5 + n / 100]}, name=f"trial-{n}", **said) for n in (2, 3)]

    (table,) = find(parsed(made_site(run(1), *trials).run(1)), "section", class_="relatives")

    assert "best test/ auc %" in text_of(table)
    assert "trial-2 child finished 0.5200 trial-3 child finished 0.5300" in text_of(table)


def test_a_run_is_compared_with_the_one_before_and_with_the_best():
    site = made_site(*(curved(n, {"test/auc": [value]}) for n, value in ((1, 0.5), (2, 0.9), (3, 0.7))))

    assert site.run_view(1).compare_before == ""
    assert site.run_view(2).compare_best == ""
    assert site.run_view(3).compare_before == f"../../compare/index.html#compare={2:032x},{3:032x}"
    assert site.run_view(1).compare_best == f"../../compare/index.html#compare={2:032x},{1:032x}"
    assert "Compare with previous" in site.run(3)


def test_a_run_is_compared_with_the_baseline_that_the_site_has():
    runs = [curved(n, {"test/auc": [value]}, name=f"run-{n}") for n, value in ((1, 0.5), (2, 0.9), (3, 0.7))]
    site = made_site(*runs, baseline='attributes.run_name = "run-1"')

    assert site.run_view(3).compare_baseline == f"../../compare/index.html#compare={1:032x},{3:032x}"
    assert site.run_view(1).compare_baseline == ""
    head = text_of(next(find(parsed(site.run(3)), "header", class_="page-head")))
    assert "rank 2 of 3, 0.2 over the baseline run-1 ." in head
    assert "Compare with baseline" in head
    assert "baseline" not in made_site(*runs).run(3)


def test_a_run_in_progress_took_so_long_until_now():
    took = {"status": "running", "ended": None, "last_active": DAY + 9_000_000}
    site = made_site(curved(1, {"test/auc": [0.5, 0.6]}, **{**took, "started": DAY}))

    for html in (site.home, site.run(1)):
        assert '<bdi title="so far, up to its last sign of life">9.0 s so far</bdi>' in html
    assert '<bdi title="so far, up to its last sign of life">9.0 s</bdi>' in site.experiment


def test_the_step_of_the_best_value_is_named_where_a_goal_is_known():
    view = made_site(curved(1, {"loss": [0.9, 0.4, 0.5], "speed": [1.0, 3.0, 2.0]})).run_view(1)

    assert [row.best_step.text for row in view.metrics] == ["1", "–"]


def test_a_commit_is_linked_where_its_public_home_is_in_the_record():
    known = {"git_commit": "a1b2c3d4e5", "git_remote": "git@github.com:ann/box.git"}

    assert 'href="https://github.com/ann/box/commit/a1b2c3d4e5"' in made_site(run(1, provenance=known)).run(1)


def test_a_run_gives_the_lines_that_bring_it_back():
    provenance = {"git_commit": "a1b2c3d4e5", "script": "train.py", "git_dirty": True}

    html = made_site(run(1, params={"lr": 0.1}, provenance=provenance)).run(1)

    (lines,) = (code for code in parsed(html).iter("code") if code.get("data-copy-text") is not None)
    assert "git checkout a1b2c3d4e5" in text_of(lines)
    assert "# lr = 0.1" in text_of(lines)


def test_a_conflict_between_writers_is_shown():
    html = made_site(run(1, params={"lr": 0.2}, conflicts=(("lr", (0.1, 0.2)),))).run(1)

    assert "lr was set to 0.1 and 0.2" in text_of(parsed(html))


def test_a_damaged_file_is_named_on_its_run_its_experiment_and_the_page_of_problems():
    path = f"experiments/fake-box-0/{1:032x}/points-a1.arrow"
    problem = Problem(path, "its checksum is wrong", 4096, f"{1:032x}", "fake box")
    site = made_site(run(1, problems=(problem,)), run(2))

    for html in (site.run(1), site.experiment, site.html["problems/index.html"]):
        assert path in html
        assert "its checksum is wrong" in html
    assert "at byte 4,096" in site.html["problems/index.html"]
    assert "copy this file again" in site.html["problems/index.html"]
    assert "sitegen doctor STORE --copy-good DIR" in site.html["problems/index.html"]
    assert "sitegen doctor STORE --copy-good DIR" in site.html["problems/index.html"]
    assert path not in site.run(2)
    assert "1 problem" in site.home


def test_a_run_of_which_no_point_was_read_is_not_said_to_show_some():
    problem = Problem("experiments/x/y/points-a1.arrow", "it ends too early", 9, f"{1:032x}", "fake box")

    lost = made_site(run(1, problems=(problem,))).html["problems/index.html"]
    some = made_site(run(1, metrics=AUC, problems=(problem,))).html["problems/index.html"]

    assert "No row of it could be read. If the run was copied here" in lost
    assert "Every row that could be read is shown. If the run was copied here" in some


def test_a_store_without_problems_says_so():
    assert "every file of the store was read whole" in made_site(run(1)).html["problems/index.html"]


def test_two_pages_never_share_an_address():
    site = made_site(run(1, experiment="a"), run(2, experiment="A b"), run(3, experiment="a/b"))

    assert len(site.html) == len({path.casefold() for path in site.html})


def landing(page: str, target: str) -> str:
    """The file of the site that a link leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), target.partition("#")[0]))


def test_every_internal_link_lands():
    problem = Problem("x", "is foreign", None, f"{1:032x}", None)
    site = made_site(
        curved(1, AUC, parent=f"{2:032x}", problems=(problem,)), curved(2, AUC), run(3, experiment="other")
    )
    scripts = {f"assets/{name}.js" for name in ("app", "pages", "vega", "specs", "theme", "compare")}
    styles = {f"assets/{name}.css" for name in ("app", "pages", "print")}
    known = {*site.html, *scripts, *styles, "assets/THIRD-PARTY.txt", "data/index.json"}
    known |= {f"data/{file.name}" for file in MANIFEST.files}

    for path, html in site.html.items():
        tree = parsed(html)
        ids = {element.get("id") for element in tree.iter() if isinstance(element.tag, str)}
        for element in tree.iter():
            for name in ("href", "src"):
                target = element.get(name) if isinstance(element.tag, str) else None
                if target is None or target.startswith("data:"):
                    continue
                if target.startswith("#"):
                    assert target[1:] in ids, (path, target)
                else:
                    assert landing(path, target) in known, (path, target)
