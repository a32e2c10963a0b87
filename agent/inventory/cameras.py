"""Cameras, one for each however many device nodes it has: /sys/class/video4linux, and USB's video class for those
without a driver.

A camera for face recognition is a second sensor of the same USB device, and counted with it, or a device of its own
whose name says so ("Integrated IR Camera").
"""

import re

from agent.host.source import Source, integer
from agent.inventory import usb_devices
from agent.inventory.called import driver
from agent.inventory.values import real
from agent.model.inventory import Camera

_CLASS = "/sys/class/video4linux"
_BUILT_IN = re.compile(r"integrated|built-?in|internal|facetime|isight|easycamera", re.IGNORECASE)
# Sensors on I²C, named by the kernel after their makers' parts: OmniVision, Sony, GalaxyCore, Hynix, Samsung, Aptina.
_SENSOR = re.compile(r"(ov|og|imx|gc|hi|s5k|mt9|ar)\w{2,8}( .*)?", re.IGNORECASE)
_TUNER = "0x0400"
"""PCI class of multimedia video (PCI Code and ID Assignment 1.4): television and capture cards. Intel's camera units
have 0x0480."""


def read(source: Source) -> list[Camera]:
    found: dict[str, Camera] = {}
    for name in source.names(_CLASS):
        folder = source.link(f"{_CLASS}/{name}/device")
        if folder is not None:
            camera = _sensor(source, name) if name.startswith("v4l-subdev") else _node(source, name, folder)
            if camera is not None:
                found.setdefault(usb_devices.device_of(folder) or folder, camera)
    for interface in usb_devices.interfaces(source):
        if interface.kind[:2] == usb_devices.VIDEO_CONTROL and interface.device not in found:
            product = real(source.text(f"{usb_devices.DEVICES}/{interface.device}/product"))
            found[interface.device] = _usb(source, product or "USB camera", interface.device, None)
    return list(found.values())


def nodes(source: Source, name: str) -> list[str]:
    """The device nodes that give pictures of the cameras with this name (/dev/video0)."""
    found = []
    for node in source.names(_CLASS):
        folder = source.link(f"{_CLASS}/{node}/device") if re.fullmatch(r"video\d{1,4}", node) else None
        camera = _node(source, node, folder) if folder else None
        if camera is not None and camera.name == name:
            found.append(f"/dev/{node}")
    return found


def _node(source: Source, name: str, folder: str) -> Camera | None:
    """The camera behind a node that gives pictures; the second node of each gives their times and settings only."""
    if not name.startswith("video") or (integer(source, f"{_CLASS}/{name}/index") or 0) > 0:
        return None
    if device := usb_devices.device_of(folder):
        called = real((source.text(f"{_CLASS}/{name}/name") or "").partition(": ")[0])
        return _usb(source, called or name, device, driver(source, folder))
    code = source.text(f"{folder}/class")
    if "/devices/virtual/" in folder or code is None or code.startswith(_TUNER):
        return None  # made by software, a codec of the processor, a television card
    known_driver = driver(source, folder)
    # Intel's camera units show nodes without any camera: their sensors count.
    if known_driver is None or re.match(r"(intel-)?ipu|atomisp", known_driver):
        return None
    return Camera(name=source.text(f"{_CLASS}/{name}/name") or name, driver=known_driver, internal=True)


def _sensor(source: Source, name: str) -> Camera | None:
    """A sensor on I²C, on tablets and laptops whose processor makes the pictures."""
    called = source.text(f"{_CLASS}/{name}/name") or ""
    return Camera(name=called.partition(" ")[0], internal=True) if _SENSOR.fullmatch(called) else None


def _usb(source: Source, name: str, device: str, known_driver: str | None) -> Camera:
    inside = usb_devices.internal(source, device)
    return Camera(name=name, driver=known_driver, internal=True if _BUILT_IN.search(name) else inside)
