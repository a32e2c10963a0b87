"""Ask every drive itself what its firmware can do, all at once, before anything is planned."""

import asyncio
import logging
from collections.abc import Sequence

from agent.drivelink import DriveLink
from agent.host.child import ChildDied
from agent.inventory.asked import with_answer
from agent.model.inventory import Drive
from agent.model.problem import Problem
from agent.sanitize.choice import TECHNIQUES
from agent.sanitize.plan import identity

PROBE_SECONDS = 45.0
"""A drive that answers needs a second or two, a sleeping disk up to half a minute to start."""

log = logging.getLogger("ordis.probing")


async def ask_all(drives: Sequence[Drive], seconds: float = PROBE_SECONDS) -> list[Drive]:
    """The drives with what each told of itself, in the same order; each drive is given `seconds`. Never raises for
    what a drive or its worker does: one that does not answer stays as it was."""
    return list(await asyncio.gather(*(_ask(drive, seconds) for drive in drives)))


async def _ask(drive: Drive, seconds: float) -> Drive:
    # One that may not be erased is left in peace, and some have no firmware to speak to.
    if drive.obstacles or drive.transport not in TECHNIQUES:
        return drive
    try:
        async with await DriveLink.start(identity(drive)) as link:
            answer = await asyncio.wait_for(link.probe(), seconds)
    except (ChildDied, TimeoutError, OSError, Problem) as error:
        log.warning("%s could not be asked: %s", drive.path, str(error) or type(error).__name__)
        return drive
    return drive if answer is None else with_answer(drive, answer)
