"""The service's side of a live aid: a child process that feels what a person does, and says so some times a second."""

import contextlib
import logging
from collections.abc import AsyncGenerator

from pydantic import ValidationError

from agent.host.child import Child, ChildDied
from agent.model.base import Model, Text
from agent.model.manual import Aid, AnyView
from agent.model.message import Message, say

log = logging.getLogger("ordis.manual")

PROGRAM = "agent.manual"
"""The module that feels; training has another."""
GRACE_SECONDS = 1.0
"""How long a child gets to let go of what it holds."""


class Order(Model):
    """Which aid, what it is told, and what it had felt before, which goes on counting."""

    aid: Aid
    do: Text
    before: AnyView | None = None


class Felt(Model):
    """What the aid has felt so far, or why it cannot feel anything."""

    view: AnyView | None = None
    problem: Message | None = None


async def feel(order: Order, program: str = PROGRAM) -> AsyncGenerator[Felt, None]:
    """Everything that the aid tells, until it ends by itself. Never raises but for cancellation; closing ends it."""
    child = None
    try:
        child = await Child.start(program)
        await child.send(order.model_dump(mode="json"))
        async for event in child.events():
            yield Felt.model_validate(event)
    except (OSError, ChildDied, ValidationError) as error:
        log.warning("the aid %s: %s", order.aid, error)
        yield Felt(problem=say("The test broke off ({cause}). Start it again.", cause=str(error)[:100]))
    finally:
        if child is not None:
            with contextlib.suppress(OSError):
                await child.stop(GRACE_SECONDS)
