"""Badge plan: which badges a site has, at which address, and what they say.

The value is that of the newest finished run on `main` (where nothing ran there, on `master`, else anywhere)
and its seeds. It is green or red where a gate asks something of the metric, and neutral where none does or
where it could not be judged. Pure; the repository is not asked, so a site depends on its stores alone.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from logger.layout import experiment_key

from .badges import Color, badge_svg
from .catalog import Catalog, ExperimentData
from .comparison import measured
from .config import SiteConfig
from .errors import BadConfig, NoSuchRuns
from .gates import Gate
from .groups import Group, find, group
from .metricinfo import MetricInfo
from .numbers import number
from .revisions import Revision
from .sides import NEWEST, Side
from .urls import Path, badge
from .verdicts import judge_gate

_BRANCHES = ("main", "master")  # of which a badge speaks
_LONGEST = 40  # characters of a slug


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge and its address."""

    path: Path
    svg: str


def plan_badges(catalog: Catalog, config: SiteConfig) -> Iterator[Badge]:
    """The badges of a site.

    Where two would have one address, that of the older experiment keeps it (in one experiment, the first by
    name), and the other's gets a hash.
    """
    taken: set[Path] = set()
    by_age = sorted(catalog.experiments, key=lambda one: (one.record.created or 0, experiment_key(one.name)))
    for experiment in by_age:
        for info in sorted(_shown(experiment, config), key=lambda info: info.name):
            path = badge_path(experiment.name, info.name)
            if path in taken:
                path = badge_path(experiment.name, info.name, told_apart=True)
            taken.add(path)
            yield Badge(path, _drawn(experiment, info, catalog, config))


def badge_path(experiment: str, metric: str, told_apart: bool = False) -> Path:
    """Where the badge of a metric lies.

    Args:
        told_apart: by a hash, from another one whose names look the same.
    """
    slugs = _slug(experiment), _slug(metric)
    identity = f"{experiment_key(experiment)}\n{metric}".encode()
    tail = f"-{hashlib.sha256(identity).hexdigest()[:8]}" if told_apart or not all(slugs) else ""
    return badge("-".join(filter(None, slugs)) + tail)


def _shown(experiment: ExperimentData, config: SiteConfig) -> list[MetricInfo]:
    """The metrics of an experiment that have a badge."""
    if config.badges is not None:
        return [info for info in experiment.metrics if info.name in config.badges]
    named = {name for name, said in config.goals.items() if said.goal} | {
        name for name, gate in config.gates.items() if _is_asked(gate, experiment)
    }
    main = experiment.main_metric
    return [
        info for info in experiment.metrics if info.name in named or (info == main and info.goal is not None)
    ]


def _is_asked(gate: Gate, experiment: ExperimentData) -> bool:
    return gate.experiment is None or experiment_key(gate.experiment) == experiment_key(experiment.name)


def _drawn(experiment: ExperimentData, info: MetricInfo, catalog: Catalog, config: SiteConfig) -> str:
    gate = config.gates.get(info.name)
    if gate is not None and not _is_asked(gate, experiment):
        gate = None
    runs = _newest(experiment, info.name)
    if runs is None:
        return badge_svg(info.called, "no finished run", "neutral")
    value = (gate.value if gate else None) or ("best" if info.goal else "last")
    found = measured(runs, info, value if info.goal else "last")
    if found.sample is None:
        text = "NaN" if found.bad else "not logged"
    else:
        text = f"{number(found.sample.mean)} {info.unit or ''}".rstrip()
    return badge_svg(info.called, text, "neutral" if gate is None else _color(info, gate, catalog, runs))


def _newest(experiment: ExperimentData, metric: str) -> Group | None:
    """The newest finished run that a badge speaks of, and its seeds."""
    alone = Catalog((experiment,), ())
    for side in (*(Side(f"latest {branch}", "latest", branch) for branch in _BRANCHES), NEWEST):
        try:
            return group(side, find(alone, side, _unknown), metric)
        except NoSuchRuns:
            continue
    return None


def _color(info: MetricInfo, gate: Gate, catalog: Catalog, runs: Group) -> Color:
    try:
        verdict = judge_gate(info.name, gate, catalog, runs, _unknown)
    except (BadConfig, NoSuchRuns):  # `check` says what is wrong; a badge is no reason to have no site
        return "neutral"
    states = {ruling.state for ruling in verdict.rulings}
    return "bad" if "broken" in states else "good" if states == {"holds"} else "neutral"


def _unknown(reference: str) -> Revision:
    return Revision(None, "a build does not ask the repository")


def _slug(name: str) -> str:
    """What of a name can stand in an address; "" when nothing can."""
    ascii_text = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:_LONGEST].strip("-")
