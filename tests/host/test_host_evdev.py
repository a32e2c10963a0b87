"""Reading input devices: what is refused, what is read, and that no byte of a device is trusted."""

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.host import evdev
from agent.host.evdev import Device, Event, unpacked


def packed(*events: tuple[int, int, int]) -> bytes:
    return b"".join(struct.pack("@llHHi", 12, 34, *event) for event in events)


@pytest.mark.parametrize(
    "name", ["", "event", "event12345", "mouse0", "../sda", "event1/../../sda", "event1\n", "event1\0", "event\u0661"]
)
def test_only_names_of_event_devices_are_opened(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evdev, "FOLDER", str(tmp_path))
    with pytest.raises(OSError, match="no name of an input device"):
        Device(name)


def test_only_input_devices_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evdev, "FOLDER", str(tmp_path))
    (tmp_path / "event0").write_bytes(b"")
    (tmp_path / "event1").symlink_to("/dev/null")
    os.mkfifo(tmp_path / "event2")
    before = len(os.listdir("/proc/self/fd"))
    for name in ("event0", "event1", "event2", "event3"):
        with pytest.raises(OSError):  # noqa: PT011 - each has a reason of its own
            Device(name)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> tuple[Device, int]:
    """A device that is a pipe: opened past the checks of what it is."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    device = Device.__new__(Device)
    monkeypatch.setattr(device, "_descriptor", reading, raising=False)
    return device, writing


def test_events_are_read_without_waiting(pipe: tuple[Device, int]) -> None:
    device, writing = pipe
    with device:
        assert list(device.events()) == []
        os.write(writing, packed((1, 30, 1), (0, 0, 0)) + b"\1\2\3")
        assert list(device.events()) == [Event(1, 30, 1), Event(0, 0, 0)]
        os.close(writing)
        with pytest.raises(OSError, match="ended"):
            list(device.events())


def test_a_device_that_answers_no_question_tells_nothing(pipe: tuple[Device, int]) -> None:
    device, writing = pipe
    with device:
        assert device.grab() is False
        assert device.down() == set()
        assert device.ends(0) is None
    os.close(writing)


def test_what_is_held_and_how_long_an_axis_is(pipe: tuple[Device, int], monkeypatch: pytest.MonkeyPatch) -> None:
    device, writing = pipe
    asked = []

    def ioctl(_descriptor: int, request: int, argument: object) -> object:
        asked.append(request)
        if request == 0x40044590:
            return 0
        if request >> 16 & 0x3FFF == 96:
            bits = bytearray(96)
            bits[30 // 8] |= 1 << 30 % 8
            bits[95] |= 0x80
            return bytes(bits)
        return struct.pack("@6i", 7, -100, 4000, 0, 0, 12) if request & 0xFF == 0x41 else struct.pack("@6i", *[5] * 6)

    monkeypatch.setattr(evdev.fcntl, "ioctl", ioctl)
    with device:
        assert device.grab() is True
        assert device.down() == {30, 767}
        assert device.ends(1) == (-100, 4000)
        assert device.ends(0) is None  # least and greatest are the same
    # linux/input.h: EVIOCGRAB, EVIOCGKEY(96), EVIOCGABS(ABS_Y), EVIOCGABS(ABS_X)
    assert asked == [0x40044590, 0x80604518, 0x80184541, 0x80184540]
    os.close(writing)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_are_events_or_left_out(data: bytes) -> None:
    assert len(list(unpacked(data))) == len(data) // 24
