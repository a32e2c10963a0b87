"""The support file: packed, and saved where somebody can take it from."""

import asyncio
import io
import logging
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from agent.care.desk import Desk, Tell
from agent.care.parts import Part, parts
from agent.host.files import write_safely
from agent.host.mounts import mounted_at
from agent.model.care import Said, SupportState
from agent.model.message import say
from agent.model.messages import SaveSupport, SupportEvent
from agent.model.problem import Problem
from agent.model.words import Mode
from agent.stick.ready import Places
from agent.stick.writable import writable

log = logging.getLogger("ordis.care")

LIMIT = 8 * 1024 * 1024
"""Bytes of the whole file; most are below one megabyte. Mail takes that much everywhere."""
LEFT_FREE = 4 * 1024 * 1024
"""Bytes that must stay free beside it: for reports and journals."""
FOLDER = "support"


class NoRoom(Problem):
    """The file would fill what reports need."""


class Support:
    """One for the service."""

    def __init__(self, desk: Desk, places: Places | None = None) -> None:
        self._desk = desk
        self._places = places or Places()
        self._state = SupportState()

    def _note(self, tell: Tell, **facts: object) -> None:
        self._state = self._state.model_copy(update=facts)
        tell(SupportEvent(mode=self._desk.place().mode, support=self._state))

    async def save(self, command: SaveSupport, tell: Tell) -> None:
        """Gather, pack and save. One at a time."""
        if self._state.saving:
            self._note(tell)
            return
        self._note(tell, saving=True, said=None)
        said = Said(
            reason=say("The support file could not be made because of a fault in Ordis."),
            hint=say("Take a picture of the screen instead."),
        )
        try:
            said = await asyncio.to_thread(self._save, command.anonymous)
        except Problem as problem:
            said = Said.of(problem)
        except OSError as error:
            said = Said.of(_not_saved(error))
        finally:
            self._note(tell, saving=False, said=said)

    def _save(self, anonymous: bool) -> Said:
        """Raises Problem, OSError."""
        place = self._desk.place()
        data = packed(parts(place, self._desk.state(), anonymous=anonymous))
        name = f"ordis-support-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
        failure: Problem | OSError | None = None
        for folder in self._folders():
            try:
                with writable(place.source, folder, self._places):
                    _put(folder, name, data)
            except (Problem, OSError) as problem:
                log.warning("no support file in %s: %s", folder, problem)
                failure = problem
            else:
                log.info("a support file was saved: %s", folder / name)
                return self._saved(folder / name, len(data))
        raise failure or NoRoom(
            say("There is no place for a support file."), say("Plug in an Ordis stick, then save again.")
        )

    def _folders(self) -> Iterator[Path]:
        """The partition that every computer can read first."""
        place = self._desk.place()
        if place.mode is Mode.REAL and mounted_at(place.source, self._places.boot) is not None:
            yield self._places.boot / FOLDER
        yield place.settings.folder(place.mode) / FOLDER

    def _saved(self, file: Path, size: int) -> Said:
        reason = say("Saved: {file} ({size:bytes}).", file=str(file), size=size)
        if file.parent == self._places.boot / FOLDER:
            hint = say("Plug the stick into another computer: the file is in the folder “support”. Send it to whoever "
                       "looks after the sticks.")  # fmt: skip
            return Said(good=True, reason=reason, hint=hint)
        if not self._desk.place().keeps():
            hint = say("It is only in this computer's memory: plug in a stick and save it again before you switch off.")
            return Said(reason=reason, hint=hint)
        if file.parent.parent == self._places.state:
            hint = say("Windows does not show this part of the stick: give it to whoever looks after the sticks.")
            return Said(good=True, reason=reason, hint=hint)
        return Said(good=True, reason=reason, hint=say("Send it to whoever looks after this computer."))


def packed(files: list[Part], limit: int = LIMIT) -> bytes:
    """The files in a ZIP of at most `limit` bytes: as long as it is larger, the largest file in it is left out."""
    left = list(files)
    while True:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in left:
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
            sizes = {each.filename: each.compress_size for each in archive.infolist()}
        if len(buffer.getvalue()) <= limit or not left:
            return buffer.getvalue()
        largest = max(sizes, key=lambda name: sizes[name])
        log.warning("left out of the support file, which would be too large: %s", largest)
        left = [each for each in left if each[0] != largest]


def _put(folder: Path, name: str, data: bytes) -> None:
    """Raises NoRoom, OSError."""
    folder.mkdir(mode=0o700, exist_ok=True)
    room = os.statvfs(folder)
    free = room.f_bavail * room.f_frsize
    if free < len(data) + LEFT_FREE:
        raise NoRoom(
            say("There is no room for the support file: {free:bytes} are free, it needs {size:bytes}.",
                free=free, size=len(data) + LEFT_FREE),
            say("Delete old files in the folder “support” of the stick on another computer, then save again."),
        )  # fmt: skip
    write_safely(folder / name, data, mode=0o600)


def _not_saved(error: OSError) -> Problem:
    return Problem(
        say("The support file could not be saved: {error}.", error=error.strerror or str(error)),
        say("Look whether the stick is plugged in, full or write-protected, then save again."),
    )
