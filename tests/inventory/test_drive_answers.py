"""What a drive told of itself comes into the inventory; nonsense does not, and another drive is noticed."""

import json
from dataclasses import asdict

import pytest

from agent.inventory.asked import with_answer
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.words import Method, Technique, Transport
from agent.sanitize.firmware import About, HiddenArea, Offer, Said

DRIVE = Drive(
    path="/dev/sda", transport=Transport.ATA, serial="S3YJNX0M412345B", model="Samsung SSD 860", size_bytes=10**11
)
ABOUT = About(
    said=Said("S3YJNX0M412345B", "Samsung SSD 860 EVO 100GB", 10**11),
    offers=(
        Offer(Technique.ATA_SANITIZE, Method.BLOCK, 120.0, None, no_fallback=True),
        Offer(Technique.ATA_SECURITY_ERASE, Method.NORMAL, None, say("Frozen {x}.", x=1), whole=False),
    ),
    frozen=True,
    psid_revert=True,
    hidden=(HiddenArea("hpa", 10**9, True), HiddenArea("dco", 10**8, False, say("why"))),
    native_size_bytes=10**11 + 10**9,
    boundaries=(10**11,),
    untouched=(say("boot partitions"),),
)


def sent(about: About) -> dict[str, object]:
    """As it comes through the worker's pipe."""
    told = json.loads(json.dumps(asdict(about)))
    assert isinstance(told, dict)
    return told


def test_an_answer_is_kept_whole() -> None:
    drive = with_answer(DRIVE, sent(ABOUT))
    assert drive.firmware_asked
    assert drive.obstacles == []
    first, second = drive.erase_offers
    assert (first.technique, first.method, first.seconds, first.no_fallback) == ("ata_sanitize", "block", 120.0, True)
    assert str(second.blocked) == "Frozen 1."
    assert not second.whole
    assert [(area.kind, area.bytes, area.removable) for area in drive.hidden_areas] == [
        ("hpa", 10**9, True), ("dco", 10**8, False),
    ]  # fmt: skip
    assert drive.native_size_bytes == 10**11 + 10**9
    assert (drive.frozen, drive.locked, drive.shadowed, drive.psid_revert) == (True, False, False, True)
    assert [str(part) for part in drive.untouched] == ["boot partitions"]
    # It can stand in a report: read back, it is the same.
    assert Drive.model_validate_json(drive.model_dump_json()) == drive


@pytest.mark.parametrize(
    "wrong",
    [
        {"offers": "all of them"},
        {"offers": [{"technique": "magic", "method": "block"}]},
        {"offers": sent(ABOUT)["offers"] * 40},  # type: ignore[operator]
        {"hidden": [{"kind": "hpa", "bytes": -1, "removable": True}]},
        {"native_size_bytes": 2**60},
        {"locked": "perhaps"},
        {"said": 7},
    ],
)
def test_an_answer_that_cannot_be_read_counts_as_none(wrong: dict[str, object]) -> None:
    assert with_answer(DRIVE, {**sent(ABOUT), **wrong}) == DRIVE


def test_text_of_a_drive_is_harmless() -> None:
    areas = [{"kind": "h\x1b[31mpa\n", "bytes": 1, "removable": False}]
    assert with_answer(DRIVE, {**sent(ABOUT), "hidden": areas}).hidden_areas[0].kind == "hpa"


@pytest.mark.parametrize(
    ("said", "transport", "why"),
    [
        (Said("OTHER", "Samsung SSD 860", 10**11), Transport.ATA, "OTHER"),
        (Said("S3YJNX0M412345", "Samsung SSD 860", 10**11), Transport.NVME, "S3YJNX0M412345,"),
        (Said(None, "WDC WD10", 10**11), Transport.ATA, "WDC WD10"),
        (Said("S3YJNX0M412345B", "Samsung SSD 860", 9 * 10**10), Transport.ATA, "90 GB"),
        # The same, written otherwise, cut, or not told.
        (Said(" s3yjnx0m-412345b", "whatever", None), Transport.ATA, None),
        (Said(None, "ATA Samsung_SSD_860", 10**11), Transport.ATA, None),
        (Said(None, None, None), Transport.ATA, None),
        (None, Transport.ATA, None),
        (Said("S3YJNX0M412345B", "Samsung SSD 860", 2 * 10**11), Transport.NVME, "200 GB"),
        # An adapter has names and sectors of its own.
        (Said("OTHER", "Other", 5), Transport.USB, None),
    ],
)
def test_a_drive_that_says_it_is_another_gets_an_obstacle(
    said: Said | None, transport: Transport, why: str | None
) -> None:
    drive = with_answer(DRIVE.model_copy(update={"transport": transport}), sent(About(said)))
    assert drive.firmware_asked
    assert len(drive.obstacles) == (why is not None)
    assert why is None or why in str(drive.obstacles[0])
