"""Pins: which version of which action our workflows use, by the commit that it was when it was looked at.

A tag can be moved, a commit cannot. Each of these was found, with this version beside it, in the workflows of
several independent repositories. `action.yml` uses the same ones, which a test holds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pin:
    """An action at a commit."""

    action: str
    commit: str  # 40 hex digits
    version: str

    def __str__(self) -> str:
        return f"{self.action}@{self.commit} # {self.version}"


PINS = {
    pin.action.removeprefix("actions/"): pin
    for pin in (
        Pin("actions/checkout", "de0fac2e4500dabe0009e67214ff5f5447ce83dd", "v6.0.2"),
        Pin("actions/setup-python", "a309ff8b426b58ec0e2a45f0f869d46889d02405", "v6.2.0"),
        Pin("actions/upload-artifact", "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
        Pin("actions/download-artifact", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
        Pin("actions/upload-pages-artifact", "fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
        Pin("actions/deploy-pages", "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
    )
}
