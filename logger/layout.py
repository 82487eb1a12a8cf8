"""FORMAT: which file lies where in a store, and back. Pure text, no I/O.

<store>/runfolio.json
<store>/experiments/<slug>-<16 hex>/experiment.json
<store>/experiments/<slug>-<16 hex>/facts-<writer>.jsonl
<store>/experiments/<slug>-<16 hex>/<run id>/facts-<writer>.jsonl
<store>/experiments/<slug>-<16 hex>/<run id>/points-<writer>.arrows     live
<store>/experiments/<slug>-<16 hex>/<run id>/points-<writer>.arrow      sealed
<store>/experiments/<slug>-<16 hex>/<run id>/artifacts/…
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NewType

RunId = NewType("RunId", str)  # 32 hex digits: a UUIDv7, so that ids sort by time
WriterId = NewType("WriterId", str)  # 24 hex digits: 12 of milliseconds, 12 of chance

STORE_FILE = "runfolio.json"
EXPERIMENTS = "experiments"
EXPERIMENT_FILE = "experiment.json"
ARTIFACTS = "artifacts"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[/\\]")  # https://…, also as a path has it; C:/ is a drive
_SLUG_LENGTH = 40
_RUN_ID = re.compile(r"[0-9a-f]{32}")
_WRITER = r"([0-9a-z]{1,40})"
_EXPERIMENT_FOLDER = re.compile(r"[a-z0-9-]*-?[0-9a-f]{16}")
_FACTS = re.compile(rf"facts-{_WRITER}\.jsonl")
_POINTS = re.compile(rf"points-{_WRITER}\.(arrows?)")


def is_address(path: str) -> bool:
    """Whether what should be the path of a folder is the address of something else."""
    return _ADDRESS.match(path) is not None


def experiment_key(name: str) -> str:
    """What all spellings of an experiment's name have in common: NFC, casefolded, NFC again."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def experiment_folder(name: str) -> str:
    """The folder of an experiment: a slug for people, then 64 bits of SHA-256 of its key."""
    key = experiment_key(name)
    ascii_text = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:_SLUG_LENGTH].strip("-")
    return f"{slug or 'experiment'}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def is_experiment_folder(name: str) -> bool:
    """Whether a folder's name has the form of an experiment's."""
    return _EXPERIMENT_FOLDER.fullmatch(name) is not None


def run_id(milliseconds: int, chance: bytes) -> RunId:
    """A UUIDv7 in hex.

    Args:
        milliseconds: since the epoch, UTC.
        chance: 10 random bytes.
    Source: RFC 9562, section 5.7.
    """
    number = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(chance[:10], "big")
    number = number & ~(0xF << 76) | 0x7 << 76  # version
    number = number & ~(0x3 << 62) | 0x2 << 62  # variant
    return RunId(f"{number:032x}")


def is_run_id(text: str) -> bool:
    """Whether `text` has the form of a run's id."""
    return _RUN_ID.fullmatch(text) is not None


def run_id_milliseconds(run: str) -> int:
    """When the id was made, in milliseconds since the epoch."""
    return int(run[:12], 16)


def writer_id(milliseconds: int, chance: bytes) -> WriterId:
    """The id of a writer; ids of later writers sort behind.

    Args:
        milliseconds: since the epoch, UTC.
        chance: 6 random bytes.
    """
    return WriterId(f"{milliseconds & (2**48 - 1):012x}{chance[:6].hex()}")


def facts_file(writer: str) -> str:
    """The name of a writer's facts."""
    return f"facts-{writer}.jsonl"


def live_file(writer: str) -> str:
    """The name of a writer's live points."""
    return f"points-{writer}.arrows"


def sealed_file(writer: str) -> str:
    """The name of a writer's sealed points."""
    return f"points-{writer}.arrow"


def facts_writer(file_name: str) -> str | None:
    """The writer of a facts file; None when the name is not of that form."""
    match = _FACTS.fullmatch(file_name)
    return match.group(1) if match else None


def points_writer(file_name: str) -> tuple[str, bool] | None:
    """The writer of a points file and whether it is sealed; None when the name is not of that form."""
    match = _POINTS.fullmatch(file_name)
    return (match.group(1), match.group(2) == "arrow") if match else None
