"""What a drive tells of its own locks, from raw bytes; and the two commands by which they come."""

import random
import struct
from typing import Any

import pytest
from simulated_nvme import Bench

from agent.model.ports import AtaCommand, AtaResult, NoAnswer, NvmeCommand, NvmeResult, Ports
from agent.sanitize.opal.discovery import Opal, Ssc, discovery, parse, still_locked
from agent.training.ata_about import AtaAbout
from agent.training.description import Kind
from agent.training.opal_about import OpalAbout

PSID = "44TZKAN71MQUF4TMJ96973BJZT9U32G8"
KINDS = pytest.mark.parametrize("kind", [Kind.ATA_SSD, Kind.NVME])


def drive(kind: Kind, **about: Any) -> Bench:
    ata = AtaAbout(bridge_drops=about.pop("drops", ()), no_registers=about.pop("no_registers", False))
    return Bench(kind, opal=OpalAbout(**{"psid": PSID, **about}), ata=ata)


def answer(*features: tuple[int, bytes], length: int | None = None) -> bytes:
    content = b"".join(struct.pack(">HBB", code, 0x10, len(body)) + body for code, body in features)
    return struct.pack(">II", 44 + len(content) if length is None else length, 1).ljust(48, b"\0") + content


def locking(flags: int) -> tuple[int, bytes]:
    return 2, bytes((flags,)) + bytes(11)


OPAL_2 = (0x0203, bytes(16))


@KINDS
def test_a_drive_without_locks_tells_of_none(kind: Kind) -> None:
    assert discovery(drive(kind, psid="").drive.ports) is None


@KINDS
def test_the_states_of_a_lock(kind: Kind) -> None:
    found = discovery(drive(kind).drive.ports)
    assert found == Opal((Ssc.OPAL_2,), encrypts=True)
    assert found.open
    assert not found.psid_revert
    locked = discovery(drive(kind, locked=True).drive.ports)
    assert locked is not None
    assert (locked.enabled, locked.locked, locked.shadowed, locked.psid_revert) == (True, True, False, True)
    shadowed = discovery(drive(kind, shadow_bytes=4096).drive.ports)
    assert shadowed is not None
    assert (shadowed.enabled, shadowed.locked, shadowed.shadowed, shadowed.open) == (True, False, True, False)


@KINDS
def test_it_shows_a_revert(kind: Kind) -> None:
    bench = drive(kind, locked=True, shadow_bytes=4096)
    bench.drive.sedutil("/dev/x")(["sedutil-cli", "--PSIDrevert", PSID, "/dev/x"], timeout=1)
    found = discovery(bench.drive.ports)
    assert found is not None
    assert found.open


def test_a_sata_drive_that_cannot_be_asked_is_not_said_to_be_open() -> None:
    """A bridge that aborts TRUSTED RECEIVE; libata without allow_tpm answers without registers and data."""
    found = discovery(drive(Kind.ATA_SSD, locked=True, drops=(0x5C,)).drive.ports)
    assert found is not None
    assert found.unread is not None
    assert not found.open
    assert found.psid_revert

    class Forbidden:
        def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> AtaResult:
            port = drive(Kind.ATA_SSD, locked=True).drive.ports.ata
            assert port is not None
            return port.data_in(command, blocks, timeout) if command.command == 0xEC else AtaResult(registers=False)

    forbidden = discovery(Ports(ata=Forbidden()))  # type: ignore[arg-type]
    assert forbidden is not None
    assert not forbidden.open


def test_missing_registers_do_not_hide_a_lock() -> None:
    found = discovery(drive(Kind.ATA_SSD, locked=True, no_registers=True).drive.ports)
    assert found is not None
    assert found.locked


def test_no_way_to_the_firmware() -> None:
    assert discovery(Ports()) is None


def test_no_answer_is_never_open() -> None:
    class Silent:
        def admin(self, command: NvmeCommand, data_in: int, timeout: float) -> NvmeResult:
            raise NoAnswer

    with pytest.raises(NoAnswer):
        discovery(Ports(nvme=Silent()))
    found = still_locked(Ports(nvme=Silent()))
    assert found is not None
    assert not found.open


def test_the_commands_are_refused_for_anything_else() -> None:
    ata = drive(Kind.ATA_SSD).drive.ports.ata
    nvme = drive(Kind.NVME).drive.ports.nvme
    assert ata is not None
    assert nvme is not None
    assert ata.data_in(AtaCommand(0x5C, feature=0xEE, lba=0x100), 1, 1).aborted
    assert ata.data_in(AtaCommand(0x5C, feature=1, lba=0x200), 1, 1).aborted
    assert nvme.admin(NvmeCommand(0x82, cdw10=0xEA << 24, cdw11=512), 512, 1).status == 0x002
    plain = drive(Kind.NVME, psid="").drive.ports.nvme
    assert plain is not None
    assert plain.admin(NvmeCommand(0x82, cdw10=1 << 24 | 1 << 8, cdw11=512), 512, 1).status == 0x001


@pytest.mark.parametrize(
    ("flags", "enabled", "locked", "shadowed"),
    [(0x01, 0, 0, 0), (0x03, 1, 0, 0), (0x07, 1, 1, 0), (0x13, 1, 0, 1), (0x33, 1, 0, 0), (0x37, 1, 1, 0)],
)
def test_the_bits_of_the_locking_feature(flags: int, enabled: int, locked: int, shadowed: int) -> None:
    found = parse(answer((1, bytes(12)), locking(flags), OPAL_2))
    assert found is not None
    assert (found.enabled, found.locked, found.shadowed) == (enabled, locked, shadowed)


@pytest.mark.parametrize("code", list(Ssc))
def test_the_classes(code: Ssc) -> None:
    found = parse(answer(locking(0x07), (code, bytes(16))) + bytes(500))
    assert found is not None
    assert found.classes == (code,)
    assert not found.encrypts


def test_no_lock_at_all() -> None:
    assert parse(answer((1, bytes(12)))) is None
    assert parse(answer(locking(0x00))) is None
    assert parse(answer((0, bytes(40)), (0, bytes(3)), (1, bytes(12)))) is None


@pytest.mark.parametrize(
    "content",
    [
        b"", bytes(48), bytes(512), b"\xff" * 512, answer(locking(7), OPAL_2, length=0xFFFFFFFF),
        answer(locking(7), OPAL_2, length=20), answer(locking(7), OPAL_2)[:-1], answer(locking(7), length=44 + 3),
        answer((2, b""), OPAL_2), answer(OPAL_2), answer(locking(1), locking(7), OPAL_2),
        answer(locking(1))[:-16] + struct.pack(">HBB", 2, 0x10, 255) + bytes(12),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_add_up_opens_nothing(content: bytes) -> None:
    found = parse(content)
    assert found is not None
    assert found.unread is not None
    assert not found.open


def test_noise_never_breaks_the_parser_nor_reads_as_an_open_drive() -> None:
    chance = random.Random(5)
    honest = answer((1, bytes(12)), locking(0x17), OPAL_2) + bytes(100)
    for _ in range(2000):
        content = bytearray(honest)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(48)] = chance.randrange(256)
        found = parse(bytes(content[: chance.randrange(1, len(content))]))
        assert found is None or found.unread is not None or found.locked
