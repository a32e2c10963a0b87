"""What a simulated drive is: a JSON file beside the sparse file with its sectors (NAME.json, NAME.img)."""

import json
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from agent.host.files import read_bounded, write_safely
from agent.model.message import say
from agent.sanitize.medium import Refused
from agent.training import limits
from agent.training.ata_about import AtaAbout
from agent.training.emmc_about import EmmcAbout
from agent.training.faults import Faults
from agent.training.nvme_about import NvmeAbout
from agent.training.opal_about import OpalAbout
from agent.training.scsi_about import ScsiAbout
from agent.training.self_test_about import SelfTestAbout

FILE_LIMIT = 256 * 1024
"""Bytes of a description; one with a thousand bad sectors has a tenth of that."""


class Kind(StrEnum):
    ATA_HDD = "ata_hdd"
    ATA_SSD = "ata_ssd"
    NVME = "nvme"
    SAS_HDD = "sas_hdd"
    SAS_SSD = "sas_ssd"
    EMMC = "emmc"

    @property
    def turns(self) -> bool:
        """It has discs."""
        return self in {Kind.ATA_HDD, Kind.SAS_HDD}


class Erased(StrEnum):
    """What sectors read as once the drive has erased them by itself."""

    ZEROS = "zeros"
    ONES = "ones"
    PATTERN = "pattern"
    """33 CC 55 AA …, as a Seagate ST1000LM035 shows."""
    NOISE = "noise"
    """What cells decrypt to under another key; it is the same at each reading."""
    DEALLOCATED = "deallocated"
    """Zeros without anything behind them: the sectors have no place on the media until they are written."""


@dataclass(frozen=True)
class Counters:
    """What the drive has lived through. The first six are told by ATA drives, the others by NVMe."""

    reallocated: int = 0
    reported_uncorrectable: int = 0
    command_timeout: int = 0
    pending: int = 0
    offline_uncorrectable: int = 0
    crc_errors: int = 0
    media_errors: int = 0
    unsafe_shutdowns: int = 0
    available_spare_percent: int = 100
    spare_threshold_percent: int = 10

    def __post_init__(self) -> None:
        for item in fields(self):
            high = 100 if item.name.endswith("_percent") else limits.MAX_COUNT
            limits.whole(f"counters.{item.name}", getattr(self, item.name), 0, high)


