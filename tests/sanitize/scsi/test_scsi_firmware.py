"""What a SAS drive tells of itself before anything is changed, and what can be put right."""

import struct

import pytest
from simulated_nvme import SIZE
from simulated_sas import AUSE, IMMED, Sas

from agent.model.ports import ScsiResult
from agent.model.words import Method, Technique
from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import HiddenArea, NotAccepted, Record, Said
from agent.sanitize.scsi.firmware import ScsiFirmware

ASIDE = {"facts": {"hidden_bytes": 4096}}


class Rewritten:
    """The drive's port, with some answers changed: operation code → data."""

    def __init__(self, drive: Sas, answers: dict[int, bytes]) -> None:
        self._port = drive.drive.ports.scsi
        self._answers = answers

    def execute(self, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float) -> ScsiResult:
        if cdb[0] in self._answers:
            return ScsiResult(data=self._answers[cdb[0]][:data_in])
        return self._port.execute(cdb, data_out=data_out, data_in=data_in, timeout=timeout)


def firmware(drive: Sas) -> ScsiFirmware:
    port = drive.drive.ports.scsi
    assert port is not None
    return ScsiFirmware(port)


def offered(drive: Sas) -> list[tuple[Technique, Method, bool, bool]]:
    return [
        (offer.technique, offer.method, offer.no_fallback, offer.whole)
        for offer in firmware(drive).about().offers
        if offer.blocked is None and offer.seconds is None
    ]


def nothing(_: Record) -> None:
    raise AssertionError


def test_who_it_is() -> None:
    drive = Sas()
    assert firmware(drive).said() == Said("SIM-1", "Simulated", SIZE)
    assert firmware(drive).about().said == Said("SIM-1", "Simulated", SIZE)
    told = drive.drive.identity()
    assert (told.serial, told.model) == ("SIM-1", "Simulated")


def test_what_it_offers() -> None:
    sanitize, formats = Technique.SCSI_SANITIZE, (Technique.SCSI_FORMAT, Method.USER_DATA, True, False)
    assert offered(Sas()) == [
        (sanitize, Method.BLOCK, False, True),
        (sanitize, Method.OVERWRITE, False, True),
        (sanitize, Method.CRYPTO, False, True),
        formats,
    ]
    assert offered(Sas(sanitize=("crypto",))) == [(sanitize, Method.CRYPTO, False, True), formats]
    assert offered(Sas(sanitize=(), formats=False)) == []


@pytest.mark.parametrize(
    ("technique", "method"),
    [
        (Technique.SCSI_SANITIZE, Method.BLOCK),
        (Technique.SCSI_SANITIZE, Method.ENHANCED),
        (Technique.SCSI_FORMAT, Method.USER_DATA),
        (Technique.SCSI_FORMAT, Method.BLOCK),
        (Technique.NVME_FORMAT, Method.USER_DATA),
    ],
)
def test_what_it_does_not_offer_is_not_made(technique: Technique, method: Method) -> None:
    with pytest.raises(NotAccepted):
        firmware(Sas(sanitize=("crypto",), formats=False)).erase(technique, method)


@pytest.mark.parametrize("table", [b"", b"\0", b"\0\1\0\0", b"\0\3\0\x0a\x48", b"\0\5\0\x0a" + bytes(10), b"\0\3\0\0"])
def test_a_table_of_commands_that_says_nothing(table: bytes) -> None:
    assert ScsiFirmware(Rewritten(Sas(), {0xA3: table})).about().offers == ()


def test_while_it_erases_and_after_a_failure() -> None:
    drive = Sas({"erase_fails_at_percent": 50})
    drive.sanitize(2, IMMED | AUSE)
    about = firmware(drive).about()
    assert (about.running, about.failed_before) == (True, False)
    assert {offer.technique for offer in about.offers} == {Technique.SCSI_SANITIZE}
    assert all(offer.blocked and offer.seconds and offer.whole for offer in about.offers)
    assert about.said == Said("SIM-1", "Simulated", None)
    with pytest.raises(NotAccepted, match="04h/1Bh"):
        firmware(drive).tidy(nothing)
    drive.clock.advance(200)
    about = firmware(drive).about()
    assert (about.running, about.failed_before) == (False, True)
    firmware(drive).tidy(nothing)
    assert not firmware(drive).about().failed_before
    assert drive.read()
    firmware(drive).tidy(nothing)  # there is nothing more


