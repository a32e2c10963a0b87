"""The live aids: from the devices' bytes to what the service hears, and what ends them."""

import contextlib
import io
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from input_pipe import Pipe

from agent.host.child import Child
from agent.host.source import Live
from agent.manual import __main__ as child
from agent.manual import aids, felt, sockets
from agent.manual.felt import Felt, Order
from agent.manual.senses import Useless
from agent.model.manual import Aid, KeyboardView, PortsView, TouchpadView

TOUCHPAD = """I: Bus=0018 Vendor=04f3 Product=0000 Version=0100
N: Name="%s"
S: Sysfs=/devices/pci0000:00/i2c-1/input/input9
H: Handlers=mouse0 event9
B: PROP=5
B: EV=b
B: KEY=e520 10000 0 0 0 0
B: ABS=2e0800000000003

"""
KEYBOARD = """I: Bus=0011 Vendor=0001 Product=0001 Version=ab54
N: Name="%s"
S: Sysfs=/devices/platform/i8042/serio0/input/input3
H: Handlers=sysrq kbd event3 leds
B: PROP=0
B: EV=120013
B: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe

"""
HOSTILE = '[bold]\\x1b[2J../../sda"; rm -rf /'


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> dict[str, Pipe]:
    """What was opened by its name."""
    found: dict[str, Pipe] = {}

    def open_(name: str) -> Pipe:
        if name == "event99":
            raise OSError("no such device")
        return found.setdefault(name, Pipe())

    monkeypatch.setattr(aids.evdev, "Device", open_)
    return found


def machine(root: Path, *blocks: str, **nodes: list[str]) -> Live:
    (root / "proc/bus/input").mkdir(parents=True)
    (root / "proc/bus/input/devices").write_text("".join(block % HOSTILE for block in blocks))
    for place, names in nodes.items():
        folder = next(root_ for root_ in PLACES if root_.endswith(place))
        for name in names:
            (root / folder.lstrip("/") / name).mkdir(parents=True)
    return Live(str(root))


PLACES = ("/sys/devices/pci0000:00/i2c-1/input/input9", "/sys/devices/platform/i8042/serio0/input/input3")


def carry_out(order: Order, monkeypatch: pytest.MonkeyPatch) -> list[Felt]:
    """The child's whole life, whose input ends at once."""
    told = io.StringIO()
    leash, other = os.pipe()
    os.write(other, order.model_dump_json().encode() + b"\n")
    os.close(other)
    with os.fdopen(leash, "rb") as stdin, contextlib.ExitStack() as stack:
        monkeypatch.setattr(child.sys, "stdout", told)
        monkeypatch.setattr(child.sys, "stdin", io.TextIOWrapper(stack.enter_context(io.BufferedReader(stdin.raw))))
        assert child.main() == 0
    monkeypatch.undo()
    return [Felt.model_validate_json(line) for line in told.getvalue().splitlines()]


