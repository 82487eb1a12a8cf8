"""Names for runs that were given none: an adjective and an animal, `calm-otter`.

The words come out of the run's id, so that processes which create one run together call it the same.
A name need not be unique; the id is. Every pair passes `logger.names`.
"""

from __future__ import annotations

from .layout import RunId

_ADJECTIVES = (
    "agile amber ample azure balmy blithe bold brave breezy bright brisk calm candid cheery civil clear "
    "clever cosy crisp curious daring deft dewy eager early earnest fair fleet fond frank fresh gentle "
    "glad golden grand happy hardy honest humble jolly keen kind lively loyal lucid lucky mellow merry "
    "mild modest neat nimble noble patient placid plucky proud quick quiet ready rosy sage sunny witty"
)

_ANIMALS = (
    "adder alpaca badger bat beaver bee bison bittern bream carp civet cod crane cricket curlew deer "
    "dormouse dove eagle egret eider elk falcon ferret finch fox frog gecko gibbon goose grebe grouse "
    "gull hare hawk heron hoopoe ibex ibis jay kestrel kite koala lapwing lark lemur linnet llama "
    "lynx marten mole moose newt otter owl panda plover puffin raven robin seal shrew stork swan"
)


def made_up_name(run: RunId) -> str:
    """Two words that follow from the run's id."""
    chance = int(run[-8:], 16)  # of the random part
    adjectives, animals = _ADJECTIVES.split(), _ANIMALS.split()
    adjective = adjectives[chance // len(animals) % len(adjectives)]
    return f"{adjective}-{animals[chance % len(animals)]}"
