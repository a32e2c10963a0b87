"""The stick's first partition, writable for a moment: it is mounted to be read only, so that a pulled stick harms
nothing."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from agent.host.mounts import MountFailed, mounted_at, remount, vanished
from agent.host.run import ToolMissing, ToolTimeout
from agent.host.source import Source
from agent.model.message import say
from agent.model.problem import Problem
from agent.stick.ready import BOOT_OPTIONS, Places

log = logging.getLogger("ordis.stick")


class CannotWrite(Problem):
    """Nothing was written."""


@contextlib.contextmanager
def writable(source: Source, folder: Path, places: Places | None = None) -> Iterator[None]:
    """While this lasts, files in `folder` can be written as far as the stick is what hinders it; elsewhere nothing is
    changed. Raises CannotWrite."""
    point = (places or Places()).boot
    mount = mounted_at(source, point) if folder == point or point in folder.parents else None
    if mount is None:
        yield
        return
    if vanished(source, mount):
        raise CannotWrite(say("The stick has been pulled out."), say("Plug it in again, then try once more."))
    if "ro" not in mount.options:
        yield
        return
    try:
        remount(point, BOOT_OPTIONS if mount.kind == "vfat" else (), write=True)
    except (MountFailed, ToolMissing, ToolTimeout, OSError) as error:
        raise CannotWrite(
            say("The stick cannot be written ({error}).", error=str(error)),
            say("Release its write protection if it has a switch, or use another stick. Nothing was changed."),
        ) from error
    try:
        yield
    finally:
        try:
            remount(point, BOOT_OPTIONS if mount.kind == "vfat" else (), write=False)
        except (MountFailed, ToolMissing, ToolTimeout, OSError) as error:  # what was written is there all the same
            log.warning("the stick's first partition stays writable: %s", error)
