"""What a build leaves for the next one."""

from __future__ import annotations

from sitegen.keeping import Kept


def always(made: int) -> bool:
    return True


def test_thing_is_made_once_until_a_build_does_not_ask_for_it():
    kept = Kept[int]()
    made: list[str] = []

    def make() -> int:
        made.append("made")
        return len(made)

    first = [kept.of("key", make, always), kept.of("key", make, always)]
    kept.turn()
    again = kept.of("key", make, always)
    kept.turn()
    kept.turn()
    later = kept.of("key", make, always)

    assert (first, again, later) == ([1, 1], 1, 2)


def test_thing_without_a_key_and_one_that_does_not_last_are_made_every_time():
    kept = Kept[int]()
    numbers = iter(range(9))

    without = [kept.of(None, lambda: next(numbers), always) for _ in range(2)]
    passing = [kept.of("key", lambda: next(numbers), lambda made: False) for _ in range(2)]

    assert (without, passing) == ([0, 1], [2, 3])


def test_build_that_failed_half_way_loses_nothing():
    kept = Kept[int]()
    kept.of("one", lambda: 1, always)
    kept.of("two", lambda: 2, always)
    kept.turn()

    kept.of("one", lambda: 10, always)  # and then the build failed

    assert [kept.of(key, lambda: 0, always) for key in ("one", "two")] == [1, 2]
