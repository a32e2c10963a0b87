"""Hidden areas of ATA drives are found, removed in the right order, journalled before, or named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from simulated_ata import Ata
from simulated_nvme import SIZE

from agent.model.ports import AtaCommand, AtaResult
from agent.sanitize.ata import areas, identify
from agent.sanitize.ata.identify import Identify
from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import HiddenArea, NotAccepted, Record

HPA, DCO = 8192, 4096
"""Bytes hidden."""
REFUSED = AtaResult(status=0x51, error=4)
BOTH = {"facts": {"hidden_bytes": HPA}, "dco": True, "dco_hidden_bytes": DCO}


class Host:
    """What the worker does to one drive; `extended` False: a drive without 48-bit commands."""

    def __init__(self, drive: Ata, *, extended: bool = True, refuses_restore: bool = False) -> None:
        self.drive = drive
        self.extended = extended
        self.refuses_restore = refuses_restore
        self.journal: list[Record] = []
        self.sent: list[AtaCommand] = []
        self.answers: dict[int, Callable[[AtaCommand, AtaResult], AtaResult]] = {}
        """Command code → what comes back in place of the drive's answer."""

    def identify(self) -> Identify:
        return replace(identify.ask(self), extended=self.extended)

    def no_data(self, command: AtaCommand, timeout: float) -> AtaResult:
        self.sent.append(command)
        if self.refuses_restore and (command.command, command.feature) == (0xB1, 0xC0):
            return REFUSED
        result = self.drive._port.no_data(command, timeout)
        change = self.answers.get(command.command)
        return change(command, result) if change else result

    def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> AtaResult:
        result = self.drive._port.data_in(command, blocks, timeout)
        change = self.answers.get(command.command)
        return change(command, result) if change else result

    def data_out(self, command: AtaCommand, data: bytes, timeout: float) -> AtaResult:
        raise AssertionError("nothing goes out")

    def find(self) -> areas.Found:
        return areas.find(self, self.identify())

    def reveal(self) -> None:
        areas.reveal(self, self.identify, self.journal.append)

    @property
    def size(self) -> int:
        return self.identify().sectors * 512

    def told(self) -> list[tuple[object, ...]]:
        """The journal."""
        assert all(record["kind"] == "areas" for record in self.journal)
        return [
            tuple(record[key] for key in ("area", "before_bytes", "native_bytes", "kept")) for record in self.journal
        ]


def hpa(**about: Any) -> Host:
    return Host(Ata(facts={"hidden_bytes": HPA}, **about))


def test_nothing_hidden_nothing_done() -> None:
    for about in ({}, {"dco": True}, {"hpa": False, "amac": True}, {"hpa": False}):
        host = Host(Ata(**about))
        assert host.find() == areas.Found((), SIZE, ())
        host.reveal()
        assert host.journal == []
        assert host.size == SIZE


def test_finding_changes_nothing() -> None:
    host = Host(Ata(**BOTH))
    assert host.find() == areas.Found(
        (HiddenArea("hpa", HPA, removable=True), HiddenArea("dco", DCO, removable=True)),
        SIZE + HPA + DCO,
        (SIZE, SIZE + HPA),
    )
    assert host.size == SIZE
    assert {command.command for command in host.sent} == {0x27}


@pytest.mark.parametrize("extended", [True, False])
def test_a_host_protected_area_goes_for_good(extended: bool) -> None:
    host = hpa()
    host.extended = extended
    assert host.find().boundaries == (SIZE,)
    host.reveal()
    assert host.told() == [("hpa", SIZE, SIZE + HPA, True)]
    assert {command.command for command in host.sent} == ({0x27, 0x37} if extended else {0xF8, 0xF9})
    assert all(command.device & 0x40 for command in host.sent)
    host.drive.power_cycle()
    assert host.size == SIZE + HPA
    assert host.find() == areas.Found((), SIZE + HPA, ())


