"""The campaign, shortened: `make campaign` runs it in full."""

import random
import secrets

import pytest
from campaign import sampling
from campaign.case import FAULTS, WAYS, case
from campaign.oracle import judge
from campaign.play import play

SEED = secrets.randbits(32)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_false_certificate_and_no_sound_drive_lost(fault: str) -> None:
    rng = random.Random(f"{SEED} {fault}")
    for way in rng.sample(WAYS, len(WAYS) // 2):
        tried = case(rng.getrandbits(48), way, fault)
        assert not judge(play(tried)).wrong, str(tried)


@pytest.mark.parametrize(("measure", "runs"), [(sampling.overwritten, 12), (sampling.erased, 3)])
@pytest.mark.parametrize("left", [6, 66])
def test_samples_miss_as_rarely_as_they_say(measure: object, runs: int, left: int) -> None:
    found = measure(random.Random(SEED), left, runs)  # type: ignore[operator]
    assert found.tolerable, found
