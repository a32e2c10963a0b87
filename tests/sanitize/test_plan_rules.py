"""The plan: which steps a drive gets, which level they reach, and what is said of everything else."""

from typing import Any

import pytest

from agent.model.inventory import Drive, EraseOffer, HiddenArea
from agent.model.message import say
from agent.model.sanitization import Plan, SanitizationRequest
from agent.model.words import Level, Method, PassSet, Pattern, Technique, Transport, Verify
from agent.sanitize.plan import plan

GB = 10**9
BLOCK, CRYPTO, OVERWRITE = Method.BLOCK, Method.CRYPTO, Method.OVERWRITE
PURGE = SanitizationRequest(level=Level.PURGE)


def offer(technique: Technique, method: Method, **more: object) -> EraseOffer:
    return EraseOffer.model_validate({"technique": technique, "method": method, **more})


def ata(*methods: Method, **more: object) -> list[EraseOffer]:
    return [offer(Technique.ATA_SANITIZE, method, **more) for method in methods]


def a_drive(*offers: EraseOffer, **facts: object) -> Drive:
    about = {
        "path": "/dev/sda", "serial": "S1", "size_bytes": 120 * GB, "transport": Transport.ATA, "rotational": False,
        "firmware_asked": True, "erase_offers": list(offers),
    }  # fmt: skip
    return Drive.model_validate({**about, **facts})


def ways(made: Plan) -> list[tuple[Technique, Method | None]]:
    return [(step.technique, step.method) for step in made.steps]


def why_not(made: Plan, technique: Technique, method: Method | None) -> str:
    return next(str(out.reason) for out in made.ruled_out if (out.technique, out.method) == (technique, method))


OVER = (Technique.OVERWRITE, None)


# ---- the level that was asked for


def test_clear_is_an_overwrite_whatever_the_firmware_offers() -> None:
    made = plan(a_drive(*ata(BLOCK, CRYPTO)), SanitizationRequest())
    assert ways(made) == [OVER]
    assert made.level is Level.CLEAR
    assert made.steps[0].passes == ["zero"]
    assert "Not needed" in why_not(made, Technique.ATA_SANITIZE, BLOCK)


@pytest.mark.parametrize(
    ("rotational", "methods", "chosen"),
    [
        (False, (CRYPTO, OVERWRITE, BLOCK), BLOCK),
        (False, (CRYPTO, OVERWRITE), OVERWRITE),
        (False, (CRYPTO,), CRYPTO),
        (True, (CRYPTO, OVERWRITE, BLOCK), OVERWRITE),
        (True, (CRYPTO,), CRYPTO),
        (None, (OVERWRITE, BLOCK), BLOCK),
    ],
)
def test_purge_takes_the_best_offer_and_overwrites_after_it(
    rotational: bool | None, methods: tuple[Method, ...], chosen: Method
) -> None:
    made = plan(a_drive(*ata(*methods), rotational=rotational), PURGE)
    assert ways(made) == [(Technique.ATA_SANITIZE, chosen), OVER]
    assert made.level is Level.PURGE
    assert made.warnings == []


def test_without_full_reading_back_a_block_erase_stands_alone_and_a_new_key_does_not() -> None:
    sampled = PURGE.model_copy(update={"verify": Verify.SAMPLED})
    assert ways(plan(a_drive(*ata(BLOCK)), sampled)) == [(Technique.ATA_SANITIZE, BLOCK)]
    assert ways(plan(a_drive(*ata(CRYPTO)), sampled)) == [(Technique.ATA_SANITIZE, CRYPTO), OVER]
    # Passes that a contract asks for are written whatever the firmware did.
    contract = sampled.model_copy(update={"passes": PassSet.DOD})
    assert plan(a_drive(*ata(BLOCK)), contract).steps[1].passes == ["zero", "ff", "random"]
    # One that leaves parts of the drive out does not stand alone either.
    assert ways(plan(a_drive(*ata(BLOCK, whole=False)), sampled)) == [(Technique.ATA_SANITIZE, BLOCK), OVER]


def test_a_new_key_with_nothing_read_back_is_worth_nothing() -> None:
    unread = PURGE.model_copy(update={"verify": Verify.NONE})
    made = plan(a_drive(*ata(CRYPTO)), unread)
    assert ways(made) == [OVER]
    assert made.level is Level.CLEAR
    assert "key alone never counts" in why_not(made, Technique.ATA_SANITIZE, CRYPTO)
    named = plan(a_drive(*ata(CRYPTO)), unread.model_copy(update={"technique": Technique.ATA_SANITIZE}))
    assert ways(named) == [(Technique.ATA_SANITIZE, CRYPTO), OVER]
    assert named.level is Level.CLEAR


@pytest.mark.parametrize(
    ("transport", "technique", "method"),
    [
        (Transport.NVME, Technique.NVME_SANITIZE, BLOCK),
        (Transport.SCSI, Technique.SCSI_SANITIZE, OVERWRITE),
        (Transport.USB, Technique.ATA_SANITIZE, CRYPTO),
    ],
)
def test_purge_on_every_transport(transport: Transport, technique: Technique, method: Method) -> None:
    made = plan(a_drive(offer(technique, method), transport=transport), PURGE)
    assert ways(made)[0] == (technique, method)
    assert made.level is Level.PURGE


