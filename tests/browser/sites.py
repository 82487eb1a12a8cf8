"""Sites for tests in the browser: stores in words, built for real."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path

from builders import RunPlan, make_store

from sitegen.build import build

READ = """(places) => places.map((place) => {
  const within = (span) => {
    const edge = span.getBoundingClientRect().right + 0.5;
    const range = document.createRange();
    const letters = [...span.textContent].map((letter, at) => {
      range.setStart(span.firstChild, at);
      range.setEnd(span.firstChild, at + 1);
      return range.getBoundingClientRect().right <= edge ? letter : "";
    });
    return span.scrollWidth > span.clientWidth ? letters.slice(0, -2).join("") : letters.join("");
  };
  return [...place.children].map(within).join("…");
})"""  # what can be read of halved names


def built_site(folder: Path, runs: Iterable[RunPlan]) -> Path:
    """A site of these runs in `folder`/public."""
    site = folder / "public"
    build([make_store(folder, runs)], site)
    return site


def page_of(site: Path, prefix: str = "e/") -> Path:
    """The only page of a kind: "e/" of experiments, "r/" of runs."""
    (found,) = (path for path in (site / prefix).glob("*/index.html"))
    return found


def before_scripts(page: Path) -> Path:
    """A copy of a page beside it that is as the page is painted before its scripts have come."""
    copy = page.with_name("before-scripts.html")
    copy.write_text(re.sub(r"<script defer[^>]*></script>", "", page.read_text("utf-8")), "utf-8")
    return copy


def curve(number: int, points: int = 20) -> list[float]:
    """A curve that rises towards a height of its own."""
    return [0.9 - number / 100 - 0.4 * math.exp(-step / 5) for step in range(points)]


def sweep(count: int, points: int = 3) -> list[RunPlan]:
    """Runs over two params: `run-0` is the best, the last one failed."""
    return [
        RunPlan(
            {"test/auc": [0.9 - number / 10_000] * points},
            experiment="sweep",
            name=f"run-{number}",
            params={"depth": number % 7, "kind": "even" if number % 2 == 0 else "odd"},
            status="failed" if number == count - 1 else "finished",
        )
        for number in range(count)
    ]


def story() -> list[RunPlan]:
    """A little of everything: users, splits, NaN, a failed run, one of unknown fate, a note, a long name."""
    return [
        RunPlan(
            {"train/auc": curve(0), "test/auc": curve(2), "loss/total": curve(1)[::-1]},
            experiment="story",
            name="calm-otter",
            params={"lr": 0.1, "model.depth": 4, "model.kind": "tree"},
            tags={"stage": "try"},
            provenance={"user": "ann", "script": "train.py", "git_commit": "a1b2c3d4e5"},
            facts=[("note", "", "# Why\n\nBecause of *this* and [that](https://example.org).")],
        ),
        RunPlan(
            {"train/auc": [0.5, math.nan, 0.7], "test/auc": [math.nan] * 3},
            experiment="story",
            name="a long name that goes on and on and on until it has said everything",
            params={"lr": 0.3, "model.depth": 4, "model.kind": "tree"},
            provenance={"user": "bob", "script": "other.py"},
            status="failed",
            reason="ValueError: it was not to be",
        ),
        RunPlan({"test/auc": [0.4]}, experiment="story", name="silent", status=None),
        RunPlan({"seconds": [1.0, 2.0]}, experiment="other", name="alone"),
    ]
