"""What a person sees and does beside the intake: the network, the settings, the support file.

None of it is part of the intake's state: no report, journal or log has it, least of all the names of networks.
"""

from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import Field, PlainSerializer, SecretStr

from agent.model.base import Count, Model, Text
from agent.model.message import Message
from agent.model.problem import Problem

Secret = Annotated[SecretStr, PlainSerializer(lambda secret: secret.get_secret_value(), when_used="json")]
"""Goes over the socket in clear, and is hidden wherever it would be printed."""
NetworkKey = Annotated[str, Field(pattern="^([0-9a-f]{2}){1,32}$")]
"""The name of a wireless network, which is 1 to 32 bytes of whatever its owner likes (IEEE 802.11-2020, 9.4.2.2)."""


class Said(Model):
    """What came of something that a person asked for."""

    good: bool = False
    reason: Message
    why: Message | None = None
    """More of it, where there is more."""
    hint: Message | None = None
    notes: list[Message] = []
    """What is good to know besides."""

    @classmethod
    def of(cls, problem: Problem) -> "Said":
        return cls(reason=problem.reason, hint=problem.hint)


class WiredCard(Model):
    name: Text
    plugged: bool | None = None
    """Whether a cable leads somewhere; None where the card does not say."""
    speed_mbps: Count | None = None
    addresses: list[Text] = []
    """Those that lead further than to the neighbour."""


class Security(StrEnum):
    OPEN = "open"
    PASSWORD = "password"  # noqa: S105 - the kind, not one
    OTHER = "other"
    """User names, certificates, WEP: nothing that can be joined here."""


class RadioNetwork(Model):
    """A wireless network around."""

    key: NetworkKey
    name: Text
    """As far as it can be printed."""
    signal_percent: Annotated[int, Field(ge=0, le=100)]
    security: Security
    joined: bool = False


class Radio(StrEnum):
    """Whether networks can be heard."""

    NONE = "none"
    """No Wi-Fi card that works."""
    UNMANAGED = "unmanaged"
    """No NetworkManager: this computer's network is somebody else's affair."""
    LOCKED = "locked"
    """Switched off by a switch, a key or the BIOS."""
    READY = "ready"


class NetworkState(Model):
    """What the intake's state does not tell; whether the workshop answers, and how many reports wait, is there."""

    wired: list[WiredCard] = []
    radio: Radio | None = None
    """None as long as nobody has looked."""
    networks: list[RadioNetwork] = []
    """The strongest first."""
    listening: bool = False
    joining: NetworkKey | None = None
    attempt: Count = 0
    """The last one to join a network that has ended."""
    wifi_said: Said | None = None
    delivering: bool = False
    delivery_said: Said | None = None


SETTINGS = (
    "language", "keyboard", "default_profile", "asset_tag_pattern", "scanner_layout", "time_zone",
    "workshop.url", "workshop.ca_file", "workshop.discover", "wifi_country",
    "organisation.name", "organisation.address", "organisation.registration", "organisation.signatory",
)  # fmt: skip
"""The keys of ordis.toml that can be changed at the screen. None lets an erase begin with nobody there."""


class WifiKept(Model):
    """A wireless network for ordis.toml."""

    name: Annotated[str, Field(min_length=1, max_length=32)]
    password: Secret | None = None
    hidden: bool = False


class SettingsState(Model):
    file: Text | None = None
    fields: dict[str, str] = {}
    """Key to value, as they stand in the file; empty: not in it, so that the default holds."""
    wifi: list[str] = []
    """Names of the networks in the file. Their passwords are told nobody."""
    hinders: Said | None = None
    """Why they cannot be changed here."""
    attempt: Count = 0
    said: Said | None = None


class SupportState(Model):
    saving: bool = False
    said: Said | None = None
    """Where the last one is, or why there is none."""


class Net(Protocol):
    """The door to the network's settings. All of it blocks, for bounded times."""

    def wired(self) -> list[WiredCard]:
        """Never raises."""

    def radio(self) -> Radio:
        """Never raises."""

    def networks(self, *, again: bool) -> list[RadioNetwork]:
        """What is heard; `again`: listen now, which takes some seconds. Raises Problem."""

    def join(self, name: bytes, password: str | None, *, hidden: bool) -> None:
        """Returns once the network has given an address. Raises Problem."""
