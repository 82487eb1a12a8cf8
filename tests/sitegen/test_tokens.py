"""Tokens: texts can be read and runs told apart, in both themes and by colour-blind eyes."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from sitegen.assets import templates_dir

CSS = templates_dir() / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
COMPONENTS = (CSS / "components.css").read_text("utf-8")

# What remains of linear RGB for readers who lack one kind of cone. Machado et al. 2009,
# doi:10.1109/TVCG.2009.113, severity 1.
SIGHT = {
    "all cones": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme."""
    block = {"light": r":root \{(.*?)\n\}", "dark": r':root\[data-theme="dark"\] \{(.*?)\n  \}'}[theme]
    (found, *_) = re.findall(block, TOKENS, re.DOTALL)
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", found))


def linear(color: str) -> np.ndarray:
    parts = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Ottosson 2020, https://bottosson.github.io/posts/oklab/: distances are as seen."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    axes = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return axes @ np.cbrt(np.clip(cones @ rgb, 0, None))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("text", ["text", "text-soft", "text-muted", "accent", "good", "bad", "caution"])
def test_texts_have_contrast_on_every_ground(theme, text):
    colors = tokens(theme)

    assert all(contrast(colors[text], colors[ground]) >= 4.5 for ground in ("paper", "well", "tint"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_remarks_of_caution_and_choice_have_contrast_on_their_tints(theme):
    colors = tokens(theme)

    assert contrast(colors["caution"], colors["caution-tint"]) >= 4.5
    assert contrast(colors["text"], colors["caution-tint"]) >= 4.5
    assert contrast(colors["accent"], colors["caution-tint"]) >= 4.5
    assert contrast(colors["accent"], colors["accent-tint"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_of_runs_and_edges_of_fields_stand_out(theme):
    colors = tokens(theme)

    for name in [*(f"run-{n}" for n in range(10)), "control"]:
        assert contrast(colors[name], colors["paper"]) >= 3, name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_levels_stand_out_and_the_best_most(theme):
    colors = tokens(theme)

    contrasts = [contrast(colors[f"level-{n}"], colors["paper"]) for n in range(9)]

    assert contrasts[0] >= 3
    assert contrasts == sorted(contrasts)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ten_runs_are_told_apart(theme, sight):
    colors = tokens(theme)
    seen = [oklab(np.clip(SIGHT[sight] @ linear(colors[f"run-{n}"]), 0, 1)) for n in range(10)]

    distances = {
        pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in combinations(range(10), 2)
    }

    assert min(distances.values()) >= 0.075, min(distances, key=distances.get)


def test_the_theme_of_the_system_and_the_chosen_one_are_the_same():
    (system,) = re.findall(r"@media screen and \(prefers-color-scheme: dark\) \{(.*?)\n\}", TOKENS, re.DOTALL)

    assert dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", system)) == tokens("dark")
    assert tokens("light").keys() == tokens("dark").keys()


@pytest.mark.parametrize(
    "sheet",
    ["page.css", "components.css", "tables.css", "runs.css", "charts.css", "groups.css", "pictures.css"],
)
def test_colours_and_sizes_of_type_stand_in_tokens_only(sheet):
    rules = re.sub(r"/\*.*?\*/|url\(\"[^\"]*\"\)", "", (CSS / sheet).read_text("utf-8"), flags=re.DOTALL)

    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)|\brgba?\(|\bhsla?\(", rules)
    used = set(re.findall(r"var\(--([a-z0-9-]+)", rules))
    assert used - set(re.findall(r"--([a-z0-9-]+):", TOKENS + COMPONENTS + rules)) == set()
