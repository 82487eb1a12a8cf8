"""Slips: what a configuration names and no run of the site has.

Each is a remark, for a metric may not be logged yet, and a baseline not be tagged: the site is made all the
same. `sitegen.configfile` refuses what can never be right. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from logger.layout import experiment_key

from .catalog import Catalog
from .config import BoardConfig, SiteConfig
from .configfile import dotted


def slips(config: SiteConfig, catalog: Catalog) -> tuple[str, ...]:
    """Sentences, each of a key, what it names, and what was probably meant; none for a site without runs."""
    if not catalog.run_count:
        return ()
    metrics = {info.name for experiment in catalog.experiments for info in experiment.metrics}
    found = [_unknown(("goals", name), name, metrics) for name in config.goals if name not in metrics]
    for number, board in enumerate(config.boards):
        found += _of_board(number, board, catalog, metrics)
    if config.baseline is not None and all(each.baseline is None for each in catalog.experiments):
        found.append(f"baseline: there is no finished run for which {config.baseline} holds")
    return tuple(found)


def _of_board(number: int, board: BoardConfig, catalog: Catalog, metrics: Collection[str]) -> list[str]:
    place = ("boards", number)
    if board.experiment is not None:
        named = {experiment_key(each.name): each for each in catalog.experiments}
        experiment = named.get(experiment_key(board.experiment))
        if experiment is None:
            names = [each.name for each in catalog.experiments]
            meant = _meant(board.experiment, names)
            return [f"{dotted((*place, 'experiment'))}: there is no experiment {board.experiment}{meant}"]
        metrics = {info.name for info in experiment.metrics}
    named = [((*place, "hide"), name) for name in board.hide]
    for at, card in enumerate(board.cards):
        named += [((*place, "cards", at, "metrics"), name) for name in card.metrics]
    return [_unknown(keys, name, metrics) for keys, name in named if name not in metrics]


def _unknown(keys: Sequence[int | str], name: str, metrics: Collection[str]) -> str:
    return f"{dotted(keys)}: no run logged a metric {name}{_meant(name, metrics)}"


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {near[0]}?" if near else ""
