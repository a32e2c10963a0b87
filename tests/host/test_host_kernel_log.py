"""A made-up kernel log."""

import os
from pathlib import Path

import pytest

from agent.host.kernel_log import KernelLog

MACHINE_CHECK = "2,100,1000,-;mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 4: b200000000070f0f\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "kmsg"
    path.write_text("6,1,10,-;Linux version 6\n2,2,20,-;mce: [Hardware Error]: Machine check events logged\n")
    return path


def add(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_only_what_the_kernel_says_from_now_on(log: Path) -> None:
    with KernelLog(str(log)) as kernel:
        assert kernel.readable
        assert kernel.hardware_errors() == []
        add(log, MACHINE_CHECK + "6,101,1001,-;usb 1-1: new device\n SUBSYSTEM=usb\n")
        assert kernel.hardware_errors() == ["mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 4: b200000000070f0f"]
        assert kernel.hardware_errors() == []


@pytest.mark.parametrize(
    "line",
    [
        "[Hardware Error]: Corrected error, no action required.",
        "mce: Uncorrected hardware memory error in user-access at 3f5d8a000",
        "EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0",
        "EDAC MC1: 2 UE on mc#1csrow#0channel#0",
        "{1}[Hardware Error]:   section_type: memory error",
    ],
)
def test_hardware_errors(log: Path, line: str) -> None:
    with KernelLog(str(log)) as kernel:
        add(log, f"3,5,50,-;{line}\n")
        assert kernel.hardware_errors() == [line]


@pytest.mark.parametrize(
    "record",
    [
        "4,5,50,-;mce: CPU0: Core temperature above threshold, cpu clock throttled (total events = 1)",
        "3,5,50,-;pcieport 0000:00:1c.0: AER: Corrected error received: 0000:00:1c.0",
        "3,5,50,-;{1}[Hardware Error]:   section_type: PCIe error",
        "6,5,50,-;EDAC MC0: Giving out device to module ie31200_edac",
        "12,5,50,-;mce: [Hardware Error]: written by a program",
        "mce: [Hardware Error]: no record at all",
        "99999999999999,5,50,-;mce: [Hardware Error]: no number",
    ],
)
def test_what_is_no_hardware_error(log: Path, record: str) -> None:
    with KernelLog(str(log)) as kernel:
        add(log, record + "\n")
        assert kernel.hardware_errors() == []


def test_a_flood_is_bounded(log: Path) -> None:
    with KernelLog(str(log)) as kernel:
        add(log, MACHINE_CHECK * 5000)
        assert len(kernel.hardware_errors()) == 20


def test_all_that_the_kernel_has_said(log: Path) -> None:
    add(log, "3,5,50,-;usb 1-1: device descriptor read/64, error -71\n12,5,50,-;written by a program\n6,6,60,-;fine\n")
    with KernelLog(str(log)) as kernel:
        told = kernel.since_start()
        assert told[-2:] == [(3, "usb 1-1: device descriptor read/64, error -71"), (6, "fine")]
        assert kernel.since_start() == told
    assert KernelLog(str(log.parent / "none")).since_start() == []


def test_an_unreadable_log(tmp_path: Path) -> None:
    with KernelLog(str(tmp_path / "none")) as kernel:
        assert not kernel.readable
        assert kernel.hardware_errors() == []


def test_the_real_log_can_be_read_without_waiting() -> None:
    if not os.access("/dev/kmsg", os.R_OK):
        pytest.skip("the kernel's log needs root here")
    with KernelLog() as kernel:
        if not kernel.readable:
            pytest.skip("the kernel's log is closed here")
        kernel.hardware_errors()


def test_a_line_that_is_not_whole_yet_waits(log: Path) -> None:
    with KernelLog(str(log)) as kernel:
        add(log, "4,7,70,-;usb 1-1: res")
        assert kernel.lines() == []
        add(log, "et high-speed USB device number 2 using xhci_hcd\n")
        (line,) = kernel.lines()
        assert (line.level, line.number) == (4, 7)
        assert line.text == "usb 1-1: reset high-speed USB device number 2 using xhci_hcd"
        kernel.rewind()
        assert [line.number for line in kernel.lines()] == [1, 2, 7]
