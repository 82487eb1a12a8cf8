"""Boards: the cards that a configuration asks for, and those that names alone make."""

from __future__ import annotations

import pytest

from sitegen.boards import board_of
from sitegen.config import BoardConfig, CardConfig
from sitegen.metricinfo import MetricInfo

METRICS = [MetricInfo(name, None, False) for name in ("train/auc", "test/auc", "loss", "lr")]


def titles(*configured: BoardConfig, experiment: str = "fake box") -> list[str]:
    return [card.title for card in board_of(experiment, METRICS, None, configured).cards]


def test_cards_are_made_from_names_when_nothing_is_configured():
    assert titles() == ["auc", "loss", "lr"]


def test_configured_cards_come_first_and_the_rest_follows():
    board = BoardConfig(cards=[CardConfig(metrics=["lr", "loss"])])

    assert titles(board) == ["lr + loss", "auc"]


def test_rest_can_be_left_out():
    assert titles(BoardConfig(cards=[CardConfig(title="Rate", metrics=["lr"])], rest="none")) == ["Rate"]


def test_hidden_metrics_stand_on_no_card_of_their_own():
    board = BoardConfig(cards=[CardConfig(metrics=["lr", "train/auc"])], hide=["loss", "train/auc"])

    cards = board_of("fake box", METRICS, None, [board]).cards

    assert [[metric.name for metric in card.metrics] for card in cards] == [["lr", "train/auc"], ["test/auc"]]


def test_configured_cards_stand_in_the_section_that_they_name():
    board = BoardConfig(cards=[CardConfig(metrics=["lr"], section="rates"), CardConfig(metrics=["loss"])])

    cards = board_of("fake box", METRICS, None, [board]).cards

    assert [(card.title, card.section) for card in cards] == [("lr", "rates"), ("loss", ""), ("auc", "")]


def test_the_rest_stands_behind_configured_cards_with_and_without_a_section():
    board = BoardConfig(cards=[CardConfig(metrics=["lr"]), CardConfig(metrics=["loss"], section="losses")])

    cards = board_of("fake box", METRICS, None, [board]).cards

    assert [(card.title, card.section) for card in cards] == [("lr", ""), ("loss", "losses"), ("auc", "More")]


def test_only_a_title_that_was_configured_is_known_as_chosen():
    board = BoardConfig(cards=[CardConfig(title="Rate", metrics=["lr"]), CardConfig(metrics=["loss"])])

    cards = board_of("fake box", METRICS, None, [board]).cards

    assert [(card.title, card.named) for card in cards] == [("Rate", True), ("loss", False), ("auc", False)]


def test_board_of_the_experiment_holds_before_the_general_one_in_any_case():
    general = BoardConfig(cards=[CardConfig(title="general", metrics=["lr"])], rest="none")
    own = BoardConfig(experiment="Fake Box", cards=[CardConfig(title="own", metrics=["lr"])], rest="none")

    assert titles(general, own) == ["own"]
    assert titles(general, own, experiment="other") == ["general"]


def test_card_of_metrics_that_nobody_logged_is_left_out():
    assert titles(BoardConfig(cards=[CardConfig(metrics=["gone"])], rest="none")) == []


def test_options_of_board_and_cards_are_handed_on():
    configured = BoardConfig(
        options={"y": "log"}, cards=[CardConfig(metrics=["lr"], options={"size": "wide"})]
    )

    board = board_of("any", METRICS, None, [configured])

    assert board.options == (("y", "log"),)
    assert board.cards[0].options == (("size", "wide"),)


@pytest.mark.parametrize(("labels", "title"), [({"loss": "Loss"}, "Loss"), ({"lr": "x"}, "loss")])
def test_label_of_a_metric_is_the_title_of_its_card(labels, title):
    metrics = [MetricInfo(name, None, False, label=labels.get(name, "")) for name in ("loss", "lr")]

    assert board_of("any", metrics, "loss", []).cards[0].title == title


@pytest.mark.parametrize(
    ("metrics", "title"),
    [
        (["loss"], "Log loss"),
        (["test/auc"], "Area under ROC"),
        (["train/auc"], "train/auc"),
        (["train/auc", "test/auc"], "auc"),
        (["test/auc", "lr", "loss"], "Area under ROC + lr + Log loss"),
    ],
    ids=["label", "label of a split", "name of a split", "what splits share", "several"],
)
def test_configured_card_without_a_title_is_called_as_its_metrics_are(metrics, title):
    labels = {"loss": "Log loss", "test/auc": "Area under ROC"}
    infos = [
        MetricInfo(name, None, False, label=labels.get(name, ""))
        for name in ("train/auc", "test/auc", "loss", "lr")
    ]
    configured = BoardConfig(cards=[CardConfig(metrics=metrics)], rest="none")

    assert [card.title for card in board_of("any", infos, None, [configured]).cards] == [title]


def test_label_that_two_metrics_share_tells_neither_of_two_configured_cards():
    infos = [MetricInfo(name, None, False, label="AUC") for name in ("train/auc", "test/auc")]
    cards = [["test/auc"], ["train/auc"], ["train/auc", "test/auc"]]
    configured = BoardConfig(cards=[CardConfig(metrics=metrics) for metrics in cards])

    found = board_of("any", infos, None, [configured]).cards

    assert [card.title for card in found] == ["test/auc", "train/auc", "AUC"]


@pytest.mark.parametrize(
    "boards", [[], [BoardConfig(cards=[CardConfig(metrics=["loss"])])]], ids=["", "configured"]
)
def test_label_that_another_metric_has_too_is_the_title_of_no_card(boards):
    labels = {"test/auc": "same", "loss": "same", "train/f1": "F1", "test/f1": "F1", "test/r2": "F1"}
    infos = [MetricInfo(name, None, False, label=label) for name, label in labels.items()]

    found = board_of("any", infos, None, boards).cards

    assert sorted(card.title for card in found) == ["auc", "f1", "loss", "r2"]


def test_card_has_the_unit_that_all_its_metrics_share():
    units = {"train/auc": "%", "test/auc": "%", "loss": "nats"}
    infos = [
        MetricInfo(name, None, False, unit=units.get(name))
        for name in ("train/auc", "test/auc", "loss", "lr")
    ]
    configured = BoardConfig(cards=[CardConfig(metrics=["loss", "lr"])])

    automatic, chosen = (board_of("any", infos, None, boards).cards for boards in ([], [configured]))

    assert [(card.title, card.unit) for card in automatic] == [("auc", "%"), ("loss", "nats"), ("lr", "")]
    assert [(card.title, card.unit) for card in chosen] == [("loss + lr", ""), ("auc", "%")]
