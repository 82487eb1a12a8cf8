"""SiteConfig: every knob of a site, its unit and its default.

Pydantic, because options come from a command line or a file. Everything right of here takes the
checked object and never looks at the environment. `sitegen.configfile` reads it from TOML; the names here
are the keys there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from logger.errors import FilterError
from logger.search import matching_runs

from .gates import Gate
from .goals import Goal
from .keeprules import parse_rules
from .kinds import Publish
from .options import card_option_faults, option_faults, smooth_faults


def _fault(keys: tuple[int | str, ...], why: str) -> InitErrorDetails:
    """A fault below a table, in our words: they name the value, so it is not handed on to be named again."""
    return InitErrorDetails(type=PydanticCustomError("option", "{why}", {"why": why}), loc=keys, input=None)


def _without(faults: Callable[[Mapping[str, object]], Iterable[tuple[str, str]]]) -> BeforeValidator:
    """Refuses a table of options that has faults, and tells all of them."""

    def checked(given: object) -> object:
        told = [_fault((name,), why) for name, why in faults(given)] if isinstance(given, dict) else []
        if told:
            raise ValidationError.from_exception_data("options", told)
        return given

    return BeforeValidator(checked)


Options: TypeAlias = Annotated[dict[str, str], _without(option_faults)]
CardOptions: TypeAlias = Annotated[dict[str, str], _without(card_option_faults)]


def _given_goal(value: object) -> object:
    """`"test/auc" = "max"` is short for `"test/auc" = { goal = "max" }`."""
    return {"goal": value} if isinstance(value, str) else value


def _is_filter(text: str) -> str:
    try:
        matching_runs((), text)
    except FilterError as error:
        raise ValueError(str(error)) from None
    return text


Filter: TypeAlias = Annotated[str, AfterValidator(_is_filter)]  # in the grammar of `search_runs`
Scan: TypeAlias = Literal["off", "warn", "fail"]


def _is_base_url(text: str) -> str:
    """The address with a slash at its end.

    Raises: ValueError: it is none that pages can be linked by.
    """
    try:
        parts = urlsplit(text)
        wrong = parts.port == 0 or not parts.hostname
    except ValueError:
        wrong = True
    if wrong or not _BASE_URL.fullmatch(text):
        raise ValueError('is no address of a site, such as "https://ann.github.io/boxes/"')
    return text if text.endswith("/") else f"{text}/"


_BASE_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[\w.~%+@-]+)*/?", re.ASCII)


def _given_rules(value: object) -> object:
    """One rule alone is short for a list of it."""
    return [value] if isinstance(value, str) else value


def _are_rules(texts: list[str]) -> list[str]:
    for text in texts:
        parse_rules(text)
    return texts


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class MetricConfig(_Strict):
    """What the site's owner says of a metric; what its runs define comes after it."""

    goal: Goal | None = None
    x: str | None = None  # "step", "time" or another metric
    unit: str | None = None
    label: str | None = None  # what pages call it


class CardConfig(_Strict):
    """A card of a board."""

    title: str = Field(default="", max_length=250)  # what its metrics share when empty
    section: str = Field(default="", max_length=250)  # heading it stands under; the first has none
    metrics: list[str] = Field(default_factory=list)
    options: CardOptions = Field(default_factory=dict)


class BoardConfig(_Strict):
    """How the cards of an experiment stand before anybody touches them."""

    experiment: str | None = None  # None: of every experiment that has no board of its own
    options: Options = Field(default_factory=dict)
    cards: list[CardConfig] = Field(default_factory=list)
    rest: Literal["below", "none"] = "below"  # cards for the metrics that are on none of these
    hide: list[str] = Field(default_factory=list)  # metrics that get no card there

    @model_validator(mode="after")
    def _smooths_as_far_as_can_be(self) -> BoardConfig:
        faults = [
            _fault(("cards", number, "options", name), why)
            for number, card in enumerate(self.cards)
            if "smooth" in card.options
            for name, why in smooth_faults({**self.options, **card.options})
        ]
        if faults:
            raise ValidationError.from_exception_data("cards", faults)
        return self


class SiteConfig(_Strict):
    """How a site is made."""

    title: str = Field(default="Runfolio", min_length=1, max_length=250)  # heading of the home page
    goals: dict[str, Annotated[MetricConfig, BeforeValidator(_given_goal)]] = Field(
        default_factory=dict
    )  # by name of a metric; runs are judged by the first one that was logged
    baseline: Filter | None = None  # others are compared with the newest finished run for which it holds
    boards: list[BoardConfig] = Field(default_factory=list)
    drawn_runs: int = Field(
        default=10, ge=1, le=1000
    )  # runs of an experiment that are drawn before any click
    points_exact: int = Field(default=2000, ge=10)  # points of a series up to which a page shows every one
    deleted_too: bool = False  # also what was deleted in another tracker
    publish: Publish = Publish()  # which kinds of provenance; `serve` on loopback shows them all
    only: Filter | None = None  # runs for which it does not hold are left out
    drop_params: list[str] = Field(default_factory=list)  # patterns; what has such a name is left out
    drop_tags: list[str] = Field(default_factory=list)
    allow: str | None = None  # file of what was found by the scan and may go out all the same
    scan: Scan = "warn"  # when a text that goes out looks secret or private; "off": nothing goes out
    base_url: Annotated[str, AfterValidator(_is_base_url)] | None = None  # where the site will lie
    artifacts: Literal["none", "previews", "all"] = (
        "previews"  # what is published of files besides their names
    )
    data: Literal["full", "charts", "none"] = (
        "full"  # what a site carries of its data: all, tables without points, nothing
    )
    keep: Annotated[list[str], BeforeValidator(_given_rules), AfterValidator(_are_rules)] = Field(
        default_factory=list
    )  # which runs stay: an age, a count for each experiment, a filter; all when empty
    budget_bytes: int = Field(default=1_000_000_000, ge=1)  # of a site; GitHub Pages takes 1 GB
    artifact_bytes: int = Field(default=10_000_000, ge=0)  # of a file whose content is read
    artifacts_bytes: int = Field(default=200_000_000, ge=0)  # of all files whose content is published
    gates: dict[str, Gate] = Field(default_factory=dict)  # by name of a metric: what `check` asks of it
    badges: list[str] | None = None  # metrics with a badge; None: the main one, those with a goal or a gate

    @property
    def is_for_owner(self) -> bool:
        """Whether only the owner of the stores sees the site, at this machine."""
        return self.scan == "off"

    @property
    def carries_data(self) -> bool:
        """Whether the site has a folder `data/`; what is private stays out of it."""
        return self.data != "none" and not self.is_for_owner

    @property
    def carries_points(self) -> bool:
        """Whether every point is in the site, for pages that zoom in and for its data."""
        return self.data == "full" or self.is_for_owner
