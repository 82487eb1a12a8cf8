"""Which pictures are the steps of one series."""

from __future__ import annotations

import hostile
import pytest

from sitegen.imageseries import image_series


@pytest.mark.parametrize(
    "pattern",
    ["samples/{}.png", "samples_{:04}.png", "samples-{}.png", "samples step {}.png", "samples/epoch_{}.png"],
)
def test_pictures_that_differ_in_their_step_are_one_series_in_its_order(pattern):
    paths = [pattern.format(step) for step in (10, 2, 0)]

    (series,) = image_series(paths)

    assert series.name == "samples"
    assert series.pictures == ((0, paths[2]), (2, paths[1]), (10, paths[0]))


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("gen/step-{}-class-0.png", "gen/class-0"),
        ("gen/step_{:03}_class_0.png", "gen/class_0"),
        ("conf/epoch={}/matrix.png", "conf/matrix"),
        ("conf_epoch={}/matrix.png", "conf/matrix"),
        ("Epoch {}/0/1.png", "0/1"),
        ("a/iter{}.2.png", "a/2"),
        ("v2/epoch_7/iteration_{}/3.png", "v2/epoch_7/3"),
        ("step_{}.png", "step"),
        ("epoch={}.png", "epoch"),
        ("timestep_{}.png", "timestep"),
        ("a/step/x_{}.png", "a/step/x"),
    ],
)
def test_a_number_that_is_called_a_step_is_one_wherever_it_stands(pattern, name):
    paths = [pattern.format(step) for step in (11, 5, 6)]

    (series,) = image_series(paths)

    assert series.name == name
    assert series.pictures == ((5, paths[1]), (6, paths[2]), (11, paths[0]))


def test_pictures_of_several_classes_are_a_series_each():
    paths = [f"gen/step-{step}-class-{label}.png" for step in (5, 6) for label in (0, 1)]

    found = image_series(paths)

    assert [(series.name, [step for step, _ in series.pictures]) for series in found] == [
        ("gen/class-0", [5, 6]),
        ("gen/class-1", [5, 6]),
    ]


def test_pictures_alone_are_series_of_one_without_a_step():
    found = image_series(["roc.png", "layer2.png", "only_7.png"])

    assert [(series.name, series.pictures) for series in found] == [
        (path, ((None, path),)) for path in ("layer2.png", "only_7.png", "roc.png")
    ]


def test_series_of_several_names_and_formats_stay_apart():
    found = image_series(["a/1.png", "a/2.png", "b/1.png", "b/2.png", "a/1.jpg", "a/2.jpg"])

    assert sorted((series.name, len(series.pictures)) for series in found) == [("a", 2), ("a", 2), ("b", 2)]


def test_two_pictures_of_one_step_are_not_a_series():
    assert len(image_series(["a_1.png", "a_01.png", "a_2.png"])) == 3


def test_any_name_is_taken_once():
    paths = [f"{name}.png" for name in dict.fromkeys(hostile.NAMES)]

    found = image_series(paths)

    assert sorted(path for series in found for _, path in series.pictures) == sorted(paths)
