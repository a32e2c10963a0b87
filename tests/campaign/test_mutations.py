"""The code broken on purpose: an oracle that did not notice would be no oracle."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from campaign.case import Case, case
from campaign.oracle import judge
from campaign.play import play

from agent.model.words import Method, Technique, Verify
from agent.sanitize import canary, chunks, overwrite, overwriting, past, procedure, verify
from agent.sanitize.canary import Planted, Seen
from agent.sanitize.medium import Medium
from agent.sanitize.order import Step
from agent.sanitize.overwrite import Held
from agent.sanitize.past import Pass
from agent.sanitize.ranges import Ranges
from agent.sanitize.steps import FirmwareErased
from agent.sanitize.verify import Verified

TRIES = 6
OVERWRITE = (Technique.OVERWRITE, None)
BLOCK_ERASE = (Technique.ATA_SANITIZE, Method.BLOCK)


def noticed(tried: Iterator[Case]) -> bool:
    """Whether the oracle finds something wrong in one of these."""
    return any(judge(play(one)).wrong for one in tried)


def some(
    way: tuple[Technique, Method | None], fault: str, change: Callable[[Case], Case], tries: int = TRIES
) -> Iterator[Case]:
    for seed in range(tries):
        yield change(case(seed, way, fault))


def fully(one: Case) -> Case:
    """A single pass, fully verified, without power cuts."""
    steps = tuple(step if step.method else Step(Technique.OVERWRITE, passes=("random",)) for step in one.order.steps)
    return replace(one, order=replace(one.order, verify=Verify.FULL, steps=steps), cuts=())


def alone(one: Case) -> Case:
    """The drive's own erase and nothing else, without power cuts."""
    return replace(one, order=replace(one.order, verify=Verify.SAMPLED, steps=one.order.steps[:1]), cuts=())


def cut_late(one: Case) -> Case:
    """The power fails once, after an offset was journalled."""
    return replace(one, drive=replace(one.drive, size_bytes=32 << 20), order=fully(one).order, cuts=(7,))


def forgetful() -> Iterator[Case]:
    return some(OVERWRITE, "blocks that forget writes", fully)


def lying() -> Iterator[Case]:
    return some(BLOCK_ERASE, "all but the last 10 %", alone)


def test_skipped_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    def believed(medium: Medium, size: int, *_: object) -> Verified:
        return Verified(Ranges(512), Ranges(512), size, size, kernel_bytes_read=size)

    assert not noticed(forgetful())
    monkeypatch.setattr(overwriting, "verify", believed)
    assert noticed(forgetful())


def test_trusted_status(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not noticed(lying())
    monkeypatch.setattr(FirmwareErased, "proved", property(lambda step: step.ran.accepted and step.ran.done))
    assert noticed(lying())


def test_ignored_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(size: int, start: int = 0, step: int = chunks.CHUNK) -> Iterator[chunks.Span]:
        *whole, (offset, length) = chunks_of(size, start, step)
        yield from whole
        yield offset, length - 4096

    def tried() -> Iterator[Case]:
        return some(OVERWRITE, "nothing", fully)

    chunks_of = chunks.spans
    assert not noticed(tried())
    monkeypatch.setattr(overwrite, "spans", short)
    monkeypatch.setattr(verify, "spans", short)
    assert noticed(tried())


def test_resumed_at_the_wrong_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    def later(record: past.Record, size: int) -> Pass | None:
        found = right(record, size)
        if found is None or not found.held.offset:
            return found
        return replace(found, held=Held(found.held.offset + 4096, found.held.failed))

    def tried() -> Iterator[Case]:
        return some(OVERWRITE, "loses what was not flushed", cut_late, 1)

    right = past._pass
    assert not noticed(tried())
    monkeypatch.setattr(past, "_pass", later)
    assert noticed(tried())


def test_canary_looked_at_before_the_erase(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look from before the marks were planted finds none of them, whatever the drive does afterwards."""

    def early(medium: Medium, size: int, *rest: Any) -> Planted:
        nonlocal seen
        planted = plant(medium, size, *rest)
        seen = Seen(looked_at=planted.sampled)
        return planted

    plant, seen = canary.plant, Seen()
    assert not noticed(lying())
    monkeypatch.setattr(procedure.canary, "plant", early)
    monkeypatch.setattr(procedure.canary, "look", lambda *_: seen)
    assert noticed(lying())


def test_a_seed_gives_the_same_case_again() -> None:
    seed = random.Random(4).getrandbits(48)
    one, two = (case(seed, BLOCK_ERASE, "all but a part") for _ in range(2))
    assert one == two
