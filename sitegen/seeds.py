"""Seeds: params that only tell repetitions of the same thing apart, judged by their names alone.

The same rule as `isSeed` in `templates/static/js/groups.js`. Pure.
"""

from __future__ import annotations

import re

_SEED = re.compile(
    r"(?:random_?|rng_?|global_?)?(?:seed|state)|(?:cv_?)?fold|(?:local_?|global_?)?rank|repeat|replica(?:te)?",
    re.IGNORECASE,
)


def is_seed(param: str) -> bool:
    """Whether the last part of a param's name says that it only tells repetitions apart: `train.seed`."""
    return _SEED.fullmatch(param.rpartition(".")[2]) is not None
