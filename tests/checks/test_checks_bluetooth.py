"""Bluetooth: driver, switch, and whether the controller comes up."""

import errno
import fcntl
import socket
from typing import Self

import pytest
from fake_tree import Tree

from agent.checks import bluetooth
from agent.host.bluetooth import switch_on
from agent.model.inventory import Bluetooth, Inventory, Machine
from agent.model.words import Chassis, Outcome


def controller(tree: Tree, driver: str | None = "btusb") -> None:
    folder = tree.usb("1-7", "e00101", driver)
    if driver:
        tree.folder("/sys/class/bluetooth/hci0")
        tree.links("/sys/class/bluetooth/hci0/device", folder)


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (0, Outcome.PASSED, "answers"),
        (errno.ETIMEDOUT, Outcome.FAILED, f"(error {errno.ETIMEDOUT})"),
        (errno.ERFKILL, Outcome.ERROR, "switch or key"),
        (errno.EPERM, Outcome.ERROR, "as root"),
        (errno.EAFNOSUPPORT, Outcome.ERROR, "does not let"),
    ],
)
def test_what_switching_on_gives(part_bench, tree: Tree, answer: int, outcome: Outcome, words: str) -> None:
    controller(tree)
    result = bluetooth.check(part_bench("hci0"), lambda number: answer if number == 0 else errno.ENODEV)
    assert (result.outcome, result.subject) == (outcome, "hci0")
    assert words in str(result.reason)


def test_without_a_driver_it_fails(part_bench, tree: Tree) -> None:
    controller(tree, driver=None)
    assert bluetooth.check(part_bench("1-7"), lambda _: 0).outcome is Outcome.FAILED


@pytest.mark.parametrize(("hard", "tried"), [(1, []), (0, [0])])
def test_switches(part_bench, tree: Tree, hard: int, tried: list[int]) -> None:
    controller(tree)
    for name, value in {"type": "bluetooth", "hard": hard, "soft": 0}.items():
        tree.file(f"/sys/class/rfkill/rfkill1/{name}", value)
    asked: list[int] = []
    result = bluetooth.check(part_bench("hci0"), lambda number: asked.append(number) or 0)
    assert asked == tried
    assert result.outcome is (Outcome.ERROR if hard else Outcome.PASSED)


def test_one_that_a_switch_took_off_the_bus(part_bench, tree: Tree) -> None:
    for name, value in {"type": "bluetooth", "hard": 1, "soft": 0, "name": "tpacpi_bluetooth_sw"}.items():
        tree.file(f"/sys/class/rfkill/rfkill0/{name}", value)
    result = bluetooth.check(part_bench("tpacpi_bluetooth_sw"), lambda _: 0)
    assert result.outcome is Outcome.ERROR
    assert "Switch it on" in str(result.reason)


def test_one_that_went_away(part_bench) -> None:
    assert bluetooth.check(part_bench("hci0"), lambda _: 0).outcome is Outcome.ERROR


def test_which_parts() -> None:
    desktop, laptop = (Inventory(machine=Machine(chassis=one)) for one in (Chassis.DESKTOP, Chassis.NOTEBOOK))
    assert (bluetooth.missed(desktop), bluetooth.applies(desktop)) == (None, False)
    assert bluetooth.missed(laptop) is not None
    assert bluetooth.subjects(Inventory(bluetooth=[Bluetooth(name="hci0")])) == ["hci0"]


# ---- the kernel's interface


class FakeSocket:
    def __init__(self, *kind: int) -> None:
        assert kind[0] == 31

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("error", "answer", "commands"),
    [(None, 0, [0xC9, 0xCA]), (errno.EALREADY, 0, [0xC9]), (errno.ETIMEDOUT, errno.ETIMEDOUT, [0xC9])],
)
def test_it_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch, error: int | None, answer: int, commands: list[int]
) -> None:
    done: list[int] = []

    def ioctl(_control: object, command: int, number: int) -> int:
        assert number == 3
        done.append(command & 0xFF)
        if error and command & 0xFF == 0xC9:
            raise OSError(error, "")
        return 0

    monkeypatch.setattr(socket, "socket", FakeSocket)
    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    assert (switch_on(3), done) == (answer, commands)


def test_a_kernel_without_bluetooth(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: int) -> None:
        raise OSError(errno.EAFNOSUPPORT, "")

    monkeypatch.setattr(socket, "socket", none)
    assert switch_on(0) == errno.EAFNOSUPPORT
