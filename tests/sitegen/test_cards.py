"""Which metrics share a chart without being asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.cards import CardMetric, board, split_of, strokes


def shared(*names: str) -> list[set[str]]:
    """What lies together on cards that hold more than one metric."""
    cards = [{metric.name for metric in card.metrics} for card in board(names)]
    return [names for names in cards if len(names) > 1]


@pytest.mark.parametrize(
    "names",
    [
        ("train/auc", "test/auc"),
        ("auc/train", "auc/test"),
        ("train_auc", "auc_test"),
        ("loss", "val_loss"),
        ("AUC in train", "AUC in test"),
        ("TRAIN/auc", "Test/auc"),
        ("train-auc", "valid-auc"),
        ("train.auc", "dev.auc"),
        ("train auc", "eval auc"),
        ("model/train/auc", "model/test/auc"),
        ("train/auc", "val/auc", "test/auc"),
        ("training/auc", "validation/auc"),
        ("training_loss", "validation_loss"),
        ("accuracy on the train set", "accuracy on the test set"),
        ("train/train_auc", "test/test_auc"),
        ("roc_train_auc", "roc_test_auc"),
        ("auc@5/train", "auc@5/test"),
        ("réseau/train", "réseau/test"),
        ("AUC (train)", "AUC (test)"),
        ("auc [train]", "auc [test]"),
        ("train:auc", "test:auc"),
    ],
    ids=lambda names: " + ".join(names),
)
def test_metrics_that_differ_only_by_a_split_share_a_card(names):
    assert shared(*names) == [set(names)]


@pytest.mark.parametrize(
    "names",
    [
        ("latest", "la", "test", "train"),
        ("latest/auc", "auc"),
        ("training_time", "time", "test_time"),
        ("training_time", "validation_time"),
        ("evaluation_cost", "cost", "train_cost"),
        ("std_dev", "std"),
        ("max_val", "max"),
        ("p_val", "p"),
        ("t_test", "t"),
        ("attrain", "attest"),
        ("auc", "AUC/test"),
        ("train/auc", "test/loss"),
        ("contest/score", "score"),
        ("evaluate/auc", "auc"),
    ],
    ids=lambda names: " + ".join(names),
)
def test_metrics_that_only_look_alike_keep_their_own_cards(names):
    together = shared(*names)

    first = names[0]
    assert not any(first in group for group in together)


def test_training_time_is_not_split_beside_the_time_of_a_test():
    assert shared("training_time", "test_time", "train_time") == [{"test_time", "train_time"}]


def test_two_names_of_the_same_split_are_both_kept_on_the_card():
    (card,) = board(["train/auc", "auc_train", "test/auc"])

    assert [(metric.name, metric.split) for metric in card.metrics] == [
        ("test/auc", "test"),
        ("train/auc", "train"),
        ("auc_train", "train"),
    ]


@pytest.mark.parametrize(
    ("names", "by_run", "by_metric"),
    [
        (["test/auc", "train/auc", "loss"], "solid dashed dotted", "solid dashed solid"),
        (["val_loss", "loss"], "solid dashed", "solid dashed"),
        (["val_loss", "accuracy"], "solid dotted", "solid solid"),
        (["train/auc", "train/loss"], "dashed dashdot", "dashed dashdot"),
        (["train/auc"], "solid", "solid"),
        (["loss"], "solid", "solid"),
    ],
    ids=[
        *("of several kinds", "a bare one beside its held-out one", "one beside another's", "of training"),
        *("a lone one of training", "a lone one"),
    ],
)
def test_strokes_tell_splits_by_the_metrics_of_their_card_alone(names, by_run, by_metric):
    metrics = [CardMetric(name, split_of(name)[1]) for name in names]

    assert strokes(metrics, by_run=True) == tuple(by_run.split())
    assert strokes(metrics, by_run=False) == tuple(by_metric.split())


def test_card_is_titled_by_what_its_metrics_share():
    (card,) = board(["AUC in train", "AUC in test"])

    assert (card.title, card.section) == ("AUC", "")


def test_word_that_shares_with_nothing_keeps_its_whole_name():
    (card,) = board(["val_loss"])

    assert card.title == "val_loss"


def test_section_is_the_first_folder_of_what_remains():
    cards = board(["box/loss/train", "box/loss/val", "train/auc"])

    assert [(card.section, card.title) for card in cards] == [("", "auc"), ("box", "loss")]


def test_system_metrics_come_last_and_the_main_metric_first():
    cards = board(["system/cpu", "loss", "b/x", "a/x", "auc/test"], first="a/x")

    assert [(card.section, card.title) for card in cards] == [
        ("", "loss"),
        ("", "auc"),
        ("a", "x"),
        ("b", "x"),
        ("system", "cpu"),
    ]


def test_name_that_is_nothing_but_a_split_stays_whole():
    assert split_of("test") == ("test", "")
    assert split_of("train/test") == ("train", "test")


@given(st.lists(st.text("abtrains/_-. vltedTR", min_size=1), max_size=12))
def test_every_metric_ends_on_exactly_one_card_whatever_its_name(names):
    cards = board(names)

    placed = [metric.name for card in cards for metric in card.metrics]
    assert sorted(placed) == sorted(set(names))
    assert all(card.title for card in cards)