def test_the_keyboard_is_taken_and_felt(
    tmp_path: Path, opened: dict[str, Pipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = machine(tmp_path, KEYBOARD, TOUCHPAD, input3=["event3", "event99", "eventX", "id"], input9=["event9"])
    before = KeyboardView(layout="azerty", seen=[30])
    aid = aids.keyboard(source, Order(aid=Aid.KEYBOARD, do="qwerty", before=before))
    assert isinstance(aid, aids.KeyboardAid)
    assert list(opened) == ["event3"]
    pipe = opened["event3"]
    with aid:
        assert pipe.grabbed == 1
        pipe.send((1, 16, 1), (0, 0, 0), (1, 16, 0), (4, 4, 458756), (1, 57, 1))
        [listener] = aid.watched()
        assert listener.take()
        view = aid.view()
        assert (view.layout, view.seen, view.down, view.letter) == ("qwerty", [16, 30], [57], "")
        pipe.held = {1}
        pipe.send((0, 3, 0))  # events were lost: what is held now is asked
        assert listener.take()
        assert aid.view().down == [1]
        assert not aid.ended()
        os.close(pipe.writing)
        assert not listener.take()
        aid.watched().remove(listener)  # as the child does
        with pytest.raises(Useless) as gone:
            aid.view()
        assert gone.value.why == aids.GONE
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(pipe.reading)


def test_a_keyboard_that_is_pulled_out_ends_the_test_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    monkeypatch.setattr(child.sys, "stdout", told)
    pipe, (leash, other) = Pipe(), os.pipe()
    pipe.send((1, 16, 1), (1, 16, 0))
    os.close(pipe.writing)
    with pytest.raises(Useless) as gone, aids.KeyboardAid([pipe], "azerty", None) as aid:
        child.feel(aid, leash)
    os.close(leash)
    os.close(other)
    assert gone.value.why == aids.GONE
    assert [Felt.model_validate_json(line).problem for line in told.getvalue().splitlines()] == [None]


def test_the_layout_is_looked_for_unless_it_was_named(tmp_path: Path, opened: dict[str, Pipe]) -> None:
    source = machine(tmp_path, KEYBOARD, input3=["event3"])
    aid = aids.keyboard(source, Order(aid=Aid.KEYBOARD, do="start"))
    assert isinstance(aid, aids.KeyboardAid)
    with aid:
        opened["event3"].send((1, 30, 1), (1, 30, 0))
        aid.watched()[0].take()
        view = aid.view()
    assert (view.layout, view.letter) == ("qwerty", "Z")


def test_a_keyboard_that_another_program_has_is_not_tried(
    tmp_path: Path, opened: dict[str, Pipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is pressed would answer questions."""
    source = machine(tmp_path, KEYBOARD, input3=["event3"])
    aid = aids.keyboard(source, Order(aid=Aid.KEYBOARD, do="azerty"))
    assert isinstance(aid, aids.KeyboardAid)
    opened["event3"].free = False
    with pytest.raises(Useless), aid:
        pass
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened["event3"].reading)


def test_the_touchpad_is_felt_and_not_taken(
    tmp_path: Path, opened: dict[str, Pipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = machine(tmp_path, KEYBOARD, TOUCHPAD, input3=["event3"], input9=["event9"])
    aid = aids.touchpad(source, Order(aid=Aid.TOUCHPAD, do="start", before=TouchpadView(clicked=["left", "sda"])))
    assert isinstance(aid, aids.TouchpadAid)
    pipe = opened["event9"]
    with aid:
        assert pipe.grabbed == 0
        pipe.send((3, 0, 100), (3, 0, 300), (1, 0x14A, 0))
        [listener] = aid.watched()
        assert listener.take()
        view = aid.view()
    assert (view.moved, view.clicked) == (["right"], ["left"])
    assert view.buttons == ["left", "right"]  # a clickpad: PROP=5


@pytest.mark.parametrize("aid", [Aid.KEYBOARD, Aid.TOUCHPAD, Aid.TONE, Aid.LEVEL, Aid.FRAME])
def test_without_a_device_it_says_so(
    aid: Aid, tmp_path: Path, opened: dict[str, Pipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = machine(tmp_path, KEYBOARD, input3=["event99"])
    monkeypatch.setattr(child, "Live", lambda: source)
    [told] = carry_out(Order(aid=aid, do="azerty"), monkeypatch)
    assert told.view is None
    assert told.problem is not None
    assert opened == {}


def usb(root: Path, *devices: str) -> None:
    for name in devices:
        (root / "sys/bus/usb/devices" / name).mkdir(parents=True, exist_ok=True)


def test_sockets_count_once_however_fast_the_stick(tmp_path: Path) -> None:
    usb(tmp_path, "usb1", "usb2", "1-0:1.0", "2-0:1.0", "1-1", "1-1:1.0", "1-7")
    folder = tmp_path / "sys/bus/usb/devices"
    for here, there in (("1-0:1.0/usb1-port3", "2-0:1.0/usb2-port1"), ("2-0:1.0/usb2-port1", "1-0:1.0/usb1-port3")):
        (folder / there).mkdir(exist_ok=True)
        (folder / here).mkdir(exist_ok=True)
        (folder / here / "peer").symlink_to(folder / there)
    aid = sockets.PortsAid(Live(str(tmp_path)), None)
    assert aid.view() == PortsView()  # what was plugged in before does not count
    usb(tmp_path, "1-3", "1-3:1.0", "1-7.2", "../1-9", "1-x")
    assert aid.view().seen == ["1-3/2-1"]
    (folder / "1-3").rmdir()
    usb(tmp_path, "2-1", "1-2")
    assert aid.view().seen == ["1-3/2-1", "1-2"]
    assert not aid.ended()
    again = sockets.PortsAid(Live(str(tmp_path)), aid.view())
    assert again.view().seen == ["1-3/2-1", "1-2"]


def test_sockets_that_the_firmware_names_and_no_others(tmp_path: Path) -> None:
    """What is soldered, or hangs inside, is no socket; a hub in a socket is in that socket."""
    usb(tmp_path, "1-0:1.0")
    folder = tmp_path / "sys/bus/usb/devices/1-0:1.0"
    for number, kind in ((1, "hotplug"), (2, "hotplug"), (3, "hardwired"), (4, "not used")):
        (folder / f"usb1-port{number}").mkdir()
        (folder / f"usb1-port{number}/connect_type").write_text(kind + "\n")
    aid = sockets.PortsAid(Live(str(tmp_path)), None)
    usb(tmp_path, "1-3", "1-2", "1-2.1")
    assert aid.view() == PortsView(seen=["1-2"], sockets=["1-1", "1-2"])


def test_it_ends_as_soon_as_nobody_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(child, "Live", lambda: Live(str(tmp_path)))
    [told] = carry_out(Order(aid=Aid.PORTS, do="start"), monkeypatch)
    assert told.view == PortsView()


@pytest.mark.parametrize("line", ["", "{}\n", "[" * 100_000 + "\n", '{"aid": "rm", "do": "x"}\n'])
def test_an_order_that_is_none(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child.sys, "stdin", io.TextIOWrapper(io.BytesIO(line.encode())))
    assert child.main() == 2


@pytest.mark.runs_programs
async def test_the_service_hears_a_real_child() -> None:
    news = felt.feel(Order(aid=Aid.PORTS, do="start"))
    first = await anext(news)
    assert isinstance(first.view, PortsView)
    await news.aclose()


@pytest.mark.runs_programs
async def test_a_child_that_breaks_is_a_problem_that_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = SimpleNamespace(start=lambda _module: Child.start("agent.no_such_module"))
    monkeypatch.setattr(felt, "Child", broken)
    told = [one async for one in felt.feel(Order(aid=Aid.PORTS, do="start"))]
    assert [one.view for one in told] == [None]
    assert "Start it again" in str(told[0].problem)
