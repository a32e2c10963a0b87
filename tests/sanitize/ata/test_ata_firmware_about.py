"""What an ATA drive's firmware tells of itself, with hidden areas and locks, and how it is asked."""

from dataclasses import replace

import pytest
from ata_host import Host, word
from simulated_ata import FREEZE, SET_PASSWORD, Ata
from simulated_nvme import SIZE

from agent.model.ports import AtaCommand, AtaResult, NoAnswer, Ports
from agent.model.words import Method, Technique
from agent.sanitize.ata.firmware import AtaFirmware
from agent.sanitize.ata.identify import Identify
from agent.sanitize.firmware import DriveFirmware, Said
from agent.training.opal_about import OpalAbout

CHANGES = {0x37, 0xF9, 0x78, 0xB1, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6}
"""Commands that can change something; DCO IDENTIFY and the native maximum of AMAC come under two of these codes."""


def test_a_drive_that_can_do_everything() -> None:
    host = Host(Ata())
    firmware: DriveFirmware = host.firmware
    about = firmware.about()
    assert about.said == firmware.said() == Said("SIM-1", "Simulated", SIZE)
    assert [(offer.technique, offer.method, offer.seconds, offer.whole) for offer in about.offers] == [
        (Technique.ATA_SANITIZE, Method.BLOCK, None, True),
        (Technique.ATA_SANITIZE, Method.CRYPTO, None, True),
        (Technique.ATA_SANITIZE, Method.OVERWRITE, None, True),
        (Technique.ATA_SECURITY_ERASE, Method.ENHANCED, 120, True),
        (Technique.ATA_SECURITY_ERASE, Method.NORMAL, 120, False),
    ]
    assert not any(offer.blocked or offer.no_fallback for offer in about.offers)
    hindrances = (
        about.frozen, about.locked, about.shadowed, about.psid_revert, about.hidden, about.leftover_password,
        about.running, about.failed_before,
    )  # fmt: skip
    assert not any(hindrances)
    assert about.native_size_bytes == SIZE


def test_asking_changes_nothing() -> None:
    host = Host(Ata(foreign_password="donor", sanitized_before=True))
    host.firmware.about()
    host.firmware.said()
    assert not CHANGES & set(host.wire.sent)
    assert not host.journal


def test_a_drive_that_can_do_nothing() -> None:
    about = Host(Ata(security=False, sanitize=(), hpa=False)).firmware.about()
    assert about.offers == ()
    assert about.said is not None


def test_hidden_areas_are_told_and_revealed() -> None:
    drive = Ata(facts={"hidden_bytes": 8192}, dco=True, dco_hidden_bytes=4096)
    host = Host(drive)
    about = host.firmware.about()
    assert {area.kind: area.bytes for area in about.hidden} == {"hpa": 8192, "dco": 4096}
    assert about.native_size_bytes == SIZE + 8192 + 4096
    assert about.boundaries == (SIZE, SIZE + 8192)
    host.firmware.reveal(host.checkpoint)
    assert host.journal
    after = host.firmware.about()
    assert not after.hidden
    assert after.said is not None
    assert after.said.size_bytes == after.native_size_bytes == SIZE + 8192 + 4096


def test_a_size_that_nobody_can_tell_has_no_hidden_areas_either() -> None:
    host = Host(Ata(), changes={0xEC: word(103, 1)})
    about = host.firmware.about()
    assert about.said is not None
    assert about.said.size_bytes is None
    assert about.native_size_bytes is None


def test_a_frozen_drive_and_one_that_the_donor_opened() -> None:
    drive = Ata()
    assert drive.password(SET_PASSWORD, b"donor".ljust(32, b"\0")).succeeded
    about = Host(drive).firmware.about()
    assert (about.locked, about.frozen) == (False, False)
    assert drive.short(FREEZE).succeeded
    assert Host(drive).firmware.about().frozen


@pytest.mark.parametrize("number", [0xB4, 0x27])
def test_a_bridge_that_stays_silent_about_one_command_does_not_spoil_the_rest(number: int) -> None:
    def silent(_: AtaCommand, __: AtaResult) -> AtaResult:
        raise NoAnswer

    about = Host(Ata(), bridge=True, changes={number: silent}).firmware.about()
    assert about.said is not None
    blocked = [offer for offer in about.offers if offer.technique is Technique.ATA_SANITIZE and offer.blocked]
    assert len(blocked) == (3 if number == 0xB4 else 0)
    assert (about.native_size_bytes is None) == (number == 0x27)


def test_a_drive_that_does_not_say_who_it_is() -> None:
    host = Host(Ata(), changes={0xEC: lambda _, result: replace(result, data=bytes(512))})
    for ask in (host.firmware.said, host.firmware.about):
        with pytest.raises(NoAnswer):
            ask()


def test_locks_of_opal() -> None:
    drive = Ata(facts={"opal": OpalAbout(psid="ABCD", locked=True, shadow_bytes=4096)})
    about = Host(drive).firmware.about()
    assert (about.locked, about.shadowed, about.psid_revert) == (True, True, True)
    assert all("locked" in str(offer.blocked) for offer in about.offers)


def test_a_lock_that_gives_no_answer_is_not_taken_for_an_open_one() -> None:
    def silent(_: AtaCommand, __: AtaResult) -> AtaResult:
        raise NoAnswer

    host = Host(Ata(facts={"opal": OpalAbout(psid="ABCD")}), changes={0x5C: silent})
    assert host.firmware.about().psid_revert


def test_a_port_without_ata() -> None:
    with pytest.raises(ValueError, match="no ATA"):
        AtaFirmware(Ports())


def test_the_size_may_change_but_not_the_drive() -> None:
    block = Ata().data_in(0xEC).data
    one = Identify.parse(block)
    assert one is not None
    assert one.same_drive(replace(one, sectors=1))
    assert not one.same_drive(replace(one, serial="other"))
    assert not one.same_drive(replace(one, model=None))
