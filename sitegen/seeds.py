"""Seeds: params that only tell repetitions of the same thing apart, judged by their names alone.

The same rule as `isSeed` in `templates/static/js/groups.js`; one table of names tests both. Pure.
"""

from __future__ import annotations

import re

# The last part of a name, in small letters with "_" between words. A "state" alone is no seed, nor is a count
# of seeds, nor the rank of a matrix.
_SEED = re.compile(
    r"(?:^|_)seeds?$|^(?:random|rng)_state$"
    r"|^(?:cv_|outer_|inner_|test_|val_)?fold(?:_(?:id|index|idx|no|number))?$"
    r"|^(?:global_|local_|node_|process_|worker_)?rank$|^repeat$|^repetition$|^replica(?:te)?$"
)
_COUNT = re.compile(r"(?:n|no|num|number|number_of|count|max|min)_")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_seed(param: str) -> bool:
    """Whether the last part of a param's name says that it only tells repetitions apart: `train.seed`."""
    last = re.split(r"[./]", param)[-1]
    word = re.sub(r"[-\s]+", "_", _CAMEL.sub("_", last)).lower()
    return _SEED.search(word) is not None and _COUNT.match(word) is None
