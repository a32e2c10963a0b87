"""What udev knows about devices: asked through pyudev on this machine.

Where udev does not run (no /run/udev) pyudev still tells what the kernel says. A recorded tree has no libudev
to ask: there udev's database files are read, lines `E:KEY=value`.
pyudev is imported when it is asked, since the light drive worker imports this module.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Any

from agent.host.source import Source
from agent.host.system import running_here

_one_at_a_time = threading.Lock()
_LOCK_SECONDS = 1.0
_shared: list[Any] = []
"""The link to libudev, which is not for several threads at once. Making one starts ldconfig, so it is made once."""


def block_names(source: Source) -> list[str]:
    """Kernel names of all whole block devices, sorted, from pyudev and /sys/block together.

    Neither alone is trusted to be complete: a drive that is missed here would be missing on the certificate.
    """
    return sorted({*source.names("/sys/block"), *(_listed() if running_here(source) else ())})


def properties(source: Source, subsystem: str, name: str) -> dict[str, str]:
    """udev's properties of one device (`block`, `sda`); empty where nothing is known. Never raises."""
    if running_here(source) and (told := _asked(subsystem, name)) is not None:
        return told
    key = f"+{subsystem}:{name}"
    if subsystem == "block":
        key = "b" + (source.text(f"/sys/class/block/{name}/dev") or source.text(f"/sys/block/{name}/dev") or "")
    elif subsystem == "usb" and (number := source.text(f"/sys/bus/usb/devices/{name}/dev")):
        key = f"c{number}"  # what has a device node stands under its number
    lines = (source.text(f"/run/udev/data/{key}") or "").splitlines()
    pairs = (line[2:].partition("=") for line in lines if line.startswith("E:"))
    return {key: value for key, _, value in pairs}


class DiskMonitor:
    """The kernel's and udev's messages about disks that come and go. `fileno` becomes readable with each."""

    def __init__(self, monitor: Any) -> None:
        self._monitor = monitor

    def fileno(self) -> int:
        return int(self._monitor.fileno())

    def drain(self) -> bool:
        """Take all messages that wait, without waiting. Whether one of them means a look at the drives."""
        heard = False
        with contextlib.suppress(OSError):  # ENOBUFS: messages were lost, which a look makes good as well
            while (device := self._monitor.poll(0)) is not None:
                heard = heard or device.action in {"add", "remove", "change"}
            return heard
        return True


def disk_monitor() -> DiskMonitor | None:
    """Listen for disks that come and go; None where nobody tells (no libudev; no netlink, as in some containers)."""
    import pyudev  # noqa: PLC0415

    try:
        # udev's own messages come when it has found out all about the disk; without udev there are the kernel's.
        source = "udev" if os.path.exists("/run/udev/control") else "kernel"
        monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source=source)
        monitor.filter_by("block", "disk")
        monitor.start()
    except (ImportError, OSError, ValueError):
        return None
    return DiskMonitor(monitor)


def _listed() -> list[str]:
    try:
        with _libudev() as context:
            devices = context.list_devices(subsystem="block", DEVTYPE="disk")
            return [str(device.sys_name).replace("/", "!") for device in devices]
    except (ImportError, OSError, ValueError):  # ImportError: this machine has no libudev
        return []


def _asked(subsystem: str, name: str) -> dict[str, str] | None:
    """None where libudev cannot be asked."""
    try:
        import pyudev  # noqa: PLC0415

        with _libudev() as context:
            try:
                device = pyudev.Devices.from_name(context, subsystem, name)
            except pyudev.DeviceNotFoundError:
                return {}
            return {str(key): str(value) for key, value in device.properties.items()}
    except (ImportError, OSError, ValueError):
        return None


@contextlib.contextmanager
def _libudev() -> Iterator[Any]:
    """The link to libudev, for this thread alone as long as it lasts.

    Raises ImportError where there is no libudev, TimeoutError (an OSError) where another thread hangs in it.
    """
    import pyudev  # noqa: PLC0415

    if not _one_at_a_time.acquire(timeout=_LOCK_SECONDS):
        raise TimeoutError("libudev")
    try:
        if not _shared:
            _shared.append(pyudev.Context())
        yield _shared[0]
    finally:
        _one_at_a_time.release()
