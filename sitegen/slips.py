"""Slips: what a configuration names and no run of the site has, and what of it shows or tells nothing.

Each is a remark, for a metric may not be logged yet, and a baseline not be tagged: the site is made all the
same. `sitegen.configfile` refuses what can never be right. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from logger.layout import experiment_key

from .cards import split_of
from .catalog import Catalog, ExperimentData
from .config import BoardConfig, CardConfig, SiteConfig
from .configfile import dotted
from .numbers import plural
from .options import LISTS, NAMED
from .pictures import board_of_experiment

_Keys = tuple[int | str, ...]
_Named = tuple[_Keys, str]  # where a name stands, the name


_NAMED_MOST = 3  # experiments
_RUN_ID = re.compile(
    r"""(?<![\w.])(?:(?:attributes?|attr|run)\.)?run_id\s*==?\s*(['"])([0-9a-f]+)\1""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with what a key says."""

    keys: _Keys  # from the top of the configuration, as `configfile.line_of` takes them
    what: str  # what it names, and what was probably meant

    def __str__(self) -> str:
        return f"{dotted(self.keys)}: {self.what}"


def slips(config: SiteConfig, catalog: Catalog) -> tuple[Slip, ...]:
    """The slips of a configuration; none for a site without runs."""
    if not catalog.run_count:
        return ()
    metrics = {info.name for experiment in catalog.experiments for info in experiment.metrics}
    named: list[_Named] = [(("goals", name), name) for name in config.goals]
    named += [
        (("goals", name, "x"), goal.x)
        for name, goal in config.goals.items()
        if goal.x is not None and goal.x not in ("step", "time")
    ]
    named += [(("gates", name), name) for name in config.gates]
    named += [(("badges",), name) for name in config.badges or ()]
    found = [_unknown(keys, name, metrics) for keys, name in named if name not in metrics]
    found += _one_label(config, catalog)
    for number, board in enumerate(config.boards):
        found += _of_board(number, board, catalog)
    found += _second(config.boards)
    found += _bare(config.boards, catalog)
    if config.baseline is not None and all(each.baseline is None for each in catalog.experiments):
        whole = _whole_id(config.baseline, catalog)
        found.append(
            Slip(("baseline",), f"there is no finished run for which {config.baseline} holds{whole}")
        )
    return tuple(found)


def _whole_id(filter_string: str, catalog: Catalog) -> str:
    """What to write for the beginning of an id that a filter takes for the whole of it."""
    ids = [run.run_id for experiment in catalog.experiments for run in experiment.runs]
    for _, start in _RUN_ID.findall(filter_string):
        meant = [run_id for run_id in ids if run_id.startswith(start.lower())]
        if len(meant) == 1 and meant[0] != start:
            return f"; an id is compared as a whole: {meant[0]}"
    return ""


def _one_label(config: SiteConfig, catalog: Catalog) -> list[Slip]:
    """Labels that several metrics of an experiment have; those that differ in their split may share one."""
    found: dict[str, Slip] = {}
    for experiment in catalog.experiments:
        logged = {info.name: info.label for info in experiment.metrics if info.shared}
        first: dict[str, str] = {}
        for name in filter(logged.__contains__, config.goals):
            other = first.setdefault(logged[name], name)
            if split_of(name)[0] != split_of(other)[0]:
                what = f"{other} has the same label: both go by their names"
                found.setdefault(name, Slip(("goals", name, "label"), what))
    return list(found.values())


def _second(boards: Sequence[BoardConfig]) -> list[Slip]:
    """Boards that another one comes before."""
    found: list[Slip] = []
    first: dict[str | None, int] = {}
    for number, board in enumerate(boards):
        key = None if board.experiment is None else experiment_key(board.experiment)
        holds = first.setdefault(key, number)
        if holds != number:
            whose = "without an experiment" if board.experiment is None else f"for {board.experiment}"
            found.append(
                Slip(("boards", number), f"boards[{holds}] is {whose}, too, and holds: the first one does")
            )
    return found


def _bare(boards: Sequence[BoardConfig], catalog: Catalog) -> list[Slip]:
    """Boards that leave the page of an experiment without a card."""
    bare: dict[int, list[str]] = {}
    for experiment in catalog.experiments:
        board = board_of_experiment(experiment, boards)
        if experiment.metrics and not board.cards and board.number is not None:
            bare.setdefault(board.number, []).append(experiment.name)
    found = []
    for number, names in bare.items():
        more = len(names) - _NAMED_MOST
        named = ", ".join(names[:_NAMED_MOST]) + (
            f" and {plural(more, 'experiment')} more" if more > 0 else ""
        )
        key = "rest" if boards[number].rest == "none" else "hide"
        found.append(Slip(("boards", number, key), f"it leaves no card to show of {named}"))
    return found


def _of_board(number: int, board: BoardConfig, catalog: Catalog) -> list[Slip]:
    place: _Keys = ("boards", number)
    experiments = catalog.experiments
    if board.experiment is not None:
        by_key = {experiment_key(each.name): each for each in catalog.experiments}
        experiment = by_key.get(experiment_key(board.experiment))
        if experiment is None:
            names = [each.name for each in catalog.experiments]
            meant = _meant(board.experiment, names)
            return [Slip((*place, "experiment"), f"there is no experiment {board.experiment}{meant}")]
        experiments = (experiment,)
    known = _known(experiments)
    cards: list[tuple[_Keys, CardConfig]] = [
        ((*place, "cards", at), card) for at, card in enumerate(board.cards)
    ]
    named: list[_Named] = [((*place, "hide"), name) for name in board.hide]
    named += [((*keys, "metrics"), name) for keys, card in cards for name in card.metrics]
    found = [_unknown(keys, name, known["metric"]) for keys, name in named if name not in known["metric"]]
    for keys, given in ((place, board.options), *((keys, card.options) for keys, card in cards)):
        for option in filter(given.__contains__, NAMED):
            found += _of_option((*keys, "options", option), given[option], option in LISTS, known)
    empty = [
        Slip(keys, "it has neither metrics nor options.axes, and is not drawn")
        for keys, card in cards
        if not card.metrics and "axes" not in card.options
    ]
    return [*found, *empty]


def _known(experiments: Iterable[ExperimentData]) -> Mapping[str, Collection[str]]:
    """The names that runs have, by what is named."""
    runs = [run.record for experiment in experiments for run in experiment.runs]
    return {
        "metric": {name for run in runs for name in run.metrics},
        "param": {name for run in runs for name in run.params},
        "tag": {name for run in runs for name in run.tags},
    }


def _of_option(keys: _Keys, text: str, several: bool, known: Mapping[str, Collection[str]]) -> list[Slip]:
    """What the words of an option name and no run has: "param:lr,best:test/auc"."""
    found = []
    for word in text.split(",") if several else [text]:
        kind, colon, coded = word.partition(":")
        what = "metric" if kind in ("best", "last", "min", "max") else kind
        name = unquote(coded)
        if colon and what in known and name not in known[what]:  # `panel = "metric"` names none
            found.append(_unknown(keys, name, known[what], what))
    return found


def _unknown(keys: _Keys, name: str, known: Collection[str], what: str = "metric") -> Slip:
    return Slip(keys, f"no run logged a {what} {name}{_meant(name, known)}")


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {near[0]}?" if near else ""
