"""The drives' own word, for `ordis inventory`. A module of its own, loaded where a drive can tell something: it brings
half of the program along, for which a machine without such drives need not wait.
"""

import asyncio

from agent import probing
from agent.host import nvmecli
from agent.host.source import Source
from agent.inventory import told_drives
from agent.inventory.smart.unread import unread
from agent.model.inventory import Inventory, Unreadable
from agent.model.words import Transport

Documents = dict[str, dict[str, dict[str, object]]]


def asked(found: Inventory, source: Source, *, every_log: bool) -> tuple[Inventory, Documents]:
    """The inventory with what its drives tell, and their documents by kind, as a recorded machine has them.

    nvme-cli is asked where smartctl did not tell, or for `every_log` of all NVMe drives. Never raises for what a drive
    does.
    """
    answers = asyncio.run(probing.hear_all(found.drives))
    by_name = {drive.path.rsplit("/", 1)[-1]: told for drive, told in zip(found.drives, answers, strict=True)}
    smartctl = {name: told.smartctl for name, told in by_name.items() if told.smartctl is not None}
    firmware = {name: told.firmware for name, told in by_name.items() if told.firmware is not None}
    nvme = {
        f"{name}.{command}": document
        for drive, name in zip(found.drives, by_name, strict=True)
        if drive.transport is Transport.NVME and (every_log or name not in smartctl)
        for command, document in nvmecli.logs(source.tool, drive.path).items()
    }
    silent = [
        Unreadable(part=f"health of {name}", reason=told.why) for name, told in by_name.items() if told.why is not None
    ]
    drives = told_drives.completed(found.drives, smartctl, nvme, firmware)
    silent += unread(drives, smartctl)
    told = found.model_copy(update={"drives": drives, "unreadable": [*found.unreadable, *silent]})
    return told, {"smartctl": smartctl, "nvme": nvme, "firmware": firmware}
