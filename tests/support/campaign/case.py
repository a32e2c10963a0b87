"""What is tried: a simulated drive, what is wrong with it, and the order that its worker gets. All from one seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from agent.model.words import Method, Technique, Verify
from agent.sanitize.levels import LEVELS, crypto_only, reaches
from agent.sanitize.order import Order, Step
from agent.training.ata_about import AtaAbout
from agent.training.description import Description, Erased, Kind
from agent.training.emmc_about import EmmcAbout
from agent.training.nvme_about import NvmeAbout
from agent.training.opal_about import OpalAbout
from agent.training.scsi_about import ScsiAbout

MIB = 1 << 20
SIZE = 2 * MIB
SECTOR = 512
PSID = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
Way = tuple[Technique, Method | None]
WAYS: tuple[Way, ...] = tuple(LEVELS)
ATA = AtaAbout(bios_freezes=False, sanitize=("crypto", "block", "overwrite"), sanitize_seconds=100, erase_seconds=100)
NVME = NvmeAbout(sanicap=7, formats=True, fna=4)
SCSI = ScsiAbout(sanitize=("overwrite", "block", "crypto"))


@dataclass(frozen=True)
class Case:
    seed: int
    way: Way
    fault: str
    drive: Description
    order: Order
    cuts: tuple[int, ...] = ()
    """Power cuts, counted in signs of life of the worker (progress, waiting) within each life."""

    @property
    def sound(self) -> bool:
        """Nothing is wrong with the drive but perhaps the power: the erase must come to its best end."""
        # An eMMC device erases in several commands, and each is struck anew.
        return self.fault in SOUND and (self.fault, self.way[0]) != ("link reset on the way", Technique.EMMC_SANITIZE)

    def __str__(self) -> str:
        technique, method = self.way
        return f"seed {self.seed}: {technique}/{method or '-'} with {self.fault}"


def _base(technique: Technique, rng: random.Random) -> Description:
    kind = {
        Technique.ATA_SANITIZE: Kind.ATA_SSD, Technique.ATA_SECURITY_ERASE: Kind.ATA_SSD,
        Technique.NVME_SANITIZE: Kind.NVME, Technique.NVME_FORMAT: Kind.NVME,
        Technique.SCSI_SANITIZE: Kind.SAS_SSD, Technique.SCSI_FORMAT: Kind.SAS_SSD,
        Technique.EMMC_SANITIZE: Kind.EMMC, Technique.OPAL_REVERT: rng.choice([Kind.ATA_SSD, Kind.NVME]),
    }.get(technique) or rng.choice([Kind.ATA_SSD, Kind.NVME, Kind.SAS_SSD])  # fmt: skip
    return Description(
        kind=kind, model="Simulated", serial="SIM-1", firmware="F", size_bytes=SIZE, spare_bytes=64 * 1024,
        erased=rng.choice([Erased.ZEROS, Erased.ONES, Erased.PATTERN, Erased.NOISE, Erased.DEALLOCATED]),
        ata=ATA, nvme=NVME, scsi=SCSI, emmc=EmmcAbout(),
        opal=OpalAbout(psid=PSID, locked=True) if technique is Technique.OPAL_REVERT else OpalAbout(),
    )  # fmt: skip


Change = Callable[[Description, random.Random], Description]


def _faults(**fixed: Any) -> Change:
    return lambda drive, _: replace(drive, faults=replace(drive.faults, **fixed))


def _drawn(make: Callable[[random.Random], dict[str, Any]]) -> Change:
    return lambda drive, rng: replace(drive, faults=replace(drive.faults, **make(rng)))


def _percent(name: str) -> Change:
    return _drawn(lambda rng: {name: rng.randrange(1, 99)})


def _sectors(*names: str) -> Change:
    def make(rng: random.Random) -> dict[str, Any]:
        drawn = tuple(sorted(rng.sample(range(SIZE // SECTOR), rng.choice([1, 2, 9]))))
        return dict.fromkeys(names, drawn)

    return _drawn(make)


def _hidden(drive: Description, rng: random.Random) -> Description:
    if drive.kind is Kind.EMMC:  # has no such thing
        return drive
    return replace(drive, hidden_bytes=rng.choice([64 * 1024, 512 * 1024]))


def _dco(drive: Description, rng: random.Random) -> Description:
    if drive.kind is not Kind.ATA_SSD:
        return _hidden(drive, rng)
    return _hidden(replace(drive, ata=replace(drive.ata, dco=True, dco_hidden_bytes=128 * 1024)), rng)


def _second_namespace(drive: Description, rng: random.Random) -> Description:
    if drive.kind is not Kind.NVME:
        return drive
    more = (512 * 1024,)
    unattached = rng.choice([(), (2,)])
    return replace(drive, hidden_bytes=sum(more), nvme=replace(drive.nvme, more_namespaces=more, unattached=unattached))


FAULTS: dict[str, Change] = {
    "nothing": lambda drive, _: drive,
    "frozen": lambda drive, _: replace(drive, ata=replace(drive.ata, bios_freezes=True, bios_freezes_sanitize=True)),
    "foreign password": lambda drive, _: replace(drive, ata=replace(drive.ata, foreign_password="theirs")),
    "erase refused": _faults(erase_refused=True),
    "says done, erased nothing": _faults(erase_covers_percent=0),
    "accepted, never begun": lambda drive, _: replace(
        drive,
        faults=replace(drive.faults, erase_ignored=True),
        nvme=replace(drive.nvme, ignores_sanitize=True, ignores_format=True),
        emmc=replace(drive.emmc, ignores_sanitize=True),
    ),
    "all but the last 10 %": _faults(erase_covers_percent=90),
    "all but a part": _percent("erase_covers_percent"),
    "stops at 37 %, says done": _faults(erase_stops_at_percent=37),
    "fails on the way": _percent("erase_fails_at_percent"),
    "stuck on the way": _percent("erase_stuck_at_percent"),
    "link reset on the way": _percent("erase_resets_at_percent"),
    "drops off the bus": _percent("erase_vanishes_at_percent"),
    "hangs on the way": _percent("erase_hangs_at_percent"),
    "power fails on the way": _percent("erase_cuts_power_at_percent"),
    "another size afterwards": _faults(changes_after_erase=True, changed_size_bytes=SIZE // 2),
    "another serial afterwards": _faults(changes_after_erase=True, changed_serial="OTHER"),
    "changes while written": _drawn(
        lambda rng: {"changes_after_bytes": rng.randrange(SIZE), "changed_serial": "OTHER"}
    ),
    "lies about its capabilities": lambda drive, _: replace(
        drive, nvme=NvmeAbout(claims_sanicap=7), faults=replace(drive.faults, erase_refused=True)
    ),
    "log of a sanitize long ago": lambda drive, _: replace(
        drive, nvme=replace(drive.nvme, sanitize_log_of=2), ata=replace(drive.ata, sanitized_before=True)
    ),
    "bad blocks on write": _sectors("unwritable"),
    "bad blocks on read": _sectors("unreadable"),
    "bad blocks on both": _sectors("unwritable", "unreadable"),
    "bad blocks that it skips": lambda drive, rng: _faults(erase_skips_unwritable=True)(
        _sectors("unwritable")(drive, rng), rng
    ),
    "blocks that forget writes": _sectors("forgetful"),
    "worn out, ignores writes": _faults(ignores_writes=True),
    "loses what was not flushed": _faults(loses_unflushed=True),
    "flushes fail": _faults(flush_fails=True),
    "second namespace": _second_namespace,
    "hidden area": _hidden,
    "hidden area behind a DCO": _dco,
    "found zeros": _faults(found_zeros=True),
    "slow": lambda drive, _: replace(drive, bytes_per_second=50_000),
    "hangs while written": _drawn(lambda rng: {"hangs_after_bytes": rng.randrange(2 * SIZE)}),
    "vanishes while written": _drawn(lambda rng: {"vanishes_after_bytes": rng.randrange(2 * SIZE)}),
    "fake capacity": _drawn(lambda rng: {"real_bytes": 4096 * rng.randrange(1, SIZE // 4096)}),
    "unmaps, erases nothing": _faults(erase_unmaps_only=True),
    "no registers": lambda drive, _: replace(drive, ata=replace(drive.ata, no_registers=True)),
    "power cut before a command": _drawn(lambda rng: {"cut_before_command": _some(rng)}),
    "power cut after a command": _drawn(lambda rng: {"cut_after_command": _some(rng)}),
}  # fmt: skip
"""What real drives were seen to do, by its name in the tables."""
SOUND = {
    "nothing", "found zeros", "slow", "loses what was not flushed", "power cut before a command",
    "power cut after a command", "link reset on the way",
}  # fmt: skip
"""With these a drive can still be erased: whoever gives up on it is too timid to be of use."""
UNSEEN = {"unmaps, erases nothing"}
"""No host can see these: they are listed, and never counted as passes."""


def _some(rng: random.Random) -> int:
    """The number of a command: early ones as often as late ones."""
    return round(2 ** rng.uniform(0, 11))


def case(seed: int, way: Way, fault: str) -> Case:
    """One way with one fault; the rest is drawn."""
    rng = random.Random(seed)
    technique, method = way
    drive = FAULTS[fault](_base(technique, rng), rng)
    verify = rng.choice([Verify.FULL, Verify.FULL, Verify.SAMPLED])
    overwrite = Step(Technique.OVERWRITE, passes=rng.choice([("zero",), ("random",), ("zero", "ff", "random")]))
    steps: tuple[Step, ...] = (overwrite,)
    if technique is not Technique.OVERWRITE:
        after = verify is Verify.FULL or crypto_only(technique, method)
        steps = (Step(technique, method), *([overwrite] if after else []))
    order = Order(level=reaches(technique, method), verify=verify, steps=steps, psid=PSID)
    cuts = tuple(_some(rng) for _ in range(rng.choice([0, 0, 1, 3])))
    return Case(seed, way, fault, drive, order, cuts)


def cases(seed: int, count: int) -> list[Case]:
    """Every way with every fault, again and again with other draws, until there are `count`."""
    rng = random.Random(seed)
    pairs = [(way, fault) for way in WAYS for fault in FAULTS]
    found: list[Case] = []
    while len(found) < count:
        rng.shuffle(pairs)
        found += [case(rng.getrandbits(48), way, fault) for way, fault in pairs]
    return found[:count]