def test_a_failure_without_exit_is_left_by_another_sanitize() -> None:
    drive = Sas({"erase_fails_at_percent": 50})
    drive.sanitize(2)
    drive.clock.advance(200)
    with pytest.raises(NotAccepted, match="31h/03h"):
        firmware(drive).tidy(nothing)
    about = firmware(drive).about()
    assert {(offer.technique, offer.blocked, offer.no_fallback) for offer in about.offers} == {
        (Technique.SCSI_SANITIZE, None, True)
    }
    one = firmware(drive).erase(Technique.SCSI_SANITIZE, Method.BLOCK)
    one.start(nothing)  # a softer one would be refused


def test_while_it_formats() -> None:
    drive = Sas()
    drive.format()
    drive.clock.advance(1)
    (offer,) = firmware(drive).about().offers
    assert (offer.technique, offer.whole) == (Technique.SCSI_FORMAT, False)
    assert offer.blocked


def test_nothing_set_aside() -> None:
    about = firmware(Sas()).about()
    assert (about.hidden, about.native_size_bytes, about.boundaries) == ((), SIZE, ())
    firmware(Sas()).reveal(nothing)


def test_capacity_that_was_set_aside_comes_back() -> None:
    drive = Sas(**ASIDE)
    about = firmware(drive).about()
    assert about.hidden == (HiddenArea("unallocated", 4096, removable=True),)
    assert (about.native_size_bytes, about.boundaries) == (SIZE + 4096, (SIZE,))
    journal: list[Record] = []
    firmware(drive).reveal(journal.append)
    assert journal == [
        {"kind": "areas", "area": "unallocated", "before_bytes": SIZE, "native_bytes": SIZE + 4096, "kept": True}
    ]
    said = firmware(drive).said()
    assert said is not None
    assert said.size_bytes == SIZE + 4096
    drive.power_cycle()
    assert firmware(drive).about().hidden == ()


def test_it_is_not_given_back_before_the_journal_has_it() -> None:
    drive = Sas(**ASIDE)

    def full(_: Record) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        firmware(drive).reveal(full)
    assert drive.sectors == SIZE // 512


@pytest.mark.parametrize("answers", [{0x55: b""}])
def test_a_drive_that_agrees_and_keeps_it(answers: dict[int, bytes]) -> None:
    drive = Sas(**ASIDE)
    with pytest.raises(NotAccepted, match="set aside"):
        ScsiFirmware(Rewritten(drive, answers)).reveal(lambda _: None)


def descriptor(sectors: int, sector: int = 512) -> bytes:
    return struct.pack(">HBBBBHQII", 22, 0, 0, 1, 0, 16, sectors, 0, sector)


@pytest.mark.parametrize(
    "modes",
    [
        b"",
        bytes(8),
        descriptor(0),
        descriptor((1 << 64) - 1),
        descriptor(SIZE // 512 - 1),  # less than there is
        descriptor(SIZE // 512, 4096),
        descriptor(SIZE // 512)[:20],
        struct.pack(">HBBBBHII", 14, 0, 0, 0, 0, 8, 0xFFFFFFFF, 512),  # more than it can tell
    ],
)
def test_defaults_that_tell_nothing(modes: bytes) -> None:
    about = ScsiFirmware(Rewritten(Sas(**ASIDE), {0x5A: modes})).about()
    assert (about.native_size_bytes, about.hidden) == (None, ())


def test_a_short_block_descriptor() -> None:
    modes = struct.pack(">HBBBBHII", 14, 0, 0, 0, 0, 8, SIZE // 512 + 8, 512)
    assert ScsiFirmware(Rewritten(Sas(**ASIDE), {0x5A: modes})).about().native_size_bytes == SIZE + 4096


@pytest.mark.parametrize(
    "capacity", [b"", bytes(11), bytes(32), b"\xff" * 32, struct.pack(">QI", 1 << 60, 512).ljust(32, b"\0")]
)
def test_a_capacity_that_makes_no_sense(capacity: bytes) -> None:
    host = ScsiFirmware(Rewritten(Sas(), {0x9E: capacity}))
    said = host.said()
    assert said is not None
    assert said.size_bytes is None
    host.reveal(nothing)


def test_no_identity_at_all() -> None:
    assert ScsiFirmware(Rewritten(Sas(), {0x12: b""})).said() is None
