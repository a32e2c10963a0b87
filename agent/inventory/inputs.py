"""What a person's hands are for, told from what each device can do: /proc/bus/input/devices of the kernel.

The codes are those of linux/input-event-codes.h; names decide only where the kernel does not tell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.host.source import Source
from agent.inventory import usb_devices
from agent.inventory.values import real
from agent.model.inventory import InputDevice

DEVICES = "/proc/bus/input/devices"

_REPEAT, _LEFT_BUTTON, _PEN, _FINGER, _TOUCH, _STYLUS = 0x14, 0x110, 0x140, 0x145, 0x14A, 0x14B
_LETTERS = {*range(16, 26), *range(30, 39), *range(44, 51)}
"""KEY_Q to KEY_P, KEY_A to KEY_L, KEY_Z to KEY_M: hotkeys, remote controls and power buttons do not have them all."""
_X, _Y, _SLOTS_X = 0, 1, 0x35
_DIRECT, _STICK = 1, 5
"""INPUT_PROP_DIRECT: what is touched is what is seen. INPUT_PROP_POINTING_STICK."""
_LID = 0
_STICK_NAME = re.compile(r"trackpoint|pointing ?stick|track ?stick|dualpoint stick|^tpps/", re.IGNORECASE)
_I2C, _HOST, _SPI, _RMI, _ISH, _USB, _BLUETOOTH, _I8042 = 0x18, 0x19, 0x1C, 0x1D, 0x1F, 0x03, 0x05, 0x11
_ON_THE_BOARD = {_I2C, _HOST, _SPI, _RMI, _ISH}
_WORD = 64
"""Bits of one number of a bitmap: a long of the 64-bit kernel."""
_MOST_WORDS = 16
_MOST = 200
_TOUCHED = {"touchpad", "touchscreen", "pen"}


@dataclass
class Device:
    """One block of the list. `bits` are the numbers set in each bitmap (EV, KEY, REL, ABS, SW, PROP)."""

    bus: int = 0
    name: str = ""
    place: str = ""
    bits: dict[str, frozenset[int]] = field(default_factory=dict)

    def has(self, bitmap: str, *numbers: int) -> bool:
        return set(numbers) <= self.bits.get(bitmap, frozenset())

    @property
    def owner(self) -> str:
        """The hardware that it is a part of: a touchpad shows itself as several devices."""
        return usb_devices.device_of(self.place) or re.sub(r"(/[0-9A-F]{4}:[^/]*)?/input/input\d+$", "", self.place)


def read(source: Source) -> list[InputDevice]:
    found: dict[tuple[str, str], InputDevice] = {}
    for hand, device in hands(source):
        found.setdefault((hand.kind, device.owner), hand)
    return list(found.values())


def keyboard_nodes(source: Source) -> list[str]:
    """The names in /dev/input of all that types letters: keyboards, and barcode scanners, which look like one."""
    keyboards = [device for device in parse(source.text(DEVICES) or "") if _kind(device) == "keyboard"]
    return [name for each in keyboards for name in source.names(each.place) if re.fullmatch(r"event\d{1,4}", name)]


def hands(source: Source) -> Iterator[tuple[InputDevice, Device]]:
    """What a person's hands are for, each with the device of the kernel behind it; hardware that shows itself as
    several devices of a kind comes several times."""
    devices = parse(source.text(DEVICES) or "")
    told = [(kind, device) for device in devices if (kind := _kind(device))]
    touched = {device.owner for kind, device in told if kind in _TOUCHED}
    portable = any(device.has("SW", _LID) for device in devices) or any(kind == "touchpad" for kind, _ in told)
    for kind, device in told:
        if kind == "mouse" and device.owner in touched:
            continue  # the simple form that a touchpad shows to simple systems
        inside = _internal(source, device, portable=portable)
        yield InputDevice(kind=kind, name=real(device.name) or kind, internal=inside), device


def parse(text: str) -> list[Device]:
    """The devices of the list. Never raises."""
    return [_device(block) for block in re.split(r"\n[ \t]*\n", text)[:_MOST] if block.strip()]


def _device(block: str) -> Device:
    device = Device()
    for line in block.splitlines():
        key, _, rest = line.strip().partition(": ")
        name, _, value = rest.partition("=")
        if key == "I" and (bus := re.match(r"Bus=([0-9a-fA-F]{1,4})\b", rest)):
            device.bus = int(bus[1], 16)
        elif key == "N" and name == "Name":
            device.name = value.strip('"')
        elif key == "S" and name == "Sysfs":
            device.place = value if value.startswith("/sys/") else f"/sys{value}"
        elif key == "B":
            device.bits[name] = frozenset(_bits(value))
    return device


def _bits(value: str) -> Iterator[int]:
    """The numbers set in a bitmap: hexadecimal words, the highest first."""
    words = value.split()[-_MOST_WORDS:]
    for place, word in enumerate(reversed(words)):
        if re.fullmatch(r"[0-9a-fA-F]{1,16}", word):
            number = int(word, 16)
            yield from (place * _WORD + bit for bit in range(_WORD) if number >> bit & 1)


def _kind(device: Device) -> str | None:
    if device.place.startswith("/sys/devices/virtual/") and "/uhid/" not in device.place:
        return None  # made by a program; uhid carries Bluetooth's
    if device.has("KEY", *_LETTERS) and device.has("EV", _REPEAT):
        return "keyboard"
    if device.has("PROP", _STICK) or (device.has("REL", _X, _Y) and _STICK_NAME.search(device.name)):
        return "pointing_stick"
    if device.has("KEY", _PEN) or device.has("KEY", _STYLUS):
        return "pen"
    if device.has("ABS", _X, _Y) or device.has("ABS", _SLOTS_X):
        return _surface(device)
    return "mouse" if device.has("REL", _X, _Y) and device.has("KEY", _LEFT_BUTTON) else None


def _surface(device: Device) -> str | None:
    if device.has("PROP", _DIRECT):
        return "touchscreen" if device.has("KEY", _TOUCH) else None
    if device.has("KEY", _FINGER):
        return "touchpad"
    # Older screens say nothing of themselves; a virtual machine's pointer has buttons and no touch.
    return "touchscreen" if device.has("KEY", _TOUCH) and not device.has("KEY", _LEFT_BUTTON) else None


def _internal(source: Source, device: Device, *, portable: bool) -> bool | None:
    if device.bus == _USB:
        name = usb_devices.device_of(device.place)
        return usb_devices.internal(source, name) if name else None
    if device.bus == _BLUETOOTH:
        return False
    if device.bus == _I8042:  # a laptop's own, or what is plugged into a PS/2 socket
        return True if portable else None
    return True if device.bus in _ON_THE_BOARD else None
