"""What an NVMe drive tells before anything is changed: ways to erase, what hinders them, what lies out of reach."""

import pytest
from simulated_nvme import SIZE, Nvme

from agent.model.words import Method, Technique
from agent.sanitize.firmware import About, HiddenArea, NotAccepted, Offer
from agent.sanitize.nvme.firmware import NvmeFirmware
from agent.training.opal_about import OpalAbout

MORE = 8192
SANITIZE, FORMAT = Technique.NVME_SANITIZE, Technique.NVME_FORMAT


def several(**about: object) -> Nvme:
    """Namespaces 1 and 3 attached, 2 not; 4 KiB that nobody has."""
    settings = {"manages_namespaces": True, "more_namespaces": (MORE, 2 * MORE), "unattached": (2,)}
    return Nvme(facts={"hidden_bytes": 3 * MORE + 4096}, **{**settings, **about})


def about(drive: Nvme) -> About:
    return NvmeFirmware(drive.drive).about()


def offers(drive: Nvme) -> dict[tuple[Technique, Method], Offer]:
    return {(offer.technique, offer.method): offer for offer in about(drive).offers}


def test_who_it_says_it_is() -> None:
    drive = several()
    said = NvmeFirmware(drive.drive).said()
    assert (said.serial, said.model) == ("SIM-1", "Simulated")
    assert said.size_bytes == drive.drive.identity().size_bytes == SIZE + 2 * MORE


def test_all_that_a_drive_offers() -> None:
    found = offers(Nvme())
    assert found.keys() == {
        (SANITIZE, Method.CRYPTO), (SANITIZE, Method.BLOCK), (SANITIZE, Method.OVERWRITE),
        (FORMAT, Method.USER_DATA), (FORMAT, Method.CRYPTO),
    }  # fmt: skip
    assert all(offer.whole and offer.blocked is None and not offer.no_fallback for offer in found.values())
    assert [found[SANITIZE, method].seconds for method in (Method.CRYPTO, Method.BLOCK, Method.OVERWRITE)] == [
        2,
        20,
        60,
    ]
    assert found[FORMAT, Method.USER_DATA].seconds is None


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"sanicap": 0, "formats": False}, set()),
        ({"sanicap": 2, "formats": False}, {(SANITIZE, Method.BLOCK)}),
        ({"sanicap": 0, "fna": 0}, {(FORMAT, Method.USER_DATA)}),
        ({"sanicap": 1, "claims_sanicap": 0xFFFFFFF8, "formats": False}, set()),
    ],
)
def test_nothing_is_offered_that_is_not_announced(settings: dict[str, object], expected: set[object]) -> None:
    assert offers(Nvme(**settings)).keys() == expected


def test_hidden_parts_and_what_reaches_them() -> None:
    drive = several()
    found = about(drive)
    assert [(area.kind, area.bytes, area.removable) for area in found.hidden] == [
        ("unallocated", 4096, False),
        ("unattached", MORE, False),
    ]
    assert all(isinstance(area, HiddenArea) and area.why for area in found.hidden)
    assert found.native_size_bytes == drive.description.media_bytes
    assert found.boundaries == (SIZE,)
    assert [offer.whole for offer in found.offers] == [offer.technique is SANITIZE for offer in found.offers]
    plain = about(Nvme())
    assert (plain.hidden, plain.boundaries, plain.untouched) == ((), (), ())
    assert plain.native_size_bytes == SIZE


def test_unattached_parts_are_told_together() -> None:
    found = about(several(unattached=(2, 3)))
    assert [(area.kind, area.bytes) for area in found.hidden] == [("unallocated", 4096), ("unattached", 3 * MORE)]
    assert found.boundaries == ()
    assert found.native_size_bytes == SIZE + 3 * MORE + 4096


def test_a_locked_drive() -> None:
    drive = Nvme(denies_access=True)
    found = about(drive)
    assert found.locked
    assert found.offers
    assert all("locked" in str(offer.blocked) for offer in found.offers)


def test_unreadable_media_are_no_lock() -> None:
    """Linux has one error for both; only the drive's own word makes a lock."""
    drive = Nvme()
    drive.drive.window = unreadable  # type: ignore[method-assign]
    assert not about(drive).locked


def unreadable(offset: int, length: int) -> bytes:
    raise OSError(61, "No data available")


def test_opal() -> None:
    open_drive = about(Nvme(facts={"opal": OpalAbout(psid="0" * 32)}))
    assert not open_drive.locked
    locked = about(Nvme(facts={"opal": OpalAbout(psid="0" * 32, locked=True)}))
    assert (locked.locked, locked.psid_revert) == (True, True)
    assert all(offer.blocked for offer in locked.offers)


def test_a_running_sanitize_hinders_all() -> None:
    drive = Nvme(block_erase_seconds=1000)
    drive.sanitize()
    found = about(drive)
    assert (found.running, found.failed_before, found.locked) == (True, False, False)
    assert all("already" in str(offer.blocked) for offer in found.offers)
    NvmeFirmware(drive.drive).erase(SANITIZE, Method.BLOCK).status()  # it can be followed all the same


def test_a_failed_sanitize_hinders_a_format_only() -> None:
    drive = Nvme(faults={"erase_fails_at_percent": 10})
    drive.sanitize(2 | 8)
    drive.clock.advance(100)
    found = about(drive)
    assert (found.running, found.failed_before) == (False, True)
    assert [bool(offer.blocked) for offer in found.offers] == [offer.technique is FORMAT for offer in found.offers]
    records: list[object] = []
    NvmeFirmware(drive.drive).tidy(records.append)
    assert records == [{"kind": "nvme_exit_failure"}]
    found = about(drive)
    assert not found.failed_before
    assert not any(offer.blocked for offer in found.offers)
    NvmeFirmware(drive.drive).tidy(records.append)
    assert len(records) == 1  # nothing is left to tidy


def test_a_drive_that_does_not_tell_how_far_it_is() -> None:
    found = offers(Nvme(sanitize_log_empty=True))
    assert found[SANITIZE, Method.BLOCK].blocked
    assert not found[FORMAT, Method.USER_DATA].blocked


def test_asking_changes_nothing() -> None:
    drive = several()
    before = drive.residue
    firmware = NvmeFirmware(drive.drive)
    firmware.about()
    firmware.said()
    firmware.reveal(lambda record: pytest.fail(str(record)))
    firmware.tidy(lambda record: pytest.fail(str(record)))
    assert drive.residue == before
    assert drive.status == 0


def test_ways_that_do_not_exist() -> None:
    firmware = NvmeFirmware(Nvme().drive)
    with pytest.raises(NotAccepted):
        firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    with pytest.raises(NotAccepted):
        firmware.erase(SANITIZE, Method.USER_DATA)
