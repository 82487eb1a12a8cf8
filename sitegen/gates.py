"""Gates: what the owner of a repository asks of a metric, as a file of options says it.

    [tool.sitegen.gates]
    "test/auc" = { min = 0.9, max_drop = 0.01, against = "latest main", noise = "2 stderr" }

A limit is meant as it is written: `min` and `max` bound the mean of the runs that are judged; `max_drop` and
`max_rise` how much smaller or larger it may be than that of the runs it is held against. So a loss has a
`max_rise`. `sitegen.verdicts` judges; here is only what may be said. Pure.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from .sides import read_side

Value: TypeAlias = Literal["best", "last"]

_NOISE = re.compile(r"(\d+(?:\.\d+)?) stderr")
_MOST_STDERRS = 6.0  # one false alarm in a thousand million


def _is_side(text: str) -> str:
    read_side(text)
    return text


def _is_noise(text: str) -> str:
    found = _NOISE.fullmatch(text)
    if not found or not 0 < float(found[1]) <= _MOST_STDERRS:
        raise ValueError(f'it is a number up to {_MOST_STDERRS:g} and its unit, as "2 stderr"')
    return text


_Limit: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
_Change: TypeAlias = Annotated[float, Field(allow_inf_nan=False, ge=0)]


class Gate(BaseModel):
    """What is asked of one metric."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    min: _Limit | None = None  # the mean is at least this
    max: _Limit | None = None  # … at most this
    max_drop: _Change | None = None  # … smaller than the base's by at most this
    max_rise: _Change | None = None  # … larger than the base's by at most this
    against: Annotated[str, AfterValidator(_is_side)] = "latest main"  # the base: a side, as `compare` has it
    noise: Annotated[str, AfterValidator(_is_noise)] | None = (
        None  # how far beyond a drop or rise must go, to be more than chance
    )
    experiment: str | None = None  # None: each one of the runs that are judged in which the metric is known
    value: Value | None = None  # of a run; None: the best where the goal is known, else the last

    @property
    def stderrs(self) -> float | None:
        """Standard errors that chance is granted; None when nobody asks for it."""
        found = None if self.noise is None else _NOISE.fullmatch(self.noise)
        return None if found is None else float(found[1])

    @property
    def is_relative(self) -> bool:
        """Whether it needs a base."""
        return self.max_drop is not None or self.max_rise is not None

    @model_validator(mode="after")
    def _says_something(self) -> Gate:
        if not self.is_relative and self.min is None and self.max is None:
            raise ValueError("it needs at least one of min, max, max_drop, max_rise")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        for key in ("against", "noise"):
            if key in self.model_fields_set and not self.is_relative:
                raise ValueError(f"{key} goes with max_drop or max_rise, and neither is there")
        return self
