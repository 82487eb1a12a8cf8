"""Cards: which metrics share a chart without being asked.

Metrics whose names differ only by a split (train, val, test, …) lie on one card:

    train/auc + test/auc        auc/train + auc/test      train_auc + auc_test
    loss + val_loss             AUC in train + AUC in test

A split is a whole word of the name, between `/`, `_`, `-`, `.`, `:`, spaces or the ends, maybe in brackets;
`latest` holds none. Some whole words are no split where they stand (`std_dev`, `max_val`, `p_val`), and
*training* is one only where nothing else can be meant: as a part between slashes, or beside a word that has a
goal (`training_loss`, never `training_time`). Pure: names in, cards out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .goals import assumed_goal

SYSTEM = "system"  # the section of what the machine did; always last
HELD_OUT = ("test", "val", "eval", "dev")  # splits a model is judged by, the best first

_ORDER = (*HELD_OUT, "", "train")  # of the metrics on a card
_SPLITS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "eval": "eval",
    "dev": "dev",
}
_NOT_AFTER = {  # word → words that give it another meaning when they stand alone before it
    "val": frozenset(("max", "min", "mean", "avg", "abs", "p")),
    "dev": frozenset(("std", "standard", "stddev", "mean", "abs", "avg")),
    "test": frozenset(("t", "z", "f", "unit", "chi2", "ab")),
}
_LINKS = frozenset(("in", "on", "for", "during"))  # "AUC in train"
_NOUNS = frozenset(("set", "data", "split", "fold"))  # "AUC on test set"
_PIECES = re.compile(r"([/_\-.:\s]+)")


@dataclass(frozen=True, slots=True)
class CardMetric:
    """A metric on a card."""

    name: str
    split: str  # "train", "test", "val", "eval", "dev", or "" when the name has none


@dataclass(frozen=True, slots=True)
class Card:
    """One chart of a board: what is on it before anybody touches it."""

    title: str  # what the metrics share
    section: str  # heading it stands under; "" for the first, unnamed one
    metrics: tuple[CardMetric, ...]
    named: bool = False  # somebody chose the title: it holds whatever metrics a reader adds
    options: tuple[tuple[str, str], ...] = ()  # that differ from the board's; names and words as in addresses
    unit: str = ""  # that all its metrics have


def split_of(name: str) -> tuple[str, str]:
    """What a metric measures and on which part of the data: `train/auc` → `("auc", "train")`.

    A name without a split, or that is nothing but one, comes back whole: `("latest", "")`.
    Of several splits the last decides: `eval/train_loss` is a loss in training, kept under eval.
    """
    pieces = _PIECES.split(name)  # words at even places, what separates them at odd ones
    for place in range(len(pieces) - 1, -1, -2):
        split = _SPLITS.get(_word(pieces[place]))
        if split and _stands_alone(pieces, place):
            rest = _without(pieces, place)
            sure = _word(pieces[place]) != "training" or _is_part(pieces, place) or assumed_goal(rest)
            if rest and sure:
                return _twice(rest, split), split
    return name, ""


def board(names: Iterable[str], first: str | None = None) -> tuple[Card, ...]:
    """The cards of an experiment or a run.

    Args:
        names: metrics in the order first logged; every one ends on exactly one card.
        first: the metric whose card comes first.
    Returns: Cards by section: the unnamed one, the others as they first appear, `system` last.
    """
    groups: dict[str, list[CardMetric]] = {}
    for name in dict.fromkeys(names):
        base, split = split_of(name)
        groups.setdefault(base, []).append(CardMetric(name, split))
    cards = [_card(base, metrics) for base, metrics in groups.items()]
    sections = list(dict.fromkeys(card.section for card in cards))
    leading = next((card.section for card in cards if _holds(card, first)), "")

    def place(card: Card) -> tuple[bool, bool, bool, int, bool]:
        section = card.section
        return (
            section == SYSTEM,
            section != "",
            section != leading,
            sections.index(section),
            not _holds(card, first),
        )

    return tuple(sorted(cards, key=place))


def strokes(metrics: Sequence[CardMetric], by_run: bool) -> tuple[str, ...]:
    """The stroke of each metric of a card, as scripts draw it (lines.js).

    A lone metric is solid. Beside others training is dashed, also a bare `loss` beside its `val_loss`, as
    Keras names them. Where colours tell runs, metrics that no split tells apart have dots.
    """
    held_out = {split_of(metric.name)[0] for metric in metrics if metric.split not in ("", "train")}
    left = {True: ["dashed", "dashdot"], False: ["solid", "dotted", "dashdot"]}
    found = []
    for metric in metrics:
        trained = len(metrics) > 1 and (metric.split or (metric.name in held_out and "train")) == "train"
        choices = left[trained]
        stroke = choices.pop(0) if len(choices) > 1 else choices[0]
        found.append(stroke if by_run or trained else "solid")
    return tuple(found)


def shared(metrics: Sequence[CardMetric]) -> bool:
    """Whether several metrics differ in their split only."""
    return len(metrics) > 1 and len({split_of(metric.name)[0] for metric in metrics}) == 1


def _card(base: str, metrics: list[CardMetric]) -> Card:
    if len(metrics) == 1 and not _slashed(metrics[0].name):
        base = metrics[0].name  # nothing shares a card with `val_loss`: it keeps its name
    ordered = tuple(sorted(metrics, key=lambda metric: _ORDER.index(metric.split)))
    section, _, title = base.partition("/")
    return Card(title, section, ordered) if section and title else Card(base, "", ordered)


def _holds(card: Card, name: str | None) -> bool:
    return any(metric.name == name for metric in card.metrics)


def _slashed(name: str) -> bool:
    return any(part.casefold() in _SPLITS for part in name.split("/"))


def _word(piece: str) -> str:
    return piece.strip("()[]").casefold()


def _is_part(pieces: list[str], place: int) -> bool:
    before = pieces[place - 1] if place else "/"
    after = pieces[place + 1] if place + 1 < len(pieces) else "/"
    return "/" in before and "/" in after


def _stands_alone(pieces: list[str], place: int) -> bool:
    """Whether the word means a split there: not the end of `std_dev`."""
    if place < 2 or "/" in pieces[place - 1]:
        return True
    alone = place < 4 or "/" in pieces[place - 3]
    return not (alone and pieces[place - 2].casefold() in _NOT_AFTER.get(_word(pieces[place]), ()))


def _without(pieces: list[str], place: int) -> str:
    """The name without the word at `place`, and without "in" before and "set" behind it."""
    left, right = pieces[:place], pieces[place + 1 :]
    if len(right) >= 2 and _is_space(right[0]) and right[1].casefold() in _NOUNS:
        right = right[2:]
    for words in (("the",), _LINKS):
        if len(left) >= 4 and left[-2].casefold() in words and _is_space(left[-1]) and _is_space(left[-3]):
            left = left[:-2]
    if not right:
        left = left[:-1]
    elif not left:
        right = right[1:]
    elif "/" in right[0]:
        left = left[:-1]
    else:
        right = right[1:]
    return "".join(left + right)


def _twice(rest: str, split: str) -> str:
    """`test/test_auc` says it twice: what remains when the same split is named again."""
    again, same = split_of(rest)
    return again if same == split else rest


def _is_space(separator: str) -> bool:
    return separator.isspace() or separator in ("_", "-")
