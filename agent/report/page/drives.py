"""The drives, one block each, and before them the signs of drives that cannot be seen."""

import re
from collections.abc import Iterator

from agent.model.inventory import Drive, Inventory, SmartCounters
from agent.model.message import Message, say
from agent.model.words import Health, Transport
from agent.report.naming import MEDIUM, called
from agent.report.page.sheet import Mark, Row, Section
from agent.report.page.tongue import Tongue, drive_in, why

_WORN = 100
"""Percent of the endurance that the maker warrants."""


def drives(inventory: Inventory, tongue: Tongue) -> Section:
    rows: list[Row] = []
    for unseen in inventory.unseen_drives:
        rows.append(Row(text=tongue(unseen.sign), mark=Mark.BAD, wide=True))
        rows.append(Row(text=f"=> {tongue(unseen.remedy)}", mark=Mark.BAD, wide=True))
    reasons = {name: one.reason for one in inventory.unreadable if (name := drive_in(one.part))}
    for number, drive in enumerate(inventory.drives, 1):
        rows += [Row()] if rows else []
        rows += _drive(number, drive, reasons.get(drive.path.rsplit("/", 1)[-1]), tongue)
    if not inventory.drives:
        rows.append(Row(text=tongue(why(inventory, "drives") or say("No drive was seen.")), mark=Mark.DOUBT, wide=True))
    return Section(tongue(say("Drives")), rows)


def _drive(number: int, drive: Drive, silent: Message | None, tongue: Tongue) -> Iterator[Row]:
    yield Row(
        tongue(say("Drive {number}", number=number)),
        called(drive.vendor, drive.model) or tongue(say("model not known")),
        strong=True,
    )
    yield Row(tongue(say("Size")), _what(drive, tongue))
    yield Row(tongue(say("Serial number")), drive.serial or tongue(say("none that can be read")))
    yield _health(drive, silent, tongue)
    yield from _troubles(drive.smart or SmartCounters(), tongue)
    if used := _use(drive, tongue):
        yield Row(tongue(say("Use")), used)
    yield from _reach(drive, tongue)


def _what(drive: Drive, tongue: Tongue) -> str:
    return tongue.listed(
        tongue.size(drive.size_bytes) if drive.size_bytes else say("size not known"),
        *_kind(drive),
        say("{turns} turns a minute", turns=drive.rotation_rpm) if drive.rotation_rpm and drive.rotational else None,
        _form(drive.form_factor, tongue),
        say("plugged in from outside") if drive.external else None,
        say("simulated") if drive.simulated else None,
        say("virtual") if drive.virtual else None,
        drive.path,
    )


def _form(text: str | None, tongue: Tongue) -> str | Message | None:
    """smartctl says "2.5 inches", or a name that has no language: M.2."""
    found = re.fullmatch(r"(\d\.\d+|\d) inches", text or "", re.ASCII)
    return tongue.inches(float(found[1])) if found else text


def _kind(drive: Drive) -> tuple[Message, ...]:
    if drive.transport is Transport.MMC:
        return (say("memory card") if drive.external or drive.removable else say("eMMC"),)
    medium = MEDIUM[drive.transport]
    if drive.rotational is None:
        return (say("SSD"), medium) if drive.transport is Transport.NVME else (medium,)
    return (say("hard disk") if drive.rotational else say("SSD"), medium)


def _health(drive: Drive, silent: Message | None, tongue: Tongue) -> Row:
    label = tongue(say("Health"))
    if drive.health is Health.FAILED:
        return Row(label, tongue(say("FAILING, as the drive itself says. Replace it.")), mark=Mark.BAD)
    if drive.health is Health.PASSED:
        return Row(label, tongue(say("good, as the drive itself says")), mark=Mark.GOOD)
    if silent is not None:
        return Row(label, tongue.about(tongue(say("not readable")), tongue(silent)), mark=Mark.DOUBT)
    if drive.smart_supported is False:
        return Row(label, tongue(say("The drive does not watch its health (no SMART).")))
    return Row(label, tongue(say("not told")))


def _troubles(smart: SmartCounters, tongue: Tongue) -> Iterator[Row]:
    """What the drive has counted, where it is not zero, the worst first."""
    counted: tuple[tuple[int | float | None, Message], ...] = (
        (smart.pending, say("unreadable sectors")),
        (smart.offline_uncorrectable, say("sectors that stayed unreadable")),
        (smart.reallocated, say("sectors replaced by spare ones")),
        (smart.reported_uncorrectable, say("errors that could not be corrected")),
        (smart.media_errors, say("errors of the medium")),
        (smart.command_timeout, say("commands without an answer in time")),
    )
    found = tuple(tongue.about(tongue(what), str(count)) for count, what in counted if count)
    if found:
        yield Row(tongue(say("Errors")), items=found, mark=Mark.DOUBT)
    spare, least = smart.available_spare_percent, smart.spare_threshold_percent
    if smart.critical_warning:
        yield Row(text=tongue(say("The drive gives a critical warning. Replace it.")), mark=Mark.BAD)
    if spare is not None and least is not None and spare < least:
        text = say("Its spare blocks run out: {spare:percent} left. Replace it.", spare=spare)
        yield Row(text=tongue(text), mark=Mark.BAD)


def _use(drive: Drive, tongue: Tongue) -> str:
    worn = drive.wear_percent
    cycles = drive.power_cycles
    return tongue.listed(
        None if drive.power_on_hours is None else tongue.hours(drive.power_on_hours),
        None if not cycles else say("started once") if cycles == 1 else say("started {count} times", count=cycles),
        None if worn is None else say("worn out ({worn:percent})", worn=worn) if worn >= _WORN
        else say("{worn:percent} worn", worn=worn),
        None if drive.temperature_celsius is None else say("{celsius} °C", celsius=drive.temperature_celsius),
    )  # fmt: skip


def _reach(drive: Drive, tongue: Tongue) -> Iterator[Row]:
    """What stands between the drive and its erasing."""
    if drive.locked or drive.shadowed:
        text = say("locked by a password or key of its former owner")
        yield Row(tongue(say("Lock")), tongue(text), mark=Mark.BAD)
    if drive.leftover_password:
        text = say("A password of ours was left by an erase that was cut off.")
        yield Row(tongue(say("Lock")), tongue(text), mark=Mark.DOUBT)
    if drive.frozen:
        text = say("its own erase is frozen until it has been without power")
        yield Row(tongue(say("Erasing")), tongue(text))
    for area in drive.hidden_areas:
        text = say("{size:bytes} of it are hidden ({kind})", size=area.bytes, kind=area.kind)
        yield Row(tongue(say("Hidden")), tongue(text), mark=Mark.DOUBT)
    for number, obstacle in enumerate(drive.obstacles):
        label = "" if number else tongue(say("Erasing"))
        # The stick that this runs from is as it should be.
        yield Row(label, tongue(obstacle), mark=Mark.NONE if drive.ordis_stick else Mark.DOUBT)
