"""Which current operating systems the machine can carry, by what their makers ask for (`system_needs`)."""

from collections.abc import Iterator

from agent.grading import system_needs as needs
from agent.grading.drive import staying
from agent.grading.facts import Facts
from agent.grading.windows_list import SOURCE as LIST_SOURCE
from agent.grading.windows_list import listed
from agent.model.grade import SystemFit
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.words import Suitability

Finding = tuple[Suitability, Message]
_ORDER = (Suitability.NO, Suitability.UNKNOWN, Suitability.SETTING)
"""Which finding weighs most."""


def fitting(facts: Facts) -> list[SystemFit]:
    """Windows 11 first, then the Linux systems from the most demanding on."""
    windows = _fit("Windows 11", _windows(facts), f"{needs.WINDOWS_11_SOURCE}; {LIST_SOURCE}")
    return [windows, *(_fit(each.name, _linux(facts, each), each.source) for each in needs.LINUX)]


def _fit(name: str, findings: Iterator[Finding], source: str) -> SystemFit:
    found = list(findings)
    fit = next((each for each in _ORDER if any(finding[0] is each for finding in found)), Suitability.YES)
    reasons = [reason for each in _ORDER for state, reason in found if state is each]
    return SystemFit(name=name, fit=fit, reasons=reasons or [say("It meets what its makers ask for.")], source=source)


def _linux(facts: Facts, wanted: needs.Needs) -> Iterator[Finding]:
    yield from _level(facts.inventory, wanted.level)
    yield from _cores(facts.inventory, wanted.cores)
    yield from _clock(facts.inventory, wanted.mhz)
    yield from _size(facts, wanted.memory_bytes, wanted.drive_bytes)


def _windows(facts: Facts) -> Iterator[Finding]:
    inventory = facts.inventory
    on_list = [listed(processor.model) for processor in inventory.processors]
    yield from _level(inventory, 1)
    if False in on_list:
        yield Suitability.NO, say("The processor is not on Microsoft's list.")
    elif not on_list or None in on_list:
        yield Suitability.UNKNOWN, say("Whether the processor is on Microsoft's list could not be told.")
    yield from _cores(inventory, needs.WINDOWS_11_CORES)
    yield from _clock(inventory, needs.WINDOWS_11_MHZ)
    yield from _size(facts, needs.WINDOWS_11_MEMORY_BYTES, needs.WINDOWS_11_DRIVE_BYTES)
    # Every processor on the list came with firmware that has UEFI, Secure Boot and a TPM 2.0 of its own (PTT, fTPM);
    # a machine may have been delivered with any of them switched off.
    modern = bool(on_list) and all(on_list)
    yield from _start(inventory, modern=modern)
    yield from _tpm(inventory, modern=modern)


def _level(inventory: Inventory, least: int) -> Iterator[Finding]:
    levels = [processor.x86_64_level for processor in inventory.processors]
    known = [level for level in levels if level is not None]
    if any(level < least for level in known):
        if not min(known):
            yield Suitability.NO, say("It needs a 64-bit processor.")
        else:
            yield Suitability.NO, say("It needs a processor of level x86-64-v{least}.", least=least)
    elif not known or len(known) < len(levels):
        yield Suitability.UNKNOWN, say("What the processor can do could not be read.")


def _cores(inventory: Inventory, least: int) -> Iterator[Finding]:
    counts = [processor.cores for processor in inventory.processors]
    if sum(count or 0 for count in counts) >= least:
        return
    if not counts or None in counts:
        yield Suitability.UNKNOWN, say("The processor's number of cores could not be read.")
    else:
        yield Suitability.NO, say("It needs {least} processor cores.", least=least)


def _clock(inventory: Inventory, least: int) -> Iterator[Finding]:
    """Unknown is let pass: no processor with the level that is asked for runs below that at its highest clock."""
    clocks = [processor.max_mhz for processor in inventory.processors if processor.max_mhz is not None]
    if clocks and max(clocks) < least:
        yield Suitability.NO, say("It needs a processor of {least} MHz.", least=least)


def _size(facts: Facts, memory: int, drive: int) -> Iterator[Finding]:
    has = max(facts.inventory.memory.installed_bytes or 0, facts.inventory.memory.usable_bytes or 0)
    if not has:
        yield Suitability.UNKNOWN, say("How much memory there is could not be read.")
    elif not _reaches(facts.inventory, memory):
        yield Suitability.NO, say("It needs {least:memory} of memory; there is {size:memory}.", least=memory, size=has)
    largest = max((each.size_bytes for each in staying(facts)), default=None)
    if largest is None:
        yield Suitability.UNKNOWN, say("It needs a drive of {least:bytes}.", least=drive)
    elif largest < drive:
        yield Suitability.NO, say("It needs a drive of {least:bytes}; the largest has {size:bytes}.",
                                  least=drive, size=largest)  # fmt: skip


def _reaches(inventory: Inventory, least: int) -> bool:
    """The graphics may keep a part of the modules for themselves; where only the rest is known, that is allowed for."""
    installed, usable = inventory.memory.installed_bytes, inventory.memory.usable_bytes
    return (installed or 0) >= least or (not installed and (usable or 0) >= least * 7 // 8)


def _start(inventory: Inventory, *, modern: bool) -> Iterator[Finding]:
    firmware = inventory.firmware
    if firmware.uefi is None:
        yield Suitability.UNKNOWN, say("Whether it starts through UEFI could not be read.")
    elif not firmware.uefi:
        wish = say("Set the start-up mode to UEFI in the BIOS settings.")
        yield (
            (Suitability.SETTING, wish)
            if modern
            else (
                Suitability.UNKNOWN,
                say("It was started the old way (BIOS); whether it knows UEFI has to be looked up in its settings."),
            )
        )
    elif firmware.secure_boot is None:
        yield Suitability.UNKNOWN, say("Whether it knows Secure Boot could not be read.")
    elif not firmware.secure_boot:
        yield Suitability.SETTING, say("Switch Secure Boot on in the BIOS settings.")


def _tpm(inventory: Inventory, *, modern: bool) -> Iterator[Finding]:
    if inventory.tpm_version == "2.0":
        return
    if modern:
        yield Suitability.SETTING, say("Switch the security chip (TPM 2.0, PTT or fTPM) on in the BIOS settings.")
    elif inventory.tpm_version is None:
        yield Suitability.UNKNOWN, say("No security chip (TPM) shows; it may be switched off in the BIOS settings.")
    else:
        yield Suitability.NO, say("It needs a security chip of version TPM 2.0.")
