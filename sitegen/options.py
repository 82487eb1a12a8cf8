"""Options: how cards are drawn, by name; their words are those of addresses.

`templates/static/js/options.js` holds the table that pages use; here is what a configuration may say, so that
a slip is told at the build and not passed over by the browser. A test holds the two together. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

CHOICES: Mapping[
    str, tuple[str, ...]
] = {  # where an option takes one of a few words; () where it takes others
    "x": (),
    "xscale": ("linear", "log", "symlog"),
    "zoom": (),
    "y": ("linear", "log", "symlog", "clip"),
    "ylim": (),
    "outliers": ("show", "hide"),
    "normal": ("off", "on"),
    "smoother": ("ema", "twema", "mean", "gauss", "median"),
    "smooth": (),
    "group": (),
    "center": ("mean", "median"),
    "band": ("auto", "std", "stderr", "ci", "minmax", "iqr", "none"),
    "color": (),
    "line": (),
    "panel": (),
}
CARD_CHOICES: Mapping[str, tuple[str, ...]] = {
    **CHOICES,
    "kind": ("curves", "bars", "scatter", "parallel"),
    "axes": (),
    "size": ("normal", "wide", "tall", "large"),
    "pin": ("off", "on"),
}

_FIELDS = ("param:", "tag:")
NAMED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # words, and what a name may stand behind
    "x": (("auto", "step", "relative", "process", "time", "order"), ("metric:",)),
    "group": (("seeds", "none"), _FIELDS),
    "color": (("auto", "run", "metric"), _FIELDS),
    "line": (("auto", "run", "metric"), _FIELDS),
    "panel": (("none", "run", "metric"), _FIELDS),
    "axes": ((), (*_FIELDS, "best:", "last:", "min:", "max:", "run:")),
}
LISTS = ("group", "axes")  # several of them, with commas between
RANGES = ("zoom", "ylim")

SMOOTHEST: Mapping[str, float] = {  # the largest amount of each smoother: a weight, points, σ in points
    "ema": 0.999,
    "twema": 0.999,
    "mean": 1001,
    "gauss": 100,
    "median": 1001,
}


def option_faults(options: Mapping[str, object]) -> list[tuple[str, str]]:
    """What is wrong with the options of a board: the name of each that is, and why; none when all are right.

    That is a name or a word that pages do not know, or an amount of smoothing that there is not.
    """
    faults = _faults(options, CHOICES)
    if {"smooth", "smoother"} & dict(faults).keys():
        return faults
    words = {name: word for name, word in options.items() if isinstance(word, str)}
    return [*faults, *smooth_faults(words)]


def card_option_faults(options: Mapping[str, object]) -> list[tuple[str, str]]:
    """As `option_faults`, of a card; its smoothing is judged beside the board's, by `smooth_faults`."""
    return _faults(options, CARD_CHOICES)


def smooth_faults(options: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Why there is no such amount of the smoothing that holds with these options, where there is not."""
    if "smooth" not in options:
        return
    smoother = options.get("smoother", CHOICES["smoother"][0])
    text, most = options["smooth"], SMOOTHEST[smoother]
    try:
        fits = 0 <= float(text) <= most
    except ValueError:
        fits = False
    if not fits:
        yield "smooth", f"cannot be {text!r}; with the smoother {smoother} it can be 0 to {most:g}"


def _faults(options: Mapping[str, object], known: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(name, why) for name, word in options.items() for why in _why_not(name, word, known)]


def _why_not(name: str, word: object, known: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {_listed(known)}"
        yield f"there is no such option; {hint}"
        return
    if not isinstance(word, str):
        yield "it should be text, in quotes" + (f": {word!r}" if isinstance(word, int | float) else "")
        return
    if known[name] and word not in known[name]:
        yield f"cannot be {word!r}; it can be {_listed(known[name])}"
    for one in word.split(",") if name in LISTS else [word]:
        if name in NAMED and one not in NAMED[name][0] and not one.startswith(NAMED[name][1]):
            behind = (f"{prefix}…" for prefix in NAMED[name][1])
            yield f"cannot be {one!r}; it can be {_listed([*NAMED[name][0], *behind])}"
    if name in RANGES and not _is_range(word):
        yield f"cannot be {word!r}; it can be two ends like '0.5..1', '0..' or '..1'"


def _is_range(text: str) -> bool:
    low, dots, high = text.partition("..")
    try:
        ends = [float(end) for end in (low, high) if end]
    except ValueError:
        return False
    return bool(dots and ends) and ends == sorted(set(ends))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
