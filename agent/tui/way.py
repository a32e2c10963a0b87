"""Which screen a person should see now: a pure function of what the face knows."""

from enum import StrEnum
from typing import NamedTuple

from agent.model.words import Phase
from agent.tui.face import Detour, Face


class Stop(StrEnum):
    """One screen of the way; the values of questions and detours are also theirs."""

    BROKEN = "broken"
    START = "start"
    CHECKLIST = "checklist"
    ASSET_TAG = "asset_tag"
    CONFIRM_ERASE = "confirm_erase"
    DATE = "date"
    EMPTY_BAY = "empty_bay"
    FROZEN_DRIVES = "frozen_drives"
    MANUAL = "manual"
    PSID = "psid"
    CHANGE = "change"
    CHANGE_ONE = "change_one"
    RESULT = "result"
    PROBLEM = "problem"
    DETAILS = "details"
    QR = "qr"
    POWER_OFF = "power_off"


class Place(NamedTuple):
    """A screen, and what it is about: two questions of one kind are two places."""

    stop: Stop
    about: str = ""


_DETOURS = {
    Detour.START: Stop.START,
    Detour.DETAILS: Stop.DETAILS,
    Detour.STEPS: Stop.CHECKLIST,
    Detour.CHANGE: Stop.CHANGE,
    Detour.CHANGE_ONE: Stop.CHANGE_ONE,
    Detour.QR: Stop.QR,
    Detour.POWER_OFF: Stop.POWER_OFF,
}


def due(face: Face) -> Place:
    """Where the state wants the person, detours aside."""
    state = face.state
    if face.broken is not None:
        return Place(Stop.BROKEN)
    if not face.heard:
        return Place(Stop.START, "unheard")  # another place than later: there is nothing to choose from yet
    if state.question is not None:
        return Place(Stop(state.question.kind), state.question.id)
    if state.problem is not None:
        return Place(Stop.PROBLEM)
    if state.phase is Phase.FINISHED:
        return Place(Stop.RESULT)
    if state.phase is Phase.IDLE:  # another list, or another order of it, is another screen
        return Place(Stop.START, ",".join((face.proposed, *(choice.name for choice in face.profiles))))
    return Place(Stop.CHECKLIST)


def place(face: Face) -> Place:
    """Where the person is: on a detour, or where the state wants them."""
    return due(face) if face.detour is None else Place(_DETOURS[face.detour], face.about or "detour")
