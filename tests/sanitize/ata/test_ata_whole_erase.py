"""ATA techniques from the first question to the judgement, by the procedure: no claim that the oracle denies."""

import contextlib
from typing import Any

import pytest
from plain_talk import PlainTalk, ToldClock
from simulated_ata import Ata

from agent.model.words import Method, SanitizationStatus, Technique, Verify
from agent.sanitize.order import Order, Step
from agent.sanitize.procedure import erase

WAYS = (
    (Technique.ATA_SANITIZE, Method.BLOCK),
    (Technique.ATA_SANITIZE, Method.OVERWRITE),
    (Technique.ATA_SECURITY_ERASE, Method.ENHANCED),
    (Technique.ATA_SECURITY_ERASE, Method.NORMAL),
)
FAULTS: tuple[dict[str, Any], ...] = (
    {"erase_refused": True},
    {"erase_ignored": True},
    {"erase_covers_percent": 0},
    {"erase_covers_percent": 90},
    {"erase_stops_at_percent": 37},
    {"erase_fails_at_percent": 60},
    {"erase_stuck_at_percent": 60},
    {"erase_resets_at_percent": 50},
    {"erase_skips_unwritable": True, "unwritable": (5, 100)},
)
PAIRS = [
    (way, faults)
    for way in WAYS
    for faults in FAULTS
    # Busy for ever: the simulated drive never even says who it is, and the worker is ended by its service.
    if way[0] is Technique.ATA_SANITIZE or "erase_stuck_at_percent" not in faults
]
SANITIZED = SanitizationStatus.SANITIZED


def run(drive: Ata, way: tuple[Technique, Method], earlier: tuple[Any, ...] = (), talk: PlainTalk | None = None) -> Any:
    order = Order(verify=Verify.SAMPLED, steps=(Step(way[0], way[1]),))
    medium = drive.drive
    return erase(medium, medium.identity(), order, talk or PlainTalk(ToldClock(drive.clock)), earlier)


@pytest.mark.parametrize("way", WAYS)
def test_a_sound_drive_is_sanitized(way: tuple[Technique, Method]) -> None:
    drive = Ata(facts={"hidden_bytes": 8192})
    told = run(drive, way)
    assert told["status"] == SANITIZED, told
    assert drive.residue[0] == 0
    assert drive.security == 0


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize(("way", "faults"), PAIRS)
def test_no_fault_leads_to_a_claim_that_the_oracle_denies(
    way: tuple[Technique, Method], faults: dict[str, Any], before: bool
) -> None:
    drive = Ata(faults=faults, sanitized_before=before)
    told = run(drive, way)
    if told["status"] == SANITIZED:
        assert drive.residue[0] == 0
    assert drive.security == 0


@pytest.mark.parametrize("when", ["cut_before_command", "cut_after_command"])
def test_power_cuts_through_the_whole_of_a_security_erase(when: str) -> None:
    """Cut at many commands, gone on with what the journal held; the second life always ends clean."""
    way = (Technique.ATA_SECURITY_ERASE, Method.ENHANCED)
    probe = Ata()
    first = probe.drive.commands + 2  # after the question who is confirmed
    assert run(probe, way)["status"] == SANITIZED
    cuts = 0
    for number in [*range(first, first + 12), *range(probe.drive.commands - 40, probe.drive.commands, 3)]:
        drive = Ata(faults={when: number})
        talk = PlainTalk(ToldClock(drive.clock))
        with contextlib.suppress(OSError):
            # The marks are random, so some lives are a few commands shorter.
            assert run(drive, way, talk=talk)["status"] == SANITIZED
            continue
        cuts += 1
        drive.power_cycle()
        told = run(drive, way, earlier=tuple(talk.records))
        assert told["status"] == SANITIZED, (number, told)
        assert drive.residue[0] == 0
        assert drive.security == 0
    assert cuts > 12
