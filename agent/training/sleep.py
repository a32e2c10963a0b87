"""The sleep of a training computer: its simulated drives lose their power and get it back, and nothing else happens.

As on a real computer that wakes up, the firmware freezes nothing then (AtaAbout.bios_freezes): only at a start.
"""

from pathlib import Path

from agent.model.message import Message, say
from agent.sanitize.medium import Refused
from agent.training.drive import open_drive


def sleep(folder: Path) -> Message | None:
    """Take the power from every drive in `folder` for a moment. Why one was left out; None where none was."""
    problem = None
    for image in sorted(folder.glob("*.img")):
        try:
            drive = open_drive(image)
        except (OSError, Refused) as error:
            problem = say("The training drive {drive} did not sleep ({error}).", drive=image.name, error=str(error))
            continue
        try:
            drive.power_cut()
            drive.power_on(computer_starts=False)
        except OSError as error:
            problem = say("The training drive {drive} did not sleep ({error}).", drive=image.name, error=str(error))
        finally:
            drive.close()
    return problem