def test_an_address_of_28_bits_is_in_two_registers() -> None:
    """16 GiB, of which the drive offers half; a stand-in answers, since nobody has that much memory."""
    whole, offered = 1 << 25, 1 << 24
    sent: list[AtaCommand] = []

    class Drive:
        sectors = offered

        def no_data(self, command: AtaCommand, timeout: float) -> AtaResult:
            sent.append(command)
            if command.command == 0xF8:
                return AtaResult(status=0x50, lba=whole - 1 & 0xFFFFFF, device=0x40 | whole - 1 >> 24)
            assert command.command == 0xF9
            self.sectors = (command.lba | (command.device & 0xF) << 24) + 1
            return AtaResult(status=0x50)

        def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> AtaResult:
            raise AssertionError

        data_out = data_in

    drive = Drive()

    told = replace(identify.ask(Host(Ata())), extended=False)
    areas.reveal(drive, lambda: replace(told, sectors=drive.sectors), lambda _: None)
    assert drive.sectors == whole
    assert all(command.device & 0xF0 == 0x40 and command.lba < 1 << 24 for command in sent)


def test_where_for_good_is_used_up_until_power_off() -> None:
    host = hpa()
    last = SIZE // 512 - 1
    assert host.drive.no_data(0x27).succeeded
    assert host.drive.no_data(0x37, lba=last, count=1).succeeded  # the computer's firmware did so
    host.reveal()
    assert [kept for *_, kept in host.told()] == [True, False]
    assert host.size == SIZE + HPA
    host.drive.power_cycle()
    assert host.size == SIZE
    host.reveal()  # again, and now for good
    host.drive.power_cycle()
    assert host.size == SIZE + HPA


def test_a_frozen_host_protected_area_is_refused() -> None:
    host = hpa()
    assert host.drive.short(0xF9, feature=4).succeeded
    with pytest.raises(NotAccepted, match="HPA"):
        host.reveal()
    assert host.size == SIZE
    assert host.find().native_size_bytes == SIZE + HPA


def test_an_overlay_is_removed() -> None:
    host = Host(Ata(dco=True, dco_hidden_bytes=DCO))
    assert host.find() == areas.Found((HiddenArea("dco", DCO, removable=True),), SIZE + DCO, (SIZE,))
    host.reveal()
    assert host.told() == [("dco", SIZE, SIZE + DCO, True)]
    assert host.size == SIZE + DCO


def test_an_overlay_below_an_hpa() -> None:
    host = Host(Ata(**BOTH))
    host.reveal()
    assert host.told() == [
        ("hpa", SIZE, SIZE + HPA, False),
        ("dco", SIZE + HPA, SIZE + HPA + DCO, True),
        ("hpa", SIZE + HPA, SIZE + HPA + DCO, True),
    ]
    assert host.size == SIZE + HPA + DCO
    host.drive.power_cycle()
    assert host.size == SIZE + HPA + DCO


def test_an_overlay_that_only_an_hpa_gone_for_good_releases() -> None:
    host = Host(Ata(**BOTH))
    host.refuses_restore = True

    def journal(record: Record) -> None:
        host.journal.append(record)
        host.refuses_restore = not any(one["area"] == "hpa" and one["kept"] for one in host.journal)

    areas.reveal(host, host.identify, journal)
    assert [record["area"] for record in host.journal[:4]] == ["hpa", "dco", "hpa", "dco"]
    assert host.size == SIZE + HPA + DCO


@pytest.mark.parametrize("number", range(1, 14))
@pytest.mark.parametrize("when", ["cut_before_command", "cut_after_command"])
def test_a_power_cut_at_any_command_and_a_second_try(when: str, number: int) -> None:
    host = Host(Ata({when: number}, **BOTH))
    try:
        host.reveal()
    except OSError:
        host.drive.power_cycle()
        assert host.size in {SIZE, SIZE + HPA, SIZE + HPA + DCO}
        host.reveal()
    host.drive.power_cycle()
    assert host.size == SIZE + HPA + DCO
    assert host.find().hidden == ()


def test_what_the_power_cuts_above_cover() -> None:
    """A reveal of both areas takes that many commands."""
    host = Host(Ata(**BOTH))
    before = host.drive.drive.commands
    host.reveal()
    assert host.drive.drive.commands - before == 13


def test_nothing_is_sent_before_the_journal_has_it() -> None:
    host = Host(Ata(**BOTH))

    def full(_: Record) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        areas.reveal(host, host.identify, full)
    assert {command.command for command in host.sent} == {0x27}
    assert host.size == SIZE


def test_a_frozen_overlay_cannot_be_asked_and_the_hpa_goes_all_the_same() -> None:
    host = Host(Ata(**BOTH))
    assert host.drive.short(0xB1, feature=0xC1).succeeded
    found = host.find()
    assert found.native_size_bytes is None
    unknown = found.hidden[1]
    assert (unknown.kind, unknown.bytes, unknown.removable) == ("dco", 0, False)
    assert "locked" in str(unknown.why)
    host.reveal()
    assert host.size == SIZE + HPA
    assert [area.kind for area in host.find().hidden] == ["dco"]


