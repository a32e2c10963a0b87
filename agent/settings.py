"""`ordis.toml`: what a workshop sets once for all its sticks, and where this program keeps its files."""

import hashlib
import ipaddress
import os
import re
import stat
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo, model_validator

from agent import toml
from agent.model.base import Model, Text
from agent.model.keyboards import KeyboardName
from agent.model.message import say
from agent.model.words import Mode

PLACES = (Path("/run/ordis/stick/ordis.toml"), Path("/etc/ordis/ordis.toml"))
"""Where the settings are looked for: the stick's first partition, then the installed system."""

SHARED = Path("/tmp")  # noqa: S108 - only for a folder whose owner and mode are checked
"""Where a socket goes whose own path is too long. No environment variable: service and faces must agree on it."""

_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?")


class SettingsError(toml.WrongFile):
    """Settings that cannot be used, with the sentence and the hint for the user."""


def _address(text: str) -> str:
    expected = say("Expected: an address such as https://workshop.example, without spaces, user name or password.")
    if len(text) > 500 or any(char.isspace() or not char.isprintable() for char in text):
        raise ValueError(expected)
    try:
        parts = urlsplit(text)
        usable = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ValueError(expected) from error
    usable = usable and parts.scheme in ("http", "https") and "@" not in parts.netloc and _is_host(parts.hostname or "")
    if not usable or parts.query or parts.fragment:
        raise ValueError(expected)
    return parts.geturl().rstrip("/")


def _is_host(name: str) -> bool:
    if ":" not in name:
        return len(name) <= 253 and _HOST.fullmatch(name) is not None
    try:
        ipaddress.IPv6Address(name)
    except ValueError:
        return False
    return True


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(say("Expected: a regular expression; this one is wrong: {why}.", why=str(error))) from error
    return text


def _place(path: Path, info: ValidationInfo) -> Path:
    """A relative path counts from the folder of ordis.toml, so that a stick can carry what it names."""
    if path == Path() or not str(path).isprintable():
        raise ValueError(say("Expected: the path of a file or folder."))
    folder: Path = (info.context or {}).get("folder", Path())
    return (folder / path).absolute()


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(say("Expected: the name of a time zone, such as Europe/Paris.")) from error
    return name


def _state_dir() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/ordis")
    named = os.environ.get("XDG_STATE_HOME", "")
    # The XDG base directory specification: a relative path is to be ignored.
    return (Path(named) if named.startswith("/") else Path.home() / ".local/state") / "ordis"


def _network_name(text: str) -> str:
    # IEEE 802.11-2020, 9.4.2.2: 0 to 32 bytes; an empty one is nobody's.
    if not 1 <= len(text.encode("utf-8", "surrogatepass")) <= 32:
        raise ValueError(say("Expected: the name of a Wi-Fi network, of 1 to 32 bytes."))
    return text


NO_PASSPHRASE = say("Expected: 8 to 63 letters, digits and signs without accents, as the network's owner gave them.")


def is_passphrase(text: str) -> bool:
    """Whether this can be the password of a wireless network."""
    # IEEE 802.11-2020, J.4.1: a pass-phrase of 8 to 63 printable ASCII characters, or the key itself as 64 hex digits.
    return re.fullmatch(r"[ -~]{8,63}|[0-9A-Fa-f]{64}", text) is not None


def _passphrase(secret: SecretStr) -> SecretStr:
    if not is_passphrase(secret.get_secret_value()):
        raise ValueError(NO_PASSPHRASE)
    return secret


def _one_or_several(value: object) -> object:
    """`[wifi]`, as people write it for a single network, means what `[[wifi]]` does."""
    return [value] if isinstance(value, dict) else value


Place = Annotated[Path, AfterValidator(_place)]


class Wifi(Model):
    """A network without cables. Without a password it is open."""

    ssid: Annotated[str, AfterValidator(_network_name)]
    password: Annotated[SecretStr, AfterValidator(_passphrase)] | None = None
    """Never shown, never logged."""
    hidden: bool = False
    """Whether the network does not tell its name by itself."""


def _discover(value: object) -> object:
    """`true` is the way that is safe."""
    return {True: "https", False: "no"}.get(value, value) if isinstance(value, bool) else value


class Workshop(Model):
    """The receiving server. Without one, reports stay in the spool."""

    url: Annotated[str, AfterValidator(_address)] | None = None
    ca_file: Place | None = None
    """Certificates (PEM) to trust instead of the system's, for a workshop with a certificate of its own."""
    discover: Annotated[Literal["no", "https", "http"], BeforeValidator(_discover)] = "no"
    """Whether a workshop is looked for in the network (mDNS) where `url` names none. `https` (or true): only one whose
    certificate `ca_file` knows. `http`: also one without; then anybody in the network can take the reports and say that
    they have arrived."""

    @model_validator(mode="after")
    def _is_pinned(self) -> "Workshop":
        # Any authority gives anybody a certificate for a name of their own, and here the network says the name.
        if self.discover == "https" and self.ca_file is None and self.url is None:
            raise ValueError(
                say("Expected: with discover also ca_file, the certificate that the workshop is known by.")
            )
        return self


