"""The training bench: three simulated drives in a folder, each with a donor's old data on it."""

import os
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from agent.host.files import move_safely
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.text import clean
from agent.model.words import Transport
from agent.sanitize.medium import Refused
from agent.training.ata_about import AtaAbout
from agent.training.description import Description, Kind, load, save
from agent.training.drive import description_path, kept_path
from agent.training.nvme_about import NvmeAbout
from agent.training.old_data import plant
from agent.training.self_test_about import SelfTestAbout
from agent.training.store import FileStore

MIB = 1 << 20
MB = 1_000_000

BENCH = {
    "hdd": Description(
        kind=Kind.ATA_HDD, model="Simulated Granit HD-512", serial="SIM-HDD-4K7Q2M", firmware="SIM1.0A",
        size_bytes=512 * MIB, physical_sector_bytes=4096, rotation_rpm=5400, hours=21_000, power_cycles=3_912,
        temperature_celsius=34, bytes_per_second=160 * MB,
        ata=AtaAbout(sanitize=("overwrite",), sanitize_seconds=20, erase_minutes=64, erase_seconds=20),
        self_test=SelfTestAbout(supported=True, short_seconds=12, extended_seconds=40, extended_minutes=2),
    ),
    "ssd": Description(
        kind=Kind.ATA_SSD, model="Simulated Ardoise SSD-256", serial="SIM-SSD-9F3X81", firmware="SIM2.3",
        size_bytes=256 * MIB, physical_sector_bytes=4096, hours=9_400, power_cycles=2_140, wear_percent=23,
        temperature_celsius=31, written_bytes=45_000 * MB, bytes_per_second=400 * MB, spare_bytes=16 * MIB,
        ata=AtaAbout(sanitize=("crypto", "block"), sanitize_seconds=8, erase_seconds=8),
        self_test=SelfTestAbout(supported=True, short_seconds=8, extended_seconds=20, extended_minutes=1),
    ),
    "nvme": Description(
        kind=Kind.NVME, model="Simulated Mica NVMe-384", serial="SIM-NVM-7T5B0C", firmware="SIM3.1",
        size_bytes=384 * MIB, hours=1_850, power_cycles=640, wear_percent=4, temperature_celsius=39,
        written_bytes=12_000 * MB, bytes_per_second=900 * MB,
        nvme=NvmeAbout(sanicap=3, formats=True, fna=4, block_erase_seconds=8),
        self_test=SelfTestAbout(supported=True, short_seconds=6, extended_seconds=15, extended_minutes=1),
    ),
}  # fmt: skip
"""By the name of the file: an old but sound hard disk, an SSD and an NVMe drive, small enough to erase in seconds."""


_TRANSPORTS = {
    Kind.ATA_HDD: Transport.ATA, Kind.ATA_SSD: Transport.ATA, Kind.NVME: Transport.NVME,
    Kind.SAS_HDD: Transport.SCSI, Kind.SAS_SSD: Transport.SCSI, Kind.EMMC: Transport.MMC,
}  # fmt: skip


def make_bench(folder: Path, *, fresh: bool = True, bench: Mapping[str, Description] = BENCH) -> None:
    """Make the three training drives, or those of another `bench`, in `folder`, where no other training drive stays;
    with `fresh` False, those that are there stay as they are.

    Takes some 25 MB of disk before an erase, 1.2 GB after it. Raises Refused where the folder will not do,
    OSError (EBUSY: a drive is being worked on).
    """
    drives = {_path(folder, f"{name}.img"): description for name, description in bench.items()}
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove(folder, BENCH.keys() - bench.keys())
    for path, description in drives.items():
        if fresh or not (os.path.lexists(path) and os.path.lexists(description_path(path))):
            _make(path, description)


def remove_bench(folder: Path) -> None:
    """Take the training drives out of `folder`, as if they were unplugged: their old data goes with them.

    Raises Refused, OSError (EBUSY: a drive is being worked on).
    """
    _remove(folder, BENCH.keys())


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        path = _path(folder, f"{name}.img")
        with suppress(FileNotFoundError), closing(FileStore.open(path)):
            os.unlink(path)
        for rest in (description_path(path), kept_path(path)):
            with suppress(FileNotFoundError):
                os.unlink(rest)


def list_drives(folder: Path) -> list[Drive]:
    """The simulated drives in `folder`, by name: every NAME.img that has a NAME.json, as the inventory shows them.

    Nothing is opened but the descriptions. Raises Refused where one cannot be used.
    """
    images = [_path(folder, image.name) for image in sorted(folder.glob("*.img"))]
    return [_listed(image, load(about)) for image in images if os.path.lexists(about := description_path(image))]


def celsius(path: str) -> int | None:
    """How hot the simulated drive at this path is; None where there is none. Never raises."""
    try:
        return load(description_path(path)).temperature_celsius
    except (OSError, Refused):
        return None


def _path(folder: Path, name: str) -> str:
    """The absolute path, which must go through the models and the report unchanged."""
    path = str(folder.resolve() / name)
    if clean(path) != path:
        raise Refused(
            say("The path of the training drives is too long or has odd characters: {path}", path=path),
            say("Choose a folder with a short and simple path."),
        )
    return path


def _make(path: str, description: Description) -> None:
    """Make the drive anew. The name of the sectors comes last: until then there is no drive."""
    # Opened first, since that refuses what is no file and a drive that is being worked on.
    with suppress(FileNotFoundError), closing(FileStore.open(path)):
        os.unlink(path)
    with suppress(FileNotFoundError):
        os.unlink(kept_path(path))
    save(description, description_path(path))
    unfinished = path + ".new"
    with suppress(FileNotFoundError):
        os.unlink(unfinished)
    with closing(FileStore.create(unfinished, description.media_bytes)) as store:
        plant(store, description.size_bytes)
        move_safely(Path(unfinished), Path(path))


def _listed(path: str, about: Description) -> Drive:
    return Drive(
        path=path,
        transport=_TRANSPORTS[about.kind],
        model=about.said_model or None,
        serial=about.serial or None,
        firmware_version=about.firmware or None,
        size_bytes=_offered(about),
        logical_sector_bytes=about.logical_sector_bytes,
        physical_sector_bytes=about.physical_sector_bytes,
        rotational=about.kind.turns,
        simulated=True,
    )


def _offered(about: Description) -> int:
    """Bytes that a host sees: of an NVMe drive all namespaces that are attached."""
    if about.kind is not Kind.NVME:
        return about.size_bytes
    sizes = enumerate((about.size_bytes, *about.nvme.more_namespaces), 1)
    return sum(size for nsid, size in sizes if nsid not in about.nvme.unattached)
