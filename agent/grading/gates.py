"""The gates: what holds a machine back whatever it is worth, and who must do what about it."""

from agent.grading.evidence import conclude, is_about, label, last_about
from agent.grading.facts import Facts
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.sanitization import Sanitization
from agent.model.words import Outcome, SanitizationStatus

_LOCK = "firmware_lock"
_CLEARED = (SanitizationStatus.SANITIZED, SanitizationStatus.REMOVED)


def closed(facts: Facts) -> list[Message]:
    """Why the machine is on hold, each with what to do; empty where nothing holds it (section 7 of the design)."""
    return [
        *_firmware(facts.inventory),
        *_locked(facts),
        *_drives(facts.inventory, facts.sanitizations),
        *_unseen(facts.inventory, empty_bay_confirmed=facts.empty_bay_confirmed),
    ]


def doubts(facts: Facts) -> list[Message]:
    """What could be a reason to hold the machine and could not be read."""
    inventory = facts.inventory
    found = []
    if inventory.firmware_password is None and conclude(facts.checks, _LOCK) is None:
        found.append(say("Whether the firmware asks for a password could not be read: open its setup once and see."))
    if any(part.part == "firmware_locks" for part in inventory.unreadable):
        found.append(
            say("Whether the donor still tracks this computer (Absolute) could not be read: open its setup and see.")
        )
    elif any(lock.active is None for lock in inventory.firmware_locks):
        found.append(
            say("This computer has Absolute (Computrace), and does not tell whether it is active: ask the donor.")
        )
    return found


def _firmware(inventory: Inventory) -> list[Message]:
    reasons = []
    if inventory.firmware_password:
        reasons.append(say("The firmware is locked with a password: ask the donor for it and remove it."))
    if any(lock.active for lock in inventory.firmware_locks):
        reasons.append(say("The donor's tracking (Absolute) is active: ask the donor to release this computer."))
    return reasons


def _locked(facts: Facts) -> list[Message]:
    """What a person saw: a password, a management of the donor's (MDM, Autopilot). It says what to do, in its own
    words; a password that the firmware itself tells of is said once."""
    found = conclude(facts.checks, _LOCK)
    seen = found is not None and found.outcome is Outcome.FAILED and not facts.inventory.firmware_password
    return [found.reason] if found and seen else []


def _drives(inventory: Inventory, sanitizations: list[Sanitization]) -> list[Message]:
    drives = inventory.drives
    reasons = []
    for drive in drives:
        last = last_about(drive, drives, sanitizations)
        if last is None:
            reasons.append(say("Drive {drive} was not erased: erase it or remove it.", drive=label(drive)))
        elif last.status not in _CLEARED:
            reasons.append(_not_cleared(last))
    # A drive that was there and is gone: its data went with it, nobody knows where.
    gone = {
        _identity(result): result
        for result in sanitizations
        if not any(is_about(result, drive, drives) for drive in drives)
    }
    return reasons + [_not_cleared(result) for result in gone.values() if result.status not in _CLEARED]


def _identity(result: Sanitization) -> tuple[object, ...]:
    drive = result.drive
    return (drive.serial, drive.model, drive.size_bytes) if drive.serial else (drive.path, drive.diskseq)


def _not_cleared(result: Sanitization) -> Message:
    drive = label(result.drive)
    match result.status:
        case SanitizationStatus.SANITIZED_WITH_EXCEPTIONS:
            return say("Drive {drive} was erased, but not all of it or not provably: remove it.", drive=drive)
        case SanitizationStatus.FAILED:
            return say("Drive {drive} could not be erased: remove it and have it destroyed.", drive=drive)
        case SanitizationStatus.REFUSED:
            return say("Erasing drive {drive} was refused: clear the obstacle or remove the drive.", drive=drive)
        case SanitizationStatus.INTERRUPTED:
            return say("Erasing drive {drive} was interrupted: start it again or remove the drive.", drive=drive)
    return say("Drive {drive} was not erased: erase it or remove it.", drive=drive)


def _unseen(inventory: Inventory, *, empty_bay_confirmed: bool) -> list[Message]:
    reasons = [part for unseen in inventory.unseen_drives for part in (unseen.sign, unseen.remedy)]
    if not inventory.drives and not empty_bay_confirmed:
        reasons.append(say("No drive was seen: open the drive bay and say whether it is empty."))
    return reasons
