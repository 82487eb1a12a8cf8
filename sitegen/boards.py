"""Boards: which cards stand on a page, as the site's configuration says, else made from the names alone.

Left of here `sitegen.cards` groups metrics by their names; right of here pages print cards. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from logger.layout import experiment_key

from .cards import Card, CardMetric, board, split_of
from .config import BoardConfig, CardConfig
from .metricinfo import MetricInfo, own_labels

REST = "More"  # the section of cards that nobody configured, where those without one stand before others


@dataclass(frozen=True, slots=True)
class Board:
    """The cards of a page in their order, and how all of them are drawn."""

    cards: tuple[Card, ...]
    options: tuple[tuple[str, str], ...] = ()  # names and words, as in addresses
    whole: bool = True  # cards that nobody configured stand on it, too
    hide: tuple[str, ...] = ()  # metrics that get none of those
    number: int | None = None  # of the configured one; None: nobody configured it

    @property
    def bare(self) -> str:
        """A configured board without a card, as the configuration has it, `boards[0]`; "" for others."""
        return "" if self.cards or self.number is None else f"boards[{self.number}]"


def board_of(
    experiment: str, metrics: Sequence[MetricInfo], first: str | None, configured: Sequence[BoardConfig]
) -> Board:
    """The board of an experiment or of one of its runs.

    Args:
        experiment: its name; boards are found by it, in any case.
        metrics: what is to be drawn, in the order first logged.
        first: the metric whose card comes first among those that nobody configured.
        configured: the site's boards; the first one that names the experiment holds, else the first that
            names none.
    """
    names = [info.name for info in metrics]
    units = {info.name: info.unit or "" for info in metrics}
    labels = {info.name: info.label for info in metrics if info.label}
    own = own_labels(metrics)
    number = _chosen(experiment, configured)
    if number is None:
        return Board(tuple(_measured(_called(card, labels, own), units) for card in board(names, first)))
    chosen = configured[number]
    known = frozenset(names)
    cards = tuple(card for each in chosen.cards if (card := _card(each, known, labels, own)) is not None)
    placed = {metric.name for card in cards for metric in card.metrics} | set(chosen.hide)
    rest = board([name for name in names if name not in placed], first) if chosen.rest == "below" else ()
    rest = tuple(_called(card, labels, own) for card in rest)
    sections = list(dict.fromkeys(card.section for card in cards))
    if "" in sections[:-1]:  # without a name they would stand before the sections behind it
        rest = tuple(card if card.section else replace(card, section=REST) for card in rest)
    all_cards = tuple(_measured(card, units) for card in (*cards, *rest))
    options, hide = tuple(chosen.options.items()), tuple(chosen.hide)
    return Board(all_cards, options, chosen.rest == "below", hide, number)


def _called(card: Card, labels: Mapping[str, str], own: Mapping[str, str]) -> Card:
    """The card under the label that its metrics have, and no other."""
    names = {metric.name for metric in card.metrics}
    label = labels.get(card.metrics[0].name)
    having = {name for name, each in labels.items() if each == label}
    is_theirs = having == names if len(names) > 1 else names <= own.keys()
    return replace(card, title=label) if label and is_theirs else card


def _measured(card: Card, units: Mapping[str, str]) -> Card:
    """The card with the unit that all its metrics share, where they do."""
    found = {units[metric.name] for metric in card.metrics}
    return replace(card, unit=found.pop()) if len(found) == 1 else card


def _chosen(experiment: str, configured: Sequence[BoardConfig]) -> int | None:
    """The number of the configured board that holds for an experiment; None when there is none."""
    key = experiment_key(experiment)
    keys = [None if board.experiment is None else experiment_key(board.experiment) for board in configured]
    return next((keys.index(each) for each in (key, None) if each in keys), None)


def _card(
    configured: CardConfig, known: frozenset[str], labels: Mapping[str, str], own: Mapping[str, str]
) -> Card | None:
    """A card with those of its metrics that were logged; None when none was.

    Where nobody titled it, several metrics give it what they share, and else each what it is called: of one
    alone the split is part of that.
    """
    metrics = [name for name in dict.fromkeys(configured.metrics) if name in known]
    if not metrics and "axes" not in configured.options:
        return None
    shared = board(metrics)
    if configured.title:
        title = configured.title
    elif len(metrics) > 1 and len(shared) == 1:
        title = _called(shared[0], labels, own).title
    else:
        title = " + ".join(own.get(name, name) for name in metrics)
    members = tuple(CardMetric(name, split_of(name)[1]) for name in metrics)
    return Card(title, configured.section, members, bool(configured.title), tuple(configured.options.items()))