@dataclass(frozen=True)
class Description:
    """A drive as it left its donor. Raises ValueError for what no drive can be."""

    kind: Kind
    model: str
    serial: str
    firmware: str
    size_bytes: int
    """What the drive offers to its host."""
    hidden_bytes: int = 0
    """Media beyond that: an ATA host protected area, NVMe capacity that no namespace has, SAS capacity set aside."""
    spare_bytes: int = 0
    """Over-provisioned media that no address reaches, full of old data."""
    erased: Erased = Erased.ZEROS
    """After an erase of the drive's own that names no pattern (ATA and SAS)."""
    logical_sector_bytes: int = 512
    physical_sector_bytes: int = 512
    rotation_rpm: int = 0
    """0 for a drive without discs."""
    hours: int = 0
    power_cycles: int = 0
    wear_percent: int = 0
    """Used part of the write endurance; may exceed 100. Hard disks do not tell it."""
    temperature_celsius: int = 30
    written_bytes: int = 0
    """Written by its hosts before today."""
    bytes_per_second: int | None = None
    """The speed of reading and writing; None: as fast as the file."""
    counters: Counters = field(default_factory=Counters)
    faults: Faults = field(default_factory=Faults)
    ata: AtaAbout = field(default_factory=AtaAbout)
    scsi: ScsiAbout = field(default_factory=ScsiAbout)
    nvme: NvmeAbout = field(default_factory=NvmeAbout)
    emmc: EmmcAbout = field(default_factory=EmmcAbout)
    opal: OpalAbout = field(default_factory=OpalAbout)
    self_test: SelfTestAbout = field(default_factory=SelfTestAbout)

    @property
    def said_model(self) -> str:
        """The model as the drive says it: INQUIRY has room for 16 characters."""
        return self.model[:16].strip() if self.kind in {Kind.SAS_HDD, Kind.SAS_SSD} else self.model

    @property
    def media_bytes(self) -> int:
        """The size of the file with the sectors."""
        return self.size_bytes + self.hidden_bytes + self.ata.dco_hidden_bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        object.__setattr__(self, "erased", Erased(self.erased))
        limits.text("model", self.model, 40)
        limits.text("serial", self.serial, 20)
        limits.text("firmware", self.firmware, 8)
        for name in ("logical_sector_bytes", "physical_sector_bytes"):
            if not isinstance(getattr(self, name), int) or getattr(self, name) not in (512, 4096):
                raise ValueError(f"{name}: 512 or 4096 expected")
        limits.whole("size_bytes", self.size_bytes, 4096, limits.MAX_SIZE, step=self.logical_sector_bytes)
        limits.whole("hidden_bytes", self.hidden_bytes, 0, limits.MAX_SIZE, step=self.logical_sector_bytes)
        limits.whole("spare_bytes", self.spare_bytes, 0, limits.MAX_SIZE)
        if sum(self.nvme.more_namespaces) > self.hidden_bytes:
            raise ValueError("nvme.more_namespaces: they have their capacity from hidden_bytes, which is too little")
        limits.whole("hours", self.hours)
        limits.whole("power_cycles", self.power_cycles)
        limits.whole("wear_percent", self.wear_percent, 0, 1000)
        limits.whole("temperature_celsius", self.temperature_celsius, -100, 200)
        limits.whole("written_bytes", self.written_bytes)
        limits.whole("rotation_rpm", self.rotation_rpm, 0, 0xFFFE)  # word 217 of IDENTIFY DEVICE
        if (self.rotation_rpm > 0) != self.kind.turns:
            raise ValueError("rotation_rpm: discs turn in hard disks, and only there")
        if self.bytes_per_second is not None:
            limits.whole("bytes_per_second", self.bytes_per_second, 1)


def save(description: Description, path: Path) -> None:
    """Write the description, wholly or not at all. Raises OSError."""
    write_safely(path, json.dumps(asdict(description), indent=1).encode())


def load(path: Path) -> Description:
    """Read a description. Raises Refused where it cannot be used, OSError where it cannot be read."""
    try:
        return parse(read_bounded(path, FILE_LIMIT))
    except (ValueError, TypeError, RecursionError) as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: Exception) -> Refused:
    """What is raised where a file about a simulated drive holds something else."""
    return Refused(
        say(
            "The description of a simulated drive cannot be used: {path} ({error}).",
            path=str(path),
            error=str(error),
        ),
        say("Delete the folder with the training drives; the next start makes them again."),
    )


def parse(content: bytes) -> Description:
    """The description that a JSON text holds. Raises ValueError, TypeError or RecursionError with what is wrong."""
    found = _known(Description, json.loads(content))
    parts = {name: _part(kind, found.pop(name, {})) for name, kind in _PARTS.items()}
    return Description(**found, **parts)


_PARTS: dict[str, type] = {
    "counters": Counters, "faults": Faults, "ata": AtaAbout, "scsi": ScsiAbout, "nvme": NvmeAbout, "emmc": EmmcAbout,
    "opal": OpalAbout, "self_test": SelfTestAbout,
}  # fmt: skip
"""Parts of a description that are objects of their own, of plain values and lists."""


def _part(kind: type, value: object) -> Any:
    known = _known(kind, value)
    return kind(**{name: tuple(item) if isinstance(item, list) else item for name, item in known.items()})


def _known(kind: type, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{kind.__name__}: an object expected")  # noqa: TRY004
    if unknown := value.keys() - {field.name for field in fields(kind)}:
        raise ValueError(f"{kind.__name__}: unknown key {min(unknown)}")
    return dict(value)
