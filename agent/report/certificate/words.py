"""The certificate's own words; those that other pages share are in agent.report.naming."""

from datetime import UTC, datetime

from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.report import TimeSource
from agent.model.sanitization import DriveIdentity
from agent.model.words import Level, Transport
from agent.report.certificate.claims import Finding
from agent.report.naming import MEDIUM
from agent.report.wording import tell

TRAINING = say("TRAINING – NO VALUE")

SECTION = {
    Finding.NOT_SANITIZED: say("NOT SANITIZED"),
    Finding.EXCEPTIONS: say("SANITIZED WITH EXCEPTIONS – not a clean erase"),
    Finding.REMOVED: say("TAKEN OUT – not certified here"),
    Finding.SANITIZED: say("SANITIZED"),
}

CONTINUED = {
    Finding.NOT_SANITIZED: say("NOT SANITIZED (continued)"),
    Finding.EXCEPTIONS: say("SANITIZED WITH EXCEPTIONS – not a clean erase (continued)"),
    Finding.REMOVED: say("TAKEN OUT – not certified here (continued)"),
    Finding.SANITIZED: say("SANITIZED (continued)"),
}


def tally(finding: Finding, count: int) -> Message:
    """How many drives a section holds."""
    match finding:
        case Finding.NOT_SANITIZED:
            return say("NOT SANITIZED: {count}", count=count)
        case Finding.EXCEPTIONS:
            return say("SANITIZED WITH EXCEPTIONS: {count}", count=count)
        case Finding.REMOVED:
            return say("TAKEN OUT: {count}", count=count)
        case Finding.SANITIZED:
            return say("SANITIZED: {count}", count=count)


METHOD = {Level.CLEAR: say("Clear"), Level.PURGE: say("Purge")}
"""NIST's words; they are also what a donor's contract names."""

LEGEND = {
    Level.CLEAR: say(
        "Clear: everything that a computer can reach on the drive was replaced. It does not reach spare areas that "
        "only the drive's own electronics see."
    ),
    Level.PURGE: say(
        "Purge: recovery is meant to be infeasible for a laboratory too. That rests on the drive's own firmware, "
        "whose work was checked as far as a computer can see."
    ),
}

STANDARDS = say(
    "The levels are those of NIST SP 800-88 Rev. 2 (September 2025), the fields those of its section 4.6. The "
    "techniques are aligned with IEEE 2883-2022; no conformity to it is claimed."
)

FIRMWARE = say(
    "The drive's firmware did the erasing: what cannot be read from outside rests on its word. What can be read was "
    "checked."
)

CHECK = say("Whoever has the file of a report can check it: ordis report verify FILE --code TEXT-OF-THE-QR-CODE")

NO_DRIVE = say("No drive was seen in this machine.")

_CLOCK = {
    "network": say("{time}, by network time"),
    "machine_clock": say("{time}, by the machine's clock"),
    "volunteer": say("{time}, by the date a volunteer entered"),
    "unconfirmed": say("{time}, DATE UNCONFIRMED"),
}

_FLASH = (Transport.NVME, Transport.MMC)


def moment(value: datetime, language: str) -> str:
    """Date and time in UTC, to the minute."""
    try:
        value = value.astimezone(UTC)
    except OverflowError:  # a year 1 or 9999 in another zone
        return "?"
    return value.strftime("%d/%m/%Y %H:%M UTC" if language == "fr" else "%Y-%m-%d %H:%M UTC")


def told_moment(value: datetime, source: TimeSource, language: str) -> str:
    """The same with whose clock it was."""
    return tell(Message(_CLOCK[source].text, {"time": moment(value, language)}), language)


def media_type(drive: Drive | DriveIdentity, language: str) -> str:
    """Magnetic or flash, how it is attached, and whether it is no real drive."""
    rotational = drive.rotational if isinstance(drive, Drive) else None
    if rotational is None and drive.transport in _FLASH:
        rotational = False
    parts = [MEDIUM[drive.transport]]
    if rotational is not None:
        parts.insert(0, say("hard disk (magnetic)") if rotational else say("SSD (flash memory)"))
    if drive.simulated:
        parts.append(say("simulated"))
    if drive.virtual:
        parts.append(say("virtual"))
    return ", ".join(tell(part, language) for part in parts)
