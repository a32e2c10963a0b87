"""Wi-Fi networks of ordis.toml, handed to NetworkManager as files in memory that only root can read.

The form is NetworkManager's keyfile (nm-settings-keyfile(5)), which is GLib's key file: `\\s` and `\\\\` in values. A
network's name is bytes, written as numbers with `;` behind each, which no character in it can break.
"""

import contextlib
import uuid
from collections.abc import Sequence
from pathlib import Path

from agent.host import networkmanager
from agent.host.files import write_safely
from agent.host.run import ToolMissing, ToolTimeout, run
from agent.model.message import say
from agent.model.problem import Problem
from agent.settings import Wifi

PREFIX, SUFFIX = "ordis-wifi-", ".nmconnection"
_SPACE = uuid.UUID("5d1c8f0e-6f0b-4b7e-9b0e-8f4f1f6a2c55")
"""Names the UUIDs of our connections, so that each start gives a network the same one."""


class WifiFailed(Problem):
    """The networks could not be handed on; a cable works all the same."""


def keyfile(wifi: Wifi, place: int) -> str:
    """The file for one network; `place` counts from 0 in the order of ordis.toml, and the first is tried first."""
    about = {
        "id": f"ordis-{place + 1}",
        "uuid": str(uuid.uuid5(_SPACE, f"{place}:{wifi.ssid}")),
        "type": "wifi",
        "autoconnect-priority": str(100 - place),
    }
    password = wifi.password.get_secret_value() if wifi.password else None
    return written(about, wifi.ssid.encode(), password, hidden=wifi.hidden)


def written(about: dict[str, str], ssid: bytes, password: str | None, *, hidden: bool) -> str:
    """A keyfile: what stands in its first section, the network's name, and its password (None: an open network)."""
    sections: dict[str, dict[str, str]] = {
        "connection": about,
        "wifi": {"mode": "infrastructure", "ssid": "".join(f"{byte};" for byte in ssid)},
    }
    if hidden:
        sections["wifi"]["hidden"] = "true"
    if password is not None:
        # NetworkManager tries WPA3 with this as well where both sides know it.
        sections["wifi-security"] = {"key-mgmt": "wpa-psk", "psk": _value(password)}
    sections["ipv4"] = {"method": "auto"}
    sections["ipv6"] = {"method": "auto"}
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in section.items())
        for name, section in sections.items()
    )


def _value(text: str) -> str:
    """A text as a value: blanks at its begin and end would be dropped otherwise."""
    text = text.replace("\\", "\\\\")
    kept = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    return "\\s" * before + kept + "\\s" * (len(text) - before - len(kept))


def hand_on(networks: Sequence[Wifi], folder: Path) -> bool:
    """Put the networks where NetworkManager looks, and take away those of an earlier ordis.toml; whether there was
    anything to put or to take away. Raises WifiFailed."""
    wanted = {f"{PREFIX}{place + 1}{SUFFIX}": keyfile(wifi, place) for place, wifi in enumerate(networks)}
    try:
        if wanted:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        outdated = [old for old in folder.glob(f"{PREFIX}*{SUFFIX}") if old.name not in wanted]
        for old in outdated:
            old.unlink()
        for name, text in wanted.items():
            write_safely(folder / name, text.encode(), mode=0o600)
    except OSError as error:
        raise WifiFailed(
            say("The Wi-Fi networks of ordis.toml cannot be handed on: {error}.", error=error.strerror or str(error)),
            say("Use a network cable, or start again."),
        ) from error
    return bool(wanted or outdated)


def take_notice() -> None:
    """Have a NetworkManager that runs already read the files; one that starts later does it anyway. Never raises."""
    with contextlib.suppress(ToolMissing, ToolTimeout, OSError):
        networkmanager.reload()


def use_country(country: str) -> None:
    """Tell the kernel where we are, which decides on the channels of Wi-Fi (`iw reg set`). Raises WifiFailed."""
    try:
        done = run(["iw", "reg", "set", country], timeout=10)
        why = done.err.strip() if done.code else None
    except (ToolMissing, ToolTimeout, OSError) as error:
        why = str(error)
    if why is not None:
        raise WifiFailed(
            say("The country {country} of ordis.toml was not taken for Wi-Fi ({error}).", country=country, error=why),
            say("Wi-Fi works, but some channels may be missing."),
        )
