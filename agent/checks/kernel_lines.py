"""What the kernel complains of, line by line: what happened, how bad it is, and to what.

Only lines of known forms count, and only what the pattern names is kept: whatever else stands in the log (names of
networks, addresses, programs) never gets into a report. The forms are those of Linux 6.12 and, where they differ, of
the versions since 5.10.
"""

import re
from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """From the lightest to the worst."""

    CORRECTED = 0
    """The hardware has mended it by itself: a fault only if it happens again and again."""
    TROUBLE = 1
    """Something went wrong, and may go right the next time: cables, resets, timeouts."""
    BAD = 2
    """Data was lost, or the part stopped working."""


@dataclass(frozen=True)
class Complaint:
    about: str
    """The kernel's name for the part: `sda`, `ata3.00`, `nvme0`, `mmc0`, `usb 1-2`, `0000:03:00.0`; else `cpu`, `heat`,
    `memory`, or `memory LABEL`."""
    weight: Weight
    words: str
    """The line, as far as the pattern reaches."""


_DISK = r"(?P<about>(?:sd[a-z]{1,3}|nvme\d{1,3}(?:c\d{1,3})?n\d{1,3}|mmcblk\d{1,3}|vd[a-z]{1,2}))"
_PCI = r"(?P<about>[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])"
_USB = r"(?P<about>usb \d{1,2}-\d{1,2}(?:\.\d{1,2}){0,5})"
_ATA = r"(?P<about>ata\d{1,3}(?:\.\d{2})?)"
_NVME = r"nvme (?P<about>nvme\d{1,3})"
_EDAC = r"(?:[\w /()-]{1,60}? on (?P<label>[\w#.:-]{1,60}) ?\()?"
_WORDS = r"[ \w(),:/.=#-]{0,80}"

