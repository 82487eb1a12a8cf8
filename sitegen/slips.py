"""Slips: what a configuration names and no run of the site has.

Each is a remark, for a metric may not be logged yet, and a baseline not be tagged: the site is made all the
same. `sitegen.configfile` refuses what can never be right. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from urllib.parse import unquote

from logger.layout import experiment_key

from .catalog import Catalog
from .config import BoardConfig, CardConfig, SiteConfig
from .configfile import dotted

_Keys = tuple[int | str, ...]
_Named = tuple[_Keys, str]  # where a name stands, the name


def slips(config: SiteConfig, catalog: Catalog) -> tuple[str, ...]:
    """Sentences, each of a key, what it names, and what was probably meant; none for a site without runs."""
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
    for number, board in enumerate(config.boards):
        found += _of_board(number, board, catalog, metrics)
    if config.baseline is not None and all(each.baseline is None for each in catalog.experiments):
        found.append(f"baseline: there is no finished run for which {config.baseline} holds")
    return tuple(found)


def _of_board(number: int, board: BoardConfig, catalog: Catalog, metrics: Collection[str]) -> list[str]:
    place: _Keys = ("boards", number)
    if board.experiment is not None:
        by_key = {experiment_key(each.name): each for each in catalog.experiments}
        experiment = by_key.get(experiment_key(board.experiment))
        if experiment is None:
            names = [each.name for each in catalog.experiments]
            meant = _meant(board.experiment, names)
            return [f"{dotted((*place, 'experiment'))}: there is no experiment {board.experiment}{meant}"]
        metrics = {info.name for info in experiment.metrics}
    cards: list[tuple[_Keys, CardConfig]] = [
        ((*place, "cards", at), card) for at, card in enumerate(board.cards)
    ]
    named: list[_Named] = [((*keys, "metrics"), name) for keys, card in cards for name in card.metrics]
    for keys, given in ((place, board.options), *((keys, card.options) for keys, card in cards)):
        kind, _, name = given.get("x", "").partition(":")
        if kind == "metric":
            named.append(((*keys, "options", "x"), unquote(name)))
    return [_unknown(keys, name, metrics) for keys, name in named if name not in metrics]


def _unknown(keys: Sequence[int | str], name: str, metrics: Collection[str]) -> str:
    return f"{dotted(keys)}: no run logged a metric {name}{_meant(name, metrics)}"


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {near[0]}?" if near else ""
