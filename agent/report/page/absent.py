"""What is not there, and what could not be read: nothing is left to be guessed from silence."""

from collections.abc import Iterator

from agent.model.inventory import Inventory, Unreadable
from agent.model.message import Message, say
from agent.model.words import Health
from agent.report.naming import PART
from agent.report.page.sheet import Row, Section
from agent.report.page.tongue import Tongue, drive_in


def absent(inventory: Inventory, tongue: Tongue) -> Section:
    """The parts that were looked for and not found; what could not be read is not among them."""
    unread = {one.part for one in inventory.unreadable}
    told = [tongue(message) for part, message in _missing(inventory) if part not in unread]
    return Section(tongue(say("Not seen")), [Row(items=tuple(told), wide=True)] if told else [])


def _missing(inventory: Inventory) -> Iterator[tuple[str, Message]]:
    """What there is none of, with the part of the inventory that would tell of it."""
    networks = [one.wireless for one in inventory.network]
    for part, there, words in (
        ("batteries", inventory.batteries or inventory.machine.chassis.portable, say("no battery")),
        ("displays", inventory.displays, say("no display")),
        ("graphics", inventory.graphics, say("no graphics")),
        ("network", False in networks, say("no wired network")),
        ("network", True in networks, say("no Wi-Fi")),
        ("bluetooth", inventory.bluetooth, say("no Bluetooth")),
        ("cameras", inventory.cameras, say("no camera")),
        ("sound", inventory.sound, say("no sound")),
        ("inputs", inventory.inputs, say("no keyboard or touchpad")),
        ("optical_drives", inventory.optical_drives, say("no disc drive")),
        ("tpm_version", inventory.tpm_version, say("no TPM")),
        # None says that nobody knows.
        ("windows_key_present", inventory.windows_key_present is not False, say("no Windows key in the firmware")),
    ):
        if not there:
            yield part, words


def unread(inventory: Inventory, tongue: Tongue) -> Section:
    """The parts by their reason, so that one that holds for all is said once."""
    silent = {drive.path.rsplit("/", 1)[-1] for drive in inventory.drives if drive.health is Health.UNKNOWN}
    by_reason: dict[str, list[str]] = {}
    for one in inventory.unreadable:
        if drive_in(one.part) in silent:
            continue  # the drive's own block says it
        by_reason.setdefault(tongue(one.reason), []).append(_name(one, tongue))
    rows = [
        Row(text=tongue.about(", ".join(dict.fromkeys(parts)), reason), wide=True)
        for reason, parts in by_reason.items()
    ]
    return Section(tongue(say("Could not be read")), rows)


def _name(one: Unreadable, tongue: Tongue) -> str:
    if drive := drive_in(one.part):
        return tongue(say("health of {drive}", drive=drive))
    return tongue(PART[one.part]) if one.part in PART else one.part
