"""SiteConfig: every knob of a site, its unit and its default.

Pydantic, because options come from a command line or a file. Everything right of here takes the
checked object and never looks at the environment.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class SiteConfig(BaseModel):
    """How a site is made."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    title: str = Field(default="Runfolio", min_length=1, max_length=250)  # heading of the home page
    drawn_runs: int = Field(
        default=10, ge=1, le=1000
    )  # runs of an experiment that are drawn before any click
    points_exact: int = Field(default=2000, ge=10)  # points of a series up to which a page shows every one
    deleted_too: bool = False  # also what was deleted in another tracker
    publish_private: bool = False  # also login, host, command and folders; `serve` on loopback sets it
    artifacts: Literal["none", "previews", "all"] = (
        "previews"  # what is published of files besides their names
    )
    artifact_bytes: int = Field(default=10_000_000, ge=0)  # of a file whose content is read
    artifacts_bytes: int = Field(default=200_000_000, ge=0)  # of all files whose content is published