_FORMS: tuple[tuple[Weight, str], ...] = (
    # block/blk-core.c, fs/buffer.c, drivers/scsi
    (Weight.BAD, rf"critical medium error, dev {_DISK}\b"),
    (Weight.TROUBLE, rf"(?:I/O|timeout|device offline|recoverable transport|critical nexus) error, dev {_DISK}\b"),
    (Weight.TROUBLE, rf"Buffer I/O error on dev {_DISK}(?:p?\d{{1,3}})?, logical block \d{{1,20}}"),
    (Weight.BAD, rf"sd [\d:]{{7,20}} \[{_DISK}\] (?:tag#\d{{1,5}} )?Sense Key : (?:Medium|Hardware) Error"),
    # drivers/ata/libata-*.c
    (Weight.BAD, rf"{_ATA}: error: \{{ (?:[A-Z]+ )*UNC\b"),
    (Weight.TROUBLE, rf"{_ATA}: error: \{{ (?:[A-Z]+ )*ICRC\b"),
    (Weight.TROUBLE, rf"{_ATA}: failed command: [A-Z /]{{3,40}}"),
    (Weight.CORRECTED, rf"{_ATA}: limiting SATA link speed to [\d.]{{1,5}} Gbps"),  # also where a drive is pulled out
    (Weight.TROUBLE, rf"{_ATA}: (?:COMRESET|softreset|revalidation) failed\b"),
    (Weight.TROUBLE, rf"{_ATA}: (?:qc timeout|failed to IDENTIFY|link is slow to respond|lost interrupt)\b"),
    (Weight.BAD, rf"{_ATA}: reset failed, giving up\b"),
    # drivers/nvme/host; status code type 2 is "media and data integrity errors" (NVM Express Base 2.0, figure 93)
    (Weight.BAD, rf"{_DISK}: [\w /()]{{1,40}} @ LBA \d{{1,20}}, \d{{1,9}} blocks, {_WORDS}sct 0x2 "),
    (Weight.TROUBLE, rf"{_NVME}: I/O (?:tag )?\d{{1,6}} {_WORDS}timeout, (?:aborting|reset|disable)\b"),
    (Weight.TROUBLE, rf"{_NVME}: controller is down; will reset"),
    (Weight.BAD, rf"{_NVME}: (?:Device not ready; aborting|Removing after probe failure|Disabling device after)\b"),
    # drivers/mmc
    (Weight.TROUBLE, r"(?P<about>mmc\d{1,2}): (?:Timeout waiting for hardware|cache flush error)\b"),
    (Weight.TROUBLE, r"(?P<about>mmc\d{1,2}): error -\d{1,3} whilst initialising\b"),
    (Weight.BAD, rf"{_DISK}: (?:error -\d{{1,3}} transferring data|recovery failed)"),
    # drivers/usb
    (Weight.CORRECTED, rf"{_USB}: reset (?:low|full|high|SuperSpeed)[\w -]{{0,20}}USB device"),
    (Weight.TROUBLE, rf"{_USB}: device (?:descriptor read/\w{{1,4}}, error|not accepting address)\b"),
    (
        Weight.TROUBLE,
        r"(?P<about>usb usb\d{1,2}-port\d{1,2}): (?:unable to enumerate USB device|over-current condition)",
    ),
    (Weight.BAD, rf"[xeou]hci_hcd {_PCI}: (?:HC died|xHCI host controller not responding, assume dead)"),
    # drivers/pci/pcie/aer.c, which has called them "Correctable" since Linux 6.9; and the same from the firmware (APEI)
    (Weight.CORRECTED, rf"{_PCI}: (?:AER: )?PCIe Bus Error: severity=Correct(?:ed|able)\b"),
    (Weight.BAD, rf"{_PCI}: (?:AER: )?PCIe Bus Error: severity=Uncorrect(?:ed|able)(?: \([\w-]{{1,12}}\))?"),
    (Weight.CORRECTED, rf"\[Hardware Error\]: {{1,6}}device_id: {_PCI}"),
    # arch/x86/kernel/cpu/mce, drivers/edac, mm/memory-failure.c, drivers/firmware/efi/cper.c
    (Weight.BAD, r"(?:mce|MCE): Uncorrected hardware memory error"),
    (Weight.BAD, r"Memory failure: 0x[0-9a-f]{1,16}: recovery action for"),
    (Weight.CORRECTED, rf"EDAC MC\d{{1,3}}: \d{{1,9}} CE {_EDAC}"),
    (Weight.BAD, rf"EDAC MC\d{{1,3}}: \d{{1,9}} UE {_EDAC}"),
    (Weight.TROUBLE, r"\[Hardware Error\]: {1,6}section_type: (?:memory|general processor|IA32/X64 processor) error"),
    (Weight.CORRECTED, r"\[Hardware Error\]: (?:Corrected|Deferred) error, no action required"),
    (Weight.BAD, r"\[Hardware Error\]: (?:Uncorrected, software \w{1,20}|System Fatal) error"),
    # arch/x86/kernel/cpu/mce/therm_throt.c, drivers/thermal
    (Weight.TROUBLE, r"CPU\d{1,4}: (?:Core|Package) temperature (?:is )?above threshold, cpu clock (?:is )?throttled"),
    (Weight.BAD, r"thermal thermal_zone\d{1,3}: (?:[\w-]{1,20}: )?critical temperature reached"),
    # drivers/gpu/drm
    (Weight.TROUBLE, rf"i915 {_PCI}: \[drm\] GPU HANG"),
    (Weight.TROUBLE, rf"(?:amdgpu|radeon) {_PCI}: {_WORDS}ring [\w.]{{1,20}} (?:timeout|stalled)"),
    # drivers/net
    (Weight.TROUBLE, rf"e1000e? {_PCI}[ \w]{{0,20}}: Detected (?:Hardware|Tx) Unit Hang"),
    (Weight.TROUBLE, rf"\w{{1,20}} {_PCI}[ \w]{{0,20}}: {_WORDS}transmit queue \d{{1,3}} timed out"),
    (Weight.TROUBLE, rf"(?:iwlwifi|ath1\d\w{{1,6}}) {_PCI}: (?:Microcode SW error|firmware crashed)"),
)
_COMPILED = tuple((weight, re.compile(pattern)) for weight, pattern in _FORMS)

# arch/x86/kernel/cpu/mce/core.c; the number is MCi_STATUS (Intel SDM 3B, 16.3.2.2; AMD APM 2, 9.3.2.5).
_MACHINE_CHECK = re.compile(
    r"mce: \[Hardware Error\]: CPU \d{1,4}: Machine Check(?: Exception)?: \w{1,4} Bank \d{1,3}: ([0-9a-f]{16})"
)
_UNCORRECTED = 1 << 61
_MEMORY_CONTROLLER, _MEMORY_MASK = 0x0080, 0xEF80
"""Compound error codes 000F 0000 1MMM CCCC (Intel SDM 3B, table 16-11)."""


def complaint(line: str) -> Complaint | None:
    """What one line of the kernel's log complains of; None for a line of no known form. Never raises."""
    line = line[:1000]
    if found := _MACHINE_CHECK.search(line):
        return _machine_check(found)
    for weight, pattern in _COMPILED:
        if found := pattern.search(line):
            return Complaint(_about(found), weight, found[0].strip())
    return None


def _machine_check(found: re.Match[str]) -> Complaint:
    status = int(found[1], 16)
    memory = status & _MEMORY_MASK == _MEMORY_CONTROLLER
    weight = Weight.BAD if status & _UNCORRECTED else Weight.CORRECTED
    return Complaint("memory" if memory else "cpu", weight, found[0])


def _about(found: re.Match[str]) -> str:
    parts, words = found.groupdict(), found[0]
    if (about := parts.get("about")) is not None:
        return str(about)
    if "emory" in words or words.startswith("EDAC"):
        return f"memory {parts['label']}" if parts.get("label") else "memory"
    return "heat" if "temperature" in words else "cpu"