class Organisation(Model):
    """Who signs the certificates."""

    name: Text | None = None
    address: Text | None = None
    registration: Text | None = None
    signatory: Text | None = None


class Settings(Model):
    language: Literal["fr", "en"] = "fr"
    unattended_erase: bool = False
    """Whether `--erase all` is believed outside training, with nobody at the screen."""
    unattended_sleep: bool = False
    """Whether the computer may sleep for some seconds to free frozen drives, with nobody at the screen: not every
    computer wakes up as it should."""
    asset_tag_pattern: Annotated[str, Field(max_length=200), AfterValidator(_expression)] = (
        r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}"
    )
    """A regular expression that the whole of a tag must match."""
    keyboard: KeyboardName | None = None
    """The layout of the console on the stick; None: as the boot menu says."""
    scanner_layout: Literal["us", "fr"] = "us"
    """The keyboard layout that barcode scanners are set to; the console's own does not matter."""
    time_zone: Annotated[str, Field(max_length=60), AfterValidator(_time_zone)] = "Europe/Paris"
    """In which a date is asked for, where the computer's own clock cannot be right."""
    state_dir: Place = Field(default_factory=_state_dir)
    profile_dir: Place | None = None
    default_profile: Text = "standard"
    wifi: Annotated[list[Wifi], BeforeValidator(_one_or_several)] = Field(default_factory=list, max_length=16)
    """The first that is there is used."""
    wifi_country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    """Where the stick is used (ISO 3166-1, `FR`), which decides on the channels of Wi-Fi."""
    workshop: Workshop = Workshop()
    organisation: Organisation = Organisation()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone; UTC where this system knows no others."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")

    def is_asset_tag(self, tag: str) -> bool:
        """Whether the whole of `tag` is an asset tag of this workshop."""
        return re.fullmatch(self.asset_tag_pattern, tag) is not None

    def folder(self, mode: Mode) -> Path:
        """Where everything of this mode lies: training never touches what is real."""
        return self.state_dir / "training" if mode is Mode.TRAINING else self.state_dir

    def make_folder(self, mode: Mode) -> Path:
        """Make the folder of this mode, for this user only, where it is not there yet. Raises SettingsError."""
        folder = self.folder(mode)
        try:
            self.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                say("The folder {folder} cannot be made: {error}.", folder=str(folder), error=str(error.strerror)),
                say("Check state_dir in ordis.toml, and that the stick is plugged in, not full and not read-only."),
            ) from error
        return folder

    def keys(self, mode: Mode) -> Path:
        return self.folder(mode) / "keys"

    def spool(self, mode: Mode) -> Path:
        return self.folder(mode) / "spool"

    def journal(self, mode: Mode) -> Path:
        return self.folder(mode) / "journal"

    def served_profiles(self, mode: Mode) -> Path:
        """What the workshop served last."""
        return self.folder(mode) / "profiles"

    def socket(self, mode: Mode) -> Path:
        """Where service and faces meet. Never in the state folder, which may be full, read-only or deep.

        The folder of a training socket, and of any other user's than root, is made here, below /tmp. Raises
        SettingsError where that folder belongs to somebody else.
        """
        if mode is Mode.REAL and os.geteuid() == 0:
            return Path("/run/ordis/service.sock")
        name = hashlib.sha256(os.fsencode(self.folder(mode).absolute())).hexdigest()[:16]
        return _private_folder() / f"{name}.sock"


def _private_folder() -> Path:
    folder = SHARED / f"ordis-{os.geteuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise SettingsError(
            say("The folder {folder} cannot be made: {error}.", folder=str(folder), error=str(error.strerror)),
            say("Make room in it, or start again as root."),
        ) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise SettingsError(
            say("The folder {folder} is not only yours.", folder=str(folder)),
            say("Remove it, then start again."),
        )
    return folder


def where(path: Path | None = None) -> Path | None:
    """The file that `load` reads; None where there is none, and the defaults hold."""
    if path is None and (named := os.environ.get("ORDIS_CONFIG")):
        return Path(named)
    return path or next((place for place in PLACES if os.path.lexists(place)), None)


def load(path: Path | None = None) -> Settings:
    """Read `path`, else what $ORDIS_CONFIG names, else the first of PLACES that is there, else the defaults.

    What is named must exist. Raises SettingsError.
    """
    found = where(path)
    return Settings() if found is None else toml.load(found, Settings, SettingsError)


def parse_workshop_url(text: str) -> str:
    """The address of a workshop as it is used, without a slash at its end. Raises SettingsError."""
    try:
        return _address(text)
    except ValueError as error:
        raise SettingsError(
            say("“{url}” is not the address of a workshop.", url=toml.shown(text)), error.args[0]
        ) from error
