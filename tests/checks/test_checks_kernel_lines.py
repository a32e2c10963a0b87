"""Lines of real kernel logs (versions 5.4 to 6.12), and what is made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.checks.kernel_lines import Complaint, Weight, complaint

BAD, TROUBLE, CORRECTED = Weight.BAD, Weight.TROUBLE, Weight.CORRECTED


@pytest.mark.parametrize(
    ("line", "about", "weight"),
    [
        ("critical medium error, dev sda, sector 2056 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2", "sda", BAD),
        ("blk_update_request: critical medium error, dev sdb, sector 123456 op 0x0:(READ)", "sdb", BAD),
        ("blk_update_request: I/O error, dev sda, sector 89364488 op 0x0:(READ) flags 0x80700", "sda", TROUBLE),
        ("I/O error, dev nvme0n1, sector 95243456 op 0x0:(READ) flags 0x80700 phys_seg 13", "nvme0n1", TROUBLE),
        ("Buffer I/O error on dev sda1, logical block 42, async page read", "sda", TROUBLE),
        ("Buffer I/O error on dev nvme0n1p2, logical block 0, async page read", "nvme0n1", TROUBLE),
        ("sd 2:0:0:0: [sdc] tag#14 Sense Key : Medium Error [current]", "sdc", BAD),
        ("ata1.00: error: { UNC }", "ata1.00", BAD),
        ("ata3.00: error: { ICRC ABRT }", "ata3.00", TROUBLE),
        ("ata8.00: failed command: READ FPDMA QUEUED", "ata8.00", TROUBLE),
        ("ata1: COMRESET failed (errno=-16)", "ata1", TROUBLE),
        ("ata1: softreset failed (device not ready)", "ata1", TROUBLE),
        ("ata2: limiting SATA link speed to 1.5 Gbps", "ata2", CORRECTED),
        ("ata1.00: qc timeout after 5000 msecs (cmd 0xec)", "ata1.00", TROUBLE),
        ("ata4: reset failed, giving up", "ata4", BAD),
        ("nvme0n1: Read(0x2) @ LBA 123456, 8 blocks, Unrecovered Read Error (sct 0x2 / sc 0x81) MORE", "nvme0n1", BAD),
        ("nvme nvme0: I/O 0 (I/O Cmd) QID 2 timeout, aborting", "nvme0", TROUBLE),
        ("nvme nvme0: I/O 0 QID 2 timeout, reset controller", "nvme0", TROUBLE),
        ("nvme nvme0: I/O tag 12 (400c) opcode 0x9 (Admin Cmd) QID 0 timeout, reset controller", "nvme0", TROUBLE),
        ("nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10", "nvme0", TROUBLE),
        ("nvme nvme0: Removing after probe failure status: -19", "nvme0", BAD),
        ("nvme nvme0: Device not ready; aborting reset, CSTS=0x3", "nvme0", BAD),
        ("mmc0: error -110 whilst initialising SD card", "mmc0", TROUBLE),
        ("mmcblk0: error -110 transferring data, sector 0, nr 8, cmd response 0x900", "mmcblk0", BAD),
        ("usb 1-2: reset high-speed USB device number 3 using xhci_hcd", "usb 1-2", CORRECTED),
        ("usb 2-1.4: reset SuperSpeed Plus Gen 2x1 USB device number 2 using xhci_hcd", "usb 2-1.4", CORRECTED),
        ("usb 1-8: device descriptor read/64, error -71", "usb 1-8", TROUBLE),
        ("usb 1-8: device not accepting address 5, error -71", "usb 1-8", TROUBLE),
        ("usb usb1-port8: unable to enumerate USB device", "usb usb1-port8", TROUBLE),
        ("xhci_hcd 0000:00:14.0: HC died; cleaning up", "0000:00:14.0", BAD),
        ("ath10k_pci 0000:02:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)",
         "0000:02:00.0", CORRECTED),
        ("pci 0000:e9:00.0: AER: PCIe Bus Error: severity=Corrected, type=Data Link Layer, (Receiver ID)",
         "0000:e9:00.0", CORRECTED),
        ("nvme 0000:01:00.0: PCIe Bus Error: severity=Correctable, type=Physical Layer, (Receiver ID)",
         "0000:01:00.0", CORRECTED),
        ("pcieport 0000:00:1c.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=Transaction Layer",
         "0000:00:1c.0", BAD),
        ("pcieport 0000:00:1c.0: PCIe Bus Error: severity=Uncorrectable (Fatal), type=Transaction Layer",
         "0000:00:1c.0", BAD),
        ("{1}[Hardware Error]:   device_id: 0000:00:1c.0", "0000:00:1c.0", CORRECTED),
        ("mce: [Hardware Error]: CPU 12: Machine Check: 0 Bank 5: bea0000000000108", "cpu", BAD),
        ("mce: [Hardware Error]: CPU 11: Machine Check: 0 Bank 0: b200000000070005", "cpu", BAD),
        ("mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 0: 9000004000010005", "cpu", CORRECTED),
        ("mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 17: d42040000000011b", "cpu", CORRECTED),
        ("mce: [Hardware Error]: CPU 1: Machine Check Exception: 5 Bank 7: be00000000000090", "memory", BAD),
        ("mce: [Hardware Error]: CPU 1: Machine Check: 0 Bank 7: 8c00004000010091", "memory", CORRECTED),
        ("[Hardware Error]: Corrected error, no action required.", "cpu", CORRECTED),
        ("[Hardware Error]: Uncorrected, software restartable error.", "cpu", BAD),
        ("{1}[Hardware Error]:   section_type: memory error", "memory", TROUBLE),
        ("EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x12345)",
         "memory CPU_SrcID#0_Ha#0_Chan#1_DIMM#0", CORRECTED),
        ("EDAC MC0: 1 UE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (xxx xxx)",
         "memory CPU_SrcID#0_MC#0_Chan#1_DIMM#0", BAD),
        ("EDAC MC0: 1 CE single-symbol chipkill ECC on unknown memory (node: 0 card: 0)", "memory", CORRECTED),
        ("EDAC MC1: 2 UE on mc#1csrow#0channel#0", "memory", BAD),
        ("mce: Uncorrected hardware memory error in user-access at 3f5d8a000", "memory", BAD),
        ("Memory failure: 0x7740c0: recovery action for dirty page: Recovered", "memory", BAD),
        ("mce: CPU4: Package temperature above threshold, cpu clock throttled (total events = 1)", "heat", TROUBLE),
        ("CPU1: Core temperature is above threshold, cpu clock is throttled (total events = 1)", "heat", TROUBLE),
        ("thermal thermal_zone0: acpitz: critical temperature reached, shutting down", "heat", BAD),
        ("i915 0000:00:02.0: [drm] GPU HANG: ecode 9:1:85dffffb, in Xorg [1234]", "0000:00:02.0", TROUBLE),
        ("amdgpu 0000:01:00.0: amdgpu: ring gfx_0.0.0 timeout, signaled seq=1, emitted seq=3", "0000:01:00.0", TROUBLE),
        ("e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:", "0000:00:1f.6", TROUBLE),
        ("r8169 0000:02:00.0 enp2s0: NETDEV WATCHDOG: CPU: 1: transmit queue 0 timed out", "0000:02:00.0", TROUBLE),
        ("iwlwifi 0000:03:00.0: Microcode SW error detected. Restarting 0x0.", "0000:03:00.0", TROUBLE),
    ],
)  # fmt: skip
def test_what_is_complained_of(line: str, about: str, weight: Weight) -> None:
    found = complaint(line)
    assert found is not None
    assert (found.about, found.weight) == (about, weight)
    assert found.words in line


@pytest.mark.parametrize(
    "line",
    [
        "",
        "usb 1-2: new high-speed USB device number 3 using xhci_hcd",
        "usb 1-2: USB disconnect, device number 3",
        "ata1: SATA link up 6.0 Gbps (SStatus 133 SControl 300)",
        "ata1: hard resetting link",  # follows each plugging in
        "ata5: SATA link down (SStatus 0 SControl 300)",
        "ata3: limiting SATA link speed to <unknown>",  # this and the next when a drive is pulled out
        "ata3.00: disable device",
        "ata3.00: detaching (SCSI 2:0:0:0)",
        "critical target error, dev sdb, sector 0 op 0x3:(DISCARD)",  # a command that the drive does not know
        "sd 2:0:0:0: [sdc] tag#25 Sense Key : Illegal Request [current]",
        "operation not supported error, dev loop0, sector 0 op 0x9:(WRITE_ZEROES)",
        "I/O error, dev loop0, sector 0 op 0x0:(READ)",
        "I/O error, dev fd0, sector 0 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 0",
        "I/O error, dev sr0, sector 0 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 0",
        "nvme nvme0: Abort status: 0x0",
        "nvme nvme0: 8/0/0 default/read/poll queues",
        "nvme0: Admin Cmd(0x6), Invalid Field in Command (sct 0x0 / sc 0x2)",
        "pcieport 0000:00:1c.5: AER: Multiple Corrected error received: 0000:02:00.0",  # the next line says it
        "pcieport 0000:00:1c.0: AER: enabled with IRQ 122",
        "mce: [Hardware Error]: Machine check events logged",
        "mce: [Hardware Error]: TSC 0 ADDR 1ffffb51181c0 MISC d012000100000000",
        "mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 0: zz00004000010005",
        "EDAC MC0: Giving out device to module ie31200_edac controller IE31200",
        "wlan0: authenticate with 3c:84:6a:00:11:22",
        "cfg80211: failed to load regulatory.db for My Secret Network",
        "EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm bash: reading directory lblock 0",
    ],
)
def test_what_is_no_complaint(line: str) -> None:
    assert complaint(line) is None


def test_only_what_is_known_is_kept() -> None:
    found = complaint("iwlwifi 0000:03:00.0: Microcode SW error detected while joining Maison-Dupont")
    assert found == Complaint("0000:03:00.0", TROUBLE, "iwlwifi 0000:03:00.0: Microcode SW error")


@given(st.text(max_size=300) | st.from_regex(r"(ata1|nvme nvme0|EDAC MC0|mce: \[Hardware Error\]): .{0,80}"))
def test_no_line_raises(line: str) -> None:
    found = complaint(line)
    if found is not None:
        assert found.words in line
        assert len(found.words) < 300
