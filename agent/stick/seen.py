"""The stick as it is now, for whoever stands before the screen."""

from pathlib import Path

from agent.host.mounts import mounted_at, vanished
from agent.host.root_in_ram import folder_in_ram, root_in_ram
from agent.host.source import Source
from agent.model.message import say
from agent.model.surroundings import Kept, StickSeen
from agent.stick import status as status_file
from agent.stick.ready import Places
from agent.stick.status import State, StickStatus


def seen(source: Source, folder: Path, places: Places | None = None) -> StickSeen:
    """`folder` is where reports are kept. Never raises."""
    places = places or Places()
    told = status_file.load(places.status)
    keeps = not folder_in_ram(source, str(folder))
    in_memory = root_in_ram(source)
    if told is None:
        return StickSeen(kept=Kept.DISK if keeps else Kept.NONE, in_memory=in_memory)
    found = StickSeen(kept=_kept(source, told, places), key=told.key, in_memory=in_memory)
    if found.kept is Kept.STICK:
        return found
    if told.state is State.MOUNTED and found.kept is Kept.DAMAGED:
        return found.model_copy(update={"why": say("After an error the stick's data partition can only be read.")})
    return found.model_copy(update={"why": told.problems[0].reason if told.problems else None})


def _kept(source: Source, told: StickStatus, places: Places) -> Kept:
    if told.state is not State.MOUNTED:
        return Kept.DAMAGED if told.state is State.DAMAGED else Kept.NONE
    now = mounted_at(source, places.state)
    if now is None or vanished(source, now):
        return Kept.PULLED
    return Kept.DAMAGED if "ro" in now.options else Kept.STICK
