"""The entries of the boot menu but for the first, which all other tests start; and UEFI of 32 bits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from stick_machine import menu
from stick_machine.computer import Computer, Making, started
from stick_machine.stick import Stick

IN_MEMORY, PLAIN, MEMTEST, SERIAL, LANGUAGE = range(1, 6)
ENGLISH_US = 4
"""In the menu of languages."""
BLUE = (0, 0, 170)
"""Behind all that memtest86+ shows, in VGA's sixteen colours."""
MEMTEST_SECONDS = 60.0


@contextmanager
def at_the_menu(folder: Path, name: str, making: Making) -> Iterator[Computer]:
    with started(folder, name, making) as computer:
        menu.wait_for(computer)
        yield computer


def blue(picture: Image.Image) -> float:
    """Which part of the picture is memtest86+'s ground."""
    colours = {colour: count for count, colour in picture.getcolors(maxcolors=1 << 16) or []}
    return colours.get(BLUE, 0) / (picture.width * picture.height)


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_memtest(tmp_path: Path, plain_stick: Stick, firmware: str) -> None:
    """It runs until it is switched off; that it comes up is all that is ours."""
    making = Making(firmware=firmware, stick=plain_stick, snapshot=True, network="")
    with at_the_menu(tmp_path / "computer", f"menu-memtest-{firmware}", making) as computer:
        menu.down(computer, MEMTEST)
        computer.qmp.press("ret")
        end = time.monotonic() + MEMTEST_SECONDS
        while blue(computer.picture("shown")) < 0.25:
            assert time.monotonic() < end, "no memtest86+"
            time.sleep(0.5)


def test_memtest_is_not_signed(tmp_path: Path, plain_stick: Stick) -> None:
    """Under Secure Boot a sentence says so, then the menu is there again."""
    making = Making(firmware="secure", stick=plain_stick, snapshot=True, network="")
    with at_the_menu(tmp_path / "computer", "menu-memtest-secure", making) as computer:
        menu.down(computer, MEMTEST)
        computer.qmp.press("ret", pause=3)
        assert menu.bar(computer.picture("said")) is None
        computer.qmp.press("esc")
        menu.wait_for(computer)


def test_in_memory_in_english_by_uefi_of_32_bits(tmp_path: Path, plain_stick: Stick) -> None:
    """The stick is pulled, and the screen goes on."""
    making = Making(firmware="uefi32", memory_mib=2048, stick=plain_stick, snapshot=True)
    with at_the_menu(tmp_path / "computer", "menu-memory", making) as computer:
        menu.down(computer, LANGUAGE)
        computer.qmp.press("ret", pause=1)
        menu.down(computer, ENGLISH_US)
        computer.qmp.press("ret", pause=1)
        menu.down(computer, IN_MEMORY)
        computer.qmp.press("ret")
        computer.wait_for_guest()
        computer.wait_for_text("Which profile")
        assert computer.read("/sys/firmware/efi/fw_platform_size").strip() == "32"
        assert computer.read("/proc/mounts").count("/dev/sd") <= 2  # the stick's own two partitions
        computer.pull_stick(started_with=True)
        computer.qmp.press("f1")
        computer.wait_for_text("F1")
        assert computer.good("ordis", "--help")


@pytest.mark.long
def test_plain_display(tmp_path: Path, plain_stick: Stick) -> None:
    """Without any driver for the graphics: the text mode of the firmware's."""
    making = Making(stick=plain_stick, snapshot=True)
    with at_the_menu(tmp_path / "computer", "menu-plain", making) as computer:
        menu.down(computer, PLAIN)
        computer.qmp.press("ret")
        computer.wait_for_guest()
        computer.wait_for_text("Quel profil")
        assert "nomodeset" in computer.read("/proc/cmdline").split()
        assert computer.names("/sys/class/drm") in ([], ["version"])
        assert computer.picture("shown").size == (720, 400)


@pytest.mark.long
def test_serial_line(tmp_path: Path, plain_stick: Stick) -> None:
    """A third screen, on the line."""
    folder = tmp_path / "computer"
    with at_the_menu(folder, "menu-serial", Making(stick=plain_stick, snapshot=True)) as computer:
        menu.down(computer, SERIAL)
        computer.qmp.press("ret")
        computer.wait_for_guest()
        computer.wait_for_text("Quel profil")
        serial = folder / "serial.txt"
        computer.until("the screen on the line", lambda: "Quel profil" in serial.read_text("utf-8", "replace"))