def test_an_overlay_that_the_drive_does_not_give_up() -> None:
    host = Host(Ata(**BOTH), refuses_restore=True)
    with pytest.raises(NotAccepted, match="DCO"):
        host.reveal()
    assert host.size == SIZE + HPA  # what could be removed is
    assert host.find().native_size_bytes == SIZE + HPA + DCO


def test_accessible_max_address() -> None:
    host = hpa(hpa=False, amac=True)
    assert host.find() == areas.Found((HiddenArea("amac", HPA, removable=True),), SIZE + HPA, (SIZE,))
    host.reveal()
    assert host.told() == [("amac", SIZE, SIZE + HPA, True)]
    host.drive.power_cycle()
    assert host.size == SIZE + HPA


@pytest.mark.parametrize("freeze", [{"feature": 2}, {"feature": 1, "lba": SIZE // 512 - 1}])
def test_a_frozen_accessible_max_address(freeze: dict[str, int]) -> None:
    """Frozen, or changed once already since power-on."""
    host = hpa(hpa=False, amac=True)
    assert host.drive.no_data(0x78, **freeze).succeeded
    with pytest.raises(NotAccepted, match="AMAC"):
        host.reveal()
    assert host.size == SIZE
    host.drive.power_cycle()
    host.reveal()
    assert host.size == SIZE + HPA


@pytest.mark.parametrize("about", [{}, {"hpa": False, "amac": True}])
def test_a_size_that_disagrees_afterwards(about: dict[str, bool]) -> None:
    host = hpa(**about)
    before = host.identify()
    with pytest.raises(NotAccepted, match="still says") as caught:
        areas.reveal(host, lambda: before, host.journal.append)
    assert caught.value.reason.values == {"said": SIZE, "native": SIZE + HPA}


@pytest.mark.parametrize(
    "nonsense",
    [
        AtaResult(registers=False),
        REFUSED,
        AtaResult(status=0x50, lba=SIZE // 512 - 2),  # less than there is now
        AtaResult(status=0x50, lba=0),
    ],
)
@pytest.mark.parametrize(("command", "about"), [(0x27, {}), (0x78, {"hpa": False, "amac": True})])
def test_answers_that_tell_nothing_are_not_believed(nonsense: AtaResult, command: int, about: dict[str, bool]) -> None:
    host = hpa(**about)
    host.answers[command] = lambda *_: nonsense
    found = host.find()
    assert found.native_size_bytes is None
    assert [(area.bytes, area.removable) for area in found.hidden] == [(0, False)]
    host.reveal()
    assert host.journal == []


def test_a_native_maximum_that_changes_is_not_set() -> None:
    host = hpa()
    answers = iter((SIZE + HPA,))
    host.answers[0x27] = lambda _, result: replace(result, lba=next(answers, SIZE + 512) // 512 - 1)
    with pytest.raises(NotAccepted, match="HPA"):
        host.reveal()
    assert {command.command for command in host.sent} == {0x27}


def test_a_bridge_without_registers() -> None:
    host = Host(Ata(no_registers=True, dco=True, dco_hidden_bytes=DCO))
    found = host.find()
    assert [(area.kind, area.bytes) for area in found.hidden] == [("hpa", 0), ("dco", DCO)]
    assert found.native_size_bytes is None


@pytest.mark.parametrize("spoil", [lambda data: data[:256], lambda data: bytes(512), lambda data: b"\1" + data[1:]])
def test_an_overlay_told_in_rubbish(spoil: Callable[[bytes], bytes]) -> None:
    host = Host(Ata(dco=True, dco_hidden_bytes=DCO))
    host.answers[0xB1] = lambda _, result: replace(result, data=spoil(result.data))
    assert host.find().native_size_bytes is None


def test_sectors_of_4096_bytes() -> None:
    host = Host(Ata(facts={"hidden_bytes": HPA, "logical_sector_bytes": 4096, "physical_sector_bytes": 4096}))
    assert host.find() == areas.Found((HiddenArea("hpa", HPA, removable=True),), SIZE + HPA, (SIZE,))
    host.reveal()
    assert host.identify().sectors * 4096 == SIZE + HPA
