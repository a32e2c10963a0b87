"""Hidden areas of simulated ATA drives: HPA, accessible max address, configuration overlay."""

import struct

import pytest
from simulated_ata import Ata, refused
from simulated_nvme import SIZE

SECTORS = SIZE // 512
MORE = 16
"""Sectors hidden."""
FACTS = {"hidden_bytes": MORE * 512}


def hidden(**about: object) -> Ata:
    return Ata(facts=FACTS, **about)


def set_max(drive: Ata, sectors: int, *, for_good: bool) -> object:
    assert drive.no_data(0x27).succeeded
    return drive.no_data(0x37, lba=sectors - 1, count=int(for_good))


def test_a_host_protected_area_is_found_and_removed_for_good() -> None:
    drive = hidden()
    assert drive.sectors == SECTORS
    assert drive.words[82] & 0x400
    assert drive.no_data(0x27).lba == SECTORS + MORE - 1
    assert drive.drive.coverage().native_size_bytes == SIZE + MORE * 512
    assert set_max(drive, SECTORS + MORE, for_good=True).succeeded
    assert drive.sectors == SECTORS + MORE
    assert drive.drive.identity().size_bytes == SIZE + MORE * 512
    assert drive.read(SIZE, 512) == b""  # Linux has not looked yet
    drive.drive.rescan()
    assert len(drive.read(SIZE, 512)) == 512
    drive.power_cycle()
    assert drive.sectors == SECTORS + MORE


def test_removed_for_now_it_comes_back_at_power_on() -> None:
    drive = hidden()
    assert set_max(drive, SECTORS + MORE, for_good=False).succeeded
    assert drive.sectors == SECTORS + MORE
    drive.reopen()
    assert drive.sectors == SECTORS + MORE
    drive.power_cycle()
    assert drive.sectors == SECTORS


def test_once_for_good_between_two_power_ons() -> None:
    drive = hidden()
    assert set_max(drive, 64, for_good=True).succeeded
    again = set_max(drive, SECTORS, for_good=True)
    assert (again.status, again.error) == (0x51, 0x10)
    assert drive.sectors == 64
    assert set_max(drive, SECTORS, for_good=False).succeeded
    assert drive.sectors == SECTORS
    drive.power_cycle()
    assert drive.sectors == 64
    assert set_max(drive, SECTORS, for_good=True).succeeded


def test_what_is_set_for_good_counts_at_once() -> None:
    drive = hidden()
    assert set_max(drive, SECTORS + MORE, for_good=False).succeeded
    assert set_max(drive, 64, for_good=True).succeeded
    assert drive.sectors == 64


def test_what_set_max_refuses() -> None:
    drive = hidden()
    assert refused(drive.no_data(0x37, lba=9, count=1))  # not right after READ NATIVE MAX
    drive.no_data(0x27)
    drive.data_in(0xEC)
    assert refused(drive.no_data(0x37, lba=9, count=1))
    drive.short(0xF8)
    assert refused(drive.no_data(0x37, lba=9, count=1))  # that of the other width
    assert set_max(drive, SECTORS + MORE + 1, for_good=True).error == 0x10
    assert drive.short(0xF9, feature=4).succeeded  # freeze
    assert refused(set_max(drive, SECTORS, for_good=True))
    assert refused(drive.short(0xF9, feature=1))
    assert drive.sectors == SECTORS


def test_the_commands_of_28_bits() -> None:
    drive = hidden()
    assert drive.short(0xF8).lba == SECTORS + MORE - 1
    assert drive.short(0xF9, lba=SECTORS + 7, count=0).succeeded
    assert drive.sectors == SECTORS + 8
    large = Ata()
    assert large.short(0xF8).device & 0x40


def test_without_the_feature_nobody_gets_there() -> None:
    drive = hidden(hpa=False)
    assert not drive.words[82] & 0x400
    for command in (0x27, 0x37, 0x78, 0xB1):
        assert refused(drive.no_data(command))
    assert drive.drive.coverage().native_size_bytes == SIZE
    drive.write()
    assert drive.residue[0] == MORE * 512  # and the maker of the drive knows


def test_accessible_max_address() -> None:
    drive = hidden(hpa=False, amac=True)
    assert drive.words[119] & drive.words[120] & 0x100
    assert drive.no_data(0x78).lba == SECTORS + MORE - 1
    assert drive.drive.coverage().native_size_bytes == SIZE + MORE * 512
    assert drive.no_data(0x78, feature=1, lba=SECTORS + MORE).error == 0x10
    assert drive.no_data(0x78, feature=1, lba=SECTORS + MORE - 1).succeeded
    assert drive.sectors == SECTORS + MORE
    assert refused(drive.no_data(0x78, feature=1, lba=SECTORS - 1))  # once between two power-ons
    drive.power_cycle()
    assert drive.sectors == SECTORS + MORE
    assert drive.no_data(0x78, feature=2).succeeded
    assert refused(drive.no_data(0x78, feature=1, lba=SECTORS - 1))
    assert refused(drive.no_data(0x78, feature=3))


def overlay(drive: Ata) -> int:
    """The last sector that the drive could have."""
    block = drive.data_in(0xB1, feature=0xC2).data
    assert sum(block) & 0xFF == 0
    return struct.unpack_from("<Q", block, 6)[0]


def test_a_configuration_overlay_is_found_and_removed() -> None:
    drive = Ata(dco=True, dco_hidden_bytes=4096)
    assert drive.words[83] & drive.words[86] & 0x800
    assert drive.no_data(0x27).lba == SECTORS - 1
    assert overlay(drive) == SECTORS + 7
    assert drive.drive.coverage().native_size_bytes == SIZE + 4096
    assert drive.short(0xB1, feature=0xC0).succeeded
    assert drive.sectors == SECTORS + 8
    drive.power_cycle()
    assert drive.sectors == SECTORS + 8
    assert drive.no_data(0x27).lba == SECTORS + 7


def test_an_overlay_stays_as_long_as_an_hpa_is_above_it() -> None:
    drive = Ata(facts=FACTS, dco=True, dco_hidden_bytes=4096)
    assert refused(drive.short(0xB1, feature=0xC0))
    assert set_max(drive, SECTORS + MORE, for_good=False).succeeded
    assert drive.short(0xB1, feature=0xC0).succeeded
    drive.power_cycle()
    assert drive.sectors == SECTORS + MORE + 8


def test_a_frozen_overlay() -> None:
    drive = Ata(dco=True, dco_hidden_bytes=4096)
    assert drive.short(0xB1, feature=0xC1).succeeded
    for feature in (0xC0, 0xC1, 0xC2):
        assert refused(drive.data_in(0xB1, feature=feature))
    drive.power_cycle()
    assert overlay(drive) == SECTORS + 7
    assert refused(drive.short(0xB1, feature=0xC3))


def test_hidden_media_is_out_of_reach_and_keeps_what_it_has() -> None:
    drive = Ata(facts=FACTS, dco=True, dco_hidden_bytes=4096)
    drive.write()
    assert drive.drive.residue().visible == ((SIZE, SIZE + MORE * 512 + 4096),)
    read = drive.data_in(0x24, lba=SECTORS)
    assert (read.status, read.error, read.lba) == (0x51, 0x10, SECTORS)


def test_an_overlay_needs_its_feature() -> None:
    with pytest.raises(ValueError, match="dco"):
        Ata(dco_hidden_bytes=4096)
