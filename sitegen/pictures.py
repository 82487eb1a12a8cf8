"""Pictures: which pictures of whole runs stand on a page without being asked.

Where runs differ in params and have a goal: a scatter of the metric over the numeric param with most
values, and parallel axes of all that differs. A card's options carry what is drawn, in the words of
addresses. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from .associations import finite_number
from .boards import Board, board_of
from .cards import SYSTEM, Card
from .catalog import ExperimentData
from .config import BoardConfig
from .safe import shown
from .seeds import is_seed

SECTION = "Runs compared"
MOST_AXES = 6  # params of the parallel axes; more are a click away
_FEWEST = 3  # runs of parallel axes


def with_pictures(cards: Sequence[Card], experiment: ExperimentData) -> tuple[Card, ...]:
    """The cards, then those pictures of runs that are none of them; what the machine did stays last."""
    last = next((at for at in range(len(cards), 0, -1) if cards[at - 1].section != SYSTEM), 0)
    there = {_drawn(card) for card in cards}
    pictures = (card for card in compared(experiment) if _drawn(card) not in there)
    return (*cards[:last], *pictures, *cards[last:])


def board_of_experiment(experiment: ExperimentData, configured: Sequence[BoardConfig]) -> Board:
    """The board of an experiment's page."""
    main = experiment.main_metric
    board = board_of(experiment.name, experiment.metrics, main.name if main else None, configured)
    return replace(board, cards=with_pictures(board.cards, experiment)) if board.whole else board


def _drawn(card: Card) -> tuple[str | None, str | None]:
    """What a picture is of: its kind and its axes."""
    options = dict(card.options)
    return options.get("kind"), options.get("axes")


def compared(experiment: ExperimentData) -> tuple[Card, ...]:
    """The pictures of an experiment: none where runs differ in no param, or where no goal is known."""
    metric = experiment.main_metric
    params = [name for name in experiment.varying_params if not is_seed(name)]
    if metric is None or not params or len(experiment.ranked) < 2:
        return ()
    goal = f"best:{_word(metric.name)}"
    cards = []
    numeric = [(len(values), name) for name in params if len(values := _numbers(experiment, name)) > 1]
    if numeric:
        most = max(count for count, _ in numeric)
        name = next(name for count, name in numeric if count == most)
        cards.append(_card(f"{metric.called} by {name}", "scatter", [f"param:{_word(name)}", goal]))
    if len(params) > 1 and len(experiment.ranked) >= _FEWEST:
        axes = [f"param:{_word(name)}" for name in params[:MOST_AXES]]
        cards.append(_card(f"{metric.called} by all that differs", "parallel", [*axes, goal]))
    return tuple(cards)


def _numbers(experiment: ExperimentData, param: str) -> set[float]:
    """The different finite numbers that runs with a value of the main metric give a param."""
    values = (finite_number(experiment.runs[i].record.params.get(param)) for i in experiment.ranked)
    return {value for value in values if value is not None}


def _card(title: str, kind: str, axes: Sequence[str]) -> Card:
    return Card(title, SECTION, (), options=(("kind", kind), ("axes", ",".join(axes))))


def _word(name: str) -> str:
    """A user's word as in addresses: what `coded` in `templates/static/js/options.js` makes of it."""
    return quote(shown(name), safe="/!'()*-._~")
