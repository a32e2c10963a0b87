"""The canary: an erase that left anything of what was marked or found is disproved."""

import json
import random

import pytest
from fake_medium import FakeMedium

from agent.sanitize.canary import BLOCK, SHARE, Planted, look, plant

SIZE = 8 * 1024 * 1024


def used() -> FakeMedium:
    return FakeMedium(random.Random(3).randbytes(SIZE))


def test_true_erase_leaves_nothing() -> None:
    medium = used()
    planted = plant(medium, SIZE)
    assert {0, SIZE - BLOCK} <= planted.marks.keys()
    assert len(planted.marks) >= SIZE // BLOCK // SHARE
    assert planted.found
    assert medium.flushes == 1
    medium.content[:] = b"\xff" * SIZE
    assert look(medium, planted).gone


def test_erase_that_did_nothing_is_disproved_by_every_mark() -> None:
    medium = used()
    planted = plant(medium, SIZE)
    seen = look(medium, planted)
    assert not seen.gone
    assert set(seen.survivors) == planted.marks.keys() | planted.found.keys()


@pytest.mark.parametrize("kept", [0.1, 0.02])
def test_erase_that_left_a_part_is_disproved(kept: float) -> None:
    medium = used()
    planted = plant(medium, SIZE)
    erased = int(SIZE * (1 - kept)) // BLOCK * BLOCK
    medium.content[:erased] = bytes(erased)
    assert not look(medium, planted).gone


@pytest.mark.parametrize("filler", [b"\0", b"\xff", bytes.fromhex("33CC55AA"), bytes(range(256)) * 2])
def test_uniform_blocks_are_no_evidence(filler: bytes) -> None:
    medium = FakeMedium(filler * (SIZE // len(filler)))
    planted = plant(medium, SIZE)
    assert not planted.found
    assert planted.marks


def test_boundaries_of_hidden_areas_are_marked_on_both_sides() -> None:
    edge = 3 * 1024 * 1024
    assert {edge - BLOCK, edge} <= plant(used(), SIZE, [edge]).marks.keys()


def test_marks_that_did_not_stick_are_no_marks() -> None:
    """A drive that throws writes away: the marks are not there before, so their absence after says nothing."""
    medium = used()
    medium.write = lambda buffer, length, offset: length  # type: ignore[method-assign]
    planted = plant(medium, SIZE)
    assert not planted.marks
    assert planted.unplanted >= SIZE // BLOCK // SHARE


def test_unreadable_afterwards_is_not_gone() -> None:
    medium = used()
    planted = plant(medium, SIZE)
    medium.content[:] = bytes(SIZE)
    medium.bad_read = {0}
    seen = look(medium, planted)
    assert seen.unreadable == [0]
    assert not seen.gone


def test_nothing_planted_is_never_gone() -> None:
    medium = FakeMedium(bytes(SIZE))
    medium.write = lambda buffer, length, offset: 0  # type: ignore[method-assign]
    assert not look(medium, plant(medium, SIZE)).gone


def test_bad_sectors_only_lessen_the_marks() -> None:
    medium = used()
    medium.bad_write = set(range(0, SIZE // 512, 16))
    planted = plant(medium, SIZE)
    assert planted.unplanted > 0
    assert 0 not in planted.marks


def test_the_journal_gives_back_what_was_planted() -> None:
    planted = plant(used(), SIZE)
    assert Planted.from_dict(json.loads(json.dumps(planted.as_dict()))) == planted


def test_a_small_drive_stays_mostly_its_donors() -> None:
    medium = used()
    before = bytes(medium.content)
    plant(medium, SIZE)
    same = sum(before[at : at + BLOCK] == medium.content[at : at + BLOCK] for at in range(0, SIZE, BLOCK))
    assert same >= SIZE // BLOCK * 0.7
