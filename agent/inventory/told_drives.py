"""Drives completed with what they told."""

from collections.abc import Mapping, Sequence

from agent.inventory.asked import with_answer
from agent.inventory.smart import with_smart
from agent.model.inventory import Drive

Documents = Mapping[str, Mapping[str, object]]


def completed(drives: Sequence[Drive], smartctl: Documents, nvme: Documents, firmware: Documents) -> list[Drive]:
    found = []
    for drive in drives:
        name = drive.path.rsplit("/", 1)[-1]
        told = with_smart(drive, smartctl.get(name))
        found.append(with_answer(told, firmware[name]) if name in firmware else told)
    return found
