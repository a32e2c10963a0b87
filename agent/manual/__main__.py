"""The child's side of a live aid: one order on standard input; what is felt goes to standard output, as JSON Lines.

The end of the input means that nobody listens any more: then it lets go of everything and ends.
"""

import os
import select
import sys
import time
from collections.abc import Mapping

from pydantic import ValidationError

from agent.host.source import Live
from agent.manual.aids import AIDS, Aid, Making, Watched
from agent.manual.felt import Felt, Order
from agent.manual.senses import Useless
from agent.model.manual import Aid as Kind

_ORDER_LIMIT = 1024 * 1024
_EVERY_SECONDS = 0.1
"""Between two words to the service; faces on a slow console see no more."""
MOST_SECONDS = 600.0
"""An aid that nobody ends lets go of the keyboard at last."""


def main(aids: Mapping[Kind, Making] = AIDS) -> int:
    line = sys.stdin.buffer.readline(_ORDER_LIMIT)
    try:
        order = Order.model_validate_json(line)
    except ValidationError:
        return 2
    made = aids[order.aid](Live(), order)
    if isinstance(made, Felt):
        _say(made)
        return 0
    try:
        with made as aid:
            feel(aid, sys.stdin.fileno())
    except Useless as useless:
        _say(Felt(problem=useless.why))
    return 0


def feel(aid: Aid, leash: int) -> None:
    """Tell what changes until the aid has ended, nobody listens, or its time is over."""
    began, told = time.monotonic(), None
    while True:
        ended = aid.ended() or time.monotonic() - began > MOST_SECONDS
        if (view := aid.view()) != told:
            told = view
            _say(Felt(view=view))
        if ended or not _wait(aid.watched(), leash):
            return


def _wait(watched: list[Watched], leash: int) -> bool:
    """Let what has news take it, for a moment; false once nobody listens."""
    until = time.monotonic() + _EVERY_SECONDS
    while (left := until - time.monotonic()) > 0:
        open_ones = {one.fileno(): one for one in watched}
        ready, _, _ = select.select([leash, *open_ones], [], [], left)
        if leash in ready and not os.read(leash, 65536):
            return False
        for number in ready:
            if number != leash and not open_ones[number].take():
                watched.remove(open_ones[number])
    return True


def _say(felt: Felt) -> None:
    sys.stdout.write(felt.model_dump_json() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