def test_the_sanitize_of_an_emmc_device_is_no_purge() -> None:
    """Nothing that Linux tells would show one that did nothing."""
    made = plan(a_drive(offer(Technique.EMMC_SANITIZE, BLOCK), transport=Transport.MMC), PURGE)
    assert ways(made) == [OVER]
    assert made.level is Level.CLEAR


@pytest.mark.parametrize(
    ("drive", "why"),
    [
        (a_drive(), "no erase command"),
        (a_drive(transport=Transport.USB), "none that gets through"),
        (a_drive(firmware_asked=False), "could not be asked"),
        (a_drive(transport=Transport.LOOP), "no erase command"),
        (a_drive(*ata(BLOCK, blocked=say("It is being used."))), "It is being used."),
        (a_drive(*ata(BLOCK, blocked=say("Frozen.")), frozen=True), "Let the computer sleep"),
        (a_drive(offer(Technique.ATA_SECURITY_ERASE, Method.ENHANCED)), "no erase command"),
        (a_drive(*ata(BLOCK, blocked=say("Locked.")), locked=True), "Ask the donor"),
    ],
)
def test_where_purge_is_out_of_reach_the_plan_says_so_and_why(drive: Drive, why: str) -> None:
    made = plan(drive, PURGE)
    assert ways(made) == [OVER]
    assert made.level is Level.CLEAR
    told = [str(warning) for warning in made.warnings]
    assert "cannot be reached" in told[0]
    assert why in told[1]


# ---- named


def test_what_is_named_is_taken() -> None:
    drive = a_drive(
        *ata(BLOCK), offer(Technique.ATA_SECURITY_ERASE, Method.NORMAL),
        offer(Technique.ATA_SECURITY_ERASE, Method.ENHANCED),
    )  # fmt: skip
    erase = SanitizationRequest(technique=Technique.ATA_SECURITY_ERASE)
    assert ways(plan(drive, erase)) == [(Technique.ATA_SECURITY_ERASE, Method.ENHANCED), OVER]
    normal = erase.model_copy(update={"method": Method.NORMAL})
    assert ways(plan(drive, normal))[0] == (Technique.ATA_SECURITY_ERASE, Method.NORMAL)
    assert ways(plan(drive, SanitizationRequest(method=BLOCK)))[0] == (Technique.ATA_SANITIZE, BLOCK)
    assert ways(plan(drive, PURGE.model_copy(update={"technique": Technique.OVERWRITE}))) == [OVER]
    below = plan(drive, erase.model_copy(update={"level": Level.PURGE}))
    assert below.level is Level.CLEAR
    assert "reaches “clear”" in str(below.warnings[0])


@pytest.mark.parametrize(
    ("named", "facts", "why"),
    [
        ({"technique": Technique.NVME_SANITIZE}, {}, "Not for this kind"),
        ({"technique": Technique.ATA_SECURITY_ERASE}, {}, "does not offer"),
        ({"technique": Technique.ATA_SANITIZE, "method": CRYPTO}, {}, "does not offer"),
        ({"technique": Technique.ATA_SANITIZE, "method": Method.NORMAL}, {}, "no such method"),
        ({"technique": Technique.OVERWRITE, "method": BLOCK}, {}, "no such method"),
        ({"method": CRYPTO}, {}, "does not offer"),
        ({"technique": Technique.OPAL_REVERT}, {}, "no lock"),
        ({"technique": Technique.OPAL_REVERT}, {"psid_revert": True}, "(PSID)"),
        ({"technique": Technique.ATA_SANITIZE}, {"erase_offers": ata(BLOCK, blocked=say("Stuck."))}, "Stuck."),
        (
            {"technique": Technique.ATA_SANITIZE},
            {"erase_offers": ata(BLOCK, blocked=say("Frozen.")), "frozen": True},
            "Let the computer sleep",
        ),
    ],
)
def test_what_is_named_and_cannot_be_done_is_an_obstacle(
    named: dict[str, Any], facts: dict[str, Any], why: str
) -> None:
    made = plan(a_drive(*ata(BLOCK), **facts), SanitizationRequest(**named))
    assert made.steps == []
    assert made.level is None
    assert why in str(made.obstacles[0])


def test_an_obstacle_of_the_drive_stops_everything() -> None:
    made = plan(a_drive(*ata(BLOCK), obstacles=[say("mounted")]), PURGE)
    assert (made.steps, made.level, made.warnings) == ([], None, [])
    assert why_not(made, Technique.OVERWRITE, None) == why_not(made, Technique.ATA_SANITIZE, BLOCK) == "mounted"


# ---- locks


