"""Why nothing is known of a drive's health although smartctl was asked: its own messages (smartctl(8), "--json")."""

from collections.abc import Iterator, Mapping, Sequence

from agent.inventory.smart import identity
from agent.inventory.smart.health import verdict
from agent.inventory.smart.table import entries
from agent.model.inventory import Drive, Unreadable
from agent.model.message import Message, say
from agent.model.text import clean
from agent.model.words import Health, Transport

_LONGEST = 200


def unread(drives: Sequence[Drive], documents: Mapping[str, Mapping[str, object]]) -> list[Unreadable]:
    """One entry for each drive whose answer tells no health, and for each answer that describes no drive, with what
    smartctl gave as the reason. `documents` by kernel name. Never raises."""
    told = {drive.path.rsplit("/", 1)[-1]: drive for drive in drives}
    return [
        Unreadable(part=f"health of {name}", reason=reason)
        for name, document in documents.items()
        if (reason := _reason(told.get(name), document)) is not None
    ]


def can_tell(drive: Drive) -> bool:
    """Whether drives of this kind have a health that smartctl could ask for: cards, eMMC and what software makes have
    none."""
    return drive.transport not in (Transport.MMC, Transport.VIRTIO, Transport.LOOP)


def _reason(drive: Drive | None, document: Mapping[str, object]) -> Message | None:
    if drive is None and _describes(document):
        return None  # another drive's, by its serial number, or one that has no node here
    if drive is not None and not can_tell(drive):
        return None
    if verdict(document) is not None or (drive is not None and drive.health is not Health.UNKNOWN):
        return None
    errors = list(_errors(document))
    if errors:
        return say("smartctl could not ask it: {error}", error=errors[0])
    return None if _describes(document) else say("smartctl's answer describes no drive.")


def _describes(document: Mapping[str, object]) -> bool:
    known = identity.model(document) or identity.serial(document) or identity.size_bytes(document)
    return bool(known) or identity.no_disk(document)


def _errors(document: Mapping[str, object]) -> Iterator[str]:
    for message in entries(document, "smartctl", "messages"):
        if message.get("severity") == "error" and (text := clean(str(message.get("string")), _LONGEST)):
            yield text
