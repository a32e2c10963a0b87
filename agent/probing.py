"""Ask every drive itself, all at once: what its firmware can do, and how healthy it is."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from agent.drivelink import DriveLink
from agent.host.child import ChildDied
from agent.inventory.asked import with_answer
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.words import Contents, Transport
from agent.sanitize.choice import TECHNIQUES
from agent.sanitize.plan import identity

PROBE_SECONDS = 45.0
"""A drive that answers needs a second or two, a sleeping disk up to half a minute to start."""

LOOK_SECONDS = 15.0
"""For the look at what is on it: some 200 short reads."""

Document = dict[str, object]
log = logging.getLogger("ordis.probing")


@dataclass
class Answers:
    """What one drive told; None for what it did not tell."""

    firmware: Document | None = None
    """The JSON form of sanitize.firmware.About."""
    smartctl: Document | None = None
    why: Message | None = None
    """Why the health is not there."""


async def ask_all(drives: Sequence[Drive], seconds: float = PROBE_SECONDS) -> list[Drive]:
    """The drives with what each told of its firmware, in the same order; each drive is given `seconds`. Never raises
    for what a drive or its worker does: one that does not answer stays as it was."""
    return list(await asyncio.gather(*(_asked(drive, seconds) for drive in drives)))


async def hear_all(drives: Sequence[Drive], seconds: float = PROBE_SECONDS) -> list[Answers]:
    """Firmware and health of each drive, in the same order; a worker each, one question after the other: smartctl
    would be in the way of the guard's look. Never raises for what a drive or its worker does."""
    return list(await asyncio.gather(*(_heard(drive, seconds) for drive in drives)))


async def _asked(drive: Drive, seconds: float) -> Drive:
    # One that may not be erased is left in peace, and so is another computer's.
    if drive.obstacles or drive.transport is Transport.NETWORK:
        return drive
    try:
        async with await DriveLink.start(identity(drive)) as link:
            if _to_be_asked(drive) and (answer := await asyncio.wait_for(link.probe(), seconds)) is not None:
                drive = with_answer(drive, answer)
            found = Contents.ENCRYPTED if drive.locked else await asyncio.wait_for(link.contents(), LOOK_SECONDS)
            return drive.model_copy(update={"contents": found})
    except (ChildDied, TimeoutError, OSError, Problem) as error:
        log.warning("%s could not be asked: %s", drive.path, str(error) or type(error).__name__)
        return drive


def _to_be_asked(drive: Drive) -> bool:
    return not drive.obstacles and drive.transport in TECHNIQUES


async def _heard(drive: Drive, seconds: float) -> Answers:
    answers = Answers()
    try:
        async with await DriveLink.start(identity(drive)) as link:
            if _to_be_asked(drive):
                answers.firmware = await asyncio.wait_for(link.probe(), seconds)
            health = await asyncio.wait_for(link.health(), seconds)
            if isinstance(health, Message):
                answers.why = health
            else:
                answers.smartctl = health
    except TimeoutError:
        answers.why = say("It did not answer within {seconds:duration}.", seconds=seconds)
    except (ChildDied, OSError, Problem) as error:
        answers.why = say("It could not be read: {error}", error=str(error) or type(error).__name__)
    return answers