def test_a_foreign_lock_goes_first_where_the_psid_was_typed() -> None:
    drive = a_drive(locked=True, psid_revert=True)
    for request in (SanitizationRequest(), PURGE, SanitizationRequest(verify=Verify.SAMPLED)):
        made = plan(drive, request, psid=True)
        assert ways(made) == [(Technique.OPAL_REVERT, CRYPTO), OVER]
        assert made.level is Level.CLEAR
        assert made.steps[-1].verify is Verify.FULL
        assert not any("locked" in str(warning) for warning in made.warnings)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"locked": True, "psid_revert": True}, "Type the number"),
        ({"shadowed": True, "psid_revert": True}, "Type the number"),
        ({"locked": True}, "Ask the donor"),
    ],
)
def test_without_it_the_plan_says_that_the_erase_will_fail(facts: dict[str, Any], why: str) -> None:
    made = plan(a_drive(**facts), SanitizationRequest(verify=Verify.SAMPLED))
    assert ways(made) == [OVER]
    assert made.steps[0].verify is Verify.FULL
    assert any(why in str(warning) for warning in made.warnings)


def test_a_password_that_we_left_is_no_foreign_lock() -> None:
    made = plan(a_drive(locked=True, leftover_password=True), SanitizationRequest(verify=Verify.SAMPLED))
    assert made.steps[0].verify is Verify.SAMPLED
    assert [str(warning)[:28] for warning in made.warnings] == ["An earlier erase by Ordis wa"]


def test_a_psid_for_a_drive_that_is_open_changes_nothing() -> None:
    drive = a_drive(*ata(BLOCK), psid_revert=True)
    assert plan(drive, PURGE, psid=True).steps == plan(drive, PURGE).steps
    named = SanitizationRequest(technique=Technique.OPAL_REVERT)
    assert ways(plan(drive, named, psid=True)) == [(Technique.OPAL_REVERT, CRYPTO), OVER]


# ---- what to know before


def test_hidden_areas_count_for_the_time_or_are_named() -> None:
    hidden = HiddenArea(kind="hpa", bytes=60 * GB, removable=True)
    drive = a_drive(hidden_areas=[hidden], native_size_bytes=180 * GB)
    plain = plan(a_drive(), SanitizationRequest())
    opened = plan(drive, SanitizationRequest())
    assert opened.seconds_expected == pytest.approx(1.5 * plain.seconds_expected, abs=0.2)
    assert opened.warnings == []
    kept = plan(drive, SanitizationRequest(reveal=False))
    assert kept.seconds_expected == plain.seconds_expected
    assert "(HPA)" in str(kept.warnings[0])
    assert "not allowed" in str(kept.warnings[0])
    stuck = hidden.model_copy(update={"removable": False, "why": say("It is frozen.")})
    told = [str(warning) for warning in plan(a_drive(hidden_areas=[stuck]), SanitizationRequest()).warnings]
    assert "cannot be removed" in told[0]
    assert told[1] == "It is frozen."


def test_unallocated_capacity_is_named_unless_the_whole_drive_is_erased() -> None:
    free = HiddenArea(kind="unallocated", bytes=20 * GB, removable=False)
    sanitize = offer(Technique.NVME_SANITIZE, BLOCK)
    form = offer(Technique.NVME_FORMAT, Method.USER_DATA, whole=False)
    drive = a_drive(sanitize, form, transport=Transport.NVME, hidden_areas=[free])
    assert plan(drive, PURGE).warnings == []
    for request in (SanitizationRequest(), SanitizationRequest(technique=Technique.NVME_FORMAT)):
        assert "20 GB" in str(plan(drive, request).warnings[0])
    # There a new key would be alone: no overwrite gets there.
    key = drive.model_copy(update={"erase_offers": [offer(Technique.NVME_SANITIZE, CRYPTO)]})
    assert "20 GB" in str(plan(key, PURGE).warnings[0])


def test_no_way_back_and_untouched_parts_are_told() -> None:
    untouched = say("the boot partitions")
    made = plan(a_drive(*ata(BLOCK, no_fallback=True), untouched=[untouched]), PURGE)
    assert made.steps[0].no_fallback
    assert "no way back" in str(made.warnings[0])
    assert made.warnings[-1] == untouched


def test_expected_time_is_the_announced_one_and_all_passes() -> None:
    made = plan(a_drive(*ata(BLOCK, seconds=77)), PURGE.model_copy(update={"passes": PassSet.DOD}))
    one = 120 * GB / 350e6
    assert [step.seconds_expected for step in made.steps] == [77, pytest.approx(4 * one, abs=0.1)]
    assert made.seconds_expected == pytest.approx(77 + 4 * one, abs=0.2)
    disk = a_drive(*ata(OVERWRITE), rotational=True, size_bytes=1000 * GB, native_size_bytes=1200 * GB)
    assert plan(disk, PURGE).steps[0].seconds_expected == pytest.approx(1200 * GB / 120e6)


def test_passes_and_pattern_of_the_overwrite() -> None:
    vsitr = SanitizationRequest(passes=PassSet.VSITR)
    assert plan(a_drive(), vsitr).steps[0].pattern is None
    both = plan(a_drive(), vsitr.model_copy(update={"pattern": Pattern.RANDOM})).steps[0]
    assert (both.pattern, both.passes[-2:]) == (Pattern.RANDOM, ["aa", "random"])
