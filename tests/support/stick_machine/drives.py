"""Drives of every kind over files of the tests', for QEMU's command line and for plugging in later."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MIB = 1 << 20
SECTOR = 512

_DEVICES = {
    "nvme": {"driver": "nvme"},
    "sata": {"driver": "ide-hd", "ver": "1.0"},
    "usb": {"driver": "usb-storage", "bus": "usb.0"},
    "sd": {"driver": "sd-card"},
    "sas": {"driver": "scsi-hd", "bus": "sas.0"},
}


@dataclass
class Drive:
    """One drive. `settings`: further properties of QEMU's device, such as `model` or `rotation_rate`."""

    kind: str
    """nvme, sata, usb, sd or sas."""
    file: Path
    serial: str
    size_bytes: int = 32 * MIB
    settings: dict[str, Any] = field(default_factory=dict)
    bad_sectors: dict[str, list[int]] = field(default_factory=dict)
    """Sectors that give EIO, by `read` and `write`."""
    bytes_per_second: int = 0
    """How fast it is at most; 0: as fast as it can."""
    served: tuple[int, str] | None = None
    """Port and target of the simulated firmware that answers for it (iSCSI); then there is no file of QEMU's."""
    port: str = ""
    """Where it is plugged in: an NVMe drive's root port, a SATA drive's channel."""

    @property
    def name(self) -> str:
        """Letters and digits, for QEMU's identifiers."""
        return "d" + hashlib.sha256(self.serial.encode()).hexdigest()[:8]

    def fill(self, seed: str) -> None:
        """Old data in every block, of which each tells where it stands."""
        with self.file.open("wb") as file:
            for at in range(0, self.size_bytes, MIB):
                file.write(old_data(seed, at, MIB))

    def block(self) -> dict[str, Any]:
        """What lies behind the device (blockdev-add)."""
        if self.served:
            where = {"transport": "tcp", "portal": f"127.0.0.1:{self.served[0]}", "target": self.served[1], "lun": 0}
            target = {"driver": "iscsi", **where}
            return {"driver": "raw", "node-name": self.name, "file": target, "cache": {"direct": True}}
        lowest: dict[str, Any] = {"driver": "file", "filename": str(self.file)}
        if self.bad_sectors:
            errors = [
                {"event": "none", "iotype": kind, "errno": 5, "sector": sector, "once": False, "immediately": False}
                for kind, sectors in self.bad_sectors.items()
                for sector in sectors
            ]
            lowest = {"driver": "blkdebug", "image": lowest, "inject-error": errors}
        if self.bytes_per_second:
            lowest = {"driver": "throttle", "throttle-group": f"{self.name}-speed", "file": lowest}
        return {"driver": "raw", "node-name": self.name, "file": lowest, "cache": {"direct": False, "no-flush": False}}

    def speed(self) -> dict[str, Any]:
        """The throttle group (object-add)."""
        return {
            "qom-type": "throttle-group",
            "id": f"{self.name}-speed",
            "limits": {"bps-total": self.bytes_per_second, "bps-total-max": self.bytes_per_second},
        }

    def device(self) -> dict[str, Any]:
        """The device itself (device_add)."""
        if self.served:
            return {"driver": "scsi-block", "bus": "sas.0", "id": f"{self.name}-device", "drive": self.name}
        made: dict[str, Any] = {**_DEVICES[self.kind], "id": f"{self.name}-device", "drive": self.name, **self.settings}
        if self.kind != "sd":
            made["serial"] = self.serial
        if self.kind in ("nvme", "sata"):
            made["bus"] = self.port
        if self.kind in ("sata", "sas", "usb"):
            made |= {"rerror": "report", "werror": "report"}
        return made

    def options(self) -> list[str]:
        """For QEMU's command line."""
        options = ["-object", json.dumps(self.speed())] if self.bytes_per_second else []
        return [*options, "-blockdev", json.dumps(self.block()), "-device", json.dumps(self.device())]

    # ---- afterwards, on this computer

    def digest(self) -> str:
        with self.file.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def left(self, seed: str) -> list[int]:
        """Addresses of the sectors that still hold the old data, in bytes."""
        found = []
        with self.file.open("rb") as file:
            for at in range(0, self.size_bytes, MIB):
                now, before = file.read(MIB), old_data(seed, at, MIB)
                if now == bytes(MIB):
                    continue
                found += [at + i for i in range(0, MIB, SECTOR) if now[i : i + SECTOR] == before[i : i + SECTOR]]
        return found


def old_data(seed: str, at: int, length: int) -> bytes:
    """What stood on a drive before, from a byte address on: text that cannot be anything else, in every sector."""
    return b"".join(
        f"OLD DATA {seed} {number} ".encode().ljust(SECTOR, b"x")
        for number in range(at // SECTOR, (at + length) // SECTOR)
    )
