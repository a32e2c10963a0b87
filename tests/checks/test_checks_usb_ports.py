"""USB sockets: counted, in use, complained of; and their controllers."""

import pytest
from fake_tree import PCI, Tree

from agent.checks import usb_ports
from agent.host.usbports import Plugging, occupied, overloaded, sockets
from agent.model.words import Outcome

HOST = f"{PCI}/0000:00:14.0"


def port(tree: Tree, bus: int, number: int, kind: str = "hotplug", *, hub: str = "", **files: object) -> str:
    """A port of a root hub, or of the hub inside that is called so ("1-4"); returns its folder."""
    device = hub or f"{bus}-0"
    folder = f"{HOST}/usb{bus}/{hub + '/' if hub else ''}{device}:1.0"
    name = f"{hub or f'usb{bus}'}-port{number}"
    for file, value in {"connect_type": kind, **files}.items():
        tree.file(f"{folder}/{name}/{file}", str(value))
    if not (tree.root / f"sys/bus/usb/devices/{device}:1.0").is_symlink():
        tree.links(f"/sys/bus/usb/devices/{device}:1.0", folder)
    return f"{folder}/{name}"


def pair(tree: Tree, first: str, second: str) -> None:
    tree.links(f"{first}/peer", second)
    tree.links(f"{second}/peer", first)


def device(tree: Tree, name: str) -> None:
    tree.file(f"{HOST}/usb{name[0]}/{name}/idVendor", "0781")
    tree.links(f"/sys/bus/usb/devices/{name}", f"{HOST}/usb{name[0]}/{name}")


@pytest.fixture
def machine(tree: Tree) -> Tree:
    """Two sockets of both speeds, a slow one, one behind a hub inside, and ports that nobody reaches."""
    tree.pci("0000:00:14.0", "0x0c0330", "8086:9d2f", "xhci_hcd")
    pair(tree, port(tree, 1, 1), port(tree, 2, 1))
    pair(tree, port(tree, 1, 2), port(tree, 2, 2, over_current_count=0))
    port(tree, 1, 3)
    port(tree, 1, 4, "hardwired")
    port(tree, 1, 5, "not used")
    port(tree, 1, 2, hub="1-4")
    return tree


def test_sockets_are_counted_once(machine: Tree) -> None:
    assert [each.name for each in sockets(machine)] == ["1-1/2-1", "1-2/2-2", "1-3", "1-4.2"]


@pytest.mark.parametrize(
    ("there", "used"),
    [
        (["1-1"], {"1-1/2-1"}),
        (["2-2"], {"1-2/2-2"}),
        (["1-3", "1-3.1", "1-3.1.4"], {"1-3"}),
        (["1-4", "1-4.2"], {"1-4.2"}),
        (["1-4", "1-5", "1-10", "usb1"], set()),
        ([], set()),
    ],
)
def test_which_are_in_use(machine: Tree, there: list[str], used: set[str]) -> None:
    for name in there:
        device(machine, name)
    assert occupied(machine, sockets(machine)) == used


def test_what_is_plugged_in_is_noticed_once(machine: Tree) -> None:
    device(machine, "1-3")
    plugging = Plugging(machine)
    assert plugging.look() == []
    device(machine, "2-1")
    device(machine, "1-1.4")
    assert plugging.look() == ["1-1/2-1"]
    assert plugging.look() == []
    (machine.root / "sys/bus/usb/devices/1-3").unlink()
    assert plugging.look() == []
    device(machine, "1-3")
    assert plugging.look() == ["1-3"]


@pytest.mark.parametrize(
    ("name", "socket"),
    [
        ("2-2", "1-2/2-2"), ("1-2.1.4", None), ("1-4", None), ("1-4.2", "1-4.2"), ("1-4.2.3", None),
        ("1-4.1", None), ("1-5", None), ("3-1", "3-1"), ("3-1.2", None),
    ],
)  # fmt: skip
def test_which_socket_a_device_is_in(machine: Tree, name: str, socket: str | None) -> None:
    assert Plugging(machine).socket_at(name) == socket


def test_a_firmware_that_says_nothing(tree: Tree) -> None:
    pair(tree, port(tree, 1, 1, ""), port(tree, 2, 4, ""))
    assert sockets(tree) == []
    assert Plugging(tree).socket_at("2-4") == "1-1/2-4"


def test_a_good_machine(part_bench, machine: Tree) -> None:
    device(machine, "1-3")
    result = usb_ports.check(part_bench())
    assert result.outcome is Outcome.PASSED
    assert "(4 sockets, 1 in use)" in str(result.reason)
    assert {one.name: one.value for one in result.figures} == {
        "controllers": 1, "sockets": 4, "sockets_in_use": 1, "sockets_with_faults": 0
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "socket"),
    [
        ("usb 2-1: device descriptor read/64, error -71", "1-1/2-1"),
        ("usb usb1-port3: unable to enumerate USB device", "1-3"),
        ("usb 1-4-port2: cannot disable (err = -71)", None),
        ("usb 1-4-port2: Cannot enable. Maybe the USB cable is bad?", "1-4.2"),
        ("usb 1-9: device not accepting address 4, error -62", "1-9"),
        ("usb 1-3: new high-speed USB device number 5 using xhci_hcd", None),
        ("usb 1-3: USB disconnect, device number 5", None),
    ],
)
def test_what_the_kernel_complains_of(part_bench, machine: Tree, line: str, socket: str | None) -> None:
    result = usb_ports.check(part_bench(None, f"3,{line}", f"3,{line}"))
    assert result.outcome is (Outcome.DEGRADED if socket else Outcome.PASSED)
    if socket:
        assert f"({socket})" in str(result.reason)
        assert next(one.value for one in result.figures if one.name == "sockets_with_faults") == 1


def test_too_much_current(part_bench, machine: Tree) -> None:
    machine.file(f"{HOST}/usb2/2-0:1.0/usb2-port2/over_current_count", 2)
    assert overloaded(machine, sockets(machine)) == ["1-2/2-2"]
    result = usb_ports.check(part_bench())
    assert result.outcome is Outcome.DEGRADED
    assert "(1-2/2-2)" in str(result.reason)


def test_a_controller_that_is_dead(part_bench, machine: Tree) -> None:
    line = "3,xhci_hcd 0000:00:14.0: xHCI host controller not responding, assume dead"
    assert usb_ports.check(part_bench(None, line)).outcome is Outcome.FAILED
    assert usb_ports.check(part_bench(None, "3,xhci_hcd 0000:00:14.0: HC died; cleaning up")).outcome is Outcome.FAILED
    machine.pci("0000:00:1a.0", "0x0c0320", "8086:1c2d")
    assert "0000:00:1a.0" in str(usb_ports.check(part_bench()).reason)


def test_what_is_no_controller(part_bench, tree: Tree) -> None:
    tree.pci("0000:00:1f.4", "0x0c0500", "8086:9d23")
    tree.pci("0000:00:14.1", "0x0c03fe", "8086:9d30")
    assert usb_ports.check(part_bench()).outcome is Outcome.SKIPPED


def test_without_the_log_nothing_is_passed(part_bench, machine: Tree, tmp_path) -> None:
    bench = part_bench()
    (tmp_path / "said").unlink()
    assert usb_ports.check(bench).outcome is Outcome.ERROR
