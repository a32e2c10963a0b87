"""The last line of defence of a flow: whatever goes wrong in it, whoever looks at the screen reads a sentence."""

import logging
from collections.abc import Awaitable, Callable

from agent.model.message import say
from agent.model.messages import AnyEvent, ProblemEvent
from agent.model.problem import Problem
from agent.model.words import Mode

log = logging.getLogger("ordis.intake")


async def defended(mode: Mode, emit: Callable[[AnyEvent], None], work: Callable[[], Awaitable[None]]) -> None:
    """Carry `work` through; what goes wrong becomes an event, never an exception."""
    try:
        await work()
    except Problem as problem:
        emit(ProblemEvent(mode=mode, problem=problem.reason, hint=problem.hint, refused=True))
    except Exception as error:
        log.exception("the intake broke off")
        emit(
            ProblemEvent(
                mode=mode,
                problem=say("The intake broke off: {error}.", error=f"{type(error).__name__}: {error}"),
                hint=say("Start it again. If it happens twice, send the file of the log to the team."),
            )
        )
