"""Simulated drives of each command set that can test themselves, and their testers. Time passes only in waits."""

from typing import Any

from plain_talk import PlainTalk, ToldClock
from simulated_ata import Ata
from simulated_nvme import Bench, Nvme
from simulated_sas import Sas

from agent.drivetests.door import tester_of
from agent.drivetests.selftest import Tester
from agent.training.self_test_about import SelfTestAbout

MAKERS: dict[str, Any] = {"ata": Ata, "nvme": Nvme, "sas": Sas}
SELF_TEST = SelfTestAbout(supported=True, short_seconds=60, extended_seconds=600, short_minutes=2)

QUICK = SelfTestAbout(supported=True, short_seconds=1, extended_seconds=2, short_minutes=2)


def a_drive(kind: str, faults: dict[str, Any] | None = None, **facts: Any) -> Bench:
    made: Bench = MAKERS[kind](faults, {"self_test": SELF_TEST, **facts})
    return made


def own_test_of(bench: Bench) -> Tester:
    found = tester_of(bench.drive)
    assert found is not None
    return found


def talk(bench: Bench) -> PlainTalk:
    return PlainTalk(ToldClock(bench.clock))
