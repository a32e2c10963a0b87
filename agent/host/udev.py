"""What udev knows about devices: asked through pyudev on this machine.

Where udev does not run (no /run/udev) pyudev still tells what the kernel says. A recorded tree has no libudev
to ask: there udev's database files are read, lines `E:KEY=value`.
pyudev is imported when it is asked, since the light drive worker imports this module.
"""

from agent.host.source import Source
from agent.host.system import running_here


def block_names(source: Source) -> list[str]:
    """Kernel names of all whole block devices, sorted, from pyudev and /sys/block together.

    Neither alone is trusted to be complete: a drive that is missed here would be missing on the certificate.
    """
    return sorted({*source.names("/sys/block"), *(_listed() if running_here(source) else ())})


def properties(source: Source, subsystem: str, name: str) -> dict[str, str]:
    """udev's properties of one device (`block`, `sda`); empty where nothing is known. Never raises."""
    if running_here(source):
        return _asked(subsystem, name)
    key = f"+{subsystem}:{name}"
    if subsystem == "block":
        key = "b" + (source.text(f"/sys/class/block/{name}/dev") or source.text(f"/sys/block/{name}/dev") or "")
    lines = (source.text(f"/run/udev/data/{key}") or "").splitlines()
    pairs = (line[2:].partition("=") for line in lines if line.startswith("E:"))
    return {key: value for key, _, value in pairs}


def _listed() -> list[str]:
    import pyudev  # noqa: PLC0415

    try:
        devices = pyudev.Context().list_devices(subsystem="block", DEVTYPE="disk")
        return [str(device.sys_name).replace("/", "!") for device in devices]
    except (ImportError, OSError, ValueError):  # ImportError: this machine has no libudev
        return []


def _asked(subsystem: str, name: str) -> dict[str, str]:
    import pyudev  # noqa: PLC0415

    try:
        device = pyudev.Devices.from_name(pyudev.Context(), subsystem, name)
        return {str(key): str(value) for key, value in device.properties.items()}
    except (ImportError, OSError, ValueError, pyudev.DeviceNotFoundError):
        return {}
