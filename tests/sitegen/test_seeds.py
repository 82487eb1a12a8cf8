"""Seeds: the same params tell repetitions apart in Python and in the browser (browser/test_groups.py)."""

from __future__ import annotations

import pytest
from seed_names import OTHERS, SEEDS

from sitegen.seeds import is_seed


@pytest.mark.parametrize("name", SEEDS)
def test_params_that_tell_repetitions_apart_are_seeds(name):
    assert is_seed(name)


@pytest.mark.parametrize("name", OTHERS)
def test_other_params_are_none(name):
    assert not is_seed(name)
