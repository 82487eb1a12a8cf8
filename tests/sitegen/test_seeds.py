"""Seeds: the same params tell repetitions apart in Python and in the browser."""

from __future__ import annotations

import re

import pytest

from sitegen import seeds
from sitegen.assets import templates_dir


@pytest.mark.parametrize(
    "name", ["seed", "random_state", "train.seed", "cv_fold", "Fold", "local_rank", "replicate"]
)
def test_params_that_tell_repetitions_apart_are_seeds(name):
    assert seeds.is_seed(name)


@pytest.mark.parametrize("name", ["seeds", "seed.kind", "lora_rank", "folds", "state_size", "", "."])
def test_other_params_are_none(name):
    assert not seeds.is_seed(name)


def test_the_browser_goes_by_the_same_rule():
    script = (templates_dir() / "static" / "js" / "groups.js").read_text("utf-8")

    (rule,) = re.findall(r"SEEDS = /(.*)/i;", script)

    assert rule.replace("^", "").replace("$", "") == seeds._SEED.pattern
