"""The machine itself: what it is called, its firmware, what locks it, and how surely it is told from others."""

from collections.abc import Iterator

from agent.model.inventory import FirmwareLock, Inventory
from agent.model.message import say
from agent.model.words import Certainty
from agent.report.naming import CERTAINTY, CHASSIS, IDENTITY, called
from agent.report.page.sheet import Mark, Row, Section
from agent.report.page.tongue import Tongue, why


def machine(inventory: Inventory, tongue: Tongue) -> Section:
    return Section(tongue(say("Machine")), [*_case(inventory, tongue), *_firmware(inventory, tongue),
                                            *_locks(inventory, tongue), *_identity(inventory, tongue)])  # fmt: skip


def _case(inventory: Inventory, tongue: Tongue) -> Iterator[Row]:
    machine = inventory.machine
    yield Row(tongue(say("Kind")), tongue(CHASSIS[machine.chassis]))
    if machine.virtual:
        yield Row(text=tongue(say("A virtual machine: these are no donated computer's facts.")), mark=Mark.DOUBT)
    yield Row(tongue(say("Serial number")), machine.serial or tongue(say("none that can be read")))
    if machine.asset_tag:
        yield Row(tongue(say("Asset tag")), machine.asset_tag)
    board = called(machine.board_vendor, machine.board_model)
    number = machine.board_serial
    if board or number:
        serial = tongue(say("serial number")) + f" {number}" if number else ""
        yield Row(tongue(say("Board")), tongue.listed(board, serial))


def _firmware(inventory: Inventory, tongue: Tongue) -> Iterator[Row]:
    firmware = inventory.firmware
    version = called(firmware.vendor, firmware.version)
    if version or firmware.date:
        yield Row(tongue(say("Firmware")), tongue.listed(version, tongue.date(firmware.date or "")))
    started = {True: say("by UEFI"), False: say("the old way (BIOS)")}.get(bool(firmware.uefi))
    secure = say("Secure Boot on") if firmware.secure_boot else say("Secure Boot off")
    if firmware.uefi is not None or firmware.secure_boot is not None:
        yield Row(
            tongue(say("Started")),
            tongue.listed(None if firmware.uefi is None else started, None if firmware.secure_boot is None else secure),
        )
    if inventory.tpm_version:
        yield Row(tongue(say("TPM")), inventory.tpm_version)
    if inventory.windows_key_present:
        yield Row(tongue(say("Windows key")), tongue(say("in the firmware, it goes with this machine")))


def _locks(inventory: Inventory, tongue: Tongue) -> Iterator[Row]:
    if inventory.firmware_password:
        text = say("A firmware password is set. Ask the donor to take it away.")
        yield Row(tongue(say("Password")), tongue(text), mark=Mark.BAD)
    elif inventory.firmware_password is False:
        yield Row(tongue(say("Password")), tongue(say("none in the firmware")))
    for lock in inventory.firmware_locks:
        yield _lock(lock, tongue)


def _lock(lock: FirmwareLock, tongue: Tongue) -> Row:
    name = "Absolute (Computrace)" if lock.kind == "absolute" else lock.kind
    if lock.active:
        text, mark = say("active. Only the donor can release it: ask before anything else."), Mark.BAD
    elif lock.active is None:
        text, mark = say("there. Whether it is active is not told: ask the donor."), Mark.DOUBT
    else:
        text, mark = say("there, not active"), Mark.NONE
    return Row(tongue(say("Lock")), tongue.about(name, tongue(text)), mark=mark)


def _identity(inventory: Inventory, tongue: Tongue) -> Iterator[Row]:
    machine = inventory.machine
    certainty = machine.machine_id_certainty
    label = tongue(say("Identity"))
    if certainty is Certainty.NONE:
        reason = why(inventory, "machine", "smbios")
        yield Row(label, tongue(reason or CERTAINTY[certainty]), mark=Mark.DOUBT)
        return
    sources = (tongue(IDENTITY[name]) if name in IDENTITY else name for name in machine.machine_id_from)
    yield Row(label, f"{tongue(CERTAINTY[certainty])} ({tongue.listed(*sources)})")
    if machine.machine_id:
        yield Row(text=machine.machine_id)
