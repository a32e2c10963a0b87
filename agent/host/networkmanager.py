"""NetworkManager, by nmcli(1). No name of a network and no password is ever among the arguments of a program: those
are seen by everybody, and logged.

What stands in answers stays in memory. The names of networks come as hexadecimal digits (SSID-HEX), which nothing in
a name can break.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from agent.host.run import ToolMissing, ToolTimeout, run, run_in_memory

_SECONDS = 10.0
_LISTEN_SECONDS = 30.0
"""One look through all channels takes some seconds; NetworkManager may be at one already."""
_JOIN_SECONDS = 45
_MOST = 200
"""Lines of one answer that are read: every access point of a network is one."""
_LINE = re.compile(rb"^([* ]?):((?:[0-9A-Fa-f]{2}){1,32}):(\d{1,3}):([^\n]{0,80})$", re.MULTILINE)


@dataclass(frozen=True)
class Heard:
    """One access point."""

    name: bytes
    signal_percent: int
    security: str
    """As NetworkManager says it: "WPA2 WPA3", "WPA2 802.1X", "" for an open one."""
    joined: bool


def runs() -> bool:
    """Whether NetworkManager looks after this computer's network. Never raises."""
    try:
        ran = run(["nmcli", "--terse", "--fields", "RUNNING", "general"], timeout=_SECONDS)
    except (ToolMissing, ToolTimeout, OSError):
        return False
    return ran.code == 0 and ran.out.strip() == "running"


def switch_on() -> None:
    """Have the radios on, as far as programs can. Raises ToolMissing, ToolTimeout, OSError."""
    run(["nmcli", "radio", "wifi", "on"], timeout=_SECONDS)


def heard(*, again: bool) -> list[Heard]:
    """The access points around; `again`: after a new look. Raises ToolMissing, ToolTimeout, OSError."""
    fields = ["--terse", "--escape", "yes", "--fields", "IN-USE,SSID-HEX,SIGNAL,SECURITY"]
    ran, told = run_in_memory(
        ["nmcli", *fields, "device", "wifi", "list", "--rescan", "yes" if again else "no"], timeout=_LISTEN_SECONDS
    )
    if ran.code != 0:
        raise OSError(f"nmcli ended with {ran.code}")
    return [
        Heard(bytes.fromhex(name.decode()), min(int(signal), 100), security.decode("ascii", "replace"), mark == b"*")
        for mark, name, signal, security in _LINE.findall(told)[:_MOST]
    ]


def join(file: Path, uuid: str) -> str | None:
    """Use the connection of this file, which has this UUID, and wait until it has an address. Why it did not come
    about, in NetworkManager's own words; None where it did. Raises ToolMissing, ToolTimeout, OSError."""
    loaded = run(["nmcli", "connection", "load", str(file)], timeout=_SECONDS)
    if loaded.code != 0:
        return (loaded.err or loaded.out).strip()[:200] or f"exit code {loaded.code}"
    up = ["nmcli", "--wait", str(_JOIN_SECONDS), "connection", "up", "uuid", uuid]
    ran, _ = run_in_memory(up, timeout=_JOIN_SECONDS + _SECONDS)
    return None if ran.code == 0 else ran.err.strip()[:400] or f"exit code {ran.code}"


def reload() -> None:
    """Have it read its files again. Raises ToolMissing, ToolTimeout, OSError."""
    run(["nmcli", "--wait", "5", "connection", "reload"], timeout=_SECONDS)
