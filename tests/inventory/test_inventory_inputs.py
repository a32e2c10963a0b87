"""Keyboards, touchpads, screens, sticks, pens and mice."""

import pytest
from fake_tree import Tree
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory import inputs
from agent.model.inventory import InputDevice

LETTERS = "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe"
ADAPTER = "/devices/pci0000:00/0000:00:15.1/i2c_designware.1/i2c-7/i2c-ELAN0000:00"


def bitmap(*numbers: int) -> str:
    value = sum(1 << number for number in numbers)
    words = []
    while value or not words:
        words.append(f"{value & (1 << 64) - 1:x}")
        value >>= 64
    return " ".join(reversed(words))


def block(name: str, bus: int, place: str, **bitmaps: str) -> str:
    lines = [f"I: Bus={bus:04x} Vendor=0001 Product=0001 Version=ab41", f'N: Name="{name}"', f"S: Sysfs={place}"]
    return "\n".join(lines + [f"B: {key}={value}" for key, value in bitmaps.items()]) + "\n"


KEYBOARD = block("AT Translated Set 2 keyboard", 0x11, "/devices/platform/i8042/serio0/input/input3",
                 EV="120013", KEY=LETTERS)  # fmt: skip
LID = block("Lid Switch", 0x19, "/devices/LNXSYSTM:00/PNP0C0D:00/input/input0", EV="21", SW="1")
BUTTON = block("Power Button", 0x19, "/devices/LNXSYSTM:00/LNXPWRBN:00/input/input1", EV="3", KEY=bitmap(116))
TOUCHPAD = block("ELAN0000:00 04F3:3087 Touchpad", 0x18, f"{ADAPTER}/0018:04F3:3087.0001/input/input9",
                 EV="1b", PROP="5", KEY=bitmap(0x110, 0x145, 0x14A), ABS=bitmap(0, 1, 0x35, 0x36))  # fmt: skip
SHADOW = block("ELAN0000:00 04F3:3087 Mouse", 0x18, f"{ADAPTER}/0018:04F3:3087.0001/input/input8",
               EV="17", PROP="0", KEY=bitmap(0x110, 0x111), REL="3")  # fmt: skip
STICK = block("TPPS/2 IBM TrackPoint", 0x11, "/devices/platform/i8042/serio1/serio2/input/input7",
              EV="7", PROP="21", KEY=bitmap(0x110, 0x111), REL="3")  # fmt: skip
SCREEN = block("Wacom HID 483C Finger", 0x18, "/devices/pci0000:00/i2c-8/i2c-WACF4233:00/0018:056A:483C.0002/input/i",
               EV="b", PROP="2", KEY=bitmap(0x14A), ABS=bitmap(0, 1, 0x35))  # fmt: skip
PEN = block("Wacom HID 483C Pen", 0x18, "/devices/pci0000:00/i2c-8/i2c-WACF4233:00/0018:056A:483C.0002/input/input11",
            EV="1b", PROP="2", KEY=bitmap(0x140, 0x14A, 0x14B), ABS=bitmap(0, 1))  # fmt: skip
MOUSE = block("Logitech USB Optical Mouse", 3, "/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0003:046D:C077.0003/"
              "input/input12", EV="17", KEY=bitmap(0x110, 0x111), REL="103")  # fmt: skip
TABLET = block("QEMU QEMU USB Tablet", 3, "/devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/input/input13",
               EV="1f", KEY=bitmap(0x110, 0x111), REL="100", ABS="3")  # fmt: skip
PROGRAM = block("ydotoold virtual device", 3, "/devices/virtual/input/input20", EV="120013", KEY=LETTERS)
ALL = [KEYBOARD, LID, BUTTON, TOUCHPAD, SHADOW, STICK, SCREEN, PEN, MOUSE, TABLET, PROGRAM]


def listed(tree: Tree, *blocks: str) -> list[tuple[str, bool | None]]:
    tree.file("/proc/bus/input/devices", "\n".join(blocks))
    return [(one.kind, one.internal) for one in inputs.read(tree)]


def test_a_laptop_with_everything(tree: Tree) -> None:
    tree.file("/sys/bus/usb/devices/1-2/removable", "removable")
    assert listed(tree, *ALL) == [
        ("keyboard", True), ("touchpad", True), ("pointing_stick", True), ("touchscreen", True), ("pen", True),
        ("mouse", False),
    ]  # fmt: skip


def test_names_are_those_of_the_kernel(tree: Tree) -> None:
    tree.file("/proc/bus/input/devices", STICK)
    assert inputs.read(tree) == [InputDevice(kind="pointing_stick", name="TPPS/2 IBM TrackPoint")]


def test_a_keyboard_in_the_socket_of_a_desktop_is_not_called_built_in(tree: Tree) -> None:
    assert listed(tree, KEYBOARD, BUTTON) == [("keyboard", None)]


@pytest.mark.parametrize(("flag", "internal"), [("fixed", True), ("removable", False), ("unknown", None)])
def test_of_usb_the_firmware_says_what_is_fixed(tree: Tree, flag: str, *, internal: bool | None) -> None:
    tree.file("/sys/bus/usb/devices/1-2/removable", flag)
    assert listed(tree, MOUSE) == [("mouse", internal)]


@pytest.mark.parametrize(
    "changes", [("EV=120013", "EV=3"), (LETTERS, bitmap(113, 114, 115, 140)), (LETTERS, bitmap(*range(16, 26)))]
)
def test_hotkeys_are_no_keyboard(tree: Tree, changes: tuple[str, str]) -> None:
    assert listed(tree, KEYBOARD.replace(*changes)) == []


def test_bluetooth_devices_are_not_built_in(tree: Tree) -> None:
    far = block("Keyboard K380", 5, "/devices/virtual/misc/uhid/0005:046D:B342.0004/input/input9", EV="120013",
                KEY=LETTERS)  # fmt: skip
    assert listed(tree, far) == [("keyboard", False)]


def test_no_list_no_devices(tree: Tree) -> None:
    assert inputs.read(tree) == []


@settings(max_examples=80)
@given(
    st.lists(
        st.sampled_from([line for one in ALL for line in one.splitlines()])
        | st.sampled_from(["", "B: KEY=" + "f" * 300, "B: ABS=zz -1", "I: Bus=zz", "N: Name=\x1b[31m[red]<script>"])
        | st.text(max_size=30),
        max_size=30,
    )
)
def test_any_list_is_read(lines: list[str]) -> None:
    kinds = {"keyboard", "touchpad", "touchscreen", "pointing_stick", "pen", "mouse"}
    for device in inputs.parse("\n".join(lines)):
        assert all(0 <= bit < 1024 for bits in device.bits.values() for bit in bits)

    class Told(Tree):
        def __init__(self) -> None:
            self._root = "/nonexistent"

        def text(self, path: str) -> str | None:
            return "\n".join(lines) if path == inputs.DEVICES else None

    found = inputs.read(Told())
    assert all(one.kind in kinds and one.name and "\x1b" not in one.name for one in found)
