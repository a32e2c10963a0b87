"""What most often stays the same from one machine to the next, kept on the stick: the donor's lot, and who takes in."""

import logging

from pydantic import ValidationError

from agent.host.files import read_bounded, write_safely
from agent.model.base import Model, Text
from agent.model.messages import IntakeRequest
from agent.model.words import Mode
from agent.settings import Settings, SettingsError

log = logging.getLogger("ordis.habits")

NAME = "last.json"
"""Beside the journal."""
_LIMIT = 4096


class Habits(Model):
    """Of the last intake that a person began: a suggestion for the next one, which the start screen shows."""

    lot: Text | None = None
    volunteer: Text | None = None


def load(settings: Settings, mode: Mode) -> Habits:
    """Never raises: where nothing is kept, or nonsense, there is no suggestion."""
    try:
        return Habits.model_validate_json(read_bounded(settings.folder(mode) / NAME, _LIMIT))
    except FileNotFoundError:
        return Habits()
    except (OSError, ValidationError) as error:
        log.warning("no lot and initials from before: %s", error)
        return Habits()


def keep(settings: Settings, mode: Mode, request: IntakeRequest) -> None:
    """Remember what a person entered; what a command line says is for that one machine. Never raises."""
    if not request.attended:
        return
    habits = Habits(lot=request.lot, volunteer=request.volunteer)
    try:
        if habits != load(settings, mode):
            write_safely(settings.make_folder(mode) / NAME, habits.model_dump_json().encode())
    except (OSError, SettingsError) as error:
        log.warning("lot and initials are not kept: %s", error)
