"""One call at a time: what happens when a handler comes between two lines of `Turn`."""

from collections import deque

from logger.turn import Turn


class Interrupted(deque):
    """A queue at which somebody looks, and a signal handler comes right after the first look."""

    def __init__(self, handler):
        super().__init__()
        self.handler = handler

    def __bool__(self):
        found = len(self) > 0
        handler, self.handler = self.handler, None
        if handler and found:
            handler()
        return found


def test_a_handler_that_empties_the_queue_leaves_nothing_to_do_twice():
    turn = Turn()
    done = []
    turn.queue = Interrupted(lambda: turn.do(lambda: done.append("handler")))
    turn.queue.append(lambda: done.append("queued"))

    turn.drain()

    assert done == ["handler", "queued"]
    assert not turn.busy
    assert not turn.queue
